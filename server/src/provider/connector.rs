//! How a number gets connected, whichever way.

use crate::store::PairingCode;
use async_trait::async_trait;

/// What is done to connect a number.
#[derive(Clone, Copy)]
pub enum Attempt<'a> {
    /// Begin: a code is to be made that a phone scans.
    Begin {
        /// The number's phone, digits.
        phone: &'a str,
        /// What the tenant calls it.
        name: &'a str,
    },
    /// Look how far a session is.
    Look {
        /// Its id.
        session: &'a str,
    },
    /// Make another code for a session.
    Renew {
        /// Its id.
        session: &'a str,
    },
    /// Use these credentials.
    Credentials {
        /// The number's phone, digits; empty where it may be any.
        phone: &'a str,
        /// Meta's id of the number.
        phone_number_id: &'a str,
        /// An access token for it.
        access_token: &'a str,
        /// Meta's id of the account, where it is known.
        waba_id: Option<&'a str>,
        /// The six digits of two-step verification, where the number has some.
        pin: Option<&'a str>,
    },
    /// Take what Meta's window (Embedded Signup) gave.
    Signup {
        /// The number's phone, digits; empty where it may be any.
        phone: &'a str,
        /// Good once, for some seconds.
        code: &'a str,
        /// Meta's id of the account.
        waba_id: &'a str,
        /// Meta's id of the number.
        phone_number_id: &'a str,
    },
}

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A phone has to scan this.
    Waiting {
        /// The session.
        session: String,
        /// The code; none while it is being made.
        code: Option<PairingCode>,
    },
    /// The session's code is over, or nobody knows the session any more: another one is to be made.
    CodeOver,
    /// The session has been ended from the other side.
    Ended,
    /// It is connected.
    Open(Box<Link>),
}

/// How a connected number is reached. No `Display`: there is a token in it.
#[derive(Clone, PartialEq, Eq)]
pub struct Link {
    /// The number's id at Meta's, or at the gateway's.
    pub phone_number_id: String,
    /// Its access token.
    pub access_token: String,
    /// Graph API base with version, without a trailing slash.
    pub graph_base_url: String,
    /// Its phone, digits.
    pub phone: String,
    /// Its session at the gateway.
    pub session: Option<String>,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Link")
            .field("phone_number_id", &self.phone_number_id)
            .finish_non_exhaustive()
    }
}

/// Why it did not work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectError {
    /// Numbers are not connected this way, or what it needs is not set up.
    NotConfigured,
    /// It was refused; a sentence for whoever connects.
    Refused(String),
    /// It is the number of another phone. Nothing was changed.
    OtherPhone,
    /// There was no answer in time.
    Timeout,
    /// There was an answer that says nothing, or none; for the log.
    Failed(String),
}

/// A way to connect numbers.
#[async_trait]
pub trait Connector: Send + Sync {
    /// Does this, and says how far it is then.
    async fn advance(&self, attempt: Attempt<'_>) -> Result<Step, ConnectError>;
    /// Logs a session out, open or not. One that is gone already is no error.
    async fn leave(&self, session: &str) -> Result<(), ConnectError>;
}
