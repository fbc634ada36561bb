//! Where the operator writes.

mod counter;
mod field;
mod insert;
mod modes;
mod note;
mod quote;
mod voice;
mod window;

use super::{later, length};
use crate::attachments::{AttachButton, cards, paste};
use crate::browser;
use crate::caret_list::Asking;
use crate::context::Suggestions;
use crate::drawn::{Drawn, attr, attr_if, class, drawn, listener, live_on};
use crate::emoji::{Aim, emoji_part};
use crate::i18n::{Key, label, t};
use crate::icons::Icon;
use crate::ids::ConversationId;
use crate::inbox::{Inbox, Phase, focus_thread};
use crate::on_demand::on_demand;
use crate::quick_replies::{draw_menu, slash};
use counter::counter;
use field::{Purpose, field};
pub(crate) use insert::{insert_at_caret, insert_from};
use leptos::html::Textarea;
use leptos::prelude::*;
use quote::quote;
use std::rc::Rc;
use std::sync::atomic::Ordering;
use voice::Recorder;

/// The composer of a conversation: whom one writes to, the customer service window, and the parts to write with. For those who look, why
/// there are none.
#[component]
pub fn Composer(id: ConversationId) -> impl IntoView {
    let inbox = Inbox::expect();
    if inbox.is_read_only.load(Ordering::Relaxed) {
        return drawn(view! { <p class="only-looks">{t(Key::OnlyLooks)}</p> });
    }
    let pasted_for = id.clone();
    let left = window::minutes_left(&inbox, &id);
    let writes_note = inbox.writing(&id).is_note;
    let head = modes::head(&inbox, &writes_note, &left);
    let is_note = {
        let writes_note = writes_note.clone();
        class(move || writes_note.get())
    };
    // Notes can be written at all times.
    let kind = {
        let writes_note = writes_note.clone();
        move || {
            let kind = match (writes_note.get(), left.with(Option::is_none)) {
                (true, _) => "note",
                (false, true) => "shut",
                (false, false) => "",
            };
            Some(String::from(kind))
        }
    };
    let parts = live_on(kind, move |kind| {
        // Whoever is writing goes on where they can, when the window shuts and when it opens.
        if browser::is_focused(".composer-field, .window-shut > .button") {
            focus_thread();
        }
        match kind.as_str() {
            "note" => note::parts(&inbox, &id),
            "shut" => window::shut(&inbox, &inbox.draft(&id)),
            _ => parts(&inbox, &id),
        }
    });
    let emoji = emoji_picker(&Inbox::expect(), &pasted_for);
    let later = {
        let (inbox, id) = (Inbox::expect(), pasted_for.clone());
        let picks = inbox.thread.picks_time.clone();
        live_on(
            move || picks.get().then(String::new),
            move |_| later::draw(&inbox, &id),
        )
    };
    let pasted = {
        let (inbox, id) = (Inbox::expect(), pasted_for);
        listener(move |event| {
            // A note has no files.
            if !writes_note.get_untracked() {
                paste(&inbox, &id, &event);
            }
        })
    };
    drawn(view! {
        <div class="composer" class:is-note=is_note on:paste=pasted>
            {emoji}
            {later}
            {head}
            {parts}
        </div>
    })
}

/// What belongs to the message above, then a row of buttons, the field, and the button that sends.
fn parts(inbox: &Inbox, id: &ConversationId) -> Drawn {
    let writing = inbox.writing(id);
    let draft = writing.text.clone();
    let node = NodeRef::<Textarea>::new();
    let can_send = {
        let writing = writing.clone();
        move || writing.can_go()
    };
    let cannot_send = {
        let phase = inbox.phase.clone();
        attr_if(move || phase.get() != Phase::Ready || !can_send())
    };
    // Send stands where there is something to send, and the microphone where there is nothing.
    let is_empty = {
        let writing = writing.clone();
        move || writing.text.with(|text| length(text)) == 0 && writing.files.with(Vec::is_empty)
    };
    let recorder = Recorder::new(inbox, id);
    let voice = {
        let is_empty = is_empty.clone();
        recorder.button(move || !is_empty())
    };
    let recording = {
        let recorder = recorder.clone();
        class(move || recorder.is_on())
    };
    let send: Rc<dyn Fn()> = {
        let (inbox, id) = (inbox.clone(), id.clone());
        Rc::new(move || {
            inbox.send_draft(&id);
            if let Some(field) = node.get_untracked() {
                _ = field.focus();
            }
        })
    };
    let quote = quote(inbox, id, &writing);
    let slash = slash();
    slash.begin_anew_when_empty(&draft);
    let menu = {
        let (inbox, id, slash) = (inbox.clone(), id.clone(), slash.clone());
        let asked = slash.asked.clone();
        live_on(
            move || asked.with(Option::is_some).then(String::new),
            move |_| draw_menu(&inbox, &id, &slash),
        )
    };
    let purpose = Purpose {
        text: writing.text,
        quote: Some(writing.quote),
        name: Key::Message,
        asking: slash.clone(),
    };
    let field = field(inbox, id, &purpose, node, Rc::clone(&send));
    let counter = counter(inbox.clone(), draft.clone());
    let draft_of_button = draft.clone();
    drawn(view! {
        <div class="composer-above">
            {menu}
            {recorder.trouble()}
            {counter}
            <Suggestions field=node draft />
            {quote}
            {cards(inbox, id)}
        </div>
        <div class="composer-row" class:is-recording=recording>
            {recorder.bar()}
            <div class="composer-tools">
                <AttachButton id=id.clone() />
                {emoji_button(inbox)}
                {templates_button(inbox)}
                {quick_button(inbox, &draft_of_button, slash)}
            </div>
            {field}
            <button
                type="button"
                class="send"
                data-testid="send"
                aria-label=label(Key::Send)
                hidden=attr_if(is_empty)
                disabled=cannot_send
                on:click=listener(move |_| send())
            >
                {Icon::SEND.draw()}
            </button>
            {voice}
            {more_button(inbox)}
        </div>
    })
}

