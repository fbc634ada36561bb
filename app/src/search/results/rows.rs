//! The rows of what was found.

use super::{Results, row_id};
use crate::conversations::{Avatar, Conversation};
use crate::drawn::{Drawn, attr, drawn, listener};
use crate::i18n::{Key, dates, label, t};
use crate::icons::Icon;
use crate::messages::Direction;
use crate::search::FoundMessage;
use crate::search::marks::{Marked, Within, marked, snippet};
use leptos::prelude::*;

impl Results {
    pub(super) fn person(&self, index: usize, row: &Conversation, query: &str) -> Drawn {
        let contact = &row.contact;
        let name = contact.label();
        let username = contact.username.as_ref().map(|it| ["@", it].concat());
        let other = [contact.phone.clone(), username];
        let other = other.into_iter().flatten().find(|words| *words != name);
        let pieces = |words: &str| draw_pieces(marked(words, query, Within::Anywhere));
        let second = drawn(pieces(&other.unwrap_or_default()));
        self.row(index, row, row.last_message_at, pieces(&name), second)
    }

    pub(super) fn message(&self, index: usize, hit: &FoundMessage, query: &str) -> Drawn {
        let message = &hit.message;
        let whose = match message.direction {
            Direction::Inbound => None,
            Direction::Outbound => Some(Key::You),
            Direction::Internal => Some(Key::Note),
        };
        let mine = whose.map(|key| drawn(view! { <span class="found-mine">{t(key)}</span> }));
        let words = draw_pieces(snippet(message.text.as_deref().unwrap_or_default(), query));
        let second = drawn(view! {
            {Drawn::from(mine)}
            <span class="found-words" dir="auto">{words}</span>
        });
        let row = &hit.conversation;
        let name = vec![drawn(row.contact.label())];
        self.row(index, row, message.sent_at, name, second)
    }

    fn row(
        &self,
        index: usize,
        row: &Conversation,
        at: i64,
        name: Vec<Drawn>,
        second: Drawn,
    ) -> Drawn {
        let (inbox, places) = (self.inbox.clone(), self.at.clone());
        let time = dates::relative(inbox.i18n.locale(), inbox.now.get_untracked(), at);
        let is_at = attr(move || Some((places.get() == index).to_string()));
        let open = {
            let results = self.clone();
            listener(move |_| results.open(index))
        };
        drawn(view! {
            <div
                class="found-row"
                role="option"
                id=row_id(index)
                data-testid="search-hit"
                aria-selected=is_at
                on:click=open
            >
                <Avatar row=ArcRwSignal::new(row.clone()) />
                <span class="row-main">
                    <span class="row-line">
                        <span class="row-name" dir="auto">{name}</span>
                        <span class="row-time">{time}</span>
                    </span>
                    <span class="found-second">{second}</span>
                </span>
            </div>
        })
    }
}

fn draw_pieces(pieces: Vec<Marked>) -> Vec<Drawn> {
    let draw = |piece: Marked| {
        if piece.hit {
            drawn(view! { <mark>{piece.words}</mark> })
        } else {
            drawn(piece.words)
        }
    };
    pieces.into_iter().map(draw).collect()
}

pub(super) fn group(name: Key, rows: Vec<Drawn>) -> Drawn {
    if rows.is_empty() {
        return Drawn::NOTHING;
    }
    drawn(view! {
        <div role="group" class="found-group" aria-label=label(name)>
            <p class="found-title" aria-hidden="true">{t(name)}</p>
            {rows}
        </div>
    })
}

pub(super) fn blank(title: Key, words: Key) -> Drawn {
    drawn(view! {
        <div class="blank" role="status">
            {Icon::SEARCH.draw()}
            <p class="blank-title">{t(title)}</p>
            <p>{t(words)}</p>
        </div>
    })
}
