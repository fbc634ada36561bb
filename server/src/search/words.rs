//! A text into words: lower case, without accents, the same for what is stored and for what is asked.

use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// Longer words count by their beginning.
const WORD_CHARS: usize = 32;
/// Different words of one text; WhatsApp's longest text has at most 2,048.
const WORDS: usize = 2_048;
/// Different endings of one contact's names.
const ENDINGS: usize = 512;
/// Words of a query; what comes after them is left out.
const ASKED: usize = 16;

/// The words of a message's text, each once.
pub fn words_of_text(text: &str) -> Vec<String> {
    let mut words = BTreeSet::new();
    for piece in pieces(text) {
        piece.stored(&mut words);
        if words.len() >= WORDS {
            break;
        }
    }
    words.into_iter().collect()
}

/// The words of a contact's names and phone with each of their endings, so that any part of them can be asked for.
pub fn words_of_names<'n>(names: impl IntoIterator<Item = &'n str>) -> Vec<String> {
    let mut words = BTreeSet::new();
    for name in names {
        for piece in pieces(name) {
            match piece {
                Piece::Word(word) => {
                    let endings = word.char_indices().map(|(at, _)| word[at..].to_owned());
                    words.extend(endings);
                }
                other => other.stored(&mut words),
            }
            if words.len() >= ENDINGS {
                break;
            }
        }
    }
    words.into_iter().collect()
}

/// The words that must all be there, each as the beginning of a word.
pub fn words_asked(query: &str) -> Vec<String> {
    let mut words = Vec::new();
    for piece in pieces(query) {
        let asked = match piece {
            Piece::Word(word) | Piece::Sign(word) => vec![word],
            // A pair of neighbours for each pair; the last one alone says nothing more.
            Piece::Run(run) if run.len() > 1 => pairs(&run).collect(),
            Piece::Run(run) => vec![run.iter().collect()],
        };
        for word in asked {
            if !words.contains(&word) {
                words.push(word);
            }
        }
    }
    words.truncate(ASKED);
    words
}

/// Whether these words of a query are worth a search: a single letter of an alphabet would find nearly everything.
pub fn are_enough(words: &[String]) -> bool {
    words.iter().any(|word| {
        let mut chars = word.chars();
        match (chars.next(), chars.next()) {
            (Some(_), Some(_)) => true,
            (Some(only), None) => part(only) != Part::Letter,
            (None, _) => false,
        }
    })
}

/// What stands together.
enum Piece {
    /// Letters and digits between things that are not.
    Word(String),
    /// Letters of a script that puts no space between words.
    Run(Vec<char>),
    /// An emoji or another sign that means something alone.
    Sign(String),
}

impl Piece {
    fn stored(self, words: &mut BTreeSet<String>) {
        match self {
            Self::Word(word) | Self::Sign(word) => {
                words.insert(word);
            }
            Self::Run(run) => {
                words.extend(run.last().map(char::to_string));
                words.extend(pairs(&run));
            }
        }
    }
}

fn pairs(run: &[char]) -> impl Iterator<Item = String> {
    run.windows(2).map(|pair| pair.iter().collect())
}

/// How a character takes part.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Letter,
    Unspaced,
    Sign,
    /// Passed over without ending a word.
    Nothing,
    Gap,
}

fn part(c: char) -> Part {
    match c {
        // Joiners, variation selectors, skin tones and tags within a flag; apostrophes, so that a word is the same with and without.
        '\u{200b}'..='\u{200f}'
        | '\u{ad}'
        | '\u{2060}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{1f3fb}'..='\u{1f3ff}'
        | '\u{e0000}'..='\u{e01ef}'
        | '\''
        | '\u{2019}'
        | '\u{2bc}' => Part::Nothing,
        c if c.is_alphanumeric() && is_unspaced(c) => Part::Unspaced,
        c if c.is_alphanumeric() => Part::Letter,
        c if matches!(
            c.general_category(),
            GeneralCategory::OtherSymbol | GeneralCategory::CurrencySymbol
        ) =>
        {
            // A plus or a dollar is not worth a word, and the mark for what could not be read is none.
            if c.is_ascii() || c == '\u{fffd}' {
                Part::Gap
            } else {
                Part::Sign
            }
        }
        _ => Part::Gap,
    }
}

/// Thai, Lao, Myanmar, Khmer, Japanese, Chinese. (Korean has spaces.)
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}'
        | '\u{1000}'..='\u{109f}'
        | '\u{1780}'..='\u{17ff}'
        | '\u{3005}'..='\u{3007}'
        | '\u{3040}'..='\u{30ff}'
        | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut word = String::new();
    let mut run = Vec::new();
    let end_word = |word: &mut String, found: &mut Vec<Piece>| {
        if !word.is_empty() {
            found.push(Piece::Word(std::mem::take(word)));
        }
    };
    let end_run = |run: &mut Vec<char>, found: &mut Vec<Piece>| {
        if !run.is_empty() {
            found.push(Piece::Run(std::mem::take(run)));
        }
    };
    let mut word_chars = 0;
    for c in folded(text) {
        match part(c) {
            Part::Nothing => {}
            Part::Letter => {
                end_run(&mut run, &mut found);
                if word.is_empty() {
                    word_chars = 0;
                }
                word_chars += 1;
                if word_chars <= WORD_CHARS {
                    word.push(c);
                }
            }
            Part::Unspaced => {
                end_word(&mut word, &mut found);
                run.push(c);
            }
            Part::Sign => {
                end_word(&mut word, &mut found);
                end_run(&mut run, &mut found);
                found.push(Piece::Sign(c.to_string()));
            }
            Part::Gap => {
                end_word(&mut word, &mut found);
                end_run(&mut run, &mut found);
            }
        }
    }
    end_word(&mut word, &mut found);
    end_run(&mut run, &mut found);
    found
}

