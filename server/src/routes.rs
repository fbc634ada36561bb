//! Every route of the program, with what it needs beside it. The table is the router: there is no other way in, so the access
//! test, which walks over it, sees everything.

use crate::api::{self, Failure};
use crate::console;
use crate::live;
use crate::media;
use crate::operations;
use crate::page;
use crate::provider::cloud_api::webhook;
use crate::state::AppState;
use app::error::Code;
use axum::Router;
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use axum::middleware::{self, Next};
use axum::routing::{MethodRouter, delete, get, post};
use std::path::Path;
use tower_http::catch_panic::CatchPanicLayer;

/// Largest body of an API request, in bytes.
pub(crate) const API_BODY: usize = 256 * 1024;
/// Largest webhook body, in bytes. Meta sends up to 3 MB.
const WEBHOOK_BODY: usize = 4 * 1024 * 1024;

/// What a caller must bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: it tells nothing of a tenant.
    Nothing,
    /// An API key.
    ApiKey,
    /// An embed token.
    EmbedToken,
    /// An identity token of a tenant's own backend, in the body.
    IdentityToken,
    /// The cookie of somebody who is signed in at the console.
    ConsoleCookie,
    /// Nothing but the address itself, which is good once.
    OneTimeLink,
    /// Nothing but the address itself, by whose secret one number can be connected.
    PairingToken,
    /// Nothing but the address itself, which is signed for one file and one session.
    SignedAddress,
    /// Meta's signature over the body, or its verify token.
    MetaSecret,
}

/// One row of the table.
pub struct Route {
    /// As axum writes it.
    pub path: &'static str,
    /// HTTP methods.
    pub methods: &'static [&'static str],
    /// What a caller must bring.
    pub needs: Needs,
    handler: MethodRouter<AppState>,
}

