//! Everything the simulator remembers.

use std::collections::{HashMap, HashSet};

use super::SimulatedNumber;
use super::behaviour::Behaviour;
use super::chats::Chat;
use super::customer::{CustomerId, Customers};
use super::files::Files;
use super::linked::LinkedSession;
use super::sent::{CallLog, SentLog};

/// Held behind one lock, for short moments and never across an await.
pub(super) struct State {
    /// In the order in which they came: a request that names none means the first, and so does the phone.
    numbers: Vec<SimulatedNumber>,
    pub(super) customers: Customers,
    chats: HashMap<(String, CustomerId), Chat>,
    /// Who wrote which message, for read receipts.
    pub(super) writers: HashMap<String, CustomerId>,
    pub(super) sent: SentLog,
    pub(super) calls: CallLog,
    pub(super) behaviour: Behaviour,
    pub(super) files: Files,
    /// Phones that are linked by a code, or were, oldest first.
    pub(super) linked: Vec<LinkedSession>,
    /// Numbers that the Cloud API does not have yet.
    pub(super) unregistered: HashSet<String>,
    /// What Meta's window gave, and nobody has exchanged.
    pub(super) signup_codes: HashSet<String>,
    /// Accounts whose webhooks the app gets.
    pub(super) subscribed: HashSet<String>,
    /// The PINs of two-step verification, of numbers that have one.
    pub(super) pins: HashMap<String, String>,
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
            numbers: numbers.to_vec(),
            customers: Customers::default(),
            chats: HashMap::new(),
            writers: HashMap::new(),
            sent: SentLog::default(),
            calls: CallLog::default(),
            behaviour: Behaviour::default(),
            files: Files::with_examples(),
            linked: Vec::new(),
            unregistered: HashSet::new(),
            signup_codes: HashSet::new(),
            subscribed: HashSet::new(),
            pins: HashMap::new(),
            counters: Counters::default(),
        }
    }

    /// Forgets all but the numbers.
    pub(super) fn reset(&mut self) {
        let numbers = std::mem::take(&mut self.numbers);
        *self = Self {
            numbers,
            ..Self::new(&[])
        };
    }

    pub(super) fn add_number(&mut self, number: SimulatedNumber) {
        let mut known = self.numbers.iter_mut();
        match known.find(|known| known.phone_number_id == number.phone_number_id) {
            Some(known) => *known = number,
            None => self.numbers.push(number),
        }
    }

    pub(super) fn number(&self, phone_number_id: &str) -> Option<&SimulatedNumber> {
        let mut known = self.numbers.iter();
        known.find(|known| known.phone_number_id == phone_number_id)
    }

    /// The named number, or the default one when none is named.
    pub(super) fn number_or_default(
        &self,
        phone_number_id: Option<&str>,
    ) -> Option<&SimulatedNumber> {
        match phone_number_id {
            Some(id) => self.number(id),
            None => self.numbers.first(),
        }
    }

    pub(super) fn numbers(&self) -> impl Iterator<Item = &SimulatedNumber> {
        self.numbers.iter()
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
