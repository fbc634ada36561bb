//! From what a backend asks for to what a composer would have written.

use super::body::{ButtonBody, HeaderBody, ListBody, SendBody};
use super::{offer, template};
use crate::access::NumberCaller;
use crate::api::Failure;
use crate::api::pages::moment;
use crate::state::AppState;
use crate::store::{NumberedPage, Span};
use app::error::{ApiError, Code};
use app::ids::{ConversationId, MediaId, MessageId};
use app::messages::{Card, CardDetail, Choice, Draft, DraftContent, Frame};
use app::templates::MessageTemplate;

/// The draft of a request; `template` is the one that it names.
pub(super) fn draft(
    wanted: &SendBody,
    template: Option<&MessageTemplate>,
) -> Result<Draft, ApiError> {
    one_mode(wanted)?;
    let quoted = match &wanted.quoted_message_id {
        None => None,
        Some(id) => {
            let id = crate::api::sent::named(id);
            Some(
                MessageId::parse(id)
                    .ok_or_else(|| ApiError::not_found("message").at("quotedMessageId"))?,
            )
        }
    };
    Ok(Draft {
        content: content(wanted, template)?,
        quoted,
        deliver_at: time(wanted.deliver_at.as_deref(), "deliverAt")?,
        deliver_until: time(wanted.deliver_until.as_deref(), "deliverUntil")?,
    })
}

fn content(
    wanted: &SendBody,
    template: Option<&MessageTemplate>,
) -> Result<DraftContent, ApiError> {
    if let Some(template) = template {
        return Ok(DraftContent::Template {
            name: template.name.clone(),
            language: template.language.clone(),
            values: template::values(wanted, template)?,
            named: template.named,
        });
    }
    if let Some(media) = &wanted.media {
        return file(wanted, media);
    }
    if let Some(place) = &wanted.location {
        return Ok(DraftContent::Location {
            latitude: place.latitude.to_string(),
            longitude: place.longitude.to_string(),
            name: place.name.clone(),
            address: place.address.clone(),
        });
    }
    if let Some(cards) = &wanted.contacts {
        let cards = cards.iter().map(|card| Card {
            name: card.name.clone(),
            details: card
                .details
                .iter()
                .map(|detail| CardDetail {
                    what: detail.what.clone(),
                    value: detail.value.clone(),
                    label: detail.label.clone(),
                    wa_id: None,
                })
                .collect(),
            requested: false,
        });
        return Ok(DraftContent::Contacts {
            cards: cards.collect(),
        });
    }
    if let Some(cards) = &wanted.carousel {
        return offer::carousel(wanted.text.clone().unwrap_or_default(), cards);
    }
    if let Some(form) = &wanted.flow {
        let body = wanted.text.clone().unwrap_or_default();
        return offer::flow(frame(wanted, body)?, form);
    }
    let body = wanted.text.clone().ok_or_else(|| {
        ApiError::body_invalid(
            "say what to send: `templateId`, `text`, `media`, `location` or `contacts`",
        )
    })?;
    if let Some(list) = &wanted.list {
        return Ok(DraftContent::List {
            frame: frame(wanted, body)?,
            action: list.button_text.clone(),
            rows: rows(list),
        });
    }
    match wanted.buttons.as_deref() {
        None | Some([]) => Ok(DraftContent::Text { body }),
        Some(buttons) => with_buttons(frame(wanted, body)?, buttons),
    }
}

/// Refuses a request that says two things at once.
fn one_mode(wanted: &SendBody) -> Result<(), ApiError> {
    let has_buttons = wanted
        .buttons
        .as_ref()
        .is_some_and(|buttons| !buttons.is_empty());
    let modes = [
        ("templateId", wanted.template_id.is_some()),
        (
            "media",
            wanted.media.is_some() && wanted.template_id.is_none(),
        ),
        ("location", wanted.location.is_some()),
        ("contacts", wanted.contacts.is_some()),
        ("list", wanted.list.is_some()),
        ("buttons", has_buttons),
        ("carousel", wanted.carousel.is_some()),
        ("flow", wanted.flow.is_some()),
    ];
    let mut named = modes.iter().filter(|(_, is_there)| *is_there);
    let first = named.next();
    if let (Some((first, _)), Some((second, _))) = (first, named.next()) {
        return Err(
            ApiError::body_invalid(&format!("`{first}` and `{second}` are two messages"))
                .at(*second),
        );
    }
    if wanted.carousel.is_some() {
        let around = [
            ("header", wanted.header.is_some()),
            ("footer", wanted.footer.is_some()),
        ];
        if let Some((field, _)) = around.iter().find(|(_, is_there)| *is_there) {
            return Err(ApiError::new(
                Code::DraftInvalid,
                "WhatsApp takes nothing but a text around cards.",
            )
            .at(*field));
        }
    }
    if wanted.text.is_some()
        && let Some((mode @ ("templateId" | "location" | "contacts"), _)) = first
    {
        return Err(
            ApiError::body_invalid(&format!("`{mode}` and `text` are two messages")).at("text"),
        );
    }
    Ok(())
}

