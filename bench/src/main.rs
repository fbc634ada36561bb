//! `make bench`: starts the release build, loads it, and prints one table with the limit of the same run beside each figure.
//! Everything stays on this machine's loopback and ends by itself.

mod call;
mod ceiling;
mod http;
mod listener;
mod machine;
mod meta;
mod plan;
mod process;
mod rows;
mod sample;
mod table;
mod workplace;
mod wrk;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// What a step fails with: a sentence for a person.
type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Measures the release build.
#[derive(Parser)]
#[command(name = "bench")]
struct Cli {
    /// Short measurements, to see that everything runs; the figures are rough
    #[arg(long)]
    quick: bool,
    /// Measure only the groups whose names contain this (first load, shell, inbox, ingest, live, browser, memory, start)
    #[arg(long)]
    only: Option<String>,
    #[command(subcommand)]
    role: Option<Role>,
}

#[derive(Subcommand)]
enum Role {
    /// Be what the inbox is judged against. Started by the bench itself
    #[command(hide = true)]
    Ceiling(ceiling::Args),
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.role {
        Some(Role::Ceiling(args)) => ceiling::serve(args).await,
        None => rows::measure_all(plan::Plan::new(cli.quick), cli.only.as_deref()).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}
