//! `POST /webhooks`: any body at all to the product's webhook endpoint, signed well or badly.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State as Extract;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Input, Refusal};
use crate::simulator::signing::escape_as_meta;
use crate::simulator::{Simulator, webhook};

/// One of `value`, `body` and `bodyBase64`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::simulator) struct Arbitrary {
    /// The value of one change; metadata is added where missing.
    value: Option<Value>,
    /// The field of that change.
    field: Option<String>,
    phone_number_id: Option<String>,
    /// The whole body: a string as it is, anything else as JSON written the way Meta writes it.
    body: Option<Value>,
    /// The whole body where it is not even text.
    body_base64: Option<String>,
    #[serde(default)]
    signature: Signature,
}

/// What goes into the signature header.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Signature {
    #[default]
    Valid,
    Wrong,
    Missing,
}

/// Makes one attempt and tells how the product answered.
pub(in crate::simulator) async fn post(
    Extract(simulator): Extract<Simulator>,
    Input(arbitrary): Input<Arbitrary>,
) -> Result<Json<Value>, Refusal> {
    let body = arbitrary.bytes(&simulator)?;
    let right = simulator.inner.deliveries.sign(&body);
    let signature = match arbitrary.signature {
        Signature::Valid => Some(right),
        Signature::Wrong => Some(format!("sha256={}", "0".repeat(64))),
        Signature::Missing => None,
    };
    let (status, answer) = simulator
        .inner
        .deliveries
        .attempt(body, signature)
        .await
        .map_err(Refusal::unreachable)?;
    Ok(Json(json!({"status": status, "body": answer})))
}

impl Arbitrary {
    fn bytes(&self, simulator: &Simulator) -> Result<Bytes, Refusal> {
        match (&self.value, &self.body, &self.body_base64) {
            (Some(value), None, None) => self.wrapped(value, simulator),
            (None, Some(Value::String(body)), None) => Ok(body.clone().into()),
            (None, Some(body), None) => Ok(escape_as_meta(&body.to_string()).into()),
            (None, None, Some(encoded)) => {
                let bytes = STANDARD
                    .decode(encoded)
                    .map_err(|error| Refusal::invalid(format!("bodyBase64: {error}")))?;
                Ok(bytes.into())
            }
            _ => Err(Refusal::invalid(
                "give exactly one of value, body and bodyBase64",
            )),
        }
    }

    fn wrapped(&self, value: &Value, simulator: &Simulator) -> Result<Bytes, Refusal> {
        let state = simulator.state();
        let number = state
            .number_or_default(self.phone_number_id.as_deref())
            .ok_or_else(|| {
                Refusal::not_found("there is no such number; add it with POST /numbers")
            })?;
        let members = value
            .as_object()
            .ok_or_else(|| Refusal::invalid("value is an object"))?;
        let members = members
            .iter()
            .map(|(key, member)| (key.as_str(), member.clone()))
            .collect();
        let field = self.field.as_deref().unwrap_or("messages");
        let change = webhook::change(field, webhook::value(number, members));
        let body = webhook::body(simulator.waba_of(number), vec![change]);
        Ok(escape_as_meta(&body.to_string()).into())
    }
}

/// Another token than the configured one, to see it refused.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::simulator) struct Verification {
    verify_token: Option<String>,
}

/// Sends the verification request and tells how the product answered.
pub(in crate::simulator) async fn verify(
    Extract(simulator): Extract<Simulator>,
    Input(verification): Input<Verification>,
) -> Result<Json<Value>, Refusal> {
    let token = verification
        .verify_token
        .as_deref()
        .unwrap_or(&simulator.inner.config.verify_token);
    let (status, body, challenge) = simulator
        .ask_challenge(token)
        .await
        .map_err(Refusal::unreachable)?;
    Ok(Json(json!({
        "verified": status == 200 && body == challenge,
        "status": status,
        "body": body,
        "challenge": challenge,
    })))
}
