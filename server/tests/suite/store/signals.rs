//! Signs on messages, read receipts, typing.

use super::ground::Ground;
use super::sending::{accepted, claim, failure, send};
use crate::support::{meta, recently};
use app::error::Code;
use app::messages::{Message, Side};
use pilot_inbox::access::Scope;
use pilot_inbox::clock::now_ms;
use pilot_inbox::store::{
    Consequence, Refusal, SignalClaim, SignalKind, SignalOutcome, StoreError,
};

/// A conversation with one message of today.
async fn furnish(ground: &Ground) -> (Scope, Message) {
    ground
        .take(&meta::one_text(
            "100",
            "wamid.in",
            "5511",
            recently(),
            "hello",
        ))
        .await;
    let scope = ground.all().await;
    let conversation = ground.with(&scope, "5511").await.id;
    let message = ground.thread(&scope, &conversation).await.remove(0);
    (scope, message)
}

async fn signals(ground: &Ground) -> Vec<SignalClaim> {
    let now = now_ms();
    ground
        .store
        .claim_signals(now, now + 60_000, 10)
        .await
        .unwrap()
}

fn ours(message: &Message) -> Option<&str> {
    let of_us = message.reactions.iter().find(|r| r.by == Side::Business);
    of_us.map(|reaction| reaction.emoji.as_str())
}

pub async fn a_sign_is_shown_at_once_and_comes_back_if_refused(ground: &Ground) {
    let (scope, message) = furnish(ground).await;
    let react = async |emoji| ground.store.react(&scope, &message.id, emoji, None).await;
    for other in [ground.only(1).await, ground.foreign().await] {
        let refused = ground.store.react(&other, &message.id, "👍", None).await;
        assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    }
    let before = ground.store.log_position(&scope).await.unwrap();
    assert_eq!(ours(&react("👍").await.unwrap()), Some("👍"));
    let log = ground.log(&scope, before).await;
    assert_eq!(log.len(), 1);
    assert_eq!(log[0]["event"]["message"]["reactions"][0]["by"], "BUSINESS");
    let claims = signals(ground).await;
    assert_eq!(claims.len(), 1);
    assert_eq!(
        (claims[0].target.as_deref(), claims[0].emoji.as_str()),
        (Some("wamid.in"), "👍")
    );
    assert!(signals(ground).await.is_empty(), "it is under way");
    let sent = |id: &str| SignalOutcome::Sent {
        provider_id: Some(id.into()),
    };
    let settle = async |claim: &SignalClaim, outcome| {
        ground.store.settle_signal(claim, outcome).await.unwrap();
    };
    settle(&claims[0], sent("wamid.sign")).await;

    // Another one, which WhatsApp refuses: the first is there again, with the reason.
    assert_eq!(ours(&react("❤️").await.unwrap()), Some("❤️"));
    let claims = signals(ground).await;
    settle(&claims[0], SignalOutcome::Refused(failure())).await;
    let now = ground.message(&scope, &message).await;
    assert_eq!(
        (ours(&now), now.reaction_failure.clone()),
        (Some("👍"), Some(failure()))
    );

    // Taken, and refused later; and the same sign again asks for nothing.
    let removed = react("").await.unwrap();
    assert_eq!(
        (ours(&removed), removed.reaction_failure.clone()),
        (None, None)
    );
    react("").await.unwrap();
    let claims = signals(ground).await;
    assert_eq!(claims.len(), 1);
    settle(&claims[0], sent("wamid.gone")).await;
    assert!(signals(ground).await.is_empty());
    let refusal = Refusal {
        phone_number_id: "100".into(),
        provider_id: "wamid.gone".into(),
        consequence: Some(Consequence::WindowShut),
        failure: failure(),
    };
    ground.store.heed_refusals(vec![refusal]).await.unwrap();
    let now = ground.message(&scope, &message).await;
    assert_eq!(ours(&now), Some("👍"));
}

