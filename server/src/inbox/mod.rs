//! The inbox port on the server: what the server functions reach, bound to one session's scope.

use crate::access::{Claims, LiveSession, check_origin};
use crate::branding;
use crate::clock::now_ms;
use crate::media::{Grant, Links, Variant};
use crate::state::AppState;
use crate::store::{NumberRecord, Query};
use app::conversations::{ConversationPage, MarkedRead};
use app::error::{ApiError, Code};
use app::ids::{ClientId, ConversationId, MediaId, MessageId};
use app::inbox::{Bootstrap, InboxPort, SessionTimes};
use app::media::{MAX_LINKS, MediaLink};
use app::messages::{MAX_TEXT_CHARS, Message, MessagePage};
use app::numbers::Number;
use app::paging::PageRequest;
use app::search::SearchPage;
use async_trait::async_trait;
use std::sync::Arc;

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
        Ok(self
            .state
            .store
            .mark_read(&self.session.scope, &conversation, &up_to)
            .await?)
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
        let text = checked_text(&text)?;
        let message = self
            .state
            .store
            .send_message(&self.session.scope, &conversation, &client_id, &text)
            .await?;
        self.state.outbox.wake();
        Ok(message)
    }

    async fn retry_message(&self, message: MessageId) -> Result<Message, ApiError> {
        let message = self
            .state
            .store
            .retry_message(&self.session.scope, &message)
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
    }
}

/// A text as it will go out: NUL, which neither WhatsApp nor the databases carry, is replaced; the length is checked in characters.
fn checked_text(text: &str) -> Result<String, ApiError> {
    if text.trim().is_empty() {
        return Err(
            ApiError::new(Code::TextEmpty, "Write something before you send it.").at("text"),
        );
    }
    let length = text.chars().count();
    if length > MAX_TEXT_CHARS {
        return Err(ApiError::new(
            Code::TextTooLong,
            format!("This message has {length} characters; WhatsApp takes at most {MAX_TEXT_CHARS}. Shorten it or send it in parts."),
        )
        .at("text"));
    }
    Ok(text.replace('\0', "\u{fffd}"))
}
