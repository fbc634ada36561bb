//! Search finds the same on every database: everything that it should, newest first, and nothing of anybody else.

use super::crowds::at_once;
use super::ground::{AT, Ground, deliver};
use crate::support::meta;
use crate::support::place::Place;
use app::ids::{ClientId, ConversationId};
use app::paging::PageRequest;
use app::search::SearchPage;
use pilot_inbox::access::Scope;
use pilot_inbox::store::{Outgoing, Query, StoreError};
use serde_json::json;

/// Brings the index up to date.
async fn index(ground: &Ground) {
    while ground.store.index_more(7).await.unwrap().more {}
}

async fn page(
    ground: &Ground,
    scope: &Scope,
    query: &str,
    within: Option<&ConversationId>,
    page: &PageRequest,
) -> SearchPage {
    let query = Query::read(query).unwrap();
    ground
        .store
        .search(scope, &query, within, page)
        .await
        .unwrap()
}

async fn find(ground: &Ground, scope: &Scope, query: &str) -> SearchPage {
    page(ground, scope, query, None, &PageRequest::first()).await
}

/// Texts of the messages that were found.
fn texts(found: &SearchPage) -> Vec<&str> {
    let texts = found.messages.iter();
    texts
        .map(|found| found.message.text.as_deref().unwrap())
        .collect()
}

/// Phones of the people who were found.
fn phones(found: &SearchPage) -> Vec<&str> {
    let people = found.conversations.iter();
    people
        .map(|found| found.contact.phone.as_deref().unwrap_or("?"))
        .collect()
}

/// One text after the other, a second apart, from one person.
async fn say(ground: &Ground, phone_number_id: &str, phone: &str, texts: &[&str]) {
    for (n, text) in (0..).zip(texts) {
        let id = format!("wamid.{phone_number_id}.{phone}.{n}");
        let body = meta::one_text(phone_number_id, &id, phone, AT + n, text);
        assert_eq!(ground.take(&body).await.messages, 1, "{text}");
    }
}

async fn named(ground: &Ground, phone: &str, name: &str, user: &str, at: i64) {
    let profile = json!({"name": name, "username": user});
    let message = meta::text(&format!("wamid.{phone}.{at}"), phone, AT + at, "hello");
    let value = json!({"contacts": [{"wa_id": phone, "profile": profile}], "messages": [message]});
    ground.take(&meta::delivery("100", value)).await;
}

pub async fn case_what_is_edited_or_taken_back_is_found_no_more(ground: &Ground) {
    let scope = ground.all().await;
    say(ground, "100", "5511", &["first words", "second words"]).await;
    index(ground).await;
    assert_eq!(
        texts(&find(ground, &scope, "words").await),
        ["second words", "first words"]
    );
    let about = |kind: &str, n: i64, message: serde_json::Value| {
        let mut about = json!({"id": format!("wamid.{kind}"), "from": "5511", "timestamp": (AT + 60).to_string(), "type": kind});
        about[kind] =
            json!({"original_message_id": format!("wamid.100.5511.{n}"), "message": message});
        about
    };
    let other = json!({"type": "text", "text": {"body": "other letters"}});
    let changes = [about("edit", 0, other), about("revoke", 1, json!(null))];
    ground.take(&meta::messages("100", &changes)).await;
    index(ground).await;
    assert!(texts(&find(ground, &scope, "words").await).is_empty());
    assert_eq!(
        texts(&find(ground, &scope, "letters").await),
        ["other letters"]
    );
    // Once, however often it changes.
    for emoji in ["👍", "❤️"] {
        let part = json!({"message_id": "wamid.100.5511.0", "emoji": emoji});
        let reaction = json!({"id": emoji, "from": "5511", "timestamp": (AT + 61).to_string(), "type": "reaction", "reaction": part});
        ground.take(&meta::messages("100", &[reaction])).await;
        index(ground).await;
    }
    assert_eq!(texts(&find(ground, &scope, "letters").await).len(), 1);
}

