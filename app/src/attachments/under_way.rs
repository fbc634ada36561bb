//! A file in the bubble of a message that is under way.

use super::Attachment;
use super::cards::progress;
use crate::drawn::{Drawn, drawn};
use crate::icons::Icon;
use crate::inbox::Inbox;
use crate::messages::{Media, name_of};
use leptos::prelude::*;

/// The file as this page has it, with how much of it has gone. `room` keeps the place of a picture.
pub fn under_way(
    inbox: &Inbox,
    kind: &str,
    media: &Media,
    file: &Attachment,
    room: Drawn,
) -> Drawn {
    let name = inbox.i18n.text(name_of(kind));
    let bar = progress(inbox, file);
    if let Some(preview) = file.preview().filter(|_| kind == "image") {
        let preview = preview.to_owned();
        return drawn(view! {
            <span class="picture is-under-way">
                {room}
                <img src=preview alt=name />
                {bar}
            </span>
        });
    }
    let title = media.file_name.clone().filter(|name| !name.is_empty());
    drawn(view! {
        <span class="card">
            {Icon::of_kind(kind).draw()}
            <span class="card-words">
                <span class="card-title" dir="auto">{title.unwrap_or_else(|| name.to_owned())}</span>
                {bar}
            </span>
        </span>
    })
}
