//! The server function of search.
#![expect(
    missing_docs,
    reason = "the macro makes a struct of the arguments, and documents no field"
)]

use super::SearchPage;
use crate::error::ApiError;
use crate::ids::ConversationId;
use crate::paging::PageRequest;
use crate::session::ApiClient;
use leptos::server;
use server_fn::codec::Json;

/// Finds contacts and messages over all numbers of the session, or messages of one conversation. What has just come may take a second
/// to be found. Pages go to the older side only.
#[server(client = ApiClient, prefix = "/api", endpoint = "search", input = Json, output = Json)]
pub async fn search(
    query: String,
    conversation_id: Option<ConversationId>,
    page: PageRequest,
) -> Result<SearchPage, ApiError> {
    crate::inbox::port()?
        .search(query, conversation_id, page)
        .await
}
