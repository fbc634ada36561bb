//! Messages of every type as fast as a large number gets them, alone and with files; and many in one body.

use super::Scene;
use crate::Outcome;
use crate::call::Call;
use crate::ground::Ground;
use crate::http::Http;
use crate::meta::{Text, change, delivery, name, phone, sentence};
use crate::row::{Budget, Row, Unit};
use crate::sample::Samples;
use futures::future::try_join_all;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const PER_SECOND: usize = 500;
const BETWEEN: Duration = Duration::from_millis(2);
/// Enough for a server that takes a tenth of a second for each.
const CONNECTIONS: usize = 64;
/// Updates of a large body.
const BODY: usize = 1_000;
const CUSTOMERS: usize = 1_000;
/// What is still to be fetched afterwards may take so long.
const PATIENCE: Duration = Duration::from_mins(3);

/// Times from the arrival of a body of a thousand messages to its answer, which means that they are stored.
pub(super) async fn large_bodies(ground: &Ground, scene: &Scene) -> Outcome<Row> {
    let mut samples = Samples::default();
    let mut http = Http::connect(scene.inbox.address).await?;
    for round in 0..ground.plan.starts {
        let texts: Vec<Text> = (0..BODY)
            .map(|index| Text {
                customer: index % CUSTOMERS,
                id: format!("large-{round}-{index}"),
                body: sentence(index),
                at: jiff::Timestamp::now().as_second(),
            })
            .collect();
        let call = delivery(&scene.team.phone_number_id, &texts);
        let sent = Instant::now();
        let answer = http.send(&call).await?;
        samples.add(sent.elapsed());
        if !answer.status.is_success() {
            return Err(format!("a large body was answered {}", answer.status).into());
        }
    }
    let slowest = samples.percentile(100.0);
    Ok(Row::new(
        "1,000 updates in one body, until they are stored",
        Unit::Milliseconds,
        samples.median(),
    )
    .beside(format!(
        "the slowest of {}, with 1,000 new conversations among them: {slowest:.0} ms",
        samples.count()
    ))
    .budget(Budget::AtMost(300.0)))
}

/// The acknowledgement under a steady load, without files and with them.
pub(super) async fn mixed(ground: &Ground, scene: &Scene) -> Outcome<Vec<Row>> {
    let count = PER_SECOND * usize::try_from(ground.plan.ingest_seconds)?;
    let mut rows = Vec::new();
    for (with_files, what, most) in [
        (false, "of mixed types", 20.0),
        (true, "of which three in ten bring a file", 250.0),
    ] {
        let to = &scene.team.phone_number_id;
        let calls: Vec<Call> = (0..count)
            .map(|index| call(to, index, with_files))
            .collect();
        let (samples, rate) = at_pace(scene.inbox.address, &calls).await?;
        let beside = format!("p50 {:.2} ms, at {rate:.0}/s", samples.median());
        let beside = if with_files {
            let late = fetched(scene).await?;
            format!("{beside}; all files there {late:.1} s later")
        } else {
            beside
        };
        rows.push(
            Row::new(
                format!("acknowledgement at {PER_SECOND} webhooks/s {what}, p99"),
                Unit::Milliseconds,
                samples.percentile(99.0),
            )
            .beside(beside)
            .budget(Budget::AtMost(most)),
        );
    }
    Ok(rows)
}

/// Sends each when it is due, whatever became of those before. Times are from then, so that a server that falls behind cannot hide it.
/// Answers the rate as well, which is that of the plan where it did not.
async fn at_pace(address: SocketAddr, calls: &[Call]) -> Outcome<(Samples, f64)> {
    let next = AtomicUsize::new(0);
    let mut connections = Vec::with_capacity(CONNECTIONS);
    for _ in 0..CONNECTIONS {
        connections.push(Http::connect(address).await?);
    }
    let start = Instant::now() + Duration::from_millis(50);
    let lanes = connections.into_iter().map(|mut http| {
        let next = &next;
        async move {
            let mut took = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(call) = calls.get(index) else {
                    return Outcome::Ok(took);
                };
                let mut due = start + BETWEEN * u32::try_from(index)?;
                if due > Instant::now() {
                    tokio::time::sleep_until(due.into()).await;
                    // The clock of the load is coarse, which is not the server's doing.
                    due = Instant::now();
                }
                let answer = http.send(call).await?;
                if !answer.status.is_success() {
                    return Err(format!("webhook {index} was answered {}", answer.status).into());
                }
                took.push(due.elapsed().as_secs_f64() * 1e3);
            }
        }
    });
    let took = try_join_all(lanes).await?;
    #[expect(clippy::cast_precision_loss, reason = "thousands")]
    let rate = calls.len() as f64 / start.elapsed().as_secs_f64();
    Ok((took.into_iter().flatten().collect(), rate))
}

/// Waits until no file is on its way; answers for how long, in seconds.
async fn fetched(scene: &Scene) -> Outcome<f64> {
    let began = Instant::now();
    loop {
        let (on_their_way, given_up) = scene.place.files().await?;
        if given_up > 0 {
            return Err(format!("{given_up} files were not fetched").into());
        }
        if on_their_way == 0 {
            return Ok(began.elapsed().as_secs_f64());
        }
        if began.elapsed() > PATIENCE {
            return Err(format!("{on_their_way} files are still on their way").into());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// One of a mix that repeats after ten. Those about another message are about the one before.
fn call(to: &str, index: usize, with_files: bool) -> Call {
    let run = if with_files { "files" } else { "mixed" };
    let id = |index: usize| format!("wamid.{run}-{index}");
    let customer = index / 10 * 7919 % CUSTOMERS;
    let at = jiff::Timestamp::now().as_second().to_string();
    let text = json!({"type": "text", "text": {"body": sentence(index)}});
    let file = |kind: &str, prefix: &str, mime: &str| {
        let file = json!({"id": format!("{prefix}-{index}"), "mime_type": mime});
        json!({"type": kind, kind: file})
    };
    let mut message = match (index % 10, with_files) {
        (0, true) => file("image", "picture", "image/png"),
        (1, true) => file("audio", "voice", "audio/ogg"),
        (2, true) => file("document", "document", "application/pdf"),
        (4, _) => {
            json!({"type": "reaction", "reaction": {"message_id": id(index - 1), "emoji": "👍"}})
        }
        (5, _) => {
            json!({"type": "location", "location": {"latitude": -23.55, "longitude": -46.63, "name": "Sé"}})
        }
        (6, _) => {
            json!({"type": "contacts", "contacts": [{"name": {"formatted_name": name(index)}, "phones": [{"phone": "+551130000000"}]}]})
        }
        (7, _) => {
            json!({"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "1", "title": "Yes"}}})
        }
        (8, _) => {
            let echo = json!({"id": id(index), "from": crate::meta::PHONE, "to": phone(customer), "timestamp": at, "type": "text",
                "text": {"body": sentence(index)}});
            return change(to, "smb_message_echoes", json!({"message_echoes": [echo]}));
        }
        (9, _) => {
            let status = json!({"id": id(index - 1), "status": "delivered", "timestamp": at, "recipient_id": phone(customer)});
            return change(to, "messages", json!({"statuses": [status]}));
        }
        _ => text,
    };
    message["id"] = Value::String(id(index));
    message["from"] = Value::String(phone(customer));
    message["timestamp"] = Value::String(at);
    let contact = json!({"profile": {"name": name(customer)}, "wa_id": phone(customer)});
    change(
        to,
        "messages",
        json!({"contacts": [contact], "messages": [message]}),
    )
}
