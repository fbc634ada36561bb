//! The words of a text without its marks, for where there is room for words only.

use super::{Block, Run, blocks};

/// What a text says, without the marks that format it.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for block in blocks(text) {
        if !plain.is_empty() {
            plain.push('\n');
        }
        match block {
            Block::Lines(runs) | Block::Quote(runs) => put(&mut plain, &runs),
            Block::Code(code) => plain.push_str(code),
            Block::Bullets(items) => {
                for (index, runs) in items.iter().enumerate() {
                    plain.push_str(if index == 0 { "• " } else { "\n• " });
                    put(&mut plain, runs);
                }
            }
            Block::Numbers(items) => {
                for (index, (number, runs)) in items.iter().enumerate() {
                    if index > 0 {
                        plain.push('\n');
                    }
                    plain.push_str(&number.to_string());
                    plain.push_str(". ");
                    put(&mut plain, runs);
                }
            }
        }
    }
    plain
}

fn put(plain: &mut String, runs: &[Run<'_>]) {
    for run in runs {
        plain.push_str(run.text);
    }
}
