//! Pages: every row once, in order, whatever happens meanwhile.

use super::ground::{AT, Ground};
use crate::support::meta;
use app::conversations::{Conversation, ConversationPage};
use app::ids::{ConversationId, MessageId};
use app::messages::{Message, MessagePage};
use app::paging::PageRequest;
use app::workflow::ListFilter;
use pilot_inbox::access::Scope;
use pilot_inbox::fresh;
use pilot_inbox::store::StoreError;

fn page(older: Option<String>, newer: Option<String>, limit: u32) -> PageRequest {
    PageRequest {
        older,
        newer,
        limit: Some(limit),
    }
}

async fn list(ground: &Ground, scope: &Scope, page: &PageRequest) -> ConversationPage {
    ground
        .store
        .list_conversations(scope, &ListFilter::default(), page)
        .await
        .unwrap()
}

async fn thread(
    ground: &Ground,
    scope: &Scope,
    conversation: &ConversationId,
    page: &PageRequest,
) -> MessagePage {
    ground
        .store
        .list_messages(scope, conversation, page)
        .await
        .unwrap()
}

/// Everything from the newest to the oldest, and the last page's way back.
async fn whole_list(
    ground: &Ground,
    scope: &Scope,
    limit: u32,
) -> (Vec<Conversation>, Option<String>) {
    let mut rows = Vec::new();
    let mut request = page(None, None, limit);
    loop {
        let answer = list(ground, scope, &request).await;
        assert!(answer.items.len() <= limit as usize);
        assert_eq!(
            answer.newer.is_none(),
            rows.is_empty(),
            "only the first page has nothing before it"
        );
        rows.extend(answer.items);
        match answer.older {
            None => return (rows, answer.newer),
            older => request = page(older, None, limit),
        }
    }
}

/// Conversations on all three numbers, many of them with the same time.
async fn furnish(ground: &Ground) {
    for index in 0..25 {
        let number = ["100", "101", "102"][index % 3];
        let at = i64::try_from(index / 5).unwrap();
        ground
            .take(&meta::one_text(
                number,
                &format!("wamid.{index}"),
                &format!("55{index:03}"),
                AT + at,
                "hello",
            ))
            .await;
    }
    ground
        .take(&meta::one_text(
            "200",
            "wamid.foreign",
            "55999",
            AT,
            "not yours",
        ))
        .await;
}

pub async fn the_list_comes_whole_in_pages_of_any_size(ground: &Ground) {
    furnish(ground).await;
    for (scope, expected) in [
        (ground.all().await, 25),
        (ground.only(0).await, 9),
        (ground.only(2).await, 8),
        (ground.foreign().await, 1),
    ] {
        let whole = list(ground, &scope, &page(None, None, 100)).await;
        assert_eq!(
            (whole.items.len(), whole.older, whole.newer),
            (expected, None, None)
        );
        assert!(
            whole.items.is_sorted_by(|a, b| a.position() > b.position()),
            "most recent first, ties by id"
        );
        for limit in [1, 2, 3, 5, 7, 8, 24, 25, 26] {
            let (rows, mut back) = whole_list(ground, &scope, limit).await;
            assert_eq!(rows, whole.items, "pages of {limit}");
            // And the way back, from the last page to the first.
            let last_page = (expected - 1) % limit as usize + 1;
            let mut returned: Vec<Conversation> = rows[expected - last_page..].to_vec();
            while let Some(newer) = back {
                let mut answer = list(ground, &scope, &page(None, Some(newer), limit)).await;
                assert!(answer.older.is_some() || answer.items.is_empty());
                answer.items.append(&mut returned);
                returned = answer.items;
                back = answer.newer;
            }
            assert_eq!(returned, whole.items, "back in pages of {limit}");
        }
    }
}

