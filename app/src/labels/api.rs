//! Server functions of labels. Each answers all that the session sees, as they are then, in the order of names.
#![expect(
    missing_docs,
    reason = "the macro makes a struct of the arguments, and documents no field"
)]

use super::{Colour, Label};
use crate::error::ApiError;
use crate::ids::LabelId;
use crate::session::ApiClient;
use leptos::server;
use server_fn::codec::Json;

/// The labels of the session's numbers.
#[server(client = ApiClient, prefix = "/api", endpoint = "labels/list", input = Json, output = Json)]
pub async fn list_labels() -> Result<Vec<Label>, ApiError> {
    crate::inbox::port()?.list_labels().await
}

/// Adds a label to all numbers of the session. One of this name that only some of them have, and nobody else's, goes to the others, too.
#[server(client = ApiClient, prefix = "/api", endpoint = "labels/create", input = Json, output = Json)]
pub async fn create_label(name: String, colour: Colour) -> Result<Vec<Label>, ApiError> {
    crate::inbox::port()?.create_label(name, colour).await
}

/// Gives a label another name and colour. Only where the session has all of its numbers.
#[server(client = ApiClient, prefix = "/api", endpoint = "labels/change", input = Json, output = Json)]
pub async fn change_label(
    label_id: LabelId,
    name: String,
    colour: Colour,
) -> Result<Vec<Label>, ApiError> {
    crate::inbox::port()?
        .change_label(label_id, name, colour)
        .await
}

/// Takes a label away, from all conversations. Only where the session has all of its numbers.
#[server(client = ApiClient, prefix = "/api", endpoint = "labels/delete", input = Json, output = Json)]
pub async fn delete_label(label_id: LabelId) -> Result<Vec<Label>, ApiError> {
    crate::inbox::port()?.delete_label(label_id).await
}
