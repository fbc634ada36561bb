//! `/setup/{secret}`: the first workspace, its first admin and its first number, by the link that a server without any prints when it
//! starts.

use super::html::{Html, all, el};
use super::layout::{Choice, Field, alert};
use super::link::{new_password, refuse};
use super::number::{self, Checked};
use super::sign_in::with_cookie;
use super::visit::{Form, Visit};
use super::words::Word;
use crate::access::{Role, email, hash_password, shown_name};
use crate::clock::now_ms;
use crate::fresh;
use crate::store::{LinkRecord, NewAccount, NewNumber, NewWorkspace};
use app::error::{ApiError, Code};
use app::ids::{AccountId, OperatorId, TenantId};
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

/// What is wrong with a field.
type Wrong = (&'static str, String);

/// `GET /setup`: where the link is.
pub async fn elsewhere(visit: Visit) -> Response {
    match visit.state.console.has_accounts(&*visit.state.store).await {
        Ok(true) => Redirect::to("/sign-in").into_response(),
        Ok(false) => {
            let said = el("p", &[], visit.say(Word::SetUpElsewhereText));
            visit.card(StatusCode::OK, visit.say(Word::SetUpElsewhere), said)
        }
        Err(error) => visit.failure(&error.into()),
    }
}

/// `GET /setup/{secret}`.
pub async fn show(visit: Visit, Path(secret): Path<String>) -> Response {
    match is_good(&visit, &secret).await {
        Ok(()) => draw(&visit, StatusCode::OK, None, None),
        Err(error) => refuse(&visit, &error),
    }
}

/// `POST /setup/{secret}`.
pub async fn act(visit: Visit, Path(secret): Path<String>, body: Bytes) -> Response {
    let form = Form::read(&body);
    match make(&visit, &secret, &form).await {
        Ok(Ok(response)) => response,
        Ok(Err(wrong)) => draw(&visit, StatusCode::BAD_REQUEST, Some(&form), Some(&wrong)),
        Err(error) => refuse(&visit, &error),
    }
}

async fn is_good(visit: &Visit, secret: &str) -> Result<(), ApiError> {
    match visit.state.access.link(secret).await? {
        LinkRecord::SetUp => Ok(()),
        LinkRecord::Account(_) => Err(ApiError::new(Code::LinkInvalid, "")),
    }
}

async fn make(
    visit: &Visit,
    secret: &str,
    form: &Form,
) -> Result<Result<Response, Wrong>, ApiError> {
    visit.check_origin()?;
    // Before anything is asked of Meta or hashed: without the link nothing of this is anybody's to start.
    is_good(visit, secret).await?;
    let missing = |field| Ok(Err((field, visit.say(Word::NameMissing).to_owned())));
    let Some(name) = shown_name(form.get("workspace")) else {
        return missing("workspace");
    };
    let Some(admin_name) = shown_name(form.get("name")) else {
        return missing("name");
    };
    let Some(address) = email(form.get("email")) else {
        return Ok(Err(("email", visit.say(Word::EmailInvalid).into())));
    };
    let password = match hash_password(form.raw("password")).await {
        Ok(hash) => hash,
        Err(error) if error.code == Code::PasswordInvalid => {
            return Ok(Err(("password", visit.sentence(&error))));
        }
        Err(error) => return Err(error),
    };
    let (tenant, console) = (fresh!(TenantId), &visit.state.console);
    let number: Option<NewNumber> = match form.get("number") {
        "meta" => match console.check_number(visit, form, &tenant).await? {
            Checked::Number(number) => Some(*number),
            Checked::Wrong(field, said) => return Ok(Err((field, said))),
        },
        "simulated" => console.simulated_number(visit, &tenant)?,
        _ => None,
    };
    let simulated = number
        .as_ref()
        .filter(|number| number.phone_number_id == super::PHONE_NUMBER_ID)
        .map(|number| (number.id.clone(), number.name.clone()));
    let now = now_ms();
    let workspace = NewWorkspace {
        tenant,
        name,
        admin: NewAccount {
            id: fresh!(AccountId),
            operator: fresh!(OperatorId),
            email: address,
            name: admin_name,
            role: Role::Admin,
            numbers: None,
            password: Some(password),
            created_at: now,
        },
        number,
    };
    // With the pretend phone, too, that is the page to go on from: the phone is opened there.
    let place = if workspace.number.is_some() && simulated.is_none() {
        "/"
    } else {
        "/settings/numbers"
    };
    let cookie = visit.state.access.set_up(secret, workspace).await?;
    if let (Some((id, name)), Some(phone)) = (simulated, console.phone())
        && let Err(error) = phone.switch_on(id, &name)
    {
        tracing::error!(%error, "the simulated phone could not be switched on");
    }
    Ok(Ok(with_cookie(visit, &cookie, place.into())))
}

fn draw(visit: &Visit, status: StatusCode, form: Option<&Form>, wrong: Option<&Wrong>) -> Response {
    let wrong = wrong.map(|(field, said)| (*field, said.as_str()));
    let value = |name| form.map_or("", |form| form.get(name));
    let wrong_of = |name| wrong.and_then(|(field, said)| (field == name).then_some(said));
    let field = |name, label, hint, more| {
        Field {
            name,
            label: visit.say(label),
            hint,
            value: value(name),
            more,
            wrong: wrong_of(name),
        }
        .draw()
    };
    let password_error = wrong_of("password").map(|_| ApiError::new(Code::PasswordInvalid, ""));
    let numbers = first_number(visit, form, wrong);
    let fields = all([
        field(
            "workspace",
            Word::WorkspaceName,
            "",
            &[
                ("required", ""),
                ("maxlength", "200"),
                ("autocomplete", "organization"),
            ],
        ),
        field(
            "name",
            Word::YourName,
            visit.say(Word::NameHint),
            &[
                ("required", ""),
                ("maxlength", "200"),
                ("autocomplete", "name"),
            ],
        ),
        field(
            "email",
            Word::Email,
            "",
            &[
                ("type", "email"),
                ("required", ""),
                ("autocomplete", "username"),
            ],
        ),
        new_password(visit, "password", password_error.as_ref()),
        numbers,
        el(
            "button",
            &[("class", "button")],
            visit.say(Word::FinishSetUp),
        ),
    ]);
    let form = el("form", &[("method", "post"), ("class", "fields")], fields);
    let said = el("p", &[], visit.say(Word::SetUpText));
    let wrong: Html = wrong.map(|(_, said)| alert(said)).into();
    visit.card(status, visit.say(Word::SetUpTitle), [said, wrong, form])
}

/// Which number to begin with.
fn first_number(visit: &Visit, form: Option<&Form>, wrong: Option<(&str, &str)>) -> Html {
    let chosen = form.map_or(
        if visit.state.console.phone().is_some() {
            "simulated"
        } else {
            "none"
        },
        |form| form.get("number"),
    );
    let choice = |value: &'static str, label, hint: &'static str| {
        Choice {
            kind: "radio",
            name: "number",
            value,
            label: visit.say(label),
            hint,
            chosen: chosen == value,
        }
        .draw()
    };
    let simulated: Html = visit
        .state
        .console
        .phone()
        .map(|_| {
            choice(
                "simulated",
                Word::SimulatedPhone,
                visit.say(Word::SimulatedPhoneHint),
            )
        })
        .into();
    el(
        "fieldset",
        &[],
        [
            el("legend", &[], visit.say(Word::FirstNumber)),
            simulated,
            choice("meta", Word::CloudApi, visit.say(Word::CloudApiHint)),
            el(
                "div",
                &[("class", "of-choice")],
                number::fields(visit, form, wrong),
            ),
            choice("none", Word::NoNumberYet, ""),
        ],
    )
}
