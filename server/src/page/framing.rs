//! Who may frame the document: deny by default, and exactly one origin where a live session names it.

use crate::api::Failure;
use crate::state::AppState;

/// The `frame-ancestors` source for a document that says it is embedded by `parent_origin`.
pub async fn ancestors(state: &AppState, parent_origin: Option<&str>) -> Result<String, Failure> {
    let Some(origin) = parent_origin else {
        return Ok("'none'".into());
    };
    // It goes into a header. Live are only origins of minted sessions, and minting takes nothing but exact origins.
    if state.access.origin_may_embed(origin).await? {
        return Ok(origin.to_owned());
    }
    Ok("'none'".into())
}
