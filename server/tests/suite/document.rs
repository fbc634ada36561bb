//! The document and the headers of everything: who may frame us, what a page of ours may load, and what no answer goes without.

use crate::support::app::ORIGIN;
use crate::support::{Answer, TestApp, eventually, meta};
use app::i18n::{Locale, words};
use axum::http::{Method, StatusCode};
use pilot_inbox::routes;
use serde_json::json;
use std::collections::HashSet;
use std::io::Read;

/// One directive of an answer's policy.
fn directive(answer: &Answer, name: &str) -> String {
    let policy = answer.header("content-security-policy");
    let found = policy
        .split(';')
        .map(str::trim)
        .find_map(|part| part.strip_prefix(name)?.strip_prefix(' '));
    found
        .unwrap_or_else(|| panic!("no {name} in {policy}"))
        .to_owned()
}

async fn ancestors(app: &TestApp, parent_origin: &str) -> String {
    let query: String = url::form_urlencoded::byte_serialize(parent_origin.as_bytes()).collect();
    let answer = app
        .anonymous()
        .get(&format!("/?parentOrigin={query}"))
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    directive(&answer, "frame-ancestors")
}

#[tokio::test]
async fn nobody_frames_us_without_being_invited() {
    let app = TestApp::start().await;
    let alone = app.anonymous().get("/").await;
    assert_eq!(directive(&alone, "frame-ancestors"), "'none'");
    assert_eq!(
        ancestors(&app, ORIGIN).await,
        "'none'",
        "nobody has invited it yet"
    );
    app.token(&app.acme).await;
    assert_eq!(ancestors(&app, ORIGIN).await, ORIGIN);
    assert_eq!(
        directive(&app.anonymous().get("/").await, "frame-ancestors"),
        "'none'"
    );
    for other in [
        "",
        "null",
        "*",
        "'self'",
        "https:",
        "https://*.acme.test",
        "https://evil.test",
        "https://app.acme.test/",
        "https://APP.acme.test",
        "http://app.acme.test",
        "https://app.acme.test:8443",
        "https://app.acme.test.evil.test",
        "https://app.acme.test https://evil.test",
        "https://app.acme.test; script-src *",
        "https://app.acme.test\r\nx-injected: 1",
        "https://app.acme.test,https://evil.test",
        "\0",
        "https://app.acme.test\0",
        &format!("https://{}.test", "a".repeat(5_000)),
    ] {
        assert_eq!(ancestors(&app, other).await, "'none'", "{other:?}");
    }
    let both = app
        .anonymous()
        .get(&format!(
            "/?parentOrigin={ORIGIN}&parentOrigin=https://evil.test"
        ))
        .await;
    assert!(
        !both.header("content-security-policy").contains("evil"),
        "{}",
        both.shown()
    );
}

#[tokio::test]
async fn a_browser_gets_the_document_compressed_with_its_own_nonce() {
    let app = TestApp::start().await;
    let browser = || {
        app.anonymous()
            .header("accept-encoding", "gzip, deflate, br, zstd")
    };
    let (one, other) = (browser().get("/").await, browser().get("/").await);
    let plain = app.anonymous().get("/").await;
    assert_eq!(plain.header("content-encoding"), "");
    let nonce = |answer: &Answer| {
        let policy = answer.header("content-security-policy");
        let (_, rest) = policy.split_once("'nonce-").unwrap();
        rest.split_once('\'').unwrap().0.to_owned()
    };
    assert_ne!(nonce(&one), nonce(&other));
    for answer in [&one, &other] {
        assert_eq!(answer.header("content-encoding"), "gzip");
        assert!(answer.header("vary").contains("accept-encoding"));
        assert!(answer.body.len() * 2 < plain.body.len());
        let mut html = String::new();
        flate2::read::GzDecoder::new(&*answer.body)
            .read_to_string(&mut html)
            .unwrap();
        assert_eq!(html, plain.text().replace(&nonce(&plain), &nonce(answer)));
    }
}

