//! Files at the Graph API (`docs/protocol.md` 5): where one is, its bytes, and giving it ours. The bearer token goes to Meta's hosts
//! and to the host that the number was set up with, and nowhere else; redirects are not followed.

use super::fields::{id_of, integer_of, text_of};
use crate::outgoing::PublicOnly;
use base64::Engine;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use futures::stream::BoxStream;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::ACCEPT;
use reqwest::{Client, ClientBuilder, Response, StatusCode, Url};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long an answer that is not a file may take.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
/// Where Meta keeps files: the domains themselves and everything below them.
const META_HOSTS: [&str; 4] = ["facebook.com", "fbsbx.com", "fbcdn.net", "whatsapp.net"];
/// What calls us when nothing else is set.
const USER_AGENT: &str = concat!("pilot-inbox/", env!("CARGO_PKG_VERSION"));

/// With what a number reaches its files.
#[derive(Clone, Copy)]
pub struct MediaAccess<'a> {
    /// Graph API base with version.
    pub base_url: &'a str,
    /// Meta's id of the number.
    pub phone_number_id: &'a str,
    /// Bearer token.
    pub access_token: &'a str,
}

/// What Meta says of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// Where its bytes are for five minutes.
    pub url: Url,
    /// Its type.
    pub mime_type: Option<String>,
    /// SHA-256.
    pub digest: Option<[u8; 32]>,
    /// In bytes.
    pub size: Option<u64>,
}

/// Why a call did not succeed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MediaError {
    /// Meta refused, with its code and words.
    #[error("Meta refused: {title} ({code})")]
    Refused {
        /// Meta's code, or the HTTP status where there is none.
        code: i64,
        /// Its title.
        title: String,
    },
    /// The address is no more: ask for a new one.
    #[error("the address has ended")]
    Gone,
    /// The address is on a host that must not have the token.
    #[error("the file is said to be at {0}, which is not Meta's")]
    Foreign(String),
    /// The address leads somewhere else.
    #[error("the address redirects")]
    Redirected,
    /// No answer, a cut, or one that is not of the documented form.
    #[error("{0}")]
    Unreadable(String),
}

/// A file to give to Meta.
pub struct Outgoing {
    /// Its type.
    pub mime_type: String,
    /// Its name.
    pub file_name: String,
    /// In bytes.
    pub size: u64,
    /// Its bytes.
    pub bytes: BoxStream<'static, Result<Bytes, object_store::Error>>,
}

/// Speaks to the Graph API about files.
#[derive(Clone)]
pub struct MediaClient {
    /// For the host that the number was set up with, wherever that is.
    own: Client,
    /// For Meta's hosts: by TLS, and at public addresses only.
    metas: Client,
}

impl MediaClient {
    /// `stall` is how long bytes may be waited for. Meta is said to refuse some user agents, so it can be set.
    pub fn new(user_agent: Option<&str>, stall: Duration) -> Result<Self, reqwest::Error> {
        let build = |builder: ClientBuilder| {
            builder
                .connect_timeout(CONNECT_TIMEOUT)
                .read_timeout(stall)
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .user_agent(user_agent.unwrap_or(USER_AGENT))
                .build()
        };
        Ok(Self {
            own: build(Client::builder())?,
            metas: build(
                Client::builder()
                    .https_only(true)
                    .dns_resolver(Arc::new(PublicOnly)),
            )?,
        })
    }

    /// Asks where a file is.
    pub async fn locate(
        &self,
        access: MediaAccess<'_>,
        media_id: &str,
    ) -> Result<Located, MediaError> {
        let answer = self
            .own
            .get(format!(
                "{}/{}?phone_number_id={}",
                access.base_url,
                utf8_percent_encode(media_id, NON_ALPHANUMERIC),
                utf8_percent_encode(access.phone_number_id, NON_ALPHANUMERIC)
            ))
            .bearer_auth(access.access_token)
            .timeout(ANSWER_TIMEOUT)
            .send()
            .await
            .map_err(unreadable)?;
        let answer = read_answer(answer).await?;
        let url = text_of(&answer, "url")
            .and_then(|url| Url::parse(&url).ok())
            .ok_or_else(|| MediaError::Unreadable("the answer has no address".into()))?;
        Ok(Located {
            url,
            mime_type: text_of(&answer, "mime_type"),
            digest: text_of(&answer, "sha256").and_then(|text| read_digest(&text)),
            size: integer_of(&answer, "file_size").and_then(|size| u64::try_from(size).ok()),
        })
    }

