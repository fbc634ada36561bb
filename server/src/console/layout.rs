//! The frame of every page, and the parts that pages are made of.

use super::html::{Attributes, Html, all, el, rules, text, void};
use super::visit::{FORM_KEY, Visit};
use super::words::Word;
use crate::access::{Action, ConsoleCaller};
use app::branding::Brand;
use app::error::{ApiError, Code};
use app::shell::Assets;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

const STYLE: &str = include_str!("console.css");

/// The pages of the settings: path, word, and what they need.
pub const SETTINGS: [(&str, Word, Action); 5] = [
    ("/settings/numbers", Word::Numbers, Action::ManageWorkspace),
    ("/settings/keys", Word::ApiKeys, Action::ManageWorkspace),
    (
        "/settings/operators",
        Word::Operators,
        Action::ManageWorkspace,
    ),
    (
        "/settings/branding",
        Word::Branding,
        Action::ManageWorkspace,
    ),
    ("/settings/account", Word::Account, Action::Read),
];

/// What a page says of itself.
pub struct Page<'p> {
    /// Title of the document.
    pub title: &'p str,
    /// Status of the answer.
    pub status: StatusCode,
    /// The look of the workspace.
    pub brand: Brand,
    /// A script of this program, where a page has one.
    pub script: Option<&'static str>,
}

impl<'p> Page<'p> {
    /// A page as usual.
    pub fn new(title: &'p str) -> Self {
        Self {
            title,
            status: StatusCode::OK,
            brand: Brand::default(),
            script: None,
        }
    }
}

impl Visit {
    /// A sentence in the visitor's language.
    pub fn say(&self, word: Word) -> &'static str {
        word.say(self.locale)
    }

    /// Sends a page.
    pub fn page(&self, page: Page<'_>, inside: Html) -> Response {
        let Ok(nonce) = crate::page::nonce() else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let Assets { css, .. } = self.state.page.assets();
        let head = all([
            void("meta", &[("charset", "utf-8")]),
            void(
                "meta",
                &[
                    ("name", "viewport"),
                    ("content", "width=device-width, initial-scale=1"),
                ],
            ),
            void(
                "meta",
                &[("name", "color-scheme"), ("content", "light dark")],
            ),
            void("meta", &[("name", "robots"), ("content", "noindex")]),
            el("title", &[], page.title),
            void("link", &[("rel", "icon"), ("href", "data:,")]),
            void("link", &[("rel", "stylesheet"), ("href", css)]),
            el("style", &[("nonce", &nonce)], rules(STYLE)),
            el("style", &[("nonce", &nonce)], rules(&page.brand.rules())),
        ]);
        let script = page
            .script
            .map(|script| el("script", &[("nonce", &nonce)], rules(script)));
        let html = el(
            "html",
            &[
                ("lang", self.locale.tag()),
                ("dir", self.locale.dir()),
                ("data-theme", "system"),
            ],
            [
                el("head", &[], head),
                el("body", &[("class", "console")], [inside, script.into()]),
            ],
        );
        let policy = format!(
            "default-src 'none'; style-src 'self' 'nonce-{nonce}'; script-src 'nonce-{nonce}'; connect-src 'self'; img-src 'self' data:; \
             form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        );
        let mut response = Response::new(Body::from(html.page()));
        *response.status_mut() = page.status;
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        response
    }

    /// A page of one thing: signing in, setting up.
    pub fn card(&self, status: StatusCode, title: &str, inside: impl Into<Html>) -> Response {
        let page = Page {
            status,
            ..Page::new(title)
        };
        let card = el(
            "main",
            &[("class", "console-card")],
            [el("h1", &[], title), inside.into()],
        );
        self.page(page, card)
    }

    /// A page of the settings.
    pub async fn settings(
        &self,
        caller: &ConsoleCaller,
        page: Page<'_>,
        inside: impl Into<Html>,
    ) -> Response {
        let brand = crate::branding::of_session(&*self.state.store, &caller.scope).await;
        let here = self.uri.path();
        let links = SETTINGS
            .into_iter()
            .filter(|(_, _, action)| caller.scope.may(*action))
            .map(|(path, word, _)| {
                let current = ("aria-current", "page");
                let link = [("href", path), current];
                let attributes = if path == here { &link[..] } else { &link[..1] };
                el("a", attributes, self.say(word))
            })
            .collect::<Vec<_>>();
        let head = el(
            "header",
            &[("class", "console-head")],
            [
                el("a", &[("href", "/")], self.say(Word::BackToInbox)),
                el("strong", &[], caller.account.workspace.as_str()),
                el(
                    "form",
                    &[("method", "post"), ("action", "/sign-out")],
                    [
                        form_key(caller),
                        el("button", &[("class", "quiet")], self.say(Word::SignOut)),
                    ],
                ),
            ],
        );
        let title = page.title.to_owned();
        let done = match self.query("done").as_deref() {
            Some("saved") => Some(Word::Saved),
            Some("removed") => Some(Word::Removed),
            _ => None,
        };
        let main = el(
            "main",
            &[],
            [
                el("h1", &[], title.as_str()),
                done.map(|word| {
                    el(
                        "p",
                        &[("class", "done"), ("role", "status")],
                        self.say(word),
                    )
                })
                .into(),
                inside.into(),
            ],
        );
        let nav = el("nav", &[("aria-label", self.say(Word::Settings))], links);
        let brand = brand.unwrap_or_default();
        self.page(Page { brand, ..page }, all([head, nav, main]))
    }

    /// An error as a page; who is signed out is led to the sign-in.
    pub fn failure(&self, error: &ApiError) -> Response {
        if error.code == Code::SignedOut {
            return Redirect::to("/sign-in").into_response();
        }
        let status = StatusCode::from_u16(error.code.status());
        let sentence = self.sentence(error);
        let inside = [
            el("p", &[("role", "alert")], sentence.as_str()),
            el("p", &[("class", "code")], error.code.name()),
            el(
                "a",
                &[("class", "button"), ("href", "/")],
                self.say(Word::BackToInbox),
            ),
        ];
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        self.card(status, self.say(Word::Settings), inside)
    }

    /// What is said of an error: in the visitor's language where there are words for it.
    pub fn sentence(&self, error: &ApiError) -> String {
        let word = match error.code {
            Code::FormInvalid => Word::FormOver,
            Code::EmailTaken => Word::EmailTaken,
            Code::LastAdmin => Word::LastAdmin,
            Code::PasswordInvalid => Word::PasswordHint,
            Code::LinkInvalid => Word::LinkOverText,
            Code::NotAllowed | Code::ReadOnly => Word::AdminOnly,
            Code::Unavailable => Word::Unavailable,
            _ => return error.error.clone(),
        };
        self.say(word).to_owned()
    }
}

