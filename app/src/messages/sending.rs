//! From the composer to the server: at once on screen, in order, and never twice.

use super::api::{RetryMessage, SendDraft, SendMessage};
use super::{Again, Body, Draft, MAX_TEXT_CHARS, Message};
use crate::browser;
use crate::error::ApiError;
use crate::ids::{ClientId, ConversationId};
use crate::inbox::Inbox;
use crate::live::Backoff;
use crate::presence::Doing;
use crate::sync::{Pending, PendingState};
use leptos::prelude::{GetUntracked, Set, untrack};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// The characters that a text has by WhatsApp's count.
pub fn length(text: &str) -> usize {
    text.trim().chars().count()
}

/// True if a text can be sent.
pub fn is_sendable(text: &str) -> bool {
    (1..=MAX_TEXT_CHARS).contains(&length(text))
}

impl Inbox {
    /// Sends what is written in a conversation, and lets it be undone for a moment: the server holds it for so long, so that it goes
    /// out whatever becomes of this page.
    pub fn send_draft(&self, conversation: &ConversationId) {
        let kept = self.writing(conversation).copied();
        let hold = self.undo_hold(conversation);
        let deliver_at = hold.map(|hold| self.server_time() + hold);
        let sent = self.send_at(conversation, deliver_at);
        if let Some(hold) = hold
            && !sent.is_empty()
        {
            self.offer_undo(conversation, sent, kept, hold);
        }
    }

    /// Sends what is written in a conversation, not before a time if one is given, in milliseconds since the epoch. The field is
    /// emptied only when the message is on its way. Returns what was sent.
    pub(crate) fn send_at(
        &self,
        conversation: &ConversationId,
        deliver_at: Option<i64>,
    ) -> Vec<ClientId> {
        let writing = self.writing(conversation);
        if untrack(|| writing.is_preparing()) {
            return Vec::new();
        }
        let mut sent = Vec::new();
        // Words that are too long for a message stay, and so do the files with them.
        if length(&writing.text.get_untracked()) <= MAX_TEXT_CHARS {
            sent = self.send_files(conversation, deliver_at);
        }
        let text = writing.text.get_untracked();
        if !is_sendable(&text) {
            return sent;
        }
        let text = text.trim().to_owned();
        let mut body = Body::of_text(&text);
        let mut draft = Draft::text(text);
        draft.deliver_at = deliver_at;
        if let Some(quote) = writing.quote.get_untracked() {
            draft.quoted.clone_from(&quote.message_id);
            body.quote = Some(Box::new(quote));
        }
        if let Some(client_id) = self.send_out(conversation, draft, body) {
            sent.push(client_id);
            writing.text.set(String::new());
            writing.quote.set(None);
        }
        sent
    }

    /// Sends anything: at once on screen, as `body` says, and then to the server. `None` if the session is over: then nothing is kept
    /// of it here.
    pub fn send_out(
        &self,
        conversation: &ConversationId,
        draft: Draft,
        body: Body,
    ) -> Option<ClientId> {
        let client_id = ClientId::parse(browser::uuid()).filter(|_| self.has_session())?;
        let pending = Pending {
            client_id: client_id.clone(),
            conversation_id: conversation.clone(),
            draft,
            body: Arc::new(body),
            sent_at: browser::now(),
            state: PendingState::Queued,
        };
        // Whoever writes wants to see it, wherever they had scrolled to.
        self.show_newest();
        self.thread.at_end.set(true);
        self.act(|engine| engine.queue(pending));
        self.tell_doing(conversation, Doing::Looking);
        self.send_due();
        Some(client_id)
    }

    /// Sends what waits. Nothing does before there was a composer, and with that comes what sends.
    pub(crate) fn send_queued(&self) {
        if let Some(send) = self.sender.get() {
            send(self);
        }
    }

    /// From now on messages may wait here.
    pub(crate) fn begin_to_send(&self) {
        _ = self.sender.set(Self::send_due);
    }

    /// Sends what waits, one message of each conversation at a time.
    fn send_due(&self) {
        if !self.has_session() || !browser::is_online() {
            return;
        }
        let due = self.engine().outbox().due();
        for pending in due {
            self.act(|engine| engine.mark_sending(&pending.client_id));
            let inbox = self.clone();
            browser::spawn(async move { inbox.send(pending).await });
        }
    }

    async fn send(&self, pending: Pending) {
        let Pending {
            client_id,
            conversation_id,
            draft,
            body,
            ..
        } = pending;
        let unsent = draft.clone();
        let result = match self.uploaded(draft).await {
            Ok(draft) => {
                self.hand_over(conversation_id, &client_id, draft, &body)
                    .await
            }
            Err(error) => Err(error),
        };
        self.file_is_sent(&unsent, result.as_ref().map(|_| ()));
        match result {
            Ok(message) => {
                self.note_number(&message);
                self.act(|engine| engine.put_message(message));
                self.send_due();
            }
            // Lost on the way, in one direction or the other: under the same id it can be sent again without harm.
            Err(error) if error.code.is_transient() || error.code.ends_session() => {
                self.act(|engine| engine.mark_queued(&client_id));
                self.send_later();
            }
            Err(error) => {
                self.act(|engine| engine.mark_rejected(&client_id, error));
                self.send_due();
            }
        }
    }

    async fn hand_over(
        &self,
        conversation_id: ConversationId,
        client_id: &ClientId,
        draft: Draft,
        body: &Body,
    ) -> Result<Message, ApiError> {
        if let Some(note) = body.note() {
            return self.hand_note(conversation_id, client_id, body, note).await;
        }
        if let Some(text) = draft.plain_text() {
            let text = text.to_owned();
            let client_id = client_id.clone();
            self.call(SendMessage {
                conversation_id,
                client_id,
                text,
            })
            .await
        } else {
            let client_id = client_id.clone();
            self.call(SendDraft {
                conversation_id,
                client_id,
                draft,
            })
            .await
        }
    }

    /// Tries again after a while, or as soon as the network is back.
    fn send_later(&self) {
        if self.retries_outbox.swap(true, Ordering::Relaxed) {
            return;
        }
        let inbox = self.clone();
        browser::spawn(async move {
            let mut backoff = Backoff::default();
            while inbox.has_session() && inbox.engine().outbox().waiting() > 0 {
                inbox.alarm.wait(backoff.next(browser::random())).await;
                inbox.send_due();
            }
            inbox.retries_outbox.store(false, Ordering::Relaxed);
        });
    }

    /// Tries a failed message again.
    pub fn try_again(&self, again: Again) {
        if !self.has_session() {
            return;
        }
        match again {
            Again::Send(client_id) => {
                self.act(|engine| engine.mark_queued(&client_id));
                self.send_due();
            }
            Again::Retry(message_id) => {
                let inbox = self.clone();
                browser::spawn(async move {
                    // If it cannot be queued, it stays as it is: failed, with its reason and its button.
                    if let Ok(message) = inbox.call(RetryMessage { message_id }).await {
                        inbox.act(|engine| engine.put_message(message));
                    }
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_counted_in_characters_and_blanks_around_do_not_count() {
        assert!(is_sendable(&"é".repeat(4096)));
        assert!(is_sendable(&"😀".repeat(4096)));
        assert!(!is_sendable(&"x".repeat(4097)));
        assert!(!is_sendable(" \n\t"));
        assert!(!is_sendable(""));
        assert_eq!(length("  hi 👋 \n"), 4);
    }
}