    /// Begins to fetch the bytes at an address.
    pub async fn open(
        &self,
        access: MediaAccess<'_>,
        located: &Located,
    ) -> Result<Response, MediaError> {
        let client = self.client_for(access.base_url, &located.url)?;
        let answer = client
            .get(located.url.clone())
            .bearer_auth(access.access_token)
            .header(ACCEPT, "*/*")
            .send()
            .await
            .map_err(unreadable)?;
        let status = answer.status();
        if status == StatusCode::OK {
            return Ok(answer);
        }
        Err(match status {
            StatusCode::NOT_FOUND | StatusCode::GONE => MediaError::Gone,
            _ if status.is_redirection() => MediaError::Redirected,
            _ if status.is_client_error() => MediaError::Refused {
                code: i64::from(status.as_u16()),
                title: format!("HTTP {status}"),
            },
            _ => MediaError::Unreadable(format!("HTTP {status}")),
        })
    }

    /// Gives Meta a file. Doing it twice does no harm. Returns Meta's id of it, good for 30 days.
    pub async fn upload(
        &self,
        access: MediaAccess<'_>,
        file: Outgoing,
    ) -> Result<String, MediaError> {
        let body = reqwest::Body::wrap_stream(file.bytes);
        let part = reqwest::multipart::Part::stream_with_length(body, file.size)
            .file_name(file.file_name)
            .mime_str(&file.mime_type)
            .map_err(unreadable)?;
        let form = reqwest::multipart::Form::new()
            .text("messaging_product", "whatsapp")
            .text("type", file.mime_type)
            .part("file", part);
        let answer = self
            .own
            .post(format!(
                "{}/{}/media",
                access.base_url, access.phone_number_id
            ))
            .bearer_auth(access.access_token)
            .multipart(form)
            .send()
            .await
            .map_err(unreadable)?;
        let answer = read_answer(answer).await?;
        id_of(&answer, "id")
            .ok()
            .flatten()
            .ok_or_else(|| MediaError::Unreadable("the answer has no id".into()))
    }

    /// With what this address may be asked, token in hand.
    fn client_for(&self, base_url: &str, url: &Url) -> Result<&Client, MediaError> {
        let is_own = Url::parse(base_url).is_ok_and(|base| base.origin() == url.origin());
        if is_own && url.username().is_empty() && url.password().is_none() {
            return Ok(&self.own);
        }
        if is_metas(url) {
            return Ok(&self.metas);
        }
        Err(MediaError::Foreign(
            url.host_str().unwrap_or("no host").to_owned(),
        ))
    }
}

