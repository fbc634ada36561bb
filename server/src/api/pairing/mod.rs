//! Connecting numbers: by a key, and by a link that somebody else got.

mod bodies;
pub(super) mod create;
mod fields;
pub(super) mod link;
pub(super) mod proof;
pub(super) mod stream;

pub use bodies::{
    CodeBody, CreatedNumberBody, InstanceBody, LinkInfoBody, LinkStateBody, LinkStatusBody,
    RemotePairingBody, StartedBody,
};
pub use create::{code, create, invite};
pub use fields::{NewNumberBody, NumberSettingsInput, RemotePairingInput};
pub(crate) use link::{admitted, admitted_to_try};
pub use link::{info, start, status};
pub use proof::{CredentialsBody, SignupBody, credentials, signup};
pub(crate) use proof::{by_credentials, by_signup};
pub use stream::events;
