//! An embed session as this process knows it: shared by all its requests and streams.

use super::scope::Scope;
use crate::store::SessionRecord;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

/// A session that was alive when last looked at. Times are milliseconds since the epoch.
#[derive(Debug)]
pub struct LiveSession {
    /// What it may touch.
    pub scope: Scope,
    /// Origins that may embed it.
    pub origins: Vec<String>,
    /// Whether those origins may frame us because of it.
    pub invites: bool,
    /// End, whatever is refreshed.
    pub ends_at: i64,
    /// Lifetime of each of its tokens.
    pub ttl_ms: i64,
    expires_at: AtomicI64,
    ended: AtomicBool,
}

impl LiveSession {
    pub(super) fn new(scope: Scope, record: SessionRecord) -> Self {
        Self {
            scope,
            origins: record.origins,
            invites: record.invites,
            ends_at: record.ends_at,
            ttl_ms: record.ttl_ms,
            expires_at: AtomicI64::new(record.expires_at),
            ended: AtomicBool::new(false),
        }
    }

    /// End of its newest token.
    pub fn expires_at(&self) -> i64 {
        self.expires_at.load(Ordering::Relaxed)
    }

    pub(super) fn extend(&self, expires_at: i64) {
        self.expires_at.fetch_max(expires_at, Ordering::Relaxed);
    }

    pub(super) fn end(&self) {
        self.ended.store(true, Ordering::Relaxed);
    }

    /// Whether its streams may go on.
    pub fn is_live(&self, now: i64) -> bool {
        !self.ended.load(Ordering::Relaxed) && now < self.expires_at()
    }
}
