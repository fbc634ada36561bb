//! A small server with a log, and a browser that hears of it late, twice, and out of step with the answers to its own requests.
//! Whatever happens on the way, in the end both must hold the same.

use super::*;
use crate::conversations::{Contact, Conversation, ConversationPage, preview_of};
use crate::ids::{ClientId, ContactId, ConversationId, MessageId, NumberId};
use crate::inbox::{Bootstrap, OpenConversation, SessionTimes};
use crate::live::LiveEvent;
use crate::messages::{Body, DeliveryStatus, Direction, Draft, Failure, Message, MessagePage};
use proptest::prelude::*;
use std::sync::Arc;

const PAGE: usize = 3;
const CONVERSATIONS: usize = 8;

#[derive(Clone, Default)]
struct Server {
    seq: i64,
    rows: Vec<Conversation>,
    messages: Vec<Message>,
    log: Vec<(i64, LiveEvent)>,
}

fn conversation_id(index: usize) -> ConversationId {
    ConversationId::parse(format!("conv_{index}")).unwrap()
}

impl Server {
    fn new() -> Self {
        let mut server = Self::default();
        for index in 0..CONVERSATIONS {
            server.rows.push(Conversation {
                id: conversation_id(index),
                number_id: NumberId::parse("wn_1").unwrap(),
                contact: Contact {
                    id: ContactId::parse(format!("ct_{index}")).unwrap(),
                    name: None,
                    phone: None,
                    username: None,
                    user_id: None,
                },
                unread: 0,
                last_message_at: 0,
                last_inbound_at: None,
                preview: None,
                seq: 0,
            });
        }
        for round in 0..3 {
            for index in (0..CONVERSATIONS).filter(|index| (index + round) % 3 != 0) {
                server.add(&conversation_id(index), Direction::Inbound, None);
            }
        }
        server
    }

    fn row(&self, id: &ConversationId) -> Option<&Conversation> {
        self.rows.iter().find(|row| row.id == *id)
    }

    fn tick(&mut self) -> i64 {
        self.seq += 1;
        self.seq
    }

    fn log_message(&mut self, message: Message) {
        let conversation = Box::new(self.row(&message.conversation_id).unwrap().clone());
        let message = Box::new(message);
        self.log.push((
            self.seq,
            LiveEvent::Message {
                conversation,
                message,
            },
        ));
    }

    fn add(
        &mut self,
        id: &ConversationId,
        direction: Direction,
        client_id: Option<ClientId>,
    ) -> Message {
        let seq = self.tick();
        let message = Message {
            client_id,
            text: Some(format!("text {seq}")),
            status: if direction == Direction::Inbound {
                DeliveryStatus::Delivered
            } else {
                DeliveryStatus::Queued
            },
            sent_at: seq * 400,
            seq,
            ..Message::bare(
                MessageId::parse(format!("msg_{seq:06}")).unwrap(),
                id.clone(),
                direction,
                "text",
            )
        };
        let row = self.rows.iter_mut().find(|row| row.id == *id).unwrap();
        row.seq = seq;
        row.last_message_at = message.sent_at;
        row.preview = Some(preview_of(&message));
        row.unread += u32::from(direction == Direction::Inbound);
        self.messages.push(message.clone());
        self.log_message(message.clone());
        message
    }

    fn advance_status(&mut self, id: &ConversationId) {
        let seq = self.tick();
        let Some(message) = self
            .messages
            .iter_mut()
            .rev()
            .find(|m| m.conversation_id == *id && m.direction == Direction::Outbound)
        else {
            return;
        };
        message.status = match message.status {
            DeliveryStatus::Queued => DeliveryStatus::Sent,
            DeliveryStatus::Sent => DeliveryStatus::Delivered,
            _ => DeliveryStatus::Read,
        };
        message.seq = seq;
        let message = message.clone();
        self.rows.iter_mut().find(|row| row.id == *id).unwrap().seq = seq;
        self.log_message(message);
    }

    /// The contact gives the last of their messages other words.
    fn edit(&mut self, id: &ConversationId) {
        let seq = self.tick();
        let mut newest_first = self.messages.iter_mut().rev();
        let Some(message) =
            newest_first.find(|m| m.conversation_id == *id && m.direction == Direction::Inbound)
        else {
            return;
        };
        message.text = Some(format!("edited {seq}"));
        message.edited_at = Some(seq);
        message.seq = seq;
        let message = message.clone();
        self.rows.iter_mut().find(|row| row.id == *id).unwrap().seq = seq;
        self.log_message(message);
    }

