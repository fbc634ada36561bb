//! Texts, names and ids: what comes in comes out, on every database, to the last code point.

use super::ground::{AT, Ground, deliver};
use super::sending::{LATER, accepted};
use crate::support::meta;
use app::conversations::preview_of;
use app::ids::ClientId;
use app::paging::PageRequest;
use app::workflow::ListFilter;
use pilot_inbox::provider::cloud_api::parse;
use pilot_inbox::store::Outgoing;
use serde_json::{Value, json};

/// What people write, and what only a test writes.
fn texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        // Composed and decomposed, and what a normalisation would join.
        "café",
        "cafe\u{301}",
        "\u{fb01}n \u{212b} \u{2126}",
        "한글 \u{1112}\u{1161}\u{11ab}",
        "İstanbul ISTANBUL ıi ß ẞ ǅ",
        // Families, skin, flags, a flag of tags, a heart with and without its colour.
        "👩\u{200d}👩\u{200d}👧\u{200d}👦 👍🏽 🇧🇷🇩🇪",
        "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f} ❤ ❤\u{fe0f}",
        // From right to left, with marks that are not seen.
        "שלום עולם",
        "مرحبا \u{200f}123\u{200e} بالعالم",
        "\u{202e}abc\u{202c} \u{2067}x\u{2069}",
        "\u{feff}mark\u{fffe}\u{ffff}\u{10ffff}",
        // What means something to one layer or another.
        "'; DROP TABLE messages; --",
        "\\ \\\\ \\u0000 \\x00 \" ' ` $1 ?1 :a %s %_ {} [1,2]",
        "{\"a\":null}",
        "null",
        "\\N",
        "line\nline\r\nline\ttab",
        "  two spaces around  ",
    ]
    .map(str::to_owned)
    .into();
    // Every control character but NUL.
    texts.push(('\u{1}'..'\u{20}').chain('\u{7f}'..='\u{9f}').collect());
    texts.push("😀".repeat(4_096));
    texts.push("é".repeat(65_536));
    texts
}

/// A text from somebody of this name.
fn from(phone: &str, name: &str, message: Value) -> Value {
    let profile = json!({"name": name, "username": name});
    meta::delivery(
        "100",
        json!({"contacts": [{"wa_id": phone, "profile": profile}], "messages": [message]}),
    )
}

pub async fn texts_stay_as_they_are(ground: &Ground) {
    let scope = ground.all().await;
    for (index, text) in texts().iter().enumerate() {
        let phone = format!("55{index}");
        let message = meta::text(&format!("wamid.{index}"), &phone, AT, text);
        ground.take(&from(&phone, text, message)).await;
        let conversation = ground.with(&scope, &phone).await.id;
        let id = ClientId::parse(format!("c-{index}")).unwrap();
        let sent = ground
            .store
            .send_message(&scope, &conversation, &id, Outgoing::text(text));
        assert_eq!(sent.await.unwrap().text.as_ref(), Some(text));
        // Slower than the pace of a number.
        let now = LATER + i64::try_from(index).unwrap() * 1_000;
        let claims = ground.store.claim_outbox(now, now, 1).await.unwrap();
        let claimed = &claims[0];
        assert_eq!(claimed.text, *text);
        let outcome = accepted(&format!("wamid.out{index}"));
        ground.store.settle(claimed, outcome).await.unwrap();
    }
    let log = ground.log(&scope, 0).await;
    let ground = ground.reopened().await;
    for (index, text) in texts().iter().enumerate() {
        let conversation = ground.with(&scope, &format!("55{index}")).await;
        for name in [&conversation.contact.name, &conversation.contact.username] {
            assert_eq!(name.as_ref(), Some(text));
        }
        let thread = ground.thread(&scope, &conversation.id).await;
        assert_eq!(thread.len(), 2);
        for message in &thread {
            assert_eq!(message.text.as_ref(), Some(text));
        }
        assert_eq!(conversation.preview.unwrap(), preview_of(&thread[1]));
        for event in &log[index * 2..index * 2 + 2] {
            assert_eq!(event["event"]["message"]["text"], json!(text));
            assert_eq!(
                event["event"]["conversation"]["contact"]["name"],
                json!(text)
            );
        }
    }
}

