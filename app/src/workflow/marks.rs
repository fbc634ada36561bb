//! What a row of the list shows of the work on it.

use super::State;
use crate::conversations::{Conversation, hue, initials};
use crate::drawn::{Drawn, drawn, live};
use crate::i18n::{Key, fill};
use crate::icons::Icon;
use crate::inbox::Inbox;
use crate::labels::Label;
use leptos::prelude::*;

/// The labels of a row that are in the catalogue, in its order.
pub fn labels_of(inbox: &Inbox, row: &Conversation) -> Vec<Label> {
    inbox.labels.with(|known| {
        let worn = known.iter().filter(|label| row.labels.contains(&label.id));
        worn.cloned().collect()
    })
}

/// Pin, snooze, label dots, and whose it is; nothing where nothing was done.
pub fn marks(inbox: &Inbox, row: &ArcRwSignal<Conversation>) -> impl IntoView + use<> {
    let (inbox, row) = (inbox.clone(), row.clone());
    live(move || {
        row.with(|row| {
            let bare = !row.pinned && row.assignee.is_none() && row.labels.is_empty();
            if bare && row.state != State::Snoozed {
                return Drawn::NOTHING;
            }
            drawn(view! { <span class="row-marks">{marks_of(&inbox, row)}</span> })
        })
    })
}

fn marks_of(inbox: &Inbox, row: &Conversation) -> Vec<Drawn> {
    let mut marks: Vec<Drawn> = labels_of(inbox, row)
        .into_iter()
        .map(|label| {
            drawn(view! {
                <span class="label-dot" role="img" data-colour=label.colour.as_str() aria-label=label.name></span>
            })
        })
        .collect();
    let mark = |icon: Icon, words: String| {
        drawn(view! { <span class="row-mark" role="img" aria-label=words>{icon.draw()}</span> })
    };
    if row.state == State::Snoozed {
        let until = row.snoozed_until.unwrap_or_default();
        let words = super::words::until_words(&inbox.i18n, inbox.now.get(), until);
        marks.push(mark(Icon::CLOCK, words));
    }
    if row.pinned {
        marks.push(mark(Icon::PIN, inbox.i18n.text(Key::Pinned).to_owned()));
    }
    if let Some(assignee) = &row.assignee {
        let words = fill(inbox.i18n.text(Key::ActAssigned), "name", &assignee.name);
        let hue = hue(assignee.id.as_str()).to_string();
        let shown = initials(&assignee.name);
        marks.push(drawn(view! {
            <span class="avatar row-assignee" role="img" aria-label=words style:--hue=hue>{shown}</span>
        }));
    }
    marks
}
