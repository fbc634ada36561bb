//! What the server functions need from the server. The server's edge verifies the credential, binds a port to the scope it
//! grants, and puts it into the request; so a server function cannot reach data without a scope.

use super::Bootstrap;
use crate::conversations::{ConversationPage, MarkedRead};
use crate::error::{ApiError, Code};
use crate::ids::{ClientId, ConversationId, MediaId, MessageId, NumberId};
use crate::media::MediaLink;
use crate::messages::{Draft, Message, MessagePage};
use crate::paging::PageRequest;
use crate::search::SearchPage;
use crate::templates::MessageTemplate;
use async_trait::async_trait;
use std::sync::Arc;

/// The inbox of one verified session. Ids outside its scope answer as unknown ids do.
#[async_trait]
pub trait InboxPort: Send + Sync {
    /// The first screen.
    async fn bootstrap(
        &self,
        parent_origin: String,
        open: Option<ConversationId>,
    ) -> Result<Bootstrap, ApiError>;
    /// A page of the list.
    async fn list_conversations(&self, page: PageRequest) -> Result<ConversationPage, ApiError>;
    /// Marks messages as seen.
    async fn mark_read(
        &self,
        conversation: ConversationId,
        up_to: MessageId,
    ) -> Result<MarkedRead, ApiError>;
    /// A page of one conversation.
    async fn list_messages(
        &self,
        conversation: ConversationId,
        page: PageRequest,
    ) -> Result<MessagePage, ApiError>;
    /// Queues a text.
    async fn send_message(
        &self,
        conversation: ConversationId,
        client_id: ClientId,
        text: String,
    ) -> Result<Message, ApiError>;
    /// Queues anything that can be sent.
    async fn send_draft(
        &self,
        conversation: ConversationId,
        client_id: ClientId,
        draft: Draft,
    ) -> Result<Message, ApiError>;
    /// Puts a sign on a message.
    async fn react(&self, message: MessageId, emoji: String) -> Result<Message, ApiError>;
    /// Lets the contact see that somebody types.
    async fn typing(&self, conversation: ConversationId) -> Result<bool, ApiError>;
    /// Templates of a number.
    async fn list_templates(
        &self,
        number: NumberId,
        query: String,
        language: Option<String>,
    ) -> Result<Vec<MessageTemplate>, ApiError>;
    /// Takes back a message that has not gone out.
    async fn cancel_message(&self, message: MessageId) -> Result<Message, ApiError>;
    /// Queues a failed message again.
    async fn retry_message(&self, message: MessageId) -> Result<Message, ApiError>;
    /// Addresses of files, for this session and for some minutes.
    async fn media_urls(&self, ids: Vec<MediaId>) -> Result<Vec<MediaLink>, ApiError>;
    /// Fetches a file once more.
    async fn fetch_media_again(&self, media: MediaId) -> Result<Message, ApiError>;
    /// Finds contacts and messages, or messages of one conversation.
    async fn search(
        &self,
        query: String,
        conversation: Option<ConversationId>,
        page: PageRequest,
    ) -> Result<SearchPage, ApiError>;
}

/// The port that the edge put into this request.
pub fn port() -> Result<Arc<dyn InboxPort>, ApiError> {
    leptos::prelude::use_context::<http::request::Parts>()
        .and_then(|parts| parts.extensions.get::<Arc<dyn InboxPort>>().cloned())
        .ok_or_else(|| {
            ApiError::new(
                Code::TokenMissing,
                "Send the embed token as a Bearer token.",
            )
        })
}
