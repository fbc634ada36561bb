//! A delivery in SQL: load what is concerned, let [`crate::ingest`] decide, write what changed. Lists travel as JSON, so the number
//! of statements does not grow with the number of messages.

use super::rows::{
    self, conversation_columns, direction_text, message_columns, message_state_columns,
};
use super::writer::Tx;
use crate::clock::now_ms;
use crate::ingest::{
    Change, ContactState, Merge, NumberChanges, NumberState, StatusReport, World, apply,
    encode_event, resolve_people,
};
use crate::store::{Ingested, LoggedEvent, StoreError};
use app::ids::{ContactId, ConversationId, NumberId, TenantId};
use app::live::LiveEvent;
use app::messages::{Direction, Failure};
use serde_json::{Value, json};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

/// Takes several deliveries in one go; answers the counts of each.
pub(super) async fn ingest(
    tx: &mut Tx<'_>,
    deliveries: &[&[NumberChanges]],
) -> Result<Vec<Ingested>, StoreError> {
    let all: Vec<&NumberChanges> = deliveries
        .iter()
        .flat_map(|delivery| delivery.iter())
        .collect();
    let mut world = load(tx.connection, &all).await?;
    let merges = resolve_people(&mut world, &all);
    if !merges.is_empty() {
        for merge in merges {
            merge_contacts(tx, &merge).await?;
        }
        world = load(tx.connection, &all).await?;
        let again = resolve_people(&mut world, &all);
        if !again.is_empty() {
            return Err(StoreError::Data(
                "a merge of contacts did not settle".into(),
            ));
        }
    }
    let mut counts = Vec::with_capacity(deliveries.len());
    for delivery in deliveries {
        world.outcome = Ingested::default();
        apply(&mut world, delivery);
        counts.push(world.outcome);
    }
    write(tx, world).await?;
    Ok(counts)
}

async fn load(db: &mut SqliteConnection, changes: &[&NumberChanges]) -> Result<World, StoreError> {
    let mut world = World::default();
    load_numbers(db, changes, &mut world).await?;
    if world.numbers.is_empty() {
        return Ok(world);
    }
    let keys = Keys::of(changes, &world);
    for row in keys.fetch(db).await? {
        match row.try_get::<&str, _>(row.len() - 1)? {
            "message" => add_message(&mut world, &row)?,
            "held" => {
                let report = held_status(&row)?;
                let key = (
                    rows::id::<NumberId>(row.try_get(0)?)?,
                    report.provider_id.clone(),
                );
                world.held.entry(key).or_default().push(report);
            }
            "contact" => add_contact(&mut world, &row)?,
            _ => {
                let state = rows::conversation_state(&row)?;
                let key = (state.row.number_id.clone(), state.row.contact.id.clone());
                world.by_contact.insert(key, state.row.id.clone());
                world.conversations.insert(state.row.id.clone(), state);
            }
        }
    }
    Ok(world)
}

async fn load_numbers(
    db: &mut SqliteConnection,
    changes: &[&NumberChanges],
    world: &mut World,
) -> Result<(), StoreError> {
    let ids: Vec<&str> = changes
        .iter()
        .map(|of| of.phone_number_id.as_str())
        .collect();
    let found = sqlx::query(
        "SELECT n.phone_number_id, n.id, n.tenant_id, t.seq FROM numbers n JOIN tenants t ON t.id = n.tenant_id \
         WHERE n.phone_number_id IN (SELECT value FROM json_each(?)) AND n.deleted_at IS NULL",
    )
    .bind(Value::from(ids).to_string())
    .fetch_all(db)
    .await?;
    for row in found {
        let tenant: TenantId = rows::tenant(row.try_get(2)?)?;
        world.seqs.insert(tenant.clone(), row.try_get(3)?);
        world.numbers.insert(
            row.try_get(0)?,
            NumberState {
                id: rows::id::<NumberId>(row.try_get(1)?)?,
                tenant,
                unread_delta: 0,
            },
        );
    }
    Ok(())
}

