//! The edge of the server functions: verifies the token, binds the port to its scope, and hands over. Denies by default: without a
//! token no function is reached.

use super::{Failure, bearer, parent_origin};
use crate::inbox::SessionInbox;
use crate::state::AppState;
use app::error::Code;
use app::inbox::InboxPort;
use axum::RequestExt;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderValue, Request, header};
use axum::response::{IntoResponse, Response};
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

/// Paths of all server functions that are linked into this program.
pub fn paths() -> &'static BTreeSet<&'static str> {
    static PATHS: OnceLock<BTreeSet<&'static str>> = OnceLock::new();
    PATHS.get_or_init(|| {
        server_fn::axum::server_fn_paths()
            .map(|(path, _)| path)
            .collect()
    })
}

/// `POST /api/…`.
pub async fn call(
    State(state): State<AppState>,
    mut request: Request<Body>,
) -> Result<Response, Failure> {
    if !paths().contains(request.uri().path()) {
        return Err(Failure::new(
            Code::NotFound,
            "There is nothing at this address.",
        ));
    }
    let headers = request.headers();
    let (claims, session) = state
        .access
        .embed(bearer(headers), parent_origin(headers))
        .await?;
    // A browser's form would be answered with a redirect; there are no forms here.
    request.headers_mut().remove(header::ACCEPT);
    // Read here, so that a body that is too large is answered as one. (Of a caller who has gone nobody reads the answer.)
    let (parts, body) = request.with_limited_body().into_parts();
    let body = to_bytes(body, usize::MAX).await.map_err(|_| {
        Failure::new(
            Code::BodyTooLarge,
            "The request is larger than this address takes.",
        )
    })?;
    let mut request = Request::from_parts(parts, Body::from(body));
    let port: Arc<dyn InboxPort> = Arc::new(SessionInbox::new(state, claims, session));
    request.extensions_mut().insert(port);
    let mut response = leptos_axum::handle_server_fns_with_context(|| {}, request)
        .await
        .into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
