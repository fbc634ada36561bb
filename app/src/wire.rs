//! Reading the answers of our server, in the browser.
//!
//! The server writes them with serde. serde's readers would be the largest single thing in the program that every reader of the inbox
//! downloads; docs/decisions.md has the figures. The browser has a JSON reader already, so here only the fields are picked from what
//! it read. The tests read with the same code on a tree of `serde_json`, and hold the result against serde's own.

use crate::boot::{Boot, Theme};
use crate::branding::Brand;
use crate::conversations::details::{ContactDetails, ContactField};
use crate::conversations::{Contact, Conversation, ConversationPage, MarkedRead, Preview};
use crate::error::{ApiError, Code};
use crate::i18n::Locale;
use crate::ids::{
    ClientId, ContactId, ConversationId, LabelId, MediaId, MessageId, NumberId, OperatorId,
    QuickReplyId,
};
use crate::inbox::{Bootstrap, OpenConversation, SessionTimes};
use crate::labels::{Colour, Label};
use crate::media::{MediaLink, UploadedMedia};
use crate::messages::{
    Card, CardDetail, Choice, Content, DeliveryStatus, Direction, Failure, Filled, Forwarded,
    Interactive, Location, Media, MediaState, Message, MessagePage, Order, OrderItem, Product,
    Quote, Reaction, Referral, Reply, Side, System, Template, TemplateButton, Unsupported, Waiting,
};
use crate::notes::Note;
use crate::numbers::Number;
use crate::operators::Operator;
use crate::presence::{Doing, Here};
use crate::quick_replies::{QuickReplies, QuickReply};
use crate::search::{FoundMessage, SearchPage};
use crate::templates::{ButtonOfTemplate, MessageTemplate};
use crate::workflow::{Activity, State, Totals, View, ViewCounts};

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

/// Reads a list that is left out where it is empty.
fn list<T: Wire>(json: &Json, name: &str) -> Option<Vec<T>> {
    Some(field::<Option<Vec<T>>>(json, name)?.unwrap_or_default())
}

