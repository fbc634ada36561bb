//! The `onpilot:*` dialect: an envelope `{type, data}`. Where its own documentation leaves something open, docs/decisions.md has our choice.

use super::dialect::token;
use super::json::text_member;
use super::{HostCommand, HostEvent};
use crate::boot::Theme;
use crate::context::{FieldNames, Flags, Record};
use crate::i18n::Locale;
use crate::wire::{Json, field};

/// What every type begins with.
const PREFIX: &str = "onpilot:";
/// Most suggestions that are taken.
const SUGGESTIONS: usize = 8;
/// A longer suggestion is not one, in characters.
const SUGGESTION_CHARS: u32 = 1000;
/// Most flags that are looked at.
const FLAGS: u32 = 100;

const PAGE_CONTEXT: FieldNames = FieldNames {
    kind: "entityType",
    id: "entityId",
    name: "recordName",
    data: "metadata",
};
const CONTEXT: FieldNames = FieldNames {
    kind: "recordType",
    id: "recordId",
    name: "recordName",
    data: "recordData",
};

/// How the frame sits in the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// In the flow of the page, which asks for the height.
    Inline,
    /// Over a button.
    Bubble,
    /// Along an edge.
    Sidebar,
    /// Wherever the page puts it.
    Panel,
}

impl Layout {
    /// The layout of this name; without one it is inline.
    pub fn from_name(name: Option<&str>) -> Self {
        match name {
            Some("bubble") => Self::Bubble,
            Some("sidebar") => Self::Sidebar,
            Some("panel") => Self::Panel,
            _ => Self::Inline,
        }
    }

    /// True where there is something around the frame that the page can hide.
    pub const fn is_closable(self) -> bool {
        !matches!(self, Self::Inline)
    }
}

/// Reads a message; `None` if it is not one of these, or its data is not what its type needs.
pub fn read(message: &Json) -> Option<HostCommand> {
    let kind: String = field(message, "type")?;
    let data = message.field("data");
    match kind.strip_prefix(PREFIX)? {
        "identity_token" => token(&data).map(HostCommand::Identify),
        // Unsigned, so it can grant nothing and name nobody. Of all that hosts put there, the language has a use here.
        "user_context" => {
            let tag: String = field(&data, "locale")?;
            Some(HostCommand::SetLocale(Locale::from_tag(&tag)))
        }
        "page_context" => Record::read(&data, &PAGE_CONTEXT).map(HostCommand::SetContext),
        "context" => Record::read(&data, &CONTEXT).map(HostCommand::SetContext),
        "theme_update" => {
            let name: String = field(&data, "theme")?;
            let theme = Theme::ALL.into_iter().find(|theme| theme.name() == name)?;
            Some(HostCommand::SetTheme(theme))
        }
        "smart-suggestions" => {
            let mut taken = Vec::new();
            for item in data.field("suggestions").items()? {
                if let Some(text) = suggestion(&item)
                    && taken.len() < SUGGESTIONS
                {
                    taken.push(text);
                }
            }
            Some(HostCommand::Suggest(taken))
        }
        "ui-flags" => {
            if !data.is_record() {
                return None;
            }
            let (mut set, mut clear) = (Flags::default(), Flags::default());
            for (name, value) in data.fields(FLAGS) {
                if let (Some(flag), Some(on)) = (Flags::of_name(&name), value.flag()) {
                    set = set.with(flag, on);
                    clear = clear.with(flag, !on);
                }
            }
            Some(HostCommand::SetFlags(set, clear))
        }
        _ => None,
    }
}

fn suggestion(json: &Json) -> Option<String> {
    // Only texts: a number is no answer to anybody.
    let text = json.scalar(SUGGESTION_CHARS + 1)?;
    let is_text = json.whole().is_none() && json.flag().is_none();
    let fits = text.chars().count() <= SUGGESTION_CHARS as usize;
    (is_text && fits && !text.trim().is_empty()).then_some(text)
}

