//! Server functions of operators.

use super::Operator;
use crate::error::ApiError;
use crate::session::ApiClient;
use leptos::server;
use server_fn::codec::Json;

/// Who works with the numbers of the session, by name.
#[server(client = ApiClient, prefix = "/api", endpoint = "operators/list", input = Json, output = Json)]
pub async fn list_operators() -> Result<Vec<Operator>, ApiError> {
    crate::inbox::port()?.list_operators().await
}
