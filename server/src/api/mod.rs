//! The HTTP edge: credentials out of headers, errors into answers, and the public API.

mod api_keys;
mod branding;
mod cancel;
mod conversations;
mod embed_sessions;
mod events;
mod exchange;
mod failure;
mod groups;
mod history;
mod kept;
mod media;
mod number;
mod number_changes;
mod number_life;
mod numbers;
mod openapi;
mod pages;
mod pairing;
mod reaction;
mod refresh;
mod send;
mod sent;
mod server_functions;
mod target;
mod templates;
mod thread;
mod typing;
mod viewer;
mod webhook_fields;
mod webhook_log;
mod webhooks;
mod words;

pub use api_keys::{
    ApiKeysBody, KeyNumberBody, NumberKeyBody, OwnKeyBody, RenewKeyBody, RenewedKeyBody,
    list as list_api_keys, renew as renew_number_key,
};
pub use branding::{get as show_branding, put as change_branding};
pub use cancel::{CancelBody, CancelledBody, NotCancelledBody, cancel};
pub use conversations::{ConversationBody, ConversationsBody, list as list_conversations};
pub use embed_sessions::{
    EmbedSession, MintBody, ORIGINS_MAX, create as create_embed_session, end as end_embed_session,
    is_exact_origin,
};
pub use events::{EventBody, FrameBody, StreamBody, events};
pub use exchange::{ExchangeBody, ExchangedBody, InboxBody, OperatorBody, exchange};
pub use failure::{ErrorBody, Failure};
pub use groups::{
    GroupBody, GroupMessage, GroupMessagesBody, NewsletterBody, groups as list_groups,
    messages as list_group_messages, newsletters as list_newsletters,
};
pub use history::{
    HistoryBody, HistoryMessage, MediaBody, ReferralBody, UnreadBody, UnreadMessage, history,
    unread,
};
pub(crate) use history::{message_type, was_cancelled};
pub use media::{MediaContentBody, UploadedBody, show as show_media, upload as upload_media};
pub use number::{
    NumberDetailBody, NumberHealthBody, NumberMetaBody, NumberSettingsBody, NumberStatusBody,
    SettingsReachBody, show as show_number, status as number_status,
};
pub use number_changes::{NumberChangesBody, SettingsChangesBody, update as change_number};
pub use number_life::{
    PurgedNumberBody, RemovedNumberBody, RestoredNumberBody, purge as purge_number,
    remove as remove_number, restore as restore_number,
};
pub use numbers::{ApiKeyLabel, NumberBody, list as list_numbers};
pub use openapi::document as openapi_document;
pub use pairing::{
    CodeBody, CreatedNumberBody, CredentialsBody, InstanceBody, LinkInfoBody, LinkStateBody,
    LinkStatusBody, NewNumberBody, NumberSettingsInput, RemotePairingBody, RemotePairingInput,
    SignupBody, StartedBody, code as connect_number, create as create_number,
    credentials as pair_by_credentials, events as pairing_events, info as pairing_info,
    invite as create_remote_pairing, signup as pair_by_signup, start as start_pairing,
    status as pairing_status,
};
pub(crate) use pairing::{
    admitted as link_admitted, admitted_to_try as link_admitted_to_try, by_credentials, by_signup,
};
pub use reaction::{ReactionBody, react};
pub use refresh::refresh;
pub use send::{
    AcceptedBody, ButtonBody, CardBody, CardDetailBody, CarouselBody, CarouselButtonBody,
    CarouselCardBody, CarouselMediaBody, FlowBody, HeaderBody, ListBody, LocationBody, RowBody,
    SectionBody, SendBody, SendPace, send,
};
pub use sent::{PricingBody, SentBody, SentListBody, list as list_sent, show as show_message};
pub(crate) use sent::{correlation_of, error_code};
pub use server_functions::{call as call_server_function, paths as server_function_paths};
pub use templates::{
    TemplateBody, TemplateButtonBody, list as list_templates, show as show_template,
};
pub use thread::{
    AssigneeBody, ConversationChanges, NoteBody, ReadBody, ThreadBody, ThreadMessage,
    messages as list_thread, read as read_conversation, show as show_conversation,
    update as change_conversation, write_note,
};
pub use typing::{TypingBody, TypingShownBody, typing};
pub use viewer::viewer;
pub use webhook_log::{DeliveryBody, list as list_webhook_log, resend as resend_webhook_delivery};
pub use webhooks::{
    CreatedWebhookBody, NewWebhookBody, RotateBody, RotatedBody, WebhookBody, WebhookChangesBody,
    WebhookKeyBody, create as create_webhook, list as list_webhooks, remove as remove_webhook,
    rotate as rotate_webhook_secret, show as show_webhook, update as change_webhook,
};
pub use words::words;

use crate::access::KeyCaller;
use crate::state::AppState;
use axum::http::{HeaderMap, header};

/// The token of `Authorization: Bearer …`, if there is one.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty()).then(|| token.trim())
}

/// The origin of the embedding page, where the request names one.
pub fn parent_origin(headers: &HeaderMap) -> Option<&str> {
    text(headers, app::session::PARENT_ORIGIN_HEADER)
}

/// The caller of a `/v1` route, by `x-api-key` or `x-api-key-id`.
pub(crate) async fn key_caller(
    state: &AppState,
    headers: &HeaderMap,
) -> Result<KeyCaller, Failure> {
    let key = text(headers, "x-api-key");
    let key_id = text(headers, "x-api-key-id");
    Ok(state.access.key(key, key_id).await?)
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .map(str::trim)
        .filter(|value| !value.is_empty())
}