/// What a delivery names, each list as the statements take it.
#[derive(Default)]
struct Keys {
    /// `[number, WhatsApp's id]` of every message and status.
    provider_ids: Vec<Value>,
    /// Our own ids that statuses bring back.
    callbacks: Vec<Value>,
    /// `[number, WhatsApp's id]` of messages that statuses may have waited for.
    written_elsewhere: Vec<Value>,
    /// `[tenant, account, business-scoped id]`.
    bsuids: Vec<Value>,
    /// `[tenant, account, phone]`.
    phones: Vec<Value>,
    numbers: Vec<Value>,
}

/// Everything that a delivery concerns, in one round trip: each costs two switches between threads. The last column tells what
/// a row is. Parameters without numbers: over several statements, sqlx counts on.
const LOAD: &str = concat!(
    "SELECT ",
    message_state_columns!(),
    ", 'message' FROM json_each(?) j JOIN messages m ON m.number_id = j.value ->> 0 AND m.provider_id = j.value ->> 1;",
    "SELECT ",
    message_state_columns!(),
    ", 'message' FROM json_each(?) j JOIN messages m ON m.id = j.value;",
    "SELECT h.number_id, h.provider_id, h.status, h.at, h.failure_code, h.failure_sentence, h.failure_retryable, 'held' \
     FROM json_each(?) j JOIN held_statuses h ON h.number_id = j.value ->> 0 AND h.provider_id = j.value ->> 1;",
    "SELECT p.id, p.tenant_id, p.waba_id, p.bsuid, p.phone, p.name, p.username, 'contact' FROM json_each(?) j \
     JOIN contacts p ON p.tenant_id = j.value ->> 0 AND p.waba_id = j.value ->> 1 AND p.bsuid = j.value ->> 2 \
     UNION \
     SELECT p.id, p.tenant_id, p.waba_id, p.bsuid, p.phone, p.name, p.username, 'contact' FROM json_each(?) j \
     JOIN contacts p ON p.tenant_id = j.value ->> 0 AND p.waba_id = j.value ->> 1 AND p.phone = j.value ->> 2;",
    // Those of the contacts with the numbers, and those of the messages.
    "SELECT ",
    conversation_columns!(),
    ", c.last_message_id, 'conversation' FROM conversations c JOIN contacts p ON p.id = c.contact_id WHERE c.id IN ( \
       SELECT b.id FROM json_each(?) j \
         JOIN contacts k ON k.tenant_id = j.value ->> 0 AND k.waba_id = j.value ->> 1 AND k.bsuid = j.value ->> 2 \
         JOIN conversations b ON b.contact_id = k.id AND b.number_id IN (SELECT value FROM json_each(?)) \
       UNION SELECT b.id FROM json_each(?) j \
         JOIN contacts k ON k.tenant_id = j.value ->> 0 AND k.waba_id = j.value ->> 1 AND k.phone = j.value ->> 2 \
         JOIN conversations b ON b.contact_id = k.id AND b.number_id IN (SELECT value FROM json_each(?)) \
       UNION SELECT m.conversation_id FROM json_each(?) j \
         JOIN messages m ON m.number_id = j.value ->> 0 AND m.provider_id = j.value ->> 1 \
       UNION SELECT m.conversation_id FROM json_each(?) j JOIN messages m ON m.id = j.value)"
);

impl Keys {
    fn of(changes: &[&NumberChanges], world: &World) -> Self {
        let mut keys = Self {
            numbers: world
                .numbers
                .values()
                .map(|number| json!(number.id))
                .collect(),
            ..Self::default()
        };
        for of in changes {
            let Some(number) = world.numbers.get(&of.phone_number_id) else {
                continue;
            };
            for change in &of.changes {
                match change {
                    Change::Message(message) => {
                        let key = json!([number.id, message.provider_id]);
                        if message.direction == Direction::Outbound {
                            keys.written_elsewhere.push(key.clone());
                        }
                        keys.provider_ids.push(key);
                        let (tenant, person) = (&number.tenant, &message.person);
                        keys.bsuids.extend(
                            person
                                .bsuid
                                .iter()
                                .map(|bsuid| json!([tenant, of.waba_id, bsuid])),
                        );
                        keys.phones.extend(
                            person
                                .phone
                                .iter()
                                .map(|phone| json!([tenant, of.waba_id, phone])),
                        );
                    }
                    Change::Status(report) => {
                        keys.provider_ids
                            .push(json!([number.id, report.provider_id]));
                        keys.callbacks
                            .extend(report.callback.iter().map(|back| json!(back.message)));
                    }
                }
            }
        }
        keys
    }

