//! Icons: strokes on a 20 px grid, in the colour of the text around them.

use crate::drawn::attr;
use leptos::attr::AttributeValue;
use leptos::prelude::*;

/// What an icon shows, as the data of one path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Icon(&'static str);

impl Icon {
    /// Towards where one came from; mirrored in right-to-left languages.
    pub const BACK: Self = Self("M12.5 4.5 7 10l5.5 5.5");
    /// Out of the way.
    pub const CLOSE: Self = Self("M5 5l10 10M15 5 5 15");
    /// Send; mirrored in right-to-left languages.
    pub const SEND: Self = Self("M3.5 10 2.8 3.6l14.4 6.4-14.4 6.4L3.5 10Zm0 0h6.2");
    /// Down to the newest.
    pub const DOWN: Self = Self("M10 4v11.5M5 10.8l5 5 5-5");
    /// On its way.
    pub const CLOCK: Self =
        Self("M10 3.2a6.8 6.8 0 1 0 0 13.6 6.8 6.8 0 0 0 0-13.6ZM10 6v4.2l2.6 1.6");
    /// One tick.
    pub const TICK: Self = Self("m5 10.6 3.6 3.6L16 6.4");
    /// Two ticks.
    pub const TICKS: Self = Self("m1.8 10.6 3.6 3.6 7.4-7.8M9.4 13.8l.6.4 7.6-7.8");
    /// Something is wrong.
    pub const ALERT: Self =
        Self("M10 3.2a6.8 6.8 0 1 0 0 13.6 6.8 6.8 0 0 0 0-13.6ZM10 6.6v4.2M10 13.3v.1");
    /// Being told.
    pub const BELL: Self = Self(
        "M5.4 8.2a4.6 4.6 0 0 1 9.2 0c0 4 1.6 5.2 1.6 5.2H3.8s1.600-1.200 1.600-5.200M8.400 16.200a1.800 1.800 0 0 0 3.200 0",
    );
    /// Speech.
    pub const CHAT: Self =
        Self("M3.2 15.8V5.6a2 2 0 0 1 2-2h9.6a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H6.4l-3.2 2.2Z");
    /// A picture.
    pub const PHOTO: Self = Self(
        "M4.6 3.6h10.8a1.6 1.6 0 0 1 1.6 1.6v9.6a1.6 1.6 0 0 1-1.6 1.6H4.6A1.6 1.6 0 0 1 3 14.8V5.2a1.6 1.6 0 0 1 1.6-1.6ZM3.2 13.6l3.9-3.8 2.8 2.8 2.6-2.4 4.3 4M7 7.2v.1",
    );
    /// Only for some.
    pub const LOCK: Self = Self(
        "M5.600 9h8.800a1.200 1.200 0 0 1 1.200 1.200v5.400a1.200 1.200 0 0 1-1.200 1.200H5.600a1.200 1.200 0 0 1-1.200-1.200v-5.400A1.200 1.200 0 0 1 5.600 9ZM6.800 9V6.400a3.200 3.200 0 0 1 6.400 0V9",
    );
    /// Moving pictures.
    pub const VIDEO: Self = Self(
        "M4.2 5h7.2a1.6 1.6 0 0 1 1.6 1.6v6.8a1.6 1.6 0 0 1-1.6 1.6H4.2a1.6 1.6 0 0 1-1.6-1.6V6.6A1.6 1.6 0 0 1 4.2 5Zm8.8 4 4.4-2.6v7.2L13 11",
    );
    /// A voice.
    pub const VOICE: Self = Self(
        "M10 2.8a2.4 2.4 0 0 0-2.4 2.4v4.4a2.4 2.4 0 0 0 4.8 0V5.2A2.4 2.4 0 0 0 10 2.8ZM4.8 9.4a5.2 5.2 0 0 0 10.4 0M10 14.8v2.6",
    );
    /// A file.
    pub const FILE: Self = Self(
        "M11.6 2.8H6.2a1.4 1.4 0 0 0-1.4 1.4v11.6a1.4 1.4 0 0 0 1.4 1.4h7.6a1.4 1.4 0 0 0 1.4-1.4V6.4l-3.6-3.6Zm0 0v3.6h3.6",
    );
    /// A place.
    pub const PLACE: Self = Self(
        "M10 17.4s5.4-4.6 5.4-8.8a5.4 5.4 0 1 0-10.8 0c0 4.2 5.4 8.8 5.4 8.8Zm0-6.8a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
    );
    /// A person.
    pub const PERSON: Self = Self(
        "M10 9.8a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4ZM4 16.8c.6-2.8 3-4.4 6-4.4s5.4 1.6 6 4.4",
    );
    /// Play.
    pub const PLAY: Self = Self("M6.5 4.2v11.6L15.800 10 6.500 4.200Z");
    /// Pause.
    pub const PAUSE: Self = Self("M7 4.500v11M13 4.500v11");
    /// Rows to choose from.
    pub const LIST: Self =
        Self("M3.500 5.500h.1M7 5.500h9.500M3.500 10h.1M7 10h9.500M3.500 14.500h.1M7 14.500h9.500");
    /// Passed on.
    pub const FORWARD: Self = Self(
        "M11 4.5 17 10l-6 5.500v-3.300C6.800 12.200 4.600 13.400 3 16c.4-4.500 3-7.500 8-8.100V4.500Z",
    );
    /// Taken back.
    pub const BAN: Self =
        Self("M10 3.2a6.8 6.8 0 1 0 0 13.6 6.8 6.8 0 0 0 0-13.6ZM5.200 5.200l9.600 9.600");
    /// Things to buy.
    pub const CART: Self =
        Self("M2.600 3.600h2.200l2 8.800h7.800l1.800-6.200H5.400M8 15.800v.1M13.600 15.800v.1");
    /// A message that has been made beforehand.
    pub const TEMPLATE: Self = Self(
        "M4.800 3.200h10.400a1.600 1.600 0 0 1 1.600 1.600v10.400a1.600 1.600 0 0 1-1.600 1.600H4.800a1.600 1.600 0 0 1-1.600-1.600V4.800a1.600 1.600 0 0 1 1.600-1.600ZM6.200 6.800h7.600M6.200 10h7.600M6.200 13.200h4.200",
    );
    /// An answer to one message; mirrored in right-to-left languages.
    pub const REPLY: Self = Self("M8 5 3.400 9.400 8 13.800M3.800 9.400h7.400a5 5 0 0 1 5 5v1");
    /// A sign on a message.
    pub const SMILE: Self = Self(
        "M10 3.200a6.800 6.800 0 1 0 0 13.600 6.800 6.800 0 0 0 0-13.600ZM7.200 11.800c.6 1 1.600 1.600 2.800 1.600s2.200-.6 2.800-1.600M7.700 8v.1M12.300 8v.1",
    );
    /// A file to add.
    pub const CLIP: Self = Self(
        "m16.400 9.600-6.600 6.600a4.100 4.100 0 0 1-5.800-5.800l6.700-6.700a2.750 2.750 0 0 1 3.900 3.900l-6.700 6.600a1.350 1.350 0 0 1-1.900-1.900l6.100-6.100",
    );
    /// End a recording.
    pub const STOP: Self = Self(
        "M6.200 5.200h7.600a1 1 0 0 1 1 1v7.600a1 1 0 0 1-1 1H6.200a1 1 0 0 1-1-1V6.200a1 1 0 0 1 1-1Z",
    );
    /// Look for something.
    pub const SEARCH: Self =
        Self("M9 3.600a5.400 5.400 0 1 0 0 10.800A5.400 5.400 0 0 0 9 3.600ZM13 13l3.600 3.600");
    /// More that can be done.
    pub const MORE: Self = Self(
        "M10 4a.6.6 0 1 0 0 1.200.6.6 0 0 0 0-1.200ZM10 9.400a.6.6 0 1 0 0 1.200.6.6 0 0 0 0-1.200ZM10 14.800a.6.6 0 1 0 0 1.200.6.6 0 0 0 0-1.200Z",
    );
    /// Kept above the others.
    pub const PIN: Self =
        Self("M7.500 3.200h5l-.6 5 2.600 2.800v1.400h-9V11l2.600-2.800-.6-5ZM10 12.400v4.400");
    /// Texts by a word behind a slash.
    pub const SLASH: Self = Self(
        "M4.600 3.200h10.800a1.400 1.400 0 0 1 1.400 1.400v10.800a1.400 1.400 0 0 1-1.400 1.400H4.600a1.400 1.400 0 0 1-1.400-1.400V4.600a1.400 1.400 0 0 1 1.400-1.400ZM12 6.400l-4 7.200",
    );
    /// Other ways to do it.
    pub const UP: Self = Self("m5.500 12 4.500-4.500 4.500 4.500");
    /// More to choose from.
    pub const PLUS: Self = Self("M10 4.500v11M4.500 10h11");
    /// What something is about.
    pub const LABEL: Self = Self(
        "M3.400 4.800v4.700a1.600 1.600 0 0 0 .5 1.100l5.600 5.600a1.600 1.600 0 0 0 2.300 0l4.400-4.400a1.600 1.600 0 0 0 0-2.300L10.600 3.900a1.600 1.600 0 0 0-1.100-.5H4.800a1.400 1.400 0 0 0-1.400 1.400ZM7 7v.1",
    );
    /// What is known.
    pub const INFO: Self = Self(
        "M10 3.200a6.800 6.800 0 1 0 0 13.600 6.800 6.800 0 0 0 0-13.600ZM10 9.400v4M10 6.700v.1",
    );
    /// As large as it is.
    pub const ZOOM: Self = Self(
        "M9 3.600a5.400 5.400 0 1 0 0 10.800A5.400 5.400 0 0 0 9 3.600ZM13 13l3.600 3.600M9 6.600v4.800M6.600 9h4.800",
    );
    /// Onto one's own disk.
    pub const SAVE: Self = Self("M10 3.500v9M6 8.800l4 4 4-4M4 16.500h12");
    /// Over everything.
    pub const EXPAND: Self =
        Self("M12 3.500h4.500V8M16.500 3.500l-5 5M8 16.500H3.500V12M3.500 16.500l5-5");
    /// No network.
    pub const OFFLINE: Self = Self(
        "M3 3l14 14M2.8 8.2a10.400 10.400 0 0 1 3.600-2.200M9.600 5.200a10.400 10.400 0 0 1 7.600 3M5.600 11.200a6.400 6.400 0 0 1 3-1.700M10 15.400v.1",
    );

    /// The drawing. Decoration: the words beside it say the same.
    pub fn draw(self) -> impl IntoView {
        draw_live(move || self)
    }

    /// The icon of a WhatsApp type.
    pub fn of_kind(kind: &str) -> Self {
        match kind {
            "image" | "sticker" => Self::PHOTO,
            "video" => Self::VIDEO,
            "audio" | "voice" => Self::VOICE,
            "document" => Self::FILE,
            "location" => Self::PLACE,
            "contacts" => Self::PERSON,
            "order" => Self::CART,
            _ => Self::CHAT,
        }
    }
}

/// The drawing of an icon that can change.
pub fn draw_live(mut icon: impl FnMut() -> Icon + Send + 'static) -> impl IntoView {
    fn draw(path: impl AttributeValue) -> impl IntoView {
        view! {
            <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
                <path d=path></path>
            </svg>
        }
    }
    draw(attr(move || Some(icon().0.to_owned())))
}
