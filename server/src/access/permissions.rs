//! What each role may do: the one table. Every server function and every route of a person asks it, through the [`Scope`].

use super::operator::Role;
use super::scope::{Actor, Scope};
use app::error::{ApiError, Code};

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Look at conversations, messages and files, and search them.
    Read,
    /// Say something to a contact: messages, files, signs, receipts, typing.
    Reply,
    /// Move work along: what was read, who it belongs to, what is done or put off, labels on a conversation, what is known of a contact.
    Workflow,
    /// Write what only colleagues see.
    Note,
    /// Arrange what all operators share: labels, quick replies.
    ManageShared,
    /// Numbers, API keys, operators, branding.
    ManageWorkspace,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Read,
        Self::Reply,
        Self::Workflow,
        Self::Note,
        Self::ManageShared,
        Self::ManageWorkspace,
    ];
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::ReadOnly, Self::Operator, Self::Admin];

    /// The table.
    pub const fn may(self, action: Action) -> bool {
        match action {
            Action::Read => true,
            Action::Reply | Action::Workflow | Action::Note | Action::ManageShared => {
                matches!(self, Self::Operator | Self::Admin)
            }
            Action::ManageWorkspace => matches!(self, Self::Admin),
        }
    }
}

impl Scope {
    /// As what one acts here. A tenant's backend arranges everything, and a session of which nobody is named answers.
    pub fn role(&self) -> Role {
        match (self.operator(), self.actor()) {
            (Some(operator), _) => operator.role,
            (None, Actor::ApiKey(_)) => Role::Admin,
            (None, Actor::Session(_) | Actor::Account(_)) => Role::Operator,
            (None, Actor::Address) => Role::ReadOnly,
        }
    }

    /// Whether conversations may be changed.
    pub fn may_write(&self) -> bool {
        self.may(Action::Workflow)
    }

    /// Whether this may be done.
    pub fn may(&self, action: Action) -> bool {
        self.role().may(action)
    }

    /// Refuses what may not be done.
    pub fn check(&self, action: Action) -> Result<(), ApiError> {
        if self.may(action) {
            return Ok(());
        }
        Err(if self.role() == Role::ReadOnly {
            ApiError::new(
                Code::ReadOnly,
                "You can look at this inbox, and change nothing in it.",
            )
        } else {
            ApiError::new(Code::NotAllowed, "Only an admin can do this.")
        })
    }
}
