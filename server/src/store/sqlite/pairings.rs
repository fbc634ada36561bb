//! Links to numbers in SQL.

use super::SqliteStore;
use super::number_log::tell;
use super::writer::Tx;
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
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

const PAIRING: &str = pairing_query!("pairings p", "p.id = ?");
/// Links by which a code waits.
pub const WAITING_PAIRINGS: &str = pairing_query!(
    "pairings p INDEXED BY pairings_by_expiry",
    "p.expires_at > ? AND p.used_at IS NULL AND p.code_expires_at IS NOT NULL ORDER BY p.expires_at LIMIT ?"
);
/// Those of a number, the newest first.
pub const WAITING_PAIRINGS_OF: &str = pairing_query!(
    "pairings p INDEXED BY pairings_by_number",
    "p.number_id = ? AND p.expires_at > ? AND p.used_at IS NULL AND p.code_expires_at IS NOT NULL \
     ORDER BY p.created_at DESC LIMIT 1"
);
/// The numbers of a phone: the one that is there, else the one that was taken away last.
pub const NUMBERS_OF_PHONE: &str = "SELECT id, link_state, refusal IS NOT NULL, deleted_at FROM numbers INDEXED BY numbers_by_phone \
     WHERE tenant_id = ? AND phone = ? ORDER BY deleted_at IS NOT NULL, deleted_at DESC LIMIT 1";

#[async_trait]
impl Pairings for SqliteStore {
    async fn put_pairing(
        &self,
        scope: &Scope,
        number: NumberToPair,
        pairing: NewPairing,
    ) -> Result<PairingRecord, StoreError> {
        let scope = scope.clone();
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    let known = known_number(tx.connection, &scope, &number.phone).await?;
                    let id = match known {
                        Some(id) => id,
                        None => insert_number(tx, &scope, number).await?,
                    };
                    insert(tx.connection, &scope, &id, &pairing).await
                })
            })
            .await
    }

    async fn put_pairing_of(
        &self,
        scope: &Scope,
        number: &NumberId,
        pairing: NewPairing,
    ) -> Result<PairingRecord, StoreError> {
        check_number(scope, number)?;
        let (scope, number) = (scope.clone(), number.clone());
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    let row = sqlx::query(
                        "SELECT link_state, refusal IS NOT NULL FROM numbers WHERE id = ? AND tenant_id = ? AND deleted_at IS NULL",
                    )
                    .bind(number.as_str())
                    .bind(scope.tenant().as_str())
                    .fetch_optional(&mut *tx.connection)
                    .await?
                    .ok_or(StoreError::NotFound)?;
                    may_pair(state(row.try_get(0)?, row.try_get(1)?)?, None, now_ms())?;
                    insert(tx.connection, &scope, &number, &pairing).await
                })
            })
            .await
    }

    async fn waiting_pairing_of(
        &self,
        scope: &Scope,
        number: &NumberId,
        now: i64,
    ) -> Result<Option<PairingRecord>, StoreError> {
        check_number(scope, number)?;
        sqlx::query(WAITING_PAIRINGS_OF)
            .bind(number.as_str())
            .bind(now)
            .fetch_optional(&self.readers)
            .await?
            .map(|row| pairing(&row))
            .transpose()
    }

    async fn pairing(&self, id: &PairingId) -> Result<Option<PairingRecord>, StoreError> {
        find(&mut *self.readers.acquire().await?, id).await
    }

    async fn waiting_pairings(
        &self,
        after: i64,
        limit: u32,
    ) -> Result<Vec<PairingRecord>, StoreError> {
        sqlx::query(WAITING_PAIRINGS)
            .bind(after)
            .bind(limit)
            .fetch_all(&self.readers)
            .await?
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
        let (id, session, code) = (id.clone(), session.to_owned(), code.clone());
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    let changed = sqlx::query(
                        "UPDATE pairings SET gateway_session = ?, qr = ?, pairing_code = ?, code_expires_at = ?, failure = NULL \
                         WHERE id = ? AND used_at IS NULL AND expires_at > ?",
                    )
                    .bind(session)
                    .bind(code.qr)
                    .bind(code.pairing_code)
                    .bind(code.expires_at)
                    .bind(id.as_bytes())
                    .bind(now)
                    .execute(&mut *tx.connection)
                    .await?;
                    if changed.rows_affected() == 0 {
                        return Ok(false);
                    }
                    sqlx::query(
                        "UPDATE numbers SET link_state = 'CONNECTING', updated_at = ? WHERE link_state = 'CLOSE' AND deleted_at IS NULL \
                         AND id = (SELECT number_id FROM pairings WHERE id = ?)",
                    )
                    .bind(now)
                    .bind(id.as_bytes())
                    .execute(&mut *tx.connection)
                    .await?;
                    Ok(true)
                })
            })
            .await
    }

    async fn claim_code(&self, id: &PairingId, seen: i64, until: i64) -> Result<bool, StoreError> {
        let id = id.clone();
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    let changed = sqlx::query(
                        "UPDATE pairings SET code_expires_at = ? WHERE id = ? AND code_expires_at = ? AND used_at IS NULL",
                    )
                    .bind(until)
                    .bind(id.as_bytes())
                    .bind(seen)
                    .execute(&mut *tx.connection)
                    .await?;
                    Ok(changed.rows_affected() > 0)
                })
            })
            .await
    }

    async fn end_attempt(
        &self,
        id: &PairingId,
        session: &str,
        failure: Option<&str>,
    ) -> Result<bool, StoreError> {
        let (id, session, failure) = (id.clone(), session.to_owned(), failure.map(str::to_owned));
        self.writer
            .run(move |tx| {
                Box::pin(async move { end(tx.connection, &id, &session, failure).await })
            })
            .await
    }

    async fn note_failure(&self, id: &PairingId, failure: &str) -> Result<(), StoreError> {
        let (id, failure) = (id.clone(), failure.to_owned());
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    sqlx::query("UPDATE pairings SET failure = ? WHERE id = ? AND used_at IS NULL")
                        .bind(failure)
                        .bind(id.as_bytes())
                        .execute(&mut *tx.connection)
                        .await?;
                    Ok(())
                })
            })
            .await
    }

    async fn connect_number(
        &self,
        id: &PairingId,
        connection: Connection,
    ) -> Result<Vec<String>, StoreError> {
        let id = id.clone();
        self.writer
            .run(move |tx| Box::pin(async move { connect(tx, &id, connection).await }))
            .await
    }
}

