//! Server functions of conversations.
#![expect(
    missing_docs,
    reason = "the macro makes a struct of the arguments, and documents no field"
)]

use super::{ConversationPage, MarkedRead};
use crate::error::ApiError;
use crate::ids::{ConversationId, MessageId};
use crate::paging::PageRequest;
use crate::session::ApiClient;
use crate::workflow::ListFilter;
use leptos::server;
use server_fn::codec::Json;

/// A page of a part of the list: of everything that is open, over all numbers of the session, unless `filter` says otherwise. Without a
/// cursor: the most recent.
#[server(client = ApiClient, prefix = "/api", endpoint = "conversations/list", input = Json, output = Json)]
pub async fn list_conversations(
    page: PageRequest,
    filter: Option<ListFilter>,
) -> Result<ConversationPage, ApiError> {
    let filter = filter.unwrap_or_default();
    crate::inbox::port()?.list_conversations(filter, page).await
}

/// Marks everything up to and including `up_to` as seen; later arrivals stay unread.
#[server(client = ApiClient, prefix = "/api", endpoint = "conversations/mark_read", input = Json, output = Json)]
pub async fn mark_read(
    conversation_id: ConversationId,
    up_to: MessageId,
) -> Result<MarkedRead, ApiError> {
    crate::inbox::port()?
        .mark_read(conversation_id, up_to)
        .await
}

/// Lets the contact see that somebody types: only where everything has been seen, and at most every 20 seconds. Answers whether it was
/// asked for.
#[server(client = ApiClient, prefix = "/api", endpoint = "conversations/typing", input = Json, output = Json)]
pub async fn typing(conversation_id: ConversationId) -> Result<bool, ApiError> {
    crate::inbox::port()?.typing(conversation_id).await
}
