//! An installation on SQLite that has seen everything, and whose server has been stopped.

use crate::support::console::{Person, account};
use crate::support::copilot::{Copilot, exchange, new_secret};
use crate::support::postgres::FreshDatabase;
use crate::support::recently;
use crate::support::{Client, TestApp, meta};
use app::ids::NumberId;
use app::messages::Failure;
use axum::http::Method;
use pilot_inbox::access::MasterSecret;
use pilot_inbox::access::Role;
use pilot_inbox::console::ConsoleSettings;
use pilot_inbox::installation::{Installation, database_file};
use pilot_inbox::media::MediaSettings;
use pilot_inbox::outgoing::Reach;
use pilot_inbox::pairing::ConnectSettings;
use pilot_inbox::program::{Config, Program};
use pilot_inbox::store::{Claim, FormerSecret, Settlement};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::Duration;

/// Far enough from now that everything queued is due.
const LATER: i64 = i64::MAX / 2;

pub struct House {
    pub app: TestApp,
    /// The database.
    pub file: PathBuf,
    /// An operator's token.
    pub token: String,
    /// What that operator saw last.
    pub screen: Value,
}

/// Somebody who may see one number, with an inbox open, and somebody whose link is still good.
async fn people_sign_in(app: &TestApp) {
    let only = Some(vec![app.acme.numbers[0].id.clone()]);
    let ana = Person::of(app, &app.acme, "ana@acme.test", Role::Operator, only).await;
    ana.inbox(app).await;
    let lost = account("bo@acme.test", Role::Admin, None).await;
    let id = lost.id.clone();
    let store = &app.state.store;
    store.create_account(&app.acme.id, lost).await.unwrap();
    app.state.access.account_link(&id).await.unwrap();
}

impl House {
    /// Two tenants and nothing more.
    pub async fn bare() -> Self {
        let app = TestApp::on_sqlite().await;
        let token = app.token(&app.acme).await;
        let screen = first_screen(&app.with_token(&token)).await;
        app.state.store.close().await;
        Self {
            file: database_file(&app.dir.path().join("data")),
            app,
            token,
            screen,
        }
    }

    /// With everything that the schema can hold.
    pub async fn furnished() -> Self {
        let app = TestApp::on_sqlite().await;
        people_write(&app).await;
        operators_write(&app).await;
        keys_and_sessions(&app).await;
        people_sign_in(&app).await;
        let token = app.token(&app.acme).await;
        let screen = first_screen(&app.with_token(&token)).await;
        app.state.store.close().await;
        let house = Self {
            file: database_file(&app.dir.path().join("data")),
            app,
            token,
            screen,
        };
        house.keep_nul().await;
        house.keep_outbound().await;
        house
    }

    /// Text from a time when nobody looked for NUL characters.
    async fn keep_nul(&self) {
        let mut database = self.app.database().await;
        for statement in [
            "UPDATE messages SET text = 'before' || char(0) || 'after' || char(0), raw = '{' || char(0) || '}' \
             WHERE provider_id = 'wamid.nul'",
            "UPDATE contacts SET username = char(0) WHERE id = (SELECT max(id) FROM contacts WHERE phone = '5512')",
            "UPDATE embed_sessions SET origins = '[\"https://a.test\",\"https://b\\u0000.test\"]' WHERE id = (SELECT max(id) FROM embed_sessions)",
        ] {
            assert_eq!(database.execute(statement).await, 1, "{statement}");
        }
    }

