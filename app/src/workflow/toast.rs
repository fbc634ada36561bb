//! What was done last, with a way back, for a few seconds.

use super::Work;
use super::acting::Deed;
use crate::drawn::{Drawn, drawn, listener, live};
use crate::i18n::{Key, t};
use crate::inbox::Inbox;
use crate::on_demand::{Part, on_demand};
use leptos::prelude::*;
use leptos::wasm_split::wasm_split;

const fn said(work: &Work) -> Key {
    match work {
        Work::Resolve => Key::ActResolved,
        Work::Reopen => Key::ActReopened,
        _ => Key::Done,
    }
}

/// The line at the lower edge.
#[component]
pub fn Toast() -> impl IntoView {
    let inbox = Inbox::expect();
    // The region is always there: what comes into it is read out.
    view! {
        <div role="status">
            {live(move || {
                let deed = inbox.deed.get();
                deed.map(|deed| on_demand((inbox.clone(), deed), toast_part))
            })}
        </div>
    }
}

/// Leads to the line. It comes of what is done in a thread, so what draws that is there.
#[wasm_split(thread, wasm_split_path = ::leptos::wasm_split, fallible)]
#[allow(
    clippy::unnecessary_wraps,
    reason = "what the macro makes of it can fail"
)]
pub fn toast_part() -> Part<(Inbox, Deed)> {
    Ok(draw)
}

fn draw((inbox, deed): (Inbox, Deed)) -> Drawn {
    let failed = deed.failure.is_some();
    let words = deed.failure.unwrap_or_else(|| match deed.count {
        0 | 1 => inbox.i18n.text(said(&deed.work)).to_owned(),
        count => inbox.i18n.count(Key::DoneWithMany, count),
    });
    let back = (!deed.back.is_empty()).then(|| {
        drawn(view! {
            <button type="button" class="link-button" on:click=listener(move |_| inbox.undo_deed())>
                {t(Key::Undo)}
            </button>
        })
    });
    drawn(view! {
        <div class="toast" class:is-failure=failed data-testid="toast">
            <span dir="auto">{words}</span>
            {Drawn::from(back)}
        </div>
    })
}
