//! Details of conversations in SQL.

use super::PostgresStore;
use super::conversations::{SNAPSHOT, find};
use super::credentials::number_list;
use super::rows;
use super::transaction::{Tx, begin, reading, transaction};
use super::workflow::apply;
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
use sqlx::postgres::PgConnection;

#[async_trait]
impl Details for PostgresStore {
    async fn contact_details(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
    ) -> Result<ContactDetails, StoreError> {
        reading!(self.details_of(scope, conversation))
    }

    async fn change_contact(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
        seen: Option<i64>,
        wanted: &KnownOfContact,
    ) -> Result<ContactDetails, StoreError> {
        transaction!(self, |tx| change(
            &mut tx,
            scope,
            conversation,
            seen,
            wanted
        ))
    }

    async fn shelf(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
        sort: Shelf,
        page: &PageRequest,
    ) -> Result<MessagePage, StoreError> {
        let wanted = Wanted::of(page)?;
        let found = reading!(async {
            let mut reader = self.pool.acquire().await?;
            find(&mut reader, scope, conversation).await?;
            sqlx::query(shelf_queries(sort)[usize::from(wanted.towards_newer)])
                .bind(conversation.as_str())
                .bind(wanted.at)
                .bind(wanted.id)
                .bind(i64::from(wanted.limit))
                .fetch_all(&mut *reader)
                .await
                .map_err(StoreError::from)
        })?;
        let items = found.iter().map(rows::message).collect::<Result<_, _>>()?;
        Ok(wanted.messages(items))
    }
}

impl PostgresStore {
    /// Of one moment.
    async fn details_of(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
    ) -> Result<ContactDetails, StoreError> {
        let mut snapshot = begin(&self.pool, SNAPSHOT).await?;
        let row = find(&mut snapshot, scope, conversation).await?;
        let details = details(&mut snapshot, scope, row).await?;
        snapshot.commit().await?;
        Ok(details)
    }
}

/// Each sort has an index that has it in order, so a page costs the same however long the conversation is.
macro_rules! shelf_query {
    ($condition:literal, $comparison:literal, $order:literal) => {
        concat!(
            "SELECT ",
            message_columns!(),
            " FROM messages m WHERE m.conversation_id = $1 AND ",
            $condition,
            " AND (m.second, m.id) ",
            $comparison,
            " ($2, $3) ORDER BY m.second ",
            $order,
            ", m.id ",
            $order,
            " LIMIT $4"
        )
    };
}

/// Both directions.
macro_rules! shelf_queries {
    ($condition:literal) => {
        [
            shelf_query!($condition, "<", "DESC"),
            shelf_query!($condition, ">", "ASC"),
        ]
    };
}

/// What reads a shelf, towards older messages and towards newer ones. Tests look at how these are carried out.
pub const fn shelf_queries(shelf: Shelf) -> [&'static str; 2] {
    match shelf {
        Shelf::Media => shelf_queries!("m.kind IN ('image', 'video') AND m.revoked_at IS NULL"),
        Shelf::Files => shelf_queries!("m.kind = 'document' AND m.revoked_at IS NULL"),
        Shelf::Activity => shelf_queries!("m.kind = 'activity'"),
    }
}

/// The person's other conversations. A person is a contact of its own in each account, known by the phone.
pub const OTHERS_QUERY: &str = concat!(
    "SELECT ",
    conversation_columns!(),
    " FROM (SELECT contact_id AS id FROM conversations WHERE id = $1 \
            UNION SELECT x.id FROM conversations k JOIN contacts o ON o.id = k.contact_id \
                  JOIN contacts x ON x.tenant_id = o.tenant_id AND x.phone = o.phone WHERE k.id = $1) who \
     JOIN conversations c ON c.contact_id = who.id JOIN contacts p ON p.id = c.contact_id \
     WHERE c.id <> $1 AND c.tenant_id = $2 AND c.number_id = ANY ($3) \
     ORDER BY c.last_message_at DESC, c.id DESC LIMIT $4"
);

async fn details(
    db: &mut PgConnection,
    scope: &Scope,
    conversation: Conversation,
) -> Result<ContactDetails, StoreError> {
    let fields = fields(db, &conversation.id).await?;
    let others = sqlx::query(OTHERS_QUERY)
        .bind(conversation.id.as_str())
        .bind(scope.tenant().as_str())
        .bind(number_list(scope))
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
    db: &mut PgConnection,
    conversation: &ConversationId,
) -> Result<Vec<ContactField>, StoreError> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT name, value FROM contact_fields WHERE conversation_id = $1 ORDER BY place, name",
    )
    .bind(conversation.as_str())
    .fetch_all(db)
    .await?;
    let field = |(name, value)| ContactField { name, value };
    Ok(rows.into_iter().map(field).collect())
}

async fn change(
    tx: &mut Tx,
    scope: &Scope,
    conversation: &ConversationId,
    seen: Option<i64>,
    wanted: &KnownOfContact,
) -> Result<ContactDetails, StoreError> {
    tx.lock(scope.tenant()).await?;
    let mut row = find(tx.connection(), scope, conversation).await?;
    let known = fields(tx.connection(), conversation).await?;
    if changes_contact(&row, &known, seen, wanted)? {
        let by = scope.operator().map(OperatorRecord::shown);
        let name = Act::Name(wanted.name.clone());
        row = apply(tx, scope.tenant(), row, &name, by.as_ref()).await?;
        if known != wanted.fields {
            put_fields(tx.connection(), conversation, &wanted.fields).await?;
            row = apply(tx, scope.tenant(), row, &Act::Fields, by.as_ref()).await?;
        }
    }
    details(tx.connection(), scope, row).await
}

async fn put_fields(
    db: &mut PgConnection,
    conversation: &ConversationId,
    wanted: &[ContactField],
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM contact_fields WHERE conversation_id = $1")
        .bind(conversation.as_str())
        .execute(&mut *db)
        .await?;
    let of =
        |read: fn(&ContactField) -> &String| -> Vec<&String> { wanted.iter().map(read).collect() };
    sqlx::query(
        "INSERT INTO contact_fields (conversation_id, name, value, place) \
         SELECT $1, f.name, f.value, f.place FROM unnest($2::text[], $3::text[]) WITH ORDINALITY f (name, value, place)",
    )
    .bind(conversation.as_str())
    .bind(of(|field| &field.name))
    .bind(of(|field| &field.value))
    .execute(db)
    .await?;
    Ok(())
}
