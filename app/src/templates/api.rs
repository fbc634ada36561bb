//! Server functions of templates.
#![expect(
    missing_docs,
    reason = "the macro makes a struct of the arguments, and documents no field"
)]

use super::MessageTemplate;
use crate::error::ApiError;
use crate::ids::NumberId;
use crate::session::ApiClient;
use leptos::server;
use server_fn::codec::Json;

/// The templates of a number, approved ones first, at most 200: those in a language, if one is given, whose name or words hold
/// `query`.
#[server(client = ApiClient, prefix = "/api", endpoint = "templates/list", input = Json, output = Json)]
pub async fn list_templates(
    number_id: NumberId,
    query: String,
    language: Option<String>,
) -> Result<Vec<MessageTemplate>, ApiError> {
    crate::inbox::port()?
        .list_templates(number_id, query, language)
        .await
}
