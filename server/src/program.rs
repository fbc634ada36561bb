//! The program put together: store, access, workers and router, started and stopped as one.

use crate::access::{Access, Sealer, SecretError, TokenSigner};
use crate::api::SendPace;
use crate::bus::{self, Bus, BusError};
use crate::clock;
use crate::console::{Console, ConsoleSettings};
use crate::installation::{Installation, InstallationError};
use crate::live::Hub;
use crate::media::{self, Fetcher, Giver, MediaDesk, MediaSettings, MediaStartError};
use crate::operations;
use crate::outbox::{Signaller, Wake, Worker, probe_paused};
use crate::outgoing::Reach;
use crate::page::{AssetError, Page, find_assets};
use crate::pairing::{ConnectSettings, Desk, watch_codes};
use crate::provider::cloud_api::GraphClient;
use crate::routes;
use crate::search::keep_index;
use crate::state::{AppState, Shared, WebhookSecrets};
use crate::store::postgres::Settings;
use crate::store::{Log, StoreError};
use crate::templates::keep_templates;
use crate::webhooks::{Bell, Deliverer, Planner, Receivers, Ringing};
use crate::workflow::keep_snoozes;
use axum::Router;
use axum::extract::connect_info::IntoMakeServiceWithConnectInfo;
use axum::serve::ListenerExt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long streams and requests may take to end after the signal.
const SHUTDOWN_LIMIT: Duration = Duration::from_millis(4_500);

/// Everything that a start needs to know.
#[derive(Clone)]
pub struct Config {
    /// Database and secret.
    pub installation: Installation,
    /// How this server and others tell each other what is new: `nats://…`, or the database's own way.
    pub bus_url: Option<String>,
    /// The built site.
    pub site_root: PathBuf,
    /// App secrets of the Meta apps whose webhooks come here.
    pub app_secrets: Vec<String>,
    /// Verify token of the webhook.
    pub verify_token: String,
    /// How long an embed session may be refreshed.
    pub session_max: Duration,
    /// How far back the log reaches.
    pub event_retention: Duration,
    /// How long a status is waited for where nobody knows whether a message went out.
    pub confirmation: Duration,
    /// Where files are kept, and how they are fetched.
    pub media: MediaSettings,
    /// How far webhooks may reach.
    pub reach: Reach,
    /// The operators' console.
    pub console: ConsoleSettings,
    /// How numbers are connected by others.
    pub connect: ConnectSettings,
    /// How long, after the signal to stop, everything is still served while `/readyz` sends new work elsewhere.
    pub drain: Duration,
}

