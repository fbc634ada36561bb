//! Trading the operator's identity, signed by the host, for an embed token.

use super::{call, token};
use crate::browser;
use crate::embed::HostEvent;
use crate::error::{ApiError, Code};
use crate::inbox::{Inbox, Phase, lock};
use crate::live::Backoff;
use crate::wire::{self, Json, Wire, field};
use leptos::prelude::{GetUntracked, Set};
use std::sync::Mutex;

/// Where identities are traded.
const EXCHANGE_PATH: &str = "/api/public/embed/exchange";

/// Who works in which inbox. The same person in the same inbox goes on where they were; everybody else begins anew.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Identity {
    operator: String,
    inbox: String,
}

/// What comes back.
#[derive(Debug, PartialEq, Eq)]
struct Exchanged {
    token: String,
    identity: Identity,
}

impl Wire for Exchanged {
    fn read(json: &Json) -> Option<Self> {
        Some(Self {
            token: field(json, "token")?,
            identity: Identity {
                operator: field(&json.field("operator"), "id")?,
                inbox: field(&json.field("inbox"), "id")?,
            },
        })
    }
}

/// The identity that the page handed over last.
#[derive(Default)]
pub struct Exchange(Mutex<State>);

#[derive(Default)]
struct State {
    /// As it came, traded or not. Pages say it again and again until they hear that the inbox is ready.
    last: Option<String>,
    /// Whose session is on screen.
    current: Option<Identity>,
}

/// What another identity means for what is on screen.
#[derive(Debug, PartialEq, Eq)]
enum Turn {
    /// The first.
    Begin,
    /// The same person in the same inbox.
    GoOn,
    /// Somebody else.
    BeginAnew,
}

impl State {
    fn is_news(&mut self, token: &str) -> bool {
        let is_news = self.last.as_deref() != Some(token);
        if is_news {
            self.last = Some(token.to_owned());
        }
        is_news
    }

    fn turn_to(&mut self, identity: Identity) -> Turn {
        let turn = match &self.current {
            None => Turn::Begin,
            Some(current) if *current == identity => Turn::GoOn,
            Some(_) => Turn::BeginAnew,
        };
        self.current = Some(identity);
        turn
    }
}

impl Inbox {
    /// The page says who the operator is, at the start and whenever it has a fresher token.
    pub(crate) fn identify(&self, identity: String) {
        if !lock(&self.exchange.0).is_news(&identity) {
            return;
        }
        self.overdue.set(false);
        self.trade(identity);
    }

    /// Tries the last identity once more, if it could not be traded. Returns `false` if there is none.
    pub(crate) fn identify_again(&self) -> bool {
        let last = lock(&self.exchange.0).last.clone();
        match last.filter(|_| token::bearer().is_none()) {
            Some(identity) => {
                self.phase.set(Phase::Loading);
                self.trade(identity);
                true
            }
            None => false,
        }
    }

    fn trade(&self, identity: String) {
        let inbox = self.clone();
        browser::spawn(async move {
            let mut backoff = Backoff::default();
            loop {
                let result = request(&identity).await;
                if lock(&inbox.exchange.0).last.as_ref() != Some(&identity) {
                    return;
                }
                match result {
                    Ok(exchanged) => return inbox.take_exchanged(exchanged),
                    Err(error) if error.code.is_transient() => {
                        inbox.alarm.wait(backoff.next(browser::random())).await;
                    }
                    Err(error) => return inbox.refuse_identity(error),
                }
            }
        });
    }

    fn take_exchanged(&self, exchanged: Exchanged) {
        let turn = lock(&self.exchange.0).turn_to(exchanged.identity);
        match turn {
            Turn::Begin => self.begin(exchanged.token, false),
            Turn::GoOn => self.take_renewal(exchanged.token),
            Turn::BeginAnew => self.begin_anew(exchanged.token),
        }
        self.say_ready();
    }

    /// A session that lives is left alone: it may well last until the page has a better token. What is on screen of one that has ended
    /// is left, too: there may be a draft.
    fn refuse_identity(&self, error: ApiError) {
        if self.has_session() || self.loaded.get_untracked() {
            return;
        }
        self.tell_refusal(&error);
        let phase = if error.code == Code::OriginNotAllowed {
            Phase::Refused
        } else {
            Phase::Failed
        };
        self.failure.set(Some(error));
        self.phase.set(phase);
    }

    /// Tells the page that the inbox is ready, and how high it would like to be.
    pub(crate) fn say_ready(&self) {
        if self.bridge.get().is_some_and(|bridge| !bridge.said_ready()) {
            self.tell(&HostEvent::Ready);
            self.tell(&HostEvent::Resize(crate::inbox::HEIGHT));
        }
    }
}

async fn request(identity: &str) -> Result<Exchanged, ApiError> {
    let quoted = serde_json::to_string(identity).unwrap_or_default();
    let body = ["{\"token\":", &quoted, "}"].concat();
    let answer = call::in_time(EXCHANGE_PATH, &body, "").await?;
    wire::parse(&answer).ok_or_else(ApiError::transport)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(operator: &str, inbox: &str) -> Identity {
        Identity {
            operator: operator.into(),
            inbox: inbox.into(),
        }
    }

    #[test]
    fn the_answer_is_read() {
        let json = r#"{"token":"t","surface":"chat","whatsappNumberIds":["wn_1"],"allowedOrigins":["https://a.example"],
            "expiresAt":"2026-11-20T10:15:00.000Z","operator":{"id":"op_1","name":"Ana","role":"user"},"inbox":{"id":"support","name":"Support"}}"#;
        assert_eq!(
            wire::parse(json),
            Some(Exchanged {
                token: "t".into(),
                identity: identity("op_1", "support"),
            })
        );
        for json in [
            "",
            "{}",
            r#"{"token":"t"}"#,
            r#"{"token":"t","operator":{"id":"o"}}"#,
        ] {
            assert_eq!(wire::parse::<Exchanged>(json), None, "{json}");
        }
    }

    #[test]
    fn the_same_token_said_again_is_no_news() {
        let mut state = State::default();
        assert!(state.is_news("a"));
        assert!(!state.is_news("a"));
        assert!(state.is_news("b"));
        assert!(state.is_news("a"));
    }

    #[test]
    fn only_the_same_person_in_the_same_inbox_goes_on() {
        let mut state = State::default();
        assert_eq!(state.turn_to(identity("o", "i")), Turn::Begin);
        assert_eq!(state.turn_to(identity("o", "i")), Turn::GoOn);
        assert_eq!(state.turn_to(identity("o", "j")), Turn::BeginAnew);
        assert_eq!(state.turn_to(identity("p", "j")), Turn::BeginAnew);
        assert_eq!(state.turn_to(identity("p", "j")), Turn::GoOn);
    }
}
