//! What the public API reads in numbered pages, and what it sends.

use super::ground::{AT, Ground};
use crate::support::database::Database;
use crate::support::place::Place;
use crate::support::{eventually, meta, recently};
use app::error::Code;
use app::ids::{ClientId, LabelId, NumberId};
use app::labels::Colour;
use app::messages::Direction;
use pilot_inbox::access::Scope;
use pilot_inbox::notes::NewNote;
use pilot_inbox::store::{
    IdempotencyKey, ListedMessage, NumberedPage, Outgoing, Recipient, Sending, SentTo, Span,
    StoreError, postgres, sqlite,
};
use sqlx::{AssertSqlSafe, Row};

fn page(page: u32, size: u32) -> NumberedPage {
    NumberedPage { page, size }
}

fn text_of(listed: &ListedMessage) -> &str {
    listed.message.text.as_deref().unwrap_or_default()
}

fn key(name: &str, body: &str) -> IdempotencyKey {
    IdempotencyKey {
        key: name.into(),
        body: body.into(),
    }
}

fn phone(digits: &str) -> Recipient {
    Recipient::Phone(digits.into())
}

async fn send(
    ground: &Ground,
    scope: &Scope,
    number: &NumberId,
    to: &Recipient,
    client_id: &str,
    key: Option<&IdempotencyKey>,
) -> Result<SentTo, StoreError> {
    let sending = Sending {
        recipient: to.clone(),
        client_id: ClientId::parse(client_id).unwrap(),
        outgoing: Outgoing::text("from the backend"),
        key: key.cloned(),
        labels: Vec::new(),
        reads: Some(false),
    };
    ground.store.send_to(scope, number, sending).await
}

pub async fn a_history_comes_whole_in_numbered_pages(ground: &Ground) {
    let (scope, number) = (ground.only(0).await, ground.numbers[0].clone());
    for (phone, from) in [("5511", 0), ("5512", 10), ("5513", 20)] {
        ground.write("100", phone, from..from + 9).await;
    }
    ground.write("101", "5511", 40..45).await;
    // What colleagues write to each other is no part of it.
    let row = ground.with(&scope, "5511").await;
    let note = NewNote::new("a note", Vec::new());
    let client_id = ClientId::parse("n-1").unwrap();
    let written = ground.store.write_note(&scope, &row.id, &client_id, &note);
    written.await.unwrap();
    let all = ground
        .store
        .history(&scope, &number, Span::ALL, page(1, 100));
    let all = all.await.unwrap();
    assert_eq!((all.items.len(), all.total), (27, 27));
    let newest_first = |a: &ListedMessage, b: &ListedMessage| {
        (a.message.sent_at, a.message.id.as_str()) > (b.message.sent_at, b.message.id.as_str())
    };
    assert!(all.items.is_sorted_by(newest_first));
    for size in [1, 2, 4, 13, 26, 27, 28] {
        let mut texts = Vec::new();
        let pages = 27_u32.div_ceil(size);
        for wanted in 1..=pages {
            let read = ground
                .store
                .history(&scope, &number, Span::ALL, page(wanted, size));
            let read = read.await.unwrap();
            assert_eq!(read.total, 27);
            texts.extend(read.items.iter().map(|it| text_of(it).to_owned()));
        }
        let expected: Vec<&str> = all.items.iter().map(text_of).collect();
        assert_eq!(texts, expected, "pages of {size}");
        let behind = ground
            .store
            .history(&scope, &number, Span::ALL, page(pages + 1, size));
        assert!(behind.await.unwrap().items.is_empty());
    }
    // Both ends belong to a span.
    let span = Span {
        from: (AT + 8) * 1000,
        to: (AT + 10) * 1000,
    };
    let read = ground.store.history(&scope, &number, span, page(1, 30));
    let read = read.await.unwrap();
    let texts: Vec<&str> = read.items.iter().map(text_of).collect();
    assert_eq!((texts, read.total), (vec!["5512.10", "5511.8"], 2));
    for (scope, number) in [
        (ground.foreign().await, &number),
        (ground.only(1).await, &number),
        (scope, &ground.foreign_number),
    ] {
        let read = ground.store.history(&scope, number, Span::ALL, page(1, 30));
        assert!(matches!(read.await, Err(StoreError::NotFound)));
        let read = ground
            .store
            .outbound(&scope, number, Span::ALL, page(1, 30));
        assert!(matches!(read.await, Err(StoreError::NotFound)));
        let read = ground.store.unread_messages(&scope, number, page(1, 30));
        assert!(matches!(read.await, Err(StoreError::NotFound)));
        let read = ground
            .store
            .conversations_by_time(&scope, number, Span::ALL, page(1, 30));
        assert!(matches!(read.await, Err(StoreError::NotFound)));
    }
}

