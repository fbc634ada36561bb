//! What was found, in place of the list: conversations by their contact, then messages.

mod rows;

use super::finding::{FOUND, Step};
use super::{Search, SearchPage, is_too_short};
use crate::browser;
use crate::conversations::{Conversation, FailureLine};
use crate::drawn::{Drawn, drawn, effect, listener, live, live_on};
use crate::error::{ApiError, Code};
use crate::i18n::{Key, label, sentence};
use crate::ids::MessageId;
use crate::inbox::{Inbox, Paging, focus_thread};
use crate::live::Link;
use crate::on_demand::Part;
use crate::paging::PageRequest;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::wasm_split::wasm_split;
use rows::{blank, group};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// How long to wait for another letter before asking, in milliseconds.
const PAUSE: u32 = 200;
/// Nearer to the end than this the next page is fetched, in CSS pixels.
const NEAR_END: i32 = 400;

/// What the server answered.
#[derive(Clone, PartialEq, Eq)]
enum Found {
    /// It has not yet.
    Nothing,
    /// This, for this query.
    There(Arc<SearchPage>, String),
    /// It did not.
    Failed(ApiError),
}

#[derive(Clone)]
struct Results {
    inbox: Inbox,
    found: ArcRwSignal<Found>,
    more: ArcRwSignal<Paging>,
    at: ArcRwSignal<usize>,
    /// Counts questions: an answer to an earlier one is passed over.
    asked: Arc<AtomicU32>,
    scroller: NodeRef<Div>,
}

/// Leads to what was found.
#[wasm_split(tools, wasm_split_path = ::leptos::wasm_split, fallible)]
#[allow(
    clippy::unnecessary_wraps,
    reason = "what the macro makes of it can fail"
)]
pub(crate) fn results_part() -> Part<Inbox> {
    Ok(|inbox| draw(&inbox))
}

/// Everything that is found for what is in the field, as long as it stands there.
pub fn draw(inbox: &Inbox) -> Drawn {
    let results = Results {
        inbox: inbox.clone(),
        found: ArcRwSignal::new(Found::Nothing),
        more: ArcRwSignal::new(Paging::Idle),
        at: ArcRwSignal::new(0),
        asked: Arc::default(),
        scroller: NodeRef::new(),
    };
    results.follow();
    let moved = {
        let results = results.clone();
        listener(move |_: web_sys::Event| {
            if results.is_near_end() {
                results.load_more();
            }
        })
    };
    let content = {
        let results = results.clone();
        live(move || results.content())
    };
    let told = {
        let results = results.clone();
        live_on(
            move || results.count_words(),
            |words| drawn(view! { <span>{words}</span> }),
        )
    };
    drawn(view! {
        <div class="found" node_ref=results.scroller on:scroll=moved>
            <p class="for-readers" role="status" data-testid="search-status">{told}</p>
            {content}
        </div>
    })
}

impl Results {
    /// Follows the field, its keys, and the network.
    fn follow(&self) {
        let results = self.clone();
        effect(move || {
            results.inbox.search.query.track();
            results.ask(PAUSE);
        });
        let (results, link) = (self.clone(), self.inbox.connection.link.clone());
        effect(move || {
            let is_back = link.get() == Link::Live;
            let has_failed = results
                .found
                .with_untracked(|it| matches!(it, Found::Failed(_)));
            if is_back && has_failed {
                results.ask(0);
            }
        });
        let results = self.clone();
        effect(move || {
            if let Some(step) = results.inbox.search.step.get() {
                results.inbox.search.step.set(None);
                results.take_step(step);
            }
        });
        let (at, found) = (self.at.clone(), self.found.clone());
        let active = self.inbox.search.active.clone();
        effect(move || {
            let has_rows = found.with(|found| count_of(found) > 0);
            crate::inbox::set_if_changed(&active, has_rows.then(|| row_id(at.get())));
        });
        let active = self.inbox.search.active.clone();
        on_cleanup(move || active.set(None));
    }

    fn query(&self) -> String {
        let query = self.inbox.search.query.get_untracked();
        query.trim().to_owned()
    }

    fn ask(&self, pause: u32) {
        let results = self.clone();
        let question = self.asked.fetch_add(1, Ordering::Relaxed) + 1;
        browser::spawn(async move {
            if pause > 0 {
                browser::sleep(pause).await;
            }
            let is_old = || results.asked.load(Ordering::Relaxed) != question;
            let query = results.query();
            if is_old() || query.is_empty() {
                return;
            }
            let answer = if is_too_short(&query) {
                Err(ApiError::new(Code::QueryInvalid, ""))
            } else {
                results.call(&query, PageRequest::first()).await
            };
            if is_old() {
                return;
            }
            results.at.set(0);
            results.more.set(Paging::Idle);
            results.found.set(match answer {
                Ok(page) => Found::There(Arc::new(page), query),
                Err(error) => Found::Failed(error),
            });
            if let Some(scroller) = results.scroller.try_get_untracked().flatten() {
                scroller.set_scroll_top(0);
            }
        });
    }

    async fn call(&self, query: &str, page: PageRequest) -> Result<SearchPage, ApiError> {
        self.inbox
            .call(Search {
                query: query.to_owned(),
                conversation_id: None,
                page,
            })
            .await
    }

