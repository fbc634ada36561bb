//! The open conversation.

use super::scroll::Place;
use super::{BubbleView, Composer, actions, new_words};
use crate::attachments::DropZone;
use crate::browser;
use crate::conversations::{Avatar, Contact, Conversation, FailureLine, Name, details_button};
use crate::drawn::{Drawn, attr, drawn, each, effect, listener, live, live_on, text};
use crate::i18n::{Key, dates, fill, label, sentence, t};
use crate::icons::Icon;
use crate::ids::ConversationId;
use crate::inbox::{DayKeys, Inbox, Paging, failure_of, focus_thread, observe_size};
use crate::on_demand::{Part, on_demand};
use crate::presence::{draw_others, stay};
use crate::quick_replies::replies_part;
use crate::search::draw_within;
use crate::templates::TemplatePicker;
use crate::workflow::WorkButtons;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::wasm_split::wasm_split;
use std::rc::Rc;
use std::sync::Arc;

/// The thread pane: a conversation, or a word on how to open one.
#[component]
pub fn ThreadPane() -> impl IntoView {
    let inbox = Inbox::expect();
    live(move || match inbox.open.get() {
        Some(id) => drawn(view! { <Thread id /> }),
        None => drawn(view! {
            <section class="pane-thread is-blank">
                <div class="blank">
                    {Icon::CHAT.draw()}
                    <p class="blank-title">{t(Key::PickTitle)}</p>
                    <p>{t(Key::PickText)}</p>
                </div>
            </section>
        }),
    })
}

#[component]
fn Thread(id: ConversationId) -> impl IntoView {
    let inbox = Inbox::expect();
    let over = ArcRwSignal::new(false);
    let drags = {
        let (inbox, over) = (inbox.clone(), over.clone());
        listener(move |event| inbox.drags(&event, &over))
    };
    let find = listener(move |event: web_sys::KeyboardEvent| {
        let is_find = event.key().eq_ignore_ascii_case("f")
            && (event.ctrl_key() || event.meta_key())
            && !event.alt_key()
            && !event.shift_key();
        if is_find {
            event.prevent_default();
            inbox.search_thread();
        }
    });
    view! {
        <section class="pane-thread" tabindex="-1" data-focus="thread" on:dragenter=drags on:keydown=find>
            {on_demand((id, over), thread_part)}
        </section>
    }
}

/// Leads to the parts of a thread: the first screen is the list.
#[wasm_split(thread, wasm_split_path = ::leptos::wasm_split, fallible)]
#[allow(
    clippy::unnecessary_wraps,
    reason = "what the macro makes of it can fail"
)]
pub fn thread_part() -> Part<(ConversationId, ArcRwSignal<bool>)> {
    Ok(draw_thread)
}

fn draw_thread((id, over): (ConversationId, ArcRwSignal<bool>)) -> Drawn {
    Inbox::expect().begin_to_draw();
    Inbox::expect().begin_to_send();
    // Whoever opened it before it was there waits in front of it.
    if browser::is_focused(".pane-thread") {
        focus_thread();
    }
    stay(&Inbox::expect(), &id);
    let replies = {
        let inbox = Inbox::expect();
        let open = inbox.thread.manages_replies.clone();
        live_on(
            move || open.get().then(String::new),
            move |_| on_demand(inbox.clone(), replies_part),
        )
    };
    let bar = {
        let (inbox, id) = (Inbox::expect(), id.clone());
        let searches = inbox.thread.searches.clone();
        live_on(
            move || searches.get().then(String::new),
            move |_| draw_within(&inbox, &id),
        )
    };
    drawn(view! {
        <Head id=id.clone() />
        {bar}
        <NumberRefused id=id.clone() />
        <Log id=id.clone() />
        {draw_others(&Inbox::expect(), &id)}
        <Composer id=id.clone() />
        <DropZone id=id.clone() over />
        <TemplatePicker id />
        {replies}
    })
}

