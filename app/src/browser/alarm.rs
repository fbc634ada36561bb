//! Waiting that can be cut short.

use futures::channel::oneshot::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

type Sleeper = Arc<Mutex<Option<Sender<()>>>>;

fn wake(sleeper: &Sleeper) {
    let sender = sleeper
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    if let Some(sender) = sender {
        _ = sender.send(());
    }
}

/// Wakes all who wait: when the network is back, or somebody looks again.
#[derive(Clone, Default)]
pub struct Alarm(Arc<Mutex<Vec<Sleeper>>>);

impl Alarm {
    /// Waits for `milliseconds`, or until [`Self::ring`].
    pub async fn wait(&self, milliseconds: u32) {
        let (sender, woken) = channel();
        let sleeper: Sleeper = Arc::new(Mutex::new(Some(sender)));
        {
            let mut sleepers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            sleepers.retain(|other| other.lock().is_ok_and(|sender| sender.is_some()));
            sleepers.push(Arc::clone(&sleeper));
        }
        super::after(milliseconds, move || wake(&sleeper));
        _ = woken.await;
    }

    /// Wakes everyone.
    pub fn ring(&self) {
        let sleepers = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        sleepers.iter().for_each(wake);
    }
}
