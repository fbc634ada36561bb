//! Server functions of files.
#![expect(
    missing_docs,
    reason = "the macro makes a struct of the arguments, and documents no field"
)]

use super::MediaLink;
use crate::error::ApiError;
use crate::ids::MediaId;
use crate::messages::Message;
use crate::session::ApiClient;
use leptos::server;
use server_fn::codec::Json;

/// Addresses of files, for this session and for some minutes. What is not there yet, unknown or foreign is left out.
#[server(client = ApiClient, prefix = "/api", endpoint = "media/urls", input = Json, output = Json)]
pub async fn media_urls(ids: Vec<MediaId>) -> Result<Vec<MediaLink>, ApiError> {
    crate::inbox::port()?.media_urls(ids).await
}

/// Fetches a file that could not be fetched once more. Answers its message.
#[server(client = ApiClient, prefix = "/api", endpoint = "media/fetch_again", input = Json, output = Json)]
pub async fn fetch_media_again(media_id: MediaId) -> Result<Message, ApiError> {
    crate::inbox::port()?.fetch_media_again(media_id).await
}
