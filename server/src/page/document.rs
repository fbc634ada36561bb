//! `GET /`.

use super::framing::ancestors;
use super::watch::Watch;
use crate::api::Failure;
use crate::state::AppState;
use app::boot::{Boot, Theme};
use app::i18n::Locale;
use app::shell::{Assets, document};
use aws_lc_rs::rand;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use serde::Deserialize;
use std::collections::HashMap;

/// Stands in a rendered variant where a response's own nonce goes. Not base64, so it cannot be part of anything else.
const NONCE_PLACE: &str = "~nonce~";

/// Every variant of the shell, rendered once at start. It holds nothing of a visitor.
pub struct Page {
    variants: HashMap<Boot, Vec<String>>,
    connect_sources: String,
}

impl Page {
    /// Renders the variants.
    pub fn render(assets: &Assets) -> Self {
        let watch = Watch::from_environment();
        let mut variants = HashMap::new();
        for locale in Locale::ALL {
            for theme in Theme::ALL {
                for embedded in [true, false] {
                    let boot = Boot {
                        locale,
                        theme,
                        embedded,
                    };
                    let mut html = document(&boot, assets, NONCE_PLACE);
                    if let Some(watch) = &watch {
                        html = watch.add_script(&html, NONCE_PLACE);
                    }
                    variants.insert(boot, html.split(NONCE_PLACE).map(str::to_owned).collect());
                }
            }
        }
        Self {
            variants,
            connect_sources: watch.map(|watch| watch.sources()).unwrap_or_default(),
        }
    }

    fn with_nonce(&self, boot: Boot, nonce: &str) -> String {
        self.variants
            .get(&boot)
            .map(|parts| parts.join(nonce))
            .unwrap_or_default()
    }
}

/// What the address says. Everything is optional.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Visit {
    parent_origin: Option<String>,
    dialect: Option<String>,
    locale: Option<String>,
    theme: Option<String>,
}

/// Sends the shell that the visitor is about to see.
pub async fn show(
    State(state): State<AppState>,
    Query(visit): Query<Visit>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let boot = Boot {
        locale: visit
            .locale
            .as_deref()
            .or_else(|| {
                headers
                    .get(header::ACCEPT_LANGUAGE)?
                    .to_str()
                    .ok()?
                    .split([',', ';'])
                    .next()
            })
            .map_or_else(Locale::default, Locale::from_tag),
        theme: visit
            .theme
            .as_deref()
            .map_or_else(Theme::default, Theme::from_name),
        embedded: visit.parent_origin.is_some(),
    };
    let ancestors = ancestors(
        &state,
        visit.parent_origin.as_deref(),
        visit.dialect.as_deref(),
    )
    .await?;
    let nonce = nonce()?;
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'{}; base-uri 'none'; form-action 'none'; object-src 'none'; \
         frame-ancestors {ancestors}",
        state.page.connect_sources
    );
    let mut response = Response::new(Body::from(state.page.with_nonce(boot, &nonce)));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_str(&policy).map_err(|_| app::error::ApiError::internal())?,
    );
    Ok(response)
}

/// 128 random bits.
fn nonce() -> Result<String, app::error::ApiError> {
    let mut bytes = [0u8; 16];
    rand::fill(&mut bytes).map_err(|_| app::error::ApiError::internal())?;
    Ok(STANDARD_NO_PAD.encode(bytes))
}
