//! The fields, and what each of them takes.

use app::error::{ApiError, Code};
use serde_json::{Map, Value};
use url::Url;

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
/// Longest URL in bytes. One of them travels with every first load.
const URL_MAX: usize = 2048;

#[derive(Clone, Copy)]
enum Check {
    HttpsUrl,
    HexColour,
    Text(usize),
    Flag,
}

/// Reads `brandingOverride` of an embed session: the known fields as JSON text, or `None` where there are none. Unknown fields
/// are left out; null overrides nothing.
pub fn read_override(value: Option<&Value>) -> Result<Option<String>, ApiError> {
    let refuse =
        |field: String, sentence| ApiError::new(Code::BrandingOverrideInvalid, sentence).at(field);
    let fields = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Object(fields)) => fields,
        Some(_) => {
            return Err(refuse(
                "brandingOverride".into(),
                "`brandingOverride` must be an object.".into(),
            ));
        }
    };
    let mut kept = known(fields)
        .map_err(|(name, sentence)| refuse(["brandingOverride.", name].concat(), sentence))?;
    kept.retain(|_, value| !value.is_null());
    Ok(Some(Value::Object(kept).to_string()))
}

/// Reads an update of a tenant's branding as a JSON merge patch (RFC 7396) of the known fields: null clears, what is left out stays.
pub fn read_update(fields: &Map<String, Value>) -> Result<String, ApiError> {
    let kept = known(fields)
        .map_err(|(name, sentence)| ApiError::new(Code::BrandingInvalid, sentence).at(name))?;
    Ok(Value::Object(kept).to_string())
}

/// The known ones of these fields; or the first that is of the wrong form, and what is wrong with it.
fn known(fields: &Map<String, Value>) -> Result<Map<String, Value>, (&'static str, String)> {
    let mut kept = Map::new();
    for (name, check) in FIELDS {
        let value = match fields.get(name) {
            None => continue,
            Some(Value::Null) => Value::Null,
            Some(value) => check
                .apply(value)
                .ok_or_else(|| (name, format!("`{name}` must be {}.", check.form())))?,
        };
        kept.insert(name.into(), value);
    }
    Ok(kept)
}

impl Check {
    /// The value as it is kept; `None` if it is of the wrong form.
    fn apply(self, value: &Value) -> Option<Value> {
        match self {
            Self::HttpsUrl => value.as_str().filter(|text| is_https_url(text))?,
            Self::HexColour => value.as_str().filter(|text| is_hex_colour(text))?,
            Self::Text(limit) => {
                let text = value.as_str()?;
                // NUL, which not every database carries, is replaced as everywhere.
                return (text.chars().count() <= limit)
                    .then(|| text.replace('\0', "\u{fffd}").into());
            }
            Self::Flag => return value.is_boolean().then(|| value.clone()),
        };
        Some(value.clone())
    }

    fn form(self) -> String {
        match self {
            Self::HttpsUrl => {
                format!("an https URL without a password in it, of at most {URL_MAX} characters")
            }
            Self::HexColour => "a colour of the form #RRGGBB".into(),
            Self::Text(limit) => format!("a text of at most {limit} characters"),
            Self::Flag => "true or false".into(),
        }
    }
}

/// Browsers pass over spaces and line breaks in a URL, and so does the parser; what is kept has none.
fn is_https_url(text: &str) -> bool {
    text.len() <= URL_MAX
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
        && Url::parse(text).is_ok_and(|url| {
            url.scheme() == "https"
                && url.host_str().is_some_and(is_plain_host)
                && url.username().is_empty()
                && url.password().is_none()
        })
}

/// The URL standard lets `*`, `;` and `,` pass in a host. No host of the web has them, and a policy would understand them.
fn is_plain_host(host: &str) -> bool {
    !host.is_empty()
        && host.bytes().all(|b| {
            b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':' | b'[' | b']')
        })
}