    async fn fetch(self, db: &mut SqliteConnection) -> Result<Vec<SqliteRow>, StoreError> {
        let [provider_ids, callbacks, elsewhere, bsuids, phones, numbers] = [
            self.provider_ids,
            self.callbacks,
            self.written_elsewhere,
            self.bsuids,
            self.phones,
            self.numbers,
        ]
        .map(|list| Value::from(list).to_string());
        Ok(sqlx::query(LOAD)
            .bind(&provider_ids)
            .bind(&callbacks)
            .bind(&elsewhere)
            .bind(&bsuids)
            .bind(&phones)
            .bind(&bsuids)
            .bind(&numbers)
            .bind(&phones)
            .bind(&numbers)
            .bind(&provider_ids)
            .bind(&callbacks)
            .fetch_all(db)
            .await?)
    }
}

fn add_message(world: &mut World, row: &SqliteRow) -> Result<(), StoreError> {
    let state = rows::message_state(row)?;
    if let Some(provider_id) = &state.provider_id {
        world.by_provider_id.insert(
            (state.number.clone(), provider_id.clone()),
            state.message.id.clone(),
        );
    }
    world.messages.insert(state.message.id.clone(), state);
    Ok(())
}

fn add_contact(world: &mut World, row: &SqliteRow) -> Result<(), StoreError> {
    let contact = ContactState {
        id: rows::id::<ContactId>(row.try_get(0)?)?,
        tenant: rows::tenant(row.try_get(1)?)?,
        waba_id: row.try_get(2)?,
        bsuid: row.try_get(3)?,
        phone: row.try_get(4)?,
        name: row.try_get(5)?,
        username: row.try_get(6)?,
        dirty: false,
    };
    let key = |text: &String| {
        (
            contact.tenant.clone(),
            contact.waba_id.clone(),
            text.clone(),
        )
    };
    if let Some(bsuid) = &contact.bsuid {
        world.by_bsuid.insert(key(bsuid), contact.id.clone());
    }
    if let Some(phone) = &contact.phone {
        world.by_phone.insert(key(phone), contact.id.clone());
    }
    world.contacts.insert(contact.id.clone(), contact);
    Ok(())
}

pub(super) fn held_status(row: &SqliteRow) -> Result<StatusReport, StoreError> {
    Ok(StatusReport {
        provider_id: row.try_get(1)?,
        callback: None,
        status: rows::status(row.try_get(2)?)?,
        timestamp: row.try_get::<i64, _>(3)?.div_euclid(1000),
        failure: row
            .try_get::<Option<String>, _>(4)?
            .map(|code| {
                Ok::<_, sqlx::Error>(Failure {
                    code,
                    sentence: row.try_get::<Option<String>, _>(5)?.unwrap_or_default(),
                    retryable: row.try_get::<Option<bool>, _>(6)?.unwrap_or_default(),
                })
            })
            .transpose()?,
    })
}

/// All that a delivery changes, in one round trip; an empty list costs next to nothing. A phone is released before another contact
/// takes it. The tenants come last: in the store with row locks, theirs is the one that orders the log.
const WRITE: &str = "
UPDATE contacts SET phone = NULL WHERE id IN (SELECT value FROM json_each(?));
INSERT INTO contacts (created_at, updated_at, id, tenant_id, waba_id, bsuid, phone, name, username)
  SELECT ?, ?, value ->> 'id', value ->> 'tenant', value ->> 'waba', value ->> 'bsuid', value ->> 'phone', value ->> 'name',
         value ->> 'username' FROM json_each(?) WHERE true
  ON CONFLICT (id) DO UPDATE SET bsuid = excluded.bsuid, phone = excluded.phone, name = excluded.name,
         username = excluded.username, updated_at = excluded.updated_at;
