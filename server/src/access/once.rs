//! Parts of a JWT: JSON objects in which no name comes twice. Of two readers of one that does, each could believe another value.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use std::collections::HashMap;
use std::fmt;

/// Header or claims of a token (RFC 7515, section 2: base64url, without padding, line breaks or anything else).
pub(super) fn part(text: &str) -> Option<HashMap<String, Value>> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let Once(object) = serde_json::from_slice(&bytes).ok()?;
    Some(object)
}

struct Once(HashMap<String, Value>);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;

        impl<'de> Visitor<'de> for Names {
            type Value = HashMap<String, Value>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
                let mut known = HashMap::new();
                while let Some((name, value)) = entries.next_entry::<String, Value>()? {
                    if known.insert(name, value).is_some() {
                        return Err(serde::de::Error::custom("a name comes twice"));
                    }
                }
                Ok(known)
            }
        }

        deserializer.deserialize_map(Names).map(Self)
    }
}
