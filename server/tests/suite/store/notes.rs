//! Notes stay among colleagues: nothing goes out, and nothing that the contact or the list shows changes.

use super::ground::{AT, Ground};
use super::sending::claim;
use super::workflow::operator;
use app::error::Code;
use app::ids::{ClientId, ConversationId, OperatorId};
use app::messages::{Direction, Message};
use app::paging::PageRequest;
use pilot_inbox::access::Scope;
use pilot_inbox::notes::NewNote;
use pilot_inbox::store::{Outgoing, Query, StoreError};

async fn try_note(
    ground: &Ground,
    scope: &Scope,
    id: &ConversationId,
    client_id: &str,
    text: &str,
    mentions: &[&OperatorId],
) -> Result<Message, StoreError> {
    let note = NewNote::new(text, mentions.iter().copied().cloned().collect());
    let client_id = ClientId::parse(client_id).unwrap();
    ground.store.write_note(scope, id, &client_id, &note).await
}

async fn position(ground: &Ground, scope: &Scope) -> i64 {
    ground.store.log_position(scope).await.unwrap()
}

fn is_reused(answer: &Result<Message, StoreError>) -> bool {
    matches!(answer, Err(StoreError::Refused(error)) if error.code == Code::ClientIdReused)
}

pub async fn a_note_changes_nothing_beside_the_thread(ground: &Ground) {
    let scope = ground.all().await;
    let ana = operator(ground, "Ana", 0..1).await;
    ground.write("100", "5511", 0..2).await;
    ground.write("100", "5512", 5..6).await;
    let (before, totals) = (
        ground.list(&scope).await,
        ground.store.totals(&scope).await.unwrap(),
    );
    let row = ground.with(&scope, "5511").await;
    let note = try_note(ground, &scope, &row.id, "n-1", "@Ana look", &[&ana]).await;
    let note = note.unwrap();
    assert_eq!(
        (note.direction, note.kind.as_str(), note.seq),
        (Direction::Internal, "note", totals.cursor + 1)
    );
    let parts = note.content.as_ref().unwrap().note.as_ref().unwrap();
    assert_eq!(parts.author, None, "an API key is nobody");
    let called: Vec<_> = parts
        .mentions
        .iter()
        .map(|it| (&it.id, it.name.as_str(), it.email.is_none()))
        .collect();
    assert_eq!(called, [(&ana, "Ana", true)]);
    // Order, previews, unread counters and windows are as they were; only the position of the row has moved.
    let mut after = ground.list(&scope).await;
    for row in &mut after {
        if row.id == note.conversation_id {
            assert_eq!(row.seq, note.seq);
            row.seq = before.iter().find(|it| it.id == row.id).unwrap().seq;
        }
    }
    assert_eq!(after, before);
    let counted = ground.store.totals(&scope).await.unwrap();
    assert_eq!(
        (counted.unread_total, counted.counts),
        (totals.unread_total, totals.counts)
    );
    // Nothing goes out.
    assert!(claim(ground, 9).await.is_empty());
    // The thread, the log and whoever listens have it.
    assert_eq!(ground.thread(&scope, &row.id).await.last(), Some(&note));
    let log = ground.log(&scope, totals.cursor).await;
    assert_eq!(log.len(), 1);
    assert_eq!(log[0]["event"]["message"]["text"], "@Ana look");
    let heard = ground.heard.0.lock().unwrap().last().cloned().unwrap();
    assert_eq!((heard.seq, heard.number), (note.seq, row.number_id));
    // A note is no reason to wait, and reading on past it is reading.
    ground
        .store
        .mark_read(&scope, &row.id, &note.id)
        .await
        .unwrap();
    assert_eq!(ground.with(&scope, "5511").await.unread, 0);
}

