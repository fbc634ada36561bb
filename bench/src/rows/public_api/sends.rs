//! Messages that a backend has sent, as fast as they are taken; then what took them is killed, and what it acknowledged is counted on
//! disk. Meanwhile the outbox sends them at WhatsApp's pace, as it always does.

use crate::Outcome;
use crate::call::Call;
use crate::database::Database;
use crate::graph::Graph;
use crate::ground::Ground;
use crate::meta::{phone, sentence};
use crate::row::{Budget, Row, Unit};
use crate::rows::commits;
use crate::workplace::{Workplace, of_backend};
use crate::wrk::Load;
use serde_json::json;

const CONNECTIONS: usize = 32;
/// Customers who are written to; each has a conversation, most of them with a message that nobody has read.
const CUSTOMERS: usize = 5_000;
/// A number is allowed 60,000 at once and 1,000 a second more (`server/src/api/send`): the longest load stays within, and stops early
/// rather than go beyond.
const SENDS_PER_SECOND: usize = 7_500;

pub(in crate::rows) async fn measure(ground: &Ground, on: Database) -> Outcome<Vec<Row>> {
    let commits = commits::per_second(ground, on).await?;
    let graph = Graph::start().await?;
    let place = ground.place(on, "sends").await?;
    let workplace = Workplace::sending_to(place, CUSTOMERS, &graph.base_url).await?;
    let inbox = ground.replica(&workplace.place, None).start().await?;
    let seconds = ground.plan.ingest_seconds;
    let count = SENDS_PER_SECOND * usize::try_from(seconds)?;
    let calls = (0..count).map(|index| {
        let to = format!("+{}", phone(index * 7919 % CUSTOMERS));
        let body = json!({"destinationNumber": to, "text": sentence(index)});
        of_backend(
            Call::post("/v1/messages/send", body.to_string()),
            &workplace.team,
        )
    });
    let load = Load::prepare(ground.folder(), "sends", inbox.address, CONNECTIONS, calls)?;
    let measured = load.once().run(seconds).await?;
    inbox.kill().await?;
    let ending = match on {
        Database::Sqlite => "a kill",
        Database::Postgres => {
            ground.say("counting after a crash of PostgreSQL");
            ground.cluster().await?.lock().await.crash().await?;
            "a kill and a crash of PostgreSQL"
        }
    };
    let acknowledged = i64::try_from(measured.answers)?;
    let stored = workplace.place.count_sends().await?;
    if stored < acknowledged {
        return Err(
            format!("{acknowledged} messages were acknowledged and {stored} are stored").into(),
        );
    }
    let what = format!("`POST /v1/messages/send`, {CONNECTIONS} connections");
    Ok(vec![
        Row::new(
            format!("durable sends, {what}"),
            Unit::PerSecond,
            measured.rate,
        )
        .beside(format!(
            "{acknowledged} acknowledged, {stored} on disk after {ending}"
        ))
        .limit(commits, "synced commits of one row, one after another")
        .budget(Budget::AtLeast(1_000.0))
        .on(on),
        Row::new(
            "durable sends, from the request to its answer, p99",
            Unit::Milliseconds,
            measured.p99,
        )
        .beside(format!("p50 {:.2} ms", measured.p50))
        .budget(Budget::AtMost(60.0))
        .on(on),
    ])
}
