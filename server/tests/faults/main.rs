//! What happens when something breaks: real processes of the program on real databases, and one fault for each test.
//!
//! The program is the one in `PILOT_INBOX_BIN` if that is set (the release build, say).
#![allow(
    clippy::unwrap_used,
    reason = "a panic in a test is its report, also in what the tests stand on"
)]

mod addresses;
mod at_once;
mod clocks;
mod crash;
mod encrypted;
mod full_disk;
mod killed;
mod processes;
mod restart;
mod rights;
mod rolling;
mod schema;
mod shared_rules;
mod waiting;
mod webhooks_out;
mod without_nats;
