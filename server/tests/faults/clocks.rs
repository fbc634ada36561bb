//! One server's clock is five minutes off: nobody notices.

use crate::processes::{
    Answer, Caller, FakeGraph, Follower, Inbound, Installation, Postgres, Replica, until,
};
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const SOON: Duration = Duration::from_secs(10);
const PHONES: [&str; 2] = ["5511991", "5511992"];
/// Messages of the conversation that goes over both servers.
const MESSAGES: usize = 20;
/// Nobody writes faster.
const TYPING: Duration = Duration::from_millis(60);
/// Longer than a claim is believed in without a word, which is ten seconds.
const SLOW: Duration = Duration::from_secs(12);
/// A claim of a dead server is believed in for so long, and WhatsApp's word is waited for.
const GIVEN_UP: Duration = Duration::from_secs(30);
/// Lifetime of a short token, in seconds.
const SHORT: u32 = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn five_minutes_ahead() {
    servers_agree("+5m").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn five_minutes_behind() {
    servers_agree("-5m").await;
}

/// Makes other times for a program.
fn false_clock() -> Option<PathBuf> {
    let folders = [
        "/usr/lib/x86_64-linux-gnu",
        "/usr/lib/aarch64-linux-gnu",
        "/usr/lib64",
        "/usr/lib",
        "/usr/local/lib",
    ];
    folders
        .into_iter()
        .map(|folder| PathBuf::from(folder).join("faketime/libfaketimeMT.so.1"))
        .find(|file| file.exists())
}

/// Two servers, of which the second has a false clock.
struct Pair {
    right: Replica,
    wrong: Replica,
    caller: Caller,
    graph: FakeGraph,
    token: String,
    conversations: Vec<String>,
}

async fn servers_agree(offset: &str) {
    let Some(library) = false_clock() else {
        println!("skipped: there is no libfaketime on this machine");
        return;
    };
    let pair = Pair::start(offset, library.to_str().unwrap()).await;
    pair.sessions_are_good_everywhere().await;
    pair.tokens_end_when_they_should().await;
    pair.a_conversation_keeps_its_order().await;
    pair.what_is_under_way_is_left_alone().await;
    pair.a_dead_servers_claims_are_taken_over().await;
    println!("counts: {offset}: {MESSAGES} messages in order, 2 slow sends, 1 claim taken over");
}

impl Pair {
    async fn start(offset: &str, library: &str) -> Self {
        let url = Postgres::shared().database().await;
        let graph = FakeGraph::start().await;
        let mut installation = Installation::on_postgres(&url);
        installation.furnish(&graph.base_url());
        let right = installation.replica("right");
        let wrong = installation
            .replica("wrong")
            .with_env("LD_PRELOAD", library)
            .with_env("FAKETIME", offset)
            .with_env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        right.start().await;
        wrong.start().await;
        assert!(
            wrong
                .log()
                .contains("this machine's clock differs from the database's"),
            "its clock is wrong: {}",
            wrong.log()
        );
        graph.report_to(vec![right.webhook_url(), wrong.webhook_url()]);
        let caller = installation.caller();
        for (phone, server) in PHONES.into_iter().zip([&right, &wrong]) {
            let message = Inbound {
                text: &format!("hello from {phone}"),
                from: phone,
            };
            good(caller.deliver(&server.url, message).await);
        }
        let token = caller.token(&right.url).await;
        let conversations = caller.conversations(&right.url, &token).await;
        Self {
            conversations: conversations.into_values().collect(),
            right,
            wrong,
            caller,
            graph,
            token,
        }
    }

    fn both(&self) -> [&Replica; 2] {
        [&self.right, &self.wrong]
    }

    async fn sessions_are_good_everywhere(&self) {
        for minting in self.both() {
            let token = self.caller.token(&minting.url).await;
            for serving in self.both() {
                good(self.caller.list(&serving.url, &token).await);
                let renewed = good(self.caller.refresh(&serving.url, &token).await).token();
                good(self.caller.list(&minting.url, &renewed).await);
                let stream = Follower::on(&serving.url, &token, None);
                stream.until_open(SOON).await;
            }
        }
    }

    async fn tokens_end_when_they_should(&self) {
        for minting in self.both() {
            let before = Instant::now();
            let token = good(self.caller.mint(&minting.url, SHORT).await).token();
            for serving in self.both() {
                good(self.caller.list(&serving.url, &token).await);
            }
            for serving in self.both() {
                let ended = until("the token ends", SOON, async || {
                    let answer = self.caller.list(&serving.url, &token).await?;
                    (answer.status != 200).then_some(answer)
                })
                .await;
                let lived = before.elapsed();
                assert_eq!(ended.body["code"], "TOKEN_EXPIRED", "{ended:?}");
                let at_least = Duration::from_secs(SHORT.into());
                assert!(lived > at_least && lived < 2 * at_least, "{lived:?}");
            }
        }
    }

    /// Every other message goes through the other server.
    async fn a_conversation_keeps_its_order(&self) {
        let conversation = &self.conversations[0];
        let typed: Vec<String> = (0..MESSAGES)
            .map(|number| format!("typed-{number}"))
            .collect();
        for (text, server) in typed.iter().zip(self.both().into_iter().cycle()) {
            let sent = self
                .caller
                .send(&server.url, &self.token, conversation, text);
            good(sent.await);
            tokio::time::sleep(TYPING).await;
        }
        until("all of them are out", SOON, async || {
            (self.graph.taken().len() == MESSAGES).then_some(())
        })
        .await;
        let taken = self.graph.taken().into_iter().map(|taken| taken.text);
        assert_eq!(
            taken.collect::<Vec<_>>(),
            typed,
            "in the order of their queueing"
        );
        for server in self.both() {
            let thread = self
                .caller
                .thread(&server.url, &self.token, conversation)
                .await;
            let ours = thread
                .iter()
                .filter(|message| message["direction"] == "OUTBOUND");
            let shown: Vec<&str> = ours
                .clone()
                .map(|message| message["text"].as_str().unwrap())
                .collect();
            assert_eq!(shown, typed, "and on the screen");
            for message in ours {
                let difference = now_ms() - message["sentAt"].as_i64().unwrap();
                assert!(
                    (-1_000..30_000).contains(&difference),
                    "{difference} ms: {message}"
                );
            }
        }
    }

    /// WhatsApp takes its time with the answer: the other server must not think that this one is dead.
    async fn what_is_under_way_is_left_alone(&self) {
        let sends = ["slow-right", "slow-wrong"];
        for ((text, server), conversation) in
            sends.into_iter().zip(self.both()).zip(&self.conversations)
        {
            self.graph.delay(text, SLOW);
            good(
                self.caller
                    .send(&server.url, &self.token, conversation, text)
                    .await,
            );
        }
        let begun = Instant::now();
        for (text, conversation) in sends.into_iter().zip(&self.conversations) {
            until("the slow message is sent", 2 * SLOW, async || match &*self
                .status_of(conversation, text)
                .await
            {
                "QUEUED" => None,
                "SENT" => Some(()),
                other => panic!("{text} became {other} after {:?}", begun.elapsed()),
            })
            .await;
            assert_eq!(self.graph.sent()[text], 1, "{text}");
        }
    }

    async fn a_dead_servers_claims_are_taken_over(&self) {
        let (text, conversation) = ("left-behind", &self.conversations[1]);
        self.graph.delay(text, Duration::from_hours(1));
        good(
            self.caller
                .send(&self.wrong.url, &self.token, conversation, text)
                .await,
        );
        until("it is under way", SOON, async || {
            self.graph.sent().get(text).copied()
        })
        .await;
        self.wrong.kill();
        until("a person is asked", GIVEN_UP, async || {
            (self.status_of(conversation, text).await == "FAILED").then_some(())
        })
        .await;
        assert_eq!(self.graph.sent()[text], 1, "never sent twice");
    }

    async fn status_of(&self, conversation: &str, text: &str) -> String {
        let thread = self
            .caller
            .thread(&self.right.url, &self.token, conversation)
            .await;
        let message = thread
            .iter()
            .find(|message| message["text"] == text)
            .expect("it is stored");
        message["status"].as_str().unwrap().to_owned()
    }
}

fn good(answer: Option<Answer>) -> Answer {
    let answer = answer.expect("an answer");
    assert!(answer.is_good(), "{answer:?}");
    answer
}

fn now_ms() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(now.as_millis()).unwrap()
}