pub async fn conversations_come_by_their_last_message(ground: &Ground) {
    let (scope, number) = (ground.only(0).await, ground.numbers[0].clone());
    for index in 0..11_i64 {
        let phone = format!("55{index:03}");
        ground.write("100", &phone, index..index + 1).await;
    }
    ground.write("101", "5599", 50..51).await;
    let read = async |span, wanted| {
        let read = ground
            .store
            .conversations_by_time(&scope, &number, span, wanted);
        let read = read.await.unwrap();
        let phones: Vec<String> = read
            .items
            .into_iter()
            .map(|it| it.conversation.contact.phone.unwrap())
            .collect();
        (phones, read.total)
    };
    let (all, total) = read(Span::ALL, page(1, 100)).await;
    assert_eq!((all.len(), total), (11, 11));
    assert_eq!((&*all[0], &*all[10]), ("+55010", "+55000"));
    let mut paged = Vec::new();
    for wanted in 1..=4 {
        paged.extend(read(Span::ALL, page(wanted, 3)).await.0);
    }
    assert_eq!(paged, all);
    let span = Span {
        from: (AT + 2) * 1000,
        to: (AT + 3) * 1000,
    };
    let expected = (vec!["+55003".to_owned(), "+55002".to_owned()], 2);
    assert_eq!(read(span, page(1, 30)).await, expected);
}

pub async fn what_is_unread_is_counted_by_conversations(ground: &Ground) {
    let (scope, number) = (ground.only(0).await, ground.numbers[0].clone());
    ground.write("100", "5511", 0..5).await;
    ground.write("100", "5512", 10..12).await;
    ground.write("100", "5513", 20..23).await;
    // Of the first one three are left.
    let row = ground.with(&scope, "5511").await;
    let thread = ground.thread(&scope, &row.id).await;
    let seen = thread
        .iter()
        .find(|it| it.text.as_deref() == Some("5511.1"));
    let read = ground.store.mark_read(&scope, &row.id, &seen.unwrap().id);
    read.await.unwrap();
    // Of the second one none.
    let row = ground.with(&scope, "5512").await;
    let thread = ground.thread(&scope, &row.id).await;
    let read = ground
        .store
        .mark_read(&scope, &row.id, &thread.last().unwrap().id);
    read.await.unwrap();
    let expected = [
        "5513.22", "5513.21", "5513.20", "5511.4", "5511.3", "5511.2",
    ];
    for size in [1, 2, 4, 5, 6, 30] {
        let mut texts = Vec::new();
        for wanted in 1..=6_u32.div_ceil(size) {
            let read = ground
                .store
                .unread_messages(&scope, &number, page(wanted, size));
            let read = read.await.unwrap();
            assert_eq!(read.total, 6);
            assert!(read.items.iter().all(|it| it.unread == 3));
            texts.extend(read.items.iter().map(|it| text_of(it).to_owned()));
        }
        assert_eq!(texts, expected, "pages of {size}");
    }
}

