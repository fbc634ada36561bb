//! What a receiver is told of an event of the log (Pilot Status, "Event reference", schema v3).

use crate::api::{correlation_of, error_code, message_type, was_cancelled};
use crate::clock::iso;
use crate::ingest::{News, NumberNews, NumberStep};
use crate::store::{MessageFacts, NewDelivery};
use app::conversations::Conversation;
use app::ids::{ConversationId, MessageId, NumberId};
use app::messages::{DeliveryStatus, Direction, Message};
use app::numbers::Number;
use serde_json::{Map, Value, json};

/// Stands for every event.
pub const ALL: &str = "*";

/// The events that a number has here. Others (groups, channels, health) are accepted and never come. Nor does `number.created`, whose name
/// is kept: a webhook belongs to one number, and there is none before its number.
pub const NAMES: [&str; 11] = [
    "message.sent",
    "message.delivered",
    "message.read",
    "message.failed",
    "message.received",
    "message.reply",
    "number.created",
    "number.connected",
    "number.disconnected",
    "number.removed",
    "number.restored",
];

/// Those of the wanted events that can come, each once; the others are left out without a word (Pilot Status).
pub fn kept(wanted: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for name in wanted {
        let is_known = name == ALL || NAMES.contains(&name.as_str());
        if is_known && !kept.contains(name) {
            kept.push(name.clone());
        }
    }
    kept
}

/// The name of what happened; `None` where nobody outside is told of it.
pub(crate) fn name_of(news: News, message: &Message) -> Option<&'static str> {
    match (news, message.direction) {
        (_, Direction::Internal) | (News::Status, Direction::Inbound) => None,
        (News::Message, Direction::Inbound) => match message.kind.as_str() {
            // What WhatsApp itself says: a number that changed, a call that nobody took.
            "system" => None,
            _ if message.quote.is_some() => Some("message.reply"),
            _ => Some("message.received"),
        },
        (_, Direction::Outbound) => match message.status {
            DeliveryStatus::Queued => None,
            DeliveryStatus::Sent => Some("message.sent"),
            DeliveryStatus::Delivered => Some("message.delivered"),
            DeliveryStatus::Read | DeliveryStatus::Played => Some("message.read"),
            // A person took it back before it went out.
            DeliveryStatus::Failed if was_cancelled(message) => None,
            DeliveryStatus::Failed => Some("message.failed"),
        },
    }
}

/// The name of what happened to a number.
pub fn name_of_step(step: NumberStep) -> &'static str {
    match step {
        NumberStep::Connected => "number.connected",
        NumberStep::Disconnected => "number.disconnected",
        NumberStep::Removed => "number.removed",
        NumberStep::Restored => "number.restored",
    }
}

/// What is sent of what happened to a number, the same for every webhook. What happens to a number keeps its order, beside the
/// conversations.
pub(super) fn number_delivery(seq: i64, news: &NumberNews, number: &Number) -> Option<NewDelivery> {
    let name = name_of_step(news.step);
    let rest = number.id.as_str().strip_prefix(NumberId::PREFIX);
    let event_id = format!("evt_{}_{seq}", rest.unwrap_or("0"));
    let mut data = json!({
        "numberId": number.id,
        "phone": format!("+{}", number.phone),
        "displayName": number.name,
        "createdAt": iso(news.at),
    });
    // A member that is there has to be text: what is not known is left out.
    if let Some(error) = &news.error {
        data["error"] = error.as_str().into();
    }
    if let Some(code) = &news.error_code {
        data["errorCode"] = error_code(code).into();
    }
    Some(NewDelivery {
        seq,
        event: name.to_owned(),
        conversation: ConversationId::parse(number.id.as_str())?,
        body: json!({"id": event_id, "event": name, "data": data}).to_string(),
        event_id,
    })
}

/// What happened, with what is needed to tell it.
pub(super) struct Happened<'e> {
    /// Its position in the log.
    pub seq: i64,
    /// Its name.
    pub name: &'static str,
    /// The number's phone, digits.
    pub phone: &'e str,
    /// The conversation as it was then.
    pub conversation: &'e Conversation,
    /// The message as it was then.
    pub message: &'e Message,
    /// What else is known of the message.
    pub facts: Option<&'e MessageFacts>,
    /// Where its file can be fetched without a key.
    pub media_link: Option<String>,
}

