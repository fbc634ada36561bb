//! Hints from server to server, over the real thing.

use crate::support::postgres::FreshDatabase;
use crate::support::service::Service;
use crate::support::stream::EventStream;
use crate::support::{PATIENCE, TestApp, eventually, meta};
use app::ids::{ConversationId, NumberId, OperatorId, TenantId};
use app::operators::Operator;
use app::presence::{Doing, Here};
use pilot_inbox::bus::{self, Bus, Ears};
use pilot_inbox::fresh;
use pilot_inbox::live::{Cursor, Hub, Told};
use pilot_inbox::provider::cloud_api::parse;
use pilot_inbox::store::postgres::{PostgresStore, Settings};
use pilot_inbox::store::{EventPage, Log, NewNumber, Store};
use sqlx::postgres::{PgListener, PgPoolOptions};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// What came over a bus.
#[derive(Debug, PartialEq, Eq)]
enum Heard {
    Hint(TenantId, i64),
    Word(String),
    MissedSome,
}

struct Recorder(UnboundedSender<Heard>);

impl Ears for Recorder {
    fn heard(&self, tenant: &TenantId, position: i64) {
        self.0.send(Heard::Hint(tenant.clone(), position)).unwrap();
    }

    fn told(&self, word: &str) {
        self.0.send(Heard::Word(word.to_owned())).unwrap();
    }

    fn missed_some(&self) {
        self.0.send(Heard::MissedSome).unwrap();
    }
}

/// A bus with somebody who listens to it.
struct Station {
    bus: Arc<dyn Bus>,
    heard: UnboundedReceiver<Heard>,
    ends: CancellationToken,
    running: JoinHandle<()>,
}

impl Station {
    fn start(bus: Arc<dyn Bus>) -> Self {
        let (sender, heard) = unbounded_channel();
        let ends = CancellationToken::new();
        let running = tokio::spawn({
            let (bus, ends) = (bus.clone(), ends.clone());
            async move { bus.run(Arc::new(Recorder(sender)), ends).await }
        });
        Self {
            bus,
            heard,
            ends,
            running,
        }
    }

    async fn next(&mut self) -> Heard {
        timeout(PATIENCE, self.heard.recv())
            .await
            .expect("something is heard")
            .expect("the bus runs")
    }

    /// The next hint; whether something was missed before it does not matter.
    async fn hint(&mut self) -> (TenantId, i64) {
        loop {
            if let Heard::Hint(tenant, position) = self.next().await {
                return (tenant, position);
            }
        }
    }

    /// The next word; what else is heard before it does not matter.
    async fn word(&mut self) -> String {
        loop {
            if let Heard::Word(word) = self.next().await {
                return word;
            }
        }
    }

    /// Goes on when the bus says that hints may have been missed, as it does whenever it has a connection.
    async fn connected(&mut self) {
        while self.next().await != Heard::MissedSome {}
    }

    async fn stop(self) {
        self.ends.cancel();
        let stopping = timeout(Duration::from_secs(1), self.running);
        stopping.await.expect("it ends promptly").unwrap();
    }
}

/// Says something again and again until it is heard: who has just connected need not be heard yet.
async fn until_heard(from: &Station, to: &mut Station) {
    let tenant = fresh!(TenantId);
    let mut position = 0;
    eventually("a hint to be heard", || {
        position += 1;
        from.bus.publish(&[(&tenant, position)]);
        let heard = to.heard.try_recv();
        let is_it = matches!(heard, Ok(Heard::Hint(of, _)) if of == tenant);
        async move { is_it.then_some(()) }
    })
    .await;
    // What else was said meanwhile.
    from.bus.publish(&[(&tenant, i64::MAX)]);
    while to.hint().await.1 != i64::MAX {}
}

fn on_postgres(settings: &Settings) -> Arc<dyn Bus> {
    bus::open(None, Some(settings.options())).unwrap()
}

fn on_nats(service: &Service) -> Arc<dyn Bus> {
    bus::open(Some(&service.url), None).unwrap()
}

