//! A thousand messages that become due at once: how much of what WhatsApp allows a number goes out.

use super::Scene;
use crate::Outcome;
use crate::graph::ANSWER;
use crate::http::Http;
use crate::row::{Budget, Row, Unit};
use crate::workplace::{authorised, list_call};
use futures::future::try_join_all;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const MESSAGES: usize = 1_000;
const CONTACTS: usize = 50;
/// Messages a second of a number (Meta, "Throughput").
const ALLOWED: f64 = 80.0;
const PART: f64 = 0.95;
/// Connections that queue them.
const LANES: usize = 10;
/// All are queued by then, and not one is due.
const AHEAD: Duration = Duration::from_secs(15);
const PATIENCE: Duration = Duration::from_mins(2);

pub(super) async fn measure(scene: &Scene) -> Outcome<Row> {
    let token = scene.team.token(&scene.inbox).await?;
    let mut http = Http::connect(scene.inbox.address).await?;
    let list: Value = http
        .json(&list_call(&token, &json!({"limit": CONTACTS})))
        .await?;
    let conversations: Vec<&str> = list["items"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|item| item["id"].as_str())
        .collect();
    if conversations.len() < CONTACTS {
        return Err(format!(
            "{} of {CONTACTS} conversations are there",
            conversations.len()
        )
        .into());
    }
    let began = Instant::now();
    let due = jiff::Timestamp::now().as_millisecond() + i64::try_from(AHEAD.as_millis())?;
    let before = scene.graph.sends().len();
    let lanes = (0..LANES).map(|lane| {
        let (conversations, token) = (&conversations, &token);
        async move {
            let mut http = Http::connect(scene.inbox.address).await?;
            for index in (lane..MESSAGES).step_by(LANES) {
                let draft = json!({"content": {"type": "text", "body": format!("message {index}")}, "deliverAt": due});
                let body = json!({"conversation_id": conversations[index % CONTACTS], "client_id": format!("pace-{index}"), "draft": draft});
                let _message: Value = http.json(&authorised("/api/messages/send_draft", &body, token)).await?;
            }
            Outcome::Ok(())
        }
    });
    try_join_all(lanes).await?;
    if began.elapsed() > AHEAD || scene.graph.sends().len() > before {
        return Err(format!(
            "queueing took {:.0} s, so they did not become due at once",
            began.elapsed().as_secs_f64()
        )
        .into());
    }
    while scene.graph.sends().len() < before + MESSAGES {
        if began.elapsed() > PATIENCE {
            let gone = scene.graph.sends().len() - before;
            return Err(format!("{gone} of {MESSAGES} messages went out").into());
        }
        tokio::time::sleep(ANSWER).await;
    }
    let sends = &scene.graph.sends()[before..];
    if sends.len() > MESSAGES {
        return Err(format!("{MESSAGES} messages went out {} times", sends.len()).into());
    }
    let took = sends[MESSAGES - 1] - sends[0];
    #[expect(clippy::cast_precision_loss, reason = "a thousand")]
    let rate = MESSAGES as f64 / took.as_secs_f64();
    Ok(Row::new(
        format!("{MESSAGES} queued messages to {CONTACTS} contacts go out"),
        Unit::PerSecond,
        rate,
    )
    .beside(format!(
        "in {:.1} s, at most {} within a second; each is answered after {} ms",
        took.as_secs_f64(),
        most_within_a_second(sends),
        ANSWER.as_millis()
    ))
    .limit(ALLOWED, "what WhatsApp allows a number")
    .budget(Budget::PartAtLeast(PART)))
}

fn most_within_a_second(sends: &[Instant]) -> usize {
    let within = |from: &Instant| {
        sends
            .iter()
            .filter(|at| *at >= from && **at - *from < Duration::from_secs(1))
            .count()
    };
    sends.iter().map(within).max().unwrap_or(0)
}
