//! Server functions of messages.
#![expect(
    missing_docs,
    reason = "the macro makes a struct of the arguments, and documents no field"
)]

use super::{Draft, Message, MessagePage};
use crate::error::ApiError;
use crate::ids::{ClientId, ConversationId, MessageId};
use crate::paging::PageRequest;
use crate::session::ApiClient;
use leptos::server;
use server_fn::codec::Json;

/// A page of one conversation. Without a cursor: the newest.
#[server(client = ApiClient, prefix = "/api", endpoint = "messages/list", input = Json, output = Json)]
pub async fn list_messages(
    conversation_id: ConversationId,
    page: PageRequest,
) -> Result<MessagePage, ApiError> {
    crate::inbox::port()?
        .list_messages(conversation_id, page)
        .await
}

/// The part of a conversation around one of its messages.
#[server(client = ApiClient, prefix = "/api", endpoint = "messages/around", input = Json, output = Json)]
pub async fn list_messages_around(
    conversation_id: ConversationId,
    message_id: MessageId,
) -> Result<MessagePage, ApiError> {
    crate::inbox::port()?
        .messages_around(conversation_id, message_id)
        .await
}

/// Queues a text. The same `client_id` again is the same message: the answer is the stored one and nothing is sent twice.
#[server(client = ApiClient, prefix = "/api", endpoint = "messages/send", input = Json, output = Json)]
pub async fn send_message(
    conversation_id: ConversationId,
    client_id: ClientId,
    text: String,
) -> Result<Message, ApiError> {
    crate::inbox::port()?
        .send_message(conversation_id, client_id, text)
        .await
}

/// Queues anything that can be sent. The same `client_id` again is the same message, as with a text.
#[server(client = ApiClient, prefix = "/api", endpoint = "messages/send_draft", input = Json, output = Json)]
pub async fn send_draft(
    conversation_id: ConversationId,
    client_id: ClientId,
    draft: Draft,
) -> Result<Message, ApiError> {
    crate::inbox::port()?
        .send_draft(conversation_id, client_id, draft)
        .await
}

/// Puts a sign on a message, or takes it away where it is empty.
#[server(client = ApiClient, prefix = "/api", endpoint = "messages/react", input = Json, output = Json)]
pub async fn react(message_id: MessageId, emoji: String) -> Result<Message, ApiError> {
    crate::inbox::port()?.react(message_id, emoji).await
}

/// Takes back a message that has not gone out: it fails as `CANCELLED`.
#[server(client = ApiClient, prefix = "/api", endpoint = "messages/cancel", input = Json, output = Json)]
pub async fn cancel_message(message_id: MessageId) -> Result<Message, ApiError> {
    crate::inbox::port()?.cancel_message(message_id).await
}

/// Queues a failed message again.
#[server(client = ApiClient, prefix = "/api", endpoint = "messages/retry", input = Json, output = Json)]
pub async fn retry_message(message_id: MessageId) -> Result<Message, ApiError> {
    crate::inbox::port()?.retry_message(message_id).await
}
