//! One's own account: the name that colleagues see, the password, and signing out everywhere.

use super::numbers::section;
use super::{Outcome, Tried, unknown_action};
use crate::access::{ConsoleCaller, SignIn, shown_name};
use crate::console::html::{Html, all, el};
use crate::console::layout::{self, Field, form};
use crate::console::link::new_password;
use crate::console::sign_in::with_cookie;
use crate::console::visit::{Form, Visit};
use crate::console::words::{Word, fill};
use app::error::{ApiError, Code};

pub(super) fn draw(visit: &Visit, caller: &ConsoleCaller, tried: &Tried<'_>) -> Html {
    let stored = caller.account.operator.name.as_deref().unwrap_or_default();
    let name = Field {
        name: "name",
        label: visit.say(Word::YourName),
        hint: visit.say(Word::NameHint),
        value: tried.value("name", "name", stored),
        more: &[
            ("required", ""),
            ("maxlength", "200"),
            ("autocomplete", "name"),
        ],
        wrong: tried.wrong_of("name", "name"),
    }
    .draw();
    let name = form(caller, "name", name, visit.say(Word::Save));
    let current = Field {
        name: "current",
        label: visit.say(Word::CurrentPassword),
        hint: "",
        value: "",
        more: &[
            ("type", "password"),
            ("autocomplete", "current-password"),
            ("required", ""),
        ],
        wrong: tried.wrong_of("password", "current"),
    }
    .draw();
    let too_short = tried
        .wrong_of("password", "password")
        .map(|_| ApiError::new(Code::PasswordInvalid, ""));
    let password = all([current, new_password(visit, "password", too_short.as_ref())]);
    let password = form(
        caller,
        "password",
        password,
        visit.say(Word::ChangePassword),
    );
    let hint = |word| el("p", &[("class", "hint")], visit.say(word));
    let out = form(
        caller,
        "sign-out-everywhere",
        Html::default(),
        visit.say(Word::SignOutEverywhere),
    );
    all([
        el(
            "p",
            &[("class", "hint"), ("dir", "ltr")],
            caller.account.email.as_str(),
        ),
        name,
        section(
            visit.say(Word::ChangePassword),
            all([hint(Word::ChangePasswordHint), password]),
        ),
        section(
            visit.say(Word::SignOutEverywhere),
            all([hint(Word::SignOutEverywhereHint), out]),
        ),
    ])
}

pub(super) async fn act(
    visit: &Visit,
    caller: &ConsoleCaller,
    form: &Form,
) -> Result<Outcome, ApiError> {
    match form.get("action") {
        "name" => {
            let Some(name) = shown_name(form.get("name")) else {
                return Ok(Outcome::Wrong("name", visit.say(Word::NameMissing).into()));
            };
            let store = &visit.state.store;
            store
                .rename_account(&caller.scope, &caller.account.id, &name)
                .await?;
            Ok(Outcome::Done("saved"))
        }
        "password" => change_password(visit, caller, form).await,
        "sign-out-everywhere" => {
            visit.state.access.sign_out(caller, true).await?;
            let place = "/sign-in?out=1".into();
            Ok(Outcome::Other(with_cookie(visit, "", place)))
        }
        _ => Err(unknown_action()),
    }
}

async fn change_password(
    visit: &Visit,
    caller: &ConsoleCaller,
    form: &Form,
) -> Result<Outcome, ApiError> {
    let (old, new) = (form.raw("current"), form.raw("password"));
    match visit.state.access.change_password(caller, old, new).await {
        Ok(SignIn::Done(_)) => Ok(Outcome::Done("saved")),
        Ok(SignIn::Wrong) => {
            let said = visit.say(Word::WrongPassword).to_owned();
            Ok(Outcome::Wrong("current", said))
        }
        Ok(SignIn::Wait(ms)) => {
            let wait = layout::wait(ms);
            let said = fill(visit.say(Word::TooMany), &[("wait", &wait)]);
            Ok(Outcome::Wrong("current", said))
        }
        Err(error) if error.code == Code::PasswordInvalid => {
            Ok(Outcome::Wrong("password", visit.sentence(&error)))
        }
        Err(error) => Err(error),
    }
}
