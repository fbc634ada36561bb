//! How well a name fits what somebody typed.

use crate::search::words_of;

/// A name, ready to be compared.
#[derive(Debug, Clone)]
pub struct Name(Vec<char>);

impl Name {
    /// Takes a text that [`crate::search::folded`] made.
    pub fn of(folded: &str) -> Self {
        Self(folded.chars().collect())
    }

    fn begins_word(&self, at: usize) -> bool {
        at == 0 || !self.0[at - 1].is_alphanumeric()
    }
}

/// What somebody typed.
#[derive(Debug, Clone)]
pub struct Typed(Vec<Vec<char>>);

impl Typed {
    /// Reads it.
    pub fn of(query: &str) -> Self {
        let words = words_of(query);
        Self(words.iter().map(|word| word.chars().collect()).collect())
    }

    /// True if there is nothing to compare.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How well a name fits: more is better, `None` if it does not. Every word must be in it, letter for letter in this order.
    pub fn fits(&self, name: &Name) -> Option<u32> {
        let mut score = 0;
        for word in &self.0 {
            let starts = (0..name.0.len()).filter(|at| name.0[*at] == word[0]);
            score += starts.filter_map(|at| run(name, word, at)).max()?;
        }
        // Of two that fit alike the shorter one is meant.
        let length = u32::try_from(name.0.len()).unwrap_or(u32::MAX);
        Some(score * 100 + 100_u32.saturating_sub(length))
    }
}

/// Follows a word through a name from `start` on: letters that stand together or begin a word count most.
fn run(name: &Name, word: &[char], start: usize) -> Option<u32> {
    const NEXT: u32 = 3;
    const BEGINS: u32 = 5;
    let mut score = if name.begins_word(start) {
        2 * BEGINS
    } else {
        0
    };
    let mut last = start;
    for letter in &word[1..] {
        let rest = last + 1..name.0.len();
        if name.0.get(last + 1) == Some(letter) {
            score += NEXT;
            last += 1;
            continue;
        }
        // The beginning of a later word, or else the next place at all.
        let begins = |at: &usize| name.0[*at] == *letter && name.begins_word(*at);
        if let Some(at) = rest.clone().find(begins) {
            score += BEGINS;
            last = at;
        } else {
            last = rest.clone().find(|at| name.0[*at] == *letter)?;
            score += 1;
        }
    }
    Some(score + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::folded;

    fn fits(query: &str, name: &str) -> Option<u32> {
        Typed::of(query).fits(&Name::of(&folded(name)))
    }

    fn order<'n>(query: &str, names: &[&'n str]) -> Vec<&'n str> {
        let mut found: Vec<_> = names
            .iter()
            .filter_map(|name| Some((fits(query, name)?, *name)))
            .collect();
        found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        found.into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn letters_must_be_there_in_their_order() {
        assert!(fits("snt", "Send a template").is_some());
        assert!(fits("template send", "Send a template").is_some());
        assert!(fits("tns", "Send it").is_none());
        assert!(fits("ana zz", "Ana Souza").is_none());
        assert!(fits("joao", "João da Silva").is_some());
        assert!(fits("محمد", "مُحَمَّد علي").is_some());
        assert!(fits("9999", "+55 11 99999-0000").is_some());
    }

    #[test]
    fn what_begins_alike_comes_before_what_merely_contains() {
        assert_eq!(
            order("ana", &["Luciana", "Joana Prado", "Ana Souza", "Bruno"]),
            ["Ana Souza", "Luciana", "Joana Prado"]
        );
        assert_eq!(
            order("js", &["Josias", "João da Silva", "Jens"])[0],
            "João da Silva"
        );
        assert_eq!(order("ana", &["Ana Maria Souza", "Ana"])[0], "Ana");
    }
}