pub async fn a_thread_comes_whole_in_pages_of_any_size(ground: &Ground) {
    let scope = ground.all().await;
    // Five messages in each second, delivered with the seconds mixed up.
    for index in 0..25_i64 {
        ground
            .take(&meta::one_text(
                "100",
                &format!("wamid.{index}"),
                "5511",
                AT + (index * 7) % 5,
                &index.to_string(),
            ))
            .await;
    }
    let conversation = ground.with(&scope, "5511").await.id;
    let whole = thread(ground, &scope, &conversation, &page(None, None, 100)).await;
    assert_eq!(
        (whole.items.len(), &whole.older, &whole.newer),
        (25, &None, &None)
    );
    assert!(
        whole.items.is_sorted_by(|a, b| a.position() < b.position()),
        "oldest first, ties by arrival"
    );
    for limit in [1, 2, 3, 5, 24, 25, 26] {
        let mut rows: Vec<Message> = Vec::new();
        let mut request = page(None, None, limit);
        let mut forward = loop {
            let mut answer = thread(ground, &scope, &conversation, &request).await;
            answer.items.append(&mut rows);
            rows = answer.items;
            match answer.older {
                None => break answer.newer,
                older => request = page(older, None, limit),
            }
        };
        assert_eq!(rows, whole.items, "pages of {limit}");
        let first_page = (25 - 1) % limit as usize + 1;
        let mut returned: Vec<Message> = rows[..first_page].to_vec();
        while let Some(newer) = forward {
            let answer = thread(
                ground,
                &scope,
                &conversation,
                &page(None, Some(newer), limit),
            )
            .await;
            returned.extend(answer.items);
            forward = answer.newer;
        }
        assert_eq!(returned, whole.items, "forward in pages of {limit}");
    }
}

pub async fn a_thread_opens_around_any_of_its_messages(ground: &Ground) {
    let scope = ground.all().await;
    // Three messages in each second, and a neighbour that must not be mixed in.
    for index in 0..70_i64 {
        ground
            .take(&meta::one_text(
                "100",
                &format!("wamid.{index}"),
                "5511",
                AT + index / 3,
                &index.to_string(),
            ))
            .await;
    }
    ground.write("100", "5522", 0..30).await;
    let conversation = ground.with(&scope, "5511").await.id;
    let whole = thread(ground, &scope, &conversation, &page(None, None, 100))
        .await
        .items;
    for (at, message) in whole.iter().enumerate() {
        let around = ground
            .store
            .messages_around(&scope, &conversation, &message.id)
            .await
            .unwrap();
        let (from, to) = (at.saturating_sub(20), (at + 21).min(whole.len()));
        assert_eq!(around.items, whole[from..to], "around message {at}");
        assert_eq!(around.older.is_none(), from == 0, "older of {at}");
        assert_eq!(around.newer.is_none(), to == whole.len(), "newer of {at}");
        // From there on it goes to either end.
        let (mut rows, mut older, mut newer) = (around.items, around.older, around.newer);
        while older.is_some() {
            let mut answer = thread(ground, &scope, &conversation, &page(older, None, 7)).await;
            answer.items.append(&mut rows);
            (rows, older) = (answer.items, answer.older);
        }
        while newer.is_some() {
            let answer = thread(ground, &scope, &conversation, &page(None, newer, 7)).await;
            rows.extend(answer.items);
            newer = answer.newer;
        }
        assert_eq!(rows, whole, "the whole of it from message {at}");
    }
}

pub async fn only_ones_own_can_be_opened_around(ground: &Ground) {
    let scope = ground.all().await;
    ground.write("100", "5511", 0..3).await;
    ground.write("100", "5522", 0..3).await;
    let (conversation, other) = (
        ground.with(&scope, "5511").await.id,
        ground.with(&scope, "5522").await.id,
    );
    let message = &ground.thread(&scope, &conversation).await[1].id;
    let of_other = &ground.thread(&scope, &other).await[1].id;
    let (second, foreign) = (ground.only(1).await, ground.foreign().await);
    for (scope, conversation, message) in [
        (&second, &conversation, message),
        (&foreign, &conversation, message),
        (&scope, &fresh!(ConversationId), message),
        (&scope, &conversation, &fresh!(MessageId)),
        (&scope, &conversation, of_other),
    ] {
        let refused = ground
            .store
            .messages_around(scope, conversation, message)
            .await;
        assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    }
}

