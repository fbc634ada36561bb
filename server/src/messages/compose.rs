//! How a draft is shown: as a message of the thread, from the moment it is stored.

use super::media_kind;
use crate::store::{Outgoing, Uploaded};
use app::error::{ApiError, Code};
use app::messages::{
    Choice, Content, Draft, DraftContent, Frame, Interactive, Location, Media, Slide, Template,
    TemplateButton,
};
use app::templates::{ButtonOfTemplate, MessageTemplate, TemplateValues, check, preview};

/// The message of a draft that has been checked. `media` is the file that it names.
/// `template` is the template that it names.
#[expect(
    clippy::too_many_lines,
    reason = "an arm for each type is read at a glance"
)]
pub fn compose(
    draft: Draft,
    media: Option<Uploaded>,
    template: Option<&MessageTemplate>,
) -> Result<Outgoing, ApiError> {
    let mut draft = without_nul(draft)?;
    let mut content = Content::default();
    let mut text = None;
    let kind = match &mut draft.content {
        DraftContent::Text { body } => {
            text = Some(body.clone());
            "text"
        }
        DraftContent::Location {
            latitude,
            longitude,
            name,
            address,
        } => {
            content.location = Some(Location {
                latitude: latitude.clone(),
                longitude: longitude.clone(),
                name: name.clone(),
                address: address.clone(),
                url: None,
            });
            "location"
        }
        DraftContent::Contacts { cards } => {
            content.cards.clone_from(cards);
            "contacts"
        }
        DraftContent::Buttons { frame, buttons } => {
            text = Some(frame.body.clone());
            content.interactive = Some(Interactive {
                choices: buttons.clone(),
                ..framed("button", frame)
            });
            "interactive"
        }
        DraftContent::List {
            frame,
            action,
            rows,
        } => {
            text = Some(frame.body.clone());
            content.interactive = Some(Interactive {
                action: Some(action.clone()),
                choices: rows.clone(),
                ..framed("list", frame)
            });
            "interactive"
        }
        DraftContent::Link { frame, action, url } => {
            text = Some(frame.body.clone());
            content.interactive = Some(Interactive {
                action: Some(action.clone()),
                url: Some(url.clone()),
                ..framed("cta_url", frame)
            });
            "interactive"
        }
        DraftContent::Carousel { body, cards } => {
            text = Some(body.clone());
            let frame = Frame {
                body: body.clone(),
                ..Frame::default()
            };
            content.interactive = Some(Interactive {
                choices: cards.iter().zip(1..).map(card).collect(),
                ..framed("carousel", &frame)
            });
            "interactive"
        }
        DraftContent::Flow { frame, action, .. } => {
            text = Some(frame.body.clone());
            content.interactive = Some(Interactive {
                action: Some(action.clone()),
                ..framed("flow", frame)
            });
            "interactive"
        }
        DraftContent::Template { values, named, .. } => {
            let template =
                template.ok_or_else(|| ApiError::not_found("template").at("content.name"))?;
            *named = template.named;
            text = Some(of_template(
                &mut content,
                template,
                values,
                media.map(|it| it.media),
            )?);
            "template"
        }
        DraftContent::Media {
            caption,
            voice,
            file_name,
            ..
        } => {
            let Uploaded { kind, mut media } =
                media.ok_or_else(|| ApiError::not_found("file").at("content.media"))?;
            let kind = kind.name();
            check_media(kind, &media, caption.as_deref(), *voice)?;
            text.clone_from(caption);
            media.voice = *voice;
            if file_name.is_some() {
                media.file_name.clone_from(file_name);
            }
            content.media = Some(media);
            kind
        }
        DraftContent::Remote {
            kind, url, caption, ..
        } => {
            text = Some(where_it_lies(url, caption.as_deref()));
            kind.as_str()
        }
    };
    Ok(Outgoing {
        kind: kind.to_owned(),
        text,
        content: content.boxed(),
        window_at: None,
        draft,
    })
}

