//! The address of a NATS server, or of several.

use crate::bus::BusError;
use async_nats::{ConnectOptions, ServerAddr};
use percent_encoding::percent_decode_str;
use url::Url;

/// Where hints go. A prefix of an installation stands before it.
const SUBJECT: &str = "pilot-inbox.hints";

/// Servers, credentials and subject.
pub(super) struct Address {
    /// Any of them will do. Without credentials, so that no log line has them.
    pub servers: Vec<ServerAddr>,
    /// Of the first that has some.
    login: Login,
    /// Where hints go.
    pub subject: String,
}

#[derive(Clone, PartialEq, Eq)]
enum Login {
    Nobody,
    Token(String),
    User(String, String),
}

impl Address {
    /// Reads `nats://` or, for TLS, `tls://` addresses, separated by commas, each with `user:password@` or `token@` where the server
    /// wants them. A path becomes the prefix of the subject.
    pub fn parse(text: &str) -> Result<Self, BusError> {
        let mut address = Self {
            servers: Vec::new(),
            login: Login::Nobody,
            subject: SUBJECT.into(),
        };
        for server in text.split(',').map(str::trim) {
            if !server.starts_with("nats://") && !server.starts_with("tls://") {
                return Err(BusError::Scheme);
            }
            let mut url = Url::parse(server).map_err(unreadable)?;
            if url.host_str().is_none_or(str::is_empty) {
                return Err(unreadable("it names no host"));
            }
            if address.login == Login::Nobody {
                address.login = login(&url)?;
            }
            let path = url.path().trim_matches('/');
            if !path.is_empty() {
                address.subject = format!("{}.{SUBJECT}", checked_prefix(path)?);
            }
            url.set_path("");
            let anonymous = url.set_username("").and_then(|()| url.set_password(None));
            anonymous.map_err(|()| unreadable("it cannot have a user"))?;
            address
                .servers
                .push(ServerAddr::from_url(url).map_err(unreadable)?);
        }
        Ok(address)
    }

    /// Connects as whom the address says.
    pub fn options(&self) -> ConnectOptions {
        let options = ConnectOptions::new();
        match &self.login {
            Login::Nobody => options,
            Login::Token(token) => options.token(token.clone()),
            Login::User(user, password) => {
                options.user_and_password(user.clone(), password.clone())
            }
        }
    }
}

fn login(url: &Url) -> Result<Login, BusError> {
    let plain = |text: &str| {
        let decoded = percent_decode_str(text).decode_utf8();
        decoded
            .map(String::from)
            .map_err(|_| unreadable("user or password are not UTF-8"))
    };
    Ok(match (url.username(), url.password()) {
        ("", None) => Login::Nobody,
        (token, None) => Login::Token(plain(token)?),
        (user, Some(password)) => Login::User(plain(user)?, plain(password)?),
    })
}

fn checked_prefix(path: &str) -> Result<&str, BusError> {
    let is_subject = path.split('.').all(|part| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    });
    is_subject.then_some(path).ok_or(BusError::Prefix)
}

fn unreadable(why: impl ToString) -> BusError {
    BusError::Address(why.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(url: &str) -> (Vec<String>, String) {
        let address = Address::parse(url).unwrap();
        let servers = address.servers.iter().map(ServerAddr::as_url_str);
        (servers.map(String::from).collect(), address.subject)
    }

    #[test]
    fn addresses_are_understood() {
        assert_eq!(
            parts("nats://localhost"),
            (vec!["nats://localhost".into()], "pilot-inbox.hints".into())
        );
        assert_eq!(
            parts("nats://a:4222, tls://user:secret@b:4443/"),
            (
                vec!["nats://a:4222".into(), "tls://b:4443".into()],
                "pilot-inbox.hints".into()
            )
        );
        assert_eq!(
            parts("nats://token@[::1]:4222/eu.acme-1").1,
            "eu.acme-1.pilot-inbox.hints"
        );
    }

    #[test]
    fn who_connects_stands_in_the_address() {
        let login = |url: &str| Address::parse(url).unwrap().login;
        assert!(login("nats://a") == Login::Nobody);
        assert!(login("nats://s3cr%40t@a") == Login::Token("s3cr@t".into()));
        assert!(login("nats://a,nats://me:p%2Bw+d@b") == Login::User("me".into(), "p+w+d".into()));
    }

    #[test]
    fn what_is_no_address_is_refused_without_repeating_a_password() {
        let refused = |url: &str| {
            let error = Address::parse(url).err().expect(url);
            assert!(!error.to_string().contains("secret"), "{error}");
            error
        };
        for url in [
            "",
            "localhost:4222",
            "redis://user:secret@localhost",
            "ws://localhost",
            "nats://a,b",
        ] {
            assert_eq!(refused(url), BusError::Scheme, "{url}");
        }
        for url in [
            "nats://secret@a/b c",
            "nats://a/b/c",
            "nats://a/*",
            "nats://a/b..c",
            "nats://a/>",
        ] {
            assert_eq!(refused(url), BusError::Prefix, "{url}");
        }
        for url in [
            "nats://",
            "nats://:4222",
            "nats://a:99999",
            "nats://user:secret@a:x",
            "nats://secret%ff@a",
        ] {
            assert!(matches!(refused(url), BusError::Address(_)), "{url}");
        }
    }
}
