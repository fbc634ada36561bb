//! `GET /`.

use super::framing::{NOBODY, ONPILOT, ancestors};
use super::watch::Watch;
use crate::api::Failure;
use crate::branding::Looks;
use crate::state::AppState;
use app::boot::{Boot, Theme};
use app::branding::Brand;
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
use std::sync::{Arc, Mutex, PoisonError};

/// Stands in a rendered variant where a response's own nonce goes. No text that comes in keeps its NUL, so it cannot be part of anything else.
const NONCE_PLACE: &str = "\0nonce\0";

/// Most branded documents that are kept.
const BRANDED_MAX: usize = 256;

/// A document, cut where the nonce goes.
type Parts = Arc<Vec<String>>;

/// Every variant of the shell: the neutral ones rendered at start, those of a brand when they are first asked for. It holds nothing of a
/// visitor.
pub struct Page {
    neutral: HashMap<Boot, Parts>,
    branded: Mutex<HashMap<(Boot, Brand), Parts>>,
    /// How it looks in pages of an origin.
    looks: Looks,
    assets: Assets,
    watch: Option<Watch>,
}

impl Page {
    /// Renders the variants.
    pub fn render(assets: &Assets) -> Self {
        let mut page = Self {
            neutral: HashMap::new(),
            branded: Mutex::default(),
            looks: Looks::default(),
            assets: assets.clone(),
            watch: Watch::from_environment(),
        };
        for locale in Locale::ALL {
            for theme in Theme::ALL {
                for embedded in [true, false] {
                    let boot = Boot {
                        locale,
                        theme,
                        embedded,
                    };
                    let parts = page.draw(boot, &Brand::default());
                    page.neutral.insert(boot, parts);
                }
            }
        }
        page
    }

    fn draw(&self, boot: Boot, brand: &Brand) -> Parts {
        let mut html = document(&boot, brand, &self.assets, NONCE_PLACE);
        if let Some(watch) = &self.watch {
            html = watch.add_script(&html, NONCE_PLACE);
        }
        Arc::new(html.split(NONCE_PLACE).map(str::to_owned).collect())
    }

    fn parts(&self, boot: Boot, brand: &Brand) -> Parts {
        if *brand == Brand::default()
            && let Some(parts) = self.neutral.get(&boot)
        {
            return parts.clone();
        }
        let key = (boot, brand.clone());
        let held = || self.branded.lock().unwrap_or_else(PoisonError::into_inner);
        let known = held().get(&key).cloned();
        known.unwrap_or_else(|| {
            let parts = self.draw(boot, brand);
            let mut held = held();
            if held.len() >= BRANDED_MAX {
                held.clear();
            }
            held.insert(key, parts.clone());
            parts
        })
    }

    fn connect_sources(&self) -> String {
        self.watch.as_ref().map(Watch::sources).unwrap_or_default()
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
        theme: match (&visit.theme, visit.dialect.as_deref()) {
            (Some(name), _) => Theme::from_name(name),
            // Its pages say nothing before the inbox is ready.
            (None, Some(ONPILOT)) => Theme::System,
            (None, _) => Theme::default(),
        },
        embedded: visit.parent_origin.is_some(),
    };
    let ancestors = ancestors(
        &state,
        visit.parent_origin.as_deref(),
        visit.dialect.as_deref(),
    )
    .await?;
    // Who is not let in is not shown anybody's name.
    let look = if ancestors == NOBODY {
        Arc::default()
    } else {
        let (page, store) = (&state.page, &*state.store);
        page.looks.of_origin(store, &ancestors).await?
    };
    let nonce = nonce()?;
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' blob: data:{}; media-src 'self' blob:; font-src 'self'; connect-src 'self'{}; base-uri 'none'; form-action 'none'; object-src 'none'; \
         frame-ancestors {ancestors}",
        look.picture_sources,
        state.page.connect_sources()
    );
    let document = state.page.parts(boot, &look.brand).join(&nonce);
    let mut response = Response::new(Body::from(document));
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
