//! From WhatsApp's webhook to bytes that are ours.

use super::Scene;
use crate::support::meta;
use crate::support::whatsapp::{EXAMPLES, WhatsApp};
use serde_json::json;

#[tokio::test]
async fn every_kind_arrives_with_its_bytes() {
    let mut scene = Scene::set().await;
    let whatsapp = WhatsApp::of(&scene.app).await;
    let _listening = scene.app.listen().await;
    let token = scene.app.token(&scene.app.acme).await;
    for (file, kind) in EXAMPLES {
        let message = scene.receive(&whatsapp, kind, file).await;
        let media = scene.settled(&message).await;
        assert_eq!(media["state"], "READY", "{file}: {media}");
        let sent = whatsapp.bytes(file).await;
        assert_eq!(media["size"], sent.len(), "{file}");
        let links = scene.links(&media["id"]).await;
        for link in [&links["url"], &links["download"]] {
            assert_eq!(scene.open(link).await.body, sent, "{file}");
        }
        assert_eq!(media["thumbnail"] == true, links["thumbnail"].is_string());
    }
    let media = |place: usize| {
        let scene = &scene;
        async move { scene.thread().await[place + 1]["content"]["media"].clone() }
    };
    let photo = media(0).await;
    assert_eq!(
        (&photo["width"], &photo["height"]),
        (&json!(960), &json!(720))
    );
    assert_eq!(photo["thumbnail"], true);
    assert_eq!(media(2).await["durationMs"], 4_000);
    assert_eq!(media(7).await["fileName"], "offer.docx");

    // What other screens are told is what a new one reads.
    let mut stream = scene.app.stream(&token, Some(0)).await;
    stream.ready().await;
    let wanted = photo["id"].as_str().unwrap().to_owned();
    loop {
        let event = stream.event().await.json;
        let shown = &event["message"]["content"]["media"];
        if shown["id"] == wanted.as_str() && shown["state"] == "READY" {
            assert_eq!(*shown, photo);
            break;
        }
    }
}

#[tokio::test]
async fn what_goes_wrong_once_is_tried_again() {
    let mut scene = Scene::set().await;
    let whatsapp = WhatsApp::of(&scene.app).await;
    let _listening = scene.app.listen().await;
    for trouble in [
        "unknown",
        "unavailable",
        "wrongDigest",
        "gone",
        "redirect",
        "halfBody",
        "stall",
        "oversize",
    ] {
        let file = whatsapp.file("text/plain", trouble.repeat(50)).await;
        whatsapp.fail_media(&[trouble]).await;
        let message = scene.receive(&whatsapp, "document", &file).await;
        let media = scene.settled(&message).await;
        assert_eq!(media["state"], "READY", "{trouble}: {media}");
        assert_eq!(whatsapp.troubles_left().await, 0, "{trouble} happened");
        let links = scene.links(&media["id"]).await;
        let answer = scene.open(&links["url"]).await;
        assert_eq!(answer.text(), trouble.repeat(50));
    }
}

#[tokio::test]
async fn what_stays_away_fails_with_a_sentence_and_can_be_fetched_again() {
    let mut scene = Scene::set().await;
    let whatsapp = WhatsApp::of(&scene.app).await;
    let _listening = scene.app.listen().await;
    whatsapp
        .fail_media(&["unknown", "halfBody", "unknown"])
        .await;
    let message = scene.receive(&whatsapp, "image", "1001").await;
    let media = scene.settled(&message).await;
    assert_eq!(media["state"], "FAILED");
    let why = media["failure"].as_str().unwrap();
    assert!(why.contains("did not give this file out"), "{why}");
    assert_eq!(
        scene.links(&media["id"]).await,
        json!(null),
        "nothing to show"
    );

    let again = json!({"media_id": media["id"]});
    let answered = scene.operator.ask("/api/media/fetch_again", &again).await;
    assert_eq!(answered["content"]["media"]["state"], "PENDING");
    let media = scene.settled(&message).await;
    assert_eq!(media["state"], "READY");
    assert!(media["failure"].is_null());
    let refused = scene.operator.post("/api/media/fetch_again", &again).await;
    assert_eq!(refused.code(), "400 NOT_FETCHABLE");
}

#[tokio::test]
async fn other_bytes_than_the_webhook_promised_are_not_kept() {
    let mut scene = Scene::set().await;
    let whatsapp = WhatsApp::of(&scene.app).await;
    let _listening = scene.app.listen().await;
    let mut message = whatsapp.message("wamid.wrong", "image", "1001").await;
    message["image"]["sha256"] = "3q2+7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".into();
    scene
        .app
        .deliver(&meta::messages(scene.app.acme.first(), &[message]))
        .await;
    let thread = scene.thread().await;
    let media = scene
        .settled(thread.last().unwrap()["id"].as_str().unwrap())
        .await;
    assert!(
        media["failure"].as_str().unwrap().contains("checksum"),
        "{media}"
    );
    assert_eq!(scene.blobs(), Vec::<String>::new());
}