/// Writes a message (as JSON); `None` for what the dialect has no word for, or not in this layout.
pub fn write(layout: Layout, event: &HostEvent) -> Option<String> {
    let (kind, data) = match event {
        HostEvent::Ready => ("ready", None),
        HostEvent::Resize(height) if layout == Layout::Inline => (
            "resize",
            Some(super::json::member("height", &height.to_string())),
        ),
        HostEvent::MessageShown {
            id,
            conversation_id,
            kind,
            text,
        } => {
            let content = match text {
                Some(text) => text.clone(),
                None => ["[", kind, "]"].concat(),
            };
            let members = [
                &text_member("id", id.as_str()),
                ",",
                &text_member("content", &content),
                ",",
                &text_member("conversationId", conversation_id.as_str()),
                ",\"direction\":\"inbound\",",
                &text_member("kind", kind),
            ];
            ("message", Some(members.concat()))
        }
        HostEvent::Close if layout.is_closable() => ("close", None),
        _ => return None,
    };
    let data = data.map_or_else(String::new, |data| [",\"data\":{", &data, "}"].concat());
    Some(["{\"type\":\"", PREFIX, kind, "\"", &data, "}"].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{ConversationId, MessageId};

    fn message(kind: &str, data: &str) -> Option<HostCommand> {
        let json = format!(r#"{{"type":"onpilot:{kind}","data":{data}}}"#);
        read(&Json::parse(&json).unwrap())
    }

    #[test]
    fn commands_are_understood() {
        let flag = |name| Flags::of_name(name).unwrap();
        let cases = [
            (
                "identity_token",
                r#"{"token":"a.b.c"}"#,
                HostCommand::Identify("a.b.c".into()),
            ),
            (
                "user_context",
                r#"{"plan":"pro","locale":"pt-BR"}"#,
                HostCommand::SetLocale(Locale::Pt),
            ),
            (
                "theme_update",
                r#"{"theme":"system"}"#,
                HostCommand::SetTheme(Theme::System),
            ),
            ("page_context", "{}", HostCommand::SetContext(None)),
            ("context", "{}", HostCommand::SetContext(None)),
            (
                "smart-suggestions",
                r#"{"suggestions":["Hello",7,"",null,"  ",true,["x"],"Thanks"]}"#,
                HostCommand::Suggest(vec!["Hello".into(), "Thanks".into()]),
            ),
            (
                "smart-suggestions",
                r#"{"suggestions":[]}"#,
                HostCommand::Suggest(Vec::new()),
            ),
            (
                "ui-flags",
                r#"{"readOnly":true,"hideFooter":false,"hideHeader":"yes","unknown":true,"__proto__":true}"#,
                HostCommand::SetFlags(Flags::READ_ONLY, flag("hideFooter")),
            ),
        ];
        for (kind, data, expected) in cases {
            assert!(message(kind, data) == Some(expected), "{kind} {data}");
        }
    }

    #[test]
    fn both_vocabularies_mean_one_record() {
        let page = message(
            "page_context",
            r#"{"url":"https://a.example/1","title":"Ana","entityType":"customer","entityId":"c1","metadata":{"phone":"+55 11 98888-7777"}}"#,
        );
        let alias = message(
            "context",
            r#"{"url":"https://a.example/1","title":"Ana","recordType":"customer","recordId":"c1","recordData":{"phone":"+55 11 98888-7777"}}"#,
        );
        assert!(page.is_some() && page == alias);
        let Some(HostCommand::SetContext(Some(record))) = page else {
            panic!("a record");
        };
        assert_eq!(record.phone.as_deref(), Some("5511988887777"));
    }

    #[test]
    fn everything_else_is_ignored() {
        for (kind, data) in [
            ("identity_token", "{}"),
            ("identity_token", "null"),
            ("identity_token", r#"{"token":""}"#),
            ("identity_token", r#"{"token":{}}"#),
            ("identity_token", r#""t""#),
            ("identity-token", r#"{"token":"t"}"#),
            ("user_context", r#"{"plan":"pro"}"#),
            ("user_context", r#"{"locale":5}"#),
            ("theme_update", r#"{"theme":"neon"}"#),
            ("theme_update", r#"{"theme":"Dark"}"#),
            ("theme_update", "null"),
            ("page_context", "null"),
            ("page_context", "[]"),
            ("page_context", r#"{"metadata":"x"}"#),
            ("smart-suggestions", "{}"),
            ("smart-suggestions", r#"{"suggestions":"Hello"}"#),
            ("ui-flags", "null"),
            ("ui-flags", "[true]"),
            ("user_token", r#"{"token":"t"}"#),
            ("ready", "{}"),
        ] {
            assert!(message(kind, data).is_none(), "{kind} {data}");
        }
        for json in [
            "null",
            "[]",
            "\"onpilot:ready\"",
            r#"{"type":5}"#,
            r#"{"type":"identity_token","data":{"token":"t"}}"#,
        ] {
            assert!(read(&Json::parse(json).unwrap()).is_none(), "{json}");
        }
    }

    #[test]
    fn suggestions_are_bounded() {
        let many: Vec<_> = (0..100).map(|n| format!("\"s{n}\"")).collect();
        let Some(HostCommand::Suggest(taken)) = message(
            "smart-suggestions",
            &format!(r#"{{"suggestions":[{}]}}"#, many.join(",")),
        ) else {
            panic!("suggestions");
        };
        assert_eq!(taken.len(), SUGGESTIONS);
        let long = format!(r#"{{"suggestions":["{}"]}}"#, "x".repeat(1001));
        assert!(message("smart-suggestions", &long) == Some(HostCommand::Suggest(Vec::new())));
    }

    #[test]
    fn events_are_written_as_the_contract_says() {
        let shown = |text: Option<&str>| HostEvent::MessageShown {
            id: MessageId::parse("msg_1").unwrap(),
            conversation_id: ConversationId::parse("conv_1").unwrap(),
            kind: "image".into(),
            text: text.map(str::to_owned),
        };
        let cases = [
            (HostEvent::Ready, r#"{"type":"onpilot:ready"}"#),
            (
                HostEvent::Resize(640),
                r#"{"type":"onpilot:resize","data":{"height":640}}"#,
            ),
            (
                shown(None),
                r#"{"type":"onpilot:message","data":{"id":"msg_1","content":"[image]","conversationId":"conv_1","direction":"inbound","kind":"image"}}"#,
            ),
            (
                shown(Some("\"</script>\n")),
                r#"{"type":"onpilot:message","data":{"id":"msg_1","content":"\"</script>\n","conversationId":"conv_1","direction":"inbound","kind":"image"}}"#,
            ),
        ];
        for (event, expected) in cases {
            assert_eq!(write(Layout::Inline, &event).as_deref(), Some(expected));
        }
        assert_eq!(
            write(Layout::Bubble, &HostEvent::Close).as_deref(),
            Some(r#"{"type":"onpilot:close"}"#)
        );
        assert_eq!(write(Layout::Inline, &HostEvent::Close), None);
        assert_eq!(write(Layout::Panel, &HostEvent::Resize(640)), None);
        for silent in [
            HostEvent::UnreadCount(1),
            HostEvent::SessionExpired,
            HostEvent::TokenNeeded,
        ] {
            assert_eq!(write(Layout::Inline, &silent), None);
        }
    }
}
