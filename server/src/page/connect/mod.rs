//! `/connect/{token}`: where somebody connects a number whom a tenant has sent a link. The token in the address is the only thing that
//! opens it, so there is no cookie and nothing to sign in to.

mod look;

use super::nonce;
use crate::api::{Failure, is_exact_origin};
use crate::pairing::{self, View};
use crate::state::AppState;
use crate::store::{LinkState, MetaFlow, Provider};
use app::boot::Theme;
use app::connect::{Connect, ConnectAssets, Face, Word, document};
use app::error::{ApiError, Code};
use app::i18n::Locale;
use axum::Form;
use axum::body::Body;
use axum::extract::{Path, Query, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use look::{Look, Wishes, dress};
use serde::Deserialize;

const STYLE: &str = include_str!("connect.css");
const SCRIPT: &str = include_str!("connect.js");

/// What the address says beside the token. Everything is optional.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Visit {
    parent_origin: Option<String>,
    locale: Option<String>,
    theme: Option<String>,
    #[serde(flatten)]
    wishes: Wishes,
}

/// What the page's forms send.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Act {
    action: String,
    #[serde(default)]
    phone_number_id: String,
    #[serde(default)]
    access_token: String,
}

/// Sends the page.
pub async fn show(
    State(state): State<AppState>,
    Path(token): Path<String>,
    Query(visit): Query<Visit>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let page = Page::of(&visit, query, &headers, &token);
    page.send(&state, &token, None, "").await
}

/// Does what a form of the page asks for, and sends the page anew.
pub async fn act(
    State(state): State<AppState>,
    Path(token): Path<String>,
    Query(visit): Query<Visit>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    Form(act): Form<Act>,
) -> Result<Response, Failure> {
    let page = Page::of(&visit, query, &headers, &token);
    let done = match act.action.as_str() {
        "begin" => pairing::start(&state, &token).await.map(drop),
        "credentials" => {
            let (id, secret) = (act.phone_number_id.trim(), act.access_token.trim());
            pairing::credentials(&state, &token, id, secret).await.map(drop)
        }
        _ => Err(ApiError::new(Code::Invalid, "The form asks for nothing that this page can do.")),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&page.path).into_response()),
        // The link itself says best what is wrong with it.
        Err(error) if error.code == Code::NotFound => Ok(Redirect::to(&page.path).into_response()),
        Err(error) => {
            let id = act.phone_number_id.trim();
            page.send(&state, &token, Some(&error), id).await
        }
    }
}

/// The page, as far as the address and the browser decide it.
struct Page<'v> {
    locale: Locale,
    theme: Theme,
    /// Of this address, with its query.
    path: String,
    parent: Option<&'v str>,
    wishes: &'v Wishes,
}

impl<'v> Page<'v> {
    fn of(visit: &'v Visit, query: Option<String>, headers: &HeaderMap, token: &str) -> Self {
        let parent = visit.parent_origin.as_deref();
        let parent = parent.filter(|origin| is_exact_origin(origin));
        let accepted = headers.get(header::ACCEPT_LANGUAGE);
        let accepted = accepted.and_then(|value| value.to_str().ok()?.split([',', ';']).next());
        let mut path = ["/connect/", &percent(token)].concat();
        if let Some(query) = query.filter(|query| !query.is_empty()) {
            path += "?";
            path += &query;
        }
        Self {
            locale: visit
                .locale
                .as_deref()
                .or(accepted)
                .map_or_else(Locale::default, Locale::from_tag),
            theme: match (&visit.theme, parent) {
                (Some(name), _) => Theme::from_name(name),
                // The window that the SDK opens is light.
                (None, Some(_)) => Theme::Light,
                (None, None) => Theme::System,
            },
            path,
            parent,
            wishes: &visit.wishes,
        }
    }

    async fn send(
        self,
        state: &AppState,
        token: &str,
        error: Option<&ApiError>,
        phone_number_id: &str,
    ) -> Result<Response, Failure> {
        let view = pairing::view(state, token).await?;
        let Look { brand, pictures, redirect } = dress(view.branding.as_deref(), self.wishes)?;
        let sentence = error.map(|error| sentence(self.locale, error));
        let connect = Connect {
            failure: sentence.or_else(|| view.failure.clone()),
            number: view.masked_number.clone(),
            face: face(&view, redirect, phone_number_id),
            parent: self.parent.map(str::to_owned),
            locale: self.locale,
            theme: self.theme,
            path: self.path,
            brand,
        };
        let assets = ConnectAssets {
            css: &state.page.assets().css,
            style: STYLE,
            script: SCRIPT,
        };
        let nonce = nonce()?;
        let ancestors = self.parent.unwrap_or(super::framing::NOBODY);
        let policy = format!(
            "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src data:{pictures}; \
             connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors {ancestors}"
        );
        let mut response = Response::new(Body::from(document(&connect, &assets, &nonce)));
        *response.status_mut() = status(&connect.face, error);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_str(&policy).map_err(|_| ApiError::internal())?,
        );
        Ok(response)
    }
}

/// What stands on the page of such a link.
fn face(view: &View, redirect: Option<String>, phone_number_id: &str) -> Face {
    match view.face {
        pairing::Face::Open => match (view.provider, view.meta_flow) {
            (Provider::Linked, _) if view.state != LinkState::Connecting => Face::Begin,
            (Provider::Linked, _) => Face::Scan {
                qr: view.qr.as_deref().and_then(pairing::svg),
                pairing_code: view.pairing_code.clone(),
            },
            (Provider::CloudApi, Some(MetaFlow::Embedded)) if view.sign_up.is_some() => {
                Face::SignUp(view.sign_up.clone().unwrap_or_default())
            }
            (Provider::CloudApi, _) => Face::Credentials {
                phone_number_id: phone_number_id.to_owned(),
            },
        },
        pairing::Face::Connected => Face::Connected {
            redirect: view.redirect_url.clone().or(redirect),
            number_id: view.number_id.as_ref().map(ToString::to_string).unwrap_or_default(),
        },
        pairing::Face::Expired => Face::Expired,
        pairing::Face::Used => Face::Used,
        pairing::Face::Unknown => Face::Unknown,
        pairing::Face::NotConfigured => Face::NotConfigured,
    }
}

/// For who reads no pages. A link that is over is gone; one that is not known was never there.
fn status(face: &Face, error: Option<&ApiError>) -> StatusCode {
    match (face, error) {
        (Face::Expired | Face::Used, _) => StatusCode::GONE,
        (Face::Unknown, _) => StatusCode::NOT_FOUND,
        (Face::NotConfigured, _) => StatusCode::SERVICE_UNAVAILABLE,
        (_, Some(error)) => {
            StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::BAD_REQUEST)
        }
        (_, None) => StatusCode::OK,
    }
}

/// What is said of an error: in the visitor's language where there are words for it.
fn sentence(locale: Locale, error: &ApiError) -> String {
    match error.code {
        Code::RateLimited => Word::TooMany.say(locale).to_owned(),
        Code::Internal | Code::Unavailable => Word::Unavailable.say(locale).to_owned(),
        _ => error.error.clone(),
    }
}

fn percent(token: &str) -> String {
    percent_encoding::utf8_percent_encode(token, percent_encoding::NON_ALPHANUMERIC).to_string()
}
