//! The inbox port on the server: what the server functions reach, bound to one session's scope.

use crate::access::{Action, Claims, LiveSession, Scope, check_origin};
use crate::branding;
use crate::clock::now_ms;
use crate::fresh;
use crate::live::Told;
use crate::media::{Grant, Holder, Links, Variant};
use crate::messages::compose;
use crate::notes::NewNote;
use crate::state::AppState;
use crate::store::{KnownOfContact, NumberRecord, OperatorRecord, Query, SignalKind, shown_number};
use app::conversations::details::{
    ContactDetails, ContactField, Shelf, check_fields, check_own_name,
};
use app::conversations::{Conversation, ConversationPage, MarkedRead};
use app::error::{ApiError, Code};
use app::ids::{
    ClientId, ConversationId, LabelId, MediaId, MessageId, NumberId, OperatorId, QuickReplyId,
};
use app::inbox::{Bootstrap, InboxPort, SessionTimes};
use app::labels::{Colour, Label, check_name};
use app::media::{MAX_LINKS, MediaLink};
use app::messages::{Draft, DraftContent, Message, MessagePage, check_sign, check_text};
use app::notes::check_note;
use app::numbers::Number;
use app::operators::Operator;
use app::paging::PageRequest;
use app::presence::{Doing, Here};
use app::quick_replies::{QuickReplies, QuickReply, check_reply, shortcut_of};
use app::search::SearchPage;
use app::templates::MessageTemplate;
use app::workflow::{ListFilter, MAX_AT_ONCE, Totals, Work};
use async_trait::async_trait;
use std::sync::Arc;

/// Templates in one answer.
const TEMPLATES_AT_ONCE: usize = 200;
/// Longest snooze, in milliseconds: a year.
const SNOOZE_MAX_MS: i64 = 366 * 24 * 3_600_000;

/// The inbox of one verified session.
pub struct SessionInbox {
    state: AppState,
    claims: Claims,
    session: Arc<LiveSession>,
}

impl SessionInbox {
    /// Binds the port to a session that the gate has verified.
    pub fn new(state: AppState, claims: Claims, session: Arc<LiveSession>) -> Self {
        Self {
            state,
            claims,
            session,
        }
    }

    /// The scope, for a change of how work stands.
    fn writing(&self) -> Result<&Scope, ApiError> {
        self.to(Action::Workflow)
    }

    /// The scope, for one who may do this.
    fn to(&self, action: Action) -> Result<&Scope, ApiError> {
        self.session.scope.check(action)?;
        Ok(&self.session.scope)
    }
}

#[async_trait]
impl InboxPort for SessionInbox {
    async fn bootstrap(
        &self,
        parent_origin: String,
        open: Option<ConversationId>,
        filter: ListFilter,
    ) -> Result<Bootstrap, ApiError> {
        check_origin(&self.session, &parent_origin)?;
        let scope = self.to(Action::Read)?;
        let store = &self.state.store;
        let brand = branding::of_session(&**store, scope).await?;
        let snapshot = store.snapshot(scope, open.as_ref(), &filter).await?;
        Ok(Bootstrap {
            numbers: snapshot.numbers.into_iter().map(shown).collect(),
            conversations: snapshot.conversations,
            open: snapshot.open,
            unread_total: snapshot.unread_total,
            cursor: snapshot.cursor,
            session: SessionTimes {
                now: now_ms(),
                issued_at: self.claims.iat * 1000,
                expires_at: self.claims.exp * 1000,
                session_ends_at: self.claims.end * 1000,
            },
            brand,
            counts: snapshot.counts,
            labels: snapshot.labels,
            me: self.session.scope.operator().map(OperatorRecord::shown),
            read_only: !self.session.scope.may_write(),
        })
    }

    async fn list_conversations(
        &self,
        filter: ListFilter,
        page: PageRequest,
    ) -> Result<ConversationPage, ApiError> {
        Ok(self
            .state
            .store
            .list_conversations(self.to(Action::Read)?, &filter, &page)
            .await?)
    }

