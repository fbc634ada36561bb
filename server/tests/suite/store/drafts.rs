//! What is more than a text on its way out: drafts, quotes, times.

use super::ground::{AT, Ground};
use super::sending::{LATER, accepted, claim, furnish, send};
use crate::support::meta;
use app::error::Code;
use app::ids::{ClientId, ConversationId, MessageId};
use app::messages::{DeliveryStatus, Draft, DraftContent, Message};
use pilot_inbox::access::Scope;
use pilot_inbox::clock::now_ms;
use pilot_inbox::store::{Outgoing, Settlement, StoreError};

fn place() -> Draft {
    Draft::of(DraftContent::Location {
        latitude: "1.5".into(),
        longitude: "2".into(),
        name: None,
        address: None,
    })
}

fn outgoing(draft: Draft) -> Outgoing {
    pilot_inbox::messages::compose(draft, None, None).unwrap()
}

async fn post(
    ground: &Ground,
    scope: &Scope,
    conversation: &ConversationId,
    id: &str,
    draft: Draft,
) -> Result<Message, StoreError> {
    let id = ClientId::parse(id).unwrap();
    ground
        .store
        .send_message(scope, conversation, &id, outgoing(draft))
        .await
}

pub async fn a_draft_goes_out_as_it_was_written_at_each_attempt(ground: &Ground) {
    let scope = furnish(ground).await;
    let conversation = ground.with(&scope, "5511").await.id;
    let inbound = ground.thread(&scope, &conversation).await.remove(0);
    let draft = Draft {
        quoted: Some(inbound.id.clone()),
        ..place()
    };
    let sent = post(ground, &scope, &conversation, "c-1", draft.clone())
        .await
        .unwrap();
    assert_eq!(
        (sent.kind.as_str(), sent.text.as_deref()),
        ("location", None)
    );
    let quote = sent.quote.clone().unwrap();
    assert_eq!(quote.message_id.as_ref(), Some(&inbound.id));
    assert_eq!(quote.text.as_deref(), Some("5511.0"));
    assert_eq!(ground.message(&scope, &sent).await, sent, "as it is stored");

    // The same again is the same; anything else under this id is not.
    let again = post(ground, &scope, &conversation, "c-1", draft.clone()).await;
    assert_eq!(again.unwrap(), sent);
    for other in [place(), Draft::text("1.5")] {
        let refused = post(ground, &scope, &conversation, "c-1", other).await;
        assert!(
            matches!(&refused, Err(StoreError::Refused(error)) if error.code == Code::ClientIdReused),
            "{refused:?}"
        );
    }

    for requests in 0..2 {
        let claims = claim(ground, 10).await;
        assert_eq!(claims.len(), 1);
        assert_eq!(claims[0].draft.as_ref(), Some(&draft));
        assert_eq!(claims[0].quoted.as_deref(), Some("wamid.100.5511.0"));
        assert_eq!(
            (claims[0].kind.as_str(), claims[0].requests),
            ("location", requests)
        );
        let at = now_ms();
        ground
            .store
            .settle(&claims[0], Settlement::retry_at(at))
            .await
            .unwrap();
        let waiting = ground.message(&scope, &sent).await.waiting.unwrap();
        assert_eq!(
            (waiting.reason.as_str(), waiting.until),
            ("RETRY", Some(at))
        );
    }
    let claims = claim(ground, 10).await;
    ground
        .store
        .settle(&claims[0], accepted("wamid.out"))
        .await
        .unwrap();
    assert_eq!(ground.message(&scope, &sent).await.waiting, None);
}

pub async fn only_what_was_said_in_a_conversation_is_quoted_there(ground: &Ground) {
    let scope = furnish(ground).await;
    let conversation = ground.with(&scope, "5511").await.id;
    let elsewhere = ground.with(&scope, "5522").await.id;
    let foreign = ground.thread(&scope, &elsewhere).await.remove(0).id;
    for (n, quoted) in [foreign, MessageId::parse("msg_1").unwrap()]
        .into_iter()
        .enumerate()
    {
        let draft = Draft {
            quoted: Some(quoted),
            ..Draft::text("x")
        };
        let refused = post(ground, &scope, &conversation, &format!("c-{n}"), draft).await;
        assert!(
            matches!(&refused, Err(StoreError::Refused(error))
                if error.code == Code::NotFound && error.field.as_deref() == Some("quoted")),
            "{refused:?}"
        );
    }
    assert!(claim(ground, 10).await.is_empty(), "nothing was queued");
}

