//! Server functions of notes.
#![expect(
    missing_docs,
    reason = "the macro makes a struct of the arguments, and documents no field"
)]

use crate::error::ApiError;
use crate::ids::{ClientId, ConversationId, OperatorId};
use crate::messages::Message;
use crate::session::ApiClient;
use leptos::server;
use server_fn::codec::Json;

/// Writes a note in a conversation, for colleagues only: nothing goes to WhatsApp. `mentions` are colleagues who work with its number.
/// The same `client_id` again is the same note.
#[server(client = ApiClient, prefix = "/api", endpoint = "notes/write", input = Json, output = Json)]
pub async fn write_note(
    conversation_id: ConversationId,
    client_id: ClientId,
    text: String,
    mentions: Vec<OperatorId>,
) -> Result<Message, ApiError> {
    crate::inbox::port()?
        .write_note(conversation_id, client_id, text, mentions)
        .await
}
