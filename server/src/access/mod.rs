//! Who may do what: API keys, embed tokens, sessions, and the [`Scope`] that comes out of a verified one and of nothing else.

mod gate;
mod identity;
mod key;
mod once;
mod scope;
mod seal;
mod secret;
mod session;
mod token;

pub(crate) use gate::check_origin;
pub use gate::{
    Access, Exchanged, KeyCaller, MINT_NUMBERS_MAX, MintRequest, Minted, Newcomer, TTL_MAX_SECONDS,
};
pub use identity::Role;
pub use key::{RawKey, embed_secret, hash_key};
pub use scope::{Actor, Scope};
pub use seal::{Sealed, Sealer};
pub use secret::{MasterSecret, SecretError, Secrets};
pub use session::LiveSession;
pub use token::{Claims, Surface, TokenSigner};