    async fn change_conversations(
        &self,
        mut ids: Vec<ConversationId>,
        work: Work,
    ) -> Result<Vec<Conversation>, ApiError> {
        let scope = self.writing()?;
        if ids.len() > MAX_AT_ONCE {
            return Err(ApiError::new(
                Code::TooManyIds,
                format!("Change at most {MAX_AT_ONCE} conversations at once."),
            )
            .at("ids"));
        }
        ids.sort_unstable();
        ids.dedup();
        if let Work::Snooze { until } = work
            && !(now_ms()..now_ms() + SNOOZE_MAX_MS).contains(&until)
        {
            return Err(ApiError::new(
                Code::WorkInvalid,
                "Choose a time that is to come, within a year.",
            )
            .at("work.until"));
        }
        let store = &self.state.store;
        let rows = store.change_conversations(scope, &ids, &work).await?;
        if work == Work::Read {
            // The receipt is for the contact: without it the conversation is read all the same.
            for id in &ids {
                if let Err(error) = store.signal(scope, id, SignalKind::Read).await {
                    tracing::warn!(%error, "a read receipt could not be queued");
                }
            }
            self.state.signals.wake();
        }
        Ok(rows)
    }

    async fn totals(&self) -> Result<Totals, ApiError> {
        Ok(self.state.store.totals(self.to(Action::Read)?).await?)
    }

    async fn list_operators(&self) -> Result<Vec<Operator>, ApiError> {
        Ok(self.state.store.operators(self.to(Action::Read)?).await?)
    }

    async fn list_labels(&self) -> Result<Vec<Label>, ApiError> {
        Ok(self.state.store.labels(self.to(Action::Read)?).await?)
    }

    async fn create_label(&self, name: String, colour: Colour) -> Result<Vec<Label>, ApiError> {
        let scope = self.to(Action::ManageShared)?;
        let name = check_name(&name)?;
        Ok(self.state.store.create_label(scope, &name, colour).await?)
    }

    async fn change_label(
        &self,
        label: LabelId,
        name: String,
        colour: Colour,
    ) -> Result<Vec<Label>, ApiError> {
        let scope = self.to(Action::ManageShared)?;
        let name = check_name(&name)?;
        let store = &self.state.store;
        Ok(store.change_label(scope, &label, &name, colour).await?)
    }

    async fn delete_label(&self, label: LabelId) -> Result<Vec<Label>, ApiError> {
        Ok(self
            .state
            .store
            .delete_label(self.to(Action::ManageShared)?, &label)
            .await?)
    }

