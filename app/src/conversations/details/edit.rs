//! Where operators write what they call a contact and what they know of it.

use super::api::ChangeContact;
use super::contact::{Contact, Known};
use super::{
    ContactDetails, ContactField, MAX_FIELD_NAME, MAX_FIELD_VALUE, MAX_FIELDS, MAX_OWN_NAME,
    focus_soon,
};
use crate::browser;
use crate::drawn::{Drawn, attr_if, drawn, listener, live, live_on};
use crate::error::{ApiError, Code};
use crate::i18n::{Key, fill, label, sentence, t};
use crate::icons::Icon;
use leptos::prelude::*;

/// The button that begins it.
pub(super) const BEGIN: &str = "[data-testid=contact-edit]";
/// The field of the name.
const NAME: &str = "#contact-name";
/// The button that adds a field.
const ADD: &str = "[data-testid=contact-add-field]";

/// A field as it is being written.
#[derive(Clone)]
struct Line {
    /// Of each its own, whatever it says.
    number: u32,
    name: ArcRwSignal<String>,
    value: ArcRwSignal<String>,
}

#[derive(Clone)]
struct Form {
    contact: Contact,
    name: ArcRwSignal<String>,
    lines: ArcRwSignal<Vec<Line>>,
    /// The last change that whoever writes has seen.
    seen: ArcRwSignal<Option<i64>>,
    failure: ArcRwSignal<Option<ApiError>>,
    is_busy: ArcRwSignal<bool>,
}

/// The button. Nothing before it is known what there is to change, and while that is done.
pub(super) fn begin(contact: &Contact) -> Drawn {
    let contact = contact.clone();
    let is_wanted = {
        let (known, is_edited) = (contact.known.clone(), contact.is_edited.clone());
        move || {
            let is_known = known.with(|known| matches!(known, Known::There(_)));
            (is_known && !is_edited.get()).then(String::new)
        }
    };
    drawn(live_on(is_wanted, move |_| {
        let contact = contact.clone();
        let begin = listener(move |_| {
            contact.is_edited.set(true);
            focus_soon(NAME.to_owned());
        });
        drawn(view! {
            <button type="button" class="link-button details-act" data-testid="contact-edit" on:click=begin>
                {t(Key::EditContact)}
            </button>
        })
    }))
}

/// The form, while somebody writes.
pub(super) fn form(contact: &Contact) -> Drawn {
    let contact = contact.clone();
    let is_edited = contact.is_edited.clone();
    drawn(live(move || {
        if !is_edited.get() {
            return None;
        }
        // What is heard meanwhile changes nothing here.
        let known = contact.known.get_untracked();
        let Known::There(details) = known else {
            return None;
        };
        Some(Form::of(&contact, &details).draw())
    }))
}

impl Form {
    fn of(contact: &Contact, details: &ContactDetails) -> Self {
        let lines = (0..).zip(&details.fields).map(|(number, field)| Line {
            number,
            name: ArcRwSignal::new(field.name.clone()),
            value: ArcRwSignal::new(field.value.clone()),
        });
        let row = &details.conversation;
        Self {
            contact: contact.clone(),
            name: ArcRwSignal::new(row.contact.own_name.clone().unwrap_or_default()),
            lines: ArcRwSignal::new(lines.collect()),
            seen: ArcRwSignal::new(row.details_seq),
            failure: ArcRwSignal::new(None),
            is_busy: ArcRwSignal::new(false),
        }
    }

    fn draw(&self) -> Drawn {
        let name = self.name.get_untracked();
        let on_name = keeps(&self.name);
        // What the contact is called without it.
        let otherwise = self.contact.row.with_untracked(|row| {
            let mut contact = row.contact.clone();
            contact.own_name = None;
            contact.label()
        });
        let lines = {
            let form = self.clone();
            live(move || {
                let lines = form.lines.get();
                let lines: Vec<Drawn> = lines.iter().map(|line| form.line(line)).collect();
                drawn(view! { <div class="details-fields">{lines}</div> })
            })
        };
        let add = {
            let form = self.clone();
            listener(move |_| form.add())
        };
        let is_full = {
            let lines = self.lines.clone();
            attr_if(move || lines.with(Vec::len) >= MAX_FIELDS)
        };
        let save = {
            let form = self.clone();
            listener(move |event: web_sys::SubmitEvent| {
                event.prevent_default();
                form.save();
            })
        };
        let cancel = {
            let form = self.clone();
            listener(move |_| form.leave())
        };
        let escape = {
            let form = self.clone();
            listener(move |event: web_sys::KeyboardEvent| {
                if event.key() == "Escape" && !event.is_composing() {
                    event.prevent_default();
                    form.leave();
                }
            })
        };
        let busy = self.is_busy.clone();
        let failure = {
            let (i18n, failure) = (self.contact.inbox.i18n.clone(), self.failure.clone());
            live_on(
                move || failure.get().map(|error| sentence(i18n.locale(), &error)),
                |words| drawn(view! { <p class="failure" role="alert" dir="auto">{words}</p> }),
            )
        };
        drawn(view! {
            <form
                class="details-form"
                aria-label=label(Key::EditContact)
                data-testid="contact-form"
                on:submit=save
                on:keydown=escape
            >
                <div class="field">
                    <label for="contact-name">{t(Key::OwnName)}</label>
                    <input
                        id="contact-name"
                        class="text-field"
                        dir="auto"
                        autocomplete="off"
                        maxlength=MAX_OWN_NAME.to_string()
                        placeholder=otherwise
                        aria-describedby="contact-name-about"
                        value=name
                        on:input=on_name
                    />
                    <p class="details-hint" id="contact-name-about">{t(Key::OnlyTeam)}</p>
                </div>
                {lines}
                <button
                    type="button"
                    class="link-button details-add"
                    data-testid="contact-add-field"
                    disabled=is_full
                    on:click=add
                >
                    {t(Key::AddField)}
                </button>
                {failure}
                <div class="details-form-foot">
                    <button type="button" class="link-button" on:click=cancel>{t(Key::Cancel)}</button>
                    <button type="submit" class="button" disabled=attr_if(move || busy.get())>{t(Key::Save)}</button>
                </div>
            </form>
        })
    }