    fn read(&mut self, id: &ConversationId) -> Conversation {
        let seq = self.tick();
        let row = self.rows.iter_mut().find(|row| row.id == *id).unwrap();
        row.unread = 0;
        row.seq = seq;
        let row = row.clone();
        let conversation = Box::new(row.clone());
        self.log
            .push((seq, LiveEvent::Conversation { conversation }));
        row
    }

    fn merge(&mut self, from: &ConversationId, into: &ConversationId) {
        let (Some(gone), Some(_)) = (self.row(from).cloned(), self.row(into)) else {
            return;
        };
        if from == into {
            return;
        }
        let seq = self.tick();
        self.rows.retain(|row| row.id != *from);
        for message in self
            .messages
            .iter_mut()
            .filter(|m| m.conversation_id == *from)
        {
            message.conversation_id = into.clone();
        }
        let row = self.rows.iter_mut().find(|row| row.id == *into).unwrap();
        row.unread += gone.unread;
        row.last_message_at = row.last_message_at.max(gone.last_message_at);
        row.seq = seq;
        let into = Box::new(row.clone());
        self.log.push((
            seq,
            LiveEvent::ConversationMerged {
                from: gone.id,
                into,
            },
        ));
    }

    fn sorted(&self) -> Vec<Conversation> {
        let mut rows = self.rows.clone();
        rows.sort_by(|a, b| b.position().cmp(&a.position()));
        rows
    }

    fn list_page(&self, cursor: Option<&str>) -> ConversationPage {
        let rest: Vec<_> = self
            .sorted()
            .into_iter()
            .filter(|row| {
                cursor.is_none_or(|cursor| {
                    let (at, id) = cursor.split_once(':').unwrap();
                    row.position() < (at.parse().unwrap(), id)
                })
            })
            .collect();
        let older = rest.get(PAGE).is_some().then(|| {
            let last = &rest[PAGE - 1];
            format!("{}:{}", last.last_message_at, last.id)
        });
        ConversationPage {
            items: rest.into_iter().take(PAGE).collect(),
            older,
            newer: None,
        }
    }

    fn thread(&self, id: &ConversationId) -> Vec<Message> {
        let mut thread: Vec<_> = self
            .messages
            .iter()
            .filter(|m| m.conversation_id == *id)
            .cloned()
            .collect();
        thread.sort_by(|a, b| a.position().cmp(&b.position()));
        thread
    }

    fn thread_page(&self, id: &ConversationId, cursor: Option<&str>) -> MessagePage {
        let mut rest: Vec<_> = self
            .thread(id)
            .into_iter()
            .filter(|m| {
                cursor.is_none_or(|cursor| {
                    let (second, id) = cursor.split_once(':').unwrap();
                    m.position() < (second.parse().unwrap(), id)
                })
            })
            .collect();
        let items = rest.split_off(rest.len().saturating_sub(PAGE));
        let older = (!rest.is_empty()).then(|| {
            let (second, id) = items[0].position();
            format!("{second}:{id}")
        });
        MessagePage {
            items,
            older,
            newer: None,
        }
    }

    fn unread_total(&self) -> u32 {
        self.rows.iter().map(|row| row.unread).sum()
    }

    fn bootstrap(&self, open: Option<&ConversationId>) -> Bootstrap {
        Bootstrap {
            numbers: Vec::new(),
            conversations: self.list_page(None),
            open: open
                .and_then(|id| self.row(id))
                .map(|row| OpenConversation {
                    conversation: row.clone(),
                    messages: self.thread_page(&row.id, None),
                }),
            unread_total: self.unread_total(),
            cursor: self.seq,
            session: SessionTimes {
                now: 0,
                issued_at: 0,
                expires_at: 0,
                session_ends_at: 0,
            },
            brand: crate::branding::Brand::default(),
        }
    }
}

/// An answer on its way to the browser. It says how things were when it was asked.
#[derive(Clone)]
enum Answer {
    List(u64, String, ConversationPage),
    Thread(ConversationId, u64, Option<String>, MessagePage),
    Row(Conversation),
    Message(Message),
    Total(i64, u32),
}

