//! `pilot-inbox`.

use clap::Parser;
use pilot_inbox::cli::Cli;

#[tokio::main]
async fn main() {
    std::process::exit(Cli::parse().run().await);
}
