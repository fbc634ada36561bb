//! The Graph API client: one call, and an answer that says for certain whether anything may have gone out.

use super::fields::{id_of, integer_of, text_of};
use super::templates::template;
use app::templates::MessageTemplate;
use serde_json::Value;
use std::time::Duration;

/// How long an answer may take. Past it the outcome is unknown, not a failure.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Where a call goes, and with what right.
#[derive(Clone, Copy)]
pub struct Route<'a> {
    /// Graph API base with version.
    pub base_url: &'a str,
    /// Meta's id of the number.
    pub phone_number_id: &'a str,
    /// Bearer token.
    pub access_token: &'a str,
}

/// What became of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendOutcome {
    /// Meta took it.
    Accepted {
        /// WhatsApp's id.
        provider_id: String,
    },
    /// Meta took what is no message.
    Done,
    /// Meta refused it: it did not go out.
    Refused {
        /// Meta's code.
        code: i64,
        /// Its title.
        title: String,
        /// Its details.
        details: Option<String>,
    },
    /// No connection was made: it did not go out.
    NotSent(String),
    /// It may have gone out.
    Unknown(String),
}

/// A number as Meta knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownNumber {
    /// Digits with country code.
    pub phone: String,
    /// What customers see.
    pub name: Option<String>,
}

/// Speaks to the Graph API.
#[derive(Clone)]
pub struct GraphClient(reqwest::Client);

impl GraphClient {
    /// A client with a connection pool of its own.
    pub fn new() -> Result<Self, reqwest::Error> {
        Self::waiting(ANSWER_TIMEOUT)
    }

    /// The same, which waits so long for an answer.
    pub fn waiting(answer: Duration) -> Result<Self, reqwest::Error> {
        reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(answer)
            // The bearer token goes where the number says and nowhere else.
            .redirect(reqwest::redirect::Policy::none())
            // Idempotence is ours to judge.
            .retry(reqwest::retry::never())
            .user_agent(concat!("pilot-inbox/", env!("CARGO_PKG_VERSION")))
            .build()
            .map(Self)
    }

    /// A request of another kind, by the same rules.
    pub(super) fn request(
        &self,
        method: reqwest::Method,
        url: reqwest::Url,
    ) -> reqwest::RequestBuilder {
        self.0.request(method, url)
    }

    /// Posts a body to the messages of a number (Meta, "Send messages"): something to send, or a read receipt.
    pub async fn post_message(&self, route: Route<'_>, body: &Value) -> SendOutcome {
        let request = self
            .0
            .post(format!(
                "{}/{}/messages",
                route.base_url, route.phone_number_id
            ))
            .bearer_auth(route.access_token)
            .json(body);
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) if error.is_connect() || error.is_builder() => {
                return SendOutcome::NotSent(error.without_url().to_string());
            }
            Err(error) => return SendOutcome::Unknown(error.without_url().to_string()),
        };
        let status = response.status();
        match response.json::<Value>().await {
            // A read receipt is no message, and has no id.
            Ok(answer) if status.is_success() && answer["success"] == true => SendOutcome::Done,
            Ok(answer) => read_answer(status, &answer),
            Err(error) => read_answer_without_body(status, &error.without_url().to_string()),
        }
    }
}

impl GraphClient {
    /// All templates of an account (whose id stands in the place of the number's), or `None` if not every page could be read. Pages
    /// are asked for by cursor: an address in an answer is not followed.
    pub async fn templates(&self, route: Route<'_>) -> Option<Vec<MessageTemplate>> {
        const PAGES: usize = 100;
        let mut found = Vec::new();
        let mut after: Option<String> = None;
        for _ in 0..PAGES {
            let mut address = reqwest::Url::parse(&format!(
                "{}/{}/message_templates",
                route.base_url, route.phone_number_id
            ))
            .ok()?;
            address.query_pairs_mut().extend_pairs([
                (
                    "fields",
                    "name,language,category,status,parameter_format,components",
                ),
                ("limit", "100"),
            ]);
            if let Some(after) = &after {
                address.query_pairs_mut().append_pair("after", after);
            }
            let request = self.0.get(address).bearer_auth(route.access_token);
            let answer = request.send().await.ok()?.error_for_status().ok()?;
            let page: Value = answer.json().await.ok()?;
            let items = page.get("data")?.as_array()?;
            found.extend(items.iter().filter_map(template));
            after = text_of(&page["paging"]["cursors"], "after");
            if page["paging"].get("next").is_none() || after.is_none() {
                return Some(found);
            }
        }
        Some(found)
    }

