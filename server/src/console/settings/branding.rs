//! Branding: the fields that the API knows, and how they look.

use super::{Outcome, Tried, unknown_action};
use crate::access::{Action, ConsoleCaller};
use crate::api::Failure;
use crate::branding::{Branding, read_update};
use crate::console::html::{Html, all, el};
use crate::console::layout::{Choice, Field, form};
use crate::console::visit::{Form, Visit};
use crate::console::words::Word;
use app::error::{ApiError, Code};
use axum::Json;
use axum::body::Bytes;
use serde_json::{Map, Value};

/// Wears what is in the form while somebody types, as the server reckons it.
pub(super) const SCRIPT: &str = include_str!("preview.js");

const TEXTS: [(&str, Word, Word); 7] = [
    ("companyName", Word::CompanyName, Word::TooLong),
    ("subtitle", Word::Subtitle, Word::TooLong),
    ("primaryColor", Word::PrimaryColor, Word::ColorInvalid),
    ("backgroundColor", Word::BackgroundColor, Word::ColorInvalid),
    ("logoUrl", Word::LogoUrl, Word::HttpsNeeded),
    ("supportUrl", Word::SupportUrl, Word::HttpsNeeded),
    ("defaultRedirectUrl", Word::RedirectUrl, Word::HttpsNeeded),
];
const HIDE: &str = "hidePilotStatusBranding";

pub(super) async fn draw(
    visit: &Visit,
    caller: &ConsoleCaller,
    tried: &Tried<'_>,
) -> Result<Html, ApiError> {
    let stored = visit.state.store.branding(&caller.scope).await?;
    let stored = Branding::stored(stored.as_deref())?;
    let known = serde_json::to_value(&stored).map_err(|_| ApiError::internal())?;
    let fields = TEXTS.into_iter().map(|(name, label, _)| {
        let is_colour = name.ends_with("Color");
        let stored = known[name].as_str().unwrap_or_default();
        Field {
            name,
            label: visit.say(label),
            hint: if is_colour {
                visit.say(Word::ColorHint)
            } else {
                ""
            },
            value: tried.value("save", name, stored),
            more: &[("autocomplete", "off"), ("dir", "auto")],
            wrong: tried.wrong_of("save", name),
        }
        .draw()
    });
    let hides = tried.form.map_or_else(
        || stored.hide_pilot_status_branding.unwrap_or(false),
        |form| form.get(HIDE) == "true",
    );
    let hide = Choice {
        kind: "checkbox",
        name: HIDE,
        value: "true",
        label: visit.say(Word::HideFooter),
        hint: "",
        chosen: hides,
    }
    .draw();
    let fields = all(fields.chain([hide]));
    let title = stored.company_name.as_deref().unwrap_or_default();
    let preview = el(
        "section",
        &[
            ("class", "preview"),
            ("aria-label", visit.say(Word::Preview)),
        ],
        [
            el("h2", &[], visit.say(Word::Preview)),
            el(
                "div",
                &[("class", "preview-frame"), ("aria-hidden", "true")],
                [
                    el(
                        "strong",
                        &[("data-preview", "companyName"), ("dir", "auto")],
                        title,
                    ),
                    el(
                        "small",
                        &[("data-preview", "subtitle"), ("dir", "auto")],
                        stored.subtitle.as_deref().unwrap_or_default(),
                    ),
                    el("p", &[("class", "bubble-in")], visit.say(Word::PreviewIn)),
                    el("p", &[("class", "bubble-out")], visit.say(Word::PreviewOut)),
                    el("span", &[("class", "button")], visit.say(Word::Send)),
                ],
            ),
        ],
    );
    let form = form(caller, "save", fields, visit.say(Word::Save));
    Ok(el("div", &[("class", "beside")], [form, preview]))
}

pub(super) async fn act(
    visit: &Visit,
    caller: &ConsoleCaller,
    form: &Form,
) -> Result<Outcome, ApiError> {
    if form.get("action") != "save" {
        return Err(unknown_action());
    }
    let update = match read_update(&fields(form)) {
        Ok(update) => update,
        Err(error) => {
            let field = error.field.as_deref().unwrap_or_default();
            let found = TEXTS.into_iter().find(|(name, _, _)| *name == field);
            return match found {
                Some((name, _, word)) => Ok(Outcome::Wrong(name, visit.say(word).into())),
                None => Err(error),
            };
        }
    };
    let store = &visit.state.store;
    store.update_branding(&caller.scope, &update).await?;
    Ok(Outcome::Done("saved"))
}

/// All fields of the form; an empty one clears what is stored.
fn fields(form: &Form) -> Map<String, Value> {
    let texts = TEXTS.into_iter().map(|(name, _, _)| {
        let value = match form.get(name) {
            "" => Value::Null,
            text => text.into(),
        };
        (name.to_owned(), value)
    });
    let hides = (HIDE.to_owned(), Value::from(form.get(HIDE) == "true"));
    texts.chain([hides]).collect()
}

/// `POST /settings/branding/preview`: the colours of a form that is being filled in. Nothing is stored.
pub async fn preview(visit: Visit, body: Bytes) -> Result<Json<Value>, Failure> {
    let caller = visit.caller().await?;
    visit.check_origin()?;
    caller.scope.check(Action::ManageWorkspace)?;
    let form = Form::read(&body);
    form.check(&caller)?;
    // What is half typed is left out.
    let mut given = fields(&form);
    while let Err(error) = read_update(&given) {
        let field = error.field.filter(|field| given.remove(field).is_some());
        if field.is_none() {
            return Err(ApiError::new(Code::BrandingInvalid, "This cannot be shown.").into());
        }
    }
    let branding: Branding = serde_json::from_value(Value::Object(given))
        .map_err(|_| Failure::from(ApiError::internal()))?;
    Ok(Json(Value::Object(
        branding
            .properties()
            .into_iter()
            .map(|(name, value)| (name, value.into()))
            .collect(),
    )))
}
