//! A pretend WhatsApp: a Graph API, the phones behind it, and a way to play their owners.
//!
//! It speaks Meta's own formats over real HTTP and delivers to the real webhook endpoint, so the
//! product runs the code it runs in production and knows nothing of the simulator. All state is in
//! memory. `README.md` beside this file documents the HTTP API for tests.

mod behaviour;
mod chats;
mod control;
mod customer;
mod delivery;
mod dice;
mod error_codes;
mod face;
mod files;
mod gateway;
mod graph;
mod history;
mod inbound;
mod lifecycle;
mod linked;
mod phone;
mod preview;
mod samples;
mod sent;
mod signing;
mod state;
#[cfg(test)]
mod tests;
mod wamid;
mod webhook;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

pub use behaviour::{Behaviour, Delays, PlannedFailure, Times, When, Window};
pub use customer::Customer;
pub use files::FileTrouble;
pub use history::{HistoryError, PastMessage, PastStatus};
pub use signing::{escape_as_meta, signature};
pub use wamid::derived_wamid;

use delivery::Deliveries;
use state::State;

/// Where the gateway of linked phones is, with the simulator at `/simulator`.
pub const GATEWAY_PATH: &str = "/simulator/gateway";

/// Larger bodies with a file in them are refused, in bytes: Meta's largest and the form around it.
const LARGEST_FILE: usize = 101 << 20;

/// Where the simulator delivers, how it signs, and which numbers it pretends to have.
#[derive(Clone, Debug)]
pub struct SimulatorConfig {
    /// The product's webhook endpoint, for example `http://127.0.0.1:3000/webhooks/whatsapp`.
    pub webhook_url: String,
    /// Key of the HMAC over each webhook body.
    pub app_secret: String,
    /// What `hub.verify_token` carries in the verification request.
    pub verify_token: String,
    /// The WhatsApp Business Account that owns the numbers which name no other.
    pub waba_id: String,
    /// The only access token the Graph API takes; `None` takes any bearer token.
    pub access_token: Option<String>,
    /// The business's numbers. More can be added while running.
    pub numbers: Vec<SimulatedNumber>,
}

/// One phone number of the business.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SimulatedNumber {
    /// Meta's id of the number: the Graph path segment and the webhook's routing key.
    pub phone_number_id: String,
    /// Digits without a plus, as webhook metadata writes them.
    pub display_phone_number: String,
    /// The name customers see at the top of the chat.
    #[serde(default)]
    pub verified_name: String,
    /// Another WhatsApp Business Account than the configured one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waba_id: Option<String>,
}

/// Why a simulator could not be made or could not do what was asked at start-up.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// The webhook address is not a URL.
    #[error("the webhook address {0:?} is not a URL: {1}")]
    WebhookUrl(String, url::ParseError),
    /// The HTTP client that delivers webhooks could not be built.
    #[error("the simulator's HTTP client could not be built: {0}")]
    Client(reqwest::Error),
    /// The verification request was not answered at all.
    #[error("the webhook endpoint did not answer the verification request: {0}")]
    Unreachable(reqwest::Error),
    /// The endpoint answered, but not as Meta requires.
    #[error(
        "the webhook endpoint failed verification: status {status}, body {body:?} instead of the challenge"
    )]
    NotVerified {
        /// HTTP status of the answer.
        status: u16,
        /// Its body, shortened.
        body: String,
    },
}

/// A handle on one pretend WhatsApp. Clones share the same state.
#[derive(Clone)]
pub struct Simulator {
    inner: Arc<Inner>,
}

struct Inner {
    config: SimulatorConfig,
    webhook_url: url::Url,
    client: reqwest::Client,
    state: Mutex<State>,
    deliveries: Deliveries,
    changes: broadcast::Sender<Change>,
    /// Cancelled once, at shutdown: ends deliveries, status timers and event streams.
    stopped: CancellationToken,
    /// Child of `stopped`, replaced by each reset.
    life: Mutex<CancellationToken>,
}

/// A hint for open phone pages that something is worth reading again.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub(crate) enum Change {
    /// A chat has other messages, ticks or typing state than before.
    #[serde(rename_all = "camelCase")]
    Chat {
        phone_number_id: String,
        customer: String,
    },
    /// The customers or numbers changed.
    People,
    /// Everything was forgotten.
    Reset,
}

