//! The edge between list and thread: it can be dragged, and moved by keyboard, as far as to where only pictures are left.

use super::Inbox;
use crate::drawn::{attr, effect, listener};
use crate::i18n::{Key, label};
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent, PointerEvent};

/// With pictures only, in CSS pixels.
const PICTURES: i32 = 68;
/// The narrowest with words.
const LEAST: i32 = 200;
/// The widest.
const MOST: i32 = 520;
/// How far a key moves it.
const STEP: i32 = 16;

/// What a width becomes: there is nothing between pictures and the narrowest with words.
fn fit(width: i32) -> i32 {
    if width < i32::midpoint(PICTURES, LEAST) {
        PICTURES
    } else {
        width.clamp(LEAST, MOST)
    }
}

/// One step on. From pictures to words it is a leap.
fn step(width: i32, wider: bool) -> i32 {
    match (width <= PICTURES, wider) {
        (true, true) => LEAST,
        (true, false) => PICTURES,
        (false, true) => fit(width + STEP),
        (false, false) if width <= LEAST => PICTURES,
        (false, false) => fit(width - STEP),
    }
}

/// The edge.
#[component]
pub fn ListEdge() -> impl IntoView {
    let inbox = Inbox::expect();
    let node = NodeRef::<Div>::new();
    // As the stylesheet has it, until somebody moves it.
    let measured = ArcRwSignal::new(0);
    effect({
        let measured = measured.clone();
        move || {
            if let Some(edge) = node.get() {
                measured.set(list_of(&edge).map_or(0, |list| list.offset_width()));
            }
        }
    });
    let now = {
        let (width, measured) = (inbox.list_width.clone(), measured);
        attr(move || Some(width.get().unwrap_or_else(|| measured.get()).to_string()))
    };
    let take = listener(move |event: PointerEvent| {
        if let Some(edge) = node.get_untracked().filter(|_| event.button() == 0) {
            event.prevent_default();
            _ = edge.set_pointer_capture(event.pointer_id());
        }
    });
    let drag = {
        let inbox = inbox.clone();
        listener(move |event: PointerEvent| {
            let Some(edge) = node.get_untracked() else {
                return;
            };
            if edge.has_pointer_capture(event.pointer_id())
                && let Some(list) = list_of(&edge)
            {
                let place = list.get_bounding_client_rect();
                #[expect(clippy::cast_possible_truncation, reason = "a distance on screen")]
                let (from, to) = (place.left() as i32, place.right() as i32);
                let at = event.client_x();
                let is_mirrored = inbox.i18n.locale_now().dir() == "rtl";
                let width = if is_mirrored { to - at } else { at - from };
                super::set_if_changed(&inbox.list_width, Some(fit(width)));
            }
        })
    };
    let toggle = {
        let inbox = inbox.clone();
        move || {
            let has_pictures = inbox.list_width.get_untracked() == Some(PICTURES);
            inbox.list_width.set((!has_pictures).then_some(PICTURES));
        }
    };
    let keys = {
        let toggle = toggle.clone();
        listener(move |event: KeyboardEvent| {
            let Some(list) = node.get_untracked().and_then(|edge| list_of(&edge)) else {
                return;
            };
            let is_mirrored = inbox.i18n.locale_now().dir() == "rtl";
            let width = list.offset_width();
            let to = match event.key().as_str() {
                "ArrowRight" => step(width, !is_mirrored),
                "ArrowLeft" => step(width, is_mirrored),
                "Home" => PICTURES,
                "End" => MOST,
                "Enter" => {
                    event.prevent_default();
                    toggle();
                    return;
                }
                _ => return,
            };
            event.prevent_default();
            inbox.list_width.set(Some(to));
        })
    };
    view! {
        <div
            class="list-edge"
            role="separator"
            tabindex="0"
            aria-orientation="vertical"
            aria-label=label(Key::ListWidth)
            aria-valuemin=PICTURES.to_string()
            aria-valuemax=MOST.to_string()
            aria-valuenow=now
            data-testid="list-edge"
            node_ref=node
            on:pointerdown=take
            on:pointermove=drag
            on:keydown=keys
            on:dblclick=listener(move |_| toggle())
        ></div>
    }
}

fn list_of(edge: &HtmlElement) -> Option<HtmlElement> {
    let list = edge.previous_element_sibling()?;
    list.dyn_into().ok()
}

impl Inbox {
    /// The width of the list as CSS has it, where somebody gave it one.
    pub(super) fn list_width_words(&self) -> Option<String> {
        let width = self.list_width.get()?;
        Some([&width.to_string(), "px"].concat())
    }

    /// Beside pictures there is no room for a field or a button.
    pub(crate) fn show_whole_list(&self) {
        if untrack(|| self.has_pictures_only()) {
            self.list_width.set(None);
        }
    }

    /// True if only pictures are left of the list.
    pub(crate) fn has_pictures_only(&self) -> bool {
        self.list_width.get() == Some(PICTURES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_nothing_between_pictures_and_words() {
        for (width, expected) in [
            (0, 68),
            (133, 68),
            (134, 200),
            (199, 200),
            (340, 340),
            (900, 520),
        ] {
            assert_eq!(fit(width), expected, "{width}");
        }
        assert_eq!(step(68, true), 200);
        assert_eq!(step(68, false), 68);
        assert_eq!(step(200, false), 68);
        assert_eq!(step(340, false), 324);
        assert_eq!(step(520, true), 520);
    }
}
