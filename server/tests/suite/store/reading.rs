//! Marking read.

use super::ground::Ground;
use app::ids::{ConversationId, MessageId};
use app::workflow::ListFilter;
use pilot_inbox::fresh;
use pilot_inbox::store::StoreError;

pub async fn marking_read_stops_where_it_says(ground: &Ground) {
    let scope = ground.all().await;
    ground.write("100", "5511", 0..10).await;
    ground.write("101", "5522", 0..5).await;
    let conversation = ground.with(&scope, "5511").await;
    let thread = ground.thread(&scope, &conversation.id).await;
    let mark = async |index: usize| {
        ground
            .store
            .mark_read(&scope, &conversation.id, &thread[index].id)
            .await
            .unwrap()
    };
    let marked = mark(3).await;
    assert_eq!(
        (marked.conversation.unread, marked.unread_total),
        (6, 11),
        "what is newer stays unread"
    );
    let marked = mark(8).await;
    assert_eq!((marked.conversation.unread, marked.unread_total), (1, 6));
    ground.write("100", "5511", 10..12).await;
    assert_eq!(ground.with(&scope, "5511").await.unread, 3);
    let marked = mark(9).await;
    assert_eq!(
        (marked.conversation.unread, marked.unread_total),
        (2, 7),
        "an arrival after the mark stays unread"
    );
    // The counter over a scope is that scope's.
    let of_second = ground
        .store
        .snapshot(&ground.only(1).await, None, &ListFilter::default())
        .await
        .unwrap();
    assert_eq!(of_second.unread_total, 5);
}

pub async fn marking_read_again_changes_nothing(ground: &Ground) {
    let scope = ground.all().await;
    ground.write("100", "5511", 0..10).await;
    let conversation = ground.with(&scope, "5511").await;
    let thread = ground.thread(&scope, &conversation.id).await;
    let first = ground
        .store
        .mark_read(&scope, &conversation.id, &thread[9].id)
        .await
        .unwrap();
    let position = ground.store.log_position(&scope).await.unwrap();
    for index in [9, 4, 0] {
        let again = ground
            .store
            .mark_read(&scope, &conversation.id, &thread[index].id)
            .await
            .unwrap();
        assert_eq!(again, first, "what was seen stays seen");
    }
    assert_eq!(
        ground.store.log_position(&scope).await.unwrap(),
        position,
        "and nobody is told"
    );
    let log = ground.log(&scope, position - 1).await;
    assert_eq!(
        (log.len(), &log[0]["event"]["type"]),
        (1, &serde_json::json!("conversation"))
    );
}

pub async fn only_ones_own_can_be_marked(ground: &Ground) {
    let scope = ground.all().await;
    ground.write("100", "5511", 0..2).await;
    ground.write("100", "5522", 0..2).await;
    let (conversation, other) = (
        ground.with(&scope, "5511").await,
        ground.with(&scope, "5522").await,
    );
    let message = &ground.thread(&scope, &conversation.id).await[1].id;
    let of_other = &ground.thread(&scope, &other.id).await[1].id;
    let (second, foreign) = (ground.only(1).await, ground.foreign().await);
    for (scope, conversation, message) in [
        (&second, &conversation.id, message),
        (&foreign, &conversation.id, message),
        (&scope, &fresh!(ConversationId), message),
        (&scope, &conversation.id, &fresh!(MessageId)),
        (&scope, &conversation.id, of_other),
    ] {
        let refused = ground.store.mark_read(scope, conversation, message).await;
        assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    }
    assert_eq!(ground.with(&scope, "5511").await.unread, 2);
}
