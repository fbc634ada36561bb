//! Numbers: which are connected, connecting one, taking one away.

use super::{Outcome, Tried, unknown_action};
use crate::access::ConsoleCaller;
use crate::clock::now_ms;
use crate::console::html::{Html, all, el};
use crate::console::layout::{act as button, form};
use crate::console::number::{self, Checked};
use crate::console::visit::{Form, Visit};
use crate::console::words::{Word, fill};
use crate::store::{AccountChange, NewNumber, NumberRecord, StoreError};
use app::error::{ApiError, Code};
use app::ids::NumberId;

/// The pretend phone in the hands of a customer.
const CUSTOMER: &str = "/simulator/phone?from=5511987654321&name=Maria";

pub(super) async fn draw(
    visit: &Visit,
    caller: &ConsoleCaller,
    tried: &Tried<'_>,
) -> Result<Html, ApiError> {
    let store = &visit.state.store;
    let numbers = store.tenant_numbers(caller.scope.tenant()).await?;
    let list = if numbers.is_empty() {
        el("p", &[("class", "blank")], visit.say(Word::NoNumbers))
    } else {
        let own = numbers.iter().filter(|it| caller.scope.allows(&it.id));
        let rows = own.map(|number| row(visit, caller, number));
        el("ul", &[("class", "rows")], rows.collect::<Vec<_>>())
    };
    let phone = visit.state.console.phone();
    let phone_is_free = phone.is_some()
        && numbers
            .iter()
            .all(|number| number.phone_number_id != crate::console::PHONE_NUMBER_ID);
    let simulated: Html = phone_is_free
        .then(|| {
            let hint = el(
                "p",
                &[("class", "hint")],
                visit.say(Word::SimulatedPhoneHint),
            );
            section(
                visit.say(Word::SimulatedPhone),
                all([
                    hint,
                    form(
                        caller,
                        "simulate",
                        Html::default(),
                        visit.say(Word::Connect),
                    ),
                ]),
            )
        })
        .into();
    let origin = visit.origin();
    let url = [&origin, "/webhooks/whatsapp"].concat();
    let hint = fill(visit.say(Word::WebhookHint), &[("url", &url)]);
    let connect = section(
        visit.say(Word::ConnectNumber),
        all([
            el("p", &[("class", "hint")], visit.say(Word::CloudApiHint)),
            form(
                caller,
                "connect",
                number::fields(visit, tried.form, tried.wrong),
                visit.say(Word::Connect),
            ),
            el("p", &[("class", "hint")], hint.as_str()),
        ]),
    );
    Ok(all([list, connect, simulated]))
}

fn row(visit: &Visit, caller: &ConsoleCaller, number: &NumberRecord) -> Html {
    let reason = number.trouble();
    let state = reason.map_or_else(
        || visit.say(Word::Connected).to_owned(),
        |reason| fill(visit.say(Word::Refused), &[("reason", reason)]),
    );
    let class = if reason.is_some() { "wrong" } else { "hint" };
    let phone = visit.state.console.phone();
    let open: Html = phone
        .filter(|phone| phone.is(&number.id))
        .map(|_| {
            el(
                "a",
                &[
                    ("href", CUSTOMER),
                    ("target", "_blank"),
                    ("rel", "noopener"),
                ],
                visit.say(Word::OpenPhone),
            )
        })
        .into();
    let remove = el(
        "details",
        &[],
        [
            el("summary", &[], visit.say(Word::Remove)),
            el("p", &[("class", "hint")], visit.say(Word::RemoveNumberHint)),
            button(
                caller,
                "remove",
                number.id.as_str(),
                visit.say(Word::Remove),
            ),
        ],
    );
    el(
        "li",
        &[],
        [
            el("strong", &[("dir", "auto")], number.name.as_str()),
            el(
                "span",
                &[("dir", "ltr")],
                ["+", &number.phone].concat().as_str(),
            ),
            el("span", &[("class", class)], state.as_str()),
            open,
            remove,
        ],
    )
}

pub(super) async fn act(
    visit: &Visit,
    caller: &ConsoleCaller,
    form: &Form,
) -> Result<Outcome, ApiError> {
    let (store, console) = (&visit.state.store, &visit.state.console);
    let tenant = caller.scope.tenant();
    match form.get("action") {
        "connect" => match console.check_number(visit, form, tenant).await? {
            Checked::Number(number) => connect(visit, caller, *number).await,
            Checked::Wrong(field, said) => Ok(Outcome::Wrong(field, said)),
        },
        "simulate" => {
            let Some(number) = console.simulated_number(visit, tenant)? else {
                return Err(unknown_action());
            };
            let (id, name) = (number.id.clone(), number.name.clone());
            let outcome = connect(visit, caller, number).await?;
            if let (Outcome::Done(_), Some(phone)) = (&outcome, console.phone()) {
                phone.switch_on(id, &name).map_err(|error| {
                    tracing::error!(%error, "the simulated phone could not be switched on");
                    ApiError::internal()
                })?;
            }
            Ok(outcome)
        }
        "remove" => {
            let own = NumberId::parse(form.get("id")).filter(|id| caller.scope.allows(id));
            let number = own.ok_or_else(|| ApiError::not_found("number"))?;
            let known = store.numbers(&caller.scope).await?;
            store.remove_number(&number).await?;
            if let Some(gone) = known.iter().find(|known| known.id == number) {
                visit.state.pairing.unlink(gone);
            }
            if let Some(phone) = console.phone().filter(|phone| phone.is(&number)) {
                phone.switch_off();
            }
            Ok(Outcome::Done("removed"))
        }
        _ => Err(unknown_action()),
    }
}

async fn connect(
    visit: &Visit,
    caller: &ConsoleCaller,
    number: NewNumber,
) -> Result<Outcome, ApiError> {
    let store = &visit.state.store;
    let id = number.id.clone();
    match store.create_number(number).await {
        Ok(()) => {
            // Whoever has some of the numbers has what they connect.
            if let Some(mut numbers) = caller.account.numbers.clone() {
                numbers.push(id);
                let change = AccountChange {
                    role: caller.account.operator.role,
                    numbers: Some(numbers),
                    disabled: false,
                };
                store
                    .change_account(&caller.scope, &caller.account.id, change, now_ms())
                    .await?;
            }
            Ok(Outcome::Done("saved"))
        }
        Err(StoreError::Database(sqlx::Error::Database(cause))) if cause.is_unique_violation() => {
            let said = visit.say(Word::NumberTaken).to_owned();
            Ok(Outcome::Wrong("phone_number_id", said))
        }
        Err(error) => {
            let error = ApiError::from(error);
            debug_assert_ne!(error.code, Code::NotFound, "the caller's tenant is there");
            Err(error)
        }
    }
}

/// A part of a page with a title.
pub(super) fn section(title: &str, inside: Html) -> Html {
    el("section", &[], [el("h2", &[], title), inside])
}
