//! The outbox, step by step.

use super::ground::{AT, Ground};
use crate::support::meta;
use app::error::Code;
use app::ids::{ClientId, MessageId};
use app::messages::{DeliveryStatus, Failure, Message, Waiting};
use pilot_inbox::access::Scope;
use pilot_inbox::clock::now_ms;
use pilot_inbox::fresh;
use pilot_inbox::store::{
    Claim, Consequence, NumberUpdate, Outgoing, Refusal, Settlement, StoreError,
};

/// Far enough from now that everything queued is due.
pub(super) const LATER: i64 = i64::MAX / 2;

pub(super) async fn send(ground: &Ground, scope: &Scope, phone: &str, text: &str) -> Message {
    let conversation = ground.with(scope, phone).await.id;
    let id = ClientId::parse(text).unwrap();
    ground
        .store
        .send_message(scope, &conversation, &id, Outgoing::text(text))
        .await
        .unwrap()
}

pub(super) async fn claim(ground: &Ground, limit: u32) -> Vec<Claim> {
    ground
        .store
        .claim_outbox(LATER, LATER, limit)
        .await
        .unwrap()
}

pub(super) async fn claimed_texts(ground: &Ground, limit: u32) -> Vec<String> {
    let mut texts: Vec<String> = claim(ground, limit)
        .await
        .into_iter()
        .map(|claim| claim.text)
        .collect();
    texts.sort();
    texts
}

pub(super) fn failure() -> Failure {
    Failure {
        code: "131026".into(),
        sentence: "It did not work.".into(),
        retryable: true,
    }
}

pub(super) fn accepted(id: &str) -> Settlement {
    Settlement::Accepted {
        provider_id: id.into(),
    }
}

/// Two people who wrote to the first number, one to the second.
pub(super) async fn furnish(ground: &Ground) -> Scope {
    ground.write("100", "5511", 0..1).await;
    ground.write("100", "5522", 0..1).await;
    ground.write("101", "5533", 0..1).await;
    ground.all().await
}

pub async fn the_same_client_id_is_the_same_message(ground: &Ground) {
    let scope = furnish(ground).await;
    let conversation = ground.with(&scope, "5511").await.id;
    let id = ClientId::parse("c-1").unwrap();
    let first = ground
        .store
        .send_message(&scope, &conversation, &id, Outgoing::text("text"))
        .await
        .unwrap();
    assert_eq!(
        (first.status, first.client_id.as_ref()),
        (DeliveryStatus::Queued, Some(&id))
    );
    let row = ground.with(&scope, "5511").await;
    assert_eq!(row.preview.as_ref().unwrap().text.as_deref(), Some("text"));
    assert_eq!((row.last_message_at, row.seq), (first.sent_at, first.seq));
    let position = ground.store.log_position(&scope).await.unwrap();
    assert_eq!(
        ground
            .store
            .send_message(&scope, &conversation, &id, Outgoing::text("text"))
            .await
            .unwrap(),
        first
    );
    let other = ground
        .store
        .send_message(&scope, &conversation, &id, Outgoing::text("another text"))
        .await;
    assert!(
        matches!(&other, Err(StoreError::Refused(error)) if error.code == Code::ClientIdReused),
        "{other:?}"
    );
    assert_eq!(
        ground.store.log_position(&scope).await.unwrap(),
        position,
        "nothing happened"
    );
    // In another conversation it is another message.
    let elsewhere = ground.with(&scope, "5522").await.id;
    assert_ne!(
        ground
            .store
            .send_message(&scope, &elsewhere, &id, Outgoing::text("text"))
            .await
            .unwrap()
            .id,
        first.id
    );
    for scope in [ground.only(1).await, ground.foreign().await] {
        let refused = ground
            .store
            .send_message(
                &scope,
                &conversation,
                &ClientId::parse("c-2").unwrap(),
                Outgoing::text("text"),
            )
            .await;
        assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
        let refused = ground.store.retry_message(&scope, &first.id, None).await;
        assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    }
}

