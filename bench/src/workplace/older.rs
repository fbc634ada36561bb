//! Conversations of one message that are older than the others, written by the database itself: a million of them would take minutes on
//! their way through the inbox. They have been read, their events have left the log long ago, and they are not searched.

use super::Team;
use super::fill::SPAN;
use crate::Outcome;
use crate::database::Place;
use crate::meta::WABA_ID;
use pilot_inbox::installation::database_file;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};

/// Milliseconds between two of them.
const STEP: i64 = 60_000;

/// Rows with a number `i`, `$1` of them.
const ON_SQLITE: &str =
    "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $1)";
const ON_POSTGRES: &str = "WITH n (i) AS (SELECT generate_series(0, $1 - 1))";

/// Where the rows go, and what they are made of: `$2` is the tenant, `$3` the account, `$4` the number, `$5` the time of the first. Ids and
/// positions grow with `i`, so that every index only grows at its end.
const TABLES: [(&str, &str); 3] = [
    (
        "INSERT INTO contacts (id, tenant_id, waba_id, phone, name, created_at, updated_at)",
        "SELECT 'ct_0000000000000000' || (1000000000 + i), $2, $3, '55118' || (10000000 + i), 'Customer ' || i, \
           $5, $5 FROM n",
    ),
    (
        "INSERT INTO conversations (id, tenant_id, number_id, contact_id, unread, last_message_at, last_inbound_at, last_message_id, \
           preview_direction, preview_kind, preview_text, preview_status, seq, created_at)",
        "SELECT 'conv_0000000000000000' || (1000000000 + i), $2, $4, 'ct_0000000000000000' || (1000000000 + i), 0, \
           $5 + i * 60000, $5 + i * 60000, 'msg_0000000000000000' || (1000000000 + i), \
           'INBOUND', 'text', 'A question that was answered on the phone, number ' || i, 'DELIVERED', 0, $5 \
           FROM n",
    ),
    (
        "INSERT INTO messages (id, tenant_id, number_id, conversation_id, provider_id, direction, kind, text, status, sent_at, second, \
           seq, created_at)",
        "SELECT 'msg_0000000000000000' || (1000000000 + i), $2, $4, 'conv_0000000000000000' || (1000000000 + i), 'wamid.older-' || i, \
           'INBOUND', 'text', 'A question that was answered on the phone, number ' || i, 'DELIVERED', \
           $5 + i * 60000, $5 / 1000 + i * 60, 0, $5 FROM n",
    ),
];

const NOT_SEARCHED: &str = "UPDATE search_walk SET after = NULL";

/// Writes `count` conversations.
pub(super) async fn write(place: &Place, team: &Team, count: usize) -> Outcome {
    let count = i64::try_from(count)?;
    let first = pilot_inbox::clock::now_ms() - SPAN * 1000 - count * STEP;
    macro_rules! write {
        ($numbers:ident, $db:expr) => {
            for (into, rows) in TABLES {
                sqlx::query(sqlx::AssertSqlSafe(format!("{into} {} {rows}", $numbers)))
                    .bind(count)
                    .bind(&team.tenant)
                    .bind(WABA_ID)
                    .bind(&team.number)
                    .bind(first)
                    .execute($db)
                    .await?;
            }
        };
    }
    if let Some(settings) = place.installation()?.database {
        let mut db = settings.options().connect().await?;
        // No check of each reference: what is written here is right by its making.
        sqlx::query("SET session_replication_role = replica")
            .execute(&mut db)
            .await?;
        write!(ON_POSTGRES, &mut db);
        sqlx::query(NOT_SEARCHED).execute(&mut db).await?;
        db.close().await?;
        return Ok(());
    }
    // Nothing needs to survive a crash; the inbox switches its own ways on again when it opens the file.
    let mut db = SqliteConnectOptions::new()
        .filename(database_file(&place.data_dir))
        .foreign_keys(false)
        .journal_mode(SqliteJournalMode::Off)
        .synchronous(SqliteSynchronous::Off)
        .pragma("cache_size", "-200000")
        .connect()
        .await?;
    write!(ON_SQLITE, &mut db);
    sqlx::query(NOT_SEARCHED).execute(&mut db).await?;
    db.close().await?;
    Ok(())
}
