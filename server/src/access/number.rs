//! The one number that a request of the public API is about.

use super::gate::KeyCaller;
use super::scope::Scope;
use app::error::{ApiError, Code};
use app::ids::NumberId;

/// A caller at one number.
pub struct NumberCaller {
    /// That number and nothing else.
    pub scope: Scope,
    /// The number.
    pub number: NumberId,
}

impl KeyCaller {
    /// A number key acts on its number, whatever is named. A tenant key has to name one (Pilot Status, `x-whatsapp-number-id`).
    pub fn at_number(self, named: Option<&str>) -> Result<NumberCaller, ApiError> {
        let number = match (self.bound_to, named) {
            (Some(number), _) => Some(number),
            (None, Some(named)) => NumberId::parse(named),
            (None, None) => {
                return Err(ApiError::new(
                    Code::TenantScopeNotAllowed,
                    "This key is of the whole workspace, and this request is about one number. Name it in the x-whatsapp-number-id header, or use the number's own key.",
                ));
            }
        };
        let number = number
            .filter(|number| self.scope.allows(number))
            .ok_or_else(unknown_number)?;
        Ok(NumberCaller {
            scope: Scope::new(
                self.scope.tenant().clone(),
                vec![number.clone()],
                self.scope.actor().clone(),
            ),
            number,
        })
    }
}

impl KeyCaller {
    /// At its number, at the one that is named, or at all of the workspace where a tenant key names none.
    pub(crate) fn wherever(self, named: Option<&str>) -> Result<Scope, ApiError> {
        if self.bound_to.is_none() && named.is_none() {
            return Ok(self.scope);
        }
        Ok(self.at_number(named)?.scope)
    }
}

/// The answer to a number that is unknown, gone, or somebody else's.
pub fn unknown_number() -> ApiError {
    ApiError::new(
        Code::NumberNotFound,
        "This WhatsApp number does not exist, or is not one of this key's.",
    )
}
