//! JSON as the browser reads it.

use wasm_bindgen::{JsCast, JsValue};

/// A JSON value, or none.
pub struct Json(JsValue);

impl From<JsValue> for Json {
    fn from(value: JsValue) -> Self {
        Self(value)
    }
}

impl Json {
    /// Reads a text.
    pub fn parse(text: &str) -> Option<Self> {
        js_sys::JSON::parse(text).ok().map(Self)
    }

    /// The field of this name; absent if there is none, or this is no object.
    #[must_use]
    pub fn field(&self, name: &str) -> Self {
        Self(js_sys::Reflect::get(&self.0, &JsValue::from_str(name)).unwrap_or_default())
    }

    /// True for `null` and for what is not there.
    pub fn is_absent(&self) -> bool {
        self.0.is_null() || self.0.is_undefined()
    }

    /// A string.
    pub fn text(&self) -> Option<String> {
        self.0.as_string()
    }

    /// `true` or `false`.
    pub fn flag(&self) -> Option<bool> {
        self.0.as_bool()
    }

    /// A whole number.
    pub fn whole(&self) -> Option<i64> {
        let number = self.0.as_f64()?;
        // Up to here every whole number is exact.
        let exact = number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0;
        #[expect(clippy::cast_possible_truncation, reason = "whole, and in range")]
        exact.then_some(number as i64)
    }

    /// True for an object that is no array.
    pub fn is_record(&self) -> bool {
        self.0.is_object() && !js_sys::Array::is_array(&self.0)
    }

    /// A string, a number or a boolean as text, of which not more than the first `most` characters are copied.
    pub fn scalar(&self, most: u32) -> Option<String> {
        let text: js_sys::JsString = if self.0.is_string() {
            self.0.clone().unchecked_into()
        } else if self.0.as_f64().is_some_and(f64::is_finite) || self.0.as_bool().is_some() {
            js_sys::JSON::stringify(&self.0).ok()?
        } else {
            return None;
        };
        text.slice(0, most).as_string()
    }

    /// The first `most` fields of an object.
    pub fn fields(&self, most: u32) -> Vec<(String, Self)> {
        let Some(object) = js_sys::Object::try_from(&self.0) else {
            return Vec::new();
        };
        let names = js_sys::Object::keys(object);
        let mut fields = Vec::new();
        for at in 0..names.length().min(most) {
            if let Some(name) = names.get(at).as_string() {
                let value = self.field(&name);
                fields.push((name, value));
            }
        }
        fields
    }

    /// The items of an array.
    pub fn items(&self) -> Option<Vec<Self>> {
        let array = self.0.dyn_ref::<js_sys::Array>()?;
        Some(array.iter().map(Self).collect())
    }
}
