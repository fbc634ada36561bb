//! What a delivery changed, as lists of JSON objects: the form in which either database takes many rows in one statement.

use crate::ingest::World;
use crate::store::StoreError;
use crate::store::words::{direction_text, json_of};
use app::ids::{NumberId, TenantId};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The lists, each a JSON array.
pub struct Changes {
    /// Ids of contacts whose phone or user id others take over.
    pub released: String,
    /// `{id, tenant, waba, bsuid, phone, name, username, marketing, marketing_at}`
    pub contacts: String,
    /// `{id, tenant, number, contact, unread, at, inbound, last, direction, kind, text, status, seq, state, until, place}`
    pub conversations: String,
    /// `{id, state, place}` of those conversations that have labels.
    pub labelled: String,
    /// `{number, delta}`
    pub counters: String,
    /// `{id, provider, status, code, sentence, retryable, seq, sent, delivered, read, played, pricing}`, beyond those of `changed`
    /// `{kind, text, content, quote, reactions, forwarded, edited, revoked, raw}`, and beyond those of `amended`
    /// `{tenant, number, conversation, direction, at}`
    pub added: String,
    /// Messages that were known, of which more changed than their way.
    pub amended: String,
    /// The other messages that were known.
    pub changed: String,
    /// `{number, provider, status, at, code, sentence, retryable, pricing}`
    pub held: String,
    /// `{number, provider}` of held statuses that found their message.
    pub attached: String,
    /// Ids of messages that the outbox is done with.
    pub settled: String,
    /// `{tenant, seq, number, payload}`
    pub events: String,
    /// `{tenant, seq}`
    pub positions: String,
}

impl Changes {
    /// Of everything that is dirty.
    pub fn of(world: &World) -> Result<Self, StoreError> {
        let [added, amended, changed] = messages(world)?.map(text);
        Ok(Self {
            released: text(world.released.iter().map(|id| json!(id)).collect()),
            contacts: text(contacts(world)),
            conversations: text(conversations(world)),
            labelled: text(labelled(world)),
            counters: text(counters(world)),
            added,
            amended,
            changed,
            held: text(held(world)?),
            attached: text(
                world
                    .attached
                    .iter()
                    .map(|(number, provider)| json!({"number": number, "provider": provider}))
                    .collect(),
            ),
            settled: text(world.settled.iter().map(|id| json!(id)).collect()),
            events: text(events(world)?),
            positions: text(positions(world)),
        })
    }
}

fn text(list: Vec<Value>) -> String {
    Value::from(list).to_string()
}

fn positions(world: &World) -> Vec<Value> {
    // A delivery without an event has moved no position.
    if world.events.is_empty() {
        return Vec::new();
    }
    world
        .seqs
        .iter()
        .map(|(tenant, seq)| json!({"tenant": tenant, "seq": seq}))
        .collect()
}

fn contacts(world: &World) -> Vec<Value> {
    world
        .contacts
        .values()
        .filter(|contact| contact.dirty)
        .map(|c| {
            json!({"id": c.id, "tenant": c.tenant, "waba": c.waba_id, "bsuid": c.bsuid, "phone": c.phone,
                   "name": c.name, "username": c.username,
                   "marketing": c.marketing.map(|(stopped, _)| if stopped { "STOP" } else { "RESUME" }),
                   "marketing_at": c.marketing.map(|(_, at)| at)})
        })
        .collect()
}

fn tenant_of<'w>(world: &'w World, number: &NumberId) -> Option<&'w TenantId> {
    world
        .numbers
        .values()
        .find(|known| known.id == *number)
        .map(|known| &known.tenant)
}

fn conversations(world: &World) -> Vec<Value> {
    world
        .conversations
        .values()
        .filter(|conversation| conversation.dirty)
        .map(|c| {
            let preview = c.row.preview.as_ref();
            json!({"id": c.row.id, "tenant": tenant_of(world, &c.row.number_id), "number": c.row.number_id,
                   "contact": c.row.contact.id, "unread": c.row.unread, "at": c.row.last_message_at,
                   "inbound": c.row.last_inbound_at, "last": c.last_message,
                   "direction": preview.map(|p| direction_text(p.direction)), "kind": preview.map(|p| &p.kind),
                   "text": preview.and_then(|p| p.text.as_ref()), "status": preview.map(|p| p.status.as_str()),
                   "seq": c.row.seq, "state": c.row.state.as_str(), "until": c.row.snoozed_until, "place": c.row.place()})
        })
        .collect()
}

fn labelled(world: &World) -> Vec<Value> {
    world
        .conversations
        .values()
        .filter(|conversation| conversation.dirty && !conversation.row.labels.is_empty())
        .map(|c| json!({"id": c.row.id, "state": c.row.state.as_str(), "place": c.row.place()}))
        .collect()
}

fn counters(world: &World) -> Vec<Value> {
    world
        .numbers
        .values()
        .filter(|number| number.unread_delta != 0)
        .map(|number| json!({"number": number.id, "delta": number.unread_delta}))
        .collect()
}

