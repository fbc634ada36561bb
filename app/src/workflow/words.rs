//! What was done, in the reader's words.

use super::Activity;
use crate::i18n::{I18n, Key, dates, fill};

/// One line of the thread: what was done, and by whom.
pub fn activity_words(i18n: &I18n, now: i64, activity: &Activity) -> String {
    let named =
        |key, name: &Option<String>| fill(i18n.text(key), "name", name.as_deref().unwrap_or("…"));
    let what = match (activity.what.as_str(), activity.cause.as_deref()) {
        ("assigned", _) => named(Key::ActAssigned, &activity.whom),
        ("unassigned", _) => named(Key::ActUnassigned, &activity.whom),
        ("resolved", _) => i18n.text(Key::ActResolved).to_owned(),
        ("reopened", Some("message")) => i18n.text(Key::ActReopenedByMessage).to_owned(),
        ("reopened", Some("time")) => i18n.text(Key::ActSnoozeOver).to_owned(),
        ("reopened", _) => i18n.text(Key::ActReopened).to_owned(),
        ("snoozed", _) => until_words(i18n, now, activity.until.unwrap_or_default()),
        ("labelled", _) => named(Key::ActLabelled, &activity.label),
        ("unlabelled", _) => named(Key::ActUnlabelled, &activity.label),
        ("named", _) => named(Key::ActNamed, &activity.whom),
        ("unnamed", _) => i18n.text(Key::ActUnnamed).to_owned(),
        ("fields", _) => i18n.text(Key::ActFields).to_owned(),
        _ => i18n.text(Key::ActOther).to_owned(),
    };
    match &activity.by {
        Some(by) => [&what, " · ", by].concat(),
        None => what,
    }
}

/// `Snoozed until 12:04`.
pub fn until_words(i18n: &I18n, now: i64, until: i64) -> String {
    let time = dates::moment(i18n.locale(), now, until);
    fill(i18n.text(Key::ActSnoozed), "time", &time)
}
