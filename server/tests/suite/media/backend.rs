//! Files of a backend: addresses that need no key, and files inside a request.

use super::Scene;
use super::uploading::png_of;
use crate::support::app::PUBLIC_URL;
use crate::support::receiver::Receiver;
use crate::support::stream::EventStream;
use crate::support::whatsapp::WhatsApp;
use crate::support::{Answer, Client, eventually};
use app::ids::{MediaId, NumberId};
use axum::http::{Method, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use pilot_inbox::media::{Grant, Holder, Variant};
use serde_json::{Value, json};

const TO: &str = "+5511999990001";

impl Scene {
    fn backend(&self) -> Client {
        self.app.with_key(&self.app.acme.numbers[0].key)
    }

    async fn send(&self, mut body: Value) -> Answer {
        body["destinationNumber"] = TO.into();
        self.backend().post("/v1/messages/send", &body).await
    }

    /// The newest message of the number.
    async fn newest(&self) -> Value {
        let history = self.backend().get("/v1/messages/history?pageSize=1").await;
        history.json()["messages"][0].clone()
    }
}

/// The path of an address of ours.
fn path(url: &Value) -> String {
    let url = url.as_str().expect("there is an address");
    url.strip_prefix(PUBLIC_URL).expect("it is ours").to_owned()
}

fn data(mime: &str, bytes: &[u8]) -> String {
    format!("data:{mime};base64,{}", STANDARD.encode(bytes))
}

#[tokio::test]
async fn an_address_opens_one_file_while_its_number_is_there() {
    let scene = Scene::set().await;
    let bytes = b"%PDF-1.4 an invoice";
    let id = scene.document("application/pdf", "a.pdf", bytes).await;
    let sent = scene.send(json!({"media": id, "mediaType": "document"}));
    assert_eq!(sent.await.status, StatusCode::ACCEPTED);
    let shown = scene.newest().await;
    let open = async |path: &str| scene.app.anonymous().get(path).await;
    let address = path(&shown["media"]["url"]);
    let answer = open(&address).await;
    assert_eq!(
        (answer.status, &answer.body[..]),
        (StatusCode::OK, &bytes[..])
    );
    assert_eq!(answer.header("content-type"), "application/pdf");
    assert!(
        answer
            .header("content-disposition")
            .starts_with("attachment")
    );
    // Wherever the message is told.
    let conversation = shown["conversationId"].as_str().unwrap();
    let thread = scene
        .backend()
        .get(&format!("/v1/conversations/{conversation}/messages"))
        .await;
    let in_thread = path(&thread.json()["messages"][0]["media"]["url"]);
    assert_eq!(open(&in_thread).await.status, StatusCode::OK);
    let key = &scene.app.acme.numbers[0].key;
    let router = scene.app.router.clone();
    let mut stream = EventStream::of_backend(router, key, "?after=0").await;
    stream.begins().await;
    stream.told().await;
    let (_, event) = stream.told().await;
    assert_eq!(
        open(&path(&event["message"]["media"]["url"])).await.status,
        StatusCode::OK
    );
    // Another number, another file, another time.
    let number = scene.app.acme.numbers[0].id.as_str();
    let other = scene.app.acme.numbers[1].id.as_str();
    let another = scene
        .document("application/pdf", "b.pdf", b"%PDF-1.4 two")
        .await;
    for forged in [
        address.replace(number, other),
        address.replace(id.as_str().unwrap(), another.as_str().unwrap()),
        address.replacen(".number.", ".", 1),
        format!("{address}A"),
    ] {
        assert_eq!(open(&forged).await.code(), "404 NOT_FOUND", "{forged}");
    }
    let signed = |number: &NumberId, expires_at| {
        let grant = Grant {
            tenant: scene.app.acme.id.clone(),
            holder: Holder::Number(number.clone()),
            expires_at,
            variant: Variant::Shown,
        };
        let media = MediaId::parse(id.as_str().unwrap()).unwrap();
        scene.app.state.media.links.path(&media, &grant)
    };
    let now = pilot_inbox::clock::now_ms();
    let (first, second) = (&scene.app.acme.numbers[0].id, &scene.app.acme.numbers[1].id);
    assert_eq!(
        open(&signed(first, now + 5_000)).await.status,
        StatusCode::OK
    );
    assert_eq!(
        open(&signed(first, now - 1)).await.code(),
        "401 TOKEN_EXPIRED"
    );
    assert_eq!(
        open(&signed(second, now + 5_000)).await.code(),
        "404 NOT_FOUND"
    );
    let theirs = &scene.app.globex.numbers[0].id;
    assert_eq!(
        open(&signed(theirs, now + 5_000)).await.code(),
        "404 NUMBER_NOT_FOUND"
    );
    scene.app.state.store.remove_number(first).await.unwrap();
    assert_eq!(open(&address).await.code(), "404 NUMBER_NOT_FOUND");
}

#[tokio::test]
async fn a_file_inside_a_request_goes_out_as_an_upload_does() {
    let scene = Scene::set().await;
    let picture = png_of(640, 480);
    let sent = scene
        .send(json!({"media": data("image/png", &picture), "caption": "Look", "fileName": "a.png"}))
        .await;
    assert_eq!(sent.status, StatusCode::ACCEPTED, "{}", sent.text());
    let shown = scene.newest().await;
    assert_eq!(
        (
            &shown["messageType"],
            &shown["text"],
            &shown["media"]["mimeType"],
            &shown["media"]["fileName"]
        ),
        (
            &json!("image"),
            &json!("Look"),
            &json!("image/png"),
            &json!("a.png")
        )
    );
    let bytes = scene
        .app
        .anonymous()
        .get(&path(&shown["media"]["url"]))
        .await;
    assert_eq!(bytes.body, picture);
    // A large one: more than a request without a file may have. Once under its key, and not stored again.
    let large: Vec<u8> = (0..3_000_000u32)
        .map(|at| u8::try_from(at % 251).unwrap())
        .collect();
    let body = json!({"destinationNumber": TO, "media": format!("data:application/pdf;base64,{}", STANDARD_NO_PAD.encode(&large)),
        "mediaType": "document"});
    let keyed = async || {
        let client = scene.backend().header("idempotency-key", "large");
        client.post("/v1/messages/send", &body).await
    };
    let first = keyed().await;
    assert_eq!(first.status, StatusCode::ACCEPTED, "{}", first.text());
    let blobs = scene.blobs().len();
    assert_eq!(keyed().await.json(), first.json());
    assert_eq!(scene.blobs().len(), blobs);
    let shown = scene.newest().await;
    let stored = scene
        .app
        .anonymous()
        .get(&path(&shown["media"]["url"]))
        .await;
    assert_eq!(stored.body, large);
    let mut other = body.clone();
    other["media"] = data("application/pdf", b"%PDF-1.4").into();
    let client = scene.backend().header("idempotency-key", "large");
    let reused = client.post("/v1/messages/send", &other).await;
    assert_eq!(reused.code(), "409 IDEMPOTENCY_KEY_REUSED");
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table")]
async fn a_file_inside_a_request_is_what_it_says_and_of_its_size() {
    let scene = Scene::set().await;
    let mut database = scene.app.database().await;
    let picture = png_of(20, 20);
    let too_large = vec![b'a'; 5 * 1024 * 1024 + 3];
    for (media, kind, code, field) in [
        (
            "data:image/png,AAAA".to_owned(),
            "image",
            "400 DRAFT_INVALID",
            "media",
        ),
        (
            "data:image/png;base64,*".to_owned(),
            "image",
            "400 DRAFT_INVALID",
            "media",
        ),
        (
            "data:image/png;base64,".to_owned(),
            "image",
            "400 BODY_INVALID",
            "media",
        ),
        (
            "data:image/png;base64,AAAA".to_owned(),
            "image",
            "400 MEDIA_TYPE_INVALID",
            "media",
        ),
        (
            data("image/jpeg", &picture),
            "video",
            "400 MEDIA_TYPE_INVALID",
            "media",
        ),
        (
            data("image/png", &picture),
            "sticker",
            "400 MEDIA_TYPE_INVALID",
            "media",
        ),
        (
            data("image/jpeg", b"%PDF-1.4 no picture"),
            "image",
            "400 MEDIA_TYPE_INVALID",
            "media",
        ),
        (
            data("text/html", b"<p>"),
            "image",
            "400 MEDIA_TYPE_INVALID",
            "media",
        ),
        (
            data("image/png", &picture),
            "gif",
            "400 DRAFT_INVALID",
            "mediaType",
        ),
        (
            data("image/png", &too_large),
            "image",
            "413 MEDIA_TOO_LARGE",
            "media",
        ),
    ] {
        let answer = scene.send(json!({"media": media, "mediaType": kind})).await;
        assert_eq!(
            answer.code(),
            code,
            "{kind} {}",
            &media[..40.min(media.len())]
        );
        assert_eq!(answer.json()["field"], field, "{}", answer.text());
    }
    let answer = scene
        .send(json!({"media": data("audio/mpeg", b"ID3"), "mediaType": "audio", "caption": "c"}))
        .await;
    assert_eq!(answer.code(), "400 DRAFT_INVALID");
    assert_eq!(answer.json()["field"], "content.caption");
    // More than the largest there is; and a large request without a file inside.
    let endless = format!(
        "{{\"media\":\"data:video/mp4;base64,{}\"}}",
        "A".repeat(23_500_000)
    );
    let long = format!("{{\"text\":\"{}\"}}", "a".repeat(300_000));
    for body in [endless, long] {
        let client = scene.backend().header("content-type", "application/json");
        let answer = client
            .send(Method::POST, "/v1/messages/send", body.into_bytes())
            .await;
        assert_eq!(answer.code(), "413 BODY_TOO_LARGE");
    }
    // Without a key nothing of it is read.
    let body = json!({"media": data("image/png", &too_large)});
    let anonymous = scene.app.anonymous().post("/v1/messages/send", &body).await;
    assert_eq!(anonymous.code(), "401 API_KEY_MISSING");
    assert_eq!(database.number("SELECT count(*) FROM media").await, 0);
    assert_eq!(database.number("SELECT count(*) FROM outbox").await, 0);
    eventually("nothing to be left", || async {
        scene.blobs().is_empty().then_some(())
    })
    .await;
    // A number that nobody has written to sends nothing, with a file or without.
    let other = scene.app.with_key(&scene.app.acme.numbers[1].key);
    let body = json!({"destinationNumber": TO, "media": data("image/png", &picture)});
    let answer = other.post("/v1/messages/send", &body).await;
    assert_eq!(answer.code(), "409 NUMBER_NOT_READY");
}

#[tokio::test]
async fn a_webhook_leads_to_the_file_without_a_key() {
    let mut scene = Scene::set().await;
    let whatsapp = WhatsApp::of(&scene.app).await;
    let receiver = Receiver::start().await;
    let body = json!({"url": receiver.url(), "events": ["message.received"]});
    let made = scene.backend().post("/v1/webhooks", &body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    scene.app.listen().await;
    let message = scene.receive(&whatsapp, "image", "1001").await;
    let told = receiver.wait_for(1).await[0].body();
    assert_eq!(told["data"]["id"], message.as_str());
    // What WhatsApp is still to hand over is there a moment later.
    assert_eq!(scene.settled(&message).await["state"], "READY");
    let answer = scene
        .app
        .anonymous()
        .get(&path(&told["data"]["mediaLink"]))
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(answer.body, whatsapp.bytes("1001").await);
}
