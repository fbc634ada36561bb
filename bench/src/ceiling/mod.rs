//! What the inbox is judged against: an axum program that does the least that could be done. It has no access control, no
//! middleware, no metrics and no model.

mod statements;

use crate::Outcome;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::{get, post};
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
    /// Database to run the statements on; without it only constants are answered
    #[arg(long, requires_all = ["tenant", "number"])]
    database: Option<PathBuf>,
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
    if let (Some(database), Some(tenant), Some(number)) = (args.database, args.tenant, args.number)
    {
        let reader = statements::Reader::open(&database, tenant, &number).await?;
        router = router
            .route("/list", post(statements::list).with_state(reader.clone()))
            .route("/open", post(statements::open).with_state(reader.clone()))
            .route("/bootstrap", post(statements::bootstrap).with_state(reader));
    }
    axum::serve(TcpListener::bind(args.listen).await?, router).await?;
    Ok(())
}

fn one_word_and_silence() -> impl futures::Stream<Item = Result<&'static str, Infallible>> {
    use futures::StreamExt;
    futures::stream::iter([Ok(CONSTANT)]).chain(futures::stream::pending())
}
