//! The gateway of phones that are linked by a code (docs/protocol.md, "The gateway"): its sessions. Messages and files go another way, as to
//! Meta.

use super::cloud_api::{id_of, text_of};
use super::connector::{Attempt, ConnectError, Connector, Link, Step};
use crate::store::PairingCode;
use async_trait::async_trait;
use jiff::Timestamp;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;
use url::Url;

/// How long it may take to be reached, and to answer.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(4);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a code is good of which the gateway does not say it, in milliseconds.
const CODE_MS: i64 = 60_000;
/// Longest text of a QR code that a phone can read well, in bytes.
const QR_BYTES: usize = 2_000;

/// Where the gateway is.
#[derive(Debug, Clone)]
pub struct GatewaySettings {
    /// Its address.
    pub url: String,
    /// What it wants as Bearer.
    pub token: String,
}

/// The gateway.
pub struct Gateway {
    client: reqwest::Client,
    base: String,
    token: String,
}

impl Gateway {
    /// Speaks to this one.
    pub fn new(settings: &GatewaySettings) -> Result<Self, reqwest::Error> {
        Ok(Self {
            client: reqwest::Client::builder()
                .connect_timeout(CONNECT_TIMEOUT)
                .timeout(ANSWER_TIMEOUT)
                // The bearer token goes where the operator said and nowhere else.
                .redirect(reqwest::redirect::Policy::none())
                .user_agent(concat!("pilot-inbox/", env!("CARGO_PKG_VERSION")))
                .build()?,
            base: settings.url.trim_end_matches('/').to_owned(),
            token: settings.token.clone(),
        })
    }

    /// A request about a session, whose id is one part of the address whatever is in it.
    fn request(&self, method: Method, parts: &[&str]) -> Result<RequestBuilder, ConnectError> {
        let mut url = Url::parse(&self.base)
            .map_err(|error| ConnectError::Failed(format!("the gateway's address: {error}")))?;
        url.path_segments_mut()
            .map_err(|()| ConnectError::Failed("the gateway's address takes no path".into()))?
            .pop_if_empty()
            .push("sessions")
            .extend(parts);
        Ok(self.client.request(method, url).bearer_auth(&self.token))
    }

    /// The session as the gateway describes it; `None` if it knows none.
    async fn ask(request: RequestBuilder) -> Result<Option<Value>, ConnectError> {
        let answer = request.send().await.map_err(failed)?;
        match answer.status() {
            status if status.is_success() => {
                let said: Value = answer.json().await.map_err(failed)?;
                Ok(Some(said))
            }
            StatusCode::NOT_FOUND => Ok(None),
            StatusCode::BAD_REQUEST | StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY => {
                let said: Value = answer.json().await.unwrap_or_default();
                let reason = text_of(&said, "error").unwrap_or_else(|| "without a reason".into());
                Err(ConnectError::Refused(format!(
                    "The gateway refused this number: {}",
                    reason.chars().take(300).collect::<String>()
                )))
            }
            status => Err(ConnectError::Failed(format!("HTTP {status}"))),
        }
    }
}

fn failed(error: reqwest::Error) -> ConnectError {
    if error.is_timeout() {
        return ConnectError::Timeout;
    }
    ConnectError::Failed(error.without_url().to_string())
}

#[async_trait]
impl Connector for Gateway {
    async fn advance(&self, attempt: Attempt<'_>) -> Result<Step, ConnectError> {
        let (known, said) = match attempt {
            Attempt::Begin { phone, name } => {
                let request = self.request(Method::POST, &[])?;
                let body = json!({"number": phone, "name": name});
                (None, Self::ask(request.json(&body)).await?)
            }
            Attempt::Look { session } => {
                let request = self.request(Method::GET, &[session])?;
                (Some(session), Self::ask(request).await?)
            }
            Attempt::Renew { session } => {
                let request = self.request(Method::POST, &[session, "refresh"])?;
                (Some(session), Self::ask(request).await?)
            }
            Attempt::Credentials { .. } | Attempt::Signup { .. } => {
                return Err(ConnectError::NotConfigured);
            }
        };
        match (said, known) {
            (Some(said), known) => read(&said, known, crate::clock::now_ms()),
            (None, Some(_)) => Ok(Step::CodeOver),
            (None, None) => Err(ConnectError::Failed("HTTP 404 for a new session".into())),
        }
    }

    async fn leave(&self, session: &str) -> Result<(), ConnectError> {
        let request = self.request(Method::DELETE, &[session])?;
        let answer = request.send().await.map_err(failed)?;
        match answer.status() {
            status if status.is_success() || status == StatusCode::NOT_FOUND => Ok(()),
            status => Err(ConnectError::Failed(format!("HTTP {status}"))),
        }
    }
}

