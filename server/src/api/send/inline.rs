//! A file inside a request: a `data:` URI in base64 (RFC 2397).

use super::body::SendBody;
use crate::access::NumberCaller;
use crate::api::Failure;
use crate::media::{Offered, Target, accept, hex, safe_name};
use crate::state::AppState;
use crate::store::{NumberedPage, Span, not_ready};
use app::error::{ApiError, Code};
use app::ids::{ConversationId, MediaId};
use app::templates::MessageTemplate;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use futures::stream;

const SCHEME: &str = "data:";
/// How much is decoded at a time, in characters: a multiple of four.
const PIECE: usize = 64 * 1024;
/// With or without the signs that fill the last group up.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The file.
pub(super) struct Inline {
    /// As it is declared.
    mime: String,
    uri: String,
    /// Where its characters begin.
    begins: usize,
}

/// Whether a text is a file.
pub(super) fn is_file(text: &str) -> bool {
    text.get(..SCHEME.len())
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case(SCHEME))
}

impl Inline {
    /// Reads what stands before the characters.
    pub(super) fn read(uri: String) -> Result<Self, ApiError> {
        let comma = uri.find(',').ok_or_else(malformed)?;
        let said = &uri[SCHEME.len()..comma];
        let (mime, coding) = said.rsplit_once(';').ok_or_else(malformed)?;
        if !coding.trim().eq_ignore_ascii_case("base64") {
            return Err(malformed());
        }
        Ok(Self {
            mime: mime.to_owned(),
            begins: comma + 1,
            uri,
        })
    }

    /// What stands for it where requests are compared.
    pub(super) fn mark(&self) -> String {
        format!(
            "data:{}",
            hex(digest(&SHA256, self.uri.as_bytes()).as_ref())
        )
    }

    /// Takes it as an upload of this id, as `POST /v1/media` would.
    pub(super) async fn store(
        self,
        state: &AppState,
        caller: &NumberCaller,
        id: MediaId,
        kind: &str,
        wanted: &SendBody,
    ) -> Result<(), Failure> {
        let bucket = format!("v1-upload:{}", caller.number);
        let target = Target {
            scope: &caller.scope,
            conversation: some_conversation(state, caller).await?,
            bucket: &bucket,
        };
        let offered = Offered {
            id,
            kind,
            declared: &self.mime,
            size: (self.uri.len() - self.begins) as u64 / 4 * 3,
            file_name: wanted.file_name.as_deref().and_then(safe_name),
        };
        let characters = &self.uri.as_bytes()[self.begins..];
        let pieces = characters.chunks(PIECE).map(|piece| {
            BASE64
                .decode(piece)
                .map(Bytes::from)
                .map_err(|_| Failure::from(malformed()))
        });
        accept(state, target, offered, stream::iter(pieces))
            .await
            .map_err(at_media)?;
        Ok(())
    }
}

/// As what a file of this request is sent.
pub(super) fn kind_of(wanted: &SendBody, template: Option<&MessageTemplate>) -> String {
    let of_template = template.and_then(|template| template.header_format.as_deref());
    match (template, of_template) {
        (Some(_), Some(format)) => format.to_lowercase(),
        (Some(_), None) => "document".to_owned(),
        (None, _) => wanted
            .media_type
            .clone()
            .unwrap_or_else(|| "image".to_owned()),
    }
}

/// A file belongs to its number; any conversation of it will do. A number without one sends nothing either.
async fn some_conversation(
    state: &AppState,
    caller: &NumberCaller,
) -> Result<ConversationId, Failure> {
    let first = NumberedPage { page: 1, size: 1 };
    let found = state
        .store
        .conversations_by_time(&caller.scope, &caller.number, Span::ALL, first)
        .await?;
    let newest = found.items.into_iter().next();
    Ok(newest.ok_or_else(not_ready)?.conversation.id)
}

fn malformed() -> ApiError {
    ApiError::new(
        Code::DraftInvalid,
        "A file inside a message is a data URI in base64, such as data:image/png;base64,iVBORw0KGgo=.",
    )
    .at("media")
}

/// What is wrong with a file is wrong with this field.
fn at_media(mut failure: Failure) -> Failure {
    if matches!(
        failure.error.code,
        Code::MediaTypeInvalid | Code::MediaTooLarge | Code::BodyInvalid
    ) {
        failure.error.field = Some("media".into());
    }
    failure
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_a_data_uri_in_base64() {
        for (text, mime) in [
            ("data:image/png;base64,AA==", Some("image/png")),
            ("DATA:image/png;BASE64,", Some("image/png")),
            (
                "data:audio/ogg; codecs=opus;base64,AA",
                Some("audio/ogg; codecs=opus"),
            ),
            ("data:;base64,AA", Some("")),
            ("data:image/png,AA", None),
            ("data:image/png;base64", None),
            ("data:", None),
        ] {
            assert!(is_file(text), "{text}");
            let read = Inline::read(text.to_owned()).ok();
            assert_eq!(read.map(|file| file.mime).as_deref(), mime, "{text}");
        }
        assert!(!is_file("https://a.test/data:") && !is_file("dat") && !is_file("datä:x"));
    }

    #[test]
    fn the_same_file_has_the_same_mark() {
        let mark = |text: &str| Inline::read(text.to_owned()).unwrap().mark();
        assert_eq!(mark("data:a/b;base64,AAAA"), mark("data:a/b;base64,AAAA"));
        assert_ne!(mark("data:a/b;base64,AAAA"), mark("data:a/b;base64,AAAB"));
        assert!(mark("data:a/b;base64,AAAA").len() < 100);
    }
}
