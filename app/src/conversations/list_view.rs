//! The list on screen: of thousands of rows only those that can be seen are there.

use super::Row;
use super::holding::held_back;
use crate::branding::{Foot, Head};
use crate::browser;
use crate::bulk::Press;
use crate::commands::Overlay;
use crate::drawn::{Drawn, class, drawn, each, effect, listener, live, live_on, memo, text};
use crate::i18n::{Key, label, sentence, t};
use crate::icons::Icon;
use crate::ids::ConversationId;
use crate::inbox::{Inbox, Paging, failure_of, observe_size, set_if_changed};
use crate::on_demand::on_demand;
use crate::search::{SearchField, results_part};
use crate::workflow::{ListFilter, Switcher};
use leptos::html::Div;
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen::JsCast;

/// Height of a row in CSS pixels. The stylesheet has the same number as `--row`.
const ROW: i32 = 68;
/// Rows kept ready above and below what can be seen.
const SPARE: usize = 6;

/// The list pane.
#[component]
pub fn ListPane() -> impl IntoView {
    let inbox = Inbox::expect();
    let is_empty = {
        let inbox = inbox.clone();
        memo(move || {
            inbox.order.track();
            let is_empty = inbox.engine().list().order().is_empty();
            is_empty.then(String::new)
        })
    };
    let waits = {
        let part = inbox.part.clone();
        memo(move || part.with(|part| (*part != Paging::Idle).then(String::new)))
    };
    let head = {
        let inbox = inbox.clone();
        live(move || {
            let (brand, otherwise) = (inbox.brand.get(), inbox.i18n.text(Key::Conversations));
            drawn(view! { <Head brand otherwise /> })
        })
    };
    let foot = {
        let inbox = inbox.clone();
        live(move || {
            inbox.brand.with(|brand| {
                brand.has_foot().then(|| {
                    drawn(view! { <Foot support=brand.support.clone() footer=brand.footer /> })
                })
            })
        })
    };
    let searching = {
        let inbox = inbox.clone();
        move || inbox.search.is_on()
    };
    let found = {
        let (inbox, searching) = (inbox.clone(), searching.clone());
        live_on(
            move || searching().then(String::new),
            move |_| on_demand(inbox.clone(), results_part),
        )
    };
    let is_console = inbox.is_console;
    let notifications = {
        let inbox = inbox.clone();
        listener(move |_| inbox.lay_over(Overlay::Attention))
    };
    let picking = {
        let inbox = inbox.clone();
        class(move || inbox.picked.is_on())
    };
    let bar = inbox.pick_bar();
    let more = held_back(&inbox);
    view! {
        <section class="pane-list" class:is-searching=class(searching) class:is-picking=picking>
            <header class="pane-head">
                {head}
                <button type="button" class="icon-button bell" aria-label=label(Key::Notifications) title=label(Key::Notifications) on:click=notifications>
                    {Icon::BELL.draw()}
                </button>
                {is_console.then(|| view! { <a class="link-button" href="/settings">{t(Key::Settings)}</a> })}
            </header>
            <SearchField />
            <Switcher />
            {bar}
            <div class="list-body">
            {more}
            {live(move || {
                if waits.with(Option::is_some) {
                    drawn(view! { <PartWaits /> })
                } else if is_empty.with(Option::is_some) {
                    drawn(view! { <EmptyList /> })
                } else {
                    drawn(view! { <Rows /> })
                }
            })}
            {found}
            </div>
            {foot}
        </section>
    }
}

#[component]
fn EmptyList() -> impl IntoView {
    let inbox = Inbox::expect();
    live(move || {
        let all = inbox.filter.with(|filter| *filter == ListFilter::default());
        if !all {
            return drawn(view! {
                <div class="blank" data-testid="empty-list">
                    <p class="blank-title">{t(Key::PartEmpty)}</p>
                </div>
            });
        }
        drawn(view! {
            <div class="blank" data-testid="empty-list">
                <p class="blank-title">{t(Key::EmptyTitle)}</p>
                <p>{t(Key::EmptyText)}</p>
                {first_steps(&inbox)}
            </div>
        })
    })
}

/// Whoever begins can try it at once.
fn first_steps(inbox: &Inbox) -> impl IntoView + use<> {
    let inbox = inbox.clone();
    live(move || {
        let numbers = inbox.numbers.get();
        (!numbers.is_empty()).then(|| {
            let numbers = numbers.into_iter().map(|number| {
                let phone = ["+", &number.phone].concat();
                drawn(view! { <li><bdi dir="ltr">{phone}</bdi> " " <bdi>{number.name}</bdi></li> })
            });
            let numbers: Vec<Drawn> = numbers.collect();
            drawn(view! {
                <p class="first-steps">{t(Key::EmptyHint)}</p>
                <ul class="first-numbers" role="list">{numbers}</ul>
            })
        })
    })
}