impl Happened<'_> {
    /// What is sent, the same for every webhook: the id is made of the message and the position, and stays over restarts and moves.
    pub fn delivery(&self) -> NewDelivery {
        let rest = self.message.id.as_str().strip_prefix(MessageId::PREFIX);
        let event_id = format!("evt_{}_{}", rest.unwrap_or("0"), self.seq);
        let body = json!({"id": event_id, "event": self.name, "data": self.data()});
        NewDelivery {
            seq: self.seq,
            event: self.name.to_owned(),
            conversation: self.conversation.id.clone(),
            body: body.to_string(),
            event_id,
        }
    }

    fn data(&self) -> Value {
        let message = self.message;
        let number: &NumberId = &self.conversation.number_id;
        let from_me = message.direction == Direction::Outbound;
        let own = format!("+{}", self.phone);
        let contact = &self.conversation.contact;
        let theirs = contact
            .phone
            .clone()
            .or_else(|| contact.user_id.clone())
            .unwrap_or_default();
        let (from, to) = if from_me {
            (own, theirs)
        } else {
            (theirs, own)
        };
        let mut data = Map::new();
        let mut put = |name: &str, value: Value| {
            data.insert(name.to_owned(), value);
        };
        put("id", json!(message.id));
        put("numberId", json!(number));
        put("conversationId", json!(message.conversation_id));
        put(
            "messageId",
            json!(self.facts.and_then(|f| f.provider_id.as_ref())),
        );
        put("fromMe", from_me.into());
        put("type", message_type(&message.kind).into());
        put("from", from.into());
        put("to", to.into());
        put("createdAt", iso(self.at()).into());
        // A member that is there has to be text: what is not known is left out.
        if let Some(text) = &message.text {
            put("content", text.as_str().into());
        }
        let file = message.content.as_ref().and_then(|c| c.media.as_ref());
        if let Some(file) = file {
            put("mediaId", json!(file.id));
            put("mediaType", file.mime_type.as_str().into());
            if let Some(link) = &self.media_link {
                put("mediaLink", link.as_str().into());
            }
            if let Some(name) = &file.file_name {
                put("mediaFilename", name.as_str().into());
            }
            if let Some(caption) = &message.text {
                put("mediaCaption", caption.as_str().into());
            }
        }
        if from_me && message.client_id.is_some() {
            put("correlationId", correlation_of(&message.id).into());
        }
        if !from_me {
            put("participantName", json!(contact.name));
            self.put_quote(&mut put);
        }
        if let Some(failure) = message
            .failure
            .as_ref()
            .filter(|_| self.name == "message.failed")
        {
            put("error", failure.sentence.as_str().into());
            put("errorMessage", failure.sentence.as_str().into());
            put("errorCode", error_code(&failure.code).into());
        }
        Value::Object(data)
    }

    fn put_quote(&self, put: &mut impl FnMut(&str, Value)) {
        let Some(quote) = &self.message.quote else {
            return;
        };
        put(
            "quotedMessageId",
            json!(self.facts.and_then(|f| f.replied_to.as_ref())),
        );
        if let Some(text) = &quote.text {
            put("contentReplied", text.as_str().into());
        }
        let ours = quote
            .message_id
            .as_ref()
            .filter(|_| quote.direction == Some(Direction::Outbound));
        if let Some(id) = ours {
            put("correlationId", correlation_of(id).into());
        }
    }

    /// When it happened: when WhatsApp says that it did, or else when the message was written.
    fn at(&self) -> i64 {
        let reported = self.facts.and_then(|facts| match self.name {
            "message.sent" => facts.sent_at,
            "message.delivered" => facts.delivered_at,
            "message.read" => facts.read_at,
            _ => None,
        });
        reported.unwrap_or(self.message.sent_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::conversations::Contact;
    use app::ids::{ContactId, ConversationId, MediaId};
    use app::messages::{Content, Failure, Media, MediaState, Quote};

    fn conversation() -> Conversation {
        let contact = Contact {
            own_name: None,
            id: ContactId::parse("ct_1").unwrap(),
            name: Some("Ana".into()),
            phone: Some("+5511".into()),
            username: None,
            user_id: None,
        };
        let id = ConversationId::parse("conv_1").unwrap();
        Conversation::new(id, NumberId::parse("wn_1").unwrap(), contact)
    }

    fn message(direction: Direction, status: DeliveryStatus) -> Message {
        let mut message = Message::bare(
            MessageId::parse("msg_01A").unwrap(),
            ConversationId::parse("conv_1").unwrap(),
            direction,
            "text",
        );
        message.status = status;
        message.text = Some("Hi".into());
        message.sent_at = 1_782_554_400_000;
        message
    }

    fn told(message: &Message, news: News) -> Value {
        let facts = MessageFacts {
            message: message.id.clone(),
            provider_id: Some("wamid.1".into()),
            replied_to: Some("wamid.0".into()),
            sent_at: None,
            delivered_at: Some(1_782_554_401_000),
            read_at: None,
        };
        let happened = Happened {
            seq: 7,
            name: name_of(news, message).unwrap(),
            phone: "5599",
            conversation: &conversation(),
            message,
            facts: Some(&facts),
            media_link: message
                .content
                .is_some()
                .then(|| "https://inbox.test/media/med_1/x".into()),
        };
        let delivery = happened.delivery();
        assert_eq!(delivery.event_id, "evt_01A_7");
        serde_json::from_str(&delivery.body).unwrap()
    }

    #[test]
    fn a_message_that_came_is_told_as_clients_expect() {
        let message = message(Direction::Inbound, DeliveryStatus::Delivered);
        assert_eq!(
            told(&message, News::Message),
            json!({"id": "evt_01A_7", "event": "message.received", "data": {
                "id": "msg_01A", "numberId": "wn_1", "conversationId": "conv_1", "messageId": "wamid.1", "fromMe": false,
                "type": "text", "from": "+5511", "to": "+5599", "createdAt": "2026-06-27T10:00:00.000Z", "content": "Hi",
                "participantName": "Ana"}})
        );
    }

    #[test]
    fn an_answer_names_what_it_answers_to() {
        let mut message = message(Direction::Inbound, DeliveryStatus::Delivered);
        message.quote = Some(Box::new(Quote {
            message_id: MessageId::parse("msg_00Z"),
            direction: Some(Direction::Outbound),
            kind: Some("text".into()),
            text: Some("Shall we?".into()),
        }));
        let told = told(&message, News::Message);
        assert_eq!(told["event"], "message.reply");
        assert_eq!(told["data"]["quotedMessageId"], "wamid.0");
        assert_eq!(told["data"]["contentReplied"], "Shall we?");
        assert_eq!(told["data"]["correlationId"], "corr_00Z");
    }

    #[test]
    fn a_file_comes_with_its_address() {
        let mut with_file = message(Direction::Inbound, DeliveryStatus::Delivered);
        with_file.kind = "image".into();
        let file = Media::bare(
            MediaId::parse("med_1").unwrap(),
            "image/jpeg",
            MediaState::Pending,
        );
        with_file.content = Content {
            media: Some(file),
            ..Content::default()
        }
        .boxed();
        let data = told(&with_file, News::Message)["data"].clone();
        assert_eq!(
            (&data["mediaId"], &data["mediaLink"], &data["mediaCaption"]),
            (
                &json!("med_1"),
                &json!("https://inbox.test/media/med_1/x"),
                &json!("Hi")
            )
        );
        assert!(data.get("mediaFilename").is_none());
    }

    #[test]
    fn steps_of_a_message_are_told_with_their_own_time() {
        let mut message = message(Direction::Outbound, DeliveryStatus::Delivered);
        message.client_id = app::ids::ClientId::parse("c-1");
        let delivered = told(&message, News::Status);
        assert_eq!(delivered["event"], "message.delivered");
        assert_eq!(delivered["data"]["createdAt"], "2026-06-27T10:00:01.000Z");
        assert_eq!(delivered["data"]["correlationId"], "corr_01A");
        assert_eq!(
            (&delivered["data"]["from"], &delivered["data"]["to"]),
            (&json!("+5599"), &json!("+5511"))
        );
        message.status = DeliveryStatus::Failed;
        message.failure = Some(Failure {
            code: "131047".into(),
            sentence: "Too late.".into(),
            retryable: false,
        });
        let failed = told(&message, News::Status);
        assert_eq!(failed["event"], "message.failed");
        assert_eq!(failed["data"]["error"], "Too late.");
        assert_eq!(failed["data"]["errorCode"], "META_OUTSIDE_24H_WINDOW");
    }

    #[test]
    fn what_is_nobodys_business_is_not_told() {
        let mut system = message(Direction::Inbound, DeliveryStatus::Delivered);
        system.kind = "system".into();
        assert_eq!(name_of(News::Message, &system), None);
        let note = message(Direction::Internal, DeliveryStatus::Sent);
        assert_eq!(name_of(News::Message, &note), None);
        let mut cancelled = message(Direction::Outbound, DeliveryStatus::Failed);
        cancelled.failure = Some(Failure {
            code: "CANCELLED".into(),
            sentence: String::new(),
            retryable: true,
        });
        assert_eq!(name_of(News::Status, &cancelled), None);
    }

    #[test]
    fn what_happens_to_a_number_is_told_as_clients_expect() {
        let number = Number {
            id: NumberId::parse("wn_01A").unwrap(),
            name: "Sales".into(),
            phone: "5599".into(),
            refusal: None,
        };
        let failure = Failure {
            code: "131031".into(),
            sentence: "The account is locked.".into(),
            retryable: false,
        };
        let refused = NumberNews {
            at: 1_782_554_400_000,
            ..NumberNews::refused(&failure)
        };
        let told = number_delivery(7, &refused, &number).unwrap();
        assert_eq!(told.event_id, "evt_01A_7");
        let body: Value = serde_json::from_str(&told.body).unwrap();
        assert_eq!(
            body,
            json!({"id": "evt_01A_7", "event": "number.disconnected", "data": {
                "numberId": "wn_01A", "phone": "+5599", "displayName": "Sales", "createdAt": "2026-06-27T10:00:00.000Z",
                "error": "The account is locked.", "errorCode": error_code("131031")}})
        );
        let back = NumberNews::now(NumberStep::Connected);
        let told = number_delivery(8, &back, &number).unwrap();
        let body: Value = serde_json::from_str(&told.body).unwrap();
        assert_eq!(told.event, "number.connected");
        assert_eq!(
            body["data"].as_object().unwrap().len(),
            4,
            "nothing is null"
        );
    }

    #[test]
    fn only_events_that_can_come_are_kept() {
        let wanted = ["message.read", "lead.received", "message.read", "*"].map(str::to_owned);
        assert_eq!(kept(&wanted), ["message.read", "*"]);
    }
}
