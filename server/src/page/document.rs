//! `GET /`.

use super::framing::{NOBODY, ONPILOT, ancestors};
use super::packed::{Packed, takes_gzip};
use super::watch::Watch;
use crate::access::ConsoleCaller;
use crate::api::Failure;
use crate::branding::{self, Looks};
use crate::console::{self, Door};
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

/// Every variant of the shell: the neutral ones rendered at start, those of a brand when they are first asked for. It holds nothing of a
/// visitor.
pub struct Page {
    neutral: HashMap<Boot, Arc<Packed>>,
    branded: Mutex<HashMap<(Boot, Brand), Arc<Packed>>>,
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
                for (embedded, console) in [(true, false), (false, false), (false, true)] {
                    let boot = Boot {
                        locale,
                        theme,
                        embedded,
                        console,
                    };
                    let document = page.draw(boot, &Brand::default());
                    page.neutral.insert(boot, document);
                }
            }
        }
        page
    }

    fn draw(&self, boot: Boot, brand: &Brand) -> Arc<Packed> {
        let mut html = document(&boot, brand, &self.assets, NONCE_PLACE);
        if let Some(watch) = &self.watch {
            html = watch.add_script(&html, NONCE_PLACE);
        }
        Arc::new(Packed::new(&html, NONCE_PLACE))
    }

    fn document(&self, boot: Boot, brand: &Brand) -> Arc<Packed> {
        if *brand == Brand::default()
            && let Some(document) = self.neutral.get(&boot)
        {
            return document.clone();
        }
        let key = (boot, brand.clone());
        let held = || self.branded.lock().unwrap_or_else(PoisonError::into_inner);
        let known = held().get(&key).cloned();
        known.unwrap_or_else(|| {
            let document = self.draw(boot, brand);
            let mut held = held();
            if held.len() >= BRANDED_MAX {
                held.clear();
            }
            held.insert(key, document.clone());
            document
        })
    }

    /// Where the built files are.
    pub fn assets(&self) -> &Assets {
        &self.assets
    }

    fn connect_sources(&self) -> String {
        self.watch.as_ref().map(Watch::sources).unwrap_or_default()
    }
}

/// What the address says. Everything is optional.
#[derive(Default, Deserialize)]
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
    person: console::Visit,
) -> Result<Response, Failure> {
    // Whoever names a page around us is in the embed, which knows no cookie.
    if visit.parent_origin.is_some() {
        return send(&state, &visit, &headers, None).await;
    }
    match console::door(&person).await? {
        Door::Shut => send(&state, &visit, &headers, None).await,
        Door::Open(caller) => send(&state, &visit, &headers, Some(&caller)).await,
        Door::Elsewhere(response) => Ok(response),
    }
}

/// Sends the console at a conversation's own address.
pub async fn show_conversation(
    State(state): State<AppState>,
    headers: HeaderMap,
    person: console::Visit,
) -> Result<Response, Failure> {
    match console::door(&person).await? {
        Door::Shut => Err(Failure::new(
            app::error::Code::NotFound,
            "There is nothing at this address.",
        )),
        Door::Open(caller) => {
            let visit = Visit {
                locale: person.query("locale"),
                theme: person.query("theme"),
                ..Visit::default()
            };
            send(&state, &visit, &headers, Some(&caller)).await
        }
        Door::Elsewhere(response) => Ok(response),
    }
}

async fn send(
    state: &AppState,
    visit: &Visit,
    headers: &HeaderMap,
    caller: Option<&ConsoleCaller>,
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
            // Nor is there one on our own.
            (None, _) if caller.is_some() => Theme::System,
            (None, _) => Theme::default(),
        },
        embedded: visit.parent_origin.is_some(),
        console: caller.is_some(),
    };
    let ancestors = ancestors(
        state,
        visit.parent_origin.as_deref(),
        visit.dialect.as_deref(),
    )
    .await?;
    // Who is not let in is not shown anybody's name.
    let look = if let Some(caller) = caller {
        Arc::new(branding::of_workspace(&*state.store, &caller.scope).await?)
    } else if ancestors == NOBODY {
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
    let document = state.page.document(boot, &look.brand);
    let gzip = headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .any(|accepted| accepted.to_str().is_ok_and(takes_gzip));
    let body = if gzip {
        Body::from(document.gzip(&nonce))
    } else {
        Body::from(document.plain(&nonce))
    };
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    if gzip {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::VARY,
        HeaderValue::from_static("accept-language, accept-encoding"),
    );
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_str(&policy).map_err(|_| app::error::ApiError::internal())?,
    );
    Ok(response)
}

/// 128 random bits.
pub fn nonce() -> Result<String, app::error::ApiError> {
    let mut bytes = [0u8; 16];
    rand::fill(&mut bytes).map_err(|_| app::error::ApiError::internal())?;
    Ok(STANDARD_NO_PAD.encode(bytes))
}
