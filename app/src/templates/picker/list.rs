//! The list of templates, with a search and a choice of languages. The search keeps the focus; arrows go through the list.

use super::{Found, PAUSE, Pick, tag_of};
use crate::conversations::FailureLine;
use crate::drawn::{Drawn, attr, drawn, effect, listener, live, live_on, text};
use crate::i18n::{Key, label, sentence, t};
use crate::templates::MessageTemplate;
use leptos::html::Input;
use leptos::prelude::*;

/// The id of the list, for the search that rules it.
const LIST: &str = "template-list";

/// The id of a row.
fn row_id(index: usize) -> String {
    ["template-", &index.to_string()].concat()
}

pub(super) fn draw(pick: &Pick) -> Drawn {
    let field = NodeRef::<Input>::new();
    effect(move || {
        if let Some(field) = field.get() {
            _ = field.focus();
        }
    });
    let value = {
        let query = pick.query.clone();
        text(move || query.get())
    };
    let search = {
        let pick = pick.clone();
        listener(move |event| {
            pick.query.set(event_target_value(&event));
            pick.ask(PAUSE);
        })
    };
    let keys = {
        let pick = pick.clone();
        listener(move |event: web_sys::KeyboardEvent| {
            if !event.is_composing() && pick.move_by_key(&event.key()) {
                event.prevent_default();
            }
        })
    };
    let active = {
        let (found, at) = (pick.found.clone(), pick.at.clone());
        attr(move || {
            let has_rows =
                found.with(|found| matches!(found, Found::There(all) if !all.is_empty()));
            has_rows.then(|| row_id(at.get()))
        })
    };
    drawn(view! {
        <div class="dialog-tools">
            <input
                type="search"
                class="text-field"
                role="combobox"
                aria-expanded="true"
                aria-autocomplete="list"
                aria-controls=LIST
                aria-activedescendant=active
                aria-label=label(Key::SearchTemplates)
                placeholder=label(Key::SearchTemplates)
                dir="auto"
                node_ref=field
                prop:value=value
                on:input=search
                on:keydown=keys
            />
            {languages(pick)}
        </div>
        {rows(pick)}
    })
}

/// The choice of a language, where there are several.
fn languages(pick: &Pick) -> impl IntoView + use<> {
    let pick = pick.clone();
    let several = {
        let languages = pick.languages.clone();
        move || languages.with(|known| (known.len() > 1).then(|| known.join(" ")))
    };
    live_on(several, move |known| {
        let now = pick.language.get_untracked();
        let choose = {
            let pick = pick.clone();
            listener(move |event| {
                pick.language.set(event_target_value(&event));
                pick.ask(0);
            })
        };
        let options: Vec<Drawn> = known
            .split(' ')
            .map(|code| {
                let is_it = code == now;
                drawn(
                    view! { <option value=code.to_owned() selected=is_it>{tag_of(code)}</option> },
                )
            })
            .collect();
        drawn(view! {
            <select class="text-field" aria-label=label(Key::Language) on:change=choose>
                <option value="">{t(Key::AllLanguages)}</option>
                {options}
            </select>
        })
    })
}

fn rows(pick: &Pick) -> impl IntoView + use<> {
    let pick = pick.clone();
    live(move || match pick.found.get() {
        Found::Nothing => drawn(view! {
            <div class="part-wait" role="status" aria-label=label(Key::Loading)></div>
        }),
        Found::Failed(error) => {
            let words = sentence(pick.inbox.i18n.locale(), &error);
            let pick = pick.clone();
            let again = Box::new(move || {
                pick.found.set(Found::Nothing);
                pick.ask(0);
            });
            drawn(view! { <FailureLine title=Key::TemplatesFailed words again /> })
        }
        Found::There(all) if all.is_empty() => nothing(&pick),
        Found::There(all) => {
            let rows: Vec<Drawn> = all
                .into_iter()
                .enumerate()
                .map(|(index, template)| row(&pick, index, template))
                .collect();
            drawn(view! {
                <ul class="template-list" id=LIST role="listbox" aria-label=label(Key::Templates)>
                    {rows}
                </ul>
            })
        }
    })
}

fn nothing(pick: &Pick) -> Drawn {
    let is_whole = pick.query.with_untracked(|query| query.trim().is_empty())
        && pick.language.with_untracked(String::is_empty);
    if is_whole {
        drawn(view! {
            <div class="blank" role="status">
                <p class="blank-title">{t(Key::NoTemplatesTitle)}</p>
                <p>{t(Key::NoTemplatesText)}</p>
            </div>
        })
    } else {
        drawn(view! {
            <div class="blank" role="status">
                <p>{t(Key::NoTemplateFound)}</p>
            </div>
        })
    }
}

fn row(pick: &Pick, index: usize, template: MessageTemplate) -> Drawn {
    let is_at = {
        let at = pick.at.clone();
        attr(move || {
            Some(String::from(if at.get() == index {
                "true"
            } else {
                "false"
            }))
        })
    };
    let approved = template.is_approved();
    let status = (!approved)
        .then(|| drawn(view! { <span class="template-status">{t(Key::NotApproved)}</span> }));
    let (name, body) = (template.name.clone(), template.body.clone());
    let language = tag_of(&template.language);
    let choose = {
        let pick = pick.clone();
        listener(move |_| pick.choose(index))
    };
    drawn(view! {
        <li
            class="template-row"
            id=row_id(index)
            role="option"
            aria-selected=is_at
            aria-disabled=attr_if_not(approved)
            on:click=choose
        >
            <span class="template-name">
                <bdi>{name}</bdi>
                <span class="badge">{language}</span>
                {Drawn::from(status)}
            </span>
            <span class="template-words" dir="auto">{body}</span>
        </li>
    })
}

fn attr_if_not(holds: bool) -> Option<&'static str> {
    (!holds).then_some("true")
}

impl Pick {
    /// Follows a key of the search field; `true` if it was one for the list.
    fn move_by_key(&self, key: &str) -> bool {
        let count = self.found.with_untracked(|found| match found {
            Found::There(all) => all.len(),
            _ => 0,
        });
        let Some(last) = count.checked_sub(1) else {
            return false;
        };
        let at = self.at.get_untracked();
        let to = match key {
            "ArrowDown" => (at + 1).min(last),
            "ArrowUp" => at.saturating_sub(1),
            "Enter" => {
                self.choose(at);
                return true;
            }
            _ => return false,
        };
        self.at.set(to);
        show_row(to);
        true
    }

    /// Takes a template, if WhatsApp would.
    fn choose(&self, index: usize) {
        self.at.set(index);
        let template = self.found.with_untracked(|found| match found {
            Found::There(all) => all.get(index).cloned(),
            _ => None,
        });
        if let Some(template) = template.filter(MessageTemplate::is_approved) {
            self.chosen.set(Some(template));
        }
    }
}

fn show_row(index: usize) {
    if let Some(row) = document().get_element_by_id(&row_id(index)) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        row.scroll_into_view_with_scroll_into_view_options(&options);
    }
}
