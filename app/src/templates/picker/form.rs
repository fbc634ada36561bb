//! The chosen template: fields for what varies, what it will say, and the button that sends it.

use super::{Pick, tag_of};
use crate::browser;
use crate::dialog::close;
use crate::drawn::{Drawn, attr, attr_if, drawn, effect, listener, live, live_on, text};
use crate::error::ApiError;
use crate::i18n::{Key, fill, label, sentence, t};
use crate::icons::Icon;
use crate::inbox::{Phase, focus_thread};
use crate::messages::{Body, Draft, DraftContent, draw_body};
use crate::templates::fill::{is_one_line, needs_value};
use crate::templates::{
    ButtonValue, MessageTemplate, TemplateValues, VariableValue, check, variables,
};
use leptos::html::{Button, Input};
use leptos::prelude::*;
use std::sync::Arc;

/// What a value is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Heading,
    Text,
    /// Which button, and its kind.
    Button(u32, String),
}

/// A value that the template needs.
#[derive(Clone)]
pub(super) struct Blank {
    pub(super) place: Place,
    /// The variable, or what is written on the button.
    pub(super) name: String,
    value: ArcRwSignal<String>,
    wrong: ArcRwSignal<Option<Key>>,
}

/// What has to be filled, in the order in which it is read.
pub(super) fn blanks(template: &MessageTemplate) -> Vec<Blank> {
    let blank = |place: Place, name: &str| Blank {
        place,
        name: name.to_owned(),
        value: ArcRwSignal::default(),
        wrong: ArcRwSignal::new(None),
    };
    let heading = template.header.as_deref().unwrap_or_default();
    let heading = variables(heading)
        .into_iter()
        .map(|name| blank(Place::Heading, name));
    let text = variables(&template.body)
        .into_iter()
        .map(|name| blank(Place::Text, name));
    let buttons = template.buttons.iter().zip(0u32..);
    let buttons = buttons
        .filter(|(button, _)| needs_value(button))
        .map(|(button, index)| blank(Place::Button(index, button.kind.clone()), &button.text));
    heading.chain(text).chain(buttons).collect()
}

/// What is filled in by now.
pub(super) fn values(blanks: &[Blank]) -> TemplateValues {
    let mut values = TemplateValues::default();
    for blank in blanks {
        let text = blank.value.get();
        if text.trim().is_empty() {
            continue;
        }
        let name = blank.name.clone();
        match &blank.place {
            Place::Heading => values.header.push(VariableValue { name, text }),
            Place::Text => values.body.push(VariableValue { name, text }),
            Place::Button(index, kind) => values.buttons.push(ButtonValue {
                index: *index,
                kind: kind.clone(),
                text,
            }),
        }
    }
    values
}

/// Which of the blanks an error of [`check`] names, all of them being filled.
pub(super) fn named_by(blanks: &[Blank], field: &str) -> Option<usize> {
    let (list, index) = field
        .strip_prefix("content.values.")?
        .split_once(['[', '.'])
        .unwrap_or((field.strip_prefix("content.values.")?, "0"));
    let index: usize = index.split(']').next()?.parse().ok()?;
    let is_of = |blank: &Blank| match blank.place {
        Place::Heading => list == "header",
        Place::Text => list == "body",
        Place::Button(..) => list == "buttons",
    };
    let mut of_list = blanks.iter().enumerate().filter(|(_, blank)| is_of(blank));
    of_list.nth(index).map(|(at, _)| at)
}

