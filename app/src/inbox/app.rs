//! The root of the tree that server and browser render alike.

use super::panes::PanesPlace;
use super::screens::{Notice, Skeleton, Standalone};
use super::{Inbox, Screen};
use crate::boot::Boot;
use leptos::either::EitherOf4;
use leptos::prelude::*;

/// The inbox. On the server it renders what [`Boot`] says; in the browser everything else follows in effects.
#[component]
pub fn App(boot: Boot) -> impl IntoView {
    let inbox = Inbox::provide(boot);
    let state = inbox.phase.clone();
    let screen = {
        let (phase, loaded) = (inbox.phase.clone(), inbox.loaded.clone());
        Memo::new(move |_| phase.get().screen(loaded.get()))
    };
    // Effects do not run on the server: from here on it is the browser's.
    Effect::new(move |_| inbox.start());
    view! {
        <div class="inbox" data-testid="inbox" data-state=move || state.get().name()>
            {move || match screen.get() {
                Screen::Skeleton => EitherOf4::A(view! { <Skeleton /> }),
                Screen::Standalone => EitherOf4::B(view! { <Standalone /> }),
                Screen::Notice => EitherOf4::C(view! { <Notice /> }),
                Screen::Panes => EitherOf4::D(view! { <PanesPlace /> }),
            }}
        </div>
    }
}
