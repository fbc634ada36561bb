//! The first act in the browser: listen to the page around us, to the network and to the clock.

use super::{Inbox, Phase};
use crate::attention::{title_of, wear_badge};
use crate::boot::Theme;
use crate::branding;
use crate::browser;
use crate::context::Flags;
use crate::drawn::effect;
use crate::embed::{Bridge, HostCommand, HostEvent};
use crate::i18n::{Key, Locale};
use crate::session;
use leptos::prelude::*;
use std::sync::atomic::Ordering;
use wasm_bindgen::JsCast;

/// How long the page around us may be silent before anybody is told, in milliseconds.
const PATIENCE: u32 = 10_000;
/// How often relative times are looked at, in milliseconds.
const TICK: u32 = 15_000;
/// The height that the inbox would like where the page leaves it open, in CSS pixels.
pub(crate) const HEIGHT: u32 = 640;

impl Inbox {
    /// Runs once, after hydration.
    pub(crate) fn start(&self) {
        self.tick();
        self.watch_browser();
        self.follow_settings();
        self.listen_to_keys();
        if self.is_console {
            self.begin_console();
            return;
        }
        let bridge = Bridge::from_address();
        let Some(origin) = bridge.origin() else {
            self.phase.set(Phase::Standalone);
            return;
        };
        session::framed_by(origin.to_owned());
        let dialect = bridge.dialect();
        let is_stranger = bridge.stranger().is_some();
        let inbox = self.clone();
        if !is_stranger {
            bridge.listen(move |command| inbox.obey(command));
        }
        _ = self.bridge.set(bridge);
        if is_stranger {
            self.phase.set(Phase::Refused);
            return;
        }
        self.context.is_closable.set(dialect.is_closable());
        self.report_unread();
        self.fetch_parts_ahead();
        if !dialect.is_ready_with_session() {
            self.say_ready();
        }
        let inbox = self.clone();
        browser::after(PATIENCE, move || {
            if inbox.phase.get_untracked() == Phase::Waiting {
                inbox.overdue.set(true);
            }
        });
    }

    fn obey(&self, command: HostCommand) {
        match command {
            HostCommand::Init {
                token,
                locale,
                theme,
                renews,
            } => {
                self.set_locale(locale);
                self.set_theme(theme);
                self.overdue.set(false);
                self.begin(token, renews);
            }
            HostCommand::Renew(token) => self.take_renewal(token),
            HostCommand::SetTheme(theme) => self.set_theme(Some(theme)),
            HostCommand::SetLocale(locale) => self.set_locale(Some(locale)),
            HostCommand::Identify(identity) => self.identify(identity),
            HostCommand::Open(target) => self.open_target(target),
            HostCommand::SetContext(record) => self.set_context(record),
            HostCommand::Suggest(suggestions) => self.suggest(suggestions),
            HostCommand::SetFlags(set, clear) => {
                let flags = &self.context.flags;
                let changed = flags.get_untracked().changed((set, clear));
                let read_only = self.is_read_only.load(Ordering::Relaxed);
                flags.set(
                    changed.with(Flags::READ_ONLY, read_only || changed.has(Flags::READ_ONLY)),
                );
            }
        }
    }

    fn set_theme(&self, theme: Option<Theme>) {
        if let Some(theme) = theme {
            super::set_if_changed(&self.theme, theme);
        }
    }

    fn set_locale(&self, locale: Option<Locale>) {
        if let Some(locale) = locale {
            self.i18n.set(locale);
        }
    }

    /// The document's own attributes follow the settings.
    fn follow_settings(&self) {
        let (i18n, theme) = (self.i18n.clone(), self.theme.clone());
        let unread_total = self.unread_total.clone();
        effect(move || {
            let locale = i18n.locale();
            if let Some(root) = document().document_element() {
                _ = root.set_attribute("lang", locale.tag());
                _ = root.set_attribute("dir", locale.dir());
                _ = root.set_attribute("data-theme", theme.get().name());
            }
            let unread = if browser::is_top() {
                unread_total.get()
            } else {
                0
            };
            let unread = (unread > 0).then(|| i18n.number(unread as usize));
            let words = crate::i18n::text(locale, Key::Inbox);
            wear_badge(unread.is_some());
            document().set_title(&title_of(words, &unread.unwrap_or_default()));
        });
        let brand = self.brand.clone();
        effect(move || brand.with(branding::wear));
    }

    /// The page around us hears the total once there is one, and at each change.
    pub(crate) fn report_unread(&self) {
        let inbox = self.clone();
        let mut told = None;
        effect(move || {
            let total = inbox.loaded.get().then(|| inbox.unread_total.get());
            if let Some(total) = total.filter(|_| told != Some(total)) {
                inbox.tell(&HostEvent::UnreadCount(total));
            }
            told = Some(total);
        });
    }

    /// Relative times stay true.
    fn tick(&self) {
        self.now.set(browser::now());
        let inbox = self.clone();
        browser::after(TICK, move || inbox.tick());
    }

    fn watch_browser(&self) {
        let inbox = self.clone();
        browser::listen_document("visibilitychange", move |_| {
            if browser::is_visible() {
                inbox.now.set(browser::now());
                inbox.alarm.ring();
                inbox.keeper.alarm.ring();
                inbox.looked_again();
            }
        });
        let inbox = self.clone();
        browser::listen_window("online", move |_| inbox.network_changed());
        let inbox = self.clone();
        browser::listen_window("offline", move |_| inbox.network_changed());
        let inbox = self.clone();
        browser::listen_window("beforeunload", move |event| {
            // Leaving now would lose what has not gone out.
            if inbox.waiting.get_untracked() > 0
                && let Ok(event) = event.dyn_into::<web_sys::Event>()
            {
                event.prevent_default();
            }
        });
    }

    fn network_changed(&self) {
        self.connection.look();
        if browser::is_online() {
            self.alarm.ring();
            self.keeper.alarm.ring();
            self.send_queued();
            if self.phase.get_untracked() == Phase::Failed {
                self.load();
            }
        }
    }
}
