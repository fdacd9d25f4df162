//! What the installation says about itself, for programs that must work with several versions.

use crate::client::Client;
use crate::operation::Operation;
use crate::request::Request;
use crate::value::Extra;

const SERVER_INFO: Operation = Operation::get("ServerInfo", "/api");

/// Versions of an installation.
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct ServerInfo {
    /// Address of version 1 of the API.
    pub v1: Option<String>,
    /// Version of the server (`10.3.8.1234`).
    pub net_server_version: Option<String>,
    /// When the server was built, as it writes it.
    pub net_server_date: Option<String>,
    /// Versions of the services that it offers.
    pub services: Option<serde_json::Value>,
    /// The newest of them.
    pub services_current: Option<String>,
    /// Version of the product.
    pub version: Option<String>,
    /// Unknown fields and explicit nulls.
    pub extra: Extra,
}

crate::model! {
    ServerInfo {
        0 v1 "v1",
        1 net_server_version "NetServerVersion",
        2 net_server_date "NetServerDate",
        3 services "Services",
        4 services_current "ServicesCurrent",
        5 version "Version",
    }
}

impl Client {
    /// `GET /api`: versions of the installation.
    pub fn server_info(&self) -> Request<'_, Option<ServerInfo>> {
        self.request(SERVER_INFO)
    }
}