pub async fn a_backend_writes_to_whom_it_likes(ground: &Ground) {
    let (scope, number) = (ground.only(0).await, ground.numbers[0].clone());
    // Whose account the number is of is told by the first who writes.
    let early = send(ground, &scope, &number, &phone("5511"), "c-0", None).await;
    assert!(matches!(early, Err(StoreError::Refused(e)) if e.code == Code::NumberNotReady));
    ground.write("100", "5511", 0..1).await;
    let sent = send(ground, &scope, &number, &phone("5511"), "c-1", None).await;
    let sent = sent.unwrap();
    let known = ground.with(&scope, "5511").await;
    assert_eq!(sent.message.conversation_id, known.id);
    assert_eq!(sent.from_phone, "55113000100");
    // Somebody new is in the list at once, and once.
    for client_id in ["c-2", "c-3"] {
        let sent = send(ground, &scope, &number, &phone("5599"), client_id, None).await;
        let row = ground.with(&scope, "5599").await;
        assert_eq!(sent.unwrap().message.conversation_id, row.id);
        assert_eq!(
            row.preview.unwrap().text.as_deref(),
            Some("from the backend")
        );
    }
    let user = Recipient::User("BR.13491208655302741918".into());
    let sent = send(ground, &scope, &number, &user, "c-4", None)
        .await
        .unwrap();
    let row = ground
        .store
        .conversation(&scope, &sent.message.conversation_id);
    let row = row.await.unwrap();
    assert_eq!(
        row.contact.user_id.as_deref(),
        Some("BR.13491208655302741918")
    );
    assert_eq!(ground.list(&scope).await.len(), 3);
    // All of it, and nothing that came in, is what went out.
    let mut gone = Vec::new();
    for wanted in 1..=3 {
        let read = ground
            .store
            .outbound(&scope, &number, Span::ALL, page(wanted, 2));
        let read = read.await.unwrap();
        assert_eq!(read.total, 4);
        gone.extend(read.items.into_iter().map(|it| it.message.id));
    }
    assert_eq!((gone.len(), &gone[0]), (4, &sent.message.id));
    // Who answers is who was written to.
    ground.write("100", "5599", 5..6).await;
    assert_eq!(ground.list(&scope).await.len(), 3);
    let found = ground
        .store
        .conversation_with(&scope, &number, &phone("5599"))
        .await
        .unwrap();
    assert_eq!(found, Some(ground.with(&scope, "5599").await.id));
    let stranger = phone("5598");
    let nobody = ground.store.conversation_with(&scope, &number, &stranger);
    assert_eq!(nobody.await.unwrap(), None);
    // It is known by our id, and by WhatsApp's once there is one.
    let id = sent.message.id.as_str();
    let listed = ground.store.sent_message(&scope, &number, id);
    let listed = listed.await.unwrap();
    assert_eq!(listed.message.direction, Direction::Outbound);
    assert_eq!(listed.origin.as_deref(), Some("API"));
    ground
        .status("100", "wamid.sent/1+=", &sent.message.id, "delivered")
        .await;
    let listed = ground.store.sent_message(&scope, &number, "wamid.sent/1+=");
    let listed = listed.await.unwrap();
    assert_eq!(listed.message.id, sent.message.id);
    assert_eq!(listed.delivered_at, Some(AT * 1000));
    for (scope, number, id) in [
        (ground.only(1).await, ground.numbers[1].clone(), id),
        (ground.foreign().await, ground.foreign_number.clone(), id),
        (scope.clone(), number.clone(), "wamid.100.5511.0"),
        (scope, number, "msg_01ARZ3NDEKTSV4RRFFQ69G5FAV"),
    ] {
        let listed = ground.store.sent_message(&scope, &number, id).await;
        assert!(matches!(listed, Err(StoreError::NotFound)));
    }
}

pub async fn the_same_key_is_the_same_send(ground: &Ground) {
    let (scope, number) = (ground.all().await, ground.numbers[0].clone());
    for number in ["100", "101"] {
        ground.write(number, "5511", 0..1).await;
    }
    let to = phone("5511");
    let first = key("k-1", "body");
    assert!(
        ground
            .store
            .sent_before(&scope, &number, &first)
            .await
            .unwrap()
            .is_none()
    );
    let sent = send(ground, &scope, &number, &to, "c-1", Some(&first))
        .await
        .unwrap();
    assert!(!sent.replayed);
    let other = ground.beside().await;
    let again = send(&other, &scope, &number, &to, "c-2", Some(&first))
        .await
        .unwrap();
    assert_eq!(
        (again.message.id.clone(), again.replayed),
        (sent.message.id.clone(), true)
    );
    let before = ground
        .store
        .sent_before(&scope, &number, &first)
        .await
        .unwrap();
    assert_eq!(before.unwrap().message.id, sent.message.id);
    let reused = send(
        ground,
        &scope,
        &number,
        &to,
        "c-3",
        Some(&key("k-1", "other")),
    )
    .await;
    let is_reused = |error: StoreError| matches!(error, StoreError::Refused(e) if e.code == Code::IdempotencyKeyReused);
    assert!(is_reused(reused.unwrap_err()));
    let other = key("k-1", "other");
    let asked = ground.store.sent_before(&scope, &number, &other).await;
    assert!(is_reused(asked.unwrap_err()));
    // A key belongs to its number.
    let elsewhere = send(ground, &scope, &ground.numbers[1], &to, "c-4", Some(&first)).await;
    assert!(!elsewhere.unwrap().replayed);
    // What was refused is not remembered.
    let nobody = send(ground, &scope, &ground.numbers[2], &to, "c-5", Some(&first)).await;
    assert!(nobody.is_err());
    ground.write("102", "5511", 0..1).await;
    let now = send(ground, &scope, &ground.numbers[2], &to, "c-6", Some(&first)).await;
    assert!(!now.unwrap().replayed);
    // A day later it is free.
    let mut database = ground.place.look().await;
    let day = 24 * 3_600_000 + 1;
    database
        .execute(&format!(
            "UPDATE idempotency_keys SET created_at = created_at - {day}"
        ))
        .await;
    let anew = send(ground, &scope, &number, &to, "c-7", Some(&other))
        .await
        .unwrap();
    assert!(!anew.replayed);
    // And upkeep forgets it.
    ground.store.prune(0).await.unwrap();
    let left = database
        .number("SELECT count(*) FROM idempotency_keys")
        .await;
    assert_eq!(left, 1);
}

