//! Dates and times through the browser's own `Intl`, which knows every calendar and weighs nothing.

use super::{Key, Locale, Moment, Stamp, stamp, text};
use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use std::cell::RefCell;
use wasm_bindgen::JsValue;

/// Formatters are slow to make and cheap to use.
struct Formats {
    locale: Locale,
    time: Function,
    weekday: Function,
    date: Function,
    date_and_year: Function,
    long_date: Function,
    long_date_and_year: Function,
}

thread_local! {
    static FORMATS: RefCell<Option<Formats>> = const { RefCell::new(None) };
}

impl Formats {
    fn new(locale: Locale) -> Self {
        let make = |fields: &[(&str, &str)]| {
            let options = Object::new();
            for (name, value) in fields {
                _ = Reflect::set(&options, &(*name).into(), &(*value).into());
            }
            let locales = Array::of1(&locale.format_tag().into());
            Intl::DateTimeFormat::new(&locales, &options).format()
        };
        Self {
            locale,
            time: make(&[("hour", "2-digit"), ("minute", "2-digit")]),
            weekday: make(&[("weekday", "short")]),
            date: make(&[("day", "numeric"), ("month", "short")]),
            date_and_year: make(&[("day", "numeric"), ("month", "short"), ("year", "numeric")]),
            long_date: make(&[("weekday", "long"), ("day", "numeric"), ("month", "long")]),
            long_date_and_year: make(&[("day", "numeric"), ("month", "long"), ("year", "numeric")]),
        }
    }

    fn with<T>(locale: Locale, work: impl FnOnce(&Self) -> T) -> T {
        FORMATS.with_borrow_mut(|slot| match slot {
            Some(formats) if formats.locale == locale => work(formats),
            _ => work(slot.insert(Self::new(locale))),
        })
    }
}

fn date(at: i64) -> Date {
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds of our time are far below 2^53"
    )]
    let date = Date::new(&JsValue::from_f64(at as f64));
    date
}

fn say(format: &Function, at: i64) -> String {
    format
        .call1(&JsValue::UNDEFINED, &date(at))
        .ok()
        .and_then(|said| said.as_string())
        .unwrap_or_default()
}

/// The day of a time on the reader's calendar, counted from the epoch.
pub fn day_of(at: i64) -> i64 {
    place(at).day
}

/// Where a time lies on the reader's calendar.
fn place(at: i64) -> Moment {
    let date = date(at);
    #[expect(clippy::cast_possible_truncation, reason = "minutes of a day")]
    let offset = date.get_timezone_offset() as i64 * 60_000;
    Moment {
        at,
        day: (at - offset).div_euclid(24 * 60 * 60_000),
        year: i64::from(date.get_full_year()),
    }
}

/// Hours and minutes.
pub fn clock(locale: Locale, at: i64) -> String {
    Formats::with(locale, |formats| say(&formats.time, at))
}

/// A time that lies ahead: the hour, and the day if it is not today.
pub fn moment(locale: Locale, now: i64, at: i64) -> String {
    let hour = clock(locale, at);
    if day_of(now) == day_of(at) {
        return hour;
    }
    let day = Formats::with(locale, |formats| say(&formats.date, at));
    [day.trim_end_matches('.'), " ", &hour].concat()
}

/// An hour of the reader's tomorrow.
pub fn tomorrow_at(now: i64, hour: u32) -> i64 {
    let date = date(now);
    date.set_date(date.get_date() + 1);
    for (set, value) in [
        ("setHours", hour),
        ("setMinutes", 0),
        ("setSeconds", 0),
        ("setMilliseconds", 0),
    ] {
        _ = crate::browser::js::call(&date, set, &[value.into()]);
    }
    whole(&date)
}

/// The time that a field for date and time says, in the reader's zone; `None` if it says none.
pub fn of_field(value: &str) -> Option<i64> {
    let date = Date::new(&value.into());
    date.get_time().is_finite().then(|| whole(&date))
}

/// A time as such a field takes it.
pub fn for_field(at: i64) -> String {
    let date = date(at);
    #[expect(clippy::cast_possible_truncation, reason = "minutes of a day")]
    let offset = date.get_timezone_offset() as i64 * 60_000;
    let local = self::date(at - offset);
    String::from(local.to_iso_string())
        .chars()
        .take(16)
        .collect()
}

fn whole(date: &Date) -> i64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole milliseconds for 285,000 years"
    )]
    let at = date.get_time() as i64;
    at
}

/// A time for the list: the older, the coarser.
pub fn relative(locale: Locale, now: i64, at: i64) -> String {
    Formats::with(locale, |formats| match stamp(place(now), place(at)) {
        Stamp::Now => text(locale, Key::Now).to_owned(),
        Stamp::Yesterday => text(locale, Key::Yesterday).to_owned(),
        Stamp::Time => say(&formats.time, at),
        // Portuguese writes "seg." and "3 de nov."; the dot is noise in a column of times.
        Stamp::Weekday => say(&formats.weekday, at).trim_end_matches('.').to_owned(),
        Stamp::Date => say(&formats.date, at).trim_end_matches('.').to_owned(),
        Stamp::DateAndYear => say(&formats.date_and_year, at),
    })
}

/// The name of a day, for the line between two days. `at` is any time of it.
pub fn day_name(locale: Locale, now: i64, at: i64) -> String {
    let (now, then) = (place(now), place(at));
    match now.day - then.day {
        0 => text(locale, Key::Today).to_owned(),
        1 => text(locale, Key::Yesterday).to_owned(),
        _ => Formats::with(locale, |formats| {
            let same_year = now.year == then.year;
            say(
                if same_year {
                    &formats.long_date
                } else {
                    &formats.long_date_and_year
                },
                at,
            )
        }),
    }
}
