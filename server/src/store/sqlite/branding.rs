//! Branding in SQL.

use super::SqliteStore;
use crate::access::{Actor, Scope};
use crate::store::words::id;
use crate::store::{Brandings, OriginBranding, StoreError};
use async_trait::async_trait;
use sqlx::Row;

#[async_trait]
impl Brandings for SqliteStore {
    async fn branding(&self, scope: &Scope) -> Result<Option<String>, StoreError> {
        Ok(
            sqlx::query_scalar("SELECT fields FROM branding WHERE tenant_id = ?")
                .bind(scope.tenant().as_str())
                .fetch_optional(&self.readers)
                .await?,
        )
    }

    async fn update_branding(&self, scope: &Scope, update: &str) -> Result<String, StoreError> {
        let (tenant, update) = (scope.tenant().clone(), update.to_owned());
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    Ok(sqlx::query_scalar(
                        "INSERT INTO branding (tenant_id, fields) VALUES (?1, json_patch('{}', ?2)) \
                         ON CONFLICT (tenant_id) DO UPDATE SET fields = json_patch(branding.fields, ?2) RETURNING fields",
                    )
                    .bind(tenant.as_str())
                    .bind(update.as_str())
                    .fetch_one(&mut *tx.connection)
                    .await?)
                })
            })
            .await
    }

    async fn session_branding(
        &self,
        scope: &Scope,
    ) -> Result<(Option<String>, Option<String>), StoreError> {
        let session = match scope.actor() {
            Actor::Session(session) => Some(session.as_str()),
            Actor::ApiKey(_) | Actor::Account(_) | Actor::Address => None,
        };
        Ok(sqlx::query_as(
            "SELECT (SELECT fields FROM branding WHERE tenant_id = ?1), \
                    (SELECT branding FROM embed_sessions WHERE id = ?2 AND tenant_id = ?1)",
        )
        .bind(scope.tenant().as_str())
        .bind(session)
        .fetch_one(&self.readers)
        .await?)
    }

    async fn brandings_of_origin(
        &self,
        origin: &str,
        now: i64,
        limit: u32,
    ) -> Result<Vec<OriginBranding>, StoreError> {
        sqlx::query(
            "SELECT DISTINCT s.tenant_id, b.fields, s.branding FROM embed_session_origins o \
             JOIN embed_sessions s ON s.id = o.session_id JOIN api_keys k ON k.id = s.api_key_id \
             LEFT JOIN branding b ON b.tenant_id = s.tenant_id \
             WHERE o.origin = ? AND o.expires_at > ? AND s.revoked_at IS NULL AND k.revoked_at IS NULL LIMIT ?",
        )
        .bind(origin)
        .bind(now)
        .bind(limit)
        .fetch_all(&self.readers)
        .await?
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
