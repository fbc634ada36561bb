//! What stands in the inbox when the demonstration opens: the past weeks of a small lamp maker.
//!
//! The conversations are played as the webhooks they would have caused, signed and over HTTP, so
//! nothing reaches the store in any other way than it does in production.

mod talks;

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::simulator::{Customer, HistoryError, PastMessage, PastStatus, Simulator, derived_wamid};

/// One conversation.
struct Talk {
    who: Who,
    lines: &'static [Line],
}

/// The customer.
enum Who {
    /// Name and phone.
    Phone(&'static str, &'static str),
    /// Name, business-scoped user id and username of someone who shows no phone.
    Hidden(&'static str, &'static str, &'static str),
}

/// One message, so many minutes ago.
struct Line {
    ago: i64,
    side: Side,
    content: Content,
}

/// Who wrote it, and how far it came if we did.
enum Side {
    Them,
    Us(Fate),
}

/// The last status of a message of ours.
#[derive(Clone, Copy)]
enum Fate {
    Sent,
    Delivered,
    Read,
    /// With Meta's error code.
    Failed(i64),
}

enum Content {
    Text(&'static str),
    Image(&'static str),
    Voice,
    Sticker,
    /// File name, caption.
    Document(&'static str, &'static str),
    /// Latitude, longitude, name, address.
    Location(f64, f64, &'static str, &'static str),
    /// Name, phone.
    Card(&'static str, &'static str),
    /// Emoji, and which line of the conversation it is on.
    Reaction(&'static str, usize),
}

/// Plays all conversations to the simulator's webhook endpoint, as of now, and shows them on the
/// customers' phones. Ids are derived from the content: playing again changes nothing.
///
/// Answers how many messages there are.
pub async fn seed(simulator: &Simulator, phone_number_id: &str) -> Result<usize, HistoryError> {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |passed| i64::try_from(passed.as_secs()).unwrap_or(0));
    let history = history(phone_number_id, now);
    simulator.play_history(phone_number_id, &history).await?;
    Ok(history.len())
}

fn history(phone_number_id: &str, now: i64) -> Vec<PastMessage> {
    let mut all = Vec::new();
    for talk in talks::TALKS {
        let customer = talk.who.customer();
        for index in 0..talk.lines.len() {
            all.push(talk.message(index, &customer, phone_number_id, now));
        }
    }
    all
}

impl Who {
    fn customer(&self) -> Customer {
        match self {
            Self::Phone(name, phone) => Customer::of_phone(name, phone),
            Self::Hidden(name, user_id, username) => {
                Customer::without_phone(name, user_id, username)
            }
        }
    }
}

impl Talk {
    fn message(
        &self,
        index: usize,
        customer: &Customer,
        phone_number_id: &str,
        now: i64,
    ) -> PastMessage {
        let line = &self.lines[index];
        let at = now - line.ago * 60;
        let (kind, object) = self.content(index, customer, phone_number_id);
        PastMessage {
            customer: customer.clone(),
            from_customer: matches!(line.side, Side::Them),
            id: self.wamid(index, customer, phone_number_id),
            at,
            kind: kind.to_owned(),
            object,
            statuses: match line.side {
                Side::Them => Vec::new(),
                Side::Us(fate) => statuses(fate, at, now),
            },
        }
    }

    fn wamid(&self, index: usize, customer: &Customer, phone_number_id: &str) -> String {
        let address = customer
            .phone
            .as_deref()
            .or(customer.user_id.as_deref())
            .unwrap_or_default();
        let from_customer = matches!(self.lines[index].side, Side::Them);
        derived_wamid(
            address,
            from_customer,
            &format!("demo {phone_number_id} {address} {index}"),
        )
    }

    /// Meta's type and the object under its key.
    fn content(
        &self,
        index: usize,
        customer: &Customer,
        phone_number_id: &str,
    ) -> (&'static str, Value) {
        let media = |mime_type: &str, more: Value| {
            let mut object = json!({
                "id": format!("90{index:04}"),
                "mime_type": mime_type,
                "sha256": "3q2+7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            });
            if let (Some(object), Value::Object(more)) = (object.as_object_mut(), more) {
                object.extend(more);
            }
            object
        };
        match &self.lines[index].content {
            Content::Text(body) => ("text", json!({"body": body})),
            Content::Image("") => ("image", media("image/jpeg", json!({}))),
            Content::Image(caption) => ("image", media("image/jpeg", json!({"caption": caption}))),
            Content::Voice => (
                "audio",
                media("audio/ogg; codecs=opus", json!({"voice": true})),
            ),
            Content::Sticker => ("sticker", media("image/webp", json!({"animated": false}))),
            Content::Document(filename, caption) => (
                "document",
                media(
                    "application/pdf",
                    json!({"filename": filename, "caption": caption}),
                ),
            ),
            Content::Location(latitude, longitude, name, address) => (
                "location",
                json!({"latitude": latitude, "longitude": longitude, "name": name, "address": address}),
            ),
            Content::Card(name, phone) => (
                "contacts",
                json!([{
                    "name": {"formatted_name": name, "first_name": name},
                    "phones": [{"phone": format!("+{phone}"), "wa_id": phone, "type": "CELL"}],
                }]),
            ),
            Content::Reaction(emoji, target) => (
                "reaction",
                json!({"message_id": self.wamid(*target, customer, phone_number_id), "emoji": emoji}),
            ),
        }
    }
}

/// What led to this fate, within a minute of the message and never in the future.
fn statuses(fate: Fate, at: i64, now: i64) -> Vec<PastStatus> {
    let status = |status, after: i64| PastStatus {
        status,
        at: (at + after).min(now),
        code: None,
    };
    match fate {
        Fate::Sent => vec![status("sent", 1)],
        Fate::Delivered => vec![status("sent", 1), status("delivered", 3)],
        Fate::Read => vec![
            status("sent", 1),
            status("delivered", 2),
            status("read", 40),
        ],
        Fate::Failed(code) => vec![PastStatus {
            code: Some(code),
            ..status("failed", 2)
        }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_talks_are_varied_and_told_in_order() {
        let history = history("106", 1_800_000_000);
        let ids: HashSet<_> = history.iter().map(|message| &message.id).collect();
        assert_eq!(ids.len(), history.len(), "ids are unique");
        assert!(history.iter().all(|message| message.at <= 1_800_000_000));
        assert!(talks::TALKS.len() >= 24);
        for talk in talks::TALKS {
            assert!(
                talk.lines.windows(2).all(|pair| pair[0].ago >= pair[1].ago),
                "{}",
                talk.lines[0].ago
            );
        }
        for kind in [
            "text", "image", "audio", "document", "location", "reaction", "contacts", "sticker",
        ] {
            assert!(
                history.iter().any(|message| message.kind == kind),
                "no {kind}"
            );
        }
        for status in ["sent", "delivered", "read", "failed"] {
            assert!(
                history
                    .iter()
                    .any(|m| m.statuses.last().is_some_and(|s| s.status == status)),
                "no {status}"
            );
        }
        assert!(
            history
                .iter()
                .any(|message| message.customer.phone.is_none())
        );
        let waiting = talks::TALKS.iter().filter(|talk| {
            talk.lines
                .last()
                .is_some_and(|line| matches!(line.side, Side::Them))
        });
        assert!(
            (3..=10).contains(&waiting.count()),
            "a few wait for an answer"
        );
    }

    #[test]
    fn reactions_are_on_messages_of_the_other_side() {
        for talk in talks::TALKS {
            for line in talk.lines {
                if let Content::Reaction(_, target) = line.content {
                    let same = matches!(talk.lines[target].side, Side::Them)
                        == matches!(line.side, Side::Them);
                    assert!(!same, "a reaction to an own message at {}", line.ago);
                }
            }
        }
    }
}