#[derive(Debug, Clone)]
enum Step {
    Inbound(usize),
    Send { to: usize, answered: bool },
    Status(usize),
    Edit(usize),
    ReadElsewhere(usize),
    MarkRead(usize),
    OpenThread(usize),
    OlderMessages(usize),
    OlderRows,
    Merge(usize, usize),
    AskTotal,
    Hear(usize),
    HearAgain(usize),
    Answer(usize),
    Restart(Option<usize>),
}

fn step() -> impl Strategy<Value = Step> {
    let c = 0..CONVERSATIONS;
    prop_oneof![
        4 => c.clone().prop_map(Step::Inbound),
        3 => (c.clone(), any::<bool>()).prop_map(|(to, answered)| Step::Send { to, answered }),
        3 => c.clone().prop_map(Step::Status),
        2 => c.clone().prop_map(Step::Edit),
        1 => c.clone().prop_map(Step::ReadElsewhere),
        2 => c.clone().prop_map(Step::MarkRead),
        3 => c.clone().prop_map(Step::OpenThread),
        2 => c.clone().prop_map(Step::OlderMessages),
        2 => Just(Step::OlderRows),
        1 => (c.clone(), c.clone()).prop_map(|(a, b)| Step::Merge(a, b)),
        1 => Just(Step::AskTotal),
        5 => (1usize..4).prop_map(Step::Hear),
        2 => (1usize..4).prop_map(Step::HearAgain),
        5 => (0usize..4).prop_map(Step::Answer),
        1 => proptest::option::of(c).prop_map(Step::Restart),
    ]
}

struct World {
    server: Server,
    engine: Engine,
    answers: Vec<Answer>,
    sent: usize,
    opened: Vec<ConversationId>,
}

impl World {
    fn new() -> Self {
        let server = Server::new();
        let mut engine = Engine::default();
        engine.restart(server.bootstrap(None));
        Self {
            server,
            engine,
            answers: Vec::new(),
            sent: 0,
            opened: Vec::new(),
        }
    }

    fn next_events(&self) -> impl Iterator<Item = &(i64, LiveEvent)> {
        let cursor = self.engine.cursor();
        self.server.log.iter().filter(move |(seq, _)| *seq > cursor)
    }

    fn open(&mut self, id: &ConversationId) {
        if let Some(epoch) = self.engine.open_thread(id) {
            let page = self.server.thread_page(id, None);
            self.answers
                .push(Answer::Thread(id.clone(), epoch, None, page));
        }
        self.opened.push(id.clone());
    }

    fn older_messages(&mut self, id: &ConversationId) -> bool {
        let Some((epoch, cursor)) = self.engine.older_of(id) else {
            return false;
        };
        let page = self.server.thread_page(id, Some(&cursor));
        self.answers
            .push(Answer::Thread(id.clone(), epoch, Some(cursor), page));
        true
    }

    fn older_rows(&mut self) -> bool {
        let Some((epoch, cursor)) = self.engine.older_rows() else {
            return false;
        };
        let page = self.server.list_page(Some(&cursor));
        self.answers.push(Answer::List(epoch, cursor, page));
        true
    }

    fn answer(&mut self, index: usize) {
        if self.answers.is_empty() {
            return;
        }
        match self.answers.remove(index % self.answers.len()) {
            Answer::List(epoch, cursor, page) => self.engine.put_list_page(epoch, &cursor, page),
            Answer::Thread(id, epoch, requested, page) => {
                self.engine
                    .put_thread_page(&id, epoch, requested.as_deref(), page)
            }
            Answer::Row(row) => self.engine.put_conversation(row),
            Answer::Message(message) => self.engine.put_message(message),
            Answer::Total(cursor, total) => {
                self.engine.put_total(cursor, total);
                Changes::default()
            }
        };
    }

    fn send(&mut self, id: &ConversationId, answered: bool) {
        self.sent += 1;
        let client_id = ClientId::parse(format!("c{}", self.sent)).unwrap();
        self.engine.queue(Pending {
            client_id: client_id.clone(),
            conversation_id: id.clone(),
            draft: Draft::text("hello"),
            body: Arc::new(Body::of_text("hello")),
            sent_at: 0,
            state: PendingState::Queued,
        });
        self.engine.mark_sending(&client_id);
        let message = self
            .server
            .add(id, Direction::Outbound, Some(client_id.clone()));
        if answered {
            self.answers.push(Answer::Message(message));
        } else {
            self.engine.mark_queued(&client_id);
        }
    }

