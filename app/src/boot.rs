//! What the server knows about the visit before the page exists. Server and browser render the same tree from the same value,
//! so hydration has nothing to disagree about.

use crate::i18n::Locale;
use serde::{Deserialize, Serialize};

/// Light, dark, or what the reader's system says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// Dark text on light surfaces.
    #[default]
    Light,
    /// Light text on dark surfaces.
    Dark,
    /// Follows `prefers-color-scheme`.
    System,
}

impl Theme {
    /// Every theme, for a server that renders each variant of the shell once.
    pub const ALL: [Self; 3] = [Self::Light, Self::Dark, Self::System];

    /// The theme of this name; what is unknown is light.
    pub fn from_name(name: &str) -> Self {
        match name.trim().to_ascii_lowercase().as_str() {
            "dark" => Self::Dark,
            "system" => Self::System,
            _ => Self::Light,
        }
    }

    /// Its name in a URL, in `data-theme` and in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::System => "system",
        }
    }
}

/// Everything that decides what the shell looks like. It holds nothing of one visitor, so a rendered shell can be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Boot {
    /// Language of the words.
    pub locale: Locale,
    /// Colours.
    pub theme: Theme,
    /// True if the address names a parent page. The origin itself is read from the address by the browser.
    pub embedded: bool,
    /// True on our own page, for somebody who is signed in.
    #[serde(default)]
    pub console: bool,
}

/// The id of the element that carries [`Boot`] as JSON.
pub const BOOT_ELEMENT: &str = "boot";
/// The id of the element that is hydrated.
pub const APP_ELEMENT: &str = "app";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_themes_are_read_leniently() {
        for theme in Theme::ALL {
            assert_eq!(Theme::from_name(theme.name()), theme);
        }
        assert_eq!(Theme::from_name(" DARK "), Theme::Dark);
        assert_eq!(Theme::from_name("solarized"), Theme::Light);
        assert_eq!(Theme::from_name(""), Theme::Light);
    }
}