#[tokio::test]
async fn a_page_that_is_called_a_picture_is_not_kept() {
    let mut scene = Scene::set().await;
    let whatsapp = WhatsApp::of(&scene.app).await;
    let _listening = scene.app.listen().await;
    let page = "<html><script>alert(1)</script></html>".repeat(20);
    for kind in ["image", "audio", "video", "sticker"] {
        let file = whatsapp.file(&format!("{kind}/x"), page.clone()).await;
        let message = scene.receive(&whatsapp, kind, &file).await;
        let media = scene.settled(&message).await;
        assert_eq!(media["state"], "FAILED", "{kind}");
        assert!(
            media["failure"].as_str().unwrap().contains("text/html"),
            "{media}"
        );
    }
    assert_eq!(scene.blobs(), Vec::<String>::new());
    // A document is what somebody wanted to send. It can be saved, and is not shown.
    let file = whatsapp.file("text/html", page.clone()).await;
    let message = scene.receive(&whatsapp, "document", &file).await;
    let media = scene.settled(&message).await;
    let answer = scene.open(&scene.links(&media["id"]).await["url"]).await;
    assert_eq!(answer.header("content-type"), "application/octet-stream");
    assert!(
        answer
            .header("content-disposition")
            .starts_with("attachment;")
    );
}

#[tokio::test]
async fn a_picture_that_is_a_page_as_well_is_a_picture_only() {
    let mut scene = Scene::set().await;
    let whatsapp = WhatsApp::of(&scene.app).await;
    let _listening = scene.app.listen().await;
    let page = b"<html><script>alert(1)</script></html>".as_slice();
    let jpeg = [&whatsapp.bytes("1001").await, page].concat();
    for (kind, name, mime) in [
        ("image", "photo.html", "image/jpeg"),
        ("document", "photo.svg", "text/html"),
    ] {
        let file = whatsapp.file(mime, jpeg.clone()).await;
        let wamid = format!("wamid.{kind}");
        let mut message = whatsapp.message(&wamid, kind, &file).await;
        message[kind]["filename"] = name.into();
        let body = meta::messages(scene.app.acme.first(), &[message]);
        scene.app.deliver(&body).await;
        let message = scene.thread().await.pop().unwrap()["id"].clone();
        let media = scene.settled(message.as_str().unwrap()).await;
        assert_eq!(media["state"], "READY", "{media}");
        let links = scene.links(&media["id"]).await;
        for (link, disposition) in [
            (&links["url"], "inline;"),
            (&links["download"], "attachment;"),
        ] {
            let answer = scene.open(link).await;
            assert_eq!(answer.header("content-type"), "image/jpeg", "{mime}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            assert!(
                answer
                    .header("content-disposition")
                    .starts_with(disposition)
            );
            assert_eq!(
                answer.header("content-security-policy"),
                "default-src 'none'; sandbox; frame-ancestors 'none'"
            );
        }
    }
}

#[tokio::test]
async fn the_same_bytes_are_kept_once() {
    let mut scene = Scene::set().await;
    let whatsapp = WhatsApp::of(&scene.app).await;
    let _listening = scene.app.listen().await;
    let twin = whatsapp
        .file("image/jpeg", whatsapp.bytes("1001").await)
        .await;
    for file in ["1001", &twin] {
        let message = scene.receive(&whatsapp, "image", file).await;
        assert_eq!(scene.settled(&message).await["state"], "READY");
    }
    assert_eq!(scene.blobs().len(), 2, "the picture and its small one");
}

#[tokio::test]
async fn an_album_arrives_whole() {
    let mut scene = Scene::set().await;
    let whatsapp = WhatsApp::of(&scene.app).await;
    let _listening = scene.app.listen().await;
    let mut album = Vec::new();
    for number in 0..30 {
        let file = whatsapp.file("text/plain", format!("page {number}")).await;
        album.push(
            whatsapp
                .message(&format!("wamid.{number}"), "document", &file)
                .await,
        );
    }
    scene
        .app
        .deliver(&meta::messages(scene.app.acme.first(), &album))
        .await;
    let thread = scene.thread().await;
    assert_eq!(thread.len(), 31);
    for (number, message) in thread[1..].iter().enumerate() {
        let media = scene.settled(message["id"].as_str().unwrap()).await;
        let answer = scene.open(&scene.links(&media["id"]).await["url"]).await;
        assert_eq!(answer.text(), format!("page {number}"));
    }
}

#[tokio::test]
async fn the_token_must_be_right_and_a_removed_number_fetches_nothing() {
    let mut scene = Scene::set().await;
    let whatsapp = WhatsApp::of(&scene.app).await;
    let number = scene.app.acme.numbers[0].id.clone();
    let update = pilot_inbox::store::NumberUpdate {
        access_token: Some(scene.app.seal(&number, "another token")),
        graph_base_url: None,
    };
    scene
        .app
        .state
        .store
        .update_number(&number, update)
        .await
        .unwrap();
    let _listening = scene.app.listen().await;
    let message = scene.receive(&whatsapp, "image", "1001").await;
    let media = scene.settled(&message).await;
    assert!(
        media["failure"].as_str().unwrap().contains("access token"),
        "{media}"
    );

    scene.app.state.store.remove_number(&number).await.unwrap();
    assert_eq!(scene.app.state.store.next_media_due().await.unwrap(), None);
}