    fn load_more(&self) {
        let Found::There(page, query) = self.found.get_untracked() else {
            return;
        };
        let Some(older) = page.older.clone() else {
            return;
        };
        if self.more.get_untracked() == Paging::Loading {
            return;
        }
        self.more.set(Paging::Loading);
        let results = self.clone();
        let question = self.asked.load(Ordering::Relaxed);
        browser::spawn(async move {
            let answer = results.call(&query, PageRequest::older(older)).await;
            if results.asked.load(Ordering::Relaxed) != question {
                return;
            }
            match answer {
                Ok(next) => {
                    let mut page = SearchPage::clone(&page);
                    page.messages.extend(next.messages);
                    page.older = next.older;
                    results.found.set(Found::There(Arc::new(page), query));
                    results.more.set(Paging::Idle);
                }
                Err(error) => results.more.set(Paging::Failed(error)),
            }
        });
    }

    fn is_near_end(&self) -> bool {
        let Some(scroller) = self.scroller.try_get_untracked().flatten() else {
            return false;
        };
        let below = scroller.scroll_height() - scroller.scroll_top() - scroller.client_height();
        below < NEAR_END && self.more.get_untracked() == Paging::Idle
    }

    fn take_step(&self, step: Step) {
        let count = self.found.with_untracked(count_of);
        let Some(last) = count.checked_sub(1) else {
            return;
        };
        let at = self.at.get_untracked().min(last);
        match step {
            Step::Next if at == last => self.load_more(),
            Step::Next => self.at.set(at + 1),
            Step::Previous => self.at.set(at.saturating_sub(1)),
            Step::Open => {
                self.open(at);
                return;
            }
        }
        let selector = ["#", &row_id(self.at.get_untracked())].concat();
        browser::bring_into_view(&selector);
    }

    /// The conversation of a row, and the message if it is one.
    fn hit(&self, index: usize) -> Option<(Conversation, Option<MessageId>)> {
        let Found::There(page, _) = self.found.get_untracked() else {
            return None;
        };
        let people = page.conversations.len();
        if index < people {
            return Some((page.conversations[index].clone(), None));
        }
        let hit = page.messages.get(index - people)?;
        Some((hit.conversation.clone(), Some(hit.message.id.clone())))
    }

    fn open(&self, index: usize) {
        self.at.set(index);
        let Some((row, message)) = self.hit(index) else {
            return;
        };
        let id = row.id.clone();
        self.inbox.act(|engine| engine.put_found(row));
        if let Some(message) = message {
            self.inbox.open_at(id, message);
        } else {
            self.inbox.open_conversation(id);
            focus_thread();
        }
    }

    /// For those who do not see the rows: how many there are.
    fn count_words(&self) -> Option<String> {
        self.found.with(|found| {
            let is_there = matches!(found, Found::There(..));
            is_there.then(|| self.inbox.i18n.count(Key::FoundCount, count_of(found)))
        })
    }

    fn content(&self) -> Drawn {
        let (page, query) = match self.found.get() {
            Found::Nothing => {
                return drawn(view! {
                    <div class="found-wait" role="status" aria-label=label(Key::Loading)></div>
                });
            }
            Found::Failed(error) => return self.failure(&error),
            Found::There(page, query) => (page, query),
        };
        if page.conversations.is_empty() && page.messages.is_empty() {
            return blank(Key::NothingFoundTitle, Key::NothingFoundText);
        }
        let people = page.conversations.iter().enumerate();
        let people = people.map(|(index, row)| self.person(index, row, &query));
        let people = group(Key::FoundConversations, people.collect());
        let first = page.conversations.len();
        let said = page.messages.iter().enumerate();
        let said = said.map(|(index, hit)| self.message(first + index, hit, &query));
        let said = group(Key::FoundMessages, said.collect());
        let more = {
            let results = self.clone();
            live(move || results.more_state())
        };
        drawn(view! {
            <div id=FOUND role="listbox" aria-label=label(Key::Search) data-testid="search-results">
                {people}
                {said}
            </div>
            {more}
        })
    }

    fn failure(&self, error: &ApiError) -> Drawn {
        if error.code == Code::QueryInvalid {
            return blank(Key::SearchShortTitle, Key::SearchShortText);
        }
        if !browser::is_online() {
            return blank(Key::SearchOfflineTitle, Key::SearchOfflineText);
        }
        let words = sentence(self.inbox.i18n.locale(), error);
        let results = self.clone();
        let again = Box::new(move || {
            results.found.set(Found::Nothing);
            results.ask(0);
        });
        drawn(view! { <FailureLine title=Key::SearchFailed words again /> })
    }

    fn more_state(&self) -> Drawn {
        match self.more.get() {
            Paging::Idle => Drawn::NOTHING,
            Paging::Loading => drawn(view! {
                <div class="found-wait is-short" role="status" aria-label=label(Key::Loading)></div>
            }),
            Paging::Failed(error) => {
                let words = sentence(self.inbox.i18n.locale(), &error);
                let results = self.clone();
                let again = Box::new(move || results.load_more());
                drawn(view! { <FailureLine title=Key::SearchFailed words again /> })
            }
        }
    }
}

fn row_id(index: usize) -> String {
    ["found-", &index.to_string()].concat()
}

fn count_of(found: &Found) -> usize {
    match found {
        Found::There(page, _) => page.conversations.len() + page.messages.len(),
        Found::Nothing | Found::Failed(_) => 0,
    }
}
