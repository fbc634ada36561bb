//! The menus of the open conversation, and what others have of them.

use super::label_menu::label_items;
use super::{Menu, Work};
use crate::browser;
use crate::commands::Overlay;
use crate::conversations::Conversation;
use crate::drawn::{Drawn, drawn, listener, live};
use crate::i18n::{Key, dates, label};
use crate::ids::{ConversationId, OperatorId};
use crate::inbox::Inbox;
use crate::operators::Operator;
use leptos::html::Input;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;

/// An hour, in milliseconds.
const HOUR: i64 = 3_600_000;

/// What opens the menus of the open conversation.
pub(super) const OPENER: &str = ".work > [aria-expanded]";

/// Does what was chosen.
pub(crate) type Act = Arc<dyn Fn(Work) + Send + Sync>;

/// The menu of the open conversation.
pub fn draw(
    inbox: &Inbox,
    id: &ConversationId,
    row: &ArcRwSignal<Conversation>,
    menu: Menu,
) -> Drawn {
    let act: Act = {
        let (inbox, id) = (inbox.clone(), id.clone());
        Arc::new(move |work| inbox.work(&id, work))
    };
    let (name, items) = match menu {
        Menu::Assign => {
            inbox.load_operators();
            let row = row.clone();
            let assignee = move || {
                let id = row.with(|row| row.assignee.as_ref().map(|it| it.id.clone()));
                Some(id)
            };
            (Key::Assign, people(inbox, assignee, act))
        }
        Menu::Snooze => (Key::Snooze, times(inbox, act)),
        Menu::Labels => (Key::Labels, label_items(inbox, id, row, &act)),
        Menu::More => (Key::More, more(inbox, id, row, &act)),
    };
    let menu = inbox.menu.clone();
    menu_frame(name, items, OPENER, Arc::new(move || menu.set(None)))
}

/// A menu, and a place to click beside it. Escape brings the focus back to `opener`.
pub(crate) fn menu_frame(
    name: Key,
    items: Drawn,
    opener: &'static str,
    close: Arc<dyn Fn() + Send + Sync>,
) -> Drawn {
    let beside = {
        let close = Arc::clone(&close);
        listener(move |_| close())
    };
    let keys = listener(
        move |event: web_sys::KeyboardEvent| match event.key().as_str() {
            "Escape" => {
                event.prevent_default();
                close();
                browser::focus(opener);
            }
            key @ ("ArrowDown" | "ArrowUp") if walk(key == "ArrowDown") => {
                event.prevent_default();
            }
            _ => {}
        },
    );
    browser::spawn(async {
        leptos::task::tick().await;
        walk(true);
    });
    drawn(view! {
        <button type="button" class="menu-back" tabindex="-1" aria-hidden="true" on:click=beside></button>
        <div class="work-menu" role="group" data-testid="work-menu" aria-label=label(name) on:keydown=keys>
            {items}
        </div>
    })
}

/// Moves the focus to the next entry that can be seen, or to the first. `false` where there is none.
fn walk(forward: bool) -> bool {
    let Ok(entries) = document().query_selector_all(".work-menu button, .work-menu input") else {
        return false;
    };
    let entries: Vec<web_sys::HtmlElement> = (0..entries.length())
        .filter_map(|at| entries.item(at)?.dyn_into().ok())
        .filter(|entry: &web_sys::HtmlElement| entry.offset_height() > 0)
        .collect();
    let focused = document().active_element();
    let is_it = |entry: &web_sys::HtmlElement| focused.as_ref() == Some(entry.as_ref());
    let next = match (entries.iter().position(is_it), forward) {
        (None, _) => Some(0),
        (Some(at), true) => at.checked_add(1),
        (Some(at), false) => at.checked_sub(1),
    };
    let entry = next.and_then(|next| entries.get(next));
    if let Some(entry) = entry {
        _ = entry.focus();
    }
    entry.is_some()
}

/// An entry. `pressed` is `true`, `false` or `mixed`.
pub(crate) fn menu_item(words: Drawn, pressed: &'static str, work: Work, act: &Act) -> Drawn {
    let act = Arc::clone(act);
    let choose = listener(move |_| act(work.clone()));
    drawn(view! {
        <button type="button" class="menu-item" aria-pressed=pressed on:click=choose>{words}</button>
    })
}

fn item(words: String, is_set: bool, work: Work, act: &Act) -> Drawn {
    let words = drawn(view! { <span dir="auto">{words}</span> });
    menu_item(words, if is_set { "true" } else { "false" }, work, act)
}

/// The entry that leads to where labels are changed. From there the focus comes back to `opener`: the entry has gone by then.
pub(crate) fn manage_labels(
    inbox: &Inbox,
    opener: &'static str,
    close: impl Fn() + 'static,
) -> Drawn {
    let inbox = inbox.clone();
    let open = listener(move |_| {
        close();
        browser::focus(opener);
        inbox.lay_over(Overlay::Labels);
    });
    drawn(view! {
        <button type="button" class="menu-item is-apart" on:click=open>{crate::i18n::t(Key::ManageLabels)}</button>
    })
}

/// The entry that shows the details, where the header has no room for their button.
fn details(inbox: &Inbox) -> Drawn {
    let inbox = inbox.clone();
    let open = listener(move |_| {
        inbox.menu.set(None);
        inbox.open_details();
    });
    drawn(view! {
        <button type="button" class="menu-item is-narrow" on:click=open>{crate::i18n::t(Key::ContactDetails)}</button>
    })
}