pub(super) fn draw(pick: &Pick, template: MessageTemplate) -> Drawn {
    let template = Arc::new(template);
    let blanks = Arc::new(blanks(&template));
    let needs_file = !matches!(template.header_format.as_deref(), None | Some("TEXT"));
    let first = NodeRef::<Input>::new();
    let send_button = NodeRef::<Button>::new();
    let has_blanks = !blanks.is_empty();
    effect(move || {
        if has_blanks {
            if let Some(field) = first.get() {
                _ = field.focus();
            }
        } else if let Some(button) = send_button.get() {
            _ = button.focus();
        }
    });
    let failure = ArcRwSignal::new(None::<ApiError>);
    let fields: Vec<Drawn> = blanks
        .iter()
        .enumerate()
        .map(|(index, blank)| field(pick, index, blank, first))
        .collect();
    let bubble = {
        let (inbox, template, blanks) = (
            pick.inbox.clone(),
            Arc::clone(&template),
            Arc::clone(&blanks),
        );
        live(move || {
            let parts = draw_body(
                &inbox,
                &Body::of_template(&template, &values(&blanks), None),
            );
            drawn(view! { <div class="bubble" dir="auto">{parts}</div> })
        })
    };
    let trouble = {
        let (inbox, failure) = (pick.inbox.clone(), failure.clone());
        live_on(
            move || {
                if needs_file {
                    return Some(inbox.i18n.text(Key::TemplateNeedsFile).to_owned());
                }
                let error = failure.get()?;
                Some(sentence(inbox.i18n.locale(), &error))
            },
            |words| drawn(view! { <p class="failure" role="alert">{words}</p> }),
        )
    };
    let submit = {
        let pick = pick.clone();
        let (template, blanks, failure) =
            (Arc::clone(&template), Arc::clone(&blanks), failure.clone());
        listener(move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            if !needs_file {
                pick.send(&template, &blanks, &failure);
            }
        })
    };
    let back = {
        let pick = pick.clone();
        listener(move |_| pick.step_back())
    };
    let cannot_send = {
        let phase = pick.inbox.phase.clone();
        attr_if(move || needs_file || phase.get() != Phase::Ready)
    };
    let (name, language) = (template.name.clone(), tag_of(&template.language));
    drawn(view! {
        <form class="template-form" novalidate on:submit=submit>
            <div class="template-chosen">
                <button type="button" class="icon-button to-list" aria-label=label(Key::Back) on:click=back>
                    {Icon::BACK.draw()}
                </button>
                <h3 class="template-name"><bdi>{name}</bdi> <span class="badge">{language}</span></h3>
            </div>
            <div class="template-body">
                {fields}
                <div class="template-preview message" data-direction="out" role="group" aria-label=label(Key::TemplatePreview)>
                    {bubble}
                </div>
            </div>
            <footer class="dialog-foot">
                {trouble}
                <button type="submit" class="button" node_ref=send_button disabled=cannot_send>
                    {t(Key::Send)}
                </button>
            </footer>
        </form>
    })
}

fn field(pick: &Pick, index: usize, blank: &Blank, first: NodeRef<Input>) -> Drawn {
    let i18n = pick.inbox.i18n.clone();
    let id = field_id(index);
    let note = [&id, "-note"].concat();
    let words = {
        let (i18n, name) = (i18n.clone(), blank.name.clone());
        let key = match blank.place {
            Place::Heading => Key::VariableOfHeading,
            Place::Text => Key::VariableOfText,
            Place::Button(..) => Key::VariableOfButton,
        };
        text(move || fill(i18n.text(key), "name", &name))
    };
    let write = {
        let (value, wrong) = (blank.value.clone(), blank.wrong.clone());
        listener(move |event| {
            value.set(event_target_value(&event));
            wrong.set(None);
        })
    };
    let value = {
        let value = blank.value.clone();
        text(move || value.get())
    };
    let invalid = {
        let wrong = blank.wrong.clone();
        attr(move || wrong.get().map(|_| "true".to_owned()))
    };
    let wrong = {
        let (wrong, note) = (blank.wrong.clone(), note.clone());
        live_on(
            move || wrong.get().map(|key| i18n.text(key).to_owned()),
            move |words| {
                drawn(
                    view! { <span class="field-note" id=note.clone() role="alert">{words}</span> },
                )
            },
        )
    };
    let input = if index == 0 { first } else { NodeRef::new() };
    drawn(view! {
        <div class="field">
            <label for=id.clone()>{words}</label>
            <input
                type="text"
                class="text-field"
                id=id
                dir="auto"
                autocomplete="off"
                aria-invalid=invalid
                aria-describedby=note
                node_ref=input
                prop:value=value
                on:input=write
            />
            {wrong}
        </div>
    })
}

