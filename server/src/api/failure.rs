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
pub struct Failure(pub ApiError);

impl Failure {
    /// An error of this code with this sentence.
    pub fn new(code: Code, error: impl Into<String>) -> Self {
        Self(ApiError::new(code, error))
    }
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Self(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.0.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self.0)).into_response();
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
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
    /// The field at fault, as a path.
    #[schema(example = "allowedOrigins[0]")]
    pub field: Option<String>,
}
