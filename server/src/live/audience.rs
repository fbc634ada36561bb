//! Who hears a stream: an embedded inbox for as long as its session lives, or a backend for as long as its key does.

use super::batch::EncodedEvent;
use crate::access::{Access, Claims, KeyCaller, KeyMark, LiveSession, Scope};
use crate::store::StoreError;
use app::error::{ApiError, Code};
use app::live::{Frame, signal};
use async_trait::async_trait;
use bytes::Bytes;
use std::sync::Arc;

/// What a stream asks of whoever hears it.
#[async_trait]
pub(crate) trait Audience: Send + 'static {
    /// What may be seen.
    fn scope(&self) -> &Scope;
    /// When to look again at the latest, in milliseconds since the epoch.
    fn ends_at(&self) -> i64;
    /// Whether numbers that come later are to be heard as well.
    fn hears_new_numbers(&self) -> bool;
    /// Whether what is in no log is told too.
    fn hears_words(&self) -> bool;
    /// The first frame, with the position that the stream goes on from.
    fn ready(&self, position: i64) -> Frame;
    /// The last frame, with this name and the position that was reached.
    fn last_word(&self, name: &str, position: i64) -> Frame;
    /// How an event of the scope is told; `None` if it is not.
    fn tell(&self, event: &EncodedEvent) -> Option<Bytes>;
    /// Looks whether it may still listen, and to what. False: it may not.
    async fn look_again(&mut self) -> Result<bool, StoreError>;
}

/// An embedded inbox.
pub(super) struct Session {
    access: Arc<Access>,
    claims: Claims,
    live: Arc<LiveSession>,
}

impl Session {
    /// One that has just been verified.
    pub(super) fn new(access: Arc<Access>, claims: Claims, live: Arc<LiveSession>) -> Self {
        Self {
            access,
            claims,
            live,
        }
    }
}

#[async_trait]
impl Audience for Session {
    fn scope(&self) -> &Scope {
        &self.live.scope
    }

    fn ends_at(&self) -> i64 {
        self.live.expires_at()
    }

    fn hears_new_numbers(&self) -> bool {
        false
    }

    fn hears_words(&self) -> bool {
        true
    }

    fn ready(&self, position: i64) -> Frame {
        Frame {
            event: Some(signal::READY.into()),
            data: position.to_string(),
            id: None,
        }
    }

    fn last_word(&self, name: &str, _: i64) -> Frame {
        Frame {
            event: Some(name.into()),
            data: String::new(),
            id: None,
        }
    }

    fn tell(&self, event: &EncodedEvent) -> Option<Bytes> {
        Some(event.frame.clone())
    }

    async fn look_again(&mut self) -> Result<bool, StoreError> {
        let still = self.access.still_live(&self.claims, &self.live).await?;
        match still {
            Some(live) => {
                self.live = live;
                Ok(true)
            }
            None => Ok(false),
        }
    }
}

/// A position as JSON.
fn said(position: i64) -> String {
    format!("{{\"position\":\"{position}\"}}")
}

/// How a backend is told of an event: its position and the event as it stands in the log.
pub(crate) type Telling = dyn Fn(&Scope, i64, &[u8]) -> Option<Bytes> + Send + Sync;

/// A backend with its key.
pub(crate) struct Backend {
    access: Arc<Access>,
    mark: KeyMark,
    /// The number that it named.
    named: Option<String>,
    scope: Scope,
    whole_workspace: bool,
    telling: Arc<Telling>,
}

impl Backend {
    /// One whose key has just been verified: at its number, at the one that it names, or at all of its workspace.
    pub(crate) fn new(
        access: Arc<Access>,
        caller: KeyCaller,
        named: Option<&str>,
        telling: Arc<Telling>,
    ) -> Result<Self, ApiError> {
        let mark = caller.mark.clone();
        let whole_workspace = caller.bound_to.is_none() && named.is_none();
        Ok(Self {
            access,
            mark,
            named: named.map(str::to_owned),
            scope: caller.wherever(named)?,
            whole_workspace,
            telling,
        })
    }
}

#[async_trait]
impl Audience for Backend {
    fn scope(&self) -> &Scope {
        &self.scope
    }

    fn ends_at(&self) -> i64 {
        // A key has no end of its own. That it was taken away is told.
        i64::MAX
    }

    fn hears_new_numbers(&self) -> bool {
        self.whole_workspace
    }

    fn hears_words(&self) -> bool {
        false
    }

    /// With an id: a reader that is cut off before the first event comes back to where it was, and not to where the log is then.
    fn ready(&self, position: i64) -> Frame {
        Frame {
            event: Some(signal::READY.into()),
            data: said(position),
            id: Some(position.to_string()),
        }
    }

    /// Without an id: after `reset` the one before is of no use, and after `ended` nobody asks.
    fn last_word(&self, name: &str, position: i64) -> Frame {
        Frame {
            event: Some(name.into()),
            data: said(position),
            id: None,
        }
    }

    fn tell(&self, event: &EncodedEvent) -> Option<Bytes> {
        (self.telling)(&self.scope, event.seq, &event.payload)
    }

    async fn look_again(&mut self) -> Result<bool, StoreError> {
        let looked = match self.access.key_again(&self.mark).await {
            Ok(caller) => caller.wherever(self.named.as_deref()),
            Err(error) => Err(error),
        };
        match looked {
            Ok(scope) => {
                self.scope = scope;
                Ok(true)
            }
            Err(error) if matches!(error.code, Code::ApiKeyInvalid | Code::NumberNotFound) => {
                Ok(false)
            }
            Err(_) => Err(StoreError::Unavailable),
        }
    }
}
