//! Where quick replies are written, changed and deleted.

use super::api::{CreateQuickReply, DeleteQuickReply, UpdateQuickReply};
use super::known::Known;
use super::{QuickReply, VARIABLES};
use crate::browser;
use crate::conversations::FailureLine;
use crate::dialog::{Dialog, close};
use crate::drawn::{Drawn, attr_if, drawn, listener, live, live_on, text};
use crate::error::ApiError;
use crate::i18n::{Key, fill, label, sentence, t};
use crate::ids::QuickReplyId;
use crate::inbox::Inbox;
use crate::on_demand::Part;
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_split::wasm_split;

/// What is being written.
#[derive(Clone, Default)]
struct Form {
    /// None while it is a new one.
    id: Option<QuickReplyId>,
    shortcut: ArcRwSignal<String>,
    text: ArcRwSignal<String>,
}

#[derive(Clone)]
struct Manage {
    inbox: Inbox,
    form: ArcRwSignal<Option<Form>>,
    failure: ArcRwSignal<Option<ApiError>>,
    is_busy: ArcRwSignal<bool>,
    /// What was deleted last, and can come back.
    deleted: ArcRwSignal<Option<QuickReply>>,
    dialog: NodeRef<html::Dialog>,
}

/// Leads to the dialog.
#[wasm_split(tools, wasm_split_path = ::leptos::wasm_split, fallible)]
#[allow(
    clippy::unnecessary_wraps,
    reason = "what the macro makes of it can fail"
)]
pub(crate) fn replies_part() -> Part<Inbox> {
    Ok(|inbox| draw(&inbox))
}

/// The dialog.
pub(crate) fn draw(inbox: &Inbox) -> Drawn {
    inbox.load_quick_replies();
    let manage = Manage {
        inbox: inbox.clone(),
        form: ArcRwSignal::new(None),
        failure: ArcRwSignal::new(None),
        is_busy: ArcRwSignal::new(false),
        deleted: ArcRwSignal::new(None),
        dialog: NodeRef::new(),
    };
    let closed = {
        let open = inbox.thread.manages_replies.clone();
        move || open.set(false)
    };
    let (back, node) = (manage.clone(), manage.dialog);
    let body = live(move || match manage.form.get() {
        Some(form) => manage.draw_form(form),
        None => manage.draw_list(),
    });
    Dialog::new(
        Key::QuickReplies,
        "dialog",
        "manage-quick-replies",
        node,
        closed,
    )
    .stepping_back(move || back.step_back())
    .draw(drawn(body))
}

impl Manage {
    fn step_back(&self) {
        if self.form.with_untracked(Option::is_some) {
            self.leave_form();
        } else {
            close(self.dialog);
        }
    }

    fn leave_form(&self) {
        self.failure.set(None);
        self.form.set(None);
    }

    fn draw_list(&self) -> Drawn {
        let rows = {
            let manage = self.clone();
            live(move || manage.rows())
        };
        let add = {
            let manage = self.clone();
            listener(move |_| manage.form.set(Some(Form::default())))
        };
        let undo = {
            let manage = self.clone();
            live(move || manage.deleted.get().map(|reply| manage.draw_undo(reply)))
        };
        drawn(view! {
            {rows}
            <div class="dialog-foot">
                <div class="dialog-said" role="status">{undo}</div>
                <button type="button" class="button" on:click=add>{t(Key::NewQuickReply)}</button>
            </div>
        })
    }

    fn rows(&self) -> Drawn {
        match self.inbox.quick_replies.get() {
            Known::Nothing => drawn(view! {
                <div class="dialog-wait" role="status" aria-label=label(Key::Loading)></div>
            }),
            Known::Failed(error) => {
                let words = sentence(self.inbox.i18n.locale(), &error);
                let inbox = self.inbox.clone();
                let again = Box::new(move || inbox.load_quick_replies());
                drawn(view! { <FailureLine title=Key::QuickRepliesFailed words again /> })
            }
            Known::There(all) if all.items.is_empty() => drawn(view! {
                <div class="blank" role="status">
                    <p class="blank-title">{t(Key::NoQuickReplies)}</p>
                    <p>{t(Key::NoQuickRepliesText)}</p>
                </div>
            }),
            Known::There(all) => {
                let rows: Vec<Drawn> = all.items.into_iter().map(|reply| self.row(reply)).collect();
                drawn(
                    view! { <ul class="manage-list" aria-label=label(Key::QuickReplies)>{rows}</ul> },
                )
            }
        }
    }

    fn row(&self, reply: QuickReply) -> Drawn {
        let shortcut = ["/", &reply.shortcut].concat();
        let (words, shared) = (reply.text.clone(), reply.shared);
        let edit = {
            let (manage, reply) = (self.clone(), reply.clone());
            listener(move |_| {
                manage.form.set(Some(Form {
                    id: Some(reply.id.clone()),
                    shortcut: ArcRwSignal::new(reply.shortcut.clone()),
                    text: ArcRwSignal::new(reply.text.clone()),
                }));
            })
        };
        let delete = {
            let manage = self.clone();
            listener(move |_| manage.delete(reply.clone()))
        };
        let busy = self.is_busy.clone();
        let acts = if shared {
            drawn(view! { <span class="manage-note">{t(Key::SharedWithOthers)}</span> })
        } else {
            drawn(view! {
                <button type="button" class="link-button" on:click=edit>{t(Key::Edit)}</button>
                <button
                    type="button"
                    class="link-button"
                    disabled=attr_if(move || busy.get())
                    on:click=delete
                >
                    {t(Key::Delete)}
                </button>
            })
        };
        drawn(view! {
            <li class="manage-row" data-testid="quick-reply">
                <div class="manage-words">
                    <bdi class="quick-shortcut">{shortcut}</bdi>
                    <span class="quick-text" dir="auto">{words}</span>
                </div>
                {acts}
            </li>
        })
    }

