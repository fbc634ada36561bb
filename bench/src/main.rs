//! `make bench`: starts the release build, loads it, and prints tables with the limit of the same run beside each figure.
//! Everything stays on this machine's loopback and ends by itself.

mod call;
mod ceiling;
mod cluster;
mod database;
mod environment;
mod graph;
mod ground;
mod http;
mod listener;
mod machine;
mod meta;
mod plan;
mod process;
mod receivers;
mod row;
mod rows;
mod sample;
mod service;
mod table;
mod usage;
mod workplace;
mod wrk;

use clap::{Parser, Subcommand};
use database::Place;
use std::path::PathBuf;
use std::process::ExitCode;
use workplace::Workplace;

/// What a step fails with: a sentence for a person.
type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Measures the release build.
#[derive(Parser)]
#[command(name = "bench")]
struct Cli {
    /// Short measurements, to see that everything runs; the figures are rough
    #[arg(long)]
    quick: bool,
    /// Measure only the groups whose names contain each of these words: first load, embed, shell; inbox, memory, start, live,
    /// browser, whatsapp, public api numbers, public api history, public api sends, webhooks out and ingest, each "on sqlite" and "on
    /// postgresql"; replicas and crowd on postgresql; interaction. So: `--only "inbox postgres"`
    #[arg(long, default_value = "", hide_default_value = true)]
    only: String,
    #[command(subcommand)]
    role: Option<Role>,
}

#[derive(Subcommand)]
enum Role {
    /// Be what the inbox is judged against. Started by the bench itself
    #[command(hide = true)]
    Ceiling(Box<ceiling::Args>),
    /// Make the large data set in a data directory on SQLite, and stop
    Seed {
        /// Where
        data_dir: PathBuf,
        /// How many conversations
        #[arg(long, default_value_t = 100_000)]
        conversations: usize,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.role {
        Some(Role::Ceiling(args)) => ceiling::serve(*args).await,
        Some(Role::Seed {
            data_dir,
            conversations,
        }) => {
            let place = Place {
                data_dir,
                database_url: None,
            };
            Workplace::seed(place, conversations).await.map(drop)
        }
        None => rows::measure_all(plan::Plan::new(cli.quick), &cli.only).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}
