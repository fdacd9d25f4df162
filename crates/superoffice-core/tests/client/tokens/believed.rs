//! Which tokens are believed: signature, algorithm, key, parties and times, and keys that are rotated or cannot be had.

use super::*;

#[tokio::test]
async fn a_valid_id_token_says_who_and_where() {
    let one = Signer::new(ONE, "one");
    let claims = judged(&offline(&[&one]), &one.sign(&id_claims()))
        .await
        .unwrap();
    assert_eq!(claims.tenant(), Some("Cust12345"));
    assert_eq!(claims.subject(), Some("someone"));
    assert_eq!(
        claims.webapi_url(),
        Some("https://data2.example.com/Cust12345/api/")
    );
    assert_eq!(claims.get("associateid"), Some(&json!("5")));
    assert_eq!(claims.get("nbf"), Some(&json!(NOW - 60)));
    assert_eq!(claims.get("system_token"), None);
    assert_eq!(claims.system_token().unwrap().expose_secret(), "App-canary");
    let end = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW + 300);
    assert_eq!(claims.expires(), end);
    assert!(!format!("{claims:?} {claims:#?}").contains(CANARY));
}

#[tokio::test]
async fn what_a_token_claims_decides() {
    let one = Signer::new(ONE, "one");
    let application = offline(&[&one]);
    let outcome = async |changes: &Value| {
        let claims = with(id_claims(), changes.clone());
        judged(&application, &one.sign(&claims)).await
    };
    for fine in [
        json!({"aud": ["other", "client"]}),
        json!({"aud": ["other", "client"], "azp": "client"}),
        json!({"nbf": null}),
        json!({"nbf": NOW + 300}),
        json!({"exp": NOW - 299}),
        json!({"exp": 4e9}),
    ] {
        assert!(outcome(&fine).await.is_ok(), "{fine}");
    }
    let table = [
        (
            json!({"iss": "https://login.example.com/"}),
            TokenError::Issuer,
        ),
        (
            json!({"iss": "https://elsewhere.example.com"}),
            TokenError::Issuer,
        ),
        (json!({"iss": "SuperOffice AS"}), TokenError::Issuer),
        (json!({"iss": [BASE]}), TokenError::Issuer),
        (json!({"iss": null}), TokenError::Issuer),
        (json!({"aud": "client2"}), TokenError::Audience),
        (json!({"aud": "Client"}), TokenError::Audience),
        (json!({"aud": "spn:client"}), TokenError::Audience),
        (json!({"aud": ["other"]}), TokenError::Audience),
        (json!({"aud": []}), TokenError::Audience),
        (json!({"aud": null}), TokenError::Audience),
        (json!({"azp": "other"}), TokenError::Audience),
        (json!({"exp": NOW - 300}), TokenError::Ended),
        (json!({"exp": 0}), TokenError::Ended),
        (json!({"exp": null}), TokenError::NoEnd),
        (json!({"exp": "9999999999"}), TokenError::NoEnd),
        (json!({"exp": -1}), TokenError::NoEnd),
        (json!({"exp": 1e300}), TokenError::NoEnd),
        (json!({"nbf": NOW + 301}), TokenError::NotYet),
        (json!({"nbf": "1"}), TokenError::NoEnd),
    ];
    for (changes, expected) in table {
        assert_eq!(reason(outcome(&changes).await), Ok(expected), "{changes}");
    }
}

/// Every way round the signature that is known.
#[tokio::test]
async fn only_rs256_by_a_key_of_the_set_is_a_signature() {
    let (one, other) = (Signer::new(ONE, "one"), Signer::new(OTHER, "other"));
    let application = offline(&[&one]);
    let claims = id_claims();
    let header = |changes| with(one.header(), changes);
    let mut forged = Vec::new();
    for algorithm in [
        "none", "None", "", "rs256", "RS256 ", "RS384", "PS256", "ES256",
    ] {
        let text = unsigned(&header(json!({"alg": algorithm})), &claims);
        forged.push((format!("{text}."), TokenError::Algorithm));
        let head = header(json!({"alg": algorithm}));
        let signed = one.sign_with(&head, &claims, &RSA_PKCS1_SHA256);
        forged.push((signed, TokenError::Algorithm));
    }
    // The public key, in any form in which a library may hold it, as a shared secret.
    let public = set(&[&one]);
    let der = ring::signature::KeyPair::public_key(&one.key)
        .as_ref()
        .to_vec();
    for secret in [
        public.as_bytes(),
        one.jwk()["n"].as_str().unwrap().as_bytes(),
        &der,
        b"",
    ] {
        for algorithm in ["HS256", "RS256"] {
            let text = unsigned(&header(json!({"alg": algorithm})), &claims);
            let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
            let tag = URL_SAFE_NO_PAD.encode(hmac::sign(&key, text.as_bytes()));
            let expected = match algorithm {
                "HS256" => TokenError::Algorithm,
                _ => TokenError::Signature,
            };
            forged.push((format!("{text}.{tag}"), expected));
        }
    }
    // Other keys: under their own name, under the right one, and brought along.
    forged.push((other.sign(&claims), TokenError::UnknownKey));
    let jwk = header(json!({"jwk": other.jwk(), "jku": "https://evil.example.com"}));
    for head in [one.header(), header(json!({"kid": null})), jwk] {
        let signed = other.sign_with(&head, &claims, &RSA_PKCS1_SHA256);
        forged.push((signed, TokenError::Signature));
    }
    let longer = one.sign_with(&one.header(), &claims, &RSA_PKCS1_SHA512);
    forged.push((longer, TokenError::Signature));
    let critical = header(json!({"crit": ["exp"]}));
    let critical = one.sign_with(&critical, &claims, &RSA_PKCS1_SHA256);
    forged.push((critical, TokenError::Algorithm));
    // Other claims under a true signature.
    let good = one.sign(&claims);
    let (_, signature) = good.rsplit_once('.').unwrap();
    let changed = unsigned(&one.header(), &with(claims, json!({"sub": "admin"})));
    forged.push((format!("{changed}.{signature}"), TokenError::Signature));
    for (token, expected) in forged {
        let outcome = judged(&application, &token).await;
        assert_eq!(reason(outcome), Ok(expected), "{token}");
    }
    // No name in the token, or none in the set, and it is still the right key that counts.
    let unnamed = Signer::new(ONE, None);
    assert!(
        judged(&application, &unnamed.sign(&id_claims()))
            .await
            .is_ok()
    );
    let set = offline(&[&Signer::new(OTHER, None), &unnamed]);
    assert!(judged(&set, &good).await.is_ok());
}

