//! The labels anew, when somebody changed them.

use super::Label;
use super::api::ListLabels;
use crate::browser;
use crate::inbox::{Inbox, set_if_changed};
use crate::workflow::ListFilter;
use leptos::prelude::GetUntracked;
use std::sync::atomic::Ordering;

/// How long to wait, in milliseconds: changes come in swarms, one of each number.
const DELAY: u32 = 200;

impl Inbox {
    /// Takes the labels as they are now. Whoever looks at one that is gone looks at all.
    pub(super) fn put_labels(&self, labels: Vec<Label>) {
        let filter = self.filter.get_untracked();
        let is_gone = filter
            .label
            .as_ref()
            .is_some_and(|id| labels.iter().all(|label| label.id != *id));
        set_if_changed(&self.labels, labels);
        if is_gone {
            self.choose(ListFilter {
                label: None,
                ..filter
            });
        }
    }

    /// Asks for the labels, and once more if they change meanwhile.
    pub(crate) fn load_labels(&self) {
        if self.label_changes.fetch_add(1, Ordering::Relaxed) > 0 {
            return;
        }
        let inbox = self.clone();
        let generation = self.generation();
        browser::spawn(async move {
            loop {
                inbox.alarm.wait(DELAY).await;
                let known = inbox.label_changes.load(Ordering::Relaxed);
                let answer = inbox.call(ListLabels {}).await;
                if inbox.is_past(generation) {
                    break;
                }
                let is_done = match answer {
                    Ok(labels) => {
                        inbox.put_labels(labels);
                        known == inbox.label_changes.load(Ordering::Relaxed)
                    }
                    Err(error) => !error.code.is_transient(),
                };
                if is_done {
                    break;
                }
            }
            inbox.label_changes.store(0, Ordering::Relaxed);
        });
    }
}