#[component]
fn Head(id: ConversationId) -> impl IntoView {
    let inbox = Inbox::expect();
    let row = inbox.row(&id);
    let who = row.map(|row| {
        let number = {
            let (inbox, row) = (inbox.clone(), row.clone());
            live_on(
                move || number_among_several(&inbox, &row),
                |name| drawn(view! { <span class="badge" dir="auto">{name}</span> }),
            )
        };
        let line = {
            let row = row.clone();
            text(move || {
                row.with(|row| second_line(&row.contact))
                    .unwrap_or_default()
            })
        };
        drawn(view! {
            <Avatar row=row.clone() />
            <div class="head-words">
                <h2 class="head-name" dir="auto"><Name row=row.clone() /></h2>
                <p class="head-meta" dir="auto">{line}</p>
            </div>
            {number}
            <WorkButtons id=id.clone() row />
        })
    });
    let back = {
        let inbox = inbox.clone();
        listener(move |_| inbox.back_to_list())
    };
    let search = {
        let inbox = inbox.clone();
        listener(move |_| inbox.search_thread())
    };
    view! {
        <header class="pane-head">
            <button type="button" class="icon-button back" aria-label=label(Key::Back) on:click=back>
                {Icon::BACK.draw()}
            </button>
            {Drawn::from(who)}
            <button
                type="button"
                class="icon-button"
                aria-label=label(Key::SearchThread)
                title=label(Key::SearchThread)
                aria-keyshortcuts="Control+F Meta+F"
                on:click=search
            >
                {Icon::SEARCH.draw()}
            </button>
            {details_button(&inbox)}
        </header>
    }
}

/// What WhatsApp says of the conversation's number while it takes nothing from it.
#[component]
fn NumberRefused(id: ConversationId) -> impl IntoView {
    let inbox = Inbox::expect();
    let row = inbox.row(&id);
    let reason = move || {
        let number = row.as_ref()?.with(|row| row.number_id.clone());
        let reason = inbox.numbers.with(|numbers| {
            let found = numbers.iter().find(|held| held.id == number)?;
            found.refusal.clone()
        })?;
        Some(fill(inbox.i18n.text(Key::NumberRefused), "reason", &reason))
    };
    live_on(reason, |words| {
        drawn(view! {
            <div class="connection" role="status" data-testid="number-refused">
                {Icon::ALERT.draw()}
                <span dir="auto">{words}</span>
            </div>
        })
    })
}

/// The name of the number that a conversation belongs to, where there is more than one.
fn number_among_several(inbox: &Inbox, row: &ArcRwSignal<Conversation>) -> Option<String> {
    let id = row.with(|row| row.number_id.clone());
    inbox.numbers.with(|numbers| {
        let several = numbers.len() > 1;
        numbers
            .iter()
            .find(|number| several && number.id == id)
            .map(|number| number.name.clone())
    })
}

/// What else is known of a contact, beside the label.
fn second_line(contact: &Contact) -> Option<String> {
    let label = contact.label();
    let username = contact
        .username
        .as_ref()
        .map(|name| format!("@{}", name.trim_start_matches('@')));
    contact
        .phone
        .clone()
        .or(username)
        .filter(|line| *line != label)
}

#[component]
fn Log(id: ConversationId) -> impl IntoView {
    let inbox = Inbox::expect();
    let scroller = NodeRef::<Div>::new();
    let content = NodeRef::<Div>::new();
    let place = Arc::new(Place::default());
    let resized: Rc<dyn Fn()> = {
        let (inbox, place) = (inbox.clone(), Arc::clone(&place));
        Rc::new(move || {
            if let Some(scroller) = scroller.try_get_untracked().flatten() {
                place.resized(&inbox, &scroller);
            }
        })
    };
    observe_size(scroller, Rc::clone(&resized));
    observe_size(content, Rc::clone(&resized));
    effect({
        let (cuts, resized) = (inbox.thread.cuts.clone(), Rc::clone(&resized));
        move || {
            if cuts.get() > 0 {
                let resized = Rc::clone(&resized);
                browser::spawn(async move {
                    leptos::task::tick().await;
                    resized();
                });
            }
        }
    });
    // A message to go to may be there already, and then nothing changes its size.
    effect({
        let goal = inbox.thread.goal.clone();
        move || {
            if goal.with(Option::is_some) {
                let (goal, resized) = (goal.clone(), Rc::clone(&resized));
                browser::spawn(async move {
                    // It may still have to be drawn.
                    for _ in 0..4 {
                        leptos::task::tick().await;
                        resized();
                        if goal.with_untracked(Option::is_none) {
                            break;
                        }
                    }
                });
            }
        }
    });
    let moved = {
        let inbox = inbox.clone();
        listener(move |_| {
            if let Some(scroller) = scroller.get_untracked() {
                place.moved(&inbox, &scroller);
            }
        })
    };
    let name = {
        let (inbox, row) = (inbox.clone(), inbox.row(&id));
        attr(move || {
            let name = row
                .as_ref()
                .map_or_else(String::new, |row| row.with(|row| row.contact.label()));
            Some(fill(inbox.i18n.text(Key::ThreadWith), "name", &name))
        })
    };
    let pill = live_on(
        {
            let inbox = inbox.clone();
            move || {
                let count = inbox.thread.arrived.get();
                let shown = count > 0 || !inbox.thread.at_end.get();
                shown.then(|| match count {
                    0 => String::new(),
                    _ => new_words(&inbox, count),
                })
            }
        },
        move |words| {
            let inbox = inbox.clone();
            let follow = listener(move |_| {
                if let Some(scroller) = scroller.get_untracked() {
                    inbox.follow(&scroller);
                }
            });
            let class = if words.is_empty() {
                "to-end"
            } else {
                "to-end has-new"
            };
            drawn(view! {
                <button type="button" class=class aria-label=label(Key::GoToNewest) on:click=follow>
                    {words}
                    {Icon::DOWN.draw()}
                </button>
            })
        },
    );
    let enter = listener(move |event: web_sys::KeyboardEvent| {
        if let Some(scroller) = scroller.get_untracked() {
            actions::enter(&event, &scroller);
        }
    });
    view! {
        <div class="log-frame">
            <div
                class="log"
                role="log"
                tabindex="0"
                data-testid="thread"
                aria-label=name
                node_ref=scroller
                on:scroll=moved
                on:keydown=enter
            >
                <div class="log-content" node_ref=content>
                    <Older />
                    <Days />
                    <Newer />
                </div>
            </div>
            <JumpState />
            {pill}
        </div>
    }
}

