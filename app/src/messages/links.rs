//! Finds web addresses in a text, so that they can become links: nodes, never markup.

/// A piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Plain.
    Text(&'a str),
    /// An `http` or `https` address.
    Link(&'a str),
}

/// Cuts a text into pieces; put together again they are the text. Only `http://` and `https://` make a link, so none can run a script.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut plain_from = 0;
    let mut at = 0;
    while let Some(start) = next_scheme(text, at) {
        let after_word = text[..start]
            .chars()
            .next_back()
            .is_some_and(char::is_alphanumeric);
        let host = text[start..].split_once("://").map_or("", |(_, rest)| rest);
        // Asked before the end is looked for: so no part of a text is looked at twice.
        if after_word || !host.starts_with(|c: char| c.is_alphanumeric() || c == '[') {
            at = start + "http".len();
            continue;
        }
        let end = end_of_link(text, start);
        if plain_from < start {
            found.push(Piece::Text(&text[plain_from..start]));
        }
        found.push(Piece::Link(&text[start..end]));
        plain_from = end;
        at = end;
    }
    if plain_from < text.len() {
        found.push(Piece::Text(&text[plain_from..]));
    }
    found
}

/// Brackets that an address may hold.
const BRACKETS: [(char, char); 3] = [('(', ')'), ('[', ']'), ('{', '}')];

/// The next place at or after `from` where a web address begins.
fn next_scheme(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    (from..bytes.len()).find(|&at| {
        let starts = |scheme: &str| {
            bytes
                .get(at..at + scheme.len())
                .is_some_and(|part| part.eq_ignore_ascii_case(scheme.as_bytes()))
        };
        starts("http://") || starts("https://")
    })
}

/// An address ends at white space or a character that cannot be in one; closing punctuation belongs to the sentence around it,
/// a closing bracket only if the address did not open one.
fn end_of_link(text: &str, start: usize) -> usize {
    let stop = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '<' | '>' | '"' | '`' | '«' | '»' | '“' | '”')
    };
    let length = text[start..].find(stop).unwrap_or(text.len() - start);
    let mut link = &text[start..start + length];
    // How many more brackets of each kind are opened than closed.
    let mut opened = BRACKETS.map(|(open, close)| {
        let count = |c: char| i32::try_from(link.matches(c).count()).unwrap_or(i32::MAX);
        count(open) - count(close)
    });
    while let Some(last) = link.chars().next_back() {
        let bracket = BRACKETS.iter().position(|(_, close)| *close == last);
        let belongs = match bracket {
            Some(kind) => opened[kind] >= 0,
            None => !matches!(
                last,
                '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '~' | '…'
            ),
        };
        if belongs {
            break;
        }
        if let Some(kind) = bracket {
            opened[kind] += 1;
        }
        link = &link[..link.len() - last.len_utf8()];
    }
    start + link.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn links(text: &str) -> Vec<&str> {
        pieces(text)
            .into_iter()
            .filter_map(|piece| match piece {
                Piece::Link(link) => Some(link),
                Piece::Text(_) => None,
            })
            .collect()
    }

    #[test]
    fn addresses_are_found_without_the_sentence_around_them() {
        for (text, expected) in [
            (
                "see https://a.example/x?y=1#z.",
                vec!["https://a.example/x?y=1#z"],
            ),
            ("(http://a.example/b_(c))", vec!["http://a.example/b_(c)"]),
            (
                "HTTPS://A.example, http://b",
                vec!["HTTPS://A.example", "http://b"],
            ),
            ("https://[::1]:80/ ok", vec!["https://[::1]:80/"]),
            ("olá https://exämple.de/ñ!", vec!["https://exämple.de/ñ"]),
        ] {
            assert_eq!(links(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_web_address_stays_text() {
        for text in [
            "javascript:alert(1)",
            "https://",
            "http:// x",
            "xhttp://a",
            "www.a.example",
            "data:text/html,x",
            "https://.",
            "",
        ] {
            assert_eq!(links(text), Vec::<&str>::new(), "{text}");
        }
    }

    /// Where a part of the text were looked at again and again, none of these would end.
    #[test]
    fn hostile_texts_are_read_once() {
        let much = |piece: &str| piece.repeat(400_000 / piece.len());
        assert_eq!(links(&["http://a", &much(")")].concat()), ["http://a"]);
        assert_eq!(links(&much("xhttp://")), Vec::<&str>::new());
        assert_eq!(links(&much("http://.")), Vec::<&str>::new());
        assert_eq!(links(&much("http://a")).len(), 1);
    }

    proptest! {
        #[test]
        fn nothing_of_the_text_is_lost(text in "(https?://|[a-z(). é😀\n]|//){0,30}") {
            let whole: String = pieces(&text).into_iter().map(|piece| match piece {
                Piece::Text(text) | Piece::Link(text) => text,
            }).collect();
            prop_assert_eq!(whole, text);
        }
    }
}
