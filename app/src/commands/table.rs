//! The table.

use super::Overlay;
use crate::browser;
use crate::context::Flags;
use crate::i18n::Key;
use crate::inbox::{Inbox, Phase};
use crate::workflow::{Menu, Order};
use leptos::prelude::{GetUntracked, Set};

/// Where a command stands in the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// It is there at all times.
    Everywhere,
    /// The list.
    List,
    /// The open conversation.
    Conversation,
}

/// How a command is reached by keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortcut {
    /// By the palette only.
    None,
    /// One key, while nothing is being written.
    Single(&'static str),
    /// Keys that the place itself listens to, or the browser: shown, and not acted on here. `Mod` stands for Ctrl or ⌘.
    Shown(&'static [&'static str]),
}

/// One thing to do.
pub struct Command {
    /// What it is called.
    pub name: Key,
    /// How it is reached by keyboard.
    pub shortcut: Shortcut,
    /// Where it stands in the sheet.
    pub part: Part,
    /// Whether it can be done now. What cannot is not offered, and its key does nothing.
    pub is_there: fn(&Inbox) -> bool,
    /// Does it.
    pub run: fn(&Inbox),
}

/// The button of a message that can be tried again.
const AGAIN: &str = ".log .again";

const fn command(
    part: Part,
    shortcut: Shortcut,
    name: Key,
    is_there: fn(&Inbox) -> bool,
    run: fn(&Inbox),
) -> Command {
    Command {
        name,
        shortcut,
        part,
        is_there,
        run,
    }
}

/// All of them, in the order of the sheet. A key stands here once.
pub const COMMANDS: &[Command] = &[
    command(
        Part::Everywhere,
        Shortcut::Shown(&["Mod", "K"]),
        Key::Palette,
        never,
        nothing,
    ),
    command(
        Part::Everywhere,
        Shortcut::Single("/"),
        Key::Search,
        Inbox::can_search,
        Inbox::focus_search,
    ),
    command(
        Part::Everywhere,
        Shortcut::Single("?"),
        Key::Shortcuts,
        always,
        |inbox| inbox.lay_over(Overlay::Sheet),
    ),
    command(
        Part::Everywhere,
        Shortcut::None,
        Key::Notifications,
        always,
        |inbox| inbox.lay_over(Overlay::Attention),
    ),
    command(
        Part::Everywhere,
        Shortcut::None,
        Key::ManageLabels,
        can_change,
        |inbox| inbox.lay_over(Overlay::Labels),
    ),
    command(
        Part::List,
        Shortcut::Single("j"),
        Key::NextConversation,
        has_rows,
        |inbox| inbox.next_conversation(1),
    ),
    command(
        Part::List,
        Shortcut::Single("k"),
        Key::PreviousConversation,
        has_rows,
        |inbox| inbox.next_conversation(-1),
    ),
    command(
        Part::List,
        Shortcut::Shown(&["Enter"]),
        Key::OpenConversation,
        never,
        nothing,
    ),
    command(
        Part::List,
        Shortcut::Single("x"),
        Key::PickConversation,
        can_pick,
        Inbox::pick_current,
    ),
    command(
        Part::List,
        Shortcut::Shown(&["Shift", "↑", "↓"]),
        Key::PickMore,
        never,
        nothing,
    ),
    command(
        Part::Conversation,
        Shortcut::Shown(&["Esc"]),
        Key::BackToList,
        is_open,
        Inbox::back_to_list,
    ),
    command(
        Part::Conversation,
        Shortcut::Single("r"),
        Key::WriteReply,
        can_write,
        |inbox| inbox.write_as(false),
    ),
    command(
        Part::Conversation,
        Shortcut::Single("n"),
        Key::WriteNote,
        can_note,
        |inbox| inbox.write_as(true),
    ),
    command(
        Part::Conversation,
        Shortcut::Single("e"),
        Key::ResolveOrReopen,
        Inbox::can_work,
        |inbox| inbox.take_order(Order::ResolveOrReopen),
    ),
    command(
        Part::Conversation,
        Shortcut::Single("a"),
        Key::Assign,
        Inbox::can_work,
        |inbox| inbox.take_order(Order::Open(Menu::Assign)),
    ),
    command(
        Part::Conversation,
        Shortcut::Single("l"),
        Key::Labels,
        Inbox::can_work,
        |inbox| inbox.take_order(Order::Open(Menu::Labels)),
    ),
    command(
        Part::Conversation,
        Shortcut::Single("s"),
        Key::Snooze,
        Inbox::can_work,
        |inbox| inbox.take_order(Order::Open(Menu::Snooze)),
    ),
    command(
        Part::Conversation,
        Shortcut::Single("u"),
        Key::MarkUnread,
        Inbox::can_work,
        |inbox| inbox.take_order(Order::MarkUnread),
    ),
    command(
        Part::Conversation,
        Shortcut::Single("t"),
        Key::RetryLast,
        |inbox| can_send(inbox) && browser::is_drawn(AGAIN),
        // What sends is not part of the first load; the button is where it is.
        |_| browser::press_last(AGAIN),
    ),
    command(
        Part::Conversation,
        Shortcut::Single("d"),
        Key::DeleteDraft,
        Inbox::has_draft_here,
        Inbox::delete_draft,
    ),
    command(
        Part::Conversation,
        Shortcut::Shown(&["Mod", "F"]),
        Key::SearchThread,
        is_open,
        Inbox::search_thread,
    ),
    command(
        Part::Conversation,
        Shortcut::Shown(&["Enter", "↑", "↓"]),
        Key::AnswerToMessage,
        never,
        nothing,
    ),
    command(
        Part::Conversation,
        Shortcut::Single("g"),
        Key::GoToNewest,
        is_open,
        Inbox::go_to_newest,
    ),
    command(
        Part::Conversation,
        Shortcut::None,
        Key::SendTemplate,
        can_send,
        |inbox| inbox.thread.picks_template.set(true),
    ),
];