/// What stands above the first bubble.
#[component]
fn Older() -> impl IntoView {
    let inbox = Inbox::expect();
    live(move || {
        let failed = |title: Key, error, again: fn(&Inbox)| {
            let words = sentence(inbox.i18n.locale(), &error);
            let inbox = inbox.clone();
            drawn(view! { <FailureLine title words again=Box::new(move || again(&inbox)) /> })
        };
        match (inbox.thread.state.get(), inbox.thread.older.get()) {
            (Paging::Failed(error), _) => failed(Key::ThreadFailed, error, Inbox::load_open_thread),
            (_, Paging::Failed(error)) => failed(Key::OlderFailed, error, Inbox::load_older),
            (Paging::Loading, _) => drawn(view! {
                <div class="log-skeleton" role="status" aria-label=label(Key::Loading)></div>
            }),
            _ => Drawn::NOTHING,
        }
    })
}

/// What stands below the last bubble.
#[component]
fn Newer() -> impl IntoView {
    let inbox = Inbox::expect();
    live(move || {
        failure_of(&inbox.thread.newer.get()).map(|error| {
            let words = sentence(inbox.i18n.locale(), &error);
            let inbox = inbox.clone();
            let again = Box::new(move || inbox.load_newer());
            drawn(view! { <FailureLine title=Key::NewerFailed words again /> })
        })
    })
}

/// What stands over the bubbles while a message is being fetched that lies further off.
#[component]
fn JumpState() -> impl IntoView {
    let inbox = Inbox::expect();
    live(move || match inbox.thread.jump.get() {
        Paging::Idle => Drawn::NOTHING,
        Paging::Loading => drawn(view! {
            <div class="jump-state is-loading" role="status">{t(Key::Loading)}</div>
        }),
        Paging::Failed(error) => {
            let words = sentence(inbox.i18n.locale(), &error);
            let jump = inbox.thread.jump.clone();
            drawn(view! {
                <div class="jump-state" role="alert">
                    <p>{t(Key::JumpFailed)} " " {words}</p>
                    <button
                        type="button"
                        class="icon-button"
                        aria-label=label(Key::Close)
                        on:click=listener(move |_| jump.set(Paging::Idle))
                    >
                        {Icon::CLOSE.draw()}
                    </button>
                </div>
            })
        }
    })
}

#[component]
fn Days() -> impl IntoView {
    let days = Inbox::expect().thread.days.clone();
    let numbers = {
        let days = days.clone();
        move || days.with(|days| days.iter().map(|day| day.number.to_string()).collect())
    };
    each(numbers, move |number| {
        let is_it = move |day: &DayKeys| day.number.to_string() == number;
        let at =
            days.with_untracked(|days| days.iter().find(|day| is_it(day)).map_or(0, |day| day.at));
        let days = days.clone();
        let keys = move || {
            days.with(|days| {
                days.iter()
                    .find(|day| is_it(day))
                    .map_or_else(Vec::new, |day| day.keys.clone())
            })
        };
        drawn(view! {
            <section class="day">
                <DayName at />
                {each(keys, |key| drawn(view! { <BubbleView key /> }))}
            </section>
        })
    })
}

#[component]
fn DayName(at: i64) -> impl IntoView {
    let inbox = Inbox::expect();
    let name = text(move || dates::day_name(inbox.i18n.locale(), inbox.now.get(), at));
    view! {
        <p class="day-name">
            <span>{name}</span>
        </p>
    }
}
