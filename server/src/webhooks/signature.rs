//! How a request says that it is ours: HMAC-SHA256 over the bytes of its body, keyed with the webhook's secret, in lower-case hexadecimal
//! (Pilot Status, "Webhooks").

use aws_lc_rs::hmac;
use std::fmt::Write;

/// Carries the signature.
pub const SIGNATURE_HEADER: &str = "x-pilot-status-signature";
/// After a rotation: the same with the secret before (ours).
pub const PREVIOUS_SIGNATURE_HEADER: &str = "x-pilot-status-signature-previous";

/// The signature of a body.
pub fn sign(secret: &str, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, body);
    tag.as_ref()
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            // Writing into a text cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_signature_is_that_of_the_standard() {
        // RFC 4231, test case 2.
        assert_eq!(
            super::sign("Jefe", b"what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