impl Pick {
    /// Sends it, or says what is wrong and goes there.
    fn send(
        &self,
        template: &MessageTemplate,
        blanks: &[Blank],
        failure: &ArcRwSignal<Option<ApiError>>,
    ) {
        failure.set(None);
        let is_empty = |blank: &Blank| blank.value.with_untracked(|text| text.trim().is_empty());
        if let Some(at) = blanks.iter().position(is_empty) {
            for blank in blanks.iter().filter(|blank| is_empty(blank)) {
                blank.wrong.set(Some(Key::FillThis));
            }
            return focus_field(at);
        }
        let values = untrack(|| values(blanks));
        if let Err(error) = check(template, &values) {
            let field = error.field.clone().unwrap_or_default();
            match named_by(blanks, &field) {
                Some(at) => {
                    let text = blanks[at].value.get_untracked();
                    let key = if is_one_line(&text) {
                        Key::FilledTooLong
                    } else {
                        Key::FieldOneLine
                    };
                    blanks[at].wrong.set(Some(key));
                    focus_field(at);
                }
                None => failure.set(Some(error)),
            }
            return;
        }
        let body = Body::of_template(template, &values, None);
        let draft = Draft::of(DraftContent::Template {
            name: template.name.clone(),
            language: template.language.clone(),
            values,
            named: template.named,
        });
        let sent = self.inbox.send_out(&self.conversation, draft, body);
        if sent.is_some() {
            close(self.dialog);
            focus_thread();
        }
    }
}

/// The id of a field.
fn field_id(index: usize) -> String {
    ["template-field-", &index.to_string()].concat()
}

fn focus_field(index: usize) {
    browser::focus(&["#", &field_id(index)].concat());
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn template() -> MessageTemplate {
        serde_json::from_value(json!({"name": "t", "language": "en", "category": "UTILITY", "status": "APPROVED", "named": false,
            "headerFormat": "TEXT", "header": "For {{1}}", "body": "Hi {{1}}, {{2}} of {{1}}.", "buttons": [
                {"kind": "QUICK_REPLY", "text": "Stop"}, {"kind": "URL", "text": "Track", "value": "https://a.test/{{1}}"},
                {"kind": "COPY_CODE", "text": "Copy"}, {"kind": "URL", "text": "Shop", "value": "https://a.test"}]}))
        .unwrap()
    }

    #[test]
    fn each_variable_is_asked_for_once_where_it_stands() {
        let asked: Vec<(Place, String)> = blanks(&template())
            .into_iter()
            .map(|blank| (blank.place, blank.name))
            .collect();
        let button = |index, kind: &str| Place::Button(index, kind.into());
        assert_eq!(
            asked,
            [
                (Place::Heading, "1".into()),
                (Place::Text, "1".into()),
                (Place::Text, "2".into()),
                (button(1, "URL"), "Track".into()),
                (button(2, "COPY_CODE"), "Copy".into()),
            ]
        );
    }

    #[test]
    fn what_is_filled_passes_and_what_is_wrong_is_found() {
        let (template, blanks) = (template(), blanks(&template()));
        let wrong_at = || {
            let error = check(&template, &untrack(|| values(&blanks))).err()?;
            named_by(&blanks, &error.field.unwrap())
        };
        for blank in &blanks {
            blank.value.set("x".into());
        }
        assert_eq!(check(&template, &untrack(|| values(&blanks))), Ok(()));
        for (at, text) in [
            (0, "x".repeat(61)),
            (1, "a     b".into()),
            (2, "a\tb".into()),
            (4, "x".repeat(16)),
        ] {
            blanks[at].value.set(text);
            assert_eq!(wrong_at(), Some(at));
            blanks[at].value.set("x".into());
        }
        blanks[2].value.set("x".repeat(1_024));
        assert_eq!(wrong_at(), Some(1), "the text as a whole is too long");
    }
}
