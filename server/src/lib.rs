//! The program behind the inbox: API, access, store, providers, live stream, outbox, simulator and command line.

pub mod access;
pub mod api;
pub mod branding;
pub mod bus;
pub mod cli;
pub mod clock;
pub mod demo;
pub mod ids;
pub mod inbox;
pub mod ingest;
pub mod installation;
pub mod live;
pub mod media;
pub mod messages;
pub mod moving;
pub mod operations;
pub mod outbox;
pub mod page;
pub mod program;
pub mod provider;
pub mod routes;
pub mod search;
pub mod simulator;
pub mod state;
pub mod store;
pub mod templates;
