//! The course of a session: first answer, more rows, the end.

use super::Phase;
use super::api::LoadBootstrap;
use super::store::{Inbox, Paging};
use crate::browser;
use crate::context::Flags;
use crate::conversations::api::ListConversations;
use crate::embed::HostEvent;
use crate::error::Code;
use crate::live::Backoff;
use crate::numbers::Number;
use crate::operators::Operator;
use crate::paging::PageRequest;
use crate::session;
use crate::workflow::api::LoadTotals;
use leptos::prelude::*;
use std::sync::atomic::Ordering;

/// How long to gather doubts about the total before asking, in milliseconds.
const TOTAL_DELAY: u32 = 1500;

impl Inbox {
    /// Begins with a token from the page around us; goes on if it is the one in use.
    pub(crate) fn begin(&self, token: String, page_renews: bool) {
        if session::is_current(&token) {
            return;
        }
        session::renew(token);
        let generation = self.next_generation();
        self.keeper.begin(page_renews);
        self.keep_session(generation);
        self.load();
    }

    /// Begins with a token of somebody else: nothing stays of what is on screen.
    pub(crate) fn begin_anew(&self, token: String) {
        self.loaded.set(false);
        self.forget();
        self.context.clear();
        let page_renews = self.keeper.page_renews();
        self.begin(token, page_renews);
    }

    /// Asks for the first screen, again if need be.
    pub(crate) fn load(&self) {
        if self.identify_again() || self.fetch_token_again() {
            return;
        }
        let generation = self.generation();
        self.failure.set(None);
        let loaded = self.loaded.get_untracked();
        self.phase
            .set(if loaded { Phase::Ready } else { Phase::Loading });
        let inbox = self.clone();
        browser::spawn(async move {
            // What an ended session left on screen goes on where it was: the log tells what came meanwhile.
            if inbox.bootstrap(generation, loaded).await {
                inbox.run_live(generation);
                inbox.send_queued();
            }
        });
    }

    /// Asks for a snapshot until it is there. Returns `false` if the session came to an end over it. With `resume`, what is on screen
    /// stays, and with it the reader's place, if it is of the same numbers.
    pub(crate) async fn bootstrap(&self, generation: u32, resume: bool) -> bool {
        let mut backoff = Backoff::default();
        loop {
            let open = self.open.get_untracked();
            let filter = self.filter.get_untracked();
            let result = self
                .call(LoadBootstrap {
                    parent_origin: session::parent_origin(),
                    open: open.clone(),
                    filter: Some(filter.clone()),
                })
                .await;
            if self.is_past(generation) {
                return false;
            }
            let error = match result {
                Ok(snapshot) => {
                    let ahead = browser::now() - snapshot.session.now;
                    self.ahead.store(ahead, Ordering::Relaxed);
                    self.keeper.accept(snapshot.session);
                    self.take_snapshot(snapshot, resume);
                    // Meanwhile somebody wanted to see another part.
                    if self.filter.with_untracked(|wanted| *wanted != filter) {
                        self.load_part();
                    }
                    return true;
                }
                Err(error) => error,
            };
            if error.code == Code::OriginNotAllowed {
                self.tell_refusal(&error);
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

    fn take_snapshot(&self, snapshot: super::Bootstrap, resume: bool) {
        // What somebody else was writing is not for whoever comes after them.
        let is_known = self.has_numbers(&snapshot.numbers) && self.is_me(snapshot.me.as_ref());
        if self.loaded.get_untracked() && !is_known {
            self.forget();
            self.context.forget_before(self.generation());
        }
        self.numbers.set(snapshot.numbers.clone());
        super::set_if_changed(&self.brand, snapshot.brand.clone());
        super::set_if_changed(&self.me, snapshot.me.clone());
        self.is_read_only
            .store(snapshot.read_only, Ordering::Relaxed);
        let flags = self.context.flags.get_untracked();
        if snapshot.read_only && !flags.has(Flags::READ_ONLY) {
            self.context.flags.set(flags.with(Flags::READ_ONLY, true));
        }
        if !(resume && is_known) {
            self.act(|engine| engine.restart(snapshot));
        }
        // Nobody waits any more for what the session before had asked for.
        self.paging.set(Paging::Idle);
        self.thread.older.set(Paging::Idle);
        self.part.set(Paging::Idle);
        self.loaded.set(true);
        self.phase.set(Phase::Ready);
        self.refresh_thread();
        self.load_operators();
        self.take_up_wish();
    }

    /// True unless somebody else was at work here.
    fn is_me(&self, other: Option<&Operator>) -> bool {
        let id = |operator: Option<&Operator>| operator.map(|operator| operator.id.clone());
        self.me.with_untracked(|me| id(me.as_ref()) == id(other))
    }

    /// True if these are the numbers on screen.
    pub(crate) fn has_numbers(&self, numbers: &[Number]) -> bool {
        self.numbers.with_untracked(|held| are_same(held, numbers))
    }

    /// The token ended and cannot be renewed. What the operator typed stays.
    pub(crate) fn end(&self, generation: u32) {
        if self.is_past(generation) || self.phase.get_untracked() == Phase::Ended {
            return;
        }
        self.next_generation();
        session::end();
        self.keeper.give_up();
        self.phase.set(Phase::Ended);
        self.tell(&HostEvent::SessionExpired);
    }

    /// Tells the page around us.
    pub(crate) fn tell(&self, event: &HostEvent) {
        if self.is_console {
            self.act_as_host(event);
        }
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
            let filter = Some(inbox.filter.get_untracked());
            let result = inbox.call(ListConversations { page, filter }).await;
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
                let answer = inbox.call(LoadTotals {}).await;
                if let Ok(totals) = answer
                    && !inbox.is_past(generation)
                {
                    inbox.act(|engine| {
                        engine.put_totals(&totals);
                        crate::sync::Changes::default()
                    });
                }
            }
            inbox.asks_total.store(false, Ordering::Relaxed);
        });
    }
}

/// Whether two sessions see the same numbers, and so are of the same tenant: a number is of one tenant. Two sessions without any
/// number have nothing in common.
fn are_same(these: &[Number], other: &[Number]) -> bool {
    let within = |some: &[Number], all: &[Number]| {
        some.iter()
            .all(|number| all.iter().any(|held| held.id == number.id))
    };
    !these.is_empty() && within(these, other) && within(other, these)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::NumberId;

    #[test]
    fn a_token_is_swapped_silently_only_for_the_same_numbers() {
        let numbers = |ids: &[&str]| -> Vec<_> {
            ids.iter()
                .map(|id| Number {
                    id: NumberId::parse(*id).unwrap(),
                    name: String::new(),
                    phone: String::new(),
                    refusal: None,
                })
                .collect()
        };
        let same = |these: &[&str], those: &[&str]| are_same(&numbers(these), &numbers(those));
        assert!(same(&["wn_1"], &["wn_1"]));
        assert!(same(&["wn_1", "wn_2"], &["wn_2", "wn_1"]));
        assert!(!same(&["wn_1"], &["wn_2"]));
        assert!(!same(&["wn_1"], &["wn_1", "wn_2"]));
        assert!(!same(&["wn_1", "wn_2"], &["wn_1"]));
        assert!(!same(&[], &["wn_1"]));
        assert!(!same(&[], &[]));
    }
}
