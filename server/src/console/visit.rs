//! Whoever opens a page of the console: in which language, from where, with which cookie.

use crate::access::ConsoleCaller;
use crate::api::{Failure, is_exact_origin};
use crate::state::AppState;
use app::error::{ApiError, Code};
use app::i18n::Locale;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

/// A request for a page.
pub struct Visit {
    /// What handlers share.
    pub state: AppState,
    /// Its language.
    pub locale: Locale,
    /// Where it goes.
    pub uri: Uri,
    headers: HeaderMap,
    peer: Option<IpAddr>,
}

impl FromRequestParts<AppState> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let mut visit = Self {
            state: state.clone(),
            locale: Locale::default(),
            uri: parts.uri.clone(),
            headers: parts.headers.clone(),
            peer: peer.map(|ConnectInfo(address)| address.ip().to_canonical()),
        };
        let asked = visit.query("locale");
        let tag = asked.or_else(|| {
            let languages = visit.header(header::ACCEPT_LANGUAGE.as_str())?;
            Some(languages.split([',', ';']).next()?.to_owned())
        });
        visit.locale = tag.map_or_else(Locale::default, |tag| Locale::from_tag(&tag));
        Ok(visit)
    }
}

impl Visit {
    /// A value of the address.
    pub fn query(&self, name: &str) -> Option<String> {
        let query = self.uri.query()?;
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        Some(pairs.find(|(known, _)| known == name)?.1.into_owned())
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The session's cookie.
    fn cookie(&self) -> Option<&str> {
        let name = self.state.console.cookie_name();
        self.headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
            .filter(|value| !value.is_empty())
    }

    /// Who is signed in.
    pub async fn caller(&self) -> Result<ConsoleCaller, ApiError> {
        self.state.access.console(self.cookie()).await
    }

    /// Where the request comes from. What a proxy says of it counts where the proxy is on this machine or in its network.
    pub fn address(&self) -> String {
        let Some(peer) = self.peer else {
            return "unknown".into();
        };
        let forwarded = self
            .header("x-forwarded-for")
            .and_then(|list| list.rsplit(',').next()?.trim().parse::<IpAddr>().ok());
        match forwarded {
            Some(client) if is_near(peer) => client.to_canonical().to_string(),
            _ => peer.to_string(),
        }
    }

    /// Refuses what a page of somebody else made the browser send. Browsers say where a request comes from; who says nothing is none.
    pub fn check_origin(&self) -> Result<(), ApiError> {
        let is_own = match self.header("sec-fetch-site") {
            Some(site) => site == "same-origin",
            None => self
                .header(header::ORIGIN.as_str())
                .is_some_and(|origin| self.is_own_origin(origin)),
        };
        if is_own {
            return Ok(());
        }
        Err(ApiError::new(
            Code::CrossSite,
            "This request does not come from a page of this server, so nothing was done.",
        ))
    }

    fn is_own_origin(&self, origin: &str) -> bool {
        let host = self.header(header::HOST.as_str());
        let of_host = host.is_some_and(|host| {
            ["http://", "https://"]
                .into_iter()
                .any(|scheme| origin.strip_prefix(scheme) == Some(host))
        });
        of_host || self.state.console.public_origin().as_deref() == Some(origin)
    }

    /// The origin of our own page, as the browser says it.
    pub fn own_origin(&self) -> Result<String, ApiError> {
        let origin = self.header(header::ORIGIN.as_str());
        let origin = origin.filter(|origin| is_exact_origin(origin) && self.is_own_origin(origin));
        origin.map(str::to_owned).ok_or_else(|| {
            ApiError::new(
                Code::CrossSite,
                "This request does not come from a page of this server, so nothing was done.",
            )
        })
    }

    /// Where browsers find this server: as it was told, or as they just did.
    pub fn origin(&self) -> String {
        let told = self.state.console.public_origin();
        told.unwrap_or_else(|| {
            let host = self.header(header::HOST.as_str()).unwrap_or("localhost");
            ["http://", host].concat()
        })
    }

    /// Whether a script of our own page sends this: no other page may set the header.
    pub fn is_scripted(&self) -> bool {
        self.header(app::session::PARENT_ORIGIN_HEADER)
            .is_some_and(|origin| self.is_own_origin(origin))
    }
}

/// This machine, or a network that is not the internet.
fn is_near(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_loopback() || address.is_private(),
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local(),
    }
}

/// What a form sent.
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Reads it.
    pub fn read(body: &Bytes) -> Self {
        Self(
            url::form_urlencoded::parse(body)
                .map(|(name, value)| (name.into_owned(), value.replace('\0', "\u{fffd}")))
                .collect(),
        )
    }

    /// A field, without the spaces around it; empty where it is missing.
    pub fn get(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// A field as it was typed.
    pub fn raw(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    /// All values of a field.
    pub fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        let of_name = self.0.iter().filter(move |(known, _)| known == name);
        of_name.map(|(_, value)| value.as_str())
    }

    /// Refuses a form that was not made for this session.
    pub fn check(&self, caller: &ConsoleCaller) -> Result<(), ApiError> {
        let (sent, expected) = (self.get(FORM_KEY).as_bytes(), caller.form_key().as_bytes());
        aws_lc_rs::constant_time::verify_slices_are_equal(sent, expected).map_err(|_| {
            ApiError::new(
                Code::FormInvalid,
                "This form is of another session. Load the page again.",
            )
        })
    }
}

/// The field that carries the session's form key.
pub const FORM_KEY: &str = "form";

/// Errors of routes that answer scripts.
pub fn as_json(error: ApiError) -> Failure {
    error.into()
}
