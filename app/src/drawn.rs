//! Views, and all that is live in them, each as one type.
//!
//! leptos compiles its machinery once for each type of closure and once more for each type of view behind it, and every closure
//! has a type of its own: that was a third of the program that every reader downloads. What passes through here shares one type
//! for each purpose instead; docs/decisions.md has the figures. A view is then drawn anew where leptos would have compared it
//! with the one before; so what stands in a live region changes its words in place, by [`text`], [`attr`] and [`class`].

use leptos::attr::any_attribute::AnyAttribute;
use leptos::prelude::*;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::no_attrs;
use leptos::tachys::renderer::types::{Element, Node};
use leptos::tachys::view::{Mountable, Position, PositionState};

type Text = Box<dyn FnMut() -> String + Send>;
type Attr = Box<dyn FnMut() -> Option<String> + Send>;
type Flag = Box<dyn FnMut() -> bool + Send>;
type Live = Box<dyn FnMut() -> Drawn + Send>;

/// Text that follows what it reads.
pub fn text(read: impl FnMut() -> String + Send + 'static) -> Text {
    Box::new(read)
}

/// The value of an attribute that follows what it reads; `None` takes the attribute away.
pub fn attr(read: impl FnMut() -> Option<String> + Send + 'static) -> Attr {
    Box::new(read)
}

/// An attribute without a value, there while `read` holds.
pub fn attr_if(mut read: impl FnMut() -> bool + Send + 'static) -> Attr {
    Box::new(move || read().then(String::new))
}

/// A class, there while `read` holds.
pub fn class(read: impl FnMut() -> bool + Send + 'static) -> Flag {
    Box::new(read)
}

/// A listener.
pub fn listener<E: 'static>(work: impl FnMut(E) + 'static) -> Box<dyn FnMut(E)> {
    Box::new(work)
}

/// Runs `work` now and whenever something that it reads has changed. In the browser only.
pub fn effect(work: impl FnMut() + 'static) {
    fn run(mut work: Box<dyn FnMut()>) {
        Effect::new(move |_: Option<()>| work());
    }
    run(Box::new(work));
}

/// A part that is drawn anew whenever something that it reads has changed.
pub fn live<V: Into<Drawn>>(mut draw: impl FnMut() -> V + Send + 'static) -> Live {
    Box::new(move || draw().into())
}

/// A part that is there while `read` has something to say, and drawn anew when that changes.
pub fn live_on(
    read: impl Fn() -> Option<String> + Send + Sync + 'static,
    mut draw: impl FnMut(String) -> Drawn + Send + 'static,
) -> Live {
    let said = memo(read);
    live(move || said.get().map(&mut draw))
}

/// What `read` says, passed on only when it changes.
pub fn memo(read: impl Fn() -> Option<String> + Send + Sync + 'static) -> ArcMemo<Option<String>> {
    fn make(read: Box<dyn Fn() -> Option<String> + Send + Sync>) -> ArcMemo<Option<String>> {
        ArcMemo::new(move |_| read())
    }
    make(Box::new(read))
}

/// A list of parts, one for each of `keys`; those whose key stays are kept.
pub fn each(
    keys: impl Fn() -> Vec<String> + Send + 'static,
    draw: impl Fn(String) -> Drawn + Send + Sync + 'static,
) -> impl IntoView {
    fn list(
        keys: Box<dyn Fn() -> Vec<String> + Send>,
        draw: std::sync::Arc<dyn Fn(String) -> Drawn + Send + Sync>,
    ) -> impl IntoView {
        view! { <For each=keys key=String::clone children=move |key| draw(key) /> }
    }
    list(Box::new(keys), std::sync::Arc::new(draw))
}

/// A view of any type, once it is on screen.
pub struct Shown(Box<dyn Mountable>);

impl Mountable for Shown {
    fn unmount(&mut self) {
        self.0.unmount();
    }

    fn mount(&mut self, parent: &Element, before: Option<&Node>) {
        self.0.mount(parent, before);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.0.insert_before_this(child)
    }

    fn elements(&self) -> Vec<Element> {
        self.0.elements()
    }
}

/// A view of any type, to be drawn in the browser. The server renders none but [`Drawn::NOTHING`], so there is no code to hydrate
/// one either.
pub struct Drawn(Option<Box<dyn FnOnce() -> Shown + Send>>);

impl Drawn {
    /// Nothing.
    pub const NOTHING: Self = Self(None);
}

/// Makes a view one of any type.
pub fn drawn<V>(view: V) -> Drawn
where
    V: Render + Send + 'static,
    V::State: 'static,
{
    Drawn(Some(Box::new(move || Shown(Box::new(view.build())))))
}

impl From<Option<Drawn>> for Drawn {
    fn from(view: Option<Drawn>) -> Self {
        view.unwrap_or(Self::NOTHING)
    }
}

impl Render for Drawn {
    type State = Shown;

    fn build(self) -> Shown {
        match self.0 {
            Some(build) => build(),
            None => Shown(Box::new(().build())),
        }
    }

    fn rebuild(self, shown: &mut Shown) {
        let mut new = self.build();
        shown.insert_before_this(&mut new);
        shown.unmount();
        *shown = new;
    }
}

no_attrs!(Drawn);

impl RenderHtml for Drawn {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(
        self,
        html: &mut String,
        position: &mut Position,
        escape: bool,
        mark: bool,
        attrs: Vec<AnyAttribute>,
    ) {
        ().to_html_with_buf(html, position, escape, mark, attrs);
    }

    fn hydrate<const FROM_SERVER: bool>(self, at: &Cursor, position: &PositionState) -> Shown {
        Shown(Box::new(().hydrate::<FROM_SERVER>(at, position)))
    }

    fn into_owned(self) -> Self {
        self
    }
}
