//! Text in a bubble.

use crate::drawn::{Drawn, drawn};
use crate::messages::{Block, Run, Style, blocks, emoji_alone};
use crate::notes::{Piece, pieces_of};
use leptos::prelude::*;
use leptos::tachys::html::element::custom;

/// A text as WhatsApp formats it, with its web addresses as links. Nodes, never markup.
pub fn words(text: &str) -> Drawn {
    words_calling(text, &[])
}

/// The same, with a mark where it calls somebody by one of these names.
pub fn words_calling(text: &str, names: &[&str]) -> Drawn {
    let nodes = match &*blocks(text) {
        [Block::Lines(runs)] => draw_all(runs, names),
        blocks => blocks.iter().map(|it| block(it, names)).collect(),
    };
    // The stylesheet draws a few emoji the larger, the fewer they are.
    let emoji = emoji_alone(text).map(|count| count.to_string());
    drawn(view! { <span class="words" data-emoji=emoji>{nodes}</span> })
}

/// Words that lead to a web address.
pub fn linked(words: String, href: String) -> Drawn {
    drawn(view! { <a href=href target="_blank" rel="noopener noreferrer">{words}</a> })
}

/// An element by its name: the program then has one type for all of them.
fn element(tag: &'static str, children: Vec<Drawn>) -> Drawn {
    drawn(custom(tag).child(children))
}

fn block(block: &Block<'_>, names: &[&str]) -> Drawn {
    match block {
        Block::Lines(runs) => element("span", draw_all(runs, names)),
        Block::Quote(runs) => element("blockquote", draw_all(runs, names)),
        Block::Code(code) => element("pre", vec![drawn((*code).to_owned())]),
        Block::Bullets(items) => {
            let items = items
                .iter()
                .map(|runs| element("li", draw_all(runs, names)));
            element("ul", items.collect())
        }
        Block::Numbers(items) => {
            let items = items.iter().map(|(number, runs)| {
                let number = number.to_string();
                drawn(view! { <li value=number>{draw_all(runs, names)}</li> })
            });
            element("ol", items.collect())
        }
    }
}

fn draw_all(runs: &[Run<'_>], names: &[&str]) -> Vec<Drawn> {
    runs.iter().map(|run| draw(run, names)).collect()
}

fn draw(run: &Run<'_>, names: &[&str]) -> Drawn {
    let mut piece = if run.is_link {
        linked(run.text.to_owned(), run.text.to_owned())
    } else if names.is_empty() {
        drawn(run.text.to_owned())
    } else {
        drawn(called(run.text, names))
    };
    for (style, tag) in [
        (Style::CODE, "code"),
        (Style::STRIKE, "s"),
        (Style::ITALIC, "em"),
        (Style::BOLD, "strong"),
    ] {
        if run.style.has(style) {
            piece = element(tag, vec![piece]);
        }
    }
    piece
}

/// A text, with marks where it calls somebody.
fn called(text: &str, names: &[&str]) -> Vec<Drawn> {
    let piece = |piece: Piece<'_>| match piece {
        Piece::Words(words) => drawn(words.to_owned()),
        Piece::Mention(name) => {
            let name = name.to_owned();
            drawn(view! { <mark class="mention" data-testid="mention"><bdi>{name}</bdi></mark> })
        }
    };
    pieces_of(text, names).into_iter().map(piece).collect()
}
