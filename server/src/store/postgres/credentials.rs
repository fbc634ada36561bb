//! Credentials in SQL.

use super::PostgresStore;
use super::transaction::{Tx, reading, transaction};
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
use sqlx::Row;
use sqlx::postgres::PgRow;

macro_rules! grant_query {
    ($condition:literal) => {
        concat!(
            "SELECT k.id, k.tenant_id, k.number_id, ARRAY(SELECT n.id FROM numbers n WHERE n.tenant_id = k.tenant_id \
                AND n.deleted_at IS NULL AND (k.number_id IS NULL OR n.id = k.number_id) ORDER BY n.id) \
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
               ARRAY(SELECT n.id FROM inbox_numbers m JOIN numbers n ON n.id = m.number_id \
                 WHERE m.inbox_id = i.id AND n.deleted_at IS NULL ORDER BY n.id), \
               ARRAY(SELECT o.origin FROM inbox_origins o WHERE o.inbox_id = i.id ORDER BY o.origin) \
             FROM inboxes i WHERE i.deleted_at IS NULL AND ",
            $condition,
            " ORDER BY i.id"
        )
    };
}

#[async_trait]
impl Credentials for PostgresStore {
    async fn api_key_by_hash(&self, hash: &[u8]) -> Result<Option<KeyGrant>, StoreError> {
        reading!(
            sqlx::query(grant_query!("k.hash = $1"))
                .bind(hash)
                .fetch_optional(&self.pool)
        )?
        .map(|row| grant(&row))
        .transpose()
    }

    async fn api_key_by_id(&self, id: &ApiKeyId) -> Result<Option<KeyGrant>, StoreError> {
        reading!(
            sqlx::query(grant_query!("k.id = $1"))
                .bind(id.as_str())
                .fetch_optional(&self.pool)
        )?
        .map(|row| grant(&row))
        .transpose()
    }

    async fn create_session(&self, scope: &Scope, session: NewSession) -> Result<(), StoreError> {
        transaction!(self, |tx| create_session(&mut tx, scope.tenant(), &session))
    }

    async fn embed_secrets(&self, tenant: &TenantId) -> Result<Option<EmbedSecrets>, StoreError> {
        reading!(
            sqlx::query(
                "SELECT embed_secret, previous_embed_secret FROM tenants WHERE id = $1 AND embed_secret IS NOT NULL",
            )
            .bind(tenant.as_str())
            .fetch_optional(&self.pool)
        )?
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
        reading!(
            sqlx::query(inbox_query!("i.tenant_id = $1 AND i.id = $2"))
                .bind(tenant.as_str())
                .bind(inbox.as_str())
                .fetch_optional(&self.pool)
        )?
        .map(|row| self::inbox(&row))
        .transpose()
    }

    async fn create_operator_session(
        &self,
        scope: &Scope,
        session: NewOperatorSession,
    ) -> Result<OperatorRecord, StoreError> {
        transaction!(self, |tx| create_operator_session(&mut tx, scope, &session))
    }

    async fn inbox_names_origin(&self, origin: &str) -> Result<bool, StoreError> {
        reading!(
            sqlx::query_scalar(
                "SELECT EXISTS (SELECT 1 FROM inbox_origins o JOIN inboxes i ON i.id = o.inbox_id \
                  WHERE o.origin = $1 AND i.deleted_at IS NULL AND EXISTS (SELECT 1 FROM inbox_numbers m \
                        JOIN numbers n ON n.id = m.number_id WHERE m.inbox_id = i.id AND n.deleted_at IS NULL))",
            )
            .bind(origin)
            .fetch_one(&self.pool)
        )
    }

