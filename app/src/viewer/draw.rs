//! The viewer on screen: over everything, with the keys and the fingers.

use super::reel::Reel;
use crate::browser;
use crate::commands::Overlay;
use crate::conversations::FailureLine;
use crate::conversations::details::Shelf;
use crate::conversations::details::api::ListShelf;
use crate::drawn::{Drawn, attr, attr_if, drawn, effect, listener, live, live_on, memo, text};
use crate::error::ApiError;
use crate::i18n::{Key, dates, label, sentence};
use crate::icons::Icon;
use crate::inbox::Inbox;
use crate::media::MediaLink;
use crate::messages::{Direction, Media, Message, name_of};
use crate::on_demand::Part;
use crate::paging::PageRequest;
use leptos::html::Dialog;
use leptos::prelude::*;
use leptos::wasm_split::wasm_split;

/// So far a finger goes at least, in CSS pixels.
const SWIPE: i32 = 48;

/// Leads to the viewer.
#[wasm_split(tools, wasm_split_path = ::leptos::wasm_split, fallible)]
#[allow(
    clippy::unnecessary_wraps,
    reason = "what the macro makes of it can fail"
)]
pub(crate) fn viewer_part() -> Part<Inbox> {
    Ok(|inbox| draw(&inbox))
}

#[derive(Clone)]
struct Viewer {
    inbox: Inbox,
    reel: ArcRwSignal<Reel>,
    /// Whether each pixel of the picture is one of the screen.
    is_large: ArcRwSignal<bool>,
    failure: ArcRwSignal<Option<ApiError>>,
    /// Where a finger came down.
    touched: ArcRwSignal<Option<(i32, i32)>>,
    dialog: NodeRef<Dialog>,
}

fn draw(inbox: &Inbox) -> Drawn {
    let Some(message) = inbox.thread.viewed.get_untracked() else {
        return Drawn::NOTHING;
    };
    let viewer = Viewer {
        inbox: inbox.clone(),
        reel: ArcRwSignal::new(Reel::around(*message)),
        is_large: ArcRwSignal::new(false),
        failure: ArcRwSignal::new(None),
        touched: ArcRwSignal::new(None),
        dialog: NodeRef::new(),
    };
    viewer.ask(false);
    viewer.ask(true);
    viewer.draw()
}

fn media_of(message: &Message) -> Option<&Media> {
    message.content.as_ref()?.media.as_ref()
}

fn is_film(message: &Message) -> bool {
    message.kind == "video"
        || media_of(message).is_some_and(|it| it.mime_type.starts_with("video/"))
}

impl Viewer {
    fn draw(&self) -> Drawn {
        let node = self.dialog;
        effect(move || {
            if let Some(dialog) = node.get() {
                // The browser keeps the focus inside from here on, and gives it back in the end.
                _ = dialog.show_modal();
                browser::focus(".viewer-close");
            }
        });
        let closed = {
            let inbox = self.inbox.clone();
            listener(move |_: web_sys::Event| {
                inbox.take_away(Overlay::Viewer);
                inbox.thread.viewed.set(None);
            })
        };
        let key = {
            let viewer = self.clone();
            listener(move |event: web_sys::KeyboardEvent| viewer.press(&event))
        };
        let shown = {
            let reel = self.reel.clone();
            memo(move || Some(reel.with(|reel| reel.shown().id.to_string())))
        };
        let stage = {
            let viewer = self.clone();
            live(move || {
                _ = shown.get();
                let message = viewer.reel.with_untracked(|reel| reel.shown().clone());
                viewer.stage(&message)
            })
        };
        let caption = {
            let reel = self.reel.clone();
            live_on(
                move || {
                    let text = reel.with(|reel| reel.shown().text.clone());
                    text.filter(|text| !text.trim().is_empty())
                },
                |text| drawn(view! { <p class="viewer-caption" dir="auto">{text}</p> }),
            )
        };
        let failure = {
            let viewer = self.clone();
            live(move || {
                let words = sentence(viewer.inbox.i18n.locale(), &viewer.failure.get()?);
                let viewer = viewer.clone();
                let again = Box::new(move || {
                    viewer.ask(false);
                    viewer.ask(true);
                });
                Some(drawn(
                    view! { <FailureLine title=Key::PartNotLoaded words again /> },
                ))
            })
        };
        drawn(view! {
            <dialog
                class="viewer"
                aria-label=label(Key::SharedMedia)
                data-testid="viewer"
                node_ref=node
                on:keydown=key
                on:close=closed
            >
                {self.head()}
                <div class="viewer-middle">
                    {self.step(false)}
                    {stage}
                    {self.step(true)}
                </div>
                {caption}
                {failure}
            </dialog>
        })
    }

