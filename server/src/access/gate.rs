//! The gate: turns a credential into a [`Scope`], and takes scopes back.

use super::identity::{Identity, IdentityToken, invalid};
use super::key::hash_key;
use super::number::unknown_number;
use super::scope::{Actor, Scope};
use super::seal::Sealer;
use super::session::LiveSession;
use super::token::{Claims, Surface, TokenSigner};
use crate::clock::now_ms;
use crate::fresh;
use crate::store::{
    InboxRecord, NewOperator, NewOperatorSession, NewSession, OperatorRecord, Store, StoreError,
};
use app::error::{ApiError, Code};
use app::ids::{ApiKeyId, NumberId, OperatorId, SessionId, TenantId};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// Longest lifetime of a token, in seconds (Pilot Status, embed sessions).
pub const TTL_MAX_SECONDS: i64 = 3600;
/// Most numbers in one token.
pub const MINT_NUMBERS_MAX: usize = 100;
/// How often the database is asked whether another process took access away. With it, a revocation reaches every stream within
/// a second.
const EPOCH_POLL: Duration = Duration::from_millis(400);
/// Sessions kept in memory; beyond it they are read from the database again.
const SESSIONS_KEPT: usize = 50_000;

/// A caller of `/v1`, verified.
pub struct KeyCaller {
    /// What the key may touch: all numbers of the tenant, or its own.
    pub scope: Scope,
    /// The key.
    pub key_id: ApiKeyId,
    /// The number that a number key is bound to.
    pub bound_to: Option<NumberId>,
    /// By what it was known.
    pub(crate) mark: KeyMark,
}

/// By what a key is known again later, without the key itself.
#[derive(Clone)]
pub(crate) enum KeyMark {
    /// SHA-256 of its text.
    Hash(Vec<u8>),
    /// Its id.
    Id(ApiKeyId),
}

/// A checked request for an embed session.
pub struct MintRequest {
    /// Which surface.
    pub surface: Surface,
    /// The numbers, within the caller's scope.
    pub numbers: Vec<NumberId>,
    /// Exact origins.
    pub origins: Vec<String>,
    /// Lifetime of each token, in milliseconds.
    pub ttl_ms: i64,
    /// Branding of this session, as JSON.
    pub branding: Option<String>,
    /// Who works in it, if the backend says so.
    pub operator: Option<NewOperator>,
}

/// A token just made.
pub struct Minted {
    /// Its session.
    pub session: SessionId,
    /// The JWT.
    pub token: String,
    /// Which surface.
    pub surface: Surface,
    /// Its numbers.
    pub numbers: Vec<NumberId>,
    /// Its origins.
    pub origins: Vec<String>,
    /// Its end, in milliseconds since the epoch.
    pub expires_at: i64,
}

/// An operator whose identity token was right.
pub struct Newcomer {
    tenant: TenantId,
    identity: Identity,
    inbox: InboxRecord,
}

impl Newcomer {
    /// By which what this person takes is counted: the tenant, and the person without saying who.
    pub fn buckets(&self) -> [String; 2] {
        let person = hash_key(&format!("{}\n{}", self.tenant, self.identity.sub));
        [
            format!("exchange:{}", URL_SAFE_NO_PAD.encode(&person[..16])),
            format!("exchange:{}", self.tenant),
        ]
    }
}

/// What an identity token was exchanged for.
pub struct Exchanged {
    /// The session's first token.
    pub minted: Minted,
    /// Who works in it.
    pub operator: OperatorRecord,
    /// The inbox.
    pub inbox: InboxRecord,
}

/// Verifies credentials against the store, and remembers live sessions.
pub struct Access {
    pub(super) store: Arc<dyn Store>,
    pub(super) signer: TokenSigner,
    sealer: Arc<Sealer>,
    pub(super) session_max_ms: i64,
    sessions: Mutex<HashMap<SessionId, Arc<LiveSession>>>,
    origins: Mutex<HashMap<String, i64>>,
    epoch: watch::Sender<i64>,
}

impl Access {
    /// `session_max` is how long a session may be refreshed before the page has to mint a new one.
    pub async fn new(
        store: Arc<dyn Store>,
        signer: TokenSigner,
        sealer: Arc<Sealer>,
        session_max: Duration,
    ) -> Result<Arc<Self>, StoreError> {
        let epoch = store.access_epoch().await?;
        Ok(Arc::new(Self {
            store,
            signer,
            sealer,
            session_max_ms: i64::try_from(session_max.as_millis()).unwrap_or(i64::MAX / 2),
            sessions: Mutex::default(),
            origins: Mutex::default(),
            epoch: watch::Sender::new(epoch),
        }))
    }

