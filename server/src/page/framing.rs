//! Who may frame the document: deny by default, and exactly one origin where a live session names it, or an inbox in the dialect that
//! begins with an identity token.

use crate::api::{Failure, is_exact_origin};
use crate::state::AppState;

/// The `frame-ancestors` source that lets nobody in.
pub const NOBODY: &str = "'none'";
/// The dialect, as the address names it, that begins with an identity token.
pub const ONPILOT: &str = "onpilot";

/// The `frame-ancestors` source for a document that says it is embedded by `parent_origin`.
pub async fn ancestors(
    state: &AppState,
    parent_origin: Option<&str>,
    dialect: Option<&str>,
) -> Result<String, Failure> {
    // It goes into a header, and to the database. Live are only origins of minted sessions and of inboxes, and both take nothing but
    // exact ones.
    let Some(origin) = parent_origin.filter(|origin| is_exact_origin(origin)) else {
        return Ok(NOBODY.into());
    };
    let invited = if dialect == Some(ONPILOT) {
        state.access.origin_may_exchange(origin).await?
    } else {
        state.access.origin_may_embed(origin).await?
    };
    if invited {
        return Ok(origin.to_owned());
    }
    Ok(NOBODY.into())
}
