//! Branding: what a tenant may change of the look. Checked when it comes in, so that whoever shows it can trust its form.

mod fields;
mod look;

pub use fields::{read_override, read_update};
pub use look::{Look, Looks, of_session, of_workspace, shown_with_pictures};

use crate::store::StoreError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is set; everything else is left to whoever is asked next.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Branding {
    /// Shown instead of the name. An https URL.
    #[schema(
        example = "https://cdn.yoursaas.com/logo.svg",
        pattern = "^https://",
        max_length = 2048
    )]
    pub logo_url: Option<String>,
    /// Buttons and accents, `#RRGGBB`. Text on it and beside it is kept readable, whatever it is.
    #[schema(example = "#0A7CFF", pattern = "^#[0-9A-Fa-f]{6}$")]
    pub primary_color: Option<String>,
    /// Surfaces, `#RRGGBB`.
    #[schema(example = "#F5F7FA", pattern = "^#[0-9A-Fa-f]{6}$")]
    pub background_color: Option<String>,
    /// Title, at most 60 characters.
    #[schema(max_length = 60)]
    pub company_name: Option<String>,
    /// Line under the title, at most 120 characters.
    #[schema(max_length = 120)]
    pub subtitle: Option<String>,
    /// Link to help. An https URL.
    #[schema(pattern = "^https://", max_length = 2048)]
    pub support_url: Option<String>,
    /// Where to go after a number was connected. An https URL; of the connect surface.
    #[schema(pattern = "^https://", max_length = 2048)]
    pub default_redirect_url: Option<String>,
    /// Hides the footer that names this product.
    pub hide_pilot_status_branding: Option<bool>,
}

impl Branding {
    /// What is stored.
    pub fn stored(json: Option<&str>) -> Result<Self, StoreError> {
        json.map_or_else(
            || Ok(Self::default()),
            |json| serde_json::from_str(json).map_err(|error| StoreError::Data(error.to_string())),
        )
    }
}
