//! From a webhook going out to its bubble in the DOM of a hydrated page, in a real browser.

use super::script;
use crate::Outcome;
use crate::database::Database;
use crate::ground::Ground;
use crate::row::{Budget, Row, Unit};
use crate::sample::Samples;
use serde::Deserialize;

const SCRIPT: &str = "bench/browser.mjs";

#[derive(Deserialize)]
struct Report {
    /// Milliseconds, one for each message.
    visible: Vec<f64>,
    /// Milliseconds from the webhook to its answer, the same messages.
    acknowledged: Vec<f64>,
}

pub(super) async fn measure(ground: &Ground, on: Database) -> Outcome<Vec<Row>> {
    if !ground.built {
        return Ok(vec![
            Row::missing("webhook → visible in the page", "target/site is not built").on(on),
        ]);
    }
    let place = ground.place(on, "browser").await?;
    let report: Report = script::run(SCRIPT, &place, ground.plan.browser_messages).await?;
    let visible: Samples = report.visible.into_iter().collect();
    let acknowledged: Samples = report.acknowledged.into_iter().collect();
    let row = |percent: f64, budget: f64| {
        Row::new(
            format!("webhook → visible in the page, p{percent:.0}"),
            Unit::Milliseconds,
            visible.percentile(percent),
        )
        .beside(format!("{} messages", visible.count()))
        .limit(
            acknowledged.percentile(percent),
            "webhook → its 200, the same messages",
        )
        .budget(Budget::AtMost(budget))
        .on(on)
    };
    Ok(vec![row(50.0, 30.0), row(99.0, 100.0)])
}
