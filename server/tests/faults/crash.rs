//! `kill -9`, again and again, in the middle of taking webhooks, fetching files, taking uploads and sending: what was acknowledged is
//! there once and whole, what was queued went out once and whole.

mod incoming;
mod outgoing;

use crate::processes::{Caller, FakeGraph, Installation, Ledger, Replica, file_of, settle, until};
use incoming::PEOPLE;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const KILLS: u32 = 100;
/// As long as a dead server's claim of a sign is believed in, and once more.
const PATIENCE: Duration = Duration::from_mins(3);
/// One session may not upload more than this many rounds ask for.
const ROUNDS_OF_A_SESSION: u32 = 10;
/// Lanes of each direction.
const LANES: usize = 2;

/// One inbox, its customers, and what they have been promised.
struct House {
    server: Replica,
    graph: FakeGraph,
    caller: Caller,
    token: Mutex<String>,
    /// Of each customer.
    conversations: Vec<String>,
    /// First messages, which signs are put on.
    first: Vec<String>,
    inbound: Ledger,
    outbound: Ledger,
    /// Our ids of what was uploaded and is not known to be sent, by the name of its message.
    uploads: Mutex<BTreeMap<String, String>>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_acknowledged_is_lost_and_nothing_goes_out_twice() {
    let mut installation = Installation::on_sqlite();
    let house = Arc::new(House::found(&mut installation).await);
    for round in 0..KILLS {
        house.server.start().await;
        if round % ROUNDS_OF_A_SESSION == 0 {
            house.renew().await;
        }
        let work: Vec<_> = (0..LANES)
            .flat_map(|_| {
                [
                    tokio::spawn(house.clone().receive()),
                    tokio::spawn(house.clone().send()),
                ]
            })
            .collect();
        tokio::time::sleep(life_of(round)).await;
        if round % 2 == 0 {
            house.until_a_send_is_under_way().await;
        }
        house.server.kill();
        for lane in work {
            lane.await.unwrap();
        }
    }
    house.server.start().await;
    house.renew().await;
    house.finish().await;
    house.check().await;
}

/// Every kill is at another point of the work. Now and then one comes late: what nobody knows about is then given to a person, and what
/// waited for it goes on.
fn life_of(round: u32) -> Duration {
    let millis = if round % 10 == 9 {
        2_500
    } else {
        20 + round * 37 % 190
    };
    Duration::from_millis(millis.into())
}

impl House {
    async fn found(installation: &mut Installation) -> Self {
        let graph = FakeGraph::start().await;
        installation.furnish(&graph.base_url());
        let caller = installation.caller();
        let server = installation.replica("server");
        graph.report_to(vec![server.webhook_url()]);
        server.start().await;
        for person in 0..PEOPLE {
            incoming::greet(&caller, &server.url, person).await;
        }
        let token = caller.token(&server.url).await;
        let by_phone = caller.conversations(&server.url, &token).await;
        let conversations: Vec<String> = (0..PEOPLE)
            .map(|person| by_phone[&format!("+{}", incoming::phone(person))].clone())
            .collect();
        let mut first = Vec::new();
        for conversation in &conversations {
            let thread = caller.thread(&server.url, &token, conversation).await;
            first.push(thread[0]["id"].as_str().unwrap().to_owned());
        }
        until("the templates are there", PATIENCE, async || {
            (caller.templates(&server.url, &token).await > 0).then_some(())
        })
        .await;
        server.kill();
        Self {
            server,
            graph,
            caller,
            token: Mutex::new(token),
            conversations,
            first,
            inbound: Ledger::default(),
            outbound: Ledger::default(),
            uploads: Mutex::default(),
        }
    }

    /// The moment in which nobody can tell whether it goes out. Where all conversations wait, there is none.
    async fn until_a_send_is_under_way(&self) {
        let begun = Instant::now();
        while self.graph.under_way() == 0 && begun.elapsed() < Duration::from_millis(500) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// A new session.
    async fn renew(&self) {
        let token = self.caller.token(&self.server.url).await;
        *self.token.lock().unwrap() = token;
    }

    fn token(&self) -> String {
        self.token.lock().unwrap().clone()
    }

    /// Takes in what Meta delivers, until the server dies.
    async fn receive(self: Arc<Self>) {
        while self.server.is_running() {
            let name = self.inbound.next("in");
            let answer = incoming::deliver(&self, &name).await;
            self.inbound.answered(name, answer);
        }
    }

    /// Sends, until the server dies.
    async fn send(self: Arc<Self>) {
        while self.server.is_running() {
            let name = self.outbound.next("out");
            let answer = outgoing::send(&self, &name).await;
            self.outbound.answered(name, answer);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// What got no good answer is tried until it has one, as Meta and a browser do; then all comes to its end.
    async fn finish(&self) {
        until("everything is answered", PATIENCE, async || {
            while self.inbound.has_unanswered() {
                let name = self.inbound.next("in");
                let answer = incoming::deliver(self, &name).await;
                self.inbound.answered(name, answer);
            }
            while self.outbound.has_unanswered() {
                let name = self.outbound.next("out");
                let answer = outgoing::send(self, &name).await;
                self.outbound.answered(name, answer);
            }
            Some(())
        })
        .await;
        settle(
            &self.caller,
            &self.server.url,
            &self.token(),
            &self.graph,
            PATIENCE,
        )
        .await;
        until("no file is on its way", PATIENCE, async || {
            let thread = self.whole_thread().await;
            thread
                .iter()
                .all(|message| message["content"]["media"]["state"] != "PENDING")
                .then_some(())
        })
        .await;
        outgoing::until_the_signs_agree(self).await;
    }

    /// Everything that the inbox has.
    async fn whole_thread(&self) -> Vec<Value> {
        let mut all = Vec::new();
        for conversation in &self.conversations {
            let token = self.token();
            all.append(
                &mut self
                    .caller
                    .thread(&self.server.url, &token, conversation)
                    .await,
            );
        }
        all
    }

    /// The bytes of every file in these messages are those that its name stands for.
    async fn assert_files(&self, thread: &[Value]) -> usize {
        let names: BTreeMap<String, &str> = thread
            .iter()
            .filter(|message| message["content"]["media"].is_object())
            .map(|message| {
                let media = &message["content"]["media"];
                assert_eq!(media["state"], "READY", "{message}");
                (
                    media["id"].as_str().unwrap().to_owned(),
                    message["text"].as_str().unwrap(),
                )
            })
            .collect();
        let ids: Vec<String> = names.keys().cloned().collect();
        let files = self
            .caller
            .files(&self.server.url, &self.token(), &ids)
            .await;
        for (id, name) in &names {
            let whole = files.get(id).is_some_and(|bytes| *bytes == file_of(name));
            assert!(whole, "the file of {name} is not what was sent");
        }
        names.len()
    }

    async fn check(&self) {
        let thread = self.whole_thread().await;
        let taken = incoming::assert_once(self, &thread);
        let sent = outgoing::assert_once(self, &thread);
        let files = self.assert_files(&thread).await;
        let cut = self.graph.interruptions();
        println!(
            "counts: {KILLS} kills, {taken} webhooks taken, {sent} sent, {files} files whole, {cut} sends cut off"
        );
        assert!(
            taken > 100 && sent > 100 && files > 30 && cut > 20,
            "the test was busy: {taken} webhooks, {sent} sends, {files} files, {cut} cut off"
        );
    }
}
