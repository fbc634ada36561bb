//! Details of conversations in SQL.

use super::SqliteStore;
use super::conversations::find;
use super::rows;
use super::workflow::apply;
use super::writer::Tx;
use crate::access::Scope;
use crate::store::pages::Wanted;
use crate::store::rows::{conversation_columns, message_columns};
use crate::store::rules::changes_contact;
use crate::store::{Details, KnownOfContact, OTHERS_SHOWN, OperatorRecord, StoreError};
use crate::workflow::Act;
use app::conversations::Conversation;
use app::conversations::details::{ContactDetails, ContactField, Shelf};
use app::ids::ConversationId;
use app::messages::MessagePage;
use app::paging::PageRequest;
use async_trait::async_trait;
use sqlx::SqliteConnection;

#[async_trait]
impl Details for SqliteStore {
    async fn contact_details(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
    ) -> Result<ContactDetails, StoreError> {
        // One read transaction: row and fields are of the same moment.
        let mut snapshot = self.readers.begin().await?;
        let row = find(&mut snapshot, scope, conversation).await?;
        let details = details(&mut snapshot, scope, row).await?;
        snapshot.commit().await?;
        Ok(details)
    }

    async fn change_contact(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
        seen: Option<i64>,
        wanted: &KnownOfContact,
    ) -> Result<ContactDetails, StoreError> {
        let (scope, conversation, wanted) = (scope.clone(), conversation.clone(), wanted.clone());
        self.writer
            .run(move |tx| {
                Box::pin(async move { change(tx, &scope, &conversation, seen, &wanted).await })
            })
            .await
    }

    async fn shelf(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
        sort: Shelf,
        page: &PageRequest,
    ) -> Result<MessagePage, StoreError> {
        let mut reader = self.readers.acquire().await?;
        find(&mut reader, scope, conversation).await?;
        let wanted = Wanted::of(page)?;
        let found = sqlx::query(shelf_queries(sort)[usize::from(wanted.towards_newer)])
            .bind(conversation.as_str())
            .bind(wanted.at)
            .bind(wanted.id)
            .bind(wanted.limit)
            .fetch_all(&mut *reader)
            .await?;
        let items = found.iter().map(rows::message).collect::<Result<_, _>>()?;
        Ok(wanted.messages(items))
    }
}

/// Each sort has an index that has it in order, so a page costs the same however long the conversation is.
macro_rules! shelf_query {
    ($index:literal, $condition:literal, $comparison:literal, $order:literal) => {
        concat!(
            "SELECT ",
            message_columns!(),
            " FROM messages m INDEXED BY ",
            $index,
            " WHERE m.conversation_id = ?1 AND ",
            $condition,
            " AND (m.second, m.id) ",
            $comparison,
            " (?2, ?3) ORDER BY m.second ",
            $order,
            ", m.id ",
            $order,
            " LIMIT ?4"
        )
    };
}

/// Both directions.
macro_rules! shelf_queries {
    ($index:literal, $condition:literal) => {
        [
            shelf_query!($index, $condition, "<", "DESC"),
            shelf_query!($index, $condition, ">", "ASC"),
        ]
    };
}

/// What reads a shelf, towards older messages and towards newer ones. Tests look at how these are carried out.
pub const fn shelf_queries(shelf: Shelf) -> [&'static str; 2] {
    match shelf {
        Shelf::Media => shelf_queries!(
            "messages_media",
            "m.kind IN ('image', 'video') AND m.revoked_at IS NULL"
        ),
        Shelf::Files => shelf_queries!(
            "messages_files",
            "m.kind = 'document' AND m.revoked_at IS NULL"
        ),
        Shelf::Activity => shelf_queries!("messages_activity", "m.kind = 'activity'"),
    }
}

/// The person's other conversations. A person is a contact of its own in each account, known by the phone.
pub const OTHERS_QUERY: &str = concat!(
    "SELECT ",
    conversation_columns!(),
    " FROM (SELECT contact_id AS id FROM conversations WHERE id = ?1 \
            UNION SELECT x.id FROM conversations k CROSS JOIN contacts o ON o.id = k.contact_id \
                  CROSS JOIN contacts x INDEXED BY contacts_by_phone_alone ON x.tenant_id = o.tenant_id AND x.phone = o.phone WHERE k.id = ?1) who \
     CROSS JOIN conversations c INDEXED BY conversations_by_contact_alone ON c.contact_id = who.id CROSS JOIN contacts p ON p.id = c.contact_id \
     WHERE c.id <> ?1 AND c.tenant_id = ?2 AND c.number_id IN (SELECT value FROM json_each(?3)) \
     ORDER BY c.last_message_at DESC, c.id DESC LIMIT ?4"
);

async fn details(
    db: &mut SqliteConnection,
    scope: &Scope,
    conversation: Conversation,
) -> Result<ContactDetails, StoreError> {
    let fields = fields(db, &conversation.id).await?;
    let others = sqlx::query(OTHERS_QUERY)
        .bind(conversation.id.as_str())
        .bind(scope.tenant().as_str())
        .bind(scope.numbers_json())
        .bind(OTHERS_SHOWN)
        .fetch_all(db)
        .await?
        .iter()
        .map(rows::conversation)
        .collect::<Result<_, _>>()?;
    Ok(ContactDetails {
        conversation,
        fields,
        others,
    })
}

async fn fields(
    db: &mut SqliteConnection,
    conversation: &ConversationId,
) -> Result<Vec<ContactField>, StoreError> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT name, value FROM contact_fields WHERE conversation_id = ? ORDER BY place, name",
    )
    .bind(conversation.as_str())
    .fetch_all(db)
    .await?;
    let field = |(name, value)| ContactField { name, value };
    Ok(rows.into_iter().map(field).collect())
}

async fn change(
    tx: &mut Tx<'_>,
    scope: &Scope,
    conversation: &ConversationId,
    seen: Option<i64>,
    wanted: &KnownOfContact,
) -> Result<ContactDetails, StoreError> {
    let mut row = find(tx.connection, scope, conversation).await?;
    let known = fields(tx.connection, conversation).await?;
    if changes_contact(&row, &known, seen, wanted)? {
        let by = scope.operator().map(OperatorRecord::shown);
        let name = Act::Name(wanted.name.clone());
        row = apply(tx, scope.tenant(), row, &name, by.as_ref()).await?;
        if known != wanted.fields {
            put_fields(tx.connection, conversation, &wanted.fields).await?;
            row = apply(tx, scope.tenant(), row, &Act::Fields, by.as_ref()).await?;
        }
    }
    details(tx.connection, scope, row).await
}

async fn put_fields(
    db: &mut SqliteConnection,
    conversation: &ConversationId,
    wanted: &[ContactField],
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM contact_fields WHERE conversation_id = ?")
        .bind(conversation.as_str())
        .execute(&mut *db)
        .await?;
    sqlx::query(
        "INSERT INTO contact_fields (conversation_id, name, value, place) \
         SELECT ?1, value ->> 'name', value ->> 'value', key FROM json_each(?2)",
    )
    .bind(conversation.as_str())
    .bind(serde_json::json!(wanted).to_string())
    .execute(db)
    .await?;
    Ok(())
}
