//! What goes on while something breaks: messages arrive, and operators write.

use super::{Caller, Inbound, Ledger};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::task::JoinHandle;

/// Rest between two of one lane, so that a machine of two cores is busy and not drowned.
const REST: Duration = Duration::from_millis(10);

/// Which server gets the next request.
pub type Pick = Arc<dyn Fn() -> Option<String> + Send + Sync>;

/// Lanes at work.
pub struct Load {
    lanes: Vec<JoinHandle<()>>,
    stop: Arc<AtomicBool>,
    pub inbound: Arc<Ledger>,
    pub outbound: Arc<Ledger>,
}

/// The phone of a conversation of the tests.
pub fn phone(number: usize) -> String {
    format!("551190000{number}")
}

impl Load {
    /// `arriving` lanes of messages that arrive, spread over the conversations; in each conversation one operator writes, who sends the
    /// next message when the one before is acknowledged.
    pub fn start(
        caller: &Caller,
        token: &str,
        conversations: &[String],
        arriving: usize,
        pick: Pick,
    ) -> Self {
        let mut load = Self {
            lanes: Vec::new(),
            stop: Arc::default(),
            inbound: Arc::default(),
            outbound: Arc::default(),
        };
        for lane in 0..arriving {
            let from = phone(lane % conversations.len());
            let (caller, pick, stop) = (caller.clone(), pick.clone(), load.stop.clone());
            let ledger = load.inbound.clone();
            load.lanes.push(tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) || ledger.has_unanswered() {
                    let text = ledger.next("in");
                    let good = match pick() {
                        Some(server) => {
                            let message = Inbound {
                                text: &text,
                                from: &from,
                            };
                            let answer = caller.deliver(&server, message).await;
                            answer.is_some_and(|answer| answer.is_good())
                        }
                        None => false,
                    };
                    ledger.answered(text, good);
                    tokio::time::sleep(REST).await;
                }
            }));
        }
        for (number, conversation) in conversations.iter().enumerate() {
            let (caller, pick, stop) = (caller.clone(), pick.clone(), load.stop.clone());
            let (conversation, token) = (conversation.clone(), token.to_owned());
            let ledger = load.outbound.clone();
            load.lanes.push(tokio::spawn(async move {
                let mut count = 0;
                while !stop.load(Ordering::Relaxed) {
                    // Numbers of one width sort as texts.
                    let text = format!("out-{number}-{count:05}");
                    loop {
                        let answer = match pick() {
                            Some(server) => {
                                caller.send(&server, &token, &conversation, &text).await
                            }
                            None => None,
                        };
                        if answer.is_some_and(|answer| answer.is_good()) {
                            break;
                        }
                        ledger.refused();
                        tokio::time::sleep(REST).await;
                    }
                    ledger.answered(text, true);
                    count += 1;
                    tokio::time::sleep(REST).await;
                }
            }));
        }
        load
    }

    /// Ends when everything that was begun is acknowledged.
    pub async fn end(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for lane in self.lanes.drain(..) {
            lane.await.unwrap();
        }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        for lane in &self.lanes {
            lane.abort();
        }
    }
}