async fn two_on_postgres(settings: &Settings) -> (Station, Station) {
    let mut stations = (
        Station::start(on_postgres(settings)),
        Station::start(on_postgres(settings)),
    );
    stations.0.connected().await;
    stations.1.connected().await;
    stations
}

async fn two_on_nats(service: &Service) -> (Station, Station) {
    let (mut one, mut other) = (
        Station::start(on_nats(service)),
        Station::start(on_nats(service)),
    );
    until_heard(&one, &mut other).await;
    until_heard(&other, &mut one).await;
    (one, other)
}

/// Hints arrive, also many at once, and nobody hears himself.
async fn hints_travel(mut one: Station, mut other: Station) {
    let tenants: Vec<TenantId> = (0..500).map(|_| fresh!(TenantId)).collect();
    let hints: Vec<(&TenantId, i64)> = tenants.iter().zip(1..).collect();
    one.bus.publish(&hints);
    let mut heard = Vec::new();
    for _ in &hints {
        heard.push(other.hint().await);
    }
    heard.sort();
    let expected: Vec<(TenantId, i64)> = tenants.iter().cloned().zip(1..).collect();
    assert_eq!(heard, expected);
    other.bus.publish(&[(&tenants[0], 700)]);
    assert_eq!(one.hint().await, (tenants[0].clone(), 700));
    // Words come once, in their order, and whole.
    let words = ["Ana types", "Ana is gone"];
    for word in words {
        one.bus.spread(word.to_owned());
    }
    assert_eq!([other.word().await, other.word().await], words);
    other.bus.spread("Bruno looks".to_owned());
    assert_eq!(one.word().await, "Bruno looks", "and none of their own");
    // What is said last of all is heard as well.
    one.bus.publish(&[(&tenants[1], 800)]);
    one.stop().await;
    assert_eq!(other.hint().await, (tenants[1].clone(), 800));
    other.stop().await;
}

/// An event that one server stores is on a stream of another at once, and not when that one looks by itself.
async fn events_reach_streams_of_another_server(one: Arc<dyn Bus>, other: Arc<dyn Bus>) {
    let app = TestApp::start().await;
    let ends = CancellationToken::new();
    let hub = Arc::new(Hub::default());
    hub.announce_on(other.clone());
    let other_store = app.place.open(hub.clone()).await;
    let running = [
        tokio::spawn({
            let (ears, ends) = (app.state.hub.clone(), ends.clone());
            async move { one.run(ears, ends).await }
        }),
        tokio::spawn({
            let (ears, ends) = (hub.clone(), ends.clone());
            async move { other.run(ears, ends).await }
        }),
    ];
    let token = app.token(&app.acme).await;
    let mut streams = Vec::new();
    for _ in 0..20 {
        let mut stream = app.stream(&token, None).await;
        stream.ready().await;
        streams.push(stream);
    }
    let mut slow = 0;
    for seq in 1..=30 {
        let began = Instant::now();
        let text = seq.to_string();
        let body = meta::one_text("100", &format!("wamid.{seq}"), "5511", seq, &text);
        let changes = parse(body.to_string().as_bytes()).unwrap().changes;
        other_store.ingest(changes).await.unwrap();
        for stream in &mut streams {
            read_one(stream, seq).await;
        }
        slow += usize::from(began.elapsed() > Duration::from_secs(1));
    }
    // The first ones may come before the buses are connected, and are found by looking.
    assert!(slow <= 3, "{slow} of 30 events took long");
    // What is in no log goes the same way; nothing looks for it.
    hub.tell(&Told {
        tenant: app.acme.id.clone(),
        number: app.acme.numbers[0].id.clone(),
        here: Here {
            conversation_id: fresh!(ConversationId),
            operator: Operator::of(fresh!(OperatorId), Some("Ana".into()), None),
            doing: Doing::Typing,
        },
    });
    for stream in &mut streams {
        let frame = stream.next().await.unwrap();
        assert_eq!(frame.event.as_deref(), Some("here"));
    }
    ends.cancel();
    for task in running {
        task.await.unwrap();
    }
}

async fn read_one(stream: &mut EventStream, seq: i64) {
    let event = stream.event().await;
    assert_eq!((event.seq, event.text()), (seq, seq.to_string()));
}