impl Simulator {
    /// Makes a simulator; nothing is sent before the first message.
    pub fn new(config: SimulatorConfig) -> Result<Self, SimulatorError> {
        let webhook_url = url::Url::parse(&config.webhook_url)
            .map_err(|error| SimulatorError::WebhookUrl(config.webhook_url.clone(), error))?;
        // Webhooks go to the product next door: a proxy of the environment must not see them.
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(std::time::Duration::from_secs(20))
            .user_agent("pilot-inbox-simulator")
            .build()
            .map_err(SimulatorError::Client)?;
        let stopped = CancellationToken::new();
        let inner = Inner {
            state: Mutex::new(State::new(&config.numbers)),
            deliveries: Deliveries::new(
                client.clone(),
                webhook_url.clone(),
                config.app_secret.clone(),
            ),
            client,
            webhook_url,
            config,
            changes: broadcast::channel(256).0,
            life: Mutex::new(stopped.child_token()),
            stopped,
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Every route of the simulator, relative to where it is nested (`/simulator`).
    ///
    /// The list is here in full; each line names who calls it.
    pub fn router(&self) -> axum::Router {
        use axum::routing::{get, post, put};
        axum::Router::new()
            // The product, as if this were graph.facebook.com.
            .route(
                "/graph/{version}/{id}/messages",
                post(graph::messages::post),
            )
            .route(
                "/graph/{version}/{id}/phone_numbers",
                get(graph::numbers::list),
            )
            .route(
                "/graph/{version}/{id}/message_templates",
                get(graph::templates::list),
            )
            .route(
                "/graph/{version}/{id}/media",
                post(graph::media::upload)
                    .layer(axum::extract::DefaultBodyLimit::max(LARGEST_FILE)),
            )
            .route(
                "/graph/{version}/{id}",
                get(graph::media::get).delete(graph::media::delete),
            )
            .route(
                "/graph/{version}/oauth/access_token",
                get(graph::onboarding::exchange),
            )
            .route(
                "/graph/{version}/debug_token",
                get(graph::onboarding::debug),
            )
            .route(
                "/graph/{version}/{id}/subscribed_apps",
                get(graph::onboarding::subscribed).post(graph::onboarding::subscribe),
            )
            .route(
                "/graph/{version}/{id}/register",
                post(graph::onboarding::register),
            )
            // The product, where phones are linked.
            .route("/gateway/sessions", post(gateway::begin))
            .route(
                "/gateway/sessions/{id}",
                get(gateway::show).delete(gateway::leave),
            )
            .route("/gateway/sessions/{id}/refresh", post(gateway::refresh))
            .route("/lookaside/{token}", get(graph::media::download))
            // Tests, and the phone page's script.
            .route("/messages", post(control::messages::write))
            .route("/read", post(control::messages::read))
            .route("/played", post(control::messages::play))
            .route("/sent", get(control::sent::list))
            .route("/sent/{id}", get(control::sent::get))
            .route("/sent/{id}/status", post(control::sent::status))
            .route("/calls", get(control::sent::calls))
            .route(
                "/media",
                post(control::media::add)
                    .layer(axum::extract::DefaultBodyLimit::max(LARGEST_FILE))
                    .get(control::media::list),
            )
            .route("/media/{id}", get(control::media::get))
            .route("/webhooks", post(control::webhooks::post))
            .route("/webhooks/verify", post(control::webhooks::verify))
            .route(
                "/behaviour",
                put(control::behaviour::put)
                    .get(control::behaviour::get)
                    .delete(control::behaviour::delete),
            )
            .route("/state", get(control::state::get))
            .route("/reset", post(control::state::reset))
            .route("/numbers", post(control::state::add_number))
            .route("/linked", get(control::linked::list))
            .route("/linked/scan", post(control::linked::scan))
            .route("/linked/unlink", post(control::linked::unlink))
            .route("/linked/expire", post(control::linked::expire))
            .route("/signup", post(control::linked::sign_up))
            .route("/customers", post(control::state::add_customer))
            .route(
                "/chats/{phone_number_id}/{customer}",
                get(control::state::chat),
            )
            // A person with a browser.
            .route("/phone", get(phone::page))
            .route("/phone/{part}", get(phone::part))
            .route("/phone/events", get(phone::events))
            // A webhook body may be 3 MB, and `POST /webhooks` carries one inside JSON.
            .layer(axum::extract::DefaultBodyLimit::max(8 * 1024 * 1024))
            .with_state(self.clone())
    }

    /// Adds a number of the business, or replaces the one with the same id.
    pub fn add_number(&self, number: SimulatedNumber) {
        self.state().add_number(number);
        self.announce(Change::People);
    }

    /// Asks the webhook endpoint to prove that it knows the verify token, as Meta does on set-up.
    pub async fn verify_webhook(&self) -> Result<(), SimulatorError> {
        let (status, body, challenge) = self.ask_challenge(&self.inner.config.verify_token).await?;
        if status == 200 && body == challenge {
            return Ok(());
        }
        let body = body.chars().take(200).collect();
        Err(SimulatorError::NotVerified { status, body })
    }

    /// Sends the verification request; the answer's status and body, and the challenge it should hold.
    async fn ask_challenge(&self, token: &str) -> Result<(u16, String, String), SimulatorError> {
        let challenge = wamid::random_digits();
        let mut url = self.inner.webhook_url.clone();
        url.query_pairs_mut().extend_pairs([
            ("hub.mode", "subscribe"),
            ("hub.verify_token", token),
            ("hub.challenge", &challenge),
        ]);
        let answer = self
            .inner
            .client
            .get(url)
            .send()
            .await
            .map_err(SimulatorError::Unreachable)?;
        let status = answer.status().as_u16();
        let body = answer.text().await.map_err(SimulatorError::Unreachable)?;
        Ok((status, body, challenge))
    }

    /// Ends deliveries, timers and event streams, so that a graceful shutdown is not kept waiting.
    pub fn stop(&self) {
        self.inner.stopped.cancel();
    }

    /// Forgets customers, chats, sends, pending webhooks and behaviour; keeps the numbers.
    pub fn reset(&self) {
        let old = {
            let mut life = self
                .inner
                .life
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *life, self.inner.stopped.child_token())
        };
        old.cancel();
        self.inner.deliveries.forget();
        self.state().reset();
        self.announce(Change::Reset);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic while holding the lock leaves data that is at worst incomplete; go on with it.
        self.inner
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn life(&self) -> CancellationToken {
        self.inner
            .life
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn announce(&self, change: Change) {
        // No open page is not a failure.
        drop(self.inner.changes.send(change));
    }

    fn announce_chat(&self, phone_number_id: &str, customer: &str) {
        self.announce(Change::Chat {
            phone_number_id: phone_number_id.to_owned(),
            customer: customer.to_owned(),
        });
    }
}

/// Seconds since 1970, as Meta's timestamps count.
fn unix_now() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |d| i64::try_from(d.as_secs()).unwrap_or(i64::MAX))
}
