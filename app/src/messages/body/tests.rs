use super::file::{box_of, short_type};
use super::*;
use crate::ids::MediaId;
use crate::messages::{
    Card, CardDetail, Choice, Filled, Interactive, Location, MediaState, Order, OrderItem,
    Referral, Reply, Template, TemplateButton, Unsupported,
};

fn body(kind: &str, text: Option<&str>, content: Content) -> Body {
    Body {
        kind: kind.into(),
        text: text.map(Into::into),
        content: content.boxed(),
        ..Body::default()
    }
}

fn media(mime_type: &str) -> Media {
    let id = MediaId::parse("med_1").unwrap();
    Media::bare(id, mime_type, MediaState::Ready)
}

fn words(text: &str) -> Part {
    Part::Words(text.into())
}

fn only_card(body: &Body) -> BodyCard {
    let parts = body.parts();
    let mut cards = parts.into_iter().filter_map(|part| match part {
        Part::Card(card) => Some(card),
        _ => None,
    });
    let card = cards.next().expect("a card");
    assert_eq!(cards.next(), None);
    card
}

#[test]
fn words_are_words_and_what_is_not_known_has_a_placeholder() {
    for kind in ["text", "button", "interactive", "system"] {
        assert_eq!(
            body(kind, Some("Hi"), Content::default()).parts(),
            [words("Hi")]
        );
    }
    assert_eq!(
        body("text", None, Content::default()).parts(),
        [Part::Placeholder(None)],
        "never an empty bubble"
    );
    assert_eq!(
        body("poll_of_the_future", None, Content::default()).parts(),
        [Part::Placeholder(None)]
    );
    let why = Content {
        unsupported: Some(Unsupported {
            kind: Some("gif".into()),
            code: Some("131051".into()),
            reason: Some("Message type unknown".into()),
        }),
        ..Content::default()
    };
    assert_eq!(
        body("unsupported", None, why).parts(),
        [Part::Placeholder(Some("Message type unknown".into()))]
    );
}

#[test]
fn a_file_stands_over_its_caption() {
    let content = || Content {
        media: Some(media("image/jpeg")),
        ..Content::default()
    };
    let picture = Part::File(media("image/jpeg"));
    assert_eq!(
        body("image", Some("Look"), content()).parts(),
        [picture.clone(), words("Look")]
    );
    for nothing in [None, Some("")] {
        let parts = body("image", nothing, content()).parts();
        assert_eq!(parts, std::slice::from_ref(&picture));
    }
}

#[test]
fn what_was_taken_back_shows_nothing_else() {
    let mut gone = body("text", Some("A secret"), Content::default());
    gone.revoked = true;
    gone.forwarded = Forwarded::Often;
    assert_eq!(gone.parts(), [Part::Gone]);
}

#[test]
fn tags_and_quotes_come_first() {
    let quote = Quote {
        text: Some("Before".into()),
        ..Quote::default()
    };
    let mut answer = body("text", Some("Yes"), Content::default());
    answer.quote = Some(Box::new(quote.clone()));
    answer.forwarded = Forwarded::Yes;
    assert_eq!(
        answer.parts(),
        [Part::Tag(Key::Forwarded), Part::Quote(quote), words("Yes")]
    );
}

#[test]
fn a_place_leads_to_a_map_only_by_numbers() {
    let place = |latitude: &str, url: Option<&str>| {
        let location = Location {
            latitude: latitude.into(),
            longitude: "-46.6".into(),
            name: Some("Shop".into()),
            address: Some("1 Main St".into()),
            url: url.map(Into::into),
        };
        let content = Content {
            location: Some(location),
            ..Content::default()
        };
        only_card(&body("location", Some("Shop"), content))
    };
    let links = |card: &BodyCard| {
        card.lines
            .iter()
            .filter_map(|line| line.href.clone())
            .collect::<Vec<_>>()
    };
    let good = place("-23.5", Some("https://shop.example"));
    assert_eq!(good.title, Said::Text("Shop".into()));
    assert_eq!(
        links(&good),
        [
            "https://www.google.com/maps/search/?api=1&query=-23.5,-46.6",
            "https://shop.example"
        ]
    );
    for url in [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://a b",
        "//shop.example",
        " https://shop.example",
    ] {
        let bad = place("-23.5&q=x", Some(url));
        assert_eq!(links(&bad), Vec::<String>::new(), "{url}");
    }
}

#[test]
fn cards_say_all_lines_and_link_only_to_the_web() {
    let detail = |what: &str, value: &str| CardDetail {
        what: what.into(),
        value: value.into(),
        label: None,
        wa_id: None,
    };
    let ana = Card {
        name: " ".into(),
        details: vec![
            detail("phone", "+55 11 9"),
            detail("url", "https://ana.example"),
            detail("url", "javascript:alert(1)"),
            detail("email", "https://not-a-link.example"),
        ],
        requested: false,
    };
    let content = Content {
        cards: vec![ana],
        ..Content::default()
    };
    let card = only_card(&body("contacts", Some("Ana"), content));
    assert_eq!(card.title, Said::Key(Key::ContactCard));
    let hrefs: Vec<_> = card.lines.iter().map(|line| line.href.as_deref()).collect();
    assert_eq!(hrefs, [None, Some("https://ana.example"), None, None]);
}

