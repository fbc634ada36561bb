//! Installations with conversations in them, and the credentials to read them.

mod fill;
mod older;

use crate::Outcome;
use crate::call::Call;
use crate::database::Place;
use crate::http::Http;
use crate::meta;
use crate::process::{Program, Running, administer};
use serde::Deserialize;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;

/// Conversations that have a thread worth opening; the most recent ones.
const BUSY: usize = 300;
/// More than these would take minutes on their way through the inbox's own ingest: what is older is written by the database itself.
const INGESTED: usize = 100_000;
/// Where nobody listens (RFC 863, discard): of a number that sends nothing.
const NO_GRAPH: &str = "http://127.0.0.1:9";
/// The page that the sessions are for.
pub const PARENT_ORIGIN: &str = "http://127.0.0.1:4000";

/// A tenant with one number and a key.
pub struct Team {
    /// Whose.
    pub tenant: String,
    /// The number.
    pub number: String,
    /// Meta's id of it.
    pub phone_number_id: String,
    /// Its API key.
    pub key: String,
}

impl Team {
    /// Makes tenant number `index` of an installation.
    pub async fn make(place: &Place, index: usize) -> Outcome<Self> {
        Self::sending_to(place, index, NO_GRAPH).await
    }

    /// The same, whose number sends to this Graph API.
    pub async fn sending_to(place: &Place, index: usize, graph: &str) -> Outcome<Self> {
        let create = ["tenant", "create", "--name", "Bench"];
        let tenant = administer(place, &create, "PILOT_TENANT_ID").await?;
        let create = ["key", "create", "--tenant", &tenant];
        let key = administer(place, &create, "PILOT_API_KEY").await?;
        Self::with_number(place, index, graph, tenant, key).await
    }

    /// The same tenant and key with another number of theirs, number `index` of the installation.
    pub async fn at_another_number(&self, place: &Place, index: usize) -> Outcome<Self> {
        let (tenant, key) = (self.tenant.clone(), self.key.clone());
        Self::with_number(place, index, NO_GRAPH, tenant, key).await
    }

    async fn with_number(
        place: &Place,
        index: usize,
        graph: &str,
        tenant: String,
        key: String,
    ) -> Outcome<Self> {
        let phone_number_id = meta::phone_number_id(index);
        let add = [
            "number",
            "add",
            "--tenant",
            &tenant,
            "--name",
            "Support",
            "--phone",
            meta::PHONE,
            "--phone-number-id",
            &phone_number_id,
            "--access-token",
            "unused",
            "--graph-base-url",
            graph,
        ];
        let number = administer(place, &add, "PILOT_NUMBER_ID").await?;
        Ok(Self {
            tenant,
            number,
            phone_number_id,
            key,
        })
    }

    /// An hour's token, minted by a running inbox.
    pub async fn token(&self, inbox: &Running) -> Outcome<String> {
        #[derive(Deserialize)]
        struct Minted {
            token: String,
        }
        let body = json!({"surface": "chat", "whatsappNumberIds": [self.number], "allowedOrigins": [PARENT_ORIGIN],
                          "ttlSeconds": 3600});
        let call = Call::post("/v1/embed/sessions", body.to_string()).with("x-api-key", &self.key);
        Ok(Http::connect(inbox.address)
            .await?
            .json::<Minted>(&call)
            .await?
            .token)
    }
}

/// An installation with one tenant.
pub struct Workplace {
    /// Where.
    pub place: Place,
    /// Whose.
    pub team: Team,
    /// How many conversations it was made with.
    pub conversations: usize,
}

impl Workplace {
    /// Makes one. Everything but ids and the clock is the same each time.
    pub async fn seed(place: Place, conversations: usize) -> Outcome<Self> {
        Self::sending_to(place, conversations, NO_GRAPH).await
    }

    /// The same, whose number sends to this Graph API.
    pub async fn sending_to(place: Place, conversations: usize, graph: &str) -> Outcome<Self> {
        let team = Team::sending_to(&place, 0, graph).await?;
        if conversations > INGESTED {
            older::write(&place, &team, conversations - BUSY).await?;
            fill::ingest(&place, &team, BUSY).await?;
        } else {
            fill::ingest(&place, &team, conversations).await?;
        }
        place.come_to_rest().await?;
        Ok(Self {
            place,
            team,
            conversations,
        })
    }

    /// The inbox on this data.
    pub fn inbox(&self, site_root: &Path) -> Program {
        Program::Inbox {
            place: self.place.clone(),
            bus_url: None,
            site_root: site_root.to_owned(),
            private_addresses: false,
        }
    }

    /// The bare statements on this data.
    pub fn statements(&self) -> Program {
        Program::Statements {
            place: self.place.clone(),
            tenant: self.team.tenant.clone(),
            number: self.team.number.clone(),
        }
    }

    /// An hour's token for the running inbox.
    pub async fn token(&self, inbox: &Running) -> Outcome<String> {
        self.team.token(inbox).await
    }

    /// Ids of the conversations with a thread, most recent first.
    pub async fn busy_conversations(
        &self,
        address: SocketAddr,
        token: &str,
    ) -> Outcome<Vec<String>> {
        let wanted = self.conversations.min(BUSY);
        let mut http = Http::connect(address).await?;
        let (mut ids, mut older) = (Vec::new(), Value::Null);
        while ids.len() < wanted {
            let page: Value = http
                .json(&list_call(token, &json!({"limit": 100, "older": older})))
                .await?;
            let items = page["items"]
                .as_array()
                .map_or(&[] as &[Value], Vec::as_slice);
            ids.extend(
                items
                    .iter()
                    .filter_map(|item| item["id"].as_str().map(str::to_owned)),
            );
            older = page["older"].clone();
            if older.is_null() {
                break;
            }
        }
        if ids.len() < wanted {
            return Err(format!(
                "{wanted} conversations were seeded and only {} are listed",
                ids.len()
            )
            .into());
        }
        ids.truncate(wanted);
        Ok(ids)
    }
}

/// A request of a backend to the public API, about the team's number.
pub fn of_backend(call: Call, team: &Team) -> Call {
    call.with("x-api-key", &team.key)
        .with("x-whatsapp-number-id", &team.number)
}

/// The embed's request for the list.
pub fn list_call(token: &str, page: &Value) -> Call {
    authorised("/api/conversations/list", &json!({"page": page}), token)
}

/// Any request of the embed.
pub fn authorised(path: &str, body: &Value, token: &str) -> Call {
    Call::post(path, body.to_string())
        .with("authorization", format!("Bearer {token}"))
        .with("x-parent-origin", PARENT_ORIGIN)
}