/// What the thread shows of a card: its words, and what is written on its buttons.
fn card((slide, number): (&Slide, u32)) -> Choice {
    let buttons: Vec<&str> = slide
        .action
        .iter()
        .map(String::as_str)
        .chain(slide.buttons.iter().map(|button| &*button.title))
        .collect();
    Choice {
        id: number.to_string(),
        title: slide.text.clone().unwrap_or_else(|| slide.media.clone()),
        description: Some(buttons.join(" · ")),
        section: None,
    }
}

/// What the thread shows of a file of which nobody here has the bytes.
fn where_it_lies(url: &str, caption: Option<&str>) -> String {
    match caption {
        Some(caption) => format!("{caption}\n{url}"),
        None => url.to_owned(),
    }
}

/// Puts a filled template into the content; its words are what comes back.
fn of_template(
    content: &mut Content,
    template: &MessageTemplate,
    values: &TemplateValues,
    media: Option<Media>,
) -> Result<String, ApiError> {
    check(template, values)?;
    let shown = preview(template, values);
    content.template = Some(Template {
        name: template.name.clone(),
        language: template.language.clone(),
        header: shown.header,
        footer: template.footer.clone(),
        buttons: shown.buttons.into_iter().map(button).collect(),
    });
    if values.media.is_some() {
        let file = || ApiError::not_found("file").at("content.values.media");
        let media = media.ok_or_else(file)?;
        let kind = media_kind(&media.mime_type);
        if template.header_format.as_deref() != Some(&*kind.to_uppercase()) {
            return Err(ApiError::new(
                Code::DraftInvalid,
                "This template begins with a file of another kind.",
            )
            .at("content.values.media"));
        }
        content.media = Some(media);
    }
    Ok(shown.body)
}

fn button(button: ButtonOfTemplate) -> TemplateButton {
    TemplateButton {
        kind: button.kind,
        text: button.text,
        value: button.value,
    }
}

fn framed(kind: &str, frame: &Frame) -> Interactive {
    Interactive {
        kind: kind.into(),
        header: frame.header.clone(),
        footer: frame.footer.clone(),
        action: None,
        url: None,
        choices: Vec::new(),
    }
}

/// What WhatsApp takes with a file of this kind (Meta, "Media").
fn check_media(
    kind: &str,
    media: &Media,
    caption: Option<&str>,
    voice: bool,
) -> Result<(), ApiError> {
    let invalid =
        |field: &str, sentence: &str| Err(ApiError::new(Code::DraftInvalid, sentence).at(field));
    if caption.is_some() && matches!(kind, "audio" | "sticker") {
        return invalid(
            "content.caption",
            "WhatsApp takes no caption with a sound or a sticker.",
        );
    }
    if voice && media.mime_type != "audio/ogg" {
        return invalid(
            "content.voice",
            "A voice note has to be an Ogg file with one Opus track.",
        );
    }
    Ok(())
}

