//! The routes, and what they answer: rows as they come.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

type Text = Option<String>;
/// A number with its keys, its health and its alerts.
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
/// A line of the list.
pub type ConversationRow = (
    String,
    String,
    i64,
    i64,
    Option<i64>,
    Text,
    Text,
    Text,
    Text,
    i64,
    String,
    Text,
    Text,
    Text,
    Text,
);
/// A message. Tuples end before so many columns.
#[derive(sqlx::FromRow, Serialize)]
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
/// Numbers, position and unread, list, thread.
pub type FirstScreen = (Vec<NumberRow>, (i64, i64), Vec<ConversationRow>, Thread);

/// Rows of a page and one more.
pub const ROWS: i64 = 41;

/// The statements on one database.
pub trait Reads: Clone + Send + Sync + 'static {
    /// The list.
    fn list(&self) -> impl Future<Output = sqlx::Result<Vec<ConversationRow>>> + Send;
    /// A thread.
    fn open(&self, id: &str) -> impl Future<Output = sqlx::Result<Thread>> + Send;
    /// List, counters and a thread, in one snapshot.
    fn bootstrap(&self, id: &str) -> impl Future<Output = sqlx::Result<FirstScreen>> + Send;
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
