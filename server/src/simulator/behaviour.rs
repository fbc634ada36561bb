//! What goes wrong, and how long things take: the settings of `PUT /behaviour`.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::dice::Dice;
use super::files::FileTrouble;

/// All settings. The defaults are a calm WhatsApp that works.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Behaviour {
    /// Start of all chance. Setting it restarts the numbering of sends and inbound messages.
    pub seed: u64,
    /// When statuses follow an accepted send.
    pub delay_ms: Delays,
    /// Whether the customer reads everything without anyone opening the chat.
    pub auto_read: bool,
    /// Which sends outside the 24-hour window fail later with 131047.
    pub enforce_window: Window,
    /// Whether first attempts of one chat's webhooks follow each other. Retries never wait.
    pub in_order: bool,
    /// How much later Graph answers an accepted send, in milliseconds.
    pub answer_delay_ms: u64,
    /// How much later each webhook starts its way, in milliseconds.
    pub webhook_delay_ms: u64,
    /// Share of status webhooks that are never sent (0 to 1).
    pub loss_rate: f64,
    /// Share of webhooks that are sent twice (0 to 1).
    pub duplicate_rate: f64,
    /// Statuses in a wrong order, the first one before the send is answered.
    pub reorder: bool,
    /// Failures waiting for the next sends, each used up in turn.
    pub fail_next: Vec<PlannedFailure>,
    /// Sends that are processed, after which the connection closes without an answer.
    pub drop_connection: Times,
    /// Sends whose connection closes before anything was done.
    pub drop_before_processing: Times,
    /// What goes wrong with the next fetches of files, each used up in turn.
    pub fail_media: Vec<FileTrouble>,
    /// How long the address of a file is good, in seconds.
    pub media_address_seconds: u32,
    /// Sends answered 503 by something in front of Graph, in HTML.
    pub http5xx: Times,
}

/// Milliseconds from an accepted send to each status.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Delays {
    /// To `sent`.
    pub sent: u64,
    /// To `delivered`, which is also when the phone shows the message.
    pub delivered: u64,
    /// To `read`, with `autoRead` only; an open chat reads at once.
    pub read: u64,
}

/// One failure to come.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlannedFailure {
    /// Meta's error code.
    pub code: i64,
    /// Instead of the HTTP status usual for the code; only with `when: "answer"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http_status: Option<u16>,
    /// How many sends fail like this; 1 if left out.
    #[serde(default = "one")]
    pub count: u32,
    /// In Graph's answer, or in a status later on.
    #[serde(default)]
    pub when: When,
    /// Only sends to this phone or BSUID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// The moment at which a failure shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum When {
    /// Graph refuses the send.
    #[default]
    Answer,
    /// Graph accepts it, and a `failed` status follows.
    Status,
}

/// How strictly the customer service window is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Window {
    /// Everything goes through.
    Never,
    /// Shut for customers who wrote here more than a day ago. Those who never wrote here may have
    /// written before the simulator started, or by a webhook that someone else signed.
    #[default]
    Known,
    /// Shut for everyone who did not write here within a day.
    Always,
}

/// How often something happens: `false`, `true` (always) or a number (the next so many).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Times {
    /// Not at all.
    #[default]
    Never,
    /// The next so many times.
    Next(u32),
    /// Until set otherwise.
    Always,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            seed: 0,
            delay_ms: Delays::default(),
            auto_read: false,
            enforce_window: Window::Known,
            in_order: true,
            answer_delay_ms: 0,
            webhook_delay_ms: 0,
            loss_rate: 0.0,
            duplicate_rate: 0.0,
            reorder: false,
            fail_next: Vec::new(),
            drop_connection: Times::Never,
            drop_before_processing: Times::Never,
            fail_media: Vec::new(),
            media_address_seconds: 300,
            http5xx: Times::Never,
        }
    }
}

impl Default for Delays {
    fn default() -> Self {
        Self {
            sent: 300,
            delivered: 800,
            read: 1500,
        }
    }
}

impl Behaviour {
    /// These settings with the given ones laid over them; objects merge, lists are replaced.
    pub(super) fn with(&self, patch: &Value) -> Result<Self, String> {
        let mut merged = serde_json::to_value(self).map_err(|error| error.to_string())?;
        merge(&mut merged, patch);
        let next: Self = serde_json::from_value(merged).map_err(|error| error.to_string())?;
        for (name, rate) in [
            ("lossRate", next.loss_rate),
            ("duplicateRate", next.duplicate_rate),
        ] {
            if !(0.0..=1.0).contains(&rate) {
                return Err(format!("{name} is a share from 0 to 1, not {rate}"));
            }
        }
        let statuses = next
            .fail_next
            .iter()
            .filter_map(|failure| failure.http_status);
        if let Some(status) = statuses
            .into_iter()
            .find(|status| !(400..600).contains(status))
        {
            return Err(format!(
                "httpStatus is a status from 400 to 599, not {status}"
            ));
        }
        Ok(next)
    }

