//! Every way in, with every credential that must not open it. A route or a server function without a row here fails the first test.

use crate::support::app::ORIGIN;
use crate::support::copilot::Copilot;
use crate::support::meta::{self, VERIFY_TOKEN};
use crate::support::{Answer, Client, Tenant, TestApp, eventually, forge, recently};
use app::ids::{ClientId, ConversationId, MessageId};
use axum::http::{Method, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use pilot_inbox::api::server_function_paths;
use pilot_inbox::routes::{self, Needs};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What a request may name: things of one tenant, or things that do not exist.
#[derive(Debug, Clone)]
pub struct Things {
    number: String,
    conversation: String,
    message: String,
    session: String,
    identity: String,
    media: String,
    label: String,
    quick_reply: String,
    webhook: String,
    /// The signed address of that file.
    address: String,
}

impl Things {
    fn unknown() -> Self {
        Self {
            number: "wn_01ARZ3NDEKTSV4RRFFQ69G5FAV".into(),
            conversation: "conv_01ARZ3NDEKTSV4RRFFQ69G5FAV".into(),
            message: "msg_01ARZ3NDEKTSV4RRFFQ69G5FAV".into(),
            session: "es_01ARZ3NDEKTSV4RRFFQ69G5FAV".into(),
            identity: "none".into(),
            media: "med_01ARZ3NDEKTSV4RRFFQ69G5FAV".into(),
            label: "lb_01ARZ3NDEKTSV4RRFFQ69G5FAV".into(),
            quick_reply: "qr_01ARZ3NDEKTSV4RRFFQ69G5FAV".into(),
            webhook: "wh_01ARZ3NDEKTSV4RRFFQ69G5FAV".into(),
            address: "/media/med_01ARZ3NDEKTSV4RRFFQ69G5FAV/x".into(),
        }
    }

    /// The one conversation of a number, with its one failed message, and a file.
    pub async fn of(app: &TestApp, tenant: &Tenant, index: usize) -> Self {
        let number = &tenant.numbers[index].id;
        let token = app.token_for(tenant, number).await;
        let inbox = app.with_token(&token);
        let list = inbox
            .ask("/api/conversations/list", &json!({"page": {}}))
            .await;
        let conversation = list["items"][0]["id"].as_str().unwrap().to_owned();
        let thread = inbox
            .ask(
                "/api/messages/list",
                &json!({"conversation_id": conversation, "page": {}}),
            )
            .await;
        let uploaded = inbox
            .clone()
            .header("content-type", "text/plain")
            .send(
                Method::POST,
                &format!("/api/media?conversation={conversation}&kind=document"),
                b"a file".to_vec(),
            )
            .await
            .json();
        let media = uploaded["id"].as_str().unwrap().to_owned();
        let links = inbox.ask("/api/media/urls", &json!({"ids": [media]})).await;
        let name = format!("Label {conversation}");
        let made = json!({"name": name, "colour": "ok"});
        let answer = inbox.post("/api/labels/create", &made).await;
        // Made before, perhaps: it is named by its conversation.
        let labels = if answer.status == StatusCode::OK {
            answer.json()
        } else {
            inbox.ask("/api/labels/list", &json!({})).await
        };
        let labels = labels.as_array().unwrap();
        let label = labels.iter().find(|label| label["name"] == name.as_str());
        Self {
            label: label.unwrap()["id"].as_str().unwrap().to_owned(),
            media,
            quick_reply: quick_reply_of(number.as_str()),
            webhook: webhook_of(app, &tenant.numbers[index].key).await,
            address: links[0]["url"].as_str().unwrap().to_owned(),
            number: number.to_string(),
            conversation,
            message: thread["items"][0]["id"].as_str().unwrap().to_owned(),
            identity: "none".into(),
            session: forge::decode(&token, 1)["sid"].as_str().unwrap().to_owned(),
        }
    }

    pub fn conversation(&self) -> &str {
        &self.conversation
    }

    fn failed_media(&self) -> String {
        failed_media_of(&self.number)
    }

    fn texts(&self) -> [&str; 8] {
        [
            &self.webhook,
            &self.label,
            &self.quick_reply,
            &self.media,
            &self.number,
            &self.conversation,
            &self.message,
            &self.session,
        ]
    }
}

/// One way in.
pub struct Row {
    method: Method,
    pub path: &'static str,
    needs: Needs,
    /// The request's body; `None` where there is none.
    body: Option<fn(&Things) -> Value>,
    /// What the right credential gets for its own things.
    pub own: u16,
    /// What an id outside the credential's reach gets; `None` where no id can be named, or where naming one is no error.
    pub unknown: Option<&'static str>,
}

#[expect(
    clippy::too_many_lines,
    reason = "a row of a table is read at a glance"
)]
fn rows() -> Vec<Row> {
    let row = |method, path, needs, body, own, unknown| Row {
        method,
        path,
        needs,
        body,
        own,
        unknown,
    };
    let get = |path, needs, own| row(Method::GET, path, needs, None, own, None);
    let at_number = |method, path, body, own| {
        row(
            method,
            path,
            Needs::ApiKey,
            body,
            own,
            Some("404 NUMBER_NOT_FOUND"),
        )
    };
    let mut rows = vec![
        get("/", Needs::Nothing, 200),
        get("/words", Needs::Nothing, 200),
        // Nobody has an account here: `console` and `roles` have those who do.
        get("/sign-in", Needs::Nothing, 303),
        row(Method::POST, "/sign-in", Needs::Nothing, None, 403, None),
        get("/setup", Needs::Nothing, 200),
        get("/setup/{secret}", Needs::OneTimeLink, 404),
        row(
            Method::POST,
            "/setup/{secret}",
            Needs::OneTimeLink,
            None,
            403,
            None,
        ),
        get("/invite/{secret}", Needs::OneTimeLink, 404),
        row(
            Method::POST,
            "/invite/{secret}",
            Needs::OneTimeLink,
            None,
            403,
            None,
        ),
        get("/c/{id}", Needs::ConsoleCookie, 404),
        row(
            Method::POST,
            "/console/token",
            Needs::ConsoleCookie,
            None,
            401,
            None,
        ),
        row(
            Method::POST,
            "/sign-out",
            Needs::ConsoleCookie,
            None,
            403,
            None,
        ),
        get("/settings", Needs::ConsoleCookie, 303),
        get("/settings/{page}", Needs::ConsoleCookie, 303),
        row(
            Method::POST,
            "/settings/{page}",
            Needs::ConsoleCookie,
            None,
            303,
            None,
        ),
        row(
            Method::POST,
            "/settings/branding/preview",
            Needs::ConsoleCookie,
            None,
            401,
            None,
        ),
        get("/openapi.json", Needs::Nothing, 200),
        get("/docs", Needs::Nothing, 200),
        get("/healthz", Needs::Nothing, 200),
        get("/readyz", Needs::Nothing, 200),
        get("/metrics", Needs::Nothing, 200),
        get("/v1/numbers", Needs::ApiKey, 200),
        row(
            Method::POST,
            "/v1/embed/sessions",
            Needs::ApiKey,
            Some(
                |things| json!({"surface": "chat", "allowedOrigins": [ORIGIN], "whatsappNumberIds": [things.number]}),
            ),
            201,
            Some("404 NUMBER_NOT_FOUND"),
        ),
        at_number(Method::GET, "/v1/numbers/{id}", None, 200),
        at_number(Method::GET, "/v1/numbers/{id}/status", None, 200),
        at_number(
            Method::PATCH,
            "/v1/numbers/{id}",
            Some(|_| json!({"settings": {"ignoreGroups": true}})),
            200,
        ),
        // It is there.
        at_number(Method::POST, "/v1/numbers/{id}/restore", None, 409),
        // They are connected already.
        at_number(Method::GET, "/v1/numbers/{id}/connect", None, 409),
        // No gateway is set up here: `pairing` has one.
        row(
            Method::POST,
            "/v1/numbers",
            Needs::ApiKey,
            Some(|_| json!({"name": "Sales", "number": "+5511988880000"})),
            503,
            None,
        ),
        row(
            Method::POST,
            "/v1/numbers/remote-pairing",
            Needs::ApiKey,
            Some(
                |_| json!({"name": "Sales", "number": "+5511988880000", "metaFlow": "credentials"}),
            ),
            201,
            None,
        ),
        // A secret is in the address: `pairing` has some that are good. With one that is none, nothing is told and nothing opens.
        get("/connect/{token}", Needs::PairingToken, 404),
        row(
            Method::POST,
            "/connect/{token}",
            Needs::PairingToken,
            None,
            303,
            None,
        ),
        get("/v1/remote-pairing/{token}", Needs::PairingToken, 200),
        get(
            "/v1/remote-pairing/{token}/status",
            Needs::PairingToken,
            200,
        ),
        get(
            "/v1/remote-pairing/{token}/events",
            Needs::PairingToken,
            200,
        ),
        row(
            Method::POST,
            "/v1/remote-pairing/{token}/connect",
            Needs::PairingToken,
            None,
            404,
            None,
        ),
        row(
            Method::POST,
            "/v1/remote-pairing/{token}/credentials",
            Needs::PairingToken,
            Some(|_| json!({"phoneNumberId": "1", "accessToken": "EAAG"})),
            404,
            None,
        ),
        row(
            Method::POST,
            "/v1/remote-pairing/{token}/signup",
            Needs::PairingToken,
            Some(|_| json!({"code": "AQ", "wabaId": "1", "phoneNumberId": "1"})),
            404,
            None,
        ),
        get("/v1/api-keys", Needs::ApiKey, 200),
        // A tenant key names the number in a header, which is somebody else's where these are.
        at_number(Method::GET, "/v1/conversations", None, 200),
        at_number(Method::GET, "/v1/conversations/{id}", None, 200),
        at_number(
            Method::PATCH,
            "/v1/conversations/{id}",
            Some(|things| json!({"pinned": true, "addLabels": [things.label]})),
            200,
        ),
        at_number(Method::GET, "/v1/conversations/{id}/messages", None, 200),
        at_number(
            Method::POST,
            "/v1/conversations/{id}/read",
            Some(|things| json!({"messageId": things.message})),
            200,
        ),
        at_number(
            Method::POST,
            "/v1/conversations/{id}/notes",
            Some(|_| json!({"text": "look"})),
            201,
        ),
        at_number(Method::GET, "/v1/messages/history", None, 200),
        at_number(Method::GET, "/v1/messages/unread", None, 200),
        at_number(Method::GET, "/v1/events", None, 200),
        at_number(Method::GET, "/v1/messages", None, 200),
        at_number(Method::GET, "/v1/messages/group", None, 200),
        // A number of the Cloud API has none.
        at_number(Method::GET, "/v1/groups", None, 400),
        at_number(Method::GET, "/v1/newsletters", None, 400),
        at_number(
            Method::POST,
            "/v1/messages/send",
            Some(|_| json!({"destinationNumber": "+5511999990001", "text": "from the backend"})),
            202,
        ),
        at_number(
            Method::DELETE,
            "/v1/messages/cancel",
            Some(|things| json!({"messageIds": [things.message]})),
            200,
        ),
        at_number(
            Method::POST,
            "/v1/messages/typing",
            Some(|_| json!({"destinationNumber": "+5511999990001"})),
            200,
        ),
        at_number(
            Method::POST,
            "/v1/messages/{id}/reaction",
            Some(|_| json!({"emoji": "👍"})),
            200,
        ),
        at_number(Method::POST, "/v1/media", Some(|_| json!("a file")), 201),
        at_number(Method::GET, "/v1/media/{id}", None, 200),
        at_number(Method::GET, "/v1/templates", None, 200),
        at_number(Method::GET, "/v1/templates/{id}", None, 404),
        at_number(Method::GET, "/v1/webhooks", None, 200),
        at_number(
            Method::POST,
            "/v1/webhooks",
            Some(|_| json!({"url": "https://backend.test/hook", "events": ["*"]})),
            201,
        ),
        at_number(Method::GET, "/v1/webhooks/{id}", None, 200),
        at_number(
            Method::PATCH,
            "/v1/webhooks/{id}",
            Some(|_| json!({"name": "Intruder", "url": "https://evil.test/hook"})),
            200,
        ),
        at_number(
            Method::POST,
            "/v1/webhooks/{id}/secret",
            Some(|_| json!({})),
            200,
        ),
        at_number(Method::GET, "/v1/webhooks/{id}/logs", None, 200),
        // It has told nothing yet.
        at_number(
            Method::POST,
            "/v1/webhooks/{id}/logs/{delivery}/resend",
            None,
            404,
        ),
        at_number(Method::DELETE, "/v1/webhooks/{id}", None, 204),
        // It was written on the phone: only the history has it.
        at_number(Method::GET, "/v1/messages/{id}", None, 404),
        get("/v1/branding", Needs::ApiKey, 200),
        row(
            Method::PUT,
            "/v1/branding",
            Needs::ApiKey,
            Some(|_| json!({"companyName": "Intruder"})),
            200,
            None,
        ),
        row(
            Method::DELETE,
            "/v1/embed/sessions/{id}",
            Needs::ApiKey,
            Some(|_| json!({})),
            204,
            Some("404 NOT_FOUND"),
        ),
        get("/webhooks/whatsapp", Needs::MetaSecret, 200),
        row(
            Method::POST,
            "/webhooks/whatsapp",
            Needs::MetaSecret,
            Some(|_| meta::one_text("100", "wamid.intruder", "5511", 1_600_000_000, "intruder")),
            200,
            None,
        ),
        row(
            Method::POST,
            "/api/public/embed/refresh",
            Needs::EmbedToken,
            None,
            200,
            None,
        ),
        row(
            Method::POST,
            "/api/public/embed/exchange",
            Needs::IdentityToken,
            Some(|things| json!({"token": things.identity})),
            200,
            None,
        ),
        get("/api/live", Needs::EmbedToken, 200),
        row(
            Method::POST,
            "/api/media",
            Needs::EmbedToken,
            Some(|_| json!("a file")),
            201,
            Some("404 NOT_FOUND"),
        ),
        get("/media/{id}/{access}", Needs::SignedAddress, 200),
    ];
    rows.extend(server_functions());
    // These take away what the others name, so they come last.
    rows.extend([
        at_number(
            Method::POST,
            "/v1/api-keys",
            Some(|things| json!({"whatsappNumberId": things.number})),
            201,
        ),
        at_number(Method::DELETE, "/v1/numbers/{id}", None, 200),
        at_number(Method::DELETE, "/v1/numbers/{id}/purge", None, 200),
    ]);
    rows
}

