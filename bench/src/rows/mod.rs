//! What is measured, in the order of the table.

mod browser;
mod first_load;
mod inbox;
mod ingest;
mod live;
mod memory;
mod shell;
mod start;

use crate::plan::Plan;
use crate::process::Program;
use crate::table::{json, markdown};
use crate::workplace::Workplace;
use crate::{Outcome, machine};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Data lies here and not in the system's temporary folder, which may be memory: syncing to it would cost nothing.
const GROUND: &str = "target/bench";
const SITE: &str = "target/site";
const FEW: usize = 100;
/// Load of a machine that does nothing else.
const QUIET: f64 = 0.5;

/// What the measurements share.
struct Bench {
    plan: Plan,
    /// For request files and data; gone at the end.
    ground: tempfile::TempDir,
    site: PathBuf,
    /// Whether `site` is the real one.
    built: bool,
    few: Workplace,
    many: Workplace,
}

impl Bench {
    async fn prepare(plan: Plan) -> Outcome<Self> {
        std::fs::create_dir_all(GROUND)?;
        let ground = tempfile::tempdir_in(GROUND)?;
        let built = Path::new(SITE).join("pkg").is_dir();
        let site = if built {
            PathBuf::from(SITE)
        } else {
            stand_in(ground.path())?
        };
        Ok(Self {
            plan,
            site,
            built,
            few: Workplace::seed(ground.path().join("few"), FEW).await?,
            many: Workplace::seed(ground.path().join("many"), plan.many).await?,
            ground,
        })
    }

    fn inbox(&self, of: &Workplace) -> Program {
        of.inbox(&self.site)
    }
}

/// Files that the server needs to start, where only the server was built.
fn stand_in(ground: &Path) -> Outcome<PathBuf> {
    let site = ground.join("site");
    std::fs::create_dir_all(site.join("pkg"))?;
    for name in ["inbox.js", "inbox.wasm", "inbox.css"] {
        std::fs::write(site.join("pkg").join(name), "")?;
    }
    Ok(site)
}

/// Measures everything (or the groups whose names contain `only`) and prints the table.
pub async fn measure_all(plan: Plan, only: Option<&str>) -> Outcome {
    let began = Instant::now();
    let load = machine::load().unwrap_or(0.0);
    if load > QUIET {
        eprintln!(
            "bench: the machine is busy (load {load:.1}), so figures will be worse than they are; rather run this alone"
        );
    }
    let step = |what: &str| eprintln!("bench: {what} ({:.0} s)", began.elapsed().as_secs_f64());
    let wanted = |group: &str| only.is_none_or(|only| group.contains(only));
    step("seeding");
    let bench = Bench::prepare(plan).await?;
    let mut rows = Vec::new();
    macro_rules! group {
        ($name:literal, $measure:path) => {
            if wanted($name) {
                step($name);
                rows.extend($measure(&bench).await?);
            }
        };
    }
    group!("first load", first_load::measure);
    group!("shell", shell::measure);
    group!("inbox", inbox::measure);
    group!("memory", memory::measure);
    group!("start", start::measure);
    group!("live", live::measure);
    group!("browser", browser::measure);
    // Last: it fills the database.
    group!("ingest", ingest::measure);

    let about = format!(
        "Measured by `make bench{}` on {}, in {:.0} s, on {}. wrk is the load, everything is on loopback, and the two sides of a \
         comparison take turns: medians of {} rounds count. Load of the machine before: {load:.1}. `bench/` says how each figure comes about.",
        if plan.quick { " ARGS=--quick" } else { "" },
        jiff::Timestamp::now().strftime("%Y-%m-%d"),
        began.elapsed().as_secs_f64(),
        machine::describe(),
        plan.rounds,
    );
    std::fs::write(Path::new(GROUND).join("results.json"), json(&rows, &about)?)?;
    print!("{}", markdown(&rows, &about));
    step("done");
    Ok(())
}