INSERT INTO conversations (created_at, id, tenant_id, number_id, contact_id, unread, last_message_at, last_inbound_at,
         last_message_id, preview_direction, preview_kind, preview_text, preview_status, seq)
  SELECT ?, value ->> 'id', value ->> 'tenant', value ->> 'number', value ->> 'contact', value ->> 'unread', value ->> 'at',
         value ->> 'inbound', value ->> 'last', value ->> 'direction', value ->> 'kind', value ->> 'text',
         value ->> 'status', value ->> 'seq' FROM json_each(?) WHERE true
  ON CONFLICT (id) DO UPDATE SET unread = excluded.unread, last_message_at = excluded.last_message_at,
         last_inbound_at = excluded.last_inbound_at, last_message_id = excluded.last_message_id,
         preview_direction = excluded.preview_direction, preview_kind = excluded.preview_kind,
         preview_text = excluded.preview_text, preview_status = excluded.preview_status, seq = excluded.seq;
UPDATE numbers SET unread = unread + j.delta FROM (SELECT value ->> 0 AS id, value ->> 1 AS delta FROM json_each(?)) j
  WHERE numbers.id = j.id;
INSERT INTO messages (created_at, id, tenant_id, number_id, conversation_id, provider_id, direction, kind, text, status,
         failure_code, failure_sentence, failure_retryable, sent_at, second, reported_sent_at, reported_delivered_at,
         reported_read_at, seq, raw)
  SELECT ?, value ->> 'id', value ->> 'tenant', value ->> 'number', value ->> 'conversation', value ->> 'provider',
         value ->> 'direction', value ->> 'kind', value ->> 'text', value ->> 'status', value ->> 'code',
         value ->> 'sentence', value ->> 'retryable', value ->> 'at', (value ->> 'at') / 1000, value ->> 'sent',
         value ->> 'delivered', value ->> 'read', value ->> 'seq', value ->> 'raw' FROM json_each(?);
UPDATE messages SET provider_id = j.v ->> 'provider', status = j.v ->> 'status', failure_code = j.v ->> 'code',
         failure_sentence = j.v ->> 'sentence', failure_retryable = j.v ->> 'retryable', reported_sent_at = j.v ->> 'sent',
         reported_delivered_at = j.v ->> 'delivered', reported_read_at = j.v ->> 'read', seq = j.v ->> 'seq'
  FROM (SELECT value AS v FROM json_each(?)) j WHERE messages.id = j.v ->> 'id';
INSERT INTO held_statuses (received_at, number_id, provider_id, status, at, failure_code, failure_sentence, failure_retryable)
  SELECT ?, value ->> 'number', value ->> 'provider', value ->> 'status', value ->> 'at', value ->> 'code',
         value ->> 'sentence', value ->> 'retryable' FROM json_each(?) WHERE true ON CONFLICT DO NOTHING;
DELETE FROM held_statuses WHERE (number_id, provider_id) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?));
DELETE FROM outbox WHERE message_id IN (SELECT value FROM json_each(?));
INSERT INTO events (at, tenant_id, seq, number_id, payload)
  SELECT ?, value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?);
UPDATE tenants SET seq = j.seq FROM (SELECT value ->> 0 AS id, value ->> 1 AS seq FROM json_each(?)) j WHERE tenants.id = j.id";

