//! Claims: in which order, how fast, and for how long.

use super::ground::{AT, Ground};
use super::sending::{LATER, accepted, claim, claimed_texts, failure, furnish, send};
use crate::support::meta;
use app::ids::ClientId;
use app::messages::DeliveryStatus::{Failed, Queued, Read};
use app::paging::PageRequest;
use app::workflow::ListFilter;
use pilot_inbox::store::{Outgoing, Pace, Settlement};

/// So many people who wrote to a number.
async fn people(ground: &Ground, phone_number_id: &str, count: i64) {
    let texts: Vec<_> = (0..count)
        .map(|n| {
            let id = format!("wamid.{phone_number_id}.{n}");
            meta::text(&id, &format!("{phone_number_id}9{n}"), AT + n, "hello")
        })
        .collect();
    ground.take(&meta::messages(phone_number_id, &texts)).await;
}

/// Queues a text to everybody who wrote to a number.
async fn answer_all(ground: &Ground, index: usize, prefix: &str) {
    let scope = ground.only(index).await;
    let (mut page, mut n) = (PageRequest::first(), 0);
    loop {
        let list = ground
            .store
            .list_conversations(&scope, &ListFilter::default(), &page)
            .await
            .unwrap();
        for conversation in list.items {
            let text = format!("{prefix}{n}");
            let id = ClientId::parse(text.as_str()).unwrap();
            let sent =
                ground
                    .store
                    .send_message(&scope, &conversation.id, &id, Outgoing::text(&text));
            sent.await.unwrap();
            n += 1;
        }
        match list.older {
            Some(older) => page = PageRequest::older(older),
            None => return,
        }
    }
}

pub async fn what_was_queued_first_is_claimed_first(ground: &Ground) {
    people(ground, "100", 6).await;
    let scope = ground.all().await;
    // In an order that is neither that of the people nor of their last words.
    for (n, person) in [3, 0, 5, 1, 4, 2].into_iter().enumerate() {
        send(ground, &scope, &format!("1009{person}"), &format!("t{n}")).await;
    }
    assert_eq!(claimed_texts(ground, 2).await, ["t0", "t1"]);
    assert_eq!(claimed_texts(ground, 1).await, ["t2"]);
    assert_eq!(claimed_texts(ground, 9).await, ["t3", "t4", "t5"]);
}

pub async fn a_retry_goes_to_the_end_of_its_conversation(ground: &Ground) {
    let scope = furnish(ground).await;
    let first = send(ground, &scope, "5511", "a1").await;
    send(ground, &scope, "5511", "a2").await;
    send(ground, &scope, "5511", "a3").await;
    let claimed = claim(ground, 9).await.remove(0);
    assert_eq!((&claimed.message, claimed.attempt), (&first.id, 1));
    let failed = Settlement::Failed(failure());
    ground.store.settle(&claimed, failed).await.unwrap();
    ground
        .store
        .retry_message(&scope, &first.id, None)
        .await
        .unwrap();
    for (text, attempt) in [("a2", 1), ("a3", 1), ("a1", 2)] {
        let claimed = claim(ground, 9).await.remove(0);
        assert_eq!((claimed.text.as_str(), claimed.attempt), (text, attempt));
        let sent = accepted(&format!("wamid.{text}"));
        ground.store.settle(&claimed, sent).await.unwrap();
    }
    assert!(claim(ground, 9).await.is_empty());
}

pub async fn a_number_sends_no_faster_than_its_pace(ground: &Ground) {
    let burst = u32::try_from(Pace::NUMBER.burst).unwrap();
    people(ground, "100", i64::from(burst) + 20).await;
    answer_all(ground, 0, "a").await;
    let at = |now: i64, limit: u32| async move {
        let claims = ground.store.claim_outbox(now, now + 60_000, limit).await;
        u32::try_from(claims.unwrap().len()).unwrap()
    };
    let other = ground.beside().await;
    assert_eq!(at(LATER, burst - 10).await, burst - 10);
    let claims = other.store.claim_outbox(LATER, LATER + 60_000, 100).await;
    assert_eq!(claims.unwrap().len(), 10, "whichever server asks");
    assert_eq!(at(LATER, 100).await, 0);
    assert_eq!(at(LATER + Pace::NUMBER.interval_ms - 1, 100).await, 0);
    assert_eq!(at(LATER + Pace::NUMBER.interval_ms, 100).await, 1);
    assert_eq!(at(LATER + Pace::NUMBER.interval_ms * 6, 100).await, 5);
    assert_eq!(at(LATER + 60_000, 100).await, 14, "after a rest, all of it");
}

