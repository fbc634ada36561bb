//! What a template is, and what fills it.

use crate::ids::MediaId;
use serde::{Deserialize, Serialize};

/// A template of a number's account, in one language. Its texts come from outside: never markup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageTemplate {
    /// Its name; the same in each language.
    pub name: String,
    /// Its language, as WhatsApp writes it (`pt_BR`).
    pub language: String,
    /// `MARKETING`, `UTILITY`, `AUTHENTICATION`; open.
    pub category: String,
    /// `APPROVED`, and many states in which it cannot be sent; open.
    pub status: String,
    /// Its variables have names (`{{first_name}}`) and not numbers (`{{1}}`).
    pub named: bool,
    /// `TEXT`, `IMAGE`, `VIDEO`, `DOCUMENT`, `LOCATION`; open. Absent where there is no header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header_format: Option<String>,
    /// The words of a header of words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// The words.
    pub body: String,
    /// Below the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// Its buttons, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<ButtonOfTemplate>,
}

impl MessageTemplate {
    /// Whether WhatsApp takes it.
    pub fn is_approved(&self) -> bool {
        self.status == "APPROVED"
    }
}

/// A button of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ButtonOfTemplate {
    /// `QUICK_REPLY`, `URL`, `PHONE_NUMBER`, `COPY_CODE`, …; open.
    pub kind: String,
    /// What is written on it.
    pub text: String,
    /// The address (perhaps with a variable at its end) or the phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// What fills a template.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TemplateValues {
    /// The variable of a header of words, if it has one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub header: Vec<VariableValue>,
    /// The variables of the body, each once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub body: Vec<VariableValue>,
    /// What buttons need.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<ButtonValue>,
    /// The file of a header with one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<MediaId>,
}

/// A variable and its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VariableValue {
    /// As it stands between the braces: `1`, `first_name`.
    pub name: String,
    /// What takes its place.
    pub text: String,
}

/// What a button needs: the end of an address, a code, what a quick reply brings back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ButtonValue {
    /// Which button, from 0.
    pub index: u32,
    /// Its kind, as in the template.
    pub kind: String,
    /// The value.
    pub text: String,
}
