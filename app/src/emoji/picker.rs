//! The picker: a search, the groups as tabs, and a grid. Only what is in the grid is in the document.

use super::{Aim, Emoji, Groups, find};
use crate::browser;
use crate::drawn::{Drawn, attr, drawn, effect, listener, live, text};
use crate::i18n::{Key, label, t};
use crate::icons::Icon;
use crate::ids::ConversationId;
use crate::inbox::Inbox;
use crate::messages::insert_at_caret;
use crate::on_demand::Part;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::wasm_split::wasm_split;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

/// The grid has as many columns; the stylesheet says the same.
const COLUMNS: i32 = 8;
/// As many are shown of what is found.
const MOST: usize = 96;
/// What stands for the tone.
const HAND: [&str; 6] = ["✋", "✋🏻", "✋🏼", "✋🏽", "✋🏾", "✋🏿"];

/// What is recent, then Unicode's groups.
const TABS: [(&str, Key); 10] = [
    ("🕘", Key::EmojiRecent),
    ("😀", Key::EmojiSmileys),
    ("👋", Key::EmojiPeople),
    ("🐻", Key::EmojiNature),
    ("🍔", Key::EmojiFood),
    ("🚗", Key::EmojiTravel),
    ("⚽", Key::EmojiActivities),
    ("💡", Key::EmojiObjects),
    ("❤️", Key::EmojiSymbols),
    ("🏁", Key::EmojiFlags),
];

/// The emoji of the language, as far as they have come.
#[derive(Clone, PartialEq, Eq)]
enum Held {
    Waiting,
    There(Arc<Groups>),
    Failed,
}

#[derive(Clone)]
struct Picker {
    inbox: Inbox,
    conversation: ConversationId,
    held: ArcRwSignal<Held>,
    query: ArcRwSignal<String>,
    tab: ArcRwSignal<usize>,
}

/// Leads to the emoji.
#[wasm_split(tools, wasm_split_path = ::leptos::wasm_split, fallible)]
#[allow(
    clippy::unnecessary_wraps,
    reason = "what the macro makes of it can fail"
)]
pub(crate) fn emoji_part() -> Part<(Inbox, ConversationId)> {
    Ok(|(inbox, conversation)| draw(&inbox, &conversation))
}

/// The picker, for what [`super::Emojis::aim`] says.
pub(crate) fn draw(inbox: &Inbox, conversation: &ConversationId) -> Drawn {
    let has_recent = inbox
        .emojis
        .recent
        .with_untracked(|recent| !recent.is_empty());
    let picker = Picker {
        inbox: inbox.clone(),
        conversation: conversation.clone(),
        held: ArcRwSignal::new(Held::Waiting),
        query: ArcRwSignal::default(),
        tab: ArcRwSignal::new(usize::from(!has_recent)),
    };
    picker.load();
    let node = NodeRef::<Div>::new();
    effect(move || {
        if let Some(node) = node.get() {
            // On a touch screen that would raise the keyboard over it.
            let first = if browser::has_touch() {
                "[role=tab]"
            } else {
                "input"
            };
            focus_in(&node, first);
        }
    });
    let keys = {
        let picker = picker.clone();
        listener(move |event: KeyboardEvent| picker.key(&event))
    };
    let leave = {
        let aim = inbox.emojis.aim.clone();
        listener(move |event: web_sys::FocusEvent| {
            let to = event.related_target();
            let to = to.and_then(|to| to.dyn_into::<web_sys::Node>().ok());
            let node = node.try_get_untracked().flatten();
            if to.is_some() && !node.is_some_and(|node| node.contains(to.as_ref())) {
                aim.set(None);
            }
        })
    };
    let (head, tabs, grid) = (picker.head(), picker.tabs(), picker.grid());
    drawn(view! {
        <div
            class="emoji-picker"
            role="dialog"
            aria-label=label(Key::Emoji)
            data-testid="emoji-picker"
            node_ref=node
            on:keydown=keys
            on:focusout=leave
        >
            {head}
            {tabs}
            {grid}
        </div>
    })
}

impl Picker {
    fn load(&self) {
        let picker = self.clone();
        browser::spawn(async move {
            let locale = picker.inbox.i18n.locale_now();
            let emojis = &picker.inbox.emojis;
            let groups = match emojis.held(locale) {
                Some(groups) => Some(groups),
                None => emojis.fetch(locale).await,
            };
            picker.held.set(groups.map_or(Held::Failed, Held::There));
        });
    }

