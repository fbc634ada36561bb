//! `kill -9` of servers and of a customer's receiver, again and again, while messages arrive: each event reaches the receiver at least
//! once, the events of a conversation in their order, and whatever comes again is the same to the byte.

mod receiver;
mod told;

use crate::processes::{
    Caller, Database, FakeGraph, Inbound, Installation, Postgres, Replica, fault_kills, phone,
    until,
};
use receiver::Receiver;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use told::{assert_told, kept};

/// Of the one number, all told of everything.
const WEBHOOKS: usize = 3;
/// Conversations.
const PEOPLE: usize = 10;
/// Messages of each conversation between two kills: after them it waits. Receivers that die again and again are left alone for longer and
/// longer, and what arrives meanwhile has to be told in the end.
const MESSAGES: usize = 3;
/// Between two messages of a conversation.
const REST: Duration = Duration::from_millis(150);
/// Between two attempts to deliver the same message, as Meta does.
const AGAIN: Duration = Duration::from_millis(20);
/// How long a kill waits for a request that it can hit.
const AIM: Duration = Duration::from_secs(3);
/// How long one of the two goes on without the other.
const ALONE: Duration = Duration::from_millis(300);
/// Long enough for a dead server's claims, for what failed several times, and for the longest time for which a receiver is left alone.
const PATIENCE: Duration = Duration::from_mins(12);
/// Events that the program has not seen a receiver take.
const OPEN: &str = "SELECT count(*) FROM webhook_deliveries WHERE state <> 'delivered'";