#[expect(clippy::too_many_lines, reason = "a table")]
pub fn server_functions() -> Vec<Row> {
    let call = |path, body: fn(&Things) -> Value, unknown| Row {
        method: Method::POST,
        path,
        needs: Needs::EmbedToken,
        body: Some(body),
        own: 200,
        unknown,
    };
    vec![
        // A conversation to open that is not there is left out: the rest of the screen comes all the same.
        call(
            "/api/bootstrap",
            |things| json!({"parent_origin": ORIGIN, "open": things.conversation}),
            None,
        ),
        call(
            "/api/conversations/list",
            |things| json!({"page": {}, "filter": {"number": things.number}}),
            Some("404 NOT_FOUND"),
        ),
        call(
            "/api/conversations/change",
            |things| json!({"ids": [things.conversation], "work": {"type": "pin", "on": true}}),
            Some("404 NOT_FOUND"),
        ),
        call(
            "/api/notes/write",
            |things| json!({"conversation_id": things.conversation, "client_id": "note-1", "text": "look", "mentions": []}),
            Some("404 NOT_FOUND"),
        ),
        call(
            "/api/presence/tell",
            |things| json!({"conversation_id": things.conversation, "doing": "typing"}),
            Some("404 NOT_FOUND"),
        ),
        call(
            "/api/contacts/details",
            |things| json!({"conversation_id": things.conversation}),
            Some("404 NOT_FOUND"),
        ),
        call(
            "/api/contacts/change",
            |things| json!({"conversation_id": things.conversation, "name": "Ana", "fields": [{"name": "City", "value": "Lisbon"}]}),
            Some("404 NOT_FOUND"),
        ),
        call(
            "/api/conversations/shelf",
            |things| json!({"conversation_id": things.conversation, "shelf": "media", "page": {}}),
            Some("404 NOT_FOUND"),
        ),
        call("/api/totals", |_| json!({}), None),
        call("/api/operators/list", |_| json!({}), None),
        call(
            "/api/labels/create",
            |_| json!({"name": "VIP", "colour": "ok"}),
            None,
        ),
        call(
            "/api/labels/change",
            |things| json!({"label_id": things.label, "name": "Other", "colour": "warn"}),
            Some("404 NOT_FOUND"),
        ),
        call(
            "/api/labels/delete",
            |things| json!({"label_id": things.label}),
            Some("404 NOT_FOUND"),
        ),
        call("/api/labels/list", |_| json!({}), None),
        call(
            "/api/conversations/mark_read",
            |things| json!({"conversation_id": things.conversation, "up_to": things.message}),
            Some("404 NOT_FOUND"),
        ),
        call(
            "/api/messages/list",
            |things| json!({"conversation_id": things.conversation, "page": {}}),
            Some("404 NOT_FOUND"),
        ),
        call(
            "/api/messages/around",
            |things| json!({"conversation_id": things.conversation, "message_id": things.message}),
            Some("404 NOT_FOUND"),
        ),
        call(
            "/api/messages/send",
            |things| json!({"conversation_id": things.conversation, "client_id": "c-1", "text": "hello"}),
            Some("404 NOT_FOUND"),
        ),
        // Retried a row later, it has no id at WhatsApp's any more.
        call(
            "/api/messages/react",
            |things| json!({"message_id": things.message, "emoji": "👍"}),
            Some("404 NOT_FOUND"),
        ),
        call(
            "/api/messages/retry",
            |things| json!({"message_id": things.message}),
            Some("404 NOT_FOUND"),
        ),
        call(
            "/api/media/urls",
            |things| json!({"ids": [things.media]}),
            None,
        ),
        call(
            "/api/media/fetch_again",
            |things| json!({"media_id": things.failed_media()}),
            Some("404 NOT_FOUND"),
        ),
        call(
            "/api/messages/send_draft",
            |things| {
                json!({"conversation_id": things.conversation, "client_id": "c-2",
                "draft": {"content": {"type": "location", "latitude": "1", "longitude": "2"}}})
            },
            Some("404 NOT_FOUND"),
        ),
        call(
            "/api/conversations/typing",
            |things| json!({"conversation_id": things.conversation}),
            Some("404 NOT_FOUND"),
        ),
        call(
            "/api/templates/list",
            |things| json!({"number_id": things.number, "query": ""}),
            Some("404 NOT_FOUND"),
        ),
        // Retried a row before, it waits.
        call(
            "/api/messages/cancel",
            |things| json!({"message_id": things.message}),
            Some("404 NOT_FOUND"),
        ),
        call("/api/quick_replies/list", |_| json!({}), None),
        call(
            "/api/quick_replies/create",
            |_| json!({"shortcut": "intruder", "text": "hello"}),
            None,
        ),
        call(
            "/api/quick_replies/update",
            |things| json!({"id": things.quick_reply, "shortcut": "other", "text": "hello"}),
            Some("404 NOT_FOUND"),
        ),
        call(
            "/api/quick_replies/delete",
            |things| json!({"id": things.quick_reply}),
            Some("404 NOT_FOUND"),
        ),
        call(
            "/api/search",
            |things| json!({"query": "the secret", "conversation_id": things.conversation, "page": {}}),
            Some("404 NOT_FOUND"),
        ),
    ]
}