async fn write(tx: &mut Tx<'_>, world: World) -> Result<(), StoreError> {
    let now = now_ms();
    let (added, changed) = messages(&world);
    let released = world.released_phones.iter().map(|id| json!(id)).collect();
    let attached = world
        .attached
        .iter()
        .map(|(number, provider_id)| json!([number, provider_id]))
        .collect();
    let settled = world.settled.iter().map(|id| json!(id)).collect();
    let [
        released,
        contacts,
        conversations,
        counters,
        added,
        changed,
        held,
        attached,
        settled,
        events,
        seqs,
    ] = [
        released,
        contacts(&world),
        conversations(&world),
        counters(&world),
        added,
        changed,
        held(&world),
        attached,
        settled,
        events(&world)?,
        // A delivery without an event has moved no position.
        if world.events.is_empty() {
            Vec::new()
        } else {
            world
                .seqs
                .iter()
                .map(|(tenant, seq)| json!([tenant, seq]))
                .collect()
        },
    ]
    .map(|list: Vec<Value>| Value::from(list).to_string());
    sqlx::query(WRITE)
        .bind(released)
        .bind(now)
        .bind(now)
        .bind(contacts)
        .bind(now)
        .bind(conversations)
        .bind(counters)
        .bind(now)
        .bind(added)
        .bind(changed)
        .bind(now)
        .bind(held)
        .bind(attached)
        .bind(settled)
        .bind(now)
        .bind(events)
        .bind(seqs)
        .execute(&mut *tx.connection)
        .await?;
    tx.events.extend(world.events);
    Ok(())
}

fn contacts(world: &World) -> Vec<Value> {
    world
        .contacts
        .values()
        .filter(|contact| contact.dirty)
        .map(|c| {
            json!({"id": c.id, "tenant": c.tenant, "waba": c.waba_id, "bsuid": c.bsuid, "phone": c.phone,
                   "name": c.name, "username": c.username})
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
                   "seq": c.row.seq})
        })
        .collect()
}

fn counters(world: &World) -> Vec<Value> {
    world
        .numbers
        .values()
        .filter(|number| number.unread_delta != 0)
        .map(|number| json!([number.id, number.unread_delta]))
        .collect()
}

/// New messages, and known ones that changed.
fn messages(world: &World) -> (Vec<Value>, Vec<Value>) {
    let mut added = Vec::new();
    let mut changed = Vec::new();
    for state in world.messages.values().filter(|state| state.dirty) {
        let m = &state.message;
        let [sent, delivered, read] = state.reported;
        let failure = m.failure.as_ref();
        let mut row = json!({"id": m.id, "provider": state.provider_id, "status": m.status.as_str(),
            "code": failure.map(|f| &f.code), "sentence": failure.map(|f| &f.sentence),
            "retryable": failure.map(|f| i64::from(f.retryable)), "seq": m.seq,
            "sent": sent, "delivered": delivered, "read": read});
        if state.is_new {
            row["tenant"] = json!(tenant_of(world, &state.number));
            row["number"] = json!(state.number);
            row["conversation"] = json!(m.conversation_id);
            row["direction"] = json!(direction_text(m.direction));
            row["kind"] = json!(m.kind);
            row["text"] = json!(m.text);
            row["at"] = json!(m.sent_at);
            row["raw"] = json!(state.raw);
            added.push(row);
        } else {
            changed.push(row);
        }
    }
    (added, changed)
}

fn held(world: &World) -> Vec<Value> {
    world
        .newly_held
        .iter()
        .map(|h| {
            let failure = h.report.failure.as_ref();
            json!({"number": h.number, "provider": h.report.provider_id, "status": h.report.status.as_str(),
                   "at": h.report.timestamp.saturating_mul(1000), "code": failure.map(|f| &f.code),
                   "sentence": failure.map(|f| &f.sentence), "retryable": failure.map(|f| i64::from(f.retryable))})
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
            Ok(json!([event.tenant, event.seq, event.number, payload]))
        })
        .collect()
}

