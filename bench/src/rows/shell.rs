//! The rendered shell against a route that answers a constant. Who may frame it is remembered after the first request, so the database
//! has no share in it.

use crate::Outcome;
use crate::call::Call;
use crate::database::Database::Sqlite;
use crate::ground::{Ground, Size};
use crate::process::Program;
use crate::row::{Budget, Row, Unit};
use crate::workplace::PARENT_ORIGIN;
use crate::wrk::{Load, take_turns};

const CONNECTIONS: usize = 32;

pub(super) async fn measure(ground: &Ground) -> Outcome<Vec<Row>> {
    let few = ground.workplace(Sqlite, Size::Few).await?;
    let inbox = ground.inbox(Sqlite, Size::Few).await?.start().await?;
    let constant = Program::Constant.start().await?;
    // A live session names the origin, so the document is the one that a browser would frame.
    few.token(&inbox).await?;
    let path = format!("/?parentOrigin={PARENT_ORIGIN}&locale=en&theme=light");
    let prepare = |name, address, path: &str| {
        Load::prepare(
            ground.folder(),
            name,
            address,
            CONNECTIONS,
            [Call::get(path).with("accept-encoding", "gzip, deflate, br, zstd")],
        )
    };
    let ours = prepare("shell", inbox.address, &path)?;
    let theirs = prepare("constant", constant.address, "/constant")?;
    let [ours, theirs] = take_turns(
        [&ours, &theirs],
        ground.plan.rounds,
        ground.plan.load_seconds,
    )
    .await?;
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
