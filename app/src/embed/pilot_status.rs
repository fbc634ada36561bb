//! The `pilot-status-embed` dialect: an envelope `{source, v, type, payload}`.

use super::{HostCommand, HostEvent};
use crate::boot::Theme;
use crate::i18n::Locale;
use crate::wire::{Json, field};
use serde::Serialize;

/// What marks a message as one of ours.
const SOURCE: &str = "pilot-status-embed";
/// The only version there is; others are ignored.
const VERSION: u32 = 1;

/// Reads a message; `None` if it is not ours, of another version, unknown, or lacks what its type needs.
pub fn read(message: &Json) -> Option<HostCommand> {
    let source: String = field(message, "source")?;
    let version: u32 = field(message, "v")?;
    if source != SOURCE || version != VERSION {
        return None;
    }
    let kind: String = field(message, "type")?;
    let payload = message.field("payload");
    let token: Option<String> = field(&payload, "token")?;
    let locale: Option<Locale> = field(&payload, "locale")?;
    let theme: Option<Theme> = field(&payload, "theme")?;
    match kind.as_str() {
        "init" => Some(HostCommand::Init {
            token: token.filter(|token| !token.is_empty())?,
            locale,
            theme,
        }),
        "set-theme" => theme.map(HostCommand::SetTheme),
        "set-locale" => locale.map(HostCommand::SetLocale),
        _ => None,
    }
}

#[derive(Serialize)]
struct Outgoing<'a> {
    source: &'static str,
    v: u32,
    #[serde(rename = "type")]
    kind: &'static str,
    payload: OutgoingPayload<'a>,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct OutgoingPayload<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation_id: Option<&'a str>,
}

/// Writes a message (as JSON).
pub fn write(event: &HostEvent) -> String {
    let mut payload = OutgoingPayload::default();
    let kind = match event {
        HostEvent::Ready => "ready",
        HostEvent::Resize(height) => {
            payload.height = Some(*height);
            "resize"
        }
        HostEvent::UnreadCount(count) => {
            payload.count = Some(*count);
            "chat:unread-count"
        }
        HostEvent::ConversationOpened(id) => {
            payload.conversation_id = Some(id.as_str());
            "chat:conversation-opened"
        }
        HostEvent::SessionExpired => "session-expired",
    };
    serde_json::to_string(&Outgoing {
        source: SOURCE,
        v: VERSION,
        kind,
        payload,
    })
    .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ConversationId;

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
        ];
        for (event, rest) in cases {
            assert_eq!(
                write(&event),
                format!(r#"{{"source":"pilot-status-embed","v":1,{rest}}}"#)
            );
        }
    }
}
