//! What connecting numbers needs, and the attempts.

use super::settle::{connect_error, ended, not_scannable, other_phone};
use crate::access::Sealer;
use crate::clock::now_ms;
use crate::outbox::Wake;
use crate::provider::cloud_api::{GraphClient, MetaApp, MetaConnector};
use crate::provider::{Attempt, ConnectError, Connector, Gateway, GatewaySettings, Step};
use crate::store::{
    MetaFlow, NumberRecord, PairingRecord, Provider, Store, StoreError, already_connected,
    link_is_over,
};
use app::error::{ApiError, Code};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// A code that ends in less than this is renewed when somebody looks, in milliseconds.
const AHEAD_MS: i64 = 2_000;
/// How long whoever renews a code may take before somebody else does, in milliseconds: longer than the gateway may.
const RENEWING_MS: i64 = 15_000;
/// Streams of this server at once.
const STREAMS: usize = 1_000;

/// What a start says of connecting numbers.
#[derive(Clone, Default)]
pub struct ConnectSettings {
    /// Where phones are linked.
    pub gateway: Option<GatewaySettings>,
    /// The app whose window (Embedded Signup) may be used.
    pub meta_app: Option<MetaApp>,
    /// Graph API base, where it is not Meta's own.
    pub graph_base_url: Option<String>,
}

/// Connects numbers.
pub struct Desk {
    pub(super) store: Arc<dyn Store>,
    pub(super) sealer: Arc<Sealer>,
    /// Messages that waited for a connection go out.
    pub(super) outbox: Wake,
    meta: MetaConnector,
    gateway: Option<Gateway>,
    /// Streams that may still be opened.
    pub streams: Arc<Semaphore>,
}

impl Desk {
    /// With what a start says.
    pub fn new(
        settings: &ConnectSettings,
        store: Arc<dyn Store>,
        sealer: Arc<Sealer>,
        outbox: Wake,
        graph: GraphClient,
    ) -> Result<Self, reqwest::Error> {
        let base = settings.graph_base_url.as_deref();
        Ok(Self {
            store,
            sealer,
            outbox,
            meta: MetaConnector::new(
                graph,
                base.unwrap_or(crate::console::GRAPH_BASE_URL),
                settings.meta_app.clone(),
            ),
            gateway: settings.gateway.as_ref().map(Gateway::new).transpose()?,
            streams: Arc::new(Semaphore::new(STREAMS)),
        })
    }

    /// Whether numbers can be connected this way.
    pub fn connects(&self, provider: Provider, flow: Option<MetaFlow>) -> bool {
        match (provider, flow) {
            (Provider::Linked, _) => self.gateway.is_some(),
            (Provider::CloudApi, Some(MetaFlow::Embedded)) => self.meta.has_app(),
            (Provider::CloudApi, _) => true,
        }
    }

    /// Refuses what cannot be connected here.
    pub fn check(&self, provider: Provider, flow: Option<MetaFlow>) -> Result<(), ApiError> {
        if self.connects(provider, flow) {
            return Ok(());
        }
        Err(connect_error(&ConnectError::NotConfigured, provider))
    }

    /// The id of the app whose window may be used.
    pub fn meta_app_id(&self) -> Option<&str> {
        self.meta.app_id()
    }

    /// The app whose window may be used, and its configuration of it.
    pub fn meta_window(&self) -> Option<(&str, &str)> {
        self.meta.window()
    }

    pub(super) fn connector(&self, provider: Provider) -> Result<&dyn Connector, ApiError> {
        match (provider, &self.gateway) {
            (Provider::CloudApi, _) => Ok(&self.meta),
            (Provider::Linked, Some(gateway)) => Ok(gateway),
            (Provider::Linked, None) => Err(connect_error(&ConnectError::NotConfigured, provider)),
        }
    }

    /// Has a code made that a phone scans, or finds the one that waits.
    pub async fn begin(self: &Arc<Self>, record: PairingRecord) -> Result<PairingRecord, ApiError> {
        let now = now_ms();
        self.check_open(&record, now)?;
        if record.provider != Provider::Linked {
            return Err(not_scannable());
        }
        let gateway = self.connector(Provider::Linked)?;
        let (name, phone) = (record.name.clone(), record.phone.clone());
        let begin = Attempt::Begin {
            phone: &phone,
            name: &name,
        };
        match (record.gateway_session.clone(), &record.code) {
            (Some(_), Some(code)) if code.expires_at > now + AHEAD_MS && code.qr.is_some() => {
                Ok(record)
            }
            (Some(session), _) => {
                let renew = Attempt::Renew { session: &session };
                match asked(gateway, renew).await? {
                    Step::CodeOver | Step::Ended => {
                        let step = asked(gateway, begin).await?;
                        self.settle(record, step).await
                    }
                    step => self.settle(record, step).await,
                }
            }
            (None, _) => {
                let step = asked(gateway, begin).await?;
                self.settle(record, step).await
            }
        }
    }

