//! The pretend product: a page that mounts the inbox, and a backend that mints its tokens. It uses nothing but the public API.

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

const PAGE: &str = include_str!("host/index.html");
const STYLE: &str = include_str!("host/host.css");
const SCRIPT: &str = include_str!("host/host.js");

/// What the pretend product knows.
pub struct HostConfig {
    /// Where the inbox is.
    pub inbox_url: String,
    /// Its key; it never leaves this backend.
    pub api_key: String,
    /// The number that its customers write to.
    pub number_id: String,
    /// The origins under which a person may open it.
    pub origins: Vec<String>,
}

struct Host {
    config: HostConfig,
    client: reqwest::Client,
}

/// Serves it until `shutdown`.
pub async fn serve(
    listener: TcpListener,
    config: HostConfig,
    shutdown: CancellationToken,
) -> std::io::Result<()> {
    let policy = HeaderValue::from_str(&format!(
        "default-src 'self'; script-src 'self' {0}; frame-src {0}; img-src 'self' data:; base-uri 'none'; object-src 'none'",
        config.inbox_url
    ))
    .map_err(std::io::Error::other)?;
    let page = Html(PAGE.replace("{{INBOX_ORIGIN}}", &config.inbox_url));
    let host = Arc::new(Host {
        config,
        // The inbox is on this machine: a proxy of the environment is not asked.
        client: reqwest::Client::builder()
            .no_proxy()
            .build()
            .map_err(std::io::Error::other)?,
    });
    let router = Router::new()
        .route(
            "/",
            get(move || async move { ([(header::CONTENT_SECURITY_POLICY, policy)], page) }),
        )
        .route("/host.css", get(|| async { asset("text/css", STYLE) }))
        .route(
            "/host.js",
            get(|| async { asset("text/javascript", SCRIPT) }),
        )
        .route("/embed-token", post(embed_token))
        .with_state(host);
    axum::serve(listener, router)
        .with_graceful_shutdown(async move { shutdown.cancelled().await })
        .await
}

fn asset(
    kind: &'static str,
    text: &'static str,
) -> ([(HeaderName, &'static str); 1], &'static str) {
    ([(header::CONTENT_TYPE, kind)], text)
}

/// What a customer's backend does: mint, and hand over the token alone.
async fn embed_token(State(host): State<Arc<Host>>) -> Response {
    let minted = async {
        host.client
            .post(format!("{}/v1/embed/sessions", host.config.inbox_url))
            .header("x-api-key", &host.config.api_key)
            .json(&json!({
                "surface": "chat",
                "whatsappNumberIds": [host.config.number_id],
                "allowedOrigins": host.config.origins,
            }))
            .send()
            .await?
            .error_for_status()?
            .json::<Value>()
            .await
    };
    match minted.await {
        Ok(session) => Json(json!({"token": session["token"]})).into_response(),
        Err(error) => {
            tracing::warn!(error = %error.without_url(), "the pretend product could not mint a token");
            StatusCode::BAD_GATEWAY.into_response()
        }
    }
}
