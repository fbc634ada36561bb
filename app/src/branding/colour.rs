//! Colours as screens show them, and as eyes see them.
#![expect(
    clippy::many_single_char_names,
    reason = "the names that the formulas have everywhere"
)]

use std::fmt;

/// A colour of sRGB, one byte each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgb(pub [u8; 3]);

impl Rgb {
    /// Black.
    pub const BLACK: Self = Self([0; 3]);
    /// White.
    pub const WHITE: Self = Self([255; 3]);

    /// Reads `#RRGGBB`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let [_, r, g, b] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
        Some(Self([r, g, b]))
    }

    fn linear(self) -> [f64; 3] {
        self.0.map(|byte| {
            let value = f64::from(byte) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        })
    }

    /// Relative luminance (WCAG 2.2).
    fn luminance(self) -> f64 {
        let [r, g, b] = self.linear();
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// Contrast of two colours, 1 to 21 (WCAG 2.2).
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance() + 0.05, other.luminance() + 0.05);
        one.max(two) / one.min(two)
    }

    /// Black or white, whichever is easier to read on this.
    #[must_use]
    pub fn text_on(self) -> Self {
        if self.contrast(Self::WHITE) >= self.contrast(Self::BLACK) {
            Self::WHITE
        } else {
            Self::BLACK
        }
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

/// A colour by lightness (0 to 1), chroma and hue (radians), as in the `oklch()` of CSS.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Oklch {
    /// Lightness.
    pub l: f64,
    /// Chroma.
    pub c: f64,
    /// Hue.
    pub h: f64,
}

impl Oklch {
    /// As CSS writes it, the hue in degrees.
    pub const fn css(l: f64, c: f64, degrees: f64) -> Self {
        Self {
            l,
            c,
            h: degrees.to_radians(),
        }
    }

    /// The same at another lightness.
    #[must_use]
    pub fn at(self, l: f64) -> Self {
        Self { l, ..self }
    }

    /// A share of this in `other`, as `color-mix(in oklab, …)` does.
    #[must_use]
    pub fn mixed_into(self, other: Self, share: f64) -> Self {
        let mix = |one: f64, two: f64| one * share + two * (1.0 - share);
        let (a, b) = (
            mix(self.c * self.h.cos(), other.c * other.h.cos()),
            mix(self.c * self.h.sin(), other.c * other.h.sin()),
        );
        Self {
            l: mix(self.l, other.l),
            c: a.hypot(b),
            h: b.atan2(a),
        }
    }

    fn linear(self) -> [f64; 3] {
        let (a, b) = (self.c * self.h.cos(), self.c * self.h.sin());
        let [l, m, s] = [
            self.l + 0.396_337_777_4 * a + 0.215_803_757_3 * b,
            self.l - 0.105_561_345_8 * a - 0.063_854_172_8 * b,
            self.l - 0.089_484_177_5 * a - 1.291_485_548_0 * b,
        ]
        .map(|cone| cone.powi(3));
        [
            4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
            -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
            -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s,
        ]
    }

    /// The nearest colour that a screen has, with less chroma where it has to be.
    pub fn rgb(self) -> Rgb {
        let fits = |colour: &Self| {
            let inside = |value: f64| (-1e-4..=1.0001).contains(&value);
            colour.linear().into_iter().all(inside)
        };
        let mut colour = Self {
            l: self.l.clamp(0.0, 1.0),
            ..self
        };
        while !fits(&colour) && colour.c > 1e-3 {
            colour.c *= 0.95;
        }
        if !fits(&colour) {
            colour.c = 0.0;
        }
        Rgb(colour.linear().map(|value| {
            let value = value.clamp(0.0, 1.0);
            let value = if value <= 0.003_130_8 {
                value * 12.92
            } else {
                1.055 * value.powf(1.0 / 2.4) - 0.055
            };
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between 0 and 255"
            )]
            let byte = (value * 255.0).round() as u8;
            byte
        }))
    }
}

impl From<Rgb> for Oklch {
    fn from(colour: Rgb) -> Self {
        let [r, g, b] = colour.linear();
        let [l, m, s] = [
            0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b,
            0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b,
            0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b,
        ]
        .map(f64::cbrt);
        let a = 1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s;
        let b = 0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s;
        Self {
            l: 0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s,
            c: a.hypot(b),
            h: b.atan2(a),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_six_digits_are_a_colour() {
        assert_eq!(Rgb::parse("#0A7cff"), Some(Rgb([10, 124, 255])));
        assert_eq!(Rgb::parse("#0A7cff").unwrap().to_string(), "#0a7cff");
        for bad in [
            "", "#", "#fff", "0A7cff", "#0A7cfg", "#+A7cff", "#12345é", "#0A7cff;",
        ] {
            assert_eq!(Rgb::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn contrast_is_as_the_guidelines_count_it() {
        let grey = Rgb::parse("#767676").unwrap();
        assert!((Rgb::BLACK.contrast(Rgb::WHITE) - 21.0).abs() < 1e-9);
        assert!((grey.contrast(Rgb::WHITE) - 4.54).abs() < 0.01);
        assert_eq!(grey.text_on(), Rgb::BLACK.max_of(Rgb::WHITE, grey));
    }

    impl Rgb {
        /// Whichever of two has more contrast with a third.
        fn max_of(self, other: Self, with: Self) -> Self {
            if self.contrast(with) > other.contrast(with) {
                self
            } else {
                other
            }
        }
    }

    proptest! {
        #[test]
        fn there_and_back_is_the_same_colour(bytes: [u8; 3]) {
            let colour = Rgb(bytes);
            let back = Oklch::from(colour).rgb();
            for (one, two) in colour.0.iter().zip(back.0) {
                prop_assert!(one.abs_diff(two) <= 1, "{colour} became {back}");
            }
        }

        #[test]
        fn black_or_white_can_be_read_on_anything(bytes: [u8; 3]) {
            let colour = Rgb(bytes);
            prop_assert!(colour.contrast(colour.text_on()) >= 4.5);
        }
    }
}