/// What an answer says of a session.
fn read(said: &Value, known: Option<&str>, now: i64) -> Result<Step, ConnectError> {
    let damaged = |what: &str| ConnectError::Failed(format!("the gateway's answer has {what}"));
    let id = |field| id_of(said, field).map_err(damaged);
    let session = match known {
        Some(known) => known.to_owned(),
        None => id("sessionId")?.ok_or_else(|| damaged("no `sessionId`"))?,
    };
    match said["state"].as_str() {
        Some("CONNECTING") => {
            let qr = text_of(said, "qr").filter(|qr| qr.len() <= QR_BYTES);
            let pairing_code = id("pairingCode")?.filter(|code| code.len() <= 32);
            let expires_at = text_of(said, "codeExpiresAt")
                .and_then(|text| text.parse::<Timestamp>().ok())
                .map_or(now + CODE_MS, Timestamp::as_millisecond);
            let is_there = qr.is_some() || pairing_code.is_some();
            Ok(Step::Waiting {
                session,
                code: is_there.then_some(PairingCode {
                    qr,
                    pairing_code,
                    expires_at,
                }),
            })
        }
        Some("OPEN") => {
            let phone: String = text_of(said, "phone")
                .unwrap_or_default()
                .chars()
                .filter(char::is_ascii_digit)
                .collect();
            let base = text_of(said, "graphBaseUrl").ok_or_else(|| damaged("no `graphBaseUrl`"))?;
            let is_address = Url::parse(&base).is_ok_and(|url| {
                matches!(url.scheme(), "http" | "https") && url.username().is_empty()
            });
            if !is_address || !(7..=15).contains(&phone.len()) {
                return Err(damaged("an address or a phone that is none"));
            }
            Ok(Step::Open(Box::new(Link {
                phone_number_id: id("phoneNumberId")?
                    .ok_or_else(|| damaged("no `phoneNumberId`"))?,
                access_token: text_of(said, "accessToken")
                    .ok_or_else(|| damaged("no `accessToken`"))?,
                graph_base_url: base.trim_end_matches('/').to_owned(),
                phone,
                session: Some(session),
            })))
        }
        Some("EXPIRED") => Ok(Step::CodeOver),
        Some("CLOSE") => Ok(Step::Ended),
        _ => Err(damaged("no state that is known")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(said: Value) -> Result<Step, ConnectError> {
        read(&said, Some("s"), 1_000)
    }

    #[test]
    fn a_session_is_read_as_far_as_it_is() {
        let waiting = json!({"state": "CONNECTING", "qr": "2@abc", "pairingCode": "ABCD-1234", "codeExpiresAt": "1970-01-01T00:01:00.000Z"});
        let Step::Waiting { session, code } = step(waiting).unwrap() else {
            panic!("it waits")
        };
        let code = code.unwrap();
        assert_eq!((session.as_str(), code.expires_at), ("s", 60_000));
        let bare = step(json!({"state": "CONNECTING"})).unwrap();
        assert!(matches!(bare, Step::Waiting { code: None, .. }));
        assert_eq!(step(json!({"state": "EXPIRED"})).unwrap(), Step::CodeOver);
        assert_eq!(step(json!({"state": "CLOSE"})).unwrap(), Step::Ended);
    }

    #[test]
    fn an_open_session_says_how_the_number_is_reached() {
        let open = json!({"state": "OPEN", "phoneNumberId": "9", "accessToken": "t", "graphBaseUrl": "https://gate.test/graph/v25.0/",
            "phone": "+55 11 99999-0000"});
        let Step::Open(link) = step(open.clone()).unwrap() else {
            panic!("it is open")
        };
        assert_eq!(link.graph_base_url, "https://gate.test/graph/v25.0");
        assert_eq!(link.phone, "5511999990000");
        assert!(
            !format!("{link:?}").contains("\"t\""),
            "tokens reach no log"
        );
        for (field, bad) in [
            ("phone", json!("none")),
            ("graphBaseUrl", json!("file:///etc/passwd")),
            ("graphBaseUrl", Value::Null),
            ("accessToken", json!("")),
            ("phoneNumberId", json!("a\0b")),
            ("state", json!("open")),
        ] {
            let mut said = open.clone();
            said[field] = bad;
            assert!(
                matches!(step(said), Err(ConnectError::Failed(_))),
                "{field}"
            );
        }
    }
}
