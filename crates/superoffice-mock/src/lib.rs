//! An offline SuperOffice tenant for tests: a real HTTP server that knows every operation of the WebAPI reference, answers
//! with the documented shape, checks what it receives and keeps what is saved. Unofficial.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), superoffice_mock::Error> {
//! let tenant = superoffice_mock::MockTenant::start().await?;
//! let url = tenant.url(); // give this to the client under test
//! assert_eq!(tenant.violations(), []); // everything it sent was as the reference says
//! # assert!(url.starts_with("http://127.0.0.1:"));
//! # Ok(())
//! # }
//! ```
//!
//! The tenant stops when it is dropped. [`MockTenant::builder`] has the options: credentials, strictness, a newer server,
//! and [`MockTenant::inject`] makes things go wrong. It takes requests at any of these addresses, in any case:
//!
//! | address | what |
//! |---|---|
//! | `{url}/api/v1/…`, `{url}/Cust12345/api/v1/…` | the API, at any prefix |
//! | `{url}/api/state/Cust12345` | state of the online tenant |
//! | `{url}/login/…` | discovery, keys, authorization code, tokens |
//! | `{url}/Login/api/PartnerSystemUser/Authenticate` | system user |
//!
//! It does not evaluate rights, aggregates, or the business logic behind operations that are not about saving, reading,
//! deleting or searching entities: those answer with neutral values of the right type.

#![forbid(unsafe_code)]

mod api;
mod archive;
mod auth;
mod builder;
mod catalogue;
mod check;
mod endpoint;
mod entity;
mod exchange;
mod fault;
mod login;
mod mock_tenant;
mod newer;
mod patch;
mod record;
mod reply;
mod role;
mod route;
mod select;
mod server;
mod store;
mod synthesise;
mod tenant;
mod tenant_state;

use std::io;
use std::net::SocketAddr;

pub use builder::Builder;
pub use check::Problem;
pub use fault::{Fault, FaultRule, UnknownFault};
pub use mock_tenant::{MockTenant, serve};
pub use newer::{ENUM_VALUE as NEWER_ENUM_VALUE, PROPERTY as NEWER_PROPERTY};
pub use record::{RecordedRequest, Violation};

/// Why a tenant does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address cannot be listened on: it is in use or not this machine's.
    #[error("cannot listen on {0}; choose another address, or port 0 for a free one")]
    Listen(SocketAddr, #[source] io::Error),
    /// The address can be reached from other machines, and that was not asked for.
    #[error(
        "{0} can be reached from other machines; use a loopback address, or allow_remote() where that is meant"
    )]
    Remote(SocketAddr),
    /// The text is no `api.json`.
    #[error("the API to answer cannot be read; give the text of an api.json")]
    Api(#[source] serde_json::Error),
    /// The thread or runtime of the server cannot be had.
    #[error("cannot start the server's thread")]
    Thread(#[source] io::Error),
    /// The server has ended.
    #[error("the server has stopped")]
    Stopped,
}
