//! `GET /v1/messages/history` and `GET /v1/messages/unread`.

use super::kept::Kept;
use super::pages::{PageQuery, SpanQuery, pages_of};
use super::target::number_caller;
use super::{ErrorBody, Failure};
use crate::access::Action;
use crate::clock::iso;
use crate::media::Addresses;
use crate::state::AppState;
use crate::store::ListedMessage;
use app::ids::MediaId;
use app::messages::{DeliveryStatus, Direction, Media, MediaState, Message, Referral};
use axum::Json;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;

/// A page of the history.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryBody {
    /// The newest first.
    pub messages: Vec<HistoryMessage>,
    /// Of all pages.
    pub total: i64,
    /// This page, from 1 on.
    #[schema(value_type = i64, minimum = 1)]
    pub page: u32,
    /// Rows of a page.
    pub page_size: u32,
    /// How many pages there are.
    pub total_pages: i64,
}

/// A message of the history.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryMessage {
    /// Opaque id.
    #[schema(example = "msg_01KA2Q7M4ZC9T5N1R8V3X6B0DE")]
    pub id: String,
    /// Its conversation.
    pub conversation_id: String,
    /// `INBOUND` or `OUTBOUND`.
    #[schema(example = "INBOUND")]
    pub direction: &'static str,
    /// `META`: WhatsApp Cloud API.
    #[schema(example = "META")]
    pub provider_kind: &'static str,
    /// WhatsApp's id; null until WhatsApp has taken it.
    pub external_message_id: Option<String>,
    /// `QUEUED`, `SENT`, `DELIVERED`, `READ`, `FAILED` or `CANCELED`.
    #[schema(example = "DELIVERED")]
    pub status: &'static str,
    /// `text`, `image`, `audio`, `video`, `document`, `location`, `contacts`, `sticker` or `reaction`; what is none of these is `text`.
    #[schema(example = "text")]
    pub message_type: &'static str,
    /// WhatsApp's own type, which is finer: `template`, `interactive`, `order`, …
    #[schema(example = "text")]
    pub kind: String,
    /// By which way it was sent: `API`, `CHAT` (the inbox) or `APP` (the phone); null on what came in.
    #[schema(example = "API")]
    pub origin: Option<String>,
    /// Its words.
    pub text: Option<String>,
    /// The contact's name.
    pub participant_name: Option<String>,
    /// The contact's phone in E.164 with a plus sign.
    pub participant_phone: Option<String>,
    /// The contact's business-scoped id.
    pub participant_user_id: Option<String>,
    /// WhatsApp's id of the message that it answers to.
    pub replied_to_external_id: Option<String>,
    /// Its file.
    pub media: Option<MediaBody>,
    /// ISO 8601.
    pub sent_at: Option<String>,
    /// ISO 8601.
    pub delivered_at: Option<String>,
    /// ISO 8601.
    pub read_at: Option<String>,
    /// ISO 8601: when it was written, by WhatsApp's clock where it came in.
    pub provider_timestamp: String,
    /// ISO 8601: when it was stored.
    pub created_at: String,
    /// The advertisement that it came from.
    pub referral: Option<ReferralBody>,
    /// True where what it said is not kept, nor with whom it was; absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = bool, required = false)]
    pub redacted: Option<bool>,
}

/// The advertisement that a message came from (Meta, "Referral object").
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReferralBody {
    /// Meta's id of the advertisement or the post.
    #[schema(example = "120208")]
    pub source_id: Option<String>,
    /// `ad` or `post`; open.
    #[schema(example = "ad")]
    pub source_type: Option<String>,
    /// Where it stands.
    pub source_url: Option<String>,
    /// Its headline.
    pub headline: Option<String>,
    /// Its words.
    pub body: Option<String>,
    /// Always null: its pictures and films are not kept, as the three below.
    pub media_type: Option<String>,
    /// Always null.
    pub image_url: Option<String>,
    /// Always null.
    pub video_url: Option<String>,
    /// Always null.
    pub thumbnail_url: Option<String>,
    /// Meta's id of the click, for reporting conversions.
    pub ctwa_clid: Option<String>,
    /// Always null: Meta's Marketing API is not asked for names, as the five below.
    pub ad_name: Option<String>,
    /// Always null.
    pub adset_id: Option<String>,
    /// Always null.
    pub adset_name: Option<String>,
    /// Always null.
    pub campaign_id: Option<String>,
    /// Always null.
    pub campaign_name: Option<String>,
    /// Always null.
    pub names_resolved_at: Option<String>,
}