pub async fn a_number_over_its_pace_slows_no_other(ground: &Ground) {
    let burst = Pace::NUMBER.burst;
    people(ground, "100", burst + 50).await;
    people(ground, "101", 6).await;
    answer_all(ground, 0, "busy").await;
    let claimed = async |now: i64, limit: u32| {
        let claims = ground.store.claim_outbox(now, now, limit).await.unwrap();
        let of = |prefix: &str| claims.iter().filter(|c| c.text.starts_with(prefix)).count();
        (of("busy"), of("calm"))
    };
    let all = usize::try_from(burst).unwrap();
    assert_eq!(claimed(LATER, 1_000).await, (all, 0));
    // Queued behind fifty that wait for their pace, and asked for by a worker with few hands.
    answer_all(ground, 1, "calm").await;
    assert_eq!(claimed(LATER, 3).await, (0, 3));
    let soon = LATER + Pace::NUMBER.interval_ms * 2;
    assert_eq!(claimed(soon, 4).await, (2, 2), "each as its pace allows");
    assert_eq!(claimed(soon, 4).await, (0, 1));
    assert_eq!(claimed(soon, 4).await, (0, 0));
}

pub async fn a_renewed_lease_holds(ground: &Ground) {
    let scope = furnish(ground).await;
    for (phone, text) in [("5511", "a1"), ("5522", "b1"), ("5533", "c1")] {
        send(ground, &scope, phone, text).await;
    }
    let claims = claim(ground, 10).await;
    let of = |text: &str| claims.iter().find(|claim| claim.text == text).unwrap();
    let unconfirmed = Settlement::Unconfirmed {
        deadline: LATER + 2,
    };
    ground.store.settle(of("c1"), unconfirmed).await.unwrap();
    let other = ground.beside().await;
    let renewed = [of("a1").message.clone(), of("c1").message.clone()];
    ground
        .store
        .renew_claims(&renewed, LATER + 9)
        .await
        .unwrap();
    ground.store.renew_claims(&[], LATER + 9).await.unwrap();
    let take_over = async |now| other.store.take_over(now, LATER + 20).await.unwrap();
    assert_eq!(take_over(LATER + 8).await, 1, "b1, which nobody renewed");
    assert_eq!(
        other.store.expire_unconfirmed(LATER + 2).await.unwrap(),
        1,
        "c1, which is not under way any more and has nothing to renew"
    );
    assert_eq!(take_over(LATER + 9).await, 1, "a1, at last");
    assert_eq!(other.store.expire_unconfirmed(LATER + 19).await.unwrap(), 0);
    assert_eq!(other.store.expire_unconfirmed(LATER + 20).await.unwrap(), 2);
}

pub async fn an_answer_that_outlives_its_lease_still_tells(ground: &Ground) {
    let scope = furnish(ground).await;
    let messages = [
        send(ground, &scope, "5511", "a1").await,
        send(ground, &scope, "5522", "b1").await,
        send(ground, &scope, "5533", "c1").await,
    ];
    let claims = claim(ground, 10).await;
    let of = |text: &str| claims.iter().find(|claim| claim.text == text).unwrap();
    let other = ground.beside().await;
    assert_eq!(other.store.take_over(LATER, LATER + 5).await.unwrap(), 3);
    assert!(claim(ground, 10).await.is_empty(), "each may have gone out");
    let settle = async |text, outcome| ground.store.settle(of(text), outcome).await.unwrap();
    settle("a1", accepted("wamid.a1")).await;
    settle("b1", Settlement::Failed(failure())).await;
    settle("c1", Settlement::retry_at(LATER + 1)).await;
    assert_eq!(other.store.expire_unconfirmed(LATER + 5).await.unwrap(), 0);
    let again = ground
        .store
        .claim_outbox(LATER + 1, LATER + 9, 10)
        .await
        .unwrap();
    assert_eq!(again.len(), 1);
    assert_eq!((again[0].text.as_str(), again[0].requests), ("c1", 1));
    ground
        .status("100", "wamid.a1", &messages[0].id, "read")
        .await;
    let mut now = Vec::new();
    for message in &messages {
        now.push(ground.message(&scope, message).await.status);
    }
    assert_eq!(now, [Read, Failed, Queued]);
}