    /// Verifies `x-api-key` or `x-api-key-id`.
    pub async fn key(
        &self,
        key: Option<&str>,
        key_id: Option<&str>,
    ) -> Result<KeyCaller, ApiError> {
        let mark = match (key, key_id) {
            (Some(raw), _) => KeyMark::Hash(hash_key(raw)),
            (None, Some(id)) => KeyMark::Id(ApiKeyId::parse(id).ok_or_else(unknown_key)?),
            (None, None) => {
                return Err(ApiError::new(
                    Code::ApiKeyMissing,
                    "Send your API key in the x-api-key header.",
                ));
            }
        };
        self.key_again(&mark).await
    }

    /// Looks a key up that was verified before: it may have been revoked, or its numbers may be others.
    pub(crate) async fn key_again(&self, mark: &KeyMark) -> Result<KeyCaller, ApiError> {
        let found = match mark {
            KeyMark::Hash(hash) => self.store.api_key_by_hash(hash).await?,
            KeyMark::Id(id) => self.store.api_key_by_id(id).await?,
        };
        let found = found.ok_or_else(unknown_key)?;
        Ok(KeyCaller {
            mark: mark.clone(),
            scope: Scope::new(found.tenant, found.numbers, Actor::ApiKey(found.id.clone())),
            key_id: found.id,
            bound_to: found.bound_to,
        })
    }

    /// Starts an embed session and signs its first token.
    pub async fn mint(&self, caller: &KeyCaller, request: MintRequest) -> Result<Minted, ApiError> {
        let now = now_ms();
        let (issued_at, expires_at) = whole_seconds(now, request.ttl_ms);
        let ends_at = now.saturating_add(self.session_max_ms).max(expires_at);
        let id = fresh!(SessionId);
        self.store
            .create_session(
                &caller.scope,
                NewSession {
                    id: id.clone(),
                    api_key_id: caller.key_id.clone(),
                    surface: request.surface,
                    numbers: request.numbers.clone(),
                    origins: request.origins.clone(),
                    branding: request.branding,
                    ttl_ms: request.ttl_ms,
                    created_at: now,
                    expires_at,
                    ends_at,
                    operator: request.operator,
                },
            )
            .await?;
        self.remember_origins(&request.origins, expires_at);
        let token = self.signer.sign(
            request.surface,
            caller.scope.tenant(),
            &id,
            &request.numbers,
            &request.origins,
            issued_at / 1000,
            expires_at / 1000,
            ends_at / 1000,
        )?;
        Ok(Minted {
            session: id,
            token,
            surface: request.surface,
            numbers: request.numbers,
            origins: request.origins,
            expires_at,
        })
    }

    /// Verifies a chat token and its session. `parent_origin`, where the request names one, must be among the token's origins.
    pub async fn embed(
        &self,
        token: Option<&str>,
        parent_origin: Option<&str>,
    ) -> Result<(Claims, Arc<LiveSession>), ApiError> {
        let token = token.ok_or_else(|| {
            ApiError::new(
                Code::TokenMissing,
                "Send the embed token in the Authorization header, as a Bearer token.",
            )
        })?;
        // One moment for both: a token that ends between two looks at the clock has expired, and its session was not taken away.
        let now = now_ms();
        let claims = self.signer.verify(Surface::Chat, token)?;
        let session = self.session(&claims.sub, &claims.sid, now).await?;
        if let Some(origin) = parent_origin {
            check_origin(&session, origin)?;
        }
        Ok((claims, session))
    }

    /// The session that an address of ours names, if it still lives. The address itself has been verified by whoever asks.
    pub(crate) async fn addressed_session(
        &self,
        tenant: &TenantId,
        id: &SessionId,
    ) -> Result<Arc<LiveSession>, ApiError> {
        self.session(tenant, id, now_ms()).await
    }

    /// The number that an address of ours names, if it is still there.
    pub(crate) async fn addressed_number(
        &self,
        tenant: &TenantId,
        number: &NumberId,
    ) -> Result<Scope, ApiError> {
        if !self.store.has_number(tenant, number).await? {
            return Err(unknown_number());
        }
        Ok(Scope::new(
            tenant.clone(),
            vec![number.clone()],
            Actor::Address,
        ))
    }

    /// A new token for a session of which [`Access::embed`] has just verified the current one (Pilot Status, sliding refresh).
    pub async fn refresh(
        &self,
        claims: &Claims,
        session: &LiveSession,
    ) -> Result<Minted, ApiError> {
        let now = now_ms();
        let (issued_at, expires_at) = whole_seconds(now, session.ttl_ms);
        let expires_at = expires_at.min(session.ends_at);
        if expires_at <= now
            || !self
                .store
                .extend_session(&session.scope, &claims.sid, expires_at)
                .await?
        {
            return Err(ended());
        }
        session.extend(expires_at);
        // A session of an operator invites nobody: its inbox does, in the dialect that it is for.
        if session.invites {
            self.remember_origins(&session.origins, expires_at);
        }
        let token = self.signer.sign(
            Surface::Chat,
            &claims.sub,
            &claims.sid,
            session.scope.numbers(),
            &session.origins,
            issued_at / 1000,
            expires_at / 1000,
            claims.end,
        )?;
        Ok(Minted {
            session: claims.sid.clone(),
            token,
            surface: Surface::Chat,
            numbers: session.scope.numbers().to_vec(),
            origins: session.origins.clone(),
            expires_at,
        })
    }

