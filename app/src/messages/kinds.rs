//! What to call a message that has no text here.

use crate::i18n::Key;

/// The name of a WhatsApp type. Types unknown to this build have one too.
pub fn name_of(kind: &str) -> Key {
    match kind {
        "image" => Key::Photo,
        "video" => Key::Video,
        "audio" | "voice" => Key::VoiceMessage,
        "document" => Key::Document,
        "sticker" => Key::Sticker,
        "location" => Key::Location,
        "contacts" => Key::ContactCard,
        "reaction" => Key::Reaction,
        "template" => Key::Template,
        "poll" => Key::Poll,
        "order" => Key::Order,
        _ => Key::OtherKind,
    }
}
