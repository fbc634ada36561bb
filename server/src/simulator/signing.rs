//! The bytes of a webhook and the signature over them, as Meta makes both.

use std::fmt::Write as _;

use aws_lc_rs::hmac;

/// Rewrites a JSON text so that it is plain ASCII, the form Meta signs and sends.
///
/// Non-ASCII becomes `\uXXXX` with lower-case hex (surrogate pairs above the basic plane), and a
/// slash is escaped too: both only occur inside strings, where the escape means the same.
pub fn escape_as_meta(json: &str) -> String {
    let mut ascii = String::with_capacity(json.len() + json.len() / 8);
    for character in json.chars() {
        match character {
            '/' => ascii.push_str("\\/"),
            _ if character.is_ascii() => ascii.push(character),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    // Writing to a String cannot fail.
                    let _ = write!(ascii, "\\u{unit:04x}");
                }
            }
        }
    }
    ascii
}

/// The value of `X-Hub-Signature-256` for exactly these bytes.
pub fn signature(app_secret: &str, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, app_secret.as_bytes());
    format!("sha256={}", hex(hmac::sign(&key, body).as_ref()))
}

/// Lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    // Vectors computed independently of this code.
    #[test]
    fn signs_the_raw_bytes() {
        assert_eq!(
            signature(
                "app-secret-for-tests",
                br#"{"object":"whatsapp_business_account","entry":[]}"#
            ),
            "sha256=1ca363dab318df784e1963b29dca91e2098e6cf2fbf0d3c14e09580a90684a61"
        );
    }

    #[test]
    fn signs_the_escaped_form() {
        let body = escape_as_meta(
            r#"{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"messages":[{"type":"text","text":{"body":"olá 😀"}}]}}]}]}"#,
        );
        assert!(body.contains(r"ol\u00e1 \ud83d\ude00"));
        assert_eq!(
            signature("app-secret-for-tests", body.as_bytes()),
            "sha256=478b71feda83e358d80a916219eedd93e95e38e03f38033f963d62373d04f7b6"
        );
    }

    #[test]
    fn escaping_keeps_the_value() {
        let value = serde_json::json!({"a": "é/\u{7f}\"\\ 中 👩‍👩‍👧", "ملاحظة": [1, "x"]});
        let escaped = escape_as_meta(&value.to_string());
        assert!(escaped.is_ascii());
        let back: serde_json::Value = serde_json::from_str(&escaped).expect("still JSON");
        assert_eq!(back, value);
    }
}
