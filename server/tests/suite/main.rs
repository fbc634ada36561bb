//! The server from outside: its router in this process, real storage, and where it matters real connections. One program for all
//! of it, so that it is linked once.
#![allow(
    clippy::unwrap_used,
    reason = "a panic in a test is its report, also in what the tests stand on"
)]

mod access_matrix;
mod attacks;
mod bad_input;
mod branding;
mod bus;
mod conformance;
mod console;
mod document;
mod drafts;
mod events;
mod exchange;
mod live;
mod media;
mod moving;
mod notes;
mod numbers;
mod outbox;
mod pairing;
mod presence;
mod public_api;
mod quick_replies;
mod roles;
mod rotation;
mod round_trip;
mod signals;
mod store;
mod support;
mod templates;
mod troubles;
mod webhooks;
mod webhooks_out;
mod workflow;
