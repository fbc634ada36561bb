//! What customers do: texts, pictures, signs and edits, in blocks of ten by one person.

use super::House;
use crate::processes::{Caller, Inbound, texts};
use serde_json::{Value, json};

/// Customers.
pub const PEOPLE: usize = 12;
const SIGN: &str = "👍";
/// What an edit adds to a text.
const EDITED: &str = " (edited)";

/// Digits of a customer's phone.
pub fn phone(person: usize) -> String {
    format!("551190000{person}")
}

/// A customer's first message.
pub async fn greet(caller: &Caller, server: &str, person: usize) {
    let hello = Inbound {
        text: &format!("hello-{person}"),
        from: &phone(person),
    };
    let answer = caller.deliver(server, hello).await;
    assert!(answer.is_some_and(|answer| answer.is_good()));
}

/// What a name stands for, by its number.
enum Kind {
    Text,
    Picture,
    /// A sign on an earlier one.
    Sign(String),
    /// An edit of an earlier one.
    Edit(String),
}

fn number(name: &str) -> usize {
    name.rsplit('-').next().unwrap().parse().unwrap()
}

fn kind(name: &str) -> Kind {
    let number = number(name);
    match number % 10 {
        2 | 4 | 7 => Kind::Picture,
        5 => Kind::Sign(format!("in-{}", number - 1)),
        9 => Kind::Edit(format!("in-{}", number - 3)),
        _ => Kind::Text,
    }
}

/// Delivers it; tells whether it was taken.
pub async fn deliver(house: &House, name: &str) -> bool {
    let content = match kind(name) {
        Kind::Text => json!({"type": "text", "text": {"body": name}}),
        Kind::Picture => {
            json!({"type": "image", "image": {"id": name, "mime_type": "image/png", "caption": name}})
        }
        Kind::Sign(on) => {
            json!({"type": "reaction", "reaction": {"message_id": format!("wamid.{on}"), "emoji": SIGN}})
        }
        Kind::Edit(of) => {
            json!({"type": "edit", "edit": {"original_message_id": format!("wamid.{of}"),
            "message": {"type": "text", "text": {"body": format!("{of}{EDITED}")}}}})
        }
    };
    let message = Inbound {
        text: name,
        from: &phone(number(name) / 10 % PEOPLE),
    };
    let answer = house
        .caller
        .deliver_any(&house.server.url, message, content)
        .await;
    answer.is_some_and(|answer| answer.is_good())
}

/// All that was delivered is there once, with its signs and its edits. Returns how many deliveries were taken.
pub fn assert_once(house: &House, thread: &[Value]) -> usize {
    let inbound: Vec<&Value> = thread
        .iter()
        .filter(|message| message["direction"] == "INBOUND")
        .collect();
    for (text, count) in texts(inbound.iter().copied()) {
        assert_eq!(count, 1, "{text} is there {count} times");
    }
    let find = |text: &str| inbound.iter().find(|message| message["text"] == text);
    let taken = house.inbound.acknowledged();
    let edited = |name: &str| {
        taken
            .iter()
            .any(|edit| matches!(kind(edit), Kind::Edit(of) if of == name))
    };
    let mut messages = PEOPLE;
    for name in &taken {
        match kind(name) {
            Kind::Text | Kind::Picture => {
                messages += 1;
                let shown = if edited(name) {
                    format!("{name}{EDITED}")
                } else {
                    name.clone()
                };
                assert!(
                    find(&shown).is_some(),
                    "{shown} was acknowledged, and is lost"
                );
            }
            Kind::Sign(on) if taken.contains(&on) => {
                let signs = &find(&on).expect("it is there")["reactions"];
                assert_eq!(signs[0]["emoji"], SIGN, "on {on}: {signs}");
                assert_eq!(signs.as_array().unwrap().len(), 1, "on {on}: {signs}");
            }
            Kind::Sign(_) | Kind::Edit(_) => {}
        }
    }
    assert_eq!(inbound.len(), messages, "nothing else is there");
    taken.len()
}
