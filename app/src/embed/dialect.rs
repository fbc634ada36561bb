//! Which dialect a page speaks. One for each loaded frame: the address says which, and the other is not understood.

use super::onpilot::{self, Layout};
use super::{HostCommand, HostEvent, pilot_status};
use crate::wire::{Json, Wire};

/// The longest token that is looked at, in characters.
const TOKEN_CHARS: usize = 16_384;

/// A dialect, with what the address says in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// `pilot-status-embed`, also where the address names none.
    #[default]
    PilotStatus,
    /// `onpilot:*`.
    OnPilot(Layout),
}

impl Dialect {
    /// From the address; `query` finds a parameter.
    pub fn from_address(query: impl Fn(&str) -> Option<String>) -> Self {
        match query("dialect").as_deref() {
            Some("onpilot") => Self::OnPilot(Layout::from_name(query("layout").as_deref())),
            _ => Self::PilotStatus,
        }
    }

    /// Reads a message; `None` if it is none of this dialect, unknown, or lacks what its type needs.
    pub fn read(self, message: &Json) -> Option<HostCommand> {
        match self {
            Self::PilotStatus => pilot_status::read(message),
            Self::OnPilot(_) => onpilot::read(message),
        }
    }

    /// Writes a message (as JSON); `None` if the dialect has no word for it.
    pub fn write(self, event: &HostEvent) -> Option<String> {
        match self {
            Self::PilotStatus => pilot_status::write(event),
            Self::OnPilot(layout) => onpilot::write(layout, event),
        }
    }

    /// True where the inbox is ready once it has a session, and deaf to all but the operator's identity before. Elsewhere it is ready as
    /// soon as it listens.
    pub const fn is_ready_with_session(self) -> bool {
        matches!(self, Self::OnPilot(_))
    }

    /// True where the page can hide the inbox, so that there is a button for it.
    pub const fn is_closable(self) -> bool {
        matches!(self, Self::OnPilot(layout) if layout.is_closable())
    }

    /// True where the page is told of messages.
    pub const fn hears_messages(self) -> bool {
        matches!(self, Self::OnPilot(_))
    }

    /// Whether a command is to be obeyed, before or after the inbox has said that it is ready.
    pub const fn admits(self, command: &HostCommand, said_ready: bool) -> bool {
        said_ready || !self.is_ready_with_session() || matches!(command, HostCommand::Identify(_))
    }
}