/// The table.
#[expect(
    clippy::too_many_lines,
    reason = "a row of a table is read at a glance"
)]
pub fn table() -> Vec<Route> {
    let route = |path, methods, needs, handler| Route {
        path,
        methods,
        needs,
        handler,
    };
    vec![
        route("/", &["GET"], Needs::Nothing, get(page::show)),
        route(
            "/c/{id}",
            &["GET"],
            Needs::ConsoleCookie,
            get(page::show_conversation),
        ),
        route(
            "/console/token",
            &["POST"],
            Needs::ConsoleCookie,
            post(console::mint_token),
        ),
        route(
            "/sign-in",
            &["GET", "POST"],
            Needs::Nothing,
            get(console::show_sign_in).post(console::sign_in),
        ),
        route(
            "/sign-out",
            &["POST"],
            Needs::ConsoleCookie,
            post(console::sign_out),
        ),
        route(
            "/setup",
            &["GET"],
            Needs::Nothing,
            get(console::set_up_elsewhere),
        ),
        route(
            "/setup/{secret}",
            &["GET", "POST"],
            Needs::OneTimeLink,
            get(console::show_set_up).post(console::set_up),
        ),
        route(
            "/invite/{secret}",
            &["GET", "POST"],
            Needs::OneTimeLink,
            get(console::show_link).post(console::take_link),
        ),
        route(
            "/settings",
            &["GET"],
            Needs::ConsoleCookie,
            get(console::begin_settings),
        ),
        route(
            "/settings/{page}",
            &["GET", "POST"],
            Needs::ConsoleCookie,
            get(console::show_settings).post(console::change_settings),
        ),
        route(
            "/settings/branding/preview",
            &["POST"],
            Needs::ConsoleCookie,
            post(console::preview),
        ),
        route("/words", &["GET"], Needs::Nothing, get(api::words)),
        route(
            "/v1/numbers",
            &["GET", "POST"],
            Needs::ApiKey,
            get(api::list_numbers).post(api::create_number),
        ),
        route(
            "/v1/numbers/remote-pairing",
            &["POST"],
            Needs::ApiKey,
            post(api::create_remote_pairing),
        ),
        route(
            "/v1/numbers/{id}/connect",
            &["GET"],
            Needs::ApiKey,
            get(api::connect_number),
        ),
        route(
            "/connect/{token}",
            &["GET", "POST"],
            Needs::PairingToken,
            get(page::show_connect).post(page::act_on_connect),
        ),
        route(
            "/v1/remote-pairing/{token}",
            &["GET"],
            Needs::PairingToken,
            get(api::pairing_info),
        ),
        route(
            "/v1/remote-pairing/{token}/status",
            &["GET"],
            Needs::PairingToken,
            get(api::pairing_status),
        ),
        route(
            "/v1/remote-pairing/{token}/events",
            &["GET"],
            Needs::PairingToken,
            get(api::pairing_events),
        ),
        route(
            "/v1/remote-pairing/{token}/connect",
            &["POST"],
            Needs::PairingToken,
            post(api::start_pairing),
        ),
        route(
            "/v1/remote-pairing/{token}/credentials",
            &["POST"],
            Needs::PairingToken,
            post(api::pair_by_credentials),
        ),
        route(
            "/v1/remote-pairing/{token}/signup",
            &["POST"],
            Needs::PairingToken,
            post(api::pair_by_signup),
        ),
        route(
            "/v1/numbers/{id}",
            &["GET", "PATCH", "DELETE"],
            Needs::ApiKey,
            get(api::show_number)
                .patch(api::change_number)
                .delete(api::remove_number),
        ),
        route(
            "/v1/numbers/{id}/restore",
            &["POST"],
            Needs::ApiKey,
            post(api::restore_number),
        ),
        route(
            "/v1/numbers/{id}/purge",
            &["DELETE"],
            Needs::ApiKey,
            delete(api::purge_number),
        ),
        route(
            "/v1/numbers/{id}/status",
            &["GET"],
            Needs::ApiKey,
            get(api::number_status),
        ),
        route(
            "/v1/api-keys",
            &["GET", "POST"],
            Needs::ApiKey,
            get(api::list_api_keys).post(api::renew_number_key),
        ),
        route(
            "/v1/conversations",
            &["GET"],
            Needs::ApiKey,
            get(api::list_conversations),
        ),
        route(
            "/v1/conversations/{id}",
            &["GET", "PATCH"],
            Needs::ApiKey,
            get(api::show_conversation).patch(api::change_conversation),
        ),
        route(
            "/v1/conversations/{id}/messages",
            &["GET"],
            Needs::ApiKey,
            get(api::list_thread),
        ),
        route(
            "/v1/conversations/{id}/read",
            &["POST"],
            Needs::ApiKey,
            post(api::read_conversation),
        ),
        route(
            "/v1/conversations/{id}/notes",
            &["POST"],
            Needs::ApiKey,
            post(api::write_note),
        ),
        route(
            "/v1/messages/history",
            &["GET"],
            Needs::ApiKey,
            get(api::history),
        ),
        route(
            "/v1/messages/unread",
            &["GET"],
            Needs::ApiKey,
            get(api::unread),
        ),
        route("/v1/messages", &["GET"], Needs::ApiKey, get(api::list_sent)),
        route(
            "/v1/messages/group",
            &["GET"],
            Needs::ApiKey,
            get(api::list_group_messages),
        ),
        route("/v1/groups", &["GET"], Needs::ApiKey, get(api::list_groups)),
        route(
            "/v1/newsletters",
            &["GET"],
            Needs::ApiKey,
            get(api::list_newsletters),
        ),
        route("/v1/events", &["GET"], Needs::ApiKey, get(api::events)),
        // May have a file inside, and has limits of its own.
        route(
            "/v1/messages/send",
            &["POST"],
            Needs::ApiKey,
            post(api::send).layer(DefaultBodyLimit::disable()),
        ),
        route(
            "/v1/messages/cancel",
            &["DELETE"],
            Needs::ApiKey,
            delete(api::cancel),
        ),
        route(
            "/v1/messages/typing",
            &["POST"],
            Needs::ApiKey,
            post(api::typing),
        ),
        route(
            "/v1/messages/{id}/reaction",
            &["POST"],
            Needs::ApiKey,
            post(api::react),
        ),
        // Streams its body, and has limits of its own.
        route(
            "/v1/media",
            &["POST"],
            Needs::ApiKey,
            post(api::upload_media).layer(DefaultBodyLimit::disable()),
        ),
        route(
            "/v1/media/{id}",
            &["GET"],
            Needs::ApiKey,
            get(api::show_media),
        ),
        route(
            "/v1/templates",
            &["GET"],
            Needs::ApiKey,
            get(api::list_templates),
        ),
        route(
            "/v1/templates/{id}",
            &["GET"],
            Needs::ApiKey,
            get(api::show_template),
        ),
        route(
            "/v1/webhooks",
            &["GET", "POST"],
            Needs::ApiKey,
            get(api::list_webhooks).post(api::create_webhook),
        ),
        route(
            "/v1/webhooks/{id}",
            &["GET", "PATCH", "DELETE"],
            Needs::ApiKey,
            get(api::show_webhook)
                .patch(api::change_webhook)
                .delete(api::remove_webhook),
        ),
        route(
            "/v1/webhooks/{id}/secret",
            &["POST"],
            Needs::ApiKey,
            post(api::rotate_webhook_secret),
        ),
        route(
            "/v1/webhooks/{id}/logs",
            &["GET"],
            Needs::ApiKey,
            get(api::list_webhook_log),
        ),
        route(
            "/v1/webhooks/{id}/logs/{delivery}/resend",
            &["POST"],
            Needs::ApiKey,
            post(api::resend_webhook_delivery),
        ),
        route(
            "/v1/messages/{id}",
            &["GET"],
            Needs::ApiKey,
            get(api::show_message),
        ),
        route(
            "/v1/embed/sessions",
            &["POST"],
            Needs::ApiKey,
            post(api::create_embed_session),
        ),
        route(
            "/v1/branding",
            &["GET", "PUT"],
            Needs::ApiKey,
            get(api::show_branding).put(api::change_branding),
        ),
        route(
            "/v1/embed/sessions/{id}",
            &["DELETE"],
            Needs::ApiKey,
            delete(api::end_embed_session),
        ),
        route(
            "/api/public/embed/refresh",
            &["POST"],
            Needs::EmbedToken,
            post(api::refresh),
        ),
        route(
            "/api/public/embed/exchange",
            &["POST"],
            Needs::IdentityToken,
            post(api::exchange),
        ),
        route("/api/live", &["GET"], Needs::EmbedToken, get(live::open)),
        // Streams its body, and has limits of its own.
        route(
            "/api/media",
            &["POST"],
            Needs::EmbedToken,
            post(media::upload).layer(DefaultBodyLimit::disable()),
        ),
        route(
            "/media/{id}/{access}",
            &["GET"],
            Needs::SignedAddress,
            get(media::serve),
        ),
        // The server functions; the access test takes their paths from the functions themselves.
        route(
            "/api/{*function}",
            &["POST"],
            Needs::EmbedToken,
            post(api::call_server_function),
        ),
        route(
            "/webhooks/whatsapp",
            &["GET", "POST"],
            Needs::MetaSecret,
            get(webhook::verify_endpoint)
                .post(webhook::receive)
                .layer(DefaultBodyLimit::max(WEBHOOK_BODY)),
        ),
        route(
            "/openapi.json",
            &["GET"],
            Needs::Nothing,
            get(api::openapi_document),
        ),
        route("/docs", &["GET"], Needs::Nothing, get(api::viewer)),
        route(
            "/healthz",
            &["GET"],
            Needs::Nothing,
            get(operations::healthz),
        ),
        route("/readyz", &["GET"], Needs::Nothing, get(operations::readyz)),
        route(
            "/metrics",
            &["GET"],
            Needs::Nothing,
            get(operations::metrics),
        ),
    ]
}

