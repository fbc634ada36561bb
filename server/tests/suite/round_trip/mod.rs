//! From a phone to the inbox, and with an answer back to the phone: every type that comes in and every type that goes out, over HTTP
//! all the way (the simulator's, the webhook, the server functions, the signed addresses of files, Graph).

mod album;
mod inbound;
mod outbound;
mod world;

use crate::conformance::assert_has;
use crate::support::{eventually, recently};
use app::messages::{Content, DraftContent};
use inbound::{Inbound, On};
use outbound::{FILE, Outbound, TOKEN, covered, naming};
use pilot_inbox::provider::cloud_api::INBOUND_KINDS;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::LazyLock;
use world::{World, text};

/// When the customers write their first text, in seconds.
static WROTE: LazyLock<i64> = LazyLock::new(recently);

#[tokio::test]
async fn every_type_comes_in_and_every_type_answers_it() {
    let world = World::open().await;
    world.write("351912020000", &json!({"text": "Hello"})).await;
    world.templates().await;
    let answers = outbound::rows();
    let count = inbound::rows("wamid.x", "1").len();
    assert!(count >= answers.len(), "each answer has its turn");
    for index in 0..count {
        let phone = format!("3519120100{index:02}");
        let first = json!({"name": "Ana", "text": "Hello", "timestamp": *WROTE});
        let first = world.write(&phone, &first).await;
        let row = inbound::rows(&first, &phone).swap_remove(index);
        let answer = &answers[index % answers.len()];
        println!("{} answered by {}", row.name, answer.name);
        let came = come_in(&world, &phone, &first, &row).await;
        let customer = row.moves_to.unwrap_or(&phone);
        answer_it(&world, customer, &came, answer).await;
        react_to_it(&world, customer, &came).await;
    }
}

/// A message in the inbox that came from a phone.
struct Came {
    conversation: Value,
    /// Ours.
    message: Value,
    /// WhatsApp's id of it.
    wamid: String,
    is_there: bool,
}

/// The customer does it, the inbox shows it, and its file is the customer's to the byte.
async fn come_in(world: &World, phone: &str, first: &str, row: &Inbound) -> Came {
    let conversation = world.conversation(phone).await["id"].clone();
    let mut wamid = first.to_owned();
    for (writes, shows) in &row.steps {
        let mut writes = writes.clone();
        if writes["timestamp"].is_null() {
            writes["timestamp"] = (*WROTE + 10).into();
        }
        let id = world.write(phone, &writes).await;
        let thread = world.thread(&conversation).await;
        let (place, name) = match row.on {
            On::Itself => (1, id),
            On::TheFirst => (0, first.to_owned()),
        };
        wamid = name;
        assert_eq!(thread.len(), place + 1, "{}: {thread:?}", row.name);
        let message = &thread[place];
        let mut all =
            json!({"direction": "INBOUND", "status": "DELIVERED", "conversationId": conversation});
        if row.on == On::Itself {
            all["sentAt"] = (writes["timestamp"].as_i64().unwrap() * 1000).into();
        }
        for (field, value) in shows.as_object().unwrap() {
            all[field] = value.clone();
        }
        assert_has(message, &all, row.name);
    }
    let message = world.thread(&conversation).await.pop().unwrap();
    if let Some(file) = row.file {
        let (here, there) = (
            world.file(&conversation, &message["id"]).await,
            world.whatsapp_file(file).await,
        );
        assert_eq!(here, there, "{}: the same bytes at both ends", row.name);
    } else {
        assert!(message["content"]["media"].is_null(), "{message}");
    }
    Came {
        conversation,
        is_there: message["revokedAt"].is_null(),
        message: message["id"].clone(),
        wamid,
    }
}

/// The operator answers it, quoting it; the phone gets it with the operator's bytes, and its ticks come back.
async fn answer_it(world: &World, customer: &str, came: &Came, answer: &Outbound) {
    let mut content = answer.content.clone();
    let mut bytes = None;
    if let Some(file) = answer.file {
        let uploaded = world.whatsapp_file(file.bytes_of).await;
        let (kind, name) = (file.kind.name(), file.name);
        let id = world
            .upload(&came.conversation, kind, file.mime, name, uploaded.clone())
            .await;
        content = naming(content, &id);
        bytes = Some(uploaded);
    }
    let draft = json!({"content": content, "quoted": came.message});
    let body = json!({"conversation_id": came.conversation, "client_id": format!("c-{customer}"), "draft": draft});
    let ours = world.ask("/api/messages/send_draft", &body).await;
    let sent = eventually("the answer to arrive at WhatsApp", || async {
        world.sent(customer).await.into_iter().next()
    })
    .await;
    let (kind, object) = &answer.sent;
    assert_eq!(
        (&sent["type"], &sent["body"]["to"]),
        (&json!(kind), &json!(format!("+{customer}"))),
        "{}",
        answer.name
    );
    assert_eq!(
        sent["body"]["context"],
        json!({"message_id": came.wamid}),
        "{}",
        answer.name
    );
    let got = &sent["body"][*kind];
    match bytes {
        None => {
            let token = text(&ours["id"]).replacen("msg_", "flow_", 1);
            let object = object.to_string().replace(TOKEN, &token);
            let object: Value = serde_json::from_str(&object).unwrap();
            assert_eq!(got, &object, "{}", answer.name);
        }
        Some(bytes) => {
            let id = provider_file(got).expect("it names a file").clone();
            assert_eq!(*got, naming(object.clone(), &id), "{}", answer.name);
            let there = world.whatsapp_file(text(&id)).await;
            assert_eq!(there, bytes, "{}: the same bytes at both ends", answer.name);
            let facts = world.whatsapp_facts(text(&id)).await;
            assert_eq!(facts["phoneNumberId"], world.number.as_str());
            let mime = answer.file.unwrap().mime.split(';').next().unwrap();
            assert!(text(&facts["mimeType"]).starts_with(mime), "{facts}");
            let shown = world.file(&came.conversation, &ours["id"]).await;
            assert_eq!(shown, bytes, "the operator sees what was uploaded");
        }
    }
    let bubble = world.bubble(customer, &sent["id"]).await;
    assert_has(
        &bubble,
        &json!({"fromCustomer": false, "type": kind, "replyTo": came.wamid}),
        answer.name,
    );
    let became = |status| world.becomes(&came.conversation, &ours["id"], status);
    became("DELIVERED").await;
    world.read(customer).await;
    became("READ").await;
    if got["voice"] == true {
        world.report(&sent, "played").await;
        became("PLAYED").await;
    }
    let ours = world.message(&came.conversation, &ours["id"]).await;
    assert_eq!(ours["quote"]["messageId"], came.message, "{ours}");
    assert_eq!(world.sent(customer).await.len(), 1, "once");
}

