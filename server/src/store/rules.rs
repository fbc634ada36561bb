//! Decisions about a message that do not depend on where it is stored.

use super::words::part;
use super::{KnownOfContact, Outgoing, StoreError};
use crate::access::Scope;
use crate::clock::now_ms;
use crate::messages::media_kind;
use crate::notes::NewNote;
use app::conversations::Conversation;
use app::conversations::details::ContactField;
use app::error::{ApiError, Code};
use app::ids::{LabelId, NumberId};
use app::labels::{Colour, Label, MAX_LABELS};
use app::messages::{Content, DeliveryStatus, Direction, Draft, Failure, Message, Quote, Waiting};
use app::quick_replies::{MAX_QUICK_REPLIES, QuickReply};

/// A client id that is known already: the same message again, or another one by mistake.
pub(super) fn same_again(
    known: Message,
    stored: Option<&Draft>,
    outgoing: &Outgoing,
) -> Result<Message, StoreError> {
    let same = known.direction == Direction::Outbound
        && stored == outgoing.stored()
        && (stored.is_some() || known.text == outgoing.text);
    if same { Ok(known) } else { Err(reused()) }
}

/// The same for a note.
pub(super) fn same_note(known: Message, note: &NewNote) -> Result<Message, StoreError> {
    let content = known.content.as_ref();
    let same = content
        .and_then(|content| content.note.as_ref())
        .is_some_and(|stored| {
            known.text.as_deref() == Some(note.text())
                && stored.mentions.iter().map(|it| &it.id).eq(note.mentions())
        });
    if same { Ok(known) } else { Err(reused()) }
}

fn reused() -> StoreError {
    ApiError::new(
        Code::ClientIdReused,
        "This client id already belongs to another message of this conversation. Use a new one for each message.",
    )
    .at("client_id")
    .into()
}

/// Whether a conversation's window lets a message go out at this moment.
pub(super) fn window_allows(
    conversation: &Conversation,
    at: Option<i64>,
) -> Result<(), StoreError> {
    if at.is_none_or(|at| conversation.window_is_open(at)) {
        return Ok(());
    }
    Err(ApiError::new(
        Code::WindowShut,
        "The 24-hour window is closed: WhatsApp takes only approved templates until the contact writes again.",
    )
    .into())
}

/// Why a message of a paused number waits.
pub(super) fn paused(refusal: String) -> Waiting {
    Waiting {
        reason: "PAUSED".into(),
        until: None,
        sentence: Some(refusal),
    }
}

/// How long a number pauses before it is asked about, in milliseconds.
pub(super) const FIRST_PROBE_MS: i64 = 60_000;
/// WhatsApp does not want the same marketing message again before that.
const MARKETING_REST_MS: i64 = 24 * 3_600_000;

/// Whether a sign can be put on a message (Meta, "Reaction messages").
pub(super) fn may_react(
    message: &Message,
    provider_id: Option<&str>,
    now: i64,
) -> Result<(), StoreError> {
    const AGE_MS: i64 = 30 * 24 * 3_600_000;
    let there = provider_id.is_some() && message.revoked_at.is_none();
    if there && message.kind != "reaction" && now - message.sent_at < AGE_MS {
        return Ok(());
    }
    Err(ApiError::new(
        Code::DraftInvalid,
        "WhatsApp takes a reaction only to a message that has gone out, is there and is younger than thirty days.",
    )
    .at("message_id")
    .into())
}

/// WhatsApp's type of the file in a template's header, from the stored content.
pub(super) fn header_of(content: Option<&str>) -> Result<Option<String>, StoreError> {
    let content: Option<Content> = part(content)?;
    Ok(content
        .filter(|content| content.template.is_some())
        .and_then(|content| content.media)
        .map(|media| media_kind(&media.mime_type).to_owned()))
}

/// What is shown of the message that an outgoing one answers to.
pub(super) fn quote_of(quoted: &Message) -> Quote {
    const CHARS: usize = 120;
    Quote {
        message_id: Some(quoted.id.clone()),
        direction: Some(quoted.direction),
        kind: Some(quoted.kind.clone()),
        text: quoted
            .text
            .as_ref()
            .map(|text| text.chars().take(CHARS).collect()),
    }
}

/// Where a message is not there that one of the same conversation would answer to.
pub(super) fn nothing_to_quote() -> StoreError {
    ApiError::not_found("message").at("quoted").into()
}

/// A message whose time has not come waits beside the others of its conversation: when, in milliseconds since the epoch.
pub(super) fn scheduled(outgoing: &Outgoing, now: i64) -> Option<i64> {
    outgoing.draft.deliver_at.filter(|at| *at > now)
}

