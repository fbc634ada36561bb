//! Details of conversations: what operators write about a contact, and what is looked at apart from the rest of a thread.

use super::ground::{AT, Ground};
use super::workflow::operator;
use crate::support::database::Database;
use crate::support::meta;
use app::conversations::details::{ContactDetails, ContactField, Shelf};
use app::error::Code;
use app::ids::ConversationId;
use app::live::LiveEvent;
use app::messages::Message;
use app::paging::PageRequest;
use app::workflow::Work;
use pilot_inbox::access::Scope;
use pilot_inbox::store::{KnownOfContact, Query, StoreError, postgres, sqlite};
use serde_json::json;
use sqlx::{AssertSqlSafe, Row};

fn field(name: &str, value: &str) -> ContactField {
    ContactField {
        name: name.into(),
        value: value.into(),
    }
}

fn known(name: Option<&str>, fields: &[ContactField]) -> KnownOfContact {
    KnownOfContact {
        name: name.map(str::to_owned),
        fields: fields.to_vec(),
    }
}

async fn details(ground: &Ground, scope: &Scope, id: &ConversationId) -> ContactDetails {
    ground.store.contact_details(scope, id).await.unwrap()
}

async fn change(
    ground: &Ground,
    scope: &Scope,
    id: &ConversationId,
    name: Option<&str>,
    fields: &[ContactField],
) -> ContactDetails {
    let seen = details(ground, scope, id).await.conversation.details_seq;
    let wanted = known(name, fields);
    let changed = ground.store.change_contact(scope, id, seen, &wanted).await;
    changed.unwrap()
}

async fn shelf(ground: &Ground, scope: &Scope, id: &ConversationId, shelf: Shelf) -> Vec<Message> {
    let page = PageRequest::first();
    let page = ground.store.shelf(scope, id, shelf, &page).await;
    page.unwrap().items
}

async fn told(ground: &Ground, scope: &Scope, id: &ConversationId) -> Vec<String> {
    let done = shelf(ground, scope, id, Shelf::Activity).await.into_iter();
    let told = done.map(|message| message.content.unwrap().activity.unwrap());
    told.map(|it| [&it.what, " ", it.whom.as_deref().unwrap_or("-")].concat())
        .collect()
}

async fn position(ground: &Ground, scope: &Scope) -> i64 {
    ground.store.log_position(scope).await.unwrap()
}

pub async fn a_name_belongs_to_number_and_contact(ground: &Ground) {
    let (here, there, all) = (
        ground.only(0).await,
        ground.only(1).await,
        ground.all().await,
    );
    ground.write("100", "5511", 0..1).await;
    ground.write("101", "5511", 0..1).await;
    let id = ground.with(&here, "5511").await.id;
    let start = position(ground, &here).await;
    let changed = change(ground, &here, &id, Some("Aunt Ana"), &[]).await;
    assert_eq!(changed.conversation.contact.label(), "Aunt Ana");
    assert_eq!(changed.conversation.details_seq, Some(start + 1));
    assert_eq!(told(ground, &here, &id).await, ["named Aunt Ana"]);
    // Who hears of it hears the row as it is in the list.
    let heard = ground.heard.0.lock().unwrap().last().cloned().unwrap();
    assert_eq!(heard.number, ground.numbers[0]);
    let LiveEvent::Message { conversation, .. } = serde_json::from_slice(&heard.payload).unwrap()
    else {
        panic!("{heard:?}");
    };
    assert_eq!(*conversation, changed.conversation);
    assert_eq!(ground.with(&here, "5511").await, changed.conversation);
    // The same again is no news.
    change(ground, &here, &id, Some("Aunt Ana"), &[]).await;
    assert_eq!(position(ground, &here).await, start + 1);
    // On another number the person has no such name, and a message of theirs leaves it.
    assert_eq!(ground.with(&there, "5511").await.contact.own_name, None);
    ground.write("100", "5511", 1..2).await;
    ground.write("101", "5511", 1..2).await;
    let heard: Vec<LiveEvent> = {
        let heard = ground.heard.0.lock().unwrap();
        let last = heard.iter().rev().take(2);
        last.map(|event| serde_json::from_slice(&event.payload).unwrap())
            .collect()
    };
    let names: Vec<Option<String>> = heard
        .into_iter()
        .map(|event| match event {
            LiveEvent::Message { conversation, .. } => conversation.contact.own_name,
            event => panic!("{event:?}"),
        })
        .collect();
    assert_eq!(names, [None, Some("Aunt Ana".to_owned())]);
    // It is found by the name, by those who have the number.
    while ground.store.index_more(7).await.unwrap().more {}
    let query = Query::read("aunt").unwrap();
    for (scope, expected) in [(&here, 1), (&all, 1), (&there, 0)] {
        let page = PageRequest::first();
        let found = ground.store.search(scope, &query, None, &page).await;
        assert_eq!(found.unwrap().conversations.len(), expected);
    }
    // Those who have not the number neither see nor change anything.
    for scope in [&there, &ground.foreign().await] {
        let seen = ground.store.contact_details(scope, &id).await;
        assert!(matches!(seen, Err(StoreError::NotFound)), "{seen:?}");
        let done = ground
            .store
            .change_contact(scope, &id, None, &known(None, &[]))
            .await;
        assert!(matches!(done, Err(StoreError::NotFound)), "{done:?}");
        let page = PageRequest::first();
        let seen = ground.store.shelf(scope, &id, Shelf::Activity, &page).await;
        assert!(matches!(seen, Err(StoreError::NotFound)), "{seen:?}");
    }
    assert_eq!(
        details(ground, &here, &id)
            .await
            .conversation
            .contact
            .label(),
        "Aunt Ana"
    );
    let changed = change(ground, &here, &id, None, &[]).await;
    assert_eq!(changed.conversation.contact.own_name, None);
    assert_eq!(
        told(ground, &here, &id).await,
        ["named Aunt Ana", "unnamed -"]
    );
}

