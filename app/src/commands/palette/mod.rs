//! The palette: conversations and commands by a few letters of their names.

mod offer;

use super::fuzzy::Name;
use super::table::{COMMANDS, Shortcut};
use super::{Choice, Overlay, sheet};
use crate::browser;
use crate::conversations::{Avatar, Conversation};
use crate::drawn::{Drawn, attr, drawn, effect, listener, live, text};
use crate::i18n::{Key, label, t};
use crate::icons::Icon;
use crate::ids::ConversationId;
use crate::inbox::{Inbox, focus_thread};
use crate::on_demand::Part;
use crate::paging::PageRequest;
use crate::search::{Search, is_too_short};
use leptos::html::{Dialog, Input};
use leptos::prelude::*;
use leptos::wasm_split::wasm_split;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// How long to wait for another letter before the server is asked, in milliseconds.
const PAUSE: u32 = 200;
/// The id of the list.
const LIST: &str = "palette-list";

#[derive(Clone)]
struct Palette {
    inbox: Inbox,
    query: ArcRwSignal<String>,
    /// What the server found for the query.
    found: ArcRwSignal<Vec<Conversation>>,
    at: ArcRwSignal<usize>,
    /// Names of the conversations that are held, ready to be compared.
    names: Arc<Vec<(ConversationId, Name)>>,
    /// Counts questions: an answer to an earlier one is passed over.
    asked: Arc<AtomicU32>,
    dialog: NodeRef<Dialog>,
}

/// Leads to the palette.
#[wasm_split(tools, wasm_split_path = ::leptos::wasm_split, fallible)]
#[allow(
    clippy::unnecessary_wraps,
    reason = "what the macro makes of it can fail"
)]
pub(crate) fn palette_part() -> Part<Inbox> {
    Ok(|inbox| draw(&inbox))
}

/// The palette, over the inbox.
pub fn draw(inbox: &Inbox) -> Drawn {
    let palette = Palette {
        names: Arc::new(offer::names(inbox)),
        inbox: inbox.clone(),
        query: ArcRwSignal::default(),
        found: ArcRwSignal::default(),
        at: ArcRwSignal::new(0),
        asked: Arc::default(),
        dialog: NodeRef::new(),
    };
    let (node, field) = (palette.dialog, NodeRef::<Input>::new());
    effect(move || {
        if let Some(dialog) = node.get() {
            _ = dialog.show_modal();
        }
        if let Some(field) = field.get() {
            _ = field.focus();
        }
    });
    let closed = {
        let inbox = inbox.clone();
        listener(move |_: web_sys::Event| inbox.take_away(Overlay::Palette))
    };
    let write = {
        let palette = palette.clone();
        listener(move |event| {
            palette.query.set(event_target_value(&event));
            palette.at.set(0);
            palette.ask();
        })
    };
    let keys = {
        let palette = palette.clone();
        listener(move |event: web_sys::KeyboardEvent| {
            let composing = event.is_composing() || event.key_code() == 229;
            if !composing && palette.take_key(&event.key()) {
                event.prevent_default();
            }
        })
    };
    let active = {
        let palette = palette.clone();
        attr(move || {
            let at = palette.at.get();
            (at < palette.offer().rows().count()).then(|| row_id(at))
        })
    };
    let rows = {
        let palette = palette.clone();
        live(move || palette.rows())
    };
    let value = {
        let query = palette.query.clone();
        text(move || query.get())
    };
    drawn(view! {
        <dialog class="dialog palette" aria-label=label(Key::Palette) data-testid="palette" node_ref=node on:close=closed>
            <div class="palette-field">
                {Icon::SEARCH.draw()}
                <input
                    type="text"
                    class="search-field"
                    role="combobox"
                    autocomplete="off"
                    spellcheck="false"
                    dir="auto"
                    aria-expanded="true"
                    aria-autocomplete="list"
                    aria-controls=LIST
                    aria-activedescendant=active
                    aria-label=label(Key::PaletteField)
                    placeholder=label(Key::PaletteField)
                    node_ref=field
                    prop:value=value
                    on:input=write
                    on:keydown=keys
                />
            </div>
            {rows}
        </dialog>
    })
}

impl Palette {
    /// Asks the server for those that are not held.
    fn ask(&self) {
        let palette = self.clone();
        let question = self.asked.fetch_add(1, Ordering::Relaxed) + 1;
        browser::spawn(async move {
            browser::sleep(PAUSE).await;
            let is_old = || palette.asked.load(Ordering::Relaxed) != question;
            let query = palette.query.get_untracked().trim().to_owned();
            if is_old() || is_too_short(&query) {
                return;
            }
            let request = Search {
                query,
                conversation_id: None,
                page: PageRequest {
                    limit: Some(1),
                    ..PageRequest::first()
                },
            };
            // What is held is there without an answer: a refusal changes nothing.
            let answer = palette.inbox.call(request).await;
            if !is_old() {
                let found = answer.map(|page| page.conversations);
                palette.found.set(found.unwrap_or_default());
            }
        });
    }

