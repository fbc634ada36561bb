//! What single keys do with conversations: with those that are picked, or else the open one, or else the row that the keyboard is at.

use super::{Menu, State, Work};
use crate::browser;
use crate::context::Flags;
use crate::error::ApiError;
use crate::ids::ConversationId;
use crate::inbox::{Inbox, Phase};
use crate::on_demand::NotLoaded;
use futures::FutureExt;
use leptos::prelude::*;
use leptos::wasm_split::wasm_split;

/// What a key asks for.
#[derive(Debug, Clone, Copy)]
pub enum Order {
    /// Done with, or not any more if all of them are.
    ResolveOrReopen,
    /// As if nobody had looked.
    MarkUnread,
    /// The menu: of the open conversation, or of what is picked. The row that the keyboard is at is picked for it.
    Open(Menu),
}

/// Leads to what does it. Most of that is done in a thread, so it comes with that.
#[wasm_split(thread, wasm_split_path = ::leptos::wasm_split, fallible)]
#[allow(
    clippy::unnecessary_wraps,
    reason = "what the macro makes of it can fail"
)]
fn order_part() -> Result<fn(&Inbox, Order), NotLoaded> {
    Ok(follow)
}

fn follow(inbox: &Inbox, order: Order) {
    match order {
        Order::ResolveOrReopen => inbox.resolve_or_reopen(),
        Order::MarkUnread => inbox.work_on(inbox.at_hand(), Work::Unread),
        Order::Open(menu) => inbox.open_work_menu(menu),
    }
}

impl Inbox {
    /// Does what a key asks for.
    pub(crate) fn take_order(&self, order: Order) {
        // Where it is there already, nothing comes in between.
        let mut leading = Box::pin(order_part());
        if let Some(Ok(follow)) = (&mut leading).now_or_never() {
            follow(self, order);
            return;
        }
        let inbox = self.clone();
        browser::spawn(async move {
            match order_part().await {
                Ok(follow) => follow(&inbox, order),
                Err(NotLoaded) => inbox.tell_failure(&ApiError::transport()),
            }
        });
    }

    /// True if there is something to work on, and one may.
    pub(crate) fn can_work(&self) -> bool {
        self.phase.get_untracked() == Phase::Ready
            && !self.context.has(Flags::READ_ONLY)
            && !self.at_hand().is_empty()
    }

    fn at_hand(&self) -> Vec<ConversationId> {
        let picked = self.picked.ids.get_untracked();
        if !picked.is_empty() {
            return picked;
        }
        if let Some(open) = self.open.get_untracked() {
            return vec![open];
        }
        let at = self.at_row.get_untracked();
        at.filter(|id| self.can_pick() && self.engine().list().shows(id))
            .into_iter()
            .collect()
    }

    fn resolve_or_reopen(&self) {
        let ids = self.at_hand();
        let is_done = {
            let engine = self.engine();
            let list = engine.list();
            let state = |id| list.row(id).map(|row| row.state);
            ids.iter().all(|id| state(id) == Some(State::Resolved))
        };
        self.work_on(ids, if is_done { Work::Reopen } else { Work::Resolve });
    }

    fn open_work_menu(&self, menu: Menu) {
        let picks = untrack(|| self.picked.is_on());
        if !picks && self.open.with_untracked(Option::is_some) {
            self.menu.set(Some(menu));
            return;
        }
        if !picks {
            self.pick_current();
        }
        self.picked.menu.set(Some(menu));
    }

    fn work_on(&self, ids: Vec<ConversationId>, work: Work) {
        let picks = untrack(|| self.picked.is_on());
        if let (false, Some(open)) = (picks, self.open.get_untracked()) {
            self.work(&open, work);
            return;
        }
        let at = self.at_row.get_untracked();
        let place = {
            let engine = self.engine();
            let order = engine.list().order();
            order.iter().position(|id| Some(id) == at.as_ref())
        };
        let inbox = self.clone();
        browser::spawn(async move {
            if !inbox.carry_out(&ids, &work, true).await {
                return;
            }
            inbox.end_picking();
            // The row may have left the list: then the next one is in its place.
            let next = {
                let engine = inbox.engine();
                let list = engine.list();
                let stays = at.as_ref().is_some_and(|id| list.shows(id));
                let end = list.order().len().saturating_sub(1);
                let next = list.order().get(place.unwrap_or(0).min(end)).cloned();
                next.filter(|_| !stays)
            };
            if next.is_some() {
                inbox.at_row.set(next);
            }
            inbox.focus_row();
        });
    }
}
