//! What the operator does with conversations, and how it is taken back.

use super::api::ChangeConversations;
use super::{ListFilter, MAX_AT_ONCE, State, Work};
use crate::browser;
use crate::conversations::Conversation;
use crate::conversations::api::ListConversations;
use crate::error::ApiError;
use crate::i18n::sentence;
use crate::ids::ConversationId;
use crate::inbox::{Inbox, Paging, set_if_changed};
use crate::operators::api::ListOperators;
use crate::paging::PageRequest;
use leptos::prelude::*;

/// How long a deed can be taken back, in milliseconds.
const TAKE_BACK: u32 = 8_000;

/// What is said of the last deed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// Which one, so that an earlier one's end does not take it away.
    number: u64,
    /// Why it was not done; `None` if it was.
    pub failure: Option<String>,
    /// What takes it back, and from which conversations.
    pub back: Vec<(Vec<ConversationId>, Work)>,
    /// What it was.
    pub work: Work,
    /// How many conversations it changed.
    pub count: usize,
}

/// What takes a piece of work back from a conversation that was like this before.
fn back_of(before: &Conversation, work: &Work) -> Work {
    match work {
        Work::Assign { .. } => Work::Assign {
            operator: before.assignee.as_ref().map(|it| it.id.clone()),
        },
        Work::Resolve | Work::Reopen | Work::Snooze { .. } => {
            match (before.state, before.snoozed_until) {
                (State::Resolved, _) => Work::Resolve,
                (State::Snoozed, Some(until)) => Work::Snooze { until },
                _ => Work::Reopen,
            }
        }
        Work::Label { label, on } => Work::Label {
            label: label.clone(),
            on: !on,
        },
        Work::Pin { on } => Work::Pin { on: !on },
        Work::Read => Work::Unread,
        Work::Unread => Work::Read,
    }
}

/// Adds a conversation to those from which the same is taken back.
fn add(back: &mut Vec<(Vec<ConversationId>, Work)>, id: ConversationId, work: Work) {
    match back.iter_mut().find(|(_, other)| *other == work) {
        Some((ids, _)) => ids.push(id),
        None => back.push((vec![id], work)),
    }
}

impl Inbox {
    /// Does something with a conversation; it can be taken back for a while.
    pub(crate) fn work(&self, id: &ConversationId, work: Work) {
        // The entry that was chosen goes away, and the focus with it.
        let chose = browser::is_focused(".work-menu *");
        self.menu.set(None);
        if chose {
            browser::focus("[data-focus=thread]");
        }
        // Who looks at it has seen it.
        if work == Work::Unread && self.open.get_untracked().as_ref() == Some(id) {
            self.back_to_list();
        }
        self.change(id.clone(), work);
    }

    /// Takes the last deed back.
    pub(crate) fn undo_deed(&self) {
        let deed = self.deed.get_untracked();
        self.deed.set(None);
        let inbox = self.clone();
        browser::spawn(async move {
            for (ids, work) in deed.into_iter().flat_map(|deed| deed.back) {
                if !inbox.carry_out(&ids, &work, false).await {
                    break;
                }
            }
        });
    }

    fn change(&self, id: ConversationId, work: Work) {
        let inbox = self.clone();
        browser::spawn(async move {
            inbox.carry_out(&[id], &work, true).await;
        });
    }

    /// Does the same with all of these, and says so where that can be taken back. `false` if some or all of it was not done.
    pub(crate) async fn carry_out(
        &self,
        ids: &[ConversationId],
        work: &Work,
        can_be_taken_back: bool,
    ) -> bool {
        let generation = self.generation();
        let mut back: Vec<(Vec<ConversationId>, Work)> = Vec::new();
        let (mut count, mut failure) = (0, None);
        for ids in ids.chunks(MAX_AT_ONCE) {
            let request = ChangeConversations {
                ids: ids.to_vec(),
                work: work.clone(),
            };
            let before: Vec<Conversation> = {
                let engine = self.engine();
                let held = ids.iter().filter_map(|id| engine.list().row(id));
                held.cloned().collect()
            };
            let result = self.call(request).await;
            if self.is_past(generation) {
                return false;
            }
            let rows = match result {
                Ok(rows) => rows,
                Err(error) => {
                    failure = Some(sentence(self.i18n.locale_now(), &error));
                    break;
                }
            };
            for row in rows {
                let was = before.iter().find(|was| was.id == row.id);
                // What was so before stays so when it is taken back.
                if let Some(was) = was.filter(|was| was.seq != row.seq) {
                    count += 1;
                    add(&mut back, row.id.clone(), back_of(was, work));
                }
                self.act(|engine| engine.put_conversation(row));
            }
        }
        if !can_be_taken_back {
            back.clear();
        }
        let is_done = failure.is_none();
        if !is_done || !back.is_empty() {
            self.tell_deed(failure, back, work.clone(), count);
        }
        is_done
    }