    /// What Meta says of a number, or why it says nothing (Meta, "Phone numbers").
    pub async fn describe(&self, route: Route<'_>) -> Result<KnownNumber, String> {
        const SILENT: &str = "no answer that can be read";
        let address = format!(
            "{}/{}?fields=display_phone_number,verified_name",
            route.base_url, route.phone_number_id
        );
        let request = self.0.get(address).bearer_auth(route.access_token);
        let response = request
            .send()
            .await
            .map_err(|error| error.without_url().to_string())?;
        let is_known = response.status().is_success();
        let answer: Value = response.json().await.map_err(|_| SILENT.to_owned())?;
        if !is_known {
            let said = text_of(&answer["error"], "message");
            return Err(said
                .unwrap_or_else(|| SILENT.into())
                .chars()
                .take(300)
                .collect());
        }
        let shown = text_of(&answer, "display_phone_number").unwrap_or_default();
        let phone: String = shown.chars().filter(char::is_ascii_digit).collect();
        if !(7..=15).contains(&phone.len()) {
            return Err("this is no phone number's ID".into());
        }
        let name = text_of(&answer, "verified_name");
        Ok(KnownNumber {
            phone,
            name: name.filter(|name| !name.trim().is_empty()),
        })
    }

    /// Whether WhatsApp lets this number send again: it answers for it, and says that it is connected (Meta, "Phone numbers").
    pub async fn may_send(&self, route: Route<'_>) -> bool {
        let address = format!("{}/{}?fields=status", route.base_url, route.phone_number_id);
        let request = self.0.get(address).bearer_auth(route.access_token);
        let Ok(response) = request.send().await else {
            return false;
        };
        if !response.status().is_success() {
            return false;
        }
        match response.json::<Value>().await {
            Ok(answer) => text_of(&answer, "status").is_none_or(|status| status == "CONNECTED"),
            Err(_) => false,
        }
    }
}

fn read_answer(status: reqwest::StatusCode, answer: &Value) -> SendOutcome {
    if let Some(error) = answer.get("error") {
        let Some(code) = integer_of(error, "code") else {
            return read_answer_without_body(status, "an error without a code");
        };
        return SendOutcome::Refused {
            code,
            title: text_of(error, "message").unwrap_or_default(),
            details: error
                .get("error_data")
                .and_then(|data| text_of(data, "details")),
        };
    }
    let id = answer
        .get("messages")
        .and_then(|messages| messages.get(0))
        .and_then(|message| id_of(message, "id").ok().flatten());
    match id {
        Some(provider_id) if status.is_success() => SendOutcome::Accepted { provider_id },
        _ => read_answer_without_body(status, "the answer is not of the documented form"),
    }
}

/// Without Meta's own words: a 4xx says that the request was refused before it was carried out, everything else says nothing.
fn read_answer_without_body(status: reqwest::StatusCode, detail: &str) -> SendOutcome {
    if status == reqwest::StatusCode::TOO_MANY_REQUESTS {
        SendOutcome::Refused {
            code: 130_429,
            title: "Rate limit".into(),
            details: None,
        }
    } else if status.is_client_error() || status.is_redirection() {
        SendOutcome::Refused {
            code: i64::from(status.as_u16()),
            title: format!("HTTP {status}"),
            details: None,
        }
    } else {
        SendOutcome::Unknown(format!("HTTP {status}: {detail}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::StatusCode;
    use serde_json::json;

    #[test]
    fn answers_carry_nothing_that_no_database_takes() {
        let id = |id: &str| read_answer(StatusCode::OK, &json!({"messages": [{"id": id}]}));
        assert_eq!(
            id("wamid.1"),
            SendOutcome::Accepted {
                provider_id: "wamid.1".into()
            }
        );
        // It went out, under a name that cannot be kept.
        for odd in ["wamid.\0", &"w".repeat(5_000)] {
            assert!(matches!(id(odd), SendOutcome::Unknown(_)), "{odd:?}");
        }
        let error = json!({"code": 100, "message": "a\0b", "error_data": {"details": "c\0d"}});
        assert_eq!(
            read_answer(StatusCode::BAD_REQUEST, &json!({"error": error})),
            SendOutcome::Refused {
                code: 100,
                title: "a\u{fffd}b".into(),
                details: Some("c\u{fffd}d".into())
            }
        );
    }
}
