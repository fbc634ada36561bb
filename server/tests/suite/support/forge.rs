//! Tokens made by hand: with the server's own key where a test needs what the server would never sign, and with anything else.

use aws_lc_rs::{hkdf, hmac};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde_json::Value;
use std::path::Path;

/// A part of a token.
pub fn encode(part: &str) -> String {
    URL_SAFE_NO_PAD.encode(part)
}

/// Header or claims of a token.
pub fn decode(token: &str, part: usize) -> Value {
    let text = token.split('.').nth(part).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
}

/// The key under which this installation signs.
pub fn signing_key(data_dir: &Path) -> Vec<u8> {
    derived(data_dir, "embed token v1")
}

/// The name of that key.
pub fn key_id(data_dir: &Path) -> String {
    URL_SAFE_NO_PAD.encode(&derived(data_dir, "embed token key id")[..9])
}

fn derived(data_dir: &Path, purpose: &str) -> Vec<u8> {
    let secret = std::fs::read_to_string(data_dir.join("signing-secret")).unwrap();
    let mut key = vec![0; 32];
    hkdf::Salt::new(hkdf::HKDF_SHA256, b"pilot-inbox")
        .extract(&STANDARD_NO_PAD.decode(secret.trim()).unwrap())
        .expand(&[purpose.as_bytes()], hkdf::HKDF_SHA256)
        .and_then(|output| output.fill(&mut key))
        .unwrap();
    key
}

/// A token of these parts, as text, under this key.
pub fn sign(header: &str, claims: &str, key: &[u8]) -> String {
    sign_with(hmac::HMAC_SHA256, header, claims, key)
}

/// The same with another digest.
pub fn sign_with(algorithm: hmac::Algorithm, header: &str, claims: &str, key: &[u8]) -> String {
    let signed = format!("{}.{}", encode(header), encode(claims));
    let tag = hmac::sign(&hmac::Key::new(algorithm, key), signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag.as_ref()))
}
