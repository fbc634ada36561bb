//! Everything the simulator remembers.

use std::collections::{BTreeMap, HashMap};

use super::SimulatedNumber;
use super::behaviour::Behaviour;
use super::chats::Chat;
use super::customer::{CustomerId, Customers};
use super::files::Files;
use super::sent::{CallLog, SentLog};

/// Held behind one lock, for short moments and never across an await.
pub(super) struct State {
    numbers: BTreeMap<String, SimulatedNumber>,
    /// The first configured number: what a request means that names none.
    default_number: Option<String>,
    pub(super) customers: Customers,
    chats: HashMap<(String, CustomerId), Chat>,
    /// Who wrote which message, for read receipts.
    pub(super) writers: HashMap<String, CustomerId>,
    pub(super) sent: SentLog,
    pub(super) calls: CallLog,
    pub(super) behaviour: Behaviour,
    pub(super) files: Files,
    counters: Counters,
}

/// Running numbers by which chance is drawn.
#[derive(Default)]
struct Counters {
    sends: u64,
    inbound: u64,
}

impl State {
    pub(super) fn new(numbers: &[SimulatedNumber]) -> Self {
        Self {
            default_number: numbers.first().map(|number| number.phone_number_id.clone()),
            numbers: numbers
                .iter()
                .map(|number| (number.phone_number_id.clone(), number.clone()))
                .collect(),
            customers: Customers::default(),
            chats: HashMap::new(),
            writers: HashMap::new(),
            sent: SentLog::default(),
            calls: CallLog::default(),
            behaviour: Behaviour::default(),
            files: Files::with_examples(),
            counters: Counters::default(),
        }
    }

    /// Forgets all but the numbers.
    pub(super) fn reset(&mut self) {
        let numbers = std::mem::take(&mut self.numbers);
        let default_number = self.default_number.take();
        *self = Self {
            numbers,
            default_number,
            ..Self::new(&[])
        };
    }

    pub(super) fn add_number(&mut self, number: SimulatedNumber) {
        if self.default_number.is_none() {
            self.default_number = Some(number.phone_number_id.clone());
        }
        self.numbers.insert(number.phone_number_id.clone(), number);
    }

    pub(super) fn number(&self, phone_number_id: &str) -> Option<&SimulatedNumber> {
        self.numbers.get(phone_number_id)
    }

    /// The named number, or the default one when none is named.
    pub(super) fn number_or_default(
        &self,
        phone_number_id: Option<&str>,
    ) -> Option<&SimulatedNumber> {
        self.number(phone_number_id.or(self.default_number.as_deref())?)
    }

    pub(super) fn numbers(&self) -> impl Iterator<Item = &SimulatedNumber> {
        self.numbers.values()
    }

    pub(super) fn chat(&self, phone_number_id: &str, customer: CustomerId) -> Option<&Chat> {
        self.chats.get(&(phone_number_id.to_owned(), customer))
    }

    pub(super) fn chat_mut(&mut self, phone_number_id: &str, customer: CustomerId) -> &mut Chat {
        self.chats
            .entry((phone_number_id.to_owned(), customer))
            .or_default()
    }

    pub(super) fn chats(&self) -> impl Iterator<Item = (&str, CustomerId, &Chat)> {
        self.chats
            .iter()
            .map(|((number, customer), chat)| (number.as_str(), *customer, chat))
    }

    /// Replaces the settings; a new seed starts the running numbers again.
    pub(super) fn behave(&mut self, behaviour: Behaviour, restart: bool) {
        self.behaviour = behaviour;
        if restart {
            self.counters = Counters::default();
        }
    }

    pub(super) fn next_send(&mut self) -> u64 {
        self.counters.sends += 1;
        self.counters.sends
    }

    pub(super) fn next_inbound(&mut self) -> u64 {
        self.counters.inbound += 1;
        self.counters.inbound
    }
}