    fn head(&self) -> Drawn {
        let search = {
            let query = self.query.clone();
            listener(move |event| query.set(browser::folded(&event_target_value(&event))))
        };
        let tone = {
            let tone = self.inbox.emojis.tone.clone();
            text(move || HAND[tone.get() % HAND.len()].to_owned())
        };
        let next = {
            let tone = self.inbox.emojis.tone.clone();
            listener(move |_| tone.update(|tone| *tone = (*tone + 1) % HAND.len()))
        };
        let close = {
            let inbox = self.inbox.clone();
            listener(move |_| inbox.emojis.close())
        };
        drawn(view! {
            <div class="emoji-head">
                <input
                    type="search"
                    class="text-field"
                    dir="auto"
                    aria-label=label(Key::SearchEmoji)
                    placeholder=label(Key::SearchEmoji)
                    on:input=search
                />
                <button type="button" class="icon-button" aria-label=label(Key::SkinTone) title=label(Key::SkinTone) on:click=next>
                    {tone}
                </button>
                <button type="button" class="icon-button" aria-label=label(Key::Close) on:click=close>
                    {Icon::CLOSE.draw()}
                </button>
            </div>
        })
    }

    fn tabs(&self) -> Drawn {
        let tabs: Vec<Drawn> = TABS
            .iter()
            .enumerate()
            .map(|(index, (sign, name))| {
                let (tab, query) = (self.tab.clone(), self.query.clone());
                let is_on = {
                    let tab = tab.clone();
                    move || query.with(String::is_empty) && tab.get() == index
                };
                let selected = attr(move || Some(is_on().to_string()));
                let picker = self.clone();
                let choose = listener(move |_| picker.show(index));
                drawn(view! {
                    <button
                        type="button"
                        role="tab"
                        aria-label=label(*name)
                        title=label(*name)
                        aria-selected=selected
                        on:click=choose
                    >
                        {*sign}
                    </button>
                })
            })
            .collect();
        drawn(
            view! { <div class="emoji-tabs" role="tablist" aria-label=label(Key::Emoji)>{tabs}</div> },
        )
    }

    fn show(&self, tab: usize) {
        self.query.set(String::new());
        if let Ok(Some(field)) = document().query_selector(".emoji-head input")
            && let Ok(field) = field.dyn_into::<web_sys::HtmlInputElement>()
        {
            field.set_value("");
        }
        self.tab.set(tab);
    }

    fn grid(&self) -> impl IntoView + use<> {
        let picker = self.clone();
        live(move || match picker.held.get() {
            Held::Waiting => drawn(view! {
                <div class="emoji-wait" role="status" aria-label=label(Key::Loading)></div>
            }),
            Held::Failed => {
                let picker = picker.clone();
                let again = listener(move |_| {
                    picker.held.set(Held::Waiting);
                    picker.load();
                });
                drawn(view! {
                    <div class="emoji-wait is-words" role="alert">
                        <p>{t(Key::EmojiFailed)}</p>
                        <button type="button" class="button" on:click=again>{t(Key::Retry)}</button>
                    </div>
                })
            }
            Held::There(groups) => picker.signs(&groups),
        })
    }

    /// Tracks the search, the tab and the tone.
    fn signs(&self, groups: &Groups) -> Drawn {
        let tone = self.inbox.emojis.tone.get();
        let query = self.query.get();
        let shown: Vec<(String, String)> = match (query.trim(), self.tab.get()) {
            ("", 0) => self
                .inbox
                .emojis
                .recent
                .get_untracked()
                .into_iter()
                .map(|sign| (sign.clone(), sign))
                .collect(),
            ("", tab) => {
                let group = groups.get(tab - 1).map_or(&[][..], Vec::as_slice);
                group.iter().map(|emoji| shown(emoji, tone)).collect()
            }
            (query, _) => find(groups, query, MOST)
                .into_iter()
                .map(|emoji| shown(emoji, tone))
                .collect(),
        };
        if shown.is_empty() {
            let words = if query.trim().is_empty() {
                Key::NoRecentEmoji
            } else {
                Key::NoEmoji
            };
            return drawn(view! { <p class="emoji-wait is-words" role="status">{t(words)}</p> });
        }
        let signs: Vec<Drawn> = shown
            .into_iter()
            .enumerate()
            .map(|(index, (sign, name))| {
                let stop = if index == 0 { "0" } else { "-1" };
                let (shown, title) = (sign.clone(), name.clone());
                drawn(view! {
                    <button type="button" role="option" tabindex=stop title=title aria-label=name data-sign=sign>
                        {shown}
                    </button>
                })
            })
            .collect();
        let picker = self.clone();
        let take = listener(move |event: web_sys::MouseEvent| {
            let target = event
                .target()
                .and_then(|it| it.dyn_into::<HtmlElement>().ok());
            let button = target.and_then(|it| it.closest("[data-sign]").ok().flatten());
            if let Some(sign) = button.and_then(|it| it.get_attribute("data-sign")) {
                picker.take(&sign);
            }
        });
        drawn(view! {
            <div class="emoji-grid" role="listbox" aria-label=label(Key::Emoji) on:click=take>{signs}</div>
        })
    }

