//! Webhook bodies as Meta composes them.

use serde_json::{Map, Value, json};
use tokio::time::Duration;

use super::customer::{Customer, insert};
use super::delivery::{Parcel, Receipt};
use super::error_codes::status_error;
use super::sent::Sent;
use super::state::State;
use super::{SimulatedNumber, Simulator};

/// The envelope around these changes of one WhatsApp Business Account.
pub(super) fn body(waba_id: &str, changes: Vec<Value>) -> Value {
    json!({
        "object": "whatsapp_business_account",
        "entry": [{"id": waba_id, "changes": changes}],
    })
}

/// One change.
pub(super) fn change(field: &str, value: Value) -> Value {
    json!({"field": field, "value": value})
}

/// The value of a change for a number: its metadata, then these members.
pub(super) fn value(number: &SimulatedNumber, members: Vec<(&str, Value)>) -> Value {
    let mut value = Map::new();
    value.insert("messaging_product".into(), "whatsapp".into());
    value.insert(
        "metadata".into(),
        json!({
            "display_phone_number": number.display_phone_number,
            "phone_number_id": number.phone_number_id,
        }),
    );
    for (key, member) in members {
        value.insert(key.to_owned(), member);
    }
    value.into()
}

/// The member of `statuses` for one status of a send.
pub(super) fn status(
    sent: &Sent,
    customer: &Customer,
    status: &str,
    at: i64,
    code: Option<i64>,
) -> Value {
    let mut object = Map::new();
    object.insert("id".into(), sent.id.clone().into());
    object.insert("status".into(), status.into());
    object.insert("timestamp".into(), at.to_string().into());
    insert(&mut object, "recipient_id", customer.phone.as_deref());
    // Meta leaves the BSUID out when a message addressed to a phone fails.
    if !(status == "failed" && sent.by_phone) {
        insert(
            &mut object,
            "recipient_user_id",
            customer.user_id.as_deref(),
        );
    }
    insert(
        &mut object,
        "biz_opaque_callback_data",
        sent.callback_data.as_deref(),
    );
    if status == "failed" {
        object.insert(
            "errors".into(),
            json!([status_error(code.unwrap_or(131_000))]),
        );
    } else if matches!(status, "sent" | "delivered") {
        let template = sent.kind == "template";
        object.insert(
            "pricing".into(),
            json!({
                "billable": template,
                "pricing_model": "PMP",
                "type": if template { "regular" } else { "free_customer_service" },
                "category": if template { "utility" } else { "service" },
            }),
        );
    }
    object.into()
}

/// The members of the change that carries one status; `contacts` goes with all but failures.
pub(super) fn status_members(customer: &Customer, status: Value) -> Vec<(&'static str, Value)> {
    let failed = status["status"] == "failed";
    let mut members = vec![("statuses", json!([status]))];
    if !failed {
        members.push(("contacts", json!([customer.contact()])));
    }
    members
}

impl Simulator {
    /// Starts a webhook for one change of a number, on the lane of this customer.
    ///
    /// Called with the state still locked, so that webhooks leave in the order of what they tell.
    /// `None` if the number is not known any more.
    pub(super) fn post_change(
        &self,
        state: &State,
        phone_number_id: &str,
        address: &str,
        field: &str,
        members: Vec<(&str, Value)>,
        twice: bool,
    ) -> Option<Receipt> {
        let number = state.number(phone_number_id)?;
        let parcel = Parcel {
            body: body(
                self.waba_of(number),
                vec![change(field, value(number, members))],
            ),
            lane: state
                .behaviour
                .in_order
                .then(|| format!("{phone_number_id} {address}")),
            delay: Duration::from_millis(state.behaviour.webhook_delay_ms),
            copies: if twice { 2 } else { 1 },
        };
        Some(self.inner.deliveries.post(parcel, &self.life()))
    }

    pub(super) fn waba_of<'a>(&'a self, number: &'a SimulatedNumber) -> &'a str {
        number
            .waba_id
            .as_deref()
            .unwrap_or(&self.inner.config.waba_id)
    }
}