pub async fn what_is_put_off_holds_up_nothing(ground: &Ground) {
    let scope = furnish(ground).await;
    let conversation = ground.with(&scope, "5511").await.id;
    let now = now_ms();
    let at = now + 3_600_000;
    let draft = |until| Draft {
        deliver_at: Some(at),
        deliver_until: until,
        ..Draft::text("tomorrow")
    };
    let later = post(
        ground,
        &scope,
        &conversation,
        "c-1",
        draft(Some(at + 60_000)),
    )
    .await
    .unwrap();
    assert_eq!(later.waiting.as_ref().unwrap().reason, "SCHEDULED");
    let due = ground.store.next_outbox_due().await.unwrap();
    assert_eq!(due, Some(at));
    send(ground, &scope, "5511", "today").await;
    let claims = ground.store.claim_outbox(now + 1_000_000, LATER, 10).await;
    let claims = claims.unwrap();
    assert_eq!(claims.len(), 1);
    assert_eq!(claims[0].text, "today");
    // Its time comes while the other is under way: it waits for it, as whatever is written later does.
    assert!(
        ground
            .store
            .claim_outbox(at, LATER, 10)
            .await
            .unwrap()
            .is_empty()
    );
    ground
        .store
        .settle(&claims[0], accepted("wamid.today"))
        .await
        .unwrap();
    let claims = ground.store.claim_outbox(at, LATER, 10).await.unwrap();
    assert_eq!(claims[0].message, later.id);
    ground
        .store
        .settle(&claims[0], Settlement::retry_at(at + 120_000))
        .await
        .unwrap();
    // After its end it does not go out any more.
    let due = ground.store.next_outbox_due().await.unwrap();
    assert_eq!(due, Some(at + 60_000));
    ground.store.expire_unconfirmed(at + 59_999).await.unwrap();
    let status = ground.message(&scope, &later).await.status;
    assert_eq!(status, DeliveryStatus::Queued);
    ground.store.expire_unconfirmed(at + 60_000).await.unwrap();
    let expired = ground.message(&scope, &later).await;
    let failure = expired.failure.unwrap();
    assert_eq!(
        (expired.status, failure.code.as_str(), failure.retryable),
        (DeliveryStatus::Failed, "MESSAGE_EXPIRED", true)
    );
    assert_eq!(expired.waiting, None);
    assert!(claim(ground, 10).await.is_empty());
}

pub async fn what_waits_can_be_taken_back(ground: &Ground) {
    let scope = furnish(ground).await;
    let sent = send(ground, &scope, "5511", "oops").await;
    for other in [ground.only(1).await, ground.foreign().await] {
        let refused = ground.store.cancel_message(&other, &sent.id).await;
        assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    }
    let taken = ground.store.cancel_message(&scope, &sent.id).await.unwrap();
    assert_eq!(taken.status, DeliveryStatus::Failed);
    assert_eq!(taken.failure.as_ref().unwrap().code, "CANCELLED");
    assert_eq!(ground.message(&scope, &sent).await, taken);
    assert!(claim(ground, 10).await.is_empty());
    // It may be sent after all; and once it is on its way, nobody takes it back.
    ground
        .store
        .retry_message(&scope, &sent.id, None)
        .await
        .unwrap();
    let claims = claim(ground, 10).await;
    assert_eq!(claims[0].text, "oops");
    let inbound = ground.thread(&scope, &sent.conversation_id).await.remove(0);
    for id in [&sent.id, &inbound.id] {
        let refused = ground.store.cancel_message(&scope, id).await;
        assert!(
            matches!(&refused, Err(StoreError::Refused(error)) if error.code == Code::NotCancellable),
            "{refused:?}"
        );
    }
    ground
        .store
        .settle(&claims[0], accepted("wamid.out"))
        .await
        .unwrap();
    ground
        .take(&meta::statuses(
            "100",
            &[meta::status("wamid.out", "sent", AT)],
        ))
        .await;
    assert_eq!(
        ground.message(&scope, &sent).await.status,
        DeliveryStatus::Sent
    );
}