/// A time to wait, in words.
pub fn wait(ms: i64) -> String {
    let seconds = (ms + 999) / 1000;
    if seconds < 90 {
        format!("{seconds} s")
    } else {
        format!("{} min", (seconds + 59) / 60)
    }
}

/// The field that says of which session a form is.
pub fn form_key(caller: &ConsoleCaller) -> Html {
    void(
        "input",
        &[
            ("type", "hidden"),
            ("name", FORM_KEY),
            ("value", caller.form_key()),
        ],
    )
}

/// A form of this session, whose button says `button`; `action` tells the handler what is meant.
pub fn form(caller: &ConsoleCaller, action: &str, inside: impl Into<Html>, button: &str) -> Html {
    el(
        "form",
        &[("method", "post"), ("class", "fields")],
        [
            form_key(caller),
            hidden("action", action),
            inside.into(),
            el("button", &[("class", "button")], button),
        ],
    )
}

/// A small form that is a button.
pub fn act(caller: &ConsoleCaller, action: &str, id: &str, button: &str) -> Html {
    el(
        "form",
        &[("method", "post"), ("class", "act")],
        [
            form_key(caller),
            hidden("action", action),
            hidden("id", id),
            el("button", &[("class", "quiet")], button),
        ],
    )
}

/// A value that goes along.
pub fn hidden(name: &str, value: &str) -> Html {
    void(
        "input",
        &[("type", "hidden"), ("name", name), ("value", value)],
    )
}

/// A field of a form.
pub struct Field<'f> {
    /// Its name, also its id.
    pub name: &'f str,
    /// What stands over it.
    pub label: &'f str,
    /// What stands under it.
    pub hint: &'f str,
    /// What is in it.
    pub value: &'f str,
    /// `type`, `autocomplete` and so on.
    pub more: Attributes<'f>,
    /// What is wrong with it.
    pub wrong: Option<&'f str>,
}

impl Field<'_> {
    /// Draws it.
    pub fn draw(&self) -> Html {
        let about = format!("{}-about", self.name);
        let said = self.wrong.unwrap_or(self.hint);
        let mut attributes = vec![
            ("id", self.name),
            ("name", self.name),
            ("class", "text-field"),
        ];
        if !self.value.is_empty() {
            attributes.push(("value", self.value));
        }
        if !said.is_empty() {
            attributes.push(("aria-describedby", &about));
        }
        if self.wrong.is_some() {
            attributes.push(("aria-invalid", "true"));
        }
        attributes.extend_from_slice(self.more);
        let class = if self.wrong.is_some() {
            "wrong"
        } else {
            "hint"
        };
        let about = (!said.is_empty())
            .then(|| el("span", &[("id", about.as_str()), ("class", class)], said));
        el(
            "p",
            &[("class", "field")],
            [
                el("label", &[("for", self.name)], self.label),
                void("input", &attributes),
                about.into(),
            ],
        )
    }
}

/// One of several that may be chosen.
pub struct Choice<'c> {
    /// `radio` or `checkbox`.
    pub kind: &'c str,
    /// Its name.
    pub name: &'c str,
    /// What is sent.
    pub value: &'c str,
    /// What it is called.
    pub label: &'c str,
    /// What it means.
    pub hint: &'c str,
    /// Whether it is chosen.
    pub chosen: bool,
}

impl Choice<'_> {
    /// Draws it.
    pub fn draw(&self) -> Html {
        let attributes = [
            ("type", self.kind),
            ("name", self.name),
            ("value", self.value),
            ("checked", ""),
        ];
        let attributes = if self.chosen {
            &attributes[..]
        } else {
            &attributes[..3]
        };
        el(
            "label",
            &[("class", "choice")],
            [
                void("input", attributes),
                el(
                    "span",
                    &[],
                    [
                        text(self.label),
                        (!self.hint.is_empty())
                            .then(|| el("small", &[], self.hint))
                            .into(),
                    ],
                ),
            ],
        )
    }
}

/// A sentence that something went wrong.
pub fn alert(sentence: &str) -> Html {
    el("p", &[("class", "alert"), ("role", "alert")], sentence)
}
