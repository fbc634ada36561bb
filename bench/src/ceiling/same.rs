//! The statements here are copies, for the inbox shows its own to nobody. A copy that is out of date would measure something else: so its
//! source is read, and each statement must be in it.

use super::{postgres, sqlite};

const COLUMNS: &str = include_str!("../../../server/src/store/rows.rs");

/// What the sources say in string literals, one after the other, with the columns and the first page's direction put in.
fn said(sources: &[&str], scope: &str) -> String {
    let columns = |name: &str| {
        let macro_rules = format!("macro_rules! {name} {{");
        let (_, rest) = COLUMNS.split_once(&macro_rules).unwrap();
        literals(rest.split_once("\n}").unwrap().0)
    };
    let mut text = sources.join("\n");
    for name in ["conversation_columns", "message_columns"] {
        text = text.replace(&format!("{name}!()"), &format!("\"{}\"", columns(name)));
    }
    let text = text
        .replace("$comparison,", "\"<\",")
        .replace("$order,", "\"DESC\",")
        .replace("$condition,", &format!("\"{scope}\","));
    one_space(&literals(&text))
}

fn literals(source: &str) -> String {
    let code: Vec<&str> = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    let code = code.join("\n").replace("\\\n", "");
    code.split('"').skip(1).step_by(2).collect()
}

fn one_space(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace("( ", "(")
}

fn assert_said(source: &str, statements: &[&str]) {
    for statement in statements {
        let statement = one_space(statement);
        assert!(
            source.contains(&statement),
            "the inbox does not run this any more, so the bench must not either: {statement}"
        );
    }
}

#[test]
fn the_bare_statements_are_those_of_the_inbox_on_sqlite() {
    let source = said(
        &[
            include_str!("../../../server/src/store/sqlite/conversations.rs"),
            include_str!("../../../server/src/store/sqlite/messages.rs"),
            include_str!("../../../server/src/store/sqlite/credentials.rs"),
        ],
        "n.tenant_id = ? AND n.id IN (SELECT value FROM json_each(?))",
    );
    assert_said(&source, &sqlite::ALL);
}

#[test]
fn the_bare_statements_are_those_of_the_inbox_on_postgres() {
    let source = said(
        &[
            include_str!("../../../server/src/store/postgres/conversations.rs"),
            include_str!("../../../server/src/store/postgres/messages.rs"),
            include_str!("../../../server/src/store/postgres/credentials.rs"),
        ],
        "n.tenant_id = $1 AND n.id = ANY($2)",
    );
    assert_said(&source, &postgres::ALL);
}
