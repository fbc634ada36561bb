//! Who may do what: API keys, embed tokens, sessions, and the [`Scope`] that comes out of a verified one and of nothing else.

mod console;
mod gate;
mod identity;
mod key;
mod number;
mod once;
mod operator;
mod pairing;
mod password;
mod permissions;
mod scope;
mod seal;
mod secret;
mod session;
mod token;

pub use console::{ConsoleCaller, SignIn, email};
pub use gate::{
    Access, Exchanged, KeyCaller, MINT_NUMBERS_MAX, MintRequest, Minted, Newcomer, TTL_MAX_SECONDS,
};
pub(crate) use gate::{KeyMark, check_origin};
pub use key::{RawKey, embed_secret, hash_key, webhook_secret};
pub use number::{NumberCaller, unknown_number};
pub use operator::Role;
pub(crate) use operator::{is_subject, shown as shown_name};
pub use pairing::PairingId;
pub use password::hash_password;
pub use permissions::Action;
pub use scope::{Actor, Scope};
pub use seal::{Sealed, Sealer};
pub use secret::{MasterSecret, SecretError, Secrets};
pub use session::LiveSession;
pub use token::{Claims, Surface, TokenSigner};
