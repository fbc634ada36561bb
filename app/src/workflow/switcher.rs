//! Above the list: which part of it is looked at, and how much there is in the others.

use super::{COUNTED, ListFilter, View};
use crate::drawn::{Drawn, attr, drawn, effect, listener, live, text};
use crate::i18n::{Key, label};
use crate::ids::{LabelId, NumberId, OperatorId};
use crate::inbox::Inbox;
use leptos::html::Select;
use leptos::prelude::*;

const fn name_of(view: View) -> Key {
    match view {
        View::All => Key::ViewAll,
        View::Unread => Key::ViewUnread,
        View::Mine => Key::ViewMine,
        View::Unassigned => Key::ViewUnassigned,
        View::Snoozed => Key::ViewSnoozed,
        View::Resolved => Key::ViewResolved,
    }
}

/// The views with their counts, and filters where there is something to choose from.
#[component]
pub fn Switcher() -> impl IntoView {
    let inbox = Inbox::expect();
    let views = {
        let inbox = inbox.clone();
        live(move || {
            let has_me = inbox.me.with(Option::is_some);
            let shown = View::ALL
                .into_iter()
                .filter(|view| has_me || *view != View::Mine);
            let chips: Vec<Drawn> = shown.map(|view| chip(&inbox, view)).collect();
            drawn(chips)
        })
    };
    let filters = {
        let inbox = inbox.clone();
        live(move || {
            let numbers: Vec<(String, String)> = inbox.numbers.with(|numbers| {
                let named = numbers.iter();
                named
                    .map(|number| (number.id.to_string(), number.name.clone()))
                    .collect()
            });
            let labels: Vec<(String, String)> = inbox.labels.with(|labels| {
                let named = labels.iter();
                named
                    .map(|label| (label.id.to_string(), label.name.clone()))
                    .collect()
            });
            let numbers = (numbers.len() > 1).then(|| {
                choice(&inbox, Key::AllNumbers, numbers, |filter, chosen| {
                    filter.number = NumberId::parse(chosen);
                })
            });
            let labels = (!labels.is_empty()).then(|| {
                choice(&inbox, Key::AllLabels, labels, |filter, chosen| {
                    filter.label = LabelId::parse(chosen);
                })
            });
            let people: Vec<(String, String)> = inbox.operators.with(|operators| {
                let named = operators.iter();
                named
                    .map(|one| (one.id.to_string(), one.name.clone()))
                    .collect()
            });
            let people = (!people.is_empty()).then(|| {
                choice(&inbox, Key::AllOperators, people, |filter, chosen| {
                    filter.assignee = OperatorId::parse(chosen);
                    // A view that says whose they are leaves nothing to choose.
                    if matches!(filter.view, View::Mine | View::Unassigned) {
                        filter.view = View::All;
                    }
                })
            });
            let any = numbers.is_some() || labels.is_some() || people.is_some();
            any.then(|| {
                drawn(view! {
                    <div class="filters">{Drawn::from(numbers)} {Drawn::from(labels)} {Drawn::from(people)}</div>
                })
            })
        })
    };
    view! {
        <div class="switcher">
            <div class="views" role="group" aria-label=label(Key::Views)>{views}</div>
            {filters}
        </div>
    }
}

fn chip(inbox: &Inbox, view: View) -> Drawn {
    let pressed = {
        let inbox = inbox.clone();
        attr(move || {
            let chosen = inbox.filter.with(|filter| filter.view == view);
            Some(if chosen { "true" } else { "false" }.to_owned())
        })
    };
    let count = {
        let inbox = inbox.clone();
        text(move || match inbox.counts.get().of(view) {
            0 => String::new(),
            COUNTED.. => [&inbox.i18n.number(COUNTED as usize - 1), "+"].concat(),
            count => inbox.i18n.number(count as usize),
        })
    };
    let words = {
        let inbox = inbox.clone();
        text(move || inbox.i18n.text(name_of(view)).to_owned())
    };
    let choose = {
        let inbox = inbox.clone();
        listener(move |_| {
            let mut filter = inbox.filter.get_untracked();
            filter.view = view;
            if matches!(view, View::Mine | View::Unassigned) {
                filter.assignee = None;
            }
            inbox.choose(filter);
        })
    };
    drawn(view! {
        <button type="button" class="chip" data-testid="view" data-view=view.name() aria-pressed=pressed on:click=choose>
            <span>{words}</span>
            <span class="chip-count">{count}</span>
        </button>
    })
}

/// A choice of one, or of all.
fn choice(
    inbox: &Inbox,
    all: Key,
    options: Vec<(String, String)>,
    choose: fn(&mut ListFilter, String),
) -> Drawn {
    let held = {
        let filter = inbox.filter.clone();
        move || {
            filter.with(|filter| {
                let held = match all {
                    Key::AllNumbers => filter.number.as_ref().map(NumberId::as_str),
                    Key::AllLabels => filter.label.as_ref().map(LabelId::as_str),
                    _ => filter.assignee.as_ref().map(OperatorId::as_str),
                };
                held.unwrap_or_default().to_owned()
            })
        }
    };
    let current = untrack(&held);
    // What is chosen elsewhere is shown here, and the options stay.
    let node = NodeRef::<Select>::new();
    effect(move || {
        let held = held();
        if let Some(select) = node.get() {
            select.set_value(&held);
        }
    });
    let words = inbox.i18n.text(all);
    let options: Vec<Drawn> = options
        .into_iter()
        .map(|(id, name)| {
            let selected = id == current;
            drawn(view! { <option value=id prop:selected=selected>{name}</option> })
        })
        .collect();
    let inbox = inbox.clone();
    let change = listener(move |event: web_sys::Event| {
        let mut filter = inbox.filter.get_untracked();
        choose(&mut filter, event_target_value(&event));
        inbox.choose(filter);
    });
    drawn(view! {
        <select class="filter" aria-label=words node_ref=node on:change=change>
            <option value="">{words}</option>
            {options}
        </select>
    })
}
