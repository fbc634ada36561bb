//! Files that are something else than they say, or two things at once: none is shown as a page.

use super::Scene;

#[tokio::test]
async fn every_answer_keeps_the_browser_from_carrying_anything_out() {
    let scene = Scene::set().await;
    let gif = b"GIF89a/*\x00<script>alert(1)</script>*/=1;".to_vec();
    let svg = br#"<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>"#.to_vec();
    let page = b"<!doctype html><script>alert(1)</script>".to_vec();
    let mut jpeg = b"\xff\xd8\xff\xe0".to_vec();
    jpeg.extend(&page);
    let pdf = b"%PDF-1.4\n<html><script>alert(1)</script></html>\n%%EOF".to_vec();
    let late_svg = [
        b"\xef\xbb\xbf<?xml version=\"1.0\"?><!-- x -->\n".as_slice(),
        &svg,
    ]
    .concat();
    let late_page = [b"\n\t <!-- x -->".as_slice(), &page].concat();
    let wide_page: Vec<u8> = "\u{feff}<html><script>alert(1)</script></html>"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let mail =
        b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>".to_vec();
    let mut zip = b"PK\x03\x04".to_vec();
    zip.extend(&page);
    // Declared type, bytes, the type that is sent, and whether it is shown.
    for (mime, bytes, sent, shown) in [
        ("text/html", &page, "application/octet-stream", false),
        ("image/jpeg", &page, "application/octet-stream", false),
        ("text/plain", &page, "text/plain", false),
        ("image/svg+xml", &svg, "application/octet-stream", false),
        ("image/png", &svg, "application/octet-stream", false),
        (
            "application/xhtml+xml",
            &page,
            "application/octet-stream",
            false,
        ),
        (
            "application/javascript",
            &page,
            "application/octet-stream",
            false,
        ),
        ("application/pdf", &page, "application/pdf", false),
        ("text/html", &gif, "image/gif", true),
        ("image/svg+xml", &jpeg, "image/jpeg", true),
        ("application/pdf", &pdf, "application/pdf", false),
        ("application/pdf", &svg, "application/pdf", false),
        ("image/webp", &pdf, "application/octet-stream", false),
        ("image/png", &late_svg, "application/octet-stream", false),
        ("image/gif", &late_page, "application/octet-stream", false),
        ("video/mp4", &wide_page, "application/octet-stream", false),
        ("message/rfc822", &mail, "application/octet-stream", false),
        (
            "multipart/related",
            &mail,
            "application/octet-stream",
            false,
        ),
        ("text/xml", &late_svg, "application/octet-stream", false),
        ("application/zip", &zip, "application/zip", false),
        ("text/html", &zip, "application/octet-stream", false),
    ] {
        let id = scene.document(mime, "x.html", bytes).await;
        let links = scene.links(&id).await;
        for (link, inline) in [(&links["url"], shown), (&links["download"], false)] {
            let answer = scene.open(link).await;
            assert_eq!(answer.header("content-type"), sent, "{mime}");
            let disposition = if inline { "inline;" } else { "attachment;" };
            assert!(
                answer
                    .header("content-disposition")
                    .starts_with(disposition),
                "{mime}: {}",
                answer.header("content-disposition")
            );
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            assert_eq!(
                answer.header("content-security-policy"),
                "default-src 'none'; sandbox; frame-ancestors 'none'"
            );
            assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
            assert!(
                answer
                    .header("cache-control")
                    .starts_with("private, max-age=")
            );
        }
    }
}
