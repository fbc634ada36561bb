//! Webhooks out: a customer's backend is told of what happens at a number, by signed requests (Pilot Status, "Webhooks").
//!
//! The log feeds them. A planner reads what each webhook has not looked at yet, decides what it is told, and writes that down together with
//! how far it has looked; a deliverer sends what is written down, tries again what was not taken, and keeps the order of each conversation.
//! So a server that stops, or a receiver that is slow or gone, loses nothing and holds up nobody: neither of them is in the way of a message.

mod deliver;
mod event;
mod plan;
mod signature;

pub use deliver::{Deliverer, Receivers};
pub use event::{ALL, NAMES, kept};
pub(crate) use event::{name_of, name_of_step};
pub use plan::Planner;
pub use signature::{PREVIOUS_SIGNATURE_HEADER, SIGNATURE_HEADER, sign};

use crate::store::{CommitListener, LoggedEvent};
use std::sync::Arc;
use tokio::sync::Notify;

/// Says that there may be something to tell.
#[derive(Clone, Default)]
pub struct Bell(Arc<Notify>);

impl Bell {
    /// Look now.
    pub fn ring(&self) {
        self.0.notify_one();
    }

    /// Until it rings.
    async fn heard(&self) {
        self.0.notified().await;
    }
}

/// Tells of commits, and rings for each.
pub struct Ringing {
    /// Who hears of them as before.
    pub listener: Arc<dyn CommitListener>,
    /// What rings.
    pub bell: Bell,
}

impl CommitListener for Ringing {
    fn committed(&self, events: Vec<LoggedEvent>) {
        self.listener.committed(events);
        self.bell.ring();
    }
}
