//! A store with a tenant of three numbers and another tenant, and scopes over them.

use crate::support::meta;
use crate::support::place::Place;
use crate::support::postgres::FreshDatabase;
use app::conversations::Conversation;
use app::ids::{ApiKeyId, ConversationId, MessageId, NumberId, TenantId};
use app::messages::Message;
use app::paging::PageRequest;
use app::workflow::ListFilter;
use pilot_inbox::access::{Access, MasterSecret, RawKey, Scope, Sealer, Secrets, TokenSigner};
use pilot_inbox::fresh;
use pilot_inbox::provider::cloud_api::parse;
use pilot_inbox::store::{
    CommitListener, Ingested, KeyLabel, LoggedEvent, NewApiKey, NewNumber, Store,
};
use serde_json::{Value, json};
use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;

pub const AT: i64 = 1_700_000_000;

/// What the store told of its commits.
#[derive(Default)]
pub struct Heard(pub Mutex<Vec<LoggedEvent>>);

impl CommitListener for Heard {
    fn committed(&self, events: Vec<LoggedEvent>) {
        self.0.lock().unwrap().extend(events);
    }
}

/// A key and what it is for.
#[derive(Clone)]
pub struct Key {
    pub text: String,
    pub id: ApiKeyId,
}

pub struct Ground {
    pub store: Arc<dyn Store>,
    pub heard: Arc<Heard>,
    pub tenant: TenantId,
    pub numbers: Vec<NumberId>,
    pub key: Key,
    pub number_keys: Vec<Key>,
    pub foreign_number: NumberId,
    pub foreign_key: Key,
    pub place: Place,
    dir: Arc<TempDir>,
}

impl Ground {
    pub async fn sqlite() -> Self {
        let dir = TempDir::new().unwrap();
        let file = dir.path().join("db");
        Self::furnish(Place::Sqlite(file), dir).await
    }

    pub async fn postgres() -> Self {
        let database = Arc::new(FreshDatabase::create().await);
        Self::furnish(Place::Postgres(database), TempDir::new().unwrap()).await
    }

    /// PostgreSQL with other settings than ours.
    pub async fn postgres_elsewhere() -> Self {
        let database = Arc::new(FreshDatabase::elsewhere().await);
        Self::furnish(Place::Postgres(database), TempDir::new().unwrap()).await
    }

    async fn furnish(place: Place, dir: TempDir) -> Self {
        let heard = Arc::new(Heard::default());
        let store = place.open(heard.clone()).await;
        let tenant = store.create_tenant("Acme").await.unwrap();
        let mut numbers = Vec::new();
        let mut number_keys = Vec::new();
        for phone_number_id in ["100", "101", "102"] {
            let number = number(&*store, &tenant, phone_number_id).await;
            number_keys.push(key(&*store, &tenant, Some(&number)).await);
            numbers.push(number);
        }
        let foreign = store.create_tenant("Globex").await.unwrap();
        Self {
            key: key(&*store, &tenant, None).await,
            foreign_number: number(&*store, &foreign, "200").await,
            foreign_key: key(&*store, &foreign, None).await,
            store,
            heard,
            tenant,
            numbers,
            number_keys,
            place,
            dir: Arc::new(dir),
        }
    }

    /// The same data in a store that has just been opened.
    pub async fn reopened(&self) -> Self {
        self.store.close().await;
        self.beside().await
    }

    /// The same data in the store of another server.
    pub async fn beside(&self) -> Self {
        let heard = Arc::new(Heard::default());
        Self {
            store: self.place.open(heard.clone()).await,
            heard,
            tenant: self.tenant.clone(),
            numbers: self.numbers.clone(),
            key: self.key.clone(),
            number_keys: self.number_keys.clone(),
            foreign_number: self.foreign_number.clone(),
            foreign_key: self.foreign_key.clone(),
            place: self.place.clone(),
            dir: self.dir.clone(),
        }
    }

    /// What this key may touch: scopes come out of verified credentials and of nothing else.
    pub async fn scope(&self, key: &Key) -> Scope {
        let secrets: Secrets = MasterSecret::load_or_create(self.dir.path())
            .unwrap()
            .into();
        let (signer, sealer) = (
            TokenSigner::new(&secrets).unwrap(),
            Sealer::new(&secrets).unwrap(),
        );
        let access = Access::new(
            self.store.clone(),
            signer,
            Arc::new(sealer),
            Duration::from_mins(1),
        )
        .await
        .unwrap();
        access.key(Some(&key.text), None).await.unwrap().scope
    }

    /// All numbers of the tenant.
    pub async fn all(&self) -> Scope {
        self.scope(&self.key).await
    }

