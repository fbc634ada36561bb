//! Credentials in SQL.

use super::SqliteStore;
use super::writer::Tx;
use crate::access::{Scope, Surface};
use crate::clock::now_ms;
use crate::store::words::{alerts, id, part, role};
use crate::store::{
    Credentials, EmbedSecrets, InboxRecord, KeyGrant, KeyLabel, LinkState, NewOperator,
    NewOperatorSession, NewSession, NumberRecord, NumberSettings, OperatorRecord, PiiMode,
    Provider, SessionRecord, StoreError,
};
use app::ids::{ApiKeyId, InboxId, NumberId, OperatorId, SessionId, TenantId};
use async_trait::async_trait;
use serde_json::Value;
use sqlx::Row;
use sqlx::sqlite::{SqlitePool, SqliteRow};

macro_rules! grant_query {
    ($condition:literal) => {
        concat!(
            "SELECT k.id, k.tenant_id, k.number_id, (SELECT json_group_array(n.id ORDER BY n.id) FROM numbers n \
              WHERE n.tenant_id = k.tenant_id AND n.deleted_at IS NULL AND (k.number_id IS NULL OR n.id = k.number_id)) \
             FROM api_keys k WHERE k.revoked_at IS NULL AND ",
            $condition
        )
    };
}

/// Columns of [`inbox`]; table `i`.
macro_rules! inbox_query {
    ($condition:literal) => {
        concat!(
            "SELECT i.id, i.name, \
               (SELECT json_group_array(n.id ORDER BY n.id) FROM inbox_numbers m JOIN numbers n ON n.id = m.number_id \
                 WHERE m.inbox_id = i.id AND n.deleted_at IS NULL), \
               (SELECT json_group_array(o.origin ORDER BY o.origin) FROM inbox_origins o WHERE o.inbox_id = i.id) \
             FROM inboxes i WHERE i.deleted_at IS NULL AND ",
            $condition,
            " ORDER BY i.id"
        )
    };
}

#[async_trait]
impl Credentials for SqliteStore {
    async fn api_key_by_hash(&self, hash: &[u8]) -> Result<Option<KeyGrant>, StoreError> {
        sqlx::query(grant_query!("k.hash = ?"))
            .bind(hash)
            .fetch_optional(&self.readers)
            .await?
            .map(|row| grant(&row))
            .transpose()
    }

    async fn api_key_by_id(&self, id: &ApiKeyId) -> Result<Option<KeyGrant>, StoreError> {
        sqlx::query(grant_query!("k.id = ?"))
            .bind(id.as_str())
            .fetch_optional(&self.readers)
            .await?
            .map(|row| grant(&row))
            .transpose()
    }

