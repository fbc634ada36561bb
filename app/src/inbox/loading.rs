//! The course of a session: first answer, more rows, the end.

use super::Phase;
use super::api::LoadBootstrap;
use super::store::{Inbox, Paging};
use crate::browser;
use crate::conversations::api::ListConversations;
use crate::embed::HostEvent;
use crate::error::Code;
use crate::live::Backoff;
use crate::paging::PageRequest;
use crate::session::{self, Lifetime};
use leptos::prelude::*;
use std::sync::atomic::Ordering;

/// How long to gather doubts about the total before asking, in milliseconds.
const TOTAL_DELAY: u32 = 1500;

impl Inbox {
    /// Begins with a token from the page around us; goes on if it is the one in use.
    pub(crate) fn begin(&self, token: String) {
        if session::is_current(&token) {
            return;
        }
        let origin = self
            .bridge
            .get()
            .and_then(|bridge| bridge.origin())
            .unwrap_or_default();
        session::begin(token, origin.to_owned());
        self.next_generation();
        self.load();
    }

    /// Asks for the first screen, again if need be.
    pub(crate) fn load(&self) {
        let generation = self.generation();
        self.failure.set(None);
        let loaded = self.loaded.get_untracked();
        self.phase
            .set(if loaded { Phase::Ready } else { Phase::Loading });
        let inbox = self.clone();
        browser::spawn(async move {
            if inbox.bootstrap(generation).await {
                inbox.keep_session(generation);
                inbox.run_live(generation);
                inbox.send_queued();
            }
        });
    }

    /// Asks for a snapshot until it is there. Returns `false` if the session came to an end over it.
    pub(crate) async fn bootstrap(&self, generation: u32) -> bool {
        let mut backoff = Backoff::default();
        loop {
            let open = self.open.get_untracked();
            let result = self
                .call(LoadBootstrap {
                    parent_origin: session::parent_origin(),
                    open: open.clone(),
                })
                .await;
            if self.is_past(generation) {
                return false;
            }
            let error = match result {
                Ok(snapshot) => {
                    let lifetime = Lifetime::new(snapshot.session, browser::now());
                    self.keeper
                        .set(lifetime, browser::now() - snapshot.session.now);
                    self.take_snapshot(snapshot);
                    return true;
                }
                Err(error) => error,
            };
            if error.code == Code::OriginNotAllowed {
                self.phase.set(Phase::Refused);
                return false;
            }
            if self.phase.get_untracked() == Phase::Ended {
                return false;
            }
            if !self.loaded.get_untracked() {
                self.failure.set(Some(error));
                self.phase.set(Phase::Failed);
                return false;
            }
            // There is something on screen: it stays, and we go on asking.
            self.alarm.wait(backoff.next(browser::random())).await;
            if self.is_past(generation) {
                return false;
            }
        }
    }

    fn take_snapshot(&self, snapshot: super::Bootstrap) {
        let numbers = |numbers: &[crate::numbers::Number]| -> Vec<_> {
            numbers.iter().map(|number| number.id.clone()).collect()
        };
        let before = self.numbers.with_untracked(|held| numbers(held));
        if self.loaded.get_untracked() && before != numbers(&snapshot.numbers) {
            self.forget();
        }
        self.numbers.set(snapshot.numbers.clone());
        super::set_if_changed(&self.brand, snapshot.brand.clone());
        self.act(|engine| engine.restart(snapshot));
        self.paging.set(Paging::Idle);
        self.loaded.set(true);
        self.phase.set(Phase::Ready);
        self.refresh_thread();
    }

    /// The token ended and cannot be renewed. What the operator typed stays.
    pub(crate) fn end(&self, generation: u32) {
        if self.is_past(generation) || self.phase.get_untracked() == Phase::Ended {
            return;
        }
        self.next_generation();
        session::end();
        self.phase.set(Phase::Ended);
        self.tell(&HostEvent::SessionExpired);
    }

    /// Tells the page around us.
    pub(crate) fn tell(&self, event: &HostEvent) {
        if let Some(bridge) = self.bridge.get() {
            bridge.post(event);
        }
    }

    /// Loads the next page of the list.
    pub fn load_rows(&self) {
        let next = self.engine().older_rows();
        let Some((epoch, cursor)) = next.filter(|_| self.paging.get_untracked() != Paging::Loading)
        else {
            return;
        };
        self.paging.set(Paging::Loading);
        let inbox = self.clone();
        let generation = self.generation();
        browser::spawn(async move {
            let page = PageRequest {
                limit: Some(crate::paging::MAX_LIMIT),
                ..PageRequest::older(cursor.clone())
            };
            let result = inbox.call(ListConversations { page }).await;
            if inbox.is_past(generation) {
                return;
            }
            inbox.paging.set(match result {
                Ok(page) => {
                    inbox.act(|engine| engine.put_list_page(epoch, &cursor, page));
                    Paging::Idle
                }
                Err(error) => Paging::Failed(error),
            });
        });
    }

    /// Asks the server for the unread total, a little later: doubts come in swarms.
    pub(crate) fn ask_total(&self) {
        if self.asks_total.swap(true, Ordering::Relaxed) {
            return;
        }
        let inbox = self.clone();
        let generation = self.generation();
        browser::spawn(async move {
            while !inbox.is_past(generation) && inbox.engine().list().total_is_unsure() {
                inbox.alarm.wait(TOTAL_DELAY).await;
                let answer = inbox
                    .call(LoadBootstrap {
                        parent_origin: session::parent_origin(),
                        open: None,
                    })
                    .await;
                if let Ok(answer) = answer
                    && !inbox.is_past(generation)
                {
                    inbox.act(|engine| {
                        engine.put_total(answer.cursor, answer.unread_total);
                        crate::sync::Changes::default()
                    });
                }
            }
            inbox.asks_total.store(false, Ordering::Relaxed);
        });
    }
}
