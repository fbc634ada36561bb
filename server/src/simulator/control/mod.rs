//! The HTTP API with which tests play WhatsApp. `README.md` of the simulator documents it.

pub(super) mod behaviour;
pub(super) mod linked;
pub(super) mod media;
pub(super) mod messages;
pub(super) mod sent;
pub(super) mod state;
pub(super) mod webhooks;

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Why a request to this API was not done: a sentence and a stable code.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    code: &'static str,
    error: String,
}

impl Refusal {
    pub(super) fn invalid(error: impl ToString) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code: "INVALID",
            error: error.to_string(),
        }
    }

    pub(super) fn not_found(error: impl ToString) -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            code: "NOT_FOUND",
            error: error.to_string(),
        }
    }

    fn unreachable(error: impl ToString) -> Self {
        Self {
            status: StatusCode::BAD_GATEWAY,
            code: "WEBHOOK_UNREACHABLE",
            error: error.to_string(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (
            self.status,
            Json(json!({"error": self.error, "code": self.code})),
        )
            .into_response()
    }
}

impl From<JsonRejection> for Refusal {
    fn from(rejection: JsonRejection) -> Self {
        Self {
            status: rejection.status(),
            code: "INVALID",
            error: rejection.body_text(),
        }
    }
}

impl From<QueryRejection> for Refusal {
    fn from(rejection: QueryRejection) -> Self {
        Self {
            status: rejection.status(),
            code: "INVALID",
            error: rejection.body_text(),
        }
    }
}

/// A JSON body whose mistakes are answered in this API's envelope.
#[derive(FromRequest)]
#[from_request(via(Json), rejection(Refusal))]
pub(super) struct Input<T>(pub(super) T);

/// Query parameters whose mistakes are answered in this API's envelope.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Refusal))]
pub(super) struct Query<T>(T);
