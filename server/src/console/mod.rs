//! The operators' console: the inbox without a page around it. Its own pages (signing in, setting up, settings) are plain documents with
//! forms, rendered here; the inbox itself is the embed's program, which gets its token for the cookie.

mod html;
mod layout;
mod link;
mod number;
mod phone;
mod set_up;
mod settings;
mod sign_in;
mod token;
mod visit;
mod words;

pub use link::{show as show_link, take as take_link};
pub use number::GRAPH_BASE_URL;
pub use phone::{PHONE_NUMBER_ID, SimulatedPhone};
pub use set_up::{act as set_up, elsewhere as set_up_elsewhere, show as show_set_up};
pub use settings::{
    act as change_settings, begin as begin_settings, preview, show as show_settings,
};
pub use sign_in::{act as sign_in, out as sign_out, show as show_sign_in};
pub use token::mint as mint_token;
pub use visit::Visit;

use crate::access::{Action, ConsoleCaller, Sealer};
use crate::provider::cloud_api::GraphClient;
use crate::store::{Accounts, StoreError};
use app::error::{ApiError, Code};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use words::Word;

/// What whoever opens our own page finds.
pub enum Door {
    /// Nobody can sign in here: this installation is only embedded.
    Shut,
    /// The console.
    Open(Box<ConsoleCaller>),
    /// Another page: the sign-in, or where a number is to be connected.
    Elsewhere(Response),
}

/// Opens the console to whoever is signed in and may see a number.
pub async fn door(visit: &Visit) -> Result<Door, ApiError> {
    let store = &visit.state.store;
    if !visit.state.console.has_accounts(&**store).await? {
        return Ok(Door::Shut);
    }
    let caller = match visit.caller().await {
        Ok(caller) => caller,
        Err(error) if error.code == Code::SignedOut => {
            let path = visit.uri.path();
            let next = if path == "/" {
                String::new()
            } else {
                let path: String = url::form_urlencoded::byte_serialize(path.as_bytes()).collect();
                ["?next=", &path].concat()
            };
            let sign_in = Redirect::to(&["/sign-in", &next].concat());
            return Ok(Door::Elsewhere(sign_in.into_response()));
        }
        Err(error) => return Err(error),
    };
    if !caller.scope.numbers().is_empty() {
        return Ok(Door::Open(Box::new(caller)));
    }
    if caller.scope.may(Action::ManageWorkspace) {
        let settings = Redirect::to("/settings/numbers");
        return Ok(Door::Elsewhere(settings.into_response()));
    }
    let said = html::el("p", &[], visit.say(Word::NoReachText));
    let account = html::el(
        "a",
        &[("class", "button"), ("href", "/settings/account")],
        visit.say(Word::Account),
    );
    let title = visit.say(Word::NoReach);
    Ok(Door::Elsewhere(visit.card(
        StatusCode::OK,
        title,
        [said, account],
    )))
}

/// What a start says of the console.
#[derive(Clone, Default)]
pub struct ConsoleSettings {
    /// The address that browsers use, scheme and host.
    pub public_url: Option<String>,
    /// Graph API base of the numbers that are connected here, where it is not Meta's own.
    pub graph_base_url: Option<String>,
    /// A pretend phone that may be connected as a number.
    pub phone: Option<Arc<SimulatedPhone>>,
}

/// What the console's handlers share.
pub struct Console {
    settings: ConsoleSettings,
    sealer: Arc<Sealer>,
    graph: GraphClient,
    has_accounts: AtomicBool,
}

impl Console {
    /// With what a start says.
    pub fn new(settings: ConsoleSettings, sealer: Arc<Sealer>, graph: GraphClient) -> Self {
        Self {
            settings,
            sealer,
            graph,
            has_accounts: AtomicBool::new(false),
        }
    }

    /// Over HTTPS the browser holds the cookie to this host and to HTTPS by its name.
    fn cookie_name(&self) -> &'static str {
        if self.is_secure() {
            "__Host-pilot-console"
        } else {
            "pilot-console"
        }
    }

    fn is_secure(&self) -> bool {
        let url = self.settings.public_url.as_deref();
        url.is_some_and(|url| url.starts_with("https://"))
    }

    /// The cookie with this value, or its end where that is empty.
    fn cookie(&self, value: &str) -> String {
        let age = if value.is_empty() { 0 } else { 30 * 24 * 3600 };
        let secure = if self.is_secure() { "; Secure" } else { "" };
        let name = self.cookie_name();
        // Lax: a link in a mail leads to the inbox and not to the sign-in. What changes anything asks where it comes from.
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}")
    }

    fn public_origin(&self) -> Option<String> {
        let url = url::Url::parse(self.settings.public_url.as_deref()?).ok()?;
        Some(url.origin().ascii_serialization())
    }

    /// The pretend phone that may be connected.
    pub fn phone(&self) -> Option<&Arc<SimulatedPhone>> {
        self.settings.phone.as_ref()
    }

    /// Whether anybody can sign in. Once somebody can, it stays so.
    pub async fn has_accounts(&self, store: &(impl Accounts + ?Sized)) -> Result<bool, StoreError> {
        if self.has_accounts.load(Ordering::Relaxed) {
            return Ok(true);
        }
        let found = store.has_accounts().await?;
        if found {
            self.has_accounts.store(true, Ordering::Relaxed);
        }
        Ok(found)
    }
}