pub async fn claims_go_one_by_one_in_each_conversation(ground: &Ground) {
    let scope = furnish(ground).await;
    for text in ["a1", "a2", "a3"] {
        send(ground, &scope, "5511", text).await;
    }
    send(ground, &scope, "5522", "b1").await;
    send(ground, &scope, "5533", "c1").await;
    assert!(
        ground
            .store
            .claim_outbox(0, 0, 10)
            .await
            .unwrap()
            .is_empty(),
        "nothing was due then"
    );
    let first = claim(ground, 2).await;
    assert_eq!(first.len(), 2, "no more than asked for");
    let rest = claim(ground, 10).await;
    assert_eq!(rest.len(), 1);
    assert!(
        claim(ground, 10).await.is_empty(),
        "the others wait for the first of their conversation"
    );
    let all: Vec<&Claim> = first.iter().chain(&rest).collect();
    let a1 = all.iter().find(|claim| claim.text == "a1").unwrap();
    assert_eq!(
        (a1.requests, a1.to_phone.as_deref(), &*a1.phone_number_id),
        (0, Some("5511"), "100")
    );
    assert_eq!(
        (&a1.tenant, &a1.number, &*a1.access_token),
        (&ground.tenant, &ground.numbers[0], &b"sealed"[..])
    );
    ground.store.settle(a1, accepted("wamid.a1")).await.unwrap();
    assert_eq!(claimed_texts(ground, 10).await, ["a2"]);
}

pub async fn a_claim_comes_back_when_it_may_be_tried_again(ground: &Ground) {
    let scope = furnish(ground).await;
    let message = send(ground, &scope, "5511", "a1").await;
    send(ground, &scope, "5511", "a2").await;
    let first = claim(ground, 10).await.remove(0);
    ground
        .store
        .settle(&first, Settlement::retry_at(LATER + 10))
        .await
        .unwrap();
    assert!(
        claim(ground, 10).await.is_empty(),
        "not before its time, and nothing overtakes it"
    );
    assert_eq!(
        ground.store.next_outbox_due().await.unwrap(),
        Some(LATER + 10)
    );
    let again = ground
        .store
        .claim_outbox(LATER + 10, LATER + 10, 10)
        .await
        .unwrap()
        .remove(0);
    assert_eq!((&again.message, again.requests), (&message.id, 1));
    let waiting = ground.message(&scope, &message).await;
    assert_eq!(
        (waiting.status, waiting.waiting),
        (
            DeliveryStatus::Queued,
            Some(Waiting::until("RETRY", LATER + 10))
        ),
        "the operator sees that it waits, and until when"
    );
}

pub async fn a_failure_frees_the_way_and_may_be_retried(ground: &Ground) {
    let scope = furnish(ground).await;
    let message = send(ground, &scope, "5511", "a1").await;
    send(ground, &scope, "5511", "a2").await;
    let first = claim(ground, 10).await.remove(0);
    ground
        .store
        .settle(&first, Settlement::Failed(failure()))
        .await
        .unwrap();
    let failed = ground.message(&scope, &message).await;
    assert_eq!(
        (failed.status, failed.failure),
        (DeliveryStatus::Failed, Some(failure()))
    );
    let second = claim(ground, 10).await.remove(0);
    assert_eq!(second.text, "a2");
    ground
        .store
        .settle(&second, accepted("wamid.a2"))
        .await
        .unwrap();
    assert_eq!(
        ground
            .with(&scope, "5511")
            .await
            .preview
            .unwrap()
            .text
            .as_deref(),
        Some("a2")
    );
    let queued = ground
        .store
        .retry_message(&scope, &message.id, None)
        .await
        .unwrap();
    assert_eq!(
        (queued.status, &queued.failure, &queued.id),
        (DeliveryStatus::Queued, &None, &message.id)
    );
    assert_eq!(
        ground
            .store
            .retry_message(&scope, &message.id, None)
            .await
            .unwrap(),
        queued,
        "pressed twice"
    );
    let again = claim(ground, 10).await.remove(0);
    assert_eq!(
        (&again.message, again.requests),
        (&message.id, 0),
        "a person asked: it counts anew"
    );
    ground
        .store
        .settle(&again, accepted("wamid.a1"))
        .await
        .unwrap();
    ground
        .status("100", "wamid.a1", &message.id, "delivered")
        .await;
    let refused = ground.store.retry_message(&scope, &message.id, None).await;
    assert!(
        matches!(&refused, Err(StoreError::Refused(error)) if error.code == Code::NotRetryable),
        "{refused:?}"
    );
    let inbound = &ground.thread(&scope, &message.conversation_id).await[0].id;
    let refused = ground.store.retry_message(&scope, inbound, None).await;
    assert!(
        matches!(&refused, Err(StoreError::Refused(error)) if error.code == Code::NotRetryable),
        "{refused:?}"
    );
    let refused = ground
        .store
        .retry_message(&scope, &fresh!(MessageId), None)
        .await;
    assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
}