pub async fn case_accents_and_forms_do_not_count(ground: &Ground) {
    let scope = ground.all().await;
    let said = [
        "Café com açúcar às 9h",
        "Stra\u{df}e nach K\u{f6}ln",
        "\u{130}stanbul, ISTANBUL",
        "decomposed: cafe\u{301}",
        "Заказ №13 готов, ёлка",
        "طلب أحمد جاهز",
        "הזמנה מוכנה",
        "東京都の天気",
        "안녕하세요",
        "สวัสดีครับ",
        "👍🏽 🇧🇷 ❤\u{fe0f}",
        "a\0b null",
        "'; DROP TABLE messages; -- \\ \" ` $1 :a %s {} ' & | ! <-> *",
        "re: order #13 (REF-2024/77)",
        "ana@example.com https://example.com/x?q=1",
        "\u{fb01}nal \u{ff21}\u{ff11}",
    ];
    say(ground, "100", "5511", &said).await;
    index(ground).await;
    for (query, expected) in [
        ("cafe", vec![3, 0]),
        ("CAFÉ", vec![3, 0]),
        ("caf", vec![3, 0]),
        ("acucar", vec![0]),
        ("afe", vec![]),
        ("strasse koln", vec![1]),
        ("straße", vec![1]),
        ("istanbul", vec![2]),
        ("ЗАКАЗ елк", vec![4]),
        ("13", vec![13, 4]),
        ("احمد", vec![5]),
        ("מוכנה", vec![6]),
        ("東京", vec![7]),
        ("京", vec![7]),
        ("天気", vec![7]),
        ("東天", vec![]),
        ("안녕", vec![8]),
        ("สวัส", vec![9]),
        ("👍", vec![10]),
        ("👍🏿", vec![10]),
        ("🇧🇷", vec![10]),
        ("❤", vec![10]),
        ("null", vec![11]),
        ("drop table", vec![12]),
        ("'drop' & \"table\" | *", vec![12]),
        ("ref 2024", vec![13]),
        ("#13", vec![13, 4]),
        ("ana@example", vec![14]),
        ("example.com/x", vec![14]),
        ("final a1", vec![15]),
    ] {
        let found = find(ground, &scope, query).await;
        let said: Vec<String> = expected
            .iter()
            .map(|index: &usize| said[*index].replace('\0', "\u{fffd}"))
            .collect();
        assert_eq!(texts(&found), said, "{query}");
    }
    for nothing in ["", "  ", "a", ".", "\0", &"x".repeat(201)] {
        let refused = Query::read(nothing).unwrap_err();
        assert_eq!(refused.code, app::error::Code::QueryInvalid, "{nothing:?}");
    }
}

pub async fn a_query_of_several_words_wants_them_all(ground: &Ground) {
    let scope = ground.all().await;
    let said = [
        "red apple",
        "green apple",
        "red and green",
        "appleseed redder",
    ];
    say(ground, "100", "5511", &said).await;
    index(ground).await;
    assert_eq!(
        texts(&find(ground, &scope, "apple red").await),
        ["appleseed redder", "red apple"]
    );
    assert_eq!(
        texts(&find(ground, &scope, "red red RED gre").await),
        ["red and green"]
    );
    // One word here and one in another message is not found.
    assert!(find(ground, &scope, "seed and").await.messages.is_empty());
}

pub async fn people_are_found_by_any_part_of_their_names(ground: &Ground) {
    let scope = ground.all().await;
    named(ground, "5511987654321", "Mariana Souza", "mari.s", 0).await;
    named(ground, "4917012345678", "Jörg Müller", "jm_77", 1).await;
    named(ground, "81312345678", "山田太郎", "yamada", 2).await;
    index(ground).await;
    for (query, expected) in [
        ("mariana", vec!["+5511987654321"]),
        ("ana sou", vec!["+5511987654321"]),
        ("IANA", vec!["+5511987654321"]),
        ("jorg", vec!["+4917012345678"]),
        ("mueller", vec![]),
        ("muller", vec!["+4917012345678"]),
        ("4321", vec!["+5511987654321"]),
        ("345678", vec!["+81312345678", "+4917012345678"]),
        ("+49 170 1234-5678", vec!["+4917012345678"]),
        ("(11) 98765-4321", vec!["+5511987654321"]),
        ("mari.s", vec!["+5511987654321"]),
        ("jm_77", vec!["+4917012345678"]),
        ("山田", vec!["+81312345678"]),
        ("太郎", vec!["+81312345678"]),
        ("mariana muller", vec![]),
    ] {
        assert_eq!(
            phones(&find(ground, &scope, query).await),
            expected,
            "{query}"
        );
    }
    // The most recent first, also when it was not so at first.
    named(ground, "4917012345678", "Jörg Müller", "jm_77", 5).await;
    index(ground).await;
    assert_eq!(
        phones(&find(ground, &scope, "345678").await),
        ["+4917012345678", "+81312345678"]
    );
}

