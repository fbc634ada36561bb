//! Values on their way: read from either database into one form.

use super::tables::{Column, Kind};
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;

/// What stands where PostgreSQL cannot hold a NUL character.
const REPLACEMENT: &str = "\u{FFFD}";

/// The value of a column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Value {
    Null,
    Text(String),
    Integer(i64),
    Small(i32),
    Flag(bool),
    Bytes(Vec<u8>),
    Texts(Vec<String>),
}

/// A row: a value for each column of its table. Keys compare as both databases sort them.
pub(super) type Row = Vec<Value>;

impl Value {
    /// Reads a column of a row of SQLite.
    pub(super) fn from_sqlite(
        row: &SqliteRow,
        index: usize,
        column: &Column,
    ) -> Result<Self, sqlx::Error> {
        let value = match column.kind {
            Kind::Text => row.try_get::<Option<String>, _>(index)?.map(Self::Text),
            Kind::Integer => row.try_get::<Option<i64>, _>(index)?.map(Self::Integer),
            Kind::Small => row.try_get::<Option<i32>, _>(index)?.map(Self::Small),
            Kind::Flag => row
                .try_get::<Option<i64>, _>(index)?
                .map(|flag| Self::Flag(flag != 0)),
            Kind::Bytes => row.try_get::<Option<Vec<u8>>, _>(index)?.map(Self::Bytes),
            Kind::Texts => match row.try_get::<Option<String>, _>(index)? {
                None => None,
                Some(json) => Some(Self::Texts(serde_json::from_str(&json).map_err(
                    |error| sqlx::Error::ColumnDecode {
                        index: column.name.into(),
                        source: error.into(),
                    },
                )?)),
            },
        };
        Ok(value.unwrap_or(Self::Null))
    }

    /// Reads a column of a row of PostgreSQL.
    pub(super) fn from_postgres(
        row: &PgRow,
        index: usize,
        column: &Column,
    ) -> Result<Self, sqlx::Error> {
        let value = match column.kind {
            Kind::Text => row.try_get::<Option<String>, _>(index)?.map(Self::Text),
            Kind::Integer => row.try_get::<Option<i64>, _>(index)?.map(Self::Integer),
            Kind::Small => row.try_get::<Option<i32>, _>(index)?.map(Self::Small),
            Kind::Flag => row.try_get::<Option<bool>, _>(index)?.map(Self::Flag),
            Kind::Bytes => row.try_get::<Option<Vec<u8>>, _>(index)?.map(Self::Bytes),
            Kind::Texts => row
                .try_get::<Option<Vec<String>>, _>(index)?
                .map(Self::Texts),
        };
        Ok(value.unwrap_or(Self::Null))
    }

    /// Replaces NUL characters; says whether there were any.
    pub(super) fn replace_nul(&mut self) -> bool {
        match self {
            Self::Text(text) => replace(text),
            Self::Texts(texts) => {
                let mut any = false;
                for text in texts {
                    any |= replace(text);
                }
                any
            }
            _ => false,
        }
    }
}

fn replace(text: &mut String) -> bool {
    let found = text.contains('\0');
    if found {
        *text = text.replace('\0', REPLACEMENT);
    }
    found
}

/// A key for a person to read and to search for.
pub(super) fn shown(key: &[Value]) -> String {
    let parts: Vec<String> = key
        .iter()
        .map(|value| match value {
            Value::Text(text) => text.escape_debug().to_string(),
            Value::Integer(number) => number.to_string(),
            Value::Small(number) => number.to_string(),
            other => format!("{other:?}"),
        })
        .collect();
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nul_characters_are_replaced_wherever_text_is() {
        let mut text = Value::Text("a\0b\0".into());
        assert!(text.replace_nul());
        assert_eq!(text, Value::Text("a\u{FFFD}b\u{FFFD}".into()));
        assert!(!text.replace_nul());
        let mut texts = Value::Texts(vec!["\0".into(), "plain".into()]);
        assert!(texts.replace_nul());
        assert_eq!(texts, Value::Texts(vec!["\u{FFFD}".into(), "plain".into()]));
        let mut bytes = Value::Bytes(vec![0]);
        assert!(!bytes.replace_nul());
        assert_eq!(bytes, Value::Bytes(vec![0]));
    }

    #[test]
    fn keys_compare_byte_by_byte() {
        let key = |text: &str, seq| vec![Value::Text(text.into()), Value::Integer(seq)];
        assert!(key("a", 9) < key("a", 10));
        assert!(key("Z", 1) < key("a", 0));
        assert!(key("é", 0) < key("😀", 0));
        assert!(key("z", 0) < key("é", 0));
    }
}
