//! From messages to what stands in the thread: days, groups, the line before the first unread one.

use super::album::{InAlbum, find_albums};
use super::{Body, DeliveryStatus, Direction, Failure, Message, Reaction, Waiting};
use crate::error::{ApiError, Code};
use crate::ids::{ClientId, MessageId};
use crate::sync::{Pending, PendingState};
use std::sync::Arc;

/// Messages of one side closer than this stand as a group, in milliseconds.
const GROUP_GAP: i64 = 3 * 60 * 1000;

/// How far a bubble got, as its ticks show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// On its way to our server.
    Sending,
    /// Waits for the connection, or on our server for WhatsApp.
    Queued,
    /// One tick.
    Sent,
    /// Two ticks.
    Delivered,
    /// Two coloured ticks.
    Read,
    /// It did not go out.
    Failed,
}

impl Progress {
    /// Its name in `data-status`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sending => "sending",
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Failed => "failed",
        }
    }
}

impl From<DeliveryStatus> for Progress {
    fn from(status: DeliveryStatus) -> Self {
        match status {
            DeliveryStatus::Queued => Self::Queued,
            DeliveryStatus::Failed => Self::Failed,
            DeliveryStatus::Sent => Self::Sent,
            DeliveryStatus::Delivered => Self::Delivered,
            DeliveryStatus::Read | DeliveryStatus::Played => Self::Read,
        }
    }
}

/// Why a bubble failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Our server did not take it.
    Refused(ApiError),
    /// WhatsApp did not take it, or nobody knows whether it did. Text from outside.
    Reported {
        /// What happened and what to do.
        sentence: String,
        /// For support.
        code: String,
    },
    /// Nobody said why.
    Unknown,
}

impl Reason {
    /// Whether WhatsApp would have taken a template: the customer service window is shut.
    pub fn asks_for_template(&self) -> bool {
        match self {
            Self::Refused(error) => error.code == Code::WindowShut,
            Self::Reported { code, .. } => code == "131047",
            Self::Unknown => false,
        }
    }
}

/// How a failed bubble is tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Again {
    /// Our server does not have it: send it anew under its id.
    Send(ClientId),
    /// Our server has it.
    Retry(MessageId),
}

/// One bubble.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bubble {
    /// Stable from optimistic to read.
    pub key: String,
    /// Who wrote it.
    pub direction: Direction,
    /// What it says.
    pub body: Arc<Body>,
    /// What was put on it.
    pub reactions: Vec<Reaction>,
    /// How far it got.
    pub progress: Progress,
    /// With [`Progress::Failed`].
    pub reason: Option<Reason>,
    /// With [`Progress::Failed`], where trying again makes sense.
    pub again: Option<Again>,
    /// Why the last sign of the business was not taken.
    pub sign_failure: Option<Failure>,
    /// With [`Progress::Queued`], where our server has it: why it has not gone out.
    pub waiting: Option<Waiting>,
    /// When it was written, in milliseconds since the epoch.
    pub at: i64,
    /// The first of its group.
    pub leads: bool,
    /// How many are new from here on; set on the first of them.
    pub new_from_here: Option<usize>,
    /// Its place among pictures that came together.
    pub album: Option<InAlbum>,
}

/// The bubbles of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// Days since the epoch in the reader's time zone.
    pub number: i64,
    /// Oldest first; never empty.
    pub bubbles: Vec<Bubble>,
}

