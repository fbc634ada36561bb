//! The list above the field, while a slash asks for it.

use super::known::{Known, fitting};
use super::model::{MAX_SHORTCUT_CHARS, may_be_in_shortcut};
use super::{QuickReply, fill};
use crate::caret_list::{Asked, Asking, Take, draw_list, follow_keys, frame, sign_in};
use crate::conversations::FailureLine;
use crate::drawn::{Drawn, drawn, listener, live};
use crate::i18n::{Key, label, sentence, t};
use crate::ids::ConversationId;
use crate::inbox::Inbox;
use crate::messages::insert_from;
use leptos::prelude::*;
use std::sync::Arc;

/// What a slash asks for, in one field.
pub fn slash() -> Asking {
    Asking::new(|before| sign_in(before, '/', MAX_SHORTCUT_CHARS, may_be_in_shortcut))
}

#[derive(Clone)]
struct Menu {
    inbox: Inbox,
    conversation: ConversationId,
    slash: Asking,
}

/// The list.
pub(crate) fn draw(inbox: &Inbox, conversation: &ConversationId, slash: &Asking) -> Drawn {
    inbox.load_quick_replies();
    let menu = Menu {
        inbox: inbox.clone(),
        conversation: conversation.clone(),
        slash: slash.clone(),
    };
    let take: Take = {
        let menu = menu.clone();
        Arc::new(move |index| menu.take(index))
    };
    follow_keys(slash, &take);
    let rows = {
        let menu = menu.clone();
        live(move || menu.rows(&take))
    };
    let manage = listener(move |_| {
        menu.slash.leave();
        menu.inbox.thread.manages_replies.set(true);
    });
    let inside = drawn(view! {
        {rows}
        <button type="button" class="link-button" tabindex="-1" on:click=manage>
            {t(Key::ManageQuickReplies)}
        </button>
    });
    frame("quick-replies", inside)
}

impl Menu {
    fn fitting(&self, asked: &Asked) -> Vec<QuickReply> {
        let row = self.inbox.row(&self.conversation);
        let Some(number) = row.map(|row| row.with_untracked(|row| row.number_id.clone())) else {
            return Vec::new();
        };
        self.inbox
            .quick_replies
            .with_untracked(|known| fitting(known.items(), &number, &asked.query))
    }

    fn rows(&self, take: &Take) -> Drawn {
        let Some(asked) = self.slash.asked.get() else {
            return Drawn::NOTHING;
        };
        let known = self.inbox.quick_replies.get();
        let found = self.fitting(&asked);
        self.slash.rows.set(found.len());
        match known {
            Known::Nothing => drawn(view! {
                <div class="quick-wait" role="status" aria-label=label(Key::Loading)></div>
            }),
            Known::Failed(error) => {
                let words = sentence(self.inbox.i18n.locale(), &error);
                let inbox = self.inbox.clone();
                let again = Box::new(move || inbox.load_quick_replies());
                drawn(view! { <FailureLine title=Key::QuickRepliesFailed words again /> })
            }
            Known::There(all) if all.items.is_empty() => drawn(view! {
                <div class="quick-words" role="status">
                    <p class="quick-title">{t(Key::NoQuickReplies)}</p>
                    <p>{t(Key::NoQuickRepliesText)}</p>
                </div>
            }),
            Known::There(_) if found.is_empty() => drawn(view! {
                <p class="quick-words" role="status">{t(Key::NoQuickReplyFound)}</p>
            }),
            Known::There(_) => {
                let rows = found.into_iter().map(row).collect();
                draw_list(&self.slash, Key::QuickReplies, rows, take)
            }
        }
    }

    /// Puts a text in place of the slash and what is behind it.
    fn take(&self, index: usize) {
        let Some(asked) = self.slash.asked.get_untracked() else {
            return;
        };
        let Some(reply) = self.fitting(&asked).into_iter().nth(index) else {
            return;
        };
        let text = fill(&reply.text, &self.inbox.names_in(&self.conversation));
        self.slash.asked.set(None);
        insert_from(&self.inbox.draft(&self.conversation), asked.start, &text);
    }
}

fn row(reply: QuickReply) -> Drawn {
    let shortcut = ["/", &reply.shortcut].concat();
    drawn(view! {
        <bdi class="quick-shortcut">{shortcut}</bdi>
        <span class="quick-text" dir="auto">{reply.text}</span>
    })
}
