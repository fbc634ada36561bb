//! Keeps the session alive: renews the token before it ends, and when a request finds that it has. What to do when is
//! [`Plan`]'s business; here it is done.

use super::{PARENT_ORIGIN_HEADER, Plan, Renewed, Step, token};
use crate::browser::{self, Alarm};
use crate::embed::HostEvent;
use crate::error::ApiError;
use crate::inbox::api::LoadBootstrap;
use crate::inbox::{Inbox, Phase, SessionTimes};
use crate::live::Backoff;
use crate::wire::{self, Json};
use futures::channel::oneshot::{Sender, channel};
use gloo_net::http::Request;
use leptos::prelude::GetUntracked;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};

/// Where tokens are renewed.
const REFRESH_PATH: &str = "/api/public/embed/refresh";

/// Steps keep at least this distance, in milliseconds: towards a session's end lives become ever shorter.
const AT_MOST_EVERY: u32 = 200;

/// How often the clock is looked at, in milliseconds: it may be set.
const LOOK_AT_CLOCK: u32 = 60_000;

/// What became of a renewal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewal {
    /// There is a new token.
    Renewed,
    /// The session is over.
    Over,
    /// Nobody knows: no answer.
    Unreachable,
}

/// The plan of the session, and those who wait for a renewal.
#[derive(Default)]
pub struct Keeper {
    state: Mutex<State>,
    /// Rings when the plan has to be looked at.
    pub(crate) alarm: Alarm,
}

#[derive(Default)]
struct State {
    plan: Plan,
    waiting: Vec<Sender<Renewal>>,
    /// The token that the page handed over last, while the server has not taken it.
    candidate: Option<String>,
}

impl Keeper {
    /// Another session begins: who waits for the one before waits in vain.
    pub(crate) fn begin(&self, page_renews: bool) {
        {
            let mut state = self.state();
            state.plan = Plan::new(page_renews);
            state.candidate = None;
        }
        self.finish(Renewal::Over);
    }

    /// The server has taken the token; these are the times that came with the answer.
    pub(crate) fn accept(&self, times: SessionTimes) {
        self.state()
            .plan
            .accept(times, browser::now(), browser::random());
        self.finish(Renewal::Renewed);
    }

    /// True once the server has taken the token.
    pub(crate) fn is_accepted(&self) -> bool {
        self.state().plan.is_accepted()
    }

    /// True if the page hands over another token when asked.
    pub(crate) fn page_renews(&self) -> bool {
        self.state().plan.page_renews()
    }

    /// The session is over. What the page can do is remembered, for the token that it may still hand over.
    pub(crate) fn give_up(&self) {
        self.finish(Renewal::Over);
    }

