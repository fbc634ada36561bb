//! Connecting a number: by the credentials of a Meta app, which are tried at once, or the pretend phone.

use super::Console;
use super::html::{Html, all, el};
use super::layout::Field;
use super::visit::{Form, Visit};
use super::words::{Word, fill};
use crate::fresh;
use crate::provider::cloud_api::Route;
use crate::store::NewNumber;
use app::error::ApiError;
use app::ids::{NumberId, TenantId};

/// Meta's Graph API in the version that this program was written against.
pub const GRAPH_BASE_URL: &str = "https://graph.facebook.com/v25.0";

/// A number that may be stored, or what is wrong with the form.
pub(super) enum Checked {
    Number(Box<NewNumber>),
    Wrong(&'static str, String),
}

impl Console {
    /// Asks Meta about the number that a form names.
    pub(super) async fn check_number(
        &self,
        visit: &Visit,
        form: &Form,
        tenant: &TenantId,
    ) -> Result<Checked, ApiError> {
        let phone_number_id = form.get("phone_number_id");
        let access_token = form.get("access_token");
        let is_id = (1..=32).contains(&phone_number_id.len())
            && phone_number_id.bytes().all(|b| b.is_ascii_digit());
        for (field, is_right) in [
            ("phone_number_id", is_id),
            ("access_token", !access_token.is_empty()),
        ] {
            if !is_right {
                return Ok(Checked::Wrong(field, visit.say(Word::NameMissing).into()));
            }
        }
        if phone_number_id == super::PHONE_NUMBER_ID {
            let sentence = visit.say(Word::NumberTakenElsewhere);
            return Ok(Checked::Wrong("phone_number_id", sentence.into()));
        }
        let base_url = self.settings.graph_base_url.as_deref();
        let base_url = base_url.unwrap_or(GRAPH_BASE_URL);
        let route = Route {
            base_url,
            phone_number_id,
            access_token,
        };
        let known = match self.graph.describe(route).await {
            Ok(known) => known,
            Err(reason) => {
                let sentence = fill(visit.say(Word::GraphRefused), &[("reason", &reason)]);
                return Ok(Checked::Wrong("access_token", sentence));
            }
        };
        let id = fresh!(NumberId);
        let sealed = self.sealer.seal(id.as_str(), access_token);
        Ok(Checked::Number(Box::new(NewNumber {
            access_token: sealed.ok_or_else(ApiError::internal)?,
            id,
            tenant: tenant.clone(),
            name: known.name.unwrap_or_else(|| known.phone.clone()),
            phone: known.phone,
            phone_number_id: phone_number_id.to_owned(),
            graph_base_url: base_url.to_owned(),
        })))
    }

    /// The pretend phone as a number of a workspace.
    pub(super) fn simulated_number(
        &self,
        visit: &Visit,
        tenant: &TenantId,
    ) -> Result<Option<NewNumber>, ApiError> {
        let Some(phone) = self.phone() else {
            return Ok(None);
        };
        let id = fresh!(NumberId);
        let name = visit.say(Word::SimulatedPhone);
        let number = phone.number(&self.sealer, id, tenant.clone(), name);
        number.map(Some).ok_or_else(ApiError::internal)
    }
}

/// The fields of a number of Meta's; `wrong` names one and says what is wrong with it. The token is never shown again.
pub(super) fn fields(visit: &Visit, form: Option<&Form>, wrong: Option<(&str, &str)>) -> Html {
    let wrong_of = |name| wrong.and_then(|(field, said)| (field == name).then_some(said));
    let id = form.map_or("", |form| form.get("phone_number_id"));
    all([
        Field {
            name: "phone_number_id",
            label: visit.say(Word::PhoneNumberId),
            hint: visit.say(Word::PhoneNumberIdHint),
            value: id,
            more: &[("inputmode", "numeric"), ("autocomplete", "off")],
            wrong: wrong_of("phone_number_id"),
        }
        .draw(),
        Field {
            name: "access_token",
            label: visit.say(Word::AccessToken),
            hint: visit.say(Word::AccessTokenHint),
            value: "",
            more: &[("type", "password"), ("autocomplete", "off")],
            wrong: wrong_of("access_token"),
        }
        .draw(),
        visit
            .state
            .webhook
            .app_secrets
            .is_empty()
            .then(|| el("p", &[("class", "warn")], visit.say(Word::NoAppSecret)))
            .into(),
    ])
}