pub async fn an_accepted_message_waits_for_its_statuses(ground: &Ground) {
    let scope = furnish(ground).await;
    let message = send(ground, &scope, "5511", "a1").await;
    // Faster than Meta's answer, in the wrong order, and without what we sent along.
    for name in ["read", "sent"] {
        ground
            .take(&meta::statuses(
                "100",
                &[meta::status("wamid.a1", name, AT)],
            ))
            .await;
    }
    // One about another number's message of the same id.
    ground
        .take(&meta::statuses(
            "101",
            &[meta::status("wamid.a1", "failed", AT)],
        ))
        .await;
    let first = claim(ground, 10).await.remove(0);
    ground
        .store
        .settle(&first, accepted("wamid.a1"))
        .await
        .unwrap();
    let now = ground.message(&scope, &message).await;
    assert_eq!((now.status, now.failure), (DeliveryStatus::Read, None));
    let log = ground.log(&scope, message.seq).await;
    let steps: Vec<&str> = log
        .iter()
        .map(|event| event["event"]["message"]["status"].as_str().unwrap())
        .collect();
    assert_eq!(steps, ["SENT", "READ"], "each step in its order");
}

pub async fn nobody_knows_until_a_status_or_the_deadline(ground: &Ground) {
    let scope = furnish(ground).await;
    let settled = send(ground, &scope, "5511", "a1").await;
    let given_up = send(ground, &scope, "5522", "b1").await;
    send(ground, &scope, "5522", "b2").await;
    for claim in claim(ground, 10).await {
        ground
            .store
            .settle(&claim, Settlement::Unconfirmed { deadline: 1_000 })
            .await
            .unwrap();
    }
    assert!(
        claim(ground, 10).await.is_empty(),
        "neither again nor overtaken"
    );
    assert_eq!(ground.store.expire_unconfirmed(999).await.unwrap(), 0);
    assert_eq!(
        ground
            .status("100", "wamid.a1", &settled.id, "sent")
            .await
            .statuses,
        1
    );
    assert_eq!(ground.store.expire_unconfirmed(1_000).await.unwrap(), 1);
    assert_eq!(
        ground.message(&scope, &settled).await.status,
        DeliveryStatus::Sent
    );
    let failed = ground.message(&scope, &given_up).await;
    assert_eq!(
        (failed.status, &*failed.failure.unwrap().code),
        (DeliveryStatus::Failed, "UNCONFIRMED")
    );
    assert_eq!(claimed_texts(ground, 10).await, ["b2"]);
    assert_eq!(
        ground.store.expire_unconfirmed(LATER).await.unwrap(),
        0,
        "once"
    );
}

pub async fn a_process_that_died_leaves_its_claims_unconfirmed(ground: &Ground) {
    let scope = furnish(ground).await;
    for (phone, text) in [
        ("5511", "a1"),
        ("5511", "a2"),
        ("5522", "b1"),
        ("5533", "c1"),
    ] {
        send(ground, &scope, phone, text).await;
    }
    let claims = claim(ground, 10).await;
    let c1 = claims.iter().find(|claim| claim.text == "c1").unwrap();
    ground
        .store
        .settle(c1, Settlement::Unconfirmed { deadline: 1 })
        .await
        .unwrap();
    let deadline = now_ms() + 5_000;
    let take_over = async |now| ground.store.take_over(now, deadline).await.unwrap();
    assert_eq!(take_over(LATER - 1).await, 0, "their leases hold");
    assert_eq!(take_over(LATER).await, 2);
    assert_eq!(take_over(LATER).await, 0, "once");
    assert_eq!(ground.store.recover_outbox(deadline).await.unwrap(), 3);
    assert!(claim(ground, 10).await.is_empty());
    // While the program was down no status could come: those that waited before wait anew.
    assert_eq!(
        ground.store.expire_unconfirmed(deadline - 1).await.unwrap(),
        0
    );
    assert_eq!(ground.store.expire_unconfirmed(deadline).await.unwrap(), 3);
    assert_eq!(claimed_texts(ground, 10).await, ["a2"]);
}

