//! A database that is older than the program, or newer, or another one.

use crate::processes::{Database, Ended, Installation, Postgres};
use sqlx::migrate::Migrator;

static ON_POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");
static ON_SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");

/// An installation, and a way into its database.
struct Place {
    installation: Installation,
    database: Database,
    migrations: &'static Migrator,
}

/// One on each database, both without a table.
async fn places() -> [Place; 2] {
    let url = Postgres::shared().database().await;
    let on_sqlite = Installation::on_sqlite();
    std::fs::create_dir_all(on_sqlite.data_dir()).unwrap();
    [
        Place {
            database: Database::of_file(&on_sqlite.data_dir().join("pilot-inbox.sqlite3")).await,
            installation: on_sqlite,
            migrations: &ON_SQLITE,
        },
        Place {
            database: Database::of_url(&url).await,
            installation: Installation::on_postgres(&url),
            migrations: &ON_POSTGRES,
        },
    ]
}

impl Place {
    /// Both ways to start on it.
    fn refusals(&self) -> [Ended; 2] {
        ["serve", "migrate"].map(|command| self.installation.run(&[command]))
    }

    fn assert_refused(&self, sentence: &str) {
        for ended in self.refusals() {
            assert_eq!(ended.code, Some(1), "{}", ended.stderr);
            assert!(ended.stderr.contains(sentence), "{}", ended.stderr);
        }
        println!("counts: 2 refusals: {sentence}");
    }

    fn migrate(&self) {
        let ended = self.installation.run(&["migrate"]);
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_schema_is_brought_up_to_date() {
    for mut place in places().await {
        let all = place.migrations.iter().count();
        assert!(all > 1, "there is an older schema");
        for version in 1..i64::try_from(all).unwrap() {
            place.database.migrate_to(place.migrations, version).await;
            assert_eq!(
                place.database.count("_sqlx_migrations").await,
                version,
                "only the first"
            );
            if version == 1 {
                let row =
                    "INSERT INTO tenants (id, name, created_at) VALUES ('tenant_1', 'Old', 1)";
                place.database.execute(row).await;
            }
        }
        place.migrate();
        assert_eq!(
            place.database.count("_sqlx_migrations").await,
            i64::try_from(all).unwrap()
        );
        let listed = place.installation.run(&["tenant", "list"]);
        assert_eq!(listed.stdout, "tenant_1\tOld\n");
        println!("counts: {all} migrations, 1 row kept");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_schema_is_refused() {
    for mut place in places().await {
        place.migrate();
        let later = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                     SELECT 9999, 'from the future', success, checksum, 1 FROM _sqlx_migrations WHERE version = 1";
        place.database.execute(later).await;
        place.assert_refused("a newer pilot-inbox has brought it up to date");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_schema_is_refused() {
    for mut place in places().await {
        place.migrate();
        place
            .database
            .execute(
                "UPDATE _sqlx_migrations SET checksum = \
                 (SELECT o.checksum FROM _sqlx_migrations o WHERE o.version = 2) WHERE version = 1",
            )
            .await;
        place.assert_refused("its migration 1 is not the one of this program");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_half_migrated_database_is_refused() {
    for mut place in places().await {
        place.migrate();
        place
            .database
            .execute("UPDATE _sqlx_migrations SET success = false WHERE version = 2")
            .await;
        place.assert_refused("its migration 2 was begun and not finished");
    }
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let installation = Installation::on_sqlite();
    std::fs::create_dir_all(installation.data_dir()).unwrap();
    let file = installation.data_dir().join("pilot-inbox.sqlite3");
    std::fs::write(&file, "not a database, ".repeat(1000)).unwrap();
    for command in ["serve", "migrate"] {
        let ended = installation.run(&[command]);
        assert_eq!(ended.code, Some(1), "{}", ended.stderr);
        assert!(
            ended.stderr.contains("The file is not a SQLite database"),
            "{}",
            ended.stderr
        );
    }
    println!("counts: 2 refusals");
}
