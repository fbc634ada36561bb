//! What the tests stand on.

pub mod app;
pub mod client;
pub mod console;
pub mod copilot;
pub mod database;
pub mod forge;
pub mod graph;
pub mod meta;
pub mod place;
pub mod postgres;
pub mod receiver;
pub mod request;
pub mod service;
pub mod stream;
pub mod trouble;
pub mod whatsapp;

pub use app::{Tenant, TestApp};
pub use client::{Answer, Client};

use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// How long anything may take to come about on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A moment of a few minutes ago in seconds, the same throughout a run: whoever wrote then may be answered now.
pub fn recently() -> i64 {
    static AT: LazyLock<i64> = LazyLock::new(|| pilot_inbox::clock::now_ms() / 1000 - 600);
    *AT
}

/// Asks again and again until there is an answer; fails after [`PATIENCE`].
pub async fn eventually<T, F>(what: &str, mut ask: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    let started = Instant::now();
    loop {
        if let Some(found) = ask().await {
            return found;
        }
        assert!(
            started.elapsed() < PATIENCE,
            "waited for {what}, in vain, for {PATIENCE:?}"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A place in a list that changes from run to run and is the same for the same seed.
pub fn shuffled<T: Clone>(items: &[T], seed: u64) -> Vec<T> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = |below: usize| {
        // xorshift64*: any even spread does.
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        usize::try_from(state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33).unwrap() % below
    };
    let mut items = items.to_vec();
    for index in (1..items.len()).rev() {
        items.swap(index, next(index + 1));
    }
    items
}
