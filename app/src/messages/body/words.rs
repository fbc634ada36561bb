//! Text in a bubble.

use crate::drawn::{Drawn, drawn};
use crate::messages::{Piece, pieces};
use leptos::prelude::*;

/// A text, with its web addresses as links. Nodes, never markup.
pub fn words(text: &str) -> Drawn {
    let nodes: Vec<_> = pieces(text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => drawn(text.to_owned()),
            Piece::Link(link) => linked(link.to_owned(), link.to_owned()),
        })
        .collect();
    drawn(view! { <span class="words">{nodes}</span> })
}

/// Words that lead to a web address.
pub fn linked(words: String, href: String) -> Drawn {
    drawn(view! { <a href=href target="_blank" rel="noopener noreferrer">{words}</a> })
}