/// The thread as it stands on screen. What is still on its way stands at the end. `first_new` is the first message that was
/// unread on opening; `day_of` numbers the days of the reader's time zone.
pub fn timeline<'a>(
    messages: &[Message],
    pending: impl Iterator<Item = &'a Pending>,
    first_new: Option<&MessageId>,
    day_of: impl Fn(i64) -> i64,
) -> Vec<Day> {
    let new_at = first_new.and_then(|id| messages.iter().position(|message| message.id == *id));
    let mut days: Vec<Day> = Vec::new();
    let stored = messages.iter().enumerate().map(|(index, message)| {
        let mut bubble = stored_bubble(message);
        if new_at == Some(index) {
            let inbound = |message: &&Message| message.direction == Direction::Inbound;
            bubble.new_from_here = Some(messages[index..].iter().filter(inbound).count());
        }
        bubble
    });
    for mut bubble in stored.chain(pending.map(pending_bubble)) {
        // What is on its way bears the browser's time, which may be behind the server's.
        let number = days
            .last()
            .map_or(i64::MIN, |day| day.number)
            .max(day_of(bubble.at));
        match days.last_mut().filter(|day| day.number == number) {
            Some(day) => {
                if let Some(before) = day.bubbles.last() {
                    bubble.leads = before.direction != bubble.direction
                        || bubble.at - before.at > GROUP_GAP
                        || bubble.new_from_here.is_some();
                }
                day.bubbles.push(bubble);
            }
            None => days.push(Day {
                number,
                bubbles: vec![bubble],
            }),
        }
    }
    for day in &mut days {
        find_albums(&mut day.bubbles);
    }
    days
}

fn stored_bubble(message: &Message) -> Bubble {
    let failed = message.status == DeliveryStatus::Failed;
    let failure = message.failure.as_ref();
    Bubble {
        key: message.key().to_owned(),
        direction: message.direction,
        body: Arc::new(message.into()),
        reactions: message.reactions.clone(),
        progress: message.status.into(),
        reason: failed.then(|| {
            failure.map_or(Reason::Unknown, |failure| Reason::Reported {
                sentence: failure.sentence.clone(),
                code: failure.code.clone(),
            })
        }),
        again: (failed && failure.is_some_and(|failure| failure.retryable))
            .then(|| Again::Retry(message.id.clone())),
        sign_failure: message.reaction_failure.clone(),
        waiting: message
            .waiting
            .clone()
            .filter(|_| message.status == DeliveryStatus::Queued),
        at: message.sent_at,
        leads: true,
        new_from_here: None,
        album: None,
    }
}

fn pending_bubble(pending: &Pending) -> Bubble {
    let (progress, reason) = match &pending.state {
        PendingState::Queued => (Progress::Queued, None),
        PendingState::Sending => (Progress::Sending, None),
        PendingState::Rejected(error) => (Progress::Failed, Some(Reason::Refused(error.clone()))),
    };
    Bubble {
        key: pending.client_id.to_string(),
        direction: if pending.body.note().is_some() {
            Direction::Internal
        } else {
            Direction::Outbound
        },
        body: Arc::clone(&pending.body),
        reactions: Vec::new(),
        progress,
        again: reason
            .is_some()
            .then(|| Again::Send(pending.client_id.clone())),
        reason,
        sign_failure: None,
        waiting: None,
        at: pending.sent_at,
        leads: true,
        new_from_here: None,
        album: None,
    }
}