    fn take(&mut self, step: Step) {
        let known = |world: &Self, index| {
            let id = conversation_id(index);
            world.server.row(&id).is_some().then_some(id)
        };
        match step {
            Step::Hear(count) => {
                let heard: Vec<_> = self.next_events().take(count).cloned().collect();
                for (seq, event) in heard {
                    self.engine.apply(seq, event);
                }
            }
            Step::HearAgain(count) => {
                let cursor = self.engine.cursor();
                let again: Vec<_> = self
                    .server
                    .log
                    .iter()
                    .rev()
                    .filter(|(seq, _)| *seq <= cursor)
                    .take(count)
                    .cloned()
                    .collect();
                for (seq, event) in again {
                    self.engine.apply(seq, event);
                }
            }
            Step::Answer(index) => self.answer(index),
            Step::OlderRows => {
                self.older_rows();
            }
            Step::AskTotal => self
                .answers
                .push(Answer::Total(self.server.seq, self.server.unread_total())),
            Step::Merge(from, into) => self
                .server
                .merge(&conversation_id(from), &conversation_id(into)),
            Step::Restart(open) => {
                let open = open.map(conversation_id);
                self.engine.restart(self.server.bootstrap(open.as_ref()));
            }
            Step::Inbound(i) => {
                if let Some(id) = known(self, i) {
                    self.server.add(&id, Direction::Inbound, None);
                }
            }
            Step::Send { to, answered } => {
                if let Some(id) = known(self, to) {
                    self.send(&id, answered);
                }
            }
            Step::Status(i) => {
                if let Some(id) = known(self, i) {
                    self.server.advance_status(&id);
                }
            }
            Step::Edit(i) => {
                if let Some(id) = known(self, i) {
                    self.server.edit(&id);
                }
            }
            Step::ReadElsewhere(i) => {
                if let Some(id) = known(self, i) {
                    self.server.read(&id);
                }
            }
            Step::MarkRead(i) => {
                if let Some(id) = known(self, i) {
                    let row = self.server.read(&id);
                    self.answers.push(Answer::Row(row));
                }
            }
            Step::OpenThread(i) => {
                if let Some(id) = known(self, i) {
                    self.open(&id);
                }
            }
            Step::OlderMessages(i) => {
                self.older_messages(&conversation_id(i));
            }
        }
    }

    fn drain(&mut self) {
        self.take(Step::Hear(usize::MAX));
        while !self.answers.is_empty() {
            self.answer(0);
        }
    }

    /// What got no answer is sent again; the server knows it by its client id and answers with what it stored.
    fn send_again(&mut self) {
        for pending in self.engine.outbox().due() {
            let stored = self
                .server
                .messages
                .iter()
                .find(|m| m.client_id.as_ref() == Some(&pending.client_id));
            self.engine.put_message(stored.unwrap().clone());
        }
    }

    /// Lets everything arrive and everything be loaded.
    fn settle(&mut self) {
        self.drain();
        while !self.engine.outbox().due().is_empty() {
            self.send_again();
        }
        while self.older_rows() {
            self.drain();
        }
        self.opened = self
            .opened
            .iter()
            .map(|id| self.engine.current_id(id))
            .collect();
        for id in self.opened.clone() {
            self.open(&id);
            self.drain();
            while self.older_messages(&id) {
                self.drain();
            }
        }
        if self.engine.list().total_is_unsure() {
            assert!(
                self.engine
                    .put_total(self.server.seq, self.server.unread_total())
            );
        }
    }

