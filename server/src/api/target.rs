//! Which number a request is about, and what it may be asked to do.

use super::{Failure, key_caller, text};
use crate::access::{Action, NumberCaller};
use crate::state::AppState;
use axum::http::HeaderMap;

/// Names the number that a tenant key acts on (Pilot Status).
pub(super) const NUMBER_HEADER: &str = "x-whatsapp-number-id";

/// The caller of a route that is about one number, and may do this.
pub(super) async fn number_caller(
    state: &AppState,
    headers: &HeaderMap,
    action: Action,
) -> Result<NumberCaller, Failure> {
    let caller = key_caller(state, headers).await?;
    let caller = caller.at_number(text(headers, NUMBER_HEADER))?;
    caller.scope.check(action)?;
    Ok(caller)
}
