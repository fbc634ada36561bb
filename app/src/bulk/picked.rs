//! Which rows are picked, and how they come to be.

use super::bar_part;
use crate::browser;
use crate::context::Flags;
use crate::conversations::Conversation;
use crate::drawn::{Drawn, attr, drawn, listener, live_on};
use crate::i18n::{Key, fill};
use crate::ids::ConversationId;
use crate::inbox::{Inbox, lock};
use crate::on_demand::on_demand;
use crate::workflow::Menu;
use leptos::prelude::*;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// The rows that are picked. Only rows that are in the list: what leaves it is picked no more, so nothing happens to what nobody sees.
#[derive(Default)]
pub struct Picked {
    /// Which, in no order.
    pub ids: ArcRwSignal<Vec<ConversationId>>,
    /// The menu of what can be done with them that is open.
    pub(crate) menu: ArcRwSignal<Option<Menu>>,
    /// The other end of a range: the row that was picked last by itself.
    anchor: Mutex<Option<ConversationId>>,
    /// A long press picked a row, and the click that the browser makes of it is still to come.
    pub(super) was_pressed: AtomicBool,
}

impl Picked {
    /// True while rows are picked, tracked.
    pub fn is_on(&self) -> bool {
        self.ids.with(|ids| !ids.is_empty())
    }
}

impl Inbox {
    /// True where rows can be picked: there is a list, and something may be done with it.
    pub(crate) fn can_pick(&self) -> bool {
        self.can_search() && !self.context.has(Flags::READ_ONLY) && !untrack(|| self.search.is_on())
    }

    /// Picks a row, or no longer.
    pub(crate) fn pick(&self, id: &ConversationId) {
        if !self.can_pick() || !self.engine().list().shows(id) {
            return;
        }
        *lock(&self.picked.anchor) = Some(id.clone());
        self.at_row.set(Some(id.clone()));
        self.show_whole_list();
        if !untrack(|| self.picked.is_on()) {
            self.picked.menu.set(None);
        }
        self.picked.ids.update(|ids| {
            let held = ids.len();
            ids.retain(|other| other != id);
            if ids.len() == held {
                ids.push(id.clone());
            }
        });
    }

    /// Picks all rows from the one that was picked last as far as this one.
    pub(crate) fn pick_as_far_as(&self, id: &ConversationId) {
        let anchor = lock(&self.picked.anchor).clone();
        let range: Vec<ConversationId> = {
            let engine = self.engine();
            let order = engine.list().order();
            let at = |id: &ConversationId| order.iter().position(|other| other == id);
            match (anchor.as_ref().and_then(at), at(id)) {
                (Some(from), Some(to)) => order[from.min(to)..=from.max(to)].to_vec(),
                _ => Vec::new(),
            }
        };
        if range.is_empty() || !untrack(|| self.picked.is_on()) {
            return self.pick(id);
        }
        self.at_row.set(Some(id.clone()));
        self.picked.ids.update(|ids| {
            for id in range {
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
        });
    }

    /// Picks all rows that are shown.
    pub(super) fn pick_all(&self) {
        let all = self.engine().list().order().to_vec();
        self.picked.ids.set(all);
    }

    /// Picks the row that the keyboard is at, or no longer.
    pub(crate) fn pick_current(&self) {
        let at = self.at_row.get_untracked();
        let first = || self.engine().list().order().first().cloned();
        if let Some(id) = at.or_else(first) {
            self.pick(&id);
        }
    }

    /// Picks the current row and one more, `by` rows on.
    pub(crate) fn pick_on(&self, by: isize) {
        if !untrack(|| self.picked.is_on()) {
            self.pick_current();
        }
        if self.move_row(by).is_some()
            && let Some(id) = self.at_row.get_untracked()
        {
            self.pick_as_far_as(&id);
        }
    }

    /// Whether a click on a row was about picking it, and was taken.
    pub(crate) fn picks_by(&self, event: &web_sys::MouseEvent, id: &ConversationId) -> bool {
        if self.picked.was_pressed.swap(false, Ordering::Relaxed) {
            return true;
        }
        if !self.can_pick() {
            return false;
        }
        if event.shift_key() {
            self.pick_as_far_as(id);
            return true;
        }
        // With a finger there is no box to hit; whoever has begun to pick goes on.
        let picks = untrack(|| self.picked.is_on()) && browser::has_touch();
        let takes = picks || event.ctrl_key() || event.meta_key();
        if takes {
            self.pick(id);
        }
        takes
    }

    /// Nothing is picked any more.
    pub(crate) fn end_picking(&self) {
        *lock(&self.picked.anchor) = None;
        if untrack(|| self.picked.is_on()) {
            self.picked.ids.set(Vec::new());
        }
    }

    /// What has left the list is picked no more.
    pub(crate) fn keep_picked_shown(&self) {
        let held = self.picked.ids.get_untracked();
        if held.is_empty() {
            return;
        }
        let shown: Vec<ConversationId> = {
            let engine = self.engine();
            let list = engine.list();
            let shown = held.iter().filter(|id| list.shows(id));
            shown.cloned().collect()
        };
        if shown.len() != held.len() {
            self.picked.ids.set(shown);
        }
    }

    /// The bar of what can be done, and what a screen reader is told of it.
    pub(crate) fn pick_bar(&self) -> Drawn {
        let words = {
            let inbox = self.clone();
            move || {
                let count = inbox.picked.ids.with(Vec::len);
                (count > 0).then(|| inbox.i18n.count(Key::Picked, count))
            }
        };
        let is_on = {
            let inbox = self.clone();
            move || inbox.picked.is_on().then(String::new)
        };
        let bar = {
            let inbox = self.clone();
            live_on(is_on, move |_| {
                drawn(view! { <div class="pick-place">{on_demand(inbox.clone(), bar_part)}</div> })
            })
        };
        drawn(view! {
            // Always there: what comes into it is read out.
            <p class="for-readers" role="status">{live_on(words, drawn)}</p>
            {bar}
        })
    }
}

/// The box at the start of a row.
#[component]
pub fn PickBox(id: ConversationId, row: ArcRwSignal<Conversation>) -> impl IntoView {
    let inbox = Inbox::expect();
    let checked = {
        let (inbox, id) = (inbox.clone(), id.clone());
        attr(move || {
            let is_picked = inbox.picked.ids.with(|ids| ids.contains(&id));
            Some(if is_picked { "true" } else { "false" }.to_owned())
        })
    };
    let name = {
        let inbox = inbox.clone();
        attr(move || {
            let name = row.with(|row| row.contact.label());
            Some(fill(inbox.i18n.text(Key::PickRow), "name", &name))
        })
    };
    let tabindex = {
        let (inbox, id) = (inbox.clone(), id.clone());
        attr(move || Some(if inbox.is_tab_stop(&id) { "0" } else { "-1" }.to_owned()))
    };
    let pick = listener(move |event: web_sys::MouseEvent| {
        if event.shift_key() {
            inbox.pick_as_far_as(&id);
        } else {
            inbox.pick(&id);
        }
    });
    view! {
        <button
            type="button"
            class="pick-box"
            role="checkbox"
            data-testid="pick"
            aria-checked=checked
            aria-label=name
            tabindex=tabindex
            on:click=pick
        ></button>
    }
}
