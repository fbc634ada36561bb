//! Bodies of what is sent (Meta, "Send messages"): one file for each group of types.

mod cards;
mod interactive;
mod media;
mod signals;
mod template;

pub use interactive::flow_token;
pub use signals::{reaction, read_receipt};

use crate::ingest::Callback;
use app::messages::{Draft, DraftContent, holds_link};
use serde_json::{Value, json};

/// Whom a message is for.
#[derive(Debug, Clone, Copy)]
pub struct Recipient<'a> {
    /// The contact's phone, digits.
    pub phone: Option<&'a str>,
    /// The contact's business-scoped id; used where there is no phone.
    pub bsuid: Option<&'a str>,
}

/// WhatsApp's side of what a draft names.
#[derive(Debug, Clone, Copy, Default)]
pub struct Named<'a> {
    /// The message that it answers to. One that WhatsApp never took has no id there: then the answer goes without a quote. (Earlier
    /// messages of a conversation have been settled when a later one goes out, so only a failed one can lack it.)
    pub quoted: Option<&'a str>,
    /// The file, and what WhatsApp calls its kind.
    pub media: Option<UploadedMedia<'a>>,
}

/// A file that WhatsApp has.
#[derive(Debug, Clone, Copy)]
pub struct UploadedMedia<'a> {
    /// WhatsApp's id of it.
    pub provider_id: &'a str,
    /// `image`, `video`, `audio`, `document` or `sticker`.
    pub kind: &'a str,
}

/// The body of a message; `None` where something that it needs is not there.
pub fn message(
    draft: &Draft,
    to: Recipient<'_>,
    named: Named<'_>,
    callback: &Callback,
) -> Option<Value> {
    let (kind, object) = match &draft.content {
        DraftContent::Text { body } => (
            "text",
            json!({"body": body, "preview_url": holds_link(body)}),
        ),
        DraftContent::Location {
            latitude,
            longitude,
            name,
            address,
        } => (
            "location",
            cards::location(latitude, longitude, name.as_deref(), address.as_deref()),
        ),
        DraftContent::Contacts { cards } => ("contacts", cards::contacts(cards)),
        DraftContent::Buttons { frame, buttons } => {
            ("interactive", interactive::buttons(frame, buttons))
        }
        DraftContent::List {
            frame,
            action,
            rows,
        } => ("interactive", interactive::list(frame, action, rows)),
        DraftContent::Link { frame, action, url } => {
            ("interactive", interactive::link(frame, action, url))
        }
        DraftContent::Carousel { body, cards } => {
            ("interactive", interactive::carousel(body, cards))
        }
        DraftContent::Flow {
            frame,
            action,
            form,
        } => (
            "interactive",
            interactive::flow(frame, action, form, &callback.message)?,
        ),
        DraftContent::Template {
            name,
            language,
            values,
            named: by_name,
        } => {
            if values.media.is_some() && named.media.is_none() {
                return None;
            }
            let object = template::template(name, language, *by_name, values, named.media);
            ("template", object)
        }
        DraftContent::Media {
            caption,
            voice,
            file_name,
            ..
        } => {
            let media = named.media?;
            let object = media::object(media, caption.as_deref(), *voice, file_name.as_deref());
            (media.kind, object)
        }
        DraftContent::Remote {
            kind,
            url,
            caption,
            voice,
            file_name,
        } => {
            let object = media::linked(kind, url, caption.as_deref(), *voice, file_name.as_deref());
            (kind.as_str(), object)
        }
    };
    let mut body = envelope(to)?;
    body["type"] = kind.into();
    body[kind] = object;
    if let Some(quoted) = named.quoted {
        body["context"] = json!({"message_id": quoted});
    }
    body["biz_opaque_callback_data"] = callback.to_string().into();
    Some(body)
}

/// What every message has; `None` if there is no way to say whom it is for.
fn envelope(to: Recipient<'_>) -> Option<Value> {
    let mut body = json!({"messaging_product": "whatsapp", "recipient_type": "individual"});
    match (to.phone, to.bsuid) {
        (Some(phone), _) => body["to"] = format!("+{phone}").into(),
        (None, Some(bsuid)) => body["recipient"] = bsuid.into(),
        (None, None) => return None,
    }
    Some(body)
}

/// Puts a text where there is one.
fn put(object: &mut Value, name: &str, text: Option<&str>) {
    if let Some(text) = text {
        object[name] = text.into();
    }
}

#[cfg(test)]
mod tests;
