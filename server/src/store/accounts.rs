//! Accounts of the console: people who sign in with an address and a password. Name and role are those of the operator that each
//! account is.

use super::{NewNumber, OperatorRecord, StoreError};
use crate::access::{Role, Scope};
use app::error::{ApiError, Code};
use app::ids::{AccountId, NumberId, OperatorId, SessionId, TenantId};
use async_trait::async_trait;

/// An account.
#[derive(Debug, Clone)]
pub struct AccountRecord {
    /// Its id.
    pub id: AccountId,
    /// Its workspace.
    pub tenant: TenantId,
    /// Name of the workspace.
    pub workspace: String,
    /// Who it is: name and role.
    pub operator: OperatorRecord,
    /// With what the person signs in, in small letters.
    pub email: String,
    /// The numbers that it is given; `None`: all of the workspace.
    pub numbers: Option<Vec<NumberId>>,
    /// The numbers that it reaches: those of the above that are connected.
    pub reach: Vec<NumberId>,
    /// Argon2id; `None` until the invitation is taken.
    pub password: Option<String>,
    /// When it was made.
    pub created_at: i64,
    /// Last sign-in.
    pub seen_at: Option<i64>,
    /// Since when it is shut.
    pub disabled_at: Option<i64>,
}

/// An account to make.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Its id.
    pub id: AccountId,
    /// Id of the operator that it is.
    pub operator: OperatorId,
    /// In small letters.
    pub email: String,
    /// What colleagues see.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// Its numbers; `None`: all.
    pub numbers: Option<Vec<NumberId>>,
    /// Argon2id; `None` where an invitation lets the person choose it.
    pub password: Option<String>,
    /// Now.
    pub created_at: i64,
}

impl NewAccount {
    /// By which its operator is known among those that a tenant's own system names: none of those has a control character.
    pub(super) fn subject(&self) -> String {
        format!("\u{1}{}", self.id)
    }
}

/// What may be changed of an account, all of it said.
#[derive(Debug, Clone)]
pub struct AccountChange {
    /// What it may do.
    pub role: Role,
    /// Its numbers; `None`: all.
    pub numbers: Option<Vec<NumberId>>,
    /// Shuts it, or opens it again.
    pub disabled: bool,
}

/// A link to make. Of an account it takes the place of those before.
#[derive(Debug, Clone)]
pub struct NewLink {
    /// Hash of its secret.
    pub id: String,
    /// Whose password it lets choose; `None`: makes the first account of the installation.
    pub account: Option<AccountId>,
    /// Now.
    pub created_at: i64,
    /// Until when it is good.
    pub expires_at: i64,
}

/// What a link that is good opens.
#[derive(Debug, Clone)]
pub enum LinkRecord {
    /// The set-up of an installation that has no workspace.
    SetUp,
    /// The password of an account.
    Account(Box<AccountRecord>),
}

/// What the set-up makes, all or nothing.
#[derive(Debug, Clone)]
pub struct NewWorkspace {
    /// The workspace.
    pub tenant: TenantId,
    /// Its name.
    pub name: String,
    /// The first admin.
    pub admin: NewAccount,
    /// The first number.
    pub number: Option<NewNumber>,
}

/// A session of the console to begin.
#[derive(Debug, Clone)]
pub struct NewConsoleSession {
    /// Hash of the cookie.
    pub id: String,
    /// Whose.
    pub account: AccountId,
    /// Now.
    pub created_at: i64,
    /// End, unless it is used before.
    pub idle_at: i64,
    /// End, whatever is used.
    pub ends_at: i64,
}

/// A session of the console that has not ended, of an account that is not shut.
#[derive(Debug, Clone)]
pub struct ConsoleSessionRecord {
    /// Whose.
    pub account: AccountRecord,
    /// End, unless it is used before.
    pub idle_at: i64,
    /// End, whatever is used.
    pub ends_at: i64,
}