pub async fn a_refused_number_pauses_until_it_is_taken_again(ground: &Ground) {
    let scope = furnish(ground).await;
    let refusal = async |index: usize| {
        ground.store.tenant_numbers(&ground.tenant).await.unwrap()[index]
            .refusal
            .clone()
    };
    let message = send(ground, &scope, "5511", "a1").await;
    let first = claim(ground, 10).await.remove(0);
    ground
        .store
        .settle(&first, Settlement::NumberRefused { failure: failure() })
        .await
        .unwrap();
    assert_eq!(
        (refusal(0).await, refusal(1).await),
        (Some("It did not work.".into()), None)
    );
    let waits = ground.message(&scope, &message).await;
    assert_eq!(waits.status, DeliveryStatus::Queued);
    assert_eq!(waits.waiting.unwrap().reason, "PAUSED");
    // Nothing of this number goes out, and all of another.
    let also = send(ground, &scope, "5522", "b1").await;
    assert_eq!(also.waiting.unwrap().reason, "PAUSED");
    send(ground, &scope, "5533", "c1").await;
    assert_eq!(claimed_texts(ground, 10).await, ["c1"]);
    // It is asked about when it is time, by one of those who look.
    let probe = async |now| ground.store.numbers_to_probe(now, now + 5).await.unwrap();
    assert!(probe(now_ms()).await.is_empty());
    let asked = probe(LATER).await;
    assert_eq!(asked.len(), 1);
    assert_eq!(
        (&asked[0].number, &*asked[0].phone_number_id),
        (&ground.numbers[0], "100")
    );
    assert!(probe(LATER).await.is_empty());
    ground
        .store
        .resume_number(&ground.numbers[0])
        .await
        .unwrap();
    assert_eq!(refusal(0).await, None);
    let mut claims = claim(ground, 10).await;
    assert_eq!(claims.len(), 2);
    let again = claims.remove(0);
    ground
        .store
        .settle(&again, Settlement::NumberRefused { failure: failure() })
        .await
        .unwrap();
    assert!(refusal(0).await.is_some());
    ground
        .store
        .update_number(&ground.numbers[0], NumberUpdate::default())
        .await
        .unwrap();
    assert_eq!(refusal(0).await, None, "an administrator has acted");
}

pub async fn a_failure_may_shut_the_window_or_pause_the_number(ground: &Ground) {
    let scope = furnish(ground).await;
    let message = send(ground, &scope, "5511", "a1").await;
    let refusal = |consequence| Refusal {
        phone_number_id: "100".into(),
        provider_id: "wamid.out".into(),
        consequence,
        failure: failure(),
    };
    let heed = async |consequence| {
        let refusals = vec![refusal(consequence)];
        ground.store.heed_refusals(refusals).await.unwrap();
    };
    let inbound_at = async || ground.with(&scope, "5511").await.last_inbound_at;
    heed(Some(Consequence::WindowShut)).await;
    assert_eq!(
        inbound_at().await,
        Some(AT * 1000),
        "of no message known here"
    );
    let claimed = claim(ground, 10).await.remove(0);
    ground
        .store
        .settle(&claimed, accepted("wamid.out"))
        .await
        .unwrap();
    heed(None).await;
    assert_eq!(inbound_at().await, Some(AT * 1000));
    let before = ground.store.log_position(&scope).await.unwrap();
    heed(Some(Consequence::WindowShut)).await;
    assert_eq!(inbound_at().await, None);
    let log = ground.log(&scope, before).await;
    assert_eq!(log.len(), 1, "screens hear of it");
    assert_eq!(log[0]["event"]["conversation"]["seq"], log[0]["seq"]);
    // What the contact wrote after the message was sent opens it, whatever is said of the message.
    let at = message.sent_at / 1000 + 5;
    ground
        .take(&meta::one_text("100", "wamid.next", "5511", at, "hi"))
        .await;
    heed(Some(Consequence::WindowShut)).await;
    assert_eq!(inbound_at().await, Some(at * 1000));
    heed(Some(Consequence::NumberPaused)).await;
    let numbers = ground.store.tenant_numbers(&ground.tenant).await.unwrap();
    assert_eq!(numbers[0].refusal.as_deref(), Some("It did not work."));
    assert_eq!(numbers[1].refusal, None);
}