pub async fn a_later_sign_takes_the_place_of_an_earlier_one(ground: &Ground) {
    let (scope, message) = furnish(ground).await;
    let react = async |emoji| {
        let sign = ground.store.react(&scope, &message.id, emoji, None).await;
        sign.unwrap()
    };
    react("1️⃣").await;
    let first = signals(ground).await.remove(0);
    react("2️⃣").await;
    assert!(signals(ground).await.is_empty(), "it waits for the first");
    let outcome = SignalOutcome::Refused(failure());
    ground.store.settle_signal(&first, outcome).await.unwrap();
    let now = ground.message(&scope, &message).await;
    assert_eq!(ours(&now), Some("2️⃣"), "nobody wants the first any more");
    let second = signals(ground).await.remove(0);
    assert_eq!(second.emoji, "2️⃣");
    let outcome = SignalOutcome::Refused(failure());
    ground.store.settle_signal(&second, outcome).await.unwrap();
    assert_eq!(ours(&ground.message(&scope, &message).await), None);
}

pub async fn only_what_has_gone_out_takes_a_sign(ground: &Ground) {
    let (scope, _) = furnish(ground).await;
    let queued = send(ground, &scope, "5511", "queued").await;
    let react = async || ground.store.react(&scope, &queued.id, "👍", None).await;
    let refused = react().await;
    assert!(
        matches!(&refused, Err(StoreError::Refused(error)) if error.code == Code::DraftInvalid),
        "{refused:?}"
    );
    let claimed = claim(ground, 10).await.remove(0);
    let outcome = accepted("wamid.out");
    ground.store.settle(&claimed, outcome).await.unwrap();
    react().await.unwrap();
    // WhatsApp takes it only while the window is open.
    let later = Some(now_ms() + 48 * 3_600_000);
    let refused = ground.store.react(&scope, &queued.id, "", later).await;
    assert!(
        matches!(&refused, Err(StoreError::Refused(error)) if error.code == Code::WindowShut),
        "{refused:?}"
    );
}

pub async fn a_contact_hears_once_that_all_was_read(ground: &Ground) {
    let (scope, message) = furnish(ground).await;
    let conversation = &message.conversation_id;
    let tell = async |kind| {
        let told = ground.store.signal(&scope, conversation, kind).await;
        told.unwrap()
    };
    for kind in [SignalKind::Read, SignalKind::Typing] {
        assert!(!tell(kind).await, "nobody has seen it");
        for other in [ground.only(1).await, ground.foreign().await] {
            let refused = ground.store.signal(&other, conversation, kind).await;
            assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
        }
    }
    let seen = ground.store.mark_read(&scope, conversation, &message.id);
    seen.await.unwrap();
    assert!(tell(SignalKind::Read).await);
    assert!(!tell(SignalKind::Read).await);
    assert!(tell(SignalKind::Typing).await);
    assert!(!tell(SignalKind::Typing).await, "not so often");
    let mut claims = signals(ground).await;
    claims.sort_by_key(|claim| claim.kind.as_str());
    let kinds: Vec<&str> = claims.iter().map(|claim| claim.kind.as_str()).collect();
    assert_eq!(kinds, ["read", "typing"]);
    assert!(
        claims
            .iter()
            .all(|c| c.target.as_deref() == Some("wamid.in"))
    );
    // One is given up, one is tried again; neither leaves a trace at the message.
    let refused = SignalOutcome::Refused(failure());
    ground
        .store
        .settle_signal(&claims[1], refused)
        .await
        .unwrap();
    let again = SignalOutcome::RetryAt(now_ms());
    ground.store.settle_signal(&claims[0], again).await.unwrap();
    let claims = signals(ground).await;
    assert_eq!((claims.len(), claims[0].attempts), (1, 2));
    let sent = SignalOutcome::Sent { provider_id: None };
    ground.store.settle_signal(&claims[0], sent).await.unwrap();
    assert_eq!(ground.message(&scope, &message).await, message);
}
