//! Showing the conversation that the page around us means.

use super::surroundings::Wish;
use super::{Record, phone_digits};
use crate::browser;
use crate::conversations::Conversation;
use crate::embed::{HostEvent, Target};
use crate::error::ApiError;
use crate::ids::ConversationId;
use crate::inbox::Inbox;
use crate::inbox::api::LoadBootstrap;
use crate::paging::PageRequest;
use crate::search::Search;
use crate::session;
use leptos::prelude::{GetUntracked, Set, WithUntracked};

/// What is done with the conversations that were found.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    /// It is on screen.
    Nothing,
    /// Show it.
    Show(ConversationId),
    /// Let the operator choose.
    Offer(Vec<ConversationId>),
    /// There is none.
    Missing,
}

/// `found` are the conversations, most recent first. A hint that means several leaves the choice to the operator; and nobody is torn
/// away from unsent text.
fn answer(
    found: &[ConversationId],
    is_hint: bool,
    open: Option<&ConversationId>,
    has_unsent: bool,
) -> Answer {
    let Some(first) = found.first() else {
        return Answer::Missing;
    };
    if open.is_some_and(|open| open == first || (is_hint && found.contains(open))) {
        return Answer::Nothing;
    }
    if is_hint && found.len() > 1 {
        return Answer::Offer(found.to_vec());
    }
    if has_unsent {
        return Answer::Offer(vec![first.clone()]);
    }
    Answer::Show(first.clone())
}

/// Those of `rows` with this phone, most recent first.
fn with_phone<'a>(rows: impl Iterator<Item = &'a Conversation>, digits: &str) -> Vec<Conversation> {
    let has_it = |row: &&Conversation| {
        let phone = row.contact.phone.as_deref().and_then(phone_digits);
        phone.as_deref() == Some(digits)
    };
    let mut found: Vec<Conversation> = Vec::new();
    for row in rows.filter(has_it) {
        // They are few, and a sort of their own would weigh kilobytes.
        let at = found.partition_point(|other| other.position() > row.position());
        if found.get(at).is_none_or(|other| other.id != row.id) {
            found.insert(at, row.clone());
        }
    }
    found
}

impl Inbox {
    /// The page wants a conversation on screen.
    pub(crate) fn open_target(&self, target: Target) {
        self.wish_for(Wish {
            target,
            is_hint: false,
        });
    }

    /// The operator looks at another record. The same told twice is told once.
    pub(crate) fn set_context(&self, record: Option<Record>) {
        let context = &self.context;
        context.note(self.generation());
        let held = context.record.get_untracked();
        let record = record.map(|record| record.after(held.as_ref()));
        if record == held {
            return;
        }
        let phone = record.as_ref().and_then(|record| record.phone.clone());
        let before = held.and_then(|held| held.phone);
        context.record.set(record);
        if phone == before {
            return;
        }
        context.is_unmatched.set(false);
        context.offers.set(Vec::new());
        match phone {
            Some(phone) => self.wish_for(Wish {
                target: Target::Phone(phone),
                is_hint: true,
            }),
            None => _ = context.make_wish(None),
        }
    }

    /// These answers in place of those before.
    pub(crate) fn suggest(&self, suggestions: Vec<String>) {
        self.context.note(self.generation());
        self.context.suggestions.set(suggestions);
    }

    fn wish_for(&self, wish: Wish) {
        self.context.note(self.generation());
        self.context.make_wish(Some(wish));
        self.take_up_wish();
    }

    /// Looks for the conversation that the page wants, once there is a list.
    pub(crate) fn take_up_wish(&self) {
        if !self.loaded.get_untracked() || !self.has_session() {
            return;
        }
        let Some(wish) = self.context.take_wish() else {
            return;
        };
        let turn = self.context.make_wish(None);
        let inbox = self.clone();
        browser::spawn(async move {
            let generation = inbox.generation();
            let found = inbox.find(&wish.target).await;
            if !inbox.is_past(generation) && inbox.context.is_current(turn) {
                inbox.fulfil(&wish, found);
            }
        });
    }

    fn fulfil(&self, wish: &Wish, found: Result<Vec<ConversationId>, ApiError>) {
        let found = match found {
            Ok(found) => found,
            // A hint that leads nowhere is no trouble.
            Err(_) if wish.is_hint => return,
            Err(error) => {
                self.tell_refusal(&error);
                return;
            }
        };
        let open = self.open.get_untracked();
        let has_unsent = open.as_ref().is_some_and(|open| {
            self.draft(open)
                .with_untracked(|draft| !draft.trim().is_empty())
        });
        match answer(&found, wish.is_hint, open.as_ref(), has_unsent) {
            Answer::Nothing => self.context.offers.set(Vec::new()),
            Answer::Show(id) => self.show_conversation(id),
            Answer::Offer(ids) => self.context.offers.set(ids),
            Answer::Missing if wish.is_hint => self.context.is_unmatched.set(true),
            Answer::Missing => self.tell(&HostEvent::Error {
                code: "CONVERSATION_NOT_FOUND".to_owned(),
                message: "There is no such conversation, or this session may not see it."
                    .to_owned(),
            }),
        }
    }