    async fn create_session(&self, scope: &Scope, session: NewSession) -> Result<(), StoreError> {
        let tenant = scope.tenant().clone();
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    let origins = Value::from(session.origins).to_string();
                    let numbers: Vec<&str> = session.numbers.iter().map(NumberId::as_str).collect();
                    let numbers = Value::from(numbers).to_string();
                    let operator = match session.operator {
                        Some(new) => {
                            let at = session.created_at;
                            Some(put_operator(tx, &tenant, &numbers, new, at).await?.id)
                        }
                        None => None,
                    };
                    sqlx::query(
                        "INSERT INTO embed_sessions (id, tenant_id, api_key_id, surface, numbers, origins, branding, ttl_ms, \
                                created_at, expires_at, ends_at, operator_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    )
                    .bind(session.id.as_str())
                    .bind(tenant.as_str())
                    .bind(session.api_key_id.as_str())
                    .bind(session.surface.as_str())
                    .bind(numbers)
                    .bind(origins.as_str())
                    .bind(session.branding)
                    .bind(session.ttl_ms)
                    .bind(session.created_at)
                    .bind(session.expires_at)
                    .bind(session.ends_at)
                    .bind(operator.as_ref().map(OperatorId::as_str))
                    .execute(&mut *tx.connection)
                    .await?;
                    sqlx::query(
                        "INSERT INTO embed_session_origins (origin, session_id, expires_at) \
                         SELECT value, ?2, ?3 FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING",
                    )
                    .bind(origins.as_str())
                    .bind(session.id.as_str())
                    .bind(session.expires_at)
                    .execute(&mut *tx.connection)
                    .await?;
                    Ok(())
                })
            })
            .await
    }

    async fn embed_secrets(&self, tenant: &TenantId) -> Result<Option<EmbedSecrets>, StoreError> {
        sqlx::query(
            "SELECT embed_secret, previous_embed_secret FROM tenants WHERE id = ? AND embed_secret IS NOT NULL",
        )
        .bind(tenant.as_str())
        .fetch_optional(&self.readers)
        .await?
        .map(|row| {
            Ok(EmbedSecrets {
                current: row.try_get(0)?,
                previous: row.try_get(1)?,
            })
        })
        .transpose()
    }

    async fn inbox(
        &self,
        tenant: &TenantId,
        inbox: &InboxId,
    ) -> Result<Option<InboxRecord>, StoreError> {
        sqlx::query(inbox_query!("i.tenant_id = ? AND i.id = ?"))
            .bind(tenant.as_str())
            .bind(inbox.as_str())
            .fetch_optional(&self.readers)
            .await?
            .map(|row| self::inbox(&row))
            .transpose()
    }

    async fn create_operator_session(
        &self,
        scope: &Scope,
        session: NewOperatorSession,
    ) -> Result<OperatorRecord, StoreError> {
        let (tenant, numbers) = (scope.tenant().clone(), scope.numbers_json().to_owned());
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    let operator =
                        put_operator(tx, &tenant, &numbers, session.operator, session.created_at)
                            .await?;
                    sqlx::query(
                        "INSERT INTO embed_sessions (id, tenant_id, surface, numbers, origins, ttl_ms, created_at, expires_at, ends_at, \
                                inbox_id, operator_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    )
                    .bind(session.id.as_str())
                    .bind(tenant.as_str())
                    .bind(Surface::Chat.as_str())
                    .bind(numbers)
                    .bind(Value::from(session.origins).to_string())
                    .bind(session.ttl_ms)
                    .bind(session.created_at)
                    .bind(session.expires_at)
                    .bind(session.ends_at)
                    .bind(session.inbox.as_str())
                    .bind(operator.id.as_str())
                    .execute(&mut *tx.connection)
                    .await?;
                    Ok(operator)
                })
            })
            .await
    }

    async fn inbox_names_origin(&self, origin: &str) -> Result<bool, StoreError> {
        let found = sqlx::query(
            "SELECT 1 FROM inbox_origins o JOIN inboxes i ON i.id = o.inbox_id \
             WHERE o.origin = ? AND i.deleted_at IS NULL AND EXISTS (SELECT 1 FROM inbox_numbers m JOIN numbers n ON n.id = m.number_id \
                    WHERE m.inbox_id = i.id AND n.deleted_at IS NULL) LIMIT 1",
        )
        .bind(origin)
        .fetch_optional(&self.readers)
        .await?;
        Ok(found.is_some())
    }

    async fn live_session(
        &self,
        tenant: &TenantId,
        id: &SessionId,
        now: i64,
    ) -> Result<Option<SessionRecord>, StoreError> {
        sqlx::query(
            "SELECT (SELECT json_group_array(n.id ORDER BY n.id) FROM numbers n WHERE n.tenant_id = s.tenant_id \
                      AND n.deleted_at IS NULL AND n.id IN (SELECT value FROM json_each(s.numbers))), \
                    s.origins, s.ttl_ms, s.expires_at, s.ends_at, o.id, o.name, o.email, o.role, s.api_key_id IS NOT NULL \
             FROM embed_sessions s LEFT JOIN api_keys k ON k.id = s.api_key_id LEFT JOIN inboxes i ON i.id = s.inbox_id \
             LEFT JOIN operators o ON o.id = s.operator_id LEFT JOIN console_sessions c ON c.id = s.console_session_id \
             LEFT JOIN accounts a ON a.id = c.account_id \
             WHERE s.id = ? AND s.tenant_id = ? AND s.expires_at > ? AND s.revoked_at IS NULL AND k.revoked_at IS NULL \
             AND i.deleted_at IS NULL AND c.revoked_at IS NULL AND a.disabled_at IS NULL",
        )
        .bind(id.as_str())
        .bind(tenant.as_str())
        .bind(now)
        .fetch_optional(&self.readers)
        .await?
        .map(|row| {
            Ok(SessionRecord {
                numbers: list(row.try_get(0)?)?,
                origins: list(row.try_get(1)?)?,
                ttl_ms: row.try_get(2)?,
                expires_at: row.try_get(3)?,
                ends_at: row.try_get(4)?,
                operator: operator(&row, 5)?,
                invites: row.try_get(9)?,
            })
        })
        .transpose()
    }

    async fn extend_session(
        &self,
        scope: &Scope,
        id: &SessionId,
        expires_at: i64,
    ) -> Result<bool, StoreError> {
        let (tenant, id) = (scope.tenant().clone(), id.clone());
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    let changed = sqlx::query(
                        "UPDATE embed_sessions SET expires_at = max(expires_at, ?1) WHERE id = ?2 AND tenant_id = ?3 \
                         AND revoked_at IS NULL AND ends_at >= ?1",
                    )
                    .bind(expires_at)
                    .bind(id.as_str())
                    .bind(tenant.as_str())
                    .execute(&mut *tx.connection)
                    .await?;
                    sqlx::query("UPDATE embed_session_origins SET expires_at = max(expires_at, ?) WHERE session_id = ?")
                        .bind(expires_at)
                        .bind(id.as_str())
                        .execute(&mut *tx.connection)
                        .await?;
                    Ok(changed.rows_affected() > 0)
                })
            })
            .await
    }

    async fn end_session(
        &self,
        scope: &Scope,
        bound_to: Option<&NumberId>,
        id: &SessionId,
    ) -> Result<(), StoreError> {
        let (tenant, id) = (scope.tenant().clone(), id.clone());
        let only = bound_to.map(|number| Value::from(vec![number.as_str()]).to_string());
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    let revoked_at: Option<i64> = sqlx::query_scalar(
                        "SELECT revoked_at FROM embed_sessions WHERE id = ?1 AND tenant_id = ?2 AND (?3 IS NULL OR numbers = ?3)",
                    )
                    .bind(id.as_str())
                    .bind(tenant.as_str())
                    .bind(only)
                    .fetch_optional(&mut *tx.connection)
                    .await?
                    .ok_or(StoreError::NotFound)?;
                    if revoked_at.is_some() {
                        return Ok(());
                    }
                    sqlx::query("UPDATE embed_sessions SET revoked_at = ? WHERE id = ?")
                        .bind(now_ms())
                        .bind(id.as_str())
                        .execute(&mut *tx.connection)
                        .await?;
                    tx.access_changed().await
                })
            })
            .await
    }

    async fn origin_live_until(&self, origin: &str, now: i64) -> Result<Option<i64>, StoreError> {
        let until = sqlx::query_scalar(
            "SELECT o.expires_at FROM embed_session_origins o JOIN embed_sessions s ON s.id = o.session_id \
             JOIN api_keys k ON k.id = s.api_key_id \
             WHERE o.origin = ? AND o.expires_at > ? AND s.revoked_at IS NULL AND k.revoked_at IS NULL \
             AND EXISTS (SELECT 1 FROM numbers n WHERE n.tenant_id = s.tenant_id AND n.deleted_at IS NULL \
                          AND n.id IN (SELECT value FROM json_each(s.numbers))) \
             ORDER BY o.expires_at DESC LIMIT 1",
        )
        .bind(origin)
        .bind(now)
        .fetch_optional(&self.readers)
        .await?;
        Ok(until)
    }

    async fn has_number(&self, tenant: &TenantId, number: &NumberId) -> Result<bool, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM numbers WHERE id = ? AND tenant_id = ? AND deleted_at IS NULL)",
        )
        .bind(number.as_str())
        .bind(tenant.as_str())
        .fetch_one(&self.readers)
        .await?)
    }

    async fn access_epoch(&self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar("SELECT epoch FROM access_epoch")
            .fetch_one(&self.readers)
            .await?)
    }
}

