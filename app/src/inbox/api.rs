//! The first round trip.
#![expect(
    missing_docs,
    reason = "the macro makes a struct of the arguments, and documents no field"
)]

use super::Bootstrap;
use crate::error::ApiError;
use crate::ids::ConversationId;
use crate::session::ApiClient;
use crate::workflow::ListFilter;
use leptos::server;
use server_fn::codec::Json;

/// A part of the list, counters, and the conversation to open, in one answer. `parent_origin` is the page that embeds us: it must be in
/// the token's `allowedOrigins`, or nothing is told.
#[server(client = ApiClient, prefix = "/api", endpoint = "bootstrap", input = Json, output = Json)]
pub async fn load_bootstrap(
    parent_origin: String,
    open: Option<ConversationId>,
    filter: Option<ListFilter>,
) -> Result<Bootstrap, ApiError> {
    let filter = filter.unwrap_or_default();
    super::port()?.bootstrap(parent_origin, open, filter).await
}