    /// Verifies an identity token, for an exchange from a page of this origin. Nothing is written yet.
    pub async fn newcomer(
        &self,
        token: &str,
        parent_origin: Option<&str>,
    ) -> Result<Newcomer, ApiError> {
        let token = IdentityToken::read(token).ok_or_else(invalid)?;
        let secrets = self.store.embed_secrets(&token.tenant).await?;
        let sealed = secrets
            .iter()
            .flat_map(|secrets| std::iter::once(&secrets.current).chain(&secrets.previous));
        let signed = sealed
            .filter_map(|sealed| self.sealer.open(token.tenant.as_str(), sealed))
            .any(|secret| token.is_signed_with(&secret));
        if !signed {
            return Err(invalid());
        }
        let identity = token.identity(now_ms().div_euclid(1000))?;
        let inbox = self.store.inbox(&token.tenant, &identity.inbox).await?;
        let inbox = inbox
            .filter(|inbox| !inbox.numbers.is_empty())
            .ok_or_else(invalid)?;
        let invited = |origin: &str| inbox.origins.iter().any(|allowed| allowed == origin);
        if !parent_origin.is_some_and(invited) {
            return Err(ApiError::new(
                Code::OriginNotAllowed,
                "This page may not show this inbox: its origin is not among those that the inbox was made with.",
            ));
        }
        Ok(Newcomer {
            tenant: token.tenant,
            identity,
            inbox,
        })
    }

    /// Starts a session for an operator who has been verified, and signs its first token. It ends with the identity token at the latest.
    pub async fn exchange(&self, newcomer: Newcomer) -> Result<Exchanged, ApiError> {
        let Newcomer {
            tenant,
            identity,
            inbox,
        } = newcomer;
        let now = now_ms();
        let ttl_ms = Surface::Chat.default_ttl_seconds() * 1000;
        let (issued_at, expires_at) = whole_seconds(now, ttl_ms);
        let ends_at = now
            .saturating_add(self.session_max_ms)
            .min(identity.ends_at.saturating_mul(1000));
        let expires_at = expires_at.min(ends_at.div_euclid(1000) * 1000);
        let id = fresh!(SessionId);
        let scope = Scope::new(tenant, inbox.numbers.clone(), Actor::Session(id.clone()));
        let session = NewOperatorSession {
            id: id.clone(),
            inbox: inbox.id.clone(),
            operator: NewOperator {
                id: fresh!(OperatorId),
                sub: identity.sub,
                name: identity.name,
                email: identity.email,
                role: identity.role,
            },
            origins: inbox.origins.clone(),
            ttl_ms,
            created_at: now,
            expires_at,
            ends_at,
        };
        let operator = self.store.create_operator_session(&scope, session).await?;
        let token = self.signer.sign(
            Surface::Chat,
            scope.tenant(),
            &id,
            &inbox.numbers,
            &inbox.origins,
            issued_at / 1000,
            expires_at / 1000,
            ends_at / 1000,
        )?;
        Ok(Exchanged {
            minted: Minted {
                session: id,
                token,
                surface: Surface::Chat,
                numbers: inbox.numbers.clone(),
                origins: inbox.origins.clone(),
                expires_at,
            },
            operator,
            inbox,
        })
    }

    /// Whether some inbox names exactly this origin, so that a browser may frame us there in the dialect of identity tokens.
    pub async fn origin_may_exchange(&self, origin: &str) -> Result<bool, StoreError> {
        self.store.inbox_names_origin(origin).await
    }

    /// Ends a session that this caller could have minted: requests and streams of it end within a second.
    pub async fn end_session(&self, caller: &KeyCaller, id: &str) -> Result<(), ApiError> {
        let unknown = || {
            ApiError::new(
                Code::NotFound,
                "There is no such embed session, or it is not one of this key's.",
            )
        };
        let id = SessionId::parse(id).ok_or_else(unknown)?;
        let ended = self
            .store
            .end_session(&caller.scope, caller.bound_to.as_ref(), &id);
        ended.await.map_err(|error| match error {
            StoreError::NotFound => unknown(),
            other => other.into(),
        })
    }

