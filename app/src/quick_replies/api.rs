//! Server functions of quick replies.
#![expect(
    missing_docs,
    reason = "the macro makes a struct of the arguments, and documents no field"
)]

use super::{QuickReplies, QuickReply};
use crate::error::ApiError;
use crate::ids::QuickReplyId;
use crate::session::ApiClient;
use leptos::server;
use server_fn::codec::Json;

/// Those of the session's numbers.
#[server(client = ApiClient, prefix = "/api", endpoint = "quick_replies/list", input = Json, output = Json)]
pub async fn list_quick_replies() -> Result<QuickReplies, ApiError> {
    crate::inbox::port()?.list_quick_replies().await
}

/// Adds one to all numbers of the session. Its shortcut must be free.
#[server(client = ApiClient, prefix = "/api", endpoint = "quick_replies/create", input = Json, output = Json)]
pub async fn create_quick_reply(shortcut: String, text: String) -> Result<QuickReply, ApiError> {
    crate::inbox::port()?
        .create_quick_reply(shortcut, text)
        .await
}

/// Changes one. Only where the session has all of its numbers.
#[server(client = ApiClient, prefix = "/api", endpoint = "quick_replies/update", input = Json, output = Json)]
pub async fn update_quick_reply(
    id: QuickReplyId,
    shortcut: String,
    text: String,
) -> Result<QuickReply, ApiError> {
    crate::inbox::port()?
        .update_quick_reply(id, shortcut, text)
        .await
}

/// Takes one away. Only where the session has all of its numbers.
#[server(client = ApiClient, prefix = "/api", endpoint = "quick_replies/delete", input = Json, output = Json)]
pub async fn delete_quick_reply(id: QuickReplyId) -> Result<bool, ApiError> {
    crate::inbox::port()?.delete_quick_reply(id).await
}
