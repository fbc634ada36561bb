//! Webhooks as Meta sends them: its format, its signature, ids of their own.

use crate::call::Call;
use aws_lc_rs::hmac;
use serde_json::{Value, json};
use std::fmt::Write;

/// What the server under test verifies signatures with.
pub const APP_SECRET: &str = "a-secret-that-only-the-bench-knows";
/// Meta's id of the first number under test; those of other tenants follow it.
const PHONE_NUMBER_ID: u64 = 206_540_352_242_922;
/// The WhatsApp Business Account, which all of them share.
pub const WABA_ID: &str = "102290129340398";
/// The phone of all of them; nothing goes by it.
pub const PHONE: &str = "551130000000";

const FIRST: [&str; 16] = [
    "Ana", "Bruno", "Carla", "Diego", "Elisa", "Felipe", "Gabriela", "Hugo", "Inês", "João",
    "Karina", "Lucas", "Marina", "Nuno", "Olívia", "Pedro",
];
const LAST: [&str; 16] = [
    "Alves",
    "Barbosa",
    "Castro",
    "Dias",
    "Esteves",
    "Ferreira",
    "Gomes",
    "Henriques",
    "Iglesias",
    "Jardim",
    "Klein",
    "Lima",
    "Moraes",
    "Nunes",
    "Oliveira",
    "Prado",
];
const WORDS: [&str; 24] = [
    "order", "arrived", "today", "invoice", "please", "thank", "you", "delivery", "tomorrow",
    "morning", "address", "changed", "number", "paid", "waiting", "since", "Monday", "could",
    "help", "with", "the", "blue", "size", "yet",
];

/// A message of one customer.
pub struct Text {
    /// Which customer.
    pub customer: usize,
    /// WhatsApp's id, without `wamid.`; it makes the message what it is.
    pub id: String,
    /// What was written.
    pub body: String,
    /// Seconds since the epoch.
    pub at: i64,
}

/// Meta's id of number `index` under test.
pub fn phone_number_id(index: usize) -> String {
    (PHONE_NUMBER_ID + index as u64).to_string()
}

/// A body of one delivery to a number, given by Meta's id of it.
pub fn body(to: &str, texts: &[Text]) -> Vec<u8> {
    let contacts: Vec<Value> = texts
        .iter()
        .map(
            |text| json!({"profile": {"name": name(text.customer)}, "wa_id": phone(text.customer)}),
        )
        .collect();
    let messages: Vec<Value> = texts
        .iter()
        .map(|text| {
            json!({"from": phone(text.customer), "id": format!("wamid.{}", text.id), "timestamp": text.at.to_string(),
                   "text": {"body": text.body}, "type": "text"})
        })
        .collect();
    envelope(
        to,
        "messages",
        json!({"contacts": contacts, "messages": messages}),
    )
}

/// A body of one change of this field.
fn envelope(to: &str, field: &str, mut value: Value) -> Vec<u8> {
    value["messaging_product"] = json!("whatsapp");
    value["metadata"] = json!({"display_phone_number": PHONE, "phone_number_id": to});
    let body = json!({"object": "whatsapp_business_account",
        "entry": [{"id": WABA_ID, "changes": [{"value": value, "field": field}]}]});
    escape(&body.to_string()).into_bytes()
}

/// A signed delivery to a number, given by Meta's id of it.
pub fn delivery(to: &str, texts: &[Text]) -> Call {
    signed(body(to, texts))
}

/// A signed delivery of anything: what stands in the value of a change of this field.
pub fn change(to: &str, field: &str, value: Value) -> Call {
    signed(envelope(to, field, value))
}

fn signed(body: Vec<u8>) -> Call {
    let key = hmac::Key::new(hmac::HMAC_SHA256, APP_SECRET.as_bytes());
    let mut signature = String::from("sha256=");
    for byte in hmac::sign(&key, &body).as_ref() {
        // Writing into a text cannot fail.
        let _ = write!(signature, "{byte:02x}");
    }
    Call::post("/webhooks/whatsapp", body).with("x-hub-signature-256", signature)
}

/// A sentence that is the same in every run: `seed` picks its words.
pub fn sentence(seed: usize) -> String {
    let mut state = seed as u64;
    let mut next = || {
        // splitmix64: no dependency, and the same everywhere.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % 1024).unwrap_or(0)
    };
    let count = 4 + next() % 12;
    let words: Vec<&str> = (0..count).map(|_| WORDS[next() % WORDS.len()]).collect();
    words.join(" ")
}

/// Digits of a customer's phone.
pub fn phone(customer: usize) -> String {
    format!("55119{customer:08}")
}

/// A customer's name.
pub fn name(customer: usize) -> String {
    format!(
        "{} {}",
        FIRST[customer % FIRST.len()],
        LAST[customer / FIRST.len() % LAST.len()]
    )
}

/// Meta signs and sends plain ASCII.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii() {
            out.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}
