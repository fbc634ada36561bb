//! A delivery in SQL: load what is concerned, let [`crate::ingest`] decide, write what changed. Lists travel as JSON, so the number
//! of statements does not grow with the number of messages.

use super::merge::merge_contacts;
use super::rows;
use super::writer::Tx;
use crate::clock::now_ms;
use crate::ingest::{NumberChanges, NumberState, World, apply, resolve_people};
use crate::store::delivery::{Changes, MERGES, Names, RareChanges};
use crate::store::rows::{conversation_columns, message_columns, message_state_columns};
use crate::store::words::id;
use crate::store::{Ingested, StoreError};
use app::ids::{NumberId, TenantId};
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
    let mut rounds = 0;
    loop {
        let merges = resolve_people(&mut world, &all);
        if merges.is_empty() {
            break;
        }
        rounds += 1;
        if rounds > MERGES {
            return Err(StoreError::Data(
                "the merges of contacts did not settle".into(),
            ));
        }
        for merge in merges {
            merge_contacts(tx, &merge).await?;
        }
        world = load(tx.connection, &all).await?;
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
    let names = Names::of(changes, &world);
    for row in fetch(&names, db).await? {
        match row.try_get::<&str, _>(row.len() - 1)? {
            "message" => rows::add_message(&mut world, &row)?,
            "amendment" => rows::add_held_amendment(&mut world, &row)?,
            "held" => rows::add_held(&mut world, &row)?,
            "contact" => rows::add_contact(&mut world, &row)?,
            _ => rows::add_conversation(&mut world, &row)?,
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
        "SELECT n.phone_number_id, n.id, n.tenant_id, t.seq, n.provider = 'PILOT_STATUS' FROM numbers n JOIN tenants t ON t.id = n.tenant_id \
         WHERE n.phone_number_id IN (SELECT value FROM json_each(?)) AND n.deleted_at IS NULL",
    )
    .bind(Value::from(ids).to_string())
    .fetch_all(db)
    .await?;
    for row in found {
        let tenant: TenantId = id(row.try_get(2)?)?;
        world.seqs.insert(tenant.clone(), row.try_get(3)?);
        world.numbers.insert(
            row.try_get(0)?,
            NumberState {
                id: id::<NumberId>(row.try_get(1)?)?,
                tenant,
                unread_delta: 0,
                open_ended: row.try_get(4)?,
            },
        );
    }
    Ok(())
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
    "SELECT h.number_id, h.provider_id, h.status, h.at, h.failure_code, h.failure_sentence, h.failure_retryable, h.pricing, 'held' \
     FROM json_each(?) j JOIN held_statuses h ON h.number_id = j.value ->> 0 AND h.provider_id = j.value ->> 1;",
    "SELECT h.number_id, h.payload, 'amendment' \
     FROM json_each(?) j JOIN held_changes h ON h.number_id = j.value ->> 0 AND h.target_id = j.value ->> 1;",
    "SELECT p.id, p.tenant_id, p.waba_id, p.bsuid, p.phone, p.name, p.username, p.marketing, p.marketing_at, 'contact' FROM json_each(?) j \
     JOIN contacts p ON p.tenant_id = j.value ->> 0 AND p.waba_id = j.value ->> 1 AND p.bsuid = j.value ->> 2 \
     UNION \
     SELECT p.id, p.tenant_id, p.waba_id, p.bsuid, p.phone, p.name, p.username, p.marketing, p.marketing_at, 'contact' FROM json_each(?) j \
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

async fn fetch(names: &Names<'_>, db: &mut SqliteConnection) -> Result<Vec<SqliteRow>, StoreError> {
    let [provider_ids, callbacks, elsewhere, bsuids, phones, numbers] = [
        json!(names.provider_ids),
        json!(names.callbacks),
        json!(names.written_elsewhere),
        json!(names.bsuids),
        json!(names.phones),
        json!(names.numbers),
    ]
    .map(|list| list.to_string());
    Ok(sqlx::query(LOAD)
        .bind(&provider_ids)
        .bind(&callbacks)
        .bind(&elsewhere)
        .bind(&provider_ids)
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

/// All that a delivery changes, in one round trip; an empty list costs next to nothing. An id is released before another contact
/// takes it. The tenants come last: in the store with row locks, theirs is the one that orders the log.
const WRITE: &str = "
UPDATE contacts SET phone = NULL, bsuid = NULL WHERE id IN (SELECT value FROM json_each(?));
INSERT INTO contacts (created_at, updated_at, id, tenant_id, waba_id, bsuid, phone, name, username, marketing, marketing_at)
  SELECT ?, ?, value ->> 'id', value ->> 'tenant', value ->> 'waba', value ->> 'bsuid', value ->> 'phone', value ->> 'name',
         value ->> 'username', value ->> 'marketing', value ->> 'marketing_at' FROM json_each(?) WHERE true
  ON CONFLICT (id) DO UPDATE SET bsuid = excluded.bsuid, phone = excluded.phone, name = excluded.name,
         username = excluded.username, marketing = excluded.marketing, marketing_at = excluded.marketing_at, updated_at = excluded.updated_at;
INSERT INTO conversations (created_at, id, tenant_id, number_id, contact_id, unread, last_message_at, last_inbound_at,
         last_message_id, preview_direction, preview_kind, preview_text, preview_status, seq, state, snoozed_until, place)
  SELECT ?, value ->> 'id', value ->> 'tenant', value ->> 'number', value ->> 'contact', value ->> 'unread', value ->> 'at',
         value ->> 'inbound', value ->> 'last', value ->> 'direction', value ->> 'kind', value ->> 'text',
         value ->> 'status', value ->> 'seq', value ->> 'state', value ->> 'until', value ->> 'place' FROM json_each(?) WHERE true
  ON CONFLICT (id) DO UPDATE SET unread = excluded.unread, last_message_at = excluded.last_message_at,
         last_inbound_at = excluded.last_inbound_at, last_message_id = excluded.last_message_id,
         preview_direction = excluded.preview_direction, preview_kind = excluded.preview_kind,
         preview_text = excluded.preview_text, preview_status = excluded.preview_status, seq = excluded.seq, state = excluded.state,
         snoozed_until = excluded.snoozed_until, place = excluded.place;
UPDATE conversation_labels SET state = j.v ->> 'state', place = j.v ->> 'place'
  FROM (SELECT value AS v FROM json_each(?)) j WHERE conversation_labels.conversation_id = j.v ->> 'id';
UPDATE numbers SET unread = unread + j.delta FROM (SELECT value ->> 'number' AS id, value ->> 'delta' AS delta FROM json_each(?)) j
  WHERE numbers.id = j.id;
INSERT INTO messages (created_at, id, tenant_id, number_id, conversation_id, provider_id, direction, kind, text, status,
         failure_code, failure_sentence, failure_retryable, sent_at, second, reported_sent_at, reported_delivered_at,
         reported_read_at, reported_played_at, pricing, seq, content, quote, reactions, forwarded, edited_at, revoked_at, raw)
  SELECT ?, value ->> 'id', value ->> 'tenant', value ->> 'number', value ->> 'conversation', value ->> 'provider',
         value ->> 'direction', value ->> 'kind', value ->> 'text', value ->> 'status', value ->> 'code',
         value ->> 'sentence', value ->> 'retryable', value ->> 'at', (value ->> 'at') / 1000, value ->> 'sent',
         value ->> 'delivered', value ->> 'read', value ->> 'played', value ->> 'pricing', value ->> 'seq', value ->> 'content',
         value ->> 'quote', value ->> 'reactions', value ->> 'forwarded', value ->> 'edited', value ->> 'revoked', value ->> 'raw'
    FROM json_each(?);
UPDATE messages SET provider_id = j.v ->> 'provider', status = j.v ->> 'status', failure_code = j.v ->> 'code',
         failure_sentence = j.v ->> 'sentence', failure_retryable = j.v ->> 'retryable', reported_sent_at = j.v ->> 'sent',
         reported_delivered_at = j.v ->> 'delivered', reported_read_at = j.v ->> 'read', reported_played_at = j.v ->> 'played',
         pricing = j.v ->> 'pricing', seq = j.v ->> 'seq', kind = j.v ->> 'kind', text = j.v ->> 'text', content = j.v ->> 'content',
         quote = j.v ->> 'quote', reactions = j.v ->> 'reactions', forwarded = j.v ->> 'forwarded',
         edited_at = j.v ->> 'edited', revoked_at = j.v ->> 'revoked', 
         raw = CASE WHEN j.v ->> 'revoked' IS NULL THEN coalesce(j.v ->> 'raw', raw) END
  FROM (SELECT value AS v FROM json_each(?)) j WHERE messages.id = j.v ->> 'id';
UPDATE messages SET provider_id = j.v ->> 'provider', status = j.v ->> 'status', failure_code = j.v ->> 'code',
         failure_sentence = j.v ->> 'sentence', failure_retryable = j.v ->> 'retryable', reported_sent_at = j.v ->> 'sent',
         reported_delivered_at = j.v ->> 'delivered', reported_read_at = j.v ->> 'read', reported_played_at = j.v ->> 'played',
         pricing = j.v ->> 'pricing', seq = j.v ->> 'seq'
  FROM (SELECT value AS v FROM json_each(?)) j WHERE messages.id = j.v ->> 'id';
INSERT INTO held_statuses (received_at, number_id, provider_id, status, at, failure_code, failure_sentence, failure_retryable,
         pricing)
  SELECT ?, value ->> 'number', value ->> 'provider', value ->> 'status', value ->> 'at', value ->> 'code',
         value ->> 'sentence', value ->> 'retryable', value ->> 'pricing' FROM json_each(?) WHERE true ON CONFLICT DO NOTHING;
DELETE FROM held_statuses WHERE (number_id, provider_id) IN (SELECT value ->> 'number', value ->> 'provider' FROM json_each(?));
DELETE FROM outbox WHERE message_id IN (SELECT value FROM json_each(?));
INSERT INTO events (at, tenant_id, seq, number_id, payload)
  SELECT ?, value ->> 'tenant', value ->> 'seq', value ->> 'number', value ->> 'payload' FROM json_each(?);
UPDATE tenants SET seq = j.seq FROM (SELECT value ->> 'tenant' AS id, value ->> 'seq' AS seq FROM json_each(?)) j WHERE tenants.id = j.id";

async fn write(tx: &mut Tx<'_>, world: World) -> Result<(), StoreError> {
    let now = now_ms();
    let changes = Changes::of(&world)?;
    sqlx::query(WRITE)
        .bind(changes.released)
        .bind(now)
        .bind(now)
        .bind(changes.contacts)
        .bind(now)
        .bind(changes.conversations)
        .bind(changes.labelled)
        .bind(changes.counters)
        .bind(now)
        .bind(changes.added)
        .bind(changes.amended)
        .bind(changes.changed)
        .bind(now)
        .bind(changes.held)
        .bind(changes.attached)
        .bind(changes.settled)
        .bind(now)
        .bind(changes.events)
        .bind(changes.positions)
        .execute(&mut *tx.connection)
        .await?;
    if let Some(changes) = RareChanges::of(&world)? {
        super::amendments::write(tx.connection, changes).await?;
    }
    super::media::write(tx.connection, &world.new_media, &world.revoked_media).await?;
    tx.events.extend(world.events);
    Ok(())
}