pub async fn who_is_renamed_is_found_by_the_new_name(ground: &Ground) {
    let scope = ground.all().await;
    named(ground, "5511", "Before", "first", 0).await;
    index(ground).await;
    assert_eq!(phones(&find(ground, &scope, "before").await), ["+5511"]);
    named(ground, "5511", "After", "first", 1).await;
    index(ground).await;
    assert_eq!(
        phones(&find(ground, &scope, "after first").await),
        ["+5511"]
    );
    assert!(
        find(ground, &scope, "before")
            .await
            .conversations
            .is_empty()
    );
    // What is looked at again without a change is left alone.
    let document = "SELECT id FROM search_documents WHERE subject LIKE 'conv%'";
    let id = ground.place.look().await.number(document).await;
    named(ground, "5511", "After", "first", 2).await;
    index(ground).await;
    assert_eq!(ground.place.look().await.number(document).await, id);
}

pub async fn nothing_outside_the_scope_is_found(ground: &Ground) {
    for (number, phone) in [
        ("100", "5511"),
        ("101", "5512"),
        ("102", "5513"),
        ("200", "5514"),
    ] {
        say(ground, number, phone, &[&format!("secret of {number}")]).await;
    }
    index(ground).await;
    let numbers_of = async |scope: &Scope| {
        let found = find(ground, scope, "secret").await;
        let people = find(ground, scope, "551").await.conversations;
        let mut said: Vec<String> = found
            .messages
            .iter()
            .map(|found| found.message.text.clone().unwrap())
            .collect();
        said.sort();
        assert_eq!(people.len(), said.len());
        for conversation in people
            .iter()
            .chain(found.messages.iter().map(|m| &m.conversation))
        {
            assert!(scope.allows(&conversation.number_id));
        }
        said
    };
    let all = numbers_of(&ground.all().await).await;
    assert_eq!(all, ["secret of 100", "secret of 101", "secret of 102"]);
    assert_eq!(numbers_of(&ground.only(1).await).await, ["secret of 101"]);
    assert_eq!(numbers_of(&ground.foreign().await).await, ["secret of 200"]);
    // Whoever knows how the index is written finds no more.
    let mark = ground.foreign_number.as_str();
    let mark = mark[mark.len() - 8..].to_lowercase();
    let scope = ground.all().await;
    for query in [format!("m{mark}secret"), format!("{mark} secret")] {
        assert!(find(ground, &scope, &query).await.messages.is_empty());
    }
    // Nor does a conversation of somebody else's answer, and a number that was taken away is not searched.
    let theirs = ground.with(&ground.foreign().await, "5514").await.id;
    let query = Query::read("secret").unwrap();
    let first = PageRequest::first();
    let asked = ground.store.search(&scope, &query, Some(&theirs), &first);
    assert!(matches!(asked.await, Err(StoreError::NotFound)));
    ground
        .store
        .remove_number(&ground.numbers[0])
        .await
        .unwrap();
    let left = numbers_of(&ground.all().await).await;
    assert_eq!(left, ["secret of 101", "secret of 102"]);
}