    fn take_key(&self, key: &str) -> bool {
        let offer = untrack(|| self.offer());
        let Some(last) = offer.rows().count().checked_sub(1) else {
            return false;
        };
        let at = self.at.get_untracked().min(last);
        let to = match key {
            "ArrowDown" => (at + 1) % (last + 1),
            "ArrowUp" => at.checked_sub(1).unwrap_or(last),
            "Enter" => {
                if let Some(choice) = offer.rows().nth(at).cloned() {
                    self.choose(choice);
                }
                return true;
            }
            _ => return false,
        };
        self.at.set(to);
        browser::bring_into_view(&["#", &row_id(to)].concat());
        true
    }

    fn choose(&self, choice: Choice) {
        let inbox = &self.inbox;
        inbox.commands.note(choice.clone());
        // First the focus goes back to where it was, and then wherever the choice leads.
        if let Some(dialog) = self.dialog.get_untracked() {
            dialog.close();
        }
        inbox.commands.overlay.set(None);
        match choice {
            Choice::Command(at) => (COMMANDS[at].run)(inbox),
            Choice::Conversation(id) => {
                let found = self.found.get_untracked();
                if let Some(row) = found.into_iter().find(|row| row.id == id) {
                    inbox.act(|engine| engine.put_found(row));
                }
                inbox.open_conversation(id);
                focus_thread();
            }
        }
    }

    fn rows(&self) -> Drawn {
        let offer = self.offer();
        if offer.rows().next().is_none() {
            return drawn(view! {
                <div class="blank" role="status">
                    <p class="blank-title">{t(Key::NothingFoundTitle)}</p>
                    <p>{t(Key::PaletteEmpty)}</p>
                </div>
            });
        }
        let mut index = 0;
        let mut group = |name: Key, choices: &[Choice]| -> Drawn {
            let rows: Vec<Drawn> = choices
                .iter()
                .map(|choice| {
                    index += 1;
                    self.row(index - 1, choice)
                })
                .collect();
            group_of(name, rows)
        };
        let recent = group(Key::PaletteRecent, &offer.recent);
        let conversations = group(Key::Conversations, &offer.conversations);
        let commands = group(Key::PaletteCommands, &offer.commands);
        drawn(view! {
            <div class="palette-list" id=LIST role="listbox" aria-label=label(Key::Palette)>
                {recent}
                {conversations}
                {commands}
            </div>
        })
    }

    fn row(&self, index: usize, choice: &Choice) -> Drawn {
        let at = self.at.clone();
        let is_at = attr(move || Some((at.get() == index).to_string()));
        let choose = {
            let (palette, choice) = (self.clone(), choice.clone());
            listener(move |_| palette.choose(choice.clone()))
        };
        let inside = match choice {
            Choice::Command(at) => command(*at),
            Choice::Conversation(id) => self.person(id),
        };
        drawn(view! {
            <div
                class="palette-row"
                role="option"
                id=row_id(index)
                data-testid="palette-row"
                aria-selected=is_at
                on:click=choose
            >
                {inside}
            </div>
        })
    }

    fn person(&self, id: &ConversationId) -> Drawn {
        let held = self.inbox.row(id).map(|row| row.get_untracked());
        let row = held.or_else(|| {
            let found = self.found.get_untracked();
            found.into_iter().find(|row| row.id == *id)
        });
        let Some(row) = row else {
            return Drawn::NOTHING;
        };
        let name = row.contact.label();
        let phone = row.contact.phone.clone().filter(|phone| *phone != name);
        let phone = phone.map(|phone| drawn(view! { <bdi class="palette-more">{phone}</bdi> }));
        drawn(view! {
            <Avatar row=ArcRwSignal::new(row) />
            <span class="palette-name" dir="auto">{name}</span>
            {Drawn::from(phone)}
        })
    }
}

fn command(at: usize) -> Drawn {
    let command = &COMMANDS[at];
    let keys = match command.shortcut {
        Shortcut::None => Drawn::NOTHING,
        Shortcut::Single(key) => sheet::keys(&[key]),
        Shortcut::Shown(keys) => sheet::keys(keys),
    };
    drawn(view! {
        <span class="palette-name">{t(command.name)}</span>
        <span class="palette-more" aria-hidden="true">{keys}</span>
    })
}

fn group_of(name: Key, rows: Vec<Drawn>) -> Drawn {
    if rows.is_empty() {
        return Drawn::NOTHING;
    }
    drawn(view! {
        <div role="group" aria-label=label(name)>
            <p class="found-title" aria-hidden="true">{t(name)}</p>
            {rows}
        </div>
    })
}

fn row_id(index: usize) -> String {
    ["palette-", &index.to_string()].concat()
}
