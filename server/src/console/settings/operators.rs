//! Operators: who may sign in, as what, with which numbers; inviting somebody; a new link for a lost password.

use super::keys::once;
use super::numbers::section;
use super::{Outcome, Tried, unknown_action};
use crate::access::{ConsoleCaller, Role, email, shown_name};
use crate::clock::now_ms;
use crate::console::html::{Html, all, el};
use crate::console::layout::{Choice, Field, act as button, form, hidden};
use crate::console::visit::{Form, Visit};
use crate::console::words::{Word, fill};
use crate::fresh;
use crate::store::{AccountChange, AccountRecord, NewAccount, NumberRecord};
use app::error::ApiError;
use app::ids::{AccountId, NumberId, OperatorId};

const ROLES: [(Role, Word); 3] = [
    (Role::Admin, Word::RoleAdmin),
    (Role::Operator, Word::RoleOperator),
    (Role::ReadOnly, Word::RoleReadOnly),
];

pub(super) async fn draw(
    visit: &Visit,
    caller: &ConsoleCaller,
    tried: &Tried<'_>,
) -> Result<Html, ApiError> {
    let store = &visit.state.store;
    let accounts = store.accounts(&caller.scope).await?;
    let mut numbers = store.tenant_numbers(caller.scope.tenant()).await?;
    numbers.retain(|number| caller.may_give(Some(std::slice::from_ref(&number.id))));
    let rows = accounts
        .iter()
        .filter(|account| caller.may_give(account.numbers.as_deref()))
        .map(|account| row(visit, caller, account, &numbers))
        .collect::<Vec<_>>();
    let invited = tried.form.filter(|form| form.get("action") == "invite");
    let role = invited.and_then(|form| Role::parse(form.get("role")));
    let given = invited.and_then(|form| numbers_of(form).ok());
    let field = |name, label, more| {
        Field {
            name,
            label: visit.say(label),
            hint: "",
            value: tried.value("invite", name, ""),
            more,
            wrong: tried.wrong_of("invite", name),
        }
        .draw()
    };
    let fields = all([
        field(
            "name",
            Word::Name,
            &[("required", ""), ("maxlength", "200")],
        ),
        field("email", Word::Email, &[("type", "email"), ("required", "")]),
        roles(visit, role.unwrap_or(Role::Operator)),
        reach(
            visit,
            caller,
            &numbers,
            given.unwrap_or_default().as_deref(),
        ),
    ]);
    let invite = form(caller, "invite", fields, visit.say(Word::MakeLink));
    Ok(all([
        el("ul", &[("class", "rows")], rows),
        section(visit.say(Word::InviteOperator), invite),
    ]))
}

fn row(
    visit: &Visit,
    caller: &ConsoleCaller,
    account: &AccountRecord,
    numbers: &[NumberRecord],
) -> Html {
    let name = account.operator.name.as_deref().unwrap_or_default();
    let (_, role) = ROLES
        .into_iter()
        .find(|(role, _)| *role == account.operator.role)
        .unwrap_or(ROLES[1]);
    // The word before the colon.
    let role = visit.say(role).split(':').next().unwrap_or_default();
    let state = if account.disabled_at.is_some() {
        Word::Disabled
    } else if account.password.is_none() {
        Word::Invited
    } else if account.id == caller.account.id {
        Word::You
    } else {
        Word::Active
    };
    let id = account.id.as_str();
    let change = form(
        caller,
        "change",
        all([
            hidden("id", id),
            roles(visit, account.operator.role),
            reach(visit, caller, numbers, account.numbers.as_deref()),
        ]),
        visit.say(Word::Save),
    );
    let switch = if account.disabled_at.is_some() {
        button(caller, "enable", id, visit.say(Word::Enable))
    } else {
        all([
            button(caller, "link", id, visit.say(Word::NewLink)),
            button(caller, "disable", id, visit.say(Word::Disable)),
        ])
    };
    el(
        "li",
        &[("data-testid", "operator")],
        [
            el("strong", &[("dir", "auto")], name),
            el("span", &[("dir", "ltr")], account.email.as_str()),
            el(
                "span",
                &[("class", "hint")],
                [role, " · ", visit.say(state)].concat().as_str(),
            ),
            el(
                "details",
                &[],
                [el("summary", &[], visit.say(Word::Change)), change, switch],
            ),
        ],
    )
}

fn roles(visit: &Visit, chosen: Role) -> Html {
    let choices = ROLES.into_iter().map(|(role, word)| {
        let (label, hint) = visit.say(word).split_once(": ").unwrap_or_default();
        Choice {
            kind: "radio",
            name: "role",
            value: role.as_str(),
            label,
            hint,
            chosen: role == chosen,
        }
        .draw()
    });
    let legend = el("legend", &[], visit.say(Word::Role));
    let inside = std::iter::once(legend).chain(choices).collect::<Vec<_>>();
    el("fieldset", &[], inside)
}

