//! What is told of numbers that are being connected.

use crate::access::Scope;
use crate::api::NumberBody;
use crate::branding::Branding;
use crate::clock::iso;
use crate::pairing::{Face, View, png, svg};
use crate::store::{LinkState, MetaFlow, NumberRecord, PairingRecord};
use serde::Serialize;
use utoipa::ToSchema;

/// A number, with what only the calls that make one say.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InstanceBody {
    /// The number.
    #[serde(flatten)]
    pub number: NumberBody,
    /// Whose it is.
    pub tenant_id: String,
    /// What the tenant calls it.
    pub display_name: String,
}

impl InstanceBody {
    pub(super) fn of(scope: &Scope, number: NumberRecord) -> Self {
        Self {
            tenant_id: scope.tenant().to_string(),
            display_name: number.name.clone(),
            number: number.into(),
        }
    }
}

/// A code to scan or to type.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CodeBody {
    /// The QR code as a picture, in a data URI; null while it is being made.
    #[schema(example = "data:image/png;base64,iVBORw0KGgo=")]
    pub qrcode_base64: Option<String>,
    /// What can be typed instead.
    #[schema(example = "ABCD-1234")]
    pub pairing_code: Option<String>,
}

impl CodeBody {
    pub(super) fn of(record: &PairingRecord) -> Self {
        let code = record.code.as_ref();
        Self {
            qrcode_base64: code.and_then(|code| png(code.qr.as_deref()?)),
            pairing_code: code.and_then(|code| code.pairing_code.clone()),
        }
    }
}

/// A number that was just made.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreatedNumberBody {
    /// The number.
    pub instance: InstanceBody,
    /// The code to scan.
    #[serde(flatten)]
    pub code: CodeBody,
    /// Always null: a number's own key is made by `POST /v1/api-keys`.
    pub linked_api_key_id: Option<String>,
    /// The same code.
    pub primary_link: CodeBody,
    /// Always null: a number has one link.
    pub secondary_link: Option<CodeBody>,
}

/// A link to a number.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RemotePairingBody {
    /// The number; not connected yet.
    pub instance: InstanceBody,
    /// Where somebody connects it: good once, for 24 hours, for this number. It is shown this once.
    #[schema(example = "https://inbox.example.com/connect/rp_…")]
    pub remote_pairing_url: String,
    /// The last part of that.
    #[schema(example = "rp_…")]
    pub remote_pairing_token: String,
    /// The number's id.
    pub number_id: String,
    /// `META` or `PILOT_STATUS`.
    #[schema(example = "PILOT_STATUS")]
    pub provider: &'static str,
    /// `credentials` or `embedded`, of a number of Meta's.
    pub meta_flow: Option<&'static str>,
    /// Its phone, with stars in the middle.
    #[schema(example = "+551199****9999")]
    pub masked_number: String,
    /// Always false: this server sends no links.
    pub message_sent: bool,
    /// Why not, if that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_error: Option<&'static str>,
    /// Always null: a number's own key is made by `POST /v1/api-keys`.
    pub linked_api_key_id: Option<String>,
    /// Where whoever connects goes afterwards.
    pub redirect_url: Option<String>,
    /// As it was given.
    pub external_ref: Option<String>,
    /// ISO 8601: until when the link is good.
    pub expires_at: String,
    /// How the page looks: the workspace's branding, with what was said for this link.
    pub branding: Branding,
    /// The same.
    pub branding_override: Branding,
}

/// A link of a number, as whoever holds the secret sees it.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LinkStateBody {
    /// `OPEN` while connected, `CONNECTING` while a code waits to be scanned, else `CLOSE`.
    #[schema(example = "CLOSE")]
    pub state: &'static str,
    /// ISO 8601.
    pub connected_at: Option<String>,
}

impl LinkStateBody {
    fn of(view: &View) -> Self {
        let is_open = view.state == LinkState::Open;
        Self {
            state: view.state.word(),
            connected_at: view.connected_at.filter(|_| is_open).map(iso),
        }
    }
}

/// What a link is for. Of one that is not good, `valid` and `reason` and nothing else.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LinkInfoBody {
    /// Whether a number can be connected by it.
    pub valid: bool,
    /// Why not: `EXPIRED`, `USED` or `UNKNOWN`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "EXPIRED")]
    pub reason: Option<&'static str>,
    #[serde(flatten)]
    #[schema(value_type = AboutLinkBody)]
    about: Option<AboutLinkBody>,
}

