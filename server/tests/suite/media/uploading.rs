//! `POST /api/media`.

use super::Scene;
use crate::support::PATIENCE;
use crate::support::whatsapp::WhatsApp;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use bytes::Bytes;
use futures::StreamExt;
use serde_json::json;
use tower::ServiceExt;

#[tokio::test]
async fn what_whatsapp_takes_is_taken() {
    let scene = Scene::set().await;
    let whatsapp = WhatsApp::of(&scene.app).await;
    for (kind, mime, file) in [
        ("image", "image/jpeg", "1001"),
        ("image", "image/png", "1006"),
        ("video", "video/mp4", "1002"),
        ("audio", "audio/ogg; codecs=opus", "1003"),
        ("audio", "audio/mpeg", "1007"),
        ("document", "application/pdf", "1004"),
        ("document", "application/x-anything", "1008"),
        ("document", "image/jpeg", "1001"),
        ("sticker", "image/webp", "1005"),
    ] {
        let bytes = whatsapp.bytes(file).await.to_vec();
        let answer = scene.upload(kind, mime, bytes.clone()).await;
        assert_eq!(
            answer.status,
            StatusCode::CREATED,
            "{mime}: {}",
            answer.text()
        );
        let told = answer.json();
        assert_eq!(told["size"], bytes.len());
        assert_eq!(told["mimeType"], mime.split(';').next().unwrap());
        assert_eq!(told["width"].is_u64(), mime.starts_with("image"), "{told}");
        assert_eq!(
            told["durationMs"].is_u64(),
            mime.starts_with("audio"),
            "{told}"
        );
        let opened = scene.open(&scene.links(&told["id"]).await["url"]).await;
        assert_eq!(opened.body, bytes, "{mime}");
    }
}

#[tokio::test]
async fn what_whatsapp_does_not_take_is_refused_with_a_reason() {
    let scene = Scene::set().await;
    let whatsapp = WhatsApp::of(&scene.app).await;
    let jpeg = whatsapp.bytes("1001").await.to_vec();
    let mut stereo = whatsapp.bytes("1003").await.to_vec();
    stereo[37] = 2;
    let large = |size: usize| {
        let mut bytes = jpeg.clone();
        bytes.resize(size, 0);
        bytes
    };
    for (kind, mime, bytes, code, word) in [
        (
            "image",
            "image/webp",
            jpeg.clone(),
            "400 MEDIA_TYPE_INVALID",
            "does not take",
        ),
        (
            "image",
            "text/html",
            jpeg.clone(),
            "400 MEDIA_TYPE_INVALID",
            "does not take",
        ),
        (
            "image",
            "",
            jpeg.clone(),
            "400 MEDIA_TYPE_INVALID",
            "does not take",
        ),
        (
            "image",
            "image/png",
            b"<html><body></body></html>".to_vec(),
            "400 MEDIA_TYPE_INVALID",
            "said to be",
        ),
        (
            "image",
            "image/png",
            b"nothing in particular".to_vec(),
            "400 MEDIA_TYPE_INVALID",
            "said to be",
        ),
        (
            "audio",
            "audio/ogg",
            stereo,
            "400 MEDIA_TYPE_INVALID",
            "one channel",
        ),
        (
            "audio",
            "audio/ogg",
            jpeg.clone(),
            "400 MEDIA_TYPE_INVALID",
            "said to be",
        ),
        (
            "image",
            "image/jpeg",
            large((5 << 20) + 1),
            "413 MEDIA_TOO_LARGE",
            "5 MB",
        ),
        (
            "image",
            "image/jpeg",
            Vec::new(),
            "400 BODY_INVALID",
            "empty",
        ),
        (
            "picture",
            "image/jpeg",
            jpeg.clone(),
            "400 BODY_INVALID",
            "kind",
        ),
    ] {
        let answer = scene.upload(kind, mime, bytes).await;
        assert_eq!(answer.code(), code, "{kind} {mime}: {}", answer.text());
        assert!(answer.text().contains(word), "{}", answer.text());
    }
    // Bytes go on after the picture has ended: nobody minds.
    let answer = scene.upload("image", "image/jpeg", large(5 << 20)).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let answer = scene
        .operator
        .post("/api/media?kind=image", &json!("no conversation"))
        .await;
    assert_eq!(answer.code(), "400 BODY_INVALID");
}

#[tokio::test]
async fn a_sticker_that_does_not_move_must_be_smaller() {
    let scene = Scene::set().await;
    let whatsapp = WhatsApp::of(&scene.app).await;
    let mut still = whatsapp.bytes("1005").await.to_vec();
    still.resize((100 << 10) + 1, 0);
    let answer = scene.upload("sticker", "image/webp", still.clone()).await;
    assert_eq!(answer.code(), "413 MEDIA_TOO_LARGE", "{}", answer.text());
    assert!(answer.text().contains("100 KB"));
    // The flag that says it moves, in an extended header.
    still[12..16].copy_from_slice(b"VP8X");
    still[20] = 2;
    let answer = scene.upload("sticker", "image/webp", still).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
}

/// What Chromium records.
const RECORDING: &[u8] = include_bytes!("../../../src/media/voice/recording.webm");

