//! Administration in SQL.

use super::PostgresStore;
use super::number_log::{lock_tenant_of, tell};
use super::transaction::{Tx, reading, transaction};
use crate::clock::now_ms;
use crate::fresh;
use crate::ingest::{NumberNews, NumberStep};
use crate::store::words::id;
use crate::store::{
    Administration, ApiKeyRecord, FormerSecret, InboxRecord, KeyLabel, NewApiKey, NewInbox,
    NewNumber, NumberRecord, NumberUpdate, StoreError, TenantRecord,
};
use app::ids::{ApiKeyId, InboxId, NumberId, TenantId};
use async_trait::async_trait;
use sqlx::Row;

#[async_trait]
impl Administration for PostgresStore {
    async fn create_tenant(&self, name: &str) -> Result<TenantId, StoreError> {
        let tenant = fresh!(TenantId);
        transaction!(self, |tx| create_tenant(&mut tx, &tenant, name))?;
        Ok(tenant)
    }

    async fn tenants(&self) -> Result<Vec<TenantRecord>, StoreError> {
        reading!(sqlx::query("SELECT id, name FROM tenants ORDER BY id").fetch_all(&self.pool))?
            .into_iter()
            .map(|row| {
                Ok(TenantRecord {
                    id: id(row.try_get(0)?)?,
                    name: row.try_get(1)?,
                })
            })
            .collect()
    }

    async fn create_number(&self, number: NewNumber) -> Result<(), StoreError> {
        transaction!(self, |tx| create_number(&mut tx, &number))
    }

    async fn update_number(
        &self,
        number: &NumberId,
        update: NumberUpdate,
    ) -> Result<(), StoreError> {
        transaction!(self, |tx| update_number(&mut tx, number, &update))
    }

    async fn remove_number(&self, number: &NumberId) -> Result<i64, StoreError> {
        transaction!(self, |tx| remove_number(&mut tx, number))
    }

    async fn create_api_key(&self, key: NewApiKey) -> Result<(), StoreError> {
        transaction!(self, |tx| create_api_key(&mut tx, &key))
    }

    async fn api_keys(&self, tenant: &TenantId) -> Result<Vec<ApiKeyRecord>, StoreError> {
        reading!(
            sqlx::query(
                "SELECT id, number_id, name, prefix, last4, created_at FROM api_keys \
                 WHERE tenant_id = $1 AND revoked_at IS NULL ORDER BY created_at, id",
            )
            .bind(tenant.as_str())
            .fetch_all(&self.pool)
        )?
        .into_iter()
        .map(|row| {
            Ok(ApiKeyRecord {
                id: id(row.try_get(0)?)?,
                number: row.try_get::<Option<String>, _>(1)?.map(id).transpose()?,
                label: KeyLabel {
                    name: row.try_get(2)?,
                    prefix: row.try_get(3)?,
                    last4: row.try_get(4)?,
                },
                created_at: row.try_get(5)?,
            })
        })
        .collect()
    }

    async fn revoke_api_key(&self, key: &ApiKeyId) -> Result<(), StoreError> {
        transaction!(self, |tx| revoke_api_key(&mut tx, key))
    }

    async fn tenant_numbers(&self, tenant: &TenantId) -> Result<Vec<NumberRecord>, StoreError> {
        reading!(super::credentials::numbers_of_tenant(&self.pool, tenant))
    }

    async fn number_at_meta(
        &self,
        phone_number_id: &str,
    ) -> Result<Option<NumberRecord>, StoreError> {
        reading!(super::credentials::number_at_meta(
            &self.pool,
            phone_number_id
        ))
    }

    async fn set_embed_secret(
        &self,
        tenant: &TenantId,
        sealed: &[u8],
        former: FormerSecret,
    ) -> Result<bool, StoreError> {
        transaction!(self, |tx| set_embed_secret(&mut tx, tenant, sealed, former))
    }

    async fn create_inbox(&self, inbox: NewInbox) -> Result<(), StoreError> {
        transaction!(self, |tx| create_inbox(&mut tx, &inbox))
    }