    /// Who sent it, when, and what can be done with it.
    fn head(&self) -> Drawn {
        let about = {
            let viewer = self.clone();
            text(move || viewer.reel.with(|reel| viewer.about(reel.shown())))
        };
        let is_pressed = {
            let is_large = self.is_large.clone();
            attr(move || Some(is_large.get().to_string()))
        };
        let has_no_zoom = {
            let reel = self.reel.clone();
            attr_if(move || reel.with(|reel| is_film(reel.shown())))
        };
        let zoom = {
            let viewer = self.clone();
            listener(move |_| viewer.zoom())
        };
        let download = {
            let viewer = self.clone();
            let href = memo(move || {
                let media = viewer.reel.with(|reel| media_of(reel.shown()).cloned())?;
                let link = viewer.inbox.media_link(&media.id);
                link.with(|link| link.as_ref().map(|link| link.download.clone()))
            });
            attr(move || href.get())
        };
        let show = {
            let viewer = self.clone();
            listener(move |_| {
                let id = viewer.reel.with_untracked(|reel| reel.shown().id.clone());
                viewer.close();
                viewer.inbox.details.set(false);
                viewer.inbox.jump_to(id, true);
            })
        };
        let close = {
            let viewer = self.clone();
            listener(move |_| viewer.close())
        };
        drawn(view! {
            <header class="viewer-head">
                <p class="viewer-about" role="status" dir="auto">{about}</p>
                <button
                    type="button"
                    class="icon-button"
                    data-testid="viewer-zoom"
                    aria-label=label(Key::FullSize)
                    title=label(Key::FullSize)
                    aria-pressed=is_pressed
                    disabled=has_no_zoom
                    on:click=zoom
                >
                    {Icon::ZOOM.draw()}
                </button>
                <a
                    class="icon-button"
                    data-testid="viewer-download"
                    href=download
                    download
                    aria-label=label(Key::Download)
                    title=label(Key::Download)
                >
                    {Icon::SAVE.draw()}
                </a>
                <button
                    type="button"
                    class="icon-button"
                    aria-label=label(Key::ShowInThread)
                    title=label(Key::ShowInThread)
                    on:click=show
                >
                    {Icon::CHAT.draw()}
                </button>
                <button
                    type="button"
                    class="icon-button viewer-close"
                    aria-label=label(Key::Close)
                    title=label(Key::Close)
                    on:click=close
                >
                    {Icon::CLOSE.draw()}
                </button>
            </header>
        })
    }

    fn about(&self, message: &Message) -> String {
        let inbox = &self.inbox;
        let who = match message.direction {
            Direction::Inbound => {
                let row = inbox.row(&message.conversation_id);
                row.map(|row| row.with(|row| row.contact.label()))
            }
            _ => Some(inbox.i18n.text(Key::QuoteOfOurs).to_owned()),
        };
        let (locale, now) = (inbox.i18n.locale(), inbox.now.get_untracked());
        let day = dates::day_name(locale, now, message.sent_at);
        let hour = dates::clock(locale, message.sent_at);
        [&who.unwrap_or_default(), " · ", &day, " ", &hour].concat()
    }

    /// The picture or the film.
    fn stage(&self, message: &Message) -> Drawn {
        let Some(media) = media_of(message) else {
            return Drawn::NOTHING;
        };
        let link = self.inbox.media_link(&media.id);
        let source = {
            let link = link.clone();
            attr(move || link.with(|link| link.as_ref().map(|link: &MediaLink| link.url.clone())))
        };
        let renew = {
            let (inbox, id) = (self.inbox.clone(), media.id.clone());
            listener(move |_: web_sys::ErrorEvent| inbox.renew_media_link(&id))
        };
        let name = self.inbox.i18n.text(name_of(&message.kind));
        let inner = if is_film(message) {
            drawn(
                view! { <video controls preload="metadata" src=source aria-label=name on:error=renew></video> },
            )
        } else {
            let name = match message.text.as_deref() {
                Some(text) if !text.trim().is_empty() => text.to_owned(),
                _ => name.to_owned(),
            };
            let zoom = {
                let viewer = self.clone();
                listener(move |_: web_sys::MouseEvent| viewer.zoom())
            };
            drawn(
                view! { <img src=source alt=name draggable="false" on:error=renew on:dblclick=zoom /> },
            )
        };
        let is_large = {
            let is_large = self.is_large.clone();
            attr_if(move || is_large.get())
        };
        // What does not fit is scrolled by the keyboard, too.
        let stop = {
            let is_large = self.is_large.clone();
            attr(move || is_large.get().then(|| "0".to_owned()))
        };
        let down = {
            let touched = self.touched.clone();
            listener(move |event: web_sys::PointerEvent| {
                let place = (event.client_x(), event.client_y());
                touched
                    .set((event.pointer_type() == "touch" && event.is_primary()).then_some(place));
            })
        };
        let up = {
            let viewer = self.clone();
            listener(move |event: web_sys::PointerEvent| viewer.lift(&event))
        };
        drawn(view! {
            <div
                class="viewer-stage"
                data-testid="viewer-stage"
                data-message-id=message.id.to_string()
                data-large=is_large
                tabindex=stop
                on:pointerdown=down
                on:pointerup=up
            >
                {inner}
            </div>
        })
    }

