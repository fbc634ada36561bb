//! Conversations of the past, played as the webhooks they would have caused.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use tokio::time::{Duration, timeout};

use super::chats::{ChatMessage, Tick};
use super::customer::{Customer, CustomerId, insert};
use super::delivery::Parcel;
use super::error_codes::status_error;
use super::state::State;
use super::{Change, SimulatedNumber, Simulator, inbound, webhook};

/// One message of the past.
#[derive(Clone, Debug)]
pub struct PastMessage {
    /// The other side of the conversation.
    pub customer: Customer,
    /// Written by the customer; otherwise by the business, on its own WhatsApp app.
    pub from_customer: bool,
    /// Its wamid; the same id each time makes playing twice harmless.
    pub id: String,
    /// Unix seconds.
    pub at: i64,
    /// Meta's `type`.
    pub kind: String,
    /// The object under the type's key.
    pub object: Value,
    /// What became of a message of the business, in order.
    pub statuses: Vec<PastStatus>,
}

/// One status of the past.
#[derive(Clone, Debug)]
pub struct PastStatus {
    /// `sent`, `delivered`, `read` or `failed`.
    pub status: &'static str,
    /// Unix seconds.
    pub at: i64,
    /// Meta's error code, with `failed`.
    pub code: Option<i64>,
}

/// Why the past could not be played.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The number was never added.
    #[error("the simulator has no number {0}")]
    UnknownNumber(String),
    /// The webhook endpoint did not answer 200 in time.
    #[error(
        "the webhook endpoint did not acknowledge the history within {0:?}; is it up, and is the app secret the same?"
    )]
    NotAcknowledged(Duration),
}

/// Updates per webhook body: Meta allows 1000, and small bodies show progress.
const PER_BODY: usize = 60;
/// How long one body may wait for its 200.
const PATIENCE: Duration = Duration::from_secs(30);

/// One thing that a webhook tells.
struct Update<'a> {
    at: i64,
    message: &'a PastMessage,
    what: What<'a>,
}

enum What<'a> {
    Inbound,
    Echo,
    Status(&'a PastStatus),
}

impl What<'_> {
    fn field(&self) -> &'static str {
        if matches!(self, Self::Echo) {
            "smb_message_echoes"
        } else {
            "messages"
        }
    }

    fn list(&self) -> &'static str {
        match self {
            Self::Inbound => "messages",
            Self::Echo => "message_echoes",
            Self::Status(_) => "statuses",
        }
    }
}

impl Simulator {
    /// Plays messages of the past in order of time, in bodies of some dozen updates, each one
    /// acknowledged before the next; and shows them on the customers' phones.
    ///
    /// Answers how many webhooks it took.
    pub async fn play_history(
        &self,
        phone_number_id: &str,
        history: &[PastMessage],
    ) -> Result<usize, HistoryError> {
        let number = {
            let mut state = self.state();
            let number = state.number(phone_number_id).cloned();
            let number =
                number.ok_or_else(|| HistoryError::UnknownNumber(phone_number_id.to_owned()))?;
            for message in history {
                let customer = state.customers.meet(message.customer.clone());
                show(&mut state, phone_number_id, customer, message);
            }
            number
        };
        self.announce(Change::Reset);
        let updates = in_order(history);
        let mut bodies = 0;
        for updates in updates.chunks(PER_BODY) {
            let body = webhook::body(self.waba_of(&number), changes(&number, updates));
            let parcel = Parcel {
                body,
                lane: None,
                delay: Duration::ZERO,
                copies: 1,
            };
            let receipt = self.inner.deliveries.post(parcel, &self.life());
            if !timeout(PATIENCE, receipt.acknowledged())
                .await
                .unwrap_or(false)
            {
                return Err(HistoryError::NotAcknowledged(PATIENCE));
            }
            bodies += 1;
        }
        self.tick(phone_number_id, history);
        Ok(bodies)
    }

