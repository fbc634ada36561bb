//! What the inbox is judged against: an axum program that does the least that could be done. It has no access control, no
//! middleware, no metrics and no model.

mod postgres;
mod rows;
mod sqlite;

use crate::Outcome;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::get;
use pilot_inbox::store::postgres::DatabaseUrl;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::PathBuf;
use tokio::net::TcpListener;

/// The constant that is answered.
const CONSTANT: &str = "ok";

/// Flags of `bench ceiling`.
#[derive(clap::Args)]
pub struct Args {
    /// Address to listen on
    #[arg(long)]
    listen: SocketAddr,
    /// SQLite file to run the statements on; without a database only constants are answered
    #[arg(long, requires_all = ["tenant", "number"], conflicts_with = "database_url")]
    database: Option<PathBuf>,
    /// PostgreSQL database to run the statements on
    #[arg(long, requires_all = ["tenant", "number"])]
    database_url: Option<DatabaseUrl>,
    /// Tenant whose rows are read
    #[arg(long)]
    tenant: Option<String>,
    /// Its number
    #[arg(long)]
    number: Option<String>,
}

/// Serves until it is killed.
pub async fn serve(args: Args) -> Outcome {
    let mut router = Router::new()
        .route("/healthz", get(|| async { CONSTANT }))
        .route(
            "/constant",
            get(|| async { CONSTANT }).post(|_: Bytes| async { CONSTANT }),
        )
        // Says one word and stays open: what a stream costs before anything is sent on it.
        .route(
            "/stream",
            get(|| async { Body::from_stream(one_word_and_silence()) }),
        );
    if let (Some(tenant), Some(number)) = (args.tenant, args.number) {
        if let Some(file) = args.database {
            let reader = sqlite::Reader::open(&file, tenant, &number).await?;
            router = router.merge(rows::routes(reader));
        } else if let Some(url) = args.database_url {
            router = router.merge(rows::routes(postgres::Reader::new(url, tenant, number)));
        }
    }
    axum::serve(TcpListener::bind(args.listen).await?, router).await?;
    Ok(())
}

fn one_word_and_silence() -> impl futures::Stream<Item = Result<&'static str, Infallible>> {
    use futures::StreamExt;
    futures::stream::iter([Ok(CONSTANT)]).chain(futures::stream::pending())
}