/// The first page of a part is on its way, or did not come.
#[component]
fn PartWaits() -> impl IntoView {
    let inbox = Inbox::expect();
    live(move || match inbox.part.get() {
        Paging::Failed(error) => {
            let words = sentence(inbox.i18n.locale(), &error);
            let inbox = inbox.clone();
            drawn(view! {
                <FailureLine title=Key::ListFailed words again=Box::new(move || inbox.load_part()) />
            })
        }
        _ => drawn(
            view! { <div class="skeleton-list part-waits" role="status" aria-label=label(Key::Loading)></div> },
        ),
    })
}

#[component]
fn Rows() -> impl IntoView {
    let inbox = Inbox::expect();
    let scroller = NodeRef::<Div>::new();
    // First row to draw, and how many.
    let first_drawn = ArcRwSignal::new(0_usize);
    let drawn_rows = ArcRwSignal::new(24_usize);
    // What is held may end before the window does.
    let fill: Rc<dyn Fn()> = {
        let (inbox, first_drawn, drawn_rows) =
            (inbox.clone(), first_drawn.clone(), drawn_rows.clone());
        Rc::new(move || {
            let end = first_drawn.get_untracked() + drawn_rows.get_untracked();
            let held = inbox.engine().list().order().len();
            if end + SPARE >= held && inbox.paging.get_untracked() == Paging::Idle {
                inbox.load_rows();
            }
        })
    };
    let measure: Rc<dyn Fn()> = {
        let (fill, first_drawn, drawn_rows) =
            (Rc::clone(&fill), first_drawn.clone(), drawn_rows.clone());
        let measure = move || {
            let Some(scroller) = scroller.try_get_untracked().flatten() else {
                return;
            };
            let first = rows_in(scroller.scroll_top()).saturating_sub(SPARE);
            let count = rows_in(scroller.client_height()) + 2 * SPARE + 1;
            set_if_changed(&first_drawn, first);
            set_if_changed(&drawn_rows, count);
            fill();
        };
        Rc::new(measure)
    };
    observe_size(scroller, Rc::clone(&measure));
    // A page that came may still leave the window unfilled. Where the window is has not changed: asking for it would have the browser
    // lay out all rows, for every message that comes.
    effect({
        let order = inbox.order.clone();
        move || {
            order.track();
            fill();
        }
    });
    let visible = {
        let (inbox, first_drawn, drawn_rows) =
            (inbox.clone(), first_drawn.clone(), drawn_rows.clone());
        move || {
            inbox.order.track();
            let (first, count) = (first_drawn.get(), drawn_rows.get());
            let engine = inbox.engine();
            let order = engine.list().order();
            let first = first.min(order.len());
            order[first..(first + count).min(order.len())]
                .iter()
                .map(|id| id.as_str().to_owned())
                .collect()
        }
    };
    let height = {
        let inbox = inbox.clone();
        text(move || {
            inbox.order.track();
            pixels(inbox.engine().list().order().len())
        })
    };
    // Wherever the current row is chosen, it can be seen.
    effect({
        let (inbox, measure) = (inbox.clone(), Rc::clone(&measure));
        move || {
            let (Some(at), Some(scroller)) = (inbox.at_row.get(), scroller.get()) else {
                return;
            };
            let index = inbox
                .engine()
                .list()
                .order()
                .iter()
                .position(|id| *id == at);
            if let Some(index) = index {
                show_row(&scroller, index);
                measure();
            }
        }
    });
    let keyboard = {
        let inbox = inbox.clone();
        listener(move |event: web_sys::KeyboardEvent| {
            let page = drawn_rows
                .get_untracked()
                .saturating_sub(2 * SPARE + 2)
                .max(1);
            let Some(step) = step_of(&event.key(), page) else {
                return;
            };
            if event.ctrl_key() || event.meta_key() || event.alt_key() {
                return;
            }
            event.prevent_default();
            inbox.hold_list();
            if event.shift_key() && inbox.can_pick() {
                inbox.pick_on(step);
                inbox.focus_row();
            } else if inbox.move_row(step).is_some() {
                inbox.focus_row();
            }
        })
    };
    // However the focus came to a row, the keys go on from there.
    let focused = {
        let inbox = inbox.clone();
        listener(move |event: web_sys::FocusEvent| {
            let row = event
                .target()
                .and_then(|it| it.dyn_into::<web_sys::Element>().ok());
            let id = row.and_then(|row| row.get_attribute("data-conversation-id"));
            if let Some(id) = id.and_then(ConversationId::parse) {
                set_if_changed(&inbox.at_row, Some(id));
                inbox.enter_row();
            }
        })
    };
    let press = Press::new(&inbox);
    let press_menu = {
        let press = press.clone();
        listener(move |event: web_sys::MouseEvent| press.take_menu(&event))
    };
    let pressed = || {
        let press = press.clone();
        listener(move |event: web_sys::PointerEvent| press.take(&event))
    };
    let pointed = {
        let (inbox, press) = (inbox.clone(), press.clone());
        listener(move |event: web_sys::PointerEvent| {
            inbox.point(&event);
            press.take(&event);
        })
    };
    let left = {
        let inbox = inbox.clone();
        listener(move |_: web_sys::PointerEvent| inbox.point_elsewhere())
    };
    let blurred = {
        let inbox = inbox.clone();
        listener(move |event: web_sys::FocusEvent| inbox.leave_row(&event))
    };
    let rows = each(visible, move |id| {
        drawn(ConversationId::parse(id).map(|id| view! { <Row id /> }))
    });
    view! {
        <div
            class="list-scroll"
            node_ref=scroller
            on:scroll=listener(move |_| measure())
            on:keydown=keyboard
            on:focusin=focused
            on:pointerdown=pressed()
            on:focusout=blurred
            on:pointermove=pointed
            on:pointerleave=left
            on:pointerup=pressed()
            on:pointercancel=pressed()
            on:contextmenu=press_menu
        >
            <ul
                class="rows"
                role="list"
                aria-label=label(Key::Conversations)
                data-testid="conversation-list"
                style:height=height
                style:padding-block-start=text(move || pixels(first_drawn.get()))
            >
                {rows}
            </ul>
            <ListFailure />
        </div>
    }
}

