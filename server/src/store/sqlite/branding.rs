//! Branding in SQL.

use super::SqliteStore;
use crate::access::Scope;
use crate::store::{Brandings, StoreError};
use async_trait::async_trait;

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
}
