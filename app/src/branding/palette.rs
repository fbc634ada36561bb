//! All colours from the two that a tenant gives. Whatever those are, what is to be read can be read: by WCAG 2.2, 4.5 to 1 for text and
//! 3 to 1 for icons, on light and on dark surfaces.

use super::ROLES;
use super::colour::{Oklch, Rgb};

/// Contrast of text.
const TEXT: f64 = 4.5;
/// Contrast of the main text where that is possible without a compromise.
const MAIN_TEXT: f64 = 7.0;
/// Contrast of icons.
const ICON: f64 = 3.0;
/// Steps of lightness in the search for a colour that can be read.
const STEP: f64 = 0.01;
/// Surfaces are quiet, whatever colour they were given.
const SURFACE_CHROMA: f64 = 0.04;

/// One of the two ways to look. The surfaces are those of `style/tokens.css`.
struct Mode {
    /// Where lightness goes for more contrast: 0 on light surfaces, 1 on dark ones.
    away: f64,
    surfaces: [Oklch; 4],
    border: Oklch,
    border_strong: Oklch,
    bubble_in: Oklch,
    skeleton: Oklch,
    text: Oklch,
    text_muted: Oklch,
    danger: Oklch,
    read: Oklch,
    accent: Oklch,
    /// How much of the accent is in our own bubbles.
    bubble_share: f64,
    /// What it is mixed into.
    bubble_base: Oklch,
    /// Lightness of a background that fits this mode as it is given.
    background: (f64, f64),
}

const LIGHT: Mode = Mode {
    away: 0.0,
    surfaces: [
        Oklch::css(0.968, 0.004, 250.0),
        Oklch::css(1.0, 0.0, 0.0),
        Oklch::css(0.965, 0.005, 250.0),
        Oklch::css(0.93, 0.008, 250.0),
    ],
    border: Oklch::css(0.915, 0.006, 250.0),
    border_strong: Oklch::css(0.8, 0.012, 250.0),
    bubble_in: Oklch::css(1.0, 0.0, 0.0),
    skeleton: Oklch::css(0.93, 0.005, 250.0),
    text: Oklch::css(0.24, 0.015, 255.0),
    text_muted: Oklch::css(0.5, 0.018, 255.0),
    danger: Oklch::css(0.53, 0.19, 27.0),
    read: Oklch::css(0.55, 0.15, 245.0),
    accent: Oklch::css(0.52, 0.13, 255.0),
    bubble_share: 0.14,
    bubble_base: Oklch::css(1.0, 0.0, 0.0),
    background: (0.94, 1.0),
};

const DARK: Mode = Mode {
    away: 1.0,
    surfaces: [
        Oklch::css(0.185, 0.008, 255.0),
        Oklch::css(0.22, 0.01, 255.0),
        Oklch::css(0.26, 0.012, 255.0),
        Oklch::css(0.31, 0.016, 255.0),
    ],
    border: Oklch::css(0.3, 0.012, 255.0),
    border_strong: Oklch::css(0.42, 0.016, 255.0),
    bubble_in: Oklch::css(0.265, 0.012, 255.0),
    skeleton: Oklch::css(0.27, 0.01, 255.0),
    text: Oklch::css(0.94, 0.006, 255.0),
    text_muted: Oklch::css(0.72, 0.014, 255.0),
    danger: Oklch::css(0.74, 0.15, 25.0),
    read: Oklch::css(0.78, 0.12, 240.0),
    accent: Oklch::css(0.72, 0.12, 255.0),
    bubble_share: 0.16,
    bubble_base: Oklch::css(0.27, 0.01, 255.0),
    background: (0.2, 0.26),
};

/// Colours in the order of [`ROLES`].
pub type Colours = [Rgb; ROLES.len()];

/// The colours on light and on dark surfaces.
pub fn palette(primary: Option<Rgb>, background: Option<Rgb>) -> [Colours; 2] {
    [&LIGHT, &DARK].map(|mode| mode.colours(primary, background))
}

impl Mode {
    fn colours(&self, primary: Option<Rgb>, background: Option<Rgb>) -> Colours {
        let on_background = |surface: Oklch| match background {
            Some(background) => self.tinted(surface, background.into()),
            None => surface,
        };
        let surfaces = self.surfaces.map(|surface| on_background(surface).rgb());
        let accent = self.readable(primary.map_or(self.accent, Oklch::from), &surfaces, TEXT);
        let bubble_in = on_background(self.bubble_in).rgb();
        let bubble_out = Oklch::from(accent)
            .mixed_into(on_background(self.bubble_base), self.bubble_share)
            .rgb();
        let mut everywhere = surfaces.to_vec();
        everywhere.extend([bubble_in, bubble_out]);
        let strong = Oklch::from(accent);
        let strong = strong.at(strong.l + (self.away - 0.5) * 0.12);
        [
            accent,
            accent.text_on(),
            self.readable(strong, &everywhere, TEXT),
            surfaces[0],
            surfaces[1],
            surfaces[2],
            surfaces[3],
            on_background(self.border).rgb(),
            on_background(self.border_strong).rgb(),
            self.readable(self.text, &everywhere, MAIN_TEXT),
            self.readable(self.text_muted, &everywhere, TEXT),
            bubble_in,
            bubble_out,
            self.readable(self.danger, &everywhere, TEXT),
            self.readable(self.read, &everywhere, ICON),
            on_background(self.skeleton).rgb(),
        ]
    }

