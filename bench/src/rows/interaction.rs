//! How the inbox answers to somebody who works in it: keys, conversations, the list, under load, and after a long day. In a real browser
//! on a processor that Chromium makes four times slower, over a number with a hundred thousand conversations.

use super::script;
use crate::Outcome;
use crate::database::Database::Sqlite;
use crate::ground::{Ground, Size};
use crate::meta;
use crate::row::{Budget, Row, Unit, thousands};
use crate::sample::Samples;
use serde::Deserialize;
use serde_json::json;

const SCRIPT: &str = "bench/interaction.mjs";

#[derive(Deserialize)]
struct Report {
    /// Milliseconds from the click on a row until the messages of a conversation were painted that had not been opened before.
    cold: Vec<f64>,
    /// The same conversations again.
    warm: Vec<f64>,
    scrolled: Scrolled,
    /// Messages on the page while somebody typed.
    shown: f64,
    /// Milliseconds from a key until its frame was painted.
    typed: Vec<f64>,
    busy: Busy,
    /// What was missing on the page after the load.
    lost: Vec<String>,
    heap: Heap,
}

#[derive(Deserialize)]
struct Scrolled {
    /// Milliseconds of each task longer than 50.
    tasks: Vec<f64>,
    /// Where the list was in the end, and how high it is, in CSS pixels.
    to: f64,
    of: f64,
}

#[derive(Deserialize)]
struct Busy {
    keys: Vec<f64>,
    tasks: Vec<f64>,
    sent: f64,
}

#[derive(Deserialize)]
struct Heap {
    few: Memory,
    many: Memory,
}

/// Bytes after a collection of garbage.
#[derive(Deserialize)]
struct Memory {
    js: f64,
    wasm: f64,
}

impl Memory {
    fn all(&self) -> f64 {
        self.js + self.wasm
    }
}

pub(super) async fn measure(ground: &Ground) -> Outcome<Vec<Row>> {
    if !ground.built {
        return Ok(vec![Row::missing(
            "working in the inbox",
            "target/site is not built",
        )]);
    }
    let many = ground.workplace(Sqlite, Size::Many).await?;
    let inbox = ground.inbox(Sqlite, Size::Many).await?.start().await?;
    let plan = ground.plan;
    let about = json!({
        "inbox": format!("http://{}", inbox.address),
        "apiKey": many.team.key,
        "number": many.team.number,
        "phoneNumberId": many.team.phone_number_id,
        "wabaId": meta::WABA_ID,
        "phone": meta::PHONE,
        "appSecret": meta::APP_SECRET,
        "plan": {
            "thread": plan.thread,
            "keys": plan.keys,
            "switches": plan.switches,
            "wheels": plan.wheels,
            "busySeconds": plan.busy_seconds,
        },
    });
    let report: Report = script::run_about(SCRIPT, &about).await?;
    if let Some(first) = report.lost.first() {
        eprintln!("bench: the page lost {first}");
    }
    let mut rows = report.by_hand(many.conversations, plan.thread);
    rows.extend(report.over_time(plan.busy_seconds));
    Ok(rows)
}

impl Report {
    /// What one does, by hand and one thing after the other.
    fn by_hand(&self, conversations: usize, messages: usize) -> Vec<Row> {
        #[expect(clippy::cast_precision_loss, reason = "ten thousand")]
        let messages = messages as f64;
        let typed = samples(&self.typed);
        let scrolled = &self.scrolled;
        vec![
            Row::new(
                format!(
                    "key → painted, {} messages in the thread, p95",
                    thousands(messages)
                ),
                Unit::Milliseconds,
                typed.percentile(95.0),
            )
            .beside(format!(
                "p50 {:.1} ms, {} keys, {} messages on the page",
                typed.median(),
                typed.count(),
                self.shown
            ))
            .budget(Budget::AtMost(32.0)),
            switch("opened before", &self.warm, 100.0),
            switch("for the first time", &self.cold, 250.0),
            Row::new(
                format!(
                    "scrolling {}, the longest task",
                    super::conversations(conversations)
                ),
                Unit::Milliseconds,
                longest(&scrolled.tasks),
            )
            .beside(format!(
                "{} tasks over 50 ms, {:.0} of {:.0} px",
                scrolled.tasks.len(),
                scrolled.to,
                scrolled.of
            ))
            .budget(Budget::AtMost(50.0)),
        ]
    }

    /// What a busy minute and a long day do.
    fn over_time(&self, seconds: u64) -> Vec<Row> {
        let busy = samples(&self.busy.keys);
        #[expect(clippy::cast_precision_loss, reason = "a few")]
        let lost = self.lost.len() as f64;
        let (few, many) = (&self.heap.few, &self.heap.many);
        vec![
            Row::new(
                format!("key → painted, 200 messages/s for {seconds} s, p95"),
                Unit::Milliseconds,
                busy.percentile(95.0),
            )
            .beside(format!(
                "p50 {:.1} ms, {} keys, longest task {:.0} ms",
                busy.median(),
                busy.count(),
                longest(&self.busy.tasks)
            ))
            .budget(Budget::AtMost(50.0)),
            Row::new("rows and messages lost on the way", Unit::Count, lost)
                .beside(format!("of {} messages", thousands(self.busy.sent)))
                .budget(Budget::AtMost(0.0)),
            Row::new(
                "memory of the page after 200 conversations",
                Unit::Megabytes,
                many.all(),
            )
            .beside(format!(
                "JS {:.1}, wasm {:.1}; after 20: JS {:.1}, wasm {:.1}",
                many.js / 1e6,
                many.wasm / 1e6,
                few.js / 1e6,
                few.wasm / 1e6
            ))
            .limit(few.all(), "after 20 conversations")
            .budget(Budget::TimesAtMost(1.5)),
        ]
    }
}

fn switch(what: &str, values: &[f64], budget: f64) -> Row {
    let taken = samples(values);
    Row::new(
        format!("switch to a conversation, {what}, p95"),
        Unit::Milliseconds,
        taken.percentile(95.0),
    )
    .beside(format!(
        "p50 {:.0} ms, {} switches",
        taken.median(),
        taken.count()
    ))
    .budget(Budget::AtMost(budget))
}

fn samples(values: &[f64]) -> Samples {
    values.iter().copied().collect()
}

fn longest(tasks: &[f64]) -> f64 {
    tasks.iter().copied().fold(0.0, f64::max)
}