#[component]
fn ListFailure() -> impl IntoView {
    let inbox = Inbox::expect();
    live(move || {
        failure_of(&inbox.paging.get()).map(|error| {
            let words = sentence(inbox.i18n.locale(), &error);
            let inbox = inbox.clone();
            drawn(view! {
                <FailureLine title=Key::ListFailed words again=Box::new(move || inbox.load_rows()) />
            })
        })
    })
}

/// A line where something should be that did not come, with a button to ask again.
#[component]
pub fn FailureLine(title: Key, words: String, again: Box<dyn Fn() + Send>) -> impl IntoView {
    view! {
        <div class="inline-failure" role="alert">
            <p>{t(title)} " " {words}</p>
            <button type="button" class="button" on:click=listener(move |_| again())>
                {t(Key::Retry)}
            </button>
        </div>
    }
}

/// How far a key moves; `None` for a key that moves nothing.
fn step_of(key: &str, page: usize) -> Option<isize> {
    let page = isize::try_from(page).unwrap_or(1);
    Some(match key {
        "ArrowDown" => 1,
        "ArrowUp" => -1,
        "PageDown" => page,
        "PageUp" => -page,
        "Home" => isize::MIN / 2,
        "End" => isize::MAX / 2,
        _ => return None,
    })
}

fn rows_in(height: i32) -> usize {
    usize::try_from(height / ROW).unwrap_or(0)
}

fn top_of(row: usize) -> i32 {
    i32::try_from(row)
        .unwrap_or(i32::MAX / ROW)
        .saturating_mul(ROW)
}

fn pixels(rows: usize) -> String {
    format!("{}px", top_of(rows))
}

/// Scrolls as little as it takes to see a row.
fn show_row(scroller: &web_sys::HtmlDivElement, index: usize) {
    let top = top_of(index);
    let bottom = top + ROW;
    if top < scroller.scroll_top() {
        scroller.set_scroll_top(top);
    } else if bottom > scroller.scroll_top() + scroller.client_height() {
        scroller.set_scroll_top(bottom - scroller.client_height());
    }
}

impl Inbox {
    /// Puts the focus into the list: on the current row, or on the first that can be seen.
    pub(crate) fn focus_list(&self) {
        if self.at_row.with_untracked(Option::is_none) {
            let scroller = document().query_selector(".list-scroll").ok().flatten();
            let above = scroller.map_or(0, |scroller| scroller.scroll_top());
            let seen = self
                .engine()
                .list()
                .order()
                .get(rows_in(above + ROW - 1))
                .cloned();
            self.at_row.set(seen);
        }
        self.focus_row();
    }

    /// True for the one row that the Tab key reaches: the current one, or else the first.
    pub(crate) fn is_tab_stop(&self, id: &ConversationId) -> bool {
        if let Some(current) = self.at_row.get() {
            return current == *id;
        }
        self.order.track();
        self.engine().list().order().first() == Some(id)
    }

    /// Makes another row the current one. Returns its index.
    pub(crate) fn move_row(&self, by: isize) -> Option<usize> {
        let current = self.at_row.get_untracked();
        let (index, id) = {
            let engine = self.engine();
            let order = engine.list().order();
            let last = order.len().checked_sub(1)?;
            let index = match current.and_then(|id| order.iter().position(|other| *other == id)) {
                Some(at) => at.saturating_add_signed(by).min(last),
                None => 0,
            };
            (index, order[index].clone())
        };
        self.at_row.set(Some(id));
        Some(index)
    }

    /// Puts the focus on the current row, once it is drawn.
    pub(crate) fn focus_row(&self) {
        let Some(id) = self.at_row.get_untracked() else {
            return;
        };
        browser::spawn(async move {
            let selector = ["[data-conversation-id=\"", id.as_str(), "\"]"].concat();
            // The list may have to scroll there first, and to draw what has come into view.
            for _ in 0..4 {
                leptos::task::tick().await;
                if browser::is_there(&selector) {
                    break;
                }
            }
            browser::focus(&selector);
        });
    }
}
