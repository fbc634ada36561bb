//! `GET /words`: the words of a language, for an inbox whose language is switched.

use super::Failure;
use app::error::Code;
use app::i18n::{Key, Locale, words};
use axum::extract::Query;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

/// Which words.
#[derive(Deserialize)]
pub struct Wanted {
    locale: Option<String>,
    keys: Option<u32>,
}

/// The words as a JSON list. Whoever has other keys than this build would put them in the wrong places, and gets none.
pub async fn words(Query(wanted): Query<Wanted>) -> Result<Response, Failure> {
    if wanted.keys.is_some_and(|keys| keys != Key::MARK) {
        return Err(Failure::new(
            Code::NotFound,
            "This server has words for another build of the inbox. Reload the page.",
        ));
    }
    let locale = wanted
        .locale
        .as_deref()
        .map_or_else(Locale::default, Locale::from_tag);
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        ),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=3600"),
        ),
    ];
    Ok((headers, words::list(locale)).into_response())
}