pub async fn an_answer_after_the_status_undoes_nothing(ground: &Ground) {
    let scope = furnish(ground).await;
    for (index, outcome) in [
        Settlement::retry_at(0),
        Settlement::Unconfirmed { deadline: 0 },
        Settlement::Failed(failure()),
        Settlement::NumberRefused { failure: failure() },
        accepted("wamid.out"),
    ]
    .into_iter()
    .enumerate()
    {
        let message = send(ground, &scope, "5511", &format!("a{index}")).await;
        let claimed = claim(ground, 10).await.remove(0);
        let id = if index == 4 {
            "wamid.out".to_owned()
        } else {
            format!("wamid.{index}")
        };
        ground.status("100", &id, &message.id, "delivered").await;
        ground.store.settle(&claimed, outcome).await.unwrap();
        // The number may be refused for all that: this message was taken.
        let number = &ground.numbers[0];
        ground.store.resume_number(number).await.unwrap();
        let now = ground.message(&scope, &message).await;
        assert_eq!(
            (now.status, now.failure, now.waiting),
            (DeliveryStatus::Delivered, None, None),
            "{index}"
        );
        assert!(
            claim(ground, 10).await.is_empty(),
            "{index}: it is not sent again"
        );
        ground.status("100", &id, &message.id, "read").await;
        assert_eq!(
            ground.message(&scope, &message).await.status,
            DeliveryStatus::Read,
            "{index}"
        );
    }
}

pub async fn an_answer_to_an_earlier_attempt_leaves_a_retry_alone(ground: &Ground) {
    let scope = furnish(ground).await;
    for (index, outcome) in [
        Settlement::retry_at(LATER + 1),
        Settlement::Unconfirmed {
            deadline: LATER + 1,
        },
        accepted("wamid.of-the-first-attempt"),
        Settlement::Failed(failure()),
    ]
    .into_iter()
    .enumerate()
    {
        let message = send(ground, &scope, "5511", &format!("a{index}")).await;
        let slow = claim(ground, 10).await.remove(0);
        // Meta reports the failure before it answers, and the operator is quick.
        let mut report = meta::failed(&format!("wamid.{index}"), AT, 131_026);
        report["biz_opaque_callback_data"] = message.id.as_str().into();
        ground.take(&meta::statuses("100", &[report])).await;
        ground
            .store
            .retry_message(&scope, &message.id, None)
            .await
            .unwrap();
        ground.store.settle(&slow, outcome).await.unwrap();
        let again = claim(ground, 10).await.remove(0);
        assert_eq!(again.message, message.id, "it is due as before");
        ground
            .store
            .settle(&again, accepted(&format!("wamid.again{index}")))
            .await
            .unwrap();
    }
}

pub async fn the_outbox_knows_when_to_be_looked_at(ground: &Ground) {
    let scope = furnish(ground).await;
    let due = async || ground.store.next_outbox_due().await.unwrap();
    assert_eq!(due().await, None);
    let message = send(ground, &scope, "5511", "a1").await;
    assert_eq!(due().await, Some(message.sent_at));
    let first = claim(ground, 10).await.remove(0);
    assert_eq!(
        due().await,
        Some(LATER),
        "what is under way wakes by itself, and is looked at when its lease ends"
    );
    send(ground, &scope, "5511", "a2").await;
    assert_eq!(due().await, Some(LATER), "it waits for the one before");
    ground
        .store
        .renew_claims(std::slice::from_ref(&first.message), LATER + 5)
        .await
        .unwrap();
    assert_eq!(due().await, Some(LATER + 5));
    ground
        .store
        .settle(&first, Settlement::Unconfirmed { deadline: 77 })
        .await
        .unwrap();
    assert_eq!(due().await, Some(77));
    ground.status("100", "wamid.a1", &message.id, "sent").await;
    assert!(due().await.is_some_and(|due| due > 77), "the way is free");
}

pub async fn a_number_that_is_gone_sends_nothing(ground: &Ground) {
    let scope = furnish(ground).await;
    send(ground, &scope, "5511", "a1").await;
    send(ground, &scope, "5533", "c1").await;
    ground
        .store
        .remove_number(&ground.numbers[0])
        .await
        .unwrap();
    assert_eq!(claimed_texts(ground, 10).await, ["c1"]);
    assert_eq!(
        ground.store.next_outbox_due().await.unwrap(),
        Some(LATER),
        "nobody looks for the other again and again: this is the lease of what is under way"
    );
    let scope = ground.all().await;
    assert!(
        ground
            .list(&scope)
            .await
            .iter()
            .all(|c| c.number_id == ground.numbers[1]),
        "its conversations are out of sight"
    );
}