#[tokio::test]
async fn a_token_that_is_damaged_anywhere_is_no_token() {
    let one = Signer::new(ONE, "one");
    let application = offline(&[&one]);
    let good = one.sign(&id_claims());
    for end in 0..good.len() {
        assert!(judged(&application, &good[..end]).await.is_err(), "{end}");
    }
    for place in 0..good.len() {
        let mut bytes = good.clone().into_bytes();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        let damaged = String::from_utf8(bytes).unwrap();
        assert!(judged(&application, &damaged).await.is_err(), "{place}");
    }
    let padded = [
        format!("{good}="),
        format!(" {good}"),
        format!("{good}\n"),
        format!("{good}."),
    ];
    for bad in padded
        .iter()
        .map(String::as_str)
        .chain(["", ".", "..", "...", "a.b.c", "\0.\0.\0"])
    {
        let outcome = judged(&application, bad).await;
        assert_eq!(reason(outcome), Ok(TokenError::Malformed), "{bad:?}");
    }
    // Lists and numbers are JSON, but no claims; a name twice in the header is two answers.
    for (header, claims) in [
        ("{\"alg\":\"RS256\"}", "[]"),
        ("[]", "{}"),
        ("{\"alg\":\"RS256\",\"alg\":\"none\"}", "{}"),
    ] {
        let part = |text| URL_SAFE_NO_PAD.encode(text);
        let token = format!("{}.{}.AAAA", part(header), part(claims));
        assert!(
            judged(&application, &token).await.is_err(),
            "{header} {claims}"
        );
    }
    let long = format!("{good}{}", "A".repeat(64 * 1024));
    assert_eq!(
        reason(judged(&application, &long).await),
        Ok(TokenError::Malformed)
    );
}

proptest! {
    /// Whatever the text: an answer, and never a panic; and what was not signed is not believed.
    #[test]
    fn any_text_is_refused(text in ".{0,200}", parts in proptest::collection::vec("[A-Za-z0-9_-]{0,80}", 0..5), header in any::<u8>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let application = offline(&[&Signer::new(ONE, "one")]);
        let known = ["{\"alg\":\"RS256\"}", "{\"alg\":\"RS256\",\"kid\":\"one\"}", "{\"alg\":1}", "{"];
        let head = URL_SAFE_NO_PAD.encode(known[usize::from(header) % known.len()]);
        for token in [text.clone(), parts.join("."), format!("{head}.{}", parts.join(".")), format!("{head}.{text}.{text}")] {
            let error = runtime.block_on(judged(&application, &token)).unwrap_err();
            prop_assert!(matches!(error, AuthError::Untrusted { .. }), "{error:?}");
        }
    }

    /// The same for sets of keys.
    #[test]
    fn any_text_is_a_set_of_keys_or_none(text in ".{0,200}", n in "[A-Za-z0-9_=-]{0,40}", e in ".{0,8}") {
        drop(KeySet::from_jwks(&text));
        let keys = json!({"keys": [{"kty": "RSA", "n": n, "e": e}]}).to_string();
        if let Ok(keys) = KeySet::from_jwks(&keys) {
            let application = application().with_keys(keys).with_issuer(BASE);
            let token = Signer::new(ONE, None).sign(&id_claims());
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            prop_assert!(runtime.block_on(judged(&application, &token)).is_err());
        }
    }
}

