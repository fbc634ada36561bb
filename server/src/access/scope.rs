//! The one rule about access: every read or write of tenant data takes a [`Scope`] as its first argument.

use crate::store::OperatorRecord;
use app::ids::{AccountId, ApiKeyId, NumberId, SessionId, TenantId};

/// What a verified credential may touch. There is no public constructor: [`super::Access`] makes one from an API key or an
/// embed token that it has verified, and nothing else does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    tenant: TenantId,
    numbers: Vec<NumberId>,
    numbers_json: String,
    actor: Actor,
    operator: Option<OperatorRecord>,
}

/// On whose behalf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A customer's backend.
    ApiKey(ApiKeyId),
    /// An embedded inbox.
    Session(SessionId),
    /// Somebody who is signed in.
    Account(AccountId),
    /// Whoever has an address of ours, for one file.
    Address,
}

impl Scope {
    pub(super) fn new(tenant: TenantId, numbers: Vec<NumberId>, actor: Actor) -> Self {
        let texts: Vec<&str> = numbers.iter().map(NumberId::as_str).collect();
        let numbers_json = serde_json::Value::from(texts).to_string();
        Self {
            tenant,
            numbers,
            numbers_json,
            actor,
            operator: None,
        }
    }

    /// The same, at the hands of an operator.
    #[must_use]
    pub(super) fn with_operator(mut self, operator: Option<OperatorRecord>) -> Self {
        self.operator = operator;
        self
    }

    /// The tenant.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// The numbers, each of them the tenant's and not deleted at the time of verification.
    pub fn numbers(&self) -> &[NumberId] {
        &self.numbers
    }

    /// The numbers as a JSON array of text, the form in which queries take them.
    pub fn numbers_json(&self) -> &str {
        &self.numbers_json
    }

    /// Whether what belongs to this number may be seen.
    pub fn allows(&self, number: &NumberId) -> bool {
        self.numbers.contains(number)
    }

    /// Who is at work, where the session says so.
    pub fn operator(&self) -> Option<&OperatorRecord> {
        self.operator.as_ref()
    }

    /// On whose behalf.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }
}
