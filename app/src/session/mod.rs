//! The embed session in the browser: the one place that holds the token, and the client that sends it.

mod call;
mod client;
mod exchange;
mod keeper;
mod plan;
mod schedule;
mod token;

pub(crate) use call::ask_for_token;
pub use client::{ApiClient, PARENT_ORIGIN_HEADER};
pub use exchange::Exchange;
pub use keeper::{Keeper, Renewal};
pub use plan::{Plan, Renewed, Step};
pub use schedule::Lifetime;
pub use token::*;
