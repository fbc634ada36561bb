//! Cards: a place, a person, an order, an advertisement. All of them are a title and lines.

use super::Part;
use crate::i18n::Key;
use crate::icons::Icon;
use crate::messages::{Card, Location, Order, Piece, Product, Referral, Reply, pieces};

/// Words of ours, or of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Ours, in the reader's language.
    Key(Key),
    /// Text from outside.
    Text(String),
}

/// A line of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub label: Option<String>,
    /// What it says.
    pub said: Said,
    /// Where it leads: `http` or `https`, nothing else.
    pub href: Option<String>,
}

impl Line {
    fn text(text: impl Into<String>) -> Self {
        Self {
            label: None,
            said: Said::Text(text.into()),
            href: None,
        }
    }

    fn linked(mut self, href: Option<&String>) -> Self {
        self.href = href.filter(|href| is_web(href)).cloned();
        self
    }
}

/// A title and lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyCard {
    /// What it is about.
    pub icon: Icon,
    /// Its name.
    pub title: Said,
    /// What else it says.
    pub lines: Vec<Line>,
}

fn card(icon: Icon, title: Said, lines: Vec<Line>) -> Part {
    Part::Card(BodyCard { icon, title, lines })
}

/// Whether a text is one web address and nothing else.
fn is_web(text: &str) -> bool {
    matches!(pieces(text)[..], [Piece::Link(_)])
}

fn or_key(text: Option<&String>, key: Key) -> Said {
    text.filter(|text| !text.trim().is_empty())
        .map_or(Said::Key(key), |text| Said::Text(text.clone()))
}

/// A place, with a way to see it on a map. No map is drawn: it would tell a third party who looks at what.
pub(super) fn of_location(place: &Location) -> Part {
    let is_number = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'))
    };
    let mut lines: Vec<Line> = place.address.iter().map(Line::text).collect();
    if is_number(&place.latitude) && is_number(&place.longitude) {
        let at = [&place.latitude, ",", &place.longitude].concat();
        lines.push(Line {
            label: None,
            said: Said::Key(Key::OpenMap),
            href: Some(["https://www.google.com/maps/search/?api=1&query=", &at].concat()),
        });
    }
    lines.extend(
        place
            .url
            .iter()
            .map(|url| Line::text(url).linked(Some(url))),
    );
    card(
        Icon::PLACE,
        or_key(place.name.as_ref(), Key::Location),
        lines,
    )
}

/// A contact card.
pub(super) fn of_contact(contact: &Card) -> Part {
    let lines = contact.details.iter().map(|detail| Line {
        label: detail.label.clone(),
        ..Line::text(&detail.value).linked(Some(&detail.value).filter(|_| detail.what == "url"))
    });
    card(
        Icon::PERSON,
        or_key(Some(&contact.name), Key::ContactCard),
        lines.collect(),
    )
}

/// An order: how many of what, for how much.
pub(super) fn of_order(order: &Order) -> Part {
    let lines = order.items.iter().map(|item| {
        let mut words = String::new();
        if let Some(quantity) = &item.quantity {
            words.push_str(quantity);
            words.push_str(" × ");
        }
        words.push_str(&item.product_id);
        if let Some(price) = &item.price {
            words.push_str(" · ");
            words.push_str(price);
            if let Some(currency) = &item.currency {
                words.push(' ');
                words.push_str(currency);
            }
        }
        Line::text(words)
    });
    card(Icon::CART, Said::Key(Key::Order), lines.collect())
}

/// What was filled in or chosen, beside its name.
pub(super) fn of_reply(reply: &Reply) -> Option<Part> {
    let filled = reply.values.iter().map(|filled| Line {
        label: Some(filled.name.clone()),
        ..Line::text(&filled.value)
    });
    let lines: Vec<Line> = reply
        .description
        .iter()
        .map(Line::text)
        .chain(filled)
        .collect();
    (!lines.is_empty()).then(|| card(Icon::TICK, Said::Key(Key::Answer), lines))
}

/// Where the customer comes from.
pub(super) fn of_referral(referral: &Referral) -> Part {
    let mut lines: Vec<Line> = referral.headline.iter().map(Line::text).collect();
    lines.extend(referral.body.iter().map(Line::text));
    lines.extend(
        referral
            .url
            .iter()
            .map(|url| Line::text(url).linked(Some(url))),
    );
    card(Icon::FORWARD, Said::Key(Key::FromAd), lines)
}

/// What the customer asks about.
pub(super) fn of_product(product: &Product) -> Part {
    let lines = product.product_id.iter().map(Line::text).collect();
    card(Icon::CART, Said::Key(Key::AboutProduct), lines)
}
