//! Choosing a template, filling it and sending it: a dialog over the inbox, with the list first and then the one that was chosen.

mod form;
mod list;

use super::MessageTemplate;
use super::api::ListTemplates;
use crate::browser;
use crate::dialog::{Dialog, close};
use crate::drawn::{Drawn, drawn, live_on};
use crate::error::ApiError;
use crate::i18n::Key;
use crate::ids::{ConversationId, NumberId};
use crate::inbox::Inbox;
use crate::on_demand::{Part, on_demand};
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_split::wasm_split;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// How long to wait for another letter before asking, in milliseconds.
const PAUSE: u32 = 180;

/// What the server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Found {
    /// It has not yet.
    Nothing,
    /// The templates that match.
    There(Vec<MessageTemplate>),
    /// It did not.
    Failed(ApiError),
}

/// Leads to what is in the dialog.
#[wasm_split(tools, wasm_split_path = ::leptos::wasm_split, fallible)]
#[allow(
    clippy::unnecessary_wraps,
    reason = "what the macro makes of it can fail"
)]
pub fn picker_part() -> Part<Pick> {
    Ok(Pick::steps)
}

/// What the dialog holds while it is open.
#[derive(Clone)]
pub struct Pick {
    inbox: Inbox,
    conversation: ConversationId,
    number: NumberId,
    query: ArcRwSignal<String>,
    /// Empty for all.
    language: ArcRwSignal<String>,
    /// All that were met.
    languages: ArcRwSignal<Vec<String>>,
    found: ArcRwSignal<Found>,
    /// Where the keyboard is in the list.
    at: ArcRwSignal<usize>,
    chosen: ArcRwSignal<Option<MessageTemplate>>,
    /// Counts questions: an answer to an earlier one is passed over.
    asked: Arc<AtomicU32>,
    dialog: NodeRef<html::Dialog>,
}

/// The dialog, while [`crate::inbox::ThreadStore::picks_template`] says so.
#[component]
pub fn TemplatePicker(id: ConversationId) -> impl IntoView {
    let inbox = Inbox::expect();
    let picks = inbox.thread.picks_template.clone();
    live_on(
        move || picks.get().then(String::new),
        move |_| {
            let number = inbox
                .row(&id)
                .map(|row| row.read_untracked().number_id.clone());
            number
                .map(|number| {
                    Pick {
                        inbox: inbox.clone(),
                        conversation: id.clone(),
                        number,
                        query: ArcRwSignal::default(),
                        language: ArcRwSignal::default(),
                        languages: ArcRwSignal::default(),
                        found: ArcRwSignal::new(Found::Nothing),
                        at: ArcRwSignal::new(0),
                        chosen: ArcRwSignal::new(None),
                        asked: Arc::default(),
                        dialog: NodeRef::new(),
                    }
                    .draw()
                })
                .into()
        },
    )
}

impl Pick {
    fn draw(self) -> Drawn {
        let closed = {
            let picks = self.inbox.thread.picks_template.clone();
            move || picks.set(false)
        };
        let (back, node) = (self.clone(), self.dialog);
        Dialog::new(Key::Templates, "dialog", "templates", node, closed)
            .stepping_back(move || back.step_back())
            .draw(drawn(on_demand(self, picker_part)))
    }

    /// The list, and then the one that was chosen.
    fn steps(self) -> Drawn {
        self.ask(0);
        let chosen = self.chosen.clone();
        drawn(live_on(
            move || {
                let is_chosen = chosen.with(Option::is_some);
                Some(String::from(if is_chosen { "form" } else { "list" }))
            },
            move |step| {
                let chosen = self.chosen.get_untracked();
                match chosen.filter(|_| step == "form") {
                    Some(template) => form::draw(&self, template),
                    None => list::draw(&self),
                }
            },
        ))
    }

    /// From the chosen one to the list, from the list out.
    fn step_back(&self) {
        if self.chosen.with_untracked(Option::is_some) {
            self.chosen.set(None);
        } else {
            close(self.dialog);
        }
    }

    /// Asks for the templates that match, after a while: another letter may follow.
    fn ask(&self, pause: u32) {
        let pick = self.clone();
        let question = pick.asked.fetch_add(1, Ordering::Relaxed) + 1;
        browser::spawn(async move {
            if pause > 0 {
                browser::sleep(pause).await;
            }
            let is_old = || pick.asked.load(Ordering::Relaxed) != question;
            if is_old() {
                return;
            }
            let language = Some(pick.language.get_untracked()).filter(|code| !code.is_empty());
            let answer = pick
                .inbox
                .call(ListTemplates {
                    number_id: pick.number.clone(),
                    query: pick.query.get_untracked(),
                    language,
                })
                .await;
            if !is_old() {
                pick.take(answer);
            }
        });
    }

    fn take(&self, answer: Result<Vec<MessageTemplate>, ApiError>) {
        self.at.set(0);
        self.found.set(match answer {
            Ok(templates) => {
                self.languages
                    .update(|known| note_languages(known, &templates));
                Found::There(templates)
            }
            Err(error) => Found::Failed(error),
        });
    }
}

fn note_languages(known: &mut Vec<String>, templates: &[MessageTemplate]) {
    for template in templates {
        if !known.contains(&template.language) {
            known.push(template.language.clone());
        }
    }
    known.sort_unstable();
}

/// A language as the web writes it.
fn tag_of(language: &str) -> String {
    language.replace('_', "-")
}
