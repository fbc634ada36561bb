//! Whose page it is: what the link says of it, and what its address may change.

use crate::branding::{Branding, read_override, shown_with_pictures};
use crate::store::StoreError;
use app::branding::Brand;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What an address may ask for. Words and colours, and nothing that leads elsewhere: anybody can write an address.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Wishes {
    company_name: Option<String>,
    subtitle: Option<String>,
    primary_color: Option<String>,
    background_color: Option<String>,
}

/// The look of a page.
#[derive(Default)]
pub struct Look {
    /// What is shown of it.
    pub brand: Brand,
    /// From where its picture may come, with a space before it.
    pub pictures: String,
    /// Where to go on, where the link says nothing.
    pub redirect: Option<String>,
}

/// The look of a link: what its address wishes for, then what it was made with. A wish of the wrong form is none.
pub fn dress(stored: Option<&str>, wishes: &Wishes) -> Result<Look, StoreError> {
    // Who has no link is shown nobody's name, not even ours.
    if stored.is_none() {
        return Ok(Look::default());
    }
    let own = Branding::stored(stored)?;
    let redirect = own.default_redirect_url.clone();
    let mut wished = Branding::default();
    if let Value::Object(fields) = json!(wishes) {
        for (name, value) in fields {
            let one = json!({ name: value });
            if let Ok(Some(fields)) = read_override(Some(&one)) {
                wished = Branding::stored(Some(&fields))?.over(wished);
            }
        }
    }
    let (brand, pictures) = shown_with_pictures(&wished.over(own));
    Ok(Look {
        brand,
        pictures,
        redirect,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_changes_words_and_colours_and_nothing_else() {
        let stored = r##"{"companyName":"Acme","logoUrl":"https://cdn.acme.test/l.png","primaryColor":"#0a7cff","supportUrl":"https://acme.test/help","defaultRedirectUrl":"https://acme.test/done"}"##;
        let wishes: Wishes = serde_json::from_value(json!({"companyName": "Shop <b>", "primaryColor": "red;}*{",
            "logoUrl": "https://evil.test/l.png", "supportUrl": "https://evil.test/"}))
        .unwrap();
        let look = dress(Some(stored), &wishes).unwrap();
        assert_eq!(look.brand.name.as_deref(), Some("Shop <b>"));
        assert_eq!(look.brand.logo.as_deref(), Some("https://cdn.acme.test/l.png"));
        assert_eq!(look.brand.support.as_deref(), Some("https://acme.test/help"));
        assert_eq!(look.pictures, " https://cdn.acme.test");
        assert_eq!(look.redirect.as_deref(), Some("https://acme.test/done"));
        let plain = dress(Some(stored), &Wishes::default()).unwrap();
        assert_eq!(plain.brand.light, look.brand.light, "no colour of that form");
        assert_eq!(dress(None, &wishes).unwrap().brand, Brand::default());
    }
}
