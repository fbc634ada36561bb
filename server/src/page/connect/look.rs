//! Whose page it is: what the link says of it, and what its address may change.

use crate::branding::{Branding, read_override, shown_with_pictures};
use crate::console::Visit;
use crate::store::StoreError;
use app::branding::Brand;
use serde_json::json;

/// What an address may ask for. Words and colours, and nothing that leads elsewhere: anybody can write an address.
const WISHES: [&str; 4] = ["companyName", "subtitle", "primaryColor", "backgroundColor"];

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

/// The look of a link: what its address wishes for, then what it was made with.
pub fn dress(stored: Option<&str>, visit: &Visit) -> Result<Look, StoreError> {
    look(stored, |name| visit.query(name))
}

/// A wish of the wrong form is none.
fn look(stored: Option<&str>, wish: impl Fn(&str) -> Option<String>) -> Result<Look, StoreError> {
    // Who has no link is shown nobody's name, not even ours.
    if stored.is_none() {
        return Ok(Look::default());
    }
    let own = Branding::stored(stored)?;
    let redirect = own.default_redirect_url.clone();
    let mut wished = Branding::default();
    for name in WISHES {
        let one = wish(name).map(|wish| json!({ name: wish }));
        if let Ok(Some(fields)) = read_override(one.as_ref()) {
            wished = Branding::stored(Some(&fields))?.over(wished);
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
        let asked = json!({"companyName": "Shop <b>", "primaryColor": "red;}*{", "logoUrl": "https://evil.test/l.png",
            "supportUrl": "https://evil.test/"});
        let wish = |name: &str| asked[name].as_str().map(str::to_owned);
        let dressed = look(Some(stored), wish).unwrap();
        assert_eq!(dressed.brand.name.as_deref(), Some("Shop <b>"));
        assert_eq!(
            dressed.brand.logo.as_deref(),
            Some("https://cdn.acme.test/l.png")
        );
        assert_eq!(
            dressed.brand.support.as_deref(),
            Some("https://acme.test/help")
        );
        assert_eq!(dressed.pictures, " https://cdn.acme.test");
        assert_eq!(dressed.redirect.as_deref(), Some("https://acme.test/done"));
        let plain = look(Some(stored), |_| None).unwrap();
        assert_eq!(
            plain.brand.light, dressed.brand.light,
            "no colour of that form"
        );
        assert_eq!(look(None, wish).unwrap().brand, Brand::default());
    }
}
