//! Templates in SQL.

use super::SqliteStore;

use crate::access::Scope;
use crate::store::words::id;
use crate::store::{Account, StoreError, Templates};
use app::ids::{ConversationId, NumberId};
use app::templates::MessageTemplate;
use async_trait::async_trait;
use serde_json::json;
use sqlx::{Row, SqliteConnection};

#[async_trait]
impl Templates for SqliteStore {
    async fn templates(
        &self,
        scope: &Scope,
        number: &NumberId,
    ) -> Result<Vec<MessageTemplate>, StoreError> {
        if !scope.allows(number) {
            return Err(StoreError::NotFound);
        }
        let found: Vec<String> = sqlx::query_scalar(
            "SELECT definition FROM templates WHERE number_id = ?1 ORDER BY name, language",
        )
        .bind(number.as_str())
        .fetch_all(&self.readers)
        .await?;
        found.iter().map(|json| read(json)).collect()
    }

    async fn template(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
        name: &str,
        language: &str,
    ) -> Result<Option<MessageTemplate>, StoreError> {
        let mut reader = self.readers.acquire().await?;
        super::conversations::find(&mut reader, scope, conversation).await?;
        drop(reader);
        let found: Option<String> = sqlx::query_scalar(
                "SELECT t.definition FROM templates t JOIN conversations c ON c.number_id = t.number_id \
                 WHERE c.id = ?1 AND t.name = ?2 AND t.language = ?3",
            )
            .bind(conversation.as_str())
            .bind(name)
            .bind(language)
            .fetch_optional(&self.readers).await?;
        found.as_deref().map(read).transpose()
    }

    async fn accounts_with_old_templates(
        &self,
        now: i64,
        next: i64,
    ) -> Result<Vec<Account>, StoreError> {
        self.writer
            .run(move |tx| Box::pin(async move { old(tx.connection, now, next).await }))
            .await
    }

    async fn put_templates(
        &self,
        number: &NumberId,
        templates: Vec<MessageTemplate>,
        next: i64,
    ) -> Result<(), StoreError> {
        let number = number.clone();
        self.writer
            .run(move |tx| {
                Box::pin(async move { put(tx.connection, &number, &templates, next).await })
            })
            .await
    }

    async fn templates_changed(&self, accounts: &[String]) -> Result<(), StoreError> {
        let accounts = accounts.to_vec();
        self.writer
            .run(move |tx| Box::pin(async move { changed(tx.connection, &accounts).await }))
            .await
    }
}

fn read(json: &str) -> Result<MessageTemplate, StoreError> {
    serde_json::from_str(json).map_err(|error| StoreError::Data(error.to_string()))
}

/// The account of a number is known by who wrote to it.
async fn old(db: &mut SqliteConnection, now: i64, next: i64) -> Result<Vec<Account>, StoreError> {
    sqlx::query(
        "UPDATE numbers SET templates_due_at = ?1 WHERE coalesce(templates_due_at, 0) <= ?2 AND deleted_at IS NULL \
           AND refusal IS NULL AND EXISTS (SELECT 1 FROM conversations c WHERE c.number_id = numbers.id) \
         RETURNING id, access_token, graph_base_url, \
           (SELECT p.waba_id FROM conversations c JOIN contacts p ON p.id = c.contact_id WHERE c.number_id = numbers.id LIMIT 1)",
    )
    .bind(next)
    .bind(now)
    .fetch_all(db)
    .await?
    .iter()
    .map(|row| {
        Ok(Account {
            number: id(row.try_get(0)?)?,
            access_token: row.try_get(1)?,
            graph_base_url: row.try_get(2)?,
            waba_id: row.try_get(3)?,
        })
    })
    .collect()
}

async fn put(
    db: &mut SqliteConnection,
    number: &NumberId,
    templates: &[MessageTemplate],
    next: i64,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM templates WHERE number_id = ?1")
        .bind(number.as_str())
        .execute(&mut *db)
        .await?;
    for template in templates {
        let definition =
            serde_json::to_string(template).map_err(|error| StoreError::Data(error.to_string()))?;
        sqlx::query(
            "INSERT INTO templates (number_id, name, language, definition) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
        )
        .bind(number.as_str())
        .bind(template.name.as_str())
        .bind(template.language.as_str())
        .bind(definition)
        .execute(&mut *db)
        .await?;
    }
    sqlx::query("UPDATE numbers SET templates_due_at = ?1 WHERE id = ?2")
        .bind(next)
        .bind(number.as_str())
        .execute(db)
        .await?;
    Ok(())
}

async fn changed(db: &mut SqliteConnection, accounts: &[String]) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE numbers SET templates_due_at = 0 WHERE id IN (SELECT c.number_id FROM contacts p \
           JOIN conversations c ON c.contact_id = p.id WHERE p.waba_id IN (SELECT value FROM json_each(?1)))",
    )
    .bind(json!(accounts).to_string())
    .execute(db)
    .await?;
    Ok(())
}