/// Whether there is anything left to take back; what an operator reads otherwise.
pub(super) fn may_cancel(message: &Message) -> Result<(), StoreError> {
    if message.direction == Direction::Outbound && message.status == DeliveryStatus::Queued {
        return Ok(());
    }
    Err(not_cancellable())
}

/// It is on its way, or has gone.
pub(super) fn not_cancellable() -> StoreError {
    ApiError::new(
        Code::NotCancellable,
        "This message is not waiting any more: it is on its way, or has gone.",
    )
    .into()
}

/// What the operator reads where somebody has taken the message back.
pub(super) fn cancelled() -> Failure {
    Failure {
        code: "CANCELLED".into(),
        sentence: "This message was taken back before it went out.".into(),
        retryable: true,
    }
}

/// What the operator reads where the time until which a message was to go out has passed.
pub(super) fn expired() -> Failure {
    Failure {
        code: "MESSAGE_EXPIRED".into(),
        sentence: "This message did not go out before the time that was set for it.".into(),
        retryable: true,
    }
}

/// Whether a person may have this message sent again; `false` if it is on its way (pressed twice, or by two operators).
pub(super) fn may_retry(message: &Message) -> Result<bool, StoreError> {
    let ours = message.kind == "text" || message.client_id.is_some();
    // Nobody knows any more what it said.
    let ours = ours && !message.is_redacted();
    if message.direction == Direction::Outbound && ours {
        match message.status {
            DeliveryStatus::Queued => return Ok(false),
            DeliveryStatus::Failed => {
                let held_back = message
                    .failure
                    .as_ref()
                    .is_some_and(|failure| failure.code == "131049");
                if !held_back || now_ms() - message.sent_at >= MARKETING_REST_MS {
                    return Ok(true);
                }
                return Err(ApiError::new(
                    Code::NotRetryable,
                    "WhatsApp held this back to keep the contact from getting too many messages. Try again tomorrow.",
                )
                .into());
            }
            DeliveryStatus::Sent
            | DeliveryStatus::Delivered
            | DeliveryStatus::Read
            | DeliveryStatus::Played => {}
        }
    }
    Err(ApiError::new(
        Code::NotRetryable,
        "Only a message of yours that was not sent can be sent again.",
    )
    .into())
}

/// What the operator reads where nobody knows whether the message went out.
pub(super) fn unconfirmed() -> Failure {
    Failure {
        code: "UNCONFIRMED".into(),
        sentence: "WhatsApp did not confirm this message. It may have arrived: ask before you send it again.".into(),
        retryable: true,
    }
}

/// Which of the numbers in reach something belongs to, as it goes to the browser: empty where it is all of them. And whether it belongs
/// to others, too.
pub(super) fn reach(scope: &Scope, in_reach: Vec<NumberId>, all: i64) -> (Vec<NumberId>, bool) {
    let is_shared = usize::try_from(all).is_ok_and(|all| all > in_reach.len());
    let is_everywhere = in_reach.len() == scope.numbers().len();
    (if is_everywhere { Vec::new() } else { in_reach }, is_shared)
}

/// Whether two things belong to one number, both as they go to the browser.
fn meet(these: &[NumberId], others: &[NumberId]) -> bool {
    these.is_empty() || others.is_empty() || these.iter().any(|number| others.contains(number))
}

/// Whether something may be changed: by nobody who lacks one of its numbers.
pub(super) fn may_change(is_shared: bool) -> Result<(), StoreError> {
    if !is_shared {
        return Ok(());
    }
    Err(ApiError::new(
        Code::SharedWithOthers,
        "This is also used for numbers that you do not have. Ask somebody who has all of them to change it.",
    )
    .into())
}

/// What belongs to no number would be nobody's.
fn check_has_numbers(scope: &Scope) -> Result<(), StoreError> {
    if scope.numbers().is_empty() {
        return Err(StoreError::NotFound);
    }
    Ok(())
}

/// What a new label comes to, beside those in reach.
pub(super) enum NewLabel {
    /// It is added.
    Added,
    /// One of this name goes to those numbers that do not have it yet.
    Spread(LabelId),
}

/// Whether there is room for one more label, or one of this name that has numbers to come.
pub(super) fn new_label(
    scope: &Scope,
    known: &[Label],
    name: &str,
) -> Result<NewLabel, StoreError> {
    check_has_numbers(scope)?;
    if let Some(held) = known.iter().find(|held| held.name == name) {
        if held.shared || held.numbers.is_empty() {
            return Err(label_exists());
        }
        return Ok(NewLabel::Spread(held.id.clone()));
    }
    if known.len() >= MAX_LABELS {
        return Err(ApiError::new(
            Code::LabelInvalid,
            "There are a hundred labels already. Take one away first.",
        )
        .into());
    }
    Ok(NewLabel::Added)
}

