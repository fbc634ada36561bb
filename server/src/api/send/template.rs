//! Templates, as a backend names and fills them.

use super::body::SendBody;
use super::content::media_id;
use crate::access::NumberCaller;
use crate::api::Failure;
use crate::api::templates::{id_of, named};
use crate::state::AppState;
use app::error::{ApiError, Code};
use app::templates::{ButtonValue, MessageTemplate, TemplateValues, VariableValue, variables};
use serde_json::Value;

/// The template of this id or name. Where a name has several languages, the wanted one, or the first that is approved.
pub(super) async fn find(
    state: &AppState,
    caller: &NumberCaller,
    wanted: &str,
    language: Option<&str>,
) -> Result<MessageTemplate, Failure> {
    let all = state.store.templates(&caller.scope, &caller.number).await?;
    let found = named(all, wanted, language);
    Ok(found.ok_or_else(|| ApiError::not_found("template").at("templateId"))?)
}

/// What fills a template. A variable is filled wherever it stands.
pub(super) fn values(
    wanted: &SendBody,
    template: &MessageTemplate,
) -> Result<TemplateValues, ApiError> {
    let given = |name: &str| {
        let value = wanted.variables.as_ref()?.get(name)?;
        Some(match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        })
    };
    let mut missing = Vec::new();
    let mut fill = |text: &str| {
        let mut values = Vec::new();
        for name in variables(text) {
            match given(name) {
                Some(text) => values.push(VariableValue {
                    name: name.to_owned(),
                    text,
                }),
                None => missing.push(name.to_owned()),
            }
        }
        values
    };
    let header = fill(template.header.as_deref().unwrap_or_default());
    let body = fill(&template.body);
    let mut buttons = Vec::new();
    for (index, button) in (0_u32..).zip(&template.buttons) {
        let name = format!("button_{index}");
        let address = button.value.as_deref().unwrap_or_default();
        let takes = match button.kind.as_str() {
            "URL" => !variables(address).is_empty(),
            "COPY_CODE" => true,
            _ => false,
        };
        if !takes {
            continue;
        }
        match given(&name) {
            Some(text) => buttons.push(ButtonValue {
                index,
                kind: button.kind.clone(),
                text,
            }),
            None => missing.push(name),
        }
    }
    if !missing.is_empty() {
        missing.dedup();
        return Err(ApiError::new(
            Code::MissingTemplateVariables,
            format!(
                "The template {} needs these variables as well: {}.",
                id_of(template),
                missing.join(", ")
            ),
        )
        .at("variables"));
    }
    let media = wanted.media.as_deref().map(media_id).transpose()?;
    Ok(TemplateValues {
        header,
        body,
        buttons,
        media,
    })
}
