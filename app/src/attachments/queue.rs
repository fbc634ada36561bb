//! The uploads of this page: a few at a time, in the order in which the files were added.

use super::{Attachment, Plan, Stage};
use crate::browser;
use crate::error::ApiError;
use crate::ids::{ConversationId, MediaId};
use crate::inbox::{Inbox, lock};
use crate::media::{FILE_NAME_HEADER, UploadedMedia};
use crate::session::{PARENT_ORIGIN_HEADER, parent_origin};
use crate::wire;
use leptos::prelude::*;
use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;
use web_sys::Blob;

/// Uploads at once. A server takes sixteen of all its operators.
const AT_ONCE: usize = 2;

/// Files on their way.
#[derive(Default)]
pub struct Queue(Mutex<Held>);

#[derive(Default)]
struct Held {
    waiting: VecDeque<Attachment>,
    under_way: usize,
    /// Those of messages that the server has not confirmed.
    sent: HashMap<MediaId, Attachment>,
}

impl Queue {
    /// Forgets everything: another session has begun.
    pub(crate) fn clear(&self) {
        let held = &mut *lock(&self.0);
        let files = held.waiting.drain(..);
        for file in files.chain(held.sent.drain().map(|(_, file)| file)) {
            file.remove();
        }
    }

    /// The file that stands for this id in a message that is under way.
    pub fn of(&self, id: &MediaId) -> Option<Attachment> {
        lock(&self.0).sent.get(id).cloned()
    }

    pub(super) fn keep(&self, file: &Attachment) {
        lock(&self.0).sent.insert(file.id().clone(), file.clone());
    }

    pub(super) fn drop_sent(&self, id: &MediaId) -> Option<Attachment> {
        lock(&self.0).sent.remove(id)
    }
}

impl Inbox {
    /// Adds a file to what is being written in a conversation.
    pub(crate) fn attach(&self, id: &ConversationId, name: String, blob: Blob, plan: Plan) {
        let (Plan::Send(kind) | Plan::Shrink(kind)) = plan;
        let Some(file) = Attachment::new(id, name, blob, kind) else {
            return;
        };
        let writing = self.writing(id);
        // A file is for the contact.
        writing.is_note.set(false);
        writing.files.update(|files| files.push(file.clone()));
        if matches!(plan, Plan::Shrink(_)) {
            let inbox = self.clone();
            browser::spawn(async move {
                file.shrink(kind).await;
                inbox.upload(&file);
            });
        } else {
            file.settle_as(kind);
            self.upload(&file);
        }
    }

    /// Adds a file that was sent once more, as it went out. One that was not is there already.
    pub(crate) fn attach_again(&self, id: &ConversationId, file: &Attachment) {
        let files = self.writing(id).files;
        if !files.with_untracked(|files| files.contains(file)) {
            let kind = file.facts().with_untracked(|facts| facts.kind);
            self.attach(id, file.name().to_owned(), file.bytes(), Plan::Send(kind));
        }
    }

    /// Sends a file that was refused as what it is as a document.
    pub(super) fn attach_as_document(&self, file: &Attachment) {
        file.become_document();
        self.upload(file);
    }

    /// Puts a file that waits, or did not arrive, at the end of the queue.
    pub(super) fn upload(&self, file: &Attachment) {
        let stage = file.stage().get_untracked();
        if !matches!(stage, Stage::Waiting | Stage::Failed(_)) {
            return;
        }
        file.reach(Stage::Waiting);
        {
            let held = &mut *lock(&self.uploads.0);
            held.waiting.push_back(file.clone());
            if held.under_way == AT_ONCE {
                return;
            }
            held.under_way += 1;
        }
        let inbox = self.clone();
        browser::spawn(async move {
            while let Some(file) = inbox.next_upload() {
                if file.stage().get_untracked() == Stage::Waiting {
                    inbox.carry(&file).await;
                }
            }
        });
    }

    fn next_upload(&self) -> Option<Attachment> {
        let held = &mut *lock(&self.uploads.0);
        let next = held.waiting.pop_front();
        if next.is_none() {
            held.under_way -= 1;
        }
        next
    }

    async fn carry(&self, file: &Attachment) {
        file.reach(Stage::Uploading(0));
        let facts = file.facts().get_untracked();
        let address = [
            "/api/media?conversation=",
            file.conversation().as_str(),
            "&kind=",
            facts.kind.name(),
        ]
        .concat();
        let name = String::from(js_sys::encode_uri_component(file.name()));
        let answer = self
            .with_token(&|bearer| {
                let (address, name, mime) = (&address, &name, &facts.mime);
                Box::pin(async move { post(file, address, name, mime, &bearer).await })
            })
            .await;
        let uploaded = answer.and_then(|answer| {
            wire::parse::<UploadedMedia>(&answer).ok_or_else(ApiError::transport)
        });
        file.reach(match uploaded {
            Ok(uploaded) => Stage::Ready(uploaded),
            Err(error) => Stage::Failed(error),
        });
    }
}

async fn post(
    file: &Attachment,
    address: &str,
    name: &str,
    mime: &str,
    bearer: &str,
) -> Result<String, ApiError> {
    let mime = if mime.is_empty() {
        "application/octet-stream"
    } else {
        mime
    };
    let origin = parent_origin();
    let headers = [
        ("content-type", mime),
        ("accept", "application/json"),
        ("authorization", bearer),
        (PARENT_ORIGIN_HEADER, &origin),
        (FILE_NAME_HEADER, name),
    ];
    let told = {
        let file = file.clone();
        move |percent| {
            if matches!(file.stage().get_untracked(), Stage::Uploading(_)) {
                file.reach(Stage::Uploading(percent));
            }
        }
    };
    let begun = |request| file.carried_by(request);
    let body = file.bytes().into();
    let answer = browser::upload(address, &headers, &body, &begun, told).await;
    match answer {
        Some((200..300, text)) => Ok(text),
        // A body that is not ours comes from something between us and the server.
        Some((_, text)) => Err(wire::parse(&text).unwrap_or_else(ApiError::transport)),
        None => Err(ApiError::transport()),
    }
}
