//! What a row of the list shows of the work on it.

use super::State;
use crate::conversations::{Conversation, hue, initials};
use crate::drawn::{Drawn, drawn, live_on};
use crate::i18n::{Key, fill};
use crate::icons::Icon;
use crate::ids::LabelId;
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
    let inbox = inbox.clone();
    let (work, row) = (row.clone(), row.clone());
    live_on(
        move || work.with(work_on),
        move |_| {
            row.with_untracked(|row| {
                drawn(view! { <span class="row-marks">{marks_of(&inbox, row)}</span> })
            })
        },
    )
}

/// What was done with a conversation, as one text that differs where that differs: messages come far more often than work is done, and
/// draw nothing of this anew.
fn work_on(row: &Conversation) -> Option<String> {
    let bare = !row.pinned && row.assignee.is_none() && row.labels.is_empty();
    if bare && row.state != State::Snoozed {
        return None;
    }
    let until = (row.state == State::Snoozed).then(|| row.snoozed_until.unwrap_or_default());
    let until = until.map(|until| until.to_string()).unwrap_or_default();
    let mut said = vec![if row.pinned { "pinned" } else { "" }, &until];
    if let Some(one) = &row.assignee {
        said.extend([one.id.as_str(), &one.name]);
    }
    said.extend(row.labels.iter().map(LabelId::as_str));
    Some(said.join("\n"))
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
