//! What a message refers to: another message, an advertisement, a product.

use super::super::fields::id_of;
use super::content::{address_of, line_of};
use crate::ingest::{Answers, Person};
use app::messages::{Direction, Forwarded, Product, Referral};
use serde_json::Value;

/// The object `context` of a message.
pub(super) struct Context {
    /// The message that it answers to.
    pub answers: Option<Box<Answers>>,
    /// Whether it was forwarded.
    pub forwarded: Forwarded,
    /// The product that it is about.
    pub product: Option<Product>,
}

/// Reads it. An id that cannot be one is as if it were not there: it costs the quotation, not the message.
pub(super) fn context(item: &Value, person: &Person, our_phone: Option<&str>) -> Context {
    let context = item.get("context").unwrap_or(&Value::Null);
    let id = |field: &str| id_of(context, field).ok().flatten();
    let flag = |name: &str| context.get(name).and_then(Value::as_bool) == Some(true);
    let product = context.get("referred_product").and_then(|product| {
        let product = Product {
            catalog_id: line_of(product, "catalog_id"),
            product_id: line_of(product, "product_retailer_id"),
        };
        (product.catalog_id.is_some() || product.product_id.is_some()).then_some(product)
    });
    let (provider_id, from) = (id("id"), id("from"));
    Context {
        forwarded: if flag("frequently_forwarded") {
            Forwarded::Often
        } else if flag("forwarded") {
            Forwarded::Yes
        } else {
            Forwarded::No
        },
        answers: provider_id.is_some().then(|| {
            Box::new(Answers {
                direction: from.and_then(|from| author(&from, person, our_phone)),
                provider_id,
            })
        }),
        product,
    }
}

fn author(from: &str, person: &Person, our_phone: Option<&str>) -> Option<Direction> {
    let digits: String = from.chars().filter(char::is_ascii_digit).collect();
    let is = |phone: Option<&str>| phone.is_some_and(|phone| !digits.is_empty() && phone == digits);
    if person.bsuid.as_deref() == Some(from) || is(person.phone.as_deref()) {
        Some(Direction::Inbound)
    } else if is(our_phone) {
        Some(Direction::Outbound)
    } else {
        None
    }
}

/// The advertisement or post that a message came from. Its picture stays with Meta.
pub(super) fn referral(item: &Value) -> Option<Referral> {
    let part = item.get("referral").filter(|part| part.is_object())?;
    let referral = Referral {
        kind: line_of(part, "source_type"),
        source_id: line_of(part, "source_id"),
        url: address_of(part, "source_url"),
        headline: line_of(part, "headline"),
        body: line_of(part, "body"),
        click_id: line_of(part, "ctwa_clid"),
    };
    (referral != Referral::default()).then_some(referral)
}
