//! Thirty pictures of somebody new, at once.

use super::WROTE;
use super::world::{World, list, text};
use serde_json::json;
use std::collections::BTreeSet;

const PICTURES: usize = 30;
const EVA: &str = "351912345670";

#[tokio::test]
async fn an_album_of_somebody_new_is_one_conversation() {
    let world = World::open().await;
    // A webhook each, all under way together, as Meta delivers an album.
    world.behave(&json!({"inOrder": false})).await;
    let album = json!({"name": "Eva", "type": "image", "image": {"id": "1001"}, "count": PICTURES, "timestamp": *WROTE});
    let written = world.write_all(EVA, &album).await;
    assert_eq!(list(&written["ids"]).len(), PICTURES);
    let conversation = world.conversation(EVA).await;
    assert_eq!(conversation["unread"], PICTURES);
    let thread = world.thread(&conversation["id"]).await;
    assert_eq!(thread.len(), PICTURES);
    let picture = world.whatsapp_file("1001").await;
    for message in &thread {
        assert_eq!(message["kind"], "image");
        assert_eq!(
            world.file(&conversation["id"], &message["id"]).await,
            picture
        );
    }
    let files: BTreeSet<&str> = thread
        .iter()
        .map(|message| text(&message["content"]["media"]["id"]))
        .collect();
    assert_eq!(files.len(), PICTURES, "each has its own");
}
