//! Spreads committed events to the streams of a tenant. What it carries may be lost without harm: a stream that misses something
//! reads it from the log.

use crate::store::{CommitListener, LoggedEvent};
use app::ids::{NumberId, TenantId};
use app::live::Frame;
use bytes::Bytes;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::broadcast;

/// Batches that a stream may lag behind before it has to read the log.
const BACKLOG: usize = 256;

/// One event, encoded once for all streams.
#[derive(Debug)]
pub struct EncodedEvent {
    /// Log position.
    pub seq: i64,
    /// Whose sessions may see it.
    pub number: NumberId,
    /// The frame as it goes over the wire.
    pub frame: Bytes,
}

/// The events of one commit.
pub type Batch = Arc<Vec<EncodedEvent>>;

/// The hub of one process.
#[derive(Default)]
pub struct Hub {
    tenants: Mutex<HashMap<TenantId, broadcast::Sender<Batch>>>,
}

impl Hub {
    /// Hears of every commit of this tenant from now on.
    pub fn subscribe(&self, tenant: &TenantId) -> broadcast::Receiver<Batch> {
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        // Tenants without a listener are forgotten on the way, so the map stays as large as what is open.
        tenants.retain(|id, sender| id == tenant || sender.receiver_count() > 0);
        tenants
            .entry(tenant.clone())
            .or_insert_with(|| broadcast::channel(BACKLOG).0)
            .subscribe()
    }
}

impl CommitListener for Hub {
    fn committed(&self, events: Vec<LoggedEvent>) {
        let tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        let mut batches: HashMap<&TenantId, Vec<EncodedEvent>> = HashMap::new();
        for event in &events {
            // Nobody listens: nothing to encode.
            if tenants.contains_key(&event.tenant) {
                batches
                    .entry(&event.tenant)
                    .or_default()
                    .push(encode(event));
            }
        }
        for (tenant, batch) in batches {
            if let Some(sender) = tenants.get(tenant) {
                // An error says that the last listener has just left.
                let _ = sender.send(Arc::new(batch));
            }
        }
    }
}

/// The wire form of a logged event.
pub fn encode(event: &LoggedEvent) -> EncodedEvent {
    let frame = Frame {
        id: Some(event.seq.to_string()),
        event: None,
        data: String::from_utf8_lossy(&event.payload).into_owned(),
    };
    EncodedEvent {
        seq: event.seq,
        number: event.number.clone(),
        frame: frame.encode().into(),
    }
}
