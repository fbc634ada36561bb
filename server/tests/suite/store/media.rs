//! Files: claims, leases, and who may see them.

use super::ground::{AT, Ground};
use crate::support::meta;
use app::ids::MediaId;
use app::messages::{MediaState, Message};
use pilot_inbox::media::Facts;
use pilot_inbox::store::{MediaClaim, MediaOutcome, StoredBytes};
use serde_json::json;

const NOW: i64 = i64::MAX / 4;
const LEASE: i64 = NOW + 1_000;

fn ready(blob: &str) -> MediaOutcome {
    MediaOutcome::Ready(StoredBytes {
        blob: blob.into(),
        size: 5,
        facts: Facts {
            width: Some(3),
            duration_ms: Some(4),
            ..Facts::default()
        },
        thumbnail: None,
    })
}

/// A picture from somebody; what of it is in the store.
async fn picture(ground: &Ground, wamid: &str) -> Message {
    let image = json!({"id": wamid, "from": "5511", "timestamp": AT.to_string(), "type": "image",
        "image": {"id": format!("meta {wamid}"), "mime_type": "image/jpeg"}});
    ground.take(&meta::messages("100", &[image])).await;
    ground.newest().await
}

fn media_of(message: &Message) -> &app::messages::Media {
    message.content.as_ref().unwrap().media.as_ref().unwrap()
}

impl Ground {
    async fn newest(&self) -> Message {
        let scope = self.all().await;
        let conversation = self.with(&scope, "5511").await;
        self.thread(&scope, &conversation.id).await.pop().unwrap()
    }

    async fn claim_one(&self) -> MediaClaim {
        let mut claims = self.store.claim_media(NOW, LEASE, 10).await.unwrap();
        assert_eq!(claims.len(), 1, "{claims:?}");
        claims.remove(0)
    }
}

