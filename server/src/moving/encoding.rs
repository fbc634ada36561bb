//! Rows as bytes: the binary form of PostgreSQL's COPY. It says of each value where it ends and whether it is there, so that two rows
//! have the same bytes only if they are the same; checksums are therefore taken over it as well.

use super::value::Value;

/// What a COPY begins with: signature, no flags, no extension.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// What it ends with, in the place of a number of columns.
const TRAILER: [u8; 2] = (-1i16).to_be_bytes();
/// In the place of a length: no value.
const NULL: [u8; 4] = (-1i32).to_be_bytes();
/// PostgreSQL's number of the type `text`.
const TEXT_OID: i32 = 25;

/// A value that is too long to say so; PostgreSQL would not take half of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooLong;

/// The start of a COPY.
pub(super) fn begin(out: &mut Vec<u8>) {
    out.extend_from_slice(HEADER);
}

/// The end of a COPY.
pub(super) fn end(out: &mut Vec<u8>) {
    out.extend_from_slice(&TRAILER);
}

/// A row.
pub(super) fn row(values: &[Value], out: &mut Vec<u8>) -> Result<(), TooLong> {
    let count = i16::try_from(values.len()).map_err(|_| TooLong)?;
    out.extend_from_slice(&count.to_be_bytes());
    for value in values {
        match value {
            Value::Null => out.extend_from_slice(&NULL),
            Value::Text(text) => bytes(text.as_bytes(), out)?,
            Value::Integer(number) => bytes(&number.to_be_bytes(), out)?,
            Value::Small(number) => bytes(&number.to_be_bytes(), out)?,
            Value::Flag(flag) => bytes(&[u8::from(*flag)], out)?,
            Value::Bytes(blob) => bytes(blob, out)?,
            Value::Texts(texts) => bytes(&array(texts)?, out)?,
        }
    }
    Ok(())
}

/// An array of one dimension, counted from 1; an empty one has no dimension.
fn array(texts: &[String]) -> Result<Vec<u8>, TooLong> {
    let dimensions = i32::from(!texts.is_empty());
    let mut out = Vec::new();
    for number in [dimensions, 0, TEXT_OID] {
        out.extend_from_slice(&number.to_be_bytes());
    }
    if !texts.is_empty() {
        out.extend_from_slice(&length(texts.len())?);
        out.extend_from_slice(&1i32.to_be_bytes());
    }
    for text in texts {
        bytes(text.as_bytes(), &mut out)?;
    }
    Ok(out)
}

fn bytes(content: &[u8], out: &mut Vec<u8>) -> Result<(), TooLong> {
    out.extend_from_slice(&length(content.len())?);
    out.extend_from_slice(content);
    Ok(())
}

fn length(count: usize) -> Result<[u8; 4], TooLong> {
    i32::try_from(count)
        .map(i32::to_be_bytes)
        .map_err(|_| TooLong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn encoded(values: &[Value]) -> Vec<u8> {
        let mut out = Vec::new();
        row(values, &mut out).unwrap();
        out
    }

    #[test]
    fn a_row_is_what_copy_reads() {
        assert_eq!(
            encoded(&[
                Value::Text("é".into()),
                Value::Null,
                Value::Integer(-1),
                Value::Small(1),
                Value::Flag(true),
                Value::Texts(vec!["a".into()]),
                Value::Texts(Vec::new()),
            ]),
            [
                &[0, 7][..],
                &[0, 0, 0, 2, 0xC3, 0xA9],
                &[255, 255, 255, 255],
                &[0, 0, 0, 8, 255, 255, 255, 255, 255, 255, 255, 255],
                &[0, 0, 0, 4, 0, 0, 0, 1],
                &[0, 0, 0, 1, 1],
                &[0, 0, 0, 25, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 25],
                &[0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, b'a'],
                &[0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 25],
            ]
            .concat()
        );
    }

    proptest! {
        #[test]
        fn different_rows_have_different_bytes(
            one in prop::collection::vec(prop::option::of("[ab]{0,2}"), 0..4),
            other in prop::collection::vec(prop::option::of("[ab]{0,2}"), 0..4),
        ) {
            let values = |texts: &[Option<String>]| -> Vec<Value> {
                texts.iter().map(|text| text.clone().map_or(Value::Null, Value::Text)).collect()
            };
            prop_assert_eq!(one == other, encoded(&values(&one)) == encoded(&values(&other)));
        }
    }
}
