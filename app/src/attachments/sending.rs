//! From files in the composer to messages.

use super::{Attachment, Kind, Stage};
use crate::error::{ApiError, Code};
use crate::ids::{ClientId, ConversationId};
use crate::inbox::Inbox;
use crate::messages::{Body, Draft, DraftContent, MAX_CAPTION_CHARS, Media, MediaState};
use leptos::prelude::*;

impl Inbox {
    /// Sends the files of what is being written, one message each; the words stand below the first where they can. What is refused
    /// stays where it is. Whether words are left is for [`Inbox::send_draft`]. Returns what was sent.
    pub(crate) fn send_files(
        &self,
        conversation: &ConversationId,
        deliver_at: Option<i64>,
    ) -> Vec<ClientId> {
        let mut sent = Vec::new();
        let writing = self.writing(conversation);
        let files = writing.files.get_untracked();
        for file in files.into_iter().filter(|file| untrack(|| file.can_go())) {
            let text = writing.text.get_untracked();
            let words = Some(text.trim().to_owned()).filter(|words| !words.is_empty());
            let kind = file.facts().with_untracked(|facts| facts.kind);
            let caption = words
                .filter(|words| kind.has_caption() && words.chars().count() <= MAX_CAPTION_CHARS);
            let has_words = caption.is_some();
            let quote = writing.quote.get_untracked();
            let (mut draft, mut body) =
                (file.draft(kind, caption.clone()), file.body(kind, caption));
            draft.deliver_at = deliver_at;
            if let Some(quote) = quote {
                draft.quoted.clone_from(&quote.message_id);
                body.quote = Some(Box::new(quote));
            }
            self.uploads.keep(&file);
            let Some(client_id) = self.send_out(conversation, draft, body) else {
                self.uploads.drop_sent(file.id());
                return sent;
            };
            sent.push(client_id);
            writing.quote.set(None);
            writing
                .files
                .update(|files| files.retain(|held| *held != file));
            if has_words {
                writing.text.set(String::new());
            }
        }
        sent
    }

    /// A draft with its file named as the server does, once it is there. Everything else is left as it is.
    pub(crate) async fn uploaded(&self, mut draft: Draft) -> Result<Draft, ApiError> {
        let DraftContent::Media { media, .. } = &mut draft.content else {
            return Ok(draft);
        };
        let Some(file) = self.uploads.of(media) else {
            return Ok(draft);
        };
        // What did not arrive is tried again.
        self.upload(&file);
        match file.settled().await {
            Stage::Ready(uploaded) => {
                *media = uploaded.id;
                Ok(draft)
            }
            Stage::Failed(error) => Err(error),
            _ => Err(ApiError::internal()),
        }
    }

    /// The server has a message with a file, or will not take it as it is.
    pub(crate) fn file_is_sent(&self, draft: &Draft, result: Result<(), &ApiError>) {
        let DraftContent::Media { media, .. } = &draft.content else {
            return;
        };
        match result {
            Ok(()) => {
                if let Some(file) = self.uploads.drop_sent(media) {
                    file.forget();
                }
            }
            // The server drops what no message takes within a day.
            Err(error) if error.code == Code::NotFound => {
                if let Some(file) = self.uploads.of(media) {
                    file.reach(Stage::Failed(error.clone()));
                }
            }
            Err(_) => {}
        }
    }
}

impl Attachment {
    fn draft(&self, kind: Kind, caption: Option<String>) -> Draft {
        let name = Some(self.name().to_owned());
        Draft::of(DraftContent::Media {
            media: self.id().clone(),
            caption,
            voice: kind == Kind::Voice,
            file_name: name.filter(|_| kind == Kind::Document),
        })
    }

    fn body(&self, kind: Kind, caption: Option<String>) -> Body {
        let facts = self.facts().get_untracked();
        let (mut width, mut height) = (None, None);
        if let Stage::Ready(uploaded) = self.stage().get_untracked() {
            (width, height) = (uploaded.width, uploaded.height);
        }
        #[expect(clippy::cast_possible_truncation, reason = "at most 100 MB")]
        let size = facts.size as i64;
        let media = Media {
            file_name: Some(self.name().to_owned()),
            size: Some(size),
            width,
            height,
            voice: kind == Kind::Voice,
            ..Media::bare(self.id().clone(), facts.mime, MediaState::Pending)
        };
        Body::of_file(kind.message(), media, caption)
    }
}
