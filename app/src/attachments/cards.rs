//! The files of what is being written, above the field.

use super::{Attachment, Kind, Refusal, Stage};
use crate::drawn::{Drawn, attr, drawn, each, listener, live, live_on, text};
use crate::error::Code;
use crate::i18n::{Key, fill, label, sentence, t};
use crate::icons::Icon;
use crate::ids::ConversationId;
use crate::inbox::Inbox;
use crate::messages::{name_of, size_words};
use leptos::prelude::*;

/// One card for each file.
pub fn cards(inbox: &Inbox, id: &ConversationId) -> impl IntoView + use<> {
    let files = inbox.writing(id).files;
    let some = {
        let files = files.clone();
        move || files.with(|files| !files.is_empty()).then(String::new)
    };
    let inbox = inbox.clone();
    live_on(some, move |_| {
        let keys = {
            let files = files.clone();
            move || files.with(|files| files.iter().map(|file| file.id().to_string()).collect())
        };
        let (inbox, files) = (inbox.clone(), files.clone());
        let cards = each(keys, move |key| {
            let found = files.with_untracked(|files| {
                let found = files.iter().find(|file| file.id().as_str() == key);
                found.cloned()
            });
            found.map(|file| card(&inbox, &files, file)).into()
        });
        drawn(view! {
            <div class="attachments" role="group" aria-label=label(Key::AttachedFiles)>
                {cards}
            </div>
        })
    })
}

fn card(inbox: &Inbox, files: &ArcRwSignal<Vec<Attachment>>, file: Attachment) -> Drawn {
    let kind = file.facts().with_untracked(|facts| facts.kind);
    let title = if file.name().is_empty() {
        inbox.i18n.said(name_of("voice")).to_owned()
    } else {
        file.name().to_owned()
    };
    let stage = {
        let stage = file.stage().clone();
        attr(move || {
            let name = stage.with(|stage| match stage {
                Stage::Preparing | Stage::Waiting => "waiting",
                Stage::Uploading(_) => "uploading",
                Stage::Ready(_) => "ready",
                Stage::Refused(_) | Stage::Failed(_) => "failed",
                Stage::Gone => "gone",
            });
            Some(name.to_owned())
        })
    };
    let face = match file.preview().map(str::to_owned) {
        Some(sound) if kind == Kind::Voice => drawn(view! {
            <audio controls preload="metadata" src=sound aria-label=title.clone()></audio>
        }),
        Some(picture) => drawn(view! { <img class="attachment-face" src=picture alt="" /> }),
        None => drawn(view! {
            <span class="attachment-face">{Icon::of_kind(kind.message()).draw()}</span>
        }),
    };
    let line = {
        let (inbox, file) = (inbox.clone(), file.clone());
        text(move || {
            let stage = file.stage().get();
            retry_words(&inbox, &stage).unwrap_or_else(|| {
                let facts = file.facts().get();
                #[expect(clippy::cast_possible_truncation, reason = "at most 100 MB")]
                let size = size_words(&inbox, facts.size as i64);
                let kind = inbox.i18n.text(name_of(facts.kind.name()));
                [kind, " · ", &size].concat()
            })
        })
    };
    let remove = {
        let (files, file) = (files.clone(), file.clone());
        listener(move |_| {
            file.remove();
            files.update(|files| files.retain(|held| *held != file));
        })
    };
    let remove_words = {
        let (inbox, title) = (inbox.clone(), title.clone());
        attr(move || Some(fill(inbox.i18n.text(Key::RemoveFile), "name", &title)))
    };
    let bar = progress(inbox, &file);
    let way_out = way_out(inbox, file);
    drawn(view! {
        <div class="attachment" data-testid="attachment" data-stage=stage>
            {face}
            <span class="attachment-words">
                <span class="attachment-name" dir="auto">{title}</span>
                <span class="attachment-line" role="status" dir="auto">{line}</span>
                {bar}
                {way_out}
            </span>
            <button type="button" class="icon-button" aria-label=remove_words on:click=remove>
                {Icon::CLOSE.draw()}
            </button>
        </div>
    })
}

/// Why a file is not on its way, and what to do; `None` if it is.
pub fn retry_words(inbox: &Inbox, stage: &Stage) -> Option<String> {
    let key = match stage {
        Stage::Failed(error) => return Some(sentence(inbox.i18n.locale(), error)),
        Stage::Refused(Refusal::TooLargeAs(limit)) => {
            let limit = inbox.i18n.number(*limit as usize);
            return Some(fill(inbox.i18n.text(Key::FileTooLargeAs), "limit", &limit));
        }
        Stage::Refused(Refusal::TooLarge) => Key::FileTooLarge,
        Stage::Refused(Refusal::Empty) => Key::FileEmpty,
        _ => return None,
    };
    Some(inbox.i18n.text(key).to_owned())
}

/// How much of a file has gone, while it goes.
pub(super) fn progress(inbox: &Inbox, file: &Attachment) -> impl IntoView + use<> {
    let shown = {
        let stage = file.stage().clone();
        move || stage.with(Stage::is_under_way).then(String::new)
    };
    let (inbox, stage) = (inbox.clone(), file.stage().clone());
    live_on(shown, move |_| {
        let stage = stage.clone();
        let value = attr(move || {
            Some(stage.with(|stage| match stage {
                Stage::Uploading(percent) => percent.to_string(),
                _ => "0".to_owned(),
            }))
        });
        let words = inbox.i18n.said(Key::Uploading);
        drawn(view! { <progress max="100" value=value aria-label=words></progress> })
    })
}

/// The button beside the reason.
fn way_out(inbox: &Inbox, file: Attachment) -> impl IntoView + use<> {
    let inbox = inbox.clone();
    live(move || -> Option<Drawn> {
        let as_document = match file.stage().get() {
            Stage::Refused(Refusal::TooLargeAs(_)) => true,
            Stage::Failed(error) => {
                matches!(error.code, Code::MediaTypeInvalid | Code::MediaTooLarge)
            }
            _ => return None,
        };
        let kind = file.facts().with(|facts| facts.kind);
        let key = match (as_document, kind) {
            // No other way would be better.
            (true, Kind::Document | Kind::Voice) => return None,
            (true, _) => Key::SendAsDocument,
            (false, _) => Key::Retry,
        };
        let (inbox, file) = (inbox.clone(), file.clone());
        let go = listener(move |_| {
            if as_document {
                inbox.attach_as_document(&file);
            } else {
                inbox.upload(&file);
            }
        });
        Some(drawn(view! {
            <button type="button" class="link-button" on:click=go>
                {t(key)}
            </button>
        }))
    })
}
