//! `/connect/{token}`: where somebody connects a number to whom a tenant has sent a link. The token in the address is the only thing that
//! opens it, so there is no cookie and nothing to sign in to.

mod look;

use super::framing::NOBODY;
use super::nonce;
use crate::api::{
    CredentialsBody, Failure, SignupBody, by_credentials, by_signup, is_exact_origin,
    link_admitted, link_admitted_to_try,
};
use crate::console::Visit;
use crate::pairing::{self, View, drawing};
use crate::state::AppState;
use crate::store::{LinkState, MetaFlow, Provider};
use app::boot::Theme;
use app::connect::{Connect, ConnectAssets, Face, Qr, Word, document};
use app::error::{ApiError, Code};
use app::i18n::Locale;
use axum::Form;
use axum::body::Body;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use look::{Look, dress};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

const STYLE: &str = include_str!("connect.css");
const SCRIPT: &str = include_str!("connect.js");
/// From where Meta's window comes, and whom its script speaks to.
const META_SCRIPT: &str = " https://connect.facebook.net";
const META_CALLS: &str = " https://www.facebook.com https://graph.facebook.com";

/// What is written otherwise within a path. A token of ours has none of it.
const IN_A_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_');

/// What the page's forms send.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Act {
    action: String,
    phone_number_id: String,
    access_token: String,
    code: String,
    waba_id: String,
}

/// Sends the page.
pub async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, Failure> {
    let record = link_admitted(&visit, &token).await?;
    let view = state.pairing.show(record).await?;
    send(&state, &visit, &token, &view, Trouble::default())
}

/// Does what a form of the page asks for, and sends the page anew.
pub async fn act(
    State(state): State<AppState>,
    visit: Visit,
    Path(token): Path<String>,
    form: Result<Form<Act>, FormRejection>,
) -> Result<Response, Failure> {
    // What is no form of ours asks for nothing.
    let Form(act) = form.unwrap_or_default();
    let phone_number_id = act.phone_number_id.trim().to_owned();
    let Err(failure) = attempt(&state, &visit, &token, act).await else {
        return Ok(Redirect::to(&path_of(&visit, &token)).into_response());
    };
    // The link itself says best what is wrong with it.
    if matches!(
        failure.error.code,
        Code::LinkInvalid | Code::NumberAlreadyConnected
    ) {
        return Ok(Redirect::to(&path_of(&visit, &token)).into_response());
    }
    let view = pairing::view(&state, &token).await?;
    let trouble = Trouble {
        error: Some(failure.error),
        phone_number_id,
    };
    send(&state, &visit, &token, &view, trouble)
}

async fn attempt(state: &AppState, visit: &Visit, token: &str, act: Act) -> Result<(), Failure> {
    let record = link_admitted_to_try(visit, token).await?;
    match act.action.as_str() {
        "begin" => {
            state.pairing.begin(record).await?;
        }
        "credentials" => {
            let given = CredentialsBody {
                phone_number_id: act.phone_number_id,
                access_token: act.access_token,
                waba_id: None,
                pin: None,
            };
            by_credentials(state, record, &given).await?;
        }
        "sign-up" => {
            let given = SignupBody {
                code: act.code,
                waba_id: act.waba_id,
                phone_number_id: act.phone_number_id,
            };
            by_signup(state, record, &given).await?;
        }
        _ => {
            return Err(ApiError::body_invalid("nothing is called so")
                .at("action")
                .into());
        }
    }
    Ok(())
}

/// What went wrong just now, and what was typed.
#[derive(Default)]
struct Trouble {
    error: Option<ApiError>,
    phone_number_id: String,
}

/// The address of the page, with what it says beside the token.
fn path_of(visit: &Visit, token: &str) -> String {
    let token = utf8_percent_encode(token, IN_A_PATH);
    let query = visit.uri.query().filter(|query| !query.is_empty());
    match query {
        Some(query) => format!("/connect/{token}?{query}"),
        None => format!("/connect/{token}"),
    }
}

