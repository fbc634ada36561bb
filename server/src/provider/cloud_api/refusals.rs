//! Failures that say more than that one message failed: of the window, of the number, of a sign that was put on a message.

use super::errors::{Advice, advice};
use crate::ingest::{Change, NumberChanges};
use crate::store::{Consequence, Refusal};

/// What follows from a refusal, whichever way it came.
pub fn consequence(code: i64) -> Option<Consequence> {
    if code == 131_047 {
        return Some(Consequence::WindowShut);
    }
    (advice(code) == Advice::PauseNumber).then_some(Consequence::NumberPaused)
}

/// The failures that a delivery reports.
pub fn refusals(changes: &[NumberChanges]) -> Vec<Refusal> {
    changes
        .iter()
        .flat_map(|of| of.changes.iter().map(move |change| (of, change)))
        .filter_map(|(of, change)| {
            let Change::Status(report) = change else {
                return None;
            };
            let failure = report.failure.clone()?;
            Some(Refusal {
                phone_number_id: of.phone_number_id.clone(),
                provider_id: report.provider_id.clone(),
                consequence: failure.code.parse().ok().and_then(consequence),
                failure,
            })
        })
        .collect()
}
