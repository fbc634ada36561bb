//! What stands in the details: the contact, and the work on the conversation.

use super::super::{Avatar, Conversation, Name};
use super::contact::Contact;
use super::{edit, fact, sections};
use crate::browser;
use crate::drawn::{Drawn, drawn, effect, listener, live, live_on, memo, text};
use crate::i18n::{Key, fill, label, t};
use crate::icons::Icon;
use crate::ids::{ConversationId, LabelId, OperatorId};
use crate::inbox::Inbox;
use crate::labels::Label;
use crate::on_demand::Part;
use crate::operators::Operator;
use crate::workflow::{State, Work, labels_of, until_words};
use leptos::html::{Div, Select};
use leptos::prelude::*;
use leptos::wasm_split::wasm_split;

/// How long the button says that it has copied, in milliseconds.
const SAID: u32 = 2_000;

/// Leads to the panel.
#[wasm_split(tools, wasm_split_path = ::leptos::wasm_split, fallible)]
#[allow(
    clippy::unnecessary_wraps,
    reason = "what the macro makes of it can fail"
)]
pub(super) fn panel_part() -> Part<(ConversationId, ArcRwSignal<Conversation>)> {
    Ok(|(id, row)| {
        let inbox = Inbox::expect();
        let contact = Contact::new(&inbox, &id, &row);
        let panel = Panel {
            inbox,
            id,
            row,
            contact,
        };
        panel.draw()
    })
}

#[derive(Clone)]
struct Panel {
    inbox: Inbox,
    id: ConversationId,
    row: ArcRwSignal<Conversation>,
    contact: Contact,
}

impl Panel {
    fn draw(&self) -> Drawn {
        let number = {
            let panel = self.clone();
            live_on(
                move || our_number(&panel.inbox, &panel.row),
                |number| fact(drawn(t(Key::OurNumber)), number),
            )
        };
        let username = {
            let row = self.row.clone();
            live_on(
                move || {
                    let name = row.with(|row| row.contact.username.clone())?;
                    Some(["@", name.trim_start_matches('@')].concat())
                },
                |name| fact(drawn(t(Key::Username)), name),
            )
        };
        let phone = {
            let (panel, row) = (self.clone(), self.row.clone());
            live_on(
                move || row.with(|row| row.contact.phone.clone()),
                move |phone| panel.phone(phone),
            )
        };
        let who = NodeRef::<Div>::new();
        self.contact.follow(who);
        drawn(view! {
            <div class="details-who" node_ref=who>
                <Avatar row=self.row.clone() />
                <p class="details-name" dir="auto"><Name row=self.row.clone() /></p>
                {edit::begin(&self.contact)}
            </div>
            {edit::form(&self.contact)}
            <dl class="details-list">
                {self.contact.whatsapp_name()}
                {phone}
                {username}
                {self.contact.fields()}
                {number}
                <div class="fact">
                    <dt>{t(Key::State)}</dt>
                    <dd data-testid="details-state">{self.state()}</dd>
                </div>
                <div class="fact">
                    <dt id="details-assignee">{t(Key::Assignee)}</dt>
                    <dd>{self.assignee()}</dd>
                </div>
                <div class="fact">
                    <dt id="details-labels">{t(Key::Labels)}</dt>
                    <dd>{self.labels()}</dd>
                </div>
            </dl>
            {self.contact.failure()}
            {sections::draw(&self.contact)}
        })
    }

    fn phone(&self, phone: String) -> Drawn {
        let has_copied = ArcRwSignal::new(false);
        let words = {
            let (i18n, has_copied) = (self.inbox.i18n.clone(), has_copied.clone());
            text(move || {
                let key = if has_copied.get() {
                    Key::Copied
                } else {
                    Key::CopyText
                };
                i18n.text(key).to_owned()
            })
        };
        let said = {
            let (i18n, has_copied) = (self.inbox.i18n.clone(), has_copied.clone());
            text(move || {
                let words = has_copied.get().then(|| i18n.text(Key::Copied));
                words.unwrap_or_default().to_owned()
            })
        };
        let copy = {
            let phone = phone.clone();
            listener(move |_| {
                browser::copy(&phone);
                has_copied.set(true);
                let has_copied = has_copied.clone();
                browser::after(SAID, move || has_copied.set(false));
            })
        };
        drawn(view! {
            <div class="fact">
                <dt>{t(Key::Phone)}</dt>
                <dd class="details-phone">
                    <bdi dir="ltr">{phone}</bdi>
                    <button type="button" class="link-button" on:click=copy>{words}</button>
                    <span class="for-readers" role="status">{said}</span>
                </dd>
            </div>
        })
    }

    fn state(&self) -> impl IntoView + use<> {
        let (inbox, row) = (self.inbox.clone(), self.row.clone());
        text(move || {
            let (state, until) = row.with(|row| (row.state, row.snoozed_until));
            match state {
                State::Open => inbox.i18n.text(Key::StateOpen).to_owned(),
                State::Resolved => inbox.i18n.text(Key::StateResolved).to_owned(),
                State::Snoozed => {
                    until_words(&inbox.i18n, inbox.now.get(), until.unwrap_or_default())
                }
            }
        })
    }

