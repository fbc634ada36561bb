//! Pages of the list in SQL.

use super::rows;
use crate::access::Scope;
use crate::store::StoreError;
use crate::store::pages::Wanted;
use crate::store::part::{Part, Source};
use crate::store::rows::conversation_columns;
use app::conversations::ConversationPage;
use app::ids::OperatorId;
use app::paging::PageRequest;
use app::workflow::ListFilter;
use serde_json::json;
use sqlx::SqliteConnection;

/// Each number's rows come from its own range of the index that is named, so a page costs the same at any depth and for any number of
/// conversations. CROSS JOIN and the plus keep the planner to that: a few rows of statistics would make it build an index of its own
/// per request.
macro_rules! list_query {
    (($id:literal, $from:literal), $comparison:literal, $order:literal) => {
        concat!(
            "SELECT ",
            conversation_columns!(),
            " FROM json_each(?1) j CROSS JOIN conversations c ON c.id IN ( SELECT ",
            $id,
            " FROM ",
            $from,
            " AND (b.place, ",
            $id,
            ") ",
            $comparison,
            " (?2, ?3) ORDER BY b.place ",
            $order,
            ", ",
            $id,
            " ",
            $order,
            " LIMIT ?4) CROSS JOIN contacts p ON p.id = c.contact_id WHERE +c.tenant_id = ?5 ORDER BY c.place ",
            $order,
            ", c.id ",
            $order,
            " LIMIT ?4"
        )
    };
}

/// Both directions.
macro_rules! list_queries {
    ($source:tt) => {
        [
            list_query!($source, "<", "DESC"),
            list_query!($source, ">", "ASC"),
        ]
    };
}

/// Parameters: 6 state, 7 only unread, 8 only nobody's, 9 whose, 10 label.
const fn queries(source: Source) -> [&'static str; 2] {
    match source {
        Source::State => list_queries!((
            "b.id",
            "conversations b INDEXED BY conversations_by_state WHERE b.number_id = j.value AND b.state = ?6"
        )),
        Source::Unread => list_queries!((
            "b.id",
            "conversations b INDEXED BY conversations_unread WHERE b.number_id = j.value AND b.state = 'open' AND b.unread > 0"
        )),
        Source::Unassigned => list_queries!((
            "b.id",
            "conversations b INDEXED BY conversations_unassigned WHERE b.number_id = j.value AND b.state = 'open' \
             AND b.assignee_id IS NULL"
        )),
        Source::Assignee => list_queries!((
            "b.id",
            "conversations b INDEXED BY conversations_by_assignee WHERE b.assignee_id = ?9 AND b.number_id = j.value AND b.state = ?6 \
             AND (NOT ?7 OR b.unread > 0)"
        )),
        Source::Label => list_queries!((
            "b.conversation_id",
            "conversation_labels b INDEXED BY conversation_labels_by_place WHERE b.label_id = ?10 AND b.number_id = j.value \
             AND b.state = ?6 AND EXISTS (SELECT 1 FROM conversations x WHERE x.id = b.conversation_id AND (NOT ?7 OR x.unread > 0) \
               AND (NOT ?8 OR x.assignee_id IS NULL) AND (?9 IS NULL OR x.assignee_id = ?9))"
        )),
    }
}

/// The first page of the open conversations.
pub const FIRST_PAGE: &str = queries(Source::State)[0];

pub(super) async fn page_of_conversations(
    db: &mut SqliteConnection,
    scope: &Scope,
    filter: &ListFilter,
    page: &PageRequest,
) -> Result<ConversationPage, StoreError> {
    let wanted = Wanted::of(page)?;
    let Some(part) = Part::of(filter, scope)? else {
        return Ok(wanted.conversations(Vec::new()));
    };
    let found = sqlx::query(queries(part.source)[usize::from(wanted.towards_newer)])
        .bind(json!(part.numbers).to_string())
        .bind(wanted.at)
        .bind(wanted.id)
        .bind(wanted.limit)
        .bind(scope.tenant().as_str())
        .bind(part.state)
        .bind(part.unread)
        .bind(part.unassigned)
        .bind(part.assignee.map(OperatorId::as_str))
        .bind(part.label)
        .fetch_all(db)
        .await?;
    let items = found
        .iter()
        .map(rows::conversation)
        .collect::<Result<_, _>>()?;
    Ok(wanted.conversations(items))
}