pub async fn a_key_is_held_by_one_at_a_time(ground: &Ground) {
    let (scope, number) = (ground.all().await, ground.numbers[0].clone());
    let store = &ground.store;
    let (one, same, other) = (key("k-1", "body"), key("k-1", "other"), key("k-2", "body"));
    let take = async |number: &NumberId, key: &IdempotencyKey| {
        store.hold_key(&scope, number, key).await.unwrap()
    };
    let held = take(&number, &one).await.expect("it is free");
    assert!(take(&number, &same).await.is_none());
    assert!(take(&number, &other).await.is_some());
    assert!(take(&ground.numbers[1], &one).await.is_some());
    drop(held);
    let held = take(&number, &one).await.expect("it is free again");
    let foreign = store.hold_key(&scope, &ground.foreign_number, &one).await;
    assert!(matches!(foreign, Err(StoreError::NotFound)));
    if matches!(ground.place, Place::Sqlite(_)) {
        // One server has the file.
        return;
    }
    let elsewhere = ground.beside().await;
    let there = &elsewhere.store;
    let taken = there.hold_key(&scope, &number, &one).await.unwrap();
    assert!(taken.is_none(), "another server has it");
    drop(held);
    let held = eventually("the other server to let go of it", || async {
        there.hold_key(&scope, &number, &one).await.unwrap()
    });
    let held = held.await;
    assert!(take(&number, &one).await.is_none());
    // A server that ends lets go of everything.
    there.close().await;
    let anew = eventually("the server to be gone", || take(&number, &one)).await;
    drop((held, anew));
}

pub async fn one_key_many_times_at_once_is_one_send(ground: &Ground) {
    let (scope, number) = (ground.all().await, ground.numbers[0].clone());
    ground.write("100", "5511", 0..1).await;
    let (to, key) = (phone("5599"), key("k-1", "body"));
    let sends = (0..8).map(|index| {
        let (to, key, scope, number) = (&to, &key, &scope, &number);
        async move {
            send(ground, scope, number, to, &format!("c-{index}"), Some(key))
                .await
                .unwrap()
        }
    });
    let sent = futures::future::join_all(sends).await;
    assert_eq!(sent.iter().filter(|it| !it.replayed).count(), 1);
    assert!(sent.iter().all(|it| it.message.id == sent[0].message.id));
}

/// How the database would carry a statement out.
pub async fn plan(database: &mut Database, statement: &str, arguments: &str) -> String {
    match database {
        Database::Sqlite(connection) => {
            let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
            let rows = sqlx::query(explain).fetch_all(connection).await.unwrap();
            let lines: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
            lines.join("\n")
        }
        Database::Postgres(_) => {
            // As our connections have it; see the store's own.
            for setting in [
                "plan_cache_mode = force_generic_plan",
                "enable_seqscan = off",
                "enable_hashjoin = off",
                "enable_mergejoin = off",
                "enable_bitmapscan = off",
            ] {
                database.execute(&format!("SET {setting}")).await;
            }
            database
                .execute(&format!("PREPARE looked_at AS {statement}"))
                .await;
            let lines = database
                .texts(&format!("EXPLAIN EXECUTE looked_at ({arguments})"))
                .await;
            database.execute("DEALLOCATE looked_at").await;
            lines.join("\n")
        }
    }
}

