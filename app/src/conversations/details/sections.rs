//! What stands below the contact, folded: other conversations, files, what was done. Each is asked for when it is unfolded.

use super::Shelf;
use super::api::ListShelf;
use super::contact::{Contact, Known};
use super::focus_soon;
use super::shelf::{row_id, shelf_row};
use crate::browser;
use crate::conversations::{Avatar, Conversation, FailureLine, Name};
use crate::drawn::{Drawn, drawn, each, effect, listener, live, live_on};
use crate::error::ApiError;
use crate::i18n::{Key, dates, label, sentence, t};
use crate::inbox::{Inbox, focus_thread};
use crate::messages::{Message, MessagePage};
use crate::paging::PageRequest;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Messages of one page.
const AT_ONCE: u32 = 24;
/// Changes come in swarms: how long they are waited for, in milliseconds.
const TOGETHER: u32 = 600;

/// What is there of a shelf, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Held {
    items: Vec<Message>,
    older: Option<String>,
}

/// A shelf that is looked at.
#[derive(Clone)]
struct Reading {
    contact: Contact,
    shelf: Shelf,
    is_open: ArcRwSignal<bool>,
    /// Nothing before the first answer.
    held: ArcRwSignal<Option<Held>>,
    failure: ArcRwSignal<Option<ApiError>>,
    is_busy: ArcRwSignal<bool>,
    /// Whether it is about to be asked for once more.
    is_due: ArcRwSignal<bool>,
}

impl Held {
    /// Takes the newest page once more: what is older stays, if nothing is missing between.
    fn freshen(&mut self, page: MessagePage) {
        let mut fresh: Vec<Message> = page.items.into_iter().rev().collect();
        let last = fresh.last().map(|message| message.id.clone());
        let at = last.and_then(|last| self.items.iter().position(|held| held.id == last));
        match at {
            Some(at) if page.older.is_some() => fresh.extend(self.items.drain(at + 1..)),
            _ => self.older = page.older,
        }
        self.items = fresh;
    }

    fn extend(&mut self, page: MessagePage) {
        self.items.extend(page.items.into_iter().rev());
        self.older = page.older;
    }
}

/// All of them.
pub(super) fn draw(contact: &Contact) -> Drawn {
    let shelf = |shelf| Reading::new(contact, shelf).draw();
    drawn(view! {
        {others(contact)}
        {shelf(Shelf::Media)}
        {shelf(Shelf::Files)}
        {shelf(Shelf::Activity)}
    })
}

/// Something that unfolds.
fn section(title: Key, test_id: &'static str, is_open: ArcRwSignal<bool>, body: Drawn) -> Drawn {
    let toggle = listener(move |event: web_sys::Event| {
        let section = event
            .target()
            .and_then(|it| it.dyn_into::<web_sys::Element>().ok());
        let unfolded = section.is_some_and(|section| section.has_attribute("open"));
        crate::inbox::set_if_changed(&is_open, unfolded);
    });
    drawn(view! {
        <details class="details-section" data-testid=test_id on:toggle=toggle>
            <summary>{t(title)}</summary>
            {body}
        </details>
    })
}

/// Another one when the message has changed.
fn key_of(message: &Message) -> String {
    [message.id.as_str(), ".", &message.seq.to_string()].concat()
}

fn none() -> Drawn {
    drawn(view! { <p class="details-empty">{t(Key::PartEmpty)}</p> })
}

/// The person's conversations with other numbers of ours.
fn others(contact: &Contact) -> Drawn {
    let known = contact.known.clone();
    let inbox = contact.inbox.clone();
    let rows = live(move || match known.get() {
        Known::There(details) if !details.others.is_empty() => {
            let rows = details.others.iter().map(|row| other(&inbox, row));
            let rows: Vec<Drawn> = rows.collect();
            drawn(view! { <ul class="details-rows" role="list">{rows}</ul> })
        }
        Known::There(_) => none(),
        _ => waits(),
    });
    section(
        Key::OtherConversations,
        "details-others",
        ArcRwSignal::new(false),
        drawn(view! { {rows} }),
    )
}

