//! `GET /openapi.json`: the API document, generated from the handlers.

use axum::Json;
use axum::response::IntoResponse;
use std::sync::OnceLock;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Pilot Inbox",
        description = "A white-label WhatsApp inbox. Keys stay on your backend; your page gets an embed token and nothing else.",
        license(name = "MIT OR Apache-2.0"),
    ),
    paths(
        super::numbers::list,
        super::number::show,
        super::number::status,
        super::pairing::create::create,
        super::pairing::create::invite,
        super::pairing::create::code,
        super::pairing::link::info,
        super::pairing::link::status,
        super::pairing::link::start,
        super::pairing::proof::credentials,
        super::pairing::proof::signup,
        super::pairing::stream::events,
        super::number_changes::update,
        super::number_life::remove,
        super::number_life::restore,
        super::number_life::purge,
        super::api_keys::list,
        super::api_keys::renew,
        super::conversations::list,
        super::thread::show,
        super::thread::update,
        super::thread::messages,
        super::thread::read,
        super::thread::write_note,
        super::history::history,
        super::history::unread,
        super::events::events,
        super::groups::groups,
        super::groups::newsletters,
        super::groups::messages,
        super::sent::list,
        super::sent::show,
        super::send::send,
        super::cancel::cancel,
        super::typing::typing,
        super::reaction::react,
        super::media::show,
        super::media::upload,
        super::templates::list,
        super::templates::show,
        super::webhooks::list,
        super::webhooks::create,
        super::webhooks::show,
        super::webhooks::update,
        super::webhooks::remove,
        super::webhooks::rotate,
        super::webhook_log::list,
        super::webhook_log::resend,
        super::embed_sessions::create,
        super::embed_sessions::end,
        super::refresh::refresh,
        super::exchange::exchange,
        super::branding::get,
        super::branding::put,
    ),
    components(schemas(super::ErrorBody)),
    modifiers(&Security)
)]
struct Document;

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let header = |name: &str, about: &str| {
            SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(name, about)))
        };
        components.add_security_scheme("apiKey", header("x-api-key", "The raw key, `ps_…`."));
        components.add_security_scheme(
            "apiKeyId",
            header("x-api-key-id", "The id of a key, as secret as the key."),
        );
        components.add_security_scheme(
            "embedToken",
            SecurityScheme::Http(
                HttpBuilder::new()
                    .scheme(HttpAuthScheme::Bearer)
                    .bearer_format("JWT")
                    .build(),
            ),
        );
    }
}

/// The document (OpenAPI 3.1).
pub async fn document() -> impl IntoResponse {
    static DOCUMENT: OnceLock<utoipa::openapi::OpenApi> = OnceLock::new();
    Json(DOCUMENT.get_or_init(Document::openapi))
}
