//! Who may do what: API keys, embed tokens, sessions, and the [`Scope`] that comes out of a verified one and of nothing else.

mod gate;
mod key;
mod scope;
mod seal;
mod secret;
mod session;
mod token;

pub(crate) use gate::check_origin;
pub use gate::{Access, KeyCaller, MINT_NUMBERS_MAX, MintRequest, Minted, TTL_MAX_SECONDS};
pub use key::{RawKey, hash_key};
pub use scope::{Actor, Scope};
pub use seal::{Sealed, Sealer};
pub use secret::{MasterSecret, SecretError};
pub use session::LiveSession;
pub use token::{Claims, Surface, TokenSigner};
