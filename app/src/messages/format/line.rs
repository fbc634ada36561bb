//! The marks within a line.

use super::{FENCE, Run, Style};
use crate::messages::{Piece, pieces};

/// Gathers runs. What follows what stands before it, and is drawn like it, becomes one with it.
pub(super) struct Runs<'a> {
    text: &'a str,
    /// Where the last one stands.
    last: (usize, usize),
    found: Vec<Run<'a>>,
}

/// A piece of a line. The marks of a pair are not drawn.
#[derive(Clone, Copy)]
struct Token {
    from: usize,
    to: usize,
    what: What,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Text,
    Link,
    Code,
    /// A mark that stands for itself, unless another makes a pair with it.
    Mark(Style),
    Begins(Style),
    Ends(Style),
}

impl<'a> Runs<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self {
            text,
            last: (0, 0),
            found: Vec::new(),
        }
    }

    pub(super) fn done(self) -> Vec<Run<'a>> {
        self.found
    }

    /// The characters at `from..to` of the text.
    pub(super) fn push(&mut self, from: usize, to: usize, style: Style, is_link: bool) {
        if from == to {
            return;
        }
        if let Some(last) = self.found.last_mut()
            && self.last.1 == from
            && last.style == style
            && !last.is_link
            && !is_link
        {
            self.last.1 = to;
            last.text = &self.text[self.last.0..to];
            return;
        }
        self.last = (from, to);
        self.found.push(Run {
            text: &self.text[from..to],
            style,
            is_link,
        });
    }

    /// A line, at `from..to` of the text.
    pub(super) fn line(&mut self, from: usize, to: usize) {
        let mut tokens = Vec::new();
        self.cut_code(from, to, &mut tokens);
        pair(self.text, (from, to), &mut tokens);
        let mut style = Style::PLAIN;
        for token in tokens {
            match token.what {
                What::Begins(mark) => style = style.with(mark),
                What::Ends(mark) => style = style.without(mark),
                What::Text | What::Mark(_) => self.push(token.from, token.to, style, false),
                What::Link => self.push(token.from, token.to, style, true),
                What::Code => self.push(token.from, token.to, style.with(Style::CODE), false),
            }
        }
    }

    /// Code first: there are no marks and no links in it.
    fn cut_code(&self, from: usize, to: usize, tokens: &mut Vec<Token>) {
        let text = self.text;
        let mut plain_from = from;
        let mut at = from;
        while let Some(open) = text[at..to].find('`').map(|found| at + found) {
            let fence = if text[open..to].starts_with(FENCE) {
                FENCE
            } else {
                "`"
            };
            let inside = open + fence.len();
            let close = text[inside..to].find(fence).map(|found| inside + found);
            // Where this one is not closed, no later one of its kind is.
            let Some(close) = close else {
                if fence == FENCE && text[inside..to].contains('`') {
                    at = inside;
                    continue;
                }
                break;
            };
            let end = close + fence.len();
            if text[inside..close].trim().is_empty() || !stands_apart(text, (from, to), open, end) {
                at = close;
                continue;
            }
            self.cut_links(plain_from, open, tokens);
            tokens.push(Token {
                from: inside,
                to: close,
                what: What::Code,
            });
            plain_from = end;
            at = end;
        }
        self.cut_links(plain_from, to, tokens);
    }

    fn cut_links(&self, from: usize, to: usize, tokens: &mut Vec<Token>) {
        let mut at = from;
        for piece in pieces(&self.text[from..to]) {
            match piece {
                Piece::Text(text) => {
                    cut_marks(self.text, at, at + text.len(), tokens);
                    at += text.len();
                }
                Piece::Link(link) => {
                    tokens.push(Token {
                        from: at,
                        to: at + link.len(),
                        what: What::Link,
                    });
                    at += link.len();
                }
            }
        }
    }
}

fn cut_marks(text: &str, from: usize, to: usize, tokens: &mut Vec<Token>) {
    let mut push = |from, to, what| {
        if from < to {
            tokens.push(Token { from, to, what });
        }
    };
    let mut plain_from = from;
    for (index, byte) in text.as_bytes()[from..to].iter().enumerate() {
        let mark = match byte {
            b'*' => Style::BOLD,
            b'_' => Style::ITALIC,
            b'~' => Style::STRIKE,
            _ => continue,
        };
        let at = from + index;
        push(plain_from, at, What::Text);
        push(at, at + 1, What::Mark(mark));
        plain_from = at + 1;
    }
    push(plain_from, to, What::Text);
}

/// Finds the pairs. A mark begins something where a word begins and ends it where a word ends, so that `2*3*4` and `a_name` stay.
fn pair(text: &str, line: (usize, usize), tokens: &mut [Token]) {
    // At most one of each kind: looking for one is quick.
    let mut open: Vec<usize> = Vec::new();
    for index in 0..tokens.len() {
        let Token { from, to, what } = tokens[index];
        let What::Mark(mark) = what else { continue };
        let before = text[line.0..from].chars().next_back();
        let after = text[to..line.1].chars().next();
        // Two in a row neither begin nor end anything together.
        let same = text[from..to].chars().next();
        let is_inside = |c: Option<char>| c != same && c.is_some_and(|c| !c.is_whitespace());
        let former = open.iter().rposition(|&at| tokens[at].what == what);
        match former {
            Some(former) if is_inside(before) && is_edge(after) => {
                tokens[open[former]].what = What::Begins(mark);
                tokens[index].what = What::Ends(mark);
                // What began within it and did not end in it was no mark.
                open.truncate(former);
            }
            None if is_edge(before) && is_inside(after) => open.push(index),
            _ => {}
        }
    }
}

/// Whether what stands at `from..to` of a line is no part of a word.
fn stands_apart(text: &str, line: (usize, usize), from: usize, to: usize) -> bool {
    is_edge(text[line.0..from].chars().next_back()) && is_edge(text[to..line.1].chars().next())
}

/// Whether a word begins or ends beside this.
fn is_edge(beside: Option<char>) -> bool {
    beside.is_none_or(|c| !c.is_alphanumeric())
}
