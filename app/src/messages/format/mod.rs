//! Text as WhatsApp formats it: marks around words, code, quotes and lists. What comes out are pieces of the text to build nodes from,
//! never markup; and however the text is made, each part of it is read once.

mod emoji;
mod line;
mod plain;

pub use emoji::emoji_alone;
pub use plain::plain;

use line::Runs;

/// How characters are drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Style(u8);

impl Style {
    /// As they are.
    pub const PLAIN: Self = Self(0);
    /// Between `*`.
    pub const BOLD: Self = Self(1);
    /// Between `_`.
    pub const ITALIC: Self = Self(2);
    /// Between `~`.
    pub const STRIKE: Self = Self(4);
    /// Between backticks.
    pub const CODE: Self = Self(8);

    /// Whether it has all of `other`.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

/// Characters that are drawn alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run<'a> {
    /// The characters.
    pub text: &'a str,
    /// How they are drawn.
    pub style: Style,
    /// An `http` or `https` address.
    pub is_link: bool,
}

/// A part of a text that stands by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block<'a> {
    /// Lines, with the breaks between them.
    Lines(Vec<Run<'a>>),
    /// The same, behind `> `.
    Quote(Vec<Run<'a>>),
    /// Lines between three backticks.
    Code(&'a str),
    /// Lines behind `- ` or `* `.
    Bullets(Vec<Vec<Run<'a>>>),
    /// Lines behind `1. `, each with its number.
    Numbers(Vec<(u32, Vec<Run<'a>>)>),
}

/// Takes a text apart.
pub fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(fence) = next_fence(text, at) {
        take_lines(text, at, fence.open, &mut found);
        found.push(Block::Code(fence.content));
        at = fence.end;
    }
    take_lines(text, at, text.len(), &mut found);
    found
}

const FENCE: &str = "```";

/// Code of its own lines.
struct Fence<'a> {
    open: usize,
    content: &'a str,
    /// Behind it, and behind the break that ends its line.
    end: usize,
}

/// The next code that has lines of its own; what stands within a line is for that line.
fn next_fence(text: &str, from: usize) -> Option<Fence<'_>> {
    let mut at = from;
    loop {
        let open = at + text[at..].find(FENCE)?;
        let inside = open + FENCE.len();
        let close = inside + text[inside..].find(FENCE)?;
        let content = &text[inside..close];
        if content.trim().is_empty() {
            at = close;
            continue;
        }
        let end = close + FENCE.len();
        let before = text[at..open].trim_end_matches([' ', '\t']);
        let after = text[end..].trim_start_matches([' ', '\t']);
        let begins_line = before.ends_with('\n') || before.is_empty() && at == from;
        let is_alone = begins_line && (after.is_empty() || after.starts_with('\n'));
        if content.contains('\n') || is_alone {
            let content = content.strip_prefix('\n').unwrap_or(content);
            let content = content.strip_suffix('\n').unwrap_or(content);
            let end = text.len() - after.strip_prefix('\n').unwrap_or(after).len();
            return Some(Fence { open, content, end });
        }
        at = end;
    }
}

/// What a line is, by its beginning.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Quote,
    Bullet,
    Number,
}

/// A line: what it says stands at `from..to`.
struct Line {
    kind: Kind,
    number: u32,
    from: usize,
    to: usize,
}

impl Line {
    /// The line of `text` at `from..to`.
    fn of(text: &str, from: usize, to: usize) -> Self {
        let line = &text[from..to];
        let bullet = || line.strip_prefix("- ").or_else(|| line.strip_prefix("* "));
        let (kind, number, rest) = if let Some(rest) = line.strip_prefix("> ") {
            (Kind::Quote, 0, rest)
        } else if let Some(rest) = bullet() {
            (Kind::Bullet, 0, rest)
        } else if let Some((number, rest)) = numbered(line) {
            (Kind::Number, number, rest)
        } else {
            (Kind::Plain, 0, line)
        };
        let (kind, from) = if rest.trim().is_empty() {
            (Kind::Plain, from)
        } else {
            (kind, to - rest.len())
        };
        Self {
            kind,
            number,
            from,
            to,
        }
    }
}

/// The number of `12. ` and what follows.
fn numbered(line: &str) -> Option<(u32, &str)> {
    let digits = line.bytes().take(4).take_while(u8::is_ascii_digit).count();
    let rest = line[digits..].strip_prefix(". ").filter(|_| digits < 4)?;
    Some((line[..digits].parse().ok()?, rest))
}

/// The lines of a stretch without code of its own lines. Lines that are alike become one block.
fn take_lines<'a>(text: &'a str, from: usize, to: usize, found: &mut Vec<Block<'a>>) {
    let stretch = &text[from..to];
    // The break before what follows belongs to neither.
    let stretch = match stretch.strip_suffix('\n') {
        Some(rest) if to < text.len() => rest,
        _ => stretch,
    };
    if stretch.is_empty() {
        return;
    }
    let mut at = from;
    let lines: Vec<Line> = stretch
        .split('\n')
        .map(|line| {
            let start = at;
            at += line.len() + 1;
            Line::of(text, start, start + line.len())
        })
        .collect();
    for alike in lines.chunk_by(|a, b| a.kind == b.kind) {
        let items = || alike.chunks(1).map(|item| runs_of(text, item));
        found.push(match alike[0].kind {
            Kind::Plain => Block::Lines(runs_of(text, alike)),
            Kind::Quote => Block::Quote(runs_of(text, alike)),
            Kind::Bullet => Block::Bullets(items().collect()),
            Kind::Number => {
                let numbers = alike.iter().map(|line| line.number);
                Block::Numbers(numbers.zip(items()).collect())
            }
        });
    }
}

/// What lines say, with the breaks between them.
fn runs_of<'a>(text: &'a str, lines: &[Line]) -> Vec<Run<'a>> {
    let mut runs = Runs::of(text);
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            let before = lines[index - 1].to;
            runs.push(before, before + 1, Style::PLAIN, false);
        }
        runs.line(line.from, line.to);
    }
    runs.done()
}

#[cfg(test)]
mod tests;
