//! Connecting a number of Meta's: its credentials are tried, this app gets the webhooks of its account, and the number is registered where
//! it is not (Meta, "Onboarding", "Registration").

use super::fields::{id_of, text_of};
use super::graph::GraphClient;
use crate::pairing::is_same;
use crate::provider::connector::{Attempt, ConnectError, Connector, Link, Step};
use async_trait::async_trait;
use aws_lc_rs::rand;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use url::Url;

/// Most accounts of a token that are looked at for the number.
const ACCOUNTS: usize = 20;
/// Meta's code for a number whose two-step verification wants its own PIN.
const PIN_MISMATCH: i64 = 133_005;

/// An app at Meta's, whose window (Embedded Signup) may be used.
#[derive(Clone)]
pub struct MetaApp {
    /// Its id.
    pub id: String,
    /// Its secret.
    pub secret: String,
    /// Id of its configuration of Facebook Login for Business, which the connect page opens Meta's window with.
    pub login_config_id: Option<String>,
}

/// Connects numbers of Meta's.
pub struct MetaConnector {
    graph: GraphClient,
    base: String,
    app: Option<MetaApp>,
}

impl MetaConnector {
    /// `base` is the Graph API with version.
    pub fn new(graph: GraphClient, base: &str, app: Option<MetaApp>) -> Self {
        Self {
            graph,
            base: base.trim_end_matches('/').to_owned(),
            app,
        }
    }

    /// Whether Meta's window may be used.
    pub fn has_app(&self) -> bool {
        self.app.is_some()
    }

    /// The app whose window may be used, and its configuration of it.
    pub fn window(&self) -> Option<(&str, &str)> {
        let app = self.app.as_ref()?;
        Some((&app.id, app.login_config_id.as_deref()?))
    }

    /// The app's id, which Meta's window needs.
    pub fn app_id(&self) -> Option<&str> {
        self.app.as_ref().map(|app| app.id.as_str())
    }

    fn request(
        &self,
        method: Method,
        parts: &[&str],
        query: &[(&str, &str)],
    ) -> Result<RequestBuilder, ConnectError> {
        let mut url = Url::parse(&self.base)
            .map_err(|error| ConnectError::Failed(format!("the Graph API's address: {error}")))?;
        url.path_segments_mut()
            .map_err(|()| ConnectError::Failed("the Graph API's address takes no path".into()))?
            .pop_if_empty()
            .extend(parts);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(self.graph.request(method, url))
    }

    /// The answer, or Meta's own words of why there is none.
    async fn ask(request: RequestBuilder) -> Result<Value, Refusal> {
        let answer = request.send().await.map_err(|error| {
            Refusal::Other(if error.is_timeout() {
                ConnectError::Timeout
            } else {
                ConnectError::Failed(error.without_url().to_string())
            })
        })?;
        let status = answer.status();
        let said: Value = answer.json().await.unwrap_or_default();
        if status.is_success() {
            return Ok(said);
        }
        match text_of(&said["error"], "message") {
            Some(message) if status.is_client_error() => Err(Refusal::Meta {
                code: said["error"]["code"].as_i64().unwrap_or_default(),
                message: message.chars().take(300).collect(),
            }),
            _ => Err(Refusal::Other(ConnectError::Failed(format!(
                "HTTP {status}"
            )))),
        }
    }

