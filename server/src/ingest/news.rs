//! What is new of a message in the log. An event there is the state after a change, which does for a screen; whoever is told of what
//! happened has to know what did.

use app::conversations::Conversation;
use app::live::LiveEvent;
use app::messages::{DeliveryStatus, Failure, Message};
use app::numbers::Number;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// Why a message is in the log, where somebody outside is told of it. It stands beside the event, and browsers pass it over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum News {
    /// It came, or was written on the phone.
    Message,
    /// WhatsApp has said how far it got, or it did not go out.
    Status,
}

impl News {
    /// Of a message that was at the first and is at the second now. That a voice note was listened to after it was read is no news.
    pub fn of_status(before: DeliveryStatus, after: DeliveryStatus) -> Option<Self> {
        let was_read = before == DeliveryStatus::Read && after == DeliveryStatus::Played;
        (before != after && after != DeliveryStatus::Queued && !was_read).then_some(Self::Status)
    }
}

/// An event of the log, with what is new.
#[derive(Serialize)]
struct Entry<'e> {
    #[serde(flatten)]
    event: &'e LiveEvent,
    #[serde(skip_serializing_if = "Option::is_none")]
    news: Option<News>,
}

/// What happened to a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NumberStep {
    /// It sends and receives, after it did not.
    Connected,
    /// It does not any more.
    Disconnected,
    /// It was taken away.
    Removed,
    /// It is there again.
    Restored,
}

/// Why a number is in the log. It stands beside the event, as [`News`] does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NumberNews {
    /// What happened.
    pub step: NumberStep,
    /// When, in milliseconds since the epoch.
    pub at: i64,
    /// Why, as a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The same as Meta's code, or one of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
}

impl NumberNews {
    /// It happened now.
    pub fn now(step: NumberStep) -> Self {
        Self {
            step,
            at: crate::clock::now_ms(),
            error: None,
            error_code: None,
        }
    }

    /// It does not send any more, because of this.
    pub fn refused(failure: &Failure) -> Self {
        Self {
            error: Some(failure.sentence.clone()),
            error_code: Some(failure.code.clone()),
            ..Self::now(NumberStep::Disconnected)
        }
    }
}

/// A number in the log, with what happened to it.
#[derive(Serialize)]
struct NumberEntry<'e> {
    #[serde(flatten)]
    event: &'e LiveEvent,
    #[serde(rename = "numberNews", skip_serializing_if = "Option::is_none")]
    news: Option<NumberNews>,
}

#[derive(Deserialize)]
struct NumberMark {
    #[serde(default, rename = "numberNews")]
    news: Option<NumberNews>,
}

#[derive(Deserialize)]
struct Mark {
    #[serde(default)]
    news: Option<News>,
}

/// A message, with its conversation, as it stands in the log.
pub fn encode_message(conversation: Conversation, message: Message, news: Option<News>) -> Bytes {
    let event = LiveEvent::Message {
        conversation: Box::new(conversation),
        message: Box::new(message),
    };
    let entry = Entry {
        event: &event,
        news,
    };
    // Serialising plain structs into memory cannot fail.
    serde_json::to_vec(&entry).unwrap_or_default().into()
}

/// Reads what an event of the log has new of a message. `None` where it has nothing, or is of a later build.
pub fn read_news(payload: &[u8]) -> Option<(News, Box<Conversation>, Box<Message>)> {
    let Mark { news } = serde_json::from_slice(payload).ok()?;
    let news = news?;
    match serde_json::from_slice(payload).ok()? {
        LiveEvent::Message {
            conversation,
            message,
        } => Some((news, conversation, message)),
        _ => None,
    }
}

/// A number, as it stands in the log.
pub fn encode_number(number: Number, news: Option<NumberNews>) -> Bytes {
    let event = LiveEvent::Number {
        number: Box::new(number),
    };
    let entry = NumberEntry {
        event: &event,
        news,
    };
    // Serialising plain structs into memory cannot fail.
    serde_json::to_vec(&entry).unwrap_or_default().into()
}

/// Reads what happened to a number. `None` where the event is about something else, or of a later build.
pub fn read_number_news(payload: &[u8]) -> Option<(NumberNews, Box<Number>)> {
    let NumberMark { news } = serde_json::from_slice(payload).ok()?;
    let news = news?;
    match serde_json::from_slice(payload).ok()? {
        LiveEvent::Number { number } => Some((news, number)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::conversations::Contact;
    use app::ids::{ContactId, ConversationId, MessageId, NumberId};
    use app::messages::Direction;

    #[test]
    fn what_happened_to_a_number_stands_beside_it() {
        let number = Number {
            id: NumberId::parse("wn_1").unwrap(),
            name: "Sales".into(),
            phone: "5511".into(),
            refusal: None,
        };
        let news = NumberNews {
            at: 7,
            ..NumberNews::now(NumberStep::Restored)
        };
        let payload = encode_number(number.clone(), Some(news.clone()));
        let event = LiveEvent::Number {
            number: Box::new(number.clone()),
        };
        let text = std::str::from_utf8(&payload).unwrap();
        assert_eq!(LiveEvent::read(text), event, "a browser passes it over");
        assert_eq!(
            read_number_news(&payload),
            Some((news, Box::new(number.clone())))
        );
        assert_eq!(read_news(&payload), None);
        assert_eq!(read_number_news(&encode_number(number, None)), None);
    }

    #[test]
    fn what_is_new_stands_beside_an_event_that_reads_as_before() {
        let contact = Contact {
            own_name: None,
            id: ContactId::parse("ct_1").unwrap(),
            name: None,
            phone: Some("+5511".into()),
            username: None,
            user_id: None,
        };
        let id = ConversationId::parse("conv_1").unwrap();
        let conversation = Conversation::new(id.clone(), NumberId::parse("wn_1").unwrap(), contact);
        let message = Message::bare(
            MessageId::parse("msg_1").unwrap(),
            id,
            Direction::Inbound,
            "text",
        );
        let event = LiveEvent::Message {
            conversation: Box::new(conversation.clone()),
            message: Box::new(message.clone()),
        };
        let plain = encode_message(conversation.clone(), message.clone(), None);
        assert_eq!(plain, crate::ingest::encode_event(&event));
        assert_eq!(read_news(&plain), None);
        let marked = encode_message(conversation.clone(), message.clone(), Some(News::Message));
        let text = std::str::from_utf8(&marked).unwrap();
        assert!(text.ends_with(r#","news":"message"}"#), "{text}");
        assert_eq!(LiveEvent::read(text), event, "a browser passes it over");
        assert_eq!(
            read_news(&marked),
            Some((News::Message, Box::new(conversation), Box::new(message)))
        );
        let later = text.replace(r#""news":"message""#, r#""news":"poll""#);
        assert_eq!(read_news(later.as_bytes()), None);
    }

    #[test]
    fn only_steps_are_news() {
        use DeliveryStatus as S;
        for (before, after, is_news) in [
            (S::Queued, S::Queued, false),
            (S::Queued, S::Sent, true),
            (S::Sent, S::Failed, true),
            (S::Sent, S::Played, true),
            (S::Read, S::Played, false),
            (S::Failed, S::Queued, false),
        ] {
            assert_eq!(News::of_status(before, after).is_some(), is_news);
        }
    }
}
