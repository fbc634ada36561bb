//! Fields of what Meta sends, taken so that every database can store them: the one place that decides what becomes of NUL (PostgreSQL
//! stores none) and of half a surrogate pair (no text at all).

use serde_json::Value;

/// Longest text kept, in characters: far above what WhatsApp carries.
const MAX_TEXT: usize = 65_536;
/// Longest id taken, in bytes: far above any of Meta's, and far below what an index of PostgreSQL takes (2,704).
const MAX_ID: usize = 512;

/// Reads JSON in which a text may have been cut in the middle of a character: half a surrogate pair becomes U+FFFD, where a strict
/// reader would refuse the whole body.
pub fn read_json(body: &[u8]) -> Result<Value, serde_json::Error> {
    serde_json::from_slice(body).or_else(|error| match mend_surrogates(body) {
        Some(mended) => serde_json::from_slice(&mended),
        None => Err(error),
    })
}

/// A text; numbers are taken for text, which some samples write so. NUL becomes U+FFFD.
pub fn text_of(value: &Value, field: &str) -> Option<String> {
    match value.get(field)? {
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(
            text.chars()
                .take(MAX_TEXT)
                .map(|c| if c == '\0' { '\u{fffd}' } else { c })
                .collect(),
        ),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// An id or a phone: what is looked up and compared is taken as it is, or not at all.
pub fn id_of(value: &Value, field: &str) -> Result<Option<String>, &'static str> {
    match value.get(field) {
        Some(Value::String(text)) if text.contains('\0') => Err("an id has a NUL character"),
        Some(Value::String(text)) if text.len() > MAX_ID => Err("an id is too long"),
        Some(Value::String(text)) if !text.is_empty() => Ok(Some(text.clone())),
        Some(Value::Number(number)) => Ok(Some(number.to_string())),
        _ => Ok(None),
    }
}

/// A number, or a number written as text.
pub fn integer_of(value: &Value, field: &str) -> Option<i64> {
    match value.get(field)? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// The same JSON with `\ufffd` for each escaped surrogate that has no partner; `None` where there is no such one.
fn mend_surrogates(body: &[u8]) -> Option<Vec<u8>> {
    let mut mended: Vec<u8> = Vec::with_capacity(body.len());
    let mut found = false;
    let mut rest = body;
    while let [first, ..] = rest {
        let length = match (escaped(rest), rest.get(6..).and_then(escaped)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(0xd800..=0xdfff), _) => {
                found = true;
                mended.extend_from_slice(br"\ufffd");
                rest = &rest[6..];
                continue;
            }
            (Some(_), _) => 6,
            // What is escaped is skipped with its backslash, or `\\ud800` would look like an escape.
            (None, _) if *first == b'\\' => 2.min(rest.len()),
            (None, _) => 1,
        };
        mended.extend_from_slice(&rest[..length]);
        rest = &rest[length..];
    }
    found.then_some(mended)
}

/// The code unit of the `\uXXXX` at the beginning.
fn escaped(json: &[u8]) -> Option<u16> {
    let digits = json.strip_prefix(br"\u")?.get(..4)?;
    // `from_str_radix` would take a sign.
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn half_a_character_does_not_cost_the_body() {
        for (body, text) in [
            (r#""a\ud83d""#, "a\u{fffd}"),
            (r#""\ude00b""#, "\u{fffd}b"),
            (r#""\ude00\ud83d""#, "\u{fffd}\u{fffd}"),
            (r#""\ud83d\ud83d\ude00""#, "\u{fffd}😀"),
            (r#""\ud83d\u0041\uD83D\\n""#, "\u{fffd}A\u{fffd}\\n"),
            (r#""\ud83d\ude00\ud83d""#, "😀\u{fffd}"),
            (r#""é\\ud83d\ud83d""#, "é\\ud83d\u{fffd}"),
        ] {
            assert_eq!(read_json(body.as_bytes()).unwrap(), json!(text), "{body}");
        }
        // Nothing to mend, and nothing that mending would cure.
        for good in [r#""\ud83d\ude00""#, r#""\\ud83d""#, r#""\\\\""#] {
            assert_eq!(mend_surrogates(good.as_bytes()), None, "{good}");
        }
        for bad in [r#""\ud83"#, r#""\ud83d"#, r#""\u+83d""#, "\"\\", "", "{"] {
            assert!(read_json(bad.as_bytes()).is_err(), "{bad}");
        }
    }

    #[test]
    fn ids_are_taken_as_they_are_or_not_at_all() {
        let value = json!({"id": "wamid.é=", "number": 7, "none": null, "empty": "", "list": [], "nul": "a\0",
            "long": "x".repeat(513), "longest": "x".repeat(512)});
        assert_eq!(id_of(&value, "id"), Ok(Some("wamid.é=".into())));
        assert_eq!(id_of(&value, "number"), Ok(Some("7".into())));
        for missing in ["none", "empty", "list", "nowhere"] {
            assert_eq!(id_of(&value, missing), Ok(None), "{missing}");
        }
        assert!(id_of(&value, "nul").is_err() && id_of(&value, "long").is_err());
        assert!(id_of(&value, "longest").unwrap().is_some());
    }
}
