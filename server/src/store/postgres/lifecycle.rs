//! Numbers that are changed, taken away and brought back, in SQL. Their end is in `erase`, what is not kept in `redact`.

use super::number_log::tell;
use super::transaction::{Tx, reading, transaction};
use super::{PostgresStore, credentials, erase, redact};
use crate::access::Scope;
use crate::clock::now_ms;
use crate::ingest::{NumberNews, NumberStep};
use crate::store::lifecycle::{already_active, no_such_number};
use crate::store::words::id;
use crate::store::{
    KeptForDays, Lifecycle, NewApiKey, NumberChange, NumberRecord, NumberSettings, PiiMode,
    Redacted, StoreError,
};
use app::ids::{NumberId, TenantId};
use async_trait::async_trait;
use sqlx::Row;

#[async_trait]
impl Lifecycle for PostgresStore {
    async fn change_number(
        &self,
        scope: &Scope,
        number: &NumberId,
        change: &NumberChange,
    ) -> Result<NumberRecord, StoreError> {
        if !scope.allows(number) {
            return Err(no_such_number());
        }
        transaction!(self, |tx| change_one(&mut tx, scope, number, change))
    }

    async fn restore_number(
        &self,
        scope: &Scope,
        number: &NumberId,
        since: i64,
    ) -> Result<(), StoreError> {
        transaction!(self, |tx| restore(&mut tx, scope.tenant(), number, since))
    }

    async fn purge_number(&self, scope: &Scope, number: &NumberId) -> Result<(), StoreError> {
        transaction!(self, |tx| purge(&mut tx, scope.tenant(), number))
    }

    async fn renew_number_key(&self, scope: &Scope, key: NewApiKey) -> Result<i64, StoreError> {
        let number = key.number.clone().filter(|number| scope.allows(number));
        let (number, now) = (number.ok_or_else(no_such_number)?, now_ms());
        transaction!(self, |tx| renew_key(&mut tx, &number, &key, now))?;
        Ok(now)
    }

    async fn erase_more(&self, before: i64, limit: u32) -> Result<bool, StoreError> {
        transaction!(self, |tx| erase::step(&mut tx, before, limit))
    }

    async fn kept_for_days(&self) -> Result<Vec<KeptForDays>, StoreError> {
        let rows = reading!(
            sqlx::query(
                "SELECT id, pii_mode, pii_retention_days FROM numbers WHERE pii_mode = 'STORE_X_DAYS' \
                 AND coalesce(deleted_at, 1) > 0 ORDER BY id",
            )
            .fetch_all(&self.pool)
        )?;
        let mut kept = Vec::with_capacity(rows.len());
        for row in rows {
            let mode = PiiMode::parse(row.try_get(1)?, row.try_get(2)?)?;
            if let Some(days) = mode.days() {
                kept.push(KeptForDays {
                    number: id(row.try_get(0)?)?,
                    days,
                });
            }
        }
        Ok(kept)
    }

    async fn redact_more(
        &self,
        number: &NumberId,
        before: i64,
        from: Option<&str>,
        limit: u32,
    ) -> Result<Redacted, StoreError> {
        let from = from.unwrap_or_default();
        transaction!(self, |tx| redact::step(
            &mut tx, number, before, from, limit
        ))
    }
}

async fn change_one(
    tx: &mut Tx,
    scope: &Scope,
    number: &NumberId,
    change: &NumberChange,
) -> Result<NumberRecord, StoreError> {
    tx.lock(scope.tenant()).await?;
    let row = sqlx::query(
        "SELECT pii_mode, pii_retention_days, settings FROM numbers WHERE id = $1 AND tenant_id = $2 AND deleted_at IS NULL FOR NO KEY UPDATE",
    )
    .bind(number.as_str())
    .bind(scope.tenant().as_str())
    .fetch_optional(tx.connection())
    .await?
    .ok_or_else(no_such_number)?;
    let pii = change.pii(PiiMode::parse(row.try_get(0)?, row.try_get(1)?)?)?;
    let settings = change.settings(&NumberSettings::parse(row.try_get(2)?)?)?;
    sqlx::query(
        "UPDATE numbers SET pii_mode = $1, pii_retention_days = $2, settings = $3, updated_at = $4 WHERE id = $5",
    )
    .bind(pii.word())
    .bind(pii.days().map(i64::from))
    .bind(settings)
    .bind(now_ms())
    .bind(number.as_str())
    .execute(tx.connection())
    .await?;
    tell(tx, number, None).await?;
    credentials::numbers_of_scope(tx.connection(), scope)
        .await?
        .into_iter()
        .find(|record| record.id == *number)
        .ok_or_else(no_such_number)
}

