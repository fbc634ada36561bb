//! Times: whole, in order, and of no time zone.

use super::ground::{AT, Ground};
use crate::support::meta;
use app::paging::PageRequest;
use app::workflow::ListFilter;
use pilot_inbox::ingest::Change;
use pilot_inbox::provider::cloud_api::parse;

/// Seconds since the epoch: far away, around changes of the clocks in Berlin, New York and Lord Howe Island, a leap second, and the
/// ends of what fits into 31 and 32 bits.
const TIMES: [i64; 22] = [
    -62_135_596_800,
    -86_400,
    -1,
    0,
    1,
    951_782_400,
    1_483_228_799,
    1_483_228_800,
    1_711_846_799,
    1_711_846_800,
    1_711_850_400,
    1_712_415_600,
    1_730_595_599,
    1_730_595_600,
    1_730_599_200,
    2_147_483_647,
    2_147_483_648,
    4_294_967_295,
    4_294_967_296,
    32_503_680_000,
    253_402_300_799,
    9_223_372_036_854_775,
];

/// A text whose time no check has seen.
async fn write_at(ground: &Ground, id: &str, phone: &str, at: i64) {
    let body = meta::one_text("100", id, phone, AT, id).to_string();
    let mut changes = parse(body.as_bytes()).unwrap().changes;
    for change in &mut changes[0].changes {
        if let Change::Message(message) = change {
            message.timestamp = at;
        }
    }
    ground.store.ingest(changes).await.unwrap();
}

pub async fn times_come_back_whole_and_in_order(ground: &Ground) {
    let scope = ground.all().await;
    for (index, at) in crate::support::shuffled(&TIMES, 7).into_iter().enumerate() {
        write_at(ground, &format!("wamid.{index}"), "5511", at).await;
        // And a conversation of its own for each.
        write_at(
            ground,
            &format!("wamid.own{index}"),
            &format!("66{index}"),
            at,
        )
        .await;
    }
    let conversation = ground.with(&scope, "5511").await;
    assert_eq!(conversation.last_message_at, TIMES[21] * 1000);
    assert_eq!(conversation.last_inbound_at, Some(TIMES[21] * 1000));
    let mut seen = Vec::new();
    let mut page = PageRequest {
        limit: Some(4),
        ..PageRequest::first()
    };
    loop {
        let answer = ground
            .store
            .list_messages(&scope, &conversation.id, &page)
            .await
            .unwrap();
        seen.splice(0..0, answer.items.iter().map(|message| message.sent_at));
        match answer.older {
            Some(older) => page.older = Some(older),
            None => break,
        }
    }
    assert_eq!(seen, TIMES.map(|at| at * 1000));
    let mut seen = Vec::new();
    let mut page = PageRequest {
        limit: Some(3),
        ..PageRequest::first()
    };
    loop {
        let answer = ground
            .store
            .list_conversations(&scope, &ListFilter::default(), &page)
            .await
            .unwrap();
        seen.extend(
            answer
                .items
                .iter()
                .map(|c| (c.last_message_at, c.last_inbound_at)),
        );
        match answer.older {
            Some(older) => page.older = Some(older),
            None => break,
        }
    }
    let mut expected: Vec<_> = TIMES
        .iter()
        .map(|at| (at * 1000, Some(at * 1000)))
        .collect();
    // The conversation that holds all of them stands beside that of the last.
    expected.push((TIMES[21] * 1000, Some(TIMES[21] * 1000)));
    expected.reverse();
    assert_eq!(seen, expected);
}

pub async fn what_comes_late_leaves_the_list_as_it_is(ground: &Ground) {
    let scope = ground.all().await;
    write_at(ground, "wamid.now", "5511", AT).await;
    for (index, at) in [AT - 1, AT - 86_400, 0, -1].into_iter().enumerate() {
        write_at(ground, &format!("wamid.{index}"), "5511", at).await;
    }
    // Of the same second: the one that came last stands last.
    write_at(ground, "wamid.same", "5511", AT).await;
    let conversation = ground.with(&scope, "5511").await;
    let preview = conversation.preview.unwrap();
    assert_eq!(preview.text.as_deref(), Some("wamid.same"));
    assert_eq!(conversation.last_message_at, AT * 1000);
    let thread = ground.thread(&scope, &conversation.id).await;
    let texts: Vec<_> = thread.iter().map(|m| m.text.as_deref().unwrap()).collect();
    assert_eq!(
        texts,
        [
            "wamid.3",
            "wamid.2",
            "wamid.1",
            "wamid.0",
            "wamid.now",
            "wamid.same"
        ]
    );
}
