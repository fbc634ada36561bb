//! One figure, beside its limit and its budget.

use crate::database::Database;
use serde_json::{Value, json};

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Events per second.
    PerSecond,
    /// Milliseconds.
    Milliseconds,
    /// Seconds.
    Seconds,
    /// Bytes, shown in thousands.
    Kilobytes,
    /// Bytes, shown in millions.
    Megabytes,
    /// Layout shift, as browsers reckon it: 0 where nothing moves.
    Shift,
    /// Things.
    Count,
}

impl Unit {
    /// The figure for a person.
    pub fn show(self, value: f64) -> String {
        match self {
            Self::PerSecond => format!("{}/s", thousands(value)),
            Self::Milliseconds if value < 10.0 => format!("{value:.2} ms"),
            Self::Milliseconds => format!("{value:.1} ms"),
            Self::Seconds => format!("{value:.3} s"),
            Self::Kilobytes => format!("{:.1} kB", value / 1e3),
            Self::Megabytes => format!("{:.1} MB", value / 1e6),
            Self::Count => thousands(value),
            Self::Shift if value == 0.0 => "0".into(),
            Self::Shift => format!("{value:.3}"),
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::PerSecond => "per second",
            Self::Milliseconds => "ms",
            Self::Seconds => "s",
            Self::Kilobytes | Self::Megabytes => "bytes",
            Self::Shift => "shift",
            Self::Count => "count",
        }
    }
}

/// What the project promises.
#[derive(Debug, Clone, Copy)]
pub enum Budget {
    /// The figure itself.
    AtMost(f64),
    /// The figure itself.
    AtLeast(f64),
    /// The figure as a part of its limit.
    PartAtLeast(f64),
    /// The figure as a multiple of its limit.
    TimesAtMost(f64),
}

/// Which table a figure belongs into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What no database has a share in.
    Alone,
    /// What is measured on a database.
    On(Database),
    /// What the size of a machine is reckoned from, measured on a database.
    Sizing(Database),
}

/// A figure.
#[derive(Debug, Clone)]
pub struct Row {
    /// What it is of.
    pub what: String,
    /// Where it belongs.
    pub part: Part,
    unit: Unit,
    value: Option<f64>,
    beside: String,
    limit: Option<(f64, String)>,
    ratio: Option<f64>,
    budget: Option<Budget>,
}

impl Row {
    /// A measured figure.
    pub fn new(what: impl Into<String>, unit: Unit, value: f64) -> Self {
        Self {
            what: what.into(),
            part: Part::Alone,
            unit,
            value: Some(value),
            beside: String::new(),
            limit: None,
            ratio: None,
            budget: None,
        }
    }