    async fn inboxes(&self, tenant: &TenantId) -> Result<Vec<InboxRecord>, StoreError> {
        reading!(super::credentials::inboxes_of_tenant(&self.pool, tenant))
    }

    async fn remove_inbox(&self, inbox: &InboxId) -> Result<(), StoreError> {
        transaction!(self, |tx| remove_inbox(&mut tx, inbox))
    }
}

// ON CONFLICT: the same work again, after a commit whose answer was lost.

pub(super) async fn create_tenant(
    tx: &mut Tx,
    tenant: &TenantId,
    name: &str,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO tenants (id, name, created_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING")
        .bind(tenant.as_str())
        .bind(name)
        .bind(now_ms())
        .execute(tx.connection())
        .await?;
    Ok(())
}

pub(super) async fn create_number(tx: &mut Tx, number: &NewNumber) -> Result<(), StoreError> {
    tx.lock(&number.tenant).await?;
    sqlx::query(
        "INSERT INTO numbers (id, tenant_id, name, phone, phone_number_id, access_token, graph_base_url, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) ON CONFLICT (id) DO NOTHING",
    )
    .bind(number.id.as_str())
    .bind(number.tenant.as_str())
    .bind(&number.name)
    .bind(&number.phone)
    .bind(&number.phone_number_id)
    .bind(&number.access_token)
    .bind(&number.graph_base_url)
    .bind(now_ms())
    .execute(tx.connection())
    .await?;
    Ok(())
}

async fn update_number(
    tx: &mut Tx,
    number: &NumberId,
    update: &NumberUpdate,
) -> Result<(), StoreError> {
    lock_tenant_of(tx, number).await?;
    let was_connected: bool = sqlx::query_scalar(
        "SELECT link_state = 'OPEN' AND refusal IS NULL FROM numbers WHERE id = $1 AND deleted_at IS NULL FOR NO KEY UPDATE",
    )
    .bind(number.as_str())
    .fetch_optional(tx.connection())
    .await?
    .ok_or(StoreError::NotFound)?;
    sqlx::query(
        "UPDATE numbers SET access_token = coalesce($1, access_token), graph_base_url = coalesce($2, graph_base_url), \
                connected_at = CASE WHEN link_state = 'OPEN' THEN connected_at ELSE $3 END, link_state = 'OPEN', \
                refusal = NULL, probe_at = NULL, updated_at = $3 WHERE id = $4",
    )
    .bind(&update.access_token)
    .bind(&update.graph_base_url)
    .bind(now_ms())
    .bind(number.as_str())
    .execute(tx.connection())
    .await?;
    if was_connected {
        return Ok(());
    }
    tell(tx, number, Some(NumberNews::now(NumberStep::Connected))).await
}

async fn remove_number(tx: &mut Tx, number: &NumberId) -> Result<i64, StoreError> {
    lock_tenant_of(tx, number).await?;
    let now = now_ms();
    let changed = sqlx::query(
        "UPDATE numbers SET deleted_at = $1, updated_at = $1, link_state = 'CLOSE' WHERE id = $2 AND deleted_at IS NULL",
    )
    .bind(now)
    .bind(number.as_str())
    .execute(tx.connection())
    .await?;
    found(changed.rows_affected())?;
    tell(tx, number, Some(NumberNews::now(NumberStep::Removed))).await?;
    tx.access_changed().await?;
    Ok(now)
}

async fn create_api_key(tx: &mut Tx, key: &NewApiKey) -> Result<(), StoreError> {
    let number = key.number.as_ref().map(NumberId::as_str);
    sqlx::query(
        "SELECT 1 FROM tenants t WHERE t.id = $1 AND ($2::text IS NULL OR EXISTS \
         (SELECT 1 FROM numbers n WHERE n.id = $2 AND n.tenant_id = t.id AND n.deleted_at IS NULL))",
    )
    .bind(key.tenant.as_str())
    .bind(number)
    .fetch_optional(tx.connection())
    .await?
    .ok_or(StoreError::NotFound)?;
    sqlx::query(
        "INSERT INTO api_keys (id, tenant_id, number_id, name, hash, prefix, last4, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING",
    )
    .bind(key.id.as_str())
    .bind(key.tenant.as_str())
    .bind(number)
    .bind(&key.label.name)
    .bind(&key.hash)
    .bind(&key.label.prefix)
    .bind(&key.label.last4)
    .bind(now_ms())
    .execute(tx.connection())
    .await?;
    Ok(())
}

async fn revoke_api_key(tx: &mut Tx, key: &ApiKeyId) -> Result<(), StoreError> {
    let changed =
        sqlx::query("UPDATE api_keys SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL")
            .bind(now_ms())
            .bind(key.as_str())
            .execute(tx.connection())
            .await?;
    tx.access_changed().await?;
    found(changed.rows_affected())
}

async fn set_embed_secret(
    tx: &mut Tx,
    tenant: &TenantId,
    sealed: &[u8],
    former: FormerSecret,
) -> Result<bool, StoreError> {
    tx.lock(tenant).await?;
    let known: Option<Vec<u8>> =
        sqlx::query_scalar("SELECT embed_secret FROM tenants WHERE id = $1")
            .bind(tenant.as_str())
            .fetch_one(tx.connection())
            .await?;
    // The same work again, after a commit whose answer was lost.
    if known.as_deref() == Some(sealed) {
        return Ok(true);
    }
    if known.is_some() && former == FormerSecret::None {
        return Ok(false);
    }
    sqlx::query(
        "UPDATE tenants SET previous_embed_secret = CASE WHEN $1 THEN embed_secret END, embed_secret = $2 WHERE id = $3",
    )
    .bind(former == FormerSecret::Kept)
    .bind(sealed)
    .bind(tenant.as_str())
    .execute(tx.connection())
    .await?;
    if former == FormerSecret::Revoked {
        sqlx::query(
            "UPDATE embed_sessions SET revoked_at = $1 WHERE tenant_id = $2 AND inbox_id IS NOT NULL AND revoked_at IS NULL",
        )
        .bind(now_ms())
        .bind(tenant.as_str())
        .execute(tx.connection())
        .await?;
        tx.access_changed().await?;
    }
    Ok(true)
}

async fn create_inbox(tx: &mut Tx, inbox: &NewInbox) -> Result<(), StoreError> {
    tx.lock(&inbox.tenant).await?;
    sqlx::query("INSERT INTO inboxes (id, tenant_id, name, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING")
        .bind(inbox.id.as_str())
        .bind(inbox.tenant.as_str())
        .bind(&inbox.name)
        .bind(now_ms())
        .execute(tx.connection())
        .await?;
    for number in &inbox.numbers {
        sqlx::query(
            "SELECT 1 FROM numbers WHERE id = $1 AND tenant_id = $2 AND deleted_at IS NULL",
        )
        .bind(number.as_str())
        .bind(inbox.tenant.as_str())
        .fetch_optional(tx.connection())
        .await?
        .ok_or(StoreError::NotFound)?;
        sqlx::query("INSERT INTO inbox_numbers (inbox_id, number_id) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(inbox.id.as_str())
            .bind(number.as_str())
            .execute(tx.connection())
            .await?;
    }
    for origin in &inbox.origins {
        sqlx::query(
            "INSERT INTO inbox_origins (origin, inbox_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        )
        .bind(origin)
        .bind(inbox.id.as_str())
        .execute(tx.connection())
        .await?;
    }
    Ok(())
}

async fn remove_inbox(tx: &mut Tx, inbox: &InboxId) -> Result<(), StoreError> {
    let changed =
        sqlx::query("UPDATE inboxes SET deleted_at = $1 WHERE id = $2 AND deleted_at IS NULL")
            .bind(now_ms())
            .bind(inbox.as_str())
            .execute(tx.connection())
            .await?;
    tx.access_changed().await?;
    found(changed.rows_affected())
}

fn found(rows: u64) -> Result<(), StoreError> {
    if rows == 0 {
        Err(StoreError::NotFound)
    } else {
        Ok(())
    }
}
