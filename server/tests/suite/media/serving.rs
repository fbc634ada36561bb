//! `GET /media/{id}/{access}`.

use super::Scene;
use crate::support::{Answer, eventually, forge};
use app::ids::{MediaId, SessionId};
use axum::http::{HeaderMap, StatusCode};
use pilot_inbox::media::{Grant, Holder, Variant};
use serde_json::{Value, json};

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

impl Scene {
    async fn ask(&self, link: &Value, headers: &[(&str, &str)]) -> Answer {
        let client = headers
            .iter()
            .fold(self.app.anonymous(), |client, (name, value)| {
                client.header(name, value)
            });
        client.get(text(link)).await
    }

    /// An address as the server would sign it for a session.
    fn signed(&self, token: &str, media: &Value, expires_at: i64) -> Value {
        let claims = forge::decode(token, 1);
        let grant = Grant {
            tenant: app::ids::TenantId::parse(text(&claims["sub"])).unwrap(),
            holder: Holder::Session(SessionId::parse(text(&claims["sid"])).unwrap()),
            expires_at,
            variant: Variant::Shown,
        };
        let media = MediaId::parse(text(media)).unwrap();
        self.app.state.media.links.path(&media, &grant).into()
    }
}

fn in_an_hour() -> i64 {
    pilot_inbox::clock::now_ms() + 3_600_000
}

#[tokio::test]
async fn parts_are_what_a_slice_is() {
    let scene = Scene::set().await;
    let bytes: Vec<u8> = (0..70_000u32)
        .map(|at| u8::try_from(at % 251).unwrap())
        .collect();
    let id = scene.document("application/pdf", "x.pdf", &bytes).await;
    let link = scene.links(&id).await["url"].clone();
    let size = bytes.len();
    let mut seed = 7u64;
    let mut any = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(seed >> 33).unwrap() % below
    };
    for _ in 0..200 {
        let (first, last) = (any(size + 2_000), any(size + 2_000));
        let (header, expected) = match any(3) {
            0 => (format!("bytes={first}-"), Some(first..size)),
            1 => (
                format!("bytes=-{}", first + 1),
                Some(size.saturating_sub(first + 1)..size),
            ),
            _ if last < first => (format!("bytes={first}-{last}"), None),
            _ => (
                format!("bytes={first}-{last}"),
                Some(first..(last + 1).min(size)),
            ),
        };
        let answer = scene.ask(&link, &[("range", &header)]).await;
        match expected {
            None => {
                assert_eq!(answer.status, StatusCode::OK, "{header}");
                assert_eq!(answer.body, bytes, "{header}");
            }
            Some(part) if part.start >= size => {
                assert_eq!(answer.status, StatusCode::RANGE_NOT_SATISFIABLE, "{header}");
                assert_eq!(answer.header("content-range"), format!("bytes */{size}"));
            }
            Some(part) => {
                assert_eq!(answer.status, StatusCode::PARTIAL_CONTENT, "{header}");
                assert_eq!(answer.body, bytes[part.clone()], "{header}");
                assert_eq!(
                    answer.header("content-range"),
                    format!("bytes {}-{}/{size}", part.start, part.end - 1)
                );
                assert_eq!(answer.header("content-length"), part.len().to_string());
            }
        }
    }
}

#[tokio::test]
async fn a_browser_that_has_the_file_gets_no_bytes() {
    let scene = Scene::set().await;
    let id = scene.document("text/plain", "x.txt", b"0123456789").await;
    let link = scene.links(&id).await["url"].clone();
    let whole = scene.ask(&link, &[]).await;
    let tag = whole.header("etag").to_owned();
    assert_eq!(whole.header("accept-ranges"), "bytes");
    for known in [
        tag.clone(),
        format!("W/{tag}"),
        format!("\"x\", {tag}"),
        "*".into(),
    ] {
        let answer = scene.ask(&link, &[("if-none-match", &known)]).await;
        assert_eq!(answer.status, StatusCode::NOT_MODIFIED, "{known}");
        assert!(answer.body.is_empty());
    }
    let part = [("range", "bytes=2-3")];
    let same = scene.ask(&link, &[part[0], ("if-range", &tag)]).await;
    assert_eq!(
        (same.status, &same.body[..]),
        (StatusCode::PARTIAL_CONTENT, &b"23"[..])
    );
    let other = scene
        .ask(&link, &[part[0], ("if-range", "\"other\"")])
        .await;
    assert_eq!((other.status, other.body.len()), (StatusCode::OK, 10));
}

#[tokio::test]
async fn names_cannot_leave_their_header() {
    let scene = Scene::set().await;
    for (name, header) in [
        (
            "..%2F..%2Fetc%2Fpasswd",
            "attachment; filename=\"passwd\"; filename*=UTF-8''passwd",
        ),
        (
            "a%22%3B%20x%3D%0D%0ASet-Cookie%3A%20y.pdf",
            "attachment; filename=\"a_; x=Set-Cookie: y.pdf\"; filename*=UTF-8''a%22%3B%20x%3DSet-Cookie%3A%20y.pdf",
        ),
        (
            "%00",
            "attachment; filename=\"file.pdf\"; filename*=UTF-8''file.pdf",
        ),
    ] {
        let id = scene.document("application/pdf", name, b"%PDF-1.4").await;
        let answer = scene.open(&scene.links(&id).await["url"]).await;
        assert_eq!(answer.header("content-disposition"), header);
    }
}

