//! Where labels are named, coloured and deleted.

use super::api::{ChangeLabel, CreateLabel, DeleteLabel};
use super::{Colour, Label, MAX_NAME};
use crate::browser;
use crate::commands::Overlay;
use crate::dialog::{Dialog, close};
use crate::drawn::{Drawn, attr_if, drawn, effect, listener, live, live_on};
use crate::error::ApiError;
use crate::i18n::{Key, fill, label, sentence, t};
use crate::ids::LabelId;
use crate::inbox::Inbox;
use crate::on_demand::Part;
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_split::wasm_split;

/// What is being written.
#[derive(Clone)]
struct Form {
    /// None while it is a new one.
    id: Option<LabelId>,
    name: ArcRwSignal<String>,
    colour: ArcRwSignal<Colour>,
}

#[derive(Clone)]
struct Manage {
    inbox: Inbox,
    form: ArcRwSignal<Option<Form>>,
    /// The label of which is asked whether it is to go.
    asks: ArcRwSignal<Option<LabelId>>,
    failure: ArcRwSignal<Option<ApiError>>,
    is_busy: ArcRwSignal<bool>,
    dialog: NodeRef<html::Dialog>,
}

/// Leads to the dialog.
#[wasm_split(tools, wasm_split_path = ::leptos::wasm_split, fallible)]
#[allow(
    clippy::unnecessary_wraps,
    reason = "what the macro makes of it can fail"
)]
pub(crate) fn labels_part() -> Part<Inbox> {
    Ok(|inbox| draw(&inbox))
}

const fn name_of(colour: Colour) -> Key {
    match colour {
        Colour::Grey => Key::ColourGrey,
        Colour::Accent => Key::ColourAccent,
        Colour::Ok => Key::ColourOk,
        Colour::Warn => Key::ColourWarn,
        Colour::Danger => Key::ColourDanger,
        Colour::Note => Key::ColourNote,
    }
}

fn draw(inbox: &Inbox) -> Drawn {
    let manage = Manage {
        inbox: inbox.clone(),
        form: ArcRwSignal::new(None),
        asks: ArcRwSignal::new(None),
        failure: ArcRwSignal::new(None),
        is_busy: ArcRwSignal::new(false),
        dialog: NodeRef::new(),
    };
    // A colleague may delete what is being changed here.
    effect({
        let manage = manage.clone();
        move || {
            let is_there = |id: &LabelId| {
                let labels = &manage.inbox.labels;
                labels.with(|labels| labels.iter().any(|label| label.id == *id))
            };
            let id = manage.form.with(|form| form.as_ref()?.id.clone());
            if id.is_some_and(|id| !is_there(&id)) {
                manage.leave_form();
            }
        }
    });
    let closed = {
        let inbox = inbox.clone();
        move || inbox.take_away(Overlay::Labels)
    };
    let (back, node) = (manage.clone(), manage.dialog);
    let body = live(move || match manage.form.get() {
        Some(form) => manage.draw_form(form),
        None => manage.draw_list(),
    });
    Dialog::new(Key::Labels, "dialog", "manage-labels", node, closed)
        .stepping_back(move || back.step_back())
        .draw(drawn(body))
}

impl Manage {
    fn step_back(&self) {
        if self.form.with_untracked(Option::is_some) {
            self.leave_form();
        } else if self.asks.with_untracked(Option::is_some) {
            self.asks.set(None);
        } else {
            close(self.dialog);
        }
    }

    fn leave_form(&self) {
        self.failure.set(None);
        self.form.set(None);
    }

    fn write(&self, held: Option<&Label>) {
        self.asks.set(None);
        self.failure.set(None);
        self.form.set(Some(Form {
            id: held.map(|label| label.id.clone()),
            name: ArcRwSignal::new(held.map_or_else(String::new, |label| label.name.clone())),
            colour: ArcRwSignal::new(held.map_or(Colour::Accent, |label| label.colour)),
        }));
    }

    fn draw_list(&self) -> Drawn {
        let rows = {
            let manage = self.clone();
            live(move || manage.rows())
        };
        let add = {
            let manage = self.clone();
            listener(move |_| manage.write(None))
        };
        drawn(view! {
            {rows}
            <div class="dialog-foot">
                {self.draw_failure()}
                <button type="button" class="button" on:click=add>{t(Key::NewLabel)}</button>
            </div>
        })
    }

    fn rows(&self) -> Drawn {
        let labels = self.inbox.labels.get();
        if labels.is_empty() {
            return drawn(view! {
                <div class="blank" role="status">
                    <p class="blank-title">{t(Key::NoLabels)}</p>
                    <p>{t(Key::NoLabelsText)}</p>
                </div>
            });
        }
        let asks = self.asks.get();
        let rows: Vec<Drawn> = labels
            .into_iter()
            .map(|label| self.row(&label, asks.as_ref() == Some(&label.id)))
            .collect();
        drawn(
            view! { <ul class="manage-list" role="list" aria-label=label(Key::Labels)>{rows}</ul> },
        )
    }

    fn row(&self, held: &Label, is_asked: bool) -> Drawn {
        let acts = if held.shared {
            drawn(view! { <span class="manage-note">{t(Key::SharedWithOthers)}</span> })
        } else if is_asked {
            return self.question(held);
        } else {
            let edit = {
                let (manage, held) = (self.clone(), held.clone());
                listener(move |_| manage.write(Some(&held)))
            };
            let ask = {
                let (manage, id) = (self.clone(), held.id.clone());
                listener(move |_| {
                    manage.failure.set(None);
                    manage.asks.set(Some(id.clone()));
                    browser::spawn(async {
                        leptos::task::tick().await;
                        browser::focus("[data-testid=manage-labels] .manage-row .button");
                    });
                })
            };
            drawn(view! {
                <button type="button" class="link-button" on:click=edit>{t(Key::Edit)}</button>
                <button type="button" class="link-button" on:click=ask>{t(Key::Delete)}</button>
            })
        };
        drawn(view! {
            <li class="manage-row" data-testid="label">
                <span class="label-dot" data-colour=held.colour.as_str()></span>
                <span class="manage-words" dir="auto">{held.name.clone()}</span>
                {acts}
            </li>
        })
    }

