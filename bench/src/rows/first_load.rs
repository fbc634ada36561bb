//! Bytes of the embedded inbox's first load: the document and everything that it asks for by itself.

use crate::Outcome;
use crate::call::Call;
use crate::database::Database::Sqlite;
use crate::ground::{Ground, Size};
use crate::http::Http;
use crate::row::{Budget, Row, Unit};
use crate::workplace::PARENT_ORIGIN;
use std::path::Path;

/// What a browser accepts. Files come as brotli; the document, which is never the same twice, as gzip.
const BROWSER: &str = "gzip, deflate, br, zstd";

/// Bytes over the wire, as the server answers to what a browser accepts.
#[derive(Clone, Copy, Default)]
struct Weight {
    raw: usize,
    gzip: usize,
    brotli: usize,
}

pub(super) async fn measure(ground: &Ground) -> Outcome<Vec<Row>> {
    if !ground.built {
        return Ok(vec![Row::missing(
            "first load of the embed",
            "target/site is not built",
        )]);
    }
    let inbox = ground.inbox(Sqlite, Size::Few).await?.start().await?;
    let few = ground.workplace(Sqlite, Size::Few).await?;
    few.token(&inbox).await?;
    let mut http = Http::connect(inbox.address).await?;
    let document = format!("/?parentOrigin={PARENT_ORIGIN}&locale=en&theme=light");
    let html = String::from_utf8(http.send(&Call::get(&document)).await?.body.to_vec())?;
    let mut files = assets(&html, "");
    let mut rows = Vec::new();
    let mut total = weigh(&mut http, &document).await?;
    rows.push(row("first load: HTML", total));
    let mut next = 0;
    while let Some(path) = files.get(next).cloned() {
        next += 1;
        // What a script or a style sheet asks for in its turn.
        let kind = path.rsplit('.').next().unwrap_or_default().to_owned();
        if matches!(kind.as_str(), "js" | "css") {
            let text = String::from_utf8(http.send(&Call::get(&path)).await?.body.to_vec())?;
            let folder = path.rsplit_once('/').unwrap_or_default().0;
            for more in assets(&text, &format!("{folder}/")) {
                if !files.contains(&more) {
                    files.push(more);
                }
            }
        }
        let weight = weigh(&mut http, &path).await?;
        rows.push(row(&format!("first load: {kind}"), weight));
        total = Weight {
            raw: total.raw + weight.raw,
            gzip: total.gzip + weight.gzip,
            brotli: total.brotli + weight.brotli,
        };
    }
    rows.push(row("first load, all of it", total).budget(Budget::AtMost(220e3)));
    Ok(rows)
}

/// Paths of built files that the text of a file in `folder` names.
fn assets(text: &str, folder: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let absolute = text.match_indices("/pkg/").map(|(start, _)| ("", start));
    // Modules beside a script are named relative to it. The parts of the program that come on demand are not modules, and the name
    // under which the program knows its own glue is no file.
    let relative = text
        .match_indices("./")
        .filter(|(start, _)| {
            let before = text[..*start].strip_suffix(['"', '\'']);
            before.is_some_and(|before| before.trim_end().ends_with("from"))
        })
        .map(|(start, _)| (folder, start + 2))
        .filter(|(_, start)| {
            let name = text[*start..].split(['"', '\'']).next();
            name.is_some_and(|name| Path::new(name).extension().is_some_and(|e| e == "js"))
        });
    for (folder, start) in absolute.chain(relative) {
        let name = text[start..]
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_'));
        let path: String = folder.chars().chain(name).collect();
        if path.contains('.') && !found.contains(&path) {
            found.push(path);
        }
    }
    found
}

async fn weigh(http: &mut Http, path: &str) -> Outcome<Weight> {
    let mut sizes = [0; 3];
    for (size, encoding) in sizes.iter_mut().zip(["identity", "gzip", BROWSER]) {
        let answer = http
            .send(&Call::get(path).with("accept-encoding", encoding))
            .await?;
        if !answer.status.is_success() {
            return Err(format!("{path} was answered {}", answer.status).into());
        }
        *size = answer.body.len();
    }
    let [raw, gzip, brotli] = sizes;
    Ok(Weight { raw, gzip, brotli })
}

fn row(what: &str, weight: Weight) -> Row {
    #[expect(clippy::cast_precision_loss, reason = "files of a page")]
    let kilobytes = |bytes: usize| bytes as f64 / 1e3;
    Row::new(what, Unit::Kilobytes, kilobytes(weight.brotli) * 1e3).beside(format!(
        "raw {:.1}, gzip {:.1}",
        kilobytes(weight.raw),
        kilobytes(weight.gzip)
    ))
}

#[cfg(test)]
mod tests {
    use super::assets;

    #[test]
    fn what_a_document_asks_for_is_found_once() {
        let html = r#"<link href="/pkg/a.1.css"><link href="/pkg/b.2.wasm"><script>import("/pkg/c.js").then(x("/pkg/b.2.wasm"))</script>"#;
        assert_eq!(
            assets(html, ""),
            ["/pkg/a.1.css", "/pkg/b.2.wasm", "/pkg/c.js"]
        );
        assert_eq!(
            assets("from './snippets/x-1/inline0.js'", "/pkg/a/"),
            ["/pkg/a/snippets/x-1/inline0.js"]
        );
        assert_eq!(
            assets(
                r#"import{a}from"./b.js";fetch(new URL("./c.wasm",import.meta.url));x({"./d_bg.js":y})"#,
                "/pkg/"
            ),
            ["/pkg/b.js"]
        );
    }
}
