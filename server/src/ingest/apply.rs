//! What a delivery does. Written so that any order, any repetition and any batching of the same reports ends in the same state.

use super::amend;
use super::change::{
    Answers, Callback, Change, IncomingMessage, NumberChanges, Preference, StatusReport,
};
use super::news::News;
use super::person::find;
use super::world::{ConversationState, HeldStatus, MessageState, NewMedia, NumberState, World};
use crate::clock::now_ms;
use crate::fresh;
use crate::workflow::{act_of_reopening, activity_message, decide};
use app::conversations::{Conversation, preview_of};
use app::ids::{ContactId, ConversationId, MessageId};
use app::messages::{DeliveryStatus, Direction, Message, Quote};
use app::workflow::Activity;

/// Applies a delivery to what is stored. People have been resolved before.
pub fn apply(world: &mut World, changes: &[NumberChanges]) {
    for of_number in changes {
        let Some(number) = world.numbers.get(&of_number.phone_number_id).cloned() else {
            world.outcome.unknown_number += of_number.changes.len() as u64;
            continue;
        };
        for change in &of_number.changes {
            match change {
                Change::Message(message) => {
                    apply_message(
                        world,
                        &number,
                        &of_number.phone_number_id,
                        &of_number.waba_id,
                        message,
                    );
                }
                Change::Status(report) => report_status(world, &number, (**report).clone()),
                Change::Amendment(amendment) => {
                    amend::report(world, &number, &of_number.waba_id, amendment);
                }
                // Done when people were resolved.
                Change::SamePerson(_) => {}
                Change::Preference(preference) => {
                    prefer(world, &number, &of_number.waba_id, preference);
                }
                Change::Alert(alert) => world.alerts.push((number.id.clone(), alert.clone())),
            }
        }
    }
}

fn apply_message(
    world: &mut World,
    number: &NumberState,
    routed_by: &str,
    waba_id: &str,
    incoming: &IncomingMessage,
) {
    let known_as = (number.id.clone(), incoming.provider_id.clone());
    if world.by_provider_id.contains_key(&known_as) {
        world.outcome.duplicates += 1;
        return;
    }
    let Some(contact) = find(world, &number.tenant, waba_id, &incoming.person) else {
        return;
    };
    let conversation_id = conversation_with(world, number, &contact);
    let seq = world.next_seq(&number.tenant);
    let message = Message {
        text: incoming.text.clone(),
        content: incoming.content.clone(),
        quote: incoming
            .answers
            .as_deref()
            .map(|answers| Box::new(quote(world, number, &conversation_id, answers))),
        forwarded: incoming.forwarded,
        status: match incoming.direction {
            Direction::Inbound => DeliveryStatus::Delivered,
            // Written on the phone: WhatsApp has it already.
            Direction::Outbound | Direction::Internal => DeliveryStatus::Sent,
        },
        sent_at: incoming.timestamp.saturating_mul(1000),
        seq,
        ..Message::bare(
            fresh!(MessageId),
            conversation_id.clone(),
            incoming.direction,
            incoming.kind.as_str(),
        )
    };
    fetch_later(world, number, &message, incoming);
    let id = message.id.clone();
    let counts = incoming.direction == Direction::Inbound && incoming.counts_as_unread;
    let reopened = counts.then(|| reopen(world, &conversation_id)).flatten();
    let mut unread_delta = i64::from(counts);
    if let Some(conversation) = world.conversations.get_mut(&conversation_id) {
        conversation.dirty = true;
        conversation.row.seq = seq;
        if let Some(contact) = world.contacts.get(&contact) {
            let own_name = conversation.row.contact.own_name.take();
            conversation.row.contact = contact.shown();
            conversation.row.contact.own_name = own_name;
        }
        if incoming.direction == Direction::Inbound && incoming.opens_window {
            conversation.row.last_inbound_at =
                conversation.row.last_inbound_at.max(Some(message.sent_at));
        }
        if counts {
            conversation.row.unread = conversation.row.unread.saturating_add(1);
        }
        let is_last = show_if_last(conversation, &message);
        if is_last && incoming.direction == Direction::Outbound {
            // Somebody answered on the phone: what came before has been seen.
            unread_delta = -i64::from(std::mem::take(&mut conversation.row.unread));
        }
    }
    if let Some(number) = world.numbers.get_mut(routed_by) {
        number.unread_delta += unread_delta;
    }
    world.by_provider_id.insert(known_as.clone(), id.clone());
    world.messages.insert(
        id.clone(),
        MessageState {
            message,
            number: number.id.clone(),
            provider_id: Some(incoming.provider_id.clone()),
            attempt: 1,
            raw: Some(incoming.raw.clone()),
            reported: [None; 4],
            pricing: None,
            reactions: Vec::new(),
            is_new: true,
            dirty: true,
            amended: false,
        },
    );
    world.outcome.messages += 1;
    world.log_message(&number.tenant, seq, &id, Some(News::Message));
    if let Some(activity) = reopened {
        tell(world, number, &conversation_id, activity);
    }
    if let Some(waiting) = world.held.remove(&known_as) {
        world.attached.insert(known_as);
        for report in waiting {
            apply_status(world, number, &id, report);
        }
    }
    amend::attach_held(world, number, &id, &incoming.provider_id);
}

