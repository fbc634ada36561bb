//! A small server with a log, and a browser that hears of it late, twice, and out of step with the answers to its own requests.
//! Whatever happens on the way, in the end both must hold the same.

use super::thread::SHOWN;
use super::*;
use crate::conversations::{Contact, Conversation, ConversationPage, preview_of};
use crate::ids::{ClientId, ContactId, ConversationId, MessageId, NumberId, OperatorId};
use crate::inbox::{Bootstrap, OpenConversation, SessionTimes};
use crate::live::LiveEvent;
use crate::messages::{Body, DeliveryStatus, Direction, Draft, Failure, Message, MessagePage};
use crate::operators::Operator;
use crate::workflow::{ListFilter, State, Totals, View, ViewCounts};
use proptest::prelude::*;
use std::sync::Arc;

const PAGE: usize = 3;
const CONVERSATIONS: usize = 8;

#[derive(Clone, Default)]
struct Server {
    seq: i64,
    rows: Vec<Conversation>,
    messages: Vec<Message>,
    /// What the browser looks at.
    filter: ListFilter,
    log: Vec<(i64, LiveEvent)>,
}

fn me() -> OperatorId {
    OperatorId::parse("op_me").unwrap()
}

fn conversation_id(index: usize) -> ConversationId {
    ConversationId::parse(format!("conv_{index}")).unwrap()
}

impl Server {
    fn new() -> Self {
        let mut server = Self::default();
        for index in 0..CONVERSATIONS {
            let mut row = Conversation::new(
                conversation_id(index),
                NumberId::parse("wn_1").unwrap(),
                Contact {
                    own_name: None,
                    id: ContactId::parse(format!("ct_{index}")).unwrap(),
                    name: None,
                    phone: None,
                    username: None,
                    user_id: None,
                },
            );
            row.last_message_at = 0;
            server.rows.push(row);
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
        if direction == Direction::Inbound {
            row.state = State::Open;
        }
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
        rows.retain(|row| self.filter.has(row, Some(&me())));
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
            format!("{}:{}", last.place(), last.id)
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

    fn totals(&self) -> Totals {
        let mut counts = ViewCounts::default();
        for view in View::ALL {
            let rows = self.rows.iter().filter(|row| view.has(row, Some(&me())));
            *counts.of_mut(view) = u32::try_from(rows.count()).unwrap();
        }
        Totals {
            cursor: self.seq,
            unread_total: self.unread_total(),
            counts,
        }
    }

    /// Somebody does something with a conversation.
    fn work(&mut self, id: &ConversationId, what: usize) -> Conversation {
        let seq = self.tick();
        let row = self.rows.iter_mut().find(|row| row.id == *id).unwrap();
        row.seq = seq;
        match what % 6 {
            0 => row.state = State::Resolved,
            1 => row.state = State::Snoozed,
            2 => row.state = State::Open,
            3 => row.assignee = Some(Operator::of(me(), None, None)),
            4 => row.assignee = None,
            _ => row.pinned = !row.pinned,
        }
        let conversation = Box::new(row.clone());
        self.log
            .push((seq, LiveEvent::Conversation { conversation }));
        self.row(id).unwrap().clone()
    }

    fn cursor_of(message: &Message) -> String {
        let (second, id) = message.position();
        format!("{second}:{id}")
    }

    fn newer_page(&self, id: &ConversationId, cursor: &str) -> MessagePage {
        let (second, last) = cursor.split_once(':').unwrap();
        let mut items = self.thread(id);
        items.retain(|message| message.position() > (second.parse().unwrap(), last));
        let newer = (items.len() > PAGE).then(|| Self::cursor_of(&items[PAGE - 1]));
        items.truncate(PAGE);
        MessagePage {
            items,
            older: None,
            newer,
        }
    }

    /// Two messages on either side.
    fn around(&self, message: &MessageId) -> Option<(ConversationId, MessagePage)> {
        let of = self.messages.iter().find(|it| it.id == *message)?;
        let thread = self.thread(&of.conversation_id);
        let at = thread.iter().position(|it| it.id == *message)?;
        let (from, to) = (at.saturating_sub(2), (at + 3).min(thread.len()));
        let page = MessagePage {
            older: (from > 0).then(|| Self::cursor_of(&thread[from])),
            newer: (to < thread.len()).then(|| Self::cursor_of(&thread[to - 1])),
            items: thread[from..to].to_vec(),
        };
        Some((of.conversation_id.clone(), page))
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
            counts: self.totals().counts,
            labels: Vec::new(),
            me: Some(Operator::of(me(), None, None)),
            read_only: false,
        }
    }
}

/// An answer on its way to the browser. It says how things were when it was asked.
#[derive(Clone)]
enum Answer {
    List(u64, String, ConversationPage),
    Thread(ConversationId, u64, Option<String>, MessagePage),
    Newer(ConversationId, u64, String, MessagePage),
    Around(ConversationId, u64, MessagePage),
    Row(Conversation),
    Message(Message),
    Totals(Totals),
    Part(u64, ConversationPage),
}

#[derive(Debug, Clone)]
enum Step {
    Inbound(usize),
    Send {
        to: usize,
        answered: bool,
    },
    Status(usize),
    Edit(usize),
    ReadElsewhere(usize),
    MarkRead(usize),
    OpenThread(usize),
    OlderMessages(usize),
    NewerMessages(usize),
    JumpTo(usize),
    OlderRows,
    Merge(usize, usize),
    AskTotal,
    Hear(usize),
    HearAgain(usize),
    Answer(usize),
    Restart(Option<usize>),
    Work {
        of: usize,
        what: usize,
        answered: bool,
    },
    Choose(usize),
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
        2 => c.clone().prop_map(Step::NewerMessages),
        4 => (0usize..100).prop_map(Step::JumpTo),
        2 => Just(Step::OlderRows),
        1 => (c.clone(), c.clone()).prop_map(|(a, b)| Step::Merge(a, b)),
        1 => Just(Step::AskTotal),
        5 => (1usize..4).prop_map(Step::Hear),
        2 => (1usize..4).prop_map(Step::HearAgain),
        5 => (0usize..4).prop_map(Step::Answer),
        1 => proptest::option::of(c.clone()).prop_map(Step::Restart),
        3 => (c, 0usize..6, any::<bool>()).prop_map(|(of, what, answered)| Step::Work { of, what, answered }),
        1 => (0usize..6).prop_map(Step::Choose),
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

