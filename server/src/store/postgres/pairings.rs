//! Links to numbers in SQL.

use super::PostgresStore;
use super::number_log::tell;
use super::transaction::{Tx, reading, transaction};
use crate::access::{PairingId, Scope};
use crate::clock::now_ms;
use crate::ingest::{NumberNews, NumberStep};
use crate::store::pairings::{may_pair, pairing_query, pairing_reader, taken};
use crate::store::public::check_number;
use crate::store::words::json_of;
use crate::store::{
    Connection, LinkState, MetaFlow, NewPairing, NumberToPair, PairingCode, PairingRecord,
    Pairings, Provider, StoreError,
};
use app::ids::NumberId;
use async_trait::async_trait;
use sqlx::Row;
use sqlx::postgres::{PgConnection, PgRow};

const PAIRING: &str = pairing_query!("pairings p", "p.id = $1");
/// Links by which a code waits. The limit within keeps the planner from beginning at the numbers.
pub const WAITING_PAIRINGS: &str = pairing_query!(
    "(SELECT * FROM pairings WHERE expires_at > $1 AND used_at IS NULL AND code_expires_at IS NOT NULL \
       ORDER BY expires_at LIMIT $2) p",
    "p.used_at IS NULL ORDER BY p.expires_at"
);
/// Those of a number, the newest first.
pub const WAITING_PAIRINGS_OF: &str = pairing_query!(
    "pairings p",
    "p.number_id = $1 AND p.expires_at > $2 AND p.used_at IS NULL AND p.code_expires_at IS NOT NULL \
     ORDER BY p.created_at DESC LIMIT 1"
);
/// The numbers of a phone: the one that is there, else the one that was taken away last.
pub const NUMBERS_OF_PHONE: &str = "SELECT id, link_state, refusal IS NOT NULL, deleted_at FROM numbers \
     WHERE tenant_id = $1 AND phone = $2 ORDER BY deleted_at IS NOT NULL, deleted_at DESC LIMIT 1";

#[async_trait]
impl Pairings for PostgresStore {
    async fn put_pairing(
        &self,
        scope: &Scope,
        number: NumberToPair,
        pairing: NewPairing,
    ) -> Result<PairingRecord, StoreError> {
        transaction!(self, |tx| put(&mut tx, scope, &number, &pairing))
    }

    async fn put_pairing_of(
        &self,
        scope: &Scope,
        number: &NumberId,
        pairing: NewPairing,
    ) -> Result<PairingRecord, StoreError> {
        check_number(scope, number)?;
        transaction!(self, |tx| put_of(&mut tx, scope, number, &pairing))
    }

    async fn waiting_pairing_of(
        &self,
        scope: &Scope,
        number: &NumberId,
        now: i64,
    ) -> Result<Option<PairingRecord>, StoreError> {
        check_number(scope, number)?;
        reading!(
            sqlx::query(WAITING_PAIRINGS_OF)
                .bind(number.as_str())
                .bind(now)
                .fetch_optional(&self.pool)
        )?
        .map(|row| pairing(&row))
        .transpose()
    }

    async fn pairing(&self, id: &PairingId) -> Result<Option<PairingRecord>, StoreError> {
        reading!(
            sqlx::query(PAIRING)
                .bind(id.as_bytes())
                .fetch_optional(&self.pool)
        )?
        .map(|row| pairing(&row))
        .transpose()
    }

    async fn waiting_pairings(
        &self,
        after: i64,
        limit: u32,
    ) -> Result<Vec<PairingRecord>, StoreError> {
        reading!(
            sqlx::query(WAITING_PAIRINGS)
                .bind(after)
                .bind(i64::from(limit))
                .fetch_all(&self.pool)
        )?
        .iter()
        .map(pairing)
        .collect()
    }

    async fn put_code(
        &self,
        id: &PairingId,
        session: &str,
        code: &PairingCode,
        now: i64,
    ) -> Result<bool, StoreError> {
        transaction!(self, |tx| put_code(&mut tx, id, session, code, now))
    }

