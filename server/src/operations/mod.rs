//! What an operator of the server looks at: health, readiness, metrics, log.

mod health;
mod logging;
mod measure;
mod upkeep;

pub use health::{healthz, readyz};
pub use logging::{LogFormat, start_logging};
pub use measure::{Observation, install_recorder, metrics};
pub use upkeep::prune_regularly;