fn reach(
    visit: &Visit,
    caller: &ConsoleCaller,
    numbers: &[NumberRecord],
    given: Option<&[NumberId]>,
) -> Html {
    let radio = |value, word, chosen| {
        Choice {
            kind: "radio",
            name: "reach",
            value,
            label: visit.say(word),
            hint: "",
            chosen,
        }
        .draw()
    };
    let has_all = caller.may_give(None);
    let boxes = numbers.iter().map(|number| {
        Choice {
            kind: "checkbox",
            name: "number",
            value: number.id.as_str(),
            label: &number.name,
            hint: "",
            chosen: given.is_some_and(|given| given.contains(&number.id)),
        }
        .draw()
    });
    let boxes = el("div", &[("class", "of-choice")], boxes.collect::<Vec<_>>());
    el(
        "fieldset",
        &[],
        [
            el("legend", &[], visit.say(Word::Numbers)),
            Html::from(has_all.then(|| radio("all", Word::AllNumbers, given.is_none()))),
            radio("some", Word::OnlyThese, given.is_some() || !has_all),
            boxes,
        ],
    )
}

/// The numbers that a form gives; `None`: all. `Err` where it gives none.
fn numbers_of(form: &Form) -> Result<Option<Vec<NumberId>>, ()> {
    if form.get("reach") == "all" {
        return Ok(None);
    }
    let some: Vec<NumberId> = form.all("number").filter_map(NumberId::parse).collect();
    if some.is_empty() {
        return Err(());
    }
    Ok(Some(some))
}

/// A role, and numbers; `None`: all.
type Grant = (Role, Option<Vec<NumberId>>);

/// Role and numbers of a form, the numbers among those that the caller has; or what is wrong.
fn grant(
    visit: &Visit,
    caller: &ConsoleCaller,
    form: &Form,
) -> Result<Result<Grant, Outcome>, ApiError> {
    let role = Role::parse(form.get("role")).ok_or_else(unknown_action)?;
    let Ok(numbers) = numbers_of(form) else {
        return Ok(Err(Outcome::Wrong(
            "number",
            visit.say(Word::NothingChosen).into(),
        )));
    };
    let foreign = |number: &NumberId| !caller.scope.allows(number);
    let is_foreign = numbers
        .as_ref()
        .is_some_and(|some| some.iter().any(foreign));
    if is_foreign || !caller.may_give(numbers.as_deref()) {
        return Err(ApiError::not_found("number"));
    }
    Ok(Ok((role, numbers)))
}

pub(super) async fn act(
    visit: &Visit,
    caller: &ConsoleCaller,
    form: &Form,
) -> Result<Outcome, ApiError> {
    if form.get("action") == "invite" {
        return invite(visit, caller, form).await;
    }
    let accounts = visit.state.store.accounts(&caller.scope).await?;
    let id = AccountId::parse(form.get("id"));
    let account = accounts
        .into_iter()
        .find(|account| Some(&account.id) == id.as_ref())
        .filter(|account| caller.may_give(account.numbers.as_deref()))
        .ok_or_else(|| ApiError::not_found("operator"))?;
    let mut change = AccountChange {
        role: account.operator.role,
        numbers: account.numbers.clone(),
        disabled: account.disabled_at.is_some(),
    };
    match form.get("action") {
        "change" => match grant(visit, caller, form)? {
            Ok((role, numbers)) => (change.role, change.numbers) = (role, numbers),
            Err(wrong) => return Ok(wrong),
        },
        "disable" => change.disabled = true,
        "enable" => change.disabled = false,
        "link" if account.disabled_at.is_none() => return link(visit, &account).await,
        _ => return Err(unknown_action()),
    }
    let store = &visit.state.store;
    store
        .change_account(&caller.scope, &account.id, change, now_ms())
        .await?;
    Ok(Outcome::Done("saved"))
}

async fn invite(visit: &Visit, caller: &ConsoleCaller, form: &Form) -> Result<Outcome, ApiError> {
    let Some(name) = shown_name(form.get("name")) else {
        return Ok(Outcome::Wrong("name", visit.say(Word::NameMissing).into()));
    };
    let Some(address) = email(form.get("email")) else {
        return Ok(Outcome::Wrong(
            "email",
            visit.say(Word::EmailInvalid).into(),
        ));
    };
    let (role, numbers) = match grant(visit, caller, form)? {
        Ok(grant) => grant,
        Err(wrong) => return Ok(wrong),
    };
    let id = fresh!(AccountId);
    let account = NewAccount {
        id: id.clone(),
        operator: fresh!(OperatorId),
        email: address,
        name,
        role,
        numbers,
        password: None,
        created_at: now_ms(),
    };
    let store = &visit.state.store;
    store.create_account(caller.scope.tenant(), account).await?;
    let accounts = store.accounts(&caller.scope).await?;
    let account = accounts.iter().find(|account| account.id == id);
    link(visit, account.ok_or_else(ApiError::internal)?).await
}

async fn link(visit: &Visit, account: &AccountRecord) -> Result<Outcome, ApiError> {
    let secret = visit.state.access.account_link(&account.id).await?;
    let origin = visit.origin();
    let url = [origin.as_str(), "/invite/", &secret].concat();
    let name = account.operator.name.as_deref().unwrap_or(&account.email);
    let said = fill(visit.say(Word::LinkShownOnce), &[("name", name)]);
    Ok(Outcome::Shown(once(&said, &url)))
}
