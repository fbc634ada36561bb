//! The record that the operator looks at in the page around us: a customer, an order, a ticket.

use super::phone_digits;
use crate::wire::Json;

/// Most characters of a word about the record.
const WORD_CHARS: u32 = 200;
/// Most characters of its address; a longer one is no link.
const URL_CHARS: u32 = 2000;
/// Most characters of the name of a fact.
const FACT_NAME_CHARS: u32 = 60;
/// Most characters of a fact.
const FACT_CHARS: u32 = 300;
/// Most facts that are kept.
const FACTS: usize = 20;
/// Most entries that are looked at.
const ENTRIES: u32 = 100;
/// Names of entries that may hold the phone.
const PHONE_NAMES: [&str; 4] = ["phone", "mobile", "whatsapp", "wa_id"];

/// What a dialect calls the fields.
pub struct FieldNames {
    /// Kind of record.
    pub kind: &'static str,
    /// Id of the record in the host's own system.
    pub id: &'static str,
    /// Name of the record.
    pub name: &'static str,
    /// Everything else about it.
    pub data: &'static str,
}

/// A record. All of it is text from outside: never markup. It stays in memory, and goes nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    /// What it is (`customer`, `order`).
    pub kind: Option<String>,
    /// Its id in the host's own system.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Where it is; `http` or `https` only.
    pub url: Option<String>,
    /// Title of the page around us.
    pub title: Option<String>,
    /// The phone of the person that it is about, in digits.
    pub phone: Option<String>,
    /// What else is known of it.
    pub facts: Vec<(String, String)>,
}

impl Record {
    /// Reads a record. `None` if it is malformed; `Some(None)` if it is empty, which clears the one before.
    pub fn read(json: &Json, names: &FieldNames) -> Option<Option<Self>> {
        if !json.is_record() {
            return None;
        }
        let read = |name| word(&json.field(name), WORD_CHARS);
        let data = json.field(names.data);
        if !data.is_absent() && !data.is_record() {
            return None;
        }
        let mut facts: Vec<(String, String)> = Vec::new();
        let mut phone = read("phone")?;
        for (name, value) in data.fields(ENTRIES) {
            let Some(value) = value.scalar(FACT_CHARS) else {
                continue;
            };
            if phone.is_none() && is_phone_name(&name) && phone_digits(&value).is_some() {
                phone = Some(value.clone());
            }
            if facts.len() < FACTS && !value.trim().is_empty() {
                let name: String = name.chars().take(FACT_NAME_CHARS as usize).collect();
                facts.push((name, value));
            }
        }
        let url = word(&json.field("url"), URL_CHARS + 1)?;
        let record = Self {
            kind: read(names.kind)?,
            id: read(names.id)?,
            name: read(names.name)?,
            url: url.filter(|url| is_link(url)),
            title: read("title")?,
            phone: phone.as_deref().and_then(phone_digits),
            facts,
        };
        Some((record != Self::default()).then_some(record))
    }

    /// This record, coming after `held`. Some hosts send each change twice, and one of the two vocabularies has no word for the
    /// name: then the name that the other gave stays.
    #[must_use]
    pub fn after(mut self, held: Option<&Self>) -> Self {
        if let Some(held) = held
            && self.name.is_none()
            && self.is_about(held)
        {
            self.name.clone_from(&held.name);
        }
        self
    }

    /// True if both are about one thing.
    pub fn is_about(&self, other: &Self) -> bool {
        self.id.is_some() && self.id == other.id && self.kind == other.kind
    }

    /// What to call it.
    pub fn label(&self) -> Option<&str> {
        self.name
            .as_deref()
            .or(self.title.as_deref())
            .or(self.id.as_deref())
    }
}

/// A word, or none; `None` if it is neither.
#[expect(clippy::option_option, reason = "malformed and absent are two things")]
fn word(json: &Json, most: u32) -> Option<Option<String>> {
    if json.is_absent() {
        return Some(None);
    }
    let text = json.scalar(most)?;
    Some((!text.trim().is_empty()).then_some(text))
}

fn is_phone_name(name: &str) -> bool {
    PHONE_NAMES
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
}

