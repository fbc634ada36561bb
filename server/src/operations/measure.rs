//! Metrics in Prometheus' format.

use axum::body::Body;
use axum::extract::MatchedPath;
use axum::http::{Request, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;
use std::time::Instant;

static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();

/// Starts collecting, once per process.
pub fn install_recorder() -> Result<(), BuildError> {
    let handle = PrometheusBuilder::new()
        .set_buckets(&[0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0])?
        .install_recorder()?;
    // A second start in one process keeps the first recorder; install_recorder has refused it already.
    let _ = RECORDER.set(handle);
    Ok(())
}

/// `GET /metrics`.
pub async fn metrics() -> impl IntoResponse {
    let text = RECORDER.get().map(|handle| {
        handle.run_upkeep();
        handle.render()
    });
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text.unwrap_or_default())
}

/// Counts and times requests by route, never by address: addresses carry ids.
pub async fn observe(request: Request<Body>, next: Next) -> Response {
    let started = Instant::now();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let method = request.method().as_str().to_owned();
    let response = next.run(request).await;
    let status = response.status().as_u16();
    metrics::counter!("pilot_http_requests_total", "route" => route.clone(), "method" => method, "status" => status.to_string())
        .increment(1);
    metrics::histogram!("pilot_http_request_seconds", "route" => route).record(started.elapsed().as_secs_f64());
    response
}
