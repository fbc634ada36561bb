//! `POST /v1/messages/typing`: shows a contact that an answer is being written.

use super::send::recipient_of;
use super::target::number_caller;
use super::{ErrorBody, Failure};
use crate::access::{Action, NumberCaller};
use crate::state::AppState;
use crate::store::SignalKind;
use app::error::{ApiError, Code};
use app::ids::ConversationId;
use app::workflow::Work;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// To whom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TypingBody {
    /// A phone in E.164, with or without its plus sign, or a business-scoped user id.
    #[schema(
        example = "+5511999990001",
        pattern = r"^\s*(\+?[ ()-]*[1-9]([ ()-]*[0-9]){6,14}[ ()-]*|[A-Z]{2}\.[A-Za-z0-9.]{1,100})\s*$"
    )]
    pub destination_number: String,
}

/// Whether it is shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct TypingShownBody {
    /// False where the contact has written nothing that could be answered.
    pub ok: bool,
}

/// Shows that somebody writes, for at most 25 seconds or until a message goes out. WhatsApp ties it to a read receipt: what the contact
/// wrote counts as read from now on.
#[utoipa::path(
    post,
    path = "/v1/messages/typing",
    tag = "messages",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(("x-whatsapp-number-id" = Option<String>, Header, description = "The number that a tenant key acts on")),
    request_body = TypingBody,
    responses(
        (status = 200, body = TypingShownBody),
        (status = 400, body = ErrorBody, description = "`BODY_INVALID`, `DESTINATION_INVALID`"),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 403, body = ErrorBody, description = "`TENANT_SCOPE_NOT_ALLOWED`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`; `NOT_FOUND`: nobody with this phone has written"),
    )
)]
pub async fn typing(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<TypingShownBody>, Failure> {
    let caller = number_caller(&state, &headers, Action::Reply).await?;
    let wanted: TypingBody = serde_json::from_slice(&body)
        .map_err(|error| ApiError::body_invalid(&error.to_string()))?;
    let recipient = recipient_of(&wanted.destination_number).ok_or_else(|| {
        ApiError::new(
            Code::DestinationInvalid,
            "`destinationNumber` is a phone with country code, such as +5511999990001, or a user id.",
        )
        .at("destinationNumber")
    })?;
    let conversation = state
        .store
        .conversation_with(&caller.scope, &caller.number, &recipient)
        .await?
        .ok_or_else(|| ApiError::not_found("conversation").at("destinationNumber"))?;
    mark_read(&state, &caller, &conversation).await;
    let ok = state
        .store
        .signal(&caller.scope, &conversation, SignalKind::Typing)
        .await?;
    state.signals.wake();
    Ok(Json(TypingShownBody { ok }))
}

/// Whoever writes has read. What fails here is told in the log and not to the caller: typing is shown all the same.
async fn mark_read(state: &AppState, caller: &NumberCaller, conversation: &ConversationId) {
    let store = &state.store;
    let read = async {
        let row = store.conversation(&caller.scope, conversation).await?;
        if row.unread > 0 {
            let ids = std::slice::from_ref(conversation);
            store
                .change_conversations(&caller.scope, ids, &Work::Read)
                .await?;
        }
        store
            .signal(&caller.scope, conversation, SignalKind::Read)
            .await
    };
    match read.await {
        Ok(true) => state.signals.wake(),
        Ok(false) => {}
        Err(error) => tracing::warn!(%error, "a conversation could not be marked as read"),
    }
}
