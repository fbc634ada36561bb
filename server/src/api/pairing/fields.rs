//! What a request to connect a number says, checked.

use crate::branding::{Branding, read_override};
use crate::pairing::{Desk, digits};
use crate::store::{MetaFlow, NumberSettings, Provider};
use app::error::{ApiError, Code};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::{Host, Url};
use utoipa::{IntoParams, ToSchema};

/// Longest name and reference, in characters.
const NAME_CHARS: usize = 100;
const REFERENCE_CHARS: usize = 200;
/// Longest answer to a call that is refused, in characters (Pilot Status).
const REJECT_CHARS: usize = 1_000;
/// Longest address, in bytes.
const URL_BYTES: usize = 2048;

/// A number to make, whose phone is linked by a code.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewNumberBody {
    /// At most 100 characters.
    #[schema(example = "Sales", min_length = 1, max_length = 100)]
    pub name: String,
    /// Digits with country code, with or without a plus sign.
    #[schema(example = "+5511999990000", pattern = "^\\+?[1-9][0-9]{9,14}$")]
    pub number: String,
    /// Without effect: keys of the workspace have all numbers.
    pub link_to_api_key: Option<bool>,
    /// How it behaves from the start.
    pub settings: Option<NumberSettingsInput>,
}

/// How a number behaves. What is left out or null is as it is by default.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NumberSettingsInput {
    /// True by default: what the phone remembers comes in when it is connected.
    pub history_import_enabled: Option<bool>,
    /// Whether webhooks tell of history.
    pub webhook_historical_messages: Option<bool>,
    /// Whether channels are dropped.
    pub ignore_newsletters: Option<bool>,
    /// True by default: who answers has read.
    pub mark_read_on_send: Option<bool>,
    /// Of linked phones, as all below.
    pub always_online: Option<bool>,
    /// Whether calls are refused.
    pub reject_call: Option<bool>,
    /// What who called is told then.
    #[schema(max_length = 1000)]
    pub msg_reject_call: Option<String>,
    /// Whether everything is read at once.
    pub read_messages: Option<bool>,
    /// Whether groups are dropped.
    pub ignore_groups: Option<bool>,
    /// Whether status posts are dropped.
    pub ignore_status: Option<bool>,
}

/// A link to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RemotePairingInput {
    /// At most 100 characters; may be left out of a number of Meta's.
    #[schema(example = "Sales", max_length = 100)]
    pub name: Option<String>,
    /// Digits with country code, with or without a plus sign. May be left out of a number of Meta's, and is then whichever is connected.
    #[schema(example = "+5511999990000")]
    pub number: Option<String>,
    /// `PILOT_STATUS` if left out: a phone that is linked by a code. `META`: WhatsApp Cloud API.
    #[schema(example = "PILOT_STATUS")]
    pub provider: Option<String>,
    /// `embedded`: in Meta's own window. `credentials`: by an id and an access token. Names `META` by itself.
    pub meta_flow: Option<String>,
    /// Without effect: keys of the workspace have all numbers.
    pub link_to_api_key: Option<bool>,
    /// This server sends no links: `messageError` says so.
    pub send_via_whats_app: Option<bool>,
    /// Where whoever connects goes afterwards: `https://`, or `http://localhost`.
    #[schema(example = "https://app.example.com/settings")]
    pub redirect_url: Option<String>,
    /// By which your backend knows it; at most 200 characters.
    pub external_ref: Option<String>,
    /// How the page of this link looks, beside the workspace's branding.
    #[schema(value_type = Option<Branding>)]
    pub branding: Option<Value>,
    /// The same.
    #[schema(value_type = Option<Branding>)]
    pub branding_override: Option<Value>,
}

/// Of which link.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CodeQuery {
    /// `primary`, the only one.
    #[param(example = "primary", pattern = "^primary$")]
    pub link: Option<String>,
}

pub(super) fn invalid(field: &str, sentence: impl Into<String>) -> ApiError {
    ApiError::new(Code::PairingInvalid, sentence).at(field)
}

pub(super) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(body).map_err(|error| ApiError::body_invalid(&error.to_string()))
}

/// What a link is for.
pub(super) struct Wanted {
    pub name: String,
    /// Digits; empty where Meta will tell.
    pub phone: String,
    pub provider: Provider,
    pub meta_flow: Option<MetaFlow>,
    pub redirect_url: Option<String>,
    pub external_ref: Option<String>,
    pub branding: Branding,
}

