//! What all these lists have in common on screen.

use super::{Asking, LIST, row_id};
use crate::drawn::{Drawn, attr, drawn, effect, listener};
use crate::i18n::{Key, label};
use leptos::prelude::*;
use std::sync::Arc;

/// Does something with the row of this index.
pub(crate) type Take = Arc<dyn Fn(usize) + Send + Sync>;

/// The box above the field. `inside` is what is in it now.
pub(crate) fn frame(test_id: &'static str, inside: Drawn) -> Drawn {
    // The focus stays where it is.
    let stay = listener(|event: web_sys::MouseEvent| event.prevent_default());
    drawn(view! {
        <div class="quick-menu" data-testid=test_id on:mousedown=stay>{inside}</div>
    })
}

/// Takes the row at which the keyboard is when a key of the field says so, as long as the list is there.
pub(crate) fn follow_keys(asking: &Asking, take: &Take) {
    // Only what is taken from now on.
    let before = asking.taken.get_untracked();
    let (asking, take) = (asking.clone(), Arc::clone(take));
    on_cleanup({
        let rows = asking.rows.clone();
        move || rows.set(0)
    });
    effect(move || {
        if asking.taken.get() > before {
            take(asking.at.get_untracked());
        }
    });
}

/// The rows to choose from; each is drawn already, but for what makes it a row.
pub(crate) fn draw_list(asking: &Asking, name: Key, rows: Vec<Drawn>, take: &Take) -> Drawn {
    let rows: Vec<Drawn> = rows
        .into_iter()
        .enumerate()
        .map(|(index, inside)| draw_row(asking, index, inside, take))
        .collect();
    drawn(view! {
        <ul class="quick-list" id=LIST role="listbox" aria-label=label(name)>{rows}</ul>
    })
}

fn draw_row(asking: &Asking, index: usize, inside: Drawn, take: &Take) -> Drawn {
    let is_at = {
        let at = asking.at.clone();
        attr(move || {
            let is_at = at.get() == index;
            if is_at {
                show_row(index);
            }
            Some(is_at.to_string())
        })
    };
    let take = Arc::clone(take);
    let choose = listener(move |_| take(index));
    drawn(view! {
        <li class="quick-row" id=row_id(index) role="option" aria-selected=is_at on:click=choose>{inside}</li>
    })
}

fn show_row(index: usize) {
    if let Some(row) = document().get_element_by_id(&row_id(index)) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        row.scroll_into_view_with_scroll_into_view_options(&options);
    }
}
