use super::*;
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
    assert_eq!(played.status, DeliveryStatus::Read);
    assert_eq!(parsed.ignored, 1);
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
