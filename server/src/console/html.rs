//! HTML for plain pages. Tags and names of attributes are words of this program; everything else is text and is written as such, so
//! nothing that somebody typed can become markup.

/// A piece of a page.
#[derive(Debug, Clone, Default)]
pub struct Html(String);

/// Attributes of an element.
pub type Attributes<'a> = &'a [(&'static str, &'a str)];

/// A text.
pub fn text(text: &str) -> Html {
    let mut html = Html::default();
    escape(text, &mut html.0);
    html
}

/// An element with something in it.
pub fn el(tag: &'static str, attributes: Attributes<'_>, inside: impl Into<Html>) -> Html {
    let Html(mut html) = void(tag, attributes);
    html.push_str(&inside.into().0);
    html.push_str("</");
    html.push_str(tag);
    html.push('>');
    Html(html)
}

/// An element that has no end: `input`, `meta`, `link`.
pub fn void(tag: &'static str, attributes: Attributes<'_>) -> Html {
    let mut html = String::from("<");
    html.push_str(tag);
    for (name, value) in attributes {
        html.push(' ');
        html.push_str(name);
        html.push_str("=\"");
        escape(value, &mut html);
        html.push('"');
    }
    html.push('>');
    Html(html)
}

/// Pieces one after another.
pub fn all(pieces: impl IntoIterator<Item = Html>) -> Html {
    Html(pieces.into_iter().map(|Html(html)| html).collect())
}

/// Rules of this program for a `style` element; an end tag cannot be in them.
pub fn rules(css: &str) -> Html {
    Html(css.replace('<', ""))
}

impl Html {
    /// The text of a page.
    pub fn page(self) -> String {
        ["<!DOCTYPE html>", &self.0].concat()
    }
}

impl From<&str> for Html {
    fn from(words: &str) -> Self {
        text(words)
    }
}

impl From<Option<Self>> for Html {
    fn from(piece: Option<Self>) -> Self {
        piece.unwrap_or_default()
    }
}

impl<const N: usize> From<[Self; N]> for Html {
    fn from(pieces: [Self; N]) -> Self {
        all(pieces)
    }
}

impl From<Vec<Self>> for Html {
    fn from(pieces: Vec<Self>) -> Self {
        all(pieces)
    }
}

fn escape(text: &str, into: &mut String) {
    for character in text.chars() {
        match character {
            '&' => into.push_str("&amp;"),
            '<' => into.push_str("&lt;"),
            '>' => into.push_str("&gt;"),
            '"' => into.push_str("&quot;"),
            '\'' => into.push_str("&#39;"),
            // The first paint of a page must not depend on what a browser makes of them.
            '\0' => into.push('\u{fffd}'),
            other => into.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_text_wherever_it_stands() {
        let hostile = "</p><script>alert('1')</script>\" onload=\"x\u{0}&amp;";
        let Html(html) = el("p", &[("title", hostile)], hostile);
        let escaped = "&lt;/p&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot; onload=&quot;x\u{fffd}&amp;amp;";
        assert_eq!(html, format!("<p title=\"{escaped}\">{escaped}</p>"));
    }
}
