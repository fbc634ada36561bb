//! What streams are told that is in no log: true for some seconds, never repeated, and no harm if it is lost.

use app::ids::{NumberId, TenantId};
use app::live::{Frame, signal};
use app::presence::Here;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// One word, ready to be sent.
#[derive(Debug)]
pub struct Word {
    /// Whose sessions may hear it.
    pub number: NumberId,
    /// The frame as it goes over the wire; without an id, for it has no place in the log.
    pub frame: Bytes,
}

/// Somebody at a conversation, as servers tell each other.
#[derive(Debug, Serialize, Deserialize)]
pub struct Told {
    /// Whose it is.
    pub tenant: TenantId,
    /// The number of the conversation.
    pub number: NumberId,
    /// Who, and what they do.
    pub here: Here,
}

impl Told {
    /// As streams are told.
    pub(super) fn word(&self) -> Word {
        let frame = Frame {
            id: None,
            event: Some(signal::HERE.into()),
            data: serde_json::to_string(&self.here).unwrap_or_default(),
        };
        Word {
            number: self.number.clone(),
            frame: frame.encode().into(),
        }
    }
}
