//! What to call a message that cannot be shown whole.

use crate::i18n::Key;

/// Whether a message of this type is its text, and nothing is missing where only that is shown. All others have something else to
/// show: a picture has a caption, a reaction its sign, and neither is the message.
pub fn is_words(kind: &str) -> bool {
    matches!(kind, "text" | "button" | "interactive" | "system")
}

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
        "revoke" => Key::Deleted,
        _ => Key::OtherKind,
    }
}