pub async fn arrivals_meanwhile_move_nothing_between_pages(ground: &Ground) {
    furnish(ground).await;
    let scope = ground.all().await;
    let before = list(ground, &scope, &page(None, None, 100)).await.items;
    let mut seen = Vec::new();
    let mut request = page(None, None, 4);
    let mut arrivals = 0;
    loop {
        let answer = list(ground, &scope, &request).await;
        seen.extend(answer.items);
        // Somebody new at the top, somebody at the very end.
        for at in [AT + 1_000 + arrivals, AT - 1_000 - arrivals] {
            arrivals += 1;
            ground
                .take(&meta::one_text(
                    "100",
                    &format!("wamid.new{arrivals}"),
                    &format!("66{arrivals}"),
                    at,
                    "new",
                ))
                .await;
        }
        match answer.older {
            Some(older) if seen.len() < before.len() => request = page(Some(older), None, 4),
            _ => break,
        }
    }
    assert_eq!(seen[..before.len()], before, "every row once, in its place");
    // The same within a thread, read upwards while it grows at both ends.
    ground.write("101", "5577", 0..20).await;
    let conversation = ground.with(&scope, "5577").await.id;
    let before = thread(ground, &scope, &conversation, &page(None, None, 100))
        .await
        .items;
    let mut seen: Vec<Message> = Vec::new();
    let mut request = page(None, None, 3);
    for arrival in 0.. {
        let mut answer = thread(ground, &scope, &conversation, &request).await;
        answer.items.append(&mut seen);
        seen = answer.items;
        ground
            .take(&meta::one_text(
                "101",
                &format!("wamid.later{arrival}"),
                "5577",
                AT + 100,
                "later",
            ))
            .await;
        match answer.older {
            Some(older) => request = page(Some(older), None, 3),
            None => break,
        }
    }
    assert_eq!(seen, before, "every message once, in its place");
}

pub async fn the_first_screen_is_of_one_moment(ground: &Ground) {
    furnish(ground).await;
    let scope = ground.all().await;
    let open = ground.with(&scope, "55003").await;
    let snapshot = ground
        .store
        .snapshot(&scope, Some(&open.id), &ListFilter::default())
        .await
        .unwrap();
    assert_eq!(
        (
            snapshot.cursor,
            snapshot.unread_total,
            snapshot.numbers.len()
        ),
        (25, 25, 3)
    );
    assert_eq!(snapshot.conversations.items, ground.list(&scope).await);
    let opened = snapshot.open.unwrap();
    assert_eq!(
        (&opened.conversation, opened.messages.items.len()),
        (&open, 1)
    );
    let second = ground
        .store
        .snapshot(
            &ground.only(1).await,
            Some(&ground.with(&scope, "55003").await.id),
            &ListFilter::default(),
        )
        .await
        .unwrap();
    assert_eq!(
        (second.cursor, second.unread_total, second.numbers.len()),
        (25, 8, 1)
    );
    assert!(
        second.open.is_none(),
        "a conversation of another number is not there"
    );
    let foreign = ground
        .store
        .snapshot(
            &ground.foreign().await,
            Some(&open.id),
            &ListFilter::default(),
        )
        .await
        .unwrap();
    assert_eq!(
        (
            foreign.cursor,
            foreign.unread_total,
            foreign.conversations.items.len()
        ),
        (1, 1, 1)
    );
    assert!(foreign.open.is_none());
}

pub async fn one_conversation_is_found_by_who_may_see_it(ground: &Ground) {
    let scope = ground.all().await;
    ground.write("100", "5511", 0..3).await;
    let held = ground.with(&scope, "5511").await;
    let found = ground.store.conversation(&scope, &held.id).await.unwrap();
    assert_eq!(found, held);
    let (second, foreign) = (ground.only(1).await, ground.foreign().await);
    for (scope, conversation) in [
        (&second, &held.id),
        (&foreign, &held.id),
        (&scope, &fresh!(ConversationId)),
    ] {
        let refused = ground.store.conversation(scope, conversation).await;
        assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    }
}
