//! The page on which a number is connected, at `/connect/{token}`: for somebody who has no account here, often on a phone, often once in
//! their life. It is drawn by the server alone, so that it can be read before anything else has come; a script of two kilobytes keeps it
//! up to date and speaks to the page around it. The inbox' program would be a hundred times that.

mod document;
mod faces;
mod words;

pub use document::{ConnectAssets, document};
pub use words::{Word, with_number};

use crate::boot::Theme;
use crate::branding::Brand;
use crate::i18n::Locale;

/// A QR code to draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qr {
    /// Width and height, in modules, with the light around it.
    pub side: usize,
    /// The dark modules, as the data of an SVG path.
    pub path: String,
}

/// What stands on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Face {
    /// A phone can be linked, and nobody has asked for the code yet.
    Begin,
    /// A code waits to be scanned.
    Scan {
        /// The picture; none while it is prepared.
        qr: Option<Qr>,
        /// What can be typed instead.
        pairing_code: Option<String>,
    },
    /// The credentials of a Meta app are asked for.
    Credentials {
        /// What was typed as the phone number id. The token is never shown again.
        phone_number_id: String,
    },
    /// Meta's own sign-up (Embedded Signup), which opens in a window.
    SignUp {
        /// Id of the Meta app.
        app: String,
        /// Id of its configuration of Facebook Login for Business.
        config: String,
    },
    /// It is done.
    Connected {
        /// Where to go on.
        redirect: Option<String>,
        /// The number, for the page around us.
        number_id: String,
    },
    /// The link is too old.
    Expired,
    /// The link has done its work, for somebody else or long ago.
    Used,
    /// There is no such link.
    Unknown,
    /// Phones cannot be linked at this server.
    NotConfigured,
}

impl Face {
    /// Its name, for the script and for tests.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Begin => "begin",
            Self::Scan { .. } => "scan",
            Self::Credentials { .. } => "credentials",
            Self::SignUp { .. } => "sign-up",
            Self::Connected { .. } => "connected",
            Self::Expired => "expired",
            Self::Used => "used",
            Self::Unknown => "unknown",
            Self::NotConfigured => "not-configured",
        }
    }

    /// Whether anything can still happen to it.
    pub const fn is_live(&self) -> bool {
        matches!(
            self,
            Self::Begin | Self::Scan { .. } | Self::Credentials { .. } | Self::SignUp { .. }
        )
    }
}

/// Everything that decides what the page looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connect {
    /// Language of the words.
    pub locale: Locale,
    /// Colours.
    pub theme: Theme,
    /// Whose page it is.
    pub brand: Brand,
    /// The address of this page, as a path: where its forms go.
    pub path: String,
    /// The number that the link is for, masked; empty where the link names none.
    pub number: String,
    /// What stands on it.
    pub face: Face,
    /// What went wrong at the last attempt.
    pub failure: Option<String>,
    /// The page around us, where the address names one: the script speaks to it and to nobody else.
    pub parent: Option<String>,
}
