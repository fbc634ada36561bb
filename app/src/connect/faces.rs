//! What stands on the page, one face at a time.

use super::{Connect, Face, Qr, Word, with_number};
use leptos::prelude::*;

/// A masked phone is read from left to right in every script.
const LTR: (&str, &str) = ("\u{2066}", "\u{2069}");

impl Connect {
    fn say(&self, word: Word) -> &'static str {
        word.say(self.locale)
    }

    /// A sentence with the number in it.
    fn of_number(&self, word: Word) -> String {
        let number = [LTR.0, &self.number, LTR.1].concat();
        with_number(self.say(word), &number)
    }

    /// What the script must know: it looks at the page again when the state of the link is another.
    pub(super) fn main(&self) -> impl IntoView + use<> {
        let (number_id, redirect) = match &self.face {
            Face::Connected {
                number_id,
                redirect,
            } => (Some(number_id.clone()), redirect.clone()),
            _ => (None, None),
        };
        let (failure, said) = (self.failure.clone(), self.failure.clone());
        view! {
            <main
                class="connect-card"
                data-testid="connect"
                data-face=self.face.name()
                data-live=self.face.is_live().then_some("")
                data-number=number_id
                data-redirect=redirect
                data-failure=failure
            >
                {said
                    .map(|words| {
                        view! {
                            <p class="connect-alert" role="alert" dir="auto">
                                {words}
                            </p>
                        }
                    })}
                {self.face()}
            </main>
        }
    }

    fn face(&self) -> AnyView {
        match &self.face {
            Face::Begin => self.begin().into_any(),
            Face::Scan { qr, pairing_code } => {
                self.scan(qr.clone(), pairing_code.clone()).into_any()
            }
            Face::Credentials { phone_number_id } => {
                self.credentials(phone_number_id.clone()).into_any()
            }
            Face::SignUp { app, config } => self.sign_up(app.clone(), config.clone()).into_any(),
            Face::Connected { redirect, .. } => self.connected(redirect.clone()).into_any(),
            Face::Expired => self.over(Word::ExpiredTitle, Word::ExpiredText).into_any(),
            Face::Used => self.over(Word::UsedTitle, Word::UsedText).into_any(),
            Face::Unknown => self.over(Word::UnknownTitle, Word::UnknownText).into_any(),
            Face::NotConfigured => self
                .over(Word::NotConfiguredTitle, Word::NotConfiguredText)
                .into_any(),
        }
    }

    fn begin(&self) -> impl IntoView + use<> {
        view! {
            <h1>{self.say(Word::LinkTitle)}</h1>
            <p>{self.of_number(Word::LinkText)}</p>
            <form method="post" action=self.path.clone() data-begin="">
                <input type="hidden" name="action" value="begin" />
                <button class="button">{self.say(Word::ShowCode)}</button>
            </form>
        }
    }

    fn scan(&self, qr: Option<Qr>, pairing_code: Option<String>) -> impl IntoView + use<> {
        let waiting = match &qr {
            Some(_) => Word::Waiting,
            None => Word::Preparing,
        };
        let label = self.say(Word::CodeOfPicture);
        let picture = match qr {
            Some(Qr { side, path }) => {
                let sides = ["0 0 ", &side.to_string(), " ", &side.to_string()].concat();
                view! {
                    <div class="connect-qr" role="img" aria-label=label>
                        <svg viewBox=sides shape-rendering="crispEdges" aria-hidden="true">
                            <path fill="currentColor" d=path />
                        </svg>
                    </div>
                }
                .into_any()
            }
            None => view! { <div class="connect-qr skeleton" aria-hidden="true"></div> }.into_any(),
        };
        view! {
            <h1>{self.say(Word::LinkTitle)}</h1>
            <div class="connect-scan">
                {picture}
                <ol>
                    <li>{self.of_number(Word::StepOpen)}</li>
                    <li>{self.say(Word::StepMenu)}</li>
                    <li>{self.say(Word::StepScan)}</li>
                </ol>
            </div>
            {pairing_code
                .map(|code| {
                    view! {
                        <p class="connect-typed">
                            {self.say(Word::NoCamera)} <code dir="ltr" data-testid="pairing-code">{code}</code>
                        </p>
                    }
                })}
            <p class="connect-wait" role="status" data-offline=self.say(Word::Offline)>
                <span class="connect-dot" aria-hidden="true"></span>
                <span>{self.say(waiting)}</span>
            </p>
            // Who has no script sees the next code as well.
            <noscript>
                <meta http-equiv="refresh" content="5" />
            </noscript>
        }
    }

    fn credentials(&self, phone_number_id: String) -> impl IntoView + use<> {
        view! {
            <h1>{self.say(Word::MetaTitle)}</h1>
            <p>{self.say(Word::MetaText)}</p>
            <form method="post" action=self.path.clone() class="connect-form">
                <input type="hidden" name="action" value="credentials" />
                <label for="phone-number-id">{self.say(Word::PhoneNumberId)}</label>
                <input
                    id="phone-number-id"
                    name="phoneNumberId"
                    class="text-field"
                    value=phone_number_id
                    inputmode="numeric"
                    autocomplete="off"
                    required
                    maxlength="32"
                    aria-describedby="phone-number-id-hint"
                    dir="ltr"
                />
                <span id="phone-number-id-hint" class="connect-hint">
                    {self.say(Word::PhoneNumberIdHint)}
                </span>
                <label for="access-token">{self.say(Word::AccessToken)}</label>
                <input
                    id="access-token"
                    name="accessToken"
                    class="text-field"
                    type="password"
                    autocomplete="off"
                    required
                    maxlength="4096"
                    aria-describedby="access-token-hint"
                    dir="ltr"
                />
                <span id="access-token-hint" class="connect-hint">
                    {self.say(Word::AccessTokenHint)}
                </span>
                <button class="button">{self.say(Word::Connect)}</button>
            </form>
        }
    }

    fn sign_up(&self, app: String, config: String) -> impl IntoView + use<> {
        view! {
            <h1>{self.say(Word::MetaTitle)}</h1>
            <p>{self.say(Word::SignUpText)}</p>
            // Meta opens its window for a script only.
            <noscript>
                <p class="connect-alert">{self.say(Word::NeedsScript)}</p>
            </noscript>
            <button type="button" class="button" data-sign-up=app data-config=config>
                {self.say(Word::SignUp)}
            </button>
        }
    }

    fn connected(&self, redirect: Option<String>) -> impl IntoView + use<> {
        view! {
            <svg class="connect-done" viewBox="0 0 48 48" aria-hidden="true">
                <circle cx="24" cy="24" r="22" />
                <path d="m14 25 7 7 14-15" />
            </svg>
            <h1>{self.say(Word::ConnectedTitle)}</h1>
            <p role="status">{self.of_number(Word::ConnectedText)}</p>
            {redirect
                .map(|address| {
                    view! {
                        <a class="button" href=address target="_top" rel="noopener">
                            {self.say(Word::Continue)}
                        </a>
                    }
                })}
        }
    }

    fn over(&self, title: Word, words: Word) -> impl IntoView + use<> {
        view! {
            <h1>{self.say(title)}</h1>
            <p>{self.say(words)}</p>
        }
    }
}