/// A message of the contact opens what was done with or put off. Returns what the thread tells of it.
fn reopen(world: &mut World, conversation: &ConversationId) -> Option<Activity> {
    let state = world.conversations.get_mut(conversation)?;
    decide(&mut state.row, &act_of_reopening(), None)?
}

/// Adds what was done to the thread, after the message that did it.
fn tell(
    world: &mut World,
    number: &NumberState,
    conversation: &ConversationId,
    activity: Activity,
) {
    let seq = world.next_seq(&number.tenant);
    let Some(state) = world.conversations.get_mut(conversation) else {
        return;
    };
    state.row.seq = seq;
    let message = activity_message(&state.row, activity, now_ms(), seq);
    let id = message.id.clone();
    world.messages.insert(
        id.clone(),
        MessageState {
            message,
            number: number.id.clone(),
            provider_id: None,
            attempt: 1,
            raw: None,
            reported: [None; 4],
            pricing: None,
            reactions: Vec::new(),
            is_new: true,
            dirty: true,
            amended: false,
        },
    );
    world.log_message(&number.tenant, seq, &id, None);
}

fn prefer(world: &mut World, number: &NumberState, waba_id: &str, preference: &Preference) {
    let contact = find(world, &number.tenant, waba_id, &preference.person);
    let Some(contact) = contact.and_then(|id| world.contacts.get_mut(&id)) else {
        return;
    };
    let at = preference.timestamp.saturating_mul(1000);
    if contact.marketing.is_none_or(|(_, before)| before < at) {
        contact.marketing = Some((preference.stopped, at));
        contact.dirty = true;
    }
}

/// What is known of the message that another one answers to. Only one of the same conversation: ids come from outside.
fn quote(
    world: &World,
    number: &NumberState,
    conversation: &ConversationId,
    answers: &Answers,
) -> Quote {
    const CHARS: usize = 120;
    let known = answers
        .provider_id
        .as_ref()
        .and_then(|id| world.by_provider_id.get(&(number.id.clone(), id.clone())))
        .and_then(|id| world.messages.get(id))
        .map(|state| &state.message)
        .filter(|message| message.conversation_id == *conversation);
    known.map_or_else(
        || Quote {
            direction: answers.direction,
            ..Quote::default()
        },
        |message| Quote {
            message_id: Some(message.id.clone()),
            direction: Some(message.direction),
            kind: Some(message.kind.clone()),
            text: message
                .text
                .as_ref()
                .map(|text| text.chars().take(CHARS).collect()),
        },
    )
}

/// Has the file of a new message fetched.
fn fetch_later(
    world: &mut World,
    number: &NumberState,
    message: &Message,
    incoming: &IncomingMessage,
) {
    let shown = message.content.as_ref().and_then(|c| c.media.as_ref());
    if let (Some(shown), Some(media)) = (shown, incoming.media.as_deref()) {
        world.new_media.push(NewMedia {
            id: shown.id.clone(),
            tenant: number.tenant.clone(),
            number: number.id.clone(),
            message: message.id.clone(),
            provider_media_id: media.provider_media_id.clone(),
            mime_type: media.mime_type.clone(),
            sha256: media.sha256,
            file_name: media.file_name.clone(),
            url: media.url.clone(),
        });
    }
}