    /// One number of the tenant.
    pub async fn only(&self, index: usize) -> Scope {
        self.scope(&self.number_keys[index]).await
    }

    pub async fn foreign(&self) -> Scope {
        self.scope(&self.foreign_key).await
    }

    /// Takes a webhook.
    pub async fn take(&self, body: &Value) -> Ingested {
        deliver(&*self.store, body).await
    }

    /// Texts `<phone>.<n>`, a second apart, all in one delivery.
    pub async fn write(&self, phone_number_id: &str, phone: &str, range: Range<i64>) {
        let messages: Vec<Value> = range
            .map(|n| {
                meta::text(
                    &format!("wamid.{phone_number_id}.{phone}.{n}"),
                    phone,
                    AT + n,
                    &format!("{phone}.{n}"),
                )
            })
            .collect();
        self.take(&meta::messages(phone_number_id, &messages)).await;
    }

    pub async fn status(
        &self,
        phone_number_id: &str,
        id: &str,
        callback: &MessageId,
        status: &str,
    ) -> Ingested {
        let report = meta::status_of(id, callback.as_str(), status, AT);
        self.take(&meta::statuses(phone_number_id, &[report])).await
    }

    /// The first page of the list.
    pub async fn list(&self, scope: &Scope) -> Vec<Conversation> {
        self.store
            .list_conversations(scope, &ListFilter::default(), &PageRequest::first())
            .await
            .unwrap()
            .items
    }

    /// The conversation with a phone.
    pub async fn with(&self, scope: &Scope, phone: &str) -> Conversation {
        let wanted = Some(format!("+{phone}"));
        self.list(scope)
            .await
            .into_iter()
            .find(|c| c.contact.phone == wanted)
            .expect("it is in the list")
    }

    /// The first page of a thread.
    pub async fn thread(&self, scope: &Scope, conversation: &ConversationId) -> Vec<Message> {
        self.store
            .list_messages(scope, conversation, &PageRequest::first())
            .await
            .unwrap()
            .items
    }

    pub async fn message(&self, scope: &Scope, message: &Message) -> Message {
        let thread = self.thread(scope, &message.conversation_id).await;
        thread
            .into_iter()
            .find(|m| m.id == message.id)
            .expect("it is in the thread")
    }

    /// Every event of the tenant's log that is left, as JSON.
    pub async fn log(&self, scope: &Scope, after: i64) -> Vec<Value> {
        let page = self
            .store
            .events_after(scope, after, u32::MAX)
            .await
            .unwrap();
        let pilot_inbox::store::EventPage::Events {
            events,
            more: false,
            ..
        } = page
        else {
            panic!("{page:?}")
        };
        events
            .iter()
            .map(|event| json!({"seq": event.seq, "number": event.number, "event": serde_json::from_slice::<Value>(&event.payload).unwrap()}))
            .collect()
    }
}

/// A webhook for a store.
pub async fn deliver(store: &dyn Store, body: &Value) -> Ingested {
    let parsed = parse(body.to_string().as_bytes()).unwrap();
    assert!(parsed.unreadable.is_empty(), "{:?}", parsed.unreadable);
    store.ingest(parsed.changes).await.unwrap()
}

/// A connected number.
pub async fn number(store: &dyn Store, tenant: &TenantId, phone_number_id: &str) -> NumberId {
    let id = fresh!(NumberId);
    let number = NewNumber {
        id: id.clone(),
        tenant: tenant.clone(),
        name: format!("number {phone_number_id}"),
        phone: format!("55113000{phone_number_id}"),
        phone_number_id: phone_number_id.into(),
        access_token: b"sealed".to_vec(),
        graph_base_url: "http://127.0.0.1:9".into(),
    };
    store.create_number(number).await.unwrap();
    id
}

/// A key that is not stored yet.
pub fn new_key(tenant: &TenantId, number: Option<&NumberId>) -> (NewApiKey, Key) {
    let raw = RawKey::generate().unwrap();
    let label = KeyLabel {
        name: "test".into(),
        prefix: raw.prefix().into(),
        last4: raw.last4().into(),
    };
    let new = NewApiKey {
        id: raw.id.clone(),
        tenant: tenant.clone(),
        number: number.cloned(),
        hash: raw.hash(),
        label,
    };
    (
        new,
        Key {
            text: raw.text,
            id: raw.id,
        },
    )
}

async fn key(store: &dyn Store, tenant: &TenantId, number: Option<&NumberId>) -> Key {
    let (new, key) = new_key(tenant, number);
    store.create_api_key(new).await.unwrap();
    key
}
