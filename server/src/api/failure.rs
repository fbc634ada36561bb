//! Errors as answers: one envelope everywhere.

use crate::store::StoreError;
use app::error::{ApiError, Code};
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// An [`ApiError`] that answers a request.
#[derive(Debug)]
pub struct Failure {
    /// The error.
    pub error: ApiError,
    /// When it makes sense to try again, in milliseconds.
    pub retry_after_ms: Option<i64>,
}

impl Failure {
    /// An error of this code with this sentence.
    pub fn new(code: Code, error: impl Into<String>) -> Self {
        ApiError::new(code, error).into()
    }

    /// Too much at once.
    pub fn rate_limited(wait_ms: i64) -> Self {
        let seconds = seconds(wait_ms);
        Self {
            retry_after_ms: Some(wait_ms),
            ..Self::new(
                Code::RateLimited,
                format!("That was too much at once. Try again in {seconds} s."),
            )
        }
    }
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Self {
            retry_after_ms: (error.code == Code::Unavailable).then_some(1_000),
            error,
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        ApiError::from(error).into()
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.error.code.status())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let wait = self.retry_after_ms.map(seconds);
        let mut response = (
            status,
            Json(Envelope {
                error: &self.error,
                retry_after_seconds: wait.filter(|_| self.error.code == Code::RateLimited),
            }),
        )
            .into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(wait) = wait {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait));
        }
        response
    }
}

/// The error, and what only some of them say.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<'e> {
    #[serde(flatten)]
    error: &'e ApiError,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_seconds: Option<u32>,
}

/// Whole seconds, rounded up: who waits them out is let in.
fn seconds(ms: i64) -> u32 {
    u32::try_from((ms + 999).div_euclid(1000).max(1)).unwrap_or(u32::MAX)
}

/// How an error looks, for the API document.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody {
    /// A sentence that a person can act on.
    pub error: String,
    /// A stable code.
    #[schema(example = "API_KEY_INVALID")]
    pub code: String,
    /// With `RATE_LIMITED`: when to try again.
    pub retry_after_seconds: Option<u32>,
    /// The field at fault, as a path.
    #[schema(example = "allowedOrigins[0]")]
    pub field: Option<String>,
}