/// Whether an address is one of Meta's: by TLS, on the usual port, without a user, and by name.
fn is_metas(url: &Url) -> bool {
    let Some(url::Host::Domain(host)) = url.host() else {
        return false;
    };
    let host = host.trim_end_matches('.');
    url.scheme() == "https"
        && url.port().is_none()
        && url.username().is_empty()
        && url.password().is_none()
        && META_HOSTS.iter().any(|known| {
            host.strip_suffix(known)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
}

async fn read_answer(answer: Response) -> Result<Value, MediaError> {
    let status = answer.status();
    if status.is_redirection() {
        return Err(MediaError::Redirected);
    }
    let read: Result<Value, _> = answer.json().await;
    let error = read.as_ref().ok().and_then(|body| body.get("error"));
    if error.is_some() || status.is_client_error() {
        return Err(MediaError::Refused {
            code: error
                .and_then(|error| integer_of(error, "code"))
                .unwrap_or_else(|| code_of(status)),
            title: error
                .and_then(|error| text_of(error, "message"))
                .unwrap_or_else(|| format!("HTTP {status}")),
        });
    }
    if !status.is_success() {
        return Err(MediaError::Unreadable(format!("HTTP {status}")));
    }
    read.map_err(unreadable)
}

/// Meta's code where something in front of it answered: too many calls are as many wherever they are counted.
fn code_of(status: StatusCode) -> i64 {
    match status {
        StatusCode::TOO_MANY_REQUESTS => 130_429,
        other => i64::from(other.as_u16()),
    }
}

/// Without the address: it may be of the five minutes' kind.
fn unreadable(error: reqwest::Error) -> MediaError {
    MediaError::Unreadable(error.without_url().to_string())
}

/// A SHA-256 in hexadecimal, as the Graph API writes it, or in base64, as webhooks do.
pub fn read_digest(text: &str) -> Option<[u8; 32]> {
    let lenient =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let text = text.trim();
    if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let mut digest = [0; 32];
        for (place, byte) in digest.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(place * 2..place * 2 + 2)?, 16).ok()?;
        }
        return Some(digest);
    }
    [&base64::alphabet::STANDARD, &base64::alphabet::URL_SAFE]
        .into_iter()
        .find_map(|alphabet| GeneralPurpose::new(alphabet, lenient).decode(text).ok())?
        .try_into()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose;

    fn client() -> MediaClient {
        MediaClient::new(None, Duration::from_secs(1)).unwrap()
    }

    #[test]
    fn the_token_goes_to_meta_and_to_the_numbers_own_host() {
        let client = client();
        let allowed =
            |base: &str, url: &str| client.client_for(base, &Url::parse(url).unwrap()).is_ok();
        let graph = "https://graph.facebook.com/v25.0";
        for good in [
            "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1",
            "https://graph.facebook.com/x",
            "https://mmg.whatsapp.net/x",
        ] {
            assert!(allowed(graph, good), "{good}");
        }
        for bad in [
            "http://lookaside.fbsbx.com/x",
            "https://lookaside.fbsbx.com:8443/x",
            "https://evilfbsbx.com/x",
            "https://fbsbx.com.evil.test/x",
            "https://fbsbx.com@evil.test/x",
            "https://u:p@lookaside.fbsbx.com/x",
            "https://127.0.0.1/x",
            "https://[::1]/x",
            "http://169.254.169.254/latest/meta-data",
            "file:///etc/passwd",
        ] {
            assert!(!allowed(graph, bad), "{bad}");
        }
        let own = "http://127.0.0.1:3000/simulator/graph/v25.0";
        assert!(allowed(own, "http://127.0.0.1:3000/simulator/media/1"));
        assert!(!allowed(own, "http://127.0.0.1:3001/simulator/media/1"));
        assert!(!allowed(own, "http://localhost:3000/simulator/media/1"));
    }

    #[tokio::test]
    async fn a_name_of_our_own_network_is_not_resolved() {
        let client = client();
        let error = client.metas.get("https://localhost/").send().await;
        assert!(error.unwrap_err().is_connect());
        let error = client.metas.get("http://localhost/").send().await;
        assert!(error.unwrap_err().is_builder(), "only by TLS");
    }

    #[test]
    fn digests_are_bytes_in_either_writing() {
        let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let digest = read_digest(hex).unwrap();
        assert_eq!(read_digest(&hex.to_uppercase()), Some(digest));
        let base64 = general_purpose::STANDARD.encode(digest);
        assert_eq!(read_digest(&base64), Some(digest));
        assert_eq!(read_digest(base64.trim_end_matches('=')), Some(digest));
        let safe = general_purpose::URL_SAFE.encode(digest);
        assert_eq!(read_digest(&safe), Some(digest));
        for none in ["", "x", "e3b0", "====", &"g".repeat(64), &"é".repeat(32)] {
            assert_eq!(read_digest(none), None, "{none}");
        }
    }
}
