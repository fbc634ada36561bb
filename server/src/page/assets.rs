//! The built files: found at start, served with the right caching.

use app::shell::Assets;
use axum::body::Body;
use axum::http::{HeaderValue, Request, header};
use axum::middleware::Next;
use axum::response::Response;
use std::path::{Path, PathBuf};
use tower_http::services::ServeDir;

/// Why the built files cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AssetError {
    /// The folder is not there.
    #[error(
        "no built site at {0}: build it first (`make build`), or say where it is with --site-root"
    )]
    Missing(PathBuf),
    /// There are several builds.
    #[error("the built site at {0} holds several builds where one is needed: build it again")]
    Ambiguous(PathBuf),
    /// A file is not there.
    #[error("the built site lacks {0}: build it again")]
    Incomplete(PathBuf),
}

/// The URL paths of script, program and stylesheet. A release is in a folder named by a hash of all that is in it, so the name is
/// looked up and not known; a developer's build is not.
pub fn find_assets(site_root: &Path) -> Result<Assets, AssetError> {
    let pkg = site_root.join("pkg");
    let mut builds = std::fs::read_dir(&pkg)
        .map_err(|_| AssetError::Missing(site_root.to_owned()))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| is_hash(name));
    let folder = match (builds.next(), builds.next()) {
        (None, _) => String::from("/pkg"),
        (Some(build), None) => format!("/pkg/{build}"),
        (Some(_), Some(_)) => return Err(AssetError::Ambiguous(pkg)),
    };
    let one = |name: &str| {
        let path = format!("{folder}/{name}");
        let file = site_root.join(path.trim_start_matches('/'));
        if file.is_file() {
            Ok(path)
        } else {
            Err(AssetError::Incomplete(file))
        }
    };
    Ok(Assets {
        js: one("inbox.js")?,
        wasm: one("inbox.wasm")?,
        css: one("inbox.css")?,
    })
}

/// How `scripts/build.sh` names a release.
fn is_hash(name: &str) -> bool {
    name.len() == 16 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Serves the site folder, precompressed where the build made it so.
pub fn static_files(site_root: &Path) -> ServeDir {
    ServeDir::new(site_root)
        .precompressed_br()
        .precompressed_gzip()
        .append_index_html_on_directories(false)
}

/// Caching by name: what is in a folder named by a hash of its content never changes what it means; the SDK and the rest may.
pub async fn caching(request: Request<Body>, next: Next) -> Response {
    let path = request.uri().path();
    let in_pkg = path
        .strip_prefix("/pkg/")
        .and_then(|rest| rest.split_once('/'));
    let hashed = in_pkg.is_some_and(|(folder, _)| is_hash(folder));
    let policy = if hashed {
        "public, max-age=31536000, immutable"
    } else if path.starts_with("/pkg/") {
        // A build without hashes is a developer's: the next one has the same names.
        "no-cache"
    } else {
        "public, max-age=300"
    };
    // The viewer of the API is for its own page.
    let resource_policy = if hashed || path.starts_with("/docs/") {
        "same-origin"
    } else {
        "cross-origin"
    };
    let mut response = next.run(request).await;
    if response.status().is_success() {
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static(policy));
        // A host page on another origin loads the SDK.
        response.headers_mut().insert(
            "cross-origin-resource-policy",
            HeaderValue::from_static(resource_policy),
        );
    }
    response
}
