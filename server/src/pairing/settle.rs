//! What follows when a provider says how far an attempt is.

use super::{Desk, is_same, masked};
use crate::clock::now_ms;
use crate::provider::{ConnectError, Link, Step};
use crate::store::{Connection, PairingCode, PairingRecord, Provider, StoreError, link_is_over};
use app::error::{ApiError, Code};

/// How long a code may take to be made before it is asked for again, in milliseconds.
const MAKING_MS: i64 = 5_000;

impl Desk {
    pub(super) async fn settle(
        &self,
        record: PairingRecord,
        step: Step,
    ) -> Result<PairingRecord, ApiError> {
        match step {
            Step::Waiting { session, code } => self.waiting(record, session, code).await,
            Step::Open(link) => self.open(record, *link).await,
            // What has just been begun is over already.
            Step::CodeOver | Step::Ended => Err(connect_error(
                &ConnectError::Failed("a new session that is over".into()),
                record.provider,
            )),
        }
    }

    async fn waiting(
        &self,
        mut record: PairingRecord,
        session: String,
        code: Option<PairingCode>,
    ) -> Result<PairingRecord, ApiError> {
        let now = now_ms();
        let code = code.unwrap_or(PairingCode {
            qr: None,
            pairing_code: None,
            expires_at: now + MAKING_MS,
        });
        if !self
            .store
            .put_code(&record.id, &session, &code, now)
            .await?
        {
            self.leave(record.provider, &session).await;
            return Err(link_is_over());
        }
        // The one that it had before leads nowhere any more.
        if let Some(former) = record
            .gateway_session
            .take()
            .filter(|former| *former != session)
        {
            self.leave(record.provider, &former).await;
        }
        self.again(&record).await
    }

    async fn open(&self, record: PairingRecord, link: Link) -> Result<PairingRecord, ApiError> {
        let is_right = record.phone.is_empty() || is_same(&record.phone, &link.phone);
        if !is_right {
            let sentence = other_phone(&record);
            self.refuse(&record, &link, &sentence).await?;
            return Err(ApiError::new(Code::ConnectionRefused, sentence));
        }
        let sealed = self.sealer.seal(record.number.as_str(), &link.access_token);
        let connection = Connection {
            phone_number_id: link.phone_number_id.clone(),
            access_token: sealed.ok_or_else(ApiError::internal)?,
            graph_base_url: link.graph_base_url.clone(),
            phone: if record.phone.is_empty() {
                link.phone.clone()
            } else {
                record.phone.clone()
            },
            gateway_session: link.session.clone(),
            at: now_ms(),
        };
        match self.store.connect_number(&record.id, connection).await {
            Ok(others) => {
                for session in others {
                    self.leave(Provider::Linked, &session).await;
                }
                self.connected(&record);
                self.again(&record).await
            }
            Err(StoreError::NotFound) => {
                // Another server may have been quicker with the same session.
                let now_open = self
                    .store
                    .pairing(&record.id)
                    .await?
                    .filter(|it| it.used_at.is_some());
                if let Some(record) = now_open {
                    return Ok(record);
                }
                self.log_out(&record, &link).await;
                Err(link_is_over())
            }
            Err(StoreError::Refused(error)) => {
                self.refuse(&record, &link, &error.error).await?;
                Err(error)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The number is connected: tells whoever has to know.
    fn connected(&self, record: &PairingRecord) {
        tracing::info!(number = %record.number, provider = record.provider.word(), "a number was connected");
        metrics::counter!("pilot_numbers_connected_total", "provider" => record.provider.word())
            .increment(1);
        self.outbox.wake();
    }

    async fn refuse(
        &self,
        record: &PairingRecord,
        link: &Link,
        sentence: &str,
    ) -> Result<(), ApiError> {
        match &link.session {
            Some(session) => {
                self.store
                    .end_attempt(&record.id, session, Some(sentence))
                    .await?;
            }
            None => self.store.note_failure(&record.id, sentence).await?,
        }
        self.log_out(record, link).await;
        Ok(())
    }

    async fn log_out(&self, record: &PairingRecord, link: &Link) {
        if let Some(session) = &link.session {
            self.leave(record.provider, session).await;
        }
    }

    /// The link as it is now.
    async fn again(&self, record: &PairingRecord) -> Result<PairingRecord, ApiError> {
        self.store
            .pairing(&record.id)
            .await?
            .ok_or_else(link_is_over)
    }
}

/// What whoever connects is told of what went wrong at the provider.
pub(super) fn connect_error(error: &ConnectError, provider: Provider) -> ApiError {
    let who = match provider {
        Provider::CloudApi => "Meta",
        Provider::Linked => "The service that links phones",
    };
    match error {
        ConnectError::NotConfigured => ApiError::new(
            Code::ProviderNotConfigured,
            match provider {
                Provider::Linked => {
                    "This server cannot link phones by a code: whoever runs it has not set up a gateway for that. Connect the number by Meta's Cloud API instead."
                }
                Provider::CloudApi => {
                    "This server cannot open Meta's sign-up: whoever runs it has not named the Meta app. Connect the number by its credentials instead."
                }
            },
        ),
        ConnectError::OtherPhone => ApiError::new(
            Code::ConnectionRefused,
            "That was another number than the one that is to be connected. Nothing was connected.",
        ),
        ConnectError::Refused(sentence) => ApiError::new(Code::ConnectionRefused, sentence.clone()),
        ConnectError::Timeout => ApiError::new(
            Code::UpstreamTimeout,
            format!("{who} did not answer in time. Try again in a moment."),
        ),
        ConnectError::Failed(detail) => {
            tracing::warn!(
                detail,
                provider = provider.word(),
                "a provider could not be asked"
            );
            ApiError::new(
                Code::UpstreamError,
                format!("{who} could not be reached, or failed. Try again in a moment."),
            )
        }
    }
}

/// What is shown where somebody connects another number than the link is for.
pub(super) fn other_phone(record: &PairingRecord) -> String {
    format!(
        "This link is for {}, and that was another number. Nothing was connected. Try again with the right one.",
        masked(&record.phone)
    )
}

/// Where there is no code to scan.
pub fn not_scannable() -> ApiError {
    ApiError::new(
        Code::NotSupportedForMeta,
        "A number of Meta's has no code to scan. It is connected by its credentials, or by Meta's sign-up.",
    )
}

/// What is shown where the gateway has ended an attempt.
pub(super) fn ended() -> &'static str {
    "The phone or the service that links it has ended this attempt. Begin again."
}
