//! What stands in a bubble of ours before the server has answered.

use super::Body;
use crate::messages::{Content, Media, Template, TemplateButton};
use crate::notes::Note;
use crate::templates::{MessageTemplate, TemplateValues, preview};

impl Body {
    /// A text.
    pub fn of_text(text: &str) -> Self {
        Self {
            kind: "text".to_owned(),
            text: Some(text.to_owned()),
            ..Self::default()
        }
    }

    /// A note for colleagues.
    pub fn of_note(text: String, note: Note) -> Self {
        Self {
            kind: Note::KIND.to_owned(),
            text: Some(text),
            content: Some(Box::new(Content {
                note: Some(note),
                ..Content::default()
            })),
            ..Self::default()
        }
    }

    /// Who wrote it and whom it calls, if it is a note.
    pub fn note(&self) -> Option<&Note> {
        self.content.as_ref()?.note.as_ref()
    }

    /// A file that is sent as this kind (`image`, `document`, …), with what stands below it.
    pub fn of_file(kind: &str, media: Media, caption: Option<String>) -> Self {
        Self {
            kind: kind.to_owned(),
            text: caption,
            content: Some(Box::new(Content {
                media: Some(media),
                ..Content::default()
            })),
            ..Self::default()
        }
    }

    /// A template, filled, and the file of its header.
    pub fn of_template(
        template: &MessageTemplate,
        values: &TemplateValues,
        media: Option<Media>,
    ) -> Self {
        let said = preview(template, values);
        let buttons = said.buttons.into_iter().map(|button| TemplateButton {
            kind: button.kind,
            text: button.text,
            value: button.value,
        });
        Self {
            kind: "template".to_owned(),
            text: Some(said.body),
            content: Some(Box::new(Content {
                media,
                template: Some(Template {
                    name: template.name.clone(),
                    language: template.language.clone(),
                    header: said.header,
                    footer: template.footer.clone(),
                    buttons: buttons.collect(),
                }),
                ..Content::default()
            })),
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::Part;
    use serde_json::json;

    #[test]
    fn a_template_under_way_says_what_the_customer_will_read() {
        let template: MessageTemplate = serde_json::from_value(json!({"name": "t", "language": "en", "category": "UTILITY",
            "status": "APPROVED", "named": false, "headerFormat": "TEXT", "header": "For {{1}}", "body": "Hi {{1}}",
            "footer": "Bye", "buttons": [{"kind": "QUICK_REPLY", "text": "Stop"}]}))
        .unwrap();
        let values: TemplateValues =
            serde_json::from_value(json!({"header": [{"name": "1", "text": "you"}],
            "body": [{"name": "1", "text": "Ana"}]}))
            .unwrap();
        assert_eq!(
            Body::of_template(&template, &values, None).parts(),
            [
                Part::Heading("For you".into()),
                Part::Words("Hi Ana".into()),
                Part::Small("Bye".into()),
                Part::Buttons(vec!["Stop".into()]),
            ]
        );
    }

    #[test]
    fn a_file_under_way_has_its_name_and_its_caption() {
        let media: Media = serde_json::from_value(
            json!({"id": "med_1", "mimeType": "application/pdf", "fileName": "a.pdf",
            "state": "PENDING", "voice": false, "animated": false, "thumbnail": false}),
        )
        .unwrap();
        let body = Body::of_file("document", media.clone(), Some("Sign it".into()));
        assert_eq!(
            body.parts(),
            [Part::File(media), Part::Words("Sign it".into())]
        );
    }
}