    /// Whether some live session names exactly this origin, so that a browser may frame us there.
    pub async fn origin_may_embed(&self, origin: &str) -> Result<bool, StoreError> {
        let now = now_ms();
        if self.origins().get(origin).is_some_and(|until| *until > now) {
            return Ok(true);
        }
        let before = *self.epoch.borrow();
        let Some(until) = self.store.origin_live_until(origin, now).await? else {
            return Ok(false);
        };
        if before == *self.epoch.borrow() {
            self.remember_origins(&[origin.to_owned()], until);
        }
        Ok(true)
    }

    /// Changes whenever access was taken away somewhere: then every stream looks again.
    pub fn changes(&self) -> watch::Receiver<i64> {
        self.epoch.subscribe()
    }

    /// Watches for access taken away by this or another process, until the task is dropped.
    pub async fn watch_revocations(self: Arc<Self>) {
        let mut tick = tokio::time::interval(EPOCH_POLL);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            match self.store.access_epoch().await {
                Ok(epoch) if epoch != *self.epoch.borrow() => self.forget_everything(epoch),
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "cannot look for revocations; trying again"),
            }
        }
    }

    /// Whether a stream of this session may go on; asks the database when this process does not know any more.
    pub async fn still_live(
        &self,
        claims: &Claims,
        session: &LiveSession,
    ) -> Result<Option<Arc<LiveSession>>, StoreError> {
        if session.is_live(now_ms())
            && let Some(known) = self.sessions().get(&claims.sid)
        {
            return Ok(Some(known.clone()));
        }
        match self.session(&claims.sub, &claims.sid, now_ms()).await {
            Ok(session) => Ok(Some(session)),
            Err(error) if error.code.ends_session() => Ok(None),
            Err(_) => Err(StoreError::Unavailable),
        }
    }

    async fn session(
        &self,
        tenant: &TenantId,
        id: &SessionId,
        now: i64,
    ) -> Result<Arc<LiveSession>, ApiError> {
        if let Some(session) = self.sessions().get(id)
            && session.scope.tenant() == tenant
            && session.is_live(now)
        {
            return Ok(session.clone());
        }
        let before = *self.epoch.borrow();
        let mut row = self
            .store
            .live_session(tenant, id, now)
            .await?
            .filter(|row| !row.numbers.is_empty())
            .ok_or_else(ended)?;
        let numbers = std::mem::take(&mut row.numbers);
        let scope = Scope::new(tenant.clone(), numbers, Actor::Session(id.clone()))
            .with_operator(row.operator.take());
        let session = Arc::new(LiveSession::new(scope, row));
        let mut sessions = self.sessions();
        if sessions.len() >= SESSIONS_KEPT {
            sessions.retain(|_, session| session.is_live(now));
        }
        // Read before a revocation that was announced meanwhile: usable for nothing but this answer.
        if sessions.len() < SESSIONS_KEPT && before == *self.epoch.borrow() {
            sessions.insert(id.clone(), session.clone());
        }
        Ok(session)
    }

    fn forget_everything(&self, epoch: i64) {
        let gone = std::mem::take(&mut *self.sessions());
        self.origins().clear();
        self.epoch.send_replace(epoch);
        for session in gone.values() {
            session.end();
        }
    }

    fn remember_origins(&self, origins: &[String], until: i64) {
        let mut known = self.origins();
        if known.len() >= SESSIONS_KEPT {
            known.clear();
        }
        for origin in origins {
            let entry = known.entry(origin.clone()).or_insert(until);
            *entry = until.max(*entry);
        }
    }

    fn sessions(&self) -> std::sync::MutexGuard<'_, HashMap<SessionId, Arc<LiveSession>>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn origins(&self) -> std::sync::MutexGuard<'_, HashMap<String, i64>> {
        self.origins.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Refuses a page that this session was not minted for.
pub(crate) fn check_origin(session: &LiveSession, origin: &str) -> Result<(), ApiError> {
    if session.origins.iter().any(|allowed| allowed == origin) {
        return Ok(());
    }
    Err(ApiError::new(
        Code::OriginNotAllowed,
        "This page may not show this inbox: its origin is not in the allowedOrigins of the embed session.",
    )
    .at("allowedOrigins"))
}

fn unknown_key() -> ApiError {
    ApiError::new(
        Code::ApiKeyInvalid,
        "This API key is unknown or was revoked. Create one and use it from your backend only.",
    )
}

fn ended() -> ApiError {
    ApiError::new(
        Code::SessionEnded,
        "This session has ended. Mint a new one with POST /v1/embed/sessions.",
    )
}

/// Issue and end of a token in milliseconds, on whole seconds as a JWT carries them.
pub(super) fn whole_seconds(now: i64, ttl_ms: i64) -> (i64, i64) {
    let issued_at = now.div_euclid(1000) * 1000;
    // Rounded up: a token lives at least as long as was asked for.
    let expires_at = (now + ttl_ms + 999).div_euclid(1000) * 1000;
    (issued_at, expires_at)
}
