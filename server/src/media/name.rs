//! Names of files from outside, as they may stand in a header (RFC 6266).

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// Longest name that is kept, in characters.
const LONGEST: usize = 120;

/// What RFC 5987 does not let stand in a value.
const OUTSIDE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'%')
    .add(b'\'')
    .add(b'(')
    .add(b')')
    .add(b'*')
    .add(b',')
    .add(b'/')
    .add(b':')
    .add(b';')
    .add(b'<')
    .add(b'=')
    .add(b'>')
    .add(b'?')
    .add(b'@')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'{')
    .add(b'}');

/// A name without folders, control characters and characters that turn the direction of writing (`invoice\u{202e}fdp.exe` would look
/// like a PDF). Empty where nothing is left.
pub fn safe(name: &str) -> String {
    let plain: String = name
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or_default()
        .chars()
        .filter(|c| {
            !c.is_control()
                && !matches!(*c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        })
        .collect();
    // The end says what it is, so a long name is cut in the middle.
    let plain = plain.trim().trim_start_matches('.');
    let length = plain.chars().count();
    if length <= LONGEST {
        return plain.to_owned();
    }
    let end: String = plain.chars().skip(length - 20).collect();
    let beginning: String = plain.chars().take(LONGEST - 21).collect();
    format!("{beginning}…{end}")
}

/// A name for a file that has none.
pub fn usual(mime: &str) -> String {
    let ending = match mime {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/webp" => "webp",
        "image/gif" => "gif",
        "audio/mpeg" => "mp3",
        "audio/mp4" => "m4a",
        "audio/ogg" => "ogg",
        "audio/aac" => "aac",
        "audio/amr" => "amr",
        "video/mp4" => "mp4",
        "video/3gpp" => "3gp",
        "application/pdf" => "pdf",
        "text/plain" => "txt",
        _ => return "file".to_owned(),
    };
    format!("file.{ending}")
}

/// `Content-Disposition`: how the file is to be treated, and its name, once for old programs and once in full.
pub fn disposition(inline: bool, name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') || c == ' ' {
                c
            } else {
                '_'
            }
        })
        .collect();
    format!(
        "{}; filename=\"{plain}\"; filename*=UTF-8''{}",
        if inline { "inline" } else { "attachment" },
        utf8_percent_encode(name, OUTSIDE)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_only_names() {
        for (name, kept) in [
            ("invoice.pdf", "invoice.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Windows\\a.exe", "a.exe"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("a\r\nSet-Cookie: x", "aSet-Cookie: x"),
            ("..", ""),
            (".htaccess", "htaccess"),
            ("relatório 2026.pdf", "relatório 2026.pdf"),
        ] {
            assert_eq!(safe(name), kept, "{name:?}");
        }
        let long = safe(&format!("{}.pdf", "x".repeat(300)));
        assert_eq!(
            (&long[long.len() - 4..], long.chars().count()),
            (".pdf", LONGEST)
        );
    }

    #[test]
    fn both_writings_of_a_name() {
        assert_eq!(
            disposition(false, "relatório \"2\".pdf"),
            "attachment; filename=\"relat_rio _2_.pdf\"; filename*=UTF-8''relat%C3%B3rio%20%222%22.pdf"
        );
    }

    proptest! {
        #[test]
        fn no_name_breaks_out_of_the_header(name in any::<String>()) {
            let header = disposition(true, &safe(&name));
            prop_assert!(header.bytes().all(|byte| (0x20..0x7f).contains(&byte)), "{}", header);
            prop_assert_eq!(header.matches('"').count(), 2);
        }
    }
}