    /// Everything after there is a token.
    async fn connect(
        &self,
        expected: &str,
        phone_number_id: &str,
        access_token: &str,
        waba_id: Option<&str>,
        pin: Option<&str>,
    ) -> Result<Step, ConnectError> {
        let fields = [(
            "fields",
            "display_phone_number,verified_name,status,platform_type",
        )];
        let described = self.request(Method::GET, &[phone_number_id], &fields)?;
        let known = Self::ask(described.bearer_auth(access_token))
            .await
            .map_err(|why| why.said("Meta does not know this number by this token"))?;
        let phone: String = text_of(&known, "display_phone_number")
            .unwrap_or_default()
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        if !(7..=15).contains(&phone.len()) {
            return Err(ConnectError::Refused(
                "This is not the ID of a phone number at Meta. Take the Phone number ID, not that of the account or the app.".into(),
            ));
        }
        // Before anything is changed at Meta's.
        if !expected.is_empty() && !is_same(expected, &phone) {
            return Err(ConnectError::OtherPhone);
        }
        let account = match waba_id {
            Some(named) => named.to_owned(),
            None => self.account_of(phone_number_id, access_token).await?,
        };
        if waba_id.is_some()
            && !self
                .has_number(&account, phone_number_id, access_token)
                .await?
        {
            return Err(ConnectError::Refused(
                "This number does not belong to this WhatsApp Business Account.".into(),
            ));
        }
        let subscribe = self.request(Method::POST, &[&account, "subscribed_apps"], &[])?;
        Self::ask(subscribe.bearer_auth(access_token))
            .await
            .map_err(|why| why.said("Meta did not let this app receive the account's messages"))?;
        if !is_registered(&known) {
            self.register(phone_number_id, access_token, pin).await?;
        }
        Ok(Step::Open(Box::new(Link {
            phone_number_id: phone_number_id.to_owned(),
            access_token: access_token.to_owned(),
            graph_base_url: self.base.clone(),
            phone,
            session: None,
        })))
    }

    /// The account whose number this is, of those that the token is for (Meta, "Debug token", `granular_scopes`).
    async fn account_of(
        &self,
        phone_number_id: &str,
        access_token: &str,
    ) -> Result<String, ConnectError> {
        let query = [("input_token", access_token)];
        let debugged = self.request(Method::GET, &["debug_token"], &query)?;
        let said = Self::ask(debugged.bearer_auth(access_token))
            .await
            .map_err(|why| why.said("Meta does not say which account this token is for"))?;
        let scopes = said["data"]["granular_scopes"].as_array();
        let mut accounts: Vec<String> = scopes
            .into_iter()
            .flatten()
            .filter(|scope| {
                matches!(
                    scope["scope"].as_str(),
                    Some("whatsapp_business_management" | "whatsapp_business_messaging")
                )
            })
            .filter_map(|scope| scope["target_ids"].as_array())
            .flatten()
            .filter_map(|id| id.as_str().map(str::to_owned))
            .collect();
        accounts.sort();
        accounts.dedup();
        for account in accounts.into_iter().take(ACCOUNTS) {
            if self
                .has_number(&account, phone_number_id, access_token)
                .await?
            {
                return Ok(account);
            }
        }
        Err(ConnectError::Refused(
            "Meta does not say to which WhatsApp Business Account this number belongs. Name it as well: its ID stands beside that of the number.".into(),
        ))
    }

    /// Whether an account has a number. One that the token does not reach has none.
    async fn has_number(
        &self,
        account: &str,
        phone_number_id: &str,
        access_token: &str,
    ) -> Result<bool, ConnectError> {
        let query = [("fields", "id"), ("limit", "100")];
        let listed = self.request(Method::GET, &[account, "phone_numbers"], &query)?;
        match Self::ask(listed.bearer_auth(access_token)).await {
            Ok(said) => Ok(said["data"].as_array().is_some_and(|numbers| {
                numbers.iter().any(|number| {
                    id_of(number, "id").is_ok_and(|id| id.as_deref() == Some(phone_number_id))
                })
            })),
            Err(Refusal::Meta { .. }) => Ok(false),
            Err(Refusal::Other(error)) => Err(error),
        }
    }