#[test]
fn a_set_without_a_usable_key_is_refused() {
    let one = Signer::new(ONE, "one");
    let fine = with(one.jwk(), json!({"alg": "RS256", "x5c": ["AAAA"]}));
    assert!(KeySet::from_jwks(&json!({"keys": [{"kty": "EC"}, fine]}).to_string()).is_ok());
    let changes = [
        json!({"kty": "EC"}),
        json!({"kty": null}),
        json!({"use": "enc"}),
        json!({"alg": "RS512"}),
        json!({"n": null}),
        json!({"e": "!"}),
    ];
    for change in changes {
        let key = with(one.jwk(), change.clone());
        assert!(
            KeySet::from_jwks(&json!({"keys": [key]}).to_string()).is_err(),
            "{change}"
        );
    }
    for text in ["", "{}", "[]", "{\"keys\":[]}", "{\"keys\":{}}", "canary"] {
        assert_silent(&KeySet::from_jwks(text).unwrap_err());
    }
}

/// Keys are asked for once, again when a token names a new one, and not more often than every thirty seconds.
#[tokio::test]
async fn keys_that_were_rotated_are_asked_for_again_once() {
    let (one, other) = (Signer::new(ONE, "one"), Signer::new(OTHER, "other"));
    let login = Login::publishing(&[&one]);
    let (application, exchange) = (application(), login.exchange());
    let (old, new) = (one.sign(&id_claims()), other.sign(&id_claims()));
    for _ in 0..3 {
        application.validate(&exchange, &old).await.unwrap();
    }
    assert_eq!(
        (login.asked("/jwks"), login.asked("/openid-configuration")),
        (1, 1)
    );

    login.publish(&[&one, &other]);
    login.set(|script| script.later = Duration::from_secs(29));
    let early = application.validate(&exchange, &new).await;
    assert_eq!(reason(early), Ok(TokenError::UnknownKey));
    assert_eq!(login.asked("/jwks"), 1);

    login.set(|script| script.later = Duration::from_secs(30));
    let clone = application.clone();
    let calls = (0..50).map(|_| clone.validate(&exchange, &new));
    assert!(join_all(calls).await.iter().all(Result::is_ok));
    assert_eq!(
        login.asked("/jwks"),
        2,
        "fifty tokens, one request; clones share the keys"
    );

    // Keys that nobody has: however many tokens name one, the interval holds.
    let unknown = Signer::new(ONE, "unknown").sign(&id_claims());
    for second in 30..90 {
        login.set(|script| script.later = Duration::from_secs(second));
        let refused = application.validate(&exchange, &unknown).await;
        assert_eq!(reason(refused), Ok(TokenError::UnknownKey));
    }
    assert_eq!(login.asked("/jwks"), 3);
    // A false signature under a known name is no reason to ask.
    login.set(|script| script.later = Duration::from_secs(200));
    let forged = other.sign_with(&one.header(), &id_claims(), &RSA_PKCS1_SHA256);
    let refused = application.validate(&exchange, &forged).await;
    assert_eq!(
        (reason(refused), login.asked("/jwks")),
        (Ok(TokenError::Signature), 3)
    );

    // A key that is published no more is believed for an hour at most.
    login.publish(&[&other]);
    login.set(|script| script.later = Duration::from_secs(60 + 60 * 60));
    let long_lived = one.sign(&with(id_claims(), json!({"exp": NOW + 10_000})));
    let refused = application.validate(&exchange, &long_lived).await;
    assert_eq!(
        (reason(refused), login.asked("/jwks")),
        (Ok(TokenError::UnknownKey), 4)
    );
}

#[tokio::test]
async fn keys_that_cannot_be_had_are_an_error_of_their_own() {
    let (one, other) = (Signer::new(ONE, "one"), Signer::new(OTHER, "other"));
    let login = Login::default();
    let (application, exchange) = (application(), login.exchange());
    let good = one.sign(&id_claims());
    let error = application.validate(&exchange, &good).await.unwrap_err();
    assert!(error.is_retryable(), "{error:?}");
    assert_silent(&error);
    for body in ["", "null", "[]", "<html>", "{\"keys\":[]}"] {
        login.set(|script| script.keys = Some(body.to_owned()));
        let error = application.validate(&exchange, &good).await.unwrap_err();
        assert_silent(&error);
        login.set(|script| script.later += Duration::from_secs(60 * 60));
    }
    login.set(|script| script.later = Duration::ZERO);
    // Those that were there stay when newer ones cannot be had.
    let (application, exchange) = (crate::tokens::application(), login.exchange());
    login.publish(&[&one]);
    application.validate(&exchange, &good).await.unwrap();
    login.set(|script| (script.keys, script.later) = (None, Duration::from_secs(60)));
    let new = other.sign(&id_claims());
    let error = application.validate(&exchange, &new).await.unwrap_err();
    assert!(matches!(error, AuthError::Unavailable { .. }), "{error:?}");
    let asked = login.asked("/jwks");
    application.validate(&exchange, &good).await.unwrap();
    // And failing to get them is not tried for every token either.
    let refused = application.validate(&exchange, &new).await;
    assert_eq!(reason(refused), Ok(TokenError::UnknownKey));
    assert_eq!(login.asked("/jwks"), asked);
}
