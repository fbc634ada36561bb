//! From the start of the process to its first answer.

use crate::Outcome;
use crate::database::Database;
use crate::ground::{Ground, Size};
use crate::process::Program;
use crate::row::{Budget, Row, Unit};
use crate::sample::Samples;

pub(super) async fn measure(ground: &Ground, on: Database) -> Outcome<Vec<Row>> {
    let inbox = ground.inbox(on, Size::Many).await?;
    let (mut ours, mut theirs) = (Samples::default(), Samples::default());
    for _ in 0..ground.plan.starts {
        for (program, samples) in [(&inbox, &mut ours), (&Program::Constant, &mut theirs)] {
            let running = program.start().await?;
            samples.add(running.started_in);
            running.kill().await?;
        }
    }
    let worst = ours.percentile(100.0) / 1e3;
    Ok(vec![
        Row::new(
            "cold start to the first answer",
            Unit::Seconds,
            ours.median() / 1e3,
        )
        .beside(format!("the slowest of {}: {worst:.3} s", ours.count()))
        .limit(theirs.median() / 1e3, "an axum program that answers `ok`")
        .budget(Budget::AtMost(0.15))
        .on(on),
    ])
}