    /// The conversations that `target` means, most recent first.
    async fn find(&self, target: &Target) -> Result<Vec<ConversationId>, ApiError> {
        let rows = match target {
            Target::Conversation(id) => {
                let id = self.engine().current_id(id);
                if self.engine().list().row(&id).is_some() {
                    return Ok(vec![id]);
                }
                let answer = self
                    .call(LoadBootstrap {
                        parent_origin: session::parent_origin(),
                        open: Some(id),
                        filter: None,
                    })
                    .await?;
                answer
                    .open
                    .map(|open| open.conversation)
                    .into_iter()
                    .collect()
            }
            Target::Phone(digits) => {
                let page = self
                    .call(Search {
                        query: digits.clone(),
                        conversation_id: None,
                        page: PageRequest::first(),
                    })
                    .await?;
                // What has just come is on screen before it can be found.
                let held: Vec<_> = {
                    let engine = self.engine();
                    let list = engine.list();
                    let rows = list.order().iter().filter_map(|id| list.row(id));
                    rows.cloned().collect()
                };
                with_phone(held.iter().chain(&page.conversations), digits)
            }
        };
        let mut found: Vec<ConversationId> = Vec::with_capacity(rows.len());
        for row in rows {
            let id = self.engine().current_id(&row.id);
            self.act(|engine| engine.put_found(row));
            if !found.contains(&id) && self.engine().list().row(&id).is_some() {
                found.push(id);
            }
        }
        Ok(found)
    }

    /// The operator takes an offer.
    pub(crate) fn take_offer(&self, id: ConversationId) {
        self.open_conversation(id);
        self.context.offers.set(Vec::new());
        crate::inbox::focus_thread();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> ConversationId {
        ConversationId::parse(text).unwrap()
    }

    #[test]
    fn one_hit_is_shown_and_several_are_offered() {
        let (a, b) = (id("conv_a"), id("conv_b"));
        let both = [a.clone(), b.clone()];
        assert_eq!(answer(&[], true, None, false), Answer::Missing);
        for is_hint in [true, false] {
            let found = [a.clone()];
            assert_eq!(
                answer(&found, is_hint, None, false),
                Answer::Show(a.clone())
            );
            assert_eq!(
                answer(&found, is_hint, Some(&b), false),
                Answer::Show(a.clone())
            );
            assert_eq!(answer(&found, is_hint, Some(&a), true), Answer::Nothing);
        }
        assert_eq!(
            answer(&both, true, None, false),
            Answer::Offer(both.to_vec())
        );
        assert_eq!(answer(&both, false, None, false), Answer::Show(a.clone()));
        assert_eq!(answer(&both, true, Some(&b), false), Answer::Nothing);
        assert_eq!(answer(&both, false, Some(&b), false), Answer::Show(a));
    }

    #[test]
    fn unsent_text_keeps_its_conversation_on_screen() {
        let (a, b) = (id("conv_a"), id("conv_b"));
        for is_hint in [true, false] {
            assert_eq!(
                answer(std::slice::from_ref(&a), is_hint, Some(&b), true),
                Answer::Offer(vec![a.clone()])
            );
        }
        assert_eq!(
            answer(&[a.clone(), b.clone()], false, Some(&b), true),
            Answer::Offer(vec![a])
        );
    }

    #[test]
    fn phones_are_compared_by_their_digits() {
        let row = |id: &str, phone: Option<&str>, at: i64| -> Conversation {
            let phone = phone.map_or("null".to_owned(), |phone| format!("\"{phone}\""));
            serde_json::from_str(&format!(
                r#"{{"id":"{id}","numberId":"wn_1","contact":{{"id":"ct_1","phone":{phone}}},"unread":0,"lastMessageAt":{at},"seq":1}}"#
            ))
            .unwrap()
        };
        let rows = [
            row("conv_1", Some("+5511988887777"), 1),
            row("conv_2", Some("+55 11 98888-7777"), 2),
            row("conv_3", Some("+551198888777"), 3),
            row("conv_4", None, 4),
            row("conv_5", Some("+15511988887777"), 5),
        ];
        let found: Vec<_> = with_phone(rows.iter(), "5511988887777")
            .into_iter()
            .map(|row| row.id)
            .collect();
        assert_eq!(found, [id("conv_2"), id("conv_1")]);
    }
}
