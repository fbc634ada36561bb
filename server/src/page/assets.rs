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
    /// A file is not there, or there are several.
    #[error(
        "the built site at {folder} has {count} files like inbox….{extension} where one is needed: build it again"
    )]
    Ambiguous {
        /// Where.
        folder: PathBuf,
        /// What.
        extension: &'static str,
        /// How many.
        count: usize,
    },
}

/// The URL paths of script, program and stylesheet. The names carry a hash of the content, so they are looked up and not known.
pub fn find_assets(site_root: &Path) -> Result<Assets, AssetError> {
    let folder = site_root.join("pkg");
    let names: Vec<String> = std::fs::read_dir(&folder)
        .map_err(|_| AssetError::Missing(site_root.to_owned()))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    let one = |extension: &'static str| {
        let found: Vec<&String> = names
            .iter()
            .filter(|name| {
                name.starts_with("inbox")
                    && Path::new(name).extension().is_some_and(|e| e == extension)
            })
            .collect();
        match found.as_slice() {
            [name] => Ok(format!("/pkg/{name}")),
            other => Err(AssetError::Ambiguous {
                folder: folder.clone(),
                extension,
                count: other.len(),
            }),
        }
    };
    Ok(Assets {
        js: one("js")?,
        wasm: one("wasm")?,
        css: one("css")?,
    })
}

/// Serves the site folder, precompressed where the build made it so.
pub fn static_files(site_root: &Path) -> ServeDir {
    ServeDir::new(site_root)
        .precompressed_br()
        .precompressed_gzip()
        .append_index_html_on_directories(false)
}

/// Caching by name: one that carries a hash of its content (`inbox.<hash>.js`) never changes what it means; the SDK and the rest may.
pub async fn caching(request: Request<Body>, next: Next) -> Response {
    let path = request.uri().path();
    let hashed = path.starts_with("/pkg/") && path.matches('.').count() > 1;
    let policy = if hashed {
        "public, max-age=31536000, immutable"
    } else if path.starts_with("/pkg/") {
        // A build without hashes is a developer's: the next one has the same names.
        "no-cache"
    } else {
        "public, max-age=300"
    };
    let resource_policy = if hashed {
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