pub async fn the_same_client_id_is_the_same_note(ground: &Ground) {
    let scope = ground.all().await;
    let ana = operator(ground, "Ana", 0..1).await;
    let bruno = operator(ground, "Bruno", 0..1).await;
    ground.write("100", "5511", 0..1).await;
    let id = ground.with(&scope, "5511").await.id;
    let both = [&ana, &bruno];
    let first = try_note(ground, &scope, &id, "n-1", "look", &both)
        .await
        .unwrap();
    let end = position(ground, &scope).await;
    let again = try_note(ground, &scope, &id, "n-1", "look", &[&bruno, &ana, &bruno]).await;
    assert_eq!(again.unwrap(), first, "in whatever order they are called");
    for (text, mentions) in [("look again", &both[..]), ("look", &[&ana])] {
        let other = try_note(ground, &scope, &id, "n-1", text, mentions).await;
        assert!(is_reused(&other), "{other:?}");
    }
    // A message of the same words is another one: who sends it must not be told that it is there.
    let (store, client) = (&ground.store, ClientId::parse("n-1").unwrap());
    let sent = store.send_message(&scope, &id, &client, Outgoing::text("look"));
    let sent = sent.await;
    assert!(is_reused(&sent), "{sent:?}");
    assert_eq!(position(ground, &scope).await, end, "nothing was written");
    let client = ClientId::parse("m-1").unwrap();
    let sent = store.send_message(&scope, &id, &client, Outgoing::text("hello"));
    sent.await.unwrap();
    let note = try_note(ground, &scope, &id, "m-1", "hello", &[]).await;
    assert!(is_reused(&note), "{note:?}");
}

pub async fn only_who_works_with_the_number_is_called(ground: &Ground) {
    let scope = ground.all().await;
    let elsewhere = operator(ground, "Bruno", 1..2).await;
    let unknown = OperatorId::parse("op_unknown").unwrap();
    ground.write("100", "5511", 0..1).await;
    let row = ground.with(&scope, "5511").await;
    let before = position(ground, &scope).await;
    for who in [&elsewhere, &unknown] {
        let refused = try_note(ground, &scope, &row.id, "n-1", "look", &[who]).await;
        assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    }
    for stranger in [ground.only(1).await, ground.foreign().await] {
        let refused = try_note(ground, &stranger, &row.id, "n-1", "look", &[]).await;
        assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    }
    assert_eq!(position(ground, &scope).await, before);
    assert_eq!(ground.thread(&scope, &row.id).await.len(), 1);
}

pub async fn a_note_is_found_and_led_to_and_answered_by_nobody(ground: &Ground) {
    let scope = ground.all().await;
    ground.write("100", "5511", 0..1).await;
    ground.write("101", "5512", 0..1).await;
    let id = ground.with(&scope, "5511").await.id;
    let note = try_note(ground, &scope, &id, "n-1", "Zebra\0crossing", &[])
        .await
        .unwrap();
    assert_eq!(note.text.as_deref(), Some("Zebra\u{fffd}crossing"));
    while ground.store.index_more(7).await.unwrap().more {}
    let find = async |scope: &Scope| {
        let (query, page) = (Query::read("zebra").unwrap(), PageRequest::first());
        let found = ground.store.search(scope, &query, None, &page).await;
        found.unwrap().messages
    };
    let found = find(&scope).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].message, note);
    for other in [ground.only(1).await, ground.foreign().await] {
        assert!(find(&other).await.is_empty());
    }
    let around = ground.store.messages_around(&scope, &id, &note.id).await;
    assert!(around.unwrap().items.contains(&note));
    let mut answer = Outgoing::text("?");
    answer.draft.quoted = Some(note.id.clone());
    let client = ClientId::parse("m-1").unwrap();
    let refused = ground.store.send_message(&scope, &id, &client, answer);
    assert!(refused.await.is_err());
    let signed = ground
        .store
        .react(&scope, &note.id, "👍", Some(AT * 1000))
        .await;
    assert!(signed.is_err());
    assert!(ground.store.cancel_message(&scope, &note.id).await.is_err());
    let again = ground.store.retry_message(&scope, &note.id, None).await;
    assert!(again.is_err());
}

/// The list shows what the contact said last, also where a note is older or newer.
pub async fn a_note_is_never_the_preview(ground: &Ground) {
    let scope = ground.all().await;
    ground.write("100", "5511", 0..1).await;
    let id = ground.with(&scope, "5511").await.id;
    for (round, shown) in [(1, "5511.0"), (2, "5511.7")] {
        let client = format!("n-{round}");
        let note = try_note(ground, &scope, &id, &client, "look", &[]).await;
        note.unwrap();
        let row = ground.with(&scope, "5511").await;
        assert_eq!(row.preview.unwrap().text.as_deref(), Some(shown));
        ground.write("100", "5511", 7..8).await;
        let row = ground.with(&scope, "5511").await;
        assert_eq!(row.preview.unwrap().text.as_deref(), Some("5511.7"));
        assert_eq!(row.unread, 2);
    }
}
