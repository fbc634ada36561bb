//! What is measured, in the order of the table.

mod browser;
mod commits;
mod crowd;
mod embed;
mod first_load;
mod hop;
mod inbox;
mod ingest;
mod interaction;
mod latency;
mod live;
mod memory;
mod public_api;
mod script;
mod shell;
mod start;
mod webhooks_out;
mod whatsapp;

use crate::database::Database::{Postgres, Sqlite};
use crate::ground::{FOLDER, Ground};
use crate::plan::Plan;
use crate::row::Row;
use crate::{Outcome, machine, table};
use std::path::Path;

/// Load of a machine that does nothing else.
const QUIET: f64 = 0.5;

/// Measures everything (or the groups whose names contain each word of `only`) and prints the tables. Fails, after all else, if something
/// could not be measured.
pub async fn measure_all(plan: Plan, only: &str) -> Outcome {
    let load = machine::load().unwrap_or(0.0);
    if load > QUIET {
        eprintln!(
            "bench: the machine is busy (load {load:.1}), so figures will be worse than they are; rather run this alone"
        );
    }
    let words = only.to_lowercase();
    let wanted = |group: &str| {
        let group = group.to_lowercase();
        words.split_whitespace().all(|word| group.contains(word))
    };
    let ground = Ground::prepare(plan)?;
    let mut rows: Vec<Row> = Vec::new();
    let mut failed: Vec<String> = Vec::new();
    // What cannot be measured is said, and keeps nothing else from being measured.
    let mut add = |name: &str, measured: Outcome<Vec<Row>>| match measured {
        Ok(measured) => rows.extend(measured),
        Err(error) => {
            eprintln!("bench: {name}: {error}");
            rows.push(Row::missing(name, "it failed"));
            failed.push(name.to_owned());
        }
    };
    macro_rules! group {
        ($name:literal, $measure:path) => {
            if wanted($name) {
                ground.say($name);
                add($name, $measure(&ground).await);
            }
        };
        ($name:literal, $measure:path, $($on:expr),+) => {
            for on in [$($on),+] {
                let name = format!("{} on {}", $name, on.name());
                if wanted(&name) {
                    ground.say(&name);
                    add(&name, $measure(&ground, on).await);
                }
            }
        };
    }
    group!("first load", first_load::measure);
    group!("embed", embed::measure);
    group!("shell", shell::measure);
    group!("inbox", inbox::measure, Sqlite, Postgres);
    group!("memory", memory::measure, Sqlite, Postgres);
    group!("start", start::measure, Sqlite, Postgres);
    group!("live", live::measure, Sqlite, Postgres);
    group!("replicas", hop::measure, Postgres);
    group!("crowd", crowd::measure, Postgres);
    group!("browser", browser::measure, Sqlite, Postgres);
    group!("whatsapp", whatsapp::measure, Sqlite, Postgres);
    group!(
        "public api numbers",
        public_api::numbers::measure,
        Sqlite,
        Postgres
    );
    group!(
        "public api history",
        public_api::history::measure,
        Sqlite,
        Postgres
    );
    group!("webhooks out", webhooks_out::measure, Sqlite, Postgres);
    group!("interaction", interaction::measure);
    // Here PostgreSQL crashes.
    group!(
        "public api sends",
        public_api::sends::measure,
        Sqlite,
        Postgres
    );
    // Last: it fills the databases.
    group!("ingest", ingest::measure, Sqlite, Postgres);
    if rows.is_empty() {
        return Err(format!("nothing is called `{only}`; --help lists what there is").into());
    }

    let about = about(&ground, load).await;
    let markdown = table::markdown(&rows, &about);
    let folder = Path::new(FOLDER);
    std::fs::write(folder.join("results.json"), table::json(&rows, &about)?)?;
    std::fs::write(folder.join("results.md"), &markdown)?;
    print!("{markdown}");
    if let Some(sizing) = table::sizing(&rows) {
        std::fs::write(folder.join("sizing.md"), &sizing)?;
        print!("\nFor the size of a machine:\n\n{sizing}");
    }
    ground.say("done");
    if failed.is_empty() {
        Ok(())
    } else {
        Err(format!("not measured: {}", failed.join(", ")).into())
    }
}

async fn about(ground: &Ground, load: f64) -> String {
    let postgres = ground.postgres_version().await.map_or_else(String::new, |version| {
        format!(
            "PostgreSQL {version} runs on the same machine and disk and waits for the disk at each commit, as SQLite does. "
        )
    });
    format!(
        "Measured by `make bench{}` on {}, in {:.0} s, on {}. {postgres}wrk is the load, everything is on loopback, and the two sides of a \
         comparison take turns: medians of {} rounds count. Load of the machine before: {load:.1}. `bench/` says how each figure comes about.",
        if ground.plan.quick {
            " ARGS=--quick"
        } else {
            ""
        },
        jiff::Timestamp::now().strftime("%Y-%m-%d"),
        ground.seconds(),
        machine::describe(),
        ground.plan.rounds,
    )
}

/// A number of conversations for a person.
fn conversations(count: usize) -> String {
    #[expect(clippy::cast_precision_loss, reason = "millions at most")]
    let count = crate::row::thousands(count as f64);
    format!("{count} conversations")
}
