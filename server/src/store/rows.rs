//! Rows into the model. The columns are the same in both databases, and so are these functions; only the type of a row differs.

/// Columns of `conversation`; tables `c` (conversations) and `p` (contacts). There are [`CONVERSATION_COLUMNS`] of them.
macro_rules! conversation_columns {
    () => {
        "c.id, c.number_id, c.unread, c.last_message_at, c.last_inbound_at, c.preview_direction, c.preview_kind, \
         c.preview_text, c.preview_status, c.seq, p.id, p.name, p.phone, p.username, p.bsuid, c.state, c.snoozed_until, c.labels, c.pinned, \
         c.assignee_id, (SELECT o.name FROM operators o WHERE o.id = c.assignee_id), \
         (SELECT o.email FROM operators o WHERE o.id = c.assignee_id), c.own_name, c.details_seq, \
         (SELECT n.provider = 'PILOT_STATUS' FROM numbers n WHERE n.id = c.number_id)"
    };
}
/// How many those are.
pub(super) const CONVERSATION_COLUMNS: usize = 25;
/// Columns of `message`; table `m`.
macro_rules! message_columns {
    () => {
        "m.id, m.conversation_id, m.client_id, m.direction, m.kind, m.text, m.status, m.failure_code, \
         m.failure_sentence, m.failure_retryable, m.sent_at, m.seq, m.content, m.quote, m.reactions, m.forwarded, m.edited_at, m.revoked_at, \
         m.waiting, m.reaction_failure"
    };
}
/// Columns of `message_state`: those of `message` and what only the store knows.
macro_rules! message_state_columns {
    () => {
        concat!(
            message_columns!(),
            ", m.number_id, m.provider_id, m.reported_sent_at, m.reported_delivered_at, m.reported_read_at, m.reported_played_at, \
             m.attempt, m.pricing"
        )
    };
}
/// Columns of `listed_message` after those of `message`; tables `m`, `c` and `p`. How to read the quoted message's id out of `m.quote` is
/// the database's own.
macro_rules! listed_columns {
    ($quoted:literal) => {
        concat!(
            ", m.provider_id, m.reported_sent_at, m.reported_delivered_at, m.reported_read_at, m.pricing, m.origin, m.created_at, \
             (SELECT q.provider_id FROM messages q WHERE q.id = ",
            $quoted,
            "), p.id, p.name, p.phone, p.username, p.bsuid, c.own_name, c.unread"
        )
    };
}
/// The functions, for one type of row.
macro_rules! row_readers {
    ($row:ty) => {
        use app::conversations::{Contact, Conversation, Preview};
        use app::ids::{ClientId, ContactId, ConversationId, MessageId, NumberId};
        use app::messages::{DeliveryStatus, Failure, Message};
        use app::operators::Operator;
        use sqlx::Row;
        use $crate::ingest::{
            ContactState, ConversationState, HeldAmendment, MessageState, StatusReport, World,
        };
        use $crate::store::StoreError;
        use $crate::store::words::{
            count, direction, forwarded, id, part, shown_reactions, state, status,
        };

        pub(in crate::store) fn conversation(row: &$row) -> Result<Conversation, StoreError> {
            let preview = match row.try_get::<Option<String>, _>(5)? {
                None => None,
                Some(text) => Some(Preview {
                    direction: direction(&text)?,
                    kind: row.try_get(6)?,
                    text: row.try_get(7)?,
                    status: status(row.try_get(8)?)?,
                }),
            };
            Ok(Conversation {
                id: id::<ConversationId>(row.try_get(0)?)?,
                number_id: id::<NumberId>(row.try_get(1)?)?,
                unread: count(row.try_get(2)?)?,
                last_message_at: row.try_get(3)?,
                last_inbound_at: row.try_get(4)?,
                preview,
                seq: row.try_get(9)?,
                contact: Contact {
                    own_name: row.try_get(22)?,
                    id: id::<ContactId>(row.try_get(10)?)?,
                    name: row.try_get(11)?,
                    phone: row
                        .try_get::<Option<String>, _>(12)?
                        .map(|digits| format!("+{digits}")),
                    username: row.try_get(13)?,
                    user_id: row.try_get(14)?,
                },
                state: state(row.try_get(15)?)?,
                snoozed_until: row.try_get(16)?,
                labels: part(row.try_get(17)?)?.unwrap_or_default(),
                pinned: row.try_get(18)?,
                details_seq: row.try_get(23)?,
                open_ended: row.try_get(24)?,
                assignee: match row.try_get::<Option<String>, _>(19)? {
                    None => None,
                    Some(assignee) => {
                        let shown = Operator::of(id(assignee)?, row.try_get(20)?, row.try_get(21)?);
                        Some(Operator {
                            email: None,
                            ..shown
                        })
                    }
                },
            })
        }

        pub(in crate::store) fn message(row: &$row) -> Result<Message, StoreError> {
            let failure = match row.try_get::<Option<String>, _>(7)? {
                None => None,
                Some(code) => Some(Failure {
                    code,
                    sentence: row.try_get::<Option<String>, _>(8)?.unwrap_or_default(),
                    retryable: row.try_get::<Option<bool>, _>(9)?.unwrap_or_default(),
                }),
            };
            let status = status(row.try_get(6)?)?;
            Ok(Message {
                id: id::<MessageId>(row.try_get(0)?)?,
                conversation_id: id::<ConversationId>(row.try_get(1)?)?,
                client_id: row
                    .try_get::<Option<String>, _>(2)?
                    .map(id::<ClientId>)
                    .transpose()?,
                direction: direction(row.try_get(3)?)?,
                kind: row.try_get(4)?,
                text: row.try_get(5)?,
                status,
                failure,
                // A report of WhatsApp ends the waiting and does not know of this column.
                waiting: match status {
                    DeliveryStatus::Queued => part(row.try_get(18)?)?,
                    _ => None,
                },
                reaction_failure: part(row.try_get(19)?)?,
                sent_at: row.try_get(10)?,
                seq: row.try_get(11)?,
                content: part(row.try_get(12)?)?,
                quote: part(row.try_get(13)?)?,
                reactions: match row.try_get::<Option<&str>, _>(14)? {
                    None => Vec::new(),
                    Some(text) => shown_reactions(text)?,
                },
                forwarded: forwarded(row.try_get(15)?)?,
                edited_at: row.try_get(16)?,
                revoked_at: row.try_get(17)?,
            })
        }

        /// Columns of [`conversation`], then `c.created_at`.
        pub(in crate::store) fn listed_conversation(
            row: &$row,
        ) -> Result<$crate::store::ListedConversation, StoreError> {
            Ok($crate::store::ListedConversation {
                conversation: conversation(row)?,
                created_at: row.try_get($crate::store::rows::CONVERSATION_COLUMNS)?,
            })
        }

        pub(in crate::store) fn listed_message(
            row: &$row,
        ) -> Result<$crate::store::ListedMessage, StoreError> {
            Ok($crate::store::ListedMessage {
                message: message(row)?,
                provider_id: row.try_get(20)?,
                sent_at: row.try_get(21)?,
                delivered_at: row.try_get(22)?,
                read_at: row.try_get(23)?,
                pricing: part(row.try_get(24)?)?,
                origin: row.try_get(25)?,
                created_at: row.try_get(26)?,
                replied_to: row.try_get(27)?,
                contact: Contact {
                    id: id::<ContactId>(row.try_get(28)?)?,
                    name: row.try_get(29)?,
                    phone: row
                        .try_get::<Option<String>, _>(30)?
                        .map(|digits| format!("+{digits}")),
                    username: row.try_get(31)?,
                    user_id: row.try_get(32)?,
                    own_name: row.try_get(33)?,
                },
                unread: count(row.try_get(34)?)?,
            })
        }

        pub(in crate::store) fn message_state(row: &$row) -> Result<MessageState, StoreError> {
            Ok(MessageState {
                // What comes next of it is WhatsApp's word, which ends the waiting.
                message: Message {
                    waiting: None,
                    ..message(row)?
                },
                number: id::<NumberId>(row.try_get(20)?)?,
                provider_id: row.try_get(21)?,
                raw: None,
                reported: [
                    row.try_get(22)?,
                    row.try_get(23)?,
                    row.try_get(24)?,
                    row.try_get(25)?,
                ],
                attempt: count(row.try_get(26)?)?,
                pricing: part(row.try_get(27)?)?,
                reactions: part(row.try_get(14)?)?.unwrap_or_default(),
                is_new: false,
                dirty: false,
                amended: false,
            })
        }

        /// Columns of [`conversation`], then `c.last_message_id` and the position of that message.
        pub(in crate::store) fn conversation_state(
            row: &$row,
        ) -> Result<ConversationState, StoreError> {
            let conversation = conversation(row)?;
            Ok(ConversationState {
                last_message: row
                    .try_get::<Option<String>, _>($crate::store::rows::CONVERSATION_COLUMNS)?
                    .map(id::<MessageId>)
                    .transpose()?,
                last_second: conversation.last_message_at.div_euclid(1000),
                row: conversation,
                dirty: false,
            })
        }

        pub(in crate::store) fn add_message(
            world: &mut World,
            row: &$row,
        ) -> Result<(), StoreError> {
            let state = message_state(row)?;
            if let Some(provider_id) = &state.provider_id {
                world.by_provider_id.insert(
                    (state.number.clone(), provider_id.clone()),
                    state.message.id.clone(),
                );
            }
            world.messages.insert(state.message.id.clone(), state);
            Ok(())
        }

        pub(in crate::store) fn add_contact(
            world: &mut World,
            row: &$row,
        ) -> Result<(), StoreError> {
            let contact = ContactState {
                id: id::<ContactId>(row.try_get(0)?)?,
                tenant: id(row.try_get(1)?)?,
                waba_id: row.try_get(2)?,
                bsuid: row.try_get(3)?,
                phone: row.try_get(4)?,
                name: row.try_get(5)?,
                username: row.try_get(6)?,
                marketing: match row.try_get::<Option<&str>, _>(7)? {
                    None => None,
                    Some(text) => Some((
                        text == "STOP",
                        row.try_get::<Option<i64>, _>(8)?.unwrap_or_default(),
                    )),
                },
                dirty: false,
            };
            let key = |text: &String| {
                (
                    contact.tenant.clone(),
                    contact.waba_id.clone(),
                    text.clone(),
                )
            };
            if let Some(bsuid) = &contact.bsuid {
                world.by_bsuid.insert(key(bsuid), contact.id.clone());
            }
            if let Some(phone) = &contact.phone {
                world.by_phone.insert(key(phone), contact.id.clone());
            }
            world.contacts.insert(contact.id.clone(), contact);
            Ok(())
        }

        pub(in crate::store) fn add_held(world: &mut World, row: &$row) -> Result<(), StoreError> {
            let report = held_status(row)?;
            let key = (id::<NumberId>(row.try_get(0)?)?, report.provider_id.clone());
            world.held.entry(key).or_default().push(report);
            Ok(())
        }

        /// Columns `number_id`, `payload`.
        pub(in crate::store) fn add_held_amendment(
            world: &mut World,
            row: &$row,
        ) -> Result<(), StoreError> {
            let held = held_amendment(row.try_get(1)?)?;
            let key = (
                id::<NumberId>(row.try_get(0)?)?,
                held.amendment.target.clone(),
            );
            world.held_amendments.entry(key).or_default().push(held);
            Ok(())
        }

        pub(in crate::store) fn held_amendment(text: &str) -> Result<HeldAmendment, StoreError> {
            part(Some(text))?.ok_or_else(|| StoreError::Data("an empty amendment".into()))
        }

        pub(in crate::store) fn add_conversation(
            world: &mut World,
            row: &$row,
        ) -> Result<(), StoreError> {
            let state = conversation_state(row)?;
            let key = (state.row.number_id.clone(), state.row.contact.id.clone());
            world.by_contact.insert(key, state.row.id.clone());
            world.conversations.insert(state.row.id.clone(), state);
            Ok(())
        }

        pub(in crate::store) fn held_status(row: &$row) -> Result<StatusReport, StoreError> {
            Ok(StatusReport {
                provider_id: row.try_get(1)?,
                callback: None,
                status: status(row.try_get(2)?)?,
                timestamp: row.try_get::<i64, _>(3)?.div_euclid(1000),
                failure: row
                    .try_get::<Option<String>, _>(4)?
                    .map(|code| {
                        Ok::<_, sqlx::Error>(Failure {
                            code,
                            sentence: row.try_get::<Option<String>, _>(5)?.unwrap_or_default(),
                            retryable: row.try_get::<Option<bool>, _>(6)?.unwrap_or_default(),
                        })
                    })
                    .transpose()?,
                pricing: part(row.try_get(7)?)?,
            })
        }
    };
}
pub(super) use {
    conversation_columns, listed_columns, message_columns, message_state_columns, row_readers,
};
