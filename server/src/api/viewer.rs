//! `GET /docs`: a page on which people read `/openapi.json`. The viewer is Swagger UI, from our own origin (`scripts/viewer.mjs`).

use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse};

const PAGE: &str = include_str!("viewer/index.html");
/// Our own files and nothing else: no inline script or style, no other host, nothing to send.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; \
     form-action 'none'; object-src 'none'; frame-ancestors 'none'",
);

/// The page.
pub async fn viewer() -> impl IntoResponse {
    (
        [
            (header::CONTENT_SECURITY_POLICY, POLICY),
            (
                header::CACHE_CONTROL,
                HeaderValue::from_static("public, max-age=300"),
            ),
        ],
        Html(PAGE),
    )
}
