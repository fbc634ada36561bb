//! Which language.

use serde::{Deserialize, Serialize};

/// A language that the inbox speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// Portuguese, as written in Brazil.
    Pt,
}

impl Locale {
    /// Every language, for a server that renders each variant of the shell once.
    pub const ALL: [Self; 2] = [Self::En, Self::Pt];

    /// The language of a BCP 47 tag: its base language counts (`pt-BR`, `pt_PT` and `PT` are Portuguese), what is unknown is English.
    pub fn from_tag(tag: &str) -> Self {
        let base = tag.trim().split(['-', '_']).next().unwrap_or_default();
        if base.eq_ignore_ascii_case("pt") {
            Self::Pt
        } else {
            Self::En
        }
    }

    /// The tag for `lang` attributes and messages.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Pt => "pt",
        }
    }

    /// The tag for dates and numbers. A region settles the order of day and month and the 24-hour clock.
    pub const fn format_tag(self) -> &'static str {
        match self {
            Self::En => "en-GB",
            Self::Pt => "pt-BR",
        }
    }

    /// The direction of its script.
    pub const fn dir(self) -> &'static str {
        match self {
            Self::En | Self::Pt => "ltr",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_fall_back_to_their_base_language_and_then_to_english() {
        for (tag, locale) in [
            ("pt", Locale::Pt),
            ("pt-BR", Locale::Pt),
            ("PT_pt", Locale::Pt),
            ("en-US", Locale::En),
            ("de", Locale::En),
            ("ptx", Locale::En),
            ("", Locale::En),
        ] {
            assert_eq!(Locale::from_tag(tag), locale, "{tag}");
        }
    }
}
