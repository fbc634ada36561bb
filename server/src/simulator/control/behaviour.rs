//! `/behaviour`: how WhatsApp behaves from now on.

use axum::Json;
use axum::extract::State as Extract;
use serde_json::Value;

use super::{Input, Refusal};
use crate::simulator::{Behaviour, Simulator};

/// The settings in force, with what is left of planned failures.
pub(in crate::simulator) async fn get(Extract(simulator): Extract<Simulator>) -> Json<Behaviour> {
    Json(simulator.state().behaviour.clone())
}

/// Changes the settings that are given and answers all of them.
pub(in crate::simulator) async fn put(
    Extract(simulator): Extract<Simulator>,
    Input(patch): Input<Value>,
) -> Result<Json<Behaviour>, Refusal> {
    if !patch.is_object() {
        return Err(Refusal::invalid(
            "give an object with the settings to change",
        ));
    }
    let mut state = simulator.state();
    let next = state.behaviour.with(&patch).map_err(Refusal::invalid)?;
    state.behave(next.clone(), patch.get("seed").is_some());
    Ok(Json(next))
}

/// Back to the defaults.
pub(in crate::simulator) async fn delete(
    Extract(simulator): Extract<Simulator>,
) -> Json<Behaviour> {
    simulator.state().behave(Behaviour::default(), true);
    Json(Behaviour::default())
}
