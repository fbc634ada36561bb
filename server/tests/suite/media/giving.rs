//! Files to WhatsApp.

use super::Scene;
use crate::support::whatsapp::WhatsApp;
use app::ids::MediaId;
use pilot_inbox::media::{GiveError, Giver};
use pilot_inbox::provider::cloud_api::MediaError;
use serde_json::Value;

impl Scene {
    fn giver(&self) -> Giver {
        let state = &self.app.state;
        Giver::new(state.store.clone(), state.media.clone(), self.app.sealer())
    }
}

fn id(media: &Value) -> MediaId {
    MediaId::parse(media.as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn a_file_is_given_once_for_all_its_messages() {
    let scene = Scene::set().await;
    let whatsapp = WhatsApp::of(&scene.app).await;
    let bytes: Vec<u8> = (0..300_000u32)
        .map(|at| u8::try_from(at % 241).unwrap())
        .collect();
    let media = scene
        .document("application/pdf", "relat%C3%B3rio.pdf", &bytes)
        .await;
    let giver = scene.giver();
    let first = giver.ensure_uploaded(&id(&media)).await.unwrap();
    assert_eq!(giver.ensure_uploaded(&id(&media)).await.unwrap(), first);
    let uploads = whatsapp.uploads().await;
    assert_eq!(uploads.len(), 1);
    assert_eq!(uploads[0]["id"], first);
    assert_eq!(uploads[0]["mimeType"], "application/pdf");
    assert_eq!(uploads[0]["fileName"], "relatório.pdf");
    assert_eq!(uploads[0]["phoneNumberId"], scene.app.acme.first());
    assert_eq!(whatsapp.bytes(&first).await, bytes);

    // With less than a day left it is given anew.
    let soon = pilot_inbox::clock::now_ms() + 3_600_000;
    let mut database = scene.app.database().await;
    database
        .execute(&format!("UPDATE media SET upload_expires_at = {soon}"))
        .await;
    let second = giver.ensure_uploaded(&id(&media)).await.unwrap();
    assert_ne!(first, second);
    let until = database.number("SELECT upload_expires_at FROM media").await;
    let days = (until - pilot_inbox::clock::now_ms()) / 86_400_000;
    assert!((29..=30).contains(&days), "{days}");
}

#[tokio::test]
async fn what_meta_says_of_a_file_is_told() {
    let scene = Scene::set().await;
    let giver = scene.giver();
    let unknown = MediaId::parse("med_unknown").unwrap();
    assert!(matches!(
        giver.ensure_uploaded(&unknown).await,
        Err(GiveError::Missing)
    ));
    let media = scene.document("font/ttf", "a.ttf", b"a font").await;
    assert!(matches!(
        giver.ensure_uploaded(&id(&media)).await,
        Err(GiveError::Meta(MediaError::Unreadable(_)))
    ));
    let _whatsapp = WhatsApp::of(&scene.app).await;
    let refused = giver.ensure_uploaded(&id(&media)).await;
    assert!(
        matches!(
            &refused,
            Err(GiveError::Meta(MediaError::Refused { code: 100, .. }))
        ),
        "{refused:?}"
    );
}
