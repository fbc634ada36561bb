//! The rendered shell against a route that answers a constant.

use super::Bench;
use crate::Outcome;
use crate::call::Call;
use crate::process::Program;
use crate::table::{Budget, Row, Unit};
use crate::workplace::PARENT_ORIGIN;
use crate::wrk::{Load, take_turns};

const CONNECTIONS: usize = 32;

pub(super) async fn measure(bench: &Bench) -> Outcome<Vec<Row>> {
    let inbox = bench.inbox(&bench.few).start().await?;
    let constant = Program::Constant.start().await?;
    // A live session names the origin, so the document is the one that a browser would frame.
    bench.few.token(&inbox).await?;
    let path = format!("/?parentOrigin={PARENT_ORIGIN}&locale=en&theme=light");
    let prepare = |name, address, path: &str| {
        Load::prepare(
            bench.ground.path(),
            name,
            address,
            CONNECTIONS,
            [Call::get(path)],
        )
    };
    let ours = prepare("shell", inbox.address, &path)?;
    let theirs = prepare("constant", constant.address, "/constant")?;
    let [ours, theirs] =
        take_turns([&ours, &theirs], bench.plan.rounds, bench.plan.load_seconds).await?;
    Ok(vec![
        Row::new(
            format!("server-rendered shell, {CONNECTIONS} connections"),
            Unit::PerSecond,
            ours.rate(),
        )
        .beside(format!("p50 {:.2}, p99 {:.2} ms", ours.p50(), ours.p99()))
        .limit(theirs.rate(), "an axum route that answers `ok`")
        .ratio(ours.ratio(&theirs, |measured| measured.rate))
        .budget(Budget::PartAtLeast(0.4)),
    ])
}
