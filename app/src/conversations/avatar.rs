//! Initials on a colour that stays the same for a person.

use super::Conversation;
use crate::drawn::text;
use leptos::prelude::*;

/// Up to two characters that stand for a name: the first of its first and last word. A number or a name without letters has its
/// first character that is no punctuation.
pub fn initials(label: &str) -> String {
    let first_letter = |word: &str| word.chars().find(|c| c.is_alphabetic());
    let mut words = label.split_whitespace().filter_map(first_letter);
    let Some(first) = words.next() else {
        return label
            .chars()
            .find(|c| !c.is_ascii_punctuation() && !c.is_whitespace() && *c != '…')
            .map_or_else(|| "?".to_owned(), String::from);
    };
    let last = words.next_back();
    std::iter::once(first)
        .chain(last)
        .flat_map(char::to_uppercase)
        .collect()
}

/// A hue in degrees, the same for an id on every machine.
pub fn hue(id: &str) -> u32 {
    // FNV-1a: short ids that differ in one character end far apart.
    let hash = id.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    // Its low bits hardly mix, and ids made together differ in few characters.
    let mixed = (hash ^ (hash >> 15)).wrapping_mul(0x85eb_ca6b);
    (mixed >> 16) % 360
}

/// The avatar of a conversation's contact. Decoration: the name stands beside it.
#[component]
pub fn Avatar(row: ArcRwSignal<Conversation>) -> impl IntoView {
    let hue = {
        let row = row.clone();
        text(move || row.with(|row| hue(row.contact.id.as_str()).to_string()))
    };
    view! {
        <span
            class="avatar"
            aria-hidden="true"
            style:--hue=hue
        >
            {text(move || row.with(|row| initials(&row.contact.label())))}
        </span>
    }
}

/// What to call the contact, as it is now.
#[component]
pub fn Name(row: ArcRwSignal<Conversation>) -> impl IntoView {
    text(move || row.with(|row| row.contact.label()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_come_from_letters_of_any_script() {
        for (label, expected) in [
            ("Ana Souza", "AS"),
            ("ana", "A"),
            ("João da Silva", "JS"),
            ("محمد علي", "مع"),
            ("@ana.s", "A"),
            ("+55 11 99999-0000", "5"),
            ("😀 Bia", "B"),
            ("😀", "😀"),
            ("…741918", "7"),
            ("", "?"),
        ] {
            assert_eq!(initials(label), expected, "{label}");
        }
    }

    #[test]
    fn hues_are_stable_and_spread() {
        assert_eq!(hue("ct_1"), hue("ct_1"));
        let hues: std::collections::HashSet<_> =
            (0..60).map(|n| hue(&format!("ct_{n}")) / 30).collect();
        assert!(hues.len() > 9, "{hues:?}");
    }
}