fn file(wanted: &SendBody, media: &str) -> Result<DraftContent, ApiError> {
    let kind = wanted.media_type.as_deref().unwrap_or("image");
    let voice = kind == "voice";
    let kind = match kind {
        "voice" => "audio",
        "image" | "video" | "document" | "audio" | "sticker" => kind,
        _ => {
            return Err(ApiError::new(
                Code::DraftInvalid,
                "`mediaType` is image, video, document, audio, voice or sticker.",
            )
            .at("mediaType"));
        }
    };
    let caption = wanted.caption.clone().or_else(|| wanted.text.clone());
    // Before a file inside the request is stored.
    if caption.is_some() && matches!(kind, "audio" | "sticker") {
        return Err(ApiError::new(
            Code::DraftInvalid,
            "WhatsApp takes no caption with a sound or a sticker.",
        )
        .at("content.caption"));
    }
    if media.contains("://") {
        return Ok(DraftContent::Remote {
            kind: kind.to_owned(),
            url: media.to_owned(),
            caption,
            voice,
            file_name: wanted.file_name.clone(),
        });
    }
    Ok(DraftContent::Media {
        media: media_id(media)?,
        caption,
        voice,
        file_name: wanted.file_name.clone(),
    })
}

/// Our id of an uploaded file.
pub(super) fn media_id(text: &str) -> Result<MediaId, ApiError> {
    MediaId::parse(text).ok_or_else(|| {
        ApiError::new(
            Code::DraftInvalid,
            "`media` is an address that begins with https:// or http://, or the id of an uploaded file.",
        )
        .at("media")
    })
}

fn with_buttons(frame: Frame, buttons: &[ButtonBody]) -> Result<DraftContent, ApiError> {
    if let [
        ButtonBody {
            kind, label, url, ..
        },
    ] = buttons
        && kind == "url"
    {
        return Ok(DraftContent::Link {
            frame,
            action: label.clone(),
            url: url.clone().unwrap_or_default(),
        });
    }
    let mut choices = Vec::with_capacity(buttons.len());
    for (index, button) in buttons.iter().enumerate() {
        if button.kind != "reply" {
            return Err(ApiError::new(
                Code::NotSupportedForMeta,
                "WhatsApp takes one button with an address, or up to three to answer with. Others are for templates.",
            )
            .at(format!("buttons[{index}].type")));
        }
        choices.push(Choice {
            id: button
                .id
                .clone()
                .unwrap_or_else(|| format!("button_{}", index + 1)),
            title: button.label.clone(),
            description: None,
            section: None,
        });
    }
    Ok(DraftContent::Buttons {
        frame,
        buttons: choices,
    })
}

fn rows(list: &ListBody) -> Vec<Choice> {
    let mut rows: Vec<Choice> = Vec::new();
    for section in &list.sections {
        for (index, row) in section.rows.iter().enumerate() {
            rows.push(Choice {
                id: row
                    .row_id
                    .clone()
                    .unwrap_or_else(|| format!("row_{}", rows.len() + 1)),
                title: row.title.clone(),
                description: row.description.clone(),
                // The first row of a section carries its title.
                section: section.title.clone().filter(|_| index == 0),
            });
        }
    }
    rows
}

fn frame(wanted: &SendBody, body: String) -> Result<Frame, ApiError> {
    let header = match &wanted.header {
        None => None,
        Some(HeaderBody { kind, content }) if kind == "text" => Some(content.clone()),
        Some(_) => {
            return Err(ApiError::new(
                Code::NotSupportedForMeta,
                "This server puts words above a choice, and no files.",
            )
            .at("header.type"));
        }
    };
    Ok(Frame {
        header,
        body,
        footer: wanted.footer.clone(),
    })
}

fn time(text: Option<&str>, field: &str) -> Result<Option<i64>, ApiError> {
    let Some(text) = text else { return Ok(None) };
    moment(text, 0).map(Some).ok_or_else(|| {
        ApiError::body_invalid(&format!(
            "`{field}` is a time in ISO 8601, such as 2026-06-27T10:00:00.000Z"
        ))
        .at(field)
    })
}

/// The conversation of a number with the newest message.
pub(in crate::api) async fn some_conversation(
    state: &AppState,
    caller: &NumberCaller,
) -> Result<ConversationId, Failure> {
    let first = NumberedPage { page: 1, size: 1 };
    let found = state
        .store
        .conversations_by_time(&caller.scope, &caller.number, Span::ALL, first)
        .await?;
    let newest = found.items.into_iter().next();
    newest
        .map(|listed| listed.conversation.id)
        .ok_or_else(|| ApiError::not_found("file").at("media").into())
}