/// Takes what is said of a person, whom we may know already, and the numbers (a JSON array) that they work with.
async fn put_operator(
    tx: &mut Tx<'_>,
    tenant: &TenantId,
    numbers: &str,
    new: NewOperator,
    at: i64,
) -> Result<OperatorRecord, StoreError> {
    let row = sqlx::query(
        "INSERT INTO operators (id, tenant_id, sub, name, email, role, created_at, seen_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7) ON CONFLICT (tenant_id, sub) DO UPDATE SET \
           name = coalesce(excluded.name, name), email = coalesce(excluded.email, email), role = excluded.role, \
           seen_at = max(seen_at, excluded.seen_at) \
         RETURNING id, name, email, role",
    )
    .bind(new.id.as_str())
    .bind(tenant.as_str())
    .bind(new.sub)
    .bind(new.name)
    .bind(new.email)
    .bind(new.role.as_str())
    .bind(at)
    .fetch_one(&mut *tx.connection)
    .await?;
    let operator = operator(&row, 0)?.ok_or(StoreError::NotFound)?;
    sqlx::query(
        "INSERT INTO operator_numbers (number_id, operator_id) SELECT value, ?2 FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING",
    )
    .bind(numbers)
    .bind(operator.id.as_str())
    .execute(&mut *tx.connection)
    .await?;
    Ok(operator)
}

/// An operator, whose columns begin here, if there is one.
fn operator(row: &SqliteRow, first: usize) -> Result<Option<OperatorRecord>, StoreError> {
    let Some(found) = row.try_get::<Option<String>, _>(first)? else {
        return Ok(None);
    };
    Ok(Some(OperatorRecord {
        id: id(found)?,
        name: row.try_get(first + 1)?,
        email: row.try_get(first + 2)?,
        role: role(row.try_get(first + 3)?)?,
    }))
}

