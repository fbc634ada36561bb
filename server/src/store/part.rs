//! Which part of the list is asked for, and which index has it in order.

use super::StoreError;
use crate::access::Scope;
use app::ids::{NumberId, OperatorId};
use app::workflow::{ListFilter, View};

/// The index that is walked. It has what narrows most; the rest is looked at row by row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// By state.
    State,
    /// Open and unread.
    Unread,
    /// Open and nobody's.
    Unassigned,
    /// Somebody's.
    Assignee,
    /// With a label.
    Label,
}

/// What to look for.
pub(super) struct Part<'f> {
    pub source: Source,
    /// Of these, each of the scope.
    pub numbers: Vec<&'f NumberId>,
    pub state: &'static str,
    pub unread: bool,
    pub unassigned: bool,
    pub assignee: Option<&'f OperatorId>,
    pub label: Option<&'f str>,
}

impl<'f> Part<'f> {
    /// `None` where nothing can be found: nobody is at work here, so nothing is theirs; or it is said to be two people's.
    pub fn of(filter: &'f ListFilter, scope: &'f Scope) -> Result<Option<Self>, StoreError> {
        let numbers = match &filter.number {
            None => scope.numbers().iter().collect(),
            Some(number) if scope.allows(number) => vec![number],
            Some(_) => return Err(StoreError::NotFound),
        };
        let me = scope.operator().map(|operator| &operator.id);
        let mut assignee = filter.assignee.as_ref();
        if filter.view == View::Mine {
            if me.is_none() || assignee.is_some_and(|one| Some(one) != me) {
                return Ok(None);
            }
            assignee = me;
        }
        let unassigned = filter.view == View::Unassigned;
        if unassigned && assignee.is_some() {
            return Ok(None);
        }
        let label = filter.label.as_ref().map(app::ids::LabelId::as_str);
        let unread = filter.view == View::Unread;
        let source = match (label, assignee) {
            (Some(_), _) => Source::Label,
            (None, Some(_)) => Source::Assignee,
            (None, None) if unread => Source::Unread,
            (None, None) if unassigned => Source::Unassigned,
            (None, None) => Source::State,
        };
        Ok(Some(Self {
            source,
            numbers,
            state: filter.view.state().as_str(),
            unread,
            unassigned,
            assignee,
            label,
        }))
    }
}