pub async fn fields_stay_in_their_order(ground: &Ground) {
    let scope = ground.only(0).await;
    ground.write("100", "5511", 0..1).await;
    let id = ground.with(&scope, "5511").await.id;
    assert_eq!(details(ground, &scope, &id).await.fields, []);
    let fields = [
        field("VAT", "PT 1"),
        field("City", "“Lisbon” \\N {a,b}"),
        field("ação", "مرحبا"),
    ];
    let changed = change(ground, &scope, &id, None, &fields).await;
    assert_eq!(changed.fields, fields);
    assert_eq!(details(ground, &scope, &id).await, changed);
    let before = position(ground, &scope).await;
    assert_eq!(changed.conversation.details_seq, Some(before));
    change(ground, &scope, &id, None, &fields).await;
    assert_eq!(position(ground, &scope).await, before, "the same again");
    // Whoever has not seen it writes over nothing, but may say what is so already.
    let nobody = known(Some("Nobody"), &[]);
    for seen in [None, Some(before - 1)] {
        let refused = ground
            .store
            .change_contact(&scope, &id, seen, &nobody)
            .await;
        let Err(StoreError::Refused(refused)) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(refused.code, Code::ContactChanged);
        let same = known(None, &fields);
        let same = ground.store.change_contact(&scope, &id, seen, &same).await;
        assert_eq!(same.unwrap(), changed);
    }
    // Another order is another state; so is a field less.
    let turned = [fields[1].clone(), fields[0].clone()];
    let changed = change(ground, &scope, &id, Some("Ana"), &turned).await;
    assert_eq!(changed.fields, turned);
    let now = position(ground, &scope).await;
    assert_eq!(
        (now, changed.conversation.details_seq),
        (before + 2, Some(before + 2))
    );
    assert_eq!(
        told(ground, &scope, &id).await,
        ["fields -", "named Ana", "fields -"]
    );
    // Work on the conversation leaves both.
    let ids = [id.clone()];
    let resolved = ground
        .store
        .change_conversations(&scope, &ids, &Work::Resolve)
        .await;
    let after = details(ground, &scope, &id).await;
    assert_eq!(after.conversation, resolved.unwrap()[0]);
    assert_eq!(after.conversation.details_seq, Some(now));
    assert_eq!(after.fields, turned);
}