#[tokio::test]
async fn the_invitation_ends_with_the_key() {
    let app = TestApp::start().await;
    app.token(&app.acme).await;
    assert_eq!(ancestors(&app, ORIGIN).await, ORIGIN);
    app.state
        .store
        .revoke_api_key(&app.acme.key_id)
        .await
        .unwrap();
    eventually("the invitation to end", || async {
        (ancestors(&app, ORIGIN).await == "'none'").then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_invitation_ends_with_the_last_number_and_with_the_last_token() {
    let app = TestApp::start().await;
    app.token_for(&app.acme, &app.acme.numbers[0].id).await;
    assert_eq!(ancestors(&app, ORIGIN).await, ORIGIN);
    app.state
        .store
        .remove_number(&app.acme.numbers[0].id)
        .await
        .unwrap();
    eventually("the invitation to end", || async {
        (ancestors(&app, ORIGIN).await == "'none'").then_some(())
    })
    .await;
    // By itself, when nobody renews.
    app.token_with(&app.globex, json!({"ttlSeconds": 1})).await;
    assert_eq!(ancestors(&app, ORIGIN).await, ORIGIN);
    eventually("the token to end", || async {
        (ancestors(&app, ORIGIN).await == "'none'").then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_policy_lets_nothing_in_but_our_own() {
    let app = TestApp::start().await;
    let mut nonces = HashSet::new();
    for _ in 0..50 {
        let answer = app.anonymous().get("/").await;
        let scripts = directive(&answer, "script-src");
        let nonce = scripts
            .split('\'')
            .find_map(|part| part.strip_prefix("nonce-"))
            .unwrap();
        assert!(nonce.len() >= 22, "128 bits: {nonce}");
        assert_eq!(
            scripts,
            format!("'self' 'nonce-{nonce}' 'wasm-unsafe-eval'")
        );
        let html = answer.text();
        assert!(html.contains("<script"), "{html}");
        for script in html.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap();
            // Data is not run.
            if tag.contains("type=\"application/json\"") {
                continue;
            }
            assert!(
                tag.contains(&format!("nonce=\"{nonce}\"")),
                "<script{tag}> has the nonce of its answer"
            );
        }
        assert!(!html.contains('\0'), "every place was filled");
        for attribute in [" onload=", " onclick=", " onerror=", "javascript:"] {
            assert!(!html.contains(attribute), "{attribute}");
        }
        assert!(nonces.insert(nonce.to_owned()), "no nonce comes twice");
    }
    let answer = app.anonymous().get("/").await;
    for (name, value) in [
        ("default-src", "'none'"),
        ("connect-src", "'self'"),
        ("base-uri", "'none'"),
        ("object-src", "'none'"),
        ("form-action", "'none'"),
    ] {
        assert_eq!(directive(&answer, name), value);
    }
    let policy = answer.header("content-security-policy");
    assert!(
        !policy.contains("'unsafe-inline'") && !policy.contains("'unsafe-eval'"),
        "{policy}"
    );
    assert_eq!(
        answer.header("cache-control"),
        "no-store",
        "a nonce is for once"
    );
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let app = TestApp::start().await;
    let token = app.token(&app.acme).await;
    let mut requests: Vec<(Method, String)> = routes::table()
        .iter()
        // A stream of its own does not end.
        .filter(|route| !["/api/live", "/v1/events"].contains(&route.path))
        .flat_map(|route| {
            let path = route.path.replace("{*function}", "conversations/list");
            route
                .methods
                .iter()
                .map(move |method| (method.parse().unwrap(), path.clone()))
        })
        .collect();
    for path in [
        "/nowhere",
        "/pkg/0123456789abcdef/inbox.js",
        "/pkg/nowhere.js",
        "/embed.js",
        "/embed-element.js",
        "/onpilot.js",
        "/api/nowhere",
    ] {
        requests.push((Method::GET, path.into()));
    }
    requests.push((Method::PUT, "/v1/numbers".into()));
    for client in [
        app.anonymous(),
        app.with_token(&token).header("x-api-key", &app.acme.key),
    ] {
        for (method, path) in &requests {
            let answer = client
                .send(method.clone(), path, b"{\"page\":{}}".to_vec())
                .await;
            let name = format!("{method} {path} ({})", answer.status);
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{name}");
            assert_eq!(answer.header("referrer-policy"), "no-referrer", "{name}");
            assert_eq!(directive(&answer, "frame-ancestors"), "'none'", "{name}");
            assert!(answer.headers.get("set-cookie").is_none(), "{name}");
            assert!(
                answer.headers.get("access-control-allow-origin").is_none(),
                "{name}"
            );
            let is_page = [
                "/sign-",
                "/setup",
                "/invite/",
                "/connect/",
                "/settings/{page}",
            ]
            .iter()
            .any(|page| path.starts_with(page));
            if answer.status.is_client_error() && is_page {
                let kind = answer.header("content-type");
                assert_eq!(kind, "text/html; charset=utf-8", "{name}");
                assert_eq!(answer.header("cache-control"), "no-store", "{name}");
            } else if answer.status.is_client_error() {
                assert_eq!(answer.header("content-type"), "application/json", "{name}");
                assert!(
                    answer.json()["error"].is_string() && answer.json()["code"].is_string(),
                    "{name}"
                );
                assert_eq!(answer.header("cache-control"), "no-store", "{name}");
            }
        }
    }
    let stream = app.stream(&token, None).await;
    assert_eq!(stream.headers["content-type"], "text/event-stream");
    assert_eq!(stream.headers["x-content-type-options"], "nosniff");
    assert_eq!(stream.headers["cache-control"], "no-store");
    assert_eq!(stream.headers["x-accel-buffering"], "no");
}

#[tokio::test]
async fn files_are_kept_for_as_long_as_their_names_promise() {
    let app = TestApp::start().await;
    let file = app.anonymous().get("/pkg/0123456789abcdef/inbox.js").await;
    assert_eq!(
        (file.status, file.header("cache-control")),
        (StatusCode::OK, "public, max-age=31536000, immutable")
    );
    assert_eq!(file.header("cross-origin-resource-policy"), "same-origin");
    for sdk in ["/embed.js", "/embed-element.js", "/onpilot.js"] {
        let sdk = app.anonymous().get(sdk).await;
        assert_eq!(
            (sdk.status, sdk.header("cache-control")),
            (StatusCode::OK, "public, max-age=300")
        );
        assert_eq!(
            sdk.header("cross-origin-resource-policy"),
            "cross-origin",
            "a host page loads it"
        );
    }
    assert!(
        app.anonymous()
            .get("/pkg/gone.js")
            .await
            .header("cache-control")
            .contains("no-store")
    );
}

#[tokio::test]
async fn the_shell_tells_nothing_of_anybody() {
    let app = TestApp::start().await;
    app.deliver(&meta::one_text(
        app.acme.first(),
        "wamid.1",
        "5511999",
        1_700_000_000,
        "a private message",
    ))
    .await;
    let token = app.token(&app.acme).await;
    let client = app
        .with_token(&token)
        .header("x-api-key", &app.acme.key)
        .header("cookie", &format!("token={token}"));
    let html = client
        .get(&format!(
            "/?parentOrigin={ORIGIN}&token={token}&locale=pt&theme=dark"
        ))
        .await
        .text();
    for told in [
        &token,
        &app.acme.key,
        "a private message",
        "5511999",
        app.acme.id.as_str(),
        app.acme.numbers[0].id.as_str(),
        "Acme 0",
    ] {
        assert!(!html.contains(told), "{told}");
    }
}

#[tokio::test]
async fn language_and_theme_come_from_the_address_and_never_become_markup() {
    let app = TestApp::start().await;
    let get = async |query: &str| app.anonymous().get(&format!("/{query}")).await.text();
    assert!(get("?locale=pt").await.contains("lang=\"pt"), "Portuguese");
    assert!(
        get("?locale=en&theme=dark").await.contains("lang=\"en"),
        "English"
    );
    let from_header = app
        .anonymous()
        .header("accept-language", "pt-BR,pt;q=0.9")
        .get("/")
        .await;
    assert!(from_header.text().contains("lang=\"pt"));
    assert_eq!(
        from_header.header("vary"),
        "accept-language, accept-encoding"
    );
    for hostile in [
        "\"><script>alert(1)</script>",
        "'-alert(1)-'",
        "~nonce~",
        "../../etc/passwd",
    ] {
        let encoded: String = url::form_urlencoded::byte_serialize(hostile.as_bytes()).collect();
        let html = get(&format!(
            "?locale={encoded}&theme={encoded}&parentOrigin={encoded}"
        ))
        .await;
        assert!(!html.contains(hostile), "{hostile}");
    }
}

#[tokio::test]
async fn each_language_has_its_words_and_its_direction() {
    let app = TestApp::start().await;
    for (tag, lang, dir) in [
        ("en-US", "en", "ltr"),
        ("pt-BR", "pt", "ltr"),
        ("es-MX", "es", "ltr"),
        ("ar-EG", "ar", "rtl"),
    ] {
        let html = app
            .anonymous()
            .get(&format!("/?parentOrigin={ORIGIN}&locale={tag}"))
            .await
            .text();
        assert!(
            html.contains(&format!("lang=\"{lang}\" dir=\"{dir}\"")),
            "{html}"
        );
        let locale = Locale::from_tag(tag);
        let fetched = app.anonymous().get(&words::address(locale)).await;
        assert_eq!(fetched.header("content-type"), "application/json");
        assert_eq!(fetched.text(), words::list(locale));
        assert!(
            html.contains(&fetched.text().replace('<', "\\u003c")),
            "the same come with the document"
        );
    }
    let other_build = app.anonymous().get("/words?locale=ar&keys=1").await;
    assert_eq!(other_build.code(), "404 NOT_FOUND");
    for hostile in ["/words?locale=../../etc/passwd", "/words?locale=%00"] {
        assert_eq!(
            app.anonymous().get(hostile).await.text(),
            words::list(Locale::En)
        );
    }
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table")]
async fn the_api_document_is_openapi_3_1_and_lists_the_public_api() {
    let app = TestApp::start().await;
    let document = app.anonymous().get("/openapi.json").await.json();
    assert!(
        document["openapi"].as_str().unwrap().starts_with("3.1"),
        "{}",
        document["openapi"]
    );
    let paths: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();
    assert_eq!(
        paths,
        [
            "/api/public/embed/exchange",
            "/api/public/embed/refresh",
            "/v1/api-keys",
            "/v1/branding",
            "/v1/conversations",
            "/v1/conversations/{id}",
            "/v1/conversations/{id}/messages",
            "/v1/conversations/{id}/notes",
            "/v1/conversations/{id}/read",
            "/v1/embed/sessions",
            "/v1/embed/sessions/{id}",
            "/v1/events",
            "/v1/groups",
            "/v1/media",
            "/v1/media/{id}",
            "/v1/messages",
            "/v1/messages/cancel",
            "/v1/messages/group",
            "/v1/messages/history",
            "/v1/messages/send",
            "/v1/messages/typing",
            "/v1/messages/unread",
            "/v1/messages/{id}",
            "/v1/messages/{id}/reaction",
            "/v1/newsletters",
            "/v1/numbers",
            "/v1/numbers/remote-pairing",
            "/v1/numbers/{id}",
            "/v1/numbers/{id}/connect",
            "/v1/numbers/{id}/purge",
            "/v1/numbers/{id}/restore",
            "/v1/numbers/{id}/status",
            "/v1/remote-pairing/{token}",
            "/v1/remote-pairing/{token}/connect",
            "/v1/remote-pairing/{token}/credentials",
            "/v1/remote-pairing/{token}/events",
            "/v1/remote-pairing/{token}/signup",
            "/v1/remote-pairing/{token}/status",
            "/v1/templates",
            "/v1/templates/{id}",
            "/v1/webhooks",
            "/v1/webhooks/{id}",
            "/v1/webhooks/{id}/logs",
            "/v1/webhooks/{id}/logs/{delivery}/resend",
            "/v1/webhooks/{id}/secret"
        ]
    );
    for (path, method, success) in [
        ("/v1/numbers", "get", "200"),
        ("/v1/numbers", "post", "201"),
        ("/v1/numbers/remote-pairing", "post", "201"),
        ("/v1/numbers/{id}/connect", "get", "200"),
        ("/v1/api-keys", "get", "200"),
        ("/v1/numbers/{id}", "get", "200"),
        ("/v1/numbers/{id}/status", "get", "200"),
        ("/v1/numbers/{id}", "patch", "200"),
        ("/v1/numbers/{id}", "delete", "200"),
        ("/v1/numbers/{id}/restore", "post", "200"),
        ("/v1/numbers/{id}/purge", "delete", "200"),
        ("/v1/api-keys", "post", "201"),
        ("/v1/conversations", "get", "200"),
        ("/v1/conversations/{id}", "get", "200"),
        ("/v1/conversations/{id}", "patch", "200"),
        ("/v1/conversations/{id}/messages", "get", "200"),
        ("/v1/conversations/{id}/notes", "post", "201"),
        ("/v1/conversations/{id}/read", "post", "200"),
        ("/v1/events", "get", "200"),
        ("/v1/groups", "get", "200"),
        ("/v1/newsletters", "get", "200"),
        ("/v1/messages", "get", "200"),
        ("/v1/messages/group", "get", "200"),
        ("/v1/media", "post", "201"),
        ("/v1/media/{id}", "get", "200"),
        ("/v1/messages/{id}/reaction", "post", "200"),
        ("/v1/messages/cancel", "delete", "200"),
        ("/v1/messages/history", "get", "200"),
        ("/v1/messages/send", "post", "202"),
        ("/v1/messages/typing", "post", "200"),
        ("/v1/messages/unread", "get", "200"),
        ("/v1/messages/{id}", "get", "200"),
        ("/v1/templates", "get", "200"),
        ("/v1/templates/{id}", "get", "200"),
        ("/v1/webhooks", "get", "200"),
        ("/v1/webhooks", "post", "201"),
        ("/v1/webhooks/{id}", "get", "200"),
        ("/v1/webhooks/{id}", "patch", "200"),
        ("/v1/webhooks/{id}", "delete", "204"),
        ("/v1/webhooks/{id}/logs", "get", "200"),
        ("/v1/webhooks/{id}/logs/{delivery}/resend", "post", "202"),
        ("/v1/webhooks/{id}/secret", "post", "200"),
        ("/v1/embed/sessions", "post", "201"),
        ("/v1/branding", "get", "200"),
        ("/v1/branding", "put", "200"),
        ("/v1/embed/sessions/{id}", "delete", "204"),
        ("/api/public/embed/exchange", "post", "200"),
        ("/api/public/embed/refresh", "post", "200"),
    ] {
        let operation = &document["paths"][path][method];
        assert!(
            operation["responses"][success].is_object(),
            "{path} says what it answers"
        );
        assert!(
            operation["responses"]["401"].is_object(),
            "{path} says that it needs a credential"
        );
        // The identity token is in the body.
        let schemes = operation["security"].as_array().map_or(0, Vec::len);
        assert_eq!(schemes == 0, path.ends_with("/exchange"), "{path}");
    }
    let text = document.to_string();
    for part in text.split("\"$ref\":\"").skip(1) {
        let pointer = part.split('"').next().unwrap().trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{pointer} is there");
    }
}

#[tokio::test]
async fn the_viewer_of_the_document_is_ours_alone() {
    let app = TestApp::start().await;
    let page = app.anonymous().get("/docs").await;
    assert_eq!(
        (page.status, page.header("content-type")),
        (StatusCode::OK, "text/html; charset=utf-8")
    );
    assert_eq!(page.header("cache-control"), "public, max-age=300");
    for (name, value) in [
        ("default-src", "'none'"),
        ("script-src", "'self'"),
        ("style-src", "'self'"),
        ("img-src", "'self' data:"),
        ("connect-src", "'self'"),
        ("base-uri", "'none'"),
        ("form-action", "'none'"),
        ("object-src", "'none'"),
        ("frame-ancestors", "'none'"),
    ] {
        assert_eq!(directive(&page, name), value);
    }
    let html = page.text();
    assert!(!html.contains("<style") && !html.contains(" style="));
    for script in html.split("<script").skip(1) {
        assert!(script.split_once("></script>").unwrap().0.contains(" src="));
    }
    let mut files = Vec::new();
    for attribute in ["src=\"", "href=\""] {
        for rest in html.split(attribute).skip(1) {
            files.push(rest.split('"').next().unwrap());
        }
    }
    files.retain(|address| *address != "data:,");
    assert!(files.len() >= 4, "{files:?}");
    for address in files {
        assert!(
            address.starts_with('/') && !address.starts_with("//"),
            "{address} is on our own origin"
        );
        let file = app.anonymous().get(address).await;
        assert_eq!(file.status, StatusCode::OK, "{address}");
        if address.starts_with("/docs/") {
            assert_eq!(file.header("cache-control"), "public, max-age=300");
            assert_eq!(file.header("cross-origin-resource-policy"), "same-origin");
        }
    }
    let gone = app.anonymous().get("/docs/swagger-ui.js").await;
    assert_eq!(gone.code(), "404 NOT_FOUND");
}

#[tokio::test]
async fn health_says_how_it_is() {
    let app = TestApp::start().await;
    assert_eq!(app.anonymous().get("/healthz").await.shown(), "200 ok");
    assert_eq!(app.anonymous().get("/readyz").await.shown(), "200 ready");
    app.state.shutdown.cancel();
    let stopping = app.anonymous().get("/readyz").await;
    assert_eq!(
        (stopping.code().as_str(), stopping.header("retry-after")),
        ("503 UNAVAILABLE", "1")
    );
    assert_eq!(
        app.anonymous().get("/healthz").await.shown(),
        "200 ok",
        "it is alive all the same"
    );
}
