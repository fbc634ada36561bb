//! Pictures and films of a conversation, one after the other, as large as there is room.

mod draw;
mod reel;

pub(crate) use draw::viewer_part;

use crate::commands::Overlay;
use crate::ids::MediaId;
use crate::inbox::Inbox;
use crate::messages::Message;
use leptos::prelude::{GetUntracked, Set};

impl Inbox {
    /// Shows the picture or film of a message.
    pub(crate) fn view(&self, message: Message) {
        self.thread.viewed.set(Some(Box::new(message)));
        self.commands.overlay.set(Some(Overlay::Viewer));
    }

    /// Shows a file of the open conversation. `false` if it is not among its messages.
    pub(crate) fn view_file(&self, file: &MediaId) -> bool {
        let message = self.open.get_untracked().and_then(|open| {
            let engine = self.engine();
            let messages = engine.thread(&open)?.messages();
            let is_it = |message: &&Message| {
                let media = message.content.as_ref().and_then(|it| it.media.as_ref());
                media.is_some_and(|media| media.id == *file)
            };
            messages.iter().find(is_it).cloned()
        });
        let is_there = message.is_some();
        if let Some(message) = message {
            self.view(message);
        }
        is_there
    }
}
