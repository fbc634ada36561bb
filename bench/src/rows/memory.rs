//! Resident memory, idle and with open streams, beside that of a program that does nothing.

use super::Bench;
use crate::Outcome;
use crate::call::Call;
use crate::http::Http;
use crate::listener::listen;
use crate::process::{Program, Running};
use crate::table::{Budget, Row, Unit};
use http_body_util::BodyExt;
use std::time::Duration;
use tokio::sync::mpsc::unbounded_channel;

/// What is still done after a start or an opening has been done by then.
const REST: Duration = Duration::from_millis(1_500);

pub(super) async fn measure(bench: &Bench) -> Outcome<Vec<Row>> {
    let streams = bench.plan.streams;
    let inbox = bench.inbox(&bench.many).start().await?;
    let bare = Program::Constant.start().await?;
    tokio::time::sleep(REST).await;
    let idle = (inbox.memory()?, bare.memory()?);

    let token = bench.many.token(&inbox).await?;
    let (arrivals, _nothing) = unbounded_channel();
    let mut listeners = Vec::with_capacity(streams);
    for _ in 0..streams {
        listeners.push(listen(inbox.address, &token, arrivals.clone()).await?);
    }
    tokio::time::sleep(REST).await;
    let ours = inbox.memory()?;
    drop(listeners);
    let theirs = with_silent_streams(&bare, streams).await?;
    Ok(vec![
        Row::new("memory, idle", Unit::Megabytes, idle.0)
            .limit(idle.1, "an axum program that answers `ok`")
            .budget(Budget::AtMost(30e6)),
        Row::new(
            format!("memory, {streams} open streams"),
            Unit::Megabytes,
            ours,
        )
        .limit(theirs, "that program with as many silent streams")
        .budget(Budget::AtMost(80e6)),
    ])
}

async fn with_silent_streams(program: &Running, count: usize) -> Outcome<f64> {
    let mut open = Vec::with_capacity(count);
    for _ in 0..count {
        let (connection, mut body) = Http::connect(program.address)
            .await?
            .stream(&Call::get("/stream"))
            .await?;
        body.frame().await.ok_or("a silent stream ended")??;
        open.push((connection, body));
    }
    tokio::time::sleep(REST).await;
    program.memory()
}
