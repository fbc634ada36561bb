//! The embed: how the page around us is spoken to.
