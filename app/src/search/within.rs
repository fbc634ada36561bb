//! The search within the open conversation: a bar under its head, and from one hit to the next.

use super::{Search, is_too_short};
use crate::browser;
use crate::drawn::{Drawn, attr_if, drawn, effect, listener, live, text};
use crate::error::{ApiError, Code};
use crate::i18n::{Key, fill, label, sentence};
use crate::icons::Icon;
use crate::ids::{ConversationId, MessageId};
use crate::inbox::{Inbox, focus_thread};
use crate::paging::PageRequest;
use leptos::html::Input;
use leptos::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// How long to wait for another letter before asking, in milliseconds.
const PAUSE: u32 = 250;

/// The hits, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Hits {
    messages: Vec<MessageId>,
    /// Where the next page of them begins.
    older: Option<String>,
    /// Which of them is shown.
    at: usize,
    /// Asked, and not answered yet.
    waits: bool,
    /// Answered.
    is_there: bool,
    error: Option<ApiError>,
}

#[derive(Clone)]
struct Bar {
    inbox: Inbox,
    conversation: ConversationId,
    query: ArcRwSignal<String>,
    hits: ArcRwSignal<Hits>,
    /// Counts questions: an answer to an earlier one is passed over.
    asked: Arc<AtomicU32>,
}

/// The bar of a conversation.
pub fn draw(inbox: &Inbox, conversation: &ConversationId) -> Drawn {
    let bar = Bar {
        inbox: inbox.clone(),
        conversation: conversation.clone(),
        query: ArcRwSignal::default(),
        hits: ArcRwSignal::default(),
        asked: Arc::default(),
    };
    let field = NodeRef::<Input>::new();
    effect(move || {
        if let Some(field) = field.get() {
            _ = field.focus();
        }
    });
    let write = {
        let bar = bar.clone();
        listener(move |event| {
            bar.query.set(event_target_value(&event));
            bar.ask(PAUSE);
        })
    };
    let keys = {
        let bar = bar.clone();
        listener(move |event: web_sys::KeyboardEvent| {
            if event.is_composing() || event.key_code() == 229 {
                return;
            }
            match event.key().as_str() {
                "Enter" => bar.go(!event.shift_key()),
                "ArrowUp" => bar.go(true),
                "ArrowDown" => bar.go(false),
                "Escape" => bar.close(),
                _ => return,
            }
            event.prevent_default();
        })
    };
    let said = {
        let bar = bar.clone();
        live(move || bar.words().map(drawn))
    };
    let button = |name: Key, class: &'static str, icon: Icon, needs_hit: bool, work: fn(&Bar)| {
        let hits = bar.hits.clone();
        let disabled = attr_if(move || needs_hit && hits.with(|hits| hits.messages.is_empty()));
        let bar = bar.clone();
        let press = listener(move |_| work(&bar));
        drawn(view! {
            <button
                type="button"
                class=class
                aria-label=label(name)
                title=label(name)
                disabled=disabled
                on:click=press
            >
                {icon.draw()}
            </button>
        })
    };
    let value = {
        let query = bar.query.clone();
        text(move || query.get())
    };
    drawn(view! {
        <div class="thread-search" role="search" aria-label=label(Key::SearchThread) data-testid="thread-search" on:keydown=keys>
            <input
                type="search"
                class="search-field"
                autocomplete="off"
                spellcheck="false"
                dir="auto"
                aria-label=label(Key::SearchThread)
                placeholder=label(Key::SearchThread)
                node_ref=field
                prop:value=value
                on:input=write
            />
            <span class="thread-search-count" role="status" data-testid="thread-search-count">{said}</span>
            {button(Key::PreviousHit, "icon-button up", Icon::DOWN, true, |bar| bar.go(true))}
            {button(Key::NextHit, "icon-button", Icon::DOWN, true, |bar| bar.go(false))}
            {button(Key::CloseSearch, "icon-button", Icon::CLOSE, false, Bar::close)}
        </div>
    })
}

impl Bar {
    fn ask(&self, pause: u32) {
        let bar = self.clone();
        let question = self.asked.fetch_add(1, Ordering::Relaxed) + 1;
        browser::spawn(async move {
            browser::sleep(pause).await;
            if bar.asked.load(Ordering::Relaxed) != question {
                return;
            }
            bar.hits.set(Hits::default());
            if !bar.query.with_untracked(|query| is_too_short(query)) {
                bar.load(PageRequest::first(), question).await;
            }
        });
    }

    /// Fetches a page of hits, and goes to the first of them.
    async fn load(&self, page: PageRequest, question: u32) {
        self.hits.update(|hits| hits.waits = true);
        let answer = self
            .inbox
            .call(Search {
                query: self.query.get_untracked().trim().to_owned(),
                conversation_id: Some(self.conversation.clone()),
                page,
            })
            .await;
        if self.asked.load(Ordering::Relaxed) != question {
            return;
        }
        self.hits.update(|hits| {
            hits.waits = false;
            hits.error = None;
            match answer {
                Ok(page) => {
                    hits.is_there = true;
                    let had = hits.messages.len();
                    let found = page.messages.into_iter().map(|hit| hit.message.id);
                    hits.messages.extend(found);
                    hits.older = page.older;
                    hits.at = had.min(hits.messages.len().saturating_sub(1));
                }
                Err(error) => hits.error = Some(error),
            }
        });
        self.show();
    }

    /// To the hit before the one that is shown, or to the one after it.
    fn go(&self, before: bool) {
        let hits = self.hits.get_untracked();
        if hits.waits {
            return;
        }
        if hits.error.is_some() && hits.messages.is_empty() {
            self.ask(0);
            return;
        }
        let last = hits.messages.len().saturating_sub(1);
        let to = match (before, hits.at) {
            (true, at) if at < last => at + 1,
            (true, _) => {
                if let Some(older) = hits.older {
                    let (bar, question) = (self.clone(), self.asked.load(Ordering::Relaxed));
                    browser::spawn(async move {
                        bar.load(PageRequest::older(older), question).await;
                    });
                }
                return;
            }
            (false, 0) => return,
            (false, at) => at - 1,
        };
        self.hits.update(|hits| hits.at = to);
        self.show();
    }

    fn show(&self) {
        let message = self
            .hits
            .with_untracked(|hits| hits.messages.get(hits.at).cloned());
        if let Some(message) = message {
            // Whoever is typing goes on typing.
            self.inbox.jump_to(message, false);
        }
    }

    fn close(&self) {
        self.inbox.thread.searches.set(false);
        focus_thread();
    }

    /// `2 of 7`, or why not.
    fn words(&self) -> Option<String> {
        let (hits, i18n) = (self.hits.get(), &self.inbox.i18n);
        if let Some(error) = &hits.error {
            let is_short = error.code == Code::QueryInvalid;
            return Some(if is_short {
                i18n.text(Key::SearchShortTitle).to_owned()
            } else {
                sentence(i18n.locale(), error)
            });
        }
        if hits.messages.is_empty() {
            return hits
                .is_there
                .then(|| i18n.text(Key::NothingFoundTitle).to_owned());
        }
        let mut all = i18n.number(hits.messages.len());
        if hits.older.is_some() {
            all.push('+');
        }
        let words = fill(i18n.text(Key::HitOf), "n", &i18n.number(hits.at + 1));
        Some(fill(&words, "all", &all))
    }
}
