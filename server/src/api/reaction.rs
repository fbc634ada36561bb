//! `POST /v1/messages/{id}/reaction`: a sign on a message. Ours.

use super::sent::named;
use super::target::number_caller;
use super::thread::ThreadMessage;
use super::{ErrorBody, Failure};
use crate::access::Action;
use crate::clock::now_ms;
use crate::state::AppState;
use app::error::ApiError;
use app::ids::MessageId;
use app::messages::check_sign;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use utoipa::ToSchema;

/// A sign.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ReactionBody {
    /// One emoji; empty to take it away.
    #[schema(example = "👍")]
    pub emoji: String,
}

/// Puts a sign on a message, or takes it away. It is shown at once, and comes back to what was there before if WhatsApp refuses it.
#[utoipa::path(
    post,
    path = "/v1/messages/{id}/reaction",
    tag = "messages",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(
        ("id" = String, Path, description = "Our id of the message, in either direction"),
        ("x-whatsapp-number-id" = Option<String>, Header, description = "The number that a tenant key acts on"),
    ),
    request_body = ReactionBody,
    responses(
        (status = 200, body = ThreadMessage),
        (status = 400, body = ErrorBody, description = "`BODY_INVALID`; `DRAFT_INVALID`: more than one emoji, or a message that takes none"),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 403, body = ErrorBody, description = "`TENANT_SCOPE_NOT_ALLOWED`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`, `NOT_FOUND`"),
        (status = 409, body = ErrorBody, description = "`WINDOW_SHUT`: the contact has not written for 24 hours"),
    )
)]
pub async fn react(
    State(state): State<AppState>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<ThreadMessage>, Failure> {
    let caller = number_caller(&state, &headers, Action::Reply).await?;
    let id = MessageId::parse(named(&id)).ok_or_else(|| ApiError::not_found("item"))?;
    let ReactionBody { emoji } = serde_json::from_slice(&body)
        .map_err(|error| ApiError::body_invalid(&error.to_string()))?;
    check_sign(&emoji)?;
    let message = state
        .store
        .react(&caller.scope, &id, &emoji, Some(now_ms()))
        .await
        .map_err(|error| {
            let mut error = ApiError::from(error);
            // The inbox names the message in a field; here it is in the address.
            if error.field.as_deref() == Some("message_id") {
                error.field = Some("id".into());
            }
            error
        })?;
    state.signals.wake();
    Ok(Json(message.into()))
}