    /// What takes hours to come about: a template, a sign that was refused, and a pause.
    async fn keep_outbound(&self) {
        let mut database = self.app.database().await;
        for statement in [
            "INSERT INTO templates SELECT id, 'order_update', 'pt_BR', '{\"body\": \"é\"}' FROM numbers WHERE phone_number_id = '100'",
            "INSERT INTO signals SELECT 'sig_1', 'reaction', id, tenant_id, number_id, id, '👍', '❤️', 'wamid.sig', 'accepted', 2, 5, 4 \
             FROM messages WHERE provider_id = 'wamid.nul'",
            "UPDATE messages SET reaction_failure = '{\"code\": \"131009\"}', waiting = '{\"kind\": \"PAUSED\"}' WHERE provider_id = 'wamid.pic'",
            "UPDATE conversations SET receipt = last_message_id WHERE id = (SELECT max(id) FROM conversations)",
            "UPDATE numbers SET probe_at = 7, templates_due_at = 8, connected_at = 9, gateway_session = 's ✓', pii_mode = 'STORE_X_DAYS', \
               pii_retention_days = 30, settings = '{\"markReadOnSend\":false}' WHERE phone_number_id = '100'",
            "INSERT INTO pairings SELECT x'00ff', tenant_id, id, 'PILOT_STATUS', 'credentials', 'https://acme.test/', 'ref ✓', '{\"companyName\":\"é\"}', \
               's', 'qr', 'ABCD-1234', 1, 'no ✗', 2, 3, 4 FROM numbers WHERE phone_number_id = '100'",
            "INSERT INTO webhooks SELECT 'wh_1', tenant_id, id, 'Backend ✓', 'https://backend.test/hook', '[\"message.received\", \"*\"]', \
               x'00ff', x'01', 5, 1, 3, 4, 2, 6, 7, 8, 'It is gone.', 9, 10, 11, 12 FROM numbers WHERE phone_number_id = '100'",
            "INSERT INTO webhook_deliveries VALUES ('wh_1', 3, 'evt_1_3', 'message.received', 'conv_1', '{\"id\": \"é ✓\"}', 'waiting', \
               5, 'claim', 2, 3, 4, 500, 'no ✗', 12, 1)",
            "UPDATE outbox SET expires_at = 9 WHERE message_id = (SELECT max(message_id) FROM outbox)",
        ] {
            assert_eq!(database.execute(statement).await, 1, "{statement}");
        }
    }

    /// The same installation on PostgreSQL.
    pub async fn on(&self, database: &FreshDatabase) -> Program {
        let data_dir = self.app.dir.path().join("elsewhere");
        let secret = std::fs::read_to_string(self.file.with_file_name("signing-secret")).unwrap();
        Program::open(Config {
            installation: Installation {
                data_dir,
                database: Some(database.settings()),
                signing_secret: Some(secret),
                previous_signing_secret: None,
            },
            bus_url: None,
            drain: Duration::ZERO,
            console: ConsoleSettings::default(),
            connect: ConnectSettings::default(),
            site_root: self.app.dir.path().join("site"),
            app_secrets: Vec::new(),
            verify_token: String::new(),
            session_max: Duration::from_hours(8),
            event_retention: Duration::from_hours(7 * 24),
            confirmation: Duration::from_mins(1),
            media: MediaSettings::default(),
            reach: Reach::Public,
        })
        .await
        .unwrap()
    }
}

/// What an inbox shows first.
pub async fn first_screen(operator: &Client) -> Value {
    let list = operator
        .ask("/api/conversations/list", &json!({"page": {}}))
        .await;
    let newest = list["items"][0]["id"].as_str().unwrap_or_default();
    if newest.is_empty() {
        return list;
    }
    let body = json!({"conversation_id": newest, "page": {}});
    json!([list, operator.ask("/api/messages/list", &body).await])
}

