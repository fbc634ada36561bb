//! From a message of a customer to the receivers of a hundred webhooks, one of which is dead.

use super::latency::{WARM_UP, next_number, numbered};
use crate::Outcome;
use crate::call::Call;
use crate::database::{Database, Place};
use crate::ground::Ground;
use crate::http::Http;
use crate::process::Running;
use crate::receivers::{Receiver, Told};
use crate::row::{Budget, Row, Unit};
use crate::sample::Samples;
use crate::workplace::{Team, of_backend};
use futures::future::try_join_all;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

const WEBHOOKS: usize = 100;
/// As many as a number may have.
const OF_A_NUMBER: usize = 20;
/// Numbers of one tenant, whose webhooks follow one log.
const NUMBERS: usize = WEBHOOKS / OF_A_NUMBER;
/// The receiver that never answers.
const DEAD: usize = 0;
/// Far beyond what is promised, so that a promise that is not kept is a figure.
const PATIENCE: Duration = Duration::from_mins(1);

pub(super) async fn measure(ground: &Ground, on: Database) -> Outcome<Vec<Row>> {
    let place = ground.place(on, "webhooks").await?;
    let numbers = numbers(&place).await?;
    let inbox = ground.telling(&place).start().await?;
    let mut scene = Scene::make(&numbers, &inbox).await?;
    let turns = ground.plan.crowd_messages;
    let mut samples = Vec::with_capacity(turns * WEBHOOKS);
    for turn in 0..turns + WARM_UP {
        let took = scene.turn(&numbers).await?;
        if turn >= WARM_UP {
            samples.extend(took);
        }
    }
    let samples: Samples = samples.into_iter().collect();
    let called = scene.dead.connections();
    if called == 0 {
        return Err("the dead receiver was not called once, so it was in nobody's way".into());
    }
    let row = |percent: f64| {
        Row::new(
            format!(
                "message → {} receivers of {WEBHOOKS} webhooks, one is dead, p{percent:.0}",
                WEBHOOKS - 1
            ),
            Unit::Milliseconds,
            samples.percentile(percent),
        )
        .on(on)
    };
    Ok(vec![
        row(50.0),
        row(99.0)
            .beside(format!(
                "{turns} messages at each of {NUMBERS} numbers, the dead one called {called} times; slowest {:.0} ms",
                samples.percentile(100.0)
            ))
            .budget(Budget::AtMost(1_000.0)),
    ])
}

async fn numbers(place: &Place) -> Outcome<Vec<Team>> {
    let first = Team::make(place, 0).await?;
    let mut numbers = Vec::with_capacity(NUMBERS);
    for index in 1..NUMBERS {
        numbers.push(first.at_another_number(place, index).await?);
    }
    numbers.push(first);
    Ok(numbers)
}

/// Receivers with their webhooks, and connections to bring messages by.
struct Scene {
    dead: Receiver,
    _living: Vec<Receiver>,
    told: UnboundedReceiver<Told>,
    /// One for each number.
    webhooks_in: Vec<Http>,
}

impl Scene {
    async fn make(numbers: &[Team], inbox: &Running) -> Outcome<Self> {
        let (sender, told) = unbounded_channel();
        let dead = Receiver::dead().await?;
        let mut living = Vec::with_capacity(WEBHOOKS);
        for receiver in 0..WEBHOOKS {
            let number = &numbers[receiver / OF_A_NUMBER];
            if receiver == DEAD {
                subscribe(inbox.address, number, &dead.url).await?;
            } else {
                let receives = Receiver::taking(receiver, sender.clone()).await?;
                subscribe(inbox.address, number, &receives.url).await?;
                living.push(receives);
            }
        }
        let mut webhooks_in = Vec::with_capacity(NUMBERS);
        for _ in numbers {
            webhooks_in.push(Http::connect(inbox.address).await?);
        }
        Ok(Self {
            dead,
            _living: living,
            told,
            webhooks_in,
        })
    }

    /// Brings each number a message at once, and waits until every living receiver was told of the one of its number. Answers how long
    /// each took, in milliseconds.
    async fn turn(&mut self, numbers: &[Team]) -> Outcome<Vec<f64>> {
        let indices: Vec<usize> = numbers.iter().map(|_| next_number()).collect();
        let mut waiting: HashSet<(usize, usize)> = (0..WEBHOOKS)
            .filter(|receiver| *receiver != DEAD)
            .map(|receiver| (receiver, indices[receiver / OF_A_NUMBER]))
            .collect();
        let deliveries = self.webhooks_in.iter_mut().zip(numbers).zip(&indices).map(
            |((http, number), index)| async move {
                let call = numbered(&number.phone_number_id, *index);
                let sent = Instant::now();
                let answer = http.send(&call).await?;
                if !answer.status.is_success() {
                    return Err(format!("a webhook was answered {}", answer.status).into());
                }
                Outcome::Ok((*index, sent))
            },
        );
        let sent: HashMap<usize, Instant> = try_join_all(deliveries).await?.into_iter().collect();
        let mut took = Vec::with_capacity(waiting.len());
        while !waiting.is_empty() {
            let told = tokio::time::timeout(PATIENCE, self.told.recv())
                .await
                .map_err(|_| {
                    format!(
                        "{} of {} receivers were not told within {PATIENCE:?}",
                        waiting.len(),
                        WEBHOOKS - 1
                    )
                })?
                .ok_or("the receivers have ended")?;
            // One that is told again is promised no more than that: at least once.
            if waiting.remove(&(told.receiver, told.index))
                && let Some(sent) = sent.get(&told.index)
            {
                took.push((told.at - *sent).as_secs_f64() * 1e3);
            }
        }
        Ok(took)
    }
}

/// Has a receiver told of what comes in at a number.
async fn subscribe(inbox: SocketAddr, number: &Team, url: &str) -> Outcome {
    let body = json!({"url": url, "events": ["message.received"]});
    let call = Call::post("/v1/webhooks", body.to_string());
    let _webhook: Value = Http::connect(inbox)
        .await?
        .json(&of_backend(call, number))
        .await?;
    Ok(())
}
