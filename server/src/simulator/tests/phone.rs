//! What the customer's phone shows.

use serde_json::json;

use super::{ANA, NUMBER, World};

#[tokio::test]
async fn reading_and_typing_show_on_the_phone() {
    let world = World::new().await;
    let written = world.customer_writes(ANA, "Hello?").await;
    let body = json!({
        "messaging_product": "whatsapp", "status": "read", "message_id": written["id"],
        "typing_indicator": {"type": "text"},
    });
    assert_eq!(
        world.product_posts(&body).await.expect("answer"),
        (200, json!({"success": true}))
    );
    let chat = world.get(&format!("/chats/{NUMBER}/{ANA}")).await;
    assert_eq!(chat["messages"][0]["status"], "read");
    assert!(chat["typingMs"].as_u64().is_some_and(|ms| ms > 20_000));
}

#[tokio::test]
async fn the_phone_page_is_strict_and_its_events_end_with_the_simulator() {
    let world = World::new().await;
    let page = world
        .client
        .get(format!("{}/phone", world.base))
        .send()
        .await
        .expect("answer");
    let csp = page.headers()["content-security-policy"]
        .to_str()
        .expect("text")
        .to_owned();
    assert!(csp.contains("default-src 'none'") && !csp.contains("unsafe"));
    let html = page.text().await.expect("text");
    assert!(html.contains("data-testid=\"phone-composer\""));
    for inline in [" style=", "<style", " onclick=", "javascript:"] {
        assert!(
            !html.contains(inline),
            "{inline} would be blocked by the page's own policy"
        );
    }
    let events = world
        .client
        .get(format!("{}/phone/events", world.base))
        .send()
        .await
        .expect("answer");
    world.customer_writes(ANA, "x").await;
    world.simulator.stop();
    let text = events.text().await.expect("the stream ends by itself");
    assert!(
        text.contains(&format!(
            r#"{{"kind":"chat","phoneNumberId":"{NUMBER}","customer":"{ANA}"}}"#
        )),
        "{text}"
    );
}
