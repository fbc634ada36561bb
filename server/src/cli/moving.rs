//! `migrate-data`. Progress goes to standard error, as a bar where somebody looks at it and as lines otherwise; the summary goes to
//! standard output.

use super::Outcome;
use crate::installation::database_file;
use crate::moving::{self, Phase, Plan, Summary, Watch};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Time between two lines of progress.
const EVERY: Duration = Duration::from_secs(2);
/// Digits of a checksum that are shown: enough to compare two runs by eye.
const SHOWN: usize = 16;

/// Flags of `migrate-data`.
#[derive(Args)]
pub(super) struct MoveArgs {
    /// The SQLite file, as sqlite:path [default: the database in the data directory]
    #[arg(long)]
    from: Option<String>,
    /// The PostgreSQL database (postgres://…), which must be empty
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    to: String,
    /// Where an unfinished move cannot go on: empty the target and move everything anew
    #[arg(long)]
    start_over: bool,
    /// Folder of the SQLite database
    #[arg(long, env = "PILOT_DATA_DIR", default_value = "data")]
    data_dir: PathBuf,
}

impl MoveArgs {
    pub(super) async fn run(self) -> Outcome {
        let from = match &self.from {
            Some(text) => sqlite_file(text)?,
            None => database_file(&self.data_dir),
        };
        let plan = Plan {
            from,
            to: self.to,
            start_over: self.start_over,
            batch_rows: Plan::BATCH_ROWS,
        };
        let began = Instant::now();
        let mut watch: Box<dyn Watch> = if std::io::stderr().is_terminal() {
            Box::new(Bar::new())
        } else {
            Box::new(Lines::default())
        };
        let summary = moving::run(&plan, &mut *watch).await?;
        drop(watch);
        print(&summary, began.elapsed(), &plan.from);
        Ok(())
    }
}

/// The file that `--from` names.
fn sqlite_file(text: &str) -> Result<PathBuf, String> {
    let path = text
        .strip_prefix("sqlite://")
        .or_else(|| text.strip_prefix("sqlite:"));
    match path {
        Some(path) if !path.is_empty() => Ok(PathBuf::from(path)),
        _ => Err(
            "--from must be an SQLite file, such as sqlite:/var/lib/pilot-inbox/pilot-inbox.sqlite3. \
             Data moves from SQLite to PostgreSQL and not back"
                .to_owned(),
        ),
    }
}

fn words(phase: Phase) -> &'static str {
    match phase {
        Phase::Copy => "copying",
        Phase::Verify => "comparing",
    }
}

/// A bar that fills once for each phase.
struct Bar {
    bar: ProgressBar,
    phase: &'static str,
}

impl Bar {
    fn new() -> Self {
        Self {
            bar: ProgressBar::hidden(),
            phase: "",
        }
    }
}

impl Watch for Bar {
    fn begin(&mut self, phase: Phase, rows: u64, done: u64) {
        self.bar.finish();
        self.phase = words(phase);
        self.bar = ProgressBar::new(rows).with_position(done);
        if let Ok(style) = ProgressStyle::with_template(
            "{msg:32} [{bar:30}] {human_pos}/{human_len} rows, {eta} left",
        ) {
            self.bar.set_style(style.progress_chars("=> "));
        }
    }

    fn table(&mut self, name: &str, _: u64) {
        self.bar.set_message(format!("{} {name}", self.phase));
    }

    fn advance(&mut self, rows: u64) {
        self.bar.inc(rows);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        // An error is then written below the bar and not over it.
        self.bar.abandon();
    }
}

/// A line for each table, and every two seconds.
#[derive(Default)]
struct Lines {
    phase: &'static str,
    rows: u64,
    done: u64,
    last: Option<Instant>,
}

impl Watch for Lines {
    fn begin(&mut self, phase: Phase, rows: u64, done: u64) {
        (self.phase, self.rows, self.done) = (words(phase), rows, done);
        let already = if done > 0 {
            format!(", {} of them there already", grouped(done))
        } else {
            String::new()
        };
        eprintln!("{}: {} rows{already}", self.phase, grouped(rows));
        self.last = Some(Instant::now());
    }

    fn table(&mut self, name: &str, rows: u64) {
        if rows > 0 {
            eprintln!("{} {name}: {}", self.phase, grouped(rows));
        }
    }

    fn advance(&mut self, rows: u64) {
        self.done += rows;
        if self.last.is_some_and(|last| last.elapsed() >= EVERY) {
            eprintln!(
                "{}: {} of {} rows",
                self.phase,
                grouped(self.done),
                grouped(self.rows)
            );
            self.last = Some(Instant::now());
        }
    }
}

/// What somebody wants to keep of it.
fn print(summary: &Summary, took: Duration, from: &Path) {
    println!("{:<24}{:>14}  checksum on both sides", "table", "rows");
    for table in &summary.tables {
        let checksum = table.checksum.get(..SHOWN).unwrap_or_default();
        println!("{:<24}{:>14}  {checksum}", table.name, grouped(table.rows));
    }
    println!(
        "{} rows moved and compared in {:.1} s{}",
        grouped(summary.rows()),
        took.as_secs_f64(),
        if summary.resumed {
            ", going on with an earlier run"
        } else {
            ""
        }
    );
    for (column, count) in &summary.replaced {
        println!(
            "{column}: NUL characters replaced by U+FFFD in {} row(s), for PostgreSQL cannot hold them",
            grouped(*count)
        );
    }
    let secret = from.with_file_name("signing-secret");
    let secret = if secret.is_file() {
        secret.display().to_string()
    } else {
        "the file signing-secret of the old server's data directory".to_owned()
    };
    println!();
    println!("The signing secret is not in a database. Give every server the content of {secret}");
    println!(
        "as PILOT_SIGNING_SECRET; with another one no access token of WhatsApp can be read and every open inbox ends."
    );
    println!(
        "Then start them with DATABASE_URL. The SQLite file is as it was; keep it until all is well."
    );
}

/// A count with commas, as a person reads it.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_names_a_file() {
        for (text, path) in [
            ("sqlite:data/inbox.sqlite3", "data/inbox.sqlite3"),
            ("sqlite:/var/lib/inbox.sqlite3", "/var/lib/inbox.sqlite3"),
            ("sqlite:///var/lib/inbox.sqlite3", "/var/lib/inbox.sqlite3"),
        ] {
            assert_eq!(sqlite_file(text), Ok(PathBuf::from(path)));
        }
        for text in ["postgres://localhost/inbox", "sqlite:", "data/inbox", ""] {
            assert!(sqlite_file(text).unwrap_err().contains("--from must be"));
        }
    }

    #[test]
    fn counts_are_grouped() {
        for (count, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(grouped(count), text);
        }
    }
}
