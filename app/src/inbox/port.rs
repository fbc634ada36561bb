//! What the server functions need from the server. The server's edge verifies the credential, binds a port to the scope it
//! grants, and puts it into the request; so a server function cannot reach data without a scope.

use super::Bootstrap;
use crate::conversations::details::{ContactDetails, ContactField, Shelf};
use crate::conversations::{Conversation, ConversationPage, MarkedRead};
use crate::error::{ApiError, Code};
use crate::ids::{
    ClientId, ConversationId, LabelId, MediaId, MessageId, NumberId, OperatorId, QuickReplyId,
};
use crate::labels::{Colour, Label};
use crate::media::MediaLink;
use crate::messages::{Draft, Message, MessagePage};
use crate::operators::Operator;
use crate::paging::PageRequest;
use crate::presence::Doing;
use crate::quick_replies::{QuickReplies, QuickReply};
use crate::search::SearchPage;
use crate::templates::MessageTemplate;
use crate::workflow::{ListFilter, Totals, Work};
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
        filter: ListFilter,
    ) -> Result<Bootstrap, ApiError>;
    /// A page of a part of the list.
    async fn list_conversations(
        &self,
        filter: ListFilter,
        page: PageRequest,
    ) -> Result<ConversationPage, ApiError>;
    /// Does the same with some conversations.
    async fn change_conversations(
        &self,
        ids: Vec<ConversationId>,
        work: Work,
    ) -> Result<Vec<Conversation>, ApiError>;
    /// Counts.
    async fn totals(&self) -> Result<Totals, ApiError>;
    /// Who works with the numbers.
    async fn list_operators(&self) -> Result<Vec<Operator>, ApiError>;
    /// The labels of the session's numbers.
    async fn list_labels(&self) -> Result<Vec<Label>, ApiError>;
    /// Adds a label.
    async fn create_label(&self, name: String, colour: Colour) -> Result<Vec<Label>, ApiError>;
    /// Gives a label another name and colour.
    async fn change_label(
        &self,
        label: LabelId,
        name: String,
        colour: Colour,
    ) -> Result<Vec<Label>, ApiError>;
    /// Takes a label away.
    async fn delete_label(&self, label: LabelId) -> Result<Vec<Label>, ApiError>;
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
    /// The part of one conversation around a message.
    async fn messages_around(
        &self,
        conversation: ConversationId,
        message: MessageId,
    ) -> Result<MessagePage, ApiError>;
    /// What is known of the contact of a conversation.
    async fn contact(&self, conversation: ConversationId) -> Result<ContactDetails, ApiError>;
    /// Writes what operators call a contact and know of it.
    async fn change_contact(
        &self,
        conversation: ConversationId,
        seen: Option<i64>,
        name: Option<String>,
        fields: Vec<ContactField>,
    ) -> Result<ContactDetails, ApiError>;
    /// A page of what of a conversation is of one sort.
    async fn list_shelf(
        &self,
        conversation: ConversationId,
        sort: Shelf,
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
    /// Writes a note.
    async fn write_note(
        &self,
        conversation: ConversationId,
        client_id: ClientId,
        text: String,
        mentions: Vec<OperatorId>,
    ) -> Result<Message, ApiError>;
    /// Puts a sign on a message.
    async fn react(&self, message: MessageId, emoji: String) -> Result<Message, ApiError>;
    /// Lets the contact see that somebody types.
    async fn typing(&self, conversation: ConversationId) -> Result<bool, ApiError>;
    /// Lets colleagues see what one does at a conversation.
    async fn tell_presence(
        &self,
        conversation: ConversationId,
        doing: Doing,
    ) -> Result<bool, ApiError>;
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
    /// The quick replies of the session's numbers.
    async fn list_quick_replies(&self) -> Result<QuickReplies, ApiError>;
    /// Adds a quick reply.
    async fn create_quick_reply(
        &self,
        shortcut: String,
        text: String,
    ) -> Result<QuickReply, ApiError>;
    /// Changes a quick reply.
    async fn update_quick_reply(
        &self,
        id: QuickReplyId,
        shortcut: String,
        text: String,
    ) -> Result<QuickReply, ApiError>;
    /// Takes a quick reply away.
    async fn delete_quick_reply(&self, id: QuickReplyId) -> Result<bool, ApiError>;
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
