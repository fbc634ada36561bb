//! How a tenant's inbox looks: what the browser is told of it, and how that is put on screen.
//!
//! The server decides everything: whose branding counts, and every colour of it, so that the browser has nothing to compute.

#[cfg(not(target_arch = "wasm32"))]
pub mod colour;
#[cfg(not(target_arch = "wasm32"))]
pub mod palette;
mod screen;

pub use screen::{Foot, Head, wear};

use serde::{Deserialize, Serialize};

/// The id of the element that carries the [`Brand`] of the first paint as JSON.
pub const BRAND_ELEMENT: &str = "brand";
/// The id of the style element with the colours of the first paint.
pub const SKIN_ELEMENT: &str = "skin";

/// Roles of colours that a tenant's own colours decide: custom properties are called `--brand-light-<role>` and `--brand-dark-<role>`, and the
/// stylesheet falls back to its own where there is none.
pub const ROLES: [&str; 16] = [
    "accent",
    "accent-text",
    "accent-strong",
    "surface-0",
    "surface-1",
    "surface-2",
    "surface-3",
    "border",
    "border-strong",
    "text",
    "text-muted",
    "bubble-in",
    "bubble-out",
    "danger",
    "read",
    "skeleton",
];

/// What of a tenant's look is shown. The default is the neutral one: it names nobody, not even us.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Brand {
    /// Title.
    pub name: Option<String>,
    /// Line under the title.
    pub subtitle: Option<String>,
    /// Address of a picture that stands for the title.
    pub logo: Option<String>,
    /// Address of the help page.
    pub support: Option<String>,
    /// Whether the footer names this product.
    pub footer: bool,
    /// Colours on light surfaces as `#rrggbb`, in the order of [`ROLES`]; none where the stylesheet's own are meant.
    pub light: Vec<String>,
    /// The same on dark surfaces.
    pub dark: Vec<String>,
}

impl Brand {
    /// Whether there is anything for the head.
    pub const fn has_head(&self) -> bool {
        self.name.is_some() || self.logo.is_some() || self.subtitle.is_some()
    }

    /// Whether there is anything for the foot.
    pub const fn has_foot(&self) -> bool {
        self.footer || self.support.is_some()
    }
}

/// The name of a custom property.
fn property(mode: &str, role: &str) -> String {
    ["--brand-", mode, "-", role].concat()
}

#[cfg(not(target_arch = "wasm32"))]
impl Brand {
    /// Rules that colour the first paint; nothing without colours. Nothing gets in that is no colour.
    pub fn rules(&self) -> String {
        let mut rules = String::new();
        for (mode, values) in [("light", &self.light), ("dark", &self.dark)] {
            for (role, value) in ROLES.iter().zip(values) {
                if let Some(colour) = colour::Rgb::parse(value) {
                    rules += &[&property(mode, role), ":", &colour.to_string(), ";"].concat();
                }
            }
        }
        if rules.is_empty() {
            return rules;
        }
        [":root{", &rules, "}"].concat()
    }

    /// The custom properties, for a page that wears them before they are stored.
    pub fn properties(&self) -> Vec<(String, String)> {
        let modes = [("light", &self.light), ("dark", &self.dark)];
        let of_mode = |(mode, values): (&'static str, &Vec<String>)| {
            let pairs = ROLES.iter().zip(values.clone());
            let named = pairs.map(move |(role, value)| (property(mode, role), value));
            named.collect::<Vec<_>>()
        };
        modes.into_iter().flat_map(of_mode).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stylesheet_asks_for_every_colour() {
        let css = include_str!("../../../style/tokens.css");
        for role in ROLES {
            for (mode, times) in [("light", 1), ("dark", 2)] {
                let asked = format!("--{role}: var({},", property(mode, role));
                assert_eq!(css.matches(&asked).count(), times, "{asked}");
            }
        }
    }

    #[test]
    fn both_ways_of_being_dark_look_the_same() {
        let css = include_str!("../../../style/tokens.css");
        let values = |selector: &str| -> Vec<&str> {
            let (_, block) = css.split_once(selector).unwrap();
            let (block, _) = block.split_once('}').unwrap();
            let lines = block.lines().map(str::trim);
            lines.filter(|line| !line.is_empty()).collect()
        };
        let chosen = values(":root[data-theme=\"dark\"] {");
        assert!(chosen.len() > 20);
        assert_eq!(chosen, values(":root[data-theme=\"system\"] {"));
    }

    #[test]
    fn only_colours_get_into_the_rules() {
        let mut brand = Brand {
            light: vec!["#0A7cff".into(), "red;}*{x:1".into(), "#00000".into()],
            ..Brand::default()
        };
        assert_eq!(brand.rules(), ":root{--brand-light-accent:#0a7cff;}");
        brand.light.clear();
        assert_eq!(brand.rules(), "");
    }
}
