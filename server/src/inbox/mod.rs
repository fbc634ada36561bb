//! The inbox port on the server: what the server functions reach, bound to one session's scope.

use crate::access::{Claims, LiveSession, check_origin};
use crate::branding;
use crate::clock::now_ms;
use crate::media::{Grant, Links, Variant};
use crate::messages::compose;
use crate::state::AppState;
use crate::store::{NumberRecord, Query, SignalKind};
use app::conversations::{ConversationPage, MarkedRead};
use app::error::{ApiError, Code};
use app::ids::{ClientId, ConversationId, MediaId, MessageId, NumberId};
use app::inbox::{Bootstrap, InboxPort, SessionTimes};
use app::media::{MAX_LINKS, MediaLink};
use app::messages::{Draft, DraftContent, Message, MessagePage, check_sign, check_text};
use app::numbers::Number;
use app::paging::PageRequest;
use app::search::SearchPage;
use app::templates::MessageTemplate;
use async_trait::async_trait;
use std::sync::Arc;

/// Templates in one answer.
const TEMPLATES_AT_ONCE: usize = 200;

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
}

#[async_trait]
impl InboxPort for SessionInbox {
    async fn bootstrap(
        &self,
        parent_origin: String,
        open: Option<ConversationId>,
    ) -> Result<Bootstrap, ApiError> {
        check_origin(&self.session, &parent_origin)?;
        let store = &self.state.store;
        let brand = branding::of_session(&**store, &self.session.scope).await?;
        let snapshot = store.snapshot(&self.session.scope, open.as_ref()).await?;
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
        })
    }

    async fn list_conversations(&self, page: PageRequest) -> Result<ConversationPage, ApiError> {
        Ok(self
            .state
            .store
            .list_conversations(&self.session.scope, &page)
            .await?)
    }

    async fn mark_read(
        &self,
        conversation: ConversationId,
        up_to: MessageId,
    ) -> Result<MarkedRead, ApiError> {
        let scope = &self.session.scope;
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
            .signal(&self.session.scope, &conversation, SignalKind::Typing)
            .await?;
        if seen {
            self.state.signals.wake();
        }
        Ok(seen)
    }

    async fn list_templates(
        &self,
        number: NumberId,
        query: String,
        language: Option<String>,
    ) -> Result<Vec<MessageTemplate>, ApiError> {
        let store = &self.state.store;
        let all = store.templates(&self.session.scope, &number).await?;
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
        check_sign(&emoji)?;
        let store = &self.state.store;
        let message = store
            .react(&self.session.scope, &message, &emoji, Some(now_ms()))
            .await?;
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
            .list_messages(&self.session.scope, &conversation, &page)
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
        draft.check(now_ms())?;
        let scope = &self.session.scope;
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

    async fn cancel_message(&self, message: MessageId) -> Result<Message, ApiError> {
        Ok(self
            .state
            .store
            .cancel_message(&self.session.scope, &message)
            .await?)
    }

    async fn retry_message(&self, message: MessageId) -> Result<Message, ApiError> {
        let message = self
            .state
            .store
            .retry_message(&self.session.scope, &message, Some(now_ms()))
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
        let found = self.state.store.media(&self.session.scope, &ids).await?;
        let expires_at = Links::end(now_ms());
        let link = |media: &MediaId, variant| {
            let grant = Grant {
                tenant: self.claims.sub.clone(),
                session: self.claims.sid.clone(),
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
            .fetch_media_again(&self.session.scope, &media, now_ms())
            .await?;
        self.state.media.wake();
        Ok(message)
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
            .search(&self.session.scope, &query, conversation.as_ref(), &page)
            .await?)
    }
}

fn shown(number: NumberRecord) -> Number {
    Number {
        id: number.id,
        name: number.name,
        phone: number.phone,
        refusal: number.refusal,
    }
}
