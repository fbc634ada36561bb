//! Phones that are linked by a code: the sessions of the gateway that the simulator is as well (docs/protocol.md, "The gateway").

use aws_lc_rs::rand;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;

use super::{SimulatedNumber, unix_now};

/// How long a code is good, in seconds, as on WhatsApp's own page.
const CODE_SECONDS: i64 = 60;
/// Letters of a code that can be typed; none of them looks like another.
const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// How far a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum LinkedState {
    Connecting,
    Open,
    Close,
    Expired,
}

/// A session.
#[derive(Clone, Debug)]
pub(super) struct LinkedSession {
    pub(super) id: String,
    /// The number that it was begun for, digits.
    pub(super) number: String,
    pub(super) name: String,
    state: LinkedState,
    pub(super) qr: String,
    pub(super) pairing_code: String,
    /// Seconds since 1970.
    pub(super) code_expires_at: i64,
    /// The phone that scanned, digits, and the number that it is here.
    pub(super) linked: Option<SimulatedNumber>,
}

impl LinkedSession {
    pub(super) fn begin(number: String, name: String) -> Self {
        let mut session = Self {
            id: format!("ls_{}", random(12)),
            number,
            name,
            state: LinkedState::Connecting,
            qr: String::new(),
            pairing_code: String::new(),
            code_expires_at: 0,
            linked: None,
        };
        session.renew();
        session
    }

    /// As it is now: a code ends by itself.
    pub(super) fn state(&self) -> LinkedState {
        if self.state == LinkedState::Connecting && self.code_expires_at <= unix_now() {
            return LinkedState::Expired;
        }
        self.state
    }

    /// Another code, while nobody has scanned one.
    pub(super) fn renew(&mut self) {
        if matches!(self.state, LinkedState::Open | LinkedState::Close) {
            return;
        }
        self.state = LinkedState::Connecting;
        self.qr = format!("2@{},{}", random(24), random(12));
        let letters: String = random_bytes(8)
            .into_iter()
            .map(|byte| char::from(LETTERS[usize::from(byte) % LETTERS.len()]))
            .collect();
        self.pairing_code = format!("{}-{}", &letters[..4], &letters[4..]);
        self.code_expires_at = unix_now() + CODE_SECONDS;
    }

    pub(super) fn expire(&mut self) {
        if self.state == LinkedState::Connecting {
            self.code_expires_at = 0;
        }
    }

    /// A phone has scanned the code.
    pub(super) fn open(&mut self, number: SimulatedNumber) {
        self.state = LinkedState::Open;
        self.linked = Some(number);
    }

    /// Logged out, from either side.
    pub(super) fn close(&mut self) {
        self.state = LinkedState::Close;
    }

    /// Whether this is its code, and it is good.
    pub(super) fn has_code(&self, qr: Option<&str>, pairing_code: Option<&str>) -> bool {
        let plain = |code: &str| code.replace('-', "").to_ascii_uppercase();
        self.state() == LinkedState::Connecting
            && (qr == Some(self.qr.as_str())
                || pairing_code.is_some_and(|code| plain(code) == plain(&self.pairing_code)))
    }
}

fn random(bytes: usize) -> String {
    URL_SAFE_NO_PAD.encode(random_bytes(bytes))
}

fn random_bytes(count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    // Without randomness of the system codes are all the same, which a pretend phone can bear.
    let _ = rand::fill(&mut bytes);
    bytes
}

/// An id or a token of somebody's who has signed up.
pub(super) fn random_word(prefix: &str) -> String {
    format!("{prefix}{}", random(24))
}
