//! Phones: read as people write them, compared as WhatsApp writes them, and shown to whoever holds a link.

/// Digits of a phone that is connected (ITU-T E.164: fifteen; Pilot Status: at least ten).
const FEWEST: usize = 10;
const MOST: usize = 15;
/// How much of a masked phone is seen, at most, and how much is hidden, at least.
const BEGINNING: usize = 6;
const END: usize = 4;
const HIDDEN: usize = 3;

/// The digits of a phone with country code, as somebody has written it; `None` for what is none.
pub fn digits(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.strip_prefix('+').unwrap_or(text);
    let is_written = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '.' | '(' | ')');
    if text.len() > 40 || !text.chars().all(is_written) {
        return None;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let fits = (FEWEST..=MOST).contains(&digits.len()) && !digits.starts_with('0');
    fits.then_some(digits)
}

/// A phone with four stars for what is between its beginning and its end, which are three digits at least: `+551199****9999`.
pub fn masked(phone: &str) -> String {
    if phone.is_empty() {
        return String::new();
    }
    let end = phone.len().saturating_sub(END);
    let beginning = BEGINNING.min(end.saturating_sub(HIDDEN));
    format!("+{}****{}", &phone[..beginning], &phone[end..])
}

/// Whether two phones are the same to WhatsApp, which leaves a digit out of some countries' mobile phones that people dial: the ninth in
/// Brazil (55), the 1 in Mexico (52), the 9 in Argentina (54).
pub fn is_same(one: &str, other: &str) -> bool {
    plain(one) == plain(other)
}

fn plain(phone: &str) -> String {
    let without = |from: usize| [&phone[..from], &phone[from + 1..]].concat();
    let bytes = phone.as_bytes();
    let has = |at: usize, digit: u8| bytes.get(at) == Some(&digit);
    match phone.get(..2) {
        Some("55") if phone.len() == 13 && has(4, b'9') => without(4),
        Some("52") if phone.len() == 13 && has(2, b'1') => without(2),
        Some("54") if phone.len() == 13 && has(2, b'9') => without(2),
        _ => phone.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_are_read_as_people_write_them() {
        for text in ["5511999990000", "+5511999990000", " +55 (11) 99999-0000 "] {
            assert_eq!(digits(text).as_deref(), Some("5511999990000"), "{text}");
        }
        for bad in [
            "",
            "+",
            "123456789",
            "1234567890123456",
            "05511999990000",
            "55119999x0000",
            "++5511999990000",
            "٥٥١١٩٩٩٩٩٠٠٠٠",
            &"5".repeat(5_000),
        ] {
            assert_eq!(digits(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_middle_of_a_phone_is_hidden() {
        for (phone, shown) in [
            ("5511999999999", "+551199****9999"),
            ("1234567890", "+123****7890"),
            ("123456789012345", "+123456****2345"),
            ("1234", "+****1234"),
            ("", ""),
        ] {
            assert_eq!(masked(phone), shown);
        }
    }

    #[test]
    fn a_digit_that_whatsapp_leaves_out_makes_no_other_phone() {
        assert!(is_same("5511999990000", "551199990000"));
        assert!(is_same("5215512345678", "525512345678"));
        assert!(is_same("5491123456789", "541123456789"));
        assert!(is_same("351912345678", "351912345678"));
        for (one, other) in [
            ("5511999990000", "5511999990001"),
            ("5511999990000", "5521999990000"),
            ("351912345678", "35191234567"),
            ("", "5511999990000"),
        ] {
            assert!(!is_same(one, other), "{one} {other}");
        }
    }
}
