//! The inbox itself, for server and browser: model, typed server functions, embed protocol, pages and components.
//!
//! Nothing here knows of SQL, HTTP clients or providers. What the server functions need is one trait, [`inbox::InboxPort`].

pub mod attachments;
pub mod boot;
pub mod branding;
mod browser;
pub mod context;
pub mod conversations;
mod drawn;
pub mod embed;
pub mod error;
#[cfg(feature = "hydrate")]
mod hydrate;
pub mod i18n;
pub mod icons;
pub mod ids;
pub mod inbox;
pub mod live;
pub mod media;
pub mod messages;
pub mod numbers;
pub mod paging;
pub mod search;
pub mod session;
#[cfg(feature = "ssr")]
pub mod shell;
pub mod sync;
pub mod templates;
pub mod wire;

#[cfg(feature = "hydrate")]
pub use hydrate::{hydrate, show_failure};
