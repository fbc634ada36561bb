//! What must hold of all that a receiver heard and kept.

use super::receiver::{Note, Step};
use super::{WEBHOOKS, is_reply, text};
use crate::processes::phone;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The events that were kept, each once: which webhook, and the event's id.
pub fn kept(notes: &[Note]) -> BTreeSet<(usize, &str)> {
    let kept = notes.iter().filter(|note| note.step == Step::Kept);
    kept.map(|note| (note.webhook, &*note.id)).collect()
}

/// Every message of each person was told to every webhook, rightly signed, in order, and under one id; nothing else was. `taken` is how
/// many messages of each person there are. Returns how many requests were repetitions.
pub fn assert_told(notes: &[Note], taken: &[usize]) -> usize {
    let refused: Vec<&Note> = notes.iter().filter(|n| n.step == Step::Refused).collect();
    assert!(refused.is_empty(), "signed wrongly: {refused:?}");
    let mut bodies = BTreeMap::new();
    let mut names = BTreeMap::new();
    let mut last = BTreeMap::new();
    let mut heard = 0;
    for note in notes.iter().filter(|note| note.step == Step::Heard) {
        heard += 1;
        let told = Told::of(note);
        // Every try, of every webhook, before and after any kill.
        let same = bodies.entry(&*note.id).or_insert(&*note.body);
        assert_eq!(**same, note.body, "{} changes", note.id);
        let id = names.entry(told.text()).or_insert(&*note.id);
        assert_eq!(*id, note.id, "{} has two ids", told.text());
        let before = last.insert((note.webhook, told.person), told.number);
        let in_order = match before {
            None => told.number == 0,
            Some(before) => told.number == before || told.number == before + 1,
        };
        assert!(
            in_order,
            "webhook {} is told {} after number {before:?}",
            note.webhook,
            told.text()
        );
    }
    let kept = kept(notes);
    for webhook in 0..WEBHOOKS {
        for (person, taken) in taken.iter().enumerate() {
            for number in 0..*taken {
                let name = text(person, number);
                let id = names.get(&name);
                let is_kept = id.is_some_and(|id| kept.contains(&(webhook, *id)));
                assert!(is_kept, "{name} is lost to webhook {webhook}");
            }
        }
    }
    let messages = taken.iter().sum::<usize>();
    assert_eq!(bodies.len(), messages, "an id for each event");
    assert_eq!(names.len(), messages, "nothing else is told");
    heard - kept.len()
}

/// What a request says.
struct Told {
    person: usize,
    number: usize,
}

impl Told {
    /// Fails the test where headers and body do not fit each other, or the message.
    fn of(note: &Note) -> Self {
        let body: Value = serde_json::from_str(&note.body).unwrap();
        let data = &body["data"];
        assert_eq!(body["id"], note.id);
        assert_eq!(body["event"], note.event);
        let content = data["content"].as_str().unwrap();
        let numbers: Vec<usize> = content
            .split('-')
            .filter_map(|part| part.parse().ok())
            .collect();
        let [person, number] = numbers[..] else {
            panic!("nobody wrote {content}");
        };
        let told = Self { person, number };
        assert_eq!(content, told.text());
        assert_eq!(data["from"], format!("+{}", phone(person)), "{body}");
        assert_eq!(data["messageId"], format!("wamid.{content}"), "{body}");
        let event = if is_reply(number) {
            let quoted = format!("wamid.{}", text(person, number - 1));
            assert_eq!(data["quotedMessageId"], quoted, "{body}");
            "message.reply"
        } else {
            "message.received"
        };
        assert_eq!(note.event, event, "{body}");
        told
    }

    fn text(&self) -> String {
        text(self.person, self.number)
    }
}
