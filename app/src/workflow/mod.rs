//! Work on conversations: whose they are, whether they are done with, and the views of the list that follow from it.

mod acting;
mod activity;
pub mod api;
mod by_key;
mod head;
mod label_menu;
mod marks;
mod menus;
mod model;
mod switcher;
mod toast;
mod view;
mod words;

pub use acting::Deed;
pub use activity::Activity;
pub(crate) use by_key::Order;
pub use head::{Menu, WorkButtons};
pub(crate) use marks::labels_of;
pub use marks::marks;
pub(crate) use menus::{Act, manage_labels, menu_frame, menu_item, people, times};
pub use model::{MAX_AT_ONCE, State, Totals, Work};
pub use switcher::Switcher;
pub use toast::Toast;
pub use view::{COUNTED, ListFilter, View, ViewCounts};
pub use words::{activity_words, until_words};
