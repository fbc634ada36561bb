//! A customer writes to the business.

use serde_json::{Map, Value, json};

use super::chats::{ChatMessage, Reaction, Tick};
use super::customer::{Customer, CustomerId, insert};
use super::delivery::Receipt;
use super::samples::{sample, surroundings};
use super::state::State;
use super::wamid::new_wamid;
use super::{Simulator, unix_now};

/// What a customer writes, before it has an id.
pub(super) struct Written {
    pub(super) phone_number_id: String,
    /// Who writes. Without a BSUID here, none travels: as before April 2026.
    pub(super) customer: Customer,
    /// Meta's `type`.
    pub(super) kind: String,
    /// Which of the forms that examples have.
    pub(super) variant: Option<String>,
    /// The business writes it, on its own phone, to this customer.
    pub(super) by_business: bool,
    /// The object under the type's key; an example if there is none.
    pub(super) object: Option<Value>,
    /// Members that replace those made here; null removes one.
    pub(super) raw: Option<Map<String, Value>>,
    /// Unix seconds; now if missing.
    pub(super) timestamp: Option<i64>,
    /// Id of a quoted message.
    pub(super) reply_to: Option<String>,
}

/// A webhook on its way, and the messages in it.
pub(super) struct Posted {
    pub(super) ids: Vec<String>,
    pub(super) receipt: Receipt,
}

/// Why a customer could not write.
#[derive(Debug, thiserror::Error)]
pub(super) enum WriteError {
    #[error("there is no number {0}; add it with POST /numbers")]
    UnknownNumber(String),
    #[error("give the object of type {0} under the key {0:?}, or the whole message as raw")]
    NoExample(String),
}

impl Simulator {
    /// Delivers these messages in one webhook and shows them in the customer's chat.
    ///
    /// All are from one customer to one number.
    pub(super) fn customer_writes(&self, all: &[Written]) -> Result<Option<Posted>, WriteError> {
        let Some(first) = all.first() else {
            return Ok(None);
        };
        let phone_number_id = first.phone_number_id.clone();
        let mut state = self.state();
        if state.number(&phone_number_id).is_none() {
            return Err(WriteError::UnknownNumber(phone_number_id));
        }
        let customer = state.customers.meet(first.customer.clone());
        let mut messages = Vec::with_capacity(all.len());
        for written in all {
            messages.push(compose(&state, customer, written)?);
        }
        let mut ids = Vec::with_capacity(messages.len());
        for message in &messages {
            ids.push(message["id"].as_str().unwrap_or_default().to_owned());
            let from_customer = !first.by_business;
            show_from(
                &mut state,
                &phone_number_id,
                customer,
                from_customer,
                message,
            );
        }
        let known = state.customers.get(customer).clone();
        // The webhook tells what this message tells, even if more is known from earlier ones.
        let contact = Customer {
            name: known.name,
            username: known.username,
            ..first.customer.clone()
        };
        let number = state.next_inbound();
        let twice =
            state
                .behaviour
                .dice()
                .happens(state.behaviour.duplicate_rate, "copy message", number);
        let address = state.customers.get(customer).address().to_owned();
        let (field, list) = if first.by_business {
            ("smb_message_echoes", "message_echoes")
        } else {
            ("messages", "messages")
        };
        let members = vec![
            ("contacts", json!([contact.contact()])),
            (list, messages.into()),
        ];
        let receipt = self
            .post_change(&state, &phone_number_id, &address, field, members, twice)
            .ok_or_else(|| WriteError::UnknownNumber(phone_number_id.clone()))?;
        drop(state);
        self.announce(super::Change::People);
        self.announce_chat(&phone_number_id, &address);
        Ok(Some(Posted { ids, receipt }))
    }

    /// Shows two ticks once the product has acknowledged the webhook.
    pub(super) fn tick_when_acknowledged(
        &self,
        phone_number_id: &str,
        address: &str,
        posted: Posted,
    ) -> tokio::task::JoinHandle<bool> {
        let (simulator, number, address) =
            (self.clone(), phone_number_id.to_owned(), address.to_owned());
        tokio::spawn(async move {
            let acknowledged = posted.receipt.acknowledged().await;
            if acknowledged {
                let mut state = simulator.state();
                if let Some(customer) = state.customers.find(&address) {
                    state.chat_mut(&number, customer).acknowledged(&posted.ids);
                }
                drop(state);
                simulator.announce_chat(&number, &address);
            }
            acknowledged
        })
    }
}

