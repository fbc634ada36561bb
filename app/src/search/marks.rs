//! Where in a text the words are that somebody looks for.

use super::fold::{fold, words_of};

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// What it says.
    pub words: String,
    /// Whether it was looked for.
    pub hit: bool,
}

/// Where words may be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    /// At the beginning of a word, as in messages.
    Beginnings,
    /// Anywhere, as in names.
    Anywhere,
}

/// Characters before the first hit of a [`snippet`].
const BEFORE: usize = 24;
/// Characters of a [`snippet`].
const LENGTH: usize = 160;

/// A text, cut into what was looked for and what was not.
pub fn marked(text: &str, query: &str, within: Within) -> Vec<Marked> {
    let chars: Vec<char> = text.chars().collect();
    let hits = hits(&chars, query, within);
    pieces(&chars, &hits)
}

/// The part of a long text around the first word that was looked for, on one line.
pub fn snippet(text: &str, query: &str) -> Vec<Marked> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let chars: Vec<char> = words.join(" ").chars().collect();
    let hits = hits(&chars, query, Within::Beginnings);
    let first = hits.iter().position(|hit| *hit).unwrap_or(0);
    let mut from = first.saturating_sub(BEFORE);
    if from > 0 {
        // It begins with a whole word.
        let blank = chars[from..first].iter().position(|c| *c == ' ');
        from += blank.map_or(0, |blank| blank + 1);
    }
    let to = (from + LENGTH).min(chars.len());
    let mut found = pieces(&chars[from..to], &hits[from..to]);
    let dots = |words: &str| Marked {
        words: words.to_owned(),
        hit: false,
    };
    if from > 0 {
        found.insert(0, dots("… "));
    }
    if to < chars.len() {
        found.push(dots("…"));
    }
    found
}

/// For each character whether it was looked for.
fn hits(chars: &[char], query: &str, within: Within) -> Vec<bool> {
    let words: Vec<Vec<char>> = words_of(query)
        .iter()
        .map(|word| word.chars().collect())
        .collect();
    // Each letter of the folded text, with the place of the character that it comes from.
    let folded: Vec<(char, usize)> = chars
        .iter()
        .enumerate()
        .flat_map(|(at, c)| fold(*c).into_iter().map(move |letter| (letter, at)))
        .collect();
    let mut hits = vec![false; chars.len()];
    for start in 0..folded.len() {
        let begins = start == 0 || !folded[start - 1].0.is_alphanumeric();
        for word in &words {
            // Some scripts put no space between words.
            let unspaced = word[0] >= '\u{e00}';
            if !begins && !unspaced && within == Within::Beginnings {
                continue;
            }
            let rest = &folded[start..];
            let is_it = rest.len() >= word.len() && word.iter().zip(rest).all(|(a, (b, _))| a == b);
            if is_it {
                let (from, to) = (folded[start].1, rest[word.len() - 1].1);
                hits[from..=to].fill(true);
            }
        }
    }
    hits
}

fn pieces(chars: &[char], hits: &[bool]) -> Vec<Marked> {
    let mut found: Vec<Marked> = Vec::new();
    for (c, hit) in chars.iter().zip(hits) {
        match found.last_mut().filter(|last| last.hit == *hit) {
            Some(last) => last.words.push(*c),
            None => found.push(Marked {
                words: c.to_string(),
                hit: *hit,
            }),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hits in brackets.
    fn shown(pieces: &[Marked]) -> String {
        pieces
            .iter()
            .map(|piece| {
                if piece.hit {
                    format!("[{}]", piece.words)
                } else {
                    piece.words.clone()
                }
            })
            .collect()
    }

    #[test]
    fn words_are_marked_as_they_were_written() {
        for (text, query, expected) in [
            ("A ação é boa", "acao", "A [ação] é boa"),
            ("invoice, INVOICES", "invoi", "[invoi]ce, [INVOI]CES"),
            ("a reinvoice", "invoice", "a reinvoice"),
            ("Straße 5", "strasse", "[Straße] 5"),
            ("two words here", "HERE two", "[two] words [here]"),
            ("北京市", "京市", "北[京市]"),
            ("مُحَمَّد هنا", "محمد", "[مُحَمَّد] هنا"),
            ("nothing", "", "nothing"),
            ("", "x", ""),
        ] {
            let found = marked(text, query, Within::Beginnings);
            assert_eq!(shown(&found), expected, "{query} in {text}");
        }
        let name = marked("Marianne", "anne", Within::Anywhere);
        assert_eq!(shown(&name), "Mari[anne]");
    }

    #[test]
    fn a_snippet_has_the_first_hit_in_it() {
        let long = format!(
            "{}the invoice is here {}",
            "word ".repeat(40),
            "end ".repeat(80)
        );
        let found = snippet(&long, "invoice");
        assert_eq!(found[0].words, "… ");
        assert!(shown(&found).starts_with("… word word word the [invoice] is here end"));
        assert!(shown(&found).ends_with('…'));
        let chars: usize = found.iter().map(|it| it.words.chars().count()).sum();
        assert!(chars <= LENGTH + 3, "{chars}");
        assert_eq!(shown(&snippet("one\n two", "two")), "one [two]");
        assert_eq!(shown(&snippet("no hit", "zzz")), "no hit");
    }
}
