//! The frame of a dialog over the inbox: how it opens, its head, and how one leaves it.

use crate::drawn::{Drawn, drawn, effect, listener};
use crate::i18n::{Key, label, t};
use crate::icons::Icon;
use leptos::html;
use leptos::prelude::*;
use std::rc::Rc;

/// A dialog, before it is drawn.
pub struct Dialog {
    name: Key,
    class: &'static str,
    test_id: &'static str,
    node: NodeRef<html::Dialog>,
    closed: Box<dyn Fn()>,
    step_back: Option<Rc<dyn Fn()>>,
    toggle: Option<&'static str>,
}

impl Dialog {
    /// `class` is what the stylesheet knows it by; `closed` runs once it is no more, however that came about.
    pub fn new(
        name: Key,
        class: &'static str,
        test_id: &'static str,
        node: NodeRef<html::Dialog>,
        closed: impl Fn() + 'static,
    ) -> Self {
        Self {
            name,
            class,
            test_id,
            node,
            closed: Box::new(closed),
            step_back: None,
            toggle: None,
        }
    }

    /// Escape goes one step back, where it would close the dialog otherwise.
    pub fn stepping_back(mut self, step: impl Fn() + 'static) -> Self {
        self.step_back = Some(Rc::new(step));
        self
    }

    /// The key that opened it closes it, too.
    pub const fn toggled_by(mut self, key: &'static str) -> Self {
        self.toggle = Some(key);
        self
    }

    /// The dialog, with its name and a button to close it above `body`.
    pub fn draw(self, body: Drawn) -> Drawn {
        let (node, name, toggle) = (self.node, self.name, self.toggle);
        effect(move || {
            if let Some(dialog) = node.get() {
                // The browser keeps the focus inside from here on, and gives it back in the end.
                _ = dialog.show_modal();
            }
        });
        let key = {
            let step_back = self.step_back.clone();
            listener(move |event: web_sys::KeyboardEvent| {
                if event.is_composing() {
                    return;
                }
                let key = event.key();
                if key == "Escape"
                    && let Some(step_back) = &step_back
                {
                    event.prevent_default();
                    step_back();
                } else if toggle == Some(key.as_str()) {
                    event.prevent_default();
                    close(node);
                }
            })
        };
        // Escape where nothing has the focus: what had it was switched off, or has gone.
        let cancel = {
            let step_back = self.step_back;
            listener(move |event: web_sys::Event| {
                if let Some(step_back) = &step_back {
                    event.prevent_default();
                    step_back();
                }
            })
        };
        let leave = listener(move |_| close(node));
        let closed = self.closed;
        let closed = listener(move |_: web_sys::Event| closed());
        drawn(view! {
            <dialog
                class=self.class
                aria-label=label(name)
                data-testid=self.test_id
                node_ref=node
                on:keydown=key
                on:cancel=cancel
                on:close=closed
            >
                <header class="dialog-head">
                    <h2>{t(name)}</h2>
                    <button type="button" class="icon-button" aria-label=label(Key::Close) on:click=leave>
                        {Icon::CLOSE.draw()}
                    </button>
                </header>
                {body}
            </dialog>
        })
    }
}

/// Closes a dialog; what it is to do then is its own.
pub fn close(node: NodeRef<html::Dialog>) {
    if let Some(dialog) = node.get_untracked() {
        dialog.close();
    }
}
