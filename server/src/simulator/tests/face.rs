//! What the phone draws of each type.

use serde_json::{Value, json};

use super::{ANA, NUMBER, World};

impl World {
    /// The newest bubble on Ana's phone, once there are so many.
    async fn bubble(&self, count: usize) -> Value {
        for _ in 0..500 {
            let chat = self.get(&format!("/chats/{NUMBER}/{ANA}")).await;
            let messages = chat["messages"].as_array().expect("a list");
            if messages.len() == count {
                return messages[count - 1].clone();
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("there are never {count} bubbles");
    }

    async fn business_sends(&self, kind: &str, object: Value) -> Value {
        let mut body = json!({"messaging_product": "whatsapp", "to": ANA, "type": kind});
        body[kind] = object;
        let (status, answer) = self.product_posts(&body).await.expect("answer");
        assert_eq!(status, 200, "{answer}");
        answer["messages"][0]["id"].clone()
    }
}

#[tokio::test]
async fn all_that_a_business_sends_has_a_face() {
    let world = World::new().await;
    world.customer_writes(ANA, "Hello?").await;
    let text = |text: &str| json!({"type": "text", "text": text});
    let picture = |kind: &str, size: Value| json!({"kind": kind, "address": "media/1001", "mimeType": "image/jpeg", "size": size});
    let size = world.get("/media").await["items"][0]["size"].clone();
    for (count, (kind, object, face)) in [
        (
            "image",
            json!({"id": "1001", "caption": "<b>Ours</b>"}),
            json!({"media": picture("image", size.clone()), "words": "<b>Ours</b>"}),
        ),
        (
            "audio",
            json!({"id": "gone", "voice": true}),
            json!({"media": {"kind": "voice", "mimeType": "", "size": 0}}),
        ),
        (
            "location",
            json!({"latitude": "1.5", "longitude": 2, "name": "n"}),
            json!({"place": {"latitude": "1.5", "longitude": "2", "name": "n"}}),
        ),
        (
            "contacts",
            json!([{"name": {"formatted_name": "Bo Li", "first_name": "Bo"}, "phones": [{"phone": "+1"}], "org": {"company": "A"}}]),
            json!({"cards": [{"name": "Bo Li", "lines": ["A", "+1"]}]}),
        ),
        (
            "interactive",
            json!({"type": "button", "header": {"type": "text", "text": "h"}, "body": {"text": "b"}, "footer": {"text": "f"},
                "action": {"buttons": [{"type": "reply", "reply": {"id": "1", "title": "Yes"}}]}}),
            json!({"header": "h", "words": "b", "footer": "f", "buttons": [{"kind": "reply", "title": "Yes", "id": "1"}]}),
        ),
        (
            "interactive",
            json!({"type": "list", "body": {"text": "b"}, "action": {"button": "Open", "sections": [
                {"title": "A", "rows": [{"id": "1", "title": "One", "description": "d"}]}, {"title": "B", "rows": [{"id": "2", "title": "Two"}]}]}}),
            json!({"words": "b", "list": {"button": "Open", "sections": [
                {"title": "A", "rows": [{"id": "1", "title": "One", "description": "d"}]}, {"title": "B", "rows": [{"id": "2", "title": "Two"}]}]}}),
        ),
        (
            "interactive",
            json!({"type": "cta_url", "body": {"text": "b"}, "action": {"name": "cta_url",
                "parameters": {"display_text": "Go", "url": "https://a.test"}}}),
            json!({"words": "b", "buttons": [{"kind": "link", "title": "Go", "value": "https://a.test"}]}),
        ),
        (
            "interactive",
            json!({"type": "flow", "body": {"text": "b"}, "action": {"name": "flow", "parameters": {"flow_message_version": "3", "flow_id": "1", "flow_token": "t", "flow_cta": "Book"}}}),
            json!({"words": "b", "buttons": [{"kind": "form", "title": "Book"}]}),
        ),
        (
            "interactive",
            json!({"type": "carousel", "body": {"text": "b"}, "action": {"cards": [
                {"card_index": 0, "type": "cta_url", "header": {"type": "image", "image": {"link": "https://a.test/1.jpg"}}, "body": {"text": "One"},
                    "action": {"name": "cta_url", "parameters": {"display_text": "Go", "url": "https://a.test"}}},
                {"card_index": 1, "type": "cta_url", "header": {"type": "image", "image": {"link": "https://a.test/2.jpg"}}, "body": {"text": "Two"},
                    "action": {"name": "cta_url", "parameters": {"display_text": "This", "url": "https://a.test"}}}]}}),
            json!({"words": "b", "cards": [{"name": "One", "lines": ["Go"]}, {"name": "Two", "lines": ["This"]}]}),
        ),
        (
            "interactive",
            json!({"type": "location_request_message", "body": {"text": "Where?"}, "action": {"name": "send_location"}}),
            json!({"words": "Where?", "buttons": [{"kind": "place", "title": "Send location"}]}),
        ),
        (
            "template",
            json!({"name": "order_ready", "language": {"code": "en"}, "components": [
                {"type": "header", "parameters": [{"type": "image", "image": {"id": "1001"}}]},
                {"type": "body", "parameters": [
                    {"type": "text", "parameter_name": "order", "text": "A-17"}, {"type": "text", "parameter_name": "first_name", "text": "Ana"}]},
                {"type": "button", "sub_type": "url", "index": "1", "parameters": [text("a17")]}]}),
            json!({"media": picture("image", size), "words": "Hi Ana, order A-17 waits for you.", "footer": "Open until 19:00",
                "buttons": [{"kind": "quickReply", "title": "I am coming", "id": "I am coming"},
                    {"kind": "link", "title": "The way", "value": "https://shop.example/way/a17"}]}),
        ),
        (
            "template",
            json!({"name": "summer_code", "language": {"code": "en"}, "components": [{"type": "body", "parameters": [text("Ana")]},
                {"type": "button", "sub_type": "copy_code", "index": "0", "parameters": [{"type": "coupon_code", "coupon_code": "SUN"}]}]}),
            json!({"words": "Your summer code, Ana:", "buttons": [{"kind": "code", "title": "Copy code", "value": "SUN"}]}),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        world.business_sends(kind, object).await;
        let bubble = world.bubble(count + 2).await;
        assert_eq!(bubble["face"], face, "{kind}");
    }
}

#[tokio::test]
async fn the_customer_sees_what_they_sent_changed_and_took_back() {
    let world = World::new().await;
    let write = async |message: Value| {
        let mut message = message;
        message["from"] = ANA.into();
        let (status, answer) = world.post("/messages?wait=true", message).await;
        assert_eq!(status, 200, "{answer}");
        answer["id"].clone()
    };
    write(json!({"type": "order"})).await;
    let face = world.bubble(1).await["face"].clone();
    assert_eq!(
        face,
        json!({"words": "For Friday", "order": ["2 × LAMP-1 · 49.90 EUR"]})
    );
    let picture = write(json!({"type": "image"})).await;
    let edited = json!({"original_message_id": picture, "message": {"type": "image", "image": {"caption": "Mended"}}});
    write(json!({"type": "edit", "edit": edited})).await;
    let bubble = world.bubble(2).await;
    assert_eq!(
        (&bubble["face"]["words"], &bubble["edited"]),
        (&json!("Mended"), &json!(true))
    );
    assert_eq!(bubble["face"]["media"]["address"], "media/1001");
    write(json!({"type": "revoke", "revoke": {"original_message_id": picture}})).await;
    let bubble = world.bubble(2).await;
    assert_eq!(
        (&bubble["face"], &bubble["deleted"], &bubble["text"]),
        (&json!({}), &json!(true), &json!("This message was deleted"))
    );
}

#[tokio::test]
async fn a_voice_note_is_played_once_and_files_come_in_parts() {
    let world = World::new().await;
    world.customer_writes(ANA, "Hello?").await;
    let note = world
        .business_sends("audio", json!({"id": "1003", "voice": true}))
        .await;
    let song = world.business_sends("audio", json!({"id": "1007"})).await;
    world.bubble(3).await;
    for (id, told) in [(&note, true), (&note, false), (&song, false)] {
        let (status, answer) = world.post("/played", json!({"id": id})).await;
        assert_eq!((status, &answer["told"]), (200, &json!(told)));
    }
    world.product.wait_for("statuses", 5).await;
    let played = |status: &&String| *status == "played";
    assert_eq!(world.product.statuses().iter().filter(played).count(), 1);

    let address = format!("{}/media/1004", world.base);
    let ask = |range: &'static str| world.client.get(&address).header("range", range).send();
    let part = ask("bytes=0-7").await.expect("answer");
    assert_eq!(part.status(), 206);
    assert_eq!(part.headers()["x-content-type-options"], "nosniff");
    assert_eq!(part.bytes().await.expect("bytes"), "%PDF-1.4");
    assert_eq!(ask("bytes=999999-").await.expect("answer").status(), 416);
}
