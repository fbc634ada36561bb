//! The bearer token goes to nobody else.

use super::Scene;
use crate::support::meta;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::TcpListener;

/// Somebody else's server, which counts who calls.
async fn somebody_else() -> (String, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let count = calls.clone();
    let router = Router::new().fallback(move || async move {
        count.fetch_add(1, Ordering::SeqCst);
        "bytes"
    });
    (serve(router).await, calls)
}

async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

/// A Graph API that says that the file is at this address.
async fn graph_that_says(url: String) -> String {
    serve(Router::new().route(
        "/v25.0/{id}",
        get(async move || axum::Json(json!({"url": url, "file_size": "5"}))),
    ))
    .await
}

async fn fetch_from(graph: &str) -> String {
    let mut scene = Scene::set().await;
    scene.app.use_graph(&format!("{graph}/v25.0")).await;
    let _listening = scene.app.listen().await;
    let message = json!({"id": "wamid.1", "from": "5511999990001", "timestamp": "1700000000", "type": "document",
        "document": {"id": "../v1/77?x=y", "mime_type": "text/plain"}});
    scene
        .app
        .deliver(&meta::messages(scene.app.acme.first(), &[message]))
        .await;
    let id = scene.thread().await.last().unwrap()["id"].clone();
    let media = scene.settled(id.as_str().unwrap()).await;
    assert_eq!(media["state"], "FAILED", "{media}");
    media["failure"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_address_on_another_host_is_not_asked() {
    let (other, calls) = somebody_else().await;
    let port = other.rsplit(':').next().unwrap();
    for url in [
        format!("{other}/file"),
        // The same machine by another name is another host.
        format!("http://localhost:{port}/file"),
        "http://169.254.169.254/latest/meta-data".into(),
        "https://fbsbx.com.evil.test/x".into(),
    ] {
        let graph = graph_that_says(url).await;
        let why = fetch_from(&graph).await;
        assert!(why.contains("which is not WhatsApp's"), "{why}");
    }
    assert_eq!(calls.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (other, calls) = somebody_else().await;
    let to = Arc::new(other);
    let asked = Arc::new(AtomicUsize::new(0));
    let seen = asked.clone();
    let file = async move |State(to): State<Arc<String>>| {
        (StatusCode::FOUND, [(header::LOCATION, to.to_string())]).into_response()
    };
    let locate = async move |headers: HeaderMap| {
        seen.fetch_add(1, Ordering::SeqCst);
        assert_eq!(headers["authorization"], "Bearer EAAG-token");
        assert!(!headers["user-agent"].is_empty());
        let host = headers["host"].to_str().unwrap().to_owned();
        axum::Json(json!({"url": format!("http://{host}/file")}))
    };
    let router = Router::new()
        .route("/v25.0/{id}", get(locate))
        .route("/file", get(file))
        .with_state(to.clone());
    let why = fetch_from(&serve(router).await).await;
    assert!(why.contains("somewhere else"), "{why}");
    assert_eq!(asked.load(Ordering::SeqCst), 3, "each attempt asked anew");
    assert_eq!(calls.load(Ordering::SeqCst), 0);

    // Nor where the Graph API itself redirects.
    let elsewhere = async move |State(to): State<Arc<String>>| {
        (
            StatusCode::TEMPORARY_REDIRECT,
            [(header::LOCATION, to.to_string())],
        )
    };
    let router = Router::new()
        .route("/v25.0/{id}", get(elsewhere))
        .with_state(to);
    fetch_from(&serve(router).await).await;
    assert_eq!(calls.load(Ordering::SeqCst), 0);
}
