//! Numbered pages and spans of time, as the public API asks for them (Pilot Status, "Pagination").

use super::Failure;
use crate::store::{NumberedPage, Span};
use app::error::{ApiError, Code};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::IntoParams;

const DEFAULT_SIZE: u32 = 30;
const LARGEST_SIZE: u32 = 100;
const DAY_MS: i64 = 24 * 3_600_000;

/// Which page.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// From 1 on; 1 if left out.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 4_294_967_295_i64)]
    page: Option<String>,
    /// Rows of a page, from 1 to 100; 30 if left out.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    page_size: Option<String>,
}

/// Which page of what lies between two moments.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct SpanQuery {
    /// ISO 8601: not before. A date alone is the beginning of its day in UTC.
    #[param(example = "2026-06-27T10:00:00.000Z")]
    start_date: Option<String>,
    /// ISO 8601: not after. A date alone is the end of its day in UTC.
    #[param(example = "2026-06-28")]
    end_date: Option<String>,
    /// From 1 on; 1 if left out.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 4_294_967_295_i64)]
    page: Option<String>,
    /// Rows of a page, from 1 to 100; 30 if left out.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    page_size: Option<String>,
}

impl PageQuery {
    /// The page that is asked for. What is out of range is refused and not bent: a caller who counts pages would count wrongly.
    pub(super) fn page(&self) -> Result<NumberedPage, Failure> {
        page(self.page.as_deref(), self.page_size.as_deref())
    }
}

impl SpanQuery {
    /// The same.
    pub(super) fn page(&self) -> Result<NumberedPage, Failure> {
        page(self.page.as_deref(), self.page_size.as_deref())
    }

    /// The span that is asked for.
    pub(super) fn span(&self) -> Result<Span, Failure> {
        let from = match self.start_date.as_deref() {
            None => Span::ALL.from,
            Some(text) => moment(text, 0).ok_or_else(|| not_a_date("startDate"))?,
        };
        let to = match self.end_date.as_deref() {
            None => Span::ALL.to,
            Some(text) => moment(text, DAY_MS - 1).ok_or_else(|| not_a_date("endDate"))?,
        };
        if from > to {
            return Err(
                ApiError::new(Code::InvalidDateRange, "`startDate` lies after `endDate`.")
                    .at("startDate")
                    .into(),
            );
        }
        Ok(Span { from, to })
    }
}

fn page(page: Option<&str>, size: Option<&str>) -> Result<NumberedPage, Failure> {
    let number = |text: Option<&str>, default: u32, most: u32, field: &str| {
        let given = match text {
            None => Some(default),
            Some(text) => text.parse::<u32>().ok(),
        };
        given.filter(|n| (1..=most).contains(n)).ok_or_else(|| {
            let range = if most == u32::MAX {
                "a whole number from 1 on".to_owned()
            } else {
                format!("a whole number from 1 to {most}")
            };
            Failure::from(
                ApiError::new(Code::PageInvalid, format!("`{field}` is {range}.")).at(field),
            )
        })
    };
    Ok(NumberedPage {
        page: number(page, 1, u32::MAX, "page")?,
        size: number(size, DEFAULT_SIZE, LARGEST_SIZE, "pageSize")?,
    })
}

fn not_a_date(field: &str) -> Failure {
    ApiError::new(
        Code::InvalidDateRange,
        format!("`{field}` is not a date in ISO 8601, such as 2026-06-27T10:00:00.000Z."),
    )
    .at(field)
    .into()
}

/// A moment in milliseconds since the epoch. Of a date alone it is the one so long after its beginning.
pub(super) fn moment(text: &str, into_day: i64) -> Option<i64> {
    // A plus sign that nobody escaped comes as a blank.
    let text = text.trim().replace(' ', "+");
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at.as_millisecond());
    }
    if text.len() != 10 {
        return None;
    }
    let day: Date = text.parse().ok()?;
    let begins = day.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(begins.timestamp().as_millisecond() + into_day)
}

/// Pages that `total` rows make.
pub(super) fn pages_of(total: i64, size: u32) -> i64 {
    (total + i64::from(size) - 1) / i64::from(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_in_all_forms_that_clients_write() {
        for (text, expected) in [
            ("2026-06-27T10:00:00.000Z", Some(1_782_554_400_000)),
            ("2026-06-27T10:00:00Z", Some(1_782_554_400_000)),
            ("2026-06-27T07:00:00-03:00", Some(1_782_554_400_000)),
            ("2026-06-27T12:00:00 02:00", Some(1_782_554_400_000)),
            ("2026-06-27", Some(1_782_518_400_005)),
            ("2026-06-27T10:00:00", None),
            ("2026-02-30", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(moment(text, 5), expected, "{text}");
        }
    }

    #[test]
    fn pages_are_counted_up() {
        for (total, expected) in [(0, 0), (1, 1), (30, 1), (31, 2)] {
            assert_eq!(pages_of(total, 30), expected);
        }
    }
}
