//! Figures into the table, each beside its limit and its budget.

use crate::Outcome;
use serde_json::{Value, json};
use std::fmt::Write;

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
}

impl Unit {
    fn show(self, value: f64) -> String {
        match self {
            Self::PerSecond => format!("{}/s", thousands(value)),
            Self::Milliseconds if value < 10.0 => format!("{value:.2} ms"),
            Self::Milliseconds => format!("{value:.1} ms"),
            Self::Seconds => format!("{value:.3} s"),
            Self::Kilobytes => format!("{:.1} kB", value / 1e3),
            Self::Megabytes => format!("{:.1} MB", value / 1e6),
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::PerSecond => "per second",
            Self::Milliseconds => "ms",
            Self::Seconds => "s",
            Self::Kilobytes | Self::Megabytes => "bytes",
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

/// One line of the table.
#[derive(Debug, Clone)]
pub struct Row {
    what: String,
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

    fn markdown(&self) -> String {
        let measured = match (self.value, self.beside.as_str()) {
            (None, why) => format!("not measured: {why}"),
            (Some(value), "") => self.unit.show(value),
            (Some(value), beside) => format!("{} ({beside})", self.unit.show(value)),
        };
        let limit = self
            .limit
            .as_ref()
            .map_or_else(String::new, |(value, what)| {
                if value.is_nan() {
                    what.clone()
                } else {
                    format!("{}: {what}", self.unit.show(*value))
                }
            });
        let ratio = self
            .ratio
            .map_or_else(String::new, |ratio| match (self.unit, self.budget) {
                (Unit::PerSecond, _) | (_, Some(Budget::PartAtLeast(_))) if ratio < 1.5 => {
                    format!("{:.0} %", ratio * 100.0)
                }
                _ => format!("{ratio:.1}×"),
            });
        let budget = self.budget.map_or_else(String::new, |budget| match budget {
            Budget::AtMost(most) => format!("≤ {}", self.unit.show(most)),
            Budget::AtLeast(least) => format!("≥ {}", self.unit.show(least)),
            Budget::PartAtLeast(least) => format!("≥ {:.0} %", least * 100.0),
            Budget::TimesAtMost(most) => format!("≤ {most}×"),
        });
        let verdict = match self.kept() {
            Some(true) => "ok",
            Some(false) => "**MISSED**",
            None => "",
        };
        format!(
            "| {} | {measured} | {limit} | {ratio} | {budget} | {verdict} |",
            self.what
        )
    }

    fn json(&self) -> Value {
        json!({"what": self.what, "unit": self.unit.name(), "value": self.value, "beside": self.beside,
               "limit": self.limit.as_ref().map(|(value, _)| value), "limitIs": self.limit.as_ref().map(|(_, what)| what),
               "ratio": self.ratio, "kept": self.kept()})
    }
}

/// The whole table as Markdown.
pub fn markdown(rows: &[Row], about: &str) -> String {
    let mut text = String::from(
        "| what | measured | its limit in the same run | of the limit | budget | |\n| --- | --- | --- | ---: | ---: | --- |\n",
    );
    for row in rows {
        text.push_str(&row.markdown());
        text.push('\n');
    }
    // Writing into a text cannot fail.
    let _ = write!(text, "\n{about}\n");
    text
}

/// The same for programs.
pub fn json(rows: &[Row], about: &str) -> Outcome<String> {
    let rows: Vec<Value> = rows.iter().map(Row::json).collect();
    Ok(serde_json::to_string_pretty(
        &json!({"about": about, "rows": rows}),
    )?)
}

fn thousands(value: f64) -> String {
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
    fn numbers_are_grouped() {
        assert_eq!(
            [7.0, 999.6, 1234.0, 1_234_567.0].map(thousands),
            ["7", "1,000", "1,234", "1,234,567"]
        );
    }
}
