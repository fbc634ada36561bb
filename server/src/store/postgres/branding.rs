//! Branding in SQL.

use super::PostgresStore;
use super::transaction::{Tx, reading, transaction};
use crate::access::Scope;
use crate::store::{Brandings, StoreError};
use app::ids::TenantId;
use async_trait::async_trait;

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