/// A claim is one server's, until its lease ends; then what the first has to say counts no more.
pub async fn a_file_is_fetched_by_one_at_a_time(ground: &Ground) {
    let message = picture(ground, "wamid.1").await;
    assert_eq!(media_of(&message).state, MediaState::Pending);
    assert!(ground.store.next_media_due().await.unwrap().is_some());
    let other = ground.beside().await;
    let first = ground.claim_one().await;
    assert_eq!(first.provider_media_id, "meta wamid.1");
    assert_eq!(
        (&*first.message_kind, &*first.mime_type),
        ("image", "image/jpeg")
    );
    assert!(
        other
            .store
            .claim_media(NOW, LEASE, 10)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(other.store.next_media_due().await.unwrap(), Some(LEASE));

    // Renewed, it lasts longer.
    let renewed = [(first.id.clone(), first.attempts)];
    ground
        .store
        .renew_media(&renewed, LEASE + 500)
        .await
        .unwrap();
    assert!(
        other
            .store
            .claim_media(LEASE, LEASE + 900, 10)
            .await
            .unwrap()
            .is_empty()
    );

    let late = LEASE + 500;
    let second = other
        .store
        .claim_media(late, late + 1_000, 10)
        .await
        .unwrap()
        .remove(0);
    assert_eq!(second.attempts, first.attempts + 1);
    // The first server wakes up.
    ground
        .store
        .renew_media(&renewed, i64::MAX / 2)
        .await
        .unwrap();
    assert_eq!(
        other.store.next_media_due().await.unwrap(),
        Some(late + 1_000)
    );
    let failed = MediaOutcome::Failed("No.".into());
    ground.store.settle_media(&first, failed).await.unwrap();
    assert_eq!(media_of(&ground.newest().await).state, MediaState::Pending);

    other
        .store
        .settle_media(&second, ready("abc"))
        .await
        .unwrap();
    let shown = ground.newest().await;
    let media = media_of(&shown);
    assert_eq!(
        (media.state, media.size, media.width),
        (MediaState::Ready, Some(5), Some(3))
    );
    assert!(shown.seq > message.seq, "the others are told");
    assert_eq!(ground.store.next_media_due().await.unwrap(), None);
    // A settled file is settled.
    other
        .store
        .settle_media(&second, MediaOutcome::RetryAt(0))
        .await
        .unwrap();
    assert_eq!(ground.store.next_media_due().await.unwrap(), None);
    other.store.close().await;
}

/// Several servers share what there is, and nothing is fetched twice.
pub async fn servers_share_the_files(ground: &Ground) {
    for number in 0..24 {
        picture(ground, &format!("wamid.{number}")).await;
    }
    let claim = || async {
        let mut ids = Vec::new();
        loop {
            let claims = ground.store.claim_media(NOW, LEASE, 3).await.unwrap();
            if claims.is_empty() {
                return ids;
            }
            ids.extend(claims.into_iter().map(|claim| claim.id));
        }
    };
    let (mut all, b, c) = tokio::join!(claim(), claim(), claim());
    all.extend(b);
    all.extend(c);
    all.sort();
    let count = all.len();
    all.dedup();
    assert_eq!((count, all.len()), (24, 24));
}

/// What failed can be asked for again, by whoever may see it.
pub async fn a_failed_file_can_be_fetched_again(ground: &Ground) {
    let message = picture(ground, "wamid.1").await;
    let id = media_of(&message).id.clone();
    let scope = ground.all().await;
    let fetch = |scope, id: &MediaId| {
        let id = id.clone();
        async move { ground.store.fetch_media_again(scope, &id, NOW).await }
    };
    let early = fetch(&scope, &id).await.unwrap_err();
    assert!(early.to_string().contains("on its way"), "{early}");
    let claim = ground.claim_one().await;
    let retry = MediaOutcome::RetryAt(NOW + 5);
    ground.store.settle_media(&claim, retry).await.unwrap();
    assert_eq!(ground.store.next_media_due().await.unwrap(), Some(NOW + 5));
    let claim = ground
        .store
        .claim_media(NOW + 5, LEASE, 1)
        .await
        .unwrap()
        .remove(0);
    let why = MediaOutcome::Failed("It is gone.".into());
    ground.store.settle_media(&claim, why).await.unwrap();
    let failed = ground.newest().await;
    assert_eq!(media_of(&failed).failure.as_deref(), Some("It is gone."));

    let foreign = ground.foreign().await;
    for (scope, id) in [(&foreign, &id), (&scope, &MediaId::parse("med_x").unwrap())] {
        let refused = fetch(scope, id).await.unwrap_err();
        assert_eq!(refused.to_string(), "not found");
    }
    let again = fetch(&scope, &id).await.unwrap();
    assert_eq!(media_of(&again).state, MediaState::Pending);
    assert_eq!(media_of(&again).failure, None);
    let claim = ground.claim_one().await;
    assert_eq!((claim.id.clone(), claim.attempts), (id.clone(), 1));
    ground
        .store
        .settle_media(&claim, ready("abc"))
        .await
        .unwrap();

    let seen = |scope| async move { ground.store.media(scope, &[id]).await.unwrap().len() };
    assert_eq!(seen.clone()(&scope).await, 1);
    assert_eq!(seen(&foreign).await, 0);
}

/// What was taken back while it was being fetched does not come back.
pub async fn a_file_of_a_message_that_was_taken_back_is_let_go(ground: &Ground) {
    picture(ground, "wamid.1").await;
    let claim = ground.claim_one().await;
    let revoke = json!({"id": "wamid.2", "from": "5511", "timestamp": (AT + 1).to_string(), "type": "revoke",
        "revoke": {"original_message_id": "wamid.1"}});
    ground.take(&meta::messages("100", &[revoke])).await;
    ground
        .store
        .settle_media(&claim, ready("abc"))
        .await
        .unwrap();
    let scope = ground.all().await;
    let seen = ground
        .store
        .media(&scope, std::slice::from_ref(&claim.id))
        .await;
    assert!(seen.unwrap().is_empty());
    assert_eq!(ground.store.next_media_due().await.unwrap(), None);
    let unused = ground.store.unused_uploads(i64::MAX, 10).await.unwrap();
    assert_eq!(unused.len(), 1);
    assert!(ground.store.forget_upload(&claim.id).await.unwrap());
    assert!(!ground.store.forget_upload(&claim.id).await.unwrap());
}
