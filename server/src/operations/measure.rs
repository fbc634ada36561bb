//! Metrics in Prometheus' format.

use axum::body::Body;
use axum::extract::MatchedPath;
use axum::http::{Method, Request, StatusCode, header};
use axum::response::IntoResponse;
use metrics::{Counter, Histogram};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
/// Samples of histograms pile up until they are put into their buckets, whether anybody asks for `/metrics` or not.
const UPKEEP: Duration = Duration::from_secs(5);

/// Starts collecting, once per process. Needs the runtime.
pub fn install_recorder() -> Result<(), BuildError> {
    let handle = PrometheusBuilder::new()
        .set_buckets(&[0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0])?
        .install_recorder()?;
    // A second start in one process keeps the first recorder; install_recorder has refused it already.
    if RECORDER.set(handle.clone()).is_ok() {
        tokio::spawn(async move {
            let mut tick = tokio::time::interval(UPKEEP);
            loop {
                tick.tick().await;
                handle.run_upkeep();
            }
        });
    }
    Ok(())
}

/// `GET /metrics`.
pub async fn metrics() -> impl IntoResponse {
    let text = RECORDER.get().map(|handle| {
        handle.run_upkeep();
        handle.render()
    });
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4")],
        text.unwrap_or_default(),
    )
}

/// A request that is being answered. It is counted and timed by route, never by address: addresses carry ids.
pub struct Observation {
    started: Instant,
    route: Option<MatchedPath>,
    method: &'static str,
}

impl Observation {
    /// Begins with the request.
    pub fn begin(request: &Request<Body>) -> Self {
        Self {
            started: Instant::now(),
            route: request.extensions().get::<MatchedPath>().cloned(),
            method: label(request.method()),
        }
    }

    /// Ends with the answer.
    pub fn end(self, status: StatusCode) {
        let route = self.route.as_ref().map_or("none", MatchedPath::as_str);
        ROUTES.with_borrow_mut(|routes| {
            if !routes.contains_key(route) {
                routes.insert(route.to_owned(), Meters::of(route));
            }
            if let Some(meters) = routes.get_mut(route) {
                meters.count(route, self.method, status);
                meters.seconds.record(self.started.elapsed().as_secs_f64());
            }
        });
    }
}

/// Looking a meter up by its labels costs several allocations, so each thread keeps those of the routes that it has seen.
struct Meters {
    seconds: Histogram,
    answers: HashMap<(&'static str, StatusCode), Counter>,
}

thread_local! {
    static ROUTES: RefCell<HashMap<String, Meters>> = RefCell::default();
}

impl Meters {
    fn of(route: &str) -> Self {
        Self {
            seconds: metrics::histogram!("pilot_http_request_seconds", "route" => route.to_owned()),
            answers: HashMap::new(),
        }
    }

    fn count(&mut self, route: &str, method: &'static str, status: StatusCode) {
        self.answers
            .entry((method, status))
            .or_insert_with(|| {
                metrics::counter!("pilot_http_requests_total", "route" => route.to_owned(), "method" => method,
                                  "status" => status.as_str().to_owned())
            })
            .increment(1);
    }
}

/// Whatever a caller invents as a method is one label: each new one would be kept for good.
fn label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        Method::PATCH => "PATCH",
        _ => "other",
    }
}
