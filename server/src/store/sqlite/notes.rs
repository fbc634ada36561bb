//! Notes in SQL.

use super::SqliteStore;
use super::conversations::find;
use super::messages::{by_client_id, log_message};
use super::workflow::{operator_by_id, put_internal, works_with};
use super::writer::Tx;
use crate::access::Scope;
use crate::clock::now_ms;
use crate::notes::NewNote;
use crate::store::rules::same_note;
use crate::store::{Notes, OperatorRecord, StoreError};
use app::ids::{ClientId, ConversationId};
use app::messages::Message;
use async_trait::async_trait;

#[async_trait]
impl Notes for SqliteStore {
    async fn write_note(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
        client_id: &ClientId,
        note: &NewNote,
    ) -> Result<Message, StoreError> {
        let (scope, conversation) = (scope.clone(), conversation.clone());
        let (client_id, note) = (client_id.clone(), note.clone());
        self.writer
            .run(move |tx| {
                Box::pin(async move { write(tx, &scope, &conversation, &client_id, &note).await })
            })
            .await
    }
}

async fn write(
    tx: &mut Tx<'_>,
    scope: &Scope,
    conversation: &ConversationId,
    client_id: &ClientId,
    note: &NewNote,
) -> Result<Message, StoreError> {
    let mut row = find(tx.connection, scope, conversation).await?;
    if let Some(known) = by_client_id(tx.connection, &row.id, client_id).await? {
        return same_note(known, note);
    }
    let mut mentions = Vec::with_capacity(note.mentions().len());
    for id in note.mentions() {
        works_with(tx.connection, id, &row.number_id).await?;
        mentions.push(operator_by_id(tx.connection, scope, id).await?);
    }
    row.seq = tx.take_seqs(scope.tenant(), 1).await?;
    sqlx::query("UPDATE conversations SET seq = ? WHERE id = ?")
        .bind(row.seq)
        .bind(row.id.as_str())
        .execute(&mut *tx.connection)
        .await?;
    let author = scope.operator().map(OperatorRecord::shown);
    let message = note.message(&row, client_id, author, mentions, now_ms());
    put_internal(tx.connection, scope.tenant(), &row.number_id, &message).await?;
    log_message(tx, scope.tenant(), row, &message, None).await?;
    Ok(message)
}
