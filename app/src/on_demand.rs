//! Parts of the program that come when they are needed: a reader who only looks at a conversation does not wait for what only some
//! ever open. The build puts each such part into a file of its own (`cargo leptos build --split`), named by `wasm_split` at the
//! function that leads to it; what nothing else leads to goes along. There are few such files, `thread` and `tools`: what two of them
//! need and the first load does not is one file more for each pair. docs/decisions.md has the figures.

use crate::browser;
use crate::conversations::FailureLine;
use crate::drawn::{Drawn, drawn, live};
use crate::error::ApiError;
use crate::i18n::{I18n, Key, sentence};
use futures::FutureExt;
use leptos::prelude::*;
use std::pin::Pin;
use std::sync::Arc;

/// A part did not come: the network, or a server that has been updated since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotLoaded;

impl From<leptos::wasm_split::SplitLoaderError> for NotLoaded {
    fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
        Self
    }
}

/// What leads to a part answers: how to draw it from an `A`.
pub type Part<A> = Result<fn(A) -> Drawn, NotLoaded>;

/// What draws a part, once it is there.
type Draw = Arc<dyn Fn() -> Drawn + Send + Sync>;

/// A part on its way.
type Loading = Pin<Box<dyn Future<Output = Result<Draw, NotLoaded>>>>;

/// What sets a part on its way.
type Load = Arc<dyn Fn() -> Loading + Send + Sync>;

#[derive(Clone)]
enum State {
    Loading,
    There(Draw),
    Failed,
}

/// The place of a part that is drawn from `of`: a skeleton while it is on its way, the part, or a sentence with a button if it did not
/// come.
pub fn on_demand<A, F>(of: A, load: impl Fn() -> F + Send + Sync + 'static) -> Drawn
where
    A: Clone + Send + Sync + 'static,
    F: Future<Output = Part<A>> + 'static,
{
    part_of(of, Arc::new(move || Box::pin(load())))
}

/// What leads to a part of one kind.
type Lead<A> = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Part<A>>>> + Send + Sync>;

/// Once for each kind of part, not for each part.
fn part_of<A>(of: A, lead: Lead<A>) -> Drawn
where
    A: Clone + Send + Sync + 'static,
{
    place(Arc::new(move || {
        let (of, leading) = (of.clone(), lead());
        Box::pin(async move {
            let draw = leading.await?;
            Ok(Arc::new(move || draw(of.clone())) as Draw)
        })
    }))
}

fn place(load: Load) -> Drawn {
    // What is there already is drawn at once: nothing blinks, and what takes the focus finds it.
    if let Some(Ok(draw)) = load().now_or_never() {
        return untrack(|| draw());
    }
    let state = ArcRwSignal::new(State::Loading);
    fetch(&load, &state);
    drawn(live(move || match state.get() {
        State::Loading => drawn(view! { <div class="part-wait" aria-hidden="true"></div> }),
        // What a part reads while it is drawn is its own affair: it would be drawn anew otherwise.
        State::There(draw) => untrack(|| draw()),
        State::Failed => {
            let again = {
                let (load, state) = (Arc::clone(&load), state.clone());
                Box::new(move || fetch(&load, &state))
            };
            let words = sentence(I18n::expect().locale(), &ApiError::transport());
            drawn(view! { <FailureLine title=Key::PartNotLoaded words again /> })
        }
    }))
}

fn fetch(load: &Load, state: &ArcRwSignal<State>) {
    state.set(State::Loading);
    let (loading, state) = (load(), state.clone());
    browser::spawn(async move {
        state.set(match loading.await {
            Ok(draw) => State::There(draw),
            Err(NotLoaded) => State::Failed,
        });
    });
}