/// The member of `messages`.
fn compose(state: &State, customer: CustomerId, written: &Written) -> Result<Value, WriteError> {
    let who = &written.customer;
    let mut message = Map::new();
    let id = new_wamid(who.address(), !written.by_business);
    message.insert("id".into(), id.into());
    if written.by_business {
        let number = state.number(&written.phone_number_id);
        let ours = number.map(|number| number.display_phone_number.as_str());
        insert(&mut message, "from", ours);
        insert(&mut message, "to", who.phone.as_deref());
        insert(&mut message, "to_user_id", who.user_id.as_deref());
    } else {
        insert(&mut message, "from", who.phone.as_deref());
        insert(&mut message, "from_user_id", who.user_id.as_deref());
    }
    let timestamp = written.timestamp.unwrap_or_else(unix_now);
    message.insert("timestamp".into(), timestamp.to_string().into());
    message.insert("type".into(), written.kind.clone().into());
    if let Some(reply_to) = &written.reply_to {
        let chat = state.chat(&written.phone_number_id, customer);
        let quoted = chat.and_then(|chat| chat.messages.iter().find(|known| known.id == *reply_to));
        let ours = quoted.is_some_and(|quoted| !quoted.from_customer);
        let number = state.number(&written.phone_number_id);
        let author = if ours {
            number.map(|number| number.display_phone_number.as_str())
        } else {
            who.phone.as_deref()
        };
        let mut context = Map::new();
        insert(&mut context, "from", author);
        context.insert("id".into(), reply_to.clone().into());
        message.insert("context".into(), context.into());
    }
    if let Some((member, object)) = written.variant.as_deref().and_then(surroundings) {
        let known = message.entry(member).or_insert_with(|| json!({}));
        if let (Some(known), Value::Object(more)) = (known.as_object_mut(), object) {
            known.extend(more);
        }
    }
    let raw_has_object = written
        .raw
        .as_ref()
        .is_some_and(|raw| raw.contains_key(&written.kind));
    if let Some(object) = &written.object {
        message.insert(written.kind.clone(), object.clone());
    } else if !raw_has_object {
        let chat = state.chat(&written.phone_number_id, customer);
        let of_writer = |message: &&ChatMessage| message.from_customer != written.by_business;
        let target = chat.and_then(|chat| match written.kind.as_str() {
            // Only one's own.
            "edit" | "revoke" => chat.messages.iter().rfind(of_writer),
            _ => chat.messages.last(),
        });
        let target = target.map(|message| message.id.as_str());
        match sample(&written.kind, written.variant.as_deref(), target) {
            Some(object) => message.insert(written.kind.clone(), object),
            // A type that tests make up may come without any object, if they say so by `raw`.
            None if written.raw.is_some() => None,
            None => return Err(WriteError::NoExample(written.kind.clone())),
        };
    }
    describe_file(state, &written.kind, &mut message);
    if written.kind == "unsupported" {
        message.insert(
            "errors".into(),
            json!([{
                "code": 131_051,
                "title": "Message type unknown",
                "message": "Message type unknown",
                "error_data": {"details": "Message type is currently not supported."},
            }]),
        );
    }
    for (key, value) in written.raw.iter().flatten() {
        if value.is_null() {
            message.remove(key);
        } else {
            message.insert(key.clone(), value.clone());
        }
    }
    Ok(message.into())
}

/// What a webhook says of the file that a message names, where the message itself does not say it.
fn describe_file(state: &State, kind: &str, message: &mut Map<String, Value>) {
    let Some(object) = message.get_mut(kind).and_then(Value::as_object_mut) else {
        return;
    };
    let file = object.get("id").and_then(Value::as_str);
    let Some(file) = file.and_then(|id| state.files.get(id)) else {
        return;
    };
    let mut set = |key: &str, value: String| {
        object.entry(key).or_insert_with(|| value.into());
    };
    set("mime_type", file.mime_type.clone());
    set("sha256", file.base64_digest());
    if let (true, Some(name)) = (kind == "document", &file.file_name) {
        set("filename", name.clone());
    }
}

/// Puts a message of the customer on the customer's phone, and opens the window.
pub(super) fn show(
    state: &mut State,
    phone_number_id: &str,
    customer: CustomerId,
    message: &Value,
) {
    show_from(state, phone_number_id, customer, true, message);
}

/// The same of either side; only the customer's opens the window.
fn show_from(
    state: &mut State,
    phone_number_id: &str,
    customer: CustomerId,
    from_customer: bool,
    message: &Value,
) {
    let kind = message["type"].as_str().unwrap_or("unsupported");
    let stamp = &message["timestamp"];
    let at = stamp
        .as_str()
        .and_then(|text| text.parse().ok())
        .or(stamp.as_i64())
        .unwrap_or_else(unix_now);
    let id = message["id"].as_str().unwrap_or_default().to_owned();
    if from_customer {
        state.writers.insert(id.clone(), customer);
    }
    let edited = &message["edit"]["message"];
    let edited_kind = edited["type"].as_str().unwrap_or("text");
    let edited = ChatMessage::drawn(&state.files, edited_kind, edited);
    let drawn = ChatMessage::drawn(&state.files, kind, message);
    let chat = state.chat_mut(phone_number_id, customer);
    if from_customer && !matches!(kind, "system" | "revoke" | "edit") {
        chat.last_inbound = chat.last_inbound.max(Some(at));
    }
    if kind == "reaction" {
        react(
            state,
            phone_number_id,
            customer,
            from_customer,
            &message["reaction"],
        );
        return;
    }
    if let Some(target) = message[kind]["original_message_id"].as_str() {
        if kind == "edit" {
            chat.edit(target, from_customer, edited);
        } else {
            chat.delete(target, from_customer);
        }
        return;
    }
    chat.add(ChatMessage {
        id,
        from_customer,
        at,
        status: if from_customer {
            Tick::Pending
        } else {
            Tick::Delivered
        },
        reply_to: message["context"]["id"].as_str().map(str::to_owned),
        ..drawn
    });
}

/// Puts the emoji of a `reaction` object on the message it names, or takes it off.
pub(super) fn react(
    state: &mut State,
    phone_number_id: &str,
    customer: CustomerId,
    from_customer: bool,
    object: &Value,
) {
    let emoji = object["emoji"].as_str().unwrap_or_default().to_owned();
    let target = object["message_id"].as_str().unwrap_or_default();
    let chat = state.chat_mut(phone_number_id, customer);
    chat.react(
        target,
        Reaction {
            from_customer,
            emoji,
        },
    );
}