    /// Tells all who wait what became of it.
    fn finish(&self, outcome: Renewal) {
        let waiting = std::mem::take(&mut self.state().waiting);
        for sender in waiting {
            _ = sender.send(outcome);
        }
        self.alarm.ring();
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inbox {
    /// Waits for another token. All who wait share one renewal. `is_over` if the server said that the session has ended: then
    /// only the page has another token.
    pub(crate) async fn renew(&self, generation: u32, is_over: bool) -> Renewal {
        let (sender, outcome) = channel();
        {
            let mut state = self.keeper.state();
            if self.is_past(generation) {
                return Renewal::Over;
            }
            if is_over {
                state.plan.refuse();
            } else {
                state.plan.want();
            }
            state.waiting.push(sender);
        }
        self.keeper.alarm.ring();
        outcome.await.unwrap_or(Renewal::Unreachable)
    }

    /// Does what the plan says, for as long as the session lasts.
    pub(crate) fn keep_session(&self, generation: u32) {
        let inbox = self.clone();
        browser::spawn(async move {
            let mut backoff = Backoff::default();
            while !inbox.is_past(generation) {
                let (now, online) = (browser::now(), browser::is_online());
                let step = inbox.keeper.state().plan.next(now, online);
                match step {
                    // Woken early, by a request or after sleep, it looks at the clock again.
                    Step::Wait(wait) => inbox.keeper.alarm.wait(wait.min(LOOK_AT_CLOCK)).await,
                    Step::Refresh => inbox.refresh(generation, &mut backoff).await,
                    Step::AskPage => inbox.tell(&HostEvent::TokenNeeded),
                    Step::End => inbox.end(generation),
                }
            }
        });
    }

    async fn refresh(&self, generation: u32, backoff: &mut Backoff) {
        let bearer = token::bearer();
        let asked_at = browser::now();
        let answer = request_refresh(bearer.as_deref()).await;
        // The page may have been faster.
        if self.is_past(generation) || token::bearer() != bearer {
            return;
        }
        let now = browser::now();
        match answer {
            Refreshed::Token(token, expires_at) => {
                backoff.reset();
                let renewed = Renewed {
                    asked_at,
                    came_at: now,
                    issued_at: token::issued_at(&token),
                    expires_at,
                };
                token::renew(token);
                let random = browser::random();
                self.keeper.state().plan.renewed(renewed, random);
                self.keeper.finish(Renewal::Renewed);
                browser::sleep(AT_MOST_EVERY).await;
            }
            // Whoever waits may wait for the page now, and the plan knows whether that is worth it.
            Refreshed::Refused => self.keeper.state().plan.refuse(),
            Refreshed::Unanswered => {
                let wait = backoff.next(browser::random());
                let online = browser::is_online();
                self.keeper.state().plan.unanswered(now, wait, online);
                self.keeper.finish(Renewal::Unreachable);
            }
        }
    }

    /// The page hands over another token. Of the same numbers, it takes the place of the one before without anybody noticing; else it
    /// is another session.
    pub(crate) fn take_renewal(&self, token: String) {
        if token::is_current(&token) {
            return;
        }
        if self.phase.get_untracked() != Phase::Ready {
            let page_renews = self.keeper.page_renews();
            self.begin(token, page_renews);
            return;
        }
        {
            let mut state = self.keeper.state();
            if state.candidate.as_ref() == Some(&token) {
                return;
            }
            state.candidate = Some(token.clone());
        }
        let inbox = self.clone();
        browser::spawn(async move { inbox.try_candidate(token).await });
    }

    async fn try_candidate(&self, token: String) {
        let generation = self.generation();
        let mut backoff = Backoff::default();
        loop {
            let bearer = token::bearer_of(&token);
            let request = LoadBootstrap {
                parent_origin: token::parent_origin(),
                open: None,
                filter: None,
            };
            let result = self.ask_with(&bearer, request).await;
            let is_candidate = self.keeper.state().candidate.as_ref() == Some(&token);
            if self.is_past(generation) || !is_candidate {
                return;
            }
            match result {
                Ok(snapshot)
                    if self.has_numbers(&snapshot.numbers)
                        && snapshot.read_only == self.is_read_only.load(Ordering::Relaxed) =>
                {
                    self.keeper.state().candidate = None;
                    token::renew(token);
                    self.keeper.accept(snapshot.session);
                    return;
                }
                Ok(_) => {
                    self.begin_anew(token);
                    return;
                }
                Err(error) if error.code.is_transient() => {
                    self.alarm.wait(backoff.next(browser::random())).await;
                }
                Err(error) => {
                    self.keeper.state().candidate = None;
                    self.tell_refusal(&error);
                    return;
                }
            }
        }
    }

    /// Tells the page why its token is refused.
    pub(crate) fn tell_refusal(&self, error: &ApiError) {
        self.tell(&HostEvent::Error {
            code: error.code.name().to_owned(),
            message: error.error.clone(),
        });
    }

    /// True while there is a session.
    pub fn has_session(&self) -> bool {
        self.phase.get_untracked() == Phase::Ready
    }
}

enum Refreshed {
    /// The token, and when it ends by the server's clock.
    Token(String, i64),
    Refused,
    Unanswered,
}

async fn request_refresh(bearer: Option<&str>) -> Refreshed {
    let Some(bearer) = bearer else {
        return Refreshed::Refused;
    };
    let answer = Request::post(REFRESH_PATH)
        .header("authorization", bearer)
        .header(PARENT_ORIGIN_HEADER, &token::parent_origin())
        .send()
        .await;
    let Ok(answer) = answer else {
        return Refreshed::Unanswered;
    };
    match answer.status() {
        200 => {}
        400..=407 | 409..=428 | 430..=499 => return Refreshed::Refused,
        _ => return Refreshed::Unanswered,
    }
    let text = answer.text().await.unwrap_or_default();
    let body = Json::parse(&text);
    let read = |name| wire::field::<String>(body.as_ref()?, name);
    let (Some(token), Some(expires_at)) = (read("token"), read("expiresAt")) else {
        return Refreshed::Unanswered;
    };
    let expires_at = js_sys::Date::parse(&expires_at);
    if expires_at.is_nan() {
        return Refreshed::Unanswered;
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole milliseconds")]
    let expires_at = expires_at as i64;
    Refreshed::Token(token, expires_at)
}