    fn newer_messages(&mut self, id: &ConversationId) -> bool {
        let Some((epoch, cursor)) = self.engine.newer_of(id) else {
            return false;
        };
        let page = self.server.newer_page(id, &cursor);
        self.answers
            .push(Answer::Newer(id.clone(), epoch, cursor, page));
        true
    }

    fn jump_to(&mut self, message: &MessageId) {
        let Some((id, page)) = self.server.around(message) else {
            return;
        };
        if let Some(jump) = self.engine.open_thread_at(&id, message) {
            self.answers.push(Answer::Around(id.clone(), jump, page));
        }
        self.opened.push(id);
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
            Answer::Newer(id, epoch, requested, page) => {
                self.engine.put_newer_page(&id, epoch, &requested, page)
            }
            Answer::Around(id, jump, page) => {
                self.engine.put_thread_around(&id, jump, page);
                Changes::default()
            }
            Answer::Row(row) => self.engine.put_conversation(row),
            Answer::Message(message) => self.engine.put_message(message),
            Answer::Totals(totals) => {
                self.engine.put_totals(&totals);
                Changes::default()
            }
            Answer::Part(epoch, page) => self.engine.put_part(epoch, page),
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

    #[expect(clippy::too_many_lines, reason = "an arm for each step")]
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
            Step::AskTotal => self.answers.push(Answer::Totals(self.server.totals())),
            Step::Work { of, what, answered } => {
                if let Some(id) = known(self, of) {
                    let row = self.server.work(&id, what);
                    if answered {
                        self.answers.push(Answer::Row(row));
                    }
                }
            }
            Step::Choose(view) => {
                let filter = ListFilter {
                    view: View::ALL[view],
                    ..ListFilter::default()
                };
                self.server.filter = filter.clone();
                let (epoch, _) = self.engine.choose(filter);
                self.answers
                    .push(Answer::Part(epoch, self.server.list_page(None)));
            }
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
            Step::NewerMessages(i) => {
                self.newer_messages(&conversation_id(i));
            }
            Step::JumpTo(nth) => {
                let all = &self.server.messages;
                let message = all[nth % all.len()].id.clone();
                self.jump_to(&message);
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
            assert!(self.engine.put_totals(&self.server.totals()));
        }
    }

