//! Who else is here, above the composer.

use super::{Doing, Here};
use crate::drawn::{Drawn, attr, drawn, memo, text};
use crate::i18n::{Key, fill};
use crate::icons::Icon;
use crate::ids::ConversationId;
use crate::inbox::Inbox;
use leptos::prelude::*;
use std::sync::atomic::Ordering;

/// How many are named; of the others it is said how many they are.
const NAMED: usize = 3;

/// The line. It is there at all times, so that screen readers hear what changes in it.
pub(crate) fn draw(inbox: &Inbox, id: &ConversationId) -> Drawn {
    let types = {
        let (inbox, id) = (inbox.clone(), id.clone());
        memo(move || names(&inbox, &id, Doing::Typing))
    };
    let doing = {
        let types = types.clone();
        attr(move || types.with(Option::is_some).then(|| "typing".to_owned()))
    };
    let (inbox, id) = (inbox.clone(), id.clone());
    let words = text(move || {
        if let Some(names) = types.get() {
            let words = fill(inbox.i18n.text(Key::ColleagueTypes), "name", &names);
            if inbox.is_read_only.load(Ordering::Relaxed) {
                return words;
            }
            return [&words, ". ", inbox.i18n.text(Key::AnswersMayCross)].concat();
        }
        names(&inbox, &id, Doing::Looking)
            .map(|names| fill(inbox.i18n.text(Key::ColleagueLooks), "name", &names))
            .unwrap_or_default()
    });
    drawn(view! {
        <p class="others-here" role="status" data-doing=doing data-testid="others-here">
            {Icon::ALERT.draw()}
            <span dir="auto">{words}</span>
        </p>
    })
}

/// Those who do this here, in one line; `None` where nobody does.
fn names(inbox: &Inbox, id: &ConversationId, doing: Doing) -> Option<String> {
    let here: Vec<Here> = inbox.presence.at(id);
    let all: Vec<&str> = here
        .iter()
        .filter(|it| it.doing == doing)
        .map(|it| it.operator.name.as_str())
        .collect();
    let named = all.get(..NAMED).unwrap_or(&all).join(", ");
    match all.len() {
        0 => None,
        count if count > NAMED => Some([&named, " +", &inbox.i18n.number(count - NAMED)].concat()),
        _ => Some(named),
    }
}
