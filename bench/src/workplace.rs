//! Data directories with conversations in them, made by the store's own ingest, and the credentials to read them.

use crate::Outcome;
use crate::call::Call;
use crate::http::Http;
use crate::meta::{self, Text};
use crate::process::{Program, Running, administer};
use pilot_inbox::installation::database_file;
use pilot_inbox::provider::cloud_api::parse;
use pilot_inbox::store::sqlite::SqliteStore;
use pilot_inbox::store::{CommitListener, Deliveries, LoggedEvent, Upkeep};
use serde::Deserialize;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Conversations that have a thread worth opening; the most recent ones.
const BUSY: usize = 300;
/// Messages of each of them; the others have one.
const THREAD: usize = 20;
/// The conversations lie within this many seconds before the run.
const SPAN: i64 = 30 * 24 * 3600;
/// Messages of one body while seeding.
const BATCH: usize = 500;
/// The page that the sessions are for.
pub const PARENT_ORIGIN: &str = "http://127.0.0.1:4000";

/// A data directory with one tenant, one number and a key.
pub struct Workplace {
    /// Where.
    pub data_dir: PathBuf,
    /// Whose.
    pub tenant: String,
    /// The number.
    pub number: String,
    key: String,
    /// How many conversations it was made with.
    pub conversations: usize,
}

struct Nobody;

impl CommitListener for Nobody {
    fn committed(&self, _: Vec<LoggedEvent>) {}
}

impl Workplace {
    /// Makes one. Everything but ids and the clock is the same each time.
    pub async fn seed(data_dir: PathBuf, conversations: usize) -> Outcome<Self> {
        let create = ["tenant", "create", "--name", "Bench"];
        let tenant = administer(&data_dir, &create, "PILOT_TENANT_ID").await?;
        let add = [
            "number",
            "add",
            "--tenant",
            &tenant,
            "--name",
            "Support",
            "--phone",
            "551130000000",
            "--phone-number-id",
            meta::PHONE_NUMBER_ID,
            "--access-token",
            "unused",
            "--graph-base-url",
            "http://127.0.0.1:9",
        ];
        let number = administer(&data_dir, &add, "PILOT_NUMBER_ID").await?;
        let key = administer(
            &data_dir,
            &["key", "create", "--tenant", &tenant],
            "PILOT_API_KEY",
        )
        .await?;
        fill(&data_dir, conversations).await?;
        Ok(Self {
            data_dir,
            tenant,
            number,
            key,
            conversations,
        })
    }

    /// The inbox on this data.
    pub fn inbox(&self, site_root: &Path) -> Program {
        Program::Inbox {
            data_dir: self.data_dir.clone(),
            site_root: site_root.to_owned(),
        }
    }

    /// The bare statements on this data.
    pub fn statements(&self) -> Program {
        Program::Statements {
            database: database_file(&self.data_dir),
            tenant: self.tenant.clone(),
            number: self.number.clone(),
        }
    }

    /// An hour's token for the running inbox.
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

async fn fill(data_dir: &Path, conversations: usize) -> Outcome {
    let store = Arc::new(SqliteStore::open(&database_file(data_dir), Arc::new(Nobody)).await?);
    let began = pilot_inbox::clock::now_ms() / 1000 - SPAN;
    let first_busy = conversations.saturating_sub(BUSY);
    let texts = (0..conversations).flat_map(|customer| {
        let length = if customer >= first_busy { THREAD } else { 1 };
        (0..length).map(move |turn| {
            let index = customer * THREAD + turn;
            // In order of the customers, ending an hour before the run.
            let share = i64::try_from(customer).unwrap_or(0) * (SPAN - 3600)
                / i64::try_from(conversations).unwrap_or(1);
            Text {
                customer,
                id: format!("seed-{index:08}"),
                body: meta::sentence(index),
                at: began + share + i64::try_from(turn).unwrap_or(0),
            }
        })
    });
    let mut batch = Vec::with_capacity(BATCH);
    for text in texts {
        batch.push(text);
        if batch.len() == BATCH {
            ingest(&store, &std::mem::take(&mut batch)).await?;
        }
    }
    ingest(&store, &batch).await?;
    store.close().await;
    Ok(())
}

async fn ingest(store: &SqliteStore, texts: &[Text]) -> Outcome {
    let parsed = parse(&meta::body(texts))?;
    let stored = store.ingest(parsed.changes).await?;
    if stored.messages != texts.len() as u64 {
        return Err(format!(
            "{} messages were seeded and {} stored",
            texts.len(),
            stored.messages
        )
        .into());
    }
    Ok(())
}