    async fn mark_read(
        &self,
        conversation: ConversationId,
        up_to: MessageId,
    ) -> Result<MarkedRead, ApiError> {
        let scope = self.writing()?;
        let store = &self.state.store;
        let read = store.mark_read(scope, &conversation, &up_to).await?;
        // The receipt is for the contact: without it the conversation is read all the same.
        match store.signal(scope, &conversation, SignalKind::Read).await {
            Ok(true) => self.state.signals.wake(),
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "a read receipt could not be queued"),
        }
        Ok(read)
    }

    async fn typing(&self, conversation: ConversationId) -> Result<bool, ApiError> {
        let store = &self.state.store;
        let seen = store
            .signal(self.to(Action::Reply)?, &conversation, SignalKind::Typing)
            .await?;
        if seen {
            self.state.signals.wake();
        }
        Ok(seen)
    }

    async fn tell_presence(
        &self,
        conversation: ConversationId,
        doing: Doing,
    ) -> Result<bool, ApiError> {
        let scope = self.to(Action::Read)?;
        let row = self.state.store.conversation(scope, &conversation).await?;
        let Some(operator) = scope.operator().map(OperatorRecord::shown) else {
            return Ok(false);
        };
        // Who may not write does not, whatever their page says.
        let doing = match doing {
            Doing::Typing if !scope.may(Action::Note) => Doing::Looking,
            doing => doing,
        };
        self.state.hub.tell(&Told {
            tenant: scope.tenant().clone(),
            number: row.number_id,
            here: Here {
                conversation_id: row.id,
                operator: Operator {
                    email: None,
                    ..operator
                },
                doing,
            },
        });
        Ok(true)
    }

    async fn list_templates(
        &self,
        number: NumberId,
        query: String,
        language: Option<String>,
    ) -> Result<Vec<MessageTemplate>, ApiError> {
        let store = &self.state.store;
        let all = store.templates(self.to(Action::Read)?, &number).await?;
        let wanted = query.trim().to_lowercase();
        let mut found: Vec<MessageTemplate> = all
            .into_iter()
            .filter(|template| {
                language
                    .as_ref()
                    .is_none_or(|code| template.language == *code)
                    && [&template.name, &template.body]
                        .iter()
                        .any(|text| text.to_lowercase().contains(&wanted))
            })
            .collect();
        found.sort_by_key(|template| !template.is_approved());
        found.truncate(TEMPLATES_AT_ONCE);
        Ok(found)
    }

    async fn react(&self, message: MessageId, emoji: String) -> Result<Message, ApiError> {
        let scope = self.to(Action::Reply)?;
        check_sign(&emoji)?;
        let store = &self.state.store;
        let message = store.react(scope, &message, &emoji, Some(now_ms())).await?;
        self.state.signals.wake();
        Ok(message)
    }

    async fn list_messages(
        &self,
        conversation: ConversationId,
        page: PageRequest,
    ) -> Result<MessagePage, ApiError> {
        Ok(self
            .state
            .store
            .list_messages(self.to(Action::Read)?, &conversation, &page)
            .await?)
    }

    async fn messages_around(
        &self,
        conversation: ConversationId,
        message: MessageId,
    ) -> Result<MessagePage, ApiError> {
        Ok(self
            .state
            .store
            .messages_around(self.to(Action::Read)?, &conversation, &message)
            .await?)
    }

    async fn contact(&self, conversation: ConversationId) -> Result<ContactDetails, ApiError> {
        let store = &self.state.store;
        Ok(store
            .contact_details(self.to(Action::Read)?, &conversation)
            .await?)
    }

    async fn change_contact(
        &self,
        conversation: ConversationId,
        seen: Option<i64>,
        name: Option<String>,
        fields: Vec<ContactField>,
    ) -> Result<ContactDetails, ApiError> {
        let scope = self.writing()?;
        let wanted = KnownOfContact {
            name: check_own_name(name.as_deref())?,
            fields: check_fields(fields)?,
        };
        let store = &self.state.store;
        Ok(store
            .change_contact(scope, &conversation, seen, &wanted)
            .await?)
    }

    async fn list_shelf(
        &self,
        conversation: ConversationId,
        sort: Shelf,
        page: PageRequest,
    ) -> Result<MessagePage, ApiError> {
        let store = &self.state.store;
        Ok(store
            .shelf(self.to(Action::Read)?, &conversation, sort, &page)
            .await?)
    }

    async fn send_message(
        &self,
        conversation: ConversationId,
        client_id: ClientId,
        text: String,
    ) -> Result<Message, ApiError> {
        // As plain text: its field is named as it is here.
        check_text(&text, "text")?;
        self.send_draft(conversation, client_id, Draft::text(text))
            .await
    }

    async fn send_draft(
        &self,
        conversation: ConversationId,
        client_id: ClientId,
        draft: Draft,
    ) -> Result<Message, ApiError> {
        let scope = self.to(Action::Reply)?;
        draft.check(now_ms())?;
        let media = match draft.media() {
            Some(media) => {
                let kept = &self.state.files;
                kept.uploaded(scope, &conversation, media).await?
            }
            None => None,
        };
        let template = match &draft.content {
            DraftContent::Template { name, language, .. } => {
                let store = &self.state.store;
                store.template(scope, &conversation, name, language).await?
            }
            _ => None,
        };
        let mut outgoing = compose(draft, media, template.as_ref())?;
        if outgoing.draft.needs_window() {
            let now = now_ms();
            outgoing.window_at = Some(outgoing.draft.deliver_at.unwrap_or(now).max(now));
        }
        let message = self
            .state
            .store
            .send_message(scope, &conversation, &client_id, outgoing)
            .await?;
        self.state.outbox.wake();
        Ok(message)
    }

    async fn write_note(
        &self,
        conversation: ConversationId,
        client_id: ClientId,
        text: String,
        mentions: Vec<OperatorId>,
    ) -> Result<Message, ApiError> {
        let scope = self.to(Action::Note)?;
        check_note(&text, &mentions)?;
        let note = NewNote::new(&text, mentions);
        Ok(self
            .state
            .store
            .write_note(scope, &conversation, &client_id, &note)
            .await?)
    }

    async fn cancel_message(&self, message: MessageId) -> Result<Message, ApiError> {
        Ok(self
            .state
            .store
            .cancel_message(self.to(Action::Reply)?, &message)
            .await?)
    }

    async fn retry_message(&self, message: MessageId) -> Result<Message, ApiError> {
        let message = self
            .state
            .store
            .retry_message(self.to(Action::Reply)?, &message, Some(now_ms()))
            .await?;
        self.state.outbox.wake();
        Ok(message)
    }

    async fn media_urls(&self, ids: Vec<MediaId>) -> Result<Vec<MediaLink>, ApiError> {
        if ids.len() > MAX_LINKS {
            return Err(ApiError::new(
                Code::TooManyIds,
                format!("Ask for at most {MAX_LINKS} files at once."),
            )
            .at("ids"));
        }
        let found = self.state.store.media(self.to(Action::Read)?, &ids).await?;
        let expires_at = Links::end(now_ms());
        let link = |media: &MediaId, variant| {
            let grant = Grant {
                tenant: self.claims.sub.clone(),
                holder: Holder::Session(self.claims.sid.clone()),
                expires_at,
                variant,
            };
            self.state.media.links.path(media, &grant)
        };
        Ok(found
            .into_iter()
            .map(|media| MediaLink {
                url: link(&media.id, Variant::Shown),
                thumbnail: media
                    .thumbnail
                    .is_some()
                    .then(|| link(&media.id, Variant::Thumbnail)),
                download: link(&media.id, Variant::Saved),
                id: media.id,
                expires_at,
            })
            .collect())
    }

    async fn fetch_media_again(&self, media: MediaId) -> Result<Message, ApiError> {
        let message = self
            .state
            .store
            .fetch_media_again(self.writing()?, &media, now_ms())
            .await?;
        self.state.media.wake();
        Ok(message)
    }

    async fn list_quick_replies(&self) -> Result<QuickReplies, ApiError> {
        Ok(self
            .state
            .store
            .quick_replies(self.to(Action::Read)?)
            .await?)
    }

    async fn create_quick_reply(
        &self,
        shortcut: String,
        text: String,
    ) -> Result<QuickReply, ApiError> {
        let shortcut = shortcut_of(&shortcut)?;
        check_reply(&text)?;
        let reply = QuickReply::new(fresh!(QuickReplyId), shortcut, text);
        let store = &self.state.store;
        store
            .create_quick_reply(self.to(Action::ManageShared)?, &reply)
            .await?;
        Ok(reply)
    }

    async fn update_quick_reply(
        &self,
        id: QuickReplyId,
        shortcut: String,
        text: String,
    ) -> Result<QuickReply, ApiError> {
        let shortcut = shortcut_of(&shortcut)?;
        check_reply(&text)?;
        let reply = QuickReply::new(id, shortcut, text);
        let store = &self.state.store;
        Ok(store
            .update_quick_reply(self.to(Action::ManageShared)?, &reply)
            .await?)
    }

    async fn delete_quick_reply(&self, id: QuickReplyId) -> Result<bool, ApiError> {
        let store = &self.state.store;
        store
            .delete_quick_reply(self.to(Action::ManageShared)?, &id)
            .await?;
        Ok(true)
    }

    async fn search(
        &self,
        query: String,
        conversation: Option<ConversationId>,
        page: PageRequest,
    ) -> Result<SearchPage, ApiError> {
        let query = Query::read(&query)?;
        Ok(self
            .state
            .store
            .search(self.to(Action::Read)?, &query, conversation.as_ref(), &page)
            .await?)
    }
}

fn shown(number: NumberRecord) -> Number {
    shown_number(
        number.id,
        number.name,
        number.phone,
        number.refusal.as_deref(),
        number.link_state,
    )
}