/// Two contacts turned out to be one person: everything of `drop` moves to `keep`.
async fn merge_contacts(tx: &mut Tx<'_>, merge: &Merge) -> Result<(), StoreError> {
    let moving = sqlx::query(
        "SELECT c.id, c.tenant_id, c.number_id, k.id FROM conversations c \
         LEFT JOIN conversations k ON k.number_id = c.number_id AND k.contact_id = ? WHERE c.contact_id = ?",
    )
    .bind(merge.keep.as_str())
    .bind(merge.drop.as_str())
    .fetch_all(&mut *tx.connection)
    .await?;
    // The phone first: it is unique, and the one that stays takes it over.
    sqlx::query("UPDATE contacts SET phone = NULL WHERE id = ? RETURNING phone")
        .bind(merge.drop.as_str())
        .execute(&mut *tx.connection)
        .await?;
    for row in moving {
        let from: ConversationId = rows::id(row.try_get(0)?)?;
        let tenant = rows::tenant(row.try_get(1)?)?;
        let number: NumberId = rows::id(row.try_get(2)?)?;
        let into = if let Some(into) = row.try_get::<Option<String>, _>(3)? {
            let into: ConversationId = rows::id(into)?;
            join_conversations(tx.connection, &from, &into).await?;
            into
        } else {
            sqlx::query("UPDATE conversations SET contact_id = ? WHERE id = ?")
                .bind(merge.keep.as_str())
                .bind(from.as_str())
                .execute(&mut *tx.connection)
                .await?;
            from.clone()
        };
        log_merge(tx, tenant, number, &from, &into).await?;
    }
    sqlx::query("DELETE FROM contacts WHERE id = ?")
        .bind(merge.drop.as_str())
        .execute(&mut *tx.connection)
        .await?;
    Ok(())
}

async fn join_conversations(
    db: &mut SqliteConnection,
    from: &ConversationId,
    into: &ConversationId,
) -> Result<(), StoreError> {
    for statement in [
        // A composer's id is unique within a conversation; it has done its work for a message that is stored.
        "UPDATE messages SET client_id = NULL WHERE conversation_id = ?1 AND client_id IN \
                (SELECT client_id FROM messages WHERE conversation_id = ?2)",
        "UPDATE messages SET conversation_id = ?2 WHERE conversation_id = ?1",
        "UPDATE outbox SET conversation_id = ?2 WHERE conversation_id = ?1",
        "UPDATE conversations SET unread = conversations.unread + f.unread, \
                last_inbound_at = nullif(max(coalesce(conversations.last_inbound_at, 0), coalesce(f.last_inbound_at, 0)), 0) \
         FROM (SELECT unread, last_inbound_at FROM conversations WHERE id = ?1) f WHERE conversations.id = ?2",
        "UPDATE conversations SET last_message_at = f.last_message_at, last_message_id = f.last_message_id, \
                preview_direction = f.preview_direction, preview_kind = f.preview_kind, \
                preview_text = f.preview_text, preview_status = f.preview_status \
         FROM (SELECT * FROM conversations WHERE id = ?1) f \
         WHERE conversations.id = ?2 AND f.last_message_at > conversations.last_message_at",
        "DELETE FROM conversations WHERE id = ?1 AND id <> ?2",
    ] {
        sqlx::query(statement)
            .bind(from.as_str())
            .bind(into.as_str())
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}

async fn log_merge(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    number: NumberId,
    from: &ConversationId,
    into: &ConversationId,
) -> Result<(), StoreError> {
    let seq = tx.take_seqs(&tenant, 1).await?;
    sqlx::query("UPDATE conversations SET seq = ? WHERE id = ?")
        .bind(seq)
        .bind(into.as_str())
        .execute(&mut *tx.connection)
        .await?;
    let row = sqlx::query(concat!(
        "SELECT ",
        conversation_columns!(),
        " FROM conversations c JOIN contacts p ON p.id = c.contact_id WHERE c.id = ?"
    ))
    .bind(into.as_str())
    .fetch_one(&mut *tx.connection)
    .await?;
    let conversation = Box::new(rows::conversation(&row)?);
    let event = if from == into {
        LiveEvent::Conversation { conversation }
    } else {
        LiveEvent::ConversationMerged {
            from: from.clone(),
            into: conversation,
        }
    };
    tx.log(LoggedEvent {
        tenant,
        seq,
        number,
        payload: encode_event(&event),
    })
    .await
}
