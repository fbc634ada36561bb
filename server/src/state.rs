//! What every handler shares.

use crate::access::{Access, Sealer};
use crate::api::SendPace;
use crate::console::Console;
use crate::live::Hub;
use crate::media::MediaDesk;
use crate::messages::OutboundMedia;
use crate::outbox::Wake;
use crate::page::Page;
use crate::pairing::Desk;
use crate::store::Store;
use crate::webhooks::{Bell, Receivers};
use aws_lc_rs::hmac;
use std::ops::Deref;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// One pointer: axum clones it several times for each request, and a count that every core writes to is dear.
#[derive(Clone)]
pub struct AppState(Arc<Shared>);

/// The parts.
pub struct Shared {
    /// Where state lives.
    pub store: Arc<dyn Store>,
    /// Who may do what.
    pub access: Arc<Access>,
    /// Commits to streams.
    pub hub: Arc<Hub>,
    /// Tells the outbox worker to look.
    pub outbox: Wake,
    /// Tells who erases what is not kept to look.
    pub keeping: Wake,
    /// Files.
    pub media: Arc<MediaDesk>,
    /// Tells the worker of signals to look.
    pub signals: Wake,
    /// How fast backends may hand over messages.
    pub sends: SendPace,
    /// The files of messages that go out.
    pub files: Arc<dyn OutboundMedia>,
    /// The operators' console.
    pub console: Console,
    /// Seals and opens provider credentials and secrets of webhooks.
    pub sealer: Arc<Sealer>,
    /// Connects numbers.
    pub pairing: Arc<Desk>,
    /// Rings when a webhook may have something to send.
    pub webhooks: Bell,
    /// Who is told by webhooks, and how far away they may be.
    pub receivers: Receivers,
    /// The document.
    pub page: Arc<Page>,
    /// What Meta signs and verifies with.
    pub webhook: Arc<WebhookSecrets>,
    /// Set while the server still serves and wants no new work.
    pub draining: CancellationToken,
    /// Ends streams and workers.
    pub shutdown: CancellationToken,
}

impl AppState {
    /// Puts the parts behind one pointer.
    pub fn new(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// Secrets of the Meta apps whose webhooks come here.
pub struct WebhookSecrets {
    /// HMAC keys, one for each app secret.
    pub app_secrets: Vec<hmac::Key>,
    /// What the verification request must bring; none is configured while it is empty.
    pub verify_token: String,
}

impl WebhookSecrets {
    /// From the configuration.
    pub fn new<'a>(
        app_secrets: impl IntoIterator<Item = &'a str>,
        verify_token: impl Into<String>,
    ) -> Self {
        Self {
            app_secrets: app_secrets
                .into_iter()
                .filter(|secret| !secret.is_empty())
                .map(|secret| hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()))
                .collect(),
            verify_token: verify_token.into(),
        }
    }
}