    /// Whatever part of a conversation is shown has no gap, and is as new as the events that were heard.
    fn check_parts(&self) {
        for id in &self.opened {
            let Some(thread) = self.engine.thread(id) else {
                continue;
            };
            if !thread.is_loaded() && thread.newer().is_none() {
                continue;
            }
            let (shown, whole) = (thread.messages(), self.server.thread(id));
            let from = shown
                .first()
                .and_then(|first| whole.iter().position(|it| it.id == first.id))
                .unwrap_or(whole.len());
            assert_eq!(shown, &whole[from..(from + shown.len()).min(whole.len())]);
            let has_older = thread.older().is_some() || thread.has_more_above();
            assert_eq!(from > 0 && !shown.is_empty(), has_older);
            let walked = walk(thread);
            let from = walked
                .first()
                .and_then(|first| whole.iter().position(|it| it.id == first.id))
                .unwrap_or(whole.len());
            assert_eq!(walked, &whole[from..(from + walked.len()).min(whole.len())]);
            let is_end = from + shown.len() == whole.len();
            assert!(is_end || !thread.shows_newest(), "{id} has more");
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
        assert_eq!(list.counts(), self.server.totals().counts, "counts");
        for id in &self.opened {
            let thread = self.engine.thread(id).unwrap();
            assert!(thread.is_loaded());
            assert_eq!(walk(thread), self.server.thread(id), "{id}");
        }
        assert_eq!(
            self.engine.outbox().waiting(),
            0,
            "everything that was sent is confirmed"
        );
    }
}

/// What a reader sees who scrolls through everything that is held, from the top to the bottom.
fn walk(thread: &Thread) -> Vec<Message> {
    let mut thread = thread.clone();
    thread.fit(Side::Older);
    while thread.reveal(Side::Older) {
        assert!(thread.messages().len() <= SHOWN);
    }
    let mut seen = thread.messages().to_vec();
    while thread.reveal(Side::Newer) {
        let shown = thread.messages();
        assert!(shown.len() <= SHOWN);
        let known = seen
            .last()
            .and_then(|last| shown.iter().position(|it| it.id == last.id));
        let known = known.expect("what was at the end is still there");
        seen.extend_from_slice(&shown[known + 1..]);
    }
    seen
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn any_interleaving_of_events_and_answers_ends_in_the_same_state(steps in proptest::collection::vec(step(), 0..60)) {
        let mut world = World::new();
        for step in steps {
            world.take(step);
        }
        world.drain();
        world.check_parts();
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
            let waiting = world.engine.outbox().of(&id).filter(|_| thread.newer().is_none());
            keys.extend(waiting.map(|p| p.client_id.to_string()));
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

#[test]
fn a_part_that_was_jumped_to_grows_until_it_meets_the_newest() {
    let mut world = World::new();
    let id = conversation_id(0);
    let all: Vec<_> = (0..20)
        .map(|_| world.server.add(&id, Direction::Inbound, None).id)
        .collect();
    world.take(Step::Hear(usize::MAX));
    world.open(&id);
    world.drain();
    let shown = |world: &World| -> Vec<MessageId> {
        let thread = world.engine.thread(&id).unwrap();
        walk(thread).into_iter().map(|it| it.id).collect()
    };
    assert_eq!(shown(&world), all[17..]);
    world.jump_to(&all[8]);
    assert_eq!(shown(&world), all[17..], "until the answer is there");
    world.drain();
    assert_eq!(shown(&world), all[6..11]);
    // What comes meanwhile is held and not shown, and neither is what waits to go out.
    world.server.add(&id, Direction::Inbound, None);
    world.drain();
    assert_eq!(shown(&world), all[6..11]);
    assert!(!world.engine.thread(&id).unwrap().shows_newest());
    world.older_messages(&id);
    world.drain();
    assert_eq!(shown(&world), all[3..11]);
    for end in [14, 17] {
        assert!(world.newer_messages(&id));
        world.drain();
        assert_eq!(shown(&world), all[3..end]);
    }
    world.newer_messages(&id);
    world.drain();
    assert_eq!(shown(&world).len(), 18, "joined, with what came meanwhile");
    assert_eq!(world.engine.newer_of(&id), None);
    world.check_parts();
}

#[test]
fn a_long_thread_is_shown_in_parts_around_the_reader() {
    let mut world = World::new();
    let id = conversation_id(0);
    for _ in 0..4 * SHOWN {
        world.take(Step::Inbound(0));
    }
    world.drain();
    world.open(&id);
    world.drain();
    while world.older_messages(&id) {
        world.drain();
    }
    let whole = world.server.thread(&id);
    let engine = &mut world.engine;
    let shown = |engine: &Engine| engine.thread(&id).unwrap().messages().to_vec();
    assert_eq!(
        shown(engine),
        whole[..SHOWN],
        "the reader is at the beginning"
    );
    assert!(!engine.thread(&id).unwrap().shows_newest());

    // A message that is held is shown without being asked for.
    let wanted = whole[2 * SHOWN].id.clone();
    assert_eq!(engine.open_thread_at(&id, &wanted), None);
    let around = shown(engine);
    assert_eq!(around.len(), SHOWN);
    assert!(around.iter().any(|message| message.id == wanted));
    assert!(engine.reveal(&id, Side::Newer));
    assert!(
        shown(engine).iter().any(|message| message.id == wanted),
        "the reader's place stays"
    );

    // Opened anew it stands at its end, and what comes is shown there.
    assert_eq!(engine.open_thread(&id), None);
    engine.fit(&id, Side::Newer);
    assert_eq!(shown(engine), whole[whole.len() - SHOWN..]);
    world.take(Step::Inbound(0));
    world.drain();
    world.engine.fit(&id, Side::Newer);
    let whole = world.server.thread(&id);
    assert_eq!(shown(&world.engine), whole[whole.len() - SHOWN..]);
    assert!(world.engine.thread(&id).unwrap().shows_newest());
}

#[test]
fn leaving_an_earlier_part_leads_to_the_newest_one() {
    let mut world = World::new();
    let id = conversation_id(0);
    let all: Vec<_> = (0..20)
        .map(|_| world.server.add(&id, Direction::Inbound, None).id)
        .collect();
    world.take(Step::Hear(usize::MAX));
    // Straight into the middle: the newest page was never asked for.
    world.jump_to(&all[8]);
    world.drain();
    world.jump_to(&all[1]);
    let late = world.answers.pop().unwrap();
    world.open(&id);
    world.answers.push(late);
    world.drain();
    world.check_parts();
    let thread = world.engine.thread(&id).unwrap();
    assert!(thread.shows_newest());
    assert_eq!(thread.messages().last().unwrap().id, all[19]);
    assert_eq!(thread.messages().len(), 3, "a late answer shows nothing");
    // What is held needs no answer.
    world.jump_to(&all[18]);
    assert!(world.answers.is_empty());
}

#[test]
fn what_waits_here_can_be_withdrawn_and_what_is_under_way_cannot() {
    let mut engine = Engine::default();
    let (a, b) = (pending("a"), pending("b"));
    engine.queue(a.clone());
    engine.queue(b.clone());
    engine.mark_sending(&a.client_id);
    assert_eq!(engine.withdraw(&a.client_id), None);
    assert_eq!(
        engine.withdraw(&b.client_id),
        Some(Changes::thread(&b.conversation_id))
    );
    assert_eq!(engine.withdraw(&b.client_id), None, "gone");
    assert_eq!(engine.outbox().waiting(), 1);
}

#[test]
fn a_message_is_found_by_the_id_it_was_sent_under() {
    let mut world = World::new();
    let id = conversation_id(1);
    world.open(&id);
    world.answer(0);
    let client_id = ClientId::parse("c1").unwrap();
    world.send(&id, true);
    assert_eq!(world.engine.sent_as(&id, &client_id), None, "under way");
    world.take(Step::Hear(1));
    let found = world.engine.sent_as(&id, &client_id);
    assert_eq!(found.and_then(|it| it.client_id.clone()), Some(client_id));
}
