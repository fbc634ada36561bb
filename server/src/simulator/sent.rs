//! What the product asked the Graph API to do.

use std::collections::{HashMap, VecDeque};

use serde::Serialize;
use serde_json::Value;

use super::customer::CustomerId;

/// One accepted send. There is one per accepted request: a product that sends twice shows twice.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Sent {
    /// The wamid that Graph answered, or would have answered.
    pub(super) id: String,
    /// Running number since the seed was set; chance is drawn by it.
    pub(super) number: u64,
    pub(super) phone_number_id: String,
    /// Phone or BSUID of the recipient.
    pub(super) to: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// The text, or words for another type.
    pub(super) text: String,
    /// `biz_opaque_callback_data`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) callback_data: Option<String>,
    /// Unix seconds.
    pub(super) accepted_at: i64,
    /// The request body as received.
    pub(super) body: Value,
    /// Every status so far, lost ones too.
    pub(super) statuses: Vec<StatusRecord>,
    #[serde(skip)]
    pub(super) customer: CustomerId,
    /// Addressed by phone rather than by BSUID.
    #[serde(skip)]
    pub(super) by_phone: bool,
    /// The customer opened the chat before this was delivered.
    #[serde(skip)]
    pub(super) read_asked: bool,
}

/// One status of a send.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StatusRecord {
    pub(super) status: String,
    /// Unix seconds, as its webhook says.
    pub(super) at: i64,
    /// Its webhook was lost on purpose.
    pub(super) lost: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<i64>,
}

impl Sent {
    pub(super) fn had(&self, status: &str) -> bool {
        self.statuses.iter().any(|record| record.status == status)
    }
}

/// All accepted sends, in order, found by id.
#[derive(Default)]
pub(super) struct SentLog {
    all: Vec<Sent>,
    by_id: HashMap<String, usize>,
}

impl SentLog {
    pub(super) fn push(&mut self, sent: Sent) {
        self.by_id.insert(sent.id.clone(), self.all.len());
        self.all.push(sent);
    }

    pub(super) fn get(&self, id: &str) -> Option<&Sent> {
        self.by_id.get(id).map(|index| &self.all[*index])
    }

    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut Sent> {
        self.by_id.get(id).map(|index| &mut self.all[*index])
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Sent> {
        self.all.iter()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Sent> {
        self.all.iter_mut()
    }
}

/// One request to the messages endpoint, whatever became of it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Call {
    /// Unix seconds.
    pub(super) at: i64,
    pub(super) phone_number_id: String,
    pub(super) outcome: Outcome,
    /// HTTP status of the answer; missing if the connection was closed instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) http_status: Option<u16>,
    /// Error code of a refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<i64>,
    /// Id of the accepted send.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    /// The request body, or null if it was not JSON.
    pub(super) body: Value,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Outcome {
    /// A message to a customer was taken.
    Accepted,
    /// A read receipt or typing indicator was taken.
    MarkedRead,
    /// Nothing was done; the answer says why.
    Refused,
    /// Taken, but the connection closed without an answer.
    AcceptedThenDropped,
    /// Nothing was done and nothing answered.
    Dropped,
}

/// The newest calls; old ones fall out, since a demonstration may run for weeks.
#[derive(Default)]
pub(super) struct CallLog(VecDeque<Call>);

impl CallLog {
    const KEPT: usize = 20_000;

    pub(super) fn push(&mut self, call: Call) {
        if self.0.len() == Self::KEPT {
            self.0.pop_front();
        }
        self.0.push_back(call);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Call> {
        self.0.iter()
    }
}