    async fn claim_code(&self, id: &PairingId, seen: i64, until: i64) -> Result<bool, StoreError> {
        // The same work again, after an answer that was lost, finds the claim taken: the code is renewed when that has passed.
        let changed = reading!(
            sqlx::query(
                "UPDATE pairings SET code_expires_at = $1 WHERE id = $2 AND code_expires_at = $3 AND used_at IS NULL",
            )
            .bind(until)
            .bind(id.as_bytes())
            .bind(seen)
            .execute(&self.pool)
        )?;
        Ok(changed.rows_affected() > 0)
    }

    async fn end_attempt(
        &self,
        id: &PairingId,
        session: &str,
        failure: Option<&str>,
    ) -> Result<bool, StoreError> {
        transaction!(self, |tx| end(&mut tx, id, session, failure))
    }

    async fn note_failure(&self, id: &PairingId, failure: &str) -> Result<(), StoreError> {
        reading!(
            sqlx::query("UPDATE pairings SET failure = $1 WHERE id = $2 AND used_at IS NULL")
                .bind(failure)
                .bind(id.as_bytes())
                .execute(&self.pool)
        )?;
        Ok(())
    }

    async fn connect_number(
        &self,
        id: &PairingId,
        connection: Connection,
    ) -> Result<Vec<String>, StoreError> {
        transaction!(self, |tx| connect(&mut tx, id, &connection))
    }
}

// Whoever makes a link, or changes what becomes of one, holds the tenant's row: two links for one phone make one number.

async fn put(
    tx: &mut Tx,
    scope: &Scope,
    number: &NumberToPair,
    pairing: &NewPairing,
) -> Result<PairingRecord, StoreError> {
    tx.lock(scope.tenant()).await?;
    // The same work again, after a commit whose answer was lost.
    if let Some(known) = find(tx.connection(), &pairing.id).await? {
        return Ok(known);
    }
    let known = known_number(tx.connection(), scope, &number.phone).await?;
    let id = match known {
        Some(id) => id,
        None => insert_number(tx.connection(), scope, number).await?,
    };
    insert(tx.connection(), scope, &id, pairing).await
}

async fn put_of(
    tx: &mut Tx,
    scope: &Scope,
    number: &NumberId,
    pairing: &NewPairing,
) -> Result<PairingRecord, StoreError> {
    tx.lock(scope.tenant()).await?;
    if let Some(known) = find(tx.connection(), &pairing.id).await? {
        return Ok(known);
    }
    let row = sqlx::query(
        "SELECT link_state, refusal IS NOT NULL FROM numbers WHERE id = $1 AND tenant_id = $2 AND deleted_at IS NULL",
    )
    .bind(number.as_str())
    .bind(scope.tenant().as_str())
    .fetch_optional(tx.connection())
    .await?
    .ok_or(StoreError::NotFound)?;
    may_pair(state(row.try_get(0)?, row.try_get(1)?)?, None, now_ms())?;
    insert(tx.connection(), scope, number, pairing).await
}

async fn put_code(
    tx: &mut Tx,
    id: &PairingId,
    session: &str,
    code: &PairingCode,
    now: i64,
) -> Result<bool, StoreError> {
    if !lock(tx, id).await? {
        return Ok(false);
    }
    let changed = sqlx::query(
        "UPDATE pairings SET gateway_session = $1, qr = $2, pairing_code = $3, code_expires_at = $4, failure = NULL \
         WHERE id = $5 AND used_at IS NULL AND expires_at > $6",
    )
    .bind(session)
    .bind(code.qr.as_deref())
    .bind(code.pairing_code.as_deref())
    .bind(code.expires_at)
    .bind(id.as_bytes())
    .bind(now)
    .execute(tx.connection())
    .await?;
    if changed.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query(
        "UPDATE numbers SET link_state = 'CONNECTING', updated_at = $1 WHERE link_state = 'CLOSE' AND deleted_at IS NULL \
         AND id = (SELECT number_id FROM pairings WHERE id = $2)",
    )
    .bind(now)
    .bind(id.as_bytes())
    .execute(tx.connection())
    .await?;
    Ok(true)
}