impl From<Referral> for ReferralBody {
    fn from(referral: Referral) -> Self {
        Self {
            source_id: referral.source_id,
            source_type: referral.kind,
            source_url: referral.url,
            headline: referral.headline,
            body: referral.body,
            media_type: None,
            image_url: None,
            video_url: None,
            thumbnail_url: None,
            ctwa_clid: referral.click_id,
            ad_name: None,
            adset_id: None,
            adset_name: None,
            campaign_id: None,
            campaign_name: None,
            names_resolved_at: None,
        }
    }
}

/// A file of a message.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MediaBody {
    /// `META`.
    #[schema(example = "META")]
    pub provider: &'static str,
    /// Opaque id.
    #[schema(example = "med_01KA2Q7M4ZC9T5N1R8V3X6B0DE")]
    pub id: Option<String>,
    /// Where the file can be fetched without a key, for an hour; null until its bytes are here.
    pub url: Option<String>,
    /// Its type.
    #[schema(example = "image/jpeg")]
    pub mime_type: Option<String>,
    /// Its name.
    pub file_name: Option<String>,
    /// Our id, where the bytes are here.
    #[serde(skip)]
    here: Option<MediaId>,
}

impl MediaBody {
    /// Says where the file is, if it is here.
    pub(super) fn locate(media: &mut Option<Self>, addresses: &Addresses<'_>) {
        if let Some(media) = media
            && let Some(id) = &media.here
        {
            media.url = addresses.answered(id);
        }
    }
}

impl From<Media> for MediaBody {
    fn from(media: Media) -> Self {
        Self {
            here: (media.state == MediaState::Ready).then(|| media.id.clone()),
            provider: "META",
            id: Some(media.id.into()),
            url: None,
            mime_type: Some(media.mime_type),
            file_name: media.file_name,
        }
    }
}

/// A page of what nobody has read.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnreadBody {
    /// Conversation by conversation, those with the newest message first, and in each the newest message first.
    pub messages: Vec<UnreadMessage>,
    /// Sum of the conversations' unread messages.
    pub total: i64,
    /// This page, from 1 on.
    #[schema(value_type = i64, minimum = 1)]
    pub page: u32,
    /// Rows of a page.
    pub page_size: u32,
    /// How many pages there are.
    pub total_pages: i64,
}

/// A message that nobody has read.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnreadMessage {
    /// Opaque id.
    pub id: String,
    /// Its conversation.
    pub conversation_id: String,
    /// Unread messages of its conversation.
    pub conversation_unread_count: u32,
    /// Always `INBOUND`.
    #[schema(example = "INBOUND")]
    pub direction: &'static str,
    /// As `messageType` in the history.
    #[serde(rename = "type")]
    #[schema(example = "text")]
    pub kind: &'static str,
    /// Its words.
    pub content: Option<String>,
    /// The contact's phone in E.164 with a plus sign, or its business-scoped id; null where `redacted` is there.
    pub from: Option<String>,
    /// The contact's name.
    pub from_name: Option<String>,
    /// Its file.
    pub media: Option<MediaBody>,
    /// Always null.
    pub read_at: Option<String>,
    /// ISO 8601: when it was written.
    pub created_at: String,
    /// True where what it said is not kept, nor with whom it was; absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = bool, required = false)]
    pub redacted: Option<bool>,
}

/// The type of a message among those that clients know (Pilot Status).
pub(crate) fn message_type(kind: &str) -> &'static str {
    const KNOWN: [&str; 9] = [
        "text", "image", "audio", "video", "document", "location", "contacts", "sticker",
        "reaction",
    ];
    KNOWN
        .into_iter()
        .find(|known| *known == kind)
        .unwrap_or("text")
}

/// Where a message is, in the words of the public API.
pub(super) fn status_of(message: &Message) -> &'static str {
    match message.status {
        DeliveryStatus::Played => "READ",
        DeliveryStatus::Failed if was_cancelled(message) => "CANCELED",
        status => status.as_str(),
    }
}

/// Whether somebody took it back before it went out.
pub(crate) fn was_cancelled(message: &Message) -> bool {
    let failure = message.failure.as_ref();
    failure.is_some_and(|failure| failure.code == "CANCELLED")
}

/// By which way a message of ours was sent.
pub(super) fn origin_of(listed: &ListedMessage) -> Option<String> {
    match (listed.message.direction, &listed.origin) {
        (Direction::Outbound, Some(origin)) => Some(origin.clone()),
        (Direction::Outbound, None) if listed.message.client_id.is_some() => Some("CHAT".into()),
        (Direction::Outbound, None) => Some("APP".into()),
        _ => None,
    }
}

