//! The root of the tree that server and browser render alike.

use super::panes::Panes;
use super::screens::{Notice, Skeleton, Standalone};
use super::{Inbox, Screen};
use crate::boot::Boot;
use crate::branding::Brand;
use crate::drawn::{attr, drawn, effect};
use leptos::either::EitherOf3;
use leptos::prelude::*;

/// The inbox. On the server it renders what [`Boot`] and [`Brand`] say; in the browser everything else follows in effects.
#[component]
pub fn App(boot: Boot, brand: Brand) -> impl IntoView {
    let inbox = Inbox::provide(boot, brand);
    let state = inbox.phase.clone();
    let screen = {
        let (phase, loaded) = (inbox.phase.clone(), inbox.loaded.clone());
        Memo::new(move |_| phase.get().screen(loaded.get()))
    };
    let flags = {
        let inbox = inbox.clone();
        attr(move || inbox.context.flags.get().names())
    };
    // Effects do not run on the server: from here on it is the browser's.
    effect(move || inbox.start());
    view! {
        <div class="inbox" data-testid="inbox" data-state=attr(move || Some(state.get().name().to_owned())) data-flags=flags>
            {move || match screen.get() {
                Screen::Skeleton => EitherOf3::A(view! { <Skeleton /> }),
                Screen::Standalone => EitherOf3::B(view! { <Standalone /> }),
                Screen::Notice => EitherOf3::C(drawn(view! { <Notice /> })),
                Screen::Panes => EitherOf3::C(drawn(view! { <Panes /> })),
            }}
        </div>
    }
}
