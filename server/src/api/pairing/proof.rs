//! Connecting a number of Meta's by a link (ours): by its credentials, or by what Meta's window gave.

use super::bodies::LinkStatusBody;
use super::fields::{invalid, parse};
use super::link::{admitted_to_try, private};
use crate::api::{ErrorBody, Failure};
use crate::console::Visit;
use crate::pairing::View;
use crate::provider::Attempt;
use crate::state::AppState;
use crate::store::{MetaFlow, PairingRecord};
use app::error::ApiError;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

/// Longest id of Meta's, in digits, and longest token or code, in bytes.
const ID_DIGITS: usize = 32;
const SECRET_BYTES: usize = 4_096;

/// Credentials of a number of Meta's.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CredentialsBody {
    /// Phone number ID, as WhatsApp Manager shows it.
    #[schema(example = "106540352242922", pattern = "^[0-9]{1,32}$")]
    pub(crate) phone_number_id: String,
    /// A permanent token of a system user with `whatsapp_business_messaging` and `whatsapp_business_management`.
    #[schema(min_length = 1, max_length = 4096)]
    pub(crate) access_token: String,
    /// ID of the WhatsApp Business Account; asked of Meta if left out.
    #[schema(pattern = "^[0-9]{1,32}$")]
    pub(crate) waba_id: Option<String>,
    /// Six digits, of a number with two-step verification that is not registered yet.
    #[schema(pattern = "^[0-9]{6}$")]
    pub(crate) pin: Option<String>,
}

/// What Meta's window gave.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignupBody {
    /// Good once, for some seconds.
    #[schema(min_length = 1, max_length = 4096)]
    pub(crate) code: String,
    /// ID of the WhatsApp Business Account.
    #[schema(example = "102290129340398", pattern = "^[0-9]{1,32}$")]
    pub(crate) waba_id: String,
    /// Phone number ID.
    #[schema(example = "106540352242922", pattern = "^[0-9]{1,32}$")]
    pub(crate) phone_number_id: String,
}

fn checked_id<'t>(field: &str, text: &'t str) -> Result<&'t str, ApiError> {
    let text = text.trim();
    let is_id = (1..=ID_DIGITS).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if is_id {
        return Ok(text);
    }
    Err(invalid(
        field,
        format!("`{field}` is an ID of Meta's: digits and nothing else."),
    ))
}

fn checked_secret<'t>(field: &str, text: &'t str) -> Result<&'t str, ApiError> {
    let text = text.trim();
    let is_fit =
        (1..=SECRET_BYTES).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    if is_fit {
        return Ok(text);
    }
    Err(invalid(
        field,
        format!(
            "`{field}` has from 1 to {SECRET_BYTES} letters, digits and signs, as Meta gave it."
        ),
    ))
}

/// Connects the link's number by credentials, which are tried at once: Meta has to know the number by them, lets this server have the messages
/// of its account, and registers the number if it is not.
#[utoipa::path(
    post,
    path = "/v1/remote-pairing/{token}/credentials",
    operation_id = "remote_pairing_credentials",
    tag = "remote pairing",
    params(("token" = String, Path, description = "The last part of the link")),
    request_body = CredentialsBody,
    responses(
        (status = 200, body = LinkStatusBody),
        (status = 400, body = ErrorBody, description = "`BODY_INVALID`, `PAIRING_INVALID` with the field at fault, `CONNECTION_REFUSED`: what Meta says"),
        (status = 404, body = ErrorBody, description = "`LINK_INVALID`: unknown, used or too old"),
        (status = 409, body = ErrorBody, description = "`NUMBER_ALREADY_CONNECTED`, `NUMBER_TAKEN`"),
        (status = 429, body = ErrorBody, description = "`RATE_LIMITED`: of one link more than ten tries at once, and one in three seconds"),
        (status = 503, body = ErrorBody, description = "`UPSTREAM_TIMEOUT`, `UPSTREAM_ERROR`"),
    )
)]
pub async fn credentials(
    State(state): State<AppState>,
    visit: Visit,
    Path(token): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let record = admitted_to_try(&visit, &token).await?;
    let view = by_credentials(&state, record, &parse(&body)?).await?;
    Ok(private(LinkStatusBody::from(view)))
}

/// The same for whoever has been let in.
pub(crate) async fn by_credentials(
    state: &AppState,
    record: PairingRecord,
    given: &CredentialsBody,
) -> Result<View, Failure> {
    let pin = given
        .pin
        .as_deref()
        .map(str::trim)
        .filter(|pin| !pin.is_empty());
    if pin.is_some_and(|pin| pin.len() != 6 || !pin.bytes().all(|b| b.is_ascii_digit())) {
        return Err(invalid("pin", "`pin` has six digits.").into());
    }
    let waba_id = given.waba_id.as_deref().filter(|id| !id.trim().is_empty());
    let phone = record.phone.clone();
    let proof = Attempt::Credentials {
        phone: &phone,
        phone_number_id: checked_id("phoneNumberId", &given.phone_number_id)?,
        access_token: checked_secret("accessToken", &given.access_token)?,
        waba_id: waba_id.map(|id| checked_id("wabaId", id)).transpose()?,
        pin,
    };
    let record = state
        .pairing
        .prove(record, MetaFlow::Credentials, proof)
        .await?;
    Ok(state.pairing.show(Some(record)).await?)
}

/// Connects the link's number by what Meta's window (Embedded Signup) gave to the page.
#[utoipa::path(
    post,
    path = "/v1/remote-pairing/{token}/signup",
    operation_id = "remote_pairing_signup",
    tag = "remote pairing",
    params(("token" = String, Path, description = "The last part of the link")),
    request_body = SignupBody,
    responses(
        (status = 200, body = LinkStatusBody),
        (status = 400, body = ErrorBody, description = "`BODY_INVALID`, `PAIRING_INVALID` with the field at fault, `CONNECTION_REFUSED`: what Meta says"),
        (status = 404, body = ErrorBody, description = "`LINK_INVALID`: unknown, used or too old"),
        (status = 409, body = ErrorBody, description = "`NUMBER_ALREADY_CONNECTED`, `NUMBER_TAKEN`"),
        (status = 429, body = ErrorBody, description = "`RATE_LIMITED`: of one link more than ten tries at once, and one in three seconds"),
        (status = 503, body = ErrorBody, description = "`PROVIDER_NOT_CONFIGURED`, `UPSTREAM_TIMEOUT`, `UPSTREAM_ERROR`"),
    )
)]
pub async fn signup(
    State(state): State<AppState>,
    visit: Visit,
    Path(token): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let record = admitted_to_try(&visit, &token).await?;
    let view = by_signup(&state, record, &parse(&body)?).await?;
    Ok(private(LinkStatusBody::from(view)))
}

/// The same for whoever has been let in.
pub(crate) async fn by_signup(
    state: &AppState,
    record: PairingRecord,
    given: &SignupBody,
) -> Result<View, Failure> {
    let phone = record.phone.clone();
    let proof = Attempt::Signup {
        phone: &phone,
        code: checked_secret("code", &given.code)?,
        waba_id: checked_id("wabaId", &given.waba_id)?,
        phone_number_id: checked_id("phoneNumberId", &given.phone_number_id)?,
    };
    let record = state
        .pairing
        .prove(record, MetaFlow::Embedded, proof)
        .await?;
    Ok(state.pairing.show(Some(record)).await?)
}
