//! From a webhook going out to its event coming out of open streams of the same server.

use super::latency::{PATIENCE, next_number, numbered, one_at_a_time, round_trip};
use crate::Outcome;
use crate::database::Database;
use crate::ground::{Ground, Size};
use crate::http::Http;
use crate::listener::{Arrival, listen};
use crate::process::Program;
use crate::row::{Budget, Row, Unit};
use crate::sample::Samples;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::oneshot;

const AT_ONCE: usize = 16;
const LISTENERS: usize = 200;

pub(super) async fn measure(ground: &Ground, on: Database) -> Outcome<Vec<Row>> {
    let count = ground.plan.live_messages;
    let many = ground.workplace(on, Size::Many).await?;
    let inbox = ground.inbox(on, Size::Many).await?.start().await?;
    let constant = Program::Constant.start().await?;
    let token = many.token(&inbox).await?;
    let (to, at) = (many.team.phone_number_id.as_str(), inbox.address);

    let constant = round_trip(constant.address, count).await?;
    let alone = one_at_a_time(at, at, (to, &token), 1, count).await?;
    let (together, rate) = at_once(at, to, &token, count * 4).await?;
    let watched = one_at_a_time(at, at, (to, &token), LISTENERS, count).await?;

    let row = |what: &str, samples: &Samples, percent: f64, budget: f64| {
        let row = Row::new(
            format!("webhook → event, {what}, p{percent:.0}"),
            Unit::Milliseconds,
            samples.percentile(percent),
        )
        .limit(
            constant.percentile(percent),
            "the same body to a constant route and back",
        )
        .on(on);
        match on {
            Database::Sqlite => row.budget(Budget::AtMost(budget)),
            // What is promised there is promised for two servers.
            Database::Postgres => row,
        }
    };
    let all = format!("{LISTENERS} listeners, each of them");
    let sixteen = format!("{AT_ONCE} in flight");
    Ok(vec![
        row("one at a time", &alone, 50.0, 2.0),
        row("one at a time", &alone, 99.0, 5.0),
        row(&sixteen, &together, 50.0, 2.0).beside(format!("{rate:.0} messages/s")),
        row(&sixteen, &together, 99.0, 5.0),
        row(&all, &watched, 50.0, 2.0),
        row(&all, &watched, 99.0, 6.0),
    ])
}

type Waiting = Arc<Mutex<HashMap<usize, oneshot::Sender<Instant>>>>;

/// As many senders as may be in flight; each sends its next message when its last one has come out. Answers the rate as well.
async fn at_once(
    inbox: SocketAddr,
    to: &str,
    token: &str,
    count: usize,
) -> Outcome<(Samples, f64)> {
    let (sender, arrivals) = unbounded_channel();
    let _open = listen(inbox, token, sender).await?;
    let waiting = Waiting::default();
    let dispatcher = tokio::spawn(dispatch(arrivals, waiting.clone()));
    let began = Instant::now();
    let mut senders = Vec::with_capacity(AT_ONCE);
    for _ in 0..AT_ONCE {
        let share = send_share(inbox, to.to_owned(), count / AT_ONCE, waiting.clone());
        senders.push(tokio::spawn(share));
    }
    let mut samples = Vec::with_capacity(count);
    for sender in senders {
        samples.extend(sender.await??);
    }
    #[expect(clippy::cast_precision_loss, reason = "thousands of samples")]
    let rate = samples.len() as f64 / began.elapsed().as_secs_f64();
    dispatcher.abort();
    Ok((samples.into_iter().collect(), rate))
}

async fn send_share(
    address: SocketAddr,
    to: String,
    count: usize,
    waiting: Waiting,
) -> Outcome<Vec<f64>> {
    let mut webhook = Http::connect(address).await?;
    let mut samples = Vec::with_capacity(count);
    for _ in 0..count {
        let index = next_number();
        let call = numbered(&to, index);
        let (arrived, arrival) = oneshot::channel();
        waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(index, arrived);
        let sent = Instant::now();
        let answer = webhook.send(&call).await?;
        if !answer.status.is_success() {
            return Err(format!("a webhook was answered {}", answer.status).into());
        }
        let at = tokio::time::timeout(PATIENCE, arrival)
            .await
            .map_err(|_| format!("event {index} never came"))??;
        samples.push((at - sent).as_secs_f64() * 1e3);
    }
    Ok(samples)
}

async fn dispatch(mut arrivals: UnboundedReceiver<Arrival>, waiting: Waiting) {
    while let Some(arrival) = arrivals.recv().await {
        if let Some(sender) = waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&arrival.index)
        {
            // The sender gave up, which it reports itself.
            let _ = sender.send(arrival.at);
        }
    }
}
