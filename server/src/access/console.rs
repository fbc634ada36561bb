//! The gate of the console: addresses and passwords, the sessions behind its cookies, links that are good once, and the embed tokens
//! that its own page works with.

use super::gate::{Access, Minted, whole_seconds};
use super::key::hash_key;
use super::password::{hash_password, is_password};
use super::scope::{Actor, Scope};
use super::token::Surface;
use crate::clock::now_ms;
use crate::fresh;
use crate::store::{
    AccountRecord, LinkRecord, NewAccountSession, NewConsoleSession, NewLink, Pace, StoreError,
};
use app::error::{ApiError, Code};
use app::ids::{AccountId, NumberId, SessionId};
use aws_lc_rs::rand;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

const MINUTE: i64 = 60 * 1000;
const DAY: i64 = 24 * 60 * MINUTE;
/// How long a session lasts that nobody uses.
const IDLE: i64 = 3 * DAY;
/// How long a session lasts, whatever is used.
const LONGEST: i64 = 30 * DAY;
/// How long a link is good that lets somebody choose a password.
const LINK: i64 = 7 * DAY;
/// How long the set-up link of a start is good.
const SET_UP: i64 = DAY;
/// A use is written down this often.
const NOTED: i64 = 10 * MINUTE;

/// Attempts from one address of the network: more than a team behind one router needs.
const FROM_ADDRESS: Pace = Pace {
    interval_ms: 6_000,
    burst: 30,
};
/// Wrong passwords of one account: five at once and one a minute; after ten one in a quarter of an hour; after twenty one an hour. The
/// right one, or a link, makes all of it undone.
const OF_ACCOUNT: [Pace; 3] = [
    Pace {
        interval_ms: MINUTE,
        burst: 5,
    },
    Pace {
        interval_ms: 15 * MINUTE,
        burst: 10,
    },
    Pace {
        interval_ms: 60 * MINUTE,
        burst: 20,
    },
];

/// Longest address, in bytes (RFC 5321, section 4.5.3.1.3).
const EMAIL_MAX: usize = 254;

/// 256 random bits as text, for cookies and links. Kept as [`mark`].
pub fn secret() -> Result<String, ApiError> {
    let mut bytes = [0u8; 32];
    rand::fill(&mut bytes).map_err(|_| ApiError::internal())?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// What is kept of a secret of 256 random bits: its SHA-256.
fn mark(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(hash_key(secret))
}

/// An address as accounts are found by it; `None` if it is none.
pub fn email(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let (name, host) = text.rsplit_once('@')?;
    let is_plain = |c: char| !c.is_whitespace() && !c.is_control();
    (!name.is_empty() && host.len() > 1 && text.len() <= EMAIL_MAX && text.chars().all(is_plain))
        .then_some(text)
}

/// Somebody who is signed in.
pub struct ConsoleCaller {
    /// What the person may touch.
    pub scope: Scope,
    /// Who it is.
    pub account: AccountRecord,
    session: String,
    ends_at: i64,
    form_key: String,
}

impl ConsoleCaller {
    /// What each form of this session carries. It cannot be known without the cookie, and the cookie cannot be found from it.
    pub fn form_key(&self) -> &str {
        &self.form_key
    }

    /// Whether the person may give these numbers away, or touch what has them; `None`: all of the workspace. Nobody gives what they do not
    /// have, or an admin of one number would make themselves a key to all.
    pub fn may_give(&self, numbers: Option<&[NumberId]>) -> bool {
        match (&self.account.numbers, numbers) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(own), Some(given)) => given.iter().all(|number| own.contains(number)),
        }
    }

    /// By which uses of this session are counted.
    pub fn bucket(&self, what: &str) -> String {
        format!("{what}:{}", self.session)
    }
}

/// How an attempt to sign in ended.
pub enum SignIn {
    /// The cookie of the new session.
    Done(String),
    /// Address or password is wrong; which, nobody is told.
    Wrong,
    /// Too many attempts: try again in so many milliseconds.
    Wait(i64),
}

