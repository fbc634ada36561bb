//! Administration in SQL.

use super::SqliteStore;
use super::number_log::tell;
use super::writer::Tx;
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
impl Administration for SqliteStore {
    async fn create_tenant(&self, name: &str) -> Result<TenantId, StoreError> {
        let id = fresh!(TenantId);
        let (row_id, name) = (id.clone(), name.to_owned());
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    sqlx::query("INSERT INTO tenants (id, name, created_at) VALUES (?, ?, ?)")
                        .bind(row_id.as_str())
                        .bind(name)
                        .bind(now_ms())
                        .execute(&mut *tx.connection)
                        .await?;
                    Ok(())
                })
            })
            .await?;
        Ok(id)
    }

    async fn tenants(&self) -> Result<Vec<TenantRecord>, StoreError> {
        sqlx::query("SELECT id, name FROM tenants ORDER BY id")
            .fetch_all(&self.readers)
            .await?
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
        self.writer
            .run(move |tx| Box::pin(async move { insert_number(tx, number).await }))
            .await
    }

    async fn update_number(
        &self,
        number: &NumberId,
        update: NumberUpdate,
    ) -> Result<(), StoreError> {
        let number = number.clone();
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    let was_connected: bool = sqlx::query_scalar(
                        "SELECT link_state = 'OPEN' AND refusal IS NULL FROM numbers WHERE id = ? AND deleted_at IS NULL",
                    )
                    .bind(number.as_str())
                    .fetch_optional(&mut *tx.connection)
                    .await?
                    .ok_or(StoreError::NotFound)?;
                    sqlx::query(
                        "UPDATE numbers SET access_token = coalesce(?1, access_token), graph_base_url = coalesce(?2, graph_base_url), \
                                connected_at = CASE WHEN link_state = 'OPEN' THEN connected_at ELSE ?3 END, link_state = 'OPEN', \
                                refusal = NULL, probe_at = NULL, updated_at = ?3 WHERE id = ?4",
                    )
                    .bind(update.access_token)
                    .bind(update.graph_base_url)
                    .bind(now_ms())
                    .bind(number.as_str())
                    .execute(&mut *tx.connection)
                    .await?;
                    if was_connected {
                        return Ok(());
                    }
                    tell(tx, &number, Some(NumberNews::now(NumberStep::Connected))).await
                })
            })
            .await
    }

    async fn remove_number(&self, number: &NumberId) -> Result<i64, StoreError> {
        let number = number.clone();
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    let now = now_ms();
                    let changed = sqlx::query(
                        "UPDATE numbers SET deleted_at = ?1, updated_at = ?1, link_state = 'CLOSE' WHERE id = ?2 AND deleted_at IS NULL",
                    )
                    .bind(now)
                    .bind(number.as_str())
                    .execute(&mut *tx.connection)
                    .await?;
                    found(changed.rows_affected())?;
                    tell(tx, &number, Some(NumberNews::now(NumberStep::Removed))).await?;
                    tx.access_changed().await?;
                    Ok(now)
                })
            })
            .await
    }

    async fn create_api_key(&self, key: NewApiKey) -> Result<(), StoreError> {
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    let known = sqlx::query(
                        "SELECT 1 FROM tenants t WHERE t.id = ?1 AND (?2 IS NULL OR EXISTS \
                         (SELECT 1 FROM numbers n WHERE n.id = ?2 AND n.tenant_id = t.id AND n.deleted_at IS NULL))",
                    )
                    .bind(key.tenant.as_str())
                    .bind(key.number.as_ref().map(NumberId::as_str))
                    .fetch_optional(&mut *tx.connection)
                    .await?;
                    if known.is_none() {
                        return Err(StoreError::NotFound);
                    }
                    sqlx::query(
                        "INSERT INTO api_keys (id, tenant_id, number_id, name, hash, prefix, last4, created_at) \
                         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    )
                    .bind(key.id.as_str())
                    .bind(key.tenant.as_str())
                    .bind(key.number.as_ref().map(NumberId::as_str))
                    .bind(key.label.name)
                    .bind(key.hash)
                    .bind(key.label.prefix)
                    .bind(key.label.last4)
                    .bind(now_ms())
                    .execute(&mut *tx.connection)
                    .await?;
                    Ok(())
                })
            })
            .await
    }

    async fn api_keys(&self, tenant: &TenantId) -> Result<Vec<ApiKeyRecord>, StoreError> {
        sqlx::query(
            "SELECT id, number_id, name, prefix, last4, created_at FROM api_keys \
             WHERE tenant_id = ? AND revoked_at IS NULL ORDER BY created_at, id",
        )
        .bind(tenant.as_str())
        .fetch_all(&self.readers)
        .await?
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
        let key = key.clone();
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    let changed = sqlx::query(
                        "UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL",
                    )
                    .bind(now_ms())
                    .bind(key.as_str())
                    .execute(&mut *tx.connection)
                    .await?;
                    tx.access_changed().await?;
                    found(changed.rows_affected())
                })
            })
            .await
    }

    async fn tenant_numbers(&self, tenant: &TenantId) -> Result<Vec<NumberRecord>, StoreError> {
        super::credentials::numbers_of_tenant(&self.readers, tenant).await
    }

    async fn number_at_meta(
        &self,
        phone_number_id: &str,
    ) -> Result<Option<NumberRecord>, StoreError> {
        super::credentials::number_at_meta(&self.readers, phone_number_id).await
    }

    async fn set_embed_secret(
        &self,
        tenant: &TenantId,
        sealed: &[u8],
        former: FormerSecret,
    ) -> Result<bool, StoreError> {
        let (tenant, sealed) = (tenant.clone(), sealed.to_owned());
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    let there: bool = sqlx::query_scalar("SELECT embed_secret IS NOT NULL FROM tenants WHERE id = ?")
                        .bind(tenant.as_str())
                        .fetch_optional(&mut *tx.connection)
                        .await?
                        .ok_or(StoreError::NotFound)?;
                    if there && former == FormerSecret::None {
                        return Ok(false);
                    }
                    sqlx::query(
                        "UPDATE tenants SET previous_embed_secret = iif(?1, embed_secret, NULL), embed_secret = ?2 WHERE id = ?3",
                    )
                    .bind(former == FormerSecret::Kept)
                    .bind(sealed)
                    .bind(tenant.as_str())
                    .execute(&mut *tx.connection)
                    .await?;
                    if former == FormerSecret::Revoked {
                        sqlx::query(
                            "UPDATE embed_sessions SET revoked_at = ? WHERE tenant_id = ? AND inbox_id IS NOT NULL AND revoked_at IS NULL",
                        )
                        .bind(now_ms())
                        .bind(tenant.as_str())
                        .execute(&mut *tx.connection)
                        .await?;
                        tx.access_changed().await?;
                    }
                    Ok(true)
                })
            })
            .await
    }

    async fn create_inbox(&self, inbox: NewInbox) -> Result<(), StoreError> {
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    sqlx::query("SELECT 1 FROM tenants WHERE id = ?")
                        .bind(inbox.tenant.as_str())
                        .fetch_optional(&mut *tx.connection)
                        .await?
                        .ok_or(StoreError::NotFound)?;
                    sqlx::query("INSERT INTO inboxes (id, tenant_id, name, created_at) VALUES (?, ?, ?, ?)")
                        .bind(inbox.id.as_str())
                        .bind(inbox.tenant.as_str())
                        .bind(inbox.name)
                        .bind(now_ms())
                        .execute(&mut *tx.connection)
                        .await?;
                    for number in &inbox.numbers {
                        let known = sqlx::query(
                            "INSERT INTO inbox_numbers (inbox_id, number_id) SELECT ?, id FROM numbers \
                             WHERE id = ? AND tenant_id = ? AND deleted_at IS NULL",
                        )
                        .bind(inbox.id.as_str())
                        .bind(number.as_str())
                        .bind(inbox.tenant.as_str())
                        .execute(&mut *tx.connection)
                        .await?;
                        found(known.rows_affected())?;
                    }
                    for origin in &inbox.origins {
                        sqlx::query("INSERT INTO inbox_origins (origin, inbox_id) VALUES (?, ?)")
                            .bind(origin)
                            .bind(inbox.id.as_str())
                            .execute(&mut *tx.connection)
                            .await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    async fn inboxes(&self, tenant: &TenantId) -> Result<Vec<InboxRecord>, StoreError> {
        super::credentials::inboxes_of_tenant(&self.readers, tenant).await
    }

    async fn remove_inbox(&self, inbox: &InboxId) -> Result<(), StoreError> {
        let inbox = inbox.clone();
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    let changed = sqlx::query(
                        "UPDATE inboxes SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL",
                    )
                    .bind(now_ms())
                    .bind(inbox.as_str())
                    .execute(&mut *tx.connection)
                    .await?;
                    tx.access_changed().await?;
                    found(changed.rows_affected())
                })
            })
            .await
    }
}

pub(super) async fn insert_number(tx: &mut Tx<'_>, number: NewNumber) -> Result<(), StoreError> {
    let known = sqlx::query("SELECT 1 FROM tenants WHERE id = ?")
        .bind(number.tenant.as_str())
        .fetch_optional(&mut *tx.connection)
        .await?;
    if known.is_none() {
        return Err(StoreError::NotFound);
    }
    sqlx::query(
        "INSERT INTO numbers (id, tenant_id, name, phone, phone_number_id, access_token, graph_base_url, \
                created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
    )
    .bind(number.id.as_str())
    .bind(number.tenant.as_str())
    .bind(number.name)
    .bind(number.phone)
    .bind(number.phone_number_id)
    .bind(number.access_token)
    .bind(number.graph_base_url)
    .bind(now_ms())
    .execute(&mut *tx.connection)
    .await?;
    Ok(())
}

fn found(rows: u64) -> Result<(), StoreError> {
    if rows == 0 {
        Err(StoreError::NotFound)
    } else {
        Ok(())
    }
}