#[tokio::test]
async fn a_recording_of_a_browser_becomes_a_voice_note() {
    let scene = Scene::set().await;
    let mime = "audio/webm;codecs=opus";
    let answer = scene.upload("voice", mime, RECORDING.to_vec()).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let told = answer.json();
    assert_eq!(told["mimeType"], "audio/ogg");
    let length = told["durationMs"].as_i64().unwrap();
    assert!((1_000..2_000).contains(&length), "{told}");
    let ogg = scene
        .open(&scene.links(&told["id"]).await["url"])
        .await
        .body;
    assert_eq!(told["size"], ogg.len());
    assert_eq!(&ogg[..4], b"OggS");
    assert_eq!((&ogg[28..36], ogg[37]), (&b"OpusHead"[..], 1));
    // Other browsers record that already.
    let answer = scene.upload("voice", "audio/ogg", ogg.to_vec()).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    assert_eq!(answer.json()["durationMs"], length);
}

#[tokio::test]
async fn what_is_no_recording_of_a_voice_is_refused() {
    let scene = Scene::set().await;
    let whatsapp = WhatsApp::of(&scene.app).await;
    let mut stereo = RECORDING.to_vec();
    let head = stereo.windows(8).position(|at| at == b"OpusHead").unwrap();
    stereo[head + 9] = 2;
    let film = whatsapp.bytes("1002").await.to_vec();
    let junk = [&RECORDING[..160], &[0xff; 200][..]].concat();
    for (mime, bytes, word) in [
        ("audio/webm", stereo, "one channel"),
        (
            "audio/webm",
            RECORDING[..RECORDING.len() - 9].to_vec(),
            "cannot be read",
        ),
        ("audio/webm", junk, "cannot be read"),
        ("audio/webm", film.clone(), "one channel"),
        ("audio/webm", b"<html></html>".to_vec(), "said to be"),
        (
            "audio/webm",
            b"nothing in particular".to_vec(),
            "said to be",
        ),
        ("video/mp4", film, "one channel"),
        ("text/html", RECORDING.to_vec(), "one channel"),
        ("audio/webm", Vec::new(), "empty"),
    ] {
        let answer = scene.upload("voice", mime, bytes).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{mime} {word}");
        assert!(
            answer.text().contains(word),
            "{mime}, {word}: {}",
            answer.text()
        );
    }
    // As a file of sound WebM is nothing that WhatsApp takes.
    let answer = scene
        .upload("audio", "audio/webm", RECORDING.to_vec())
        .await;
    assert_eq!(answer.code(), "400 MEDIA_TYPE_INVALID");
    assert_eq!(scene.blobs(), Vec::<String>::new());
}

impl Scene {
    /// Uploads bytes whose number nobody announces.
    async fn stream(
        &self,
        kind: &str,
        mime: &str,
        pieces: impl futures::Stream<Item = Result<Bytes, std::io::Error>> + Send + 'static,
    ) -> (StatusCode, String) {
        let token = self.app.token(&self.app.acme).await;
        let request = Request::post(format!(
            "/api/media?conversation={}&kind={kind}",
            self.conversation
        ))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", mime)
        .body(Body::from_stream(pieces))
        .unwrap();
        let answer = self.app.router.clone().oneshot(request);
        let answer = tokio::time::timeout(PATIENCE, answer)
            .await
            .expect("it is answered")
            .unwrap();
        let status = answer.status();
        let body = axum::body::to_bytes(answer.into_body(), 10_000)
            .await
            .unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }
}

#[tokio::test]
async fn a_body_is_read_no_further_than_it_may_go() {
    let scene = Scene::set().await;
    let endless = |first: Vec<u8>| {
        let rest = futures::stream::repeat_with(|| Ok(Bytes::from(vec![0; 65_536])));
        futures::stream::iter([Ok(Bytes::from(first))]).chain(rest)
    };
    let jpeg = b"\xff\xd8\xff\xe0".to_vec();
    let (status, text) = scene.stream("image", "image/jpeg", endless(jpeg)).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{text}");
    // The first bytes say enough.
    let page = b"<html><script>alert(1)</script></html>".to_vec();
    let (status, text) = scene.stream("audio", "audio/mpeg", endless(page)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{text}");
    assert!(text.contains("MEDIA_TYPE_INVALID"), "{text}");
    assert_eq!(scene.blobs(), Vec::<String>::new());
}

#[tokio::test]
async fn half_a_body_is_not_a_file() {
    let scene = Scene::set().await;
    let cut = futures::stream::iter([
        Ok(Bytes::from_static(b"half")),
        Err(std::io::Error::other("cut")),
    ]);
    let (status, text) = scene.stream("document", "text/plain", cut).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(text.contains("did not arrive whole"), "{text}");
    let silent =
        futures::stream::iter([Ok(Bytes::from_static(b"half"))]).chain(futures::stream::pending());
    let (status, text) = scene.stream("document", "text/plain", silent).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(text.contains("did not arrive whole"), "{text}");
    let mut database = scene.app.database().await;
    assert_eq!(database.number("SELECT count(*) FROM media").await, 0);
}

#[tokio::test]
async fn a_picture_that_would_fill_the_memory_is_not_unpacked() {
    let scene = Scene::set().await;
    // A hundred megabytes of one grey, from a file of some kilobytes. A whole one: what is missing is only the will to unpack it.
    let bomb = png_of(10_100, 10_100);
    assert!(bomb.len() < 1 << 20, "{}", bomb.len());
    let answer = scene.upload("image", "image/png", bomb).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    assert_eq!(answer.json()["width"], 10_100);
    let links = scene.links(&answer.json()["id"]).await;
    assert!(links["thumbnail"].is_null());
}

/// A grey PNG, written without ever being in memory.
pub(super) fn png_of(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().unwrap();
    let mut stream = writer.stream_writer().unwrap();
    let row = vec![0; width as usize];
    for _ in 0..height {
        std::io::Write::write_all(&mut stream, &row).unwrap();
    }
    stream.finish().unwrap();
    writer.finish().unwrap();
    bytes
}