    /// Whose it is: to choose from, and as words for those who only look.
    fn assignee(&self) -> Drawn {
        let panel = self.clone();
        let words = {
            let panel = panel.clone();
            text(move || {
                let name = panel.row.with(|row| {
                    let assignee = row.assignee.as_ref();
                    assignee.map(|one| one.name.clone())
                });
                name.unwrap_or_else(|| panel.inbox.i18n.text(Key::NoOne).to_owned())
            })
        };
        // Who is to be chosen from does not change with every message.
        let held = {
            let row = panel.row.clone();
            memo(move || row.with(|row| Some(row.assignee.as_ref()?.id.to_string())))
        };
        let choice = live(move || {
            held.with(|_| ());
            panel.people()
        });
        drawn(view! {
            <span class="details-read" dir="auto">{words}</span>
            {choice}
        })
    }

    fn people(&self) -> Drawn {
        let mut people = self.inbox.operators.get();
        // Somebody who works with these numbers no longer may still have it.
        let held = self.row.with_untracked(|row| row.assignee.clone());
        people.extend(held.filter(|held| people.iter().all(|one| one.id != held.id)));
        let me = self.inbox.me.get();
        let options: Vec<Drawn> = people
            .into_iter()
            .map(|Operator { id, name, .. }| {
                let is_me = me.as_ref().is_some_and(|me| me.id == id);
                let name = if is_me {
                    [&name, " · ", self.inbox.i18n.text(Key::AssignToMe)].concat()
                } else {
                    name
                };
                drawn(view! { <option value=id.to_string()>{name}</option> })
            })
            .collect();
        let node = NodeRef::<Select>::new();
        effect({
            let row = self.row.clone();
            move || {
                let held = row.with(|row| row.assignee.as_ref().map(|one| one.id.to_string()));
                if let Some(select) = node.get() {
                    select.set_value(&held.unwrap_or_default());
                }
            }
        });
        let (inbox, id) = (self.inbox.clone(), self.id.clone());
        let change = listener(move |event: web_sys::Event| {
            let operator = OperatorId::parse(event_target_value(&event));
            inbox.work(&id, Work::Assign { operator });
        });
        drawn(view! {
            <select class="filter details-act" aria-labelledby="details-assignee" node_ref=node on:change=change>
                <option value="">{t(Key::NoOne)}</option>
                {options}
            </select>
        })
    }

    fn labels(&self) -> Drawn {
        let panel = self.clone();
        let on = {
            let row = panel.row.clone();
            memo(move || {
                let ids = row.with(|row| {
                    row.labels
                        .iter()
                        .map(ToString::to_string)
                        .collect::<Vec<_>>()
                });
                Some(ids.join("\n"))
            })
        };
        let worn = {
            let (panel, on) = (panel.clone(), on.clone());
            live(move || {
                on.with(|_| ());
                let worn = panel.row.with_untracked(|row| labels_of(&panel.inbox, row));
                if worn.is_empty() {
                    return drawn(view! { <span class="details-none">{t(Key::NoLabel)}</span> });
                }
                let worn: Vec<Drawn> = worn.iter().map(|label| panel.label(label)).collect();
                drawn(
                    view! { <ul class="details-labels" role="list" aria-labelledby="details-labels">{worn}</ul> },
                )
            })
        };
        let add = live(move || {
            on.with(|_| ());
            panel.add_label()
        });
        drawn(view! { {worn} {add} })
    }

    fn label(&self, held: &Label) -> Drawn {
        let name = {
            let words = self.inbox.i18n.text(Key::RemoveLabel);
            fill(words, "name", &held.name)
        };
        let (inbox, id, label) = (self.inbox.clone(), self.id.clone(), held.id.clone());
        let take_off = listener(move |_| {
            let label = label.clone();
            inbox.work(&id, Work::Label { label, on: false });
        });
        drawn(view! {
            <li class="details-label" data-testid="details-label">
                <span class="label-dot" data-colour=held.colour.as_str()></span>
                <span dir="auto">{held.name.clone()}</span>
                <button type="button" class="icon-button details-act" aria-label=name on:click=take_off>
                    {Icon::CLOSE.draw()}
                </button>
            </li>
        })
    }

    /// Those that go on this conversation and are not on it.
    fn add_label(&self) -> Option<Drawn> {
        let (worn, number) = self
            .row
            .with_untracked(|row| (row.labels.clone(), row.number_id.clone()));
        let options: Vec<Drawn> = self.inbox.labels.with(|labels| {
            let others = labels
                .iter()
                .filter(|label| label.fits(&number) && !worn.contains(&label.id));
            others
                .map(|label| {
                    let (id, name) = (label.id.to_string(), label.name.clone());
                    drawn(view! { <option value=id>{name}</option> })
                })
                .collect()
        });
        let (inbox, id) = (self.inbox.clone(), self.id.clone());
        let add = listener(move |event: web_sys::Event| {
            if let Some(label) = LabelId::parse(event_target_value(&event)) {
                inbox.work(&id, Work::Label { label, on: true });
            }
        });
        (!options.is_empty()).then(|| {
            drawn(view! {
                <select class="filter details-act" aria-label=label(Key::AddLabel) on:change=add>
                    <option value="">{t(Key::AddLabel)}</option>
                    {options}
                </select>
            })
        })
    }
}

fn our_number(inbox: &Inbox, row: &ArcRwSignal<Conversation>) -> Option<String> {
    let id = row.with(|row| row.number_id.clone());
    inbox.numbers.with(|numbers| {
        numbers
            .iter()
            .find(|number| number.id == id)
            .map(|number| [&number.name, " · +", &number.phone].concat())
    })
}
