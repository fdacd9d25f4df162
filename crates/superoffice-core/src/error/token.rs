//! Why a signed token is not believed. Nothing of the token is kept: neither its text, nor a claim, nor the name of its key.

/// Why a signed token is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// It is no JSON Web Token: three parts in base64, the first two JSON.
    #[error("it is malformed")]
    Malformed,
    /// Its header names another algorithm, or none, or asks for something that is not known here (`crit`).
    #[error("it is not signed with RS256 alone")]
    Algorithm,
    /// Its key is none of the keys that the login publishes, also after these were asked for again.
    #[error("its signature is by a key that is not one of the service")]
    UnknownKey,
    /// The key that it names has not signed it.
    #[error("its signature is not that of the service")]
    Signature,
    /// Its issuer (`iss`) is another.
    #[error("it was issued by somebody else")]
    Issuer,
    /// It is for somebody else (`aud`, `azp`).
    #[error("it was issued for something else")]
    Audience,
    /// It is about another tenant (`ctx`).
    #[error("it was issued for another tenant")]
    Tenant,
    /// It has no time of its end (`exp`), or a time is no number.
    #[error("it does not say when it ends, or from when it is good")]
    NoEnd,
    /// It has ended (`exp`).
    #[error("it has ended")]
    Ended,
    /// It is not good yet (`nbf`).
    #[error("it is not good yet; check the clock")]
    NotYet,
    /// It is the token of a login: whoever holds it can use the ticket in it, which says nothing about who has sent it.
    #[error("it is the token of a login, which vouches for nothing else")]
    Login,
    /// The claim that it was asked for is not there.
    #[error("it holds no ticket")]
    NoTicket,
}
