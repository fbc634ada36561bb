//! Phones as hosts write them.

/// The digits of an international phone: without plus sign, blanks and punctuation, and without the `00` that some dial instead of a
/// plus. `None` for what is no phone. A WhatsApp address (`…@s.whatsapp.net`) counts as the phone in it.
pub fn phone_digits(text: &str) -> Option<String> {
    let text = text.split('@').next().unwrap_or_default();
    if text.bytes().any(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.strip_prefix("00").unwrap_or(&digits);
    (7..=15).contains(&digits.len()).then(|| digits.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_its_digits() {
        for text in [
            "5511988887777",
            "+55 (11) 98888-7777",
            "0055 11 98888.7777",
            "5511988887777@s.whatsapp.net",
        ] {
            assert_eq!(phone_digits(text).as_deref(), Some("5511988887777"));
        }
        for text in [
            "",
            "+",
            "12345",
            "call me",
            "Ana 5511988887777",
            "1234567890123456",
        ] {
            assert_eq!(phone_digits(text), None, "{text}");
        }
    }
}