pub async fn nul_is_shown_to_be_missing(ground: &Ground) {
    let scope = ground.all().await;
    let mut message = meta::text("wamid.1", "5511", AT, "a\0b");
    message["deep"] = json!({"with\0nul": ["\0"]});
    ground.take(&from("5511", "\0Ana\0", message)).await;
    let reaction = json!({"id": "wamid.2", "from": "5511", "timestamp": AT + 1, "type": "reac\0tion",
        "reac\u{fffd}tion": {"caption": "x\0"}});
    ground.take(&meta::messages("100", &[reaction])).await;
    let conversation = ground.with(&scope, "5511").await;
    let contact = &conversation.contact;
    for name in [&contact.name, &contact.username] {
        assert_eq!(name.as_deref(), Some("\u{fffd}Ana\u{fffd}"));
    }
    let thread = ground.thread(&scope, &conversation.id).await;
    assert_eq!(thread[0].text.as_deref(), Some("a\u{fffd}b"));
    assert_eq!(thread[1].kind, "reac\u{fffd}tion");
    let raw = "SELECT raw FROM messages WHERE provider_id = 'wamid.1'";
    let kept = ground.place.look().await.texts(raw).await;
    let kept: Value = serde_json::from_str(&kept[0]).unwrap();
    assert_eq!(kept["text"]["body"], "a\0b", "kept as it came, escaped");
    assert_eq!(kept["deep"], json!({"with\0nul": ["\0"]}));
}

pub async fn half_a_character_is_shown_to_be_missing(ground: &Ground) {
    let scope = ground.all().await;
    let whole = from(
        "5511",
        "Ana CUT",
        meta::text("wamid.1", "5511", AT, "CUT b"),
    );
    let body = whole.to_string().replace("CUT", r"\ud83d");
    let parsed = parse(body.as_bytes()).unwrap();
    ground.store.ingest(parsed.changes).await.unwrap();
    let conversation = ground.with(&scope, "5511").await;
    assert_eq!(conversation.contact.name.as_deref(), Some("Ana \u{fffd}"));
    let thread = ground.thread(&scope, &conversation.id).await;
    assert_eq!(thread[0].text.as_deref(), Some("\u{fffd} b"));
}

pub async fn what_differs_in_a_byte_is_another(ground: &Ground) {
    let scope = ground.all().await;
    let ids = [
        "wamid.A",
        "wamid.a",
        "wamid.\u{e9}",
        "wamid.e\u{301}",
        "wamid.a ",
        " wamid.a",
        "wamid.a\t",
        "wamid.ﬁ",
        "wamid.fi",
        "wamid.-",
        "wamid._",
    ];
    for (index, id) in ids.into_iter().enumerate() {
        let message = meta::text(id, "5511", AT, &index.to_string());
        let delivery = meta::messages("100", &[message]);
        assert_eq!(ground.take(&delivery).await.messages, 1, "{id:?}");
        assert_eq!(ground.take(&delivery).await.duplicates, 1, "{id:?}");
    }
    let first = ground.with(&scope, "5511").await.id;
    assert_eq!(ground.thread(&scope, &first).await.len(), ids.len());
    for (index, user) in ["BR.a", "BR.A", "BR.a\u{e9}", "BR.ae\u{301}"]
        .into_iter()
        .enumerate()
    {
        let message = meta::text_by_user(&format!("wamid.u{index}"), user, AT + 1, "hello");
        ground.take(&meta::messages("100", &[message])).await;
    }
    assert_eq!(ground.list(&scope).await.len(), 5, "four more people");
    for id in ["c-a", "c-A", "c_a"] {
        let id = ClientId::parse(id).unwrap();
        let sent = ground
            .store
            .send_message(&scope, &first, &id, Outgoing::text("x"));
        assert_eq!(sent.await.unwrap().client_id, Some(id));
    }
    assert_eq!(ground.thread(&scope, &first).await.len(), ids.len() + 3);
    // A status is about its message and no other.
    let report = meta::status("wamid.E\u{301}", "read", AT);
    let held = ground.take(&meta::statuses("100", &[report])).await;
    assert_eq!((held.held, held.statuses), (1, 0));
}

