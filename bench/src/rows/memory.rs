//! Resident memory, idle and with open streams, beside that of a program that does nothing.

use crate::Outcome;
use crate::call::Call;
use crate::database::Database;
use crate::ground::{Ground, Size};
use crate::http::Http;
use crate::listener::listen;
use crate::process::{Program, Running};
use crate::row::{Budget, Row, Unit};
use http_body_util::BodyExt;
use std::time::Duration;
use tokio::sync::mpsc::unbounded_channel;

/// What is still done after a start or an opening has been done by then.
const REST: Duration = Duration::from_millis(1_500);

pub(super) async fn measure(ground: &Ground, on: Database) -> Outcome<Vec<Row>> {
    let streams = ground.plan.streams;
    let many = ground.workplace(on, Size::Many).await?;
    let inbox = ground.inbox(on, Size::Many).await?.start().await?;
    let bare = Program::Constant.start().await?;
    tokio::time::sleep(REST).await;
    let idle = (inbox.memory()?, bare.memory()?);

    let token = many.token(&inbox).await?;
    let (arrivals, _nothing) = unbounded_channel();
    let mut listeners = Vec::with_capacity(streams);
    for _ in 0..streams {
        listeners.push(listen(inbox.address, &token, arrivals.clone()).await?);
    }
    tokio::time::sleep(REST).await;
    let ours = inbox.memory()?;
    drop(listeners);
    let theirs = with_silent_streams(&bare, streams).await?;
    #[expect(clippy::cast_precision_loss, reason = "thousands")]
    let each = (ours - idle.0) / streams as f64;
    Ok(vec![
        Row::new("memory, idle", Unit::Megabytes, idle.0)
            .limit(idle.1, "an axum program that answers `ok`")
            .budget(Budget::AtMost(30e6))
            .on(on),
        Row::new(
            format!("memory, {streams} open streams"),
            Unit::Megabytes,
            ours,
        )
        .limit(theirs, "that program with as many silent streams")
        .budget(Budget::AtMost(80e6))
        .on(on),
        Row::new(
            "memory of a server without streams",
            Unit::Megabytes,
            idle.0,
        )
        .sizing(on),
        Row::new("memory for 1,000 streams more", Unit::Megabytes, each * 1e3).sizing(on),
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