/// The number of this phone, if the tenant has it and it may get a link.
async fn known_number(
    db: &mut SqliteConnection,
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
    tx: &mut Tx<'_>,
    scope: &Scope,
    number: NumberToPair,
) -> Result<NumberId, StoreError> {
    sqlx::query(
        "INSERT INTO numbers (id, tenant_id, name, phone, phone_number_id, access_token, graph_base_url, provider, link_state, settings, \
                created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?1, ?5, '', ?6, 'CLOSE', ?7, ?8, ?8)",
    )
    .bind(number.id.as_str())
    .bind(scope.tenant().as_str())
    .bind(number.name)
    .bind(number.phone)
    .bind(number.access_token)
    .bind(number.provider.word())
    .bind(json_of(Some(&number.settings))?)
    .bind(now_ms())
    .execute(&mut *tx.connection)
    .await?;
    Ok(number.id)
}

async fn insert(
    db: &mut SqliteConnection,
    scope: &Scope,
    number: &NumberId,
    new: &NewPairing,
) -> Result<PairingRecord, StoreError> {
    sqlx::query(
        "INSERT INTO pairings (id, tenant_id, number_id, provider, meta_flow, redirect_url, external_ref, branding, created_at, expires_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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

async fn find(
    db: &mut SqliteConnection,
    id: &PairingId,
) -> Result<Option<PairingRecord>, StoreError> {
    sqlx::query(PAIRING)
        .bind(id.as_bytes())
        .fetch_optional(db)
        .await?
        .map(|row| pairing(&row))
        .transpose()
}

async fn end(
    db: &mut SqliteConnection,
    id: &PairingId,
    session: &str,
    failure: Option<String>,
) -> Result<bool, StoreError> {
    let number: Option<String> = sqlx::query_scalar(
        "UPDATE pairings SET gateway_session = NULL, qr = NULL, pairing_code = NULL, code_expires_at = NULL, failure = coalesce(?, failure) \
         WHERE id = ? AND gateway_session = ? AND used_at IS NULL RETURNING number_id",
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
        "UPDATE numbers SET link_state = 'CLOSE', updated_at = ?1 WHERE id = ?2 AND link_state = 'CONNECTING' \
         AND NOT EXISTS (SELECT 1 FROM pairings p WHERE p.number_id = ?2 AND p.used_at IS NULL AND p.code_expires_at IS NOT NULL)",
    )
    .bind(now_ms())
    .bind(number)
    .execute(db)
    .await?;
    Ok(true)
}

async fn connect(
    tx: &mut Tx<'_>,
    id: &PairingId,
    connection: Connection,
) -> Result<Vec<String>, StoreError> {
    let db = &mut *tx.connection;
    let record = find(db, id).await?.ok_or(StoreError::NotFound)?;
    if record.used_at.is_some() || record.expires_at <= connection.at {
        return Err(StoreError::NotFound);
    }
    let number = record.number.as_str();
    let is_taken: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM numbers WHERE phone_number_id = ? AND id <> ? AND deleted_at IS NULL",
    )
    .bind(connection.phone_number_id.as_str())
    .bind(number)
    .fetch_optional(&mut *db)
    .await?;
    if is_taken.is_some() {
        return Err(taken());
    }
    sqlx::query(
        "UPDATE numbers SET phone_number_id = ?, access_token = ?, graph_base_url = ?, phone = ?, provider = ?, link_state = 'OPEN', \
                connected_at = ?, gateway_session = ?, refusal = NULL, probe_at = NULL, templates_due_at = NULL, updated_at = ? WHERE id = ?",
    )
    .bind(connection.phone_number_id)
    .bind(connection.access_token)
    .bind(connection.graph_base_url)
    .bind(connection.phone)
    .bind(record.provider.word())
    .bind(connection.at)
    .bind(connection.gateway_session.as_deref())
    .bind(connection.at)
    .bind(number)
    .execute(&mut *db)
    .await?;
    let others: Vec<String> = sqlx::query_scalar(
        "SELECT gateway_session FROM pairings WHERE number_id = ? AND used_at IS NULL AND gateway_session IS NOT NULL",
    )
    .bind(number)
    .fetch_all(&mut *db)
    .await?;
    sqlx::query(
        "UPDATE pairings SET used_at = ?, gateway_session = NULL, qr = NULL, pairing_code = NULL, code_expires_at = NULL, failure = NULL \
         WHERE number_id = ? AND used_at IS NULL",
    )
    .bind(connection.at)
    .bind(number)
    .execute(db)
    .await?;
    let connected = NumberNews::now(NumberStep::Connected);
    tell(tx, &record.number, Some(connected)).await?;
    let own = connection.gateway_session;
    Ok(others
        .into_iter()
        .filter(|session| Some(session) != own.as_ref())
        .collect())
}

pairing_reader!(SqliteRow);
