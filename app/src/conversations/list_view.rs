//! The list on screen: of thousands of rows only those that can be seen are there.

use super::Row;
use crate::i18n::{Key, sentence, t};
use crate::ids::ConversationId;
use crate::inbox::{Inbox, Paging, failure_of, observe_size};
use leptos::either::Either;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
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
        Memo::new(move |_| {
            inbox.order.track();
            inbox.engine().list().order().is_empty()
        })
    };
    view! {
        <section class="pane-list">
            <header class="pane-head">
                <h2 class="pane-title">{t(Key::Conversations)}</h2>
            </header>
            {move || {
                if is_empty.get() {
                    Either::Left(view! { <EmptyList /> })
                } else {
                    Either::Right(view! { <Rows /> })
                }
            }}
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
    let window = RwSignal::new((0_usize, 24_usize));
    let measure = {
        let inbox = inbox.clone();
        move || {
            let Some(scroller) = scroller.try_get_untracked().flatten() else {
                return;
            };
            let first = rows_in(scroller.scroll_top()).saturating_sub(SPARE);
            let count = rows_in(scroller.client_height()) + 2 * SPARE + 1;
            if window.get_untracked() != (first, count) {
                window.set((first, count));
            }
            let held = inbox.engine().list().order().len();
            if first + count + SPARE >= held && inbox.paging.get_untracked() == Paging::Idle {
                inbox.load_rows();
            }
        }
    };
    observe_size(scroller, measure.clone());
    // A page that came may still leave the window unfilled.
    Effect::new({
        let (order, measure) = (inbox.order.clone(), measure.clone());
        move |_| {
            order.track();
            measure();
        }
    });
    let visible = {
        let inbox = inbox.clone();
        move || {
            inbox.order.track();
            let (first, count) = window.get();
            let engine = inbox.engine();
            let order = engine.list().order();
            let first = first.min(order.len());
            order[first..(first + count).min(order.len())].to_vec()
        }
    };
    let height = {
        let inbox = inbox.clone();
        move || {
            inbox.order.track();
            pixels(inbox.engine().list().order().len())
        }
    };
    let keyboard = {
        let (inbox, measure) = (inbox.clone(), measure.clone());
        move |event: web_sys::KeyboardEvent| {
            let page = window
                .get_untracked()
                .1
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
        }
    };
    let label = t(Key::Conversations);
    view! {
        <div class="list-scroll" node_ref=scroller on:scroll=move |_| measure() on:keydown=keyboard>
            <ul
                class="rows"
                role="list"
                aria-label=label
                data-testid="conversation-list"
                style:height=height
                style:padding-block-start=move || pixels(window.get().0)
            >
                <For each=visible key=|id| id.clone() let:id>
                    <Row id />
                </For>
            </ul>
            <ListFailure />
        </div>
    }
}

#[component]
fn ListFailure() -> impl IntoView {
    let inbox = Inbox::expect();
    move || {
        failure_of(&inbox.paging.get()).map(|error| {
            let inbox = inbox.clone();
            view! {
                <div class="inline-failure" role="alert">
                    <p>{t(Key::ListFailed)} " " {sentence(inbox.i18n.locale(), &error)}</p>
                    <button type="button" class="button" on:click=move |_| inbox.load_rows()>
                        {t(Key::Retry)}
                    </button>
                </div>
            }
        })
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
        spawn_local(async move {
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
