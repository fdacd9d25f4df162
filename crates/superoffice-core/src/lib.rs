//! The hand-written runtime of the SuperOffice WebAPI SDK.

#![forbid(unsafe_code)]

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
mod limits;
mod locale;
mod multipart;
mod operation;
mod parameter;
mod patch;
mod renewable;
mod request;
mod response;
mod retry;
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
#[doc(hidden)]
pub use serde as __serde;
pub use serde_json::Value;
pub use tenant::{Environment, TenantState, TenantStatus};
pub use value::{
    Base64, DateTime, Extra, FlagSet, Map, OpenEnum, Unrecognized, custom_field, date_time,
};
pub use view::{View, Viewable};
