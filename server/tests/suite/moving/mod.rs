//! From SQLite to PostgreSQL: everything arrives, however often it is interrupted, and what cannot arrive is said.

mod equal;
mod house;
mod interrupted;
mod refused;
mod whole;

use crate::support::postgres::FreshDatabase;
use house::House;
use pilot_inbox::moving::{MoveError, Phase, Plan, Summary, Watch, run};
use std::path::Path;
use tokio::sync::oneshot;

/// A move of few rows at a time, so that little data makes many batches.
fn plan(from: &Path, to: &FreshDatabase) -> Plan {
    Plan {
        from: from.to_owned(),
        to: to.url().to_owned(),
        start_over: false,
        batch_rows: 3,
    }
}

async fn moved(house: &House, to: &FreshDatabase) -> Result<Summary, MoveError> {
    run(&plan(&house.file, to), &mut Deaf).await
}

/// Why it is not moved.
async fn refusal(from: &Path, to: &FreshDatabase) -> String {
    run(&plan(from, to), &mut Deaf)
        .await
        .expect_err("it is refused")
        .to_string()
}

/// Does not care how far it is.
struct Deaf;

impl Watch for Deaf {
    fn begin(&mut self, _: Phase, _: u64, _: u64) {}
    fn table(&mut self, _: &str, _: u64) {}
    fn advance(&mut self, _: u64) {}
}

/// When to stop.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stop {
    /// After the next batch.
    AfterABatch,
    /// When everything is copied and nothing compared.
    BeforeComparing,
}

/// Pulls the plug.
struct Plug {
    stop: Stop,
    pull: Option<oneshot::Sender<()>>,
    phase: Option<Phase>,
    /// Rows that were there when it began.
    already: u64,
}

impl Plug {
    fn pull(&mut self) {
        if let Some(pull) = self.pull.take() {
            pull.send(()).unwrap();
        }
    }
}

impl Watch for Plug {
    fn begin(&mut self, phase: Phase, _: u64, done: u64) {
        self.phase = Some(phase);
        if phase == Phase::Copy {
            self.already = done;
        } else if self.stop == Stop::BeforeComparing {
            self.pull();
        }
    }

    fn table(&mut self, _: &str, _: u64) {}

    fn advance(&mut self, rows: u64) {
        if self.stop == Stop::AfterABatch && self.phase == Some(Phase::Copy) && rows > 0 {
            self.pull();
        }
    }
}

/// Moves until the plug is pulled. Says how many rows an earlier run had moved, and the end if it came to that.
async fn moved_until(
    stop: Stop,
    house: &House,
    to: &FreshDatabase,
) -> (u64, Option<Result<Summary, MoveError>>) {
    let (pull, pulled) = oneshot::channel();
    let mut plug = Plug {
        stop,
        pull: Some(pull),
        phase: None,
        already: 0,
    };
    let plan = plan(&house.file, to);
    let end = tokio::select! {
        biased;
        Ok(()) = pulled => None,
        end = run(&plan, &mut plug) => Some(end),
    };
    (plug.already, end)
}
