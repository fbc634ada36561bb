//! Errors, in the reader's language.

use super::{Key, Locale, text};
use crate::error::{ApiError, Code};

/// What to tell the reader about `error`. The server's sentences are English; those that an operator can meet are said in
/// the reader's language, the rest as they came.
pub fn sentence(locale: Locale, error: &ApiError) -> String {
    let key = match error.code {
        Code::Transport | Code::Unavailable => Key::ErrorTransport,
        Code::Internal => Key::ErrorInternal,
        Code::RateLimited => Key::ErrorRateLimited,
        Code::NotFound => Key::ErrorNotFound,
        Code::TextTooLong => Key::ErrorTooLong,
        Code::ShortcutTaken => Key::ErrorShortcutTaken,
        Code::LabelExists => Key::ErrorLabelExists,
        Code::SharedWithOthers => Key::ErrorShared,
        Code::QuickReplyInvalid if error.field.as_deref() == Some("shortcut") => Key::ErrorShortcut,
        Code::ContactChanged => Key::ErrorContactChanged,
        Code::ContactInvalid if error.field.as_deref() != Some("name") => Key::ErrorContact,
        _ => return error.error.clone(),
    };
    text(locale, key).to_owned()
}