impl Access {
    /// Signs somebody in who comes from `address`.
    pub async fn sign_in(
        &self,
        address: &str,
        who: &str,
        password: &str,
    ) -> Result<SignIn, ApiError> {
        let from = format!("sign-in:from:{address}");
        if let Some(wait) = self.store.take(&from, FROM_ADDRESS, now_ms()).await? {
            return Ok(SignIn::Wait(wait));
        }
        // What is no address has no account, and is answered like one that is unknown.
        let who = email(who).unwrap_or_default();
        if let Some(wait) = self.attempt(&who).await? {
            return Ok(SignIn::Wait(wait));
        }
        let account = self.store.account_by_email(&who).await?;
        let account = account.filter(|account| account.disabled_at.is_none());
        let stored = account.as_ref().and_then(|known| known.password.clone());
        if !is_password(stored, password).await? {
            return Ok(SignIn::Wrong);
        }
        let Some(account) = account else {
            return Ok(SignIn::Wrong);
        };
        self.forgive(&who).await?;
        Ok(SignIn::Done(self.begin_console(&account.id).await?))
    }

    /// Counts an attempt at the account of an address, also of one that does not exist. In how many milliseconds it may be tried, if not
    /// now.
    async fn attempt(&self, who: &str) -> Result<Option<i64>, StoreError> {
        for (bucket, pace) in buckets(who).iter().zip(OF_ACCOUNT) {
            if let Some(wait) = self.store.take(bucket, pace, now_ms()).await? {
                return Ok(Some(wait));
            }
        }
        Ok(None)
    }

    async fn forgive(&self, who: &str) -> Result<(), StoreError> {
        for bucket in buckets(who) {
            self.store.forget(&bucket).await?;
        }
        Ok(())
    }

    /// Begins a session of an account; returns its cookie.
    async fn begin_console(&self, account: &AccountId) -> Result<String, ApiError> {
        let (cookie, now) = (secret()?, now_ms());
        let session = NewConsoleSession {
            id: mark(&cookie),
            account: account.clone(),
            created_at: now,
            idle_at: now + IDLE,
            ends_at: now + LONGEST,
        };
        self.store.begin_console_session(session).await?;
        Ok(cookie)
    }

    /// Verifies a cookie.
    pub async fn console(&self, cookie: Option<&str>) -> Result<ConsoleCaller, ApiError> {
        let now = now_ms();
        let session = mark(cookie.ok_or_else(signed_out)?);
        let found = self.store.console_session(&session, now).await?;
        let found = found.ok_or_else(signed_out)?;
        if found.idle_at < now + IDLE - NOTED {
            let idle_at = now + IDLE;
            self.store.use_console_session(&session, idle_at).await?;
        }
        let account = found.account;
        let actor = Actor::Account(account.id.clone());
        let scope = Scope::new(account.tenant.clone(), account.reach.clone(), actor)
            .with_operator(Some(account.operator.clone()));
        Ok(ConsoleCaller {
            scope,
            account,
            session,
            ends_at: found.ends_at,
            form_key: mark(&["form ", cookie.unwrap_or_default()].concat()),
        })
    }

    /// Ends this session, or all of the account.
    pub async fn sign_out(&self, caller: &ConsoleCaller, everywhere: bool) -> Result<(), ApiError> {
        let now = now_ms();
        if everywhere {
            let account = &caller.account.id;
            return Ok(self.store.end_console_sessions(account, now).await?);
        }
        Ok(self.store.end_console_session(&caller.session, now).await?)
    }

    /// Gives somebody who is signed in another password. Their other sessions end. `Wait` where the old one was tried too often.
    pub async fn change_password(
        &self,
        caller: &ConsoleCaller,
        old: &str,
        new: &str,
    ) -> Result<SignIn, ApiError> {
        let account = &caller.account;
        if let Some(wait) = self.attempt(&account.email).await? {
            return Ok(SignIn::Wait(wait));
        }
        if !is_password(account.password.clone(), old).await? {
            return Ok(SignIn::Wrong);
        }
        let hash = hash_password(new).await?;
        self.forgive(&account.email).await?;
        self.store
            .set_password(&account.id, &hash, &caller.session, now_ms())
            .await?;
        Ok(SignIn::Done(String::new()))
    }

    /// A link with which the holder chooses the password of an account; those before are good for nothing then.
    pub async fn account_link(&self, account: &AccountId) -> Result<String, ApiError> {
        self.put_link(Some(account.clone()), LINK).await
    }

    /// A link with which the holder makes the first workspace of the installation, and its admin.
    pub async fn set_up_link(&self) -> Result<String, ApiError> {
        self.put_link(None, SET_UP).await
    }

