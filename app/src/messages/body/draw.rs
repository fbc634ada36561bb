//! Draws the parts of a bubble.

use super::words::{linked, words};
use super::{Body, BodyCard, Line, Part, Said, file, note, quote};
use crate::drawn::{Drawn, drawn};
use crate::i18n::Key;
use crate::icons::Icon;
use crate::inbox::Inbox;
use crate::messages::{Choice, name_of};
use crate::workflow::activity_words;
use leptos::prelude::*;

/// The parts of `body` in the reader's language; tracks it.
pub fn draw(inbox: &Inbox, body: &Body) -> Vec<Drawn> {
    body.parts()
        .into_iter()
        .map(|part| match part {
            Part::Tag(key) => tag(Icon::FORWARD, inbox.i18n.text(key)),
            Part::Gone => tag(Icon::BAN, inbox.i18n.text(Key::Deleted)),
            Part::NotKept => tag(Icon::BAN, inbox.i18n.text(Key::NotKept)),
            Part::Quote(quoted) => quote::quote(inbox, &quoted),
            Part::File(media) => file::file(inbox, &body.kind, &media),
            Part::Heading(text) => drawn(view! { <span class="heading" dir="auto">{text}</span> }),
            Part::Words(text) => words(&text),
            Part::Small(text) => drawn(view! { <span class="small" dir="auto">{text}</span> }),
            Part::Card(card) => draw_card(inbox, card),
            Part::Buttons(buttons) => draw_buttons(buttons),
            Part::List(action, rows) => draw_list(action, rows),
            Part::Activity(activity) => words(&activity_words(
                &inbox.i18n,
                inbox.now.get_untracked(),
                &activity,
            )),
            Part::Note(note, text) => note::note(inbox, &note, &text),
            Part::Notice(key) => words(inbox.i18n.text(key)),
            Part::Placeholder(why) => placeholder(inbox, &body.kind, why),
        })
        .collect()
}

fn tag(icon: Icon, words: &'static str) -> Drawn {
    drawn(view! { <span class="tag">{icon.draw()} {words}</span> })
}

fn say(inbox: &Inbox, said: Said) -> String {
    match said {
        Said::Key(key) => inbox.i18n.text(key).to_owned(),
        Said::Text(text) => text,
    }
}

fn draw_card(inbox: &Inbox, card: BodyCard) -> Drawn {
    let lines: Vec<Drawn> = card
        .lines
        .into_iter()
        .map(|line| draw_line(inbox, line))
        .collect();
    drawn(view! {
        <div class="card">
            {card.icon.draw()}
            <div class="card-words">
                <span class="card-title" dir="auto">{say(inbox, card.title)}</span>
                {lines}
            </div>
        </div>
    })
}

fn draw_line(inbox: &Inbox, line: Line) -> Drawn {
    let words = say(inbox, line.said);
    let words = match line.href {
        Some(href) => linked(words, href),
        None => drawn(words),
    };
    let label = line
        .label
        .map(|label| drawn(view! { <span class="card-label" dir="auto">{label}</span> }));
    drawn(view! {
        <span class="card-line" dir="auto">{Drawn::from(label)} {words}</span>
    })
}

/// What the customer sees as buttons. Nobody presses them here.
fn draw_buttons(buttons: Vec<String>) -> Drawn {
    let buttons: Vec<Drawn> = buttons
        .into_iter()
        .map(|button| drawn(view! { <li dir="auto">{button}</li> }))
        .collect();
    drawn(view! { <ul class="choices">{buttons}</ul> })
}

/// A list as the customer sees it once it is open.
fn draw_list(action: String, rows: Vec<Choice>) -> Drawn {
    let rows: Vec<Drawn> = rows.into_iter().map(draw_row).collect();
    drawn(view! {
        <div class="offer">
            <span class="offer-action" dir="auto">{Icon::LIST.draw()} {action}</span>
            <ul class="offer-rows">{rows}</ul>
        </div>
    })
}

fn draw_row(row: Choice) -> Drawn {
    let section = row
        .section
        .map(|section| drawn(view! { <span class="offer-section" dir="auto">{section}</span> }));
    let description = row
        .description
        .map(|words| drawn(view! { <span class="card-line" dir="auto">{words}</span> }));
    drawn(view! {
        <li>
            {Drawn::from(section)}
            <span class="offer-row" dir="auto">{row.title}</span>
            {Drawn::from(description)}
        </li>
    })
}

/// What a message is that cannot be shown here, why, and where to see it.
fn placeholder(inbox: &Inbox, kind: &str, why: Option<String>) -> Drawn {
    let hint = why.unwrap_or_else(|| inbox.i18n.text(Key::OpenOnPhone).to_owned());
    drawn(view! {
        <span class="placeholder">
            {Icon::of_kind(kind).draw()}
            <span class="placeholder-words">
                <span class="placeholder-kind">{inbox.i18n.text(name_of(kind))}</span>
                <span class="placeholder-hint" dir="auto">{hint}</span>
            </span>
        </span>
    })
}