#[tokio::test]
async fn postgres_carries_hints() {
    let database = FreshDatabase::create().await;
    let settings = database.settings();
    let (one, other) = two_on_postgres(&settings).await;
    hints_travel(one, other).await;
    events_reach_streams_of_another_server(on_postgres(&settings), on_postgres(&settings)).await;
}

#[tokio::test]
async fn nats_carries_hints() {
    let service = Service::start("nats.sh").await;
    let (one, other) = two_on_nats(&service).await;
    hints_travel(one, other).await;
    events_reach_streams_of_another_server(on_nats(&service), on_nats(&service)).await;
}

/// A server as far as this file needs one: a store, and the hub that hears of its commits.
struct Server {
    store: Arc<dyn Store>,
    hub: Arc<Hub>,
}

impl Server {
    async fn start(settings: &Settings, ends: &CancellationToken) -> Self {
        let hub = Arc::new(Hub::default());
        let bus = on_postgres(settings);
        hub.announce_on(bus.clone());
        let store = PostgresStore::open(settings, hub.clone()).await.unwrap();
        let store: Arc<dyn Store> = Arc::new(store);
        let log: Arc<dyn Log> = store.clone();
        hub.follow(&log, ends.clone());
        let (ears, ends) = (hub.clone(), ends.clone());
        tokio::spawn(async move { bus.run(ears, ends).await });
        Self { store, hub }
    }