/// The router over the table, the built files, and an answer for everything else.
pub fn router(state: AppState, site_root: &Path) -> Router {
    let files = || page::static_files(site_root);
    let cached = || middleware::from_fn(page::caching);
    table()
        .into_iter()
        .fold(Router::new(), |router, route| {
            router.route(route.path, route.handler)
        })
        .layer(DefaultBodyLimit::max(API_BODY))
        .method_not_allowed_fallback(method_not_allowed)
        .merge(
            Router::new()
                .route_service("/pkg/{*file}", files())
                .route_service("/embed.js", files())
                .route_service("/embed-element.js", files())
                .route_service("/onpilot.js", files())
                .route_service("/emoji/{file}", files())
                .route_service("/docs/{file}", files())
                .layer(cached()),
        )
        .fallback(not_found)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(finish))
        .with_state(state)
}

async fn not_found() -> Failure {
    Failure::new(Code::NotFound, "There is nothing at this address.")
}

async fn method_not_allowed() -> Failure {
    Failure::new(
        Code::MethodNotAllowed,
        "This address exists, but not for this method.",
    )
}

fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> Response<Body> {
    // The panic itself is in the log, by the hook.
    axum::response::IntoResponse::into_response(Failure::from(app::error::ApiError::internal()))
}

/// What every answer goes through. One layer and not three: each boxes the service and its future anew for every request.
async fn finish(request: Request<Body>, next: Next) -> Response<Body> {
    let observation = operations::Observation::begin(&request);
    let mut response = envelope(next.run(request).await);
    secure(response.headers_mut());
    observation.end(response.status());
    response
}

/// Errors of extractors (a body that is too large, a query that cannot be read) come as plain text: they get the envelope too.
fn envelope(response: Response<Body>) -> Response<Body> {
    let is_text = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let code = match response.status() {
        StatusCode::BAD_REQUEST
        | StatusCode::UNPROCESSABLE_ENTITY
        | StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::BodyInvalid,
        StatusCode::PAYLOAD_TOO_LARGE => Code::BodyTooLarge,
        StatusCode::NOT_FOUND => Code::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Code::MethodNotAllowed,
        StatusCode::INTERNAL_SERVER_ERROR => Code::Internal,
        _ => return response,
    };
    if !is_text {
        return response;
    }
    let sentence = match code {
        Code::BodyTooLarge => "The request is larger than this address takes.",
        Code::NotFound => "There is nothing at this address.",
        Code::MethodNotAllowed => "This address exists, but not for this method.",
        Code::Internal => "Something failed on our side. Try again; if it stays, tell support.",
        _ => "The request cannot be read. Check its form against /openapi.json.",
    };
    axum::response::IntoResponse::into_response(Failure::new(code, sentence))
}

/// Headers that every answer carries. The document sets its own policy; everything else may neither be framed nor load anything.
fn secure(headers: &mut HeaderMap) {
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(
            "default-src 'none'; frame-ancestors 'none'",
        ));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    headers
        .entry("cross-origin-resource-policy")
        .or_insert(HeaderValue::from_static("same-origin"));
}
