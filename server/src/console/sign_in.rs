//! `/sign-in` and `/sign-out`.

use super::html::{Html, el};
use super::layout::{self, Field, alert, hidden};
use super::visit::{Form, Visit};
use super::words::{Word, fill};
use crate::access::SignIn;
use app::error::ApiError;
use app::ids::ConversationId;
use axum::body::Bytes;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

/// `GET /sign-in`.
pub async fn show(visit: Visit) -> Response {
    if visit.caller().await.is_ok() {
        return Redirect::to("/").into_response();
    }
    match visit.state.console.has_accounts(&*visit.state.store).await {
        Ok(false) => return Redirect::to("/setup").into_response(),
        Err(error) => return visit.failure(&error.into()),
        Ok(true) => {}
    }
    let next = visit.query("next").unwrap_or_default();
    let out = visit.query("out").is_some();
    let said = out.then(|| {
        let sentence = visit.say(Word::SignedOut);
        el("p", &[("class", "done"), ("role", "status")], sentence)
    });
    draw(&visit, StatusCode::OK, "", &next, said.into())
}

/// `POST /sign-in`.
pub async fn act(visit: Visit, body: Bytes) -> Response {
    let form = Form::read(&body);
    match enter(&visit, &form).await {
        Ok(response) => response,
        Err(error) => visit.failure(&error),
    }
}

async fn enter(visit: &Visit, form: &Form) -> Result<Response, ApiError> {
    visit.check_origin()?;
    let (email, password) = (form.get("email"), form.raw("password"));
    let address = visit.address();
    let entered = visit
        .state
        .access
        .sign_in(&address, email, password)
        .await?;
    let next = form.get("next");
    Ok(match entered {
        SignIn::Done(cookie) => with_cookie(visit, &cookie, place(next)),
        SignIn::Wrong => {
            let said = alert(visit.say(Word::WrongCredentials));
            draw(visit, StatusCode::UNAUTHORIZED, email, next, said)
        }
        SignIn::Wait(ms) => {
            let wait = layout::wait(ms);
            let said = alert(&fill(visit.say(Word::TooMany), &[("wait", &wait)]));
            let mut response = draw(visit, StatusCode::TOO_MANY_REQUESTS, email, next, said);
            let seconds = HeaderValue::from((ms + 999) / 1000);
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
            response
        }
    })
}

/// `POST /sign-out`.
pub async fn out(visit: Visit, body: Bytes) -> Response {
    let left = async {
        visit.check_origin()?;
        let caller = visit.caller().await?;
        Form::read(&body).check(&caller)?;
        visit.state.access.sign_out(&caller, false).await
    };
    match left.await {
        Ok(()) => with_cookie(&visit, "", "/sign-in?out=1".into()),
        Err(error) => visit.failure(&error),
    }
}

/// Leads on, with the session's cookie, or without one any more.
pub(super) fn with_cookie(visit: &Visit, value: &str, place: String) -> Response {
    let mut response = Redirect::to(&place).into_response();
    if let Ok(cookie) = HeaderValue::from_str(&visit.state.console.cookie(value)) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    let no_store = HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, no_store);
    response
}

/// Where somebody wanted to go: a conversation or the settings, and nowhere else.
fn place(next: &str) -> String {
    let conversation = next.strip_prefix("/c/").and_then(ConversationId::parse);
    match conversation {
        Some(id) => format!("/c/{id}"),
        None => "/".into(),
    }
}

fn draw(visit: &Visit, status: StatusCode, email: &str, next: &str, said: Html) -> Response {
    let field = |name, label, value, more| {
        let label = visit.say(label);
        Field {
            name,
            label,
            hint: "",
            value,
            more,
            wrong: None,
        }
        .draw()
    };
    let fields = [
        hidden("next", next),
        field(
            "email",
            Word::Email,
            email,
            &[
                ("type", "email"),
                ("autocomplete", "username"),
                ("required", ""),
            ],
        ),
        field(
            "password",
            Word::Password,
            "",
            &[
                ("type", "password"),
                ("autocomplete", "current-password"),
                ("required", ""),
            ],
        ),
        el("button", &[("class", "button")], visit.say(Word::SignIn)),
    ];
    let form = el(
        "form",
        &[
            ("method", "post"),
            ("action", "/sign-in"),
            ("class", "fields"),
        ],
        fields,
    );
    let hint = el("p", &[("class", "hint")], visit.say(Word::LostPassword));
    visit.card(status, visit.say(Word::SignIn), [said, form, hint])
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn signing_in_leads_to_our_own_pages_only() {
        assert_eq!(place("/c/conv_1"), "/c/conv_1");
        for bad in [
            "",
            "/",
            "//evil.test",
            "https://evil.test",
            "/c/",
            "/c/../x",
            "/c/a/b",
            "/\\evil.test",
        ] {
            assert_eq!(place(bad), "/", "{bad}");
        }
    }
}