/// New messages, known ones of which more changed than their way, and the others that changed.
fn messages(world: &World) -> Result<[Vec<Value>; 3], StoreError> {
    let [mut added, mut amended, mut changed] = [const { Vec::new() }; 3];
    for state in world.messages.values().filter(|state| state.dirty) {
        let m = &state.message;
        let [sent, delivered, read, played] = state.reported;
        let failure = m.failure.as_ref();
        let mut row = json!({"id": m.id, "provider": state.provider_id, "status": m.status.as_str(),
            "code": failure.map(|f| &f.code), "sentence": failure.map(|f| &f.sentence),
            "retryable": failure.map(|f| i64::from(f.retryable)), "seq": m.seq,
            "sent": sent, "delivered": delivered, "read": read});
        // A name that is not there reads as NULL, and most messages have none of these.
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                row[name] = value;
            }
        };
        let part = |json: Option<String>| json.map(Value::from);
        put("played", played.map(Value::from));
        put("pricing", part(json_of(state.pricing.as_ref())?));
        if !state.is_new && !state.amended {
            changed.push(row);
            continue;
        }
        put("content", part(json_of(m.content.as_ref())?));
        put("quote", part(json_of(m.quote.as_ref())?));
        let reactions = Some(&state.reactions).filter(|list| !list.is_empty());
        put("reactions", part(json_of(reactions)?));
        let forwarded = Some(m.forwarded.as_str()).filter(|_| !m.forwarded.is_no());
        put("forwarded", forwarded.map(Value::from));
        put("edited", m.edited_at.map(Value::from));
        put("revoked", m.revoked_at.map(Value::from));
        row["kind"] = json!(m.kind);
        row["text"] = json!(m.text);
        row["raw"] = json!(state.raw);
        if !state.is_new {
            amended.push(row);
            continue;
        }
        row["tenant"] = json!(tenant_of(world, &state.number));
        row["number"] = json!(state.number);
        row["conversation"] = json!(m.conversation_id);
        row["direction"] = json!(direction_text(m.direction));
        row["at"] = json!(m.sent_at);
        added.push(row);
    }
    Ok([added, amended, changed])
}

fn held(world: &World) -> Result<Vec<Value>, StoreError> {
    world
        .newly_held
        .iter()
        // One whose message came later in the same delivery has been applied.
        .filter(|h| {
            !world
                .attached
                .contains(&(h.number.clone(), h.report.provider_id.clone()))
        })
        .map(|h| {
            let failure = h.report.failure.as_ref();
            Ok(json!({"number": h.number, "provider": h.report.provider_id, "status": h.report.status.as_str(),
                   "at": h.report.timestamp.saturating_mul(1000), "code": failure.map(|f| &f.code),
                   "sentence": failure.map(|f| &f.sentence), "retryable": failure.map(|f| i64::from(f.retryable)),
                   "pricing": json_of(h.report.pricing.as_ref())?}))
        })
        .collect()
}

fn events(world: &World) -> Result<Vec<Value>, StoreError> {
    world
        .events
        .iter()
        .map(|event| {
            let payload =
                std::str::from_utf8(&event.payload).map_err(|e| StoreError::Data(e.to_string()))?;
            Ok(json!({"tenant": event.tenant, "seq": event.seq, "number": event.number, "payload": payload}))
        })
        .collect()
}

/// What few deliveries bring. It has statements of its own, which the others do without.
pub struct RareChanges {
    /// `{number, target, provider, payload}`
    pub held: String,
    /// `{number, target}` of held amendments that found their message.
    pub attached: String,
    /// `{number, code, sentence, reports}`
    pub alerts: String,
}

impl RareChanges {
    /// `None` if there are none.
    pub fn of(world: &World) -> Result<Option<Self>, StoreError> {
        if world.newly_held_amendments.is_empty()
            && world.attached_amendments.is_empty()
            && world.alerts.is_empty()
        {
            return Ok(None);
        }
        let mut held = Vec::new();
        for (number, waiting) in &world.newly_held_amendments {
            let target = waiting.amendment.target.clone();
            // One whose message came later in the same delivery has been applied.
            if !world
                .attached_amendments
                .contains(&(number.clone(), target.clone()))
            {
                held.push(json!({"number": number, "target": target,
                    "provider": waiting.amendment.provider_id, "payload": json_of(Some(waiting))?}));
            }
        }
        let attached = world.attached_amendments.iter();
        let attached = attached.map(|(number, target)| json!({"number": number, "target": target}));
        let mut alerts: BTreeMap<(&NumberId, &str), (&str, i64)> = BTreeMap::new();
        for (number, alert) in &world.alerts {
            let entry = alerts.entry((number, &alert.code)).or_default();
            *entry = (&alert.sentence, entry.1 + 1);
        }
        let alerts = alerts.into_iter().map(|((number, code), (sentence, reports))| {
            json!({"number": number, "code": code, "sentence": sentence, "reports": reports})
        });
        Ok(Some(Self {
            held: text(held),
            attached: text(attached.collect()),
            alerts: text(alerts.collect()),
        }))
    }
}