impl RemotePairingInput {
    pub(super) fn check(&self, desk: &Desk) -> Result<Wanted, ApiError> {
        let flow = match self.meta_flow.as_deref() {
            None => None,
            Some(word) => Some(MetaFlow::parse(word).ok_or_else(|| {
                invalid("metaFlow", "`metaFlow` is `embedded` or `credentials`.")
            })?),
        };
        let provider = match self.provider.as_deref() {
            None if flow.is_some() => Provider::CloudApi,
            None => Provider::Linked,
            Some(word) => Provider::parse(word)
                .map_err(|_| invalid("provider", "`provider` is `PILOT_STATUS` or `META`."))?,
        };
        let meta_flow = match (provider, flow) {
            (Provider::Linked, None) => None,
            (Provider::Linked, Some(_)) => {
                return Err(invalid(
                    "metaFlow",
                    "`metaFlow` is for numbers of `META` only.",
                ));
            }
            (Provider::CloudApi, Some(flow)) => Some(flow),
            (Provider::CloudApi, None) if desk.connects(provider, Some(MetaFlow::Embedded)) => {
                Some(MetaFlow::Embedded)
            }
            (Provider::CloudApi, None) => Some(MetaFlow::Credentials),
        };
        let is_meta = provider == Provider::CloudApi;
        let phone = match self.number.as_deref() {
            None | Some("") if is_meta => String::new(),
            given => checked_phone(given.unwrap_or_default())?,
        };
        let name = match self.name.as_deref() {
            None | Some("") if is_meta && phone.is_empty() => "WhatsApp".to_owned(),
            None | Some("") if is_meta => format!("+{phone}"),
            given => checked_name(given.unwrap_or_default())?,
        };
        let branding = match (&self.branding, &self.branding_override) {
            (Some(one), Some(other)) if one != other => {
                return Err(invalid(
                    "branding",
                    "`branding` and `brandingOverride` are two names of one thing. Send one of them.",
                ));
            }
            (one, other) => read_override(one.as_ref().or(other.as_ref()))?,
        };
        Ok(Wanted {
            name,
            phone,
            provider,
            meta_flow,
            redirect_url: self
                .redirect_url
                .as_deref()
                .map(checked_redirect)
                .transpose()?,
            external_ref: self
                .external_ref
                .as_deref()
                .map(checked_reference)
                .transpose()?,
            branding: Branding::stored(branding.as_deref())?,
        })
    }
}

pub(super) fn checked_phone(text: &str) -> Result<String, ApiError> {
    digits(text).ok_or_else(|| {
        invalid(
            "number",
            "`number` is a phone number with its country code, 10 to 15 digits, such as +5511999990000.",
        )
    })
}

pub(super) fn checked_name(name: &str) -> Result<String, ApiError> {
    let name = name.trim();
    let fits = !name.is_empty()
        && name.chars().count() <= NAME_CHARS
        && !name.chars().any(char::is_control);
    if fits {
        return Ok(name.to_owned());
    }
    Err(invalid(
        "name",
        format!(
            "`name` must have from 1 to {NAME_CHARS} characters, none of them a control character."
        ),
    ))
}

fn checked_reference(text: &str) -> Result<String, ApiError> {
    let fits = text.chars().count() <= REFERENCE_CHARS && !text.chars().any(char::is_control);
    if fits {
        return Ok(text.to_owned());
    }
    Err(invalid(
        "externalRef",
        format!(
            "`externalRef` has at most {REFERENCE_CHARS} characters, none of them a control character."
        ),
    ))
}

/// Where a browser is sent: nothing that runs in our page, and nothing that goes over the network in the clear.
fn checked_redirect(text: &str) -> Result<String, ApiError> {
    let wrong = || {
        invalid(
            "redirectUrl",
            format!(
                "`redirectUrl` is an https:// address (or http://localhost) without a password in it, of at most {URL_BYTES} bytes."
            ),
        )
    };
    let is_plain =
        text.len() <= URL_BYTES && !text.contains(|c: char| c.is_whitespace() || c.is_control());
    let url = Url::parse(text)
        .ok()
        .filter(|_| is_plain)
        .ok_or_else(wrong)?;
    let is_local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let is_fit = match url.scheme() {
        "https" => url.has_host(),
        "http" => is_local,
        _ => false,
    };
    if is_fit && url.username().is_empty() && url.password().is_none() {
        return Ok(url.into());
    }
    Err(wrong())
}

impl NumberSettingsInput {
    pub(super) fn check(self) -> Result<NumberSettings, ApiError> {
        let is_long = |text: &String| text.chars().count() > REJECT_CHARS;
        if self.msg_reject_call.as_ref().is_some_and(is_long) {
            return Err(invalid(
                "settings.msgRejectCall",
                format!("`msgRejectCall` has at most {REJECT_CHARS} characters."),
            ));
        }
        Ok(NumberSettings {
            history_import_enabled: self.history_import_enabled,
            webhook_historical_messages: self.webhook_historical_messages,
            ignore_newsletters: self.ignore_newsletters,
            mark_read_on_send: self.mark_read_on_send,
            always_online: self.always_online,
            reject_call: self.reject_call,
            // No database keeps NUL in a text.
            msg_reject_call: self
                .msg_reject_call
                .map(|text| text.replace('\0', "\u{fffd}")),
            read_messages: self.read_messages,
            ignore_groups: self.ignore_groups,
            ignore_status: self.ignore_status,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_leads_to_a_page_and_nowhere_else() {
        for good in [
            "https://app.example.com/settings?x=1#y",
            "http://localhost:3000/done",
            "http://127.0.0.1:3000/",
            "http://[::1]:3000/",
        ] {
            assert!(checked_redirect(good).is_ok(), "{good}");
        }
        let long = format!("https://a.test/{}", "x".repeat(URL_BYTES));
        for bad in [
            "",
            "/settings",
            "app.example.com",
            "http://app.example.com/",
            "http://localhost.evil.test/",
            "javascript:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,x",
            "https://user:x@app.example.com/",
            "https://",
            " https://a.test/",
            "https://a.test/\n",
            &long,
        ] {
            assert!(checked_redirect(bad).is_err(), "{bad}");
        }
    }
}
