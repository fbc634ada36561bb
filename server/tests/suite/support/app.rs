//! The program on a directory of its own, with two tenants that must never see each other.

use super::client::{Answer, Client};
use super::database::Database;
use super::meta::{self, APP_SECRET, VERIFY_TOKEN};
use super::place::Place;
use super::postgres::FreshDatabase;
use super::stream::EventStream;
use app::ids::{ApiKeyId, NumberId, TenantId};
use axum::Router;
use axum::http::{Method, StatusCode};
use pilot_inbox::access::{RawKey, Sealer};
use pilot_inbox::console::{ConsoleSettings, SimulatedPhone};
use pilot_inbox::fresh;
use pilot_inbox::installation::{Installation, database_file};
use pilot_inbox::media::{MediaSettings, RetryPace};
use pilot_inbox::operations;
use pilot_inbox::outgoing::Reach;
use pilot_inbox::pairing::ConnectSettings;
use pilot_inbox::program::{Config, Program, StartError};
use pilot_inbox::state::AppState;
use pilot_inbox::store::{KeyLabel, NewApiKey, NewNumber, NumberUpdate};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The page that may show the inbox.
pub const ORIGIN: &str = "https://app.acme.test";

/// Where the program believes to be, for addresses that it gives away.
pub const PUBLIC_URL: &str = "https://inbox.acme.test";

/// A connected number and the key that is bound to it.
#[derive(Debug, Clone)]
pub struct TestNumber {
    pub id: NumberId,
    pub phone_number_id: String,
    pub key: String,
    /// Id of that key.
    pub key_id: ApiKeyId,
}

/// A tenant with two numbers.
#[derive(Debug, Clone)]
pub struct Tenant {
    pub id: TenantId,
    pub key: String,
    pub key_id: ApiKeyId,
    pub numbers: Vec<TestNumber>,
}

impl Tenant {
    pub fn number_ids(&self) -> Vec<&str> {
        self.numbers
            .iter()
            .map(|number| number.id.as_str())
            .collect()
    }

    /// Meta's id of the first number.
    pub fn first(&self) -> &str {
        &self.numbers[0].phone_number_id
    }
}

/// The program, not listening anywhere: requests go into its router.
pub struct TestApp {
    pub state: AppState,
    pub acme: Tenant,
    pub globex: Tenant,
    pub router: Router,
    pub dir: TempDir,
    pub place: Place,
    sealer: Arc<Sealer>,
    connect: ConnectSettings,
    program: Option<Program>,
    watcher: JoinHandle<()>,
}

