//! `/invite/{secret}`: a link that is good once, with which an account gets its password. Looking at it uses nothing up, for mail
//! programs look at links as well.

use super::html::{Html, el};
use super::layout::{Field, alert};
use super::sign_in::with_cookie;
use super::visit::{Form, Visit};
use super::words::{Word, fill};
use crate::store::{AccountRecord, LinkRecord};
use app::error::{ApiError, Code};
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

/// `GET /invite/{secret}`.
pub async fn show(visit: Visit, Path(secret): Path<String>) -> Response {
    match invited(&visit, &secret).await {
        Ok(account) => draw(&visit, StatusCode::OK, &account, None),
        Err(error) => refuse(&visit, &error),
    }
}

/// `POST /invite/{secret}`.
pub async fn take(visit: Visit, Path(secret): Path<String>, body: Bytes) -> Response {
    let form = Form::read(&body);
    let taken = async {
        visit.check_origin()?;
        let password = form.raw("password");
        visit.state.access.take_link(&secret, password).await
    };
    match taken.await {
        Ok(cookie) => with_cookie(&visit, &cookie, "/".into()),
        Err(error) if error.code == Code::PasswordInvalid => match invited(&visit, &secret).await {
            Ok(account) => draw(&visit, StatusCode::BAD_REQUEST, &account, Some(&error)),
            Err(error) => refuse(&visit, &error),
        },
        Err(error) => refuse(&visit, &error),
    }
}

async fn invited(visit: &Visit, secret: &str) -> Result<AccountRecord, ApiError> {
    match visit.state.access.link(secret).await? {
        LinkRecord::Account(account) => Ok(*account),
        LinkRecord::SetUp => Err(ApiError::new(Code::LinkInvalid, "")),
    }
}

/// The page of a link that is not good.
pub(super) fn refuse(visit: &Visit, error: &ApiError) -> Response {
    if error.code != Code::LinkInvalid {
        return visit.failure(error);
    }
    let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::NOT_FOUND);
    let said = alert(visit.say(Word::LinkOverText));
    let on = el(
        "a",
        &[("class", "button"), ("href", "/sign-in")],
        visit.say(Word::SignIn),
    );
    visit.card(status, visit.say(Word::LinkOver), [said, on])
}

fn draw(
    visit: &Visit,
    status: StatusCode,
    account: &AccountRecord,
    wrong: Option<&ApiError>,
) -> Response {
    let said = fill(
        visit.say(Word::ChoosePasswordText),
        &[("email", &account.email), ("workspace", &account.workspace)],
    );
    let form = el(
        "form",
        &[("method", "post"), ("class", "fields")],
        [
            // For password managers, which keep both.
            super::html::void(
                "input",
                &[
                    ("type", "hidden"),
                    ("autocomplete", "username"),
                    ("value", &account.email),
                ],
            ),
            new_password(visit, "password", wrong),
            el(
                "button",
                &[("class", "button")],
                visit.say(Word::SavePassword),
            ),
        ],
    );
    let said = el("p", &[], said.as_str());
    visit.card(status, visit.say(Word::ChoosePassword), [said, form])
}

/// A field for a password that somebody chooses.
pub(super) fn new_password(visit: &Visit, name: &str, wrong: Option<&ApiError>) -> Html {
    let wrong = wrong.map(|error| visit.sentence(error));
    Field {
        name,
        label: visit.say(Word::NewPassword),
        hint: visit.say(Word::PasswordHint),
        value: "",
        more: &[
            ("type", "password"),
            ("autocomplete", "new-password"),
            ("minlength", "10"),
            ("required", ""),
        ],
        wrong: wrong.as_deref(),
    }
    .draw()
}
