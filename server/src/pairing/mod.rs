//! Connecting numbers: links by which somebody else connects one, the code that a phone scans, and what becomes of it.
//!
//! A link is good for one number, once, for a day. What it leads to shows a code while somebody looks, and renews it as long as they do; a
//! watcher asks the gateway meanwhile whether it was scanned. All of it stands in the link's row, so any server goes on where another stopped.

mod code;
mod desk;
mod phone;
mod settle;
mod watch;

pub use code::{Drawing, drawing, png, svg};
pub use desk::{ConnectSettings, Desk};
pub use phone::{digits, is_same, masked};
pub use settle::not_scannable;
pub use watch::watch_codes;

use crate::access::PairingId;
use crate::clock::now_ms;
use crate::state::AppState;
use crate::store::{LinkState, MetaFlow, PairingRecord, Provider};
use app::error::ApiError;
use app::ids::NumberId;
use std::sync::Arc;

/// How long a link is good, in milliseconds (Pilot Status: 24 hours).
pub const LINK_MS: i64 = 24 * 3_600_000;
/// How long whoever holds a link that was used still hears that it worked, in milliseconds.
const TOLD_MS: i64 = 10 * 60_000;

/// What a link is to whoever opens it now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// The number can be connected.
    Open,
    /// It has just been.
    Connected,
    /// The link is too old.
    Expired,
    /// The number was connected some time ago.
    Used,
    /// There is no such link, or its number is gone.
    Unknown,
    /// Numbers of this kind cannot be connected on this server.
    NotConfigured,
}

impl Face {
    /// Its word in the public API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "OPEN",
            Self::Connected => "CONNECTED",
            Self::Expired => "EXPIRED",
            Self::Used => "USED",
            Self::Unknown => "UNKNOWN",
            Self::NotConfigured => "NOT_CONFIGURED",
        }
    }

    /// Whether nothing comes after it.
    pub fn is_last(self) -> bool {
        self != Self::Open
    }
}

/// A link as it is shown. Of one that is over nothing is told but that, and whose it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// What it is.
    pub face: Face,
    /// What the tenant calls the number.
    pub name: String,
    /// Its phone, with stars in the middle; empty where only Meta knows it.
    pub masked_number: String,
    /// By which way it is connected.
    pub provider: Provider,
    /// How, where that is Meta's.
    pub meta_flow: Option<MetaFlow>,
    /// Whether it is connected.
    pub state: LinkState,
    /// Since when, in milliseconds since the epoch.
    pub connected_at: Option<i64>,
    /// The text of the QR code.
    pub qr: Option<String>,
    /// What can be typed instead.
    pub pairing_code: Option<String>,
    /// Until when both are good, in milliseconds since the epoch.
    pub code_expires_at: Option<i64>,
    /// Until when the link is, in milliseconds since the epoch.
    pub expires_at: i64,
    /// Where to go once it is connected.
    pub redirect_url: Option<String>,
    /// The number, once it is connected.
    pub number_id: Option<NumberId>,
    /// Why the last attempt failed, as a sentence.
    pub failure: Option<String>,
    /// JSON object: how it looked when it was made.
    pub branding: Option<String>,
}

impl View {
    fn over(face: Face) -> Self {
        Self {
            face,
            name: String::new(),
            masked_number: String::new(),
            provider: Provider::Linked,
            meta_flow: None,
            state: LinkState::Close,
            connected_at: None,
            qr: None,
            pairing_code: None,
            code_expires_at: None,
            expires_at: 0,
            redirect_url: None,
            number_id: None,
            failure: None,
            branding: None,
        }
    }

    fn of(record: PairingRecord, face: Face, now: i64) -> Self {
        if matches!(face, Face::Expired | Face::Used | Face::Unknown) {
            return Self {
                branding: record.branding.filter(|_| face != Face::Unknown),
                ..Self::over(face)
            };
        }
        let is_connected = face == Face::Connected;
        let code = record
            .code
            .filter(|code| face == Face::Open && code.expires_at > now);
        let (qr, pairing_code, code_expires_at) = match code {
            Some(code) => (code.qr, code.pairing_code, Some(code.expires_at)),
            None => (None, None, None),
        };
        Self {
            face,
            name: record.name,
            masked_number: masked(&record.phone),
            provider: record.provider,
            meta_flow: record.meta_flow,
            state: record.link_state,
            connected_at: record.connected_at,
            qr,
            pairing_code,
            code_expires_at,
            expires_at: record.expires_at,
            redirect_url: record.redirect_url,
            number_id: is_connected.then_some(record.number),
            failure: record.failure,
            branding: record.branding,
        }
    }
}

/// What a link with this secret shows now. Whoever looks has a code that is over renewed; the next look has the new one.
pub async fn view(state: &AppState, token: &str) -> Result<View, ApiError> {
    let Some(id) = PairingId::of(token) else {
        return Ok(View::over(Face::Unknown));
    };
    let record = state.store.pairing(&id).await?;
    state.pairing.show(record).await
}

impl Desk {
    /// The same of a link that has been looked up.
    pub async fn show(self: &Arc<Self>, record: Option<PairingRecord>) -> Result<View, ApiError> {
        let Some(record) = record else {
            return Ok(View::over(Face::Unknown));
        };
        let now = now_ms();
        let face = self.face(&record, now);
        if face == Face::Open {
            self.keep_fresh(&record, now).await?;
        }
        Ok(View::of(record, face, now))
    }

    /// What a link is.
    pub fn face(&self, record: &PairingRecord, now: i64) -> Face {
        match record.used_at {
            Some(at) if now < at + TOLD_MS && record.link_state == LinkState::Open => {
                Face::Connected
            }
            Some(_) => Face::Used,
            None if record.expires_at <= now => Face::Expired,
            // By another way: there is nothing left to do with the link.
            None if record.link_state == LinkState::Open => Face::Connected,
            None if self.connects(record.provider, record.meta_flow) => Face::Open,
            None => Face::NotConfigured,
        }
    }
}
