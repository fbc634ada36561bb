use super::*;
use app::ids::MessageId;

const TO: Recipient<'_> = Recipient {
    phone: Some("5511"),
    bsuid: Some("BR.1"),
};

fn body(content: &Value) -> Value {
    let draft: Draft = serde_json::from_value(json!({"content": content})).unwrap();
    draft.check(0).unwrap();
    let callback = Callback {
        message: MessageId::parse("msg_1").unwrap(),
        attempt: 2,
    };
    let named = Named {
        quoted: Some("wamid.q"),
        media: Some(UploadedMedia {
            provider_id: "77",
            kind: "document",
        }),
    };
    let body = message(&draft, TO, named, &callback).unwrap();
    assert_eq!(body["context"], json!({"message_id": "wamid.q"}));
    assert_eq!(body["biz_opaque_callback_data"], "msg_1.2");
    assert_eq!(
        (&body["to"], body.get("recipient")),
        (&json!("+5511"), None)
    );
    body[body["type"].as_str().unwrap()].clone()
}

#[test]
fn every_type_has_metas_form() {
    assert_eq!(
        body(&json!({"type": "text", "body": "see https://a.test"})),
        json!({"body": "see https://a.test", "preview_url": true})
    );
    assert_eq!(
        body(&json!({"type": "text", "body": "see a.test"}))["preview_url"],
        false
    );
    assert_eq!(
        body(&json!({"type": "location", "latitude": "-23.55", "longitude": "46", "name": "n"})),
        json!({"latitude": "-23.55", "longitude": "46", "name": "n"})
    );
    assert_eq!(
        body(
            &json!({"type": "contacts", "cards": [{"name": "Ana Maria Silva", "details": [
            {"what": "phone", "value": "+1", "label": "WORK", "waId": "1"}, {"what": "phone", "value": "+2"},
            {"what": "email", "value": "a@b"}, {"what": "address", "value": "Street 1"}, {"what": "url", "value": "https://a"},
            {"what": "company", "value": "Acme"}, {"what": "title", "value": "CEO"}, {"what": "birthday", "value": "2000-01-02"}]},
            {"name": "Bo"}]})
        ),
        json!([{"name": {"formatted_name": "Ana Maria Silva", "first_name": "Ana", "last_name": "Maria Silva"},
            "phones": [{"phone": "+1", "type": "WORK", "wa_id": "1"}, {"phone": "+2"}], "emails": [{"email": "a@b"}],
            "addresses": [{"street": "Street 1"}], "urls": [{"url": "https://a"}], "org": {"company": "Acme", "title": "CEO"},
            "birthday": "2000-01-02"}, {"name": {"formatted_name": "Bo", "first_name": "Bo"}}])
    );
    assert_eq!(
        body(
            &json!({"type": "buttons", "header": "h", "body": "b", "footer": "f", "buttons": [{"id": "1", "title": "Yes"}]})
        ),
        json!({"type": "button", "header": {"type": "text", "text": "h"}, "body": {"text": "b"}, "footer": {"text": "f"},
            "action": {"buttons": [{"type": "reply", "reply": {"id": "1", "title": "Yes"}}]}})
    );
    assert_eq!(
        body(
            &json!({"type": "list", "body": "b", "action": "Open", "rows": [{"id": "1", "title": "One", "section": "A"},
            {"id": "2", "title": "Two", "description": "d"}, {"id": "3", "title": "Three", "section": "B"}]})
        ),
        json!({"type": "list", "body": {"text": "b"}, "action": {"button": "Open", "sections": [
            {"title": "A", "rows": [{"id": "1", "title": "One"}, {"id": "2", "title": "Two", "description": "d"}]},
            {"title": "B", "rows": [{"id": "3", "title": "Three"}]}]}})
    );
    assert_eq!(
        body(&json!({"type": "link", "body": "b", "action": "Go", "url": "https://a.test"})),
        json!({"type": "cta_url", "body": {"text": "b"},
            "action": {"name": "cta_url", "parameters": {"display_text": "Go", "url": "https://a.test"}}})
    );
    assert_eq!(
        body(
            &json!({"type": "media", "media": "med_1", "caption": "c", "voice": true, "fileName": "a.pdf"})
        ),
        json!({"id": "77", "caption": "c", "filename": "a.pdf"})
    );
    let voice = UploadedMedia {
        provider_id: "78",
        kind: "audio",
    };
    assert_eq!(
        media::object(voice, Some("c"), true, Some("a.ogg")),
        json!({"id": "78", "voice": true})
    );
}

#[test]
fn a_template_has_its_parameters_in_their_places() {
    let content = json!({"type": "template", "name": "t", "language": "pt_BR", "values": {
        "header": [{"name": "1", "text": "h"}], "body": [{"name": "10", "text": "j"}, {"name": "2", "text": "b"}],
        "buttons": [{"index": 0, "kind": "URL", "text": "x"}, {"index": 2, "kind": "QUICK_REPLY", "text": "p"},
            {"index": 3, "kind": "COPY_CODE", "text": "c"}]}});
    let draft: DraftContent = serde_json::from_value(content).unwrap();
    let DraftContent::Template { values, .. } = draft else {
        panic!("a template")
    };
    let text = |text: &str| json!({"type": "text", "text": text});
    assert_eq!(
        template::template("t", "pt_BR", false, &values, None),
        json!({"name": "t", "language": {"code": "pt_BR"}, "components": [
            {"type": "header", "parameters": [text("h")]}, {"type": "body", "parameters": [text("b"), text("j")]},
            {"type": "button", "sub_type": "url", "index": "0", "parameters": [text("x")]},
            {"type": "button", "sub_type": "quick_reply", "index": "2", "parameters": [{"type": "payload", "payload": "p"}]},
            {"type": "button", "sub_type": "copy_code", "index": "3", "parameters": [{"type": "coupon_code", "coupon_code": "c"}]}]})
    );
    let file = UploadedMedia {
        provider_id: "77",
        kind: "image",
    };
    let named = template::template("t", "en", true, &values, Some(file));
    assert_eq!(
        named["components"][0]["parameters"],
        json!([{"type": "image", "image": {"id": "77"}}])
    );
    assert_eq!(
        named["components"][1]["parameters"][0]["parameter_name"],
        "10"
    );
    let bare = template::template(
        "t",
        "en",
        false,
        &app::templates::TemplateValues::default(),
        None,
    );
    assert_eq!(bare, json!({"name": "t", "language": {"code": "en"}}));
}

#[test]
fn signals_have_metas_form() {
    let user = Recipient {
        phone: None,
        bsuid: Some("BR.1"),
    };
    assert_eq!(
        reaction(user, "wamid.1", "", "x").unwrap(),
        json!({"messaging_product": "whatsapp", "recipient_type": "individual", "recipient": "BR.1", "type": "reaction",
            "reaction": {"message_id": "wamid.1", "emoji": ""}, "biz_opaque_callback_data": "x"})
    );
    assert_eq!(
        read_receipt("wamid.1", true),
        json!({"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.1", "typing_indicator": {"type": "text"}})
    );
    let nobody = Recipient {
        phone: None,
        bsuid: None,
    };
    assert!(reaction(nobody, "wamid.1", "x", "x").is_none());
}