fn other(inbox: &Inbox, row: &Conversation) -> Drawn {
    let number = inbox.numbers.with_untracked(|numbers| {
        let number = numbers.iter().find(|number| number.id == row.number_id);
        number.map(|number| number.name.clone())
    });
    let time = dates::relative(
        inbox.i18n.locale(),
        inbox.now.get_untracked(),
        row.last_message_at,
    );
    let open = {
        let (inbox, id) = (inbox.clone(), row.id.clone());
        listener(move |_| {
            inbox.details.set(false);
            inbox.open_conversation(id.clone());
            focus_thread();
        })
    };
    let shown = ArcRwSignal::new(row.clone());
    drawn(view! {
        <li>
            <button type="button" class="details-other" data-testid="details-other" on:click=open>
                <Avatar row=shown.clone() />
                <span class="details-other-words">
                    <span class="details-line" dir="auto"><Name row=shown /></span>
                    <span class="details-line details-small" dir="auto">{number}</span>
                </span>
                <span class="details-small">{time}</span>
            </button>
        </li>
    })
}

fn waits() -> Drawn {
    drawn(
        view! { <div class="skeleton-list part-waits details-waits" role="status" aria-label=label(Key::Loading)></div> },
    )
}

impl Reading {
    fn new(contact: &Contact, shelf: Shelf) -> Self {
        Self {
            contact: contact.clone(),
            shelf,
            is_open: ArcRwSignal::new(false),
            held: ArcRwSignal::new(None),
            failure: ArcRwSignal::new(None),
            is_busy: ArcRwSignal::new(false),
            is_due: ArcRwSignal::new(false),
        }
    }

    fn draw(&self) -> Drawn {
        let (title, test_id) = match self.shelf {
            Shelf::Media => (Key::SharedMedia, "details-media"),
            Shelf::Files => (Key::SharedFiles, "details-files"),
            Shelf::Activity => (Key::Activity, "details-activity"),
        };
        self.follow();
        section(title, test_id, self.is_open.clone(), self.body())
    }

    /// Whatever happens in the conversation may be of this sort.
    fn follow(&self) {
        let (reading, changed) = (self.clone(), self.contact.inbox.thread.changed.clone());
        effect(move || {
            if !reading.is_open.get() {
                return;
            }
            changed.track();
            let is_first = reading.held.with_untracked(Option::is_none);
            if is_first {
                reading.ask(None);
            } else if !reading.is_due.get_untracked() {
                reading.is_due.set(true);
                let reading = reading.clone();
                browser::after(TOGETHER, move || {
                    reading.is_due.set(false);
                    reading.ask(None);
                });
            }
        });
    }

    /// Asks for what is older than a place, or for the newest.
    fn ask(&self, older: Option<String>) {
        let reading = self.clone();
        let inbox = self.contact.inbox.clone();
        let generation = inbox.generation();
        self.is_busy.set(true);
        browser::spawn(async move {
            let page = PageRequest {
                older: older.clone(),
                limit: Some(AT_ONCE),
                ..PageRequest::first()
            };
            let request = ListShelf {
                conversation_id: reading.contact.id.clone(),
                shelf: reading.shelf,
                page,
            };
            let answer = inbox.call(request).await;
            if inbox.is_past(generation) {
                return;
            }
            reading.is_busy.set(false);
            match answer {
                Ok(page) => {
                    reading.failure.set(None);
                    reading.held.update(|held| {
                        let held = held.get_or_insert_default();
                        match older {
                            None => held.freshen(page),
                            // Of a stretch that is not there any more.
                            Some(cursor) if held.older.as_ref() != Some(&cursor) => {}
                            Some(_) => {
                                let first = page.items.last().map(|message| row_id(&message.id));
                                held.extend(page);
                                // The button that had the focus goes.
                                if let Some(first) = first.filter(|_| held.older.is_none()) {
                                    focus_soon(["#", &first].concat());
                                }
                            }
                        }
                    });
                }
                Err(error) => reading.failure.set(Some(error)),
            }
        });
    }

