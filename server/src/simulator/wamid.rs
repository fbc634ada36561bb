//! Identifiers in the shapes Meta gives them.

use aws_lc_rs::{digest, rand};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::signing::hex;

/// A new message id. Random, because the product may remember ids from before a restart.
pub(super) fn new_wamid(address: &str, from_customer: bool) -> String {
    wamid(address, from_customer, &random_bytes::<10>())
}

/// A message id that is the same each time for the same `seed`: for history played more than once.
pub fn derived_wamid(address: &str, from_customer: bool, seed: &str) -> String {
    let hash = digest::digest(&digest::SHA256, seed.as_bytes());
    wamid(address, from_customer, &hash.as_ref()[..10])
}

/// Base64 of a small tagged record, as real ids are: opaque, case-sensitive, with `=`, `+` and `/`.
fn wamid(address: &str, from_customer: bool, unique: &[u8]) -> String {
    let address = &address.as_bytes()[..address.len().min(40)];
    let mut record = vec![0x1c, 0x18, u8::try_from(address.len()).unwrap_or(0)];
    record.extend_from_slice(address);
    record.extend_from_slice(&[
        0x15,
        0x02,
        0x00,
        if from_customer { 0x12 } else { 0x11 },
        0x18,
        0x14,
    ]);
    record.extend_from_slice(hex(unique).to_uppercase().as_bytes());
    record.push(0x00);
    format!("wamid.{}", STANDARD.encode(record))
}

/// The business-scoped user id that goes with a phone: the same phone always has the same one.
pub(super) fn bsuid_of_phone(phone: &str) -> String {
    let hash = digest::digest(&digest::SHA256, format!("bsuid {phone}").as_bytes());
    format!(
        "{}.{}",
        country(phone),
        hex(&hash.as_ref()[..10]).to_uppercase()
    )
}

/// Two letters for the calling codes that examples use; the rest is not worth a table here.
fn country(phone: &str) -> &'static str {
    const CODES: [(&str, &str); 12] = [
        ("351", "PT"),
        ("971", "AE"),
        ("962", "JO"),
        ("55", "BR"),
        ("49", "DE"),
        ("44", "GB"),
        ("34", "ES"),
        ("33", "FR"),
        ("39", "IT"),
        ("52", "MX"),
        ("20", "EG"),
        ("91", "IN"),
    ];
    CODES
        .iter()
        .find(|(code, _)| phone.starts_with(code))
        .map_or("US", |(_, country)| country)
}

/// Graph's trace id for one answer.
pub(super) fn fbtrace_id() -> String {
    let text = STANDARD.encode(random_bytes::<18>());
    format!("A{}", text.replace(['+', '/', '='], "_"))
}

/// A number as text, for the verification challenge.
pub(super) fn random_digits() -> String {
    u32::from_be_bytes(random_bytes()).to_string()
}

fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if rand::fill(&mut bytes).is_err() {
        // The system source of randomness does not fail in practice; time still differs per call.
        let nanos = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |d| d.as_nanos());
        for (byte, part) in bytes.iter_mut().zip(nanos.to_le_bytes()) {
            *byte = part;
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_metas_shape_and_do_not_repeat() {
        let ids: std::collections::HashSet<_> = (0..1000)
            .map(|_| new_wamid("5511999990000", true))
            .collect();
        assert_eq!(ids.len(), 1000);
        assert!(ids.iter().all(|id| id.starts_with("wamid.HBg")));
    }

    #[test]
    fn derived_ids_repeat() {
        assert_eq!(
            derived_wamid("351", true, "a"),
            derived_wamid("351", true, "a")
        );
        assert_ne!(
            derived_wamid("351", true, "a"),
            derived_wamid("351", true, "b")
        );
        assert!(bsuid_of_phone("5511999990000").starts_with("BR."));
    }
}