    async fn live_session(
        &self,
        tenant: &TenantId,
        id: &SessionId,
        now: i64,
    ) -> Result<Option<SessionRecord>, StoreError> {
        reading!(
            sqlx::query(
                "SELECT ARRAY(SELECT n.id FROM numbers n WHERE n.tenant_id = s.tenant_id AND n.deleted_at IS NULL \
                          AND n.id = ANY(s.numbers) ORDER BY n.id), \
                        s.origins, s.ttl_ms, s.expires_at, s.ends_at, o.id, o.name, o.email, o.role, s.api_key_id IS NOT NULL \
                 FROM embed_sessions s LEFT JOIN api_keys k ON k.id = s.api_key_id LEFT JOIN inboxes i ON i.id = s.inbox_id \
                 LEFT JOIN operators o ON o.id = s.operator_id LEFT JOIN console_sessions c ON c.id = s.console_session_id \
             LEFT JOIN accounts a ON a.id = c.account_id \
                 WHERE s.id = $1 AND s.tenant_id = $2 AND s.expires_at > $3 AND s.revoked_at IS NULL AND k.revoked_at IS NULL \
                 AND i.deleted_at IS NULL AND c.revoked_at IS NULL AND a.disabled_at IS NULL",
            )
            .bind(id.as_str())
            .bind(tenant.as_str())
            .bind(now)
            .fetch_optional(&self.pool)
        )?
        .map(|row| {
            Ok(SessionRecord {
                numbers: numbers(&row, 0)?,
                origins: row.try_get(1)?,
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
        transaction!(self, |tx| extend_session(
            &mut tx,
            scope.tenant(),
            id,
            expires_at
        ))
    }

    async fn end_session(
        &self,
        scope: &Scope,
        bound_to: Option<&NumberId>,
        id: &SessionId,
    ) -> Result<(), StoreError> {
        transaction!(self, |tx| end_session(&mut tx, scope, bound_to, id))
    }

    async fn origin_live_until(&self, origin: &str, now: i64) -> Result<Option<i64>, StoreError> {
        reading!(
            sqlx::query_scalar(
                "SELECT o.expires_at FROM embed_session_origins o JOIN embed_sessions s ON s.id = o.session_id \
                 JOIN api_keys k ON k.id = s.api_key_id \
                 WHERE o.origin = $1 AND o.expires_at > $2 AND s.revoked_at IS NULL AND k.revoked_at IS NULL \
                 AND EXISTS (SELECT 1 FROM numbers n WHERE n.tenant_id = s.tenant_id AND n.deleted_at IS NULL \
                              AND n.id = ANY(s.numbers)) \
                 ORDER BY o.expires_at DESC LIMIT 1",
            )
            .bind(origin)
            .bind(now)
            .fetch_optional(&self.pool)
        )
    }

    async fn has_number(&self, tenant: &TenantId, number: &NumberId) -> Result<bool, StoreError> {
        reading!(
            sqlx::query_scalar(
                "SELECT EXISTS (SELECT 1 FROM numbers WHERE id = $1 AND tenant_id = $2 AND deleted_at IS NULL)",
            )
            .bind(number.as_str())
            .bind(tenant.as_str())
            .fetch_one(&self.pool)
        )
    }

    async fn access_epoch(&self) -> Result<i64, StoreError> {
        reading!(sqlx::query_scalar("SELECT epoch FROM access_epoch").fetch_one(&self.pool))
    }
}

async fn create_session(
    tx: &mut Tx,
    tenant: &TenantId,
    session: &NewSession,
) -> Result<(), StoreError> {
    let numbers: Vec<&str> = session.numbers.iter().map(NumberId::as_str).collect();
    let operator = match &session.operator {
        Some(new) => {
            let at = session.created_at;
            Some(put_operator(tx, tenant, &numbers, new, at).await?.id)
        }
        None => None,
    };
    sqlx::query(
        "INSERT INTO embed_sessions (id, tenant_id, api_key_id, surface, numbers, origins, branding, ttl_ms, created_at, \
                expires_at, ends_at, operator_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (id) DO NOTHING",
    )
    .bind(session.id.as_str())
    .bind(tenant.as_str())
    .bind(session.api_key_id.as_str())
    .bind(session.surface.as_str())
    .bind(numbers)
    .bind(&session.origins)
    .bind(&session.branding)
    .bind(session.ttl_ms)
    .bind(session.created_at)
    .bind(session.expires_at)
    .bind(session.ends_at)
    .bind(operator.as_ref().map(OperatorId::as_str))
    .execute(tx.connection())
    .await?;
    sqlx::query(
        "INSERT INTO embed_session_origins (origin, session_id, expires_at) \
         SELECT DISTINCT origin, $2, $3::bigint FROM unnest($1::text[]) origin ON CONFLICT DO NOTHING",
    )
    .bind(&session.origins)
    .bind(session.id.as_str())
    .bind(session.expires_at)
    .execute(tx.connection())
    .await?;
    Ok(())
}

async fn extend_session(
    tx: &mut Tx,
    tenant: &TenantId,
    id: &SessionId,
    expires_at: i64,
) -> Result<bool, StoreError> {
    let changed = sqlx::query(
        "UPDATE embed_sessions SET expires_at = greatest(expires_at, $1) WHERE id = $2 AND tenant_id = $3 \
         AND revoked_at IS NULL AND ends_at >= $1",
    )
    .bind(expires_at)
    .bind(id.as_str())
    .bind(tenant.as_str())
    .execute(tx.connection())
    .await?;
    sqlx::query(
        "UPDATE embed_session_origins SET expires_at = greatest(expires_at, $1) WHERE session_id = $2",
    )
    .bind(expires_at)
    .bind(id.as_str())
    .execute(tx.connection())
    .await?;
    Ok(changed.rows_affected() > 0)
}

async fn create_operator_session(
    tx: &mut Tx,
    scope: &Scope,
    session: &NewOperatorSession,
) -> Result<OperatorRecord, StoreError> {
    let operator = {
        let numbers = number_list(scope);
        let at = session.created_at;
        put_operator(tx, scope.tenant(), &numbers, &session.operator, at).await?
    };
    sqlx::query(
        "INSERT INTO embed_sessions (id, tenant_id, surface, numbers, origins, ttl_ms, created_at, expires_at, ends_at, inbox_id, \
                operator_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING",
    )
    .bind(session.id.as_str())
    .bind(scope.tenant().as_str())
    .bind(Surface::Chat.as_str())
    .bind(number_list(scope))
    .bind(&session.origins)
    .bind(session.ttl_ms)
    .bind(session.created_at)
    .bind(session.expires_at)
    .bind(session.ends_at)
    .bind(session.inbox.as_str())
    .bind(operator.id.as_str())
    .execute(tx.connection())
    .await?;
    Ok(operator)
}

async fn end_session(
    tx: &mut Tx,
    scope: &Scope,
    bound_to: Option<&NumberId>,
    id: &SessionId,
) -> Result<(), StoreError> {
    let revoked_at: Option<i64> = sqlx::query_scalar(
        "SELECT revoked_at FROM embed_sessions WHERE id = $1 AND tenant_id = $2 AND ($3::text IS NULL OR numbers = ARRAY[$3::text]) \
         FOR UPDATE",
    )
    .bind(id.as_str())
    .bind(scope.tenant().as_str())
    .bind(bound_to.map(NumberId::as_str))
    .fetch_optional(tx.connection())
    .await?
    .ok_or(StoreError::NotFound)?;
    if revoked_at.is_some() {
        return Ok(());
    }
    sqlx::query("UPDATE embed_sessions SET revoked_at = $1 WHERE id = $2")
        .bind(now_ms())
        .bind(id.as_str())
        .execute(tx.connection())
        .await?;
    tx.access_changed().await
}

/// Takes what is said of a person, whom we may know already, and the numbers that they work with.
async fn put_operator(
    tx: &mut Tx,
    tenant: &TenantId,
    numbers: &[&str],
    new: &NewOperator,
    at: i64,
) -> Result<OperatorRecord, StoreError> {
    let row = sqlx::query(
        "INSERT INTO operators AS o (id, tenant_id, sub, name, email, role, created_at, seen_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT (tenant_id, sub) DO UPDATE SET \
           name = coalesce(excluded.name, o.name), email = coalesce(excluded.email, o.email), role = excluded.role, \
           seen_at = greatest(o.seen_at, excluded.seen_at) \
         RETURNING id, name, email, role",
    )
    .bind(new.id.as_str())
    .bind(tenant.as_str())
    .bind(&new.sub)
    .bind(&new.name)
    .bind(&new.email)
    .bind(new.role.as_str())
    .bind(at)
    .fetch_one(tx.connection())
    .await?;
    let operator = operator(&row, 0)?.ok_or(StoreError::NotFound)?;
    sqlx::query(
        "INSERT INTO operator_numbers (number_id, operator_id) SELECT DISTINCT number, $2 FROM unnest($1::text[]) number \
         ON CONFLICT DO NOTHING",
    )
    .bind(numbers)
    .bind(operator.id.as_str())
    .execute(tx.connection())
    .await?;
    Ok(operator)
}

/// An operator, whose columns begin here, if there is one.
fn operator(row: &PgRow, first: usize) -> Result<Option<OperatorRecord>, StoreError> {
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

pub(super) async fn inboxes_of_tenant<'e>(
    db: impl sqlx::PgExecutor<'e>,
    tenant: &TenantId,
) -> Result<Vec<InboxRecord>, StoreError> {
    sqlx::query(inbox_query!("i.tenant_id = $1"))
        .bind(tenant.as_str())
        .fetch_all(db)
        .await?
        .iter()
        .map(inbox)
        .collect()
}

fn inbox(row: &PgRow) -> Result<InboxRecord, StoreError> {
    Ok(InboxRecord {
        id: id(row.try_get(0)?)?,
        name: row.try_get(1)?,
        numbers: numbers(row, 2)?,
        origins: row.try_get(3)?,
    })
}

fn grant(row: &PgRow) -> Result<KeyGrant, StoreError> {
    Ok(KeyGrant {
        id: id(row.try_get(0)?)?,
        tenant: id(row.try_get(1)?)?,
        bound_to: row.try_get::<Option<String>, _>(2)?.map(id).transpose()?,
        numbers: numbers(row, 3)?,
    })
}

fn numbers(row: &PgRow, column: usize) -> Result<Vec<NumberId>, StoreError> {
    row.try_get::<Vec<String>, _>(column)?
        .into_iter()
        .map(id)
        .collect()
}

/// Columns of [`number`]; table `n`. The keys come as JSON, so that one query brings everything.
macro_rules! number_query {
    ($condition:literal) => {
        concat!(
            "SELECT n.id, n.name, n.phone, n.phone_number_id, n.refusal, n.created_at, n.updated_at, \
               (SELECT coalesce(json_agg(json_build_array(k.name, k.prefix, k.last4) ORDER BY k.id), '[]')::text FROM api_keys k \
                 WHERE k.number_id = n.id AND k.revoked_at IS NULL), \
               n.health, \
               (SELECT coalesce(json_agg(json_build_array(a.code, a.sentence, a.last_at, a.reports) ORDER BY a.code), '[]')::text \
                  FROM number_alerts a WHERE a.number_id = n.id), \
               n.provider, n.link_state, n.connected_at, n.pii_mode, n.pii_retention_days, n.settings, n.gateway_session \
             FROM numbers n WHERE n.deleted_at IS NULL AND ",
            $condition,
            " ORDER BY n.id"
        )
    };
}

pub(super) async fn numbers_of_tenant<'e>(
    db: impl sqlx::PgExecutor<'e>,
    tenant: &TenantId,
) -> Result<Vec<NumberRecord>, StoreError> {
    sqlx::query(number_query!("n.tenant_id = $1"))
        .bind(tenant.as_str())
        .fetch_all(db)
        .await?
        .iter()
        .map(number)
        .collect()
}

pub(super) async fn number_at_meta<'e>(
    db: impl sqlx::PgExecutor<'e>,
    phone_number_id: &str,
) -> Result<Option<NumberRecord>, StoreError> {
    sqlx::query(number_query!("n.phone_number_id = $1"))
        .bind(phone_number_id)
        .fetch_optional(db)
        .await?
        .map(|row| number(&row))
        .transpose()
}

/// A tenant's numbers, of those that are named (an array).
pub const NUMBERS: &str = number_query!("n.tenant_id = $1 AND n.id = ANY($2)");

pub(super) async fn numbers_of_scope<'e>(
    db: impl sqlx::PgExecutor<'e>,
    scope: &Scope,
) -> Result<Vec<NumberRecord>, StoreError> {
    sqlx::query(NUMBERS)
        .bind(scope.tenant().as_str())
        .bind(number_list(scope))
        .fetch_all(db)
        .await?
        .iter()
        .map(number)
        .collect()
}

/// The scope's numbers as a parameter.
pub(super) fn number_list(scope: &Scope) -> Vec<&str> {
    scope.numbers().iter().map(NumberId::as_str).collect()
}

fn number(row: &PgRow) -> Result<NumberRecord, StoreError> {
    let keys: Vec<(String, String, String)> = serde_json::from_str(row.try_get(7)?)
        .map_err(|error| StoreError::Data(error.to_string()))?;
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
