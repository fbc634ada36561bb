//! API keys: which there are, making one, revoking one.

use super::numbers::section;
use super::{Outcome, Tried, unknown_action};
use crate::access::{ConsoleCaller, shown_name};
use crate::cli::create_key;
use crate::console::html::{Html, all, el};
use crate::console::layout::{Field, act as button, form};
use crate::console::visit::{Form, Visit};
use crate::console::words::Word;
use app::error::ApiError;
use app::ids::{ApiKeyId, NumberId};

pub(super) async fn draw(
    visit: &Visit,
    caller: &ConsoleCaller,
    tried: &Tried<'_>,
) -> Result<Html, ApiError> {
    let store = &visit.state.store;
    let tenant = caller.scope.tenant();
    let (mut keys, mut numbers) = (
        store.api_keys(tenant).await?,
        store.tenant_numbers(tenant).await?,
    );
    keys.retain(|key| may_have(caller, key.number.as_ref()));
    numbers.retain(|number| may_have(caller, Some(&number.id)));
    let name_of = |id: &NumberId| {
        let found = numbers.iter().find(|number| number.id == *id);
        found.map_or_else(|| id.to_string(), |number| number.name.clone())
    };
    let rows = keys.iter().map(|key| {
        let shown = format!("{}…{}", key.label.prefix, key.label.last4);
        let of = key
            .number
            .as_ref()
            .map_or_else(|| visit.say(Word::AllNumbers).to_owned(), name_of);
        el(
            "li",
            &[],
            [
                el("strong", &[("dir", "auto")], key.label.name.as_str()),
                el("code", &[("dir", "ltr")], shown.as_str()),
                el("span", &[("class", "hint"), ("dir", "auto")], of.as_str()),
                el(
                    "details",
                    &[],
                    [
                        el("summary", &[], visit.say(Word::Revoke)),
                        el("p", &[("class", "hint")], visit.say(Word::RevokeHint)),
                        button(caller, "revoke", key.id.as_str(), visit.say(Word::Revoke)),
                    ],
                ),
            ],
        )
    });
    let rows: Vec<Html> = rows.collect();
    let list = if rows.is_empty() {
        el("p", &[("class", "blank")], visit.say(Word::NoKeys))
    } else {
        el("ul", &[("class", "rows")], rows)
    };
    let options = numbers.iter().map(|number| {
        el(
            "option",
            &[("value", number.id.as_str())],
            number.name.as_str(),
        )
    });
    let whole =
        may_have(caller, None).then(|| el("option", &[("value", "")], visit.say(Word::AllNumbers)));
    let options = whole.into_iter().chain(options).collect::<Vec<_>>();
    let fields = all([
        Field {
            name: "name",
            label: visit.say(Word::KeyName),
            hint: "",
            value: tried.value("create", "name", ""),
            more: &[("required", ""), ("maxlength", "200")],
            wrong: tried.wrong_of("create", "name"),
        }
        .draw(),
        el(
            "p",
            &[("class", "field")],
            [
                el("label", &[("for", "number")], visit.say(Word::KeyNumbers)),
                el(
                    "select",
                    &[
                        ("id", "number"),
                        ("name", "number"),
                        ("class", "text-field"),
                    ],
                    options,
                ),
            ],
        ),
    ]);
    let create = form(caller, "create", fields, visit.say(Word::CreateKey));
    Ok(all([list, section(visit.say(Word::CreateKey), create)]))
}

pub(super) async fn act(
    visit: &Visit,
    caller: &ConsoleCaller,
    form: &Form,
) -> Result<Outcome, ApiError> {
    let store = &visit.state.store;
    let tenant = caller.scope.tenant();
    match form.get("action") {
        "create" => {
            let Some(name) = shown_name(form.get("name")) else {
                return Ok(Outcome::Wrong("name", visit.say(Word::NameMissing).into()));
            };
            let number = match form.get("number") {
                "" if may_have(caller, None) => None,
                id => {
                    let own = NumberId::parse(id).filter(|id| caller.scope.allows(id));
                    Some(own.ok_or_else(|| ApiError::not_found("number"))?)
                }
            };
            let key = create_key(&**store, tenant.clone(), number, &name).await;
            let key = key.map_err(|error| {
                tracing::error!(%error, "a key could not be made");
                ApiError::internal()
            })?;
            Ok(Outcome::Shown(once(
                visit.say(Word::KeyShownOnce),
                &key.text,
            )))
        }
        "revoke" => {
            let keys = store.api_keys(tenant).await?;
            let id = ApiKeyId::parse(form.get("id"));
            let own = keys
                .into_iter()
                .find(|key| Some(&key.id) == id.as_ref())
                .filter(|key| may_have(caller, key.number.as_ref()));
            let key = own.ok_or_else(|| ApiError::not_found("key"))?;
            store.revoke_api_key(&key.id).await?;
            Ok(Outcome::Done("removed"))
        }
        _ => Err(unknown_action()),
    }
}

/// Whether the caller may have a key of this number; `None`: of all.
fn may_have(caller: &ConsoleCaller, number: Option<&NumberId>) -> bool {
    caller.may_give(number.map(std::slice::from_ref))
}

/// A secret that is shown this one time.
pub(super) fn once(said: &str, secret: &str) -> Html {
    el(
        "section",
        &[("class", "once"), ("role", "status")],
        [
            el("p", &[], said),
            el(
                "code",
                &[("dir", "ltr"), ("data-testid", "shown-once")],
                secret,
            ),
        ],
    )
}