/// Holds the row of the tenant whose link it is; false if there is none.
async fn lock(tx: &mut Tx, id: &PairingId) -> Result<bool, StoreError> {
    let tenant: Option<String> = sqlx::query_scalar("SELECT tenant_id FROM pairings WHERE id = $1")
        .bind(id.as_bytes())
        .fetch_optional(tx.connection())
        .await?;
    match tenant {
        None => Ok(false),
        Some(tenant) => {
            tx.lock(&crate::store::words::id(tenant)?).await?;
            Ok(true)
        }
    }
}

/// The number of this phone, if the tenant has it and it may get a link.
async fn known_number(
    db: &mut PgConnection,
    scope: &Scope,
    phone: &str,
) -> Result<Option<NumberId>, StoreError> {
    if phone.is_empty() {
        return Ok(None);
    }
    let Some(row) = sqlx::query(NUMBERS_OF_PHONE)
        .bind(scope.tenant().as_str())
        .bind(phone)
        .fetch_optional(db)
        .await?
    else {
        return Ok(None);
    };
    let is_there = may_pair(
        state(row.try_get(1)?, row.try_get(2)?)?,
        row.try_get(3)?,
        now_ms(),
    )?;
    let id: String = row.try_get(0)?;
    is_there.then(|| crate::store::words::id(id)).transpose()
}

fn state(word: &str, is_refused: bool) -> Result<LinkState, StoreError> {
    let state = LinkState::parse(word)?;
    Ok(if is_refused && state == LinkState::Open {
        LinkState::Close
    } else {
        state
    })
}

async fn insert_number(
    db: &mut PgConnection,
    scope: &Scope,
    number: &NumberToPair,
) -> Result<NumberId, StoreError> {
    sqlx::query(
        "INSERT INTO numbers (id, tenant_id, name, phone, phone_number_id, access_token, graph_base_url, provider, link_state, settings, \
                created_at, updated_at) VALUES ($1, $2, $3, $4, $1, $5, '', $6, 'CLOSE', $7, $8, $8)",
    )
    .bind(number.id.as_str())
    .bind(scope.tenant().as_str())
    .bind(number.name.as_str())
    .bind(number.phone.as_str())
    .bind(number.access_token.as_slice())
    .bind(number.provider.word())
    .bind(json_of(Some(&number.settings))?)
    .bind(now_ms())
    .execute(db)
    .await?;
    Ok(number.id.clone())
}

