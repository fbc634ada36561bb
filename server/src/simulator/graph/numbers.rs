//! What Graph tells about phone numbers.

use axum::Json;
use axum::extract::{Path, State as Extract};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{authorise, no_such_object};
use crate::simulator::state::State;
use crate::simulator::{SimulatedNumber, Simulator};

/// `GET /{version}/{phone-number-id}`: every field, whatever `fields` asks for.
pub(super) fn get(simulator: &Simulator, id: &str) -> Response {
    let state = simulator.state();
    match state.number(id) {
        Some(number) => Json(described(&state, number)).into_response(),
        None => no_such_object(id),
    }
}

/// `GET /{version}/{waba-id}/phone_numbers`, on one page.
pub(in crate::simulator) async fn list(
    Extract(simulator): Extract<Simulator>,
    Path((_version, waba_id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    if let Err(error) = authorise(&simulator, &headers) {
        return error.into_response();
    }
    let state = simulator.state();
    let numbers = state
        .numbers()
        .filter(|number| simulator.waba_of(number) == waba_id);
    let data: Vec<_> = numbers.map(|number| described(&state, number)).collect();
    if data.is_empty() {
        return no_such_object(&waba_id);
    }
    Json(json!({"data": data, "paging": {"cursors": {"before": "MAZDZD", "after": "MAZDZD"}}}))
        .into_response()
}

fn described(state: &State, number: &SimulatedNumber) -> Value {
    let is_registered = !state.unregistered.contains(&number.phone_number_id);
    json!({
        "id": number.phone_number_id,
        // Written for people here, unlike in webhook metadata.
        "display_phone_number": format!("+{}", number.display_phone_number),
        "verified_name": number.verified_name,
        "status": if is_registered { "CONNECTED" } else { "PENDING" },
        "quality_rating": "GREEN",
        "name_status": "APPROVED",
        "code_verification_status": "VERIFIED",
        "platform_type": if is_registered { "CLOUD_API" } else { "NOT_APPLICABLE" },
        "throughput": {"level": "STANDARD"},
    })
}
