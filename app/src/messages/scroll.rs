//! Keeps the reader's place in the thread.
//!
//! Whenever the content or the frame changes its height, one of two things must hold afterwards: the end is in view, if it was; or
//! the first bubble in view is where it was. The browser's own scroll anchoring does neither reliably, and is switched off.

use crate::inbox::{Inbox, lock};
use leptos::prelude::{GetUntracked, Set};
use std::sync::Mutex;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDivElement, HtmlElement};

/// Nearer to the end than this counts as being there, in CSS pixels.
const NEAR_END: i32 = 48;
/// Nearer to the beginning than this, the page before is fetched, in CSS pixels.
const NEAR_START: i32 = 600;
/// Room above the line before the first unread message, in CSS pixels.
const ABOVE_NEW: f64 = 56.0;

/// The place of the reader.
#[derive(Default)]
pub struct Place {
    /// The first bubble in view, and how far below the upper edge it began.
    anchor: Mutex<Option<(String, f64)>>,
    settled: Mutex<bool>,
    /// Height of the content, height of the frame and place in it, as the reader's place was last kept.
    kept: Mutex<(i32, i32, i32)>,
}

impl Place {
    /// The reader scrolled.
    pub fn moved(&self, inbox: &Inbox, scroller: &HtmlDivElement) {
        // What has come below since takes nobody away from the end: it is brought into view in a moment. Whoever goes up, leaves.
        let (height, frame, top) = *lock(&self.kept);
        let has_grown = (scroller.scroll_height(), scroller.client_height()) != (height, frame);
        if has_grown && scroller.scroll_top() >= top && inbox.thread.at_end.get_untracked() {
            return;
        }
        // Below an earlier part of the conversation there is more.
        let at_end = is_at_end(scroller) && inbox.shows_newest();
        let thread = &inbox.thread;
        crate::inbox::set_if_changed(&thread.at_end, at_end);
        if at_end {
            crate::inbox::set_if_changed(&thread.arrived, 0);
        }
        *lock(&self.anchor) = if at_end {
            None
        } else {
            first_in_view(scroller)
        };
        if scroller.scroll_top() < NEAR_START && inbox.has_older() && !inbox.older_failed() {
            inbox.load_older();
        }
        if below(scroller) < NEAR_START && !inbox.shows_newest() && !inbox.newer_failed() {
            inbox.load_newer();
        }
    }

    /// The content or the frame changed its height.
    pub fn resized(&self, inbox: &Inbox, scroller: &HtmlDivElement) {
        let first_time = {
            let mut settled = lock(&self.settled);
            let has_bubbles = scroller
                .query_selector("[data-message-key]")
                .is_ok_and(|found| found.is_some());
            let first_time = has_bubbles && !*settled;
            *settled |= has_bubbles;
            first_time
        };
        let anchor = lock(&self.anchor).clone();
        let goal = inbox.thread.goal.get_untracked();
        let goal = goal.and_then(|goal| Some((find(scroller, &goal.key)?, goal.focus)));
        if let Some((bubble, focus)) = goal {
            inbox.thread.goal.set(None);
            to_middle(scroller, &bubble);
            flash(&bubble, focus);
        } else if first_time && let Ok(Some(line)) = scroller.query_selector(".new-line") {
            let below =
                line.get_bounding_client_rect().top() - scroller.get_bounding_client_rect().top();
            scroll_by(scroller, below - ABOVE_NEW);
        } else if inbox.thread.at_end.get_untracked() {
            to_end(scroller);
        } else if let Some((key, offset)) = anchor
            && let Some(bubble) = find(scroller, &key)
        {
            scroll_by(scroller, top_in(scroller, &bubble) - offset);
        }
        *lock(&self.kept) = (
            scroller.scroll_height(),
            scroller.client_height(),
            scroller.scroll_top(),
        );
        self.moved(inbox, scroller);
    }
}

impl Inbox {
    fn older_failed(&self) -> bool {
        crate::inbox::failure_of(&self.thread.older.get_untracked()).is_some()
    }

    fn newer_failed(&self) -> bool {
        crate::inbox::failure_of(&self.thread.newer.get_untracked()).is_some()
    }

    /// Follows the end again.
    pub(crate) fn follow(&self, scroller: &HtmlDivElement) {
        self.show_newest();
        self.thread.at_end.set(true);
        self.thread.arrived.set(0);
        to_end(scroller);
    }
}

/// Brings the end of the thread on screen into view.
pub fn end_in_view() {
    let thread = leptos::prelude::document().query_selector(".log");
    if let Ok(Some(thread)) = thread
        && let Ok(thread) = thread.dyn_into::<HtmlDivElement>()
    {
        to_end(&thread);
    }
}

fn to_end(scroller: &HtmlDivElement) {
    scroller.set_scroll_top(scroller.scroll_height());
}

fn is_at_end(scroller: &HtmlDivElement) -> bool {
    below(scroller) <= NEAR_END
}

/// What lies below the lower edge.
fn below(scroller: &HtmlDivElement) -> i32 {
    scroller.scroll_height() - scroller.scroll_top() - scroller.client_height()
}

fn to_middle(scroller: &HtmlDivElement, bubble: &Element) {
    let rest = f64::from(scroller.client_height()) - bubble.get_bounding_client_rect().height();
    scroll_by(scroller, top_in(scroller, bubble) - (rest / 2.0).max(0.0));
}

/// Makes a bubble stand out for a moment.
fn flash(bubble: &Element, focus: bool) {
    let Some(bubble) = bubble.dyn_ref::<HtmlElement>() else {
        return;
    };
    let classes = bubble.class_list();
    _ = classes.remove_1("is-found");
    // Asking for its width makes the browser forget the animation that may still run.
    _ = bubble.offset_width();
    _ = classes.add_1("is-found");
    if focus {
        // For this once: messages are no stops of the Tab key.
        _ = bubble.set_attribute("tabindex", "-1");
        _ = bubble.focus();
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a distance on screen")]
fn scroll_by(scroller: &HtmlDivElement, distance: f64) {
    let distance = distance.round() as i32;
    if distance != 0 {
        scroller.set_scroll_top(scroller.scroll_top() + distance);
    }
}

fn top_in(scroller: &HtmlDivElement, element: &Element) -> f64 {
    element.get_bounding_client_rect().top() - scroller.get_bounding_client_rect().top()
}

fn find(scroller: &HtmlDivElement, key: &str) -> Option<Element> {
    // Keys are ids: they need no escaping within quotes.
    scroller
        .query_selector(&["[data-message-key=\"", key, "\"]"].concat())
        .ok()?
}

/// Bubbles stand in order, so the first in view is found by halving.
fn first_in_view(scroller: &HtmlDivElement) -> Option<(String, f64)> {
    let bubbles = scroller.query_selector_all("[data-message-key]").ok()?;
    let bubble = |index| {
        bubbles
            .item(index)
            .and_then(|node| node.dyn_into::<Element>().ok())
    };
    let (mut low, mut high) = (0, bubbles.length());
    while low < high {
        let middle = u32::midpoint(low, high);
        let rect = bubble(middle)?.get_bounding_client_rect();
        if rect.bottom() <= scroller.get_bounding_client_rect().top() {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    let first = bubble(low)?;
    Some((
        first.get_attribute("data-message-key")?,
        top_in(scroller, &first),
    ))
}
