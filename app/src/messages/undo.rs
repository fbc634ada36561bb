//! Undoing: for some seconds the server holds what was sent, and it can be taken back into the field; so can a draft that was deleted.

use super::api::CancelMessage;
use super::{Message, Writing};
use crate::browser;
use crate::drawn::{Drawn, drawn, listener, live};
use crate::i18n::{Key, t};
use crate::ids::{ClientId, ConversationId};
use crate::inbox::{Inbox, focus_thread, lock};
use crate::on_demand::{Part, on_demand};
use crate::sync::{Changes, Pending, PendingState};
use leptos::prelude::*;
use leptos::wasm_split::wasm_split;
use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::{Arc, Mutex};

/// How long to wait for the answer of a request that is under way, in milliseconds.
const LOOK: u32 = 50;
/// How long a deleted draft can be had back, in milliseconds.
const DELETED_FOR: i64 = 10_000;

/// What stood in a composer.
#[derive(Clone)]
struct Written {
    conversation: ConversationId,
    writing: Writing,
    /// As which messages it was sent; none were, if it was deleted.
    messages: Vec<ClientId>,
}

/// What the toast says.
#[derive(Clone)]
enum Toast {
    /// This was sent, and can be taken back.
    Sent(Written),
    /// This was deleted, and can be had back.
    Deleted(Written),
    /// It had gone out.
    TooLate,
}

/// What can be undone, and for how long.
#[derive(Default)]
pub struct Undoing {
    /// For how many seconds; 0, until somebody chooses otherwise, for never.
    pub seconds: ArcRwSignal<i64>,
    toast: ArcRwSignal<Option<Arc<Toast>>>,
    /// What was undone here: it is not shown, though the server knows it as taken back.
    undone: Mutex<HashSet<ClientId>>,
}

impl Undoing {
    /// True while something can be undone, not tracked.
    pub fn is_offered(&self) -> bool {
        let toast = self.toast.get_untracked();
        toast.is_some_and(|toast| !matches!(*toast, Toast::TooLate))
    }

    /// The messages but those that were undone here.
    pub(crate) fn without_undone<'a>(&self, messages: &'a [Message]) -> Cow<'a, [Message]> {
        let undone = lock(&self.undone);
        let is_undone = |message: &Message| {
            let id = message.client_id.as_ref();
            id.is_some_and(|id| undone.contains(id))
        };
        if undone.is_empty() || !messages.iter().any(is_undone) {
            return Cow::Borrowed(messages);
        }
        let shown = messages.iter().filter(|message| !is_undone(message));
        Cow::Owned(shown.cloned().collect())
    }

    pub(crate) fn forget(&self) {
        self.toast.set(None);
        lock(&self.undone).clear();
    }

    /// Shows a toast for so many milliseconds, or until there is another one.
    fn show(&self, toast: Toast, milliseconds: i64) {
        let toast = Arc::new(toast);
        let shown = self.toast.clone();
        shown.set(Some(Arc::clone(&toast)));
        browser::after(u32::try_from(milliseconds).unwrap_or(0), move || {
            let is_it =
                |held: &Option<Arc<Toast>>| held.as_ref().is_some_and(|it| Arc::ptr_eq(it, &toast));
            if shown.with_untracked(is_it) {
                shown.set(None);
            }
        });
    }
}

impl Inbox {
    /// For how many milliseconds what is sent to a conversation now is held; `None` if it is not. What has little time left goes at
    /// once.
    pub(crate) fn undo_hold(&self, conversation: &ConversationId) -> Option<i64> {
        let hold = self.undo.seconds.get_untracked() * 1_000;
        let then = self.server_time() + hold;
        let is_open = |row: ArcRwSignal<_>| {
            row.with_untracked(|row: &crate::conversations::Conversation| row.window_is_open(then))
        };
        (hold > 0 && self.row(conversation).is_some_and(is_open)).then_some(hold)
    }

    pub(crate) fn offer_undo(
        &self,
        conversation: &ConversationId,
        messages: Vec<ClientId>,
        writing: Writing,
        hold: i64,
    ) {
        let sent = Written {
            conversation: conversation.clone(),
            writing,
            messages,
        };
        self.undo.show(Toast::Sent(sent), hold);
    }

    /// Takes away what stands in the field of the open conversation: the note, or the reply with all that goes with it.
    pub(crate) fn delete_draft(&self) {
        let Some(conversation) = self.open.get_untracked() else {
            return;
        };
        let deleted = Written {
            writing: self.writing(&conversation).cut(),
            conversation,
            messages: Vec::new(),
        };
        self.undo.show(Toast::Deleted(deleted), DELETED_FOR);
    }

