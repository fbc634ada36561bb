//! `/settings/{page}`: what belongs to the workspace, for admins, and what belongs to oneself. A page that arranges something else
//! (labels, quick replies) gets a module here, a row in [`super::layout::SETTINGS`] and two lines below.

mod account;
mod branding;
mod keys;
mod numbers;
mod operators;

pub use branding::preview;

use super::html::Html;
use super::layout::{Page, SETTINGS};
use super::visit::{Form, Visit};
use super::words::Word;
use crate::access::ConsoleCaller;
use app::error::{ApiError, Code};
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

/// What came of a form.
enum Outcome {
    /// The page is shown anew, and says this.
    Done(&'static str),
    /// Something to be shown once, over the page.
    Shown(Html),
    /// What is wrong: with a field, or with all of it where that is empty.
    Wrong(&'static str, String),
    /// Another answer.
    Other(Response),
}

/// What a page shows beside what is stored: what somebody just typed, and what is wrong with it.
#[derive(Default)]
struct Tried<'t> {
    form: Option<&'t Form>,
    wrong: Option<(&'t str, &'t str)>,
}

impl Tried<'_> {
    /// What was typed into a field of the form with this action, or what is stored.
    fn value<'v>(&'v self, action: &str, name: &str, stored: &'v str) -> &'v str {
        match self.form {
            Some(form) if form.get("action") == action => form.get(name),
            _ => stored,
        }
    }

    fn wrong_of(&self, action: &str, name: &str) -> Option<&str> {
        let (field, said) = self.wrong?;
        let here = self.form.is_some_and(|form| form.get("action") == action);
        (here && field == name).then_some(said)
    }
}

/// `GET /settings`.
pub async fn begin(visit: Visit) -> Response {
    match visit.caller().await {
        Ok(caller) => {
            let first = SETTINGS
                .into_iter()
                .find(|(_, _, action)| caller.scope.may(*action));
            Redirect::to(first.map_or("/", |(path, _, _)| path)).into_response()
        }
        Err(error) => visit.failure(&error),
    }
}

/// `GET /settings/{page}`.
pub async fn show(visit: Visit, Path(name): Path<String>) -> Response {
    let shown = async {
        let (caller, title) = allowed(&visit, &name).await?;
        let inside = draw(&visit, &caller, &name, Tried::default()).await?;
        Ok(send(&visit, &caller, &name, title, StatusCode::OK, inside).await)
    };
    shown
        .await
        .unwrap_or_else(|error: ApiError| visit.failure(&error))
}

/// `POST /settings/{page}`.
pub async fn act(visit: Visit, Path(name): Path<String>, body: Bytes) -> Response {
    let form = Form::read(&body);
    let acted = async {
        let (caller, title) = allowed(&visit, &name).await?;
        visit.check_origin()?;
        form.check(&caller)?;
        let outcome = match name.as_str() {
            "numbers" => numbers::act(&visit, &caller, &form).await,
            "keys" => keys::act(&visit, &caller, &form).await,
            "operators" => operators::act(&visit, &caller, &form).await,
            "branding" => branding::act(&visit, &caller, &form).await,
            _ => account::act(&visit, &caller, &form).await,
        };
        let outcome = match outcome {
            // A person can do something about these where they are.
            Err(error) if matches!(error.code, Code::EmailTaken | Code::LastAdmin) => {
                let field = if error.code == Code::EmailTaken {
                    "email"
                } else {
                    ""
                };
                (
                    StatusCode::CONFLICT,
                    Outcome::Wrong(field, visit.sentence(&error)),
                )
            }
            other => (StatusCode::BAD_REQUEST, other?),
        };
        // What was changed may be the caller's own name or numbers.
        let caller = match &outcome.1 {
            Outcome::Done(_) | Outcome::Other(_) => caller,
            _ => visit.caller().await?,
        };
        Ok(match outcome {
            (_, Outcome::Other(response)) => response,
            (_, Outcome::Done(done)) => {
                Redirect::to(&format!("/settings/{name}?done={done}")).into_response()
            }
            (_, Outcome::Shown(once)) => {
                let inside = draw(&visit, &caller, &name, Tried::default()).await?;
                let inside = super::html::all([once, inside]);
                send(&visit, &caller, &name, title, StatusCode::OK, inside).await
            }
            (status, Outcome::Wrong(field, said)) => {
                let tried = Tried {
                    form: Some(&form),
                    wrong: Some((field, &said)),
                };
                let inside = draw(&visit, &caller, &name, tried).await?;
                let inside = super::html::all([super::layout::alert(&said), inside]);
                send(&visit, &caller, &name, title, status, inside).await
            }
        })
    };
    acted
        .await
        .unwrap_or_else(|error: ApiError| visit.failure(&error))
}

/// The caller, if they may use this page.
async fn allowed(visit: &Visit, name: &str) -> Result<(ConsoleCaller, Word), ApiError> {
    let caller = visit.caller().await?;
    let page = SETTINGS
        .into_iter()
        .find(|(path, _, _)| path.strip_prefix("/settings/") == Some(name));
    let (_, title, action) =
        page.ok_or_else(|| ApiError::new(Code::NotFound, "There is nothing at this address."))?;
    caller.scope.check(action)?;
    Ok((caller, title))
}

async fn draw(
    visit: &Visit,
    caller: &ConsoleCaller,
    name: &str,
    tried: Tried<'_>,
) -> Result<Html, ApiError> {
    match name {
        "numbers" => numbers::draw(visit, caller, &tried).await,
        "keys" => keys::draw(visit, caller, &tried).await,
        "operators" => operators::draw(visit, caller, &tried).await,
        "branding" => branding::draw(visit, caller, &tried).await,
        _ => Ok(account::draw(visit, caller, &tried)),
    }
}

async fn send(
    visit: &Visit,
    caller: &ConsoleCaller,
    name: &str,
    title: Word,
    status: StatusCode,
    inside: Html,
) -> Response {
    let page = Page {
        status,
        script: (name == "branding").then_some(branding::SCRIPT),
        ..Page::new(visit.say(title))
    };
    visit.settings(caller, page, inside).await
}

/// A form was sent that this program does not make.
fn unknown_action() -> ApiError {
    ApiError::new(
        Code::BodyInvalid,
        "This form is unknown. Load the page again.",
    )
}
