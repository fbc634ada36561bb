//! The routes, and what they answer: rows as they come.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use sqlx::{ColumnIndex, Decode, FromRow, Row, Type};

type Text = Option<String>;
/// A number with its keys.
pub type NumberRow = (
    String,
    String,
    String,
    String,
    Text,
    i64,
    i64,
    String,
    Text,
    String,
);
/// A line of the list: its columns, in their order (two tables have an `id`).
#[derive(Serialize)]
pub struct ConversationRow(
    (String, String, i64, i64, Option<i64>),
    (Text, Text, Text, Text, i64),
    (String, Text, Text, Text, Text),
    (String, Option<i64>, Text, bool),
    (Text, Text, Text, Text, Option<i64>),
);

impl<'r, R> FromRow<'r, R> for ConversationRow
where
    R: Row,
    usize: ColumnIndex<R>,
    String: Decode<'r, R::Database> + Type<R::Database>,
    Text: Decode<'r, R::Database> + Type<R::Database>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    Option<i64>: Decode<'r, R::Database> + Type<R::Database>,
    bool: Decode<'r, R::Database> + Type<R::Database>,
{
    fn from_row(row: &'r R) -> sqlx::Result<Self> {
        let text = |column: usize| row.try_get::<Text, _>(column);
        Ok(Self(
            (
                row.try_get(0)?,
                row.try_get(1)?,
                row.try_get(2)?,
                row.try_get(3)?,
                row.try_get(4)?,
            ),
            (text(5)?, text(6)?, text(7)?, text(8)?, row.try_get(9)?),
            (row.try_get(10)?, text(11)?, text(12)?, text(13)?, text(14)?),
            (
                row.try_get(15)?,
                row.try_get(16)?,
                text(17)?,
                row.try_get(18)?,
            ),
            (text(19)?, text(20)?, text(21)?, text(22)?, row.try_get(23)?),
        ))
    }
}
/// A message: its columns, by their names.
#[derive(Serialize, FromRow)]
pub struct MessageRow {
    id: String,
    conversation_id: String,
    client_id: Text,
    direction: String,
    kind: String,
    text: Text,
    status: String,
    failure_code: Text,
    failure_sentence: Text,
    failure_retryable: Option<bool>,
    sent_at: i64,
    seq: i64,
    content: Text,
    quote: Text,
    reactions: Text,
    forwarded: Text,
    edited_at: Option<i64>,
    revoked_at: Option<i64>,
    waiting: Text,
    reaction_failure: Text,
}
/// A conversation and its page.
pub type Thread = (ConversationRow, Vec<MessageRow>);
/// What each view counts.
pub type CountsRow = (i64, i64, i64, i64, i64, i64);
/// Numbers, position and unread, list, counts, labels, thread.
pub type FirstScreen<L> = (
    Vec<NumberRow>,
    (i64, i64),
    Vec<ConversationRow>,
    CountsRow,
    Vec<L>,
    Thread,
);

/// Rows of a page and one more.
pub const ROWS: i64 = 41;

/// The statements on one database.
pub trait Reads: Clone + Send + Sync + 'static {
    /// A label with its numbers, which one database has as JSON and the other as an array.
    type Label: Serialize + Send;
    /// The list.
    fn list(&self) -> impl Future<Output = sqlx::Result<Vec<ConversationRow>>> + Send;
    /// A thread.
    fn open(&self, id: &str) -> impl Future<Output = sqlx::Result<Thread>> + Send;
    /// List, counters and a thread, in one snapshot.
    fn bootstrap(
        &self,
        id: &str,
    ) -> impl Future<Output = sqlx::Result<FirstScreen<Self::Label>>> + Send;
}

/// Which conversation to open. The inbox calls it by two names.
#[derive(Deserialize)]
struct Open {
    #[serde(alias = "conversation_id")]
    open: String,
}

/// One route for each.
pub fn routes<R: Reads>(reader: R) -> Router {
    let list = |State(reader): State<R>| async move { answer(reader.list().await) };
    let open = |State(reader): State<R>, Json(asked): Json<Open>| async move {
        answer(reader.open(&asked.open).await)
    };
    let bootstrap = |State(reader): State<R>, Json(asked): Json<Open>| async move {
        answer(reader.bootstrap(&asked.open).await)
    };
    Router::new()
        .route("/list", post(list))
        .route("/open", post(open))
        .route("/bootstrap", post(bootstrap))
        .with_state(reader)
}

fn answer<T>(rows: sqlx::Result<T>) -> Result<Json<T>, StatusCode> {
    rows.map(Json).map_err(|error| {
        eprintln!("bench ceiling: {error}");
        StatusCode::INTERNAL_SERVER_ERROR
    })
}
