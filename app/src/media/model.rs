//! What crosses the wire about files. JSON is camelCase.

use crate::ids::MediaId;
use serde::{Deserialize, Serialize};

/// Most files that one call asks addresses for.
pub const MAX_LINKS: usize = 100;
/// Largest picture that WhatsApp takes, in megabytes of 1,048,576 bytes (Meta, "Media"; `docs/protocol.md` 5).
pub const IMAGE_MB: u32 = 5;
/// The same of films and recordings.
pub const FILM_AND_SOUND_MB: u32 = 16;
/// The same of documents, which is the most of all.
pub const DOCUMENT_MB: u32 = 100;
/// Carries the name of an uploaded file, percent-encoded UTF-8.
pub const FILE_NAME_HEADER: &str = "x-file-name";

/// Where the bytes of a file are, for this session and for some minutes. The addresses are relative to the server and need no header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MediaLink {
    /// Which file.
    pub id: MediaId,
    /// The file itself; shown in the page where it is a picture, a recording or a film, and otherwise saved.
    pub url: String,
    /// A small picture of it, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<String>,
    /// The file, to be saved whatever it is.
    pub download: String,
    /// When the addresses end, in milliseconds since the epoch.
    pub expires_at: i64,
}

/// A file that an operator has uploaded and that no message has taken yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UploadedMedia {
    /// What a message names it by.
    pub id: MediaId,
    /// What it is.
    pub mime_type: String,
    /// In bytes.
    pub size: i64,
    /// Of a picture, in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Of a picture, in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Of a recording or a film.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<i64>,
}
