//! Any order, any repetition and any batching of the same reports ends in the same state.

use super::*;
use crate::fresh;
use app::ids::{ContactId, MediaId, NumberId, TenantId};
use app::live::LiveEvent;
use app::messages::{Content, DeliveryStatus, Direction, Failure, Forwarded, Media, MediaState};
use proptest::prelude::*;
use std::collections::BTreeMap;

const AT: i64 = 1_700_000_000;
const WABA: &str = "777";
/// Messages of the day that are more than sent and seen.
const AMENDED: [&str; 4] = ["in.1", "in.2", "out.0", "out.1"];

/// A world that lasts, as a store would keep it between deliveries.
struct Kept {
    world: World,
    tenant: TenantId,
    /// Every status that a message was seen to have, by number and WhatsApp's id.
    steps: BTreeMap<String, Vec<DeliveryStatus>>,
}

impl Kept {
    fn new() -> Self {
        let tenant = fresh!(TenantId);
        let mut world = World::default();
        for phone_number_id in ["100", "101"] {
            let number = NumberState {
                id: fresh!(NumberId),
                tenant: tenant.clone(),
                unread_delta: 0,
                open_ended: false,
            };
            world.numbers.insert(phone_number_id.into(), number);
        }
        Self {
            world,
            tenant,
            steps: BTreeMap::new(),
        }
    }

    /// One delivery; people who have to be merged are a store's business, and do not occur here.
    fn take(&mut self, items: &[Item]) {
        let changes: Vec<NumberChanges> = items
            .iter()
            .map(|(number, change)| NumberChanges {
                waba_id: WABA.into(),
                phone_number_id: (*number).into(),
                changes: vec![change.clone()],
            })
            .collect();
        assert_eq!(
            resolve_people(&mut self.world, &changes.iter().collect::<Vec<_>>()),
            []
        );
        apply(&mut self.world, &changes);
        // What the store writes away.
        self.world.newly_held.clear();
        self.world.attached.clear();
        self.world.newly_held_amendments.clear();
        self.world.attached_amendments.clear();
        self.world.settled.clear();
    }

    /// Checks what the log holds and empties it.
    fn read_log(&mut self) {
        for (index, event) in std::mem::take(&mut self.world.events)
            .into_iter()
            .enumerate()
        {
            assert_eq!(
                event.seq,
                i64::try_from(index).unwrap() + 1,
                "positions follow each other"
            );
            let LiveEvent::Message {
                conversation,
                message,
            } = serde_json::from_slice(&event.payload).unwrap()
            else {
                panic!("only messages change here");
            };
            assert_eq!((conversation.seq, message.seq), (event.seq, event.seq));
            assert_eq!(conversation.number_id, event.number);
            let id = self.world.messages[&message.id]
                .provider_id
                .as_deref()
                .unwrap();
            let steps = self
                .steps
                .entry(format!("{} {id}", event.number))
                .or_default();
            // What changes otherwise is told as well.
            if steps.last() != Some(&message.status) || !AMENDED.contains(&id) {
                steps.push(message.status);
            }
        }
    }

    /// Without ids and positions, which differ from run to run.
    fn seen(&self) -> BTreeMap<String, String> {
        self.world
            .conversations
            .values()
            .map(|conversation| {
                let row = &conversation.row;
                let number = self
                    .world
                    .numbers
                    .iter()
                    .find(|(_, number)| number.id == row.number_id)
                    .unwrap()
                    .0;
                let contact = &self.world.contacts[&row.contact.id];
                let mut messages: Vec<_> = self
                    .world
                    .messages
                    .values()
                    .filter(|state| state.message.conversation_id == row.id)
                    .map(|state| {
                        let m = &state.message;
                        (
                            m.sent_at,
                            state.provider_id.clone(),
                            m.direction,
                            m.status,
                            m.failure.clone(),
                            m.text.clone(),
                            state.reported,
                            m.reactions.clone(),
                            (m.edited_at, m.revoked_at),
                        )
                    })
                    .collect();
                messages.sort_by_key(|message| message.0);
                let last = conversation
                    .last_message
                    .as_ref()
                    .map(|id| self.world.messages[id].provider_id.clone());
                (
                    format!(
                        "{number} {:?} {:?} {:?}",
                        contact.bsuid, contact.phone, contact.name
                    ),
                    format!(
                        "{} {} {:?} {:?} {last:?} {messages:#?}",
                        row.unread, row.last_message_at, row.last_inbound_at, row.preview
                    ),
                )
            })
            .collect()
    }
}

