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
    // All that the page and its modules name is there.
    let mut wanted: Vec<String> = named(&html, "phone/").collect();
    let mut seen = std::collections::BTreeSet::new();
    while let Some(name) = wanted.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        let part = world.client.get(format!("{}/phone/{name}", world.base));
        let part = part.send().await.expect("answer");
        assert_eq!(part.status(), 200, "{name}");
        let script = name.rsplit('.').next() == Some("js");
        let kind = if script {
            "text/javascript"
        } else {
            "text/css"
        };
        let told = part.headers()["content-type"].to_str().expect("text");
        assert!(told.starts_with(kind), "{name}: {told}");
        let text = part.text().await.expect("text");
        wanted.extend(named(&text, "./").filter(|_| script));
    }
    assert!(seen.len() > 6, "{seen:?}");
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

/// The files of the page that a text names, each behind a quotation mark.
fn named<'a>(text: &'a str, before: &str) -> impl Iterator<Item = String> + 'a {
    let begin = format!("\"{before}");
    let ends: Vec<usize> = text
        .match_indices(&begin)
        .map(|(at, _)| at + begin.len())
        .collect();
    ends.into_iter()
        .filter_map(|at| Some(text[at..].split_once('"')?.0.to_owned()))
}