    /// The button to the next one on a side.
    fn step(&self, newer: bool) -> Drawn {
        let (class, key) = if newer {
            ("icon-button viewer-newer", Key::LaterPicture)
        } else {
            ("icon-button viewer-older", Key::EarlierPicture)
        };
        let is_end = {
            let reel = self.reel.clone();
            attr(move || Some((!reel.with(|reel| reel.has(newer))).to_string()))
        };
        let go = {
            let viewer = self.clone();
            listener(move |_| viewer.go(newer))
        };
        // At an end it stays where it is, and with it the focus.
        drawn(view! {
            <button type="button" class=class aria-label=label(key) title=label(key) aria-disabled=is_end on:click=go>
                {Icon::BACK.draw()}
            </button>
        })
    }

    fn close(&self) {
        if let Some(dialog) = self.dialog.get_untracked() {
            dialog.close();
        }
    }

    fn zoom(&self) {
        let is_film = self.reel.with_untracked(|reel| is_film(reel.shown()));
        self.is_large
            .update(|is_large| *is_large = !*is_large && !is_film);
    }

    fn go(&self, newer: bool) {
        let mut goes = false;
        self.reel.update(|reel| goes = reel.go(newer));
        if goes {
            self.is_large.set(false);
            self.ask(newer);
        }
    }

    fn is_rtl(&self) -> bool {
        self.inbox.i18n.locale_now().dir() == "rtl"
    }

    fn press(&self, event: &web_sys::KeyboardEvent) {
        let is_held = event.ctrl_key() || event.meta_key() || event.alt_key();
        // A film has arrows of its own, and what is large is moved by them.
        let target = event
            .target()
            .and_then(|it| wasm_bindgen::JsCast::dyn_into::<web_sys::Element>(it).ok());
        let is_its_own =
            target.is_some_and(|it| it.matches("video, [data-large]").unwrap_or_default());
        if is_held || is_its_own {
            return;
        }
        let is_rtl = self.is_rtl();
        match event.key().as_str() {
            "ArrowLeft" => self.go(is_rtl),
            "ArrowRight" => self.go(!is_rtl),
            "+" | "-" | "z" => self.zoom(),
            _ => return,
        }
        event.prevent_default();
    }

    /// A finger that went aside wants the next one on that side.
    fn lift(&self, event: &web_sys::PointerEvent) {
        let Some((x, y)) = self.touched.get_untracked() else {
            return;
        };
        self.touched.set(None);
        let (aside, along) = (event.client_x() - x, event.client_y() - y);
        if aside.abs() < SWIPE || aside.abs() < 2 * along.abs() || self.is_large.get_untracked() {
            return;
        }
        let is_rtl = self.is_rtl();
        self.go((aside < 0) != is_rtl);
    }

    /// Asks for what lies further on that side, if it is time.
    fn ask(&self, newer: bool) {
        let cursor = self.reel.with_untracked(|reel| {
            let message = reel.shown();
            let cursor = reel.wanted(newer).cloned();
            cursor.map(|cursor| (message.conversation_id.clone(), cursor))
        });
        let Some((conversation_id, cursor)) = cursor else {
            return;
        };
        let viewer = self.clone();
        let generation = self.inbox.generation();
        browser::spawn(async move {
            let page = if newer {
                PageRequest::newer(cursor.clone())
            } else {
                PageRequest::older(cursor.clone())
            };
            let request = ListShelf {
                conversation_id,
                shelf: Shelf::Media,
                page,
            };
            let answer = viewer.inbox.call(request).await;
            if viewer.inbox.is_past(generation) {
                return;
            }
            match answer {
                Ok(page) => {
                    viewer.failure.set(None);
                    viewer.reel.update(|reel| reel.put(newer, &cursor, page));
                }
                Err(error) => viewer.failure.set(Some(error)),
            }
        });
    }
}