async fn restore(
    tx: &mut Tx,
    tenant: &TenantId,
    number: &NumberId,
    since: i64,
) -> Result<(), StoreError> {
    tx.lock(tenant).await?;
    let row = sqlx::query(
        "SELECT n.deleted_at, EXISTS (SELECT 1 FROM numbers o WHERE o.phone_number_id = n.phone_number_id AND o.deleted_at IS NULL) \
         FROM numbers n WHERE n.id = $1 AND n.tenant_id = $2 FOR NO KEY UPDATE OF n",
    )
    .bind(number.as_str())
    .bind(tenant.as_str())
    .fetch_optional(tx.connection())
    .await?
    .ok_or_else(no_such_number)?;
    match row.try_get::<Option<i64>, _>(0)? {
        None => return Err(already_active()),
        Some(deleted_at) if deleted_at <= since.max(0) => return Err(no_such_number()),
        Some(_) if row.try_get(1)? => return Err(already_active()),
        Some(_) => {}
    }
    let restored = sqlx::query(
        "UPDATE numbers SET deleted_at = NULL, link_state = 'CLOSE', refusal = NULL, probe_at = NULL, updated_at = $1 WHERE id = $2",
    )
    .bind(now_ms())
    .bind(number.as_str())
    .execute(tx.connection())
    .await;
    match restored {
        // Another tenant has connected the phone in this very moment.
        Err(sqlx::Error::Database(cause)) if cause.is_unique_violation() => {
            return Err(already_active());
        }
        other => other?,
    };
    tell(tx, number, Some(NumberNews::now(NumberStep::Restored))).await?;
    // Sessions that had it have it again.
    tx.access_changed().await
}

async fn purge(tx: &mut Tx, tenant: &TenantId, number: &NumberId) -> Result<(), StoreError> {
    tx.lock(tenant).await?;
    let deleted_at: Option<i64> =
        sqlx::query_scalar("SELECT deleted_at FROM numbers WHERE id = $1 AND tenant_id = $2")
            .bind(number.as_str())
            .bind(tenant.as_str())
            .fetch_optional(tx.connection())
            .await?
            .ok_or_else(no_such_number)?;
    if deleted_at == Some(0) {
        return Err(no_such_number());
    }
    if deleted_at.is_none() {
        tell(tx, number, Some(NumberNews::now(NumberStep::Removed))).await?;
    }
    // Longer ago than anything can be brought back.
    sqlx::query(
        "UPDATE numbers SET deleted_at = 0, link_state = 'CLOSE', phone_number_id = id WHERE id = $1",
    )
    .bind(number.as_str())
    .execute(tx.connection())
    .await?;
    end_keys(tx, number, now_ms()).await?;
    tx.access_changed().await
}

async fn end_keys(tx: &mut Tx, number: &NumberId, now: i64) -> Result<(), StoreError> {
    sqlx::query("UPDATE api_keys SET revoked_at = $1 WHERE number_id = $2 AND revoked_at IS NULL")
        .bind(now)
        .bind(number.as_str())
        .execute(tx.connection())
        .await?;
    Ok(())
}

async fn renew_key(
    tx: &mut Tx,
    number: &NumberId,
    key: &NewApiKey,
    now: i64,
) -> Result<(), StoreError> {
    tx.lock(&key.tenant).await?;
    // The same work again, after a commit whose answer was lost.
    let is_there: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM api_keys WHERE id = $1)")
        .bind(key.id.as_str())
        .fetch_one(tx.connection())
        .await?;
    if is_there {
        return Ok(());
    }
    end_keys(tx, number, now).await?;
    let made = sqlx::query(
        "INSERT INTO api_keys (id, tenant_id, number_id, name, hash, prefix, last4, created_at) \
         SELECT $1, n.tenant_id, n.id, $2, $3, $4, $5, $6 FROM numbers n WHERE n.id = $7 AND n.tenant_id = $8 AND n.deleted_at IS NULL",
    )
    .bind(key.id.as_str())
    .bind(&key.label.name)
    .bind(&key.hash)
    .bind(&key.label.prefix)
    .bind(&key.label.last4)
    .bind(now)
    .bind(number.as_str())
    .bind(key.tenant.as_str())
    .execute(tx.connection())
    .await?;
    if made.rows_affected() == 0 {
        return Err(no_such_number());
    }
    tx.access_changed().await
}
