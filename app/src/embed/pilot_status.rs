//! The `pilot-status-embed` dialect: an envelope `{source, v, type, payload}`.

use super::dialect::token;
use super::json::{member, text_member};
use super::{HostCommand, HostEvent, Target};
use crate::boot::Theme;
use crate::context::{FieldNames, Record, phone_digits};
use crate::i18n::Locale;
use crate::ids::ConversationId;
use crate::wire::{Json, field};

/// What marks a message as one of ours.
const SOURCE: &str = "pilot-status-embed";
/// The only version there is; others are ignored.
const VERSION: u32 = 1;
/// How every message of ours begins.
const BEGIN: &str = r#"{"source":"pilot-status-embed","v":1,"type":""#;

const CONTEXT: FieldNames = FieldNames {
    kind: "type",
    id: "id",
    name: "name",
    data: "data",
};

/// Reads a message; `None` if it is not ours, of another version, unknown, or lacks what its type needs.
pub fn read(message: &Json) -> Option<HostCommand> {
    let source: String = field(message, "source")?;
    let version: u32 = field(message, "v")?;
    if source != SOURCE || version != VERSION {
        return None;
    }
    let kind: String = field(message, "type")?;
    let payload = message.field("payload");
    let locale: Option<Locale> = field(&payload, "locale")?;
    let theme: Option<Theme> = field(&payload, "theme")?;
    match kind.as_str() {
        "init" => Some(HostCommand::Init {
            token: token(&payload)?,
            locale,
            theme,
            renews: payload.field("renews").flag() == Some(true),
        }),
        "renew" => token(&payload).map(HostCommand::Renew),
        "set-theme" => theme.map(HostCommand::SetTheme),
        "set-locale" => locale.map(HostCommand::SetLocale),
        "open-conversation" => target(&payload).map(HostCommand::Open),
        "set-context" => {
            Record::read(&payload.field("context"), &CONTEXT).map(HostCommand::SetContext)
        }
        _ => None,
    }
}

/// The id counts where there are both.
fn target(payload: &Json) -> Option<Target> {
    let id: Option<ConversationId> = field(payload, "conversationId")?;
    if let Some(id) = id {
        return Some(Target::Conversation(id));
    }
    let phone = payload.field("phone").scalar(64)?;
    phone_digits(&phone).map(Target::Phone)
}