fn templates_button(inbox: &Inbox) -> Drawn {
    let (phase, picks) = (inbox.phase.clone(), inbox.thread.picks_template.clone());
    drawn(view! {
        <button
            type="button"
            class="icon-button"
            aria-label=label(Key::SendTemplate)
            title=label(Key::SendTemplate)
            disabled=attr_if(move || phase.get() != Phase::Ready)
            on:click=listener(move |_| picks.set(true))
        >
            {Icon::TEMPLATE.draw()}
        </button>
    })
}

/// The picker, while an emoji is being chosen.
fn emoji_picker(inbox: &Inbox, id: &ConversationId) -> impl IntoView + use<> {
    let (inbox, id) = (inbox.clone(), id.clone());
    let aim = inbox.emojis.aim.clone();
    live_on(
        move || aim.with(Option::is_some).then(String::new),
        move |_| on_demand((inbox.clone(), id.clone()), emoji_part),
    )
}

fn emoji_button(inbox: &Inbox) -> Drawn {
    let (phase, aim) = (inbox.phase.clone(), inbox.emojis.aim.clone());
    let is_open = {
        let aim = aim.clone();
        attr(move || Some((aim.get() == Some(Aim::Composer)).to_string()))
    };
    let open = listener(move |_| {
        let is_open = aim.with_untracked(Option::is_some);
        aim.set((!is_open).then_some(Aim::Composer));
    });
    // The focus stays in the picker until this is pressed, which closes it.
    let stay = listener(|event: web_sys::MouseEvent| event.prevent_default());
    drawn(view! {
        <button
            type="button"
            class="icon-button is-spare"
            aria-label=label(Key::Emoji)
            title=label(Key::Emoji)
            aria-expanded=is_open
            disabled=attr_if(move || phase.get() != Phase::Ready)
            on:mousedown=stay
            on:click=open
        >
            {Icon::SMILE.draw()}
        </button>
    })
}

/// Types the slash for whoever does not know it.
fn quick_button(inbox: &Inbox, draft: &ArcRwSignal<String>, slash: Asking) -> Drawn {
    let (phase, draft) = (inbox.phase.clone(), draft.clone());
    let open = listener(move |_| {
        let touches = draft.with_untracked(|draft| draft.ends_with(|c: char| !c.is_whitespace()));
        draft.update(|draft| draft.push_str(if touches { " /" } else { "/" }));
        slash.look(&draft.get_untracked());
        browser::focus(".composer-field");
    });
    drawn(view! {
        <button
            type="button"
            class="icon-button is-spare"
            aria-label=label(Key::QuickReplies)
            title=label(Key::QuickReplies)
            disabled=attr_if(move || phase.get() != Phase::Ready)
            on:click=open
        >
            {Icon::SLASH.draw()}
        </button>
    })
}

fn more_button(inbox: &Inbox) -> Drawn {
    let (phase, picks) = (inbox.phase.clone(), inbox.thread.picks_time.clone());
    let is_open = {
        let picks = picks.clone();
        attr(move || Some(picks.get().to_string()))
    };
    let open = listener(move |_| picks.update(|open| *open = !*open));
    let stay = listener(|event: web_sys::MouseEvent| event.prevent_default());
    drawn(view! {
        <button
            type="button"
            class="send-more"
            data-testid="send-more"
            aria-label=label(Key::SendOptions)
            title=label(Key::SendOptions)
            aria-expanded=is_open
            disabled=attr_if(move || phase.get() != Phase::Ready)
            on:mousedown=stay
            on:click=open
        >
            {Icon::UP.draw()}
        </button>
    })
}
