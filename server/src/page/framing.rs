//! Who may frame the document: deny by default, and exactly one origin where a live session names it.

use crate::api::Failure;
use crate::state::AppState;

/// The `frame-ancestors` source for a document that says it is embedded by `parent_origin`.
pub async fn ancestors(state: &AppState, parent_origin: Option<&str>) -> Result<String, Failure> {
    let Some(origin) = parent_origin else {
        return Ok("'none'".into());
    };
    // It goes into a header: only what is exactly an origin can get there.
    if crate::api::is_exact_origin(origin) && state.access.origin_may_embed(origin).await? {
        return Ok(origin.to_owned());
    }
    Ok("'none'".into())
}
