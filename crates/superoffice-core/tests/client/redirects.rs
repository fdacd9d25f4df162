//! Redirects are reported, never followed.

use serde_json::Value;
use superoffice_core::Error;

use crate::server::{LIST, POST, Server, json, response};

#[tokio::test]
async fn no_redirect_is_followed() {
    for status in [
        "301 Moved Permanently",
        "302 Found",
        "303 See Other",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        let other = Server::always(json("200 OK", "1"));
        for target in [
            format!("{}/api/v1/Thing?secret=1", other.address),
            format!(
                "{}/api/v1/Thing",
                other.address.replace("127.0.0.1", "localhost")
            ),
            "http://elsewhere.example/api/v1/Thing".to_owned(),
        ] {
            let server = Server::always(response(status, &format!("Location: {target}\r\n"), ""));
            let client = server
                .builder()
                .basic("user", "password")
                .app_token("token")
                .build()
                .unwrap();
            for operation in [LIST, POST] {
                let error = client
                    .request::<Option<Value>>(operation)
                    .await
                    .unwrap_err();
                let Error::Redirect {
                    status: seen,
                    location,
                    ..
                } = &error
                else {
                    panic!("{error:?}")
                };
                assert_eq!(seen.as_str(), &status[..3]);
                assert_eq!(Some(location.as_str()), target.split('?').next());
                assert!(!error.to_string().contains("secret"));
            }
            assert_eq!(server.received().len(), 2);
        }
        assert_eq!(other.connections(), 0);
    }
}
