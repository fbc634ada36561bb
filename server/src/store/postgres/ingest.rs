//! A delivery in SQL: load what is concerned, let [`crate::ingest`] decide, write what changed. Lists travel as arrays and JSON, so the
//! number of statements does not grow with the number of messages.

use super::merge::merge_contacts;
use super::rows;
use super::transaction::Tx;
use crate::clock::now_ms;
use crate::ingest::{NumberChanges, NumberState, World, apply, resolve_people};
use crate::store::delivery::{Changes, MERGES, Names, RareChanges};
use crate::store::rows::{conversation_columns, message_columns, message_state_columns};
use crate::store::words::id;
use crate::store::{Ingested, StoreError};
use app::ids::{MessageId, NumberId, TenantId};
use sqlx::Row;
use sqlx::postgres::PgConnection;

/// Takes several deliveries in one go; answers the counts of each.
pub(super) async fn ingest(
    tx: &mut Tx,
    deliveries: &[&[NumberChanges]],
) -> Result<Vec<Ingested>, StoreError> {
    let all: Vec<&NumberChanges> = deliveries
        .iter()
        .flat_map(|delivery| delivery.iter())
        .collect();
    let mut world = load(tx.connection(), &all).await?;
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
        world = load(tx.connection(), &all).await?;
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

async fn load(db: &mut PgConnection, changes: &[&NumberChanges]) -> Result<World, StoreError> {
    let mut world = World::default();
    let something_waits = lock_numbers(db, changes, &mut world).await?;
    if world.numbers.is_empty() {
        return Ok(world);
    }
    let names = Names::of(changes, &world);
    load_messages(db, &names, &mut world).await?;
    if something_waits {
        let (numbers, provider_ids) = unzip(&names.provider_ids);
        super::amendments::load(db, &numbers, &provider_ids, &mut world).await?;
    }
    load_contacts(db, &names, &mut world).await?;
    load_conversations(db, &names, &mut world).await?;
    Ok(world)
}

/// Finds the numbers and locks their tenants, in the order of their ids, so that two deliveries never wait for each other. Returns
/// whether amendments wait for messages of these numbers.
async fn lock_numbers(
    db: &mut PgConnection,
    changes: &[&NumberChanges],
    world: &mut World,
) -> Result<bool, StoreError> {
    let ids: Vec<&str> = changes
        .iter()
        .map(|of| of.phone_number_id.as_str())
        .collect();
    let found = sqlx::query(
        "SELECT n.phone_number_id, n.id, n.tenant_id, t.seq, \
                EXISTS (SELECT 1 FROM held_changes h WHERE h.number_id = n.id), n.provider = 'PILOT_STATUS' \
           FROM tenants t JOIN numbers n ON n.tenant_id = t.id \
         WHERE n.phone_number_id = ANY($1) AND n.deleted_at IS NULL ORDER BY t.id, n.id FOR NO KEY UPDATE OF t",
    )
    .bind(&ids)
    .fetch_all(db)
    .await?;
    let mut something_waits = false;
    for row in found {
        something_waits |= row.try_get::<bool, _>(4)?;
        let tenant: TenantId = id(row.try_get(2)?)?;
        world.seqs.insert(tenant.clone(), row.try_get(3)?);
        world.numbers.insert(
            row.try_get(0)?,
            NumberState {
                id: id::<NumberId>(row.try_get(1)?)?,
                tenant,
                unread_delta: 0,
                open_ended: row.try_get(5)?,
            },
        );
    }
    Ok(something_waits)
}

async fn load_messages(
    db: &mut PgConnection,
    names: &Names<'_>,
    world: &mut World,
) -> Result<(), StoreError> {
    let (numbers, provider_ids) = unzip(&names.provider_ids);
    let found = sqlx::query(concat!(
        "SELECT ",
        message_state_columns!(),
        " FROM unnest($1::text[], $2::text[]) j (number_id, provider_id) \
         JOIN messages m ON m.number_id = j.number_id AND m.provider_id = j.provider_id"
    ))
    .bind(numbers)
    .bind(provider_ids)
    .fetch_all(&mut *db)
    .await?;
    for row in &found {
        rows::add_message(world, row)?;
    }
    if !names.callbacks.is_empty() {
        let found = sqlx::query(concat!(
            "SELECT ",
            message_state_columns!(),
            " FROM messages m WHERE m.id = ANY($1)"
        ))
        .bind(callbacks(names))
        .fetch_all(&mut *db)
        .await?;
        for row in &found {
            rows::add_message(world, row)?;
        }
    }
    if !names.written_elsewhere.is_empty() {
        let (numbers, provider_ids) = unzip(&names.written_elsewhere);
        let found = sqlx::query(
            "SELECT h.number_id, h.provider_id, h.status, h.at, h.failure_code, h.failure_sentence, h.failure_retryable, \
                    h.pricing \
             FROM unnest($1::text[], $2::text[]) j (number_id, provider_id) \
             JOIN held_statuses h ON h.number_id = j.number_id AND h.provider_id = j.provider_id",
        )
        .bind(numbers)
        .bind(provider_ids)
        .fetch_all(&mut *db)
        .await?;
        for row in &found {
            rows::add_held(world, row)?;
        }
    }
    Ok(())
}

async fn load_contacts(
    db: &mut PgConnection,
    names: &Names<'_>,
    world: &mut World,
) -> Result<(), StoreError> {
    if names.bsuids.is_empty() && names.phones.is_empty() {
        return Ok(());
    }
    let bsuids = Columns::of(&names.bsuids);
    let phones = Columns::of(&names.phones);
    let found = sqlx::query(
        "SELECT p.id, p.tenant_id, p.waba_id, p.bsuid, p.phone, p.name, p.username, p.marketing, p.marketing_at \
           FROM unnest($1::text[], $2::text[], $3::text[]) j (tenant_id, waba_id, bsuid) \
           JOIN contacts p ON p.tenant_id = j.tenant_id AND p.waba_id = j.waba_id AND p.bsuid = j.bsuid \
         UNION \
         SELECT p.id, p.tenant_id, p.waba_id, p.bsuid, p.phone, p.name, p.username, p.marketing, p.marketing_at \
           FROM unnest($4::text[], $5::text[], $6::text[]) j (tenant_id, waba_id, phone) \
           JOIN contacts p ON p.tenant_id = j.tenant_id AND p.waba_id = j.waba_id AND p.phone = j.phone",
    )
    .bind(bsuids.tenants)
    .bind(bsuids.accounts)
    .bind(bsuids.ids)
    .bind(phones.tenants)
    .bind(phones.accounts)
    .bind(phones.ids)
    .fetch_all(db)
    .await?;
    for row in &found {
        rows::add_contact(world, row)?;
    }
    Ok(())
}

/// Those of the contacts with the numbers, and those of the messages. OFFSET keeps the planner from beginning with the numbers, each of which
/// may have a million.
async fn load_conversations(
    db: &mut PgConnection,
    names: &Names<'_>,
    world: &mut World,
) -> Result<(), StoreError> {
    let contacts: Vec<&str> = world
        .contacts
        .keys()
        .map(app::ids::ContactId::as_str)
        .collect();
    let numbers: Vec<&str> = names.numbers.iter().map(NumberId::as_str).collect();
    let of_messages: Vec<&str> = world
        .messages
        .values()
        .map(|state| state.message.conversation_id.as_str())
        .collect();
    if contacts.is_empty() && of_messages.is_empty() {
        return Ok(());
    }
    let found = sqlx::query(concat!(
        "SELECT ",
        conversation_columns!(),
        ", c.last_message_id FROM conversations c JOIN contacts p ON p.id = c.contact_id WHERE c.id IN ( \
           SELECT b.id FROM unnest($1::text[]) k (id) CROSS JOIN LATERAL \
             (SELECT * FROM conversations WHERE contact_id = k.id OFFSET 0) b WHERE b.number_id = ANY($2) \
           UNION SELECT unnest($3::text[]))"
    ))
    .bind(contacts)
    .bind(numbers)
    .bind(of_messages)
    .fetch_all(db)
    .await?;
    for row in &found {
        rows::add_conversation(world, row)?;
    }
    Ok(())
}

fn unzip<'n>(names: &'n [(NumberId, &'n str)]) -> (Vec<&'n str>, Vec<&'n str>) {
    names
        .iter()
        .map(|(number, provider)| (number.as_str(), *provider))
        .unzip()
}

fn callbacks<'n>(names: &'n Names<'_>) -> Vec<&'n str> {
    names.callbacks.iter().map(MessageId::as_str).collect()
}

/// People as columns, which is how a statement takes them.
struct Columns<'n> {
    tenants: Vec<&'n str>,
    accounts: Vec<&'n str>,
    ids: Vec<&'n str>,
}

impl<'n> Columns<'n> {
    fn of(names: &'n [(TenantId, &'n str, &'n str)]) -> Self {
        Self {
            tenants: names.iter().map(|(tenant, _, _)| tenant.as_str()).collect(),
            accounts: names.iter().map(|(_, account, _)| *account).collect(),
            ids: names.iter().map(|(_, _, id)| *id).collect(),
        }
    }
}

/// All that a delivery changes, in one statement and one round trip: the tenant's row is locked meanwhile. Each table is written by one part
/// (messages by three, of different rows), since the parts do not see each other's work; what refers to another part's row is checked at
/// the end.
const WRITE: &str = "
WITH contact AS (
  INSERT INTO contacts (created_at, updated_at, id, tenant_id, waba_id, bsuid, phone, name, username, marketing, marketing_at)
    SELECT $1, $1, id, tenant, waba, bsuid, phone, name, username, marketing, marketing_at
      FROM json_to_recordset($2::json) AS r (id text, tenant text, waba text, bsuid text, phone text, name text, username text,
        marketing text, marketing_at bigint)
    ON CONFLICT (id) DO UPDATE SET bsuid = excluded.bsuid, phone = excluded.phone, name = excluded.name,
      username = excluded.username, marketing = excluded.marketing, marketing_at = excluded.marketing_at,
      updated_at = excluded.updated_at),
conversation AS (
  INSERT INTO conversations (created_at, id, tenant_id, number_id, contact_id, unread, last_message_at, last_inbound_at,
      last_message_id, preview_direction, preview_kind, preview_text, preview_status, seq, state, snoozed_until, place)
    SELECT $1, id, tenant, number, contact, unread, at, inbound, last, direction, kind, text, status, seq, state, until, place
      FROM json_to_recordset($3::json) AS r (id text, tenant text, number text, contact text, unread bigint, at bigint, inbound bigint,
        last text, direction text, kind text, text text, status text, seq bigint, state text, until bigint, place bigint)
    ON CONFLICT (id) DO UPDATE SET unread = excluded.unread, last_message_at = excluded.last_message_at,
      last_inbound_at = excluded.last_inbound_at, last_message_id = excluded.last_message_id,
      preview_direction = excluded.preview_direction, preview_kind = excluded.preview_kind,
      preview_text = excluded.preview_text, preview_status = excluded.preview_status, seq = excluded.seq,
      state = excluded.state, snoozed_until = excluded.snoozed_until, place = excluded.place),
counter AS (
  UPDATE numbers SET unread = unread + r.delta
    FROM json_to_recordset($4::json) AS r (number text, delta bigint) WHERE numbers.id = r.number),
added AS (
  INSERT INTO messages (created_at, id, tenant_id, number_id, conversation_id, provider_id, direction, kind, text, status,
      failure_code, failure_sentence, failure_retryable, sent_at, second, reported_sent_at, reported_delivered_at,
      reported_read_at, reported_played_at, pricing, seq, content, quote, reactions, forwarded, edited_at, revoked_at, raw)
    SELECT $1, id, tenant, number, conversation, provider, direction, kind, text, status, code, sentence, retryable <> 0, at,
      floor(at / 1000.0)::bigint, sent, delivered, read, played, pricing, seq, content, quote, reactions, forwarded, edited, revoked, raw
      FROM json_to_recordset($5::json) AS r (id text, tenant text, number text, conversation text, provider text, direction text,
        kind text, text text, status text, code text, sentence text, retryable bigint, at bigint, sent bigint, delivered bigint,
        read bigint, played bigint, pricing text, seq bigint, content text, quote text, reactions text, forwarded text, edited bigint,
        revoked bigint, raw text)),
amended AS (
  UPDATE messages SET provider_id = r.provider, status = r.status, failure_code = r.code, failure_sentence = r.sentence,
      failure_retryable = r.retryable <> 0, reported_sent_at = r.sent, reported_delivered_at = r.delivered,
      reported_read_at = r.read, reported_played_at = r.played, pricing = r.pricing, seq = r.seq, kind = r.kind, text = r.text,
      content = r.content, quote = r.quote, reactions = r.reactions, forwarded = r.forwarded, edited_at = r.edited,
      revoked_at = r.revoked, 
      raw = CASE WHEN r.revoked IS NULL THEN coalesce(r.raw, messages.raw) END
    FROM json_to_recordset($12::json) AS r (id text, provider text, status text, code text, sentence text, retryable bigint,
      sent bigint, delivered bigint, read bigint, played bigint, pricing text, seq bigint, kind text, text text, content text,
      quote text, reactions text, forwarded text, edited bigint, revoked bigint, raw text) WHERE messages.id = r.id),
changed AS (
  UPDATE messages SET provider_id = r.provider, status = r.status, failure_code = r.code, failure_sentence = r.sentence,
      failure_retryable = r.retryable <> 0, reported_sent_at = r.sent, reported_delivered_at = r.delivered,
      reported_read_at = r.read, reported_played_at = r.played, pricing = r.pricing, seq = r.seq
    FROM json_to_recordset($6::json) AS r (id text, provider text, status text, code text, sentence text, retryable bigint,
      sent bigint, delivered bigint, read bigint, played bigint, pricing text, seq bigint) WHERE messages.id = r.id),
held AS (
  INSERT INTO held_statuses (received_at, number_id, provider_id, status, at, failure_code, failure_sentence, failure_retryable,
      pricing)
    SELECT $1, number, provider, status, at, code, sentence, retryable <> 0, pricing
      FROM json_to_recordset($7::json) AS r (number text, provider text, status text, at bigint, code text, sentence text,
        retryable bigint, pricing text)
    ON CONFLICT DO NOTHING),
attached AS (
  DELETE FROM held_statuses USING json_to_recordset($8::json) AS r (number text, provider text)
    WHERE number_id = r.number AND provider_id = r.provider),
settled AS (
  DELETE FROM outbox WHERE message_id IN (SELECT json_array_elements_text($9::json))),
event AS (
  INSERT INTO events (at, tenant_id, seq, number_id, payload)
    SELECT $1, tenant, seq, number, payload
      FROM json_to_recordset($10::json) AS r (tenant text, seq bigint, number text, payload text))
UPDATE tenants SET seq = r.seq FROM json_to_recordset($11::json) AS r (tenant text, seq bigint) WHERE tenants.id = r.tenant";

async fn write(tx: &mut Tx, world: World) -> Result<(), StoreError> {
    let changes = Changes::of(&world)?;
    if !world.released.is_empty() {
        // An id is released before another contact takes it.
        sqlx::query("UPDATE contacts SET phone = NULL, bsuid = NULL WHERE id IN (SELECT json_array_elements_text($1::json))")
            .bind(changes.released)
            .execute(tx.connection())
            .await?;
    }
    sqlx::query(WRITE)
        .bind(now_ms())
        .bind(changes.contacts)
        .bind(changes.conversations)
        .bind(changes.counters)
        .bind(changes.added)
        .bind(changes.changed)
        .bind(changes.held)
        .bind(changes.attached)
        .bind(changes.settled)
        .bind(changes.events)
        .bind(changes.positions)
        .bind(changes.amended)
        .execute(tx.connection())
        .await?;
    if changes.labelled != "[]" {
        sqlx::query(
            "UPDATE conversation_labels l SET state = r.state, place = r.place \
             FROM json_to_recordset($1::json) AS r (id text, state text, place bigint) WHERE l.conversation_id = r.id",
        )
        .bind(changes.labelled)
        .execute(tx.connection())
        .await?;
    }
    if let Some(changes) = RareChanges::of(&world)? {
        super::amendments::write(tx.connection(), changes).await?;
    }
    super::media::write(tx.connection(), &world.new_media, &world.revoked_media).await?;
    tx.events.extend(world.events);
    Ok(())
}
