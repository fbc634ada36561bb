//! `GET /{version}/{waba-id}/message_templates`: some templates of every sort.

use super::{authorise, no_such_object};
use crate::simulator::Simulator;
use axum::Json;
use axum::extract::{Path, Query, State as Extract};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

/// How Graph pages.
#[derive(Deserialize)]
pub(in crate::simulator) struct Paging {
    limit: Option<usize>,
    after: Option<String>,
}

/// Pages of the account's templates; what `fields` asks for is not looked at.
pub(in crate::simulator) async fn list(
    Extract(simulator): Extract<Simulator>,
    Path((_version, waba_id)): Path<(String, String)>,
    Query(paging): Query<Paging>,
    headers: HeaderMap,
) -> Response {
    if let Err(error) = authorise(&simulator, &headers) {
        return error.into_response();
    }
    let known = {
        let state = simulator.state();
        state
            .numbers()
            .any(|number| simulator.waba_of(number) == waba_id)
    };
    if !known {
        return no_such_object(&waba_id);
    }
    let all = templates();
    let from: usize = paging
        .after
        .and_then(|after| after.parse().ok())
        .unwrap_or(0)
        .min(all.len());
    let to = (from + paging.limit.unwrap_or(25).clamp(1, 100)).min(all.len());
    let mut answer = json!({"data": all[from..to],
        "paging": {"cursors": {"before": from.to_string(), "after": to.to_string()}}});
    if to < all.len() {
        answer["paging"]["next"] = "https://graph.facebook.com/not-followed".into();
    }
    Json(answer).into_response()
}

/// The template of this name and language, as Graph describes it.
pub(in crate::simulator) fn find(name: &str, language: &str) -> Option<Value> {
    templates()
        .into_iter()
        .find(|template| template["name"] == name && template["language"] == language)
}

#[expect(clippy::too_many_lines, reason = "it is a list")]
fn templates() -> Vec<Value> {
    let body = |text: &str| json!({"type": "BODY", "text": text});
    let header = |text: &str| json!({"type": "HEADER", "format": "TEXT", "text": text});
    let file = |format: &str| json!({"type": "HEADER", "format": format});
    let footer = |text: &str| json!({"type": "FOOTER", "text": text});
    let buttons = |list: Value| json!({"type": "BUTTONS", "buttons": list});
    let make = |name: &str,
                language: &str,
                category: &str,
                status: &str,
                named: bool,
                components: Value| {
        json!({"id": format!("{name}-{language}"), "name": name, "language": language, "category": category, "status": status,
            "parameter_format": if named { "NAMED" } else { "POSITIONAL" }, "components": components})
    };
    let (utility, marketing) = ("UTILITY", "MARKETING");
    vec![
        make(
            "hello_world",
            "en_US",
            utility,
            "APPROVED",
            false,
            json!([
                header("Hello World"),
                body("Welcome and congratulations!"),
                footer("WhatsApp Business Platform sample message")
            ]),
        ),
        make(
            "order_shipped",
            "en",
            utility,
            "APPROVED",
            false,
            json!([
                header("Order {{1}}"),
                body("Hi {{1}}, your order {{2}} is on its way."),
                buttons(
                    json!([{"type": "URL", "text": "Track", "url": "https://shop.example/track/{{1}}"}])
                )
            ]),
        ),
        make(
            "order_shipped",
            "pt_BR",
            utility,
            "APPROVED",
            false,
            json!([
                header("Pedido {{1}}"),
                body("Olá {{1}}, seu pedido {{2}} está a caminho."),
                buttons(
                    json!([{"type": "URL", "text": "Rastrear", "url": "https://shop.example/track/{{1}}"}])
                )
            ]),
        ),
        make(
            "order_shipped",
            "ar",
            utility,
            "PENDING",
            false,
            json!([body("مرحبا {{1}}، طلبك {{2}} في الطريق.")]),
        ),
        make(
            "appointment",
            "en",
            utility,
            "APPROVED",
            true,
            json!([
                body("Hi {{first_name}}, see you on {{day}} at {{time}}."),
                buttons(
                    json!([{"type": "QUICK_REPLY", "text": "Confirm"}, {"type": "QUICK_REPLY", "text": "Cancel"}])
                )
            ]),
        ),
        make(
            "appointment",
            "es",
            utility,
            "APPROVED",
            true,
            json!([
                body("Hola {{first_name}}, te esperamos el {{day}} a las {{time}}."),
                buttons(
                    json!([{"type": "QUICK_REPLY", "text": "Confirmar"}, {"type": "QUICK_REPLY", "text": "Cancelar"}])
                )
            ]),
        ),
        make(
            "new_collection",
            "en",
            marketing,
            "APPROVED",
            false,
            json!([
                file("IMAGE"),
                body("Our new lamps are here, {{1}}."),
                footer("Reply STOP to stop"),
                buttons(
                    json!([{"type": "URL", "text": "See them", "url": "https://shop.example/new"},
                {"type": "PHONE_NUMBER", "text": "Call us", "phone_number": "+15550100"}])
                )
            ]),
        ),
        make(
            "order_ready",
            "en",
            utility,
            "APPROVED",
            true,
            json!([
                file("IMAGE"),
                body("Hi {{first_name}}, order {{order}} waits for you."),
                footer("Open until 19:00"),
                buttons(json!([{"type": "QUICK_REPLY", "text": "I am coming"},
                {"type": "URL", "text": "The way", "url": "https://shop.example/way/{{1}}"}]))
            ]),
        ),
        make(
            "summer_code",
            "en",
            marketing,
            "APPROVED",
            false,
            json!([
                body("Your summer code, {{1}}:"),
                buttons(json!([{"type": "COPY_CODE", "text": "Copy code"}]))
            ]),
        ),
        make(
            "invoice",
            "en",
            utility,
            "APPROVED",
            false,
            json!([file("DOCUMENT"), body("Your invoice for {{1}}.")]),
        ),
        make(
            "how_to",
            "en",
            marketing,
            "PAUSED",
            false,
            json!([file("VIDEO"), body("How to change a bulb.")]),
        ),
        make(
            "find_us",
            "en",
            utility,
            "APPROVED",
            false,
            json!([file("LOCATION"), body("We have moved.")]),
        ),
        make(
            "rejected_offer",
            "en",
            marketing,
            "REJECTED",
            false,
            json!([body("Buy now!!!")]),
        ),
    ]
}
