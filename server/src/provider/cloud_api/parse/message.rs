//! Messages in either direction: what they have in common, and what each type brings.

use super::super::fields::{id_of, integer_of, text_of};
use super::content::{self, line_of};
use super::context::{context, referral};
use super::people::{identify, person};
use super::status::details_of;
use super::{Read, replies, timestamp_of};
use crate::ingest::{
    Amendment, Change, IncomingMedia, IncomingMessage, Person, SamePerson, WhatAmended,
};
use app::messages::{Content, Direction, System, Unsupported};
use serde_json::Value;

pub(super) fn read_inbound(value: &Value, item: &Value) -> Read {
    let person = person(value, item, "from_user_id", "from")?;
    read_message(value, item, person, Direction::Inbound)
}

/// Written by the business on its phone.
pub(super) fn read_echo(value: &Value, item: &Value) -> Read {
    let person = person(value, item, "to_user_id", "to")?;
    read_message(value, item, person, Direction::Outbound)
}

fn read_message(value: &Value, item: &Value, mut person: Person, direction: Direction) -> Read {
    let provider_id = id_of(item, "id")?.ok_or("a message has no `id`")?;
    if item.get("group_id").is_some_and(|id| !id.is_null()) {
        return Err("a message of a group; groups are not shown yet");
    }
    if person.bsuid.is_none() && person.phone.is_none() {
        return Err("a message does not say who it is from");
    }
    let kind = kind_of(item);
    let part = item.get(&kind).unwrap_or(&Value::Null);
    if let Some((target, what)) = amended(&kind, part)? {
        return Ok(vec![Change::Amendment(Box::new(Amendment {
            provider_id,
            target,
            person,
            direction,
            timestamp: timestamp_of(item),
            what,
        }))]);
    }
    let our_phone = value
        .get("metadata")
        .and_then(|metadata| text_of(metadata, "display_phone_number"))
        .map(|phone| {
            phone
                .chars()
                .filter(char::is_ascii_digit)
                .collect::<String>()
        });
    let context = context(item, &person, our_phone.as_deref());
    let mut read = parts_of(&kind, part)?;
    read.content.referral = referral(item);
    read.content.product = context.product;
    read.content.unsupported = unsupported(&kind, item);
    let is_from_them = !matches!(kind.as_str(), "system" | "revoke" | "edit");
    let mut identity = None;
    if kind == "system" {
        let changed = changed_identity(&person, part)?;
        read.content.system = Some(changed.note);
        if let Some(same) = changed.same {
            person = same.current.clone();
            identity = Some(Box::new(same));
        }
    }
    Ok(vec![Change::Message(Box::new(IncomingMessage {
        provider_id,
        direction,
        person,
        identity,
        timestamp: timestamp_of(item),
        text: read.text,
        content: read.content.boxed(),
        media: read.media,
        forwarded: context.forwarded,
        answers: context.answers,
        opens_window: is_from_them,
        counts_as_unread: is_from_them,
        kind,
        raw: item.to_string(),
    }))])
}

/// What a part brings.
#[derive(Default)]
struct Parts {
    text: Option<String>,
    content: Content,
    media: Option<Box<IncomingMedia>>,
}

fn parts_of(kind: &str, part: &Value) -> Result<Parts, &'static str> {
    let mut read = Parts {
        text: match kind {
            "text" | "system" => text_of(part, "body"),
            "button" | "order" => text_of(part, "text"),
            _ => text_of(part, "caption"),
        },
        ..Parts::default()
    };
    match kind {
        "image" | "video" | "audio" | "voice" | "document" | "sticker" => {
            if let Some((shown, incoming)) = content::media(part)? {
                read.content.media = Some(shown);
                read.media = Some(Box::new(incoming));
            }
            if kind == "document" {
                // The list shows it where there is no caption.
                read.text = read.text.or_else(|| text_of(part, "filename"));
            }
        }
        "location" => {
            read.content.location = content::location(part);
            read.text = text_of(part, "name").or_else(|| text_of(part, "address"));
        }
        "contacts" => {
            read.content.cards = content::cards(part);
            let first = read.content.cards.first();
            read.text = first.map(|card| card.name.clone());
        }
        "order" => read.content.order = part.is_object().then(|| content::order(part)),
        "interactive" => {
            if let Some((reply, words)) = replies::interactive(part) {
                read.content.reply = Some(reply);
                read.text = words;
            }
        }
        "button" => {
            read.content.reply = part.is_object().then(|| replies::template_button(part));
        }
        _ => {}
    }
    read.text = read.text.filter(|text| !text.is_empty());
    Ok(read)
}

