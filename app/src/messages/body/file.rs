//! Pictures, films, recordings and other files.

use super::sound::player;
use crate::attachments::under_way;
use crate::drawn::{Drawn, attr, drawn, listener};
use crate::i18n::Key;
use crate::icons::Icon;
use crate::ids::MediaId;
use crate::inbox::Inbox;
use crate::media::MediaLink;
use crate::messages::{Media, MediaState, name_of};
use leptos::prelude::*;

/// The largest box of a picture, in CSS pixels.
const BOX: (u32, u32) = (320, 340);
/// The largest box of a sticker.
const STICKER: (u32, u32) = (160, 160);
/// Its box, where nobody knows its size, or not yet.
const UNKNOWN: (u32, u32) = (280, 180);

/// A file of a message of this kind, in the reader's language; tracks it.
pub fn file(inbox: &Inbox, kind: &str, media: &Media) -> Drawn {
    match media.state {
        MediaState::Failed => failed(inbox, kind, media),
        MediaState::Pending => {
            if let Some(own) = inbox.uploads.of(&media.id) {
                return under_way(inbox, kind, media, &own, room(kind, media));
            }
            match shape(kind, media) {
                Shape::Picture | Shape::Film => pending_picture(inbox, kind, media),
                Shape::Sound | Shape::Paper => row(inbox, kind, media, None),
            }
        }
        MediaState::Ready => {
            let link = inbox.media_link(&media.id);
            match shape(kind, media) {
                Shape::Picture => picture(inbox, kind, media, link),
                Shape::Film => film(inbox, kind, media, link),
                Shape::Sound => player(inbox, media, &link),
                Shape::Paper => row(inbox, kind, media, Some(link)),
            }
        }
    }
}

pub(super) type Link = ArcRwSignal<Option<MediaLink>>;

enum Shape {
    Picture,
    Film,
    Sound,
    Paper,
}

/// How a file is shown: as what it was sent for, where a browser can show it so. The header of a template goes by the type alone.
fn shape(kind: &str, media: &Media) -> Shape {
    let family = media.mime_type.split('/').next().unwrap_or_default();
    match (kind, family) {
        ("document", _) => Shape::Paper,
        ("sticker", _) | (_, "image") => Shape::Picture,
        (_, "video") => Shape::Film,
        (_, "audio") => Shape::Sound,
        _ => Shape::Paper,
    }
}

/// The box in which a picture stands: of its own shape, and no larger than there is room.
pub(super) fn box_of(kind: &str, width: Option<u32>, height: Option<u32>) -> (u32, u32) {
    let (most_wide, most_high) = if kind == "sticker" { STICKER } else { BOX };
    let (Some(width), Some(height)) = (width.filter(|w| *w > 0), height.filter(|h| *h > 0)) else {
        return if kind == "sticker" { STICKER } else { UNKNOWN };
    };
    let (wide, high) = (u64::from(width), u64::from(height));
    let (most_wide, most_high) = (u64::from(most_wide), u64::from(most_high));
    let (wide, high) = if wide * most_high > high * most_wide {
        let wide = wide.min(most_wide);
        (wide, wide * u64::from(height) / u64::from(width))
    } else {
        let high = high.min(most_high);
        (high * u64::from(width) / u64::from(height), high)
    };
    // A thread of pixels could not be seen, nor pressed.
    let fit = |side: u64, most: u64| u32::try_from(side.clamp(48, most)).unwrap_or(48);
    (fit(wide, most_wide), fit(high, most_high))
}

/// Keeps the place of a picture, whatever the width of the thread.
fn room(kind: &str, media: &Media) -> Drawn {
    let (wide, high) = box_of(kind, media.width, media.height);
    let (wide, high) = (wide.to_string(), high.to_string());
    let view = ["0 0 ", &wide, " ", &high].concat();
    drawn(view! { <svg class="room" width=wide height=high viewBox=view aria-hidden="true"></svg> })
}

pub(super) fn address(
    link: &Link,
    read: fn(&MediaLink) -> String,
) -> Box<dyn FnMut() -> Option<String> + Send> {
    let link = link.clone();
    attr(move || link.with(|link| link.as_ref().map(read)))
}

/// An address lives for minutes: one that does not work any more is asked for anew.
pub(super) fn renews(inbox: &Inbox, id: &MediaId) -> Box<dyn FnMut(web_sys::ErrorEvent)> {
    let (inbox, id) = (inbox.clone(), id.clone());
    listener(move |_| inbox.renew_media_link(&id))
}

fn pending_picture(inbox: &Inbox, kind: &str, media: &Media) -> Drawn {
    let words = inbox.i18n.text(Key::Loading);
    drawn(view! {
        <span class="picture is-pending" role="status" aria-label=words>{room(kind, media)}</span>
    })
}

