//! Where files come from: the picker, a drop, the clipboard.

use super::Plan;
use crate::browser::js;
use crate::drawn::{attr_if, class, listener};
use crate::i18n::{Key, label, t};
use crate::icons::Icon;
use crate::ids::ConversationId;
use crate::inbox::{Inbox, Phase};
use leptos::html::Input;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ClipboardEvent, DragEvent, File};

/// Adds the files of a list; says whether there were any.
fn take(inbox: &Inbox, id: &ConversationId, list: &JsValue) -> bool {
    let files: Vec<File> = js_sys::Array::from(list)
        .iter()
        .filter_map(|file| file.dyn_into().ok())
        .collect();
    for file in &files {
        let plan = Plan::of(&file.type_(), file.size());
        inbox.attach(id, file.name(), file.clone().into(), plan);
    }
    !files.is_empty()
}

/// The button that opens the picker.
#[component]
pub fn AttachButton(id: ConversationId) -> impl IntoView {
    let inbox = Inbox::expect();
    let input = NodeRef::<Input>::new();
    let disabled = {
        let phase = inbox.phase.clone();
        attr_if(move || phase.get() != Phase::Ready)
    };
    let open = listener(move |_| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    });
    let chosen = listener(move |_| {
        if let Some(input) = input.get_untracked() {
            take(&inbox, &id, &js::get(&input, "files"));
            // The same file can be chosen again.
            input.set_value("");
        }
    });
    view! {
        <input
            type="file"
            multiple
            hidden
            data-testid="file-picker"
            node_ref=input
            on:change=chosen
        />
        <button
            type="button"
            class="icon-button"
            data-testid="attach"
            aria-label=label(Key::AttachFiles)
            disabled=disabled
            on:click=open
        >
            {Icon::CLIP.draw()}
        </button>
    }
}

/// Takes the files of a clipboard. Where there are words as well, these are meant: office programs add a picture of them.
pub fn paste(inbox: &Inbox, id: &ConversationId, event: &ClipboardEvent) {
    let clipboard = js::get(event, "clipboardData");
    let types = js_sys::Array::from(&js::get(&clipboard, "types"));
    if !types.includes(&"text/plain".into(), 0) && take(inbox, id, &js::get(&clipboard, "files")) {
        event.prevent_default();
    }
}

/// A place that files can be dropped on, over the whole of its parent.
#[component]
pub fn DropZone(id: ConversationId, over: ArcRwSignal<bool>) -> impl IntoView {
    let inbox = Inbox::expect();
    let shown = class({
        let over = over.clone();
        move || over.get()
    });
    let leave = {
        let over = over.clone();
        listener(move |_: DragEvent| over.set(false))
    };
    let hold = listener(|event: DragEvent| event.prevent_default());
    let dropped = listener(move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        if inbox.has_session() {
            take(
                &inbox,
                &id,
                &js::get(&js::get(&event, "dataTransfer"), "files"),
            );
        }
    });
    view! {
        <div
            class="drop-zone"
            class:is-shown=shown
            aria-hidden="true"
            data-testid="drop-zone"
            on:dragleave=leave
            on:dragover=hold
            on:drop=dropped
        >
            {Icon::CLIP.draw()}
            <span>{t(Key::DropFiles)}</span>
        </div>
    }
}

impl Inbox {
    /// Files are dragged over a thread: the place to drop them on appears.
    pub(crate) fn drags(&self, event: &DragEvent, over: &ArcRwSignal<bool>) {
        let types = js::get(&js::get(event, "dataTransfer"), "types");
        if js_sys::Array::from(&types).includes(&"Files".into(), 0) && self.has_session() {
            event.prevent_default();
            over.set(true);
        }
    }
}