impl From<ListedMessage> for HistoryMessage {
    fn from(listed: ListedMessage) -> Self {
        let origin = origin_of(&listed);
        let message = listed.message;
        let inbound = message.direction == Direction::Inbound;
        let redacted = message.is_redacted().then_some(true);
        let (status, written_at) = (status_of(&message), message.sent_at);
        let content = message.content.map(|content| *content).unwrap_or_default();
        Self {
            id: message.id.into(),
            conversation_id: message.conversation_id.into(),
            direction: if inbound { "INBOUND" } else { "OUTBOUND" },
            provider_kind: "META",
            external_message_id: listed.provider_id,
            status,
            message_type: message_type(&message.kind),
            kind: message.kind,
            origin,
            text: message.text,
            participant_name: listed.contact.own_name.or(listed.contact.name),
            participant_phone: listed.contact.phone,
            participant_user_id: listed.contact.user_id,
            replied_to_external_id: listed.replied_to,
            media: content.media.map(MediaBody::from),
            sent_at: listed.sent_at.or(inbound.then_some(written_at)).map(iso),
            delivered_at: listed.delivered_at.map(iso),
            read_at: listed.read_at.map(iso),
            provider_timestamp: iso(written_at),
            created_at: iso(listed.created_at),
            referral: content.referral.map(ReferralBody::from),
            redacted,
        }
    }
}

impl From<ListedMessage> for UnreadMessage {
    fn from(listed: ListedMessage) -> Self {
        let (message, contact) = (listed.message, listed.contact);
        let redacted = message.is_redacted().then_some(true);
        let from = contact.phone.or(contact.user_id);
        Self {
            id: message.id.into(),
            conversation_id: message.conversation_id.into(),
            conversation_unread_count: listed.unread,
            direction: "INBOUND",
            kind: message_type(&message.kind),
            content: message.text,
            from: from.or_else(|| redacted.is_none().then(String::new)),
            from_name: contact.own_name.or(contact.name),
            media: message
                .content
                .and_then(|content| content.media)
                .map(Into::into),
            read_at: None,
            created_at: iso(message.sent_at),
            redacted,
        }
    }
}

fn shown<T: From<ListedMessage>>(kept: Kept, found: Vec<ListedMessage>) -> Vec<T> {
    let kept = found.into_iter().map(|listed| kept.listed(listed));
    kept.map(Into::into).collect()
}

/// Everything that was said at a number, in both directions, the newest first.
#[utoipa::path(
    get,
    path = "/v1/messages/history",
    tag = "messages",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(SpanQuery, ("x-whatsapp-number-id" = Option<String>, Header, description = "The number that a tenant key acts on")),
    responses(
        (status = 200, body = HistoryBody),
        (status = 400, body = ErrorBody, description = "`INVALID_DATE_RANGE`, `PAGE_INVALID`, `BODY_INVALID`: a query that cannot be read"),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 403, body = ErrorBody, description = "`TENANT_SCOPE_NOT_ALLOWED`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`"),
    )
)]
pub async fn history(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(query): Query<SpanQuery>,
) -> Result<Json<HistoryBody>, Failure> {
    let caller = number_caller(&state, &headers, Action::Read).await?;
    let (page, span) = (query.page()?, query.span()?);
    let kept = Kept::at(&state, &caller).await?;
    let found = state
        .store
        .history(&caller.scope, &caller.number, span, page)
        .await?;
    let addresses = state.media.addresses(caller.scope.tenant(), &caller.number);
    let mut messages: Vec<HistoryMessage> = shown(kept, found.items);
    for message in &mut messages {
        MediaBody::locate(&mut message.media, &addresses);
    }
    Ok(Json(HistoryBody {
        messages,
        total: found.total,
        page: page.page,
        page_size: page.size,
        total_pages: pages_of(found.total, page.size),
    }))
}

/// What came in at a number and nobody has read.
#[utoipa::path(
    get,
    path = "/v1/messages/unread",
    tag = "messages",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(PageQuery, ("x-whatsapp-number-id" = Option<String>, Header, description = "The number that a tenant key acts on")),
    responses(
        (status = 200, body = UnreadBody),
        (status = 400, body = ErrorBody, description = "`PAGE_INVALID`, `BODY_INVALID`: a query that cannot be read"),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 403, body = ErrorBody, description = "`TENANT_SCOPE_NOT_ALLOWED`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`"),
    )
)]
pub async fn unread(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(query): Query<PageQuery>,
) -> Result<Json<UnreadBody>, Failure> {
    let caller = number_caller(&state, &headers, Action::Read).await?;
    let page = query.page()?;
    let kept = Kept::at(&state, &caller).await?;
    let found = state
        .store
        .unread_messages(&caller.scope, &caller.number, page)
        .await?;
    let addresses = state.media.addresses(caller.scope.tenant(), &caller.number);
    let mut messages: Vec<UnreadMessage> = shown(kept, found.items);
    for message in &mut messages {
        MediaBody::locate(&mut message.media, &addresses);
    }
    Ok(Json(UnreadBody {
        messages,
        total: found.total,
        page: page.page,
        page_size: page.size,
        total_pages: pages_of(found.total, page.size),
    }))
}
