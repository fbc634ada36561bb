//! Files, by WhatsApp's id of them.

use super::{UploadedMedia, put};
use serde_json::{Value, json};

/// Sounds and stickers have no caption, only documents a name, and only sounds can be voice notes.
pub(super) fn object(
    media: UploadedMedia<'_>,
    caption: Option<&str>,
    voice: bool,
    file_name: Option<&str>,
) -> Value {
    let mut object = json!({"id": media.provider_id});
    if matches!(media.kind, "image" | "video" | "document") {
        put(&mut object, "caption", caption);
    }
    if media.kind == "document" {
        put(&mut object, "filename", file_name);
    }
    if media.kind == "audio" && voice {
        object["voice"] = true.into();
    }
    object
}
