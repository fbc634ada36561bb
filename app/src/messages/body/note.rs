//! A note for colleagues.

use super::words::words_calling;
use crate::drawn::{Drawn, drawn};
use crate::i18n::Key;
use crate::icons::Icon;
use crate::inbox::Inbox;
use crate::notes::Note;
use leptos::prelude::*;

/// Who wrote it, that nobody else sees it, and its words.
pub fn note(inbox: &Inbox, note: &Note, text: &str) -> Drawn {
    let i18n = &inbox.i18n;
    let author = note.author.as_ref().map(|author| author.name.clone());
    let author = author.unwrap_or_else(|| i18n.text(Key::Team).to_owned());
    let names: Vec<&str> = note.mentions.iter().map(|it| it.name.as_str()).collect();
    drawn(view! {
        <span class="note-head">
            {Icon::LOCK.draw()}
            <bdi class="note-author">{author}</bdi>
            <span class="note-hint">{i18n.text(Key::OnlyTeam)}</span>
        </span>
        {words_calling(text, &names)}
    })
}