    pub(super) fn dice(&self) -> Dice {
        Dice { seed: self.seed }
    }

    /// Uses up the first planned trouble of this sort, if it is the next.
    pub(super) fn take_file_trouble(
        &mut self,
        sort: impl Fn(FileTrouble) -> bool,
    ) -> Option<FileTrouble> {
        let next = *self.fail_media.first()?;
        sort(next).then(|| self.fail_media.remove(0))
    }

    /// Uses up the first planned failure of this kind for this recipient, if there is one.
    pub(super) fn take_failure(
        &mut self,
        when: When,
        addresses: &[&str],
    ) -> Option<PlannedFailure> {
        let position = self.fail_next.iter().position(|failure| {
            failure.when == when
                && failure.count > 0
                && failure.to.as_deref().is_none_or(|to| {
                    let to = to.trim_start_matches('+');
                    addresses.contains(&to)
                })
        })?;
        let failure = self.fail_next[position].clone();
        if failure.count == 1 {
            self.fail_next.remove(position);
        } else {
            self.fail_next[position].count -= 1;
        }
        Some(failure)
    }
}

impl Times {
    /// Whether it happens this time; counts down.
    pub(super) fn take(&mut self) -> bool {
        match *self {
            Self::Never | Self::Next(0) => false,
            Self::Always => true,
            Self::Next(left) => {
                *self = if left == 1 {
                    Self::Never
                } else {
                    Self::Next(left - 1)
                };
                true
            }
        }
    }
}

impl Serialize for Times {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            Self::Never => serializer.serialize_bool(false),
            Self::Always => serializer.serialize_bool(true),
            Self::Next(left) => serializer.serialize_u32(left),
        }
    }
}

impl<'de> Deserialize<'de> for Times {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Bool(true) => Ok(Self::Always),
            Value::Bool(false) => Ok(Self::Never),
            Value::Number(number) => match number.as_u64().map(u32::try_from) {
                Some(Ok(0)) => Ok(Self::Never),
                Some(Ok(times)) => Ok(Self::Next(times)),
                _ => Err(D::Error::custom("expected a number of times from 0 on")),
            },
            other => Err(D::Error::custom(format!(
                "expected true, false or a number of times, not {other}"
            ))),
        }
    }
}

fn one() -> u32 {
    1
}

fn merge(target: &mut Value, patch: &Value) {
    match (target, patch) {
        (Value::Object(target), Value::Object(patch)) => {
            for (key, value) in patch {
                merge(target.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (target, patch) => *target = patch.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_patch_changes_only_what_it_names() {
        let next = Behaviour::default()
            .with(&json!({"delayMs": {"sent": 5}, "dropConnection": 2}))
            .expect("valid");
        assert_eq!((next.delay_ms.sent, next.delay_ms.delivered), (5, 800));
        assert_eq!(next.drop_connection, Times::Next(2));
    }

    #[test]
    fn mistakes_are_named() {
        let refuse = |patch| Behaviour::default().with(&patch).expect_err("invalid");
        assert!(refuse(json!({"lossrate": 1})).contains("lossrate"));
        assert!(refuse(json!({"lossRate": 1.5})).contains("lossRate"));
        assert!(refuse(json!({"dropConnection": "yes"})).contains("number of times"));
        assert!(
            refuse(json!({"failNext": [{"code": 1, "httpStatus": 200}]})).contains("httpStatus")
        );
    }

    #[test]
    fn planned_failures_are_used_up_in_turn_and_by_recipient() {
        let mut settings = Behaviour::default()
            .with(&json!({"failNext": [
                {"code": 131_026, "when": "status", "to": "+351900"},
                {"code": 130_429, "count": 2},
            ]}))
            .expect("valid");
        assert!(settings.take_failure(When::Status, &["351901"]).is_none());
        assert_eq!(
            settings
                .take_failure(When::Status, &["351900", "PT.1"])
                .map(|f| f.code),
            Some(131_026)
        );
        assert!(settings.take_failure(When::Status, &["351900"]).is_none());
        assert!(settings.take_failure(When::Answer, &["1"]).is_some());
        assert!(settings.take_failure(When::Answer, &["1"]).is_some());
        assert!(settings.take_failure(When::Answer, &["1"]).is_none());
    }

    #[test]
    fn times_count_down() {
        let mut times = Times::Next(2);
        assert_eq!(
            [times.take(), times.take(), times.take()],
            [true, true, false]
        );
        let mut times = Times::Always;
        assert!(times.take() && times.take());
    }
}
