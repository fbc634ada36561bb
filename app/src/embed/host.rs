//! What the page around us and the inbox have to say to each other, in no dialect.

use crate::boot::Theme;
use crate::context::{Flags, Record};
use crate::i18n::Locale;
use crate::ids::{ConversationId, MessageId};

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
        /// The page hands over another token when asked.
        renews: bool,
    },
    /// Another embed token for what is on screen.
    Renew(String),
    /// Who the operator is, signed by the host: to be exchanged for an embed token.
    Identify(String),
    /// Change the colours.
    SetTheme(Theme),
    /// Change the language.
    SetLocale(Locale),
    /// Show a conversation.
    Open(Target),
    /// The record that the operator looks at; none any more.
    SetContext(Option<Record>),
    /// Offer these answers in place of those before.
    Suggest(Vec<String>),
    /// Flags to set, and flags to clear.
    SetFlags(Flags, Flags),
}

/// How a page names a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// By its id.
    Conversation(ConversationId),
    /// By the contact's phone, in digits.
    Phone(String),
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
    /// A message of a contact came, and is on screen.
    MessageShown {
        /// Its id.
        id: MessageId,
        /// Where it belongs.
        conversation_id: ConversationId,
        /// Its type.
        kind: String,
        /// Its text or caption.
        text: Option<String>,
    },
    /// The operator wants the inbox out of the way.
    Close,
    /// The session needs another token soon.
    TokenNeeded,
    /// The token ended and could not be renewed.
    SessionExpired,
    /// What the page asked for could not be done.
    Error {
        /// Stable.
        code: String,
        /// What happened and what to do, in English.
        message: String,
    },
}