async fn people_write(app: &TestApp) {
    let texts = [
        ("5511", "olá, você está aí? ação"),
        ("5512", "👩‍👩‍👧‍👦 emoji 🇧🇷 and a \u{FFFD}"),
        (
            "5513",
            "مرحبا بالعالم\n\ttabs, 'quotes', \"double\" and \\ backslashes",
        ),
        ("5514", "日本語 \u{10FFFF} e\u{301} é"),
        ("5515", "\\N \\. {NULL} \r\n"),
    ];
    for (index, (phone, text)) in (0..).zip(texts) {
        for number in ["100", "101", "200"] {
            let id = format!("wamid.{number}.{phone}");
            app.deliver(&meta::one_text(
                number,
                &id,
                phone,
                recently() + index,
                text,
            ))
            .await;
        }
    }
    app.deliver(&meta::one_text(
        "100",
        "wamid.nul",
        "5512",
        recently() + 9,
        "nul",
    ))
    .await;
    // One person, known by phone and by user id, until a message brings both.
    app.deliver(&meta::one_text(
        "100",
        "wamid.p",
        "5520",
        recently() + 10,
        "by phone",
    ))
    .await;
    let by_user = meta::text_by_user("wamid.u", "BR.20", recently() + 11, "by user");
    app.deliver(&meta::messages("100", &[by_user])).await;
    let by_both = meta::text_by_both("wamid.b", "BR.20", "5520", recently() + 12, "both");
    app.deliver(&meta::messages("100", &[by_both])).await;
    let hidden = meta::text_by_user("wamid.h", "BR.21", recently() + 13, "no phone");
    app.deliver(&meta::messages("100", &[hidden])).await;
    // Statuses of messages that nobody knows yet.
    let held = [
        meta::status("wamid.unknown", "sent", recently()),
        meta::failed("wamid.unknown", recently() + 1, 131_026),
        meta::status("wamid.Unknown", "read", recently()),
    ];
    app.deliver(&meta::statuses("100", &held)).await;
    // A message of parts, with what became of it, and a reaction to one that nobody knows.
    let pin = json!({"id": "wamid.pin", "from": "5511", "timestamp": (recently() + 20).to_string(), "type": "location",
        "location": {"latitude": -23.5, "longitude": 46.25, "name": "“Here”"},
        "context": {"from": "5511", "id": "wamid.100.5511", "forwarded": true}});
    let react = |id: &str, target: &str| {
        json!({"id": id, "from": "5511", "timestamp": (recently() + 21).to_string(), "type": "reaction",
        "reaction": {"message_id": target, "emoji": "👍🏽"}})
    };
    let edit = json!({"id": "wamid.e", "from": "5511", "timestamp": (recently() + 22).to_string(), "type": "edit",
        "edit": {"original_message_id": "wamid.pin", "message": {"type": "text", "text": {"body": "There"}}}});
    let about = [
        pin,
        react("wamid.r", "wamid.pin"),
        react("wamid.s", "wamid.nobody"),
        edit,
    ];
    app.deliver(&meta::messages("100", &about)).await;
    app.deliver(&meta::delivery(
        "100",
        json!({"errors": [{"code": 131_031, "title": "Account locked"}]}),
    ))
    .await;
    // A file to be fetched.
    let picture = json!({"id": "wamid.pic", "from": "5514", "timestamp": (recently() + 23).to_string(), "type": "image",
        "image": {"id": "77", "mime_type": "image/jpeg", "sha256": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "caption": "日本"}});
    app.deliver(&meta::messages("100", &[picture])).await;
    // A body that nobody understands, with bytes that are no text.
    app.deliver_bytes(b"{\"object\": \x00\xff\xfe".to_vec())
        .await;
}

