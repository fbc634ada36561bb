//! The root of the tree that server and browser render alike.

use super::phase::{Phase, Screen};
use super::screens::{Notice, Skeleton, Standalone};
use crate::boot::Boot;
use crate::i18n::I18n;
use leptos::either::EitherOf3;
use leptos::prelude::*;

/// The inbox. On the server it renders what [`Boot`] says; in the browser everything else follows in effects.
#[component]
pub fn App(boot: Boot) -> impl IntoView {
    I18n::provide(boot.locale);
    let phase = ArcRwSignal::new(Phase::at_first(boot));
    let state = phase.clone();
    let screen = Memo::new(move |_| phase.get().screen(false));
    view! {
        <div class="inbox" data-testid="inbox" data-state=move || state.get().name()>
            {move || match screen.get() {
                Screen::Skeleton => EitherOf3::A(view! { <Skeleton /> }),
                Screen::Standalone => EitherOf3::B(view! { <Standalone /> }),
                _ => EitherOf3::C(view! { <Notice /> }),
            }}
        </div>
    }
}
