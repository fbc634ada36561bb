//! JSON as a tree in memory: outside the browser.

use serde_json::Value;
use wasm_bindgen::JsValue;

/// A JSON value, or none.
pub struct Json(Value);

impl From<JsValue> for Json {
    fn from(value: JsValue) -> Self {
        let text = js_sys::JSON::stringify(&value).map(String::from);
        text.ok()
            .and_then(|text| Self::parse(&text))
            .unwrap_or(Self(Value::Null))
    }
}

impl Json {
    /// Reads a text.
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().map(Self)
    }

    /// The field of this name; absent if there is none, or this is no object.
    #[must_use]
    pub fn field(&self, name: &str) -> Self {
        Self(self.0.get(name).cloned().unwrap_or_default())
    }

    /// True for `null` and for what is not there.
    pub fn is_absent(&self) -> bool {
        self.0.is_null()
    }

    /// A string.
    pub fn text(&self) -> Option<String> {
        self.0.as_str().map(str::to_owned)
    }

    /// `true` or `false`.
    pub fn flag(&self) -> Option<bool> {
        self.0.as_bool()
    }

    /// A whole number.
    pub fn whole(&self) -> Option<i64> {
        self.0.as_i64()
    }

    /// True for an object that is no array.
    pub fn is_record(&self) -> bool {
        self.0.is_object()
    }

    /// A string, a number or a boolean as text, of which not more than the first `most` characters are copied.
    pub fn scalar(&self, most: u32) -> Option<String> {
        let text = match &self.0 {
            Value::String(text) => text.clone(),
            Value::Number(_) | Value::Bool(_) => self.0.to_string(),
            _ => return None,
        };
        Some(text.chars().take(most as usize).collect())
    }

    /// The first `most` fields of an object.
    pub fn fields(&self, most: u32) -> Vec<(String, Self)> {
        let fields = self.0.as_object().into_iter().flatten().take(most as usize);
        fields
            .map(|(name, value)| (name.clone(), Self(value.clone())))
            .collect()
    }

    /// The items of an array.
    pub fn items(&self) -> Option<Vec<Self>> {
        Some(self.0.as_array()?.iter().cloned().map(Self).collect())
    }
}
