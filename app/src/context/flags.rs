//! Parts of the inbox that the page around us hides.

/// The flags that hosts may set, by the names that they use. Some are for parts that a page never sees today; then nothing changes.
const NAMES: [&str; 9] = [
    "hideFooter",
    "hideBranding",
    "hideHeader",
    "hideConversationList",
    "hideContextCard",
    "hideSuggestions",
    "hideAttachments",
    "hideTemplates",
    "readOnly",
];

/// What is hidden. Flags hide what the operator could see, and never reveal anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flags(u16);

impl Flags {
    /// The list of conversations.
    pub const HIDE_LIST: Self = Self(1 << 3);
    /// The composer.
    pub const READ_ONLY: Self = Self(1 << 8);

    /// The flag of this name; `None` for names that this build does not know.
    pub fn of_name(name: &str) -> Option<Self> {
        let index = NAMES.iter().position(|known| *known == name)?;
        Some(Self(1 << index))
    }

    /// These, and `other` set or not set.
    #[must_use]
    pub const fn with(self, other: Self, on: bool) -> Self {
        if on {
            Self(self.0 | other.0)
        } else {
            Self(self.0 & !other.0)
        }
    }

    /// These, changed where `change` says so: first what it sets, then what it clears.
    #[must_use]
    pub const fn changed(self, change: (Self, Self)) -> Self {
        self.with(change.0, true).with(change.1, false)
    }

    /// True if all of `other` are set.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The names of those that are set, for the stylesheet; `None` if there are none.
    pub fn names(self) -> Option<String> {
        let names: Vec<_> = NAMES
            .into_iter()
            .enumerate()
            .filter(|(index, _)| self.0 & (1 << index) != 0)
            .map(|(_, name)| name)
            .collect();
        (!names.is_empty()).then(|| names.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_have_names() {
        for name in NAMES {
            let flag = Flags::of_name(name).unwrap();
            assert_eq!(flag.names().as_deref(), Some(name));
            assert_eq!(flag.with(flag, false), Flags::default());
        }
        assert_eq!(Flags::of_name("hideEverything"), None);
        assert_eq!(
            Flags::of_name("hideConversationList"),
            Some(Flags::HIDE_LIST)
        );
        assert_eq!(Flags::of_name("readOnly"), Some(Flags::READ_ONLY));
        assert_eq!(Flags::default().names(), None);
    }

    #[test]
    fn a_change_leaves_what_it_does_not_name() {
        let footer = Flags::of_name("hideFooter").unwrap();
        let before = footer.with(Flags::READ_ONLY, true);
        let after = before.changed((Flags::HIDE_LIST, footer));
        assert_eq!(
            after.names().as_deref(),
            Some("hideConversationList readOnly")
        );
        assert!(after.has(Flags::HIDE_LIST) && !after.has(footer));
    }
}