/// Lower case, compatibility forms taken apart, accents dropped, and the letters that Unicode does not take apart spelled plainly.
/// Syllables of Korean, which come apart as well, are put together again.
fn folded(text: &str) -> impl Iterator<Item = char> {
    text.chars()
        .flat_map(|c| {
            // Taken apart, a sign like № would grow together with what follows it.
            let gap = (c.general_category() == GeneralCategory::OtherSymbol).then_some(' ');
            gap.into_iter().chain(std::iter::once(c)).chain(gap)
        })
        .nfkd()
        .flat_map(char::to_lowercase)
        .flat_map(plain)
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .nfc()
}

fn plain(c: char) -> impl Iterator<Item = char> {
    let (first, second) = match c {
        'ß' => ('s', Some('s')),
        'æ' => ('a', Some('e')),
        'œ' => ('o', Some('e')),
        'þ' => ('t', Some('h')),
        'ø' => ('o', None),
        'đ' | 'ð' => ('d', None),
        'ł' => ('l', None),
        'ħ' => ('h', None),
        'ŧ' => ('t', None),
        'ı' => ('i', None),
        'ς' => ('σ', None),
        // Arabic: forms of alef, yeh and teh that people use for one another, and the stretching stroke.
        '\u{671}' => ('\u{627}', None),
        '\u{649}' => ('\u{64a}', None),
        '\u{629}' => ('\u{647}', None),
        '\u{640}' => ('\u{200b}', None),
        other => (other, None),
    };
    std::iter::once(first).chain(second)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(text: &str) -> String {
        words_of_text(text).join(" ")
    }

    #[test]
    fn case_accents_and_marks_do_not_count() {
        for (left, right) in [
            ("Café", "cafe\u{301}"),
            ("CAFÉ", "cafe"),
            ("São João", "sao joao"),
            ("Straße", "STRASSE"),
            ("Ørsted Łódź", "orsted lodz"),
            ("İstanbul ISTANBUL ı", "istanbul i"),
            ("ﬁn", "fin"),
            ("Ａｂｃ１２", "abc12"),
            ("Ὀδυσσεύς", "ΟΔΥΣΣΕΥΣ"),
            ("ёлка", "елка"),
            ("don’t", "dont"),
            ("أحمد إبراهيم", "احمد ابراهيم"),
            ("שָׁלוֹם", "שלום"),
            ("Việt Nam", "viet nam"),
        ] {
            assert_eq!(text(left), text(right), "{left} {right}");
        }
        assert_eq!(text("한글"), "한글");
    }

    #[test]
    fn words_end_where_people_see_an_end() {
        assert_eq!(text("order #13, re:order-13 (ok)"), "13 ok order re");
        assert_eq!(text("ana@example.com"), "ana com example");
        assert_eq!(text("a_b\u{a0}c\u{2003}d\ne"), "a b c d e");
        assert_eq!(text(""), "");
        assert_eq!(text(" .,;\u{fffd}\0"), "");
        assert_eq!(text("10€"), "10 €");
        assert_eq!(text("№13™"), "13 no tm");
        assert_eq!(text(&"x".repeat(100)), "x".repeat(32));
    }

    #[test]
    fn emoji_are_words() {
        assert_eq!(text("👍🏽ok❤\u{fe0f}"), "ok ❤ 👍");
        assert_eq!(text("👍👍"), "👍");
        assert_eq!(words_asked("👍🏿"), ["👍"]);
        assert_eq!(text("👩\u{200d}👧"), "👧 👩");
    }

    #[test]
    fn scripts_without_spaces_are_asked_for_by_pairs() {
        assert_eq!(text("東京都abc"), "abc 京都 東京 都");
        assert_eq!(words_asked("東京都"), ["東京", "京都"]);
        assert_eq!(words_asked("都"), ["都"]);
    }

    #[test]
    fn names_are_found_by_any_part() {
        let words = words_of_names(["Mariana", "4917012"]);
        for asked in ["mar", "ana", "iana", "17012", "2"] {
            assert!(
                words.iter().any(|word| word.starts_with(asked)),
                "{asked} in {words:?}"
            );
        }
        assert!(!words.iter().any(|word| word.starts_with("anam")));
    }

    #[test]
    fn long_texts_have_an_end() {
        let many: String = (0..10_000).fold(String::new(), |all, n| all + &format!("w{n} "));
        assert!(words_of_text(&many).len() <= WORDS);
        assert!(words_of_names([many.as_str()]).len() <= ENDINGS + WORD_CHARS);
        assert_eq!(words_asked(&many).len(), ASKED);
    }

    proptest! {
        #[test]
        fn whatever_is_written_finds_itself(written in "\\PC{0,60}") {
            let stored = words_of_text(&written);
            for asked in words_asked(&written) {
                prop_assert!(
                    stored.iter().any(|word| word.starts_with(&asked)),
                    "{asked:?} in {stored:?}"
                );
            }
        }

        #[test]
        fn words_hold_nothing_that_a_query_language_knows(written in any::<String>()) {
            for word in words_of_text(&written) {
                prop_assert!(!word.is_empty());
                for c in word.chars() {
                    prop_assert!(c.is_alphanumeric() || !c.is_ascii(), "{word:?}");
                    prop_assert!(!c.is_whitespace() && !c.is_control(), "{word:?}");
                }
            }
        }

        #[test]
        fn folding_twice_changes_nothing(written in any::<String>()) {
            for word in words_of_text(&written) {
                let again = words_of_text(&word);
                prop_assert!(again.iter().any(|w| word.starts_with(w.as_str()) || w == &word), "{word:?} {again:?}");
            }
        }
    }
}
