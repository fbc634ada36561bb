//! `X-Hub-Signature-256`: HMAC-SHA256 of the raw body under the app secret (Meta, "Webhooks: getting started").

use app::error::{ApiError, Code};
use aws_lc_rs::hmac;
use bytes::Bytes;
use std::fmt::Write;

/// A body whose signature was right. Only [`verify`] makes one, and only with one is anything stored.
pub struct VerifiedBody(Bytes);

impl VerifiedBody {
    /// The bytes as received.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Checks the signature against each of the app secrets (several, so that one can be rotated), in constant time.
pub fn verify(
    body: Bytes,
    header: Option<&str>,
    secrets: &[hmac::Key],
) -> Result<VerifiedBody, ApiError> {
    let header = header.ok_or_else(|| {
        ApiError::new(
            Code::SignatureMissing,
            "This webhook carries no X-Hub-Signature-256 header, so nothing was stored.",
        )
    })?;
    let wrong = || {
        ApiError::new(
            Code::SignatureInvalid,
            "The webhook signature is wrong, so nothing was stored. Check that the app secret here is that of the Meta app.",
        )
    };
    let tag = header
        .strip_prefix("sha256=")
        .and_then(decode_hex)
        .ok_or_else(wrong)?;
    let matches = |bytes: &[u8]| {
        secrets
            .iter()
            .any(|key| hmac::verify(key, bytes, &tag).is_ok())
    };
    if matches(&body)
        || (!body.is_ascii() && escaped(&body).is_some_and(|text| matches(text.as_bytes())))
    {
        return Ok(VerifiedBody(body));
    }
    Err(wrong())
}

/// The body with every non-ASCII character as `\uXXXX`: the form that Meta signs, where a proxy on the way has decoded it.
fn escaped(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    let mut out = String::with_capacity(text.len() * 2);
    for character in text.chars() {
        if character.is_ascii() {
            out.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}").ok()?;
            }
        }
    }
    Some(out)
}

fn decode_hex(text: &str) -> Option<[u8; 32]> {
    let text: &[u8; 64] = text.as_bytes().try_into().ok()?;
    let mut out = [0u8; 32];
    for (byte, pair) in out.iter_mut().zip(text.chunks_exact(2)) {
        let digit = |c: u8| char::from(c).to_digit(16);
        *byte = u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()?;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets() -> Vec<hmac::Key> {
        vec![
            hmac::Key::new(hmac::HMAC_SHA256, b"another"),
            hmac::Key::new(hmac::HMAC_SHA256, b"app-secret-for-tests"),
        ]
    }

    const ESCAPED: &str = r#"{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"messages":[{"type":"text","text":{"body":"ol\u00e1 \ud83d\ude00"}}]}}]}]}"#;
    const OF_ESCAPED: &str =
        "sha256=478b71feda83e358d80a916219eedd93e95e38e03f38033f963d62373d04f7b6";

    #[test]
    fn vectors_of_the_protocol_page_verify() {
        let plain = r#"{"object":"whatsapp_business_account","entry":[]}"#;
        let of_plain = "sha256=1ca363dab318df784e1963b29dca91e2098e6cf2fbf0d3c14e09580a90684a61";
        assert!(verify(plain.into(), Some(of_plain), &secrets()).is_ok());
        assert!(verify(ESCAPED.into(), Some(OF_ESCAPED), &secrets()).is_ok());
        let decoded = ESCAPED.replace(r"\u00e1 \ud83d\ude00", "á 😀");
        assert!(verify(decoded.into(), Some(OF_ESCAPED), &secrets()).is_ok());
    }

    #[test]
    fn anything_else_is_refused() {
        let code = |header: Option<&str>| {
            verify(ESCAPED.into(), header, &secrets())
                .err()
                .map(|e| e.code)
        };
        assert_eq!(code(None), Some(Code::SignatureMissing));
        for wrong in [
            "",
            "sha256=",
            "sha1=00",
            &OF_ESCAPED[7..],
            &OF_ESCAPED.replace('f', "e"),
            "sha256=zz",
        ] {
            assert_eq!(code(Some(wrong)), Some(Code::SignatureInvalid), "{wrong}");
        }
        assert!(verify(ESCAPED.into(), Some(OF_ESCAPED), &[]).is_err());
    }
}