impl Row {
    pub async fn send(&self, client: &Client, things: &Things) -> Answer {
        let body = self
            .body
            .map_or_else(Vec::new, |body| body(things).to_string().into_bytes());
        client
            .clone()
            .header("content-type", "application/json")
            .header("x-whatsapp-number-id", &things.number)
            .send(self.method.clone(), &self.address(things), body)
            .await
    }

    fn address(&self, things: &Things) -> String {
        match self.path {
            "/api/media" => {
                let conversation = utf8_percent_encode(&things.conversation, NON_ALPHANUMERIC);
                format!("/api/media?conversation={conversation}&kind=document")
            }
            "/media/{id}/{access}" => things.address.clone(),
            "/v1/media" => "/v1/media?kind=document".to_owned(),
            // What there is, and then the end.
            "/v1/events" => "/v1/events?after=0&follow=false".to_owned(),
            path => path
                .replace("/media/{id}", &format!("/media/{}", things.media))
                .replace("/numbers/{id}", &format!("/numbers/{}", things.number))
                .replace("/webhooks/{id}", &format!("/webhooks/{}", things.webhook))
                .replace("{delivery}", "evt_01ARZ3NDEKTSV4RRFFQ69G5FAV_1")
                .replace("/messages/{id}", &format!("/messages/{}", things.message))
                .replace(
                    "/conversations/{id}",
                    &format!("/conversations/{}", things.conversation),
                )
                .replace("{id}", &things.session)
                .replace("{secret}", "x")
                .replace("{token}", "rp_x")
                .replace("{page}", "keys"),
        }
    }

    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// Every tenant's every number has a conversation of which the only message failed to go out.
pub async fn furnished() -> TestApp {
    let app = TestApp::start().await;
    for tenant in [&app.acme, &app.globex] {
        for number in &tenant.numbers {
            let echo = json!({"id": format!("wamid.{}", number.id), "from": "551130000100", "to": "5511999990001",
                "timestamp": (recently() - 5).to_string(), "type": "text", "text": {"body": secret_of(number.id.as_str())}});
            let value = json!({"metadata": {"phone_number_id": number.phone_number_id}, "message_echoes": [echo]});
            app.deliver(&meta::envelope(vec![
                json!({"field": "smb_message_echoes", "value": value}),
            ]))
            .await;
            // Written a moment ago: the window is open.
            app.deliver(&meta::one_text(
                &number.phone_number_id,
                &format!("wamid.open.{}", number.id),
                "5511999990001",
                recently(),
                "hello",
            ))
            .await;
            app.deliver(&meta::statuses(
                &number.phone_number_id,
                &[meta::failed(
                    &format!("wamid.{}", number.id),
                    1_700_000_001,
                    131_026,
                )],
            ))
            .await;
        }
    }
    with_failed_files(&app).await;
    with_quick_replies(&app).await;
    app
}

/// Every number has a quick reply.
async fn with_quick_replies(app: &TestApp) {
    let mut database = app.database().await;
    for tenant in [&app.acme, &app.globex] {
        for number in &tenant.numbers {
            let (reply, number) = (quick_reply_of(number.id.as_str()), number.id.as_str());
            for statement in [
                format!(
                    "INSERT INTO quick_replies (id, tenant_id, shortcut, text, created_at, updated_at) \
                     VALUES ('{reply}', '{}', 'hello', 'Hello', 0, 0)",
                    tenant.id
                ),
                format!(
                    "INSERT INTO quick_reply_numbers (number_id, quick_reply_id) VALUES ('{number}', '{reply}')"
                ),
            ] {
                database.execute(&statement).await;
            }
        }
    }
}

/// The webhook of the key's number; one is made if there is none.
async fn webhook_of(app: &TestApp, key: &str) -> String {
    let client = app.with_key(key);
    let known = client.get("/v1/webhooks").await.json();
    if let Some(id) = known[0]["id"].as_str() {
        return id.to_owned();
    }
    let body = json!({"url": "https://backend.test/hook", "events": ["*"]});
    let made = client.post("/v1/webhooks", &body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    made.json()["id"].as_str().unwrap().to_owned()
}

fn quick_reply_of(number: &str) -> String {
    number.replace("wn_", "qr_")
}

/// The message of each number has a file that could not be fetched.
async fn with_failed_files(app: &TestApp) {
    let mut database = app.database().await;
    for number in app.acme.numbers.iter().chain(&app.globex.numbers) {
        let media = failed_media_of(number.id.as_str());
        database
            .execute(&format!(
                "INSERT INTO media (id, tenant_id, number_id, message_id, provider_media_id, state, mime_type, attempts, created_at) \
                 SELECT '{media}', tenant_id, number_id, id, '1', 'failed', 'image/jpeg', 1, 0 FROM messages \
                 WHERE number_id = '{}' AND direction = 'OUTBOUND'",
                number.id
            ))
            .await;
        let content = json!({"media": {"id": media, "mimeType": "image/jpeg", "state": "FAILED", "failure": "It is gone.",
            "voice": false, "animated": false, "thumbnail": false}});
        database
            .execute(&format!(
                "UPDATE messages SET content = '{content}' WHERE number_id = '{}' AND direction = 'OUTBOUND'",
                number.id
            ))
            .await;
    }
}

fn failed_media_of(number: &str) -> String {
    number.replace("wn_", "med_")
}

fn secret_of(number: &str) -> String {
    format!("the secret of {number}")
}

#[test]
fn every_way_in_has_a_row() {
    let rows: BTreeSet<String> = rows()
        .iter()
        .map(|row| format!("{} {:?}", row.name(), row.needs))
        .collect();
    let mut real = BTreeSet::new();
    for route in routes::table() {
        for method in route.methods {
            if route.path.contains('*') {
                assert_eq!((route.path, *method), ("/api/{*function}", "POST"));
                real.extend(
                    server_function_paths()
                        .iter()
                        .map(|path| format!("POST {path} {:?}", route.needs)),
                );
            } else {
                real.insert(format!("{method} {} {:?}", route.path, route.needs));
            }
        }
    }
    assert_eq!(rows, real);
    assert!(
        server_function_paths().len() >= 6,
        "the server functions are linked in"
    );
}

#[tokio::test]
async fn the_right_credential_opens_its_own() {
    let app = furnished().await;
    let token = app.token(&app.acme).await;
    let copilot = Copilot::of(&app, &app.acme).await;
    let at_first = Things::of(&app, &app.acme, 0).await;
    for row in rows() {
        let takes_away = row.path == "/v1/api-keys" && row.method == Method::POST
            || row.path.starts_with("/v1/numbers/{id}") && row.method == Method::DELETE;
        let things = if takes_away {
            at_first.clone()
        } else {
            Things {
                identity: copilot.token(),
                ..Things::of(&app, &app.acme, 0).await
            }
        };
        if row.path == "/api/live" {
            assert!(app.stream(&token, None).await.ready().await > 0);
            continue;
        }
        let answer = if row.needs == Needs::MetaSecret && row.method == Method::POST {
            app.deliver_bytes(row.body.unwrap()(&things).to_string().into_bytes())
                .await
        } else if row.needs == Needs::MetaSecret {
            let query =
                format!("?hub.mode=subscribe&hub.verify_token={VERIFY_TOKEN}&hub.challenge=1");
            app.anonymous().get(&format!("{}{query}", row.path)).await
        } else {
            let client = match row.needs {
                Needs::ApiKey => app.with_key(&app.acme.key),
                _ => app.with_token(&token).header("x-parent-origin", ORIGIN),
            };
            row.send(&client, &things).await
        };
        assert_eq!(
            answer.status.as_u16(),
            row.own,
            "{}: {}",
            row.name(),
            answer.text()
        );
    }
}

/// Sends every request of the table with a client that may not, and expects nothing to come of it.
async fn refused(app: &TestApp, client: &Client, expected: impl Fn(&Row) -> &'static str) {
    let things = Things::of(app, &app.acme, 0).await;
    let mut database = app.database().await;
    let before = database.everything().await;
    for row in rows() {
        let answer = row.send(client, &things).await;
        assert_eq!(
            answer.code(),
            expected(&row),
            "{}: {}",
            row.name(),
            answer.text()
        );
        assert_tells_nothing(&row, &answer, &things);
    }
    assert_eq!(before, database.everything().await, "nothing was written");
}

fn assert_tells_nothing(row: &Row, answer: &Answer, things: &Things) {
    let text = answer.text();
    let secret = secret_of(&things.number);
    for told in things.texts().into_iter().chain([secret.as_str()]) {
        assert!(!text.contains(told), "{} tells {told}: {text}", row.name());
    }
}

/// What a route that needs nothing says to anybody, and the webhook to anybody but Meta.
fn whatever_the_credential(row: &Row) -> Option<&'static str> {
    match (row.needs, &row.method) {
        // An address is its own credential: `media::serving` takes it apart.
        (Needs::SignedAddress, _) => Some("200 -"),
        // A secret of a link that is none tells nothing.
        (Needs::PairingToken, method) => Some(match (row.own, method) {
            // The page is for people and has a sentence: `pairing::page` reads it.
            (404, &Method::GET) => "404 -",
            (303, _) => "303 -",
            (_, &Method::GET) => "200 -",
            _ => "404 LINK_INVALID",
        }),
        // A cookie and a link are no header of these: pages lead to the sign-in or refuse a request that comes from no page.
        (Needs::Nothing | Needs::ConsoleCookie | Needs::OneTimeLink, _) => Some(match row.own {
            200 => "200 -",
            303 => "303 -",
            401 => "401 SIGNED_OUT",
            403 => "403 -",
            _ if row.path == "/c/{id}" => "404 NOT_FOUND",
            _ => "404 -",
        }),
        (Needs::MetaSecret, &Method::GET) => Some("403 VERIFY_TOKEN_INVALID"),
        (Needs::MetaSecret, _) => Some("401 SIGNATURE_MISSING"),
        // What it needs is in the body, and here never there.
        (Needs::IdentityToken, _) => Some("401 TOKEN_INVALID"),
        (Needs::ApiKey | Needs::EmbedToken, _) => None,
    }
}

#[tokio::test]
async fn without_a_credential() {
    let app = furnished().await;
    refused(&app, &app.anonymous(), |row| {
        whatever_the_credential(row).unwrap_or(match row.needs {
            Needs::ApiKey => "401 API_KEY_MISSING",
            _ => "401 TOKEN_MISSING",
        })
    })
    .await;
}

#[tokio::test]
async fn with_a_credential_that_is_none() {
    let app = furnished().await;
    let long = "x".repeat(5_000);
    for garbage in [
        "x",
        "ps_",
        "null",
        "a.b.c",
        "key_01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "' OR 1=1 --",
        &long,
    ] {
        let client = app
            .with_key(garbage)
            .header("x-api-key-id", garbage)
            .header("authorization", &format!("Bearer {garbage}"))
            .header("x-hub-signature-256", garbage);
        refused(&app, &client, |row| match row.needs {
            Needs::ApiKey => "401 API_KEY_INVALID",
            Needs::EmbedToken => "401 TOKEN_INVALID",
            Needs::MetaSecret if row.method == Method::POST => "403 SIGNATURE_INVALID",
            _ => whatever_the_credential(row).unwrap(),
        })
        .await;
    }
}

#[tokio::test]
async fn with_a_credential_in_the_wrong_place() {
    let app = furnished().await;
    let token = app.token(&app.acme).await;
    let of_the_row = |row: &Row| match row.needs {
        Needs::ApiKey => "401 API_KEY_INVALID",
        Needs::EmbedToken => "401 TOKEN_INVALID",
        _ => whatever_the_credential(row).unwrap(),
    };
    // A key opens no inbox, and a token no API.
    let swapped = app
        .with_key(&token)
        .header("authorization", &format!("Bearer {}", app.acme.key));
    refused(&app, &swapped, of_the_row).await;
    let missing = |row: &Row| match row.needs {
        Needs::ApiKey => "401 API_KEY_MISSING",
        Needs::EmbedToken => "401 TOKEN_MISSING",
        _ => whatever_the_credential(row).unwrap(),
    };
    // `/v1` takes no bearer, the inbox no basic credentials and no cookie.
    for (name, value) in [
        ("authorization", format!("Basic {token}")),
        ("authorization", token.clone()),
        ("authorization", "Bearer ".into()),
        (
            "cookie",
            format!("token={token}; x-api-key={}", app.acme.key),
        ),
    ] {
        refused(&app, &app.anonymous().header(name, &value), missing).await;
    }
    let in_the_address = app
        .anonymous()
        .get(&format!("/api/live?token={token}&access_token={token}"))
        .await;
    assert_eq!(in_the_address.code(), "401 TOKEN_MISSING");
}

#[tokio::test]
async fn with_an_expired_token() {
    let app = furnished().await;
    let token = app.token_with(&app.acme, json!({"ttlSeconds": 1})).await;
    let client = app.with_token(&token);
    eventually("the token to expire", || async {
        let answer = client
            .post("/api/conversations/list", &json!({"page": {}}))
            .await;
        (answer.status != StatusCode::OK).then_some(())
    })
    .await;
    refused(&app, &client, |row| match row.needs {
        Needs::ApiKey => "401 API_KEY_MISSING",
        Needs::EmbedToken => "401 TOKEN_EXPIRED",
        _ => whatever_the_credential(row).unwrap(),
    })
    .await;
}

#[tokio::test]
async fn with_a_token_of_a_session_that_has_ended() {
    let app = furnished().await;
    let (acme, token) = (&app.acme, app.token(&app.acme).await);
    let things = Things::of(&app, acme, 0).await;
    // Another key, since the tenant's own is about to go.
    let client = app.with_token(&token).header("x-api-key", &acme.key);
    client
        .ask("/api/conversations/list", &json!({"page": {}}))
        .await;
    app.state.store.revoke_api_key(&acme.key_id).await.unwrap();
    eventually("the session to end", || async {
        let answer = client
            .post("/api/conversations/list", &json!({"page": {}}))
            .await;
        (answer.status != StatusCode::OK).then_some(())
    })
    .await;
    let mut database = app.database().await;
    let before = database.everything().await;
    for row in rows() {
        let answer = row.send(&client, &things).await;
        let expected = match row.needs {
            Needs::ApiKey => "401 API_KEY_INVALID",
            Needs::EmbedToken | Needs::SignedAddress => "401 SESSION_ENDED",
            _ => whatever_the_credential(&row).unwrap(),
        };
        assert_eq!(answer.code(), expected, "{}", row.name());
        assert_tells_nothing(&row, &answer, &things);
    }
    assert_eq!(before, database.everything().await, "nothing was written");
}

#[tokio::test]
async fn from_a_page_that_the_token_does_not_name() {
    let app = furnished().await;
    let token = app.token(&app.acme).await;
    for origin in [
        "https://evil.test",
        "null",
        "https://app.acme.test.evil.test",
        "https://app.acme.test:8443",
        "http://app.acme.test",
    ] {
        let client = app.with_token(&token).header("x-parent-origin", origin);
        refused(&app, &client, |row| match row.needs {
            Needs::ApiKey => "401 API_KEY_MISSING",
            Needs::EmbedToken => "403 ORIGIN_NOT_ALLOWED",
            _ => whatever_the_credential(row).unwrap(),
        })
        .await;
    }
    // The first call names the page in its arguments too: they must not disagree with the token either.
    let client = app.with_token(&token);
    for origin in ["https://evil.test", "", "*"] {
        let answer = client
            .post(
                "/api/bootstrap",
                &json!({"parent_origin": origin, "open": null}),
            )
            .await;
        assert_eq!(answer.code(), "403 ORIGIN_NOT_ALLOWED", "{origin}");
    }
}

/// Names `theirs` with a credential that does not reach them: the answer is the one for ids that do not exist, and nothing happens.
async fn out_of_reach(app: &TestApp, client: &Client, theirs: &Things) {
    let mut database = app.database().await;
    for row in rows() {
        // The stream has a test of its own, below.
        if [Needs::MetaSecret, Needs::IdentityToken].contains(&row.needs) || row.path == "/api/live"
        {
            continue;
        }
        let before = database.everything().await;
        let foreign = row.send(client, theirs).await;
        if let Some(code) = row.unknown {
            let unknown = row.send(client, &Things::unknown()).await;
            assert_eq!(foreign.code(), code, "{}: {}", row.name(), foreign.text());
            assert_eq!(
                foreign.text(),
                unknown.text(),
                "{}: foreign as unknown",
                row.name()
            );
            assert_eq!(
                foreign.headers,
                unknown.headers,
                "{}: foreign as unknown",
                row.name()
            );
            assert_eq!(before, database.everything().await, "{} wrote", row.name());
        } else {
            assert_eq!(foreign.status.as_u16(), row.own, "{}", row.name());
        }
        assert_tells_nothing(&row, &foreign, theirs);
    }
}

#[tokio::test]
async fn what_belongs_to_another_tenant() {
    let app = furnished().await;
    let theirs = Things::of(&app, &app.acme, 0).await;
    let client = app
        .with_token(&app.token(&app.globex).await)
        .header("x-api-key", &app.globex.key);
    out_of_reach(&app, &client, &theirs).await;
}

#[tokio::test]
async fn what_belongs_to_a_number_outside_the_token() {
    let app = furnished().await;
    let (theirs, own) = (Things::of(&app, &app.acme, 0).await, &app.acme.numbers[1]);
    let token = app.token_for(&app.acme, &own.id).await;
    let mut database = app.database().await;
    let before = database.everything().await;
    for row in rows()
        .iter()
        .filter(|row| row.needs == Needs::EmbedToken && row.unknown.is_some())
    {
        let client = app.with_token(&token);
        let (foreign, unknown) = (
            row.send(&client, &theirs).await,
            row.send(&client, &Things::unknown()).await,
        );
        assert_eq!(foreign.code(), "404 NOT_FOUND", "{}", row.name());
        assert_eq!(
            (foreign.text(), foreign.headers),
            (unknown.text(), unknown.headers),
            "{}",
            row.name()
        );
    }
    for row in rows()
        .iter()
        .filter(|row| row.unknown.is_none() && row.path != "/api/live")
        // That makes something of one's own.
        .filter(|row| !row.path.ends_with("/create"))
    {
        let answer = row
            .send(
                &app.with_token(&token).header("x-api-key", &own.key),
                &theirs,
            )
            .await;
        assert_tells_nothing(row, &answer, &theirs);
    }
    let refreshed = app
        .with_token(&token)
        .post("/api/public/embed/refresh", &json!({}))
        .await;
    assert_eq!(
        refreshed.json()["whatsappNumberIds"],
        json!([own.id]),
        "refreshing widens nothing"
    );
    let mut after = database.everything().await;
    for table in ["embed_sessions", "embed_session_origins", "limits"] {
        after.insert(table.into(), before[table].clone());
    }
    assert_eq!(before, after, "nothing but the refresh was written");
}

#[tokio::test]
async fn a_number_key_is_bound_to_its_number() {
    let app = furnished().await;
    let own = &app.acme.numbers[1];
    let client = app.with_key(&own.key);
    let numbers = client.get("/v1/numbers").await.json();
    assert_eq!(numbers.as_array().unwrap().len(), 1);
    assert_eq!(numbers[0]["id"], json!(own.id));
    // Whatever the request names: another number of the tenant, another tenant's, none.
    for named in [
        json!([app.acme.numbers[0].id]),
        json!([app.globex.numbers[0].id]),
        json!([]),
        json!(null),
        json!("x"),
    ] {
        let body =
            json!({"surface": "chat", "allowedOrigins": [ORIGIN], "whatsappNumberIds": named});
        let minted = client.post("/v1/embed/sessions", &body).await;
        assert_eq!(minted.status, StatusCode::CREATED, "{}", minted.text());
        assert_eq!(minted.json()["whatsappNumberIds"], json!([own.id]));
        assert_eq!(
            forge::decode(minted.json()["token"].as_str().unwrap(), 1)["numbers"],
            json!([own.id])
        );
    }
    // Once the number is gone its key opens nothing.
    app.state.store.remove_number(&own.id).await.unwrap();
    assert_eq!(client.get("/v1/numbers").await.json(), json!([]));
    let body = json!({"surface": "chat", "allowedOrigins": [ORIGIN]});
    assert_eq!(
        client.post("/v1/embed/sessions", &body).await.code(),
        "404 NUMBER_NOT_FOUND"
    );
}

#[tokio::test]
async fn a_key_ends_the_sessions_that_it_could_have_minted_and_no_others() {
    let app = furnished().await;
    let (acme, first, second) = (&app.acme, &app.acme.numbers[0], &app.acme.numbers[1]);
    let session = |token: &str| {
        let id = forge::decode(token, 1)["sid"].as_str().unwrap().to_owned();
        format!("/v1/embed/sessions/{id}")
    };
    let both = app.token(acme).await;
    let one = app.token_for(acme, &first.id).await;
    let of_the_page = app
        .token_with(acme, json!({"surface": "connect", "whatsappNumberIds": []}))
        .await;
    let ended = async |key: &str, path: &str| {
        let answer = app
            .with_key(key)
            .send(Method::DELETE, path, Vec::new())
            .await;
        answer.code()
    };
    for (key, path) in [
        (&app.globex.key, session(&both)),
        (&app.globex.numbers[0].key, session(&one)),
        // A number's key: neither those of another number nor those that are not its alone, nor those of no number.
        (&second.key, session(&one)),
        (&first.key, session(&both)),
        (&first.key, session(&of_the_page)),
        (&acme.key, "/v1/embed/sessions/x%27%20OR%201=1".into()),
        (
            &acme.key,
            format!("/v1/embed/sessions/{}", "x".repeat(5_000)),
        ),
    ] {
        assert_eq!(ended(key, &path).await, "404 NOT_FOUND", "{path}");
    }
    for token in [&both, &one] {
        let inbox = app.with_token(token);
        inbox
            .ask("/api/conversations/list", &json!({"page": {}}))
            .await;
    }
    assert_eq!(ended(&first.key, &session(&one)).await, "204 -");
    assert_eq!(ended(&acme.key, &session(&of_the_page)).await, "204 -");
    assert_eq!(ended(&acme.key, &session(&both)).await, "204 -");
    assert_eq!(ended(&acme.key, &session(&both)).await, "204 -", "again");
}

#[tokio::test]
async fn a_stream_carries_nothing_from_out_of_reach() {
    let app = furnished().await;
    let of_another_tenant = app.token(&app.globex).await;
    let of_another_number = app.token_for(&app.acme, &app.acme.numbers[1].id).await;
    let mut other = app.stream(&of_another_tenant, Some(0)).await;
    let mut same = app.stream(&of_another_number, Some(0)).await;
    for stream in [&mut other, &mut same] {
        assert_eq!(stream.ready().await, 0);
    }
    app.deliver(&meta::one_text(
        app.acme.first(),
        "wamid.s",
        "5511",
        1_700_000_100,
        "not yours",
    ))
    .await;
    for (number, text) in [
        (app.globex.first(), "yours, Globex"),
        (&*app.acme.numbers[1].phone_number_id, "yours, number two"),
    ] {
        app.deliver(&meta::one_text(
            number,
            &format!("wamid.{text}"),
            "5511",
            1_700_000_101,
            text,
        ))
        .await;
    }
    for (stream, last) in [
        (&mut other, "yours, Globex"),
        (&mut same, "yours, number two"),
    ] {
        while stream.text().await != last {}
        let wire = String::from_utf8_lossy(&stream.wire);
        assert!(
            !wire.contains("not yours") && !wire.contains(app.acme.numbers[0].id.as_str()),
            "{wire}"
        );
    }
}

#[tokio::test]
async fn names_that_could_be_code_are_only_names() {
    // What the database would understand, in every place that takes an id.
    for hostile in ["' OR '1'='1", "conv_%", "..%2f", "conv_x\"]", ""] {
        assert!(
            ConversationId::parse(hostile).is_none() && MessageId::parse(hostile).is_none(),
            "{hostile}"
        );
        assert!(ClientId::parse(hostile).is_none(), "{hostile}");
    }
    let app = furnished().await;
    let inbox = app.operator().await;
    for hostile in ["' OR '1'='1", "x\"]", ""] {
        let things = Things {
            number: hostile.into(),
            conversation: hostile.into(),
            message: hostile.into(),
            session: hostile.into(),
            identity: hostile.into(),
            media: hostile.into(),
            label: hostile.into(),
            quick_reply: hostile.into(),
            webhook: hostile.into(),
            address: String::new(),
        };
        for row in rows()
            .iter()
            .filter(|row| row.unknown.is_some() && row.needs == Needs::EmbedToken)
        {
            let answer = row.send(&inbox, &things).await;
            assert_eq!(
                answer.code(),
                "400 BODY_INVALID",
                "{}: {}",
                row.name(),
                answer.text()
            );
        }
    }
}

/// What one who only looks may call. Everything else is refused, and a new function is until it stands here.
const LOOKING: [&str; 16] = [
    "/api/presence/tell",
    "/api/contacts/details",
    "/api/conversations/shelf",
    "/api/labels/list",
    "/api/messages/around",
    "/api/quick_replies/list",
    "/api/totals",
    "/api/operators/list",
    "/api/public/embed/refresh",
    "/api/live",
    "/api/bootstrap",
    "/api/conversations/list",
    "/api/messages/list",
    "/api/media/urls",
    "/api/templates/list",
    "/api/search",
];

#[tokio::test]
async fn one_who_only_looks_changes_nothing() {
    let app = furnished().await;
    let things = Things::of(&app, &app.acme, 0).await;
    let looker = json!({"operator": {"id": "u-1", "name": "Lena", "role": "read-only"}});
    let token = app.token_with(&app.acme, looker).await;
    let client = app.with_token(&token).header("x-parent-origin", ORIGIN);
    for row in rows() {
        if row.needs != Needs::EmbedToken || row.path == "/api/live" {
            continue;
        }
        let answer = row.send(&client, &things).await;
        if LOOKING.contains(&row.path) {
            assert_eq!(answer.status, StatusCode::OK, "{}", row.name());
        } else {
            assert_eq!(answer.code(), "403 READ_ONLY", "{}", row.name());
        }
    }
    assert!(app.stream(&token, None).await.ready().await > 0);
}

#[tokio::test]
async fn the_first_screen_says_who_is_at_work() {
    let app = furnished().await;
    let first = async |changes: Value| {
        let token = app.token_with(&app.acme, changes).await;
        let body = json!({"parent_origin": ORIGIN, "open": null});
        app.with_token(&token).ask("/api/bootstrap", &body).await
    };
    let nobody = first(json!({})).await;
    assert_eq!(
        (&nobody["me"], &nobody["readOnly"]),
        (&Value::Null, &Value::Null)
    );
    let ana =
        first(json!({"operator": {"id": "u-1", "name": " Ana\u{7} ", "email": "ana@acme.test"}}))
            .await;
    assert!(ana["me"]["id"].as_str().unwrap().starts_with("op_"));
    assert_eq!(
        (&ana["me"]["name"], &ana["me"]["email"]),
        (&json!("Ana"), &json!("ana@acme.test"))
    );
    // The same person again, of whom less is said.
    let again = first(json!({"operator": {"id": "u-1", "role": "read-only"}})).await;
    assert_eq!(again["me"], ana["me"]);
    assert_eq!(again["readOnly"], true);
}