/// A text in each state of the outbox, and some that have left it.
async fn operators_write(app: &TestApp) {
    let operator = app.operator().await;
    let list = operator
        .ask("/api/conversations/list", &json!({"page": {}}))
        .await;
    let conversations = list["items"].as_array().unwrap();
    assert!(conversations.len() >= 8, "{list}");
    for (index, conversation) in conversations.iter().enumerate() {
        let text = format!("answer {index} ✓");
        let body = json!({"conversation_id": conversation["id"], "client_id": format!("c-{index}"), "text": text});
        operator.ask("/api/messages/send", &body).await;
    }
    let label = json!({"name": "Atenção ✓", "colour": "warn"});
    let labels = operator.ask("/api/labels/create", &label).await;
    let work = json!({"type": "label", "label": labels[0]["id"], "on": true});
    let body = json!({"ids": [conversations[0]["id"]], "work": work});
    operator.ask("/api/conversations/change", &body).await;
    let fields =
        json!([{"name": "Endereço", "value": "“Rua” \\N ✓"}, {"name": "VAT", "value": "1"}]);
    let contact =
        json!({"conversation_id": conversations[0]["id"], "name": "Tia Ana ✓", "fields": fields});
    operator.ask("/api/contacts/change", &contact).await;
    let path = format!(
        "/api/media?conversation={}&kind=document",
        conversations[0]["id"].as_str().unwrap()
    );
    let uploaded = operator
        .clone()
        .header("content-type", "text/plain")
        .header("x-file-name", "a%C3%A7%C3%A3o.txt")
        .send(Method::POST, &path, b"a file".to_vec())
        .await;
    assert_eq!(uploaded.code(), "201 -");
    let store = &app.state.store;
    let claims: Vec<Claim> = store.claim_outbox(LATER, LATER, 7).await.unwrap();
    assert_eq!(claims.len(), 7);
    let failure = |retryable| Failure {
        code: "131026".into(),
        sentence: "It did not work: “ção”.".into(),
        retryable,
    };
    let ends = [
        Settlement::Accepted {
            provider_id: "wamid.out.1".into(),
        },
        Settlement::retry_at(LATER),
        Settlement::Unconfirmed { deadline: LATER },
        Settlement::Failed(failure(true)),
        Settlement::Failed(failure(false)),
        Settlement::NumberRefused {
            failure: failure(true),
        },
    ];
    for (claim, end) in claims.iter().zip(ends) {
        store.settle(claim, end).await.unwrap();
    }
    for (status, at) in [
        ("sent", recently()),
        ("delivered", recently() + 1),
        ("read", recently() + 2),
    ] {
        let report = meta::status_of("wamid.out.1", claims[0].message.as_str(), status, at);
        app.deliver(&meta::statuses(&claims[0].phone_number_id, &[report]))
            .await;
    }
    assert_eq!(
        app.database()
            .await
            .texts("SELECT DISTINCT state FROM outbox ORDER BY 1")
            .await,
        ["ready", "sending", "unconfirmed"]
    );
}

async fn keys_and_sessions(app: &TestApp) {
    app.token_with(
        &app.acme,
        json!({"allowedOrigins": ["https://a.test", "https://b.test:8443"], "whatsappNumberIds": [app.acme.numbers[0].id]}),
    )
    .await;
    app.token(&app.globex).await;
    let branding = r##"{"companyName":"Acme 🦄","primaryColor":"#0A7CFF"}"##;
    app.with_key(&app.acme.key)
        .send(Method::PUT, "/v1/branding", branding.into())
        .await;
    let reply = json!({"shortcut": "olá", "text": "Olá {{contact.name}} 🦄"});
    let operator = app.with_token(&app.token(&app.acme).await);
    operator.ask("/api/quick_replies/create", &reply).await;
    let from_the_backend = app
        .with_key(&app.acme.numbers[0].key)
        .header("idempotency-key", "order 4711/1");
    let body = json!({"destinationNumber": "+5511999990077", "text": "from the backend"});
    let sent = from_the_backend.post("/v1/messages/send", &body).await;
    assert_eq!(sent.code(), "202 -", "{}", sent.text());
    let store = &app.state.store;
    let copilot = Copilot::of(app, &app.acme).await;
    new_secret(app, &app.acme, FormerSecret::Kept).await;
    for claims in [
        json!({}),
        json!({"sub": "ação", "name": null, "email": null}),
    ] {
        assert_eq!(
            exchange(app, &copilot.token_with(&claims)).await.code(),
            "200 -"
        );
    }
    let gone = Copilot::of(app, &app.globex).await;
    store.remove_inbox(&gone.inbox).await.unwrap();
    store.revoke_api_key(&app.globex.key_id).await.unwrap();
    let gone: &NumberId = &app.globex.numbers[1].id;
    store.remove_number(gone).await.unwrap();
    assert!(store.begin_job("prune", 0, 1).await.unwrap());
    let secret = MasterSecret::load_or_create(&app.dir.path().join("data")).unwrap();
    assert!(store.belongs_to(&secret.mark().unwrap()).await.unwrap());
    app.token(&app.acme).await;
}
