//! Links by which somebody else connects a number, and the attempts behind them. Making a link takes a scope. What is done with one takes
//! the link itself: whoever knows its secret may connect that number, and nothing else.

use super::{LinkState, NumberSettings, Provider, RESTORABLE_MS, StoreError};
use crate::access::{PairingId, Scope};
use app::error::{ApiError, Code};
use app::ids::{NumberId, TenantId};
use async_trait::async_trait;

/// How a number of Meta's is connected by a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetaFlow {
    /// By its id and an access token, typed in.
    Credentials,
    /// By Meta's own window (Embedded Signup).
    Embedded,
}

impl MetaFlow {
    /// Its word in the database and in the public API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Credentials => "credentials",
            Self::Embedded => "embedded",
        }
    }

    /// By its word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Credentials, Self::Embedded]
            .into_iter()
            .find(|flow| flow.word() == word)
    }
}

/// The number that a link is for.
#[derive(Debug, Clone)]
pub struct NumberToPair {
    /// Its id, if it is not there yet.
    pub id: NumberId,
    /// What the tenant calls it.
    pub name: String,
    /// Digits; empty where only Meta knows.
    pub phone: String,
    /// By which way.
    pub provider: Provider,
    /// An empty text, sealed for the id: it has no access token yet.
    pub access_token: Vec<u8>,
    /// How it behaves from the start.
    pub settings: NumberSettings,
}

/// A link to make.
#[derive(Debug, Clone)]
pub struct NewPairing {
    /// Its id.
    pub id: PairingId,
    /// By which way.
    pub provider: Provider,
    /// How, where that is Meta's.
    pub meta_flow: Option<MetaFlow>,
    /// Where whoever connects goes afterwards.
    pub redirect_url: Option<String>,
    /// By which the backend knows it.
    pub external_ref: Option<String>,
    /// JSON object: how it looks.
    pub branding: Option<String>,
    /// When it was made.
    pub created_at: i64,
    /// Until when it is good.
    pub expires_at: i64,
}

/// A link, and its number as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairingRecord {
    /// Its id.
    pub id: PairingId,
    /// Whose.
    pub tenant: TenantId,
    /// The number.
    pub number: NumberId,
    /// What the tenant calls it.
    pub name: String,
    /// Its phone, digits; may be empty.
    pub phone: String,
    /// Whether it is connected.
    pub link_state: LinkState,
    /// Since when, or when it last was.
    pub connected_at: Option<i64>,
    /// By which way.
    pub provider: Provider,
    /// How, where that is Meta's.
    pub meta_flow: Option<MetaFlow>,
    /// Where whoever connects goes afterwards.
    pub redirect_url: Option<String>,
    /// By which the backend knows it.
    pub external_ref: Option<String>,
    /// JSON object: how it looks.
    pub branding: Option<String>,
    /// The session at the gateway.
    pub gateway_session: Option<String>,
    /// The code that is to be scanned.
    pub code: Option<PairingCode>,
    /// Why the last attempt failed.
    pub failure: Option<String>,
    /// When it was made.
    pub created_at: i64,
    /// Until when it is good.
    pub expires_at: i64,
    /// When its number was connected.
    pub used_at: Option<i64>,
}

/// What a phone has to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairingCode {
    /// The text of the QR code.
    pub qr: Option<String>,
    /// What can be typed instead.
    pub pairing_code: Option<String>,
    /// Until when both are good.
    pub expires_at: i64,
}

/// How a number that has just been connected is reached.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Its id at Meta's, or at the gateway's.
    pub phone_number_id: String,
    /// Sealed for the number's id.
    pub access_token: Vec<u8>,
    /// Graph API base with version, without a trailing slash.
    pub graph_base_url: String,
    /// Digits.
    pub phone: String,
    /// Its session at the gateway.
    pub gateway_session: Option<String>,
    /// When.
    pub at: i64,
}

/// Links to numbers.
#[async_trait]
pub trait Pairings: Send + Sync {
    /// Makes a link for the number of this phone, which is made if the tenant has none. Refused while that is connected, or was taken away
    /// and may be brought back.
    async fn put_pairing(
        &self,
        scope: &Scope,
        number: NumberToPair,
        pairing: NewPairing,
    ) -> Result<PairingRecord, StoreError>;
    /// The same for a number of the scope.
    async fn put_pairing_of(
        &self,
        scope: &Scope,
        number: &NumberId,
        pairing: NewPairing,
    ) -> Result<PairingRecord, StoreError>;
    /// The newest link of a number of the scope by which a code waits.
    async fn waiting_pairing_of(
        &self,
        scope: &Scope,
        number: &NumberId,
        now: i64,
    ) -> Result<Option<PairingRecord>, StoreError>;
    /// A link, whatever became of it; none once its number is gone.
    async fn pairing(&self, id: &PairingId) -> Result<Option<PairingRecord>, StoreError>;
    /// Links by which a code waits and that end after `after`, at most `limit`, those that end first.
    async fn waiting_pairings(
        &self,
        after: i64,
        limit: u32,
    ) -> Result<Vec<PairingRecord>, StoreError>;
    /// A code waits: the number is `CONNECTING`. False if the link is over by now.
    async fn put_code(
        &self,
        id: &PairingId,
        session: &str,
        code: &PairingCode,
        now: i64,
    ) -> Result<bool, StoreError>;
    /// Makes the caller the one who renews a code that is good until `seen`; nobody else does until `until`. False if somebody was quicker.
    async fn claim_code(&self, id: &PairingId, seen: i64, until: i64) -> Result<bool, StoreError>;
    /// Ends the attempt of this session: no code waits any more, and the link is good for another. False if there was no such attempt.
    async fn end_attempt(
        &self,
        id: &PairingId,
        session: &str,
        failure: Option<&str>,
    ) -> Result<bool, StoreError>;
    /// Writes down why an attempt without a session failed.
    async fn note_failure(&self, id: &PairingId, failure: &str) -> Result<(), StoreError>;
    /// The number is connected, and none of its links is good any more. Returns sessions of other attempts, which nobody needs. Refused where
    /// another number is known by this id, and not found where the link is over.
    async fn connect_number(
        &self,
        id: &PairingId,
        connection: Connection,
    ) -> Result<Vec<String>, StoreError>;
}

