//! One row of what is looked at apart from the thread: a picture, a document, something that was done.

use super::Shelf;
use crate::drawn::{Drawn, attr, drawn, listener, live};
use crate::i18n::{Key, dates, label};
use crate::icons::Icon;
use crate::ids::MessageId;
use crate::inbox::Inbox;
use crate::media::MediaLink;
use crate::messages::{Media, MediaState, Message, name_of, size_words};
use crate::workflow::activity_words;
use leptos::prelude::*;

/// The id of what leads from a row to its message.
pub(super) fn row_id(message: &MessageId) -> String {
    ["shelf-", message.as_str()].concat()
}

/// The row of a message.
pub(super) fn shelf_row(inbox: &Inbox, shelf: Shelf, message: &Message) -> Drawn {
    let content = message.content.as_ref();
    match shelf {
        Shelf::Activity => {
            let activity = content.and_then(|content| content.activity.as_ref());
            let (i18n, now) = (&inbox.i18n, inbox.now.get_untracked());
            let words = activity.map(|activity| activity_words(i18n, now, activity));
            activity_row(inbox, message, words.unwrap_or_default())
        }
        Shelf::Media | Shelf::Files => {
            let Some(media) = content.and_then(|content| content.media.as_ref()) else {
                return Drawn::NOTHING;
            };
            if shelf == Shelf::Media {
                tile(inbox, message, media)
            } else {
                file_row(inbox, message, media)
            }
        }
    }
}

/// When it was, in the reader's words.
fn when(inbox: &Inbox, message: &Message) -> String {
    dates::relative(
        inbox.i18n.locale(),
        inbox.now.get_untracked(),
        message.sent_at,
    )
}

fn to_message(inbox: &Inbox, message: &Message) -> Box<dyn FnMut(web_sys::MouseEvent)> {
    let (inbox, id) = (inbox.clone(), message.id.clone());
    listener(move |_| {
        // Where the details lie over the thread, they would hide it.
        inbox.details.set(false);
        inbox.jump_to(id.clone(), true);
    })
}

fn address(
    inbox: &Inbox,
    media: &Media,
    read: fn(&MediaLink) -> Option<String>,
) -> Box<dyn FnMut() -> Option<String> + Send> {
    let link = (media.state == MediaState::Ready).then(|| inbox.media_link(&media.id));
    attr(move || link.as_ref()?.with(|link| link.as_ref().and_then(read)))
}

/// A picture, or the first picture of a film.
fn tile(inbox: &Inbox, message: &Message, media: &Media) -> Drawn {
    let is_film = message.kind == "video";
    let name = [
        inbox.i18n.text(name_of(&message.kind)),
        ", ",
        &when(inbox, message),
    ]
    .concat();
    let name = match message.text.as_deref().map(str::trim) {
        Some(text) if !text.is_empty() => [&name, ", ", text].concat(),
        _ => name,
    };
    let has_picture = media.state == MediaState::Ready && (media.thumbnail || !is_film);
    let picture = if has_picture {
        let shown = address(inbox, media, |link| {
            Some(link.thumbnail.clone().unwrap_or_else(|| link.url.clone()))
        });
        let renew = {
            let (inbox, id) = (inbox.clone(), media.id.clone());
            listener(move |_: web_sys::ErrorEvent| inbox.renew_media_link(&id))
        };
        drawn(view! { <img src=shown alt="" loading="lazy" on:error=renew /> })
    } else {
        drawn(Icon::of_kind(&message.kind).draw())
    };
    // What has not come can be looked for in the thread only.
    let view = if media.state == MediaState::Ready {
        let (inbox, message) = (inbox.clone(), message.clone());
        listener(move |_| inbox.view(message.clone()))
    } else {
        to_message(inbox, message)
    };
    let mark =
        is_film.then(|| drawn(view! { <span class="details-film">{Icon::PLAY.draw()}</span> }));
    drawn(view! {
        <li>
            <button
                type="button"
                class="details-tile"
                id=row_id(&message.id)
                data-testid="details-tile"
                aria-label=name
                on:click=view
            >
                {picture}
                {Drawn::from(mark)}
            </button>
        </li>
    })
}

/// A document: its name saves it, and a button leads to its message.
fn file_row(inbox: &Inbox, message: &Message, media: &Media) -> Drawn {
    let name = media
        .file_name
        .clone()
        .filter(|name| !name.trim().is_empty());
    let name = name.unwrap_or_else(|| inbox.i18n.text(Key::Document).to_owned());
    let mut about = when(inbox, message);
    if let Some(size) = media.size {
        about = [&size_words(inbox, size), " · ", &about].concat();
    }
    // What has not come, or never will, can be looked for in the thread only.
    let link = (media.state == MediaState::Ready).then(|| inbox.media_link(&media.id));
    let title = {
        let name = name.clone();
        live(move || {
            let name = name.clone();
            let link = link.as_ref().and_then(|link| link.get());
            match link {
                Some(link) => drawn(
                    view! { <a class="details-line" dir="auto" href=link.download download>{name}</a> },
                ),
                None => drawn(view! { <span class="details-line" dir="auto">{name}</span> }),
            }
        })
    };
    let show = [inbox.i18n.text(Key::ShowInThread), ": ", &name].concat();
    drawn(view! {
        <li class="details-file" data-testid="details-file">
            {Icon::FILE.draw()}
            <span class="details-other-words">
                {title}
                <span class="details-line details-small">{about}</span>
            </span>
            <button
                type="button"
                class="icon-button"
                id=row_id(&message.id)
                aria-label=show
                title=label(Key::ShowInThread)
                on:click=to_message(inbox, message)
            >
                {Icon::CHAT.draw()}
            </button>
        </li>
    })
}

fn activity_row(inbox: &Inbox, message: &Message, words: String) -> Drawn {
    let time = when(inbox, message);
    drawn(view! {
        <li>
            <button
                type="button"
                class="details-done"
                id=row_id(&message.id)
                data-testid="details-done"
                title=label(Key::ShowInThread)
                on:click=to_message(inbox, message)
            >
                <span dir="auto">{words}</span>
                <span class="details-small">{time}</span>
            </button>
        </li>
    })
}
