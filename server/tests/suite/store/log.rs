//! The log: everything that is pushed is in it, without a gap.

use super::ground::{AT, Ground};
use crate::support::meta;
use app::ids::{ClientId, ConversationId};
use pilot_inbox::clock::now_ms;
use pilot_inbox::fresh;
use pilot_inbox::store::{EventPage, Settlement, StoreError};

pub async fn positions_follow_each_other(ground: &Ground) {
    let scope = ground.all().await;
    ground.write("100", "5511", 0..5).await;
    ground.write("200", "5511", 0..3).await;
    let conversation = ground.with(&scope, "5511").await.id;
    let sent = ground
        .store
        .send_message(&scope, &conversation, &client("c-1"), "answer")
        .await
        .unwrap();
    let thread = ground.thread(&scope, &conversation).await;
    ground
        .store
        .mark_read(&scope, &conversation, &thread[4].id)
        .await
        .unwrap();
    ground.status("100", "wamid.out", &sent.id, "sent").await;
    ground.status("100", "wamid.out", &sent.id, "sent").await;
    let log = ground.log(&scope, 0).await;
    let positions: Vec<i64> = log
        .iter()
        .map(|event| event["seq"].as_i64().unwrap())
        .collect();
    assert_eq!(
        positions,
        (1..=8).collect::<Vec<_>>(),
        "five messages, a send, a reading, a status"
    );
    assert_eq!(ground.store.log_position(&scope).await.unwrap(), 8);
    assert_eq!(
        ground
            .store
            .log_position(&ground.foreign().await)
            .await
            .unwrap(),
        3,
        "each tenant counts by itself"
    );
    for event in &log {
        assert_eq!(
            event["event"]["conversation"]["seq"], event["seq"],
            "the row carries the position of its change"
        );
        if event["event"]["type"] == "message" {
            assert_eq!(event["event"]["message"]["seq"], event["seq"]);
        }
    }
    assert_eq!(log[7]["event"]["message"]["status"], "SENT");
}

fn client(id: &str) -> ClientId {
    ClientId::parse(id).unwrap()
}

pub async fn a_stretch_of_the_log_is_read_in_pages(ground: &Ground) {
    for n in 0..20 {
        ground
            .write(
                ["100", "101"][usize::try_from(n % 2).unwrap()],
                "5511",
                n..n + 1,
            )
            .await;
    }
    for (scope, expected) in [
        (ground.all().await, (1..=20).collect::<Vec<i64>>()),
        (ground.only(1).await, (1..=10).map(|n| n * 2).collect()),
        (ground.only(2).await, Vec::new()),
    ] {
        for limit in [1, 3, 20, 100] {
            let (mut seen, mut position, mut pages) = (Vec::new(), 0, 0);
            loop {
                pages += 1;
                let page = ground
                    .store
                    .events_after(&scope, position, limit)
                    .await
                    .unwrap();
                let EventPage::Events {
                    events,
                    position: reached,
                    more,
                } = page
                else {
                    panic!("{page:?}")
                };
                assert!(reached > position, "it gets on");
                position = reached;
                seen.extend(events.iter().map(|event| event.seq));
                if !more {
                    break;
                }
            }
            assert_eq!((&seen, position), (&expected, 20), "pages of {limit}");
            assert_eq!(
                pages,
                20_u32.div_ceil(limit),
                "no page is asked for in vain"
            );
        }
    }
    let scope = ground.all().await;
    let end = ground.store.events_after(&scope, 20, 10).await.unwrap();
    assert!(
        matches!(end, EventPage::Events { events, position: 20, more: false } if events.is_empty())
    );
}

pub async fn a_pruned_log_says_that_it_is_gone(ground: &Ground) {
    let scope = ground.all().await;
    ground.write("100", "5511", 0..5).await;
    let gone = async |after| {
        matches!(
            ground.store.events_after(&scope, after, 10).await.unwrap(),
            EventPage::Gone
        )
    };
    assert!(!gone(0).await);
    assert!(gone(6).await && gone(-1).await, "not of this log");
    assert_eq!(
        ground.store.prune(0).await.unwrap(),
        0,
        "nothing is that old"
    );
    assert_eq!(ground.store.prune(now_ms() + 1).await.unwrap(), 5);
    assert!(gone(0).await && gone(4).await);
    assert!(
        !gone(5).await,
        "who has seen the last one has missed nothing"
    );
    ground.write("100", "5511", 5..7).await;
    assert!(gone(4).await && !gone(5).await && !gone(6).await);
    assert_eq!(ground.log(&scope, 5).await.len(), 2);
}

