//! Branding: what a tenant may change of the look. Checked when it comes in, so that whoever shows it can trust its form.

use app::error::{ApiError, Code};
use serde_json::{Map, Value};

/// The fields of Pilot Status' branding, with their checks. All may be null.
const FIELDS: [(&str, Check); 8] = [
    ("logoUrl", Check::HttpsUrl),
    ("primaryColor", Check::HexColour),
    ("backgroundColor", Check::HexColour),
    ("companyName", Check::Text(60)),
    ("subtitle", Check::Text(120)),
    ("supportUrl", Check::HttpsUrl),
    ("defaultRedirectUrl", Check::HttpsUrl),
    ("hidePilotStatusBranding", Check::Flag),
];

#[derive(Clone, Copy)]
enum Check {
    HttpsUrl,
    HexColour,
    Text(usize),
    Flag,
}

/// Reads `brandingOverride` of an embed session: the known fields as JSON text, or `None` where there are none. Unknown fields
/// are left out.
pub fn read_override(value: Option<&Value>) -> Result<Option<String>, ApiError> {
    let fields = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Object(fields)) => fields,
        Some(_) => {
            return Err(invalid(
                "brandingOverride",
                "`brandingOverride` must be an object.".into(),
            ));
        }
    };
    let mut kept = Map::new();
    for (name, check) in FIELDS {
        match fields.get(name) {
            None | Some(Value::Null) => {}
            Some(value) => {
                check.apply(value).map_err(|form| {
                    invalid(
                        &format!("brandingOverride.{name}"),
                        format!("`{name}` must be {form}."),
                    )
                })?;
                kept.insert(name.into(), value.clone());
            }
        }
    }
    Ok(Some(Value::Object(kept).to_string()))
}

fn invalid(field: &str, sentence: String) -> ApiError {
    ApiError::new(Code::BrandingOverrideInvalid, sentence).at(field)
}

impl Check {
    fn apply(self, value: &Value) -> Result<(), String> {
        let text = value.as_str();
        let (good, form) = match self {
            Self::HttpsUrl => (
                text.and_then(|text| url::Url::parse(text).ok())
                    .is_some_and(|url| url.scheme() == "https" && url.has_host()),
                "an https URL".to_owned(),
            ),
            Self::HexColour => (
                text.is_some_and(|text| {
                    text.len() == 7
                        && text.starts_with('#')
                        && text[1..].bytes().all(|b| b.is_ascii_hexdigit())
                }),
                "a colour of the form #RRGGBB".to_owned(),
            ),
            Self::Text(limit) => (
                text.is_some_and(|text| text.chars().count() <= limit),
                format!("a text of at most {limit} characters"),
            ),
            Self::Flag => (value.is_boolean(), "true or false".to_owned()),
        };
        if good { Ok(()) } else { Err(form) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_are_checked_and_unknown_ones_left_out() {
        let read = |value: Value| read_override(Some(&value));
        let kept = read(
            json!({"primaryColor": "#0A7cff", "companyName": "Acme", "onclick": "x", "subtitle": null}),
        );
        assert_eq!(
            serde_json::from_str::<Value>(&kept.unwrap().unwrap()).unwrap(),
            json!({"primaryColor": "#0A7cff", "companyName": "Acme"})
        );
        for (bad, field) in [
            (
                json!({"primaryColor": "red"}),
                "brandingOverride.primaryColor",
            ),
            (
                json!({"backgroundColor": "#12345é"}),
                "brandingOverride.backgroundColor",
            ),
            (
                json!({"logoUrl": "http://a.com/x.png"}),
                "brandingOverride.logoUrl",
            ),
            (
                json!({"supportUrl": "javascript:1"}),
                "brandingOverride.supportUrl",
            ),
            (
                json!({"companyName": "x".repeat(61)}),
                "brandingOverride.companyName",
            ),
            (
                json!({"hidePilotStatusBranding": "yes"}),
                "brandingOverride.hidePilotStatusBranding",
            ),
            (json!([]), "brandingOverride"),
        ] {
            assert_eq!(read(bad).unwrap_err().field.as_deref(), Some(field));
        }
    }
}
