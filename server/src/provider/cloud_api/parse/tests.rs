use super::*;
use crate::ingest::{Callback, IncomingMessage};
use app::messages::{DeliveryStatus, Direction};
use serde_json::json;

fn body(field: &str, value: Value) -> Vec<u8> {
    json!({"object": "whatsapp_business_account", "entry": [{"id": "777", "changes": [{"field": field, "value": value}]}]})
        .to_string()
        .into_bytes()
}

fn value(mut extra: Value) -> Value {
    extra["metadata"] = json!({"display_phone_number": "5511", "phone_number_id": "100"});
    extra
}

fn only_message(parsed: &Parsed) -> &IncomingMessage {
    match parsed.changes[0].changes.as_slice() {
        [Change::Message(message)] => message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_text_with_everything() {
    let parsed = parse(&body("messages", value(json!({
        "contacts": [
            {"wa_id": "1", "profile": {"name": "Someone else"}},
            {"wa_id": "5511999", "user_id": "BR.abc", "profile": {"name": "Ana", "username": "@ana"}}
        ],
        "messages": [{"id": "wamid.1", "from": "5511999", "timestamp": "1700000000", "type": "text",
                      "text": {"body": "ol\u{0} <b>"}, "unheard_of": [1]}]
    }))))
    .unwrap();
    let message = only_message(&parsed);
    assert_eq!(message.person.name.as_deref(), Some("Ana"));
    assert_eq!(message.person.bsuid.as_deref(), Some("BR.abc"));
    assert_eq!(message.person.username.as_deref(), Some("ana"));
    assert_eq!(message.text.as_deref(), Some("ol\u{fffd} <b>"));
    assert_eq!(message.timestamp, 1_700_000_000);
    assert!(parsed.unreadable.is_empty());
}

#[test]
fn a_phone_may_be_missing_and_from_may_be_a_user_id() {
    for message in [
        json!({"id": "w", "from_user_id": "BR.1", "timestamp": 1_700_000_000, "type": "text", "text": {"body": "x"}}),
        json!({"id": "w", "from": "BR.1", "type": "text", "text": {"body": "x"}}),
    ] {
        let parsed = parse(&body("messages", value(json!({"messages": [message]})))).unwrap();
        let person = &only_message(&parsed).person;
        assert_eq!(
            (person.bsuid.as_deref(), person.phone.as_deref()),
            (Some("BR.1"), None)
        );
    }
}

#[test]
fn one_unreadable_item_does_not_cost_the_others() {
    let parsed = parse(&body("messages", value(json!({
        "messages": [{"type": "text"}, 7, {"id": "w", "from": "1", "type": "hologram", "hologram": {}}],
        "statuses": "none"
    }))))
    .unwrap();
    assert_eq!(only_message(&parsed).kind, "hologram");
    assert_eq!(parsed.unreadable.len(), 3);
}

#[test]
fn ids_that_no_database_takes_make_their_item_unreadable() {
    let text = |id: &str, from: &str| json!({"id": id, "from": from, "type": "text", "text": {"body": "x"}});
    let long = "9".repeat(513);
    let parsed = parse(&body("messages", value(json!({
        "contacts": [{"wa_id": "5\u{0}", "profile": {"name": "Nobody"}}, {"wa_id": "5", "user_id": "BR.\u{0}"}],
        "messages": [
            text("w\u{0}", "1"), text("w", "5511\u{0}999"), text(&long, "1"), text("w", &long), text("w", "5"),
            {"id": "w", "from_user_id": "BR.\u{0}", "type": "text", "text": {"body": "x"}},
            text("wamid.good", "1")
        ],
        "statuses": [{"id": "w\u{0}", "status": "read"}]
    }))))
    .unwrap();
    assert_eq!(only_message(&parsed).provider_id, "wamid.good");
    assert_eq!(parsed.unreadable.len(), 7, "{:?}", parsed.unreadable);
    // What everything else is sorted by costs all of it.
    let mut of_nobody = value(json!({"messages": [text("w", "1")]}));
    of_nobody["metadata"]["phone_number_id"] = "10\u{0}0".into();
    let parsed = parse(&body("messages", of_nobody)).unwrap();
    assert_eq!((parsed.changes.len(), parsed.unreadable.len()), (0, 1));
    let mut account =
        json!({"object": "whatsapp_business_account", "entry": [{"id": "7\u{0}", "changes": []}]});
    assert_eq!(
        parse(account.to_string().as_bytes()).unwrap().unreadable,
        ["an id has a NUL character"]
    );
    account["entry"][0]["id"] = long.into();
    assert_eq!(
        parse(account.to_string().as_bytes()).unwrap().unreadable,
        ["an id is too long"]
    );
}

#[test]
fn a_text_cut_within_a_character_costs_nothing_else() {
    let cut = String::from_utf8(body(
        "messages",
        value(json!({"messages": [
            {"id": "w", "from": "1", "type": "text", "text": {"body": "CUT"}}
        ]})),
    ))
    .unwrap()
    .replace("CUT", r"hi \ud83d");
    let parsed = parse(cut.as_bytes()).unwrap();
    assert_eq!(only_message(&parsed).text.as_deref(), Some("hi \u{fffd}"));
}

#[test]
fn times_that_cannot_be_are_taken_for_now() {
    let now = now_ms() / 1000;
    let times = [
        json!(-1),
        json!(0),
        json!(i64::MIN),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(1e300),
        json!(1.5),
        json!(now + 100_000),
        json!("-1"),
        json!("9223372036854775808"),
        json!("99999999999999"),
        json!(""),
        json!(" 1700000000"),
        json!("soon"),
        json!(null),
        json!(true),
        json!([1_700_000_000]),
    ];
    for at in times {
        let message =
            json!({"id": "w", "from": "1", "type": "text", "text": {"body": "x"}, "timestamp": at});
        let status = json!({"id": "w", "status": "read", "timestamp": at});
        let parsed = parse(&body(
            "messages",
            value(json!({"messages": [message], "statuses": [status]})),
        ))
        .unwrap();
        let [Change::Message(message), Change::Status(status)] = &parsed.changes[0].changes[..]
        else {
            panic!("{at}: {parsed:?}")
        };
        for taken in [message.timestamp, status.timestamp] {
            assert!((now..now + 60).contains(&taken), "{at}: {taken}");
        }
    }
}

#[test]
fn statuses_of_calls_are_not_statuses_of_messages() {
    let parsed = parse(&body(
        "calls",
        value(json!({"statuses": [{"id": "wacid.1", "status": "delivered"}]})),
    ))
    .unwrap();
    assert!(parsed.changes.is_empty());
    assert_eq!(parsed.ignored, 1);
}

#[test]
fn statuses_carry_our_id_and_the_reason() {
    let parsed = parse(&body("messages", value(json!({"statuses": [
        {"id": "w", "status": "failed", "timestamp": "1700000000", "biz_opaque_callback_data": "msg_1",
         "errors": [{"code": 131_047, "title": "Re-engagement message"}]},
        {"id": "w", "status": "played"},
        {"id": "w", "status": "warning"}
    ]}))))
    .unwrap();
    let [Change::Status(failed), Change::Status(played)] = parsed.changes[0].changes.as_slice()
    else {
        panic!("{parsed:?}")
    };
    assert_eq!(failed.callback, Callback::parse("msg_1"));
    assert_eq!(failed.failure.as_ref().unwrap().code, "131047");
    assert!(!failed.failure.as_ref().unwrap().retryable);
    assert_eq!(played.status, DeliveryStatus::Played);
    assert_eq!(parsed.ignored, 1);
}

#[test]
fn a_digest_is_read_in_both_spellings() {
    const BASE64: &str = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    const HEX: &str = "E3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let nothing = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, b"");
    for (written, is_read) in [
        (BASE64, true),
        (HEX, true),
        ("", false),
        ("AAAA", false),
        (&BASE64[1..], false),
        (&HEX[1..], false),
        (&HEX.replace('e', "g"), false),
        (&"é".repeat(32), false),
    ] {
        let image = json!({"id": "7", "mime_type": "Image/JPEG; q=1", "sha256": written, "url": "https://x"});
        let message = json!({"id": "w", "from": "1", "type": "image", "image": image});
        let parsed = parse(&body("messages", value(json!({"messages": [message]})))).unwrap();
        let media = only_message(&parsed).media.as_deref().unwrap();
        let expected: Option<[u8; 32]> = is_read.then(|| nothing.as_ref().try_into().unwrap());
        assert_eq!(media.sha256, expected, "{written}");
        assert_eq!(media.mime_type, "Image/JPEG; q=1");
    }
}

#[test]
fn echoes_are_ours() {
    let parsed = parse(&body("smb_message_echoes", value(json!({"message_echoes": [
        {"id": "w", "from": "5511", "to": "5599", "timestamp": "1700000000", "type": "text", "text": {"body": "from the phone"}}
    ]}))))
    .unwrap();
    let message = only_message(&parsed);
    assert_eq!(message.direction, Direction::Outbound);
    assert_eq!(message.person.phone.as_deref(), Some("5599"));
}

#[test]
fn other_bodies_are_ignored_or_reported() {
    assert!(parse(b"{").is_err());
    assert_eq!(
        parse(br#"{"object":"page","entry":[]}"#).unwrap().ignored,
        1
    );
    for odd in [
        r"{}",
        r"[]",
        r#""x""#,
        r#"{"object":"whatsapp_business_account"}"#,
        r#"{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages"}]}]}"#,
    ] {
        let parsed = parse(odd.as_bytes()).unwrap();
        assert_eq!(parsed.unreadable.len(), 1, "{odd}");
    }
}

#[test]
fn labels_carry_what_can_be_read() {
    for (kind, part, text) in [
        ("image", json!({"caption": "Look"}), Some("Look")),
        ("image", json!({}), None),
        ("document", json!({"filename": "a.pdf"}), Some("a.pdf")),
        (
            "interactive",
            json!({"type": "list_reply", "list_reply": {"title": "Large"}}),
            Some("Large"),
        ),
        ("reaction", json!({"emoji": ""}), None),
        (
            "contacts",
            json!([{"name": {"formatted_name": "Bo"}}]),
            Some("Bo"),
        ),
    ] {
        let mut message = json!({"id": "w", "from": "1", "type": kind});
        message[kind] = part;
        let parsed = parse(&body("messages", value(json!({"messages": [message]})))).unwrap();
        assert_eq!(only_message(&parsed).text.as_deref(), text, "{kind}");
    }
}