async fn insert(
    db: &mut PgConnection,
    scope: &Scope,
    number: &NumberId,
    new: &NewPairing,
) -> Result<PairingRecord, StoreError> {
    sqlx::query(
        "INSERT INTO pairings (id, tenant_id, number_id, provider, meta_flow, redirect_url, external_ref, branding, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(new.id.as_bytes())
    .bind(scope.tenant().as_str())
    .bind(number.as_str())
    .bind(new.provider.word())
    .bind(new.meta_flow.map(MetaFlow::word))
    .bind(new.redirect_url.as_deref())
    .bind(new.external_ref.as_deref())
    .bind(new.branding.as_deref())
    .bind(new.created_at)
    .bind(new.expires_at)
    .execute(&mut *db)
    .await?;
    find(db, &new.id).await?.ok_or(StoreError::NotFound)
}

async fn find(db: &mut PgConnection, id: &PairingId) -> Result<Option<PairingRecord>, StoreError> {
    sqlx::query(PAIRING)
        .bind(id.as_bytes())
        .fetch_optional(db)
        .await?
        .map(|row| pairing(&row))
        .transpose()
}

async fn end(
    tx: &mut Tx,
    id: &PairingId,
    session: &str,
    failure: Option<&str>,
) -> Result<bool, StoreError> {
    if !lock(tx, id).await? {
        return Ok(false);
    }
    let db = tx.connection();
    let number: Option<String> = sqlx::query_scalar(
        "UPDATE pairings SET gateway_session = NULL, qr = NULL, pairing_code = NULL, code_expires_at = NULL, failure = coalesce($1::text, failure) \
         WHERE id = $2 AND gateway_session = $3 AND used_at IS NULL RETURNING number_id",
    )
    .bind(failure)
    .bind(id.as_bytes())
    .bind(session)
    .fetch_optional(&mut *db)
    .await?;
    let Some(number) = number else {
        return Ok(false);
    };
    sqlx::query(
        "UPDATE numbers SET link_state = 'CLOSE', updated_at = $1 WHERE id = $2 AND link_state = 'CONNECTING' \
         AND NOT EXISTS (SELECT 1 FROM pairings p WHERE p.number_id = $2 AND p.used_at IS NULL AND p.code_expires_at IS NOT NULL)",
    )
    .bind(now_ms())
    .bind(number)
    .execute(db)
    .await?;
    Ok(true)
}

async fn connect(
    tx: &mut Tx,
    id: &PairingId,
    connection: &Connection,
) -> Result<Vec<String>, StoreError> {
    lock(tx, id).await?;
    let db = tx.connection();
    let record = find(db, id).await?.ok_or(StoreError::NotFound)?;
    // The same work again, after a commit whose answer was lost.
    if record.used_at == Some(connection.at) {
        return Ok(Vec::new());
    }
    if record.used_at.is_some() || record.expires_at <= connection.at {
        return Err(StoreError::NotFound);
    }
    let number = record.number.as_str();
    let is_taken: Option<i32> = sqlx::query_scalar(
        "SELECT 1 FROM numbers WHERE phone_number_id = $1 AND id <> $2 AND deleted_at IS NULL",
    )
    .bind(connection.phone_number_id.as_str())
    .bind(number)
    .fetch_optional(&mut *db)
    .await?;
    if is_taken.is_some() {
        return Err(taken());
    }
    sqlx::query(
        "UPDATE numbers SET phone_number_id = $1, access_token = $2, graph_base_url = $3, phone = $4, provider = $5, link_state = 'OPEN', \
                connected_at = $6, gateway_session = $7, refusal = NULL, probe_at = NULL, templates_due_at = NULL, updated_at = $8 WHERE id = $9",
    )
    .bind(connection.phone_number_id.as_str())
    .bind(connection.access_token.as_slice())
    .bind(connection.graph_base_url.as_str())
    .bind(connection.phone.as_str())
    .bind(record.provider.word())
    .bind(connection.at)
    .bind(connection.gateway_session.as_deref())
    .bind(connection.at)
    .bind(number)
    .execute(&mut *db)
    .await?;
    let others: Vec<String> = sqlx::query_scalar(
        "SELECT gateway_session FROM pairings WHERE number_id = $1 AND used_at IS NULL AND gateway_session IS NOT NULL",
    )
    .bind(number)
    .fetch_all(&mut *db)
    .await?;
    sqlx::query(
        "UPDATE pairings SET used_at = $1, gateway_session = NULL, qr = NULL, pairing_code = NULL, code_expires_at = NULL, failure = NULL \
         WHERE number_id = $2 AND used_at IS NULL",
    )
    .bind(connection.at)
    .bind(number)
    .execute(tx.connection())
    .await?;
    let connected = NumberNews::now(NumberStep::Connected);
    tell(tx, &record.number, Some(connected)).await?;
    let own = connection.gateway_session.as_ref();
    Ok(others
        .into_iter()
        .filter(|session| Some(session) != own)
        .collect())
}

pairing_reader!(PgRow);
