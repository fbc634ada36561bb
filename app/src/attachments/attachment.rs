//! One file that is added to a message.

use super::{Kind, Refusal};
use crate::browser::{self, js};
use crate::error::ApiError;
use crate::ids::{ConversationId, MediaId};
use crate::inbox::lock;
use crate::media::UploadedMedia;
use futures::channel::oneshot::{Sender, channel};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::sync::{Arc, Mutex};
use wasm_bindgen::JsValue;
use web_sys::{Blob, Url};

/// How far a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// It is looked at, and perhaps made smaller.
    Preparing,
    /// It waits for the files before it.
    Waiting,
    /// So much has gone, in percent.
    Uploading(u32),
    /// The server has it.
    Ready(UploadedMedia),
    /// It is not sent as it is.
    Refused(Refusal),
    /// It did not arrive.
    Failed(ApiError),
    /// It was taken away.
    Gone,
}

impl Stage {
    /// Neither here nor refused.
    pub fn is_under_way(&self) -> bool {
        matches!(self, Self::Preparing | Self::Waiting | Self::Uploading(_))
    }
}

/// What is known of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// As what it will be sent.
    pub kind: Kind,
    /// Its type.
    pub mime: String,
    /// Its size, in bytes.
    pub size: f64,
}

/// A handle to a file. Cheap to clone.
#[derive(Clone)]
pub struct Attachment(Arc<Inner>);

struct Inner {
    /// Stands for the file until the server has named it.
    id: MediaId,
    name: String,
    conversation: ConversationId,
    facts: ArcRwSignal<Facts>,
    stage: ArcRwSignal<Stage>,
    /// As it was chosen.
    original: SendWrapper<Blob>,
    /// As it is sent.
    bytes: Mutex<SendWrapper<Blob>>,
    /// Its address in this page, for pictures and recordings.
    preview: Option<String>,
    request: Mutex<Option<SendWrapper<JsValue>>>,
    waiting: Mutex<Vec<Sender<()>>>,
}

impl PartialEq for Attachment {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Attachment {
    /// A file for a conversation. `None` only where there is no randomness.
    pub fn new(
        conversation: &ConversationId,
        name: String,
        blob: Blob,
        kind: Kind,
    ) -> Option<Self> {
        let mime = blob.type_();
        let is_seen = mime.starts_with("image/") || kind == Kind::Voice;
        let preview = is_seen.then(|| Url::create_object_url_with_blob(&blob));
        Some(Self(Arc::new(Inner {
            id: MediaId::parse(browser::uuid())?,
            name,
            conversation: conversation.clone(),
            facts: ArcRwSignal::new(Facts {
                kind,
                mime,
                size: blob.size(),
            }),
            stage: ArcRwSignal::new(Stage::Preparing),
            original: SendWrapper::new(blob.clone()),
            bytes: Mutex::new(SendWrapper::new(blob)),
            preview: preview.and_then(Result::ok),
            request: Mutex::default(),
            waiting: Mutex::default(),
        })))
    }

    /// Stands for the file until the server has named it.
    pub fn id(&self) -> &MediaId {
        &self.0.id
    }

    /// Its name; empty for a recording.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The conversation that it is uploaded for.
    pub fn conversation(&self) -> &ConversationId {
        &self.0.conversation
    }

    /// What is known of it.
    pub fn facts(&self) -> &ArcRwSignal<Facts> {
        &self.0.facts
    }

    /// How far it is.
    pub fn stage(&self) -> &ArcRwSignal<Stage> {
        &self.0.stage
    }

    /// Its address in this page.
    pub fn preview(&self) -> Option<&str> {
        self.0.preview.as_deref()
    }

    /// The bytes to send.
    pub(super) fn bytes(&self) -> Blob {
        Blob::clone(&lock(&self.0.bytes))
    }

    /// True unless it is not to be sent as it is.
    pub fn can_go(&self) -> bool {
        self.0
            .stage
            .with(|stage| !matches!(stage, Stage::Refused(_) | Stage::Gone))
    }

    /// Makes a smaller picture of it, if the browser can; `otherwise` it is sent as it is.
    pub(super) async fn shrink(&self, otherwise: Kind) {
        let small = browser::to_jpeg(&self.0.original, Kind::Image.bytes()).await;
        let kind = match small {
            Some(small) => {
                self.hold(small);
                Kind::Image
            }
            None => otherwise,
        };
        self.settle_as(kind);
    }

    /// The file as it was chosen, as a document.
    pub(super) fn become_document(&self) {
        self.hold(Blob::clone(&self.0.original));
        self.settle_as(Kind::Document);
    }

    fn hold(&self, blob: Blob) {
        self.0.facts.update(|facts| {
            facts.mime = blob.type_();
            facts.size = blob.size();
        });
        *lock(&self.0.bytes) = SendWrapper::new(blob);
    }

    /// Checks it as what it is to be sent. What passes waits for its upload.
    pub(super) fn settle_as(&self, kind: Kind) {
        self.0.facts.update(|facts| facts.kind = kind);
        let size = self.0.facts.with_untracked(|facts| facts.size);
        self.reach(match kind.check(size) {
            Ok(()) => Stage::Waiting,
            Err(refusal) => Stage::Refused(refusal),
        });
    }

    /// Sets how far it is. What has been taken away stays away.
    pub(super) fn reach(&self, stage: Stage) {
        let now = self.0.stage.get_untracked();
        if now == Stage::Gone || now == stage {
            return;
        }
        let is_settled = !stage.is_under_way();
        self.0.stage.set(stage);
        if is_settled {
            for sender in std::mem::take(&mut *lock(&self.0.waiting)) {
                _ = sender.send(());
            }
        }
    }

    /// Waits until the server has it, or will not have it.
    pub(super) async fn settled(&self) -> Stage {
        loop {
            let stage = self.0.stage.get_untracked();
            if !stage.is_under_way() {
                return stage;
            }
            let (sender, woken) = channel();
            lock(&self.0.waiting).push(sender);
            _ = woken.await;
        }
    }

    /// The request that carries it.
    pub(super) fn carried_by(&self, request: JsValue) {
        *lock(&self.0.request) = Some(SendWrapper::new(request));
    }

    /// Takes it away, and ends its upload.
    pub fn remove(&self) {
        self.reach(Stage::Gone);
        let request = lock(&self.0.request).take();
        if let Some(request) = request {
            _ = js::call(&request, "abort", &[]);
        }
        self.forget();
    }

    /// Its address in this page ends.
    pub(super) fn forget(&self) {
        if let Some(preview) = &self.0.preview {
            _ = Url::revoke_object_url(preview);
        }
    }
}
