//! What must not get in, and what is said about it. Sentences and codes stand here word for word: a change of them is a change of
//! the API.

mod identity;
mod messages;
mod mint;
mod tokens;
mod webhook;