/// Whether a number of this phone may get a link.
pub(super) fn may_pair(
    state: LinkState,
    deleted_at: Option<i64>,
    now: i64,
) -> Result<bool, StoreError> {
    match deleted_at {
        Some(at) if at + RESTORABLE_MS <= now => Ok(false),
        Some(_) => Err(ApiError::new(
            Code::NumberSoftDeleted,
            "This number was taken away less than 30 days ago. Restore it, or purge it first.",
        )
        .into()),
        None if state == LinkState::Open => Err(already_connected().into()),
        None => Ok(true),
    }
}

/// The answer to who would connect what is connected.
pub fn already_connected() -> ApiError {
    ApiError::new(
        Code::NumberAlreadyConnected,
        "This number is connected already. There is nothing to scan.",
    )
}

/// The answer where another number has this id at Meta's.
pub(super) fn taken() -> StoreError {
    ApiError::new(
        Code::NumberTaken,
        "This WhatsApp number is connected here already, as another number.",
    )
    .into()
}

/// The answer to who holds a link that is over.
pub fn link_is_over() -> ApiError {
    ApiError::new(
        Code::LinkInvalid,
        "This link is not good any more: it was used, or is too old. Ask for a new one.",
    )
}

/// Columns of a link; tables `p` (pairings) and `n` (numbers). A number that WhatsApp refuses is not connected.
macro_rules! pairing_query {
    ($from:literal, $condition:literal) => {
        concat!(
            "SELECT p.id, p.tenant_id, p.number_id, n.name, n.phone, \
               CASE WHEN n.refusal IS NOT NULL AND n.link_state = 'OPEN' THEN 'CLOSE' ELSE n.link_state END, n.connected_at, \
               p.provider, p.meta_flow, p.redirect_url, p.external_ref, p.branding, p.gateway_session, p.qr, p.pairing_code, \
               p.code_expires_at, p.failure, p.created_at, p.expires_at, p.used_at \
             FROM ",
            $from,
            " JOIN numbers n ON n.id = p.number_id WHERE n.deleted_at IS NULL AND ",
            $condition
        )
    };
}
/// Reads them from one type of row.
macro_rules! pairing_reader {
    ($row:ty) => {
        fn pairing(row: &$row) -> Result<PairingRecord, StoreError> {
            use sqlx::Row;
            let meta_flow: Option<String> = row.try_get(8)?;
            let code_expires_at: Option<i64> = row.try_get(15)?;
            let id: Vec<u8> = row.try_get(0)?;
            Ok(PairingRecord {
                id: PairingId::from_bytes(&id)
                    .ok_or_else(|| StoreError::Data("a link's id has another size".into()))?,
                tenant: $crate::store::words::id(row.try_get(1)?)?,
                number: $crate::store::words::id(row.try_get(2)?)?,
                name: row.try_get(3)?,
                phone: row.try_get(4)?,
                link_state: LinkState::parse(row.try_get(5)?)?,
                connected_at: row.try_get(6)?,
                provider: Provider::parse(row.try_get(7)?)?,
                meta_flow: match meta_flow {
                    None => None,
                    Some(word) => Some(MetaFlow::parse(&word).ok_or_else(|| {
                        StoreError::Data(format!("no way to connect is called {word:?}"))
                    })?),
                },
                redirect_url: row.try_get(9)?,
                external_ref: row.try_get(10)?,
                branding: row.try_get(11)?,
                gateway_session: row.try_get(12)?,
                code: match code_expires_at {
                    None => None,
                    Some(expires_at) => Some(PairingCode {
                        qr: row.try_get(13)?,
                        pairing_code: row.try_get(14)?,
                        expires_at,
                    }),
                },
                failure: row.try_get(16)?,
                created_at: row.try_get(17)?,
                expires_at: row.try_get(18)?,
                used_at: row.try_get(19)?,
            })
        }
    };
}
pub(super) use {pairing_query, pairing_reader};