    /// What stands there: rows are kept while others come and go, and with them the focus.
    fn body(&self) -> Drawn {
        let stage = {
            let reading = self.clone();
            live_on(
                move || {
                    let failure = reading.failure.with(Option::is_some);
                    let stage = reading.held.with(|held| match held {
                        None if failure => "",
                        None => "waits",
                        Some(held) if !held.items.is_empty() => "there",
                        Some(_) if failure => "",
                        Some(_) => "none",
                    });
                    Some(stage.to_owned())
                },
                {
                    let reading = self.clone();
                    move |stage| match &*stage {
                        "waits" => waits(),
                        "there" => reading.rows(),
                        "none" => none(),
                        _ => Drawn::NOTHING,
                    }
                },
            )
        };
        let failure = {
            let reading = self.clone();
            live(move || reading.failure.get().map(|error| reading.failed(&error)))
        };
        let more = {
            let (reading, held) = (self.clone(), self.held.clone());
            live_on(
                move || held.with(|held| held.as_ref()?.older.as_ref().map(|_| String::new())),
                move |_| reading.more(),
            )
        };
        drawn(view! { {stage} {failure} {more} })
    }

    fn rows(&self) -> Drawn {
        let held = self.held.clone();
        let keys = move || {
            held.with(|held| {
                let items = held.iter().flat_map(|held| &held.items);
                items.map(key_of).collect()
            })
        };
        let (reading, held) = (self.clone(), self.held.clone());
        let row = move |key: String| {
            let message = held.with_untracked(|held| {
                let mut items = held.iter().flat_map(|held| &held.items);
                items.find(|message| key_of(message) == key).cloned()
            });
            Drawn::from(message.map(|it| shelf_row(&reading.contact.inbox, reading.shelf, &it)))
        };
        let class = if self.shelf == Shelf::Media {
            "details-tiles"
        } else {
            "details-rows"
        };
        drawn(view! { <ul class=class role="list">{each(keys, row)}</ul> })
    }

    fn failed(&self, error: &ApiError) -> Drawn {
        let words = sentence(self.contact.inbox.i18n.locale(), error);
        let again = {
            let reading = self.clone();
            Box::new(move || reading.ask(None))
        };
        drawn(view! { <FailureLine title=Key::PartNotLoaded words again /> })
    }

    fn more(&self) -> Drawn {
        let reading = self.clone();
        let more = listener(move |_| {
            let older = reading
                .held
                .with_untracked(|held| held.as_ref()?.older.clone());
            if older.is_some() && !reading.is_busy.get_untracked() {
                reading.ask(older);
            }
        });
        drawn(view! {
            <button type="button" class="link-button details-more" on:click=more>{t(Key::ShowMore)}</button>
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{ConversationId, MessageId};
    use crate::messages::Direction;

    fn page(range: std::ops::Range<i64>, older: Option<&str>) -> MessagePage {
        let message = |n: i64| {
            let id = MessageId::parse(format!("msg_{n}")).unwrap();
            let conversation = ConversationId::parse("conv_1").unwrap();
            Message {
                sent_at: n,
                ..Message::bare(id, conversation, Direction::Inbound, "image")
            }
        };
        MessagePage {
            items: range.map(message).collect(),
            older: older.map(str::to_owned),
            newer: None,
        }
    }

    fn times(held: &Held) -> Vec<i64> {
        held.items.iter().map(|message| message.sent_at).collect()
    }

    #[test]
    fn what_is_new_stands_before_what_is_there() {
        let mut held = Held::default();
        held.freshen(page(7..10, Some("7")));
        assert_eq!(times(&held), [9, 8, 7]);
        held.extend(page(4..7, Some("4")));
        assert_eq!((times(&held).len(), held.older.as_deref()), (6, Some("4")));
        held.freshen(page(8..11, Some("8")));
        assert_eq!(times(&held), [10, 9, 8, 7, 6, 5, 4]);
        assert_eq!(held.older.as_deref(), Some("4"), "the way on stays");
        // Taken back meanwhile.
        let mut fewer = page(7..11, Some("7"));
        fewer.items.remove(2);
        held.freshen(fewer);
        assert_eq!(times(&held), [10, 8, 7, 6, 5, 4]);
    }

    #[test]
    fn after_a_gap_it_begins_anew() {
        let mut held = Held::default();
        held.freshen(page(1..4, None));
        held.freshen(page(20..23, Some("20")));
        assert_eq!(
            (times(&held), held.older.as_deref()),
            (vec![22, 21, 20], Some("20"))
        );
        held.freshen(page(0..0, None));
        assert_eq!(held, Held::default());
    }
}