    /// The business has everything now, and has read what it answered.
    fn tick(&self, phone_number_id: &str, history: &[PastMessage]) {
        let mut state = self.state();
        for message in history {
            let Some(customer) = state.customers.find(message.customer.address()) else {
                continue;
            };
            let chat = state.chat_mut(phone_number_id, customer);
            if message.from_customer {
                chat.acknowledged(std::slice::from_ref(&message.id));
            } else if let Some(before) = chat
                .messages
                .iter()
                .rev()
                .find(|known| known.from_customer && known.at <= message.at)
            {
                let id = before.id.clone();
                chat.read_by_business(&id);
            }
        }
        drop(state);
        self.announce(Change::Reset);
    }
}

fn in_order(history: &[PastMessage]) -> Vec<Update<'_>> {
    let mut updates = Vec::new();
    for message in history {
        let what = if message.from_customer {
            What::Inbound
        } else {
            What::Echo
        };
        updates.push(Update {
            at: message.at,
            message,
            what,
        });
        for status in &message.statuses {
            updates.push(Update {
                at: status.at,
                message,
                what: What::Status(status),
            });
        }
    }
    // Stable: a message stays before its own statuses of the same second.
    updates.sort_by_key(|update| update.at);
    updates
}

/// One change for each run of updates of the same kind.
fn changes(number: &SimulatedNumber, updates: &[Update<'_>]) -> Vec<Value> {
    updates
        .chunk_by(|a, b| a.what.list() == b.what.list())
        .map(|run| {
            let items: Vec<_> = run.iter().map(|update| item(number, update)).collect();
            let mut members = vec![(run[0].what.list(), items.into())];
            let mut seen = BTreeSet::new();
            let contacts: Vec<_> = run
                .iter()
                .filter(|update| matches!(update.what, What::Inbound))
                .map(|update| &update.message.customer)
                .filter(|customer| seen.insert(customer.address()))
                .map(Customer::contact)
                .collect();
            if !contacts.is_empty() {
                members.push(("contacts", contacts.into()));
            }
            webhook::change(run[0].what.field(), webhook::value(number, members))
        })
        .collect()
}

fn item(number: &SimulatedNumber, update: &Update<'_>) -> Value {
    let (message, customer) = (update.message, &update.message.customer);
    let mut object = Map::new();
    object.insert("id".into(), message.id.clone().into());
    object.insert("timestamp".into(), update.at.to_string().into());
    match update.what {
        What::Inbound => {
            insert(&mut object, "from", customer.phone.as_deref());
            insert(&mut object, "from_user_id", customer.user_id.as_deref());
        }
        What::Echo => {
            insert(&mut object, "from", Some(&number.display_phone_number));
            insert(&mut object, "to", customer.phone.as_deref());
            insert(&mut object, "to_user_id", customer.user_id.as_deref());
        }
        What::Status(status) => {
            insert(&mut object, "status", Some(status.status));
            insert(&mut object, "recipient_id", customer.phone.as_deref());
            insert(
                &mut object,
                "recipient_user_id",
                customer.user_id.as_deref(),
            );
            if status.status == "failed" {
                object.insert(
                    "errors".into(),
                    json!([status_error(status.code.unwrap_or(131_000))]),
                );
            }
            return object.into();
        }
    }
    object.insert("type".into(), message.kind.clone().into());
    object.insert(message.kind.clone(), message.object.clone());
    object.into()
}

/// Puts a message of the past on the customer's phone.
fn show(state: &mut State, phone_number_id: &str, customer: CustomerId, message: &PastMessage) {
    let object = json!({
        "id": message.id,
        "timestamp": message.at,
        "type": message.kind,
        message.kind.as_str(): message.object,
    });
    if message.from_customer {
        inbound::show(state, phone_number_id, customer, &object);
        return;
    }
    // What failed never reached the phone.
    if message
        .statuses
        .iter()
        .any(|status| status.status == "failed")
    {
        return;
    }
    if message.kind == "reaction" {
        inbound::react(state, phone_number_id, customer, false, &message.object);
        return;
    }
    let read = message
        .statuses
        .iter()
        .any(|status| status.status == "read");
    let drawn = ChatMessage::drawn(&state.files, &message.kind, &object);
    state.chat_mut(phone_number_id, customer).add(ChatMessage {
        id: message.id.clone(),
        from_customer: false,
        at: message.at,
        status: if read { Tick::Read } else { Tick::Delivered },
        ..drawn
    });
}
