//! The log: everything that is pushed is in it, without a gap.

use super::crowds::at_once;
use super::ground::{AT, Ground, deliver};
use crate::support::meta;
use app::ids::{ClientId, ConversationId, TenantId};
use pilot_inbox::clock::now_ms;
use pilot_inbox::fresh;
use pilot_inbox::store::{EventPage, Outgoing, Settlement, StoreError};

pub async fn positions_follow_each_other(ground: &Ground) {
    let scope = ground.all().await;
    ground.write("100", "5511", 0..5).await;
    ground.write("200", "5511", 0..3).await;
    let conversation = ground.with(&scope, "5511").await.id;
    let sent = ground
        .store
        .send_message(
            &scope,
            &conversation,
            &client("c-1"),
            Outgoing::text("answer"),
        )
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

pub async fn a_whole_log_is_read_without_a_scope(ground: &Ground) {
    for (number, n) in [("100", 0), ("101", 1), ("200", 2), ("102", 3)] {
        ground.write(number, "5511", n..n + 2).await;
    }
    let (tenant, foreign) = (&ground.tenant, ground.foreign().await.tenant().clone());
    let positions = async |tenants: &[TenantId]| {
        let mut positions = ground.store.positions(tenants).await.unwrap();
        positions.sort();
        positions
    };
    let mut both = vec![(tenant.clone(), 6), (foreign.clone(), 2)];
    both.sort();
    let nobody = fresh!(TenantId);
    assert_eq!(
        positions(&[foreign.clone(), nobody, tenant.clone()]).await,
        both,
        "of those that are there"
    );
    assert_eq!(positions(&[]).await, []);
    let read = async |tenant: &TenantId, after, limit| {
        let page = ground.store.log_after(tenant, after, limit).await.unwrap();
        let EventPage::Events {
            events,
            position,
            more,
        } = page
        else {
            panic!("{page:?}")
        };
        assert!(events.iter().all(|event| event.tenant == *tenant));
        let events: Vec<_> = events.into_iter().map(|e| (e.seq, e.number)).collect();
        (events, position, more)
    };
    let (events, position, more) = read(tenant, 1, 4).await;
    let of = |index: usize| ground.numbers[index].clone();
    assert_eq!(
        events,
        [(2, of(0)), (3, of(1)), (4, of(1)), (5, of(2))],
        "whatever the number"
    );
    assert_eq!((position, more), (5, true));
    assert_eq!(read(tenant, 5, 4).await, (vec![(6, of(2))], 6, false));
    assert_eq!(read(tenant, 6, 4).await, (Vec::new(), 6, false));
    assert_eq!(read(&foreign, 0, 9).await.1, 2);
    for beyond in [7, -1, i64::MIN, i64::MAX] {
        let page = ground.store.log_after(tenant, beyond, 9).await.unwrap();
        assert!(matches!(page, EventPage::Gone), "{beyond}: {page:?}");
    }
    ground.store.prune(now_ms() + 1).await.unwrap();
    let page = ground.store.log_after(tenant, 0, 9).await.unwrap();
    assert!(matches!(page, EventPage::Gone), "{page:?}");
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
        .send_message(
            &scope,
            &conversation,
            &client("c-1"),
            Outgoing::text("answer"),
        )
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

pub async fn listeners_hear_of_every_commit_once(ground: &Ground) {
    let scope = ground.all().await;
    at_once(40, |n| {
        let store = ground.store.clone();
        async move {
            let (id, phone) = (format!("wamid.{n}"), format!("55{}", n % 7));
            deliver(&*store, &meta::one_text("100", &id, &phone, AT, "x")).await;
        }
    })
    .await;
    let conversation = ground.list(&scope).await[0].id.clone();
    at_once(20, |n| {
        let (store, scope, conversation) =
            (ground.store.clone(), scope.clone(), conversation.clone());
        async move {
            let id = client(&format!("c-{n}"));
            let sent = store.send_message(&scope, &conversation, &id, Outgoing::text("x"));
            sent.await.unwrap();
        }
    })
    .await;
    let mut heard: Vec<(i64, String)> = {
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
    heard.sort();
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
        let heard: serde_json::Value = serde_json::from_str(heard).unwrap();
        assert_eq!(heard.to_string(), *stored);
    }
}

pub async fn listeners_hear_of_what_follows_each_other_in_order(ground: &Ground) {
    for n in 0..10 {
        ground.write("100", "5511", n * 3..n * 3 + 3).await;
    }
    let heard = ground.heard.0.lock().unwrap();
    let seqs: Vec<i64> = heard.iter().map(|event| event.seq).collect();
    assert_eq!(seqs, (1..=30).collect::<Vec<_>>());
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
                .send_message(
                    scope,
                    target,
                    &client(&format!("c-{n}")),
                    Outgoing::text("x"),
                )
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
        .send_message(
            &scope,
            &conversation,
            &client("c-1"),
            Outgoing::text("too late"),
        )
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
