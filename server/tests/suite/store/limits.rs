//! Limits that hold for all servers together.

use super::crowds::at_once;
use super::ground::Ground;
use pilot_inbox::store::Pace;

const PACE: Pace = Pace {
    interval_ms: 100,
    burst: 3,
};
const NOW: i64 = 1_700_000_000_000;

async fn take(ground: &Ground, bucket: &str, now: i64) -> Option<i64> {
    ground.store.take(bucket, PACE, now).await.unwrap()
}

pub async fn a_bucket_gives_its_burst_and_then_one_at_a_time(ground: &Ground) {
    for _ in 0..3 {
        assert_eq!(take(ground, "mint:a", NOW).await, None);
    }
    assert_eq!(take(ground, "mint:a", NOW).await, Some(100));
    assert_eq!(
        take(ground, "mint:a", NOW + 99).await,
        Some(1),
        "what was refused costs nothing"
    );
    assert_eq!(take(ground, "mint:a", NOW + 100).await, None);
    assert_eq!(take(ground, "mint:a", NOW + 100).await, Some(100));
    assert_eq!(
        take(&ground.beside().await, "mint:a", NOW + 100).await,
        Some(100),
        "on every server"
    );
    assert_eq!(take(ground, "mint:b", NOW).await, None, "each for itself");
    // After a rest there is a burst again, and no more than that.
    for _ in 0..3 {
        assert_eq!(take(ground, "mint:a", NOW + 100_000).await, None);
    }
    assert_eq!(take(ground, "mint:a", NOW + 100_000).await, Some(100));
}

pub async fn callers_at_once_get_no_more_than_the_pace(ground: &Ground) {
    let servers = [ground.store.clone(), ground.beside().await.store];
    for (round, (now, allowed)) in [(NOW, 3), (NOW + 200, 2), (NOW + 1_000, 3)]
        .into_iter()
        .enumerate()
    {
        let taken = at_once(24, |index| {
            let store = servers[index % 2].clone();
            async move { store.take("mint:a", PACE, now).await.unwrap() }
        })
        .await;
        let given = taken.iter().filter(|wait| wait.is_none()).count();
        assert_eq!(given, allowed, "round {round}");
        for wait in taken.into_iter().flatten() {
            assert!((1..=100).contains(&wait), "waiting {wait} ms helps");
        }
    }
}

pub async fn upkeep_forgets_only_limits_that_are_idle(ground: &Ground) {
    for _ in 0..3 {
        take(ground, "mint:a", NOW).await;
    }
    ground.store.prune(NOW).await.unwrap();
    assert_eq!(take(ground, "mint:a", NOW).await, Some(100));
    ground.store.prune(NOW + 301).await.unwrap();
    assert_eq!(take(ground, "mint:a", NOW + 301).await, None);
    let mut database = ground.place.look().await;
    take(ground, "mint:b", NOW).await;
    ground.store.prune(NOW + 10_000).await.unwrap();
    assert_eq!(
        database.number("SELECT count(*) FROM limits").await,
        0,
        "as many rows as there is traffic"
    );
}

pub async fn a_bucket_can_be_forgotten(ground: &Ground) {
    for bucket in ["a", "b"] {
        for _ in 0..3 {
            assert_eq!(take(ground, bucket, NOW).await, None);
        }
    }
    ground.store.forget("a").await.unwrap();
    ground.store.forget("unknown").await.unwrap();
    assert_eq!(take(ground, "a", NOW).await, None);
    assert_eq!(take(ground, "b", NOW).await, Some(100));
}