/// A session of the inbox for one of the console.
#[derive(Debug, Clone)]
pub struct NewAccountSession {
    /// Its id.
    pub id: SessionId,
    /// The console's.
    pub console: String,
    /// Who works in it.
    pub operator: OperatorId,
    /// The page that shows it: our own.
    pub origin: String,
    /// Lifetime of each of its tokens.
    pub ttl_ms: i64,
    /// Now.
    pub created_at: i64,
    /// End of the first token.
    pub expires_at: i64,
    /// End of the session.
    pub ends_at: i64,
}

/// Accounts, their sessions and their links.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// Whether anybody can sign in.
    async fn has_accounts(&self) -> Result<bool, StoreError>;
    /// An account by the address that somebody signs in with. It takes no scope: nobody has said who they are.
    async fn account_by_email(&self, email: &str) -> Result<Option<AccountRecord>, StoreError>;
    /// The accounts of the tenant, oldest first.
    async fn accounts(&self, scope: &Scope) -> Result<Vec<AccountRecord>, StoreError>;
    /// Makes an account. An address that has one is refused.
    async fn create_account(
        &self,
        tenant: &TenantId,
        account: NewAccount,
    ) -> Result<(), StoreError>;
    /// Makes the first workspace with its first admin, by a link that is good for that, and is good for nothing then.
    async fn set_up(&self, link: &str, workspace: NewWorkspace, now: i64)
    -> Result<(), StoreError>;
    /// Changes an account of the tenant; its inboxes that are open begin anew. A tenant keeps one admin who can sign in.
    async fn change_account(
        &self,
        scope: &Scope,
        account: &AccountId,
        change: AccountChange,
        now: i64,
    ) -> Result<(), StoreError>;
    /// Gives an account another name.
    async fn rename_account(
        &self,
        scope: &Scope,
        account: &AccountId,
        name: &str,
    ) -> Result<(), StoreError>;
    /// Stores a link.
    async fn put_link(&self, link: NewLink) -> Result<(), StoreError>;
    /// What a link opens while it is good.
    async fn link(&self, id: &str, now: i64) -> Result<Option<LinkRecord>, StoreError>;
    /// Sets the password of the account that a good link is of. The link is good for nothing then, and the account's sessions end.
    async fn take_link(&self, id: &str, password: &str, now: i64) -> Result<AccountId, StoreError>;
    /// Sets the password of an account; its sessions end but for the one to keep.
    async fn set_password(
        &self,
        account: &AccountId,
        password: &str,
        keep: &str,
        now: i64,
    ) -> Result<(), StoreError>;
    /// Begins a session.
    async fn begin_console_session(&self, session: NewConsoleSession) -> Result<(), StoreError>;
    /// A session that has not ended.
    async fn console_session(
        &self,
        id: &str,
        now: i64,
    ) -> Result<Option<ConsoleSessionRecord>, StoreError>;
    /// A session was used: this is the end of its idleness.
    async fn use_console_session(&self, id: &str, idle_at: i64) -> Result<(), StoreError>;
    /// Ends one session, and the inboxes that were opened with it.
    async fn end_console_session(&self, id: &str, now: i64) -> Result<(), StoreError>;
    /// Ends all sessions of an account, and the inboxes that were opened with them.
    async fn end_console_sessions(&self, account: &AccountId, now: i64) -> Result<(), StoreError>;
    /// Stores a session of the inbox for one of the console.
    async fn create_account_session(
        &self,
        scope: &Scope,
        session: NewAccountSession,
    ) -> Result<(), StoreError>;
}

/// Somebody signs in with this address already.
pub(super) fn address_taken() -> StoreError {
    ApiError::new(
        Code::EmailTaken,
        "Somebody signs in with this address already. Use another one.",
    )
    .at("email")
    .into()
}

/// Nobody could change anything any more.
pub(super) fn last_admin() -> StoreError {
    ApiError::new(
        Code::LastAdmin,
        "This is the only admin who can sign in. Make somebody else an admin first.",
    )
    .into()
}