    fn draw_undo(&self, reply: QuickReply) -> Drawn {
        let words = {
            let (i18n, name) = (self.inbox.i18n.clone(), ["/", &reply.shortcut].concat());
            text(move || fill(i18n.text(Key::QuickReplyDeleted), "name", &name))
        };
        let undo = {
            let manage = self.clone();
            listener(move |_| manage.bring_back(reply.clone()))
        };
        drawn(view! {
            <span dir="auto">{words}</span>
            " "
            <button type="button" class="link-button" on:click=undo>{t(Key::Undo)}</button>
            {self.draw_failure()}
        })
    }

    fn draw_form(&self, form: Form) -> Drawn {
        let is_new = form.id.is_none();
        let write = |signal: &ArcRwSignal<String>| {
            let signal = signal.clone();
            listener(move |event| signal.set(event_target_value(&event)))
        };
        let (shortcut, words) = (form.shortcut.get_untracked(), form.text.get_untracked());
        let variables: Vec<Drawn> = VARIABLES
            .iter()
            .map(|name| drawn(view! { <code>{["{{", name, "}}"].concat()}</code> " " }))
            .collect();
        let (on_shortcut, on_text) = (write(&form.shortcut), write(&form.text));
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
            let (busy, form) = (self.is_busy.clone(), form);
            attr_if(move || {
                let is_blank = |words: &String| words.trim().is_empty();
                busy.get() || form.shortcut.with(is_blank) || form.text.with(is_blank)
            })
        };
        let title = if is_new {
            Key::NewQuickReply
        } else {
            Key::Edit
        };
        browser::spawn(async {
            leptos::task::tick().await;
            browser::focus("#quick-shortcut");
        });
        drawn(view! {
            <form class="template-form" on:submit=save>
                <div class="template-body">
                    <h3 class="quick-title">{t(title)}</h3>
                    <div class="field">
                        <label for="quick-shortcut">{t(Key::Shortcut)}</label>
                        <input
                            id="quick-shortcut"
                            class="text-field"
                            dir="auto"
                            autocomplete="off"
                            maxlength="33"
                            value=shortcut
                            on:input=on_shortcut
                        />
                    </div>
                    <div class="field">
                        <label for="quick-text">{t(Key::QuickReplyText)}</label>
                        <textarea
                            id="quick-text"
                            class="text-field"
                            dir="auto"
                            rows="6"
                            maxlength="4096"
                            prop:value=words
                            on:input=on_text
                        ></textarea>
                        <p class="field-hint">{t(Key::VariablesHint)} " " {variables}</p>
                    </div>
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
        let shortcut = form.shortcut.get_untracked();
        let text = form.text.get_untracked().trim().to_owned();
        let manage = self.clone();
        self.work(async move {
            let inbox = &manage.inbox;
            let answer = match form.id {
                Some(id) => inbox.call(UpdateQuickReply { id, shortcut, text }).await,
                None => inbox.call(CreateQuickReply { shortcut, text }).await,
            };
            if let Some(reply) = manage.answer(answer) {
                manage.put(reply);
                manage.leave_form();
            } else {
                // The button that had the focus cannot have it while it waits.
                browser::focus("#quick-shortcut");
            }
        });
    }

    fn delete(&self, reply: QuickReply) {
        let manage = self.clone();
        self.work(async move {
            let id = reply.id.clone();
            if manage
                .answer(manage.inbox.call(DeleteQuickReply { id }).await)
                .is_some()
            {
                manage.change(|items| items.retain(|other| other.id != reply.id));
                manage.deleted.set(Some(reply));
            }
        });
    }

    fn bring_back(&self, reply: QuickReply) {
        let manage = self.clone();
        self.work(async move {
            let QuickReply { shortcut, text, .. } = reply;
            let answer = manage.inbox.call(CreateQuickReply { shortcut, text }).await;
            if let Some(reply) = manage.answer(answer) {
                manage.deleted.set(None);
                manage.put(reply);
            }
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

    fn answer<T>(&self, answer: Result<T, ApiError>) -> Option<T> {
        answer.map_err(|error| self.failure.set(Some(error))).ok()
    }

    fn put(&self, reply: QuickReply) {
        self.change(|items| {
            items.retain(|other| other.id != reply.id);
            let at = items.partition_point(|other| other.shortcut < reply.shortcut);
            items.insert(at, reply);
        });
    }

    fn change(&self, change: impl FnOnce(&mut Vec<QuickReply>)) {
        self.inbox.quick_replies.update(|known| {
            if let Known::There(replies) = known {
                change(&mut replies.items);
            }
        });
    }
}