fn picture(inbox: &Inbox, kind: &str, media: &Media, link: Link) -> Drawn {
    let name = inbox.i18n.text(name_of(kind));
    let whole = address(&link, |link| link.url.clone());
    // A sticker may move, and its small picture does not.
    let shown = if kind == "sticker" {
        address(&link, |link| link.url.clone())
    } else {
        address(&link, |link| {
            link.thumbnail.clone().unwrap_or_else(|| link.url.clone())
        })
    };
    let class = if kind == "sticker" {
        "picture is-sticker"
    } else {
        "picture"
    };
    // With a key held, or another button, it is the browser's link that it is.
    let view = {
        let (inbox, id) = (inbox.clone(), media.id.clone());
        listener(move |event: web_sys::MouseEvent| {
            let is_plain = !(event.ctrl_key() || event.meta_key() || event.shift_key());
            if is_plain && inbox.view_file(&id) {
                event.prevent_default();
            }
        })
    };
    drawn(view! {
        <a class=class href=whole target="_blank" rel="noopener noreferrer" data-testid="picture" on:click=view>
            {room(kind, media)}
            <img src=shown alt=name on:error=renews(inbox, &media.id) />
        </a>
    })
}

fn film(inbox: &Inbox, kind: &str, media: &Media, link: Link) -> Drawn {
    let name = inbox.i18n.text(name_of(kind));
    let film = address(&link, |link| link.url.clone());
    let enlarge = inbox.i18n.text(Key::Enlarge);
    let view = {
        let (inbox, id) = (inbox.clone(), media.id.clone());
        listener(move |_| _ = inbox.view_file(&id))
    };
    let poster = address(&link, |link| link.thumbnail.clone().unwrap_or_default());
    drawn(view! {
        <span class="picture">
            {room(kind, media)}
            <video
                controls
                preload="metadata"
                aria-label=name
                src=film
                poster=poster
                data-testid="film"
                on:error=renews(inbox, &media.id)
            ></video>
            <button type="button" class="icon-button film-enlarge" aria-label=enlarge on:click=view>
                {Icon::EXPAND.draw()}
            </button>
        </span>
    })
}

/// A file by its name; with a link it can be saved.
fn row(inbox: &Inbox, kind: &str, media: &Media, link: Option<Link>) -> Drawn {
    let words = row_words(inbox, kind, media, link.is_none());
    let inner = drawn(view! {
        {Icon::of_kind(kind).draw()}
        {words}
    });
    match link {
        Some(link) => {
            let saved = address(&link, |link| link.download.clone());
            drawn(view! {
                <a class="card" href=saved data-testid="file" download>{inner}</a>
            })
        }
        None => drawn(view! { <span class="card is-pending" role="status">{inner}</span> }),
    }
}

fn row_words(inbox: &Inbox, kind: &str, media: &Media, pending: bool) -> Drawn {
    let name = media
        .file_name
        .clone()
        .filter(|name| !name.trim().is_empty());
    let name = name.unwrap_or_else(|| inbox.i18n.text(name_of(kind)).to_owned());
    let mut about = short_type(&media.mime_type);
    if let Some(size) = media.size {
        if !about.is_empty() {
            about.push_str(" · ");
        }
        about.push_str(&size_words(inbox, size));
    }
    if pending {
        about.clear();
        about.push_str(inbox.i18n.text(Key::Loading));
    }
    drawn(view! {
        <span class="card-words">
            <span class="card-title" dir="auto">{name}</span>
            <span class="card-line">{about}</span>
        </span>
    })
}

fn failed(inbox: &Inbox, kind: &str, media: &Media) -> Drawn {
    let again = {
        let (inbox, id) = (inbox.clone(), media.id.clone());
        listener(move |_| inbox.fetch_media_again(&id))
    };
    let sentence = media.failure.clone().unwrap_or_default();
    drawn(view! {
        <div class="card is-failed" data-testid="file-failed">
            {Icon::ALERT.draw()}
            <span class="card-words">
                <span class="card-title" dir="auto">{inbox.i18n.text(name_of(kind))}</span>
                <span class="card-line" dir="auto">{sentence}</span>
                <button type="button" class="link-button" on:click=again>
                    {inbox.i18n.text(Key::FetchAgain)}
                </button>
            </span>
        </div>
    })
}

/// `PDF`, `DOCX`, … where the type has a name that people use.
pub(super) fn short_type(mime: &str) -> String {
    let name = match mime {
        "application/msword" => "DOC",
        "application/vnd.ms-excel" => "XLS",
        "application/vnd.ms-powerpoint" => "PPT",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "DOCX",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "XLSX",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation" => "PPTX",
        "text/plain" => "TXT",
        _ => mime.split('/').nth(1).unwrap_or_default(),
    };
    if name.len() > 5 {
        return String::new();
    }
    name.to_uppercase()
}

/// Whole kilobytes, or megabytes from ten on.
pub(crate) fn size_words(inbox: &Inbox, bytes: i64) -> String {
    let bytes = usize::try_from(bytes).unwrap_or_default();
    let (n, unit) = match bytes {
        0..10_000_000 => (bytes.div_ceil(1000), " kB"),
        _ => (bytes.div_ceil(1_000_000), " MB"),
    };
    [&inbox.i18n.number(n), unit].concat()
}
