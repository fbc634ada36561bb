//! The emoji of a language, and finding some.

use crate::wire::{Json, Wire};

/// One emoji.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emoji {
    /// Itself.
    pub sign: String,
    /// What it is called.
    pub name: String,
    /// What it is found by: small words without accents, with blanks between them.
    pub words: String,
    /// Itself in each of the five skin tones, or none.
    pub tones: Vec<String>,
}

/// All of them, in Unicode's groups and order.
pub type Groups = Vec<Vec<Emoji>>;

impl Wire for Emoji {
    fn read(json: &Json) -> Option<Self> {
        let parts = json.items()?;
        let text = |index: usize| parts.get(index).and_then(Json::text);
        Some(Self {
            sign: text(0)?,
            name: text(1)?,
            words: text(2)?,
            tones: match parts.get(3) {
                Some(tones) => Vec::read(tones)?,
                None => Vec::new(),
            },
        })
    }
}

impl Emoji {
    /// In a skin tone, where it has them; 0 is none.
    pub fn in_tone(&self, tone: usize) -> &str {
        tone.checked_sub(1)
            .and_then(|index| self.tones.get(index))
            .unwrap_or(&self.sign)
    }
}

/// At most `most` emoji of which some word begins with each word of `query`, which is folded as their words are. Those whose name
/// begins so come first.
pub fn find<'a>(groups: &'a Groups, query: &str, most: usize) -> Vec<&'a Emoji> {
    let wanted: Vec<&str> = query.split_whitespace().collect();
    let Some(first) = wanted.first() else {
        return Vec::new();
    };
    let all = groups.iter().flatten().filter(|emoji| {
        wanted
            .iter()
            .all(|word| emoji.words.split(' ').any(|other| other.starts_with(word)))
    });
    let (mut found, others): (Vec<_>, Vec<_>) =
        all.partition(|emoji| emoji.words.starts_with(first));
    found.extend(others);
    found.truncate(most);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::parse;

    fn file(locale: &str) -> Groups {
        let path = [
            env!("CARGO_MANIFEST_DIR"),
            "/../public/emoji/",
            locale,
            ".json",
        ]
        .concat();
        parse(&std::fs::read_to_string(path).unwrap()).unwrap()
    }

    fn signs(found: &[&Emoji]) -> Vec<String> {
        found.iter().map(|emoji| emoji.sign.clone()).collect()
    }

    #[test]
    fn every_language_has_the_same_emoji_in_the_same_order() {
        let english = file("en");
        assert!(english.iter().map(Vec::len).sum::<usize>() > 1_800);
        for locale in ["pt", "es", "ar"] {
            let other = file(locale);
            assert_eq!(other.len(), english.len());
            for (group, others) in english.iter().zip(&other) {
                let signs = |group: &[Emoji]| {
                    let all = group.iter().map(|it| (it.sign.clone(), it.tones.clone()));
                    all.collect::<Vec<_>>()
                };
                assert_eq!(signs(group), signs(others), "{locale}");
            }
        }
        for emoji in english.iter().flatten() {
            assert!(
                !emoji.name.is_empty() && !emoji.words.is_empty(),
                "{emoji:?}"
            );
            assert!(
                emoji.tones.is_empty() || emoji.tones.len() == 5,
                "{emoji:?}"
            );
            assert!(
                crate::messages::check_sign(&emoji.sign).is_ok(),
                "{emoji:?}"
            );
        }
    }

    #[test]
    fn they_are_found_by_words_of_each_language() {
        for (locale, query, sign) in [
            ("en", "thumb up", "👍"),
            ("en", "tada", "🎉"),
            ("pt", "coracao verm", "❤️"),
            ("es", "corazon rojo", "❤️"),
            ("ar", "قلب احمر", "❤️"),
            ("ar", "flag: brazil", "🇧🇷"),
        ] {
            let groups = file(locale);
            let query = query.replace(':', "");
            let found = signs(&find(&groups, &query, 20));
            let bare = |text: &str| text.replace('\u{fe0f}', "");
            assert!(
                found.iter().any(|found| bare(found) == bare(sign)),
                "{locale} {query}: {found:?}"
            );
        }
        let groups = file("en");
        assert_eq!(find(&groups, "", 9).len(), 0);
        assert_eq!(find(&groups, "qqqq", 9).len(), 0);
        assert_eq!(find(&groups, "face", 9).len(), 9);
        assert_eq!(
            find(&groups, "cat", 9)[0].words.split(' ').next(),
            Some("cat")
        );
    }

    #[test]
    fn a_tone_is_put_on_whom_it_fits() {
        let groups = file("en");
        let wave = find(&groups, "waving hand", 1)[0];
        assert_eq!(
            [wave.in_tone(0), wave.in_tone(3), wave.in_tone(9)],
            ["👋", "👋🏽", "👋"]
        );
        let cat = find(&groups, "cat", 1)[0];
        assert_eq!(cat.in_tone(3), cat.sign);
    }
}
