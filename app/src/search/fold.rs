//! Letters as a search takes them: lower case, without accents.

/// The letters that stand for a character in a search; none for a mark on the letter before it.
pub fn fold(c: char) -> Vec<char> {
    if c.is_ascii() {
        return vec![c.to_ascii_lowercase()];
    }
    let plain = match c {
        'ß' | 'ẞ' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ø' | 'Ø' => "o",
        'đ' | 'Đ' | 'ð' | 'Ð' => "d",
        'ł' | 'Ł' => "l",
        'ı' => "i",
        _ => return parts_of(c),
    };
    plain.chars().collect()
}

fn parts_of(c: char) -> Vec<char> {
    apart(c)
        .chars()
        .filter(|part| !is_mark(*part))
        .flat_map(char::to_lowercase)
        .filter(|part| !is_mark(*part))
        .collect()
}

/// The letters of a text, folded.
pub fn folded(text: &str) -> String {
    text.chars().flat_map(fold).collect()
}

/// The words that a query asks for.
pub fn words_of(query: &str) -> Vec<String> {
    let folded = folded(query);
    let words = folded.split(|c: char| !c.is_alphanumeric());
    words
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect()
}

/// True for a single letter of an alphabet, which would find nearly everything. The server refuses it.
pub fn is_too_short(query: &str) -> bool {
    let mut chars = query.trim().chars();
    match (chars.next(), chars.next()) {
        (Some(only), None) => only < '\u{e00}',
        (first, _) => first.is_none(),
    }
}

/// Marks on letters: of Latin and its neighbours, Hebrew, Arabic, and those that are added to any script.
fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}'
        | '\u{591}'..='\u{5c7}'
        | '\u{610}'..='\u{61a}'
        | '\u{640}'
        | '\u{64b}'..='\u{65f}'
        | '\u{670}'
        | '\u{6d6}'..='\u{6ed}'
        | '\u{1ab0}'..='\u{1aff}'
        | '\u{20d0}'..='\u{20ff}'
        | '\u{3099}'
        | '\u{309a}')
}

/// A character taken apart by the browser, which has the tables.
#[cfg(target_arch = "wasm32")]
fn apart(c: char) -> String {
    js_sys::JsString::from(c.to_string())
        .normalize("NFKD")
        .into()
}

#[cfg(not(target_arch = "wasm32"))]
fn apart(c: char) -> String {
    use unicode_normalization::UnicodeNormalization;
    std::iter::once(c).nfkd().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_case_do_not_count() {
        for (text, expected) in [
            ("Ação", "acao"),
            ("STRAẞE Straße", "strasse strasse"),
            ("İstanbul ışık", "istanbul isik"),
            ("مُحَمَّد", "محمد"),
            ("Łódź", "lodz"),
            ("ﬁne", "fine"),
            ("北京", "北京"),
        ] {
            assert_eq!(folded(text), expected, "{text}");
        }
        assert!(is_too_short(" a ") && is_too_short("") && is_too_short("ع"));
        assert!(!is_too_short("ab") && !is_too_short("北") && !is_too_short("🎉"));
        assert_eq!(words_of(" São, paulo! "), ["sao", "paulo"]);
        assert_eq!(words_of("..."), [""; 0]);
    }
}