/// What is no message of its own, but changes another one. Without the id of that one it is shown as it came.
fn amended(kind: &str, part: &Value) -> Result<Option<(String, WhatAmended)>, &'static str> {
    let target = |field: &str| id_of(part, field);
    Ok(match kind {
        "reaction" => target("message_id")?.map(|id| {
            let emoji = line_of(part, "emoji").unwrap_or_default();
            // A sign is one character to the eye, and a handful to a computer.
            let emoji = emoji.chars().take(32).collect();
            (id, WhatAmended::Reaction { emoji })
        }),
        "edit" => match target("original_message_id")? {
            None => None,
            Some(id) => {
                let message = part.get("message").unwrap_or(&Value::Null);
                let kind = kind_of(message);
                let read = parts_of(&kind, message.get(&kind).unwrap_or(&Value::Null))?;
                let edit = WhatAmended::Edit {
                    text: read.text,
                    content: read.content.boxed(),
                };
                Some((id, edit))
            }
        },
        "revoke" => target("original_message_id")?.map(|id| (id, WhatAmended::Revoke)),
        _ => None,
    })
}

/// What a system message says of the person.
struct ChangedIdentity {
    note: System,
    same: Option<SamePerson>,
}

fn changed_identity(person: &Person, part: &Value) -> Result<ChangedIdentity, &'static str> {
    let kind = line_of(part, "type").unwrap_or_default();
    let mut current = Person {
        bsuid: id_of(part, "user_id")?,
        ..Person::default()
    };
    let phone = match id_of(part, "wa_id")? {
        None => id_of(part, "new_wa_id")?,
        known => known,
    };
    identify(&mut current, phone);
    let mut previous = Person {
        bsuid: match id_of(part, "previous_user_id")? {
            None => person.bsuid.clone(),
            known => known,
        },
        phone: person.phone.clone(),
        ..Person::default()
    };
    let is_phone = matches!(
        kind.as_str(),
        "user_changed_number" | "customer_changed_number"
    );
    let note = if is_phone {
        (previous.phone.clone(), current.phone.clone())
    } else {
        (previous.bsuid.clone(), current.bsuid.clone())
    };
    let same = match kind.as_str() {
        "user_changed_number" | "customer_changed_number" => current.phone.is_some(),
        "user_changed_user_id" => current.bsuid.is_some(),
        _ => false,
    };
    // What has not changed names nobody else.
    if previous.bsuid == current.bsuid {
        previous.bsuid = None;
    }
    if previous.phone == current.phone {
        previous.phone = None;
    }
    let differs = previous.bsuid.is_some() || previous.phone.is_some();
    Ok(ChangedIdentity {
        note: System {
            // Its older name.
            kind: if is_phone {
                "user_changed_number".into()
            } else {
                kind
            },
            previous: note.0.filter(|_| same),
            current: note.1.filter(|_| same),
        },
        same: (same && differs).then_some(SamePerson { previous, current }),
    })
}

/// Why there is nothing to show, or not all of it.
fn unsupported(kind: &str, item: &Value) -> Option<Unsupported> {
    let error = item.get("errors").and_then(|errors| errors.get(0));
    if kind != "unsupported" && error.is_none() {
        return None;
    }
    let error = error.unwrap_or(&Value::Null);
    Some(Unsupported {
        kind: item
            .get("unsupported")
            .and_then(|part| line_of(part, "type"))
            .or_else(|| Some(kind.to_owned()).filter(|kind| kind != "unsupported")),
        code: integer_of(error, "code").map(|code| code.to_string()),
        reason: details_of(error)
            .or_else(|| line_of(error, "title"))
            .map(|reason| reason.chars().take(400).collect()),
    })
}

/// Meta's types of what comes in, each under the key of its object.
pub const INBOUND_KINDS: [&str; 17] = [
    "text",
    "image",
    "video",
    "audio",
    "document",
    "sticker",
    "location",
    "contacts",
    "interactive",
    "button",
    "reaction",
    "order",
    "system",
    "edit",
    "revoke",
    "request_welcome",
    "unsupported",
];

fn kind_of(item: &Value) -> String {
    text_of(item, "type").map_or_else(
        || {
            let sibling = INBOUND_KINDS.iter().find(|kind| item.get(**kind).is_some());
            (*sibling.unwrap_or(&"unsupported")).to_owned()
        },
        |kind| kind.chars().take(40).collect(),
    )
}
