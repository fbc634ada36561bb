//! A page deep in the history of a number with as many messages as the huge data set has, beside the first page.

use crate::Outcome;
use crate::call::Call;
use crate::database::Database;
use crate::ground::{Ground, Size};
use crate::http::Http;
use crate::row::{Budget, Row, Unit, thousands};
use crate::sample::Samples;
use crate::workplace::of_backend;
use serde::Deserialize;
use std::time::Instant;

const PAGES: [u32; 2] = [1, 1_000];
/// Rows of a page.
const ROWS: usize = 30;
/// The first few requests warm up.
const WARM_UP: usize = 3;

#[derive(Deserialize)]
struct Page {
    messages: Vec<Message>,
    total: u32,
    /// Which page it is.
    #[serde(rename = "page")]
    position: u32,
}

#[derive(Deserialize)]
struct Message {
    id: String,
}

pub(in crate::rows) async fn measure(ground: &Ground, on: Database) -> Outcome<Vec<Row>> {
    let huge = ground.workplace(on, Size::Huge).await?;
    let inbox = ground.inbox(on, Size::Huge).await?.start().await?;
    let mut http = Http::connect(inbox.address).await?;
    let calls = PAGES.map(|page| {
        let path = format!("/v1/messages/history?page={page}&pageSize={ROWS}");
        of_backend(Call::get(path), &huge.team)
    });
    let total = looked_at(&mut http, &calls).await?;
    let mut samples = [Samples::default(), Samples::default()];
    // In turns and one at a time, so that whatever else the machine does hits both.
    for turn in 0..ground.plan.history_pages + WARM_UP {
        for (call, samples) in calls.iter().zip(&mut samples) {
            let sent = Instant::now();
            let answer = http.send(call).await?;
            let took = sent.elapsed();
            if !answer.status.is_success() {
                return Err(format!("a page of the history was answered {}", answer.status).into());
            }
            if turn >= WARM_UP {
                samples.add(took);
            }
        }
    }
    let [first, deep] = &samples;
    let messages = thousands(f64::from(total));
    let row = |percent: f64| {
        Row::new(
            format!("history of {messages} messages, page 1,000, p{percent:.0}"),
            Unit::Milliseconds,
            deep.percentile(percent),
        )
        .limit(
            first.percentile(percent),
            format!("page 1, p{percent:.0}; pages of {ROWS}, one request at a time"),
        )
        .budget(Budget::TimesAtMost(2.0))
        .on(on)
    };
    Ok(vec![row(50.0), row(99.0)])
}

/// Answers how many messages there are, if either page is the one that was asked for and has all its rows, and no two are the same.
async fn looked_at(http: &mut Http, calls: &[Call]) -> Outcome<u32> {
    let mut total = 0;
    let mut ids: Vec<String> = Vec::new();
    for (call, wanted) in calls.iter().zip(PAGES) {
        let page: Page = http.json(call).await?;
        if page.position != wanted || page.messages.len() != ROWS {
            return Err(format!(
                "page {wanted} of the history was answered with {} messages of page {}",
                page.messages.len(),
                page.position
            )
            .into());
        }
        total = page.total;
        ids.extend(page.messages.into_iter().map(|message| message.id));
    }
    ids.sort_unstable();
    ids.dedup();
    if ids.len() != ROWS * PAGES.len() {
        return Err("two pages of the history have messages in common".into());
    }
    Ok(total)
}
