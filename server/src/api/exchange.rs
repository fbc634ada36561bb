//! `POST /api/public/embed/exchange`: an identity token for an embed token (OnPilot).

use super::{EmbedSession, ErrorBody, Failure, parent_origin};
use crate::access::Exchanged;
use crate::clock::now_ms;
use crate::state::AppState;
use crate::store::Pace;
use app::error::Code;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What one person may exchange: a page that is opened again and again, in several tabs, and what a rotation takes.
const OF_A_PERSON: Pace = Pace {
    interval_ms: 1_000,
    burst: 20,
};
/// What the people of one tenant may exchange together: two hundred opening at once, and twenty a second after that.
const OF_A_TENANT: Pace = Pace {
    interval_ms: 50,
    burst: 200,
};

/// An identity token to exchange.
#[derive(Deserialize, ToSchema)]
pub struct ExchangeBody {
    /// The JWT: HS256 with the embed secret; `iss` (tenant), `copilot_id` (inbox), `sub`, `exp`, and `name`, `email`, `role`, `iat`.
    token: String,
}

/// What an identity token is exchanged for.
#[derive(Serialize, ToSchema)]
pub struct ExchangedBody {
    #[serde(flatten)]
    session: EmbedSession,
    /// Who works in it.
    operator: OperatorBody,
    /// Where.
    inbox: InboxBody,
}

/// An operator, as the identity token says.
#[derive(Serialize, ToSchema)]
pub struct OperatorBody {
    /// The same for the same `iss` and `sub`.
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// `admin` or `user`.
    role: &'static str,
}

/// An inbox.
#[derive(Serialize, ToSchema)]
pub struct InboxBody {
    /// The `copilot_id`.
    id: String,
    /// Its name.
    name: String,
}

impl From<Exchanged> for ExchangedBody {
    fn from(exchanged: Exchanged) -> Self {
        Self {
            session: exchanged.minted.into(),
            operator: OperatorBody {
                id: exchanged.operator.id.into(),
                name: exchanged.operator.name,
                email: exchanged.operator.email,
                role: exchanged.operator.role.as_claim(),
            },
            inbox: InboxBody {
                id: exchanged.inbox.id.into(),
                name: exchanged.inbox.name,
            },
        }
    }
}

/// Exchanges an identity token for an embed token, as often as the page likes while it is good. Called by the embedded inbox itself,
/// with the page's origin in `x-parent-origin`.
#[utoipa::path(
    post,
    path = "/api/public/embed/exchange",
    tag = "embed",
    request_body = ExchangeBody,
    responses(
        (status = 200, body = ExchangedBody),
        (status = 400, body = ErrorBody, description = "`BODY_INVALID`"),
        (status = 401, body = ErrorBody, description = "`TOKEN_INVALID`: whatever is wrong with it; `TOKEN_EXPIRED`: nothing else is"),
        (status = 403, body = ErrorBody, description = "`ORIGIN_NOT_ALLOWED`"),
        (status = 429, body = ErrorBody, description = "`RATE_LIMITED`: more than 20 at once and one a second for one person, or 200 and 20 for the tenant, over all servers"),
    )
)]
pub async fn exchange(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    let Ok(ExchangeBody { token }) = serde_json::from_slice(&body) else {
        return Err(Failure::new(
            Code::BodyInvalid,
            "Send a JSON object with the identity token as `token`.",
        ));
    };
    let newcomer = state
        .access
        .newcomer(&token, parent_origin(&headers))
        .await?;
    for (bucket, pace) in newcomer.buckets().iter().zip([OF_A_PERSON, OF_A_TENANT]) {
        if let Some(wait) = state.store.take(bucket, pace, now_ms()).await? {
            return Err(Failure::rate_limited(wait));
        }
    }
    let exchanged = state.access.exchange(newcomer).await?;
    let mut response = Json(ExchangedBody::from(exchanged)).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