pub async fn other_conversations_are_those_within_the_scope(ground: &Ground) {
    let all = ground.all().await;
    for number in ["100", "101", "102", "200"] {
        ground.write(number, "5511", 0..1).await;
        ground.write(number, "5512", 0..1).await;
    }
    ground.write("102", "5511", 1..3).await;
    let id = ground.with(&ground.only(0).await, "5511").await.id;
    let others = details(ground, &all, &id).await.others;
    let numbers: Vec<_> = others.iter().map(|row| row.number_id.clone()).collect();
    assert_eq!(
        numbers,
        [ground.numbers[2].clone(), ground.numbers[1].clone()],
        "the latest first"
    );
    assert!(
        others
            .iter()
            .all(|row| row.contact.phone.as_deref() == Some("+5511"))
    );
    let alone = details(ground, &ground.only(0).await, &id).await;
    assert_eq!(alone.others, []);
    // In another account the person is another contact with the same phone.
    let mut elsewhere = meta::one_text("101", "wamid.else", "5513", AT, "hi");
    elsewhere["entry"][0]["id"] = json!("another account");
    ground.take(&elsewhere).await;
    ground.write("100", "5513", 0..1).await;
    let id = ground.with(&ground.only(0).await, "5513").await.id;
    let others = details(ground, &all, &id).await.others;
    assert_eq!(others.len(), 1);
    assert_ne!(
        others[0].contact.id,
        ground.with(&ground.only(0).await, "5513").await.contact.id
    );
}

pub async fn a_shelf_comes_whole_in_pages(ground: &Ground) {
    let scope = ground.only(0).await;
    let file = |n: i64, kind: &str| {
        json!({"id": format!("wamid.{n}"), "from": "5511", "timestamp": (AT + n / 2).to_string(), "type": kind,
            kind: {"id": format!("meta {n}"), "mime_type": "application/octet-stream"}})
    };
    let kinds = ["image", "text", "video", "document", "audio", "sticker"];
    let messages: Vec<_> = (0..60)
        .map(|n| match kinds[usize::try_from(n).unwrap() % kinds.len()] {
            "text" => meta::text(&format!("wamid.{n}"), "5511", AT + n / 2, "between"),
            kind => file(n, kind),
        })
        .collect();
    ground.take(&meta::messages("100", &messages)).await;
    ground
        .take(&meta::messages(
            "100",
            &[{
                let mut other = file(99, "image");
                other["from"] = json!("5512");
                other
            }],
        ))
        .await;
    let id = ground.with(&scope, "5511").await.id;
    for (which, kinds, count) in [
        (Shelf::Media, &["image", "video"][..], 20),
        (Shelf::Files, &["document"][..], 10),
    ] {
        let mut found: Vec<Message> = Vec::new();
        let mut page = PageRequest {
            limit: Some(3),
            ..PageRequest::first()
        };
        loop {
            let answer = ground.store.shelf(&scope, &id, which, &page).await.unwrap();
            assert!(answer.items.len() <= 3);
            found.splice(0..0, answer.items);
            let Some(older) = answer.older else { break };
            page.older = Some(older);
        }
        assert_eq!(found.len(), count, "{which:?}");
        assert!(
            found
                .iter()
                .all(|message| kinds.contains(&message.kind.as_str()))
        );
        assert!(found.is_sorted_by_key(|message| (message.position().0, message.id.clone())));
        // And the other way, from the first on.
        let first = &found[0];
        let cursor = format!("{}.{}", first.position().0, first.id);
        let newer = ground
            .store
            .shelf(&scope, &id, which, &PageRequest::newer(cursor))
            .await;
        assert_eq!(newer.unwrap().items, found[1..]);
    }
    // What was taken back is there no more.
    let gone = json!({"id": "wamid.gone", "from": "5511", "timestamp": (AT + 90).to_string(), "type": "revoke",
        "revoke": {"original_message_id": "wamid.0"}});
    ground.take(&meta::messages("100", &[gone])).await;
    assert_eq!(shelf(ground, &scope, &id, Shelf::Media).await.len(), 19);
    assert!(told(ground, &scope, &id).await.is_empty());
    let ana = operator(ground, "Ana", 0..1).await;
    for work in [
        Work::Assign {
            operator: Some(ana),
        },
        Work::Resolve,
    ] {
        let ids = [id.clone()];
        ground
            .store
            .change_conversations(&scope, &ids, &work)
            .await
            .unwrap();
    }
    assert_eq!(
        told(ground, &scope, &id).await,
        ["assigned Ana", "resolved -"]
    );
}