fn is_hex_colour(text: &str) -> bool {
    text.len() == 7
        && text.starts_with('#')
        && text.bytes().skip(1).all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn update(value: &Value) -> Result<Value, ApiError> {
        read_update(value.as_object().unwrap()).map(|json| serde_json::from_str(&json).unwrap())
    }

    #[test]
    fn known_fields_are_kept_and_unknown_ones_left_out() {
        let given = json!({"primaryColor": "#0A7cff", "companyName": "Acme", "onclick": "x", "subtitle": null,
            "hidePilotStatusBranding": true, "logoUrl": "https://cdn.acme.test/logo.png?v=1#x"});
        let mut expected = given.clone();
        expected.as_object_mut().unwrap().remove("onclick");
        assert_eq!(update(&given).unwrap(), expected);
        expected.as_object_mut().unwrap().remove("subtitle");
        let kept = read_override(Some(&given)).unwrap().unwrap();
        assert_eq!(serde_json::from_str::<Value>(&kept).unwrap(), expected);
        assert_eq!(read_override(None), Ok(None));
        assert_eq!(read_override(Some(&Value::Null)), Ok(None));
    }

    #[test]
    fn names_are_text_whatever_is_in_them() {
        for name in [
            "<script>alert(1)</script>",
            "\u{202e}emcA",
            "\"><img src=x onerror=1>",
            "",
            &"é".repeat(60),
            &"😀".repeat(60),
        ] {
            let kept = update(&json!({"companyName": name})).unwrap();
            assert_eq!(kept["companyName"], name);
        }
        assert_eq!(
            update(&json!({"subtitle": "a\0b"})).unwrap()["subtitle"],
            "a\u{fffd}b"
        );
    }

    #[test]
    fn wrong_forms_are_refused_and_the_field_is_named() {
        let long = format!("https://acme.test/{}", "x".repeat(URL_MAX));
        let mut cases = Vec::new();
        for field in ["logoUrl", "supportUrl", "defaultRedirectUrl"] {
            for bad in [
                "http://acme.test/x.png",
                "javascript:alert(1)",
                "JavaScript:alert(1)",
                "data:image/png;base64,AAAA",
                "data:text/html,<script>",
                "blob:https://acme.test/1",
                "file:///etc/passwd",
                "//acme.test/x.png",
                "/x.png",
                "x.png",
                "https://",
                "https://*.acme.test/logo.png",
                "https://a;script-src/logo.png",
                "https://a,b.test/logo.png",
                "https://'self'/logo.png",
                "https://user:secret@acme.test/",
                "https://user@acme.test/",
                " https://acme.test/",
                "https://acme.test/\n",
                "https://acme.test/a b",
                "java\nscript:alert(1)",
                "",
                &long,
            ] {
                cases.push((field, json!(bad)));
            }
        }
        for field in ["primaryColor", "backgroundColor"] {
            for bad in [
                "red",
                "#fff",
                "#12345",
                "#1234567",
                "#12345g",
                "#12345é",
                "#１２３",
                "#000;}*{x:1",
                "#00000;",
                "url(https://evil.test)",
                "var(--x)",
                "rgb(0,0,0)",
                "expression(1)",
                " #000000",
                "",
            ] {
                cases.push((field, json!(bad)));
            }
        }
        cases.extend([
            ("companyName", json!("x".repeat(61))),
            ("companyName", json!("😀".repeat(10_000))),
            ("subtitle", json!("x".repeat(121))),
            ("hidePilotStatusBranding", json!("yes")),
            ("hidePilotStatusBranding", json!(1)),
        ]);
        for (field, _) in FIELDS {
            cases.push((field, json!([])));
            cases.push((field, json!({"a": 1})));
        }
        for (field, bad) in cases {
            let refused = update(&json!({field: bad})).unwrap_err();
            assert_eq!(
                (refused.code, refused.field.as_deref()),
                (Code::BrandingInvalid, Some(field)),
                "{bad}"
            );
            let refused = read_override(Some(&json!({field: bad}))).unwrap_err();
            assert_eq!(refused.code, Code::BrandingOverrideInvalid, "{bad}");
            assert_eq!(
                refused.field,
                Some(format!("brandingOverride.{field}")),
                "{bad}"
            );
        }
        let refused = read_override(Some(&json!([]))).unwrap_err();
        assert_eq!(refused.field.as_deref(), Some("brandingOverride"));
    }
}