/// The operator puts a sign on it, and takes it away; on what is not there any more WhatsApp takes none.
async fn react_to_it(world: &World, customer: &str, came: &Came) {
    if !came.is_there {
        let body = json!({"message_id": came.message, "emoji": "🙏"});
        let code = world.ask_in_vain("/api/messages/react", &body).await;
        assert_eq!(code, "DRAFT_INVALID");
        return;
    }
    for (count, emoji) in [(2, "🙏"), (3, "")] {
        let body = json!({"message_id": came.message, "emoji": emoji});
        world.ask("/api/messages/react", &body).await;
        let sent = eventually("the reaction to arrive", || async {
            let sent = world.sent(customer).await;
            (sent.len() == count).then(|| sent[count - 1].clone())
        })
        .await;
        assert_eq!(
            sent["body"]["reaction"],
            json!({"message_id": came.wamid, "emoji": emoji})
        );
        let message = world.message(&came.conversation, &came.message).await;
        let ours: Vec<&Value> = match &message["reactions"] {
            Value::Array(all) => all.iter().filter(|r| r["by"] == "BUSINESS").collect(),
            _ => Vec::new(),
        };
        let shown: Vec<&Value> = ours.iter().map(|reaction| &reaction["emoji"]).collect();
        let expected: Vec<Value> = (!emoji.is_empty())
            .then(|| json!(emoji))
            .into_iter()
            .collect();
        assert!(shown.into_iter().eq(&expected), "{message}");
    }
}

/// WhatsApp's id of the file that an object names, wherever it stands.
fn provider_file(object: &Value) -> Option<&Value> {
    let header = &object["components"][0]["parameters"][0];
    [&object["id"], &header["image"]["id"]]
        .into_iter()
        .find(|id| id.is_string())
}

#[test]
fn every_type_that_comes_in_has_a_row() {
    let rows = inbound::rows("wamid.x", "1");
    let kinds: BTreeSet<&str> = rows
        .iter()
        .flat_map(|row| &row.steps)
        .map(|(writes, _)| writes["type"].as_str().unwrap_or("text"))
        .collect();
    assert_eq!(kinds, BTreeSet::from(INBOUND_KINDS));
    // Every part that a message can have, by name: a new one does not compile here before it stands in the list below.
    let mut seen = BTreeSet::new();
    let shown = rows.iter().flat_map(|row| &row.steps);
    for content in shown.filter_map(|(_, shows)| shows["content"].as_object()) {
        seen.extend(content.keys().map(String::as_str));
    }
    let Content {
        media: _,
        location: _,
        cards: _,
        order: _,
        reply: _,
        // These two only go out.
        interactive: _,
        template: _,
        system: _,
        unsupported: _,
        referral: _,
        product: _,
        // WhatsApp knows nothing of these.
        activity: _,
        note: _,
        redacted: _,
    } = Content::default();
    let parts = [
        "media",
        "location",
        "cards",
        "order",
        "reply",
        "system",
        "unsupported",
        "referral",
        "product",
    ];
    assert_eq!(seen, BTreeSet::from(parts));
}

#[test]
fn every_type_that_goes_out_has_a_row() {
    let rows = outbound::rows();
    let seen: BTreeSet<&str> = rows
        .iter()
        .map(|row| {
            let content = naming(row.content.clone(), &json!("med_1"));
            let content: DraftContent = serde_json::from_value(content).unwrap();
            covered(&content, row.file.map(|file| file.kind))
        })
        .collect();
    assert_eq!(seen, BTreeSet::from(outbound::ALL));
    assert!(rows.iter().all(|row| {
        let names_a_file = row.content.to_string().contains(&format!("\"{FILE}\""));
        names_a_file == row.file.is_some()
    }));
}