    async fn register(
        &self,
        phone_number_id: &str,
        access_token: &str,
        pin: Option<&str>,
    ) -> Result<(), ConnectError> {
        let pin = match pin {
            Some(pin) => pin.to_owned(),
            None => random_pin()?,
        };
        let body = json!({"messaging_product": "whatsapp", "pin": pin});
        let registered = self.request(Method::POST, &[phone_number_id, "register"], &[])?;
        match Self::ask(registered.bearer_auth(access_token).json(&body)).await {
            Ok(_) => Ok(()),
            Err(Refusal::Meta { code, .. }) if code == PIN_MISMATCH => Err(ConnectError::Refused(
                "This number has two-step verification. Give its six-digit PIN as well, or switch it off in WhatsApp Manager.".into(),
            )),
            Err(why) => Err(why.said("Meta did not register this number")),
        }
    }
}

/// Why Meta gave no answer of use.
enum Refusal {
    Meta { code: i64, message: String },
    Other(ConnectError),
}

impl Refusal {
    /// With what it was about.
    fn said(self, about: &str) -> ConnectError {
        match self {
            Self::Meta { message, .. } => ConnectError::Refused(format!("{about}: {message}")),
            Self::Other(error) => error,
        }
    }
}

/// Whether the Cloud API has the number: Meta says so in two fields, of which older answers lack one.
fn is_registered(known: &Value) -> bool {
    let is = |field: &str, word: &str| text_of(known, field).is_none_or(|said| said == word);
    is("status", "CONNECTED") && is("platform_type", "CLOUD_API")
}

/// Nobody has to know it: whoever moves the number sets another one in WhatsApp Manager.
fn random_pin() -> Result<String, ConnectError> {
    let mut bytes = [0u8; 4];
    rand::fill(&mut bytes).map_err(|_| ConnectError::Failed("no random bytes".into()))?;
    Ok(format!("{:06}", u32::from_be_bytes(bytes) % 1_000_000))
}

#[async_trait]
impl Connector for MetaConnector {
    async fn advance(&self, attempt: Attempt<'_>) -> Result<Step, ConnectError> {
        match attempt {
            Attempt::Credentials {
                phone,
                phone_number_id,
                access_token,
                waba_id,
                pin,
            } => {
                self.connect(phone, phone_number_id, access_token, waba_id, pin)
                    .await
            }
            Attempt::Signup {
                phone,
                code,
                waba_id,
                phone_number_id,
            } => {
                let app = self.app.as_ref().ok_or(ConnectError::NotConfigured)?;
                let query = [
                    ("client_id", app.id.as_str()),
                    ("client_secret", app.secret.as_str()),
                    ("code", code),
                ];
                let exchanged = self.request(Method::GET, &["oauth", "access_token"], &query)?;
                let said = Self::ask(exchanged)
                    .await
                    .map_err(|why| why.said("Meta did not take this sign-up"))?;
                let token = text_of(&said, "access_token")
                    .ok_or_else(|| ConnectError::Failed("an exchange without a token".into()))?;
                self.connect(phone, phone_number_id, &token, Some(waba_id), None)
                    .await
            }
            Attempt::Begin { .. } | Attempt::Look { .. } | Attempt::Renew { .. } => {
                Err(ConnectError::NotConfigured)
            }
        }
    }

    async fn leave(&self, _: &str) -> Result<(), ConnectError> {
        // Numbers of Meta's have no session.
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_registered_unless_meta_says_otherwise() {
        assert!(is_registered(
            &json!({"status": "CONNECTED", "platform_type": "CLOUD_API"})
        ));
        assert!(is_registered(&json!({})));
        assert!(!is_registered(&json!({"status": "PENDING"})));
        assert!(!is_registered(
            &json!({"status": "CONNECTED", "platform_type": "NOT_APPLICABLE"})
        ));
    }

    #[test]
    fn a_pin_has_six_digits() {
        for _ in 0..50 {
            let pin = random_pin().unwrap();
            assert!(
                pin.len() == 6 && pin.bytes().all(|b| b.is_ascii_digit()),
                "{pin}"
            );
        }
    }
}