fn send(
    state: &AppState,
    visit: &Visit,
    token: &str,
    view: &View,
    trouble: Trouble,
) -> Result<Response, Failure> {
    let Look {
        brand,
        pictures,
        redirect,
    } = dress(view.branding.as_deref(), visit)?;
    let parent = visit.query("parentOrigin");
    let parent = parent.filter(|origin| is_exact_origin(origin));
    let said = trouble.error.as_ref();
    let status = said.map(|error| error.code.status());
    let failure = said.map(|error| sentence(visit.locale, error));
    let connect = Connect {
        failure: failure.or_else(|| view.failure.clone()),
        number: view.masked_number.clone(),
        face: face(state, view, redirect, trouble.phone_number_id),
        theme: match (visit.query("theme"), &parent) {
            (Some(name), _) => Theme::from_name(&name),
            // The window that the SDK opens is light.
            (None, Some(_)) => Theme::Light,
            (None, None) => Theme::System,
        },
        locale: visit.locale,
        path: path_of(visit, token),
        parent,
        brand,
    };
    let assets = ConnectAssets {
        css: &state.page.assets().css,
        style: STYLE,
        script: SCRIPT,
    };
    let nonce = nonce()?;
    let ancestors = connect.parent.as_deref().unwrap_or(NOBODY);
    let (scripts, calls, frames) = match connect.face {
        Face::SignUp { .. } => (META_SCRIPT, META_CALLS, META_CALLS),
        _ => ("", "", " 'none'"),
    };
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'{scripts}; style-src 'self' 'nonce-{nonce}'; img-src data:{pictures}; \
         connect-src 'self'{calls}; frame-src{frames}; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors {ancestors}"
    );
    let mut response = Response::new(Body::from(document(&connect, &assets, &nonce)));
    *response.status_mut() = status_of(&connect.face, status);
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, &policy),
    ] {
        let value = HeaderValue::from_str(value).map_err(|_| ApiError::internal())?;
        headers.insert(name, value);
    }
    Ok(response)
}

/// What stands on the page of such a link.
fn face(state: &AppState, view: &View, redirect: Option<String>, phone_number_id: String) -> Face {
    match view.face {
        pairing::Face::Open => match (view.provider, view.meta_flow) {
            (Provider::Linked, _) if view.state != LinkState::Connecting => Face::Begin,
            (Provider::Linked, _) => Face::Scan {
                qr: view.qr.as_deref().and_then(drawing).map(|it| Qr {
                    side: it.side,
                    path: it.path,
                }),
                pairing_code: view.pairing_code.clone(),
            },
            (Provider::CloudApi, Some(MetaFlow::Embedded)) => match state.pairing.meta_window() {
                Some((app, config)) => Face::SignUp {
                    app: app.to_owned(),
                    config: config.to_owned(),
                },
                None => Face::NotConfigured,
            },
            (Provider::CloudApi, _) => Face::Credentials { phone_number_id },
        },
        pairing::Face::Connected => Face::Connected {
            redirect: view.redirect_url.clone().or(redirect),
            number_id: view.number_id.clone().map(String::from).unwrap_or_default(),
        },
        pairing::Face::Expired => Face::Expired,
        pairing::Face::Used => Face::Used,
        pairing::Face::Unknown => Face::Unknown,
        pairing::Face::NotConfigured => Face::NotConfigured,
    }
}

/// For who reads no pages. A link that is over is gone; one that is not known was never there.
fn status_of(face: &Face, failed: Option<u16>) -> StatusCode {
    match (face, failed) {
        (Face::Expired | Face::Used, _) => StatusCode::GONE,
        (Face::Unknown, _) => StatusCode::NOT_FOUND,
        (Face::NotConfigured, _) => StatusCode::SERVICE_UNAVAILABLE,
        (_, Some(status)) => StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST),
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