    fn check(&self) {
        let expected = self.server.sorted();
        let list = self.engine.list();
        let held: Vec<_> = list
            .order()
            .iter()
            .map(|id| list.row(id).unwrap().clone())
            .collect();
        assert_eq!(held, expected);
        assert_eq!(list.unread_total(), self.server.unread_total(), "total");
        for id in &self.opened {
            let thread = self.engine.thread(id).unwrap();
            assert!(thread.is_loaded());
            assert_eq!(thread.messages(), self.server.thread(id), "{id}");
        }
        assert_eq!(
            self.engine.outbox().waiting(),
            0,
            "everything that was sent is confirmed"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn any_interleaving_of_events_and_answers_ends_in_the_same_state(steps in proptest::collection::vec(step(), 0..60)) {
        let mut world = World::new();
        for step in steps {
            world.take(step);
        }
        world.settle();
        world.check();
    }

    #[test]
    fn a_message_is_never_on_screen_twice(steps in proptest::collection::vec(step(), 0..60)) {
        let mut world = World::new();
        world.open(&conversation_id(0));
        world.answer(0);
        for step in steps {
            world.take(step);
            let id = world.engine.current_id(&conversation_id(0));
            let Some(thread) = world.engine.thread(&id) else { continue };
            let mut keys: Vec<_> = thread.messages().iter().map(|m| m.key().to_owned()).collect();
            keys.extend(world.engine.outbox().of(&id).map(|p| p.client_id.to_string()));
            let all = keys.len();
            keys.sort_unstable();
            keys.dedup();
            prop_assert_eq!(keys.len(), all);
        }
    }
}

fn pending(id: &str) -> Pending {
    Pending {
        client_id: ClientId::parse(id).unwrap(),
        conversation_id: conversation_id(1),
        draft: Draft::text("hello"),
        body: Arc::new(Body::of_text("hello")),
        sent_at: 0,
        state: PendingState::Queued,
    }
}

#[test]
fn one_message_of_a_conversation_is_under_way_at_a_time() {
    let mut engine = Engine::default();
    engine.queue(pending("a"));
    engine.queue(pending("b"));
    let due = engine.outbox().due();
    assert_eq!(
        due.iter().map(|p| p.client_id.as_str()).collect::<Vec<_>>(),
        ["a"]
    );
    engine.mark_sending(&due[0].client_id);
    assert!(engine.outbox().due().is_empty(), "b waits for a");
    engine.mark_rejected(
        &due[0].client_id,
        crate::error::ApiError::new(crate::error::Code::TextTooLong, "too long"),
    );
    let due = engine.outbox().due();
    assert_eq!(
        due.iter().map(|p| p.client_id.as_str()).collect::<Vec<_>>(),
        ["b"]
    );
    assert_eq!(engine.outbox().waiting(), 1);
}

#[test]
fn an_answer_that_comes_after_its_event_changes_nothing() {
    let mut world = World::new();
    let id = conversation_id(1);
    world.open(&id);
    world.answer(0);
    world.send(&id, true);
    world.take(Step::Hear(1));
    let before = world.engine.thread(&id).unwrap().messages().to_vec();
    world.answer(0);
    assert_eq!(
        world.engine.mark_queued(&ClientId::parse("c1").unwrap()),
        Changes::default()
    );
    assert_eq!(world.engine.thread(&id).unwrap().messages(), before);
    assert_eq!(world.engine.outbox().waiting(), 0);
}

#[test]
fn a_sign_that_is_not_taken_comes_off_again() {
    let mut server = Server::new();
    let id = conversation_id(0);
    let message = server.add(&id, Direction::Inbound, None);
    let mut engine = Engine::default();
    let epoch = engine.open_thread(&id).unwrap();
    let page = MessagePage {
        items: vec![message.clone()],
        older: None,
        newer: None,
    };
    engine.put_thread_page(&id, epoch, None, page);
    let shown = |engine: &Engine| engine.thread(&id).unwrap().messages()[0].clone();
    let failure = || Failure {
        code: String::new(),
        sentence: "No.".into(),
        retryable: true,
    };
    engine.set_sign(&id, &message.id, "👍", 1);
    assert_eq!(engine.sign_of_ours(&id, &message.id), "👍");
    engine.take_sign_back(&id, &message.id, ("👍", ""), failure());
    assert_eq!(shown(&engine).reactions, []);
    assert_eq!(shown(&engine).reaction_failure, Some(failure()));
    // Another choice since then stands, whatever becomes of the one before.
    engine.set_sign(&id, &message.id, "😮", 2);
    assert_eq!(shown(&engine).reaction_failure, None);
    engine.take_sign_back(&id, &message.id, ("👍", ""), failure());
    assert_eq!(engine.sign_of_ours(&id, &message.id), "😮");
    // What the server says counts.
    engine.put_message(Message {
        seq: message.seq + 1,
        ..message.clone()
    });
    assert_eq!(engine.sign_of_ours(&id, &message.id), "");
}
