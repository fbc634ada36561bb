//! A pretend phone that can be connected as a number, so that an empty server ends in an inbox in which something arrives. It is the
//! simulator, switched on by whoever connects it, and for people who are signed in.

use super::visit::Visit;
use crate::access::{Action, Sealer};
use crate::simulator::{SimulatedNumber, Simulator, SimulatorConfig, SimulatorError};
use crate::state::AppState;
use crate::store::{NewNumber, NumberUpdate, Store, StoreError};
use app::error::{ApiError, Code};
use app::ids::{NumberId, TenantId};
use aws_lc_rs::hmac;
use axum::body::Body;
use axum::extract::{FromRequestParts, State};
use axum::http::{Method, Request};
use axum::response::{IntoResponse, Response};
use axum::{Router, routing};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use std::sync::{Arc, Mutex, PoisonError};
use tower::ServiceExt;

/// Meta's id of the number, which Meta gives nobody.
pub const PHONE_NUMBER_ID: &str = "999000000000001";
const WABA_ID: &str = "999000000000002";
const PHONE: &str = "551130000000";

/// The phone, on or off.
pub struct SimulatedPhone {
    /// Of this server, as it reaches itself.
    base: String,
    /// Signs what the phone delivers. Good for this number and for no other.
    app_secret: String,
    access_token: String,
    running: Mutex<Option<Running>>,
}

#[derive(Clone)]
struct Running {
    number: NumberId,
    simulator: Simulator,
    router: Router,
}

impl SimulatedPhone {
    /// A phone that is off. `base` is where this server reaches itself; `key` is derived from the signing secret, so that servers agree.
    pub fn new(base: String, key: &[u8; 32]) -> Self {
        let word = |purpose: &str| {
            let key = hmac::Key::new(hmac::HMAC_SHA256, key);
            URL_SAFE_NO_PAD.encode(hmac::sign(&key, purpose.as_bytes()))
        };
        Self {
            base,
            app_secret: word("app secret"),
            access_token: word("access token"),
            running: Mutex::default(),
        }
    }

    /// With what the phone's deliveries are verified, while it is on.
    pub fn signing_key(&self) -> Option<hmac::Key> {
        self.running()?;
        Some(hmac::Key::new(
            hmac::HMAC_SHA256,
            self.app_secret.as_bytes(),
        ))
    }

    /// The phone as a number to store.
    pub(super) fn number(
        &self,
        sealer: &Sealer,
        id: NumberId,
        tenant: TenantId,
        name: &str,
    ) -> Option<NewNumber> {
        Some(NewNumber {
            access_token: sealer.seal(id.as_str(), &self.access_token)?,
            id,
            tenant,
            name: name.to_owned(),
            phone: PHONE.into(),
            phone_number_id: PHONE_NUMBER_ID.into(),
            graph_base_url: self.graph_base_url(),
        })
    }

    fn graph_base_url(&self) -> String {
        [&self.base, "/simulator/graph/v25.0"].concat()
    }

    /// Switches it on for the number that it is.
    pub fn switch_on(&self, number: NumberId, name: &str) -> Result<(), SimulatorError> {
        let simulator = Simulator::new(SimulatorConfig {
            webhook_url: [&self.base, "/webhooks/whatsapp"].concat(),
            app_secret: self.app_secret.clone(),
            verify_token: self.app_secret.clone(),
            waba_id: WABA_ID.into(),
            access_token: Some(self.access_token.clone()),
            numbers: vec![SimulatedNumber {
                phone_number_id: PHONE_NUMBER_ID.into(),
                display_phone_number: PHONE.into(),
                verified_name: name.to_owned(),
                waba_id: None,
            }],
        })?;
        let running = Running {
            number,
            router: simulator.router(),
            simulator,
        };
        self.replace(Some(running));
        Ok(())
    }

    /// Switches it off.
    pub fn switch_off(&self) {
        self.replace(None);
    }

    fn replace(&self, running: Option<Running>) {
        let mut held = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(former) = std::mem::replace(&mut *held, running) {
            // An open phone page is a stream.
            former.simulator.stop();
        }
    }

    fn running(&self) -> Option<Running> {
        let held = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        held.clone()
    }

    /// Whether this number is the phone that is on.
    pub fn is(&self, number: &NumberId) -> bool {
        self.running()
            .is_some_and(|running| running.number == *number)
    }

    /// At a start: the phone that was connected before is on again, at this server's address.
    pub async fn resume(&self, store: &dyn Store) -> Result<(), StoreError> {
        let Some(number) = store.number_at_meta(PHONE_NUMBER_ID).await? else {
            return Ok(());
        };
        let update = NumberUpdate {
            access_token: None,
            graph_base_url: Some(self.graph_base_url()),
        };
        store.update_number(&number.id, update).await?;
        self.switch_on(number.id, &number.name)
            .map_err(|error| StoreError::Data(error.to_string()))
    }

    /// Its routes, for `/simulator`.
    pub fn router(self: &Arc<Self>, state: AppState) -> Router {
        Router::new()
            .fallback(routing::any(serve))
            .with_state((state, self.clone()))
    }
}

/// What this server asks as if it were WhatsApp brings a token; everything else is for people who may answer from this number.
async fn serve(
    State((state, phone)): State<(AppState, Arc<SimulatedPhone>)>,
    request: Request<Body>,
) -> Response {
    let Some(running) = phone.running() else {
        return refused(ApiError::new(
            Code::NotFound,
            "There is nothing at this address.",
        ));
    };
    let path = request.uri().path();
    let is_graph = path.starts_with("/graph/") || path.starts_with("/lookaside/");
    if is_graph {
        return answer(running, request).await;
    }
    let (mut parts, body) = request.into_parts();
    let Ok(visit) = Visit::from_request_parts(&mut parts, &state).await;
    let allowed = async {
        let caller = visit.caller().await?;
        if parts.method != Method::GET {
            visit.check_origin()?;
        }
        caller.scope.check(Action::Reply)?;
        if !caller.scope.allows(&running.number) {
            return Err(ApiError::new(
                Code::NotFound,
                "There is nothing at this address.",
            ));
        }
        Ok(())
    };
    if let Err(error) = allowed.await {
        return if parts.uri.path() == "/phone" {
            visit.failure(&error)
        } else {
            refused(error)
        };
    }
    answer(running, Request::from_parts(parts, body)).await
}

async fn answer(running: Running, request: Request<Body>) -> Response {
    match running.router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

fn refused(error: ApiError) -> Response {
    crate::api::Failure::from(error).into_response()
}
