//! What can be done with all that is picked.

use crate::browser;
use crate::drawn::{Drawn, attr, attr_if, drawn, listener, live, text};
use crate::i18n::{Key, label, t};
use crate::icons::Icon;
use crate::ids::{ConversationId, NumberId};
use crate::inbox::Inbox;
use crate::labels::Label;
use crate::on_demand::Part;
use crate::workflow::{Act, Menu, Work, manage_labels, menu_frame, menu_item, people, times};
use leptos::prelude::*;
use leptos::wasm_split::wasm_split;
use std::sync::Arc;

/// What opens the menu of labels.
const LABELS: &str = "[data-testid=bulk-labels]";

#[derive(Clone)]
struct Bar {
    inbox: Inbox,
    menu: ArcRwSignal<Option<Menu>>,
    is_busy: ArcRwSignal<bool>,
}

/// Leads to the bar.
#[wasm_split(tools, wasm_split_path = ::leptos::wasm_split, fallible)]
#[allow(
    clippy::unnecessary_wraps,
    reason = "what the macro makes of it can fail"
)]
pub(crate) fn bar_part() -> Part<Inbox> {
    Ok(|inbox| draw(&inbox))
}

fn draw(inbox: &Inbox) -> Drawn {
    let bar = Bar {
        inbox: inbox.clone(),
        menu: inbox.picked.menu.clone(),
        is_busy: ArcRwSignal::new(false),
    };
    let count = {
        let inbox = inbox.clone();
        text(move || {
            let count = inbox.picked.ids.with(Vec::len);
            inbox.i18n.count(Key::Picked, count)
        })
    };
    let has_all = {
        let inbox = inbox.clone();
        attr_if(move || {
            inbox.order.track();
            let shown = inbox.engine().list().order().len();
            inbox.picked.ids.with(Vec::len) >= shown
        })
    };
    let leave = {
        let inbox = inbox.clone();
        listener(move |_| {
            inbox.end_picking();
            inbox.focus_row();
        })
    };
    let all = {
        let inbox = inbox.clone();
        listener(move |_| inbox.pick_all())
    };
    let open = {
        let bar = bar.clone();
        live(move || match bar.menu.get() {
            None => Drawn::NOTHING,
            Some(choice) => bar.draw_menu(choice),
        })
    };
    drawn(view! {
        <div class="pick-bar" role="group" aria-label=label(Key::PickedActions) data-testid="bulk">
            <div class="pick-line">
                <button type="button" class="icon-button" aria-label=label(Key::PickNone) title=label(Key::PickNone) on:click=leave>
                    {Icon::CLOSE.draw()}
                </button>
                <span class="pick-count" data-testid="bulk-count">{count}</span>
                <button type="button" class="link-button pick-all" disabled=has_all on:click=all>
                    {t(Key::PickAll)}
                </button>
            </div>
            <div class="pick-line pick-acts">
                {bar.button(Icon::TICKS, Key::MarkRead, "bulk-read", Work::Read)}
                {bar.opener(Icon::PERSON, Key::Assign, "bulk-assign", Menu::Assign)}
                {bar.opener(Icon::LABEL, Key::Labels, "bulk-labels", Menu::Labels)}
                {bar.opener(Icon::CLOCK, Key::Snooze, "bulk-snooze", Menu::Snooze)}
                {bar.button(Icon::TICK, Key::Resolve, "bulk-resolve", Work::Resolve)}
                {open}
            </div>
        </div>
    })
}

impl Bar {
    /// Does it with all that is picked. What could not be done stays picked.
    fn act(&self, work: &Work) {
        self.menu.set(None);
        if self.is_busy.get_untracked() {
            return;
        }
        self.is_busy.set(true);
        let (bar, work) = (self.clone(), work.clone());
        let ids = self.inbox.picked.ids.get_untracked();
        browser::spawn(async move {
            let is_done = bar.inbox.carry_out(&ids, &work, true).await;
            bar.is_busy.set(false);
            if is_done {
                bar.inbox.end_picking();
                bar.inbox.focus_after_picking();
            }
        });
    }

    fn acts(&self) -> Act {
        let bar = self.clone();
        Arc::new(move |work| bar.act(&work))
    }

