//! Server functions of presence.
#![expect(
    missing_docs,
    reason = "the macro makes a struct of the arguments, and documents no field"
)]

use super::Doing;
use crate::error::ApiError;
use crate::ids::ConversationId;
use crate::session::ApiClient;
use leptos::server;
use server_fn::codec::Json;

/// Lets colleagues who have the conversation's number see what one does at it, for some seconds. Answers whether it was told: of a
/// session that names nobody there is nothing to tell.
#[server(client = ApiClient, prefix = "/api", endpoint = "presence/tell", input = Json, output = Json)]
pub async fn tell_presence(
    conversation_id: ConversationId,
    doing: Doing,
) -> Result<bool, ApiError> {
    crate::inbox::port()?
        .tell_presence(conversation_id, doing)
        .await
}