pub(super) async fn inboxes_of_tenant(
    readers: &SqlitePool,
    tenant: &TenantId,
) -> Result<Vec<InboxRecord>, StoreError> {
    sqlx::query(inbox_query!("i.tenant_id = ?"))
        .bind(tenant.as_str())
        .fetch_all(readers)
        .await?
        .iter()
        .map(inbox)
        .collect()
}

fn inbox(row: &SqliteRow) -> Result<InboxRecord, StoreError> {
    Ok(InboxRecord {
        id: id(row.try_get(0)?)?,
        name: row.try_get(1)?,
        numbers: list(row.try_get(2)?)?,
        origins: list(row.try_get(3)?)?,
    })
}

fn grant(row: &SqliteRow) -> Result<KeyGrant, StoreError> {
    Ok(KeyGrant {
        id: id(row.try_get(0)?)?,
        tenant: id(row.try_get(1)?)?,
        bound_to: row.try_get::<Option<String>, _>(2)?.map(id).transpose()?,
        numbers: list(row.try_get(3)?)?,
    })
}

fn list<T: serde::de::DeserializeOwned>(json: &str) -> Result<Vec<T>, StoreError> {
    serde_json::from_str(json).map_err(|error| StoreError::Data(error.to_string()))
}

/// Columns of [`number`]; table `n`. The keys come as JSON, so that one query brings everything.
macro_rules! number_query {
    ($condition:literal) => {
        concat!(
            "SELECT n.id, n.name, n.phone, n.phone_number_id, n.refusal, n.created_at, n.updated_at, \
               (SELECT json_group_array(json_array(k.name, k.prefix, k.last4)) FROM api_keys k \
                 WHERE k.number_id = n.id AND k.revoked_at IS NULL), \
               n.health, \
               (SELECT json_group_array(json_array(a.code, a.sentence, a.last_at, a.reports)) FROM number_alerts a \
                 WHERE a.number_id = n.id), \
               n.provider, n.link_state, n.connected_at, n.pii_mode, n.pii_retention_days, n.settings, n.gateway_session \
             FROM numbers n WHERE n.deleted_at IS NULL AND ",
            $condition,
            " ORDER BY n.id"
        )
    };
}

pub(super) async fn numbers_of_tenant(
    readers: &SqlitePool,
    tenant: &TenantId,
) -> Result<Vec<NumberRecord>, StoreError> {
    sqlx::query(number_query!("n.tenant_id = ?"))
        .bind(tenant.as_str())
        .fetch_all(readers)
        .await?
        .iter()
        .map(number)
        .collect()
}

pub(super) async fn number_at_meta(
    readers: &SqlitePool,
    phone_number_id: &str,
) -> Result<Option<NumberRecord>, StoreError> {
    sqlx::query(number_query!("n.phone_number_id = ?"))
        .bind(phone_number_id)
        .fetch_optional(readers)
        .await?
        .map(|row| number(&row))
        .transpose()
}

/// A tenant's numbers, of those that are named (a JSON array).
pub const NUMBERS: &str =
    number_query!("n.tenant_id = ? AND n.id IN (SELECT value FROM json_each(?))");

pub(super) async fn numbers_of_scope<'e>(
    db: impl sqlx::SqliteExecutor<'e>,
    scope: &Scope,
) -> Result<Vec<NumberRecord>, StoreError> {
    sqlx::query(NUMBERS)
        .bind(scope.tenant().as_str())
        .bind(scope.numbers_json())
        .fetch_all(db)
        .await?
        .iter()
        .map(number)
        .collect()
}

fn number(row: &SqliteRow) -> Result<NumberRecord, StoreError> {
    let keys: Vec<(String, String, String)> = list(row.try_get(7)?)?;
    let created_at: i64 = row.try_get(5)?;
    let link_state = LinkState::parse(row.try_get(11)?)?;
    let connected_at: Option<i64> = row.try_get(12)?;
    Ok(NumberRecord {
        provider: Provider::parse(row.try_get(10)?)?,
        link_state,
        connected_at: connected_at.or((link_state == LinkState::Open).then_some(created_at)),
        pii: PiiMode::parse(row.try_get(13)?, row.try_get(14)?)?,
        settings: NumberSettings::parse(row.try_get(15)?)?,
        gateway_session: row.try_get(16)?,
        id: id(row.try_get(0)?)?,
        name: row.try_get(1)?,
        phone: row.try_get(2)?,
        phone_number_id: row.try_get(3)?,
        refusal: row.try_get(4)?,
        created_at,
        updated_at: row.try_get(6)?,
        keys: keys
            .into_iter()
            .map(|(name, prefix, last4)| KeyLabel {
                name,
                prefix,
                last4,
            })
            .collect(),
        health: part(row.try_get(8)?)?.unwrap_or_default(),
        alerts: alerts(row.try_get(9)?)?,
    })
}