/// Reads a mark that is left out where it is not set.
fn mark(json: &Json, name: &str) -> Option<bool> {
    Some(field::<Option<bool>>(json, name)?.unwrap_or_default())
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

impl Wire for MediaState {
    fn read(json: &Json) -> Option<Self> {
        Self::parse(&json.text()?)
    }
}

impl Wire for Forwarded {
    fn read(json: &Json) -> Option<Self> {
        if json.is_absent() {
            return Some(Self::No);
        }
        Self::parse(&json.text()?)
    }
}

impl Wire for Side {
    fn read(json: &Json) -> Option<Self> {
        match json.text()?.as_str() {
            "CONTACT" => Some(Self::Contact),
            "BUSINESS" => Some(Self::Business),
            _ => None,
        }
    }
}

impl Wire for State {
    fn read(json: &Json) -> Option<Self> {
        if json.is_absent() {
            return Some(Self::Open);
        }
        Self::parse(&json.text()?)
    }
}

impl Wire for Colour {
    fn read(json: &Json) -> Option<Self> {
        Self::parse(&json.text()?)
    }
}

impl Wire for Doing {
    fn read(json: &Json) -> Option<Self> {
        Self::parse(&json.text()?)
    }
}

impl Wire for ViewCounts {
    fn read(json: &Json) -> Option<Self> {
        let mut counts = Self::default();
        if !json.is_absent() {
            for view in View::ALL {
                *counts.of_mut(view) = field(json, view.name())?;
            }
        }
        Some(counts)
    }
}

impl Wire for Direction {
    fn read(json: &Json) -> Option<Self> {
        match json.text()?.as_str() {
            "INBOUND" => Some(Self::Inbound),
            "OUTBOUND" => Some(Self::Outbound),
            "INTERNAL" => Some(Self::Internal),
            _ => None,
        }
    }
}

impl Wire for Code {
    fn read(json: &Json) -> Option<Self> {
        Some(Self::from_name(&json.text()?))
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

ids!(ClientId ContactId ConversationId MediaId MessageId NumberId OperatorId);
ids!(LabelId QuickReplyId);

/// The names of the fields are those that serde gives them. Before the sign stands how a field is read that may be left out.
macro_rules! records {
    ($($record:ident { $($field:ident $($read:ident)? = $name:literal,)* })*) => {
        $(impl Wire for $record {
            fn read(json: &Json) -> Option<Self> {
                Some(Self { $($field: read_by!($($read)? (json, $name))?,)* })
            }
        })*
    };
}

macro_rules! read_by {
    ($arguments:tt) => { field $arguments };
    ($read:ident $arguments:tt) => { $read $arguments };
}

records! {
    Boot { locale = "locale", theme = "theme", embedded = "embedded", console mark = "console", }
    MessageTemplate {
        name = "name",
        language = "language",
        category = "category",
        status = "status",
        named = "named",
        header_format = "headerFormat",
        header = "header",
        body = "body",
        footer = "footer",
        buttons list = "buttons",
    }
    ButtonOfTemplate { kind = "kind", text = "text", value = "value", }
    ApiError { error = "error", code = "code", field = "field", }
    Operator { id = "id", name = "name", email = "email", }
    Here { conversation_id = "conversationId", operator = "operator", doing = "doing", }
    Number { id = "id", name = "name", phone = "phone", refusal = "refusal", }
    Contact {
        id = "id",
        own_name = "ownName",
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
        state = "state",
        snoozed_until = "snoozedUntil",
        assignee = "assignee",
        labels list = "labels",
        pinned mark = "pinned",
        details_seq = "detailsSeq",
        open_ended mark = "openEnded",
    }
    ContactField { name = "name", value = "value", }
    ContactDetails { conversation = "conversation", fields list = "fields", others list = "others", }
    ConversationPage { items = "items", older = "older", newer = "newer", }
    MediaLink {
        id = "id",
        url = "url",
        thumbnail = "thumbnail",
        download = "download",
        expires_at = "expiresAt",
    }
    UploadedMedia {
        id = "id",
        mime_type = "mimeType",
        size = "size",
        width = "width",
        height = "height",
        duration_ms = "durationMs",
    }
    QuickReplies { items = "items", operator = "operator", }
    QuickReply {
        id = "id",
        shortcut = "shortcut",
        text = "text",
        numbers list = "numbers",
        shared mark = "shared",
    }
    MarkedRead { conversation = "conversation", unread_total = "unreadTotal", }
    Failure { code = "code", sentence = "sentence", retryable = "retryable", }
    Waiting { reason = "reason", until = "until", sentence = "sentence", }
    Message {
        id = "id",
        conversation_id = "conversationId",
        client_id = "clientId",
        direction = "direction",
        kind = "kind",
        text = "text",
        content = "content",
        quote = "quote",
        reactions list = "reactions",
        reaction_failure = "reactionFailure",
        forwarded = "forwarded",
        edited_at = "editedAt",
        revoked_at = "revokedAt",
        status = "status",
        failure = "failure",
        waiting = "waiting",
        sent_at = "sentAt",
        seq = "seq",
    }
    Content {
        media = "media",
        location = "location",
        cards list = "cards",
        order = "order",
        reply = "reply",
        interactive = "interactive",
        template = "template",
        system = "system",
        unsupported = "unsupported",
        referral = "referral",
        product = "product",
        activity = "activity",
        note = "note",
        redacted mark = "redacted",
    }
    Note {
        author = "author",
        mentions list = "mentions",
    }
    Activity {
        what = "what",
        by = "by",
        whom = "whom",
        until = "until",
        label = "label",
        cause = "cause",
    }
    Label {
        id = "id",
        name = "name",
        colour = "colour",
        numbers list = "numbers",
        shared mark = "shared",
    }
    Totals { cursor = "cursor", unread_total = "unreadTotal", counts = "counts", }
    Media {
        id = "id",
        mime_type = "mimeType",
        file_name = "fileName",
        size = "size",
        state = "state",
        failure = "failure",
        width = "width",
        height = "height",
        duration_ms = "durationMs",
        voice = "voice",
        animated = "animated",
        thumbnail = "thumbnail",
    }
    Location {
        latitude = "latitude",
        longitude = "longitude",
        name = "name",
        address = "address",
        url = "url",
    }
    Card { name = "name", details list = "details", requested mark = "requested", }
    CardDetail { what = "what", value = "value", label = "label", wa_id = "waId", }
    Order { catalog_id = "catalogId", items list = "items", }
    OrderItem {
        product_id = "productId",
        quantity = "quantity",
        price = "price",
        currency = "currency",
    }
    Reply { kind = "kind", id = "id", description = "description", values list = "values", }
    Filled { name = "name", value = "value", }
    Interactive {
        kind = "kind",
        header = "header",
        footer = "footer",
        action = "action",
        url = "url",
        choices list = "choices",
    }
    Choice { id = "id", title = "title", description = "description", section = "section", }
    Template {
        name = "name",
        language = "language",
        header = "header",
        footer = "footer",
        buttons list = "buttons",
    }
    TemplateButton { kind = "kind", text = "text", value = "value", }
    System { kind = "kind", previous = "previous", current = "current", }
    Unsupported { kind = "kind", code = "code", reason = "reason", }
    Referral {
        kind = "kind",
        source_id = "sourceId",
        url = "url",
        headline = "headline",
        body = "body",
        click_id = "clickId",
    }
    Product { catalog_id = "catalogId", product_id = "productId", }
    Reaction { emoji = "emoji", by = "by", at = "at", }
    Quote { message_id = "messageId", direction = "direction", kind = "kind", text = "text", }
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
        counts = "counts",
        labels list = "labels",
        me = "me",
        read_only mark = "readOnly",
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
