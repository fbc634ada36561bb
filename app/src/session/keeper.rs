//! Keeps the session alive: renews the token before it ends, and when a request finds that it has.

use super::{Lifetime, PARENT_ORIGIN_HEADER, token};
use crate::browser;
use crate::inbox::Inbox;
use crate::live::Backoff;
use crate::wire::{self, Json};
use futures::channel::oneshot::{Sender, channel};
use gloo_net::http::Request;
use leptos::prelude::GetUntracked;
use std::sync::{Mutex, PoisonError};

/// Where tokens are renewed.
const REFRESH_PATH: &str = "/api/public/embed/refresh";

/// Renewals keep at least this distance, in milliseconds.
const AT_MOST_EVERY: u32 = 200;

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

/// The life of the token, and those who wait for its renewal.
#[derive(Default)]
pub struct Keeper(Mutex<State>);

#[derive(Default)]
struct State {
    lifetime: Option<Lifetime>,
    /// How far this clock is ahead of the server's, in milliseconds.
    ahead: i64,
    waiting: Vec<Sender<Renewal>>,
}

impl Keeper {
    /// The times that came with an answer.
    pub(crate) fn set(&self, lifetime: Lifetime, ahead: i64) {
        let mut state = self.state();
        state.lifetime = Some(lifetime);
        state.ahead = ahead;
    }

    fn lifetime(&self) -> Option<Lifetime> {
        self.state().lifetime
    }

    fn renewed(&self, expires_at: i64) {
        let mut state = self.state();
        let ahead = state.ahead;
        let now = browser::now();
        state.lifetime = Some(Lifetime::renewed(now, ahead, expires_at));
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inbox {
    /// Renews the token. Those who ask while a renewal is under way share it.
    pub(crate) async fn renew(&self, generation: u32) -> Renewal {
        let (sender, outcome) = channel();
        let is_first = {
            let mut state = self.keeper.state();
            state.waiting.push(sender);
            state.waiting.len() == 1
        };
        if is_first {
            let inbox = self.clone();
            // A task of its own: the one who asked may be gone before the answer.
            browser::spawn(async move {
                let outcome = inbox.request_renewal(generation).await;
                let waiting = std::mem::take(&mut inbox.keeper.state().waiting);
                for sender in waiting {
                    _ = sender.send(outcome);
                }
            });
        }
        outcome.await.unwrap_or(Renewal::Unreachable)
    }

    async fn request_renewal(&self, generation: u32) -> Renewal {
        let Some(bearer) = token::bearer() else {
            return Renewal::Over;
        };
        let answer = Request::post(REFRESH_PATH)
            .header("authorization", &bearer)
            .header(PARENT_ORIGIN_HEADER, &token::parent_origin())
            .send()
            .await;
        let Ok(answer) = answer else {
            return Renewal::Unreachable;
        };
        match answer.status() {
            200 => {}
            400..=407 | 409..=428 | 430..=499 => return Renewal::Over,
            _ => return Renewal::Unreachable,
        }
        let text = answer.text().await.unwrap_or_default();
        let refreshed = Json::parse(&text);
        let read = |name| wire::field::<String>(refreshed.as_ref()?, name);
        let (Some(token), Some(expires_at)) = (read("token"), read("expiresAt")) else {
            return Renewal::Unreachable;
        };
        let expires_at = js_sys::Date::parse(&expires_at);
        if expires_at.is_nan() {
            return Renewal::Unreachable;
        }
        #[expect(clippy::cast_possible_truncation, reason = "whole milliseconds")]
        let expires_at = expires_at as i64;
        if self.is_past(generation) {
            return Renewal::Over;
        }
        token::renew(token);
        self.keeper.renewed(expires_at);
        Renewal::Renewed
    }

    /// Renews the token at two thirds of its life, for as long as the session lasts.
    pub(crate) fn keep_session(&self, generation: u32) {
        let inbox = self.clone();
        browser::spawn(async move {
            while let Some(lifetime) = inbox.keeper.lifetime() {
                let random = browser::random();
                // Woken early, after sleep or when the network is back, it looks at the clock again.
                loop {
                    let wait = lifetime.until_renewal(browser::now(), random);
                    if wait == 0 || inbox.is_past(generation) {
                        break;
                    }
                    inbox.alarm.wait(wait).await;
                }
                if inbox.is_past(generation) || !inbox.renew_until_over(generation, lifetime).await
                {
                    return;
                }
                // Towards the session's end lives become ever shorter.
                inbox.alarm.wait(AT_MOST_EVERY).await;
            }
        });
    }

    /// Returns `false` if the session has come to an end.
    async fn renew_until_over(&self, generation: u32, lifetime: Lifetime) -> bool {
        let mut backoff = Backoff::default();
        loop {
            // A request may have found the token stale and renewed it meanwhile.
            if self.keeper.lifetime() != Some(lifetime) {
                return true;
            }
            let outcome = self.renew(generation).await;
            if self.is_past(generation) {
                return false;
            }
            let now = browser::now();
            match outcome {
                Renewal::Renewed => return true,
                // Without a network nobody can mint another token either: wait until there is one, and ask once more.
                Renewal::Unreachable if !lifetime.is_over(now) || !browser::is_online() => {
                    let remaining = (lifetime.remaining(now) / 2).max(100);
                    self.alarm
                        .wait(backoff.next(browser::random()).min(remaining))
                        .await;
                }
                Renewal::Unreachable | Renewal::Over => {
                    self.end(generation);
                    return false;
                }
            }
            if self.is_past(generation) {
                return false;
            }
        }
    }

    /// True while there is a session.
    pub fn has_session(&self) -> bool {
        self.phase.get_untracked() == crate::inbox::Phase::Ready
    }
}