/// NUL, which neither WhatsApp nor the databases carry, is replaced wherever it stands.
fn without_nul(draft: Draft) -> Result<Draft, ApiError> {
    let json = serde_json::to_string(&draft).map_err(|_| ApiError::internal())?;
    if !json.contains("\\u0000") {
        return Ok(draft);
    }
    // An escaped backslash before `u0000` is text, and stays: serde writes a NUL as `\u0000` and a backslash as `\\`.
    let mut mended = String::with_capacity(json.len());
    let mut rest = json.as_str();
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        mended.push_str(before);
        let length = if escape.starts_with("\\u") { 6 } else { 2 };
        let (escape, after) = escape.split_at(length.min(escape.len()));
        mended.push_str(if escape == "\\u0000" {
            "\u{fffd}"
        } else {
            escape
        });
        rest = after;
    }
    mended.push_str(rest);
    serde_json::from_str(&mended).map_err(|_| ApiError::internal())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::Kind;
    use app::ids::MediaId;
    use app::messages::MediaState;
    use serde_json::json;

    fn file(mime_type: &str) -> Uploaded {
        let kind = Kind::parse(media_kind(mime_type)).unwrap();
        let id = MediaId::parse("med_1").unwrap();
        let media = Media {
            file_name: Some("stored.bin".into()),
            ..Media::bare(id, mime_type, MediaState::Ready)
        };
        Uploaded { kind, media }
    }

    fn sent(file: Option<Uploaded>, rest: serde_json::Value) -> Result<Outgoing, ApiError> {
        let mut content = json!({"type": "media", "media": "med_1"});
        for (name, value) in rest.as_object().unwrap() {
            content[name] = value.clone();
        }
        let draft = serde_json::from_value(json!({ "content": content })).unwrap();
        compose(draft, file, None)
    }

    #[test]
    fn a_file_is_what_it_was_uploaded_as_and_keeps_its_rules() {
        for (mime_type, kind) in [
            ("image/png", Kind::Image),
            ("video/mp4", Kind::Video),
            ("video/mp4", Kind::Document),
            ("audio/ogg", Kind::Audio),
            ("image/webp", Kind::Sticker),
            ("application/zip", Kind::Document),
        ] {
            let file = Uploaded {
                kind,
                ..file(mime_type)
            };
            assert_eq!(sent(Some(file), json!({})).unwrap().kind, kind.name());
        }
        let field = |result: Result<Outgoing, ApiError>| result.err().and_then(|e| e.field);
        for (mime_type, rest, expected) in [
            (
                "audio/ogg",
                json!({"caption": "c"}),
                Some("content.caption"),
            ),
            (
                "image/webp",
                json!({"caption": "c"}),
                Some("content.caption"),
            ),
            ("audio/mpeg", json!({"voice": true}), Some("content.voice")),
            ("audio/ogg", json!({"voice": true}), None),
            (
                "application/pdf",
                json!({"caption": "c", "fileName": "a.pdf"}),
                None,
            ),
        ] {
            assert_eq!(
                field(sent(Some(file(mime_type)), rest)).as_deref(),
                expected
            );
        }
        assert_eq!(
            field(sent(None, json!({}))).as_deref(),
            Some("content.media")
        );
        let shown = sent(
            Some(file("application/pdf")),
            json!({"caption": "c", "fileName": "a.pdf"}),
        )
        .unwrap();
        assert_eq!(shown.text.as_deref(), Some("c"));
        let media = shown.content.unwrap().media.unwrap();
        assert_eq!(media.file_name.as_deref(), Some("a.pdf"));
    }

    #[test]
    fn cards_and_forms_are_shown_by_their_words() {
        let shown = |content: serde_json::Value| {
            let draft = serde_json::from_value(json!({ "content": content })).unwrap();
            let shown = compose(draft, None, None).unwrap();
            assert_eq!(
                (&*shown.kind, shown.text.as_deref()),
                ("interactive", Some("Look"))
            );
            shown.content.unwrap().interactive.unwrap()
        };
        let cards = shown(json!({"type": "carousel", "body": "Look", "cards": [
            {"kind": "image", "media": "https://a.test/1.png", "text": "Lamp", "action": "Buy", "url": "https://a.test"},
            {"kind": "image", "media": "https://a.test/2.png", "action": "Buy", "url": "https://a.test"}]}));
        let rows: Vec<_> = cards
            .choices
            .iter()
            .map(|row| (&*row.title, row.description.as_deref()))
            .collect();
        assert_eq!(
            rows,
            [("Lamp", Some("Buy")), ("https://a.test/2.png", Some("Buy"))]
        );
        let form =
            shown(json!({"type": "flow", "body": "Look", "action": "Book", "form": {"id": "1"}}));
        assert_eq!(
            (&*form.kind, form.action.as_deref()),
            ("flow", Some("Book"))
        );
    }

    #[test]
    fn nul_is_replaced_and_nothing_else() {
        let text = |body: &str| {
            compose(Draft::text(body), None, None)
                .unwrap()
                .text
                .unwrap()
        };
        assert_eq!(text("a\0b\\u0000\n\"c\\"), "a\u{fffd}b\\u0000\n\"c\\");
        assert_eq!(text("é\u{1}\\"), "é\u{1}\\");
    }
}
