//! TLS to the database: nothing goes in the open where it was asked for, and nobody else is taken for the database.

use crate::processes::{Database, Installation, Postgres, until};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

const SOON: Duration = Duration::from_secs(20);

/// Runs openssl; false where there is none.
fn openssl(folder: &Path, arguments: &str) -> bool {
    let Ok(ended) = Command::new("openssl")
        .args(arguments.split(' '))
        .current_dir(folder)
        .output()
    else {
        return false;
    };
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "openssl {arguments}: {said}");
    true
}

/// A certificate authority, a certificate of it for `localhost`, and another authority.
fn certificates() -> Option<TempDir> {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    for name in ["ca", "other"] {
        let make = format!(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN={name} -keyout {name}.key -out {name}.crt"
        );
        if !openssl(at, &make) {
            return None;
        }
    }
    std::fs::write(at.join("names"), "subjectAltName=DNS:localhost\n").unwrap();
    openssl(
        at,
        "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -keyout server.key -out server.csr",
    );
    openssl(
        at,
        "x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.crt",
    );
    Some(folder)
}

fn read(path: PathBuf) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_is_reached_as_the_address_says() {
    let Some(folder) = certificates() else {
        println!("skipped: there is no openssl on this machine");
        return;
    };
    let at = folder.path();
    let postgres = Postgres::of_our_own();
    let bare = postgres.database().await;
    postgres
        .speak_tls(&read(at.join("server.crt")), &read(at.join("server.key")))
        .await;
    let name = bare.split('?').next().unwrap().rsplit('/').next().unwrap();
    let port = postgres.port;
    let address =
        |host: &str, options: &str| format!("postgres://pilot@{host}:{port}/{name}?{options}");
    let authority = |name: &str| at.join(name).display().to_string();
    let (ours, other) = (authority("ca.crt"), authority("other.crt"));
    for (host, options) in [
        (
            "localhost",
            format!("sslmode=verify-full&sslrootcert={other}"),
        ),
        (
            "127.0.0.1",
            format!("sslmode=verify-full&sslrootcert={ours}"),
        ),
        (
            "localhost",
            format!("sslmode=verify-ca&sslrootcert={other}"),
        ),
        ("localhost", "sslmode=verify-full".to_owned()),
    ] {
        let url = address(host, &options);
        let ended = Installation::on_postgres(&url).run(&["migrate"]);
        let said = &ended.stderr;
        assert_eq!(ended.code, Some(1), "{url}: {said}");
        assert!(said.contains("sslmode in DATABASE_URL"), "{url}: {said}");
        assert!(said.contains("certificate"), "it says why: {url}: {said}");
    }
    for (host, options) in [
        ("localhost", "sslmode=require".to_owned()),
        ("127.0.0.1", format!("sslmode=verify-ca&sslrootcert={ours}")),
        (
            "localhost",
            format!("sslmode=verify-full&sslrootcert={ours}"),
        ),
    ] {
        let installation = Installation::on_postgres(&address(host, &options));
        let server = installation.replica("one");
        server.start().await;
        let mut database = Database::of_url(&bare).await;
        // What is asked beside it comes by the socket and has none.
        let connections = async |database: &mut Database, encrypted: &str| {
            database
                .number(&format!(
                    "SELECT count(*) FROM pg_stat_activity a JOIN pg_stat_ssl s USING (pid) \
                     WHERE a.application_name = 'pilot-inbox' AND {encrypted}"
                ))
                .await
        };
        until("the server is connected", SOON, async || {
            (connections(&mut database, "s.ssl").await > 1).then_some(())
        })
        .await;
        assert_eq!(
            connections(&mut database, "NOT s.ssl").await,
            0,
            "{options}"
        );
        server.kill();
    }
    println!("counts: 4 addresses refused, 3 used with every connection encrypted");
}
