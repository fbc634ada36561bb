//! Reading the answers of our server, in the browser.
//!
//! The server writes them with serde. serde's readers would be the largest single thing in the program that every reader of the inbox
//! downloads; docs/decisions.md has the figures. The browser has a JSON reader already, so here only the fields are picked from what
//! it read. The tests read with the same code on a tree of `serde_json`, and hold the result against serde's own.

use crate::boot::{Boot, Theme};
use crate::branding::Brand;
use crate::conversations::{Contact, Conversation, ConversationPage, MarkedRead, Preview};
use crate::error::{ApiError, Code};
use crate::i18n::Locale;
use crate::ids::{ClientId, ContactId, ConversationId, MessageId, NumberId};
use crate::inbox::{Bootstrap, OpenConversation, SessionTimes};
use crate::messages::{DeliveryStatus, Direction, Failure, Message, MessagePage};
use crate::numbers::Number;
use crate::search::{FoundMessage, SearchPage};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};

#[cfg(not(target_arch = "wasm32"))]
#[path = "wire/tree.rs"]
mod json;
#[cfg(target_arch = "wasm32")]
#[path = "wire/browser.rs"]
mod json;

pub use json::Json;

/// What can be read from JSON. `None` if the JSON is of another shape; fields that are not known are passed over.
pub trait Wire: Sized {
    /// Reads a value.
    fn read(json: &Json) -> Option<Self>;
}

/// Reads a JSON text.
pub fn parse<T: Wire>(text: &str) -> Option<T> {
    T::read(&Json::parse(text)?)
}

/// Reads a field.
pub fn field<T: Wire>(json: &Json, name: &str) -> Option<T> {
    T::read(&json.field(name))
}

impl Wire for String {
    fn read(json: &Json) -> Option<Self> {
        json.text()
    }
}

impl Wire for bool {
    fn read(json: &Json) -> Option<Self> {
        json.flag()
    }
}

impl Wire for i64 {
    fn read(json: &Json) -> Option<Self> {
        json.whole()
    }
}

impl Wire for u32 {
    fn read(json: &Json) -> Option<Self> {
        json.whole()?.try_into().ok()
    }
}

impl<T: Wire> Wire for Option<T> {
    fn read(json: &Json) -> Option<Self> {
        if json.is_absent() {
            Some(None)
        } else {
            T::read(json).map(Some)
        }
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn read(json: &Json) -> Option<Self> {
        json.items()?.iter().map(T::read).collect()
    }
}

impl<T: Wire> Wire for Box<T> {
    fn read(json: &Json) -> Option<Self> {
        T::read(json).map(Box::new)
    }
}

impl Wire for Theme {
    fn read(json: &Json) -> Option<Self> {
        Some(Self::from_name(&json.text()?))
    }
}

impl Wire for Locale {
    fn read(json: &Json) -> Option<Self> {
        Some(Self::from_tag(&json.text()?))
    }
}

impl Wire for DeliveryStatus {
    fn read(json: &Json) -> Option<Self> {
        Self::parse(&json.text()?)
    }
}

impl Wire for Direction {
    fn read(json: &Json) -> Option<Self> {
        match json.text()?.as_str() {
            "INBOUND" => Some(Self::Inbound),
            "OUTBOUND" => Some(Self::Outbound),
            _ => None,
        }
    }
}

impl Wire for Code {
    fn read(json: &Json) -> Option<Self> {
        let text = json.text()?;
        let name: StrDeserializer<'_, Error> = text.as_str().into_deserializer();
        Self::deserialize(name).ok()
    }
}

macro_rules! ids {
    ($($id:ident)*) => {
        $(impl Wire for $id {
            fn read(json: &Json) -> Option<Self> {
                Self::parse(json.text()?)
            }
        })*
    };
}

ids!(ClientId ContactId ConversationId MessageId NumberId);

/// The names of the fields are those that serde gives them.
macro_rules! records {
    ($($record:ident { $($field:ident = $name:literal,)* })*) => {
        $(impl Wire for $record {
            fn read(json: &Json) -> Option<Self> {
                Some(Self { $($field: field(json, $name)?,)* })
            }
        })*
    };
}

records! {
    Boot { locale = "locale", theme = "theme", embedded = "embedded", }
    ApiError { error = "error", code = "code", field = "field", }
    Number { id = "id", name = "name", phone = "phone", }
    Contact {
        id = "id",
        name = "name",
        phone = "phone",
        username = "username",
        user_id = "userId",
    }
    Preview { direction = "direction", kind = "kind", text = "text", status = "status", }
    Conversation {
        id = "id",
        number_id = "numberId",
        contact = "contact",
        unread = "unread",
        last_message_at = "lastMessageAt",
        last_inbound_at = "lastInboundAt",
        preview = "preview",
        seq = "seq",
    }
    ConversationPage { items = "items", older = "older", newer = "newer", }
    MarkedRead { conversation = "conversation", unread_total = "unreadTotal", }
    Failure { code = "code", sentence = "sentence", retryable = "retryable", }
    Message {
        id = "id",
        conversation_id = "conversationId",
        client_id = "clientId",
        direction = "direction",
        kind = "kind",
        text = "text",
        status = "status",
        failure = "failure",
        sent_at = "sentAt",
        seq = "seq",
    }
    MessagePage { items = "items", older = "older", newer = "newer", }
    FoundMessage { message = "message", conversation = "conversation", }
    SearchPage { conversations = "conversations", messages = "messages", older = "older", }
    OpenConversation { conversation = "conversation", messages = "messages", }
    SessionTimes {
        now = "now",
        issued_at = "issuedAt",
        expires_at = "expiresAt",
        session_ends_at = "sessionEndsAt",
    }
    Bootstrap {
        numbers = "numbers",
        conversations = "conversations",
        open = "open",
        unread_total = "unreadTotal",
        cursor = "cursor",
        session = "session",
        brand = "brand",
    }
    Brand {
        name = "name",
        subtitle = "subtitle",
        logo = "logo",
        support = "support",
        footer = "footer",
        light = "light",
        dark = "dark",
    }
}

#[cfg(test)]
mod tests;
