//! Server functions of work on conversations.
#![expect(
    missing_docs,
    reason = "the macro makes a struct of the arguments, and documents no field"
)]

use super::{Totals, Work};
use crate::conversations::Conversation;
use crate::error::ApiError;
use crate::ids::ConversationId;
use crate::session::ApiClient;
use leptos::server;
use server_fn::codec::Json;

/// Does the same with some conversations, all of them or none, and answers how they are then.
#[server(client = ApiClient, prefix = "/api", endpoint = "conversations/change", input = Json, output = Json)]
pub async fn change_conversations(
    ids: Vec<ConversationId>,
    work: Work,
) -> Result<Vec<Conversation>, ApiError> {
    crate::inbox::port()?.change_conversations(ids, work).await
}

/// Unread messages, and how many conversations there are in each view.
#[server(client = ApiClient, prefix = "/api", endpoint = "totals", input = Json, output = Json)]
pub async fn load_totals() -> Result<Totals, ApiError> {
    crate::inbox::port()?.totals().await
}
