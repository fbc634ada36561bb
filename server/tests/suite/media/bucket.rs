//! The blob store on something that speaks S3.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::TryStreamExt;
use object_store::aws::AmazonS3Builder;
use pilot_inbox::media::{BlobError, Blobs, Spool};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// As much of S3 as a blob store needs.
#[derive(Clone, Default)]
struct Bucket {
    objects: Arc<Mutex<BTreeMap<String, Bytes>>>,
    parts: Arc<Mutex<BTreeMap<u32, Bytes>>>,
    unsigned: Arc<Mutex<u32>>,
}

/// Deletes what the body names.
async fn delete_all(State(bucket): State<Bucket>, body: String) -> Response {
    let mut gone = String::new();
    for key in body.split("<Key>").skip(1) {
        let key = key.split("</Key>").next().unwrap();
        bucket.objects.lock().unwrap().remove(key);
        gone.extend(["<Deleted><Key>", key, "</Key></Deleted>"]);
    }
    let kind = [(header::CONTENT_TYPE, "application/xml")];
    (kind, format!("<DeleteResult>{gone}</DeleteResult>")).into_response()
}

async fn answer(
    State(bucket): State<Bucket>,
    method: Method,
    Path(key): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let xml =
        |text: &str| ([(header::CONTENT_TYPE, "application/xml")], text.to_owned()).into_response();
    let signed = headers
        .get("authorization")
        .is_some_and(|value| value.to_str().unwrap().starts_with("AWS4-HMAC-SHA256 "));
    if !signed {
        *bucket.unsigned.lock().unwrap() += 1;
    }
    let mut objects = bucket.objects.lock().unwrap();
    let mut parts = bucket.parts.lock().unwrap();
    match (method, query.get("partNumber")) {
        (Method::PUT, Some(part)) => {
            parts.insert(part.parse().unwrap(), body);
            [(header::ETAG, format!("\"{part}\""))].into_response()
        }
        (Method::PUT, None) => {
            let copied = headers.get("x-amz-copy-source").map(|from| {
                let from = from.to_str().unwrap().trim_start_matches("/media/");
                objects.get(from.trim_start_matches("media/")).cloned()
            });
            match copied {
                None => objects.insert(key, body),
                Some(Some(bytes)) => {
                    objects.insert(key, bytes);
                    return xml("<CopyObjectResult><ETag>\"c\"</ETag></CopyObjectResult>");
                }
                Some(None) => return StatusCode::NOT_FOUND.into_response(),
            };
            [(header::ETAG, "\"x\"")].into_response()
        }
        (Method::POST, _) if query.contains_key("uploads") => xml(
            "<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>",
        ),
        (Method::POST, _) => {
            let whole: Vec<u8> = std::mem::take(&mut *parts)
                .into_values()
                .flatten()
                .collect();
            objects.insert(key, whole.into());
            xml("<CompleteMultipartUploadResult><ETag>\"m\"</ETag></CompleteMultipartUploadResult>")
        }
        (Method::GET | Method::HEAD, _) => {
            let Some(bytes) = objects.get(&key) else {
                return StatusCode::NOT_FOUND.into_response();
            };
            let stamp = [
                (header::LAST_MODIFIED, "Sat, 21 Nov 2026 10:00:00 GMT"),
                (header::ETAG, "\"x\""),
            ];
            let Some(range) = headers.get(header::RANGE) else {
                return (stamp, bytes.clone()).into_response();
            };
            let (first, last) = range
                .to_str()
                .unwrap()
                .strip_prefix("bytes=")
                .and_then(|range| range.split_once('-'))
                .map(|(first, last)| {
                    (
                        first.parse::<usize>().unwrap(),
                        last.parse::<usize>().unwrap(),
                    )
                })
                .unwrap();
            let last = last.min(bytes.len() - 1);
            let said = format!("bytes {first}-{last}/{}", bytes.len());
            (
                StatusCode::PARTIAL_CONTENT,
                stamp,
                [(header::CONTENT_RANGE, said)],
                Body::from(bytes.slice(first..=last)),
            )
                .into_response()
        }
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

impl Bucket {
    async fn start() -> (Self, Blobs) {
        let bucket = Self::default();
        let router = Router::new()
            .route("/media/{*key}", axum::routing::any(answer))
            .route("/media", axum::routing::post(delete_all))
            .layer(DefaultBodyLimit::disable())
            .with_state(bucket.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let settings = AmazonS3Builder::new()
            .with_endpoint(endpoint)
            .with_allow_http(true)
            .with_region("eu-west-1")
            .with_access_key_id("key")
            .with_secret_access_key("secret");
        let blobs = Blobs::with_settings("s3://media/some/prefix", settings).unwrap();
        (bucket, blobs)
    }

    fn keys(&self) -> Vec<String> {
        self.objects.lock().unwrap().keys().cloned().collect()
    }
}

async fn put(blobs: &Blobs, bytes: &[u8]) -> String {
    let mut spool = Spool::begin(blobs.spool(), u64::MAX).await.unwrap();
    for piece in bytes.chunks(70_001) {
        spool.write(piece).await.unwrap();
    }
    let mut spooled = spool.finish().await.unwrap();
    blobs.put(&mut spooled).await.unwrap()
}

async fn read(blobs: &Blobs, key: &str, range: std::ops::Range<u64>) -> Vec<u8> {
    let pieces: Vec<Bytes> = blobs
        .read(key, range)
        .await
        .unwrap()
        .try_collect()
        .await
        .unwrap();
    pieces.concat()
}

#[tokio::test]
async fn files_of_every_size_come_back_whole_and_in_parts() {
    let (bucket, blobs) = Bucket::start().await;
    for size in [1usize, 100, 5 << 20, (5 << 20) + 1, 12 << 20] {
        let bytes: Vec<u8> = (0..size)
            .map(|at| u8::try_from(at % 239).unwrap())
            .collect();
        let key = put(&blobs, &bytes).await;
        assert_eq!(key.len(), 64);
        let end = u64::try_from(size).unwrap();
        assert!(read(&blobs, &key, 0..end).await == bytes, "{size}");
        let (a, b) = (size / 3, size / 2 + 1);
        let part = u64::try_from(a).unwrap()..u64::try_from(b).unwrap();
        assert!(read(&blobs, &key, part).await == bytes[a..b], "{size}");
        let place = format!("some/prefix/{}/{}/{key}", &key[..2], &key[2..4]);
        assert!(bucket.keys().contains(&place), "{:?}", bucket.keys());
    }
    assert_eq!(
        *bucket.unsigned.lock().unwrap(),
        0,
        "every request is signed"
    );
}

#[tokio::test]
async fn what_is_set_aside_can_be_put_back_or_dropped() {
    let (bucket, blobs) = Bucket::start().await;
    let key = put(&blobs, b"hello").await;
    assert!(blobs.has(&key).await.unwrap());
    blobs.set_aside(&key).await.unwrap();
    assert!(!blobs.has(&key).await.unwrap());
    assert!(matches!(
        blobs.read(&key, 0..1).await,
        Err(BlobError::Missing)
    ));
    blobs.put_back(&key).await.unwrap();
    assert_eq!(read(&blobs, &key, 0..5).await, b"hello");
    blobs.set_aside(&key).await.unwrap();
    blobs.drop_aside(&key).await.unwrap();
    assert_eq!(bucket.keys(), Vec::<String>::new());
    // Again does no harm.
    blobs.drop_aside(&key).await.unwrap();
    blobs.set_aside(&key).await.unwrap();
    blobs.put_back(&key).await.unwrap();
    assert!(!blobs.has(&key).await.unwrap());
}

#[test]
fn an_address_that_is_none_is_refused() {
    for wrong in [
        "",
        "media",
        "s3://",
        "s3:///x",
        "gs://bucket",
        "https://bucket",
    ] {
        let refused = Blobs::with_settings(wrong, AmazonS3Builder::new());
        assert!(matches!(refused, Err(BlobError::Setting(_))), "{wrong}");
    }
}