pub async fn places_in_a_list_are_ordered_by_bytes(ground: &Ground) {
    let scope = ground.all().await;
    for n in 0..8 {
        let (id, phone) = (format!("wamid.{n}"), format!("55{n}"));
        ground
            .take(&meta::one_text("100", &id, &phone, AT, "at once"))
            .await;
        ground
            .take(&meta::one_text("101", &format!("{id}x"), "77", AT, "x"))
            .await;
    }
    let list = async |page: PageRequest| {
        let page = ground
            .store
            .list_conversations(&scope, &ListFilter::default(), &page)
            .await
            .unwrap();
        page.items
            .into_iter()
            .map(|c| c.id.to_string())
            .collect::<Vec<_>>()
    };
    let thread_of = ground.with(&scope, "77").await.id;
    let thread = async |page: PageRequest| {
        let page = ground
            .store
            .list_messages(&scope, &thread_of, &page)
            .await
            .unwrap();
        page.items
            .into_iter()
            .map(|m| m.id.to_string())
            .collect::<Vec<_>>()
    };
    let (all, messages) = (
        list(PageRequest::first()).await,
        thread(PageRequest::first()).await,
    );
    assert_eq!((all.len(), messages.len()), (9, 8));
    assert!(all.is_sorted_by(|a, b| a > b) && messages.is_sorted());
    // Cursors of nothing that is there. A capital letter stands before a small one, and `_` between.
    for edge in [
        &all[4],
        &all[4].to_lowercase(),
        "conv_",
        "conv_~",
        "CONV_",
        "",
        "~",
        "conv-",
    ] {
        let at = AT * 1000;
        let (older, newer): (Vec<_>, Vec<_>) = all
            .iter()
            .map(String::as_str)
            .filter(|id| *id != edge)
            .partition(|id| *id < edge);
        let cursor = format!("{at}.{edge}");
        assert_eq!(
            list(PageRequest::older(cursor.as_str())).await,
            older,
            "{edge}"
        );
        assert_eq!(list(PageRequest::newer(cursor)).await, newer, "{edge}");
    }
    for edge in [
        &messages[4],
        &messages[4].to_lowercase(),
        "msg_",
        "msg_~",
        "MSG_",
        "",
        "~",
    ] {
        let (older, newer): (Vec<_>, Vec<_>) = messages
            .iter()
            .map(String::as_str)
            .filter(|id| *id != edge)
            .partition(|id| *id < edge);
        let cursor = format!("{AT}.{edge}");
        assert_eq!(
            thread(PageRequest::older(cursor.as_str())).await,
            older,
            "{edge}"
        );
        assert_eq!(thread(PageRequest::newer(cursor)).await, newer, "{edge}");
    }
}

pub async fn names_of_administrators_stay_as_they_are(ground: &Ground) {
    let server = ground.beside().await;
    for text in texts() {
        let tenant = server.store.create_tenant(&text).await.unwrap();
        let (mut key, _) = super::ground::new_key(&tenant, None);
        key.label.name.clone_from(&text);
        ground.store.create_api_key(key).await.unwrap();
        let keys = ground.store.api_keys(&tenant).await.unwrap();
        assert_eq!(keys[0].label.name, text);
        let tenants = ground.store.tenants().await.unwrap();
        assert_eq!(tenants.last().unwrap().name, text, "the newest is the last");
    }
    deliver(
        &*server.store,
        &meta::one_text("100", "wamid.1", "5511", AT, "x"),
    )
    .await;
}
