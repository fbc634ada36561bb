//! Who the contact is and what the team does about them: beside the thread on wide screens, over it where there is less room.

pub mod api;
mod contact;
mod edit;
mod model;
mod panel;
mod sections;
mod shelf;

pub use model::*;

use crate::browser;
use crate::drawn::{Drawn, class, drawn, listener, live};
use crate::i18n::{Key, label};
use crate::icons::Icon;
use crate::inbox::Inbox;
use crate::on_demand::on_demand;
use leptos::prelude::*;
use panel::panel_part;

/// The button that shows the details where they are not beside the thread.
const OPENER: &str = "[data-testid=details-open]";

/// The button of the menu that shows them where there is no room for that one.
const MENU: &str = "[data-testid=more]";

/// The details pane of the open conversation.
#[component]
pub fn DetailsPane() -> impl IntoView {
    let inbox = Inbox::expect();
    live(move || {
        let id = inbox.open.get()?;
        let row = inbox.row(&id)?;
        let is_open = {
            let details = inbox.details.clone();
            class(move || details.get())
        };
        let close = {
            let inbox = inbox.clone();
            listener(move |_| inbox.close_details())
        };
        let escape = {
            let inbox = inbox.clone();
            listener(move |event: web_sys::KeyboardEvent| {
                let is_over = browser::is_drawn(".details-close");
                if event.key() == "Escape" && !event.default_prevented() && is_over {
                    event.prevent_default();
                    inbox.close_details();
                }
            })
        };
        Some(drawn(view! {
            <aside
                class="pane-details"
                class:is-open=is_open
                aria-label=label(Key::ContactDetails)
                data-testid="details"
                on:keydown=escape
            >
                <button type="button" class="icon-button details-close" aria-label=label(Key::Close) on:click=close>
                    {Icon::CLOSE.draw()}
                </button>
                {on_demand((id, row), panel_part)}
            </aside>
        }))
    })
}

/// The button in the head of the thread.
pub(crate) fn details_button(inbox: &Inbox) -> Drawn {
    let inbox = inbox.clone();
    let open = listener(move |_| inbox.open_details());
    drawn(view! {
        <button
            type="button"
            class="icon-button details-open"
            data-testid="details-open"
            aria-label=label(Key::ContactDetails)
            title=label(Key::ContactDetails)
            on:click=open
        >
            {Icon::INFO.draw()}
        </button>
    })
}

impl Inbox {
    /// Lays the details over the thread.
    pub(crate) fn open_details(&self) {
        self.details.set(true);
        browser::spawn(async {
            leptos::task::tick().await;
            browser::focus(".details-close");
        });
    }

    fn close_details(&self) {
        self.details.set(false);
        browser::focus(if browser::is_drawn(OPENER) {
            OPENER
        } else {
            MENU
        });
    }
}

/// Gives something the focus once it has been drawn.
fn focus_soon(selector: String) {
    browser::spawn(async move {
        leptos::task::tick().await;
        browser::focus(&selector);
    });
}

/// A name and what stands under it.
pub(crate) fn fact(name: Drawn, value: String) -> Drawn {
    drawn(view! {
        <div class="fact">
            <dt dir="auto">{name}</dt>
            <dd dir="auto">{value}</dd>
        </div>
    })
}