    /// A surface in the hue of the background. A background of the other mode gives its hue only: dark stays dark.
    fn tinted(&self, surface: Oklch, background: Oklch) -> Oklch {
        let (darkest, lightest) = self.background;
        let usual = self.surfaces[1].l;
        let is_of_this_mode = (background.l > 0.5) == (usual > 0.5);
        let middle = if is_of_this_mode {
            background.l.clamp(darkest, lightest)
        } else {
            usual
        };
        Oklch {
            l: (middle + surface.l - usual).clamp(0.0, 1.0),
            c: background.c.min(SURFACE_CHROMA),
            h: background.h,
        }
    }

    /// The colour nearest to `colour` in lightness that can be read on all of `surfaces`.
    fn readable(&self, colour: Oklch, surfaces: &[Rgb], contrast: f64) -> Rgb {
        let mut l = colour.l;
        loop {
            let shown = colour.at(l).rgb();
            let reads = surfaces
                .iter()
                .all(|surface| shown.contrast(*surface) >= contrast);
            if reads {
                return shown;
            }
            if (l - self.away).abs() < STEP {
                return if self.away > 0.5 {
                    Rgb::WHITE
                } else {
                    Rgb::BLACK
                };
            }
            l = (l + STEP * (self.away - 0.5) * 2.0).clamp(0.0, 1.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn role(colours: &Colours, name: &str) -> Rgb {
        colours[ROLES.iter().position(|role| *role == name).unwrap()]
    }

    /// What is read on what, and with what contrast.
    fn hard_to_read(colours: &Colours) -> Vec<String> {
        let surfaces = ["surface-0", "surface-1", "surface-2", "surface-3"];
        let bubbles = ["bubble-in", "bubble-out"];
        let mut pairs = vec![
            ("accent-text", "accent", TEXT),
            ("accent-text", "accent-strong", TEXT),
        ];
        for surface in surfaces {
            pairs.push(("accent", surface, TEXT));
        }
        for surface in surfaces.into_iter().chain(bubbles) {
            for text in ["text", "text-muted", "danger", "accent-strong"] {
                pairs.push((text, surface, TEXT));
            }
            pairs.push(("read", surface, ICON));
        }
        pairs
            .into_iter()
            .filter_map(|(text, surface, wanted)| {
                let contrast = role(colours, text).contrast(role(colours, surface));
                (contrast < wanted).then(|| format!("{text} on {surface}: {contrast:.2}"))
            })
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(600))]

        #[test]
        fn whatever_is_given_can_be_read(primary: Option<[u8; 3]>, background: Option<[u8; 3]>) {
            for colours in palette(primary.map(Rgb), background.map(Rgb)) {
                prop_assert_eq!(hard_to_read(&colours), Vec::<String>::new());
            }
        }

        #[test]
        fn light_stays_light_and_dark_stays_dark(background: [u8; 3]) {
            let [light, dark] = palette(None, Some(Rgb(background)));
            for surface in ["surface-0", "surface-1", "surface-2", "surface-3", "bubble-in", "bubble-out"] {
                prop_assert_eq!(role(&light, surface).text_on(), Rgb::BLACK, "{}", surface);
                prop_assert_eq!(role(&dark, surface).text_on(), Rgb::WHITE, "{}", surface);
            }
        }
    }

    #[test]
    fn the_corners_of_all_colours_can_be_read() {
        let corners: Vec<Rgb> = (0..8_u8)
            .map(|n| Rgb([0, 1, 2].map(|bit| if n & (1 << bit) == 0 { 0 } else { 255 })))
            .collect();
        for &primary in &corners {
            for &background in &corners {
                for colours in palette(Some(primary), Some(background)) {
                    let hard = hard_to_read(&colours);
                    assert!(hard.is_empty(), "{primary} on {background}: {hard:?}");
                }
            }
        }
    }

    #[test]
    fn what_can_be_read_as_it_is_stays_as_it_is() {
        let blue = Rgb::parse("#1a56b0").unwrap();
        let paper = Rgb::parse("#fffdf8").unwrap();
        let [light, _] = palette(Some(blue), Some(paper));
        assert_eq!(role(&light, "accent"), blue);
        assert_eq!(role(&light, "accent-text"), Rgb::WHITE);
        assert_eq!(role(&light, "surface-1"), paper);
        // On dark surfaces the same blue is lighter, and carries black.
        let [_, dark] = palette(Some(blue), Some(paper));
        assert_ne!(role(&dark, "accent"), blue);
        assert_eq!(role(&dark, "accent-text"), Rgb::BLACK);
    }

    #[test]
    fn surfaces_without_a_background_are_those_of_the_stylesheet() {
        let css = include_str!("../../../style/tokens.css");
        for (mode, name) in [(&LIGHT, "light"), (&DARK, "dark")] {
            for (index, surface) in mode.surfaces.iter().enumerate() {
                let value = format!(
                    "oklch({} {} {})",
                    surface.l,
                    surface.c,
                    surface.h.to_degrees().round()
                );
                let line =
                    format!("--surface-{index}: var(--brand-{name}-surface-{index}, {value})");
                assert!(css.contains(&line), "{line}");
            }
        }
    }
}
