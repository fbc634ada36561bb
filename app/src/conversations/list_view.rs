//! The list on screen: of thousands of rows only those that can be seen are there.

use super::Row;
use crate::branding::{Foot, Head};
use crate::browser;
use crate::drawn::{drawn, each, effect, listener, live, memo, text};
use crate::i18n::{Key, label, sentence, t};
use crate::ids::ConversationId;
use crate::inbox::{Inbox, Paging, failure_of, observe_size, set_if_changed};
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
    view! {
        <section class="pane-list">
            <header class="pane-head">
                {head}
            </header>
            {live(move || {
                if is_empty.with(Option::is_some) {
                    drawn(view! { <EmptyList /> })
                } else {
                    drawn(view! { <Rows /> })
                }
            })}
            {foot}
        </section>
    }
}

#[component]
fn EmptyList() -> impl IntoView {
    view! {
        <div class="blank">
            <p class="blank-title">{t(Key::EmptyTitle)}</p>
            <p>{t(Key::EmptyText)}</p>
        </div>
    }
}

#[component]
fn Rows() -> impl IntoView {
    let inbox = Inbox::expect();
    let scroller = NodeRef::<Div>::new();
    // First row to draw, and how many.
    let first_drawn = ArcRwSignal::new(0_usize);
    let drawn_rows = ArcRwSignal::new(24_usize);
    let measure: Rc<dyn Fn()> = {
        let (inbox, first_drawn, drawn_rows) =
            (inbox.clone(), first_drawn.clone(), drawn_rows.clone());
        let measure = move || {
            let Some(scroller) = scroller.try_get_untracked().flatten() else {
                return;
            };
            let first = rows_in(scroller.scroll_top()).saturating_sub(SPARE);
            let count = rows_in(scroller.client_height()) + 2 * SPARE + 1;
            set_if_changed(&first_drawn, first);
            set_if_changed(&drawn_rows, count);
            let held = inbox.engine().list().order().len();
            if first + count + SPARE >= held && inbox.paging.get_untracked() == Paging::Idle {
                inbox.load_rows();
            }
        };
        Rc::new(measure)
    };
    observe_size(scroller, Rc::clone(&measure));
    // A page that came may still leave the window unfilled.
    effect({
        let (order, measure) = (inbox.order.clone(), Rc::clone(&measure));
        move || {
            order.track();
            measure();
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
    let keyboard = {
        let (inbox, measure) = (inbox.clone(), Rc::clone(&measure));
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
            if let (Some(index), Some(scroller)) = (inbox.move_row(step), scroller.get_untracked())
            {
                show_row(&scroller, index);
                measure();
                inbox.focus_row();
            }
        })
    };
    let rows = each(visible, move |id| {
        drawn(ConversationId::parse(id).map(|id| view! { <Row id /> }))
    });
    view! {
        <div class="list-scroll" node_ref=scroller on:scroll=listener(move |_| measure()) on:keydown=keyboard>
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
        "ArrowDown" | "j" => 1,
        "ArrowUp" | "k" => -1,
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
    /// True for the one row that the Tab key reaches: the current one, or else the first.
    pub(super) fn is_tab_stop(&self, id: &ConversationId) -> bool {
        if let Some(current) = self.at_row.get() {
            return current == *id;
        }
        self.order.track();
        self.engine().list().order().first() == Some(id)
    }

    /// Makes another row the current one. Returns its index.
    fn move_row(&self, by: isize) -> Option<usize> {
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
            leptos::task::tick().await;
            let selector = ["[data-conversation-id=\"", id.as_str(), "\"]"].concat();
            if let Ok(Some(element)) = document().query_selector(&selector)
                && let Ok(element) = element.dyn_into::<web_sys::HtmlElement>()
            {
                _ = element.focus();
            }
        });
    }
}