/// What a good link is for; absent of one that is not.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AboutLinkBody {
    /// What the tenant calls the number.
    #[schema(required = false)]
    name: String,
    /// Its phone, with stars in the middle.
    #[schema(example = "+551199****9999", required = false)]
    masked_number: String,
    /// `OPEN` while connected, `CONNECTING` while a code waits to be scanned, else `CLOSE`.
    #[schema(required = false)]
    state: &'static str,
    /// Its link.
    #[schema(required = false)]
    primary_link: LinkStateBody,
    /// Always null: a number has one link.
    #[schema(required = false)]
    secondary_link: Option<LinkStateBody>,
    /// `META` or `PILOT_STATUS`.
    #[schema(required = false)]
    provider: &'static str,
    /// `credentials` or `embedded`, of a number of Meta's.
    #[schema(required = false)]
    meta_flow: Option<&'static str>,
    /// Id of the Meta app whose window is to be opened, of `embedded`.
    #[schema(required = false)]
    meta_app_id: Option<String>,
    /// Whether this server can connect numbers of this kind.
    #[schema(required = false)]
    configured: bool,
    /// ISO 8601: until when the link is good.
    #[schema(required = false)]
    expires_at: String,
}

impl LinkInfoBody {
    pub(super) fn of(view: View, app_id: Option<&str>) -> Self {
        let reason = match view.face {
            Face::Open | Face::NotConfigured => None,
            Face::Connected | Face::Used => Some("USED"),
            Face::Expired => Some("EXPIRED"),
            Face::Unknown => Some("UNKNOWN"),
        };
        Self {
            valid: reason.is_none(),
            reason,
            about: reason.is_none().then(|| AboutLinkBody {
                state: view.state.word(),
                primary_link: LinkStateBody::of(&view),
                secondary_link: None,
                provider: view.provider.word(),
                meta_flow: view.meta_flow.map(MetaFlow::word),
                meta_app_id: app_id
                    .filter(|_| view.meta_flow == Some(MetaFlow::Embedded))
                    .map(str::to_owned),
                configured: view.face == Face::Open,
                expires_at: iso(view.expires_at),
                name: view.name,
                masked_number: view.masked_number,
            }),
        }
    }
}

/// How far connecting is.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LinkStatusBody {
    /// `OPEN` once connected, `CONNECTING` while a code waits to be scanned, else `CLOSE`.
    #[schema(example = "CONNECTING")]
    pub state: &'static str,
    /// Whether it is `OPEN`.
    pub is_fully_connected: bool,
    /// Its link.
    pub primary_link: LinkStateBody,
    /// Always null: a number has one link.
    pub secondary_link: Option<LinkStateBody>,
    /// What the link is now (ours): `OPEN`, `CONNECTED`, `EXPIRED`, `USED`, `UNKNOWN` or `NOT_CONFIGURED`.
    #[schema(example = "OPEN")]
    pub face: &'static str,
    /// The QR code as an `<svg>` in the colour of the text around it (ours).
    pub qrcode_svg: Option<String>,
    /// The same as a picture, in a data URI.
    pub qrcode_base64: Option<String>,
    /// What can be typed instead.
    pub pairing_code: Option<String>,
    /// ISO 8601: until when both are good. They are renewed while somebody looks.
    pub code_expires_at: Option<String>,
    /// ISO 8601: until when the link is good.
    pub expires_at: Option<String>,
    /// Why the last attempt failed, as a sentence.
    pub failure: Option<String>,
    /// The number, once it is connected.
    pub number_id: Option<String>,
    /// Where to go then.
    pub redirect_url: Option<String>,
}

impl From<View> for LinkStatusBody {
    fn from(view: View) -> Self {
        let is_connected = view.face == Face::Connected;
        Self {
            state: view.state.word(),
            is_fully_connected: view.state == LinkState::Open,
            primary_link: LinkStateBody::of(&view),
            secondary_link: None,
            face: view.face.word(),
            qrcode_svg: view.qr.as_deref().and_then(svg),
            qrcode_base64: view.qr.as_deref().and_then(png),
            pairing_code: view.pairing_code,
            code_expires_at: view.code_expires_at.map(iso),
            expires_at: (view.expires_at > 0).then(|| iso(view.expires_at)),
            failure: view.failure,
            number_id: view.number_id.map(String::from),
            redirect_url: view.redirect_url.filter(|_| is_connected),
        }
    }
}

/// A code, as whoever holds a link gets it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StartedBody {
    /// The code.
    #[serde(flatten)]
    pub code: CodeBody,
    /// Always null: a number has one link.
    pub secondary_link: Option<CodeBody>,
    /// The same as an `<svg>` in the colour of the text around it (ours).
    pub qrcode_svg: Option<String>,
    /// ISO 8601: until when it is good (ours).
    pub code_expires_at: Option<String>,
}

impl StartedBody {
    pub(super) fn of(record: &PairingRecord) -> Self {
        let code = record.code.as_ref();
        Self {
            code: CodeBody::of(record),
            secondary_link: None,
            qrcode_svg: code.and_then(|code| svg(code.qr.as_deref()?)),
            code_expires_at: code.map(|code| iso(code.expires_at)),
        }
    }
}
