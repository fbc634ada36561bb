//! Figures into tables: one column for each database.

use crate::Outcome;
use crate::database::Database;
use crate::row::{Part, Row};
use serde_json::{Value, json};

/// What was measured, as Markdown: first what no database has a share in, then the rest.
pub fn markdown(rows: &[Row], about: &str) -> String {
    let alone: Vec<&Row> = rows.iter().filter(|row| row.part == Part::Alone).collect();
    let mut text = String::new();
    if !alone.is_empty() {
        let head = ["what", "measured", "of what", "budget", ""];
        let lines = lines(&alone, &[Part::Alone]);
        text += &table(&head.map(str::to_owned), lines.iter().map(Line::judged));
        text.push('\n');
    }
    let columns = columns(rows, Part::On);
    if !columns.is_empty() {
        let mut head = vec!["what".to_owned()];
        head.extend(columns.iter().map(|database| database.name().to_owned()));
        head.extend(["of what", "budget", ""].map(str::to_owned));
        let lines = lines_of(rows, &columns, Part::On);
        text += &table(&head, lines.iter().map(Line::judged));
        text.push('\n');
    }
    text + about + "\n"
}

/// What the size of a machine is reckoned from, as Markdown; nothing if none of it was measured.
pub fn sizing(rows: &[Row]) -> Option<String> {
    let columns = columns(rows, Part::Sizing);
    if columns.is_empty() {
        return None;
    }
    let mut head = vec![String::new()];
    head.extend(columns.iter().map(|database| database.name().to_owned()));
    let lines = lines_of(rows, &columns, Part::Sizing);
    Some(table(&head, lines.iter().map(Line::plain)))
}

/// The same for programs.
pub fn json(rows: &[Row], about: &str) -> Outcome<String> {
    let rows: Vec<Value> = rows.iter().map(Row::json).collect();
    Ok(serde_json::to_string_pretty(
        &json!({"about": about, "rows": rows}),
    )?)
}

/// The databases on which something was measured.
fn columns(rows: &[Row], part: fn(Database) -> Part) -> Vec<Database> {
    Database::ALL
        .into_iter()
        .filter(|database| rows.iter().any(|row| row.part == part(*database)))
        .collect()
}

fn lines_of<'r>(
    rows: &'r [Row],
    columns: &[Database],
    part: fn(Database) -> Part,
) -> Vec<Line<'r>> {
    let parts: Vec<Part> = columns.iter().copied().map(part).collect();
    let rows: Vec<&Row> = rows
        .iter()
        .filter(|row| parts.contains(&row.part))
        .collect();
    lines(&rows, &parts)
}

/// Figures of the same, one for each column.
struct Line<'r>(Vec<Option<&'r Row>>);

/// In the order in which each was first measured.
fn lines<'r>(rows: &[&'r Row], parts: &[Part]) -> Vec<Line<'r>> {
    let mut names: Vec<&str> = Vec::new();
    for row in rows {
        if !names.contains(&row.what.as_str()) {
            names.push(&row.what);
        }
    }
    let line = |name: &str| {
        let cell = |part: &Part| {
            rows.iter()
                .find(|row| row.what == name && row.part == *part)
                .copied()
        };
        Line(parts.iter().map(cell).collect())
    };
    names.into_iter().map(line).collect()
}

impl<'r> Line<'r> {
    fn rows(&self) -> impl Iterator<Item = &'r Row> {
        self.0.iter().copied().flatten()
    }

    /// Name and figures.
    fn plain(&self) -> Vec<String> {
        let name = self.rows().next().map(|row| row.what.clone());
        let figure = |row: Option<&Row>| row.map_or_else(String::new, Row::figure);
        let figures = self.0.iter().copied().map(figure);
        name.into_iter().chain(figures).collect()
    }

    /// With limit, budget and verdict.
    fn judged(&self) -> Vec<String> {
        let mut cells = self.plain();
        let limit = self
            .rows()
            .map(Row::limit_name)
            .find(|name| !name.is_empty());
        cells.push(limit.unwrap_or_default().to_owned());
        cells.push(self.budget());
        cells.push(self.verdict());
        cells
    }

    /// One for all, or each with the name of its database.
    fn budget(&self) -> String {
        let promises: Vec<(&Row, String)> = self.rows().map(|row| (row, row.promise())).collect();
        if promises.windows(2).all(|pair| pair[0].1 == pair[1].1) {
            return promises
                .into_iter()
                .next()
                .map_or_else(String::new, |(_, promise)| promise);
        }
        promises
            .into_iter()
            .filter(|(_, promise)| !promise.is_empty())
            .map(|(row, promise)| format!("{} {promise}", column_name(row)))
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn verdict(&self) -> String {
        let missed: Vec<&str> = self
            .rows()
            .filter(|row| row.kept() == Some(false))
            .map(column_name)
            .collect();
        if !missed.is_empty() {
            return format!("**MISSED** {}", missed.join(", "))
                .trim_end()
                .to_owned();
        }
        let kept = self.rows().any(|row| row.kept() == Some(true));
        if kept { "ok".into() } else { String::new() }
    }
}

fn column_name(row: &Row) -> &'static str {
    match row.part {
        Part::Alone => "",
        Part::On(database) | Part::Sizing(database) => database.name(),
    }
}

fn table(head: &[String], lines: impl Iterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let rule = vec!["---".to_owned(); head.len()];
    let mut text = line(head) + &line(&rule);
    for cells in lines {
        text += &line(&cells);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{markdown, sizing};
    use crate::database::Database::{Postgres, Sqlite};
    use crate::row::{Budget, Row, Unit};

    fn row(what: &str, value: f64) -> Row {
        Row::new(what, Unit::PerSecond, value)
    }

    #[test]
    fn figures_of_the_same_stand_side_by_side() {
        let least = Budget::AtLeast(5.0);
        let rows = [
            row("shell", 9.0).budget(least),
            row("list", 9.0).budget(least).on(Sqlite),
            row("start", 3.0).on(Sqlite),
            row("list", 4.0).budget(least).on(Postgres),
            row("start", 2.0)
                .limit(4.0, "a constant")
                .budget(least)
                .on(Postgres),
            row("replicas", 7.0).budget(least).on(Postgres),
        ];
        let expected = "\
| what | measured | of what | budget |  |
| --- | --- | --- | --- | --- |
| shell | 9/s |  | ≥ 5/s | ok |

| what | SQLite | PostgreSQL | of what | budget |  |
| --- | --- | --- | --- | --- | --- |
| list | 9/s | 4/s |  | ≥ 5/s | **MISSED** PostgreSQL |
| start | 3/s | 2/s, 50 % of 4/s | a constant | PostgreSQL ≥ 5/s | **MISSED** PostgreSQL |
| replicas |  | 7/s |  | ≥ 5/s | ok |

about
";
        assert_eq!(markdown(&rows, "about"), expected);
        assert_eq!(sizing(&rows), None);
    }

    #[test]
    fn sizing_is_a_table_of_its_own() {
        let rows = [
            row("list", 1.0).on(Sqlite),
            row("disk", 2.0).sizing(Postgres),
        ];
        assert_eq!(
            sizing(&rows).unwrap(),
            "|  | PostgreSQL |\n| --- | --- |\n| disk | 2/s |\n"
        );
    }
}
