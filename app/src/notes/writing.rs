//! Writing a note: from the field to the server.

use super::api::WriteNote;
use super::{MAX_MENTIONS, Note, Piece, pieces_of};
use crate::error::ApiError;
use crate::ids::{ClientId, ConversationId};
use crate::inbox::{Inbox, focus_thread};
use crate::messages::{Body, Draft, Message, is_sendable};
use crate::operators::Operator;
use leptos::prelude::*;

/// Those whom a text calls, of those who were chosen for it.
fn called_in(text: &str, chosen: Vec<Operator>) -> Vec<Operator> {
    let names: Vec<&str> = chosen.iter().map(|one| one.name.as_str()).collect();
    let pieces = pieces_of(text, &names);
    let stands = |one: &Operator| {
        let is_it = |piece: &Piece<'_>| matches!(piece, Piece::Mention(name) if name.strip_prefix('@') == Some(&*one.name));
        pieces.iter().any(is_it)
    };
    let mut called: Vec<Operator> = chosen.iter().filter(|one| stands(one)).cloned().collect();
    called.truncate(MAX_MENTIONS);
    called
}

impl Inbox {
    /// From now on a note is written in the open conversation, or a reply again.
    pub(crate) fn write_as(&self, is_note: bool) {
        if let Some(open) = self.open.get_untracked() {
            self.writing(&open).is_note.set(is_note);
            focus_thread();
        }
    }

    /// Writes the note that stands in the field. It is emptied only when the note is on its way.
    pub(crate) fn send_note(&self, conversation: &ConversationId) {
        let writing = self.writing(conversation);
        let text = writing.note.get_untracked();
        if !is_sendable(&text) {
            return;
        }
        let text = text.trim().to_owned();
        let note = Note {
            author: self.me.get_untracked(),
            mentions: called_in(&text, writing.called.get_untracked()),
        };
        let body = Body::of_note(text.clone(), note);
        if self
            .send_out(conversation, Draft::text(text), body)
            .is_some()
        {
            writing.note.set(String::new());
            writing.called.set(Vec::new());
        }
    }

    pub(crate) async fn hand_note(
        &self,
        conversation_id: ConversationId,
        client_id: &ClientId,
        body: &Body,
        note: &Note,
    ) -> Result<Message, ApiError> {
        self.call(WriteNote {
            conversation_id,
            client_id: client_id.clone(),
            text: body.text.clone().unwrap_or_default(),
            mentions: note.mentions.iter().map(|one| one.id.clone()).collect(),
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::OperatorId;

    #[test]
    fn only_those_are_called_whose_names_stand_there() {
        let one = |id: &str, name: &str| {
            Operator::of(OperatorId::parse(id).unwrap(), Some(name.into()), None)
        };
        let chosen = vec![
            one("op_1", "Ana"),
            one("op_2", "Ana Silva"),
            one("op_3", "Bo"),
        ];
        let called = |text: &str| -> Vec<String> {
            let called = called_in(text, chosen.clone());
            called.into_iter().map(|one| one.id.to_string()).collect()
        };
        assert_eq!(called("@Ana Silva and @Bo"), ["op_2", "op_3"]);
        assert_eq!(called("@Ana, ask Bo"), ["op_1"]);
        assert!(called("ask").is_empty());
    }
}
