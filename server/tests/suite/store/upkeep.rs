//! What keeps an installation in order.

use super::crowds::at_once;
use super::ground::Ground;
use pilot_inbox::clock::now_ms;
use pilot_inbox::store::{FormerSecret, NumberUpdate, Resealed, SealedPlace, SealedText};

pub async fn a_job_is_begun_by_one_of_many(ground: &Ground) {
    let servers = [ground.store.clone(), ground.beside().await.store];
    let begun = async |name: &'static str, now: i64| {
        let answers = at_once(16, |index| {
            let store = servers[index % 2].clone();
            async move { store.begin_job(name, now, 1_000).await.unwrap() }
        })
        .await;
        answers.into_iter().filter(|begun| *begun).count()
    };
    assert_eq!(begun("prune", 50_000).await, 1);
    assert_eq!(begun("prune", 50_999).await, 0, "it has been done");
    assert_eq!(begun("report", 50_999).await, 1, "each job by itself");
    assert_eq!(begun("prune", 51_000).await, 1);
    // Nobody was there for a while: done once, and next time a whole interval later.
    assert_eq!(begun("prune", 70_500).await, 1);
    assert_eq!(begun("prune", 71_499).await, 0);
    assert_eq!(begun("prune", 71_500).await, 1);
}

pub async fn a_database_belongs_to_one_secret(ground: &Ground) {
    let servers = [ground.store.clone(), ground.beside().await.store];
    // Several servers start for the first time, each with a secret of its own.
    let claims = at_once(8, |index| {
        let store = servers[index % 2].clone();
        async move {
            let mark = [u8::try_from(index).unwrap(), 0, 255];
            store.belongs_to(&mark).await.unwrap()
        }
    })
    .await;
    let owner = claims.iter().position(|belongs| *belongs);
    let owner = u8::try_from(owner.expect("one of them has it")).unwrap();
    assert_eq!(claims.iter().filter(|belongs| **belongs).count(), 1);
    let belongs = async |mark: &[u8]| ground.store.belongs_to(mark).await.unwrap();
    assert!(belongs(&[owner, 0, 255]).await);
    assert!(!belongs(&[owner, 0]).await && !belongs(&[]).await);
    ground
        .store
        .adopt_secret(b"another", Vec::new())
        .await
        .unwrap();
    assert!(belongs(b"another").await && !belongs(&[owner, 0, 255]).await);
    assert!(
        ground
            .reopened()
            .await
            .store
            .belongs_to(b"another")
            .await
            .unwrap()
    );
}

pub async fn sealed_texts_go_over_with_the_secret(ground: &Ground) {
    let store = &ground.store;
    for sealed in [&b"first"[..], b"second"] {
        assert!(
            store
                .set_embed_secret(&ground.tenant, sealed, FormerSecret::Kept)
                .await
                .unwrap()
        );
    }
    store.remove_number(&ground.numbers[2]).await.unwrap();
    let texts = store.sealed_texts().await.unwrap();
    let of = |texts: &[SealedText], place, owner: &str| -> Vec<u8> {
        let found = texts
            .iter()
            .find(|text| text.place == place && text.owner == owner);
        found.expect("it is there").sealed.clone()
    };
    let (tenant, number) = (ground.tenant.as_str(), ground.numbers[0].as_str());
    assert_eq!(
        texts.len(),
        6,
        "of four numbers, also of one that is gone, and of one tenant"
    );
    assert_eq!(of(&texts, SealedPlace::AccessToken, number), b"sealed");
    assert_eq!(of(&texts, SealedPlace::EmbedSecret, tenant), b"second");
    assert_eq!(
        of(&texts, SealedPlace::PreviousEmbedSecret, tenant),
        b"first"
    );
    // One of them has changed since it was read.
    let update = NumberUpdate {
        access_token: Some(b"changed".to_vec()),
        graph_base_url: None,
    };
    store
        .update_number(&ground.numbers[1], update)
        .await
        .unwrap();
    let anew = texts.iter().map(|text| Resealed {
        text: text.clone(),
        sealed: [&text.sealed[..], b" anew"].concat(),
    });
    store.adopt_secret(b"mark", anew.collect()).await.unwrap();
    assert!(store.belongs_to(b"mark").await.unwrap());
    let texts = store.sealed_texts().await.unwrap();
    assert_eq!(texts.len(), 6);
    assert_eq!(of(&texts, SealedPlace::AccessToken, number), b"sealed anew");
    assert_eq!(
        of(&texts, SealedPlace::AccessToken, ground.numbers[1].as_str()),
        b"changed"
    );
    assert_eq!(of(&texts, SealedPlace::EmbedSecret, tenant), b"second anew");
    assert_eq!(
        of(&texts, SealedPlace::PreviousEmbedSecret, tenant),
        b"first anew"
    );
}

pub async fn what_could_not_be_read_is_kept_for_a_while(ground: &Ground) {
    let bytes: Vec<u8> = (0..=255).collect();
    ground
        .store
        .keep_for_inspection("the oldest", b"")
        .await
        .unwrap();
    ground.store.keep_for_inspection("é", &bytes).await.unwrap();
    let mut database = ground.place.look().await;
    assert_eq!(
        database
            .blobs("SELECT body FROM inspections WHERE reason = 'é'")
            .await,
        [bytes],
        "the bytes as they came"
    );
    let all = at_once(1_010, |index| {
        let store = ground.store.clone();
        async move {
            let reason = index.to_string();
            store.keep_for_inspection(&reason, b"x").await.unwrap();
        }
    });
    all.await;
    // Many at once may leave a few too many, until the next.
    ground
        .store
        .keep_for_inspection("the newest", b"x")
        .await
        .unwrap();
    assert_eq!(
        database.number("SELECT count(*) FROM inspections").await,
        1_000
    );
    let old = "SELECT count(*) FROM inspections WHERE reason IN ('the oldest', 'é')";
    assert_eq!(database.number(old).await, 0, "the oldest go first");
}

pub async fn a_store_that_works_says_so(ground: &Ground) {
    ground.store.ping().await.unwrap();
    let before = now_ms();
    // SQLite has none: its server's clock is the only one.
    if let Some(clock) = ground.store.clock().await.unwrap() {
        let after = now_ms();
        assert!(
            (before - 2..=after + 2).contains(&clock),
            "milliseconds since the epoch, wherever the database is: {before} {clock} {after}"
        );
    }
}