fn conversation_with(
    world: &mut World,
    number: &NumberState,
    contact: &ContactId,
) -> ConversationId {
    let key = (number.id.clone(), contact.clone());
    if let Some(id) = world.by_contact.get(&key) {
        return id.clone();
    }
    let id = fresh!(ConversationId);
    let shown = world.contacts.get(contact).map(super::ContactState::shown);
    if let Some(contact) = shown {
        world.conversations.insert(
            id.clone(),
            ConversationState {
                row: Conversation {
                    open_ended: number.open_ended,
                    ..Conversation::new(id.clone(), number.id.clone(), contact)
                },
                last_message: None,
                last_second: i64::MIN,
                dirty: true,
            },
        );
    }
    world.by_contact.insert(key, id.clone());
    id
}

/// Late arrivals find their place in the thread and leave the list as it is. Returns whether it is the last message now.
fn show_if_last(conversation: &mut ConversationState, message: &Message) -> bool {
    let second = message.sent_at.div_euclid(1000);
    if second < conversation.last_second {
        return false;
    }
    conversation.last_second = second;
    conversation.last_message = Some(message.id.clone());
    // WhatsApp's seconds are too coarse for a busy list: of two conversations in one second, the one that moved last is on top.
    let now = now_ms();
    let at = if now.div_euclid(1000) == second {
        now
    } else {
        message.sent_at
    };
    conversation.row.last_message_at = conversation.row.last_message_at.max(at);
    conversation.row.preview = Some(preview_of(message));
    true
}

fn report_status(world: &mut World, number: &NumberState, report: StatusReport) {
    let by_provider_id = world
        .by_provider_id
        .get(&(number.id.clone(), report.provider_id.clone()));
    let by_callback = || {
        let Callback { message, attempt } = report.callback.as_ref()?;
        let state = world.messages.get(message)?;
        // Once WhatsApp's id is known, a report about another id is about another attempt.
        let is_about_this = state.provider_id.is_none() && state.attempt == *attempt;
        (state.number == number.id && is_about_this).then_some(message)
    };
    if let Some(id) = by_provider_id.or_else(by_callback).cloned() {
        apply_status(world, number, &id, report);
        return;
    }
    world.outcome.held += 1;
    // Its message may come later in this very delivery.
    let key = (number.id.clone(), report.provider_id.clone());
    world.held.entry(key).or_default().push(report.clone());
    world.newly_held.push(HeldStatus {
        number: number.id.clone(),
        report,
    });
}

/// Moves a message forward by one report, never backward.
pub fn apply_status(world: &mut World, number: &NumberState, id: &MessageId, report: StatusReport) {
    let Some(state) = world.messages.get_mut(id) else {
        return;
    };
    if state.message.direction != Direction::Outbound {
        world.outcome.duplicates += 1;
        return;
    }
    if state.provider_id.is_none() {
        state.provider_id = Some(report.provider_id.clone());
        state.dirty = true;
        world
            .by_provider_id
            .insert((number.id.clone(), report.provider_id.clone()), id.clone());
        amend::attach_held(world, number, id, &report.provider_id);
    }
    let Some(state) = world.messages.get_mut(id) else {
        return;
    };
    // Any report says that the request reached WhatsApp: the outbox has nothing left to do or to wait for.
    world.settled.push(id.clone());
    let at = report.timestamp.saturating_mul(1000);
    if let Some(slot) = match report.status {
        DeliveryStatus::Sent => Some(0),
        DeliveryStatus::Delivered => Some(1),
        DeliveryStatus::Read => Some(2),
        DeliveryStatus::Played => Some(3),
        DeliveryStatus::Queued | DeliveryStatus::Failed => None,
    } && state.reported[slot].is_none()
    {
        state.reported[slot] = Some(at);
        state.dirty = true;
    }
    if report.pricing.is_some() && state.pricing != report.pricing {
        state.pricing = report.pricing;
        state.dirty = true;
    }
    if report.status <= state.message.status {
        world.outcome.duplicates += 1;
        return;
    }
    world.outcome.statuses += 1;
    let seq = world.next_seq(&number.tenant);
    let Some(state) = world.messages.get_mut(id) else {
        return;
    };
    let news = News::of_status(state.message.status, report.status);
    state.message.status = report.status;
    state.message.failure = report.failure;
    state.message.seq = seq;
    state.dirty = true;
    if let Some(conversation) = world.conversations.get_mut(&state.message.conversation_id) {
        conversation.row.seq = seq;
        conversation.dirty = true;
        if conversation.last_message.as_ref() == Some(id) {
            conversation.row.preview = Some(preview_of(&state.message));
        }
    }
    world.log_message(&number.tenant, seq, id, news);
}
