//! Calls to addresses that somebody else has chosen. They go out to the world, never into the network that the server stands in.
//!
//! Two doors lead in by a name or an address that looks harmless. A name is looked at where it is resolved, by [`PublicOnly`], and the
//! connection goes to what was looked at: a name that changes its mind afterwards changes nothing. An address that is written out is not
//! resolved by anybody, so [`Reach::check`] looks at it before each call. A redirect would be a third door; who calls follows none.

mod address;
#[cfg(test)]
mod tests;

pub use address::is_public;

use reqwest::ClientBuilder;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::SocketAddr;
use std::sync::Arc;
use url::{Host, Url};

/// How far calls may go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reach {
    /// To public addresses, by TLS.
    #[default]
    Public,
    /// Anywhere, also without TLS: what the operator allows where the receivers stand in the same network (tests, a demo, on premises).
    Anywhere,
}

/// Why an address is not called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreachable {
    /// Neither `https` nor, where that is allowed, `http`.
    #[error("the address must begin with https://")]
    NotHttps,
    /// It carries a user or a password, which would stand in logs.
    #[error("the address must not carry a user or a password")]
    WithUser,
    /// It names no host, or one of our own network.
    #[error("the address leads into a private network")]
    Private,
}

impl Reach {
    /// Whether this address may be called, as far as it can be told without resolving its name.
    pub fn check(self, url: &Url) -> Result<(), Unreachable> {
        match (self, url.scheme()) {
            (_, "https") | (Self::Anywhere, "http") => {}
            _ => return Err(Unreachable::NotHttps),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Unreachable::WithUser);
        }
        let is_fit = match url.host() {
            None => false,
            Some(_) if self == Self::Anywhere => true,
            Some(Host::Ipv4(v4)) => is_public(v4.into()),
            Some(Host::Ipv6(v6)) => is_public(v6.into()),
            Some(Host::Domain(name)) => !is_local(name),
        };
        if is_fit {
            Ok(())
        } else {
            Err(Unreachable::Private)
        }
    }

    /// A client that goes so far and no further: no redirect is followed, and none is sent through a proxy, which would resolve names by
    /// itself.
    pub fn limit(self, builder: ClientBuilder) -> ClientBuilder {
        let builder = builder
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy();
        match self {
            Self::Public => builder.https_only(true).dns_resolver(Arc::new(PublicOnly)),
            Self::Anywhere => builder,
        }
    }
}

/// Names that mean this machine by themselves (RFC 6761). Others are looked at where they are resolved.
fn is_local(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

/// Names to addresses, without those of our own network.
pub struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|at| is_public(at.ip())).collect();
            if public.is_empty() {
                return Err("the name leads to no public address".into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}
