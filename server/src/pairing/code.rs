//! Codes as pictures.

use base64::{Engine, engine::general_purpose::STANDARD};
use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};
use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write;

/// Light around the code, in modules (ISO/IEC 18004: four).
const QUIET: usize = 4;
/// Pixels of a module.
const SCALE: usize = 6;

/// A code as rows of modules, dark ones true; `None` for a text that is too long.
fn modules(text: &str) -> Option<(usize, Vec<bool>)> {
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M).ok()?;
    let dark = code.to_colors().into_iter().map(|it| it == Color::Dark);
    Some((code.width(), dark.collect()))
}

/// A code as what an SVG is drawn from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// Width and height, in modules, with the light around it.
    pub side: usize,
    /// The dark modules, as the data of one path.
    pub path: String,
}

/// The code as a drawing.
pub fn drawing(text: &str) -> Option<Drawing> {
    let (width, dark) = modules(text)?;
    let side = width + 2 * QUIET;
    let mut path = String::new();
    for (y, row) in dark.chunks(width).enumerate() {
        let mut x = 0;
        while x < width {
            let run = row[x..].iter().take_while(|it| **it).count();
            if run > 0 {
                // Writing into a text does not fail.
                let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET);
            }
            x += run.max(1);
        }
    }
    Some(Drawing { side, path })
}

/// The code as one `<svg>`: a path in the colour of the text around it, and nothing else. What surrounds it has to be light.
pub fn svg(text: &str) -> Option<String> {
    let Drawing { side, path } = drawing(text)?;
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\"><path fill=\"currentColor\" d=\"{path}\"/></svg>"
    ))
}

/// The code as a PNG, black on white, in a data URI.
pub fn png(text: &str) -> Option<String> {
    let (width, dark) = modules(text)?;
    let side = (width + 2 * QUIET) * SCALE;
    let mut pixels = vec![u8::MAX; side * side];
    for (index, _) in dark.iter().enumerate().filter(|(_, dark)| **dark) {
        let (x, y) = (index % width + QUIET, index / width + QUIET);
        for row in y * SCALE..(y + 1) * SCALE {
            let from = row * side + x * SCALE;
            pixels[from..from + SCALE].fill(0);
        }
    }
    let side = u32::try_from(side).ok()?;
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(&pixels, side, side, ExtendedColorType::L8)
        .ok()?;
    Some(format!("data:image/png;base64,{}", STANDARD.encode(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "2@aB3/xYz+==,abc,def";

    #[test]
    fn a_picture_has_the_modules_of_the_code() {
        let (width, dark) = modules(TEXT).unwrap();
        // Finder patterns are in three corners.
        assert!(dark[0] && dark[width - 1] && dark[width * (width - 1)]);
        let uri = png(TEXT).unwrap();
        let bytes = STANDARD
            .decode(uri.strip_prefix("data:image/png;base64,").unwrap())
            .unwrap();
        let picture = image::load_from_memory(&bytes).unwrap().to_luma8();
        for (index, dark) in dark.iter().enumerate() {
            let at =
                |position: usize| u32::try_from((position + QUIET) * SCALE + SCALE / 2).unwrap();
            let pixel = picture.get_pixel(at(index % width), at(index / width));
            assert_eq!(pixel.0[0] == 0, *dark, "module {index}");
        }
        assert_eq!(picture.get_pixel(0, 0).0[0], 255, "light around it");
    }

    #[test]
    fn a_drawing_is_one_path_and_carries_no_text() {
        let drawn = svg("\"><script>alert(1)</script>").unwrap();
        assert_eq!(drawn.matches('<').count(), 3, "{drawn}");
        assert!(!drawn.contains("script>"));
        let (_, dark) = modules("\"><script>alert(1)</script>").unwrap();
        let runs: usize = drawn
            .split('h')
            .skip(1)
            .filter_map(|part| part.split('v').next()?.parse::<usize>().ok())
            .sum();
        assert_eq!(runs, dark.iter().filter(|it| **it).count());
    }

    #[test]
    fn what_is_too_long_is_no_code() {
        assert!(svg(&"x".repeat(10_000)).is_none() && png(&"x".repeat(10_000)).is_none());
    }
}
