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
    let named = json!({"id": media.provider_id});
    with_words(named, media.kind, caption, voice, file_name)
}

/// The same by the address from which WhatsApp fetches it.
pub(super) fn linked(
    kind: &str,
    url: &str,
    caption: Option<&str>,
    voice: bool,
    file_name: Option<&str>,
) -> Value {
    with_words(json!({"link": url}), kind, caption, voice, file_name)
}

fn with_words(
    mut object: Value,
    kind: &str,
    caption: Option<&str>,
    voice: bool,
    file_name: Option<&str>,
) -> Value {
    if matches!(kind, "image" | "video" | "document") {
        put(&mut object, "caption", caption);
    }
    if kind == "document" {
        put(&mut object, "filename", file_name);
    }
    if kind == "audio" && voice {
        object["voice"] = true.into();
    }
    object
}
