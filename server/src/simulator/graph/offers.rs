//! What Graph refuses of cards and forms (Meta, "Interactive media carousel messages" and "Flows").

use super::checks::{missing, optional, text, wrong};
use crate::simulator::error_codes::GraphError;
use serde_json::Value;

/// Cards: two to ten, each with a file on the web, and the same buttons on all.
pub(super) fn carousel(object: &Value) -> Result<(), GraphError> {
    if !object["header"].is_null() || !object["footer"].is_null() {
        return wrong("A carousel has neither header nor footer.");
    }
    let cards = object["action"]["cards"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    if !(2..=10).contains(&cards.len()) {
        return wrong("A carousel has 2 to 10 cards.");
    }
    for (index, card) in cards.iter().enumerate() {
        if card["card_index"] != index {
            return wrong("card_index counts the cards from 0.");
        }
        let kind = card["header"]["type"].as_str().unwrap_or_default();
        let file = &card["header"][kind];
        let link = file["link"].as_str().unwrap_or_default();
        if !matches!(kind, "image" | "video") || !link.starts_with("http") {
            return wrong("A card begins with an image or a video.");
        }
        optional(&card["body"]["text"], "body['text']", 160)?;
        if buttons(card)? != buttons(&cards[0])? {
            return wrong("All cards have the same buttons.");
        }
    }
    Ok(())
}

/// How many buttons to answer with; none where there is a link.
fn buttons(card: &Value) -> Result<usize, GraphError> {
    let action = &card["action"];
    if action["name"] == "cta_url" {
        let parameters = &action["parameters"];
        text(&parameters["display_text"], "display_text", 20)?;
        let url = parameters["url"].as_str().unwrap_or_default();
        if card["type"] != "cta_url" || !url.starts_with("http") {
            return wrong("A card with a link is a cta_url with a web address.");
        }
        return Ok(0);
    }
    let buttons = action["buttons"].as_array().map_or(&[][..], Vec::as_slice);
    if buttons.is_empty() {
        return missing("action['buttons']");
    }
    for button in buttons {
        let reply = &button["quick_reply"];
        text(&reply["id"], "quick_reply['id']", 256)?;
        text(&reply["title"], "quick_reply['title']", 20)?;
        if button["type"] != "quick_reply" {
            return wrong("Buttons of cards are quick replies.");
        }
    }
    Ok(buttons.len())
}

/// A form.
pub(super) fn flow(action: &Value) -> Result<(), GraphError> {
    let parameters = &action["parameters"];
    if action["name"] != "flow" || parameters["flow_message_version"] != "3" {
        return wrong("A flow needs its name and version 3.");
    }
    text(&parameters["flow_id"], "flow_id", 1_000)?;
    text(&parameters["flow_token"], "flow_token", 1_000)?;
    text(&parameters["flow_cta"], "flow_cta", 30)?;
    let payload = &parameters["flow_action_payload"];
    match parameters["flow_action"].as_str() {
        None | Some("navigate") => {
            let data = &payload["data"];
            let is_filled = data.as_object().is_some_and(|members| !members.is_empty());
            if !data.is_null() && !is_filled {
                return wrong("flow_action_payload['data'] must be an object that is not empty.");
            }
            Ok(())
        }
        Some("data_exchange") if payload.is_null() => Ok(()),
        _ => wrong("flow_action is navigate, or data_exchange without a payload."),
    }
}
