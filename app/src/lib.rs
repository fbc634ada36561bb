//! The inbox itself, for server and browser: model, typed server functions, embed protocol, pages and components.
//!
//! Nothing here knows of SQL, HTTP clients or providers. What the server functions need is one trait, [`inbox::InboxPort`].

pub mod attachments;
pub mod attention;
pub mod boot;
pub mod branding;
mod browser;
pub mod bulk;
pub mod caret_list;
pub mod commands;
#[cfg(feature = "ssr")]
pub mod connect;
pub mod console;
pub mod context;
pub mod conversations;
mod dialog;
mod drawn;
pub mod embed;
pub mod emoji;
pub mod error;
#[cfg(feature = "hydrate")]
mod hydrate;
pub mod i18n;
pub mod icons;
pub mod ids;
pub mod inbox;
pub mod labels;
pub mod live;
pub mod media;
pub mod messages;
pub mod notes;
pub mod numbers;
mod on_demand;
pub mod operators;
pub mod paging;
pub mod presence;
pub mod quick_replies;
pub mod search;
pub mod session;
#[cfg(feature = "ssr")]
pub mod shell;
pub mod sync;
pub mod templates;
mod viewer;
pub mod wire;
pub mod workflow;

#[cfg(feature = "hydrate")]
pub use hydrate::{hydrate, show_failure};
