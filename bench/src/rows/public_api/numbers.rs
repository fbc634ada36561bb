//! The numbers of a key against a route that answers a constant: what every request of a backend costs before it has asked for much.

use crate::Outcome;
use crate::call::Call;
use crate::database::Database;
use crate::ground::{Ground, Size};
use crate::http::Http;
use crate::process::Program;
use crate::row::{Budget, Row, Unit};
use crate::wrk::{Load, take_turns};
use serde_json::Value;

const CONNECTIONS: usize = 32;

pub(in crate::rows) async fn measure(ground: &Ground, on: Database) -> Outcome<Vec<Row>> {
    let few = ground.workplace(on, Size::Few).await?;
    let inbox = ground.inbox(on, Size::Few).await?.start().await?;
    let constant = Program::Constant.start().await?;
    let call = Call::get("/v1/numbers").with("x-api-key", &few.team.key);
    let answer: Value = Http::connect(inbox.address).await?.json(&call).await?;
    if !answer.to_string().contains(&few.team.number) {
        return Err("the numbers of the key are not among those that are listed".into());
    }
    let prepare =
        |name, address, call| Load::prepare(ground.folder(), name, address, CONNECTIONS, [call]);
    let ours = prepare("numbers", inbox.address, call)?;
    let theirs = prepare(
        "numbers-constant",
        constant.address,
        Call::get("/constant").with("x-api-key", &few.team.key),
    )?;
    let [ours, theirs] = take_turns(
        [&ours, &theirs],
        ground.plan.rounds,
        ground.plan.load_seconds,
    )
    .await?;
    Ok(vec![
        Row::new(
            format!("`GET /v1/numbers` with a key, {CONNECTIONS} connections"),
            Unit::PerSecond,
            ours.rate(),
        )
        .beside(format!("p50 {:.2}, p99 {:.2} ms", ours.p50(), ours.p99()))
        .limit(theirs.rate(), "an axum route that answers `ok`")
        .ratio(ours.ratio(&theirs, |measured| measured.rate))
        .budget(Budget::PartAtLeast(0.5))
        .on(on),
    ])
}