/// Why the program did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Where the state is.
    #[error(transparent)]
    Installation(#[from] InstallationError),
    /// The signing secret.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The database.
    #[error("cannot use the database: {0}")]
    Store(#[from] StoreError),
    /// The way to the other servers.
    #[error(transparent)]
    Bus(#[from] BusError),
    /// Files.
    #[error(transparent)]
    Media(#[from] MediaStartError),
    /// The built site.
    #[error(transparent)]
    Assets(#[from] AssetError),
    /// The HTTP client.
    #[error("cannot make an HTTP client: {0}")]
    Client(#[from] reqwest::Error),
    /// The listener.
    #[error("the server stopped: {0}")]
    Serve(std::io::Error),
}

/// A program that is ready to serve.
pub struct Program {
    /// What the handlers share.
    pub state: AppState,
    /// Seals provider credentials.
    pub sealer: Arc<Sealer>,
    bus: Arc<dyn Bus>,
    commits: Bell,
    site_root: PathBuf,
    graph: GraphClient,
    event_retention: Duration,
    confirmation: Duration,
    drain: Duration,
}

impl Program {
    /// Opens everything; nothing is served yet.
    pub async fn open(config: Config) -> Result<Self, StartError> {
        // Server functions run on leptos' executor, which only its own router would start. A second start finds it running.
        let _ = any_spawner::Executor::init_tokio();
        let notifying = config.installation.database.as_ref();
        let bus = bus::open(config.bus_url.as_deref(), notifying.map(Settings::options))?;
        let hub = Arc::new(Hub::default());
        hub.announce_on(bus.clone());
        let commits = Bell::default();
        let listener = Arc::new(Ringing {
            listener: hub.clone(),
            bell: commits.clone(),
        });
        let (store, secrets) = config.installation.open_with_secrets(listener).await?;
        clock::follow_once(&*store).await?;
        let shutdown = CancellationToken::new();
        let log: Arc<dyn Log> = store.clone();
        hub.follow(&log, shutdown.clone());
        let sealer = Arc::new(Sealer::new(&secrets)?);
        let access = Access::new(
            store.clone(),
            TokenSigner::new(&secrets)?,
            sealer.clone(),
            config.session_max,
        )
        .await?;
        let files = MediaSettings {
            public_url: config
                .media
                .public_url
                .or_else(|| config.console.public_url.clone()),
            ..config.media
        };
        let media = MediaDesk::open(files, &config.installation.data_dir, &secrets)?;
        let files = Arc::new(Giver::new(store.clone(), media.clone(), sealer.clone()));
        let graph = GraphClient::new()?;
        let console = Console::new(config.console, sealer.clone(), graph.clone());
        let outbox = Wake::default();
        let pairing = Arc::new(Desk::new(
            &config.connect,
            store.clone(),
            sealer.clone(),
            outbox.clone(),
            graph.clone(),
        )?);
        let page = Arc::new(Page::render(&find_assets(&config.site_root)?));
        Ok(Self {
            state: AppState::new(Shared {
                store,
                access,
                hub,
                outbox,
                signals: Wake::default(),
                sends: SendPace::default(),
                keeping: Wake::default(),
                files,
                media,
                console,
                pairing,
                sealer: sealer.clone(),
                webhooks: Bell::default(),
                receivers: Receivers::new(config.reach)?,
                page,
                webhook: Arc::new(WebhookSecrets::new(
                    config.app_secrets.iter().map(String::as_str),
                    config.verify_token,
                )),
                draining: CancellationToken::new(),
                shutdown,
            }),
            sealer,
            bus,
            commits,
            site_root: config.site_root,
            graph,
            event_retention: config.event_retention,
            confirmation: config.confirmation,
            drain: config.drain,
        })
    }

    /// The router.
    pub fn router(&self) -> Router {
        routes::router(self.state.clone(), &self.site_root)
    }

    /// Stops in two steps: from now on `/readyz` says no, and after the drain nothing is served any more.
    pub fn stopper(&self) -> impl Future<Output = ()> + Send + 'static {
        let (state, drain) = (self.state.clone(), self.drain);
        async move {
            state.draining.cancel();
            tokio::time::sleep(drain).await;
            state.shutdown.cancel();
        }
    }

    /// Starts what plans and delivers webhooks.
    fn tell_backends(&self, workers: &TaskTracker) {
        let shutdown = &self.state.shutdown;
        let planner = Planner::new(
            self.state.store.clone(),
            self.state.media.clone(),
            self.commits.clone(),
            self.state.webhooks.clone(),
        );
        workers.spawn(planner.run(shutdown.clone()));
        let deliverer = Deliverer::new(
            self.state.store.clone(),
            self.state.receivers.clone(),
            self.sealer.clone(),
            self.state.webhooks.clone(),
        );
        workers.spawn(deliverer.run(shutdown.clone()));
    }

    /// Serves `router` until the shutdown token is cancelled, then ends streams, finishes sends and closes the store, within five
    /// seconds.
    #[expect(
        clippy::too_many_lines,
        reason = "all that runs beside the listener, in one place"
    )]
    pub async fn serve(self, listener: TcpListener, router: Router) -> Result<(), StartError> {
        let shutdown = self.state.shutdown.clone();
        let workers = TaskTracker::new();
        workers.spawn(
            Fetcher::new(
                self.state.store.clone(),
                self.state.media.clone(),
                self.sealer.clone(),
            )
            .run(shutdown.clone()),
        );
        workers.spawn(
            Worker::new(
                self.state.store.clone(),
                self.graph.clone(),
                self.state.files.clone(),
                self.sealer.clone(),
                self.state.outbox.clone(),
                self.confirmation,
            )
            .run(shutdown.clone()),
        );
        let signaller = Signaller::new(
            self.state.store.clone(),
            self.graph.clone(),
            self.sealer.clone(),
            self.state.signals.clone(),
        );
        workers.spawn(signaller.run(shutdown.clone()));
        self.tell_backends(&workers);
        let (graph, sealer) = (self.graph.clone(), self.sealer.clone());
        let background = [
            tokio::spawn(self.state.access.clone().watch_revocations()),
            tokio::spawn(operations::keep_in_order(
                self.state.clone(),
                self.event_retention,
            )),
            tokio::spawn(keep_templates(
                self.state.store.clone(),
                graph.clone(),
                sealer.clone(),
            )),
            tokio::spawn(probe_paused(
                self.state.store.clone(),
                graph,
                sealer,
                self.state.outbox.clone(),
            )),
            tokio::spawn(clock::follow(self.state.store.clone())),
            tokio::spawn(keep_index(self.state.store.clone())),
            tokio::spawn(keep_snoozes(self.state.store.clone())),
            tokio::spawn(watch_codes(self.state.pairing.clone())),
            tokio::spawn(media::drop_unused_regularly(
                self.state.store.clone(),
                self.state.media.blobs.clone(),
            )),
        ];
        // It ends last: what is committed at the very end is told to the others as well.
        let bus_ends = CancellationToken::new();
        let (bus, ears) = (self.bus, self.state.hub.clone());
        let bus = tokio::spawn({
            let ends = bus_ends.clone();
            async move { bus.run(ears, ends).await }
        });
        // Events are small and must not wait for more to come.
        let listener = listener.tap_io(|stream| {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "a connection keeps Nagle's algorithm");
            }
        });
        let graceful = shutdown.clone();
        let server = axum::serve(listener, telling_addresses(router))
            .with_graceful_shutdown(async move { graceful.cancelled().await })
            .into_future();
        let limit = async {
            shutdown.cancelled().await;
            tokio::time::sleep(SHUTDOWN_LIMIT).await;
        };
        let outcome = tokio::select! {
            outcome = server => outcome.map_err(StartError::Serve),
            () = limit => {
                tracing::warn!("some connections did not end in time");
                Ok(())
            }
        };
        shutdown.cancel();
        for task in background {
            task.abort();
        }
        workers.close();
        // A send that is under way is worth a moment; what is still open then is settled at the next start.
        if tokio::time::timeout(Duration::from_millis(400), workers.wait())
            .await
            .is_err()
        {
            tracing::info!("a send was still under way; it will be settled at the next start");
        }
        bus_ends.cancel();
        let (bus, ()) = tokio::join!(bus, self.state.store.close());
        if let Err(error) = bus {
            tracing::error!(%error, "the bus failed");
        }
        outcome
    }
}

/// The router as a service whose handlers know where each connection comes from.
fn telling_addresses(router: Router) -> IntoMakeServiceWithConnectInfo<Router, SocketAddr> {
    router.into_make_service_with_connect_info()
}
