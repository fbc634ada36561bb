//! Providers: the outside turned into our reports, and our sends into its calls. Messages and files are Meta's WhatsApp Cloud API and
//! nothing else; a phone that is linked by a code stands behind a gateway that speaks it too. How a number gets connected differs, and is
//! one trait.

pub mod cloud_api;
mod connector;
mod gateway;

pub use connector::{Attempt, ConnectError, Connector, Link, Step};
pub use gateway::{Gateway, GatewaySettings};
