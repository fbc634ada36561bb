use super::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

const MESSAGE: &str = r#"{"id":"msg_1","conversationId":"conv_1","clientId":"c-1","direction":"OUTBOUND","kind":"text","text":"Olá \"😀\"","status":"FAILED","failure":{"code":"131026","sentence":"No.","retryable":true},"sentAt":-5,"waiting":{"reason":"RETRY","until":5,"sentence":"s"},"seq":9007199254740991}"#;
const BARE_MESSAGE: &str = r#"{"id":"msg_2","conversationId":"conv_1","direction":"INBOUND","kind":"image","status":"DELIVERED","sentAt":1763683200000,"seq":2}"#;
const WHOLE_MESSAGE: &str = r#"{"id":"msg_3","conversationId":"conv_1","direction":"INBOUND","kind":"image","text":"Look",
"content":{
"media":{"id":"med_1","mimeType":"image/jpeg","fileName":"a.jpg","size":9007199254740991,"state":"FAILED","failure":"No.","width":4294967295,"height":1,"durationMs":5,"voice":true,"animated":false,"thumbnail":true},
"location":{"latitude":"-23.5505","longitude":"46.63","name":"Home","address":"Street 1","url":"https://a.test"},
"cards":[{"name":"Ana","details":[{"what":"phone","value":"+1","label":"WORK","waId":"1"},{"what":"email","value":"a@b"}],"requested":true},{"name":""}],
"order":{"catalogId":"c","items":[{"productId":"p","quantity":"2","price":"1.50","currency":"BRL"},{"productId":"q"}]},
"reply":{"kind":"flow","id":"r","description":"d","values":[{"name":"n","value":"v"}]},
"interactive":{"kind":"list","header":"h","footer":"f","action":"Open","url":"https://a.test","choices":[{"id":"1","title":"One","description":"d","section":"s"},{"id":"2","title":"Two"}]},
"template":{"name":"t","language":"pt_BR","header":"h","footer":"f","buttons":[{"kind":"URL","text":"Go","value":"https://a.test"},{"kind":"QUICK_REPLY","text":"Yes"}]},
"system":{"kind":"user_changed_number","previous":"1","current":"2"},
"unsupported":{"kind":"gif","code":"131051","reason":"No."},
"referral":{"kind":"ad","sourceId":"1","url":"https://a.test","headline":"h","body":"b","clickId":"c"},
"product":{"catalogId":"c","productId":"p"}},
"quote":{"messageId":"msg_2","direction":"OUTBOUND","kind":"text","text":"Hi"},
"reactions":[{"emoji":"👍","by":"CONTACT","at":1},{"emoji":"❤️","by":"BUSINESS","at":2}],
"reactionFailure":{"code":"131009","sentence":"No.","retryable":false},"forwarded":"OFTEN","editedAt":3,"revokedAt":4,"status":"PLAYED","sentAt":1763683200000,"seq":2}"#;
const SPARSE_MESSAGE: &str = r#"{"id":"msg_3","conversationId":"conv_1","direction":"INBOUND","kind":"order",
"content":{"media":{"id":"med_1","mimeType":"","state":"PENDING","voice":false,"animated":false,"thumbnail":false},
"cards":[],"order":{},"reply":{"kind":"button"},"interactive":{"kind":"button"},"template":{"name":"t","language":"en"},
"system":{"kind":"other"},"unsupported":{},"referral":{},"product":{}},"quote":{},"forwarded":"YES",
"status":"DELIVERED","sentAt":1763683200000,"seq":2}"#;
const ROW: &str = r#"{"id":"conv_1","numberId":"wn_1","contact":{"id":"ct_1","ownName":"Aunt Ana","name":"Ana","phone":"+1","username":"ana","userId":"u"},"unread":4294967295,"lastMessageAt":5,"lastInboundAt":4,"preview":{"direction":"INBOUND","kind":"text","text":"Hi","status":"READ"},"seq":7,"state":"snoozed","snoozedUntil":9,"assignee":{"id":"op_1","name":"Ana"},"labels":["lb_1","lb_2"],"pinned":true,"detailsSeq":6}"#;
const BARE_ROW: &str = r#"{"id":"conv_2","numberId":"wn_1","contact":{"id":"ct_2"},"unread":0,"lastMessageAt":0,"lastInboundAt":null,"preview":{"direction":"OUTBOUND","kind":"poll","status":"QUEUED"},"seq":0}"#;
const ACTIVITY: &str = r#"{"id":"msg_4","conversationId":"conv_1","direction":"INTERNAL","kind":"activity","content":{"activity":{"what":"snoozed","by":"Ana","whom":"Bruno","until":5,"label":"VIP","cause":"time"}},"status":"SENT","sentAt":1763683200000,"seq":2}"#;
const NOTE: &str = r#"{"id":"msg_5","conversationId":"conv_1","clientId":"c-5","direction":"INTERNAL","kind":"note","text":"@Ana look","content":{"note":{"author":{"id":"op_1","name":"Bruno"},"mentions":[{"id":"op_2","name":"Ana"}]}},"status":"SENT","sentAt":1763683200000,"seq":2}"#;
const BARE_NOTE: &str = r#"{"id":"msg_6","conversationId":"conv_1","direction":"INTERNAL","kind":"note","text":"look","content":{"note":{}},"status":"SENT","sentAt":1763683200000,"seq":2}"#;
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
    for message in [
        MESSAGE,
        BARE_MESSAGE,
        WHOLE_MESSAGE,
        SPARSE_MESSAGE,
        ACTIVITY,
        NOTE,
        BARE_NOTE,
    ] {
        agree::<Message>(message);
    }
    for doing in ["looking", "typing", "gone"] {
        agree::<crate::presence::Here>(&format!(
            r#"{{"conversationId":"conv_1","operator":{{"id":"op_1","name":"Ana"}},"doing":"{doing}"}}"#
        ));
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
    agree::<ContactDetails>(&format!(
        r#"{{"conversation":{ROW},"fields":[{{"name":"City","value":"Lisbon"}}],"others":[{BARE_ROW}]}}"#
    ));
    agree::<ContactDetails>(&format!(r#"{{"conversation":{BARE_ROW}}}"#));
    agree::<QuickReplies>(
        r#"{"items":[{"id":"qr_1","shortcut":"hi","text":"Hi {{contact.name}}"}],"operator":"Ana"}"#,
    );
    agree::<QuickReplies>(r#"{"items":[]}"#);
    agree::<Vec<MediaLink>>(
        r#"[{"id":"med_1","url":"/media/a","thumbnail":"/media/b","download":"/media/c","expiresAt":5},
            {"id":"med_2","url":"","download":"","expiresAt":0}]"#,
    );
    agree::<UploadedMedia>(
        r#"{"id":"med_1","mimeType":"image/png","size":9007199254740991,"width":1,"height":2,"durationMs":3}"#,
    );
    agree::<UploadedMedia>(r#"{"id":"med_1","mimeType":"","size":0}"#);
    let numbers = r#"[{"id":"wn_1","name":"Sales","phone":"15550100"},{"id":"wn_2","name":"","phone":"1","refusal":"No."}]"#;
    agree::<MessageTemplate>(
        r#"{"name":"t","language":"en","category":"UTILITY","status":"APPROVED","named":true,"headerFormat":"TEXT","header":"h",
"body":"b","footer":"f","buttons":[{"kind":"URL","text":"Go","value":"https://a.test"},{"kind":"QUICK_REPLY","text":"Yes"}]}"#,
    );
    agree::<MessageTemplate>(
        r#"{"name":"t","language":"en","category":"","status":"","named":false,"body":"b"}"#,
    );
    agree::<Totals>(
        r#"{"cursor":5,"unreadTotal":4,"counts":{"all":1,"unread":1,"mine":2,"unassigned":3,"snoozed":4,"resolved":5}}"#,
    );
    agree::<Brand>(BRAND);
    agree::<Brand>(r#"{"footer":false,"light":[],"dark":[]}"#);
    let rest = format!(r#""unreadTotal":9,"cursor":12,"session":{SESSION},"brand":{BRAND}"#);
    for open in [
        String::new(),
        r#""open":null,"#.to_owned(),
        format!(r#""open":{{"conversation":{ROW},"messages":{messages}}},"#),
    ] {
        for me in [
            "",
            r#","me":{"id":"op_1","name":"Ana"},"counts":{"all":100,"unread":1,"mine":2,"unassigned":3,"snoozed":4,"resolved":5},"labels":[{"id":"lb_1","name":"VIP","colour":"danger"},{"id":"lb_2","name":"New","colour":"ok","numbers":["wn_1"],"shared":true}]"#,
            r#","me":{"id":"op_1","name":"Ana","email":"a@b.test"},"readOnly":true"#,
        ] {
            agree::<Bootstrap>(&format!(
                r#"{{"numbers":{numbers},"conversations":{rows},{open}{rest}{me}}}"#
            ));
        }
    }
}

#[test]
fn every_word_means_the_same_to_the_browser_as_to_serde() {
    for status in ["QUEUED", "SENT", "FAILED", "DELIVERED", "READ", "PLAYED"] {
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
                        console: !embedded,
                    })
                    .unwrap(),
                );
            }
        }
    }
}

#[test]
fn a_part_of_another_shape_is_refused_by_both() {
    for (right, wrong) in [
        (r#""med_1""#, r#""med/1""#),
        (r#""FAILED""#, r#""LOST""#),
        (r#""OFTEN""#, r#""ALWAYS""#),
        (r#""CONTACT""#, r#""NOBODY""#),
        (r#""voice":true"#, r#""voice":1"#),
        (r#""-23.5505""#, "-23.5505"),
        (r#""requested":true"#, r#""requested":"yes""#),
        (r#""width":4294967295"#, r#""width":4294967296"#),
        (r#""what":"phone","#, ""),
        (r#""values":["#, r#""values":[5,"#),
    ] {
        let json = WHOLE_MESSAGE.replace(right, wrong);
        assert_ne!(json, WHOLE_MESSAGE, "{right}");
        assert_eq!(parse::<Message>(&json), None, "{json}");
        assert!(serde_json::from_str::<Message>(&json).is_err(), "{json}");
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
