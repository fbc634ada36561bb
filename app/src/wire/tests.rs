use super::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

const MESSAGE: &str = r#"{"id":"msg_1","conversationId":"conv_1","clientId":"c-1","direction":"OUTBOUND","kind":"text","text":"Olá \"😀\"","status":"FAILED","failure":{"code":"131026","sentence":"No.","retryable":true},"sentAt":-5,"seq":9007199254740991}"#;
const BARE_MESSAGE: &str = r#"{"id":"msg_2","conversationId":"conv_1","direction":"INBOUND","kind":"image","status":"DELIVERED","sentAt":1763683200000,"seq":2}"#;
const ROW: &str = r#"{"id":"conv_1","numberId":"wn_1","contact":{"id":"ct_1","name":"Ana","phone":"+1","username":"ana","userId":"u"},"unread":4294967295,"lastMessageAt":5,"lastInboundAt":4,"preview":{"direction":"INBOUND","kind":"text","text":"Hi","status":"READ"},"seq":7}"#;
const BARE_ROW: &str = r#"{"id":"conv_2","numberId":"wn_1","contact":{"id":"ct_2"},"unread":0,"lastMessageAt":0,"lastInboundAt":null,"preview":{"direction":"OUTBOUND","kind":"poll","status":"QUEUED"},"seq":0}"#;
const BRAND: &str = r##"{"name":"Acme","subtitle":"<b>","logo":"https://cdn.acme.test/l.png","support":null,"footer":true,"light":["#000000"],"dark":[]}"##;
const SESSION: &str = r#"{"now":1,"issuedAt":2,"expiresAt":3,"sessionEndsAt":4}"#;

/// Both readers understand the text, what the server writes of it too, and mean the same.
fn agree<T: Wire + Serialize + DeserializeOwned + PartialEq + Debug>(json: &str) {
    let read: T = parse(json).unwrap();
    assert_eq!(read, serde_json::from_str::<T>(json).unwrap(), "{json}");
    let written = serde_json::to_string(&read).unwrap();
    assert_eq!(parse::<T>(&written), Some(read), "{written}");
}

#[test]
fn every_answer_means_the_same_to_the_browser_as_to_serde() {
    for message in [MESSAGE, BARE_MESSAGE] {
        agree::<Message>(message);
    }
    for row in [ROW, BARE_ROW] {
        agree::<Conversation>(row);
        agree::<MarkedRead>(&format!(r#"{{"conversation":{row},"unreadTotal":3}}"#));
    }
    let messages = format!(r#"{{"items":[{MESSAGE},{BARE_MESSAGE}],"older":"a","newer":"b"}}"#);
    let rows = format!(r#"{{"items":[{ROW},{BARE_ROW}],"older":"a","newer":null}}"#);
    agree::<MessagePage>(&messages);
    agree::<MessagePage>(r#"{"items":[]}"#);
    agree::<ConversationPage>(&rows);
    agree::<ConversationPage>(r#"{"items":[],"older":null,"newer":"n"}"#);
    agree::<SearchPage>(&format!(
        r#"{{"conversations":[{ROW}],"messages":[{{"message":{MESSAGE},"conversation":{BARE_ROW}}}],"older":"a"}}"#
    ));
    agree::<SearchPage>(r#"{"conversations":[],"messages":[]}"#);
    let numbers = r#"[{"id":"wn_1","name":"Sales","phone":"15550100"}]"#;
    agree::<Brand>(BRAND);
    agree::<Brand>(r#"{"footer":false,"light":[],"dark":[]}"#);
    let rest = format!(r#""unreadTotal":9,"cursor":12,"session":{SESSION},"brand":{BRAND}"#);
    for open in [
        String::new(),
        r#""open":null,"#.to_owned(),
        format!(r#""open":{{"conversation":{ROW},"messages":{messages}}},"#),
    ] {
        agree::<Bootstrap>(&format!(
            r#"{{"numbers":{numbers},"conversations":{rows},{open}{rest}}}"#
        ));
    }
}

#[test]
fn every_word_means_the_same_to_the_browser_as_to_serde() {
    for status in ["QUEUED", "SENT", "FAILED", "DELIVERED", "READ"] {
        agree::<DeliveryStatus>(&format!("{status:?}"));
    }
    for code in [
        "TOKEN_EXPIRED",
        "ORIGIN_NOT_ALLOWED",
        "TRANSPORT",
        "NEW_ONE",
    ] {
        agree::<ApiError>(&format!(r#"{{"error":"No.","code":"{code}"}}"#));
        agree::<ApiError>(&format!(
            r#"{{"error":"No.","code":"{code}","field":"text"}}"#
        ));
    }
    for theme in Theme::ALL {
        for locale in Locale::ALL {
            for embedded in [true, false] {
                agree::<Boot>(
                    &serde_json::to_string(&Boot {
                        locale,
                        theme,
                        embedded,
                    })
                    .unwrap(),
                );
            }
        }
    }
}

#[test]
fn what_is_of_another_shape_is_refused_by_both() {
    for json in [
        "",
        "null",
        "[]",
        r#""conv_1""#,
        &ROW.replace("conv_1", "conv 1"),
        &ROW.replace("INBOUND", "SIDEWAYS"),
        &ROW.replace("4294967295", "4294967296"),
        &ROW.replace("4294967295", "-1"),
        &ROW.replace("4294967295", "1.5"),
        &ROW.replace(r#""seq":7"#, r#""sequence":7"#),
        &ROW.replace(r#""Ana""#, "5"),
    ] {
        assert_eq!(parse::<Conversation>(json), None, "{json}");
        assert!(
            serde_json::from_str::<Conversation>(json).is_err(),
            "{json}"
        );
    }
}
