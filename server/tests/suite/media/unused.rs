//! Uploads that no message has taken.

use super::Scene;
use crate::support::meta;
use crate::support::whatsapp::WhatsApp;
use pilot_inbox::clock::now_ms;
use pilot_inbox::media::drop_unused;
use serde_json::json;

impl Scene {
    async fn drop_before(&self, before: i64) -> u64 {
        let state = &self.app.state;
        drop_unused(&*state.store, &state.media.blobs, before)
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn what_nobody_used_is_dropped_with_its_bytes() {
    let scene = Scene::set().await;
    let whatsapp = WhatsApp::of(&scene.app).await;
    let jpeg = whatsapp.bytes("1001").await.to_vec();
    let first = scene
        .upload("image", "image/jpeg", jpeg.clone())
        .await
        .json();
    assert_eq!(
        scene.drop_before(now_ms() - 60_000).await,
        0,
        "it may still be used"
    );
    assert_eq!(scene.blobs().len(), 2);

    let later = now_ms() + 1;
    assert_eq!(scene.drop_before(later).await, 1);
    assert_eq!(scene.blobs(), Vec::<String>::new());
    assert!(scene.links(&first["id"]).await.is_null());
    assert_eq!(scene.drop_before(later).await, 0);
    // The same bytes can come again.
    let again = scene
        .upload("image", "image/jpeg", jpeg.clone())
        .await
        .json();
    assert_eq!(
        scene
            .open(&scene.links(&again["id"]).await["url"])
            .await
            .body,
        jpeg
    );
}

#[tokio::test]
async fn bytes_that_a_message_has_stay() {
    let mut scene = Scene::set().await;
    let whatsapp = WhatsApp::of(&scene.app).await;
    let jpeg = whatsapp.bytes("1001").await.to_vec();
    scene.upload("image", "image/jpeg", jpeg.clone()).await;
    scene.upload("image", "image/jpeg", jpeg.clone()).await;
    let _listening = scene.app.listen().await;
    let message = scene.receive(&whatsapp, "image", "1001").await;
    let media = scene.settled(&message).await;
    assert_eq!(scene.drop_before(now_ms() + 1).await, 2);
    assert_eq!(scene.blobs().len(), 2);
    let links = scene.links(&media["id"]).await;
    assert_eq!(scene.open(&links["url"]).await.body, jpeg);
    scene.open(&links["thumbnail"]).await;
}

#[tokio::test]
async fn a_file_whose_message_was_taken_back_goes_too() {
    let mut scene = Scene::set().await;
    let whatsapp = WhatsApp::of(&scene.app).await;
    let _listening = scene.app.listen().await;
    let message = scene.receive(&whatsapp, "image", "1001").await;
    let media = scene.settled(&message).await;
    let revoke = json!({"id": "wamid.revoke", "from": "5511999990001", "timestamp": "1700000100", "type": "revoke",
        "revoke": {"original_message_id": "wamid.image.1001"}});
    scene
        .app
        .deliver(&meta::messages(scene.app.acme.first(), &[revoke]))
        .await;
    assert!(
        scene.links(&media["id"]).await.is_null(),
        "it is not shown any more"
    );
    assert_eq!(scene.drop_before(now_ms() + 1).await, 1);
    assert_eq!(scene.blobs(), Vec::<String>::new());
}