/// A token in a message.
pub(super) fn token(payload: &Json) -> Option<String> {
    #[expect(clippy::cast_possible_truncation, reason = "a few thousand")]
    let token = payload.field("token").scalar(TOKEN_CHARS as u32 + 1)?;
    let is_text = String::read(&payload.field("token")).is_some();
    (is_text && !token.is_empty() && token.len() <= TOKEN_CHARS).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boot::Theme;
    use crate::embed::Target;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn of(address: &[(&str, &str)]) -> Dialect {
        Dialect::from_address(|name| {
            let found = address.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_address_fixes_the_dialect() {
        assert_eq!(of(&[]), Dialect::PilotStatus);
        assert_eq!(of(&[("dialect", "other")]), Dialect::PilotStatus);
        assert_eq!(of(&[("layout", "bubble")]), Dialect::PilotStatus);
        let onpilot = |layout| of(&[("dialect", "onpilot"), ("layout", layout)]);
        assert!(onpilot("bubble").is_closable());
        assert!(onpilot("sidebar").is_closable());
        assert!(onpilot("panel").is_closable());
        assert!(!onpilot("inline").is_closable());
        assert!(!onpilot("other").is_closable());
        assert!(!Dialect::PilotStatus.is_closable());
    }

    #[test]
    fn each_dialect_is_deaf_to_the_other() {
        let ours = r#"{"source":"pilot-status-embed","v":1,"type":"set-theme","payload":{"theme":"dark"}}"#;
        let other = r#"{"type":"onpilot:theme_update","data":{"theme":"dark"}}"#;
        let both = r#"{"source":"pilot-status-embed","v":1,"type":"onpilot:theme_update","data":{"theme":"dark"},"payload":{"theme":"dark"}}"#;
        let read = |dialect: Dialect, json: &str| dialect.read(&Json::parse(json).unwrap());
        let onpilot = Dialect::OnPilot(Layout::Inline);
        assert!(read(Dialect::PilotStatus, ours).is_some());
        assert!(read(onpilot, other).is_some());
        assert!(read(Dialect::PilotStatus, other).is_none());
        assert!(read(onpilot, ours).is_none());
        assert!(read(Dialect::PilotStatus, both).is_none());
    }

    #[test]
    fn before_ready_only_the_bootstrap_counts_where_ready_needs_a_session() {
        let identity = HostCommand::Identify("t".into());
        let theme = HostCommand::SetTheme(Theme::Dark);
        let onpilot = Dialect::OnPilot(Layout::Bubble);
        assert!(onpilot.admits(&identity, false));
        assert!(!onpilot.admits(&theme, false));
        assert!(onpilot.admits(&theme, true));
        assert!(Dialect::PilotStatus.admits(&theme, false));
    }

    /// Any JSON, with the words of both dialects wherever they may do harm.
    fn any_json() -> impl Strategy<Value = Value> {
        let word = prop::sample::select(vec![
            "source",
            "v",
            "type",
            "payload",
            "data",
            "token",
            "theme",
            "locale",
            "context",
            "conversationId",
            "phone",
            "renews",
            "suggestions",
            "readOnly",
            "hideFooter",
            "url",
            "recordType",
            "entityId",
            "metadata",
            "recordData",
            "__proto__",
            "constructor",
            "prototype",
            "toString",
            "pilot-status-embed",
            "init",
            "renew",
            "set-theme",
            "set-context",
            "open-conversation",
            "onpilot:identity_token",
            "onpilot:page_context",
            "onpilot:context",
            "onpilot:ui-flags",
            "onpilot:smart-suggestions",
            "onpilot:theme_update",
            "onpilot:user_context",
            "dark",
            "en",
            "javascript:alert(1)",
            "https://a.example",
        ]);
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            Just(Value::from(1)),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
            word.clone().prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 6, move |inner| {
            let keys = prop_oneof![4 => word.clone().prop_map(str::to_owned), 1 => any::<String>()];
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
                prop::collection::vec((keys, inner), 0..8)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    /// A message whose envelope is right and whose content may be anything.
    fn any_message() -> impl Strategy<Value = Value> {
        let kinds = prop::sample::select(vec![
            "init",
            "renew",
            "set-theme",
            "set-locale",
            "set-context",
            "open-conversation",
            "onpilot:identity_token",
            "onpilot:user_context",
            "onpilot:page_context",
            "onpilot:context",
            "onpilot:theme_update",
            "onpilot:smart-suggestions",
            "onpilot:ui-flags",
        ]);
        let enveloped = (kinds, any_json()).prop_map(|(kind, content)| {
            if kind.starts_with("onpilot:") {
                json!({"type": kind, "data": content})
            } else {
                json!({"source": "pilot-status-embed", "v": 1, "type": kind, "payload": content})
            }
        });
        prop_oneof![any_json(), enveloped]
    }

    proptest! {
        #[test]
        fn no_message_breaks_anything_and_what_is_taken_is_within_bounds(message in any_message()) {
            let json = Json::parse(&message.to_string()).unwrap();
            for dialect in [Dialect::PilotStatus, Dialect::OnPilot(Layout::Bubble)] {
                match dialect.read(&json) {
                    Some(
                        HostCommand::Init { token, .. }
                        | HostCommand::Renew(token)
                        | HostCommand::Identify(token),
                    ) => prop_assert!((1..=TOKEN_CHARS).contains(&token.len())),
                    Some(HostCommand::Suggest(texts)) => {
                        prop_assert!(texts.len() <= 8);
                        prop_assert!(texts.iter().all(|text| !text.trim().is_empty()));
                    }
                    Some(HostCommand::SetContext(Some(record))) => {
                        prop_assert!(record.facts.len() <= 20);
                        let url = record.url.unwrap_or_else(|| "https://".into());
                        prop_assert!(url.to_ascii_lowercase().starts_with("http"));
                    }
                    Some(HostCommand::Open(Target::Phone(digits))) => {
                        prop_assert!(digits.bytes().all(|b| b.is_ascii_digit()));
                    }
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn a_token_is_a_text_of_some_size() {
        let read = |json: &str| token(&Json::parse(json).unwrap());
        assert_eq!(read(r#"{"token":"t"}"#).as_deref(), Some("t"));
        let long = "x".repeat(10_000_000);
        for json in [
            "{}",
            "null",
            r#"{"token":""}"#,
            r#"{"token":7}"#,
            r#"{"token":true}"#,
            r#"{"token":["t"]}"#,
            &format!(r#"{{"token":"{long}"}}"#),
        ] {
            assert!(read(json).is_none());
        }
    }
}
