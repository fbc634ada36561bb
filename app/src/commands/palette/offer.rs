//! What the palette offers, and in which order.

use super::super::fuzzy::{Name, Typed};
use super::super::table::COMMANDS;
use super::{Choice, Palette};
use crate::conversations::Conversation;
use crate::ids::ConversationId;
use crate::inbox::Inbox;
use crate::search::folded;
use leptos::prelude::*;
use std::cmp::Reverse;

/// Rows of each kind.
const ROWS: usize = 8;
/// Conversations among which is looked at once; the server knows the others.
const HELD: usize = 2_000;

/// What is offered, in order, under their headings.
pub(super) struct Offer {
    pub recent: Vec<Choice>,
    pub conversations: Vec<Choice>,
    pub commands: Vec<Choice>,
}

impl Offer {
    pub fn rows(&self) -> impl Iterator<Item = &Choice> {
        let found = self.conversations.iter().chain(&self.commands);
        self.recent.iter().chain(found)
    }
}

/// The conversations that are held, by all that their contacts are called.
pub(super) fn names(inbox: &Inbox) -> Vec<(ConversationId, Name)> {
    let engine = inbox.engine();
    let list = engine.list();
    let held = list.order().iter().take(HELD);
    held.filter_map(|id| Some((id.clone(), name_of(list.row(id)?))))
        .collect()
}

/// All that a person is called by.
fn name_of(row: &Conversation) -> Name {
    let contact = &row.contact;
    let label = contact.label();
    let others = [&contact.phone, &contact.username];
    let mut all = folded(&label);
    for other in others.into_iter().flatten().filter(|it| **it != label) {
        all.push(' ');
        all.push_str(&folded(other));
    }
    Name::of(&all)
}

impl Palette {
    /// What is offered for the words in the field, tracked.
    pub(super) fn offer(&self) -> Offer {
        let typed = Typed::of(&self.query.get());
        let places = 0..COMMANDS.len();
        let mut commands: Vec<_> = places
            .filter(|at| (COMMANDS[*at].is_there)(&self.inbox))
            .filter_map(|at| {
                let name = folded(self.inbox.i18n.text(COMMANDS[at].name));
                Some((typed.fits(&Name::of(&name))?, Choice::Command(at)))
            })
            .collect();
        if typed.is_empty() {
            let is_open = |id: &ConversationId| {
                let open = &self.inbox.open;
                open.with_untracked(|open| open.as_ref() == Some(id))
            };
            let mut recent = self.inbox.commands.recent();
            recent.retain(|choice| match choice {
                Choice::Conversation(id) => self.inbox.row(id).is_some() && !is_open(id),
                Choice::Command(at) => (COMMANDS[*at].is_there)(&self.inbox),
            });
            let others = self.names.iter().map(|(id, _)| id);
            let others = others.filter(|id| !is_open(id)).cloned();
            let mut conversations: Vec<_> = others.map(Choice::Conversation).collect();
            conversations.retain(|choice| !recent.contains(choice));
            conversations.truncate(ROWS.saturating_sub(recent.len()));
            commands.retain(|(_, choice)| !recent.contains(choice));
            return Offer {
                recent,
                conversations,
                commands: commands.into_iter().map(|(_, choice)| choice).collect(),
            };
        }
        commands.sort_by_key(|(score, _)| Reverse(*score));
        let held = self.names.iter();
        let mut fitting: Vec<_> = held
            .filter_map(|(id, name)| Some((typed.fits(name)?, id)))
            .collect();
        fitting.sort_by_key(|(score, _)| Reverse(*score));
        fitting.truncate(ROWS);
        let mut conversations: Vec<_> = fitting
            .into_iter()
            .map(|(_, id)| Choice::Conversation(id.clone()))
            .collect();
        self.found.with(|found| {
            for row in found {
                let choice = Choice::Conversation(row.id.clone());
                if conversations.len() < 2 * ROWS && !conversations.contains(&choice) {
                    conversations.push(choice);
                }
            }
        });
        Offer {
            recent: Vec::new(),
            conversations,
            commands: commands.into_iter().map(|(_, choice)| choice).collect(),
        }
    }
}