/// Anything but a web address could be a script.
fn is_link(url: &str) -> bool {
    let scheme = url.split("//").next().unwrap_or_default();
    (scheme.eq_ignore_ascii_case("https:") || scheme.eq_ignore_ascii_case("http:"))
        && url.len() > scheme.len() + 2
        && url.chars().count() <= URL_CHARS as usize
        && !url.contains(|c: char| c.is_control() || c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: FieldNames = FieldNames {
        kind: "type",
        id: "id",
        name: "name",
        data: "data",
    };

    #[expect(clippy::option_option, reason = "as in the function under test")]
    fn read(json: &str) -> Option<Option<Record>> {
        Record::read(&Json::parse(json).unwrap(), &NAMES)
    }

    #[test]
    fn a_record_is_read_within_bounds() {
        let record = read(
            r#"{"type":"order","id":4711,"name":"Order <b>4711</b>","url":"https://shop.example/4711","title":"Orders",
                "data":{"total":12.5,"paid":true,"note":"","nested":{"a":1},"list":[1],"nothing":null,"Phone":"+55 11 98888-7777"},
                "other":1}"#,
        )
        .unwrap()
        .unwrap();
        assert_eq!(record.kind.as_deref(), Some("order"));
        assert_eq!(record.id.as_deref(), Some("4711"));
        assert_eq!(record.label(), Some("Order <b>4711</b>"));
        assert_eq!(record.phone.as_deref(), Some("5511988887777"));
        let mut names: Vec<_> = record.facts.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["Phone", "paid", "total"]);

        let many: Vec<_> = (0..500)
            .map(|n| format!(r#""k{n}":"{}""#, "x".repeat(999)))
            .collect();
        let json = format!(
            r#"{{"name":"{}","data":{{{}}}}}"#,
            "😀".repeat(10_000),
            many.join(",")
        );
        let record = read(&json).unwrap().unwrap();
        assert_eq!(record.name.unwrap().chars().count(), 200);
        assert_eq!(record.facts.len(), 20);
        assert!(record.facts.iter().all(|(_, value)| value.len() == 300));
    }

    #[test]
    fn nothing_clears_and_what_is_malformed_is_no_record() {
        for json in [
            "{}",
            r#"{"type":null,"data":{}}"#,
            r#"{"unknown":1}"#,
            r#"{"name":"  "}"#,
        ] {
            assert_eq!(read(json), Some(None), "{json}");
        }
        for json in [
            "null",
            "[]",
            "\"order\"",
            "7",
            r#"{"type":["order"]}"#,
            r#"{"id":{}}"#,
            r#"{"data":"text"}"#,
            r#"{"data":[1]}"#,
            r#"{"url":{}}"#,
        ] {
            assert_eq!(read(json), None, "{json}");
        }
    }

    #[test]
    fn only_web_addresses_are_links() {
        for good in [
            "https://a.example",
            "http://a.example/x?y#z",
            "HTTPS://a.example",
        ] {
            assert!(is_link(good), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "javascript://https://a.example",
            "data:text/html,x",
            "//a.example",
            "https:",
            "https://",
            "https://a.example/\nx",
            " https://a.example",
            &["https://a.example/", &"x".repeat(2000)].concat(),
        ] {
            assert!(!is_link(bad), "{bad}");
        }
        assert_eq!(read(r#"{"url":"javascript:alert(1)"}"#), Some(None));
    }

    #[test]
    fn the_poorer_twin_keeps_the_name() {
        let rich = read(r#"{"type":"a","id":"1","name":"Ana"}"#)
            .unwrap()
            .unwrap();
        let poor = read(r#"{"type":"a","id":"1"}"#).unwrap().unwrap();
        assert_eq!(poor.clone().after(Some(&rich)), rich);
        assert_eq!(rich.clone().after(Some(&poor)), rich);
        let other = read(r#"{"type":"a","id":"2"}"#).unwrap().unwrap();
        assert_eq!(other.clone().after(Some(&rich)), other);
        let nameless = read(r#"{"title":"Home"}"#).unwrap().unwrap();
        assert_eq!(nameless.clone().after(Some(&rich)), nameless);
    }
}