    async fn put_link(&self, account: Option<AccountId>, life: i64) -> Result<String, ApiError> {
        let (secret, now) = (secret()?, now_ms());
        let link = NewLink {
            id: mark(&secret),
            account,
            created_at: now,
            expires_at: now + life,
        };
        self.store.put_link(link).await?;
        Ok(secret)
    }

    /// What the holder of a link may do. Looking uses nothing up.
    pub async fn link(&self, secret: &str) -> Result<LinkRecord, ApiError> {
        let found = self.store.link(&mark(secret), now_ms()).await?;
        found.ok_or_else(link_is_over)
    }

    /// Sets the password that the holder of a link chose, and signs them in; returns the cookie.
    pub async fn take_link(&self, secret: &str, password: &str) -> Result<String, ApiError> {
        let LinkRecord::Account(account) = self.link(secret).await? else {
            return Err(link_is_over());
        };
        let hash = hash_password(password).await?;
        let taken = self.store.take_link(&mark(secret), &hash, now_ms()).await;
        let id = taken.map_err(over)?;
        self.forgive(&account.email).await?;
        self.begin_console(&id).await
    }

    /// Makes the first workspace by its link, and signs its admin in; returns the cookie.
    pub async fn set_up(
        &self,
        secret: &str,
        workspace: crate::store::NewWorkspace,
    ) -> Result<String, ApiError> {
        let admin = workspace.admin.id.clone();
        let made = self.store.set_up(&mark(secret), workspace, now_ms()).await;
        made.map_err(over)?;
        self.begin_console(&admin).await
    }

    /// Starts a session of the inbox for our own page at this origin, and signs its first token. It ends with the session behind the
    /// cookie.
    pub async fn console_token(
        &self,
        caller: &ConsoleCaller,
        origin: &str,
    ) -> Result<Minted, ApiError> {
        let scope = &caller.scope;
        if scope.numbers().is_empty() {
            return Err(ApiError::new(
                Code::NumberNotFound,
                "No number is connected that you may see. An admin connects one in the settings.",
            ));
        }
        let now = now_ms();
        let ttl_ms = Surface::Chat.default_ttl_seconds() * 1000;
        let (issued_at, expires_at) = whole_seconds(now, ttl_ms);
        let ends_at = now.saturating_add(self.session_max_ms).min(caller.ends_at);
        let expires_at = expires_at.min(ends_at.div_euclid(1000) * 1000);
        let id = fresh!(SessionId);
        let session = NewAccountSession {
            id: id.clone(),
            console: caller.session.clone(),
            operator: caller.account.operator.id.clone(),
            origin: origin.to_owned(),
            ttl_ms,
            created_at: now,
            expires_at,
            ends_at,
        };
        self.store.create_account_session(scope, session).await?;
        let origins = vec![origin.to_owned()];
        let token = self.signer.sign(
            Surface::Chat,
            scope.tenant(),
            &id,
            scope.numbers(),
            &origins,
            issued_at / 1000,
            expires_at / 1000,
            ends_at / 1000,
        )?;
        Ok(Minted {
            session: id,
            token,
            surface: Surface::Chat,
            numbers: scope.numbers().to_vec(),
            origins,
            expires_at,
        })
    }
}

/// The same for an address with an account and for one without.
fn buckets(who: &str) -> [String; 3] {
    let who = mark(who);
    [5, 10, 20].map(|attempts| format!("sign-in:{attempts}:{who}"))
}

fn signed_out() -> ApiError {
    ApiError::new(Code::SignedOut, "You are signed out. Sign in again.")
}

fn link_is_over() -> ApiError {
    ApiError::new(
        Code::LinkInvalid,
        "This link is not good any more: it was used, replaced, or is too old. Ask for a new one.",
    )
}

fn over(error: StoreError) -> ApiError {
    match error {
        StoreError::NotFound => link_is_over(),
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_folded_and_what_is_none_is_refused() {
        assert_eq!(email(" Ana@ACME.test ").as_deref(), Some("ana@acme.test"));
        let long = format!("{}@acme.test", "x".repeat(EMAIL_MAX));
        for bad in [
            "",
            "ana",
            "@acme.test",
            "ana@",
            "a b@acme.test",
            "a\n@acme.test",
            &long,
        ] {
            assert_eq!(email(bad), None, "{bad}");
        }
    }
}
