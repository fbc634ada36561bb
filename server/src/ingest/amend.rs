//! Reactions, edits and deletions: what changes a message that is there. One that comes before its message waits for it.

use super::change::{Amendment, Person, WhatAmended};
use super::person::find;
use super::world::{HeldAmendment, MessageState, NumberState, ReactionState, World};
use app::conversations::{Contact, preview_of};
use app::ids::MessageId;
use app::messages::{Content, Direction, Reaction, Side};

/// Reports of one second that are remembered. Nobody changes a sign more often.
const REMEMBERED: usize = 16;

/// Applies an amendment, or holds it.
pub(super) fn report(
    world: &mut World,
    number: &NumberState,
    waba_id: &str,
    amendment: &Amendment,
) {
    let key = (number.id.clone(), amendment.target.clone());
    if let Some(id) = world.by_provider_id.get(&key).cloned() {
        amend(world, number, waba_id, &id, amendment);
        return;
    }
    world.outcome.held += 1;
    let held = HeldAmendment {
        waba_id: waba_id.to_owned(),
        amendment: amendment.clone(),
    };
    // Its message may come later in this very delivery.
    world
        .held_amendments
        .entry(key.clone())
        .or_default()
        .push(held.clone());
    world.newly_held_amendments.push((number.id.clone(), held));
}

/// What waited for a message that is known now.
pub(super) fn attach_held(
    world: &mut World,
    number: &NumberState,
    id: &MessageId,
    provider_id: &str,
) {
    let key = (number.id.clone(), provider_id.to_owned());
    let Some(waiting) = world.held_amendments.remove(&key) else {
        return;
    };
    world.attached_amendments.insert(key);
    for held in waiting {
        amend(world, number, &held.waba_id, id, &held.amendment);
    }
}

fn amend(
    world: &mut World,
    number: &NumberState,
    waba_id: &str,
    id: &MessageId,
    amendment: &Amendment,
) {
    let contact = find(world, &number.tenant, waba_id, &amendment.person);
    let Some(state) = world.messages.get_mut(id) else {
        return;
    };
    let Some(conversation) = world.conversations.get_mut(&state.message.conversation_id) else {
        return;
    };
    // Ids come from outside: nobody reaches into another conversation, or takes back what another person wrote.
    let same_conversation = contact.as_ref() == Some(&conversation.row.contact.id);
    let is_writer = state.message.direction == amendment.direction;
    let could_be_theirs = contact.is_none() && may_be(&amendment.person, &conversation.row.contact);
    let is_allowed = match amendment.what {
        // A person may be named by an id that no message has brought yet.
        WhatAmended::Reaction { .. } => same_conversation || could_be_theirs,
        WhatAmended::Edit { .. } | WhatAmended::Revoke => same_conversation && is_writer,
    };
    let opens_window = amendment.direction == Direction::Inbound
        && matches!(&amendment.what, WhatAmended::Reaction { emoji } if !emoji.is_empty());
    let at = Some(amendment.timestamp.saturating_mul(1000));
    if is_allowed && opens_window && conversation.row.last_inbound_at < at {
        // Also where a later word has taken it away again: the person has been there.
        conversation.row.last_inbound_at = at;
        conversation.dirty = true;
    }
    let file = state
        .message
        .content
        .as_ref()
        .and_then(|c| c.media.as_ref());
    let file = file.map(|media| media.id.clone());
    let changed = if is_allowed {
        change(state, amendment)
    } else {
        Changed::Nothing
    };
    if changed == Changed::Nothing {
        world.outcome.duplicates += 1;
        return;
    }
    state.dirty = true;
    state.amended = true;
    if let Some(file) = file.filter(|_| state.message.revoked_at.is_some()) {
        // Where it came in the same delivery, it need not be fetched at all.
        world.new_media.retain(|media| media.id != file);
        world.revoked_media.push(file);
    }
    conversation.dirty = true;
    if changed == Changed::Memory {
        return;
    }
    let seq = world.next_seq(&number.tenant);
    let Some(state) = world.messages.get_mut(id) else {
        return;
    };
    state.message.seq = seq;
    if let Some(conversation) = world.conversations.get_mut(&state.message.conversation_id) {
        conversation.row.seq = seq;
        if conversation.last_message.as_ref() == Some(id) {
            conversation.row.preview = Some(preview_of(&state.message));
        }
    }
    world.log_message(&number.tenant, seq, id, None);
}

/// Whether nothing tells the person from the contact: what both have is the same.
fn may_be(person: &Person, contact: &Contact) -> bool {
    let phone = contact
        .phone
        .as_deref()
        .map(|phone| phone.trim_start_matches('+'));
    let differ = |a: Option<&str>, b: Option<&str>| a.is_some() && b.is_some() && a != b;
    !differ(person.phone.as_deref(), phone)
        && !differ(person.bsuid.as_deref(), contact.user_id.as_deref())
}

/// What an amendment did to a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Changed {
    Nothing,
    /// Only what has to be remembered for later reports.
    Memory,
    Shown,
}

fn change(state: &mut MessageState, amendment: &Amendment) -> Changed {
    if state.message.revoked_at.is_some() {
        return Changed::Nothing;
    }
    let at = amendment.timestamp.saturating_mul(1000);
    match &amendment.what {
        WhatAmended::Reaction { emoji } => react(state, amendment, emoji, at),
        WhatAmended::Edit { text, content } => {
            if state.message.edited_at.is_some_and(|before| before >= at) {
                return Changed::Nothing;
            }
            let message = &mut state.message;
            message.edited_at = Some(at);
            message.text.clone_from(text);
            // The words change; the file stays the one that was sent.
            let media = message.content.take().and_then(|content| content.media);
            let mut edited = content.as_deref().cloned().unwrap_or_default();
            edited.media = media;
            message.content = Content::boxed(edited);
            Changed::Shown
        }
        WhatAmended::Revoke => {
            let message = &mut state.message;
            message.revoked_at = Some(at);
            message.text = None;
            message.content = None;
            message.quote = None;
            message.edited_at = None;
            message.reactions.clear();
            state.reactions.clear();
            state.raw = None;
            Changed::Shown
        }
    }
}

/// The last word of a side holds.
fn react(state: &mut MessageState, amendment: &Amendment, emoji: &str, at: i64) -> Changed {
    let by = match amendment.direction {
        Direction::Inbound => Side::Contact,
        Direction::Outbound | Direction::Internal => Side::Business,
    };
    let word = ReactionState {
        emoji: emoji.to_owned(),
        by,
        at,
        ids: vec![amendment.provider_id.clone()],
    };
    match state.reactions.iter_mut().find(|known| known.by == by) {
        None => state.reactions.push(word),
        Some(known) if known.at > at => return Changed::Nothing,
        Some(known) if known.at < at => *known = word,
        Some(known) if known.ids.contains(&amendment.provider_id) => return Changed::Nothing,
        Some(known) => {
            known.emoji = word.emoji;
            known.ids.extend(word.ids);
            let forgotten = known.ids.len().saturating_sub(REMEMBERED);
            known.ids.drain(..forgotten);
        }
    }
    let shown: Vec<Reaction> = state
        .reactions
        .iter()
        .filter(|word| !word.emoji.is_empty())
        .map(|word| Reaction {
            emoji: word.emoji.clone(),
            by: word.by,
            at: word.at,
        })
        .collect();
    if shown == state.message.reactions {
        return Changed::Memory;
    }
    state.message.reactions = shown;
    Changed::Shown
}
