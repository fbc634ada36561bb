//! The origin of the page around us, as the address names it.

/// The origin if `text` is one exactly as browsers write it: scheme, host and, if it is not the usual one, port. Everything else
/// is refused: a wildcard would let any page read what we post.
pub fn exact_origin(text: &str) -> Option<&str> {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))?;
    let plain = host.bytes().all(|b| {
        b.is_ascii_lowercase()
            || b.is_ascii_digit()
            || matches!(b, b'.' | b'-' | b'_' | b':' | b'[' | b']')
    });
    (plain && !host.is_empty() && host.len() <= 261).then_some(text)
}

/// Whether the page around us is the one that the address names. `seen` is what the browser says of it; some browsers say nothing.
pub fn is_framed_by(named: &str, seen: Option<&str>) -> bool {
    seen.is_none_or(|seen| seen == named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_has_the_last_word_on_who_frames_us() {
        let named = "https://app.example.com";
        assert!(is_framed_by(named, None));
        assert!(is_framed_by(named, Some(named)));
        for seen in ["https://evil.example", "null", "", "http://app.example.com"] {
            assert!(!is_framed_by(named, Some(seen)), "{seen}");
        }
    }

    #[test]
    fn only_exact_origins_count() {
        for good in [
            "https://app.example.com",
            "http://127.0.0.1:4000",
            "http://[::1]:80",
            "https://xn--bcher-kva.example",
        ] {
            assert_eq!(exact_origin(good), Some(good));
        }
        for bad in [
            "*",
            "/",
            "",
            "null",
            "https://",
            "https://*.example.com",
            "https://a.example/",
            "https://a.example/x",
            "https://a@b.example",
            "https://a.example?x",
            "javascript:1",
            "//a.example",
            "HTTPS://a.example",
            "https://A.example",
            "https://a.example https://b.example",
        ] {
            assert_eq!(exact_origin(bad), None, "{bad}");
        }
    }
}
