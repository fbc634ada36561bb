//! Who decides where the program cannot know.

use super::{Caller, FakeGraph};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// A look at the screen.
const LOOK: Duration = Duration::from_millis(100);

/// Waits until every message of ours has an end. Where nobody can know whether a message went out, the program asks a person: here the
/// person looks at the phone, and sends again what did not arrive. Returns what was sent again.
pub async fn settle(
    caller: &Caller,
    server: &str,
    token: &str,
    graph: &FakeGraph,
    patience: Duration,
) -> BTreeSet<String> {
    let begun = Instant::now();
    let mut again = BTreeSet::new();
    let conversations = caller.conversations(server, token).await;
    for conversation in conversations.values() {
        loop {
            let messages = caller.thread(server, token, conversation).await;
            let sent = graph.sent();
            let mut open = 0;
            for message in messages
                .iter()
                .filter(|message| message["direction"] == "OUTBOUND")
            {
                let text = message["text"].as_str().unwrap();
                match message["status"].as_str().unwrap() {
                    "QUEUED" => open += 1,
                    "FAILED" => {
                        assert_eq!(message["failure"]["code"], "UNCONFIRMED", "{message}");
                        open += 1;
                        // WhatsApp's own word is on its way where it did arrive.
                        if !sent.contains_key(text) {
                            let id = message["id"].as_str().unwrap();
                            let retried = caller.retry(server, token, id).await;
                            assert!(
                                retried.is_some_and(|answer| answer.is_good()),
                                "an unconfirmed message can be sent again"
                            );
                            again.insert(text.to_owned());
                        }
                    }
                    _ => {}
                }
            }
            if open == 0 {
                break;
            }
            assert!(
                begun.elapsed() < patience,
                "{open} messages have no end yet"
            );
            tokio::time::sleep(LOOK).await;
        }
    }
    again
}