#[tokio::test]
async fn an_address_that_was_changed_opens_nothing() {
    let scene = Scene::set().await;
    let id = scene.document("text/plain", "x.txt", b"secret").await;
    let other = scene.document("text/plain", "x.txt", b"other").await;
    let links = scene.links(&id).await;
    let address = text(&links["url"]).to_owned();
    let begin = "/media/".len();
    for place in begin..address.len() {
        let mut changed = address.clone().into_bytes();
        changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        let answer = scene.app.anonymous().get(&changed).await;
        assert_ne!(answer.status, StatusCode::OK, "{changed}");
        assert_eq!(answer.code(), "404 NOT_FOUND", "{changed}");
    }
    // The proof of one file is none for another, and that of looking at it none for a small picture.
    let access = address.rsplit('/').next().unwrap();
    for wrong in [
        format!("/media/{}/{access}", text(&other)),
        format!("/media/{}/{}", text(&id), access.replacen("v.", "t.", 1)),
        format!("/media/{}/{access}.x", text(&id)),
        format!("/media/{}/x", text(&id)),
        format!("/media/..%2f/{access}"),
    ] {
        let answer = scene.app.anonymous().get(&wrong).await;
        assert_eq!(answer.code(), "404 NOT_FOUND", "{wrong}");
    }
}

#[tokio::test]
async fn an_address_ends_after_minutes() {
    let scene = Scene::set().await;
    let id = scene.document("text/plain", "x.txt", b"secret").await;
    let token = scene.app.token(&scene.app.acme).await;
    let late = scene.signed(&token, &id, pilot_inbox::clock::now_ms() - 1_000);
    assert_eq!(scene.ask(&late, &[]).await.code(), "401 TOKEN_EXPIRED");
    let good = scene.signed(&token, &id, in_an_hour());
    assert_eq!(scene.ask(&good, &[]).await.text(), "secret");
    let given = scene.links(&id).await["expiresAt"].as_i64().unwrap();
    let minutes = (given - pilot_inbox::clock::now_ms()) / 60_000;
    assert!((8..=15).contains(&minutes), "{minutes}");
    // The same file has the same address for a while, so that browsers can keep it.
    let (first, second) = (scene.links(&id).await, scene.links(&id).await);
    assert!(first == second || first["expiresAt"] != second["expiresAt"]);
}

#[tokio::test]
async fn an_address_opens_what_its_session_may_see() {
    let scene = Scene::set().await;
    let id = scene.document("text/plain", "x.txt", b"secret").await;
    let app = &scene.app;
    let foreign = app.token(&app.globex).await;
    let elsewhere = app.token_for(&app.acme, &app.acme.numbers[1].id).await;
    for token in [foreign, elsewhere] {
        let address = scene.signed(&token, &id, in_an_hour());
        assert_eq!(scene.ask(&address, &[]).await.code(), "404 NOT_FOUND");
        let asked = app
            .with_token(&token)
            .ask("/api/media/urls", &json!({"ids": [id]}))
            .await;
        assert_eq!(asked, json!([]));
    }
    let unknown = scene
        .operator
        .ask("/api/media/urls", &json!({"ids": ["med_unknown", id]}))
        .await;
    assert_eq!(unknown.as_array().unwrap().len(), 1);
    let many: Vec<String> = (0..101).map(|number| format!("med_{number}")).collect();
    let refused = scene
        .operator
        .post("/api/media/urls", &json!({"ids": many}))
        .await;
    assert_eq!(refused.code(), "400 TOO_MANY_IDS");
}

#[tokio::test]
async fn an_address_ends_with_its_session_and_its_number() {
    let scene = Scene::set().await;
    let id = scene.document("text/plain", "x.txt", b"secret").await;
    let app = &scene.app;
    let both = app.token(&app.acme).await;
    let address = scene.signed(&both, &id, in_an_hour());
    assert_eq!(scene.ask(&address, &[]).await.text(), "secret");
    let number = &app.acme.numbers[0].id;
    app.state.store.remove_number(number).await.unwrap();
    let code = eventually("the number to be gone", || async {
        let answer = scene.ask(&address, &[]).await;
        (answer.status != StatusCode::OK).then_some(answer.code())
    })
    .await;
    assert_eq!(code, "404 NOT_FOUND");
    app.state
        .store
        .revoke_api_key(&app.acme.key_id)
        .await
        .unwrap();
    let code = eventually("the session to end", || async {
        let answer = scene.ask(&address, &[]).await;
        (answer.status != StatusCode::NOT_FOUND).then_some(answer.code())
    })
    .await;
    assert_eq!(code, "401 SESSION_ENDED");
}

#[tokio::test]
async fn a_small_picture_is_small() {
    let scene = Scene::set().await;
    let mut png = std::io::Cursor::new(Vec::new());
    let picture = image::RgbaImage::from_fn(800, 600, |x, _| {
        image::Rgba([0, 0, 0, u8::try_from(x % 256).unwrap()])
    });
    picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
    let answer = scene.upload("image", "image/png", png.into_inner()).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    assert_eq!(
        (&answer.json()["width"], &answer.json()["height"]),
        (&json!(800), &json!(600))
    );
    let links = scene.links(&answer.json()["id"]).await;
    let small = scene.open(&links["thumbnail"]).await;
    assert_eq!(small.header("content-type"), "image/webp");
    let read = image::load_from_memory(&small.body).unwrap();
    assert_eq!((read.width(), read.height()), (320, 240));
    assert!(read.color().has_alpha());
    let headers: &HeaderMap = &small.headers;
    assert_eq!(headers["content-length"], small.body.len().to_string());
}