    /// Says why something was not done.
    pub(crate) fn tell_failure(&self, error: &ApiError) {
        let words = sentence(self.i18n.locale_now(), error);
        self.tell_deed(Some(words), Vec::new(), Work::Read, 0);
    }

    fn tell_deed(
        &self,
        failure: Option<String>,
        back: Vec<(Vec<ConversationId>, Work)>,
        work: Work,
        count: usize,
    ) {
        let number = self
            .deed
            .with_untracked(|deed| deed.as_ref().map_or(0, |deed| deed.number + 1));
        self.deed.set(Some(Deed {
            number,
            failure,
            back,
            work,
            count,
        }));
        let deed = self.deed.clone();
        browser::after(TAKE_BACK, move || {
            if deed.with_untracked(|deed| deed.as_ref().is_some_and(|deed| deed.number == number)) {
                deed.set(None);
            }
        });
    }

    /// Looks at another part of the list.
    pub(crate) fn choose(&self, filter: ListFilter) {
        if self.filter.with_untracked(|held| *held == filter) {
            return;
        }
        self.filter.set(filter);
        self.load_part();
    }

    /// Asks for the first page of the part that is looked at.
    pub(crate) fn load_part(&self) {
        let filter = self.filter.get_untracked();
        let (epoch, changes) = self.engine().choose(filter.clone());
        self.paging.set(Paging::Idle);
        self.part.set(Paging::Loading);
        self.act(|_| changes);
        let inbox = self.clone();
        let generation = self.generation();
        browser::spawn(async move {
            let page = PageRequest::first();
            let filter = Some(filter);
            let result = inbox.call(ListConversations { page, filter }).await;
            if inbox.is_past(generation) || !inbox.engine().waits_for_part(epoch) {
                return;
            }
            match result {
                Ok(page) => {
                    // First of all: what is drawn then is not empty.
                    inbox.part.set(Paging::Idle);
                    inbox.act(|engine| engine.put_part(epoch, page));
                }
                Err(error) => inbox.part.set(Paging::Failed(error)),
            }
        });
    }

    /// Asks who the colleagues are.
    pub(crate) fn load_operators(&self) {
        let inbox = self.clone();
        let generation = self.generation();
        browser::spawn(async move {
            if let Ok(operators) = inbox.call(ListOperators {}).await
                && !inbox.is_past(generation)
            {
                set_if_changed(&inbox.operators, operators);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversations::Contact;
    use crate::ids::{ContactId, LabelId, NumberId, OperatorId};
    use crate::operators::Operator;

    #[test]
    fn what_is_taken_back_alike_is_taken_back_together() {
        let id = |n: u8| ConversationId::parse(["conv_", &n.to_string()].concat()).unwrap();
        let mut back = Vec::new();
        add(&mut back, id(1), Work::Reopen);
        add(&mut back, id(2), Work::Snooze { until: 5 });
        add(&mut back, id(3), Work::Reopen);
        let expected = [
            (vec![id(1), id(3)], Work::Reopen),
            (vec![id(2)], Work::Snooze { until: 5 }),
        ];
        assert_eq!(back, expected);
    }

    #[test]
    fn everything_can_be_taken_back() {
        let mut before = Conversation::new(
            ConversationId::parse("conv_1").unwrap(),
            NumberId::parse("wn_1").unwrap(),
            Contact {
                own_name: None,
                id: ContactId::parse("ct_1").unwrap(),
                name: None,
                phone: None,
                username: None,
                user_id: None,
            },
        );
        let ana = OperatorId::parse("op_1").unwrap();
        assert_eq!(back_of(&before, &Work::Resolve), Work::Reopen);
        assert_eq!(
            back_of(
                &before,
                &Work::Assign {
                    operator: Some(ana.clone())
                }
            ),
            Work::Assign { operator: None }
        );
        before.state = State::Snoozed;
        before.snoozed_until = Some(5);
        before.assignee = Some(Operator::of(ana.clone(), None, None));
        for work in [Work::Reopen, Work::Resolve, Work::Snooze { until: 9 }] {
            assert_eq!(back_of(&before, &work), Work::Snooze { until: 5 });
        }
        assert_eq!(
            back_of(&before, &Work::Assign { operator: None }),
            Work::Assign {
                operator: Some(ana)
            }
        );
        let label = LabelId::parse("lb_1").unwrap();
        for (work, back) in [
            (Work::Pin { on: true }, Work::Pin { on: false }),
            (Work::Unread, Work::Read),
            (
                Work::Label {
                    label: label.clone(),
                    on: false,
                },
                Work::Label { label, on: true },
            ),
        ] {
            assert_eq!(back_of(&before, &work), back);
        }
    }
}