/// The program on a port.
pub struct Listening {
    pub address: SocketAddr,
    pub task: JoinHandle<Result<(), pilot_inbox::program::StartError>>,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::waiting_for_confirmation(Duration::from_mins(1)).await
    }

    /// A program that waits so long for WhatsApp's word where nobody knows whether a message went out.
    pub async fn waiting_for_confirmation(confirmation: Duration) -> Self {
        let dir = TempDir::new().unwrap();
        let place = place(dir.path()).await;
        Self::in_place(dir, place, confirmation).await
    }

    /// On SQLite, whatever the tests run on.
    pub async fn on_sqlite() -> Self {
        let dir = TempDir::new().unwrap();
        let place = Place::Sqlite(database_file(&dir.path().join("data")));
        Self::in_place(dir, place, Duration::from_mins(1)).await
    }

    async fn in_place(dir: TempDir, place: Place, confirmation: Duration) -> Self {
        let program = open(dir.path(), &place, confirmation).await;
        Self::furnish(dir, place, program).await
    }

    /// A program whose webhooks call public addresses alone.
    pub async fn confined() -> Self {
        let dir = TempDir::new().unwrap();
        let place = place(dir.path()).await;
        let mut config = config(dir.path(), &place, Duration::from_mins(1));
        config.reach = Reach::Public;
        let program = Program::open(config).await.unwrap();
        Self::furnish(dir, place, program).await
    }

    /// A program by which numbers are connected like this.
    pub async fn connecting(connect: ConnectSettings) -> Self {
        let dir = TempDir::new().unwrap();
        let place = place(dir.path()).await;
        let mut config = config(dir.path(), &place, Duration::from_mins(1));
        config.connect = connect.clone();
        let program = Program::open(config).await.unwrap();
        let app = Self::furnish(dir, place, program).await;
        Self { connect, ..app }
    }

    async fn furnish(dir: TempDir, place: Place, program: Program) -> Self {
        let state = program.state.clone();
        let acme = create_tenant(&program, "Acme", 100).await;
        let globex = create_tenant(&program, "Globex", 200).await;
        Self {
            router: program.router(),
            sealer: program.sealer.clone(),
            // As a listening program does.
            watcher: tokio::spawn(state.access.clone().watch_revocations()),
            state,
            acme,
            globex,
            dir,
            place,
            connect: ConnectSettings::default(),
            program: Some(program),
        }
    }

    /// Starts to listen, and to work on the outbox.
    pub async fn listen(&mut self) -> Listening {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        self.listen_on(listener, Router::new())
    }

    /// The same on a listener that somebody else has made, with routes beside its own.
    pub fn listen_on(&mut self, listener: TcpListener, beside: Router) -> Listening {
        let address = listener.local_addr().unwrap();
        let program = self.program.take().expect("it listens once");
        // A listening program has a watcher of its own.
        self.watcher.abort();
        let router = program.router().merge(beside);
        Listening {
            address,
            task: tokio::spawn(program.serve(listener, router)),
        }
    }

    /// The program anew on the same data, after the one before has stopped.
    pub async fn restart(&mut self) {
        let mut config = config(self.dir.path(), &self.place, Duration::from_mins(1));
        config.connect = self.connect.clone();
        let program = Program::open(config).await.unwrap();
        self.state = program.state.clone();
        self.router = program.router();
        self.watcher = tokio::spawn(self.state.access.clone().watch_revocations());
        self.program = Some(program);
    }

    /// The program anew on the same data with these signing secrets, after the one before has closed the database.
    pub async fn reopen(&mut self, secret: &str, previous: Option<&str>) -> Result<(), StartError> {
        self.state.store.close().await;
        self.watcher.abort();
        let mut config = config(self.dir.path(), &self.place, Duration::from_mins(1));
        config.installation.signing_secret = Some(secret.to_owned());
        config.installation.previous_signing_secret = previous.map(str::to_owned);
        let program = Program::open(config).await?;
        self.state = program.state.clone();
        self.sealer = program.sealer.clone();
        self.router = program.router();
        self.watcher = tokio::spawn(self.state.access.clone().watch_revocations());
        self.program = Some(program);
        Ok(())
    }

    /// Lets Graph calls of every number of Acme go there.
    pub async fn use_graph(&self, base_url: &str) {
        for number in &self.acme.numbers {
            let update = NumberUpdate {
                access_token: None,
                graph_base_url: Some(base_url.to_owned()),
            };
            self.state
                .store
                .update_number(&number.id, update)
                .await
                .unwrap();
        }
    }

    pub fn sealer(&self) -> Arc<Sealer> {
        self.sealer.clone()
    }

    /// An access token as it is stored for a number.
    pub fn seal(&self, number: &NumberId, access_token: &str) -> Vec<u8> {
        self.seal_for(number.as_str(), access_token)
    }

    /// A text as it is stored for the row with this id.
    pub fn seal_for(&self, owner: &str, text: &str) -> Vec<u8> {
        self.sealer.seal(owner, text).unwrap()
    }

    /// The reverse.
    pub fn unseal(&self, owner: &str, sealed: &[u8]) -> Option<String> {
        self.sealer.open(owner, sealed)
    }

    pub fn anonymous(&self) -> Client {
        Client::new(self.router.clone())
    }

    pub fn with_key(&self, key: &str) -> Client {
        self.anonymous().header("x-api-key", key)
    }

    pub fn with_token(&self, token: &str) -> Client {
        self.anonymous()
            .header("authorization", &format!("Bearer {token}"))
    }

    /// A token for all numbers of a tenant.
    pub async fn token(&self, tenant: &Tenant) -> String {
        self.token_with(tenant, json!({})).await
    }

    /// A token for one number.
    pub async fn token_for(&self, tenant: &Tenant, number: &NumberId) -> String {
        self.token_with(tenant, json!({"whatsappNumberIds": [number]}))
            .await
    }

    /// A token of which the request differs from the usual one in `changes`.
    pub async fn token_with(&self, tenant: &Tenant, changes: Value) -> String {
        let answer = self.mint(tenant, changes).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        answer.json()["token"].as_str().unwrap().to_owned()
    }

    pub async fn mint(&self, tenant: &Tenant, changes: Value) -> Answer {
        let mut body = json!({"surface": "chat", "allowedOrigins": [ORIGIN], "whatsappNumberIds": tenant.number_ids()});
        for (name, value) in changes.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.with_key(&tenant.key)
            .post("/v1/embed/sessions", &body)
            .await
    }

    /// An inbox client for all numbers of Acme.
    pub async fn operator(&self) -> Client {
        self.with_token(&self.token(&self.acme).await)
    }

    /// Delivers a webhook as Meta does, and expects the 200.
    pub async fn deliver(&self, body: &Value) {
        let answer = self.deliver_bytes(body.to_string().into_bytes()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    }

    pub async fn deliver_bytes(&self, body: Vec<u8>) -> Answer {
        let signature = meta::signature(APP_SECRET, &body);
        self.anonymous()
            .header("x-hub-signature-256", &signature)
            .header("content-type", "application/json")
            .send(Method::POST, "/webhooks/whatsapp", body)
            .await
    }

    pub async fn stream(&self, token: &str, cursor: Option<i64>) -> EventStream {
        EventStream::open(self.router.clone(), token, cursor).await
    }

    /// The database, seen from beside the program.
    pub async fn database(&self) -> Database {
        self.place.look().await
    }
}