    fn button(&self, icon: Icon, key: Key, name: &'static str, work: Work) -> Drawn {
        let bar = self.clone();
        let busy = self.is_busy.clone();
        let act = listener(move |_| bar.act(&work));
        drawn(view! {
            <button
                type="button"
                class="icon-button"
                data-testid=name
                aria-label=label(key)
                title=label(key)
                disabled=attr_if(move || busy.get())
                on:click=act
            >
                {icon.draw()}
            </button>
        })
    }

    fn opener(&self, icon: Icon, key: Key, name: &'static str, choice: Menu) -> Drawn {
        let (menu, busy) = (self.menu.clone(), self.is_busy.clone());
        let expanded = {
            let menu = self.menu.clone();
            attr(move || {
                let is_open = menu.get() == Some(choice);
                Some(if is_open { "true" } else { "false" }.to_owned())
            })
        };
        let toggle = listener(move |_| {
            let is_open = menu.get_untracked() == Some(choice);
            menu.set((!is_open).then_some(choice));
        });
        drawn(view! {
            <button
                type="button"
                class="icon-button"
                data-testid=name
                aria-label=label(key)
                title=label(key)
                aria-haspopup="true"
                aria-expanded=expanded
                disabled=attr_if(move || busy.get())
                on:click=toggle
            >
                {icon.draw()}
            </button>
        })
    }

    fn draw_menu(&self, choice: Menu) -> Drawn {
        let (name, opener, items) = match choice {
            Menu::Assign => {
                self.inbox.load_operators();
                let items = people(&self.inbox, || None, self.acts());
                (Key::Assign, "[data-testid=bulk-assign]", items)
            }
            Menu::Labels => (Key::Labels, LABELS, self.draw_labels()),
            Menu::Snooze => {
                let items = times(&self.inbox, self.acts());
                (Key::Snooze, "[data-testid=bulk-snooze]", items)
            }
            // There is no more.
            Menu::More => return Drawn::NOTHING,
        };
        let menu = self.menu.clone();
        menu_frame(name, items, opener, Arc::new(move || menu.set(None)))
    }

    fn draw_labels(&self) -> Drawn {
        let bar = self.clone();
        let manage = {
            let menu = self.menu.clone();
            manage_labels(&self.inbox, LABELS, move || menu.set(None))
        };
        let labels = live(move || {
            let ids = bar.inbox.picked.ids.get();
            let offered = bar.inbox.labels.with(|labels| bar.fitting(&ids, labels));
            if offered.is_empty() {
                return drawn(view! { <p class="menu-note">{t(Key::NoLabelFits)}</p> });
            }
            let items: Vec<Drawn> = offered
                .into_iter()
                .map(|(label, wearers)| {
                    let is_on = wearers == ids.len();
                    let pressed = match wearers {
                        0 => "false",
                        _ if is_on => "true",
                        _ => "mixed",
                    };
                    let work = Work::Label {
                        label: label.id,
                        on: !is_on,
                    };
                    let words = drawn(view! {
                        <span class="label-dot" data-colour=label.colour.as_str()></span>
                        <span dir="auto">{label.name}</span>
                    });
                    menu_item(words, pressed, work, &bar.acts())
                })
                .collect();
            drawn(items)
        });
        drawn(view! { {labels} {manage} })
    }

    /// The labels that go on all of these conversations, each with how many wear it.
    fn fitting(&self, ids: &[ConversationId], labels: &[Label]) -> Vec<(Label, usize)> {
        let engine = self.inbox.engine();
        let rows: Vec<_> = ids.iter().filter_map(|id| engine.list().row(id)).collect();
        let mut numbers: Vec<&NumberId> = rows.iter().map(|row| &row.number_id).collect();
        numbers.dedup();
        let fit = labels
            .iter()
            .filter(|label| numbers.iter().all(|number| label.fits(number)));
        fit.map(|label| {
            let wearers = rows.iter().filter(|row| row.labels.contains(&label.id));
            (label.clone(), wearers.count())
        })
        .collect()
    }
}

impl Inbox {
    /// Puts the focus back into the list: where it was, or on the first row if that has left.
    fn focus_after_picking(&self) {
        let at = self.at_row.get_untracked();
        if at.is_some_and(|id| self.engine().list().shows(&id)) {
            self.focus_row();
        } else {
            self.at_row.set(None);
            self.focus_list();
        }
    }
}
