//! What the operator does: texts, files, templates and signs, to one customer after the other.

use super::House;
use super::incoming::PEOPLE;
use crate::processes::{TEMPLATE, file_of, filled, texts, until};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const SIGNS: [&str; 3] = ["❤️", "😂", "🙏"];

/// What a name stands for, by its number.
enum Kind {
    Text,
    /// As what it is uploaded.
    File(&'static str, &'static str),
    Template,
    Sign,
}

fn number(name: &str) -> usize {
    name.rsplit('-').next().unwrap().parse().unwrap()
}

fn kind(name: &str) -> Kind {
    match number(name) % 16 {
        2 | 10 => Kind::File("image", "image/png"),
        6 => Kind::File("document", "application/pdf"),
        0 | 4 | 8 | 12 => Kind::Template,
        15 => Kind::Sign,
        _ => Kind::Text,
    }
}

/// Sends it; tells whether it was taken.
pub async fn send(house: &House, name: &str) -> bool {
    let (server, token) = (&*house.server.url, &*house.token());
    let person = number(name) % PEOPLE;
    let conversation = &*house.conversations[person];
    let answer = match kind(name) {
        Kind::Text => house.caller.send(server, token, conversation, name).await,
        Kind::Template => {
            let values = json!({"body": [{"name": "1", "text": name}]});
            let draft = json!({"content": {"type": "template", "name": TEMPLATE, "language": "en", "values": values}});
            house
                .caller
                .send_draft(server, token, conversation, name, &draft)
                .await
        }
        Kind::File(kind, mime) => {
            let Some(media) = uploaded(house, token, conversation, name, (kind, mime)).await else {
                return false;
            };
            let draft = json!({"content": {"type": "media", "media": media, "caption": name}});
            house
                .caller
                .send_draft(server, token, conversation, name, &draft)
                .await
        }
        Kind::Sign => {
            let sign = SIGNS[number(name) / 16 % SIGNS.len()];
            house
                .caller
                .react(server, token, &house.first[person], sign)
                .await
        }
    };
    answer.is_some_and(|answer| answer.is_good())
}

/// Our id of a file. One that was acknowledged before the server died is good after it.
async fn uploaded(
    house: &House,
    token: &str,
    conversation: &str,
    name: &str,
    what: (&str, &str),
) -> Option<String> {
    let known = house.uploads.lock().unwrap().get(name).cloned();
    if known.is_some() {
        return known;
    }
    let server = &house.server.url;
    let answer = house
        .caller
        .upload(server, token, conversation, what, file_of(name))
        .await?;
    let id = answer.body["id"]
        .as_str()
        .filter(|_| answer.is_good())?
        .to_owned();
    house
        .uploads
        .lock()
        .unwrap()
        .insert(name.to_owned(), id.clone());
    Some(id)
}

/// Waits until WhatsApp has the signs that the inbox shows.
pub async fn until_the_signs_agree(house: &House) {
    until(
        "WhatsApp has the signs that are shown",
        super::PATIENCE,
        async || {
            let taken = house.graph.signs();
            let mut shown = BTreeMap::new();
            for message in house.whole_thread().await {
                let ours = message["reactions"].as_array().into_iter().flatten();
                for sign in ours.filter(|sign| sign["by"] == "BUSINESS") {
                    let text = message["text"].as_str().unwrap();
                    shown.insert(
                        format!("wamid.{text}"),
                        sign["emoji"].as_str().unwrap().to_owned(),
                    );
                }
            }
            (!shown.is_empty() && shown == taken).then_some(())
        },
    )
    .await;
}

/// All that was queued is there once and went out once, with its own file. Returns how many messages.
pub fn assert_once(house: &House, thread: &[Value]) -> usize {
    let ours = thread
        .iter()
        .filter(|message| message["direction"] == "OUTBOUND");
    let stored = texts(ours);
    let sent = house.graph.sent();
    for text in stored.keys() {
        let (stored, sent) = (stored[text], sent.get(text).copied().unwrap_or(0));
        assert_eq!(
            (stored, sent),
            (1, 1),
            "{text}: so often stored, and so often gone out"
        );
    }
    assert!(
        sent.keys().all(|text| stored.contains_key(text)),
        "nothing went out that is not stored"
    );
    for name in house.outbound.acknowledged() {
        let text = match kind(&name) {
            Kind::Sign => continue,
            Kind::Template => filled(&name),
            Kind::Text | Kind::File(..) => name.clone(),
        };
        assert!(
            stored.contains_key(&text),
            "{text} was acknowledged, and is lost"
        );
    }
    for taken in house.graph.taken() {
        let is_file = taken.text.starts_with("out-") && matches!(kind(&taken.text), Kind::File(..));
        let expected = is_file.then(|| file_of(&taken.text));
        assert!(
            taken.file.map(Vec::from) == expected,
            "{} went out with another file",
            taken.text
        );
    }
    stored.len()
}