#[test]
fn an_order_lists_its_items() {
    let item = OrderItem {
        product_id: "lamp-1".into(),
        quantity: Some("2".into()),
        price: Some("10.5".into()),
        currency: Some("BRL".into()),
    };
    let bare = OrderItem {
        quantity: None,
        price: None,
        currency: Some("BRL".into()),
        ..item.clone()
    };
    let content = Content {
        order: Some(Order {
            catalog_id: None,
            items: vec![item, bare],
        }),
        ..Content::default()
    };
    let order = body("order", Some("Please"), content);
    assert_eq!(order.parts()[0], words("Please"));
    let said: Vec<_> = only_card(&order)
        .lines
        .into_iter()
        .map(|line| line.said)
        .collect();
    assert_eq!(
        said,
        [
            Said::Text("2 × lamp-1 · 10.5 BRL".into()),
            Said::Text("lamp-1".into())
        ]
    );
}

#[test]
fn a_form_shows_what_was_filled_in() {
    let reply = Reply {
        kind: "flow".into(),
        id: None,
        description: None,
        values: vec![Filled {
            name: "size".into(),
            value: "M".into(),
        }],
    };
    let content = Content {
        reply: Some(reply),
        ..Content::default()
    };
    let card = only_card(&body("interactive", Some("Sent"), content));
    assert_eq!(card.lines[0].label.as_deref(), Some("size"));
    let bare = Content {
        reply: Some(Reply {
            kind: "button".into(),
            id: Some("yes".into()),
            description: None,
            values: Vec::new(),
        }),
        ..Content::default()
    };
    assert_eq!(
        body("interactive", Some("Yes"), bare).parts(),
        [words("Yes")]
    );
}

#[test]
fn templates_and_offers_show_head_body_foot_and_buttons() {
    let template = Template {
        name: "order_update".into(),
        language: "en".into(),
        header: Some("Order".into()),
        footer: Some("Acme".into()),
        buttons: vec![TemplateButton {
            kind: "URL".into(),
            text: "Track".into(),
            value: None,
        }],
    };
    let content = Content {
        template: Some(template),
        ..Content::default()
    };
    assert_eq!(
        body("template", Some("On its way"), content).parts(),
        [
            Part::Heading("Order".into()),
            words("On its way"),
            Part::Small("Acme".into()),
            Part::Buttons(vec!["Track".into()])
        ]
    );
    let choice = Choice {
        id: "1".into(),
        title: "Red".into(),
        description: None,
        section: None,
    };
    let offered = Interactive {
        kind: "list".into(),
        header: None,
        footer: None,
        action: Some("Choose".into()),
        url: None,
        choices: vec![choice.clone()],
    };
    let content = Content {
        interactive: Some(offered),
        ..Content::default()
    };
    assert_eq!(
        body("interactive", Some("Which?"), content).parts(),
        [words("Which?"), Part::List("Choose".into(), vec![choice])]
    );
}

#[test]
fn an_advertisement_stands_beside_the_message() {
    let content = Content {
        referral: Some(Referral {
            headline: Some("Lamps".into()),
            url: Some("https://fb.example/1".into()),
            ..Referral::default()
        }),
        ..Content::default()
    };
    let came = body("text", Some("Hi"), content);
    assert_eq!(came.parts().len(), 2);
    assert_eq!(
        only_card(&came).lines[1].href.as_deref(),
        Some("https://fb.example/1")
    );
}

#[test]
fn boxes_keep_their_shape_within_what_there_is() {
    assert_eq!(box_of("image", Some(3200), Some(1600)), (320, 160));
    assert_eq!(box_of("image", Some(600), Some(3400)), (60, 340));
    assert_eq!(
        box_of("image", Some(100), Some(80)),
        (100, 80),
        "never blown up"
    );
    assert_eq!(box_of("image", Some(9000), Some(1)), (320, 48));
    assert_eq!(box_of("image", Some(1), Some(u32::MAX)), (48, 340));
    assert_eq!(box_of("sticker", Some(512), Some(512)), (160, 160));
    for unknown in [(None, None), (Some(0), Some(5)), (Some(5), None)] {
        assert_eq!(box_of("image", unknown.0, unknown.1), (280, 180));
    }
}

#[test]
fn types_have_short_names_or_none() {
    assert_eq!(short_type("application/pdf"), "PDF");
    assert_eq!(short_type("application/msword"), "DOC");
    assert_eq!(short_type("application/x-very-long"), "");
    assert_eq!(short_type("nonsense"), "");
}
