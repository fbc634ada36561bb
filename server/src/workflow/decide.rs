//! What work does to a conversation. The same on every database.

use crate::fresh;
use app::conversations::Conversation;
use app::error::{ApiError, Code};
use app::ids::MessageId;
use app::labels::{Label, MAX_OF_ONE};
use app::messages::{Content, DeliveryStatus, Direction, Message};
use app::operators::Operator;
use app::workflow::{Activity, State};

/// A piece of work, with what it names looked up.
#[derive(Debug, Clone)]
pub enum Act {
    /// It is this operator's, or nobody's.
    Assign(Option<Operator>),
    /// Nothing is left to do.
    Resolve,
    /// It is to be looked after again; why, where nobody did it.
    Reopen(Option<&'static str>),
    /// Not before then.
    Snooze(i64),
    /// Puts a label on, or takes it off.
    Label(Label, bool),
    /// Keeps it above all others, or no longer.
    Pin(bool),
    /// Everything has been seen.
    Read,
    /// As if the last message had not been seen.
    Unread,
    /// What operators call the contact, or no longer do.
    Name(Option<String>),
    /// What operators know of the contact is another. It is not in the row.
    Fields,
}

/// Changes a row; `None` if it is so already. Inside, what the thread tells of it.
pub fn decide(
    row: &mut Conversation,
    act: &Act,
    by: Option<&Operator>,
) -> Option<Option<Activity>> {
    let told = match act {
        Act::Assign(to) => {
            let id = |operator: &Option<Operator>| operator.as_ref().map(|it| it.id.clone());
            if id(&row.assignee) == id(to) {
                return None;
            }
            // Addresses are for the list of colleagues.
            let to = to.clone().map(|it| Operator { email: None, ..it });
            let before = std::mem::replace(&mut row.assignee, to.clone());
            Some(Activity {
                whom: to.as_ref().or(before.as_ref()).map(|it| it.name.clone()),
                ..Activity::of(if to.is_some() {
                    "assigned"
                } else {
                    "unassigned"
                })
            })
        }
        Act::Resolve => {
            enter(row, State::Resolved, None)?;
            Some(Activity::of("resolved"))
        }
        Act::Reopen(cause) => {
            enter(row, State::Open, None)?;
            Some(cause.map_or_else(|| Activity::of("reopened"), Activity::reopened_by))
        }
        Act::Snooze(until) => {
            enter(row, State::Snoozed, Some(*until))?;
            Some(Activity {
                until: Some(*until),
                ..Activity::of("snoozed")
            })
        }
        Act::Label(label, on) => {
            let at = row.labels.binary_search(&label.id);
            match (at, on) {
                (Err(at), true) if row.labels.len() < MAX_OF_ONE => {
                    row.labels.insert(at, label.id.clone());
                }
                (Ok(at), false) => {
                    row.labels.remove(at);
                }
                _ => return None,
            }
            Some(Activity {
                label: Some(label.name.clone()),
                ..Activity::of(if *on { "labelled" } else { "unlabelled" })
            })
        }
        Act::Pin(on) => {
            if std::mem::replace(&mut row.pinned, *on) == *on {
                return None;
            }
            None
        }
        Act::Read => {
            if std::mem::take(&mut row.unread) == 0 {
                return None;
            }
            None
        }
        Act::Unread => {
            if row.unread > 0 {
                return None;
            }
            row.unread = 1;
            None
        }
        Act::Name(name) => {
            if row.contact.own_name == *name {
                return None;
            }
            row.contact.own_name.clone_from(name);
            Some(Activity {
                whom: name.clone(),
                ..Activity::of(if name.is_some() { "named" } else { "unnamed" })
            })
        }
        Act::Fields => Some(Activity::of("fields")),
    };
    Some(told.map(|activity| Activity {
        by: by.map(|operator| operator.name.clone()),
        ..activity
    }))
}

/// Refuses a label where there are too many already.
pub fn check_room(act: &Act, rows: &[Conversation]) -> Result<(), ApiError> {
    let Act::Label(label, true) = act else {
        return Ok(());
    };
    let full =
        |row: &Conversation| row.labels.len() >= MAX_OF_ONE && !row.labels.contains(&label.id);
    if !rows.iter().any(full) {
        return Ok(());
    }
    Err(ApiError::new(
        Code::WorkInvalid,
        format!("A conversation has at most {MAX_OF_ONE} labels. Take one off first."),
    )
    .at("work.label"))
}

/// Changes the state; `None` if it is so already.
fn enter(row: &mut Conversation, state: State, until: Option<i64>) -> Option<()> {
    if (row.state, row.snoozed_until) == (state, until) {
        return None;
    }
    row.state = state;
    row.snoozed_until = until;
    Some(())
}

/// What a message of the contact does to a conversation that is not open.
pub fn act_of_reopening() -> Act {
    Act::Reopen(Some("message"))
}

/// What the thread tells, as a message of nobody's that goes to nobody.
pub fn activity_message(row: &Conversation, activity: Activity, now: i64, seq: i64) -> Message {
    Message {
        content: Some(Box::new(Content {
            activity: Some(activity),
            ..Content::default()
        })),
        status: DeliveryStatus::Sent,
        sent_at: now,
        seq,
        ..Message::bare(
            fresh!(MessageId),
            row.id.clone(),
            Direction::Internal,
            Activity::KIND,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::conversations::Contact;
    use app::ids::{ContactId, ConversationId, LabelId, NumberId, OperatorId};
    use app::labels::Colour;

    fn row() -> Conversation {
        Conversation::new(
            ConversationId::parse("conv_1").unwrap(),
            NumberId::parse("wn_1").unwrap(),
            Contact {
                own_name: None,
                id: ContactId::parse("ct_1").unwrap(),
                name: None,
                phone: None,
                username: None,
                user_id: None,
            },
        )
    }

    fn operator(name: &str) -> Operator {
        Operator {
            id: OperatorId::parse(format!("op_{name}")).unwrap(),
            name: name.into(),
            email: Some("x@a.test".into()),
        }
    }

    fn label(id: &str) -> Label {
        Label {
            id: LabelId::parse(id).unwrap(),
            name: id.to_uppercase(),
            colour: Colour::Ok,
            numbers: Vec::new(),
            shared: false,
        }
    }

    #[test]
    fn each_work_done_twice_is_done_once() {
        for act in [
            Act::Assign(Some(operator("Ana"))),
            Act::Resolve,
            Act::Snooze(5),
            Act::Label(label("lb_1"), true),
            Act::Pin(true),
            Act::Unread,
            Act::Name(Some("Aunt Ana".into())),
        ] {
            let mut row = row();
            assert!(decide(&mut row, &act, None).is_some(), "{act:?}");
            let after = row.clone();
            assert_eq!(decide(&mut row, &act, None), None, "{act:?}");
            assert_eq!(row, after);
        }
        for act in [
            Act::Assign(None),
            Act::Reopen(None),
            Act::Label(label("lb_1"), false),
            Act::Pin(false),
            Act::Read,
            Act::Name(None),
        ] {
            assert_eq!(decide(&mut row(), &act, None), None, "{act:?}");
        }
    }

    #[test]
    fn the_thread_tells_who_did_what() {
        let (ana, bruno) = (operator("Ana"), operator("Bruno"));
        let mut row = row();
        let mut tell = |act: Act| decide(&mut row, &act, Some(&ana)).unwrap();
        let told = tell(Act::Assign(Some(bruno))).unwrap();
        assert_eq!(
            (told.what.as_str(), told.by.as_deref(), told.whom.as_deref()),
            ("assigned", Some("Ana"), Some("Bruno"))
        );
        let told = tell(Act::Assign(None)).unwrap();
        assert_eq!(
            (told.what.as_str(), told.whom.as_deref()),
            ("unassigned", Some("Bruno"))
        );
        assert_eq!(tell(Act::Snooze(7)).unwrap().until, Some(7));
        assert_eq!(tell(Act::Snooze(8)).unwrap().until, Some(8), "another time");
        assert_eq!(tell(Act::Resolve).unwrap().what, "resolved");
        let told = tell(act_of_reopening()).unwrap();
        assert_eq!(told.cause.as_deref(), Some("message"));
        assert_eq!(
            tell(Act::Label(label("lb_1"), true))
                .unwrap()
                .label
                .as_deref(),
            Some("LB_1")
        );
        assert_eq!(tell(Act::Pin(true)), None);
        let told = tell(Act::Name(Some("Aunt Ana".into()))).unwrap();
        assert_eq!(
            (told.what.as_str(), told.whom.as_deref()),
            ("named", Some("Aunt Ana"))
        );
        assert_eq!(tell(Act::Name(None)).unwrap().what, "unnamed");
        assert_eq!(tell(Act::Fields).unwrap().by.as_deref(), Some("Ana"));
        assert_eq!((row.state, row.snoozed_until), (State::Open, None));
        assert_eq!(row.assignee, None);
    }

    #[test]
    fn an_address_stays_out_of_rows() {
        let mut row = row();
        decide(&mut row, &Act::Assign(Some(operator("Ana"))), None);
        assert_eq!(row.assignee.unwrap().email, None);
    }
}