/// Whether a label may get this name and colour; `false` if it has both already.
pub(super) fn changes_label(
    known: &[Label],
    label: &LabelId,
    name: &str,
    colour: Colour,
) -> Result<bool, StoreError> {
    let held = known.iter().find(|held| held.id == *label);
    let held = held.ok_or(StoreError::NotFound)?;
    may_change(held.shared)?;
    if held.name == name && held.colour == colour {
        return Ok(false);
    }
    let is_namesake = |other: &Label| {
        other.name == name && other.id != *label && meet(&other.numbers, &held.numbers)
    };
    if known.iter().any(is_namesake) {
        return Err(label_exists());
    }
    Ok(true)
}

/// The numbers of a label that is nobody else's.
pub(super) fn numbers_of<'a>(
    scope: &'a Scope,
    known: &'a [Label],
    label: &LabelId,
) -> &'a [NumberId] {
    known
        .iter()
        .find(|held| held.id == *label)
        .map(|held| held.numbers.as_slice())
        .filter(|numbers| !numbers.is_empty())
        .unwrap_or(scope.numbers())
}

/// Whether there is anything to write about a contact. Refused where somebody has since `seen`.
pub(super) fn changes_contact(
    row: &Conversation,
    known: &[ContactField],
    seen: Option<i64>,
    wanted: &KnownOfContact,
) -> Result<bool, StoreError> {
    if row.contact.own_name == wanted.name && known == wanted.fields {
        return Ok(false);
    }
    if row.details_seq == seen {
        return Ok(true);
    }
    Err(ApiError::new(
        Code::ContactChanged,
        "Somebody has changed this contact meanwhile. Load it again before you change it.",
    )
    .into())
}

/// There is a label of this name.
fn label_exists() -> StoreError {
    ApiError::new(
        Code::LabelExists,
        "There is a label of this name already. Choose another one.",
    )
    .at("name")
    .into()
}

/// The label that work names, where it goes on all these conversations.
pub(super) fn label_for(
    known: Vec<Label>,
    label: &LabelId,
    rows: &[Conversation],
) -> Result<Label, StoreError> {
    let found = known.into_iter().find(|held| held.id == *label);
    found
        .filter(|held| rows.iter().all(|row| held.fits(&row.number_id)))
        .ok_or(StoreError::NotFound)
}

/// Whether one more quick reply has room beside those in reach, and its shortcut is free.
pub(super) fn check_new_reply(
    scope: &Scope,
    known: &[QuickReply],
    reply: &QuickReply,
) -> Result<(), StoreError> {
    check_has_numbers(scope)?;
    if known.len() >= MAX_QUICK_REPLIES {
        return Err(too_many_quick_replies());
    }
    check_shortcut(known, reply)
}

/// What the quick reply of this id becomes, with the words of `reply`.
pub(super) fn changed_reply(
    known: &[QuickReply],
    reply: &QuickReply,
) -> Result<QuickReply, StoreError> {
    let held = known.iter().find(|held| held.id == reply.id);
    let held = held.ok_or(StoreError::NotFound)?;
    may_change(held.shared)?;
    let changed = QuickReply {
        numbers: held.numbers.clone(),
        ..reply.clone()
    };
    check_shortcut(known, &changed)?;
    Ok(changed)
}

fn check_shortcut(known: &[QuickReply], reply: &QuickReply) -> Result<(), StoreError> {
    let is_taken = |held: &QuickReply| {
        let is_same = held.shortcut == reply.shortcut && held.id != reply.id;
        is_same && meet(&held.numbers, &reply.numbers)
    };
    if known.iter().any(is_taken) {
        return Err(shortcut_taken());
    }
    Ok(())
}

/// Where another quick reply has the shortcut.
fn shortcut_taken() -> StoreError {
    ApiError::new(
        Code::ShortcutTaken,
        "Another quick reply has this shortcut. Choose another one.",
    )
    .at("shortcut")
    .into()
}

/// Where there are as many as may be.
fn too_many_quick_replies() -> StoreError {
    ApiError::new(
        Code::TooManyQuickReplies,
        format!(
            "There are {MAX_QUICK_REPLIES} quick replies already. Delete one that nobody uses."
        ),
    )
    .into()
}
