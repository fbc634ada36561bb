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
    /// Spanish, in words that are understood on both sides of the ocean.
    Es,
    /// Modern Standard Arabic.
    Ar,
}

impl Locale {
    /// Every language, for a server that renders each variant of the shell once.
    pub const ALL: [Self; 4] = [Self::En, Self::Pt, Self::Es, Self::Ar];

    /// The language of a BCP 47 tag: its base language counts (`pt-BR`, `pt_PT` and `PT` are Portuguese), what is
    /// unknown is English.
    pub fn from_tag(tag: &str) -> Self {
        let base = tag.trim().split(['-', '_']).next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|locale| base.eq_ignore_ascii_case(locale.tag()))
            .unwrap_or_default()
    }

    /// The tag for `lang` attributes and messages.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Pt => "pt",
            Self::Es => "es",
            Self::Ar => "ar",
        }
    }

    /// The tag for dates, numbers and plurals. A region settles the order of day and month and the 24-hour clock; for Arabic also the
    /// calendar and the digits, which browsers choose differently where no region is named.
    pub const fn format_tag(self) -> &'static str {
        match self {
            Self::En => "en-GB",
            Self::Pt => "pt-BR",
            Self::Es => "es",
            Self::Ar => "ar-EG",
        }
    }

    /// The direction of its script.
    pub const fn dir(self) -> &'static str {
        match self {
            Self::En | Self::Pt | Self::Es => "ltr",
            Self::Ar => "rtl",
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
            ("es", Locale::Es),
            ("es-MX", Locale::Es),
            ("es-419", Locale::Es),
            ("ES_ar", Locale::Es),
            ("ar", Locale::Ar),
            ("ar-EG", Locale::Ar),
            ("ar-Arab-SA", Locale::Ar),
            (" AR ", Locale::Ar),
            ("arn", Locale::En),
            ("est", Locale::En),
            ("de", Locale::En),
            ("ptx", Locale::En),
            ("", Locale::En),
        ] {
            assert_eq!(Locale::from_tag(tag), locale, "{tag}");
        }
    }
}