/// An entry that leads to another menu, where the header has no room for its button.
fn other(inbox: &Inbox, menu: Menu, key: Key) -> Drawn {
    let open = inbox.menu.clone();
    let go = listener(move |_| open.set(Some(menu)));
    drawn(view! {
        <button type="button" class="menu-item is-narrow" on:click=go>{crate::i18n::t(key)}</button>
    })
}

/// Colleagues to choose from. `assignee` says whose it is, `None` where that is more than one thing.
pub(crate) fn people(
    inbox: &Inbox,
    assignee: impl Fn() -> Option<Option<OperatorId>> + Send + 'static,
    act: Act,
) -> Drawn {
    let inbox = inbox.clone();
    drawn(live(move || {
        let assignee = assignee();
        let me = inbox.me.get();
        let mut people: Vec<Operator> = me.iter().cloned().collect();
        inbox.operators.with(|all| {
            let others = all
                .iter()
                .filter(|one| me.as_ref().is_none_or(|me| me.id != one.id));
            people.extend(others.cloned());
        });
        let mut items: Vec<Drawn> = people
            .into_iter()
            .map(|one| {
                let is_me = me.as_ref().is_some_and(|me| me.id == one.id);
                let words = if is_me {
                    inbox.i18n.text(Key::AssignToMe).to_owned()
                } else {
                    one.name
                };
                let operator = Some(one.id);
                let is_set = assignee.as_ref() == Some(&operator);
                item(words, is_set, Work::Assign { operator }, &act)
            })
            .collect();
        let nobody = inbox.i18n.text(Key::NoOne).to_owned();
        let work = Work::Assign { operator: None };
        items.push(item(nobody, assignee == Some(None), work, &act));
        drawn(items)
    }))
}

/// Nine in the morning, `days` from today, by the reader's clock.
fn morning(days: u32) -> i64 {
    let date = js_sys::Date::new_0();
    date.set_date(date.get_date() + days);
    date.set_hours(9);
    date.set_minutes(0);
    date.set_seconds(0);
    date.set_milliseconds(0);
    #[expect(clippy::cast_possible_truncation, reason = "whole milliseconds")]
    let at = date.get_time() as i64;
    at
}

/// Times to choose from.
pub(crate) fn times(inbox: &Inbox, act: Act) -> Drawn {
    let now = browser::now();
    // Sunday is 0; a Monday's next one is in a week.
    let to_monday = (8 - js_sys::Date::new_0().get_day()) % 7;
    let monday = morning(if to_monday == 0 { 7 } else { to_monday });
    let mut items: Vec<Drawn> = [
        (Key::LaterToday, now + 3 * HOUR),
        (Key::Tomorrow, morning(1)),
        (Key::NextMonday, monday),
    ]
    .into_iter()
    .filter(|(key, at)| *key != Key::LaterToday || dates::day_of(*at) == dates::day_of(now))
    .map(|(key, at)| {
        let time = dates::moment(inbox.i18n.locale(), now, at);
        let words = [inbox.i18n.text(key), " · ", &time].concat();
        item(words, false, Work::Snooze { until: at }, &act)
    })
    .collect();
    let field = NodeRef::<Input>::new();
    let pick = listener(move |_| {
        let Some(field) = field.get_untracked() else {
            return;
        };
        let at = field.value_as_date_local();
        if at.is_finite() {
            #[expect(clippy::cast_possible_truncation, reason = "whole milliseconds")]
            let until = at as i64;
            act(Work::Snooze { until });
        } else {
            _ = field.focus();
        }
    });
    items.push(drawn(view! {
        <div class="menu-form">
            <input type="datetime-local" class="menu-input" aria-label=label(Key::AnotherTime) node_ref=field />
            <button type="button" class="button" on:click=pick>{crate::i18n::t(Key::Snooze)}</button>
        </div>
    }));
    drawn(items)
}

/// What the field says in the reader's time zone, in milliseconds since the epoch; NaN where it says nothing.
trait LocalTime {
    fn value_as_date_local(&self) -> f64;
}

impl LocalTime for web_sys::HtmlInputElement {
    fn value_as_date_local(&self) -> f64 {
        // Without a zone it is read as local time (ECMA-262, "Date Time String Format").
        js_sys::Date::parse(&self.value())
    }
}

fn more(inbox: &Inbox, id: &ConversationId, row: &ArcRwSignal<Conversation>, act: &Act) -> Drawn {
    let (held, row_of, acts) = (inbox.clone(), row.clone(), Arc::clone(act));
    let items = live(move || {
        let words = held.i18n.text(if row_of.with(|row| row.pinned) {
            Key::Unpin
        } else {
            Key::Pin
        });
        let pin = Work::Pin {
            on: !row_of.with(|row| row.pinned),
        };
        let unread = held.i18n.text(Key::MarkUnread).to_owned();
        drawn(vec![
            details(&held),
            other(&held, Menu::Assign, Key::Assign),
            other(&held, Menu::Snooze, Key::Snooze),
            item(words.to_owned(), false, pin, &acts),
            item(unread, false, Work::Unread, &acts),
        ])
    });
    let labels = label_items(inbox, id, row, act);
    drawn(view! { {items} {labels} })
}
