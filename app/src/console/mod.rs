//! The inbox on a page of its own: the operators' console. The program is the embed's; what the page around it would do is done here:
//! the token comes for the cookie of whoever is signed in, and conversations have addresses.

mod address;

use crate::browser;
use crate::embed::{HostEvent, Target};
use crate::error::{ApiError, Code};
use crate::i18n::{Key, text};
use crate::inbox::{Inbox, Phase};
use crate::live::Backoff;
use crate::session;
use crate::wire::{Json, field};
use leptos::prelude::{GetUntracked, Set, document, window};

/// Where the cookie is exchanged for a token.
const TOKEN_PATH: &str = "/console/token";

impl Inbox {
    /// The start on a page of our own.
    pub(crate) fn begin_console(&self) {
        let origin = window().location().origin().unwrap_or_default();
        session::framed_by(origin);
        if let Some(id) = address::shown() {
            self.open_target(Target::Conversation(id));
        }
        address::follow(self);
        self.report_unread();
        self.phase.set(Phase::Loading);
        self.fetch_token();
    }

    /// Asks for a token once more, where there is none. Returns `false` on pages of others.
    pub(crate) fn fetch_token_again(&self) -> bool {
        if !self.is_console || session::bearer().is_some() {
            return false;
        }
        self.phase.set(Phase::Loading);
        self.fetch_token();
        true
    }

    /// What a page around us would do about it.
    pub(crate) fn act_as_host(&self, event: &HostEvent) {
        match event {
            HostEvent::TokenNeeded => self.fetch_token(),
            HostEvent::UnreadCount(count) => {
                let title = text(self.i18n.locale(), Key::Inbox);
                let title = if *count == 0 {
                    title.to_owned()
                } else {
                    ["(", &count.to_string(), ") ", title].concat()
                };
                document().set_title(&title);
            }
            _ => {}
        }
    }

    fn fetch_token(&self) {
        let inbox = self.clone();
        browser::spawn(async move {
            let mut backoff = Backoff::default();
            loop {
                match request().await {
                    Ok(token) if inbox.loaded.get_untracked() => return inbox.take_renewal(token),
                    Ok(token) => return inbox.begin(token, true),
                    Err(error) if error.code.is_transient() => {
                        inbox.alarm.wait(backoff.next(browser::random())).await;
                    }
                    Err(error) => return inbox.stay_out(error),
                }
            }
        });
    }

    /// There is no token for this cookie. What is on screen stays, for there may be a draft.
    fn stay_out(&self, error: ApiError) {
        if self.loaded.get_untracked() {
            self.end(self.generation());
            return;
        }
        if error.code == Code::SignedOut {
            let address = ["/sign-in?next=", &address::path()].concat();
            _ = window().location().assign(&address);
            return;
        }
        self.failure.set(Some(error));
        self.phase.set(Phase::Failed);
    }
}

async fn request() -> Result<String, ApiError> {
    let answer = session::ask_for_token(TOKEN_PATH).await?;
    Json::parse(&answer)
        .and_then(|json| field(&json, "token"))
        .ok_or_else(ApiError::transport)
}