/// The first of the last `unread` inbound messages; `None` if nothing is unread, or the first one lies further back.
pub fn first_unread(messages: &[Message], unread: u32) -> Option<&MessageId> {
    let back = usize::try_from(unread).ok()?.checked_sub(1)?;
    messages
        .iter()
        .rev()
        .filter(|message| message.direction == Direction::Inbound)
        .nth(back)
        .map(|message| &message.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ConversationId;
    use crate::messages::Draft;

    const MINUTE: i64 = 60_000;
    const DAY: i64 = 24 * 60 * MINUTE;

    fn message(n: i64, direction: Direction, at: i64) -> Message {
        Message {
            text: Some(format!("{n}")),
            status: DeliveryStatus::Delivered,
            sent_at: at,
            seq: n,
            ..Message::bare(
                MessageId::parse(format!("msg_{n}")).unwrap(),
                ConversationId::parse("conv_1").unwrap(),
                direction,
                "text",
            )
        }
    }

    fn pending(id: &str, at: i64, state: PendingState) -> Pending {
        Pending {
            client_id: ClientId::parse(id).unwrap(),
            conversation_id: ConversationId::parse("conv_1").unwrap(),
            draft: Draft::text(id),
            body: Arc::new(Body::of_text(id)),
            sent_at: at,
            state,
        }
    }

    fn days(messages: &[Message], pending: &[Pending], first_new: Option<&MessageId>) -> Vec<Day> {
        timeline(messages, pending.iter(), first_new, |at| at.div_euclid(DAY))
    }

    #[test]
    fn groups_end_with_the_side_the_pause_and_the_day() {
        use Direction::{Inbound as In, Outbound as Out};
        let messages = [
            message(1, In, 0),
            message(2, In, 3 * MINUTE),
            message(3, In, 7 * MINUTE),
            message(4, Out, 7 * MINUTE),
            message(5, Out, DAY - 1),
            message(6, Out, DAY),
        ];
        let days = days(&messages, &[], None);
        let leads: Vec<Vec<bool>> = days
            .iter()
            .map(|day| day.bubbles.iter().map(|bubble| bubble.leads).collect())
            .collect();
        assert_eq!(leads, [vec![true, false, true, true, true], vec![true]]);
        assert_eq!(
            days.iter().map(|day| day.number).collect::<Vec<_>>(),
            [0, 1]
        );
    }

    #[test]
    fn what_is_on_its_way_stands_last_even_when_the_clock_is_behind() {
        let messages = [message(1, Direction::Inbound, 2 * DAY)];
        let days = days(&messages, &[pending("a", DAY, PendingState::Sending)], None);
        assert_eq!(days.len(), 1);
        assert_eq!(days[0].bubbles[1].key, "a");
        assert_eq!(days[0].bubbles[1].progress, Progress::Sending);
    }

    #[test]
    fn a_failed_bubble_says_how_it_is_tried_again() {
        let error = ApiError::new(Code::TextTooLong, "too long");
        let mut stored = message(1, Direction::Outbound, 0);
        stored.status = DeliveryStatus::Failed;
        let bubble =
            |stored: &Message| days(std::slice::from_ref(stored), &[], None)[0].bubbles[0].clone();
        assert_eq!(
            (bubble(&stored).reason, bubble(&stored).again),
            (Some(Reason::Unknown), None)
        );
        let mut failure = Failure {
            code: "131026".into(),
            sentence: "No WhatsApp.".into(),
            retryable: false,
        };
        stored.failure = Some(failure.clone());
        assert_eq!(bubble(&stored).again, None);
        failure.retryable = true;
        stored.failure = Some(failure.clone());
        assert_eq!(bubble(&stored).again, Some(Again::Retry(stored.id.clone())));
        assert!(!bubble(&stored).reason.unwrap().asks_for_template());
        failure.code = "131047".into();
        stored.failure = Some(failure);
        assert!(bubble(&stored).reason.unwrap().asks_for_template());
        let refused = days(
            &[],
            &[pending("a", 0, PendingState::Rejected(error.clone()))],
            None,
        )[0]
        .bubbles[0]
            .clone();
        assert_eq!(refused.reason, Some(Reason::Refused(error)));
        assert_eq!(
            refused.again,
            Some(Again::Send(ClientId::parse("a").unwrap()))
        );
    }

    #[test]
    fn the_first_unread_message_carries_the_count() {
        let messages = [
            message(1, Direction::Inbound, 0),
            message(2, Direction::Inbound, 1),
            message(3, Direction::Outbound, 2),
            message(4, Direction::Inbound, 3),
        ];
        assert_eq!(first_unread(&messages, 0), None);
        assert_eq!(first_unread(&messages, 4), None);
        let first = first_unread(&messages, 2).unwrap();
        assert_eq!(first.as_str(), "msg_2");
        let days = days(&messages, &[], Some(first));
        let marked: Vec<_> = days[0]
            .bubbles
            .iter()
            .map(|bubble| bubble.new_from_here)
            .collect();
        assert_eq!(marked, [None, Some(2), None, None]);
        assert!(
            days[0].bubbles[1].leads,
            "the line stands between two groups"
        );
    }
}