type Item = (&'static str, Change);

fn person(bsuid: Option<&str>, phone: Option<&str>) -> Person {
    Person {
        bsuid: bsuid.map(str::to_owned),
        phone: phone.map(str::to_owned),
        name: Some("Ana".into()),
        username: None,
    }
}

fn message(id: &str, direction: Direction, person: Person, at: i64) -> Change {
    Change::Message(Box::new(IncomingMessage {
        provider_id: id.into(),
        direction,
        person,
        identity: None,
        timestamp: AT + at,
        kind: "text".into(),
        text: Some(id.into()),
        content: None,
        media: None,
        forwarded: Forwarded::No,
        answers: None,
        opens_window: true,
        counts_as_unread: true,
        raw: "{}".into(),
    }))
}

fn status(id: &str, status: DeliveryStatus, at: i64) -> Change {
    Change::Status(Box::new(StatusReport {
        provider_id: id.into(),
        callback: None,
        status,
        timestamp: AT + at,
        failure: (status == DeliveryStatus::Failed).then(|| Failure {
            code: "131026".into(),
            sentence: "It did not work.".into(),
            retryable: true,
        }),
        pricing: None,
    }))
}

/// Two people on two numbers, one of them known by phone, by user id or by both; answers from the phone to a third, with statuses.
fn a_day() -> Vec<Item> {
    use DeliveryStatus::{Delivered, Failed, Read, Sent};
    let mut day = vec![
        (
            "100",
            message("in.1", Direction::Inbound, person(None, Some("5511")), 1),
        ),
        (
            "100",
            message(
                "in.2",
                Direction::Inbound,
                person(Some("BR.1"), Some("5511")),
                2,
            ),
        ),
        (
            "101",
            message("in.3", Direction::Inbound, person(None, Some("5511")), 3),
        ),
        (
            "100",
            message("in.4", Direction::Inbound, person(Some("BR.2"), None), 4),
        ),
        (
            "100",
            message(
                "in.5",
                Direction::Inbound,
                person(Some("BR.2"), Some("5522")),
                5,
            ),
        ),
        // The same id on another number is another message.
        (
            "101",
            message("in.5", Direction::Inbound, person(Some("BR.2"), None), 6),
        ),
    ];
    for (index, reports) in [
        &[Sent, Delivered, Read][..],
        &[Read],
        &[Sent, Failed],
        &[Failed, Delivered],
        &[],
    ]
    .iter()
    .enumerate()
    {
        let id = format!("out.{index}");
        let at = i64::try_from(index).unwrap();
        day.push((
            "100",
            message(
                &id,
                Direction::Outbound,
                person(None, Some("5533")),
                10 + at,
            ),
        ));
        day.extend(
            reports
                .iter()
                .map(|report| ("100", status(&id, *report, 20 + *report as i64))),
        );
    }
    let reaction = |emoji: &str| WhatAmended::Reaction {
        emoji: emoji.into(),
    };
    let edit = |text: &str| WhatAmended::Edit {
        text: Some(text.into()),
        content: None,
    };
    let (of_5511, of_5533) = (person(None, Some("5511")), person(None, Some("5533")));
    for (at, target, person, what) in [
        (41, "out.0", &of_5533, reaction("👍")),
        (42, "out.0", &of_5533, reaction("")),
        (43, "out.0", &of_5533, reaction("❤️")),
        (44, "out.1", &of_5533, reaction("👍")),
        (45, "out.1", &of_5533, reaction("")),
        (46, "in.1", &of_5511, edit("once")),
        (47, "in.1", &of_5511, edit("twice")),
        (48, "in.2", &of_5511, edit("before it went")),
        (49, "in.2", &of_5511, reaction("😮")),
        (50, "in.2", &of_5511, WhatAmended::Revoke),
        // Another person's doing.
        (51, "out.2", &of_5511, reaction("👎")),
        (52, "in.4", &of_5511, WhatAmended::Revoke),
        (53, "out.3", &of_5533, WhatAmended::Revoke),
    ] {
        day.push(("100", amendment(at, target, person, what)));
    }
    day
}

fn amendment(at: i64, target: &str, person: &Person, what: WhatAmended) -> Change {
    Change::Amendment(Box::new(Amendment {
        provider_id: format!("about.{at}"),
        target: target.into(),
        person: person.clone(),
        direction: Direction::Inbound,
        timestamp: AT + at,
        what,
    }))
}

fn run(deliveries: &[Vec<usize>]) -> Kept {
    let day = a_day();
    let mut kept = Kept::new();
    for delivery in deliveries {
        let items: Vec<Item> = delivery.iter().map(|index| day[*index].clone()).collect();
        kept.take(&items);
    }
    kept.read_log();
    kept
}

/// Every item at least once, in any order, cut into deliveries of any size.
fn deliveries() -> impl Strategy<Value = Vec<Vec<usize>>> {
    let length = a_day().len();
    let repeated = proptest::collection::vec(0..length, 0..length * 2);
    let order = repeated.prop_flat_map(move |repeated| {
        Just((0..length).chain(repeated).collect::<Vec<_>>()).prop_shuffle()
    });
    (order, proptest::collection::vec(1..9_usize, length * 3)).prop_map(|(order, sizes)| {
        let mut rest = order.as_slice();
        let mut deliveries = Vec::new();
        for size in sizes {
            let (delivery, later) = rest.split_at(size.min(rest.len()));
            deliveries.push(delivery.to_vec());
            rest = later;
        }
        deliveries
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_interleaving_ends_in_the_same_state(deliveries in deliveries()) {
        let one_by_one: Vec<Vec<usize>> = (0..a_day().len()).map(|index| vec![index]).collect();
        let (expected, kept) = (run(&one_by_one), run(&deliveries));
        prop_assert_eq!(kept.seen(), expected.seen());
        prop_assert!(kept.world.held.is_empty(), "every status found its message");
        prop_assert!(kept.world.held_amendments.is_empty(), "and so did everything else");
        for (id, steps) in &kept.steps {
            prop_assert!(steps.is_sorted_by(|a, b| a < b), "{} went {:?}", id, steps);
        }
        for number in kept.world.numbers.values() {
            let unread: u32 = kept.world.conversations.values().filter(|c| c.row.number_id == number.id).map(|c| c.row.unread).sum();
            prop_assert_eq!(number.unread_delta, i64::from(unread));
        }
    }
}

/// Resolves these people in one delivery and returns the world.
fn resolved(people: &[(Option<&str>, Option<&str>)]) -> World {
    let mut kept = Kept::new();
    let items: Vec<Item> = people
        .iter()
        .enumerate()
        .map(|(index, (bsuid, phone))| {
            (
                "100",
                message(
                    &format!("m{index}"),
                    Direction::Inbound,
                    person(*bsuid, *phone),
                    0,
                ),
            )
        })
        .collect();
    kept.take(&items);
    kept.world
}

/// `user phone` of every contact.
fn contacts(world: &World) -> Vec<String> {
    let name = |id: &Option<String>| id.clone().unwrap_or_else(|| "-".into());
    let mut all: Vec<String> = world
        .contacts
        .values()
        .map(|c| format!("{} {}", name(&c.bsuid), name(&c.phone)))
        .collect();
    all.sort();
    all
}

#[test]
fn who_is_who_within_one_delivery() {
    let (a, b) = (Some("A"), Some("B"));
    let (p, q) = (Some("1"), Some("2"));
    for (people, expected) in [
        // One person, told in three ways, in any order.
        (&[(None, p), (a, None), (a, p)][..], &["A 1"][..]),
        (&[(a, p), (a, None), (None, p)], &["A 1"]),
        // Two people.
        (&[(None, p), (a, None)], &["- 1", "A -"]),
        (&[(a, p), (b, q)], &["A 1", "B 2"]),
        // The phone was handed on: the last word counts.
        (&[(a, p), (b, p)], &["A -", "B 1"]),
        (&[(a, p), (b, p), (a, q)], &["A 2", "B 1"]),
        (&[(a, p), (a, q), (b, p)], &["A 2", "B 1"]),
        // The number of a phone alone belongs to whoever has it.
        (&[(None, p), (a, p), (None, p)], &["A 1"]),
    ] {
        let world = resolved(people);
        assert_eq!(contacts(&world), expected, "{people:?}");
        for contact in world.contacts.values() {
            if let Some(phone) = &contact.phone {
                let key = (contact.tenant.clone(), WABA.to_owned(), phone.clone());
                assert_eq!(world.by_phone[&key], contact.id, "{people:?}");
            }
        }
    }
}

#[test]
fn two_contacts_with_one_persons_ids_are_to_be_merged_first() {
    let mut kept = Kept::new();
    kept.take(&[
        (
            "100",
            message("m1", Direction::Inbound, person(None, Some("1")), 0),
        ),
        (
            "100",
            message("m2", Direction::Inbound, person(Some("A"), None), 0),
        ),
    ]);
    let by = |index: &std::collections::HashMap<(TenantId, String, String), ContactId>,
              id: &str| {
        index[&(kept.tenant.clone(), WABA.to_owned(), id.to_owned())].clone()
    };
    let expected = Merge {
        keep: by(&kept.world.by_bsuid, "A"),
        drop: by(&kept.world.by_phone, "1"),
    };
    let both = NumberChanges {
        waba_id: WABA.into(),
        phone_number_id: "100".into(),
        changes: vec![
            message("m3", Direction::Inbound, person(Some("A"), Some("1")), 0),
            message("m4", Direction::Inbound, person(Some("A"), Some("1")), 0),
        ],
    };
    assert_eq!(
        resolve_people(&mut kept.world, &[&both]),
        [expected],
        "once, however often it is told"
    );
    assert_eq!(
        contacts(&kept.world),
        ["- 1", "A -"],
        "and nothing else is touched before"
    );
    // In another account, or of a number that is not ours, the same ids say nothing.
    for (waba_id, phone_number_id) in [("888", "100"), (WABA, "999")] {
        let elsewhere = NumberChanges {
            waba_id: waba_id.into(),
            phone_number_id: phone_number_id.into(),
            ..both.clone()
        };
        assert_eq!(resolve_people(&mut kept.world, &[&elsewhere]), []);
    }
}

#[test]
fn a_report_about_what_the_customer_wrote_moves_nothing() {
    let mut kept = Kept::new();
    kept.take(&[(
        "100",
        message("in", Direction::Inbound, person(None, Some("1")), 0),
    )]);
    kept.take(&[
        ("100", status("in", DeliveryStatus::Failed, 0)),
        ("100", status("in", DeliveryStatus::Read, 0)),
    ]);
    let state = kept.world.messages.values().next().unwrap();
    assert_eq!(
        (state.message.status, &state.message.failure),
        (DeliveryStatus::Delivered, &None)
    );
    assert_eq!(kept.world.events.len(), 1);
}

#[test]
fn what_is_counted_is_what_happened() {
    let mut kept = Kept::new();
    let known = message("in", Direction::Inbound, person(None, Some("1")), 0);
    let echo = message("out", Direction::Outbound, person(None, Some("1")), 1);
    kept.take(&[
        ("100", known.clone()),
        ("100", known),
        ("100", echo),
        ("100", status("out", DeliveryStatus::Read, 2)),
        ("100", status("out", DeliveryStatus::Sent, 2)),
        ("100", status("elsewhere", DeliveryStatus::Sent, 2)),
        ("999", status("out", DeliveryStatus::Sent, 2)),
    ]);
    let counted = kept.world.outcome;
    let expected = crate::store::Ingested {
        messages: 2,
        statuses: 1,
        held: 1,
        duplicates: 2,
        unknown_number: 1,
    };
    assert_eq!(counted, expected);
}

#[test]
fn a_file_is_fetched_once_and_let_go_with_its_message() {
    let file = Media::bare(fresh!(MediaId), "image/jpeg", MediaState::Pending);
    let of_5511 = person(None, Some("5511"));
    let Change::Message(mut picture) = message("m", Direction::Inbound, of_5511.clone(), 0) else {
        unreachable!()
    };
    picture.content = Content {
        media: Some(file.clone()),
        ..Content::default()
    }
    .boxed();
    picture.media = Some(Box::new(IncomingMedia {
        provider_media_id: "1001".into(),
        mime_type: "image/jpeg".into(),
        sha256: None,
        file_name: None,
        url: None,
    }));
    let picture = Change::Message(picture);
    let revoke = amendment(1, "m", &of_5511, WhatAmended::Revoke);
    let mut kept = Kept::new();
    kept.take(&[("100", picture.clone()), ("100", picture.clone())]);
    let fetched = std::mem::take(&mut kept.world.new_media);
    assert_eq!(
        fetched.iter().map(|media| &media.id).collect::<Vec<_>>(),
        [&file.id]
    );
    kept.take(&[("100", revoke.clone()), ("100", revoke.clone())]);
    assert_eq!(kept.world.revoked_media, std::slice::from_ref(&file.id));
    // In one delivery nothing is fetched at all.
    let mut together = Kept::new();
    together.take(&[("100", revoke), ("100", picture)]);
    assert!(together.world.new_media.is_empty());
}
