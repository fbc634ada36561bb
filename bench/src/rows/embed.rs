//! What a page that embeds the inbox sees of it, in a real browser: how soon it is ready, and whether anything jumps.

use super::script;
use crate::Outcome;
use crate::database::Database::Sqlite;
use crate::ground::Ground;
use crate::row::{Budget, Row, Unit};
use crate::sample::Samples;
use serde::Deserialize;

const SCRIPT: &str = "bench/embed.mjs";

#[derive(Deserialize)]
struct Report {
    /// Milliseconds from the call of `mount` until the frame is ready, in browsers that have never seen the inbox.
    mount: Vec<f64>,
    /// The same for the document in an iframe that the page makes by itself. In turns with those.
    bare: Vec<f64>,
    /// Layout shift of the host page, once for each visit.
    page: Vec<f64>,
    /// Layout shift inside the frame, the same visits.
    frame: Vec<f64>,
}

pub(super) async fn measure(ground: &Ground) -> Outcome<Vec<Row>> {
    if !ground.built {
        return Ok(vec![Row::missing(
            "mount → ready",
            "target/site is not built",
        )]);
    }
    let place = ground.place(Sqlite, "embed").await?;
    let report: Report = script::run(SCRIPT, &place, ground.plan.mounts).await?;
    let mount: Samples = report.mount.into_iter().collect();
    let bare: Samples = report.bare.into_iter().collect();
    let visits = report.page.len();
    let shift = |what: &str, values: Vec<f64>, budget: f64| {
        let worst = values.into_iter().fold(0.0, f64::max);
        Row::new(what, Unit::Shift, worst)
            .beside(format!("the worst of {visits} visits"))
            .budget(Budget::AtMost(budget))
    };
    Ok(vec![
        Row::new("mount → ready, p50", Unit::Milliseconds, mount.median())
            .beside(format!(
                "{} mounts, nothing cached; p95 {:.0} ms",
                mount.count(),
                mount.percentile(95.0)
            ))
            .limit(
                bare.median(),
                "the same document in a bare iframe, until it says the same",
            )
            .budget(Budget::TimesAtMost(1.5)),
        shift("layout shift of the host page", report.page, 0.0),
        shift("layout shift in the frame", report.frame, 0.02),
    ])
}