pub async fn upkeep_drops_what_is_over(ground: &Ground) {
    let scope = ground.all().await;
    ground.write("100", "5511", 0..1).await;
    let conversation = ground.with(&scope, "5511").await.id;
    let sent = ground
        .store
        .send_message(&scope, &conversation, &client("c-1"), "answer")
        .await
        .unwrap();
    ground
        .take(&meta::statuses(
            "100",
            &[meta::status("wamid.out", "delivered", AT)],
        ))
        .await;
    ground.store.prune(now_ms() + 1).await.unwrap();
    // The status has waited too long for its message; what people wrote stays for good.
    let claim = ground
        .store
        .claim_outbox(i64::MAX / 2, i64::MAX / 2, 1)
        .await
        .unwrap()
        .remove(0);
    ground
        .store
        .settle(
            &claim,
            Settlement::Accepted {
                provider_id: "wamid.out".into(),
            },
        )
        .await
        .unwrap();
    assert_eq!(
        ground.message(&scope, &sent).await.status.as_str(),
        "QUEUED"
    );
    assert_eq!(ground.thread(&scope, &conversation).await.len(), 2);
}

pub async fn listeners_hear_of_commits_in_order(ground: &Ground) {
    let scope = ground.all().await;
    let writes = (0..40).map(|n| async move {
        ground.write("100", &format!("55{}", n % 7), n..n + 1).await;
    });
    futures::future::join_all(writes).await;
    let conversation = ground.list(&scope).await[0].id.clone();
    let sends = (0..20).map(|n| {
        let (scope, conversation) = (&scope, &conversation);
        async move {
            ground
                .store
                .send_message(scope, conversation, &client(&format!("c-{n}")), "x")
                .await
                .unwrap()
        }
    });
    futures::future::join_all(sends).await;
    let heard: Vec<(i64, String)> = {
        let heard = ground.heard.0.lock().unwrap();
        heard
            .iter()
            .map(|event| {
                (
                    event.seq,
                    String::from_utf8(event.payload.to_vec()).unwrap(),
                )
            })
            .collect()
    };
    let stored: Vec<(i64, String)> = ground
        .log(&scope, 0)
        .await
        .iter()
        .map(|event| (event["seq"].as_i64().unwrap(), event["event"].to_string()))
        .collect();
    assert_eq!(
        heard.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(),
        (1..=60).collect::<Vec<_>>()
    );
    for ((_, heard), (_, stored)) in heard.iter().zip(&stored) {
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(heard)
                .unwrap()
                .to_string(),
            *stored
        );
    }
}

pub async fn what_fails_leaves_nothing_behind(ground: &Ground) {
    let scope = ground.all().await;
    ground.write("100", "5511", 0..3).await;
    let conversation = ground.with(&scope, "5511").await.id;
    let nowhere = fresh!(ConversationId);
    // Good and bad work side by side, so that they share commits.
    let work = (0..30).map(|n| {
        let (scope, conversation, nowhere) = (&scope, &conversation, &nowhere);
        async move {
            let target = if n % 3 == 0 { conversation } else { nowhere };
            ground
                .store
                .send_message(scope, target, &client(&format!("c-{n}")), "x")
                .await
        }
    });
    let outcomes = futures::future::join_all(work).await;
    for (n, outcome) in outcomes.iter().enumerate() {
        assert_eq!(outcome.is_ok(), n % 3 == 0, "{outcome:?}");
        assert!(outcome.is_ok() || matches!(outcome, Err(StoreError::NotFound)));
    }
    assert_eq!(ground.log(&scope, 3).await.len(), 10);
    assert_eq!(ground.store.log_position(&scope).await.unwrap(), 13);
    assert_eq!(ground.heard.0.lock().unwrap().len(), 13);
}

pub async fn a_closed_store_takes_nothing(ground: &Ground) {
    let scope = ground.all().await;
    ground.write("100", "5511", 0..1).await;
    let conversation = ground.with(&scope, "5511").await.id;
    ground.store.close().await;
    let refused = ground
        .store
        .send_message(&scope, &conversation, &client("c-1"), "too late")
        .await;
    assert!(
        matches!(refused, Err(StoreError::Unavailable)),
        "{refused:?}"
    );
    assert!(ground.store.ping().await.is_err());
}

pub async fn what_is_committed_is_there_after_a_restart(ground: &Ground) {
    ground.write("100", "5511", 1..4).await;
    let before = ground.list(&ground.all().await).await;
    let again = ground.reopened().await;
    assert_eq!(again.list(&again.all().await).await, before);
    assert_eq!(
        again.store.log_position(&again.all().await).await.unwrap(),
        3
    );
}