/// Writes a message (as JSON); `None` for what the dialect has no word for.
pub fn write(event: &HostEvent) -> Option<String> {
    let (kind, payload) = match event {
        HostEvent::Ready => ("ready", String::new()),
        HostEvent::Resize(height) => ("resize", member("height", &height.to_string())),
        HostEvent::UnreadCount(count) => ("chat:unread-count", member("count", &count.to_string())),
        HostEvent::ConversationOpened(id) => (
            "chat:conversation-opened",
            text_member("conversationId", id.as_str()),
        ),
        HostEvent::TokenNeeded => ("token-needed", String::new()),
        HostEvent::SessionExpired => ("session-expired", String::new()),
        HostEvent::Error { code, message } => (
            "error",
            [
                &text_member("code", code),
                ",",
                &text_member("message", message),
            ]
            .concat(),
        ),
        HostEvent::MessageShown { .. } | HostEvent::Close => return None,
    };
    Some([BEGIN, kind, "\",\"payload\":{", &payload, "}}"].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str) -> Option<HostCommand> {
        read(&Json::parse(json)?)
    }

    fn message(rest: &str) -> Option<HostCommand> {
        parse(&format!(
            r#"{{"source":"pilot-status-embed","v":1,{rest}}}"#
        ))
    }

    #[test]
    fn commands_are_understood() {
        let init = |locale, theme| {
            Some(HostCommand::Init {
                token: "t".into(),
                locale,
                theme,
                renews: false,
            })
        };
        let cases = [
            (
                r#""type":"init","payload":{"token":"t","locale":"pt-BR","theme":"dark"}"#,
                init(Some(Locale::Pt), Some(Theme::Dark)),
            ),
            (
                r#""type":"init","payload":{"token":"t","extra":{"a":[1]}}"#,
                init(None, None),
            ),
            (
                r#""type":"init","payload":{"token":"t","locale":null,"theme":"neon"}"#,
                init(None, Some(Theme::Light)),
            ),
            (
                r#""type":"set-theme","payload":{"theme":"system"}"#,
                Some(HostCommand::SetTheme(Theme::System)),
            ),
            (
                r#""type":"set-locale","payload":{"locale":"en-US"}"#,
                Some(HostCommand::SetLocale(Locale::En)),
            ),
            (
                r#""type":"init","payload":{"token":"t","renews":true}"#,
                Some(HostCommand::Init {
                    token: "t".into(),
                    locale: None,
                    theme: None,
                    renews: true,
                }),
            ),
            (
                r#""type":"renew","payload":{"token":"u"}"#,
                Some(HostCommand::Renew("u".into())),
            ),
            (
                r#""type":"open-conversation","payload":{"conversationId":"conv_1","phone":"+1"}"#,
                Some(HostCommand::Open(Target::Conversation(
                    ConversationId::parse("conv_1").unwrap(),
                ))),
            ),
            (
                r#""type":"open-conversation","payload":{"phone":"+55 11 98888-7777"}"#,
                Some(HostCommand::Open(Target::Phone("5511988887777".into()))),
            ),
            (
                r#""type":"set-context","payload":{"context":{}}"#,
                Some(HostCommand::SetContext(None)),
            ),
            (
                r#""type":"set-context","payload":{"context":{"type":"order","id":7,"phone":"+1 555 010 0100","data":{"a":{}}}}"#,
                Some(HostCommand::SetContext(Some(Record {
                    kind: Some("order".into()),
                    id: Some("7".into()),
                    phone: Some("15550100100".into()),
                    ..Record::default()
                }))),
            ),
        ];
        for (json, expected) in cases {
            assert!(message(json) == expected, "{json}");
        }
    }

    #[test]
    fn everything_else_is_ignored() {
        for json in [
            r#""type":"init""#,
            r#""type":"init","payload":null"#,
            r#""type":"init","payload":{}"#,
            r#""type":"init","payload":{"token":""}"#,
            r#""type":"init","payload":{"token":7}"#,
            r#""type":"renew","payload":{}"#,
            r#""type":"open-conversation","payload":{}"#,
            r#""type":"open-conversation","payload":{"conversationId":"../x"}"#,
            r#""type":"open-conversation","payload":{"phone":"Ana"}"#,
            r#""type":"set-context","payload":{}"#,
            r#""type":"set-context","payload":{"context":[]}"#,
            r#""type":"set-theme""#,
            r#""type":"set-locale","payload":{}"#,
            r#""type":"ready","payload":{}"#,
            r#""type":"onpilot:context","payload":{"token":"t"}"#,
        ] {
            assert!(message(json).is_none(), "{json}");
        }
        for json in [
            "",
            "null",
            "\"text\"",
            "[]",
            r#"{"source":"other","v":1,"type":"init","payload":{"token":"t"}}"#,
            r#"{"source":"pilot-status-embed","v":2,"type":"init","payload":{"token":"t"}}"#,
            r#"{"source":"pilot-status-embed","v":"1","type":"init","payload":{"token":"t"}}"#,
            r#"{"source":"pilot-status-embed","type":"init","payload":{"token":"t"}}"#,
        ] {
            assert!(parse(json).is_none(), "{json}");
        }
    }

    #[test]
    fn events_are_written_as_the_contract_says() {
        let cases = [
            (HostEvent::Ready, r#""type":"ready","payload":{}"#),
            (
                HostEvent::Resize(640),
                r#""type":"resize","payload":{"height":640}"#,
            ),
            (
                HostEvent::UnreadCount(0),
                r#""type":"chat:unread-count","payload":{"count":0}"#,
            ),
            (
                HostEvent::ConversationOpened(ConversationId::parse("conv_1").unwrap()),
                r#""type":"chat:conversation-opened","payload":{"conversationId":"conv_1"}"#,
            ),
            (
                HostEvent::SessionExpired,
                r#""type":"session-expired","payload":{}"#,
            ),
            (
                HostEvent::TokenNeeded,
                r#""type":"token-needed","payload":{}"#,
            ),
            (
                HostEvent::Error {
                    code: "TOKEN_INVALID".into(),
                    message: "Say \"no\".".into(),
                },
                r#""type":"error","payload":{"code":"TOKEN_INVALID","message":"Say \"no\"."}"#,
            ),
        ];
        for (event, rest) in cases {
            assert_eq!(
                write(&event),
                Some(format!(r#"{{"source":"pilot-status-embed","v":1,{rest}}}"#))
            );
        }
        assert_eq!(write(&HostEvent::Close), None);
    }
}