    /// A figure that could not be measured, and why.
    pub fn missing(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            value: None,
            beside: why.into(),
            ..Self::new(what, Unit::PerSecond, 0.0)
        }
    }

    /// The database it was measured on.
    #[must_use]
    pub fn on(self, database: Database) -> Self {
        Self {
            part: Part::On(database),
            ..self
        }
    }

    /// The same, for the sizing table.
    #[must_use]
    pub fn sizing(self, database: Database) -> Self {
        Self {
            part: Part::Sizing(database),
            ..self
        }
    }

    /// More of the same measurement, in brackets.
    #[must_use]
    pub fn beside(self, text: impl Into<String>) -> Self {
        Self {
            beside: text.into(),
            ..self
        }
    }

    /// What it is judged against, measured in the same run, and what that is.
    #[must_use]
    pub fn limit(self, value: f64, what: impl Into<String>) -> Self {
        Self {
            ratio: self.value.map(|own| own / value),
            limit: Some((value, what.into())),
            ..self
        }
    }

    /// The ratio where it is not simply one figure by the other (a median of pairs).
    #[must_use]
    pub fn ratio(self, ratio: f64) -> Self {
        Self {
            ratio: Some(ratio),
            ..self
        }
    }

    /// What is promised.
    #[must_use]
    pub fn budget(self, budget: Budget) -> Self {
        Self {
            budget: Some(budget),
            ..self
        }
    }

    /// Whether the promise is kept; `None` where nothing is promised or nothing was measured.
    pub fn kept(&self) -> Option<bool> {
        Some(match self.budget? {
            Budget::AtMost(most) => self.value? <= most,
            Budget::AtLeast(least) => self.value? >= least,
            Budget::PartAtLeast(least) => self.ratio? >= least,
            Budget::TimesAtMost(most) => self.ratio? <= most,
        })
    }

    /// The figure, and what it is of its limit: `4,235/s (p50 3.71 ms), 75 % of 5,675/s`.
    pub fn figure(&self) -> String {
        let mut text = match (self.value, self.beside.as_str()) {
            (None, why) => return format!("not measured: {why}"),
            (Some(value), "") => self.unit.show(value),
            (Some(value), beside) => format!("{} ({beside})", self.unit.show(value)),
        };
        if let (Some(ratio), Some((limit, _))) = (self.ratio, &self.limit) {
            let share = match (self.unit, self.budget) {
                (Unit::PerSecond, _) | (_, Some(Budget::PartAtLeast(_))) if ratio < 1.5 => {
                    format!("{:.0} %", ratio * 100.0)
                }
                _ => format!("{ratio:.1}×"),
            };
            text.extend([", ", &share, " of ", &self.unit.show(*limit)]);
        }
        text
    }

    /// What the limit is.
    pub fn limit_name(&self) -> &str {
        self.limit.as_ref().map_or("", |(_, what)| what)
    }

    /// The promise in words.
    pub fn promise(&self) -> String {
        self.budget.map_or_else(String::new, |budget| match budget {
            Budget::AtMost(most) => format!("≤ {}", self.unit.show(most)),
            Budget::AtLeast(least) => format!("≥ {}", self.unit.show(least)),
            Budget::PartAtLeast(least) => format!("≥ {:.0} %", least * 100.0),
            Budget::TimesAtMost(most) => format!("≤ {most}×"),
        })
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let (part, on) = match self.part {
            Part::Alone => ("figures", None),
            Part::On(database) => ("figures", Some(database)),
            Part::Sizing(database) => ("sizing", Some(database)),
        };
        json!({"what": self.what, "part": part, "on": on.map(Database::name), "unit": self.unit.name(), "value": self.value,
               "beside": self.beside, "limit": self.limit.as_ref().map(|(value, _)| value),
               "limitIs": self.limit.as_ref().map(|(_, what)| what), "ratio": self.ratio, "kept": self.kept()})
    }
}

/// Digits in groups of three.
pub fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::with_capacity(digits.len() + 4);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Budget, Row, Unit, thousands};

    #[test]
    fn a_budget_is_judged_on_the_figure_or_on_the_ratio() {
        let row = Row::new("x", Unit::PerSecond, 400.0).limit(1000.0, "y");
        assert_eq!(row.kept(), None);
        assert_eq!(
            row.clone().budget(Budget::PartAtLeast(0.4)).kept(),
            Some(true)
        );
        assert_eq!(
            row.clone().budget(Budget::PartAtLeast(0.41)).kept(),
            Some(false)
        );
        assert_eq!(
            row.clone().budget(Budget::AtLeast(401.0)).kept(),
            Some(false)
        );
        assert_eq!(
            row.ratio(2.1).budget(Budget::TimesAtMost(2.0)).kept(),
            Some(false)
        );
        assert_eq!(
            Row::missing("x", "y").budget(Budget::AtMost(1.0)).kept(),
            None
        );
    }

    #[test]
    fn a_figure_says_what_it_is_of_its_limit() {
        let row = Row::new("x", Unit::PerSecond, 4_235.0).beside("p50 3.71 ms");
        assert_eq!(row.figure(), "4,235/s (p50 3.71 ms)");
        assert_eq!(
            row.limit(5_675.0, "y").figure(),
            "4,235/s (p50 3.71 ms), 75 % of 5,675/s"
        );
        let row = Row::new("x", Unit::Milliseconds, 5.0).limit(2.0, "y");
        assert_eq!(row.figure(), "5.00 ms, 2.5× of 2.00 ms");
        assert_eq!(Row::missing("x", "why").figure(), "not measured: why");
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(
            [7.0, 999.6, 1234.0, 1_234_567.0].map(thousands),
            ["7", "1,000", "1,234", "1,234,567"]
        );
    }
}
