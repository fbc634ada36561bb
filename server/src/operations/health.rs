//! `/healthz`: the process answers. `/readyz`: it can take traffic.

use crate::api::Failure;
use crate::state::AppState;
use app::error::Code;
use axum::extract::State;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(1);

/// Alive.
pub async fn healthz() -> &'static str {
    "ok"
}

/// Ready: not stopping, and the database takes a write within a second.
pub async fn readyz(State(state): State<AppState>) -> Result<&'static str, Failure> {
    if state.draining.is_cancelled() || state.shutdown.is_cancelled() {
        return Err(Failure::new(Code::Unavailable, "The server is stopping."));
    }
    match tokio::time::timeout(PATIENCE, state.store.ping()).await {
        Ok(Ok(())) => Ok("ready"),
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready");
            Err(Failure::new(
                Code::Unavailable,
                "The database does not take writes.",
            ))
        }
        Err(_) => Err(Failure::new(Code::Unavailable, "The database is too slow.")),
    }
}