    /// Every position up to `end`, as a stream of this server sees them.
    fn listen(&self, tenant: &TenantId, end: i64) -> JoinHandle<Vec<i64>> {
        let mut batches = self.hub.subscribe(tenant);
        let (store, tenant) = (self.store.clone(), tenant.clone());
        tokio::spawn(async move {
            let mut cursor = Cursor::new(0, true);
            let mut seen = Vec::new();
            while cursor.position() < end {
                if cursor.is_behind() {
                    let page = store.log_after(&tenant, cursor.position(), 50).await;
                    let Ok(EventPage::Events {
                        events,
                        position,
                        more,
                    }) = page
                    else {
                        panic!("the log is there")
                    };
                    seen.extend(events.iter().map(|event| event.seq));
                    cursor.read_up_to(position, more);
                    continue;
                }
                match timeout(PATIENCE, batches.recv()).await.unwrap() {
                    Ok(batch) => {
                        seen.extend(cursor.take(&batch).iter().map(|event| event.seq));
                    }
                    Err(_) => cursor.fall_behind(),
                }
            }
            seen
        })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_servers_that_both_write_show_the_same() {
    const MESSAGES: i64 = 60;
    let database = FreshDatabase::create().await;
    let ends = CancellationToken::new();
    let servers = [
        Server::start(&database.settings(), &ends).await,
        Server::start(&database.settings(), &ends).await,
    ];
    let tenant = servers[0].store.create_tenant("Acme").await.unwrap();
    let number = NewNumber {
        id: fresh!(NumberId),
        tenant: tenant.clone(),
        name: "Acme".into(),
        phone: "551130000100".into(),
        phone_number_id: "100".into(),
        access_token: b"sealed".to_vec(),
        graph_base_url: "http://127.0.0.1:9".into(),
    };
    servers[0].store.create_number(number).await.unwrap();
    let all = 6 * MESSAGES;
    let listeners: Vec<_> = (0..10)
        .map(|index| servers[index % 2].listen(&tenant, all))
        .collect();
    let writers: Vec<_> = (0..6)
        .map(|writer: usize| {
            let store = servers[writer % 2].store.clone();
            tokio::spawn(async move {
                for index in 0..MESSAGES {
                    let id = format!("wamid.{writer}.{index}");
                    let body = meta::one_text("100", &id, &format!("551{writer}"), index, &id);
                    let changes = parse(body.to_string().as_bytes()).unwrap().changes;
                    store.ingest(changes).await.unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    for listener in listeners {
        assert_eq!(listener.await.unwrap(), (1..=all).collect::<Vec<_>>());
    }
    ends.cancel();
}

#[tokio::test]
async fn a_busy_server_notifies_now_and_then() {
    let database = FreshDatabase::create().await;
    let options = database.settings().options();
    let pool = PgPoolOptions::new().connect_with(options).await.unwrap();
    let mut line = PgListener::connect_with(&pool).await.unwrap();
    line.listen("pilot_inbox_hints").await.unwrap();
    let mut station = Station::start(on_postgres(&database.settings()));
    station.connected().await;
    let tenant = fresh!(TenantId);
    let began = Instant::now();
    let mut messages = 0;
    for position in 1..=2_000 {
        station.bus.publish(&[(&tenant, position)]);
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
    let last = format!("{tenant}:2000");
    let reading = async {
        loop {
            messages += 1;
            let message = line.recv().await.unwrap();
            if message.payload().ends_with(&last) {
                return;
            }
        }
    };
    timeout(PATIENCE, reading).await.unwrap();
    let most = began.elapsed().as_millis() / 20 + 1;
    assert!(messages <= most, "{messages} in {:?}", began.elapsed());
    assert!(messages > 2, "they are sent while they come: {messages}");
    station.stop().await;
}

#[tokio::test]
async fn what_others_say_on_the_line_does_no_harm() {
    let database = FreshDatabase::create().await;
    let mut connection = database.connect().await;
    let (one, mut other) = two_on_postgres(&database.settings()).await;
    for nonsense in ["", "hello", "1 x", "1 x a:b", "3 x a:1", "1 x a/b:1", "é"] {
        sqlx::query("SELECT pg_notify('pilot_inbox_hints', $1)")
            .bind(nonsense)
            .execute(&mut connection)
            .await
            .unwrap();
    }
    let tenant = fresh!(TenantId);
    one.bus.publish(&[(&tenant, 3)]);
    assert_eq!(other.next().await, Heard::Hint(tenant, 3));
}

#[tokio::test]
async fn a_database_that_restarts_is_listened_to_again() {
    let mut service = Service::start("postgres.sh").await;
    let settings = Settings::new(service.url.parse().unwrap());
    let (one, mut other) = two_on_postgres(&settings).await;
    for signal in ["-HUP", "-USR1"] {
        service.signal(signal, "postgres: restarted").await;
        // Hints may have been lost, so everything is looked at.
        other.connected().await;
        until_heard(&one, &mut other).await;
    }
    one.stop().await;
    other.stop().await;
}

#[tokio::test]
async fn nats_may_be_away_at_the_start_and_later() {
    let mut service = Service::start("nats.sh").await;
    service.signal("-USR1", "nats: down").await;
    let (mut one, mut other) = (
        Station::start(on_nats(&service)),
        Station::start(on_nats(&service)),
    );
    let tenant = fresh!(TenantId);
    for position in 1..10_000 {
        one.bus.publish(&[(&tenant, position)]);
    }
    for _ in 0..2 {
        service.signal("-USR2", "nats: up").await;
        one.connected().await;
        other.connected().await;
        until_heard(&one, &mut other).await;
        until_heard(&other, &mut one).await;
        service.signal("-USR1", "nats: down").await;
    }
    // Away or not, stopping is quick.
    one.bus.publish(&[(&tenant, 10_000)]);
    one.stop().await;
    other.stop().await;
}

#[tokio::test]
async fn without_another_server_there_is_nothing_to_say() {
    let mut station = Station::start(bus::open(None, None).unwrap());
    station.bus.publish(&[(&fresh!(TenantId), 1)]);
    assert_eq!(station.heard.recv().await, None, "it ends by itself");
    station.stop().await;
}

#[tokio::test]
async fn an_address_of_something_else_is_refused_with_a_sentence() {
    for (url, sentence) in [
        ("redis://user:secret@localhost", "nats:// or tls://"),
        ("nats://user:secret@localhost/*", "letters, digits"),
        ("nats://", "nats://host:4222"),
    ] {
        let error = bus::open(Some(url), None).err().unwrap().to_string();
        assert!(error.contains(sentence), "{error}");
        assert!(!error.contains("secret"), "{error}");
    }
}