    fn take(&self, sign: &str) {
        let emojis = &self.inbox.emojis;
        emojis.note(sign);
        match emojis.aim.get_untracked() {
            // Another one may follow.
            Some(Aim::Composer) => {
                insert_at_caret(&self.inbox.writing(&self.conversation).words(), sign);
            }
            Some(Aim::Message(key)) => {
                emojis.close();
                let bubble = self.inbox.thread.bubble(&key);
                if let Some(id) = bubble.and_then(|it| it.with_untracked(|it| it.body.id.clone())) {
                    self.inbox.react(id, sign.to_owned());
                }
            }
            None => {}
        }
    }

    fn key(&self, event: &KeyboardEvent) {
        let Some(at) = event
            .target()
            .and_then(|it| it.dyn_into::<HtmlElement>().ok())
        else {
            return;
        };
        if event.is_composing() {
            return;
        }
        let key = event.key();
        let is_rtl = self.inbox.i18n.locale_now().dir() == "rtl";
        let forward = if is_rtl { -1 } else { 1 };
        let in_search = at.tag_name() == "INPUT";
        let picker = at.closest(".emoji-picker").ok().flatten();
        let taken = match key.as_str() {
            "Escape" => {
                self.inbox.emojis.close();
                true
            }
            "ArrowDown" if in_search => picker.is_some_and(|it| focus_in(&it, "[data-sign]")),
            "Enter" if in_search => {
                let first = picker.and_then(|it| it.query_selector("[data-sign]").ok().flatten());
                if let Some(sign) = first.and_then(|it| it.get_attribute("data-sign")) {
                    self.take(&sign);
                }
                true
            }
            _ if in_search => false,
            "ArrowRight" => step(&at, forward),
            "ArrowLeft" => step(&at, -forward),
            "ArrowDown" if at.has_attribute("data-sign") => step(&at, COLUMNS),
            "ArrowUp" if at.has_attribute("data-sign") => {
                step(&at, -COLUMNS) || picker.is_some_and(|it| focus_in(&it, "input"))
            }
            "ArrowDown" => picker.is_some_and(|it| focus_in(&it, "[data-sign]")),
            "Home" => step(&at, i32::MIN),
            "End" => step(&at, i32::MAX),
            // A letter goes on in the search: the browser puts it where the focus is by then.
            _ if is_letter(event, &key) => {
                if let Some(picker) = picker {
                    focus_in(&picker, "input");
                }
                false
            }
            _ => false,
        };
        if taken {
            event.prevent_default();
        }
    }
}

/// Whether a key writes something.
fn is_letter(event: &KeyboardEvent, key: &str) -> bool {
    let is_command = event.ctrl_key() || event.meta_key() || event.alt_key();
    key.chars().count() == 1 && key != " " && !is_command
}

/// What is drawn of an emoji, and its name.
fn shown(emoji: &Emoji, tone: usize) -> (String, String) {
    (emoji.in_tone(tone).to_owned(), emoji.name.clone())
}

fn focus_in(within: &web_sys::Element, selector: &str) -> bool {
    let found = within.query_selector(selector).ok().flatten();
    found
        .and_then(|found| found.dyn_into::<HtmlElement>().ok())
        .is_some_and(|found| found.focus().is_ok())
}

/// Moves the focus among the siblings of a button; further than they go only by whole steps to the end.
fn step(at: &HtmlElement, by: i32) -> bool {
    let Some(all) = at.parent_element().map(|parent| parent.children()) else {
        return false;
    };
    let last = i32::try_from(all.length()).unwrap_or(0) - 1;
    let Some(index) = (0..=last).find(|index| {
        u32::try_from(*index)
            .ok()
            .and_then(|index| all.item(index))
            .is_some_and(|it| it == **at)
    }) else {
        return false;
    };
    let to = match by {
        i32::MIN => 0,
        i32::MAX => last,
        _ => index + by,
    };
    if !(0..=last).contains(&to) {
        return false;
    }
    let other = u32::try_from(to).ok().and_then(|to| all.item(to));
    let Some(other) = other.and_then(|it| it.dyn_into::<HtmlElement>().ok()) else {
        return false;
    };
    if at.has_attribute("data-sign") {
        at.set_tab_index(-1);
        other.set_tab_index(0);
    }
    other.focus().is_ok()
}
