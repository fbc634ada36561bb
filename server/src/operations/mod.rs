//! What an operator of the server looks at: health, readiness, metrics, log.

mod health;
mod keeping;
mod logging;
mod measure;
mod upkeep;

pub use health::{healthz, readyz};
pub use keeping::{erase_all, keep_in_order, redact_all};
pub use logging::{LogFormat, start_logging};
pub use measure::{Observation, install_recorder, metrics};
pub use upkeep::prune_regularly;