    fn line(&self, line: &Line) -> Drawn {
        let (name, value) = (line.name.get_untracked(), line.value.get_untracked());
        let take_away = {
            let words = self.contact.inbox.i18n.text(Key::RemoveLabel);
            fill(words, "name", &name)
        };
        let remove = {
            let (lines, number) = (self.lines.clone(), line.number);
            listener(move |_| {
                lines.update(|lines| lines.retain(|line| line.number != number));
                focus_soon(ADD.to_owned());
            })
        };
        drawn(view! {
            <div class="details-field" data-testid="contact-field">
                <input
                    id=id_of(line.number)
                    class="text-field"
                    dir="auto"
                    autocomplete="off"
                    maxlength=MAX_FIELD_NAME.to_string()
                    placeholder=label(Key::FieldName)
                    aria-label=label(Key::FieldName)
                    value=name
                    on:input=keeps(&line.name)
                />
                <input
                    class="text-field"
                    dir="auto"
                    autocomplete="off"
                    maxlength=MAX_FIELD_VALUE.to_string()
                    placeholder=label(Key::FieldValue)
                    aria-label=label(Key::FieldValue)
                    value=value
                    on:input=keeps(&line.value)
                />
                <button type="button" class="icon-button" aria-label=take_away on:click=remove>
                    {Icon::CLOSE.draw()}
                </button>
            </div>
        })
    }

    fn add(&self) {
        let number = self.lines.with_untracked(|lines| {
            let numbers = lines.iter().map(|line| line.number);
            numbers.max().map_or(0, |number| number + 1)
        });
        self.lines.update(|lines| {
            lines.push(Line {
                number,
                name: ArcRwSignal::default(),
                value: ArcRwSignal::default(),
            });
        });
        focus_soon(["#", &id_of(number)].concat());
    }

    fn leave(&self) {
        self.contact.is_edited.set(false);
        focus_soon(BEGIN.to_owned());
    }

    /// What stands there; a line that says nothing is none.
    fn fields(&self) -> Vec<ContactField> {
        self.lines.with_untracked(|lines| {
            let fields = lines.iter().map(|line| ContactField {
                name: line.name.get_untracked(),
                value: line.value.get_untracked(),
            });
            fields
                .filter(|field| !(field.name.trim().is_empty() && field.value.trim().is_empty()))
                .collect()
        })
    }

    /// What was written stays there until it is taken.
    fn save(&self) {
        if self.is_busy.get_untracked() {
            return;
        }
        self.is_busy.set(true);
        self.failure.set(None);
        let form = self.clone();
        let inbox = self.contact.inbox.clone();
        let generation = inbox.generation();
        browser::spawn(async move {
            let answer = inbox
                .call(ChangeContact {
                    conversation_id: form.contact.id.clone(),
                    seen: form.seen.get_untracked(),
                    name: Some(form.name.get_untracked()),
                    fields: form.fields(),
                })
                .await;
            form.is_busy.set(false);
            if inbox.is_past(generation) {
                return;
            }
            match answer {
                Ok(details) => {
                    form.contact.put(details);
                    form.leave();
                }
                Err(error) => {
                    // Whoever saves once more has been told.
                    if error.code == Code::ContactChanged {
                        let row = &form.contact.row;
                        form.seen.set(row.with_untracked(|row| row.details_seq));
                    }
                    form.failure.set(Some(error));
                }
            }
        });
    }
}

fn id_of(number: u32) -> String {
    ["contact-field-", &number.to_string()].concat()
}

/// Keeps what is typed.
fn keeps(text: &ArcRwSignal<String>) -> Box<dyn FnMut(web_sys::Event)> {
    let text = text.clone();
    listener(move |event| text.set(event_target_value(&event)))
}