pub async fn messages_come_in_pages_the_newest_first(ground: &Ground) {
    let scope = ground.all().await;
    // On two numbers, several in one second, and delivered out of order.
    for n in [4, 1, 9, 0, 3, 8, 2, 7, 5, 6] {
        for number in ["100", "101"] {
            let id = format!("wamid.{number}.{n}");
            let body = meta::one_text(number, &id, "5511", AT + n / 2, &format!("word {n}"));
            ground.take(&body).await;
        }
    }
    index(ground).await;
    let everything = find(ground, &scope, "word").await;
    assert_eq!((everything.messages.len(), &everything.older), (20, &None));
    let times = everything.messages.iter().map(|m| m.message.sent_at);
    assert!(times.is_sorted_by(|a, b| a >= b));
    for size in [1, 3, 7, 19, 20] {
        let mut request = PageRequest {
            limit: Some(size),
            ..PageRequest::first()
        };
        let mut seen = Vec::new();
        loop {
            let found = page(ground, &scope, "word", None, &request).await;
            assert!(found.messages.len() <= size as usize);
            if seen.is_empty() {
                assert_eq!(found.conversations.len(), 0);
            }
            seen.extend(found.messages);
            match found.older {
                Some(older) => request.older = Some(older),
                None => break,
            }
        }
        assert_eq!(seen, everything.messages, "pages of {size}");
    }
    // People are on the first page only.
    let people = find(ground, &scope, "5511").await;
    assert_eq!(people.conversations.len(), 2);
    let older = PageRequest::older(i64::MAX.to_string());
    assert!(
        page(ground, &scope, "5511", None, &older)
            .await
            .conversations
            .is_empty()
    );
    for cursor in ["", "x", "1.2", "99999999999999999999"] {
        let query = Query::read("word").unwrap();
        let wrong = PageRequest::older(cursor);
        let refused = ground.store.search(&scope, &query, None, &wrong).await;
        assert!(matches!(refused, Err(StoreError::Refused(_))), "{cursor}");
    }
}

pub async fn one_conversation_can_be_searched_alone(ground: &Ground) {
    let scope = ground.all().await;
    say(ground, "100", "5511", &["order one", "other"]).await;
    say(ground, "100", "5512", &["order two"]).await;
    let conversation = ground.with(&scope, "5511").await.id;
    let id = ClientId::parse("c-1").unwrap();
    let sent = ground.store.send_message(
        &scope,
        &conversation,
        &id,
        Outgoing::text("your order is here"),
    );
    sent.await.unwrap();
    index(ground).await;
    let first = PageRequest::first();
    let found = page(ground, &scope, "order", Some(&conversation), &first).await;
    assert_eq!(texts(&found), ["your order is here", "order one"]);
    assert!(
        page(ground, &scope, "5511", Some(&conversation), &first)
            .await
            .conversations
            .is_empty()
    );
    assert_eq!(find(ground, &scope, "order").await.messages.len(), 3);
}

pub async fn what_was_joined_is_found_where_it_is(ground: &Ground) {
    let scope = ground.all().await;
    ground
        .take(&meta::messages(
            "100",
            &[meta::text("wamid.1", "5511", AT, "by phone")],
        ))
        .await;
    ground
        .take(&meta::messages(
            "100",
            &[meta::text_by_user("wamid.2", "BR.1", AT + 1, "by user")],
        ))
        .await;
    index(ground).await;
    assert_eq!(find(ground, &scope, "by").await.messages.len(), 2);
    let both = meta::text_by_both("wamid.3", "BR.1", "5511", AT + 2, "by both");
    ground.take(&meta::messages("100", &[both])).await;
    // At once, and when the keeper has heard of it.
    for _ in 0..2 {
        let found = find(ground, &scope, "by").await;
        let conversation = ground.with(&scope, "5511").await.id;
        for message in &found.messages {
            assert_eq!(message.message.conversation_id, conversation);
            assert_eq!(message.conversation.id, conversation);
        }
        assert!(found.messages.len() >= 2);
        index(ground).await;
    }
    assert_eq!(find(ground, &scope, "by").await.messages.len(), 3);
    assert_eq!(find(ground, &scope, "5511").await.conversations.len(), 1);
    let left = "SELECT count(*) FROM search_documents WHERE subject LIKE 'conv%'";
    assert_eq!(ground.place.look().await.number(left).await, 1);
}

