//! A finger that stays on a row picks it.

use crate::browser;
use crate::ids::ConversationId;
use crate::inbox::Inbox;
use std::cell::Cell;
use std::rc::Rc;
use std::sync::atomic::Ordering;
use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent, PointerEvent};

/// How long it has to stay, in milliseconds.
const LONG: u32 = 500;
/// How far it may tremble, in CSS pixels.
const NEAR: i32 = 10;

/// What is known of the finger.
#[derive(Clone)]
pub(crate) struct Press {
    inbox: Inbox,
    /// Counts touches; an earlier one's end does nothing.
    turn: Rc<Cell<u32>>,
    from: Rc<Cell<(i32, i32)>>,
}

impl Press {
    pub fn new(inbox: &Inbox) -> Self {
        Self {
            inbox: inbox.clone(),
            turn: Rc::default(),
            from: Rc::default(),
        }
    }

    fn next(&self) -> u32 {
        self.turn.set(self.turn.get().wrapping_add(1));
        self.turn.get()
    }

    /// Takes every event of a pointer over the list.
    pub fn take(&self, event: &PointerEvent) {
        let at = (event.client_x(), event.client_y());
        match event.type_().as_str() {
            "pointerdown" => {
                let turn = self.next();
                self.inbox
                    .picked
                    .was_pressed
                    .store(false, Ordering::Relaxed);
                let row = row_of(event);
                if let Some(id) = row.filter(|_| event.pointer_type() == "touch") {
                    self.from.set(at);
                    let press = self.clone();
                    browser::after(LONG, move || press.is_long(turn, &id));
                }
            }
            "pointermove" => {
                let (x, y) = self.from.get();
                if (at.0 - x).abs() > NEAR || (at.1 - y).abs() > NEAR {
                    self.next();
                }
            }
            _ => _ = self.next(),
        }
    }

    /// Where the system has a menu of its own for a long press, it comes first: this is what it was meant for here.
    pub fn take_menu(&self, event: &MouseEvent) {
        let is_touch = event
            .dyn_ref::<PointerEvent>()
            .is_some_and(|event| event.pointer_type() == "touch");
        if !is_touch {
            return;
        }
        event.prevent_default();
        if !self.inbox.picked.was_pressed.load(Ordering::Relaxed)
            && let Some(id) = row_of(event)
        {
            self.is_long(self.turn.get(), &id);
        }
    }

    fn is_long(&self, turn: u32, id: &ConversationId) {
        if turn == self.turn.get() {
            self.next();
            self.inbox.picked.was_pressed.store(true, Ordering::Relaxed);
            self.inbox.pick(id);
        }
    }
}

/// The conversation whose row an event is about.
fn row_of(event: &web_sys::Event) -> Option<ConversationId> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let row = target.closest("[data-conversation-id]").ok()??;
    ConversationId::parse(row.get_attribute("data-conversation-id")?)
}
