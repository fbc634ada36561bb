//! From a webhook going out to its event coming out of open streams.

use super::Bench;
use crate::Outcome;
use crate::call::Call;
use crate::http::Http;
use crate::listener::{Arrival, Listener, listen, marked};
use crate::meta::{Text, delivery};
use crate::process::{Program, Running};
use crate::sample::Samples;
use crate::table::{Budget, Row, Unit};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::oneshot;

const AT_ONCE: usize = 16;
const LISTENERS: usize = 200;
/// Rest between two messages that are sent one at a time.
const REST: Duration = Duration::from_millis(2);
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) async fn measure(bench: &Bench) -> Outcome<Vec<Row>> {
    let count = bench.plan.live_messages;
    let inbox = bench.inbox(&bench.many).start().await?;
    let constant = Program::Constant.start().await?;
    let token = bench.many.token(&inbox).await?;
    let mut numbers = 0..;

    let round_trip = against_constant(&constant, count).await?;
    let alone = one_at_a_time(&inbox, &token, 1, count, &mut numbers).await?;
    let (together, rate) = at_once(&inbox, &token, count * 4, &mut numbers).await?;
    let watched = one_at_a_time(&inbox, &token, LISTENERS, count, &mut numbers).await?;

    let row = |what: &str, samples: &Samples, percent: f64, budget: f64| {
        Row::new(
            format!("webhook → event, {what}, p{percent:.0}"),
            Unit::Milliseconds,
            samples.percentile(percent),
        )
        .limit(
            round_trip.percentile(percent),
            "the same body to a constant route and back",
        )
        .budget(Budget::AtMost(budget))
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

/// A signed delivery of one message with this number in its text.
fn numbered(index: usize) -> Call {
    delivery(&[Text {
        customer: index % 50,
        id: format!("live-{index:08}"),
        body: marked(index),
        at: jiff::Timestamp::now().as_second(),
    }])
}

async fn against_constant(constant: &Running, count: usize) -> Outcome<Samples> {
    let mut http = Http::connect(constant.address).await?;
    let mut samples = Samples::default();
    for index in 0..count {
        let call = numbered(index).to("/constant");
        let sent = Instant::now();
        http.send(&call).await?;
        samples.add(sent.elapsed());
        tokio::time::sleep(REST).await;
    }
    Ok(samples)
}

/// The samples are those of every listener.
async fn one_at_a_time(
    inbox: &Running,
    token: &str,
    listeners: usize,
    count: usize,
    numbers: &mut impl Iterator<Item = usize>,
) -> Outcome<Samples> {
    let (sender, mut arrivals) = unbounded_channel();
    let mut open: Vec<Listener> = Vec::with_capacity(listeners);
    for _ in 0..listeners {
        open.push(listen(inbox.address, token, sender.clone()).await?);
    }
    let mut webhook = Http::connect(inbox.address).await?;
    let mut samples = Samples::default();
    for (turn, index) in numbers.take(count + 10).enumerate() {
        let call = numbered(index);
        let sent = Instant::now();
        let answer = webhook.send(&call).await?;
        if !answer.status.is_success() {
            return Err(format!("a webhook was answered {}", answer.status).into());
        }
        for _ in 0..listeners {
            let arrival = tokio::time::timeout(PATIENCE, arrivals.recv())
                .await
                .map_err(|_| format!("message {index} did not reach every stream"))?
                .ok_or("the streams have ended")?;
            if arrival.index != index {
                return Err(format!(
                    "event {} came where {index} was due: out of order or doubled",
                    arrival.index
                )
                .into());
            }
            // The first few warm up.
            if turn >= 10 {
                samples.add(arrival.at - sent);
            }
        }
        tokio::time::sleep(REST).await;
    }
    drop(open);
    Ok(samples)
}

type Waiting = Arc<Mutex<HashMap<usize, oneshot::Sender<Instant>>>>;

/// As many senders as may be in flight; each sends its next message when its last one has come out. Answers the rate as well.
async fn at_once(
    inbox: &Running,
    token: &str,
    count: usize,
    numbers: &mut impl Iterator<Item = usize>,
) -> Outcome<(Samples, f64)> {
    let (sender, arrivals) = unbounded_channel();
    let _open = listen(inbox.address, token, sender).await?;
    let waiting = Waiting::default();
    let dispatcher = tokio::spawn(dispatch(arrivals, waiting.clone()));
    let began = Instant::now();
    let mut senders = Vec::with_capacity(AT_ONCE);
    for _ in 0..AT_ONCE {
        let share: Vec<usize> = numbers.take(count / AT_ONCE).collect();
        senders.push(tokio::spawn(send_share(
            inbox.address,
            share,
            waiting.clone(),
        )));
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
    address: std::net::SocketAddr,
    share: Vec<usize>,
    waiting: Waiting,
) -> Outcome<Vec<f64>> {
    let mut webhook = Http::connect(address).await?;
    let mut samples = Vec::with_capacity(share.len());
    for index in share {
        let call = numbered(index);
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