pub async fn what_becomes_one_conversation_keeps_what_was_known(ground: &Ground) {
    let scope = ground.only(0).await;
    ground.write("100", "5511", 0..1).await;
    let by_phone = ground.with(&scope, "5511").await.id;
    let hidden = meta::text_by_user("wamid.hidden", "BR.1", AT + 5, "hello");
    ground.take(&meta::messages("100", &[hidden])).await;
    let rows = ground.list(&scope).await;
    let by_id = rows
        .iter()
        .find(|row| row.id != by_phone)
        .unwrap()
        .id
        .clone();
    change(
        ground,
        &scope,
        &by_phone,
        Some("Ana"),
        &[field("City", "Lisbon"), field("VAT", "1")],
    )
    .await;
    change(
        ground,
        &scope,
        &by_id,
        None,
        &[field("City", "Porto"), field("Size", "M")],
    )
    .await;
    let both = meta::text_by_both("wamid.both", "BR.1", "5511", AT + 6, "it is me");
    ground.take(&meta::messages("100", &[both])).await;
    let row = ground.with(&scope, "5511").await;
    let known = details(ground, &scope, &row.id).await;
    assert_eq!(known.conversation.contact.own_name.as_deref(), Some("Ana"));
    let names: Vec<&str> = known
        .fields
        .iter()
        .map(|field| field.name.as_str())
        .collect();
    let expected = if row.id == by_phone {
        ["City", "VAT", "Size"]
    } else {
        ["City", "Size", "VAT"]
    };
    assert_eq!(names, expected);
    let city = if row.id == by_phone {
        "Lisbon"
    } else {
        "Porto"
    };
    assert_eq!(known.fields[0].value, city);
    let merged = known.conversation.details_seq.unwrap();
    assert!(
        merged > row.seq - 3,
        "who looks at it hears that it is another"
    );
    let left = "SELECT count(*) FROM contact_fields";
    assert_eq!(ground.place.look().await.number(left).await, 3);
}

/// How the database would carry a statement out.
async fn plan(database: &mut Database, statement: &str, arguments: &str) -> String {
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

pub async fn no_list_of_the_details_reads_a_whole_table(ground: &Ground) {
    let mut database = ground.place.look().await;
    let is_sqlite = matches!(database, Database::Sqlite(_));
    for (shelf, index) in [
        (Shelf::Media, "messages_media"),
        (Shelf::Files, "messages_files"),
        (Shelf::Activity, "messages_activity"),
    ] {
        let queries = if is_sqlite {
            sqlite::shelf_queries(shelf)
        } else {
            postgres::shelf_queries(shelf)
        };
        for query in queries {
            let plan = plan(&mut database, query, "'conv_1', 5, 'msg_1', 3").await;
            assert!(plan.contains(index), "{plan}");
            // In order from the index, beginning at the cursor.
            let (cursor, sort) = if is_sqlite {
                ("(conversation_id=? AND (second,id)", "TEMP B-TREE")
            } else {
                (
                    "Index Cond: ((conversation_id = $1) AND (ROW(second, ",
                    "Sort",
                )
            };
            assert!(plan.contains(cursor) && !plan.contains(sort), "{plan}");
        }
    }
    let others = if is_sqlite {
        sqlite::OTHERS_QUERY
    } else {
        postgres::OTHERS_QUERY
    };
    let plan = plan(
        &mut database,
        others,
        "'conv_1', 'tenant_1', ARRAY['wn_1'], 5",
    )
    .await;
    for index in ["conversations_by_contact_alone", "contacts_by_phone_alone"] {
        assert!(plan.contains(index), "{plan}");
    }
    let whole = if is_sqlite {
        ["SCAN c\n", "SCAN x\n"]
    } else {
        ["Seq Scan", "Index Scan using conversations_by_state"]
    };
    assert!(whole.iter().all(|whole| !plan.contains(whole)), "{plan}");
}
