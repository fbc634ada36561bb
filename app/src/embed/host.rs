//! What the page around us and the inbox have to say to each other, in no dialect.

use crate::boot::Theme;
use crate::i18n::Locale;
use crate::ids::ConversationId;

/// From the page to the inbox. No `Debug`: a token must not reach a log by accident.
#[derive(Clone, PartialEq, Eq)]
pub enum HostCommand {
    /// Begin, or go on with another token.
    Init {
        /// The embed token.
        token: String,
        /// Keep the language where absent.
        locale: Option<Locale>,
        /// Keep the colours where absent.
        theme: Option<Theme>,
    },
    /// Change the colours.
    SetTheme(Theme),
    /// Change the language.
    SetLocale(Locale),
}

/// From the inbox to the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostEvent {
    /// The inbox listens.
    Ready,
    /// The height that the inbox would like, in CSS pixels.
    Resize(u32),
    /// Unread messages over all numbers of the token.
    UnreadCount(u32),
    /// The operator opened a conversation.
    ConversationOpened(ConversationId),
    /// The token ended and could not be renewed.
    SessionExpired,
}