    /// Connects by credentials, or by what Meta's window gave.
    pub async fn prove(
        self: &Arc<Self>,
        record: PairingRecord,
        flow: MetaFlow,
        proof: Attempt<'_>,
    ) -> Result<PairingRecord, ApiError> {
        self.check_open(&record, now_ms())?;
        if record.provider != Provider::CloudApi || record.meta_flow != Some(flow) {
            return Err(ApiError::new(
                Code::PairingInvalid,
                "This link connects its number in another way. Look at `provider` and `metaFlow`.",
            ));
        }
        self.check(record.provider, record.meta_flow)?;
        let connector = self.connector(Provider::CloudApi)?;
        let step = match connector.advance(proof).await {
            Ok(step) => step,
            Err(error) => {
                let error = match error {
                    ConnectError::OtherPhone => ConnectError::Refused(other_phone(&record)),
                    error => error,
                };
                if let ConnectError::Refused(sentence) = &error {
                    self.store.note_failure(&record.id, sentence).await?;
                }
                return Err(connect_error(&error, record.provider));
            }
        };
        self.settle(record, step).await
    }

    /// Refuses a link by which nothing can be connected any more.
    fn check_open(&self, record: &PairingRecord, now: i64) -> Result<(), ApiError> {
        match self.face(record, now) {
            super::Face::Open => Ok(()),
            super::Face::Connected => Err(already_connected()),
            super::Face::NotConfigured => {
                Err(connect_error(&ConnectError::NotConfigured, record.provider))
            }
            _ => Err(link_is_over()),
        }
    }

    /// Renews a code that is over or about to be, once whoever looks at it. It happens beside: the next look shows it.
    pub(super) async fn keep_fresh(
        self: &Arc<Self>,
        record: &PairingRecord,
        now: i64,
    ) -> Result<(), StoreError> {
        let Some(code) = record
            .code
            .as_ref()
            .filter(|code| code.expires_at <= now + AHEAD_MS)
        else {
            return Ok(());
        };
        if self.gateway.is_none()
            || !self
                .store
                .claim_code(&record.id, code.expires_at, now + RENEWING_MS)
                .await?
        {
            return Ok(());
        }
        let (desk, record) = (self.clone(), record.clone());
        tokio::spawn(async move {
            let id = record.id.clone();
            if let Err(error) = desk.begin(record).await {
                tracing::debug!(%error, pairing = %id, "a code was not renewed; the next look tries again");
            }
        });
        Ok(())
    }

    /// Asks the gateway how far a session is, and does what follows.
    pub(super) async fn look(self: &Arc<Self>, record: PairingRecord) -> Result<(), ApiError> {
        let (Some(session), Some(code)) = (record.gateway_session.clone(), record.code.clone())
        else {
            return Ok(());
        };
        let gateway = self.connector(Provider::Linked)?;
        match asked(gateway, Attempt::Look { session: &session }).await? {
            // The same as before: whoever renews it must not be overtaken.
            Step::Waiting {
                code: Some(found), ..
            } if found.qr == code.qr && found.pairing_code == code.pairing_code => Ok(()),
            Step::Waiting { code: None, .. } => Ok(()),
            Step::CodeOver => {
                // Over before its time: the next look renews it.
                let now = now_ms();
                if code.expires_at > now {
                    self.store
                        .claim_code(&record.id, code.expires_at, now)
                        .await?;
                }
                Ok(())
            }
            Step::Ended => {
                self.store
                    .end_attempt(&record.id, &session, Some(ended()))
                    .await?;
                Ok(())
            }
            step => self.settle(record, step).await.map(|_| ()),
        }
    }

    /// Ends an attempt that nobody looks at any more.
    pub(super) async fn give_up(&self, record: &PairingRecord) -> Result<(), StoreError> {
        let Some(session) = &record.gateway_session else {
            return Ok(());
        };
        if self.store.end_attempt(&record.id, session, None).await? {
            self.leave(record.provider, session).await;
        }
        Ok(())
    }

    /// Logs the phone of a number out that is taken away. It happens beside: the number goes whether the gateway answers or not.
    pub fn unlink(self: &Arc<Self>, number: &NumberRecord) {
        if let Some(session) = number.gateway_session.clone() {
            let (desk, provider) = (self.clone(), number.provider);
            tokio::spawn(async move { desk.leave(provider, &session).await });
        }
    }

    /// Logs a session out. It is the gateway's to forget one that could not be told so.
    pub(super) async fn leave(&self, provider: Provider, session: &str) {
        let Ok(connector) = self.connector(provider) else {
            return;
        };
        if let Err(error) = connector.leave(session).await {
            tracing::warn!(?error, "a session at the gateway could not be logged out");
        }
    }
}

async fn asked(gateway: &dyn Connector, attempt: Attempt<'_>) -> Result<Step, ApiError> {
    gateway
        .advance(attempt)
        .await
        .map_err(|error| connect_error(&error, Provider::Linked))
}
