//! What is known of the contact: asked for when somebody looks at it, and again when a colleague wrote something else.

use super::api::LoadContact;
use super::{ContactDetails, fact};
use crate::browser;
use crate::conversations::{Conversation, FailureLine};
use crate::drawn::{Drawn, drawn, effect, live, live_on, memo};
use crate::error::ApiError;
use crate::i18n::{Key, sentence, t};
use crate::ids::ConversationId;
use crate::inbox::{Inbox, observe_size};
use crate::live::Link;
use leptos::html::Div;
use leptos::prelude::*;
use std::rc::Rc;
use std::sync::Arc;

/// What has been heard of it.
#[derive(Clone)]
pub(super) enum Known {
    Nothing,
    There(Arc<ContactDetails>),
    Failed(ApiError),
}

/// The contact of the conversation that is open.
#[derive(Clone)]
pub(super) struct Contact {
    pub inbox: Inbox,
    pub id: ConversationId,
    pub row: ArcRwSignal<Conversation>,
    pub known: ArcRwSignal<Known>,
    /// Whether it is being changed here.
    pub is_edited: ArcRwSignal<bool>,
    /// Whether an answer is on its way.
    is_asked: ArcRwSignal<bool>,
}

impl Contact {
    pub(super) fn new(inbox: &Inbox, id: &ConversationId, row: &ArcRwSignal<Conversation>) -> Self {
        Self {
            inbox: inbox.clone(),
            id: id.clone(),
            row: row.clone(),
            known: ArcRwSignal::new(Known::Nothing),
            is_edited: ArcRwSignal::new(false),
            is_asked: ArcRwSignal::new(false),
        }
    }

    /// Asks as soon as somebody can see `place`, and whenever there is something else to hear.
    pub(super) fn follow(&self, place: NodeRef<Div>) {
        let look: Rc<dyn Fn()> = {
            let contact = self.clone();
            Rc::new(move || contact.look())
        };
        observe_size(place, look);
        let contact = self.clone();
        let written = {
            let row = self.row.clone();
            memo(move || row.with(|row| row.details_seq).map(|seq| seq.to_string()))
        };
        // The first look comes with the first size. Looking before would have the browser lay out a page that is half there.
        let mut is_first = true;
        effect(move || {
            _ = written.get();
            if !std::mem::take(&mut is_first) {
                contact.look();
            }
        });
        let (contact, link) = (self.clone(), self.inbox.connection.link.clone());
        effect(move || {
            let is_back = link.get() == Link::Live;
            let has_failed = |known: &Known| matches!(known, Known::Failed(_));
            if is_back && contact.known.with_untracked(has_failed) {
                contact.ask();
            }
        });
    }

    /// Asks if somebody can see it, and what is known is not what there is.
    fn look(&self) {
        let written = self.row.with_untracked(|row| row.details_seq);
        let is_known = self.known.with_untracked(|known| match known {
            Known::There(details) => details.conversation.details_seq == written,
            Known::Nothing => false,
            // There is a button.
            Known::Failed(_) => true,
        });
        if !is_known && !self.is_asked.get_untracked() && browser::is_drawn(".details-who") {
            self.ask();
        }
    }

    fn ask(&self) {
        self.is_asked.set(true);
        let contact = self.clone();
        let generation = self.inbox.generation();
        browser::spawn(async move {
            let conversation_id = contact.id.clone();
            let answer = contact.inbox.call(LoadContact { conversation_id }).await;
            contact.is_asked.set(false);
            if contact.inbox.is_past(generation) {
                // Another session goes on with the same conversation.
                if contact.inbox.is_open(&contact.id) {
                    contact.look();
                }
                return;
            }
            match answer {
                Ok(details) => {
                    contact.put(details);
                    // Somebody may have written something else meanwhile.
                    contact.look();
                }
                // What is there stays; it is asked for again with the next change.
                Err(error) => contact.known.update(|known| {
                    if !matches!(known, Known::There(_)) {
                        *known = Known::Failed(error);
                    }
                }),
            }
        });
    }

    /// Takes an answer, unless a later one is there.
    pub(super) fn put(&self, details: ContactDetails) {
        let row = details.conversation.clone();
        self.known.update(|known| {
            let is_old = |held: &ContactDetails| held.conversation.seq > details.conversation.seq;
            if !matches!(known, Known::There(held) if is_old(held)) {
                *known = Known::There(Arc::new(details));
            }
        });
        self.inbox.act(|engine| engine.put_conversation(row));
    }

    /// What WhatsApp calls the contact, where operators call it something else.
    pub(super) fn whatsapp_name(&self) -> impl IntoView + use<> {
        let row = self.row.clone();
        live_on(
            move || {
                row.with(|row| {
                    row.contact.own_name.as_ref()?;
                    row.contact.name.clone()
                })
            },
            |name| fact(drawn(t(Key::NameOnWhatsapp)), name),
        )
    }

    /// What operators know.
    pub(super) fn fields(&self) -> impl IntoView + use<> {
        let (known, is_edited) = (self.known.clone(), self.is_edited.clone());
        live(move || {
            // They stand in the form meanwhile.
            let is_edited = is_edited.get();
            let facts: Vec<Drawn> = known.with(|known| match known {
                Known::There(details) if !is_edited => {
                    let fields = details.fields.iter();
                    fields
                        .map(|field| fact(drawn(field.name.clone()), field.value.clone()))
                        .collect()
                }
                _ => Vec::new(),
            });
            drawn(facts)
        })
    }

    /// Why it is not there, with a button.
    pub(super) fn failure(&self) -> impl IntoView + use<> {
        let contact = self.clone();
        live(move || {
            let Known::Failed(error) = contact.known.get() else {
                return None;
            };
            let words = sentence(contact.inbox.i18n.locale(), &error);
            let again = {
                let contact = contact.clone();
                Box::new(move || contact.ask())
            };
            Some(drawn(
                view! { <FailureLine title=Key::PartNotLoaded words again /> },
            ))
        })
    }
}
