//! More ways to send: later, at a time of the reader's choice, and how sending works on this page.

use crate::browser;
use crate::drawn::{Drawn, attr, attr_if, drawn, effect, listener, live_on, text};
use crate::i18n::{Key, dates, fill, label, t};
use crate::ids::ConversationId;
use crate::inbox::Inbox;
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

const HOUR: i64 = 3_600_000;
/// When a day begins for those who send in the morning.
const MORNING: u32 = 9;
/// For how many seconds a send can be undone.
const HOLDS: [i64; 3] = [0, 5, 10];

#[derive(Clone)]
struct Menu {
    inbox: Inbox,
    conversation: ConversationId,
    /// What is wrong with the time that was chosen.
    trouble: ArcRwSignal<Option<String>>,
}

/// The choices, above the button that opens them.
pub(crate) fn draw(inbox: &Inbox, conversation: &ConversationId) -> Drawn {
    let menu = Menu {
        inbox: inbox.clone(),
        conversation: conversation.clone(),
        trouble: ArcRwSignal::new(None),
    };
    let node = NodeRef::<Div>::new();
    effect(move || {
        if let Some(node) = node.get()
            && let Ok(Some(first)) = node.query_selector("button:not(:disabled), input, select")
            && let Ok(first) = first.dyn_into::<web_sys::HtmlElement>()
        {
            _ = first.focus();
        }
    });
    let escape = {
        let menu = menu.clone();
        listener(move |event: web_sys::KeyboardEvent| {
            if event.key() == "Escape" {
                event.prevent_default();
                menu.close();
            }
        })
    };
    let leave = {
        let open = inbox.thread.picks_time.clone();
        listener(move |event: web_sys::FocusEvent| {
            let to = event.related_target();
            let to = to.and_then(|to| to.dyn_into::<web_sys::Node>().ok());
            let node = node.try_get_untracked().flatten();
            if to.is_some() && !node.is_some_and(|node| node.contains(to.as_ref())) {
                open.set(false);
            }
        })
    };
    let now = browser::now();
    let choices = [
        menu.choice(Key::InOneHour, now + HOUR),
        menu.choice(Key::TomorrowMorning, dates::tomorrow_at(now, MORNING)),
    ];
    let (pick, settings) = (menu.pick(now), menu.settings());
    let trouble = {
        let trouble = menu.trouble.clone();
        live_on(
            move || trouble.get(),
            |words| drawn(view! { <p class="field-note" role="alert" dir="auto">{words}</p> }),
        )
    };
    drawn(view! {
        <div
            class="send-menu"
            role="dialog"
            tabindex="-1"
            aria-label=label(Key::SendOptions)
            data-testid="send-menu"
            node_ref=node
            on:keydown=escape
            on:focusout=leave
        >
            <h3>{t(Key::SendLater)}</h3>
            {choices.into_iter().collect::<Vec<_>>()}
            {pick}
            {trouble}
            {settings}
        </div>
    })
}

impl Menu {
    fn close(&self) {
        self.inbox.thread.picks_time.set(false);
        browser::focus(".send-more");
    }

    /// Whether there is nothing to send.
    fn is_idle(&self) -> impl FnMut() -> bool + Send + use<> {
        let writing = self.inbox.writing(&self.conversation);
        move || !writing.can_go()
    }

    fn choice(&self, key: Key, at: i64) -> Drawn {
        let words = {
            let i18n = self.inbox.i18n.clone();
            text(move || fill(i18n.text(key), "time", &dates::clock(i18n.locale(), at)))
        };
        let menu = self.clone();
        let send = listener(move |_| menu.send(at));
        drawn(view! {
            <button type="button" class="send-choice" disabled=attr_if(self.is_idle()) on:click=send>
                {words}
            </button>
        })
    }

    fn pick(&self, now: i64) -> Drawn {
        let picked = ArcRwSignal::new(dates::for_field(now + 2 * HOUR));
        let (value, least) = (picked.get_untracked(), dates::for_field(now));
        let change = {
            let picked = picked.clone();
            listener(move |event| picked.set(event_target_value(&event)))
        };
        let menu = self.clone();
        let send = listener(move |_| match dates::of_field(&picked.get_untracked()) {
            Some(at) => menu.send(at),
            None => menu.say(Key::TimeIsPast),
        });
        drawn(view! {
            <div class="send-pick">
                <input
                    type="datetime-local"
                    class="text-field"
                    aria-label=label(Key::PickTime)
                    min=least
                    value=value
                    on:input=change
                />
                <button type="button" class="button" disabled=attr_if(self.is_idle()) on:click=send>
                    {t(Key::Schedule)}
                </button>
            </div>
        })
    }

    fn say(&self, key: Key) {
        self.trouble.set(Some(self.inbox.i18n.said(key).to_owned()));
    }

    /// Sends at a time by the reader's clock, which may differ from the server's.
    fn send(&self, at: i64) {
        let inbox = &self.inbox;
        if at <= browser::now() {
            return self.say(Key::TimeIsPast);
        }
        let ahead = browser::now() - inbox.server_time();
        let ends = inbox
            .row(&self.conversation)
            .and_then(|row| row.with_untracked(crate::conversations::Conversation::window_ends_at));
        if let Some(ends) = ends.filter(|ends| at - ahead >= *ends) {
            let locale = inbox.i18n.locale_now();
            let time = dates::moment(locale, browser::now(), ends + ahead);
            let words = fill(inbox.i18n.said(Key::TimeIsShut), "time", &time);
            return self.trouble.set(Some(words));
        }
        inbox.send_at(&self.conversation, Some(at - ahead));
        inbox.thread.picks_time.set(false);
        browser::focus(".composer-field");
    }

    fn settings(&self) -> Drawn {
        let seconds = self.inbox.undo.seconds.clone();
        let now = seconds.get_untracked();
        let choose = listener(move |event| {
            seconds.set(event_target_value(&event).parse().unwrap_or_default());
        });
        let holds: Vec<Drawn> = HOLDS
            .into_iter()
            .map(|hold| {
                let i18n = self.inbox.i18n.clone();
                let words = text(move || match usize::try_from(hold) {
                    Ok(hold) if hold > 0 => fill(i18n.text(Key::Seconds), "n", &i18n.number(hold)),
                    _ => i18n.text(Key::Off).to_owned(),
                });
                let value = hold.to_string();
                drawn(view! { <option value=value selected=hold == now>{words}</option> })
            })
            .collect();
        let enter = self.inbox.enter_sends.clone();
        let checked = {
            let enter = enter.clone();
            attr(move || enter.get().then(String::new))
        };
        let flip = listener(move |_: web_sys::Event| enter.update(|enter| *enter = !*enter));
        let by_key = (!browser::has_touch()).then(|| {
            drawn(view! {
                <label class="send-setting">
                    <span>{t(Key::EnterSends)}</span>
                    <input type="checkbox" checked=checked on:change=flip />
                </label>
            })
        });
        drawn(view! {
            <label class="send-setting">
                <span>{t(Key::UndoTime)}</span>
                <select class="text-field" on:change=choose>{holds}</select>
            </label>
            {Drawn::from(by_key)}
        })
    }
}