/// Who writes, and to whom.
struct Writers {
    servers: Vec<Arc<Replica>>,
    caller: Caller,
    /// How many messages of each person were taken.
    taken: Vec<AtomicUsize>,
    /// How many each of them may write so far.
    allowed: AtomicUsize,
    refusals: AtomicUsize,
    stop: AtomicBool,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_event_is_told_in_its_order_on_sqlite() {
    let installation = Installation::on_sqlite();
    let file = installation.data_dir().join("pilot-inbox.sqlite3");
    let database = async || Database::of_file(&file).await;
    kill_and_check(installation, 1, database).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_event_is_told_in_its_order_by_two_servers_on_postgres() {
    let postgres = Postgres::durable();
    let url = postgres.database().await;
    let database = async || Database::of_url(&url).await;
    kill_and_check(Installation::on_postgres(&url), 2, database).await;
}

async fn kill_and_check(
    mut installation: Installation,
    servers: usize,
    database: impl AsyncFn() -> Database,
) {
    let graph = FakeGraph::start().await;
    installation.furnish(&graph.base_url());
    let servers: Vec<_> = (0..servers)
        .map(|number| installation.replica(&format!("server-{number}")))
        .map(|server| Arc::new(server.with(&["--private-addresses"])))
        .collect();
    for server in &servers {
        server.start().await;
    }
    let caller = installation.caller();
    let mut receiver = Receiver::new();
    let mut secrets = Vec::new();
    for webhook in 0..WEBHOOKS {
        let url = receiver.url(webhook);
        secrets.push(caller.webhook(&servers[0].url, &url).await);
    }
    receiver.start(&secrets).await;
    let writers = Arc::new(Writers {
        servers,
        caller,
        taken: (0..PEOPLE).map(|_| AtomicUsize::new(0)).collect(),
        allowed: AtomicUsize::new(0),
        refusals: AtomicUsize::new(0),
        stop: AtomicBool::new(false),
    });
    let lanes: Vec<_> = (0..PEOPLE)
        .map(|person| tokio::spawn(writers.clone().write(person)))
        .collect();

    let begun = Instant::now();
    let (mut forgotten, mut unanswered) = (0, 0);
    for round in 0..fault_kills() {
        writers.allowed.fetch_add(MESSAGES, Ordering::Relaxed);
        let (memory, disk) = kill(round, &writers.servers, &mut receiver, &secrets).await;
        forgotten += memory;
        unanswered += disk;
    }
    let killing = begun.elapsed();
    writers.stop.store(true, Ordering::Relaxed);
    for lane in lanes {
        lane.await.unwrap();
    }
    let taken = writers.taken();
    let messages: usize = taken.iter().sum();
    let told = messages * WEBHOOKS;
    until("everything is told", PATIENCE, async || {
        (kept(receiver.notes()).len() >= told).then_some(())
    })
    .await;
    let mut database = database().await;
    until("every answer is written down", PATIENCE, async || {
        (database.number(OPEN).await == 0).then_some(())
    })
    .await;
    let rows = database.count("webhook_deliveries").await;
    assert_eq!(usize::try_from(rows).unwrap(), told, "nothing else is told");

    let repeated = assert_told(receiver.notes(), &taken);
    println!(
        "counts: {} kills of {} servers and of the receiver in {killing:?}, all told after {:?}; {messages} messages taken, {} deliveries of \
         Meta repeated; {told} events for {WEBHOOKS} webhooks, {repeated} requests repeated; the receiver died with {forgotten} \
         events in memory alone and {unanswered} kept and not answered",
        fault_kills(),
        writers.servers.len(),
        begun.elapsed(),
        writers.refusals.load(Ordering::Relaxed),
    );
    let kills = usize::try_from(fault_kills()).unwrap();
    assert!(
        told > 30 * kills && forgotten + unanswered > kills / 10 && repeated > kills / 10,
        "the test was busy: {told} events, {repeated} repeated, {forgotten} forgotten, {unanswered} unanswered"
    );
}

/// Kills a server and the receiver, each in its turn first or both at once, mostly in the middle of a request; then starts both. Returns
/// what the receiver died with.
async fn kill(
    round: u32,
    servers: &[Arc<Replica>],
    receiver: &mut Receiver,
    secrets: &[String],
) -> (usize, usize) {
    let server = &servers[round as usize % servers.len()];
    tokio::time::sleep(Duration::from_millis((50 + round * 137 % 700).into())).await;
    if round % 4 != 3 {
        aim(receiver).await;
    }
    let died_with = match round % 3 {
        // It answers somebody who does not hear it any more, and takes what the other server sends.
        0 => {
            server.kill();
            tokio::time::sleep(ALONE).await;
            receiver.kill()
        }
        // Whatever is sent now reaches nobody.
        1 => {
            let died_with = receiver.kill();
            tokio::time::sleep(ALONE).await;
            server.kill();
            died_with
        }
        _ => {
            let died_with = receiver.kill();
            server.kill();
            died_with
        }
    };
    if round.is_multiple_of(2) {
        server.start().await;
        receiver.start(secrets).await;
    } else {
        receiver.start(secrets).await;
        server.start().await;
    }
    died_with
}

/// Waits for a request that is not answered. Where all wait for a dead server's claims to end, there is none.
async fn aim(receiver: &mut Receiver) {
    let begun = Instant::now();
    while receiver.under_way() == 0 && begun.elapsed() < AIM {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// What one person wrote under this number. Texts of a conversation are numbered.
fn text(person: usize, number: usize) -> String {
    format!("from-{person}-{number}")
}

/// Every third message answers to the one before it, which is an event of another name.
fn is_reply(number: usize) -> bool {
    number % 3 == 2
}

impl Writers {
    /// One person writes: the next message when the one before was taken.
    async fn write(self: Arc<Self>, person: usize) {
        let mut attempt = person;
        let mut number = 0;
        while !self.stop.load(Ordering::Relaxed) {
            if number == self.allowed.load(Ordering::Relaxed) {
                tokio::time::sleep(AGAIN).await;
                continue;
            }
            loop {
                let server = &self.servers[attempt % self.servers.len()].url;
                attempt += 1;
                if self.deliver(server, person, number).await {
                    break;
                }
                self.refusals.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(AGAIN).await;
            }
            number += 1;
            self.taken[person].store(number, Ordering::Relaxed);
            tokio::time::sleep(REST).await;
        }
    }

    async fn deliver(&self, server: &str, person: usize, number: usize) -> bool {
        let (name, from) = (text(person, number), phone(person));
        let mut content = json!({"type": "text", "text": {"body": name}});
        if is_reply(number) {
            let before = format!("wamid.{}", text(person, number - 1));
            content["context"] = json!({"from": from, "id": before});
        }
        let message = Inbound {
            text: &name,
            from: &from,
        };
        let answer = self.caller.deliver_any(server, message, content).await;
        answer.is_some_and(|answer| answer.is_good())
    }

    /// How many messages of each person were taken.
    fn taken(&self) -> Vec<usize> {
        let taken = self.taken.iter();
        taken.map(|taken| taken.load(Ordering::Relaxed)).collect()
    }
}
