//! Server functions of the details of a conversation.
#![expect(
    missing_docs,
    reason = "the macro makes a struct of the arguments, and documents no field"
)]

use super::{ContactDetails, ContactField, Shelf};
use crate::error::ApiError;
use crate::ids::ConversationId;
use crate::messages::MessagePage;
use crate::paging::PageRequest;
use crate::session::ApiClient;
use leptos::server;
use server_fn::codec::Json;

/// What is known of the contact of a conversation.
#[server(client = ApiClient, prefix = "/api", endpoint = "contacts/details", input = Json, output = Json)]
pub async fn load_contact(conversation_id: ConversationId) -> Result<ContactDetails, ApiError> {
    crate::inbox::port()?.contact(conversation_id).await
}

/// Writes what operators of the number call the contact and know of it. What is left out goes. Refused where somebody has written
/// something else since `seen`, the last change (`detailsSeq`) that the writer knows.
#[server(client = ApiClient, prefix = "/api", endpoint = "contacts/change", input = Json, output = Json)]
pub async fn change_contact(
    conversation_id: ConversationId,
    seen: Option<i64>,
    name: Option<String>,
    fields: Vec<ContactField>,
) -> Result<ContactDetails, ApiError> {
    crate::inbox::port()?
        .change_contact(conversation_id, seen, name, fields)
        .await
}

/// A page of what of a conversation is of one sort, in the order of the thread. Without a cursor: the newest.
#[server(client = ApiClient, prefix = "/api", endpoint = "conversations/shelf", input = Json, output = Json)]
pub async fn list_shelf(
    conversation_id: ConversationId,
    shelf: Shelf,
    page: PageRequest,
) -> Result<MessagePage, ApiError> {
    crate::inbox::port()?
        .list_shelf(conversation_id, shelf, page)
        .await
}