fn always(_: &Inbox) -> bool {
    true
}

fn never(_: &Inbox) -> bool {
    false
}

fn nothing(_: &Inbox) {}

fn has_rows(inbox: &Inbox) -> bool {
    inbox.can_search() && !inbox.engine().list().order().is_empty()
}

fn can_change(inbox: &Inbox) -> bool {
    inbox.phase.get_untracked() == Phase::Ready && !inbox.context.has(Flags::READ_ONLY)
}

fn can_pick(inbox: &Inbox) -> bool {
    has_rows(inbox) && inbox.can_pick()
}

fn is_open(inbox: &Inbox) -> bool {
    inbox.open.get_untracked().is_some()
}

fn can_send(inbox: &Inbox) -> bool {
    is_open(inbox) && inbox.phase.get_untracked() == Phase::Ready
}

fn can_write(inbox: &Inbox) -> bool {
    can_send(inbox) && browser::is_drawn(".composer-field")
}

/// Also while the customer service window is shut.
fn can_note(inbox: &Inbox) -> bool {
    can_send(inbox) && browser::is_drawn(".composer-modes")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Locale, text};

    #[test]
    fn a_key_does_one_thing() {
        let mut keys: Vec<_> = COMMANDS
            .iter()
            .filter_map(|command| match command.shortcut {
                Shortcut::Single(key) => Some(key),
                Shortcut::None | Shortcut::Shown(_) => None,
            })
            .collect();
        let all = keys.len();
        assert!(keys.iter().all(|key| key.chars().count() == 1), "{keys:?}");
        assert!(
            keys.iter().all(|key| *key == key.to_lowercase()),
            "{keys:?}"
        );
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), all);
    }

    #[test]
    fn names_tell_commands_apart_in_every_language() {
        for locale in Locale::ALL {
            let mut names: Vec<_> = COMMANDS.iter().map(|it| text(locale, it.name)).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), COMMANDS.len(), "{locale:?}");
        }
    }
}
