//! Databases that have been in use are brought up to date with everything in them.

use crate::support::database::Database;
use crate::support::postgres::FreshDatabase;
use sqlx::AssertSqlSafe;
use std::path::Path;
use tempfile::TempDir;

const BEFORE: [&str; 3] = ["0001_walking_skeleton", "0002_replicas", "0003_search"];

fn migration(dialect: &str, name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    std::fs::read_to_string(folder.join(dialect).join(format!("{name}.sql"))).unwrap()
}

async fn run(database: &mut Database, statements: String) {
    let statements = sqlx::raw_sql(AssertSqlSafe(statements));
    match database {
        Database::Sqlite(connection) => statements.execute(connection).await.map(|_| ()),
        Database::Postgres(connection) => statements.execute(connection).await.map(|_| ()),
    }
    .unwrap();
}

/// Sessions of before are there afterwards, with their origins, and only those.
async fn sessions_stay(mut database: Database, dialect: &str, list: fn(&str) -> String) {
    for name in BEFORE {
        run(&mut database, migration(dialect, name)).await;
    }
    let (numbers, origins) = (list("wn_1"), list("https://a.test"));
    let before = format!(
        "INSERT INTO tenants (id, name, created_at) VALUES ('tenant_1', 'Acme', 1);
         INSERT INTO api_keys (id, tenant_id, name, hash, prefix, last4, created_at) VALUES ('key_1', 'tenant_1', 'k', '\\x01', 'p', 'l', 1);
         INSERT INTO embed_sessions (id, tenant_id, api_key_id, surface, numbers, origins, branding, ttl_ms, created_at, expires_at, ends_at,
             revoked_at) VALUES ('es_1', 'tenant_1', 'key_1', 'chat', {numbers}, {origins}, '{{}}', 1, 2, 3, 4, NULL),
             ('es_2', 'tenant_1', 'key_1', 'connect', {numbers}, {origins}, NULL, 5, 6, 7, 8, 9);
         INSERT INTO embed_session_origins (origin, session_id, expires_at) VALUES ('https://a.test', 'es_1', 3);"
    );
    let before = if dialect == "sqlite" {
        before.replace("'\\x01'", "x'01'")
    } else {
        before
    };
    run(&mut database, before).await;
    let columns = "id || tenant_id || api_key_id || surface || coalesce(branding, '-') || ttl_ms || ' ' || created_at || ' ' || \
                   expires_at || ' ' || ends_at || ' ' || coalesce(revoked_at, 0)";
    let query = format!("SELECT {columns} FROM embed_sessions ORDER BY id");
    let sessions = database.texts(&query).await;
    assert_eq!(sessions.len(), 2);
    // In a transaction, as the migrator does it.
    let migration = migration(dialect, "0004_embed");
    run(&mut database, format!("BEGIN; {migration} COMMIT;")).await;
    assert_eq!(database.texts(&query).await, sessions);
    let origins =
        "SELECT origin || ' ' || session_id || ' ' || expires_at FROM embed_session_origins";
    assert_eq!(database.texts(origins).await, ["https://a.test es_1 3"]);
    // The origins still go with their session.
    assert_eq!(
        database
            .execute("DELETE FROM embed_sessions WHERE id = 'es_1'")
            .await,
        1
    );
    assert!(database.texts(origins).await.is_empty());
    assert!(
        !database
            .tables()
            .await
            .iter()
            .any(|table| table.starts_with("former"))
    );
}

#[tokio::test]
async fn sessions_stay_on_sqlite() {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("db");
    std::fs::write(&file, "").unwrap();
    let database = Database::of_file(&file).await;
    sessions_stay(database, "sqlite", |entry| format!("'[\"{entry}\"]'")).await;
}

#[tokio::test]
async fn sessions_stay_on_postgres() {
    let fresh = FreshDatabase::bare().await;
    let database = Database::Postgres(fresh.connect().await);
    sessions_stay(database, "postgres", |entry| format!("ARRAY['{entry}']")).await;
}