    /// Conversations lose it, and nothing brings it back to them: so it is asked first.
    fn question(&self, held: &Label) -> Drawn {
        let words = fill(
            self.inbox.i18n.text(Key::DeleteLabelAsk),
            "name",
            &held.name,
        );
        let delete = {
            let (manage, id) = (self.clone(), held.id.clone());
            listener(move |_| manage.delete(id.clone()))
        };
        let keep = {
            let asks = self.asks.clone();
            listener(move |_| asks.set(None))
        };
        let busy = self.is_busy.clone();
        drawn(view! {
            <li class="manage-row" data-testid="label" role="alert">
                <span class="manage-words" dir="auto">{words}</span>
                <button type="button" class="link-button" on:click=keep>{t(Key::Cancel)}</button>
                <button type="button" class="button" disabled=attr_if(move || busy.get()) on:click=delete>
                    {t(Key::Delete)}
                </button>
            </li>
        })
    }

    fn draw_form(&self, form: Form) -> Drawn {
        let title = if form.id.is_none() {
            Key::NewLabel
        } else {
            Key::Edit
        };
        let name = form.name.get_untracked();
        let on_name = {
            let name = form.name.clone();
            listener(move |event| name.set(event_target_value(&event)))
        };
        let chosen = form.colour.get_untracked();
        let colours: Vec<Drawn> = Colour::ALL
            .into_iter()
            .map(|colour| {
                let held = form.colour.clone();
                let choose = listener(move |_: web_sys::Event| held.set(colour));
                drawn(view! {
                    <label class="colour">
                        <input type="radio" name="label-colour" prop:checked=colour == chosen on:change=choose />
                        <span class="label-dot" data-colour=colour.as_str()></span>
                        <span>{t(name_of(colour))}</span>
                    </label>
                })
            })
            .collect();
        let save = {
            let (manage, form) = (self.clone(), form.clone());
            listener(move |event: web_sys::SubmitEvent| {
                event.prevent_default();
                manage.save(form.clone());
            })
        };
        let cancel = {
            let manage = self.clone();
            listener(move |_| manage.leave_form())
        };
        let cannot_save = {
            let (busy, name) = (self.is_busy.clone(), form.name.clone());
            attr_if(move || busy.get() || name.with(|name| name.trim().is_empty()))
        };
        browser::spawn(async {
            leptos::task::tick().await;
            browser::focus("#label-name");
        });
        drawn(view! {
            <form class="template-form" on:submit=save>
                <div class="template-body">
                    <h3 class="quick-title">{t(title)}</h3>
                    <div class="field">
                        <label for="label-name">{t(Key::LabelName)}</label>
                        <input
                            id="label-name"
                            class="text-field"
                            dir="auto"
                            autocomplete="off"
                            maxlength=MAX_NAME.to_string()
                            value=name
                            on:input=on_name
                        />
                    </div>
                    <fieldset class="colours">
                        <legend>{t(Key::Colour)}</legend>
                        {colours}
                    </fieldset>
                </div>
                <div class="dialog-foot">
                    {self.draw_failure()}
                    <button type="button" class="link-button" on:click=cancel>{t(Key::Cancel)}</button>
                    <button type="submit" class="button" disabled=cannot_save>{t(Key::Save)}</button>
                </div>
            </form>
        })
    }

    fn draw_failure(&self) -> impl IntoView + use<> {
        let (i18n, failure) = (self.inbox.i18n.clone(), self.failure.clone());
        live_on(
            move || failure.get().map(|error| sentence(i18n.locale(), &error)),
            |words| drawn(view! { <p class="failure" role="alert" dir="auto">{words}</p> }),
        )
    }

    fn save(&self, form: Form) {
        let (name, colour) = (form.name.get_untracked(), form.colour.get_untracked());
        let manage = self.clone();
        self.work(async move {
            let inbox = &manage.inbox;
            let answer = match form.id {
                Some(label_id) => {
                    let request = ChangeLabel {
                        label_id,
                        name,
                        colour,
                    };
                    inbox.call(request).await
                }
                None => inbox.call(CreateLabel { name, colour }).await,
            };
            manage.take(answer);
        });
    }

    fn delete(&self, label_id: LabelId) {
        let manage = self.clone();
        self.work(async move {
            let answer = manage.inbox.call(DeleteLabel { label_id }).await;
            manage.asks.set(None);
            manage.take(answer);
        });
    }

    /// One piece of work at a time.
    fn work(&self, task: impl Future<Output = ()> + 'static) {
        if self.is_busy.get_untracked() {
            return;
        }
        self.is_busy.set(true);
        self.failure.set(None);
        let busy = self.is_busy.clone();
        browser::spawn(async move {
            task.await;
            busy.set(false);
        });
    }

    fn take(&self, answer: Result<Vec<Label>, ApiError>) {
        match answer {
            Ok(labels) => {
                self.inbox.put_labels(labels);
                self.leave_form();
            }
            Err(error) => {
                self.failure.set(Some(error));
                browser::focus("#label-name");
            }
        }
    }
}