/// As a database of an earlier program is after its first start: nothing is in the index.
async fn forget(ground: &Ground) {
    let mut database = ground.place.look().await;
    database.execute("DELETE FROM search_documents").await;
    if matches!(ground.place, Place::Sqlite(_)) {
        // One that only indexes has no other way to delete everything.
        database
            .execute("INSERT INTO search_words (search_words) VALUES ('delete-all')")
            .await;
    }
    database.execute("DELETE FROM search_progress").await;
    database.execute("UPDATE search_walk SET after = ''").await;
}

pub async fn everything_that_is_there_is_walked_over(ground: &Ground) {
    let scope = ground.all().await;
    for phone in ["5511", "5512", "5513"] {
        ground.write("100", phone, 0..30).await;
    }
    index(ground).await;
    let known = find(ground, &scope, "5512").await;
    assert_eq!(known.messages.len(), 30);
    forget(ground).await;
    assert!(find(ground, &scope, "5512").await.messages.is_empty());
    // Upkeep has been there: the logs tell of nothing that came before. And something comes in the middle of the walk.
    ground.store.prune(i64::MAX).await.unwrap();
    for _ in 0..3 {
        assert!(ground.store.index_more(7).await.unwrap().more);
    }
    ground.write("101", "5512", 0..10).await;
    index(ground).await;
    let found = find(ground, &scope, "5512").await;
    assert_eq!(found.messages.len(), 40);
    assert_eq!(found.conversations.len(), 2);
    assert!(
        !ground.store.index_more(7).await.unwrap().more,
        "it has an end"
    );
}

pub async fn a_keeper_that_was_away_for_long_begins_anew(ground: &Ground) {
    let scope = ground.all().await;
    ground.write("100", "5511", 0..5).await;
    index(ground).await;
    ground.write("100", "5511", 5..9).await;
    ground.store.prune(i64::MAX).await.unwrap();
    ground.write("100", "5511", 9..12).await;
    index(ground).await;
    let found = find(ground, &scope, "5511").await;
    assert_eq!(found.messages.len(), 12);
    assert_eq!(found.conversations.len(), 1);
}

pub async fn keepers_at_once_disturb_nobody(ground: &Ground) {
    let scope = ground.all().await;
    let servers = [ground.store.clone(), ground.beside().await.store];
    at_once(8, |index| {
        let store = servers[index % 2].clone();
        async move {
            for n in 0..12_i64 {
                if index < 4 {
                    let id = format!("wamid.{index}.{n}");
                    let phone = format!("551{index}");
                    deliver(&*store, &meta::one_text("100", &id, &phone, AT + n, "word")).await;
                }
                store.index_more(5).await.unwrap();
            }
        }
    })
    .await;
    index(ground).await;
    let found = find(ground, &scope, "word").await;
    assert_eq!(found.messages.len(), 40);
    let rest = PageRequest::older(found.older.unwrap());
    assert_eq!(
        page(ground, &scope, "word", None, &rest)
            .await
            .messages
            .len(),
        8
    );
    assert_eq!(find(ground, &scope, "551").await.conversations.len(), 4);
    let documents = "SELECT count(*) FROM search_documents";
    assert_eq!(ground.place.look().await.number(documents).await, 52);
}

pub async fn times_at_the_edge_are_found_as_well(ground: &Ground) {
    let scope = ground.all().await;
    for (index, at) in [0, 1, 2_147_483_648, 4_294_967_296, 253_402_300_799]
        .into_iter()
        .enumerate()
    {
        let text = format!("edge {index}");
        let body = meta::one_text("100", &format!("wamid.{index}"), "5511", at, &text);
        ground.take(&body).await;
    }
    index(ground).await;
    let found = find(ground, &scope, "edge").await;
    let mut said = texts(&found);
    said.sort_unstable();
    assert_eq!(said, ["edge 0", "edge 1", "edge 2", "edge 3", "edge 4"]);
}
