//! Templates: messages that WhatsApp has approved, the only ones that may be sent while the customer service window is shut.

pub mod api;
mod fill;
mod model;
mod picker;

pub use fill::{Preview, check, preview, variables};
pub use model::*;
pub use picker::TemplatePicker;
pub(crate) use picker::picker_part;
