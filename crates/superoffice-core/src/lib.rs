//! The hand-written runtime of the (unofficial) SuperOffice WebAPI SDK: everything but the operations and their models, which the
//! crate `superoffice` generates on top of it and re-exports together with it.
//!
//! # A call
//!
//! A generated method gives a [`Request`], which is data until it is awaited. Awaiting it gives the result; [`Request::send`]
//! gives it with status and headers; [`Request::into_http`] shows what would be sent.
//!
//! ```no_run
//! # use superoffice_core::{Client, Error, Operation, Value};
//! # const GET: Operation = Operation::get("v1ContactEntity_GetContactEntity", "/api/v1/Contact/{id}");
//! # async fn example() -> Result<(), Error> {
//! let client = Client::builder().base_url("https://crm.example.com/remote").basic("user", "password").build()?;
//! // What a generated method does:
//! let contact = client.request::<Option<Value>>(GET).path("id", 5).await?;
//! # Ok(())
//! # }
//! ```
//!
//! Results are `Option`s, because this API answers `null`, nothing or 204 where there is nothing; every field of a model is one
//! too. What a newer service sends besides is kept, and sent back when the entity is saved.
//!
//! # Authentication
//!
//! | how | with |
//! |---|---|
//! | user name and password, on-premise | [`ClientBuilder::basic`] |
//! | ticket | [`ClientBuilder::so_ticket`], online with [`ClientBuilder::app_token`] |
//! | access token, online | [`ClientBuilder::bearer`] |
//! | session of the web client | [`ClientBuilder::xsrf`] |
//! | OAuth 2.0 with PKCE, refreshed by itself | `auth::oauth`, feature `oauth` |
//! | system user, renewed by itself | `auth::system_user`, feature `system-user` |
//! | anything else | [`auth::CredentialSource`] |
//!
//! Online, give [`ClientBuilder::tenant`] instead of an address: the client finds the tenant, and finds it again when it moves.
//! Secrets are never printed, and the client's own copies are wiped when they are dropped. Signed tokens of the login are validated
//! before anything in them is used, with keys that the environment publishes or that are given (`auth::KeySet`); what a validated one
//! says is its `auth::Claims`.
//!
//! # Parts and translations
//!
//! [`Request::select`] asks for some properties only, and [`Request::language`] for translated texts. Saving what comes back
//! would empty the rest, or write the translation over all languages; so entities come wrapped in a [`View`], which cannot be
//! serialised, and remember it themselves ([`Extra`]): a call that writes refuses a body in which there is one of them, however it
//! came there ([`Error::PartialWrite`], [`Error::TranslatedWrite`]). `assume_complete` says that it may be written. No language is set
//! by default. A client with one ([`Client::with_language`]) reads translated texts everywhere and refuses to write any JSON. Untyped
//! [`Value`]s remember nothing.
//!
//! # Lists
//!
//! See [`archive`]: typed conditions, pages and rows as streams, for REST lists and for agents.
//!
//! # Errors
//!
//! [`Error`] tells what was refused before sending, what the network did, what the service answered (with status, headers, its
//! own words and the start of the body), and what could not be read (with the place in the JSON). An error object that comes with
//! a status of success is an error. Calls are repeated ([`RetryPolicy`]) only where that cannot do harm: by the
//! [`Safety`] of their operation, and by what is known about how they failed.
//!
//! # Time
//!
//! [`Request::timeout`] is for each attempt, reading the answer included; [`Request::deadline`] for the call as a whole, with credentials,
//! waiting for its turn (where the client has limits), repetitions and the pauses between them. Both can be set for a client. A [`Blob`]
//! is read after the call: its pauses are limited, its length in time is not. Time is always that of the [`transport::Transport`].
//!
//! # Features
//!
//! | feature | brings |
//! |---|---|
//! | `default-transport` (default) | [`transport::HttpTransport`]: hyper, rustls with ring, gzip, proxies |
//! | `blocking` | `Request::send_blocking` and the module `blocking`, for programs without async |
//! | `oauth`, `system-user` | see above |
//! | `webhook` | signature check and typed events of webhooks |
//! | `tracing` | spans and warnings, without values of parameters, headers or bodies |
//! | `chrono`, `jiff`, `time` | conversions of [`DateTime`] |
//!
//! Without `default-transport`, give the client a [`transport::Transport`] of your own; its vocabulary is `http` and `bytes`. The crate
//! `superoffice-reqwest` has one over reqwest.
//! Nothing else depends on an async runtime, a thread or a clock of the standard library (but `blocking`, which waits on a thread);
//! in a browser, the transport brings the clock too. No test of ours runs there. The default transport uses the tokio runtime it is
//! called in, and a thread of its own where there is none.
//!
//! # Versions
//!
//! Rust 1.88 or newer; raising that is a minor version. Public types of dependencies are those of `http`, `bytes`,
//! `futures-core`, `serde`, `serde_json` and `secrecy`.

#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

/// What the macros name in the crates that use them. A module, because what hides a re-export does not hide it where it is
/// re-exported once more.
#[doc(hidden)]
pub mod __serde {
    pub use serde::{Deserialize, Deserializer, Serialize, Serializer};
}

pub mod archive;
pub mod auth;
#[cfg(feature = "blocking")]
pub mod blocking;
pub mod model;
pub mod transport;
pub mod value;
#[cfg(feature = "webhook")]
pub mod webhook;

mod address;
mod blob;
mod body;
mod client;
mod error;
mod execute;
mod finite;
mod limits;
mod locale;
mod media_type;
mod multipart;
mod operation;
mod parameter;
mod patch;
mod renewable;
mod request;
mod response;
mod retry;
mod server_info;
mod tenant;
mod trace;
mod view;
mod within;

pub use blob::Blob;
pub use body::{Body, BodyError};
pub use client::{Client, ClientBuilder};
pub use error::{ApiError, AuthError, DecodeError, Error};
pub use locale::{Language, TimeZone};
pub use model::Model;
pub use multipart::Multipart;
pub use operation::{Operation, Safety, Verb};
pub use parameter::{ParameterValues, ToParameter};
pub use patch::{Patch, PatchOperation};
pub use request::Request;
pub use response::{Answer, FromResponse, Response};
pub use retry::RetryPolicy;
pub use serde_json::Value;
pub use server_info::ServerInfo;
pub use tenant::{Environment, TenantState, TenantStatus};
pub use value::{
    Base64, DateTime, Extra, FlagSet, Map, OpenEnum, Unrecognized, custom_field, date_time,
};
pub use view::{View, Viewable};