pub async fn a_deep_page_passes_over_an_index_and_nothing_else(ground: &Ground) {
    let mut database = ground.place.look().await;
    let is_sqlite = matches!(database, Database::Sqlite(_));
    let choose = |a, b| if is_sqlite { a } else { b };
    let (counting, paging) = ("'wn_1', 0, 5", "'wn_1', 0, 5, 30, 1000");
    for (statements, arguments, index) in [
        (
            choose(vec![sqlite::COUNT_HISTORY], vec![postgres::COUNT_HISTORY]),
            counting,
            "messages_by_time",
        ),
        (
            choose(sqlite::HISTORY.to_vec(), postgres::HISTORY.to_vec()),
            paging,
            "messages_by_time",
        ),
        (
            choose(vec![sqlite::COUNT_OUTBOUND], vec![postgres::COUNT_OUTBOUND]),
            counting,
            "messages_by_time",
        ),
        (
            choose(sqlite::OUTBOUND.to_vec(), postgres::OUTBOUND.to_vec()),
            paging,
            "messages_by_time",
        ),
        (
            choose(
                vec![sqlite::COUNT_CONVERSATIONS],
                vec![postgres::COUNT_CONVERSATIONS],
            ),
            counting,
            "conversations_by_recency",
        ),
        (
            choose(
                sqlite::CONVERSATIONS.to_vec(),
                postgres::CONVERSATIONS.to_vec(),
            ),
            paging,
            "conversations_by_recency",
        ),
        (
            choose(vec![sqlite::UNREAD], vec![postgres::UNREAD]),
            "'wn_1', 0, 5",
            "conversations_with_unread",
        ),
    ] {
        for statement in statements {
            let plan = plan(&mut database, statement, arguments).await;
            let whole = ["SCAN b\n", "SCAN m\n", "SCAN c\n", "Seq Scan"];
            assert!(whole.iter().all(|whole| !plan.contains(whole)), "{plan}");
            // What is passed over is never fetched from its table.
            let covered = if is_sqlite {
                plan.contains(&format!("USING COVERING INDEX {index} (number_id=?"))
            } else {
                plan.contains(&format!("Index Only Scan using {index} "))
                    || plan.contains(&format!("Index Only Scan Backward using {index} "))
            };
            assert!(covered, "{plan}");
        }
    }
}

pub async fn where_a_message_goes_is_looked_up_and_not_searched(ground: &Ground) {
    let mut database = ground.place.look().await;
    let is_sqlite = matches!(database, Database::Sqlite(_));
    let choose = |a, b| if is_sqlite { a } else { b };
    for statement in [
        choose(sqlite::PLACE_OF_PHONE, postgres::PLACE_OF_PHONE),
        choose(sqlite::PLACE_OF_USER, postgres::PLACE_OF_USER),
    ] {
        let plan = plan(&mut database, statement, "'wn_1', 'tn_1', '5511'").await;
        let whole = [
            "SCAN n\n", "SCAN k\n", "SCAN c\n", "SCAN x\n", "SCAN p\n", "Seq Scan",
        ];
        assert!(whole.iter().all(|whole| !plan.contains(whole)), "{plan}");
        assert!(plan.contains("contacts_by_"), "{plan}");
    }
}

pub async fn what_goes_along_with_a_send_is_done_with_it(ground: &Ground) {
    let (scope, number) = (ground.only(0).await, ground.numbers[0].clone());
    for id in ["wamid.1", "wamid.2", "wamid.3"] {
        let written = meta::one_text("100", id, "5511", recently(), "hello");
        ground.take(&written).await;
    }
    let labels = ground
        .store
        .create_label(&scope, "invoice", Colour::default())
        .await
        .unwrap();
    let sending = |name: &str, reads| Sending {
        recipient: phone("5511"),
        client_id: ClientId::parse(name).unwrap(),
        outgoing: Outgoing::text("from the backend"),
        key: None,
        labels: vec![labels[0].id.clone()],
        reads: Some(reads),
    };
    let store = &ground.store;
    let sent = store.send_to(&scope, &number, sending("s-1", false)).await;
    assert!(!sent.unwrap().signals, "it does not count as read");
    assert_eq!(ground.with(&scope, "5511").await.unread, 3);
    let sent = store.send_to(&scope, &number, sending("s-2", true)).await;
    assert!(sent.unwrap().signals);
    let row = ground.with(&scope, "5511").await;
    assert_eq!((row.unread, row.labels.len()), (0, 1));
    let sent = store.send_to(&scope, &number, sending("s-3", true)).await;
    assert!(!sent.unwrap().signals, "WhatsApp knows already");
    // A label that is not there stops all of it.
    let mut wrong = sending("s-4", true);
    wrong.labels = vec![LabelId::parse("lb_01ARZ3NDEKTSV4RRFFQ69G5FAV").unwrap()];
    assert!(store.send_to(&scope, &number, wrong).await.is_err());
    let history = store.history(&scope, &number, Span::ALL, page(1, 30)).await;
    assert_eq!(history.unwrap().total, 6);
}
