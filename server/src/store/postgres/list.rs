//! Pages of the list in SQL.

use super::rows;
use crate::access::Scope;
use crate::store::StoreError;
use crate::store::pages::Wanted;
use crate::store::part::{Part, Source};
use crate::store::rows::conversation_columns;
use app::conversations::ConversationPage;
use app::ids::{NumberId, OperatorId};
use app::paging::{MAX_LIMIT, PageRequest};
use app::workflow::ListFilter;
use sqlx::postgres::PgConnection;

/// Each number's rows come from its own range of an index, so a page costs the same at any depth and for any number of conversations. The
/// limit that is written out tells the planner how few they are, whatever the page. The last condition uses every parameter in every
/// query, so that all of them are bound alike.
macro_rules! list_query {
    (($id:literal, $from:literal), $comparison:literal, $order:literal) => {
        concat!(
            "SELECT ",
            conversation_columns!(),
            " FROM unnest($1::text[]) j (number_id) CROSS JOIN LATERAL ( \
                SELECT * FROM (SELECT ",
            $id,
            " AS id, b.place FROM ",
            $from,
            " AND (b.place, ",
            $id,
            ") ",
            $comparison,
            " ($2, $3) ORDER BY b.place ",
            $order,
            ", ",
            $id,
            " ",
            $order,
            " LIMIT 101) b ORDER BY b.place ",
            $order,
            ", b.id ",
            $order,
            " LIMIT $4) l JOIN conversations c ON c.id = l.id AND c.tenant_id = $5 JOIN contacts p ON p.id = c.contact_id \
              WHERE $6::text IS NOT NULL AND $7::boolean IS NOT NULL AND $8::boolean IS NOT NULL \
                AND ($9::text IS NULL OR true) AND ($10::text IS NULL OR true) \
              ORDER BY c.place ",
            $order,
            ", c.id ",
            $order,
            " LIMIT $4"
        )
    };
}
const _: () = assert!(
    MAX_LIMIT < 101,
    "the list asks for one row more than a page has"
);

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
            "conversations b WHERE b.number_id = j.number_id AND b.state = $6"
        )),
        Source::Unread => list_queries!((
            "b.id",
            "conversations b WHERE b.number_id = j.number_id AND b.state = 'open' AND b.unread > 0"
        )),
        Source::Unassigned => list_queries!((
            "b.id",
            "conversations b WHERE b.number_id = j.number_id AND b.state = 'open' AND b.assignee_id IS NULL"
        )),
        Source::Assignee => list_queries!((
            "b.id",
            "conversations b WHERE b.assignee_id = $9 AND b.number_id = j.number_id AND b.state = $6 \
             AND (NOT $7 OR b.unread > 0)"
        )),
        Source::Label => list_queries!((
            "b.conversation_id",
            "conversation_labels b WHERE b.label_id = $10 AND b.number_id = j.number_id AND b.state = $6 \
             AND (SELECT (NOT $7 OR x.unread > 0) AND (NOT $8 OR x.assignee_id IS NULL) AND ($9::text IS NULL OR x.assignee_id = $9) \
                    FROM conversations x WHERE x.id = b.conversation_id)"
        )),
    }
}

/// The first page of the open conversations.
pub const FIRST_PAGE: &str = queries(Source::State)[0];

pub(super) async fn page_of_conversations(
    db: &mut PgConnection,
    scope: &Scope,
    filter: &ListFilter,
    page: &PageRequest,
) -> Result<ConversationPage, StoreError> {
    let wanted = Wanted::of(page)?;
    let Some(part) = Part::of(filter, scope)? else {
        return Ok(wanted.conversations(Vec::new()));
    };
    let numbers: Vec<&str> = part
        .numbers
        .iter()
        .map(|number| NumberId::as_str(number))
        .collect();
    let found = sqlx::query(queries(part.source)[usize::from(wanted.towards_newer)])
        .bind(numbers)
        .bind(wanted.at)
        .bind(wanted.id)
        .bind(i64::from(wanted.limit))
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