    /// Undoes what the toast offers to.
    pub(crate) fn undo_last(&self) {
        let toast = self.undo.toast.get_untracked();
        match toast.as_deref().cloned() {
            Some(Toast::Sent(sent)) => self.undo_send(sent),
            Some(Toast::Deleted(deleted)) => {
                self.undo.toast.set(None);
                self.write_again(&deleted);
            }
            Some(Toast::TooLate) | None => {}
        }
    }

    /// Takes back what was sent last, and puts it into the composer. Where it had gone out, the toast says so; what was taken back
    /// before that was seen stays in the thread, from where it can be sent again.
    fn undo_send(&self, sent: Written) {
        self.undo.toast.set(None);
        let inbox = self.clone();
        browser::spawn(async move {
            let mut stored = Vec::new();
            let mut is_back = true;
            for client_id in &sent.messages {
                let Ok(message) = inbox.take_back(&sent.conversation, client_id).await else {
                    is_back = false;
                    break;
                };
                stored.extend(message);
            }
            if is_back {
                lock(&inbox.undo.undone).extend(sent.messages.iter().cloned());
            }
            for message in stored {
                inbox.act(|engine| engine.put_message(message));
            }
            // The stream may have told it before, and then nothing changed just now; but what is shown does.
            let shown = inbox.engine().current_id(&sent.conversation);
            inbox.act(|_| Changes {
                threads: vec![shown],
                ..Changes::default()
            });
            if is_back {
                inbox.write_again(&sent);
            } else {
                inbox.undo.show(Toast::TooLate, 4_000);
            }
        });
    }

    fn write_again(&self, written: &Written) {
        let conversation = self.engine().current_id(&written.conversation);
        // The server has given the files to the messages, or forgotten them: they are added anew.
        let files = written.writing.files.get_untracked();
        written.writing.files.set(Vec::new());
        let writing = self.writing(&conversation);
        writing.take_over(&written.writing);
        writing.is_note.set(written.writing.is_note.get_untracked());
        for file in files {
            self.attach_again(&conversation, &file);
        }
        if self.open.get_untracked() == Some(conversation) {
            focus_thread();
        }
    }

    /// Takes back a message, wherever it is, and returns it if our server has it; fails if it had gone out.
    async fn take_back(
        &self,
        conversation: &ConversationId,
        client_id: &ClientId,
    ) -> Result<Option<Message>, ()> {
        let is_sending = |pending: &Pending| pending.state == PendingState::Sending;
        while self
            .engine()
            .outbox()
            .get(client_id)
            .is_some_and(is_sending)
        {
            browser::sleep(LOOK).await;
        }
        let withdrawn = self.engine().withdraw(client_id);
        if let Some(changes) = withdrawn {
            self.act(|_| changes);
            return Ok(None);
        }
        let stored = {
            let engine = self.engine();
            engine
                .sent_as(conversation, client_id)
                .map(|message| message.id.clone())
        };
        let message_id = stored.ok_or(())?;
        let answer = self.call(CancelMessage { message_id }).await;
        answer.map(Some).map_err(|_| ())
    }
}

/// What was sent a moment ago, and the button that takes it back.
#[component]
pub fn UndoToast() -> impl IntoView {
    let inbox = Inbox::expect();
    let toast = inbox.undo.toast.clone();
    view! {
        <div role="status">
            {live(move || {
                let toast = toast.get();
                toast.map(|toast| on_demand((inbox.clone(), toast), undo_part))
            })}
        </div>
    }
}

/// Leads to the line. It comes of what is sent in a thread, so what draws that is there.
#[wasm_split(thread, wasm_split_path = ::leptos::wasm_split, fallible)]
#[allow(
    clippy::unnecessary_wraps,
    reason = "what the macro makes of it can fail"
)]
pub fn undo_part() -> Part<(Inbox, Arc<Toast>)> {
    Ok(draw)
}

fn draw((inbox, toast): (Inbox, Arc<Toast>)) -> Drawn {
    if matches!(*toast, Toast::TooLate) {
        return drawn(view! { <p class="toast"><span>{t(Key::UndoTooLate)}</span></p> });
    }
    let words = match *toast {
        Toast::Deleted(_) => Key::DraftDeleted,
        Toast::Sent(_) | Toast::TooLate => Key::MessageSent,
    };
    let undo = listener(move |_| inbox.undo_last());
    drawn(view! {
        <p class="toast" data-testid="undo-send">
            <span>{t(words)}</span>
            <button type="button" class="link-button" on:click=undo>{t(Key::Undo)}</button>
        </p>
    })
}