/// A program on nothing at all, which may connect a pretend phone.
pub async fn empty_program(phone: Arc<SimulatedPhone>) -> (Program, TempDir, Place) {
    let dir = TempDir::new().unwrap();
    let place = place(dir.path()).await;
    let mut config = config(dir.path(), &place, Duration::from_mins(1));
    config.console.phone = Some(phone);
    (Program::open(config).await.unwrap(), dir, place)
}

/// `PILOT_TEST_DATABASE=postgres cargo test …` runs on PostgreSQL what runs on SQLite otherwise.
async fn place(dir: &Path) -> Place {
    match std::env::var("PILOT_TEST_DATABASE").as_deref() {
        Err(_) | Ok("sqlite") => Place::Sqlite(database_file(&dir.join("data"))),
        Ok("postgres") => Place::Postgres(Arc::new(FreshDatabase::create().await)),
        Ok(other) => panic!("PILOT_TEST_DATABASE is sqlite or postgres, not {other}"),
    }
}

async fn open(dir: &Path, place: &Place, confirmation: Duration) -> Program {
    Program::open(config(dir, place, confirmation))
        .await
        .unwrap()
}

fn config(dir: &Path, place: &Place, confirmation: Duration) -> Config {
    // `PILOT_TEST_LOG=warn cargo test …` shows what the program has to say.
    if let Ok(filter) = std::env::var("PILOT_TEST_LOG") {
        static LOGGING: std::sync::Once = std::sync::Once::new();
        LOGGING.call_once(|| operations::start_logging(operations::LogFormat::Text, &filter));
    }
    let site = dir.join("site");
    std::fs::create_dir_all(site.join("pkg/0123456789abcdef")).unwrap();
    std::fs::create_dir_all(site.join("docs")).unwrap();
    for name in [
        "pkg/0123456789abcdef/inbox.js",
        "pkg/0123456789abcdef/inbox.wasm",
        "pkg/0123456789abcdef/inbox.css",
        "embed.js",
        "embed-element.js",
        "onpilot.js",
        "docs/start.js",
        "docs/swagger-ui-bundle.js",
        "docs/swagger-ui.css",
    ] {
        std::fs::write(site.join(name), b"/* built */").unwrap();
    }
    Config {
        installation: Installation {
            database: place.settings(),
            ..Installation::in_folder(dir.join("data"))
        },
        bus_url: None,
        drain: Duration::ZERO,
        console: ConsoleSettings::default(),
        connect: ConnectSettings::default(),
        media: MediaSettings {
            stall: Duration::from_secs(3),
            retry: RetryPace {
                first: Duration::from_millis(10),
                attempts: 3,
            },
            public_url: Some(PUBLIC_URL.into()),
            ..MediaSettings::default()
        },
        // Receivers of tests stand on this machine.
        reach: Reach::Anywhere,
        site_root: site,
        app_secrets: vec![APP_SECRET.into()],
        verify_token: VERIFY_TOKEN.into(),
        session_max: Duration::from_hours(8),
        event_retention: Duration::from_hours(7 * 24),
        confirmation,
    }
}

async fn create_tenant(program: &Program, name: &str, first_phone_number_id: u32) -> Tenant {
    let store = &program.state.store;
    let id = store.create_tenant(name).await.unwrap();
    let (key, key_id) = create_key(program, &id, None).await;
    let mut numbers = Vec::new();
    for offset in 0..2 {
        let number = fresh!(NumberId);
        let phone_number_id = (first_phone_number_id + offset).to_string();
        store
            .create_number(NewNumber {
                access_token: program.sealer.seal(number.as_str(), "EAAG-token").unwrap(),
                id: number.clone(),
                tenant: id.clone(),
                name: format!("{name} {offset}"),
                phone: format!("55113000{phone_number_id}"),
                phone_number_id: phone_number_id.clone(),
                // Nothing listens there.
                graph_base_url: "http://127.0.0.1:9".into(),
            })
            .await
            .unwrap();
        let (key, key_id) = create_key(program, &id, Some(number.clone())).await;
        numbers.push(TestNumber {
            id: number,
            phone_number_id,
            key,
            key_id,
        });
    }
    Tenant {
        id,
        key,
        key_id,
        numbers,
    }
}

async fn create_key(
    program: &Program,
    tenant: &TenantId,
    number: Option<NumberId>,
) -> (String, ApiKeyId) {
    let key = RawKey::generate().unwrap();
    let new = NewApiKey {
        id: key.id.clone(),
        tenant: tenant.clone(),
        number,
        hash: key.hash(),
        label: KeyLabel {
            name: "test".into(),
            prefix: key.prefix().into(),
            last4: key.last4().into(),
        },
    };
    program.state.store.create_api_key(new).await.unwrap();
    (key.text, key.id)
}
