//! Branding in SQL.

use super::PostgresStore;
use super::transaction::{Tx, reading, transaction};
use crate::access::{Actor, Scope};
use crate::store::words::id;
use crate::store::{Brandings, OriginBranding, StoreError};
use app::ids::TenantId;
use async_trait::async_trait;
use sqlx::Row;

#[async_trait]
impl Brandings for PostgresStore {
    async fn branding(&self, scope: &Scope) -> Result<Option<String>, StoreError> {
        reading!(
            sqlx::query_scalar("SELECT fields FROM branding WHERE tenant_id = $1")
                .bind(scope.tenant().as_str())
                .fetch_optional(&self.pool)
        )
    }

    async fn update_branding(&self, scope: &Scope, update: &str) -> Result<String, StoreError> {
        transaction!(self, |tx| merge(&mut tx, scope.tenant(), update))
    }

    async fn session_branding(
        &self,
        scope: &Scope,
    ) -> Result<(Option<String>, Option<String>), StoreError> {
        let session = match scope.actor() {
            Actor::Session(session) => Some(session.as_str()),
            Actor::ApiKey(_) | Actor::Account(_) | Actor::Address => None,
        };
        reading!(
            sqlx::query_as(
                "SELECT (SELECT fields FROM branding WHERE tenant_id = $1), \
                        (SELECT branding FROM embed_sessions WHERE id = $2 AND tenant_id = $1)",
            )
            .bind(scope.tenant().as_str())
            .bind(session)
            .fetch_one(&self.pool)
        )
    }

    async fn brandings_of_origin(
        &self,
        origin: &str,
        now: i64,
        limit: u32,
    ) -> Result<Vec<OriginBranding>, StoreError> {
        reading!(
            sqlx::query(
                "SELECT DISTINCT s.tenant_id, b.fields, s.branding FROM embed_session_origins o \
                 JOIN embed_sessions s ON s.id = o.session_id JOIN api_keys k ON k.id = s.api_key_id \
                 LEFT JOIN branding b ON b.tenant_id = s.tenant_id \
                 WHERE o.origin = $1 AND o.expires_at > $2 AND s.revoked_at IS NULL AND k.revoked_at IS NULL LIMIT $3",
            )
            .bind(origin)
            .bind(now)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
        )?
        .iter()
        .map(|row| {
            Ok(OriginBranding {
                tenant: id(row.try_get(0)?)?,
                own: row.try_get(1)?,
                of_session: row.try_get(2)?,
            })
        })
        .collect()
    }
}

async fn merge(tx: &mut Tx, tenant: &TenantId, update: &str) -> Result<String, StoreError> {
    Ok(sqlx::query_scalar(
        "INSERT INTO branding (tenant_id, fields) VALUES ($1, jsonb_strip_nulls($2::text::jsonb)::text) \
         ON CONFLICT (tenant_id) DO UPDATE SET fields = jsonb_strip_nulls(branding.fields::jsonb || $2::text::jsonb)::text \
         RETURNING fields",
    )
    .bind(tenant.as_str())
    .bind(update)
    .fetch_one(tx.connection())
    .await?)
}
