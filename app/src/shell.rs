//! The document that a visitor gets: the frame, in the right language and colours, and the program that brings it to life.
//! It holds nothing personal, and nothing that varies but [`Boot`], [`Brand`], [`Assets`] and the nonce.

use crate::boot::{APP_ELEMENT, BOOT_ELEMENT, Boot};
use crate::branding::{BRAND_ELEMENT, Brand, SKIN_ELEMENT};
use crate::i18n::{Key, text, words};
use crate::inbox::App;
use leptos::prelude::*;
use leptos::tachys::view::RenderHtml;

/// Where the built files are, as URL paths (`/pkg/inbox.<hash>.js`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assets {
    /// The glue script.
    pub js: String,
    /// The program.
    pub wasm: String,
    /// The stylesheet.
    pub css: String,
}

/// The whole HTML document. The result depends on the arguments only. A server may therefore render it once per
/// [`Boot`] and [`Brand`] with a placeholder for `nonce`, and put each response's own nonce in its place.
///
/// `nonce` and the paths go into attributes (escaped) and into one script, where they must not hold `"`, `\` or `<`;
/// base64 and URL paths do not.
pub fn document(boot: &Boot, brand: &Brand, assets: &Assets, nonce: &str) -> String {
    let (boot, brand) = (*boot, brand.clone());
    let html = Owner::new().with(|| page(boot, brand, assets.clone(), nonce.to_owned()).to_html());
    ["<!DOCTYPE html>", &html].concat()
}

fn page(boot: Boot, brand: Brand, assets: Assets, nonce: String) -> impl IntoView {
    let say = move |key| text(boot.locale, key);
    let script = hydration_script(&assets);
    let rules = brand.rules();
    let skin = (!rules.is_empty()).then(|| {
        let nonce = nonce.clone();
        view! { <style id=SKIN_ELEMENT nonce=nonce>{rules}</style> }
    });
    // Without one, the browser takes the neutral look as we do.
    let brand_json = (brand != Brand::default()).then(|| {
        let json = in_script(&serde_json::to_string(&brand).unwrap_or_default());
        view! { <script id=BRAND_ELEMENT type="application/json">{json}</script> }
    });
    view! {
        <html lang=boot.locale.tag() dir=boot.locale.dir() data-theme=boot.theme.name()>
            <head>
                <meta charset="utf-8" />
                <meta
                    name="viewport"
                    content="width=device-width, initial-scale=1, interactive-widget=resizes-content"
                />
                <meta name="color-scheme" content="light dark" />
                <meta name="referrer" content="no-referrer" />
                <meta name="robots" content="noindex" />
                <title>{say(Key::Inbox)}</title>
                <link rel="icon" href="data:," />
                <link rel="stylesheet" href=assets.css.clone() />
                {skin}
                <link
                    rel="modulepreload"
                    href=assets.js.clone()
                    crossorigin="anonymous"
                    nonce=nonce.clone()
                />
                <link
                    rel="preload"
                    href=assets.wasm.clone()
                    r#as="fetch"
                    r#type="application/wasm"
                    crossorigin="anonymous"
                />
            </head>
            <body>
                <div id=APP_ELEMENT><App boot brand /></div>
                // Shown by the stylesheet when the program could not start or has stopped; it must work without it.
                <div class="boot-failed" role="alert" hidden>
                    <h1>{say(Key::LoadFailedTitle)}</h1>
                    <p>{say(Key::BootFailedText)}</p>
                    <a class="button" href="">{say(Key::Retry)}</a>
                </div>
                <script id=BOOT_ELEMENT type="application/json">{boot_json(boot)}</script>
                <script id=words::WORDS_ELEMENT type="application/json">{in_script(&words::list(boot.locale))}</script>
                {brand_json}
                <script type="module" nonce=nonce>{script}</script>
            </body>
        </html>
    }
}

fn boot_json(boot: Boot) -> String {
    in_script(&serde_json::to_string(&boot).unwrap_or_default())
}

/// Scripts are raw text in HTML: a `<` in the JSON could end the element.
fn in_script(json: &str) -> String {
    json.replace('<', "\\u003c")
}

/// Own tags instead of `HydrationScripts`: that one has no failure path, and puts the nonce into `crossorigin`.
fn hydration_script(assets: &Assets) -> String {
    [
        "import(\"",
        &assets.js,
        "\").then(m=>m.default({module_or_path:\"",
        &assets.wasm,
        "\"}).then(()=>m.hydrate())).catch(e=>{document.documentElement.dataset.boot=\"failed\";console.error(e)})",
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boot::Theme;
    use crate::i18n::Locale;

    fn assets() -> Assets {
        Assets {
            js: "/pkg/inbox.aaa.js".into(),
            wasm: "/pkg/inbox.bbb.wasm".into(),
            css: "/pkg/inbox.ccc.css".into(),
        }
    }

    fn variants() -> impl Iterator<Item = Boot> {
        Locale::ALL.into_iter().flat_map(|locale| {
            Theme::ALL.into_iter().flat_map(move |theme| {
                [true, false].map(|embedded| Boot {
                    locale,
                    theme,
                    embedded,
                    ..Boot::default()
                })
            })
        })
    }

    #[test]
    fn every_variant_names_its_language_theme_and_assets_and_is_small() {
        for boot in variants() {
            let html = document(&boot, &Brand::default(), &assets(), "NONCE");
            assert!(html.starts_with("<!DOCTYPE html><html"), "{html}");
            assert!(
                html.contains(&format!(r#"lang="{}""#, boot.locale.tag())),
                "{html}"
            );
            assert!(
                html.contains(&format!(r#"data-theme="{}""#, boot.theme.name())),
                "{html}"
            );
            for path in [
                "/pkg/inbox.aaa.js",
                "/pkg/inbox.bbb.wasm",
                "/pkg/inbox.ccc.css",
            ] {
                assert!(html.contains(path), "{path} in {html}");
            }
            assert!(html.contains(text(boot.locale, Key::LoadFailedTitle)));
            assert!(
                html.contains(&format!(r#"dir="{}""#, boot.locale.dir())),
                "{html}"
            );
            // Most of it are the words: about 8 kB, and nearly twice that where letters have two bytes.
            assert!(html.len() < 19 * 1024, "{} bytes", html.len());
        }
    }

    /// The document up to the records after the tree; the words are among them.
    fn tree(boot: Boot) -> String {
        let html = document(&boot, &Brand::default(), &assets(), "N");
        html.split_once("<script id=").unwrap().0.to_owned()
    }

    #[test]
    fn the_document_is_the_same_every_time() {
        for boot in variants() {
            assert_eq!(
                document(&boot, &Brand::default(), &assets(), "N"),
                document(&boot, &Brand::default(), &assets(), "N")
            );
        }
    }

    #[test]
    fn the_policy_is_kept() {
        for boot in variants() {
            let html = document(&boot, &Brand::default(), &assets(), "NONCE");
            assert!(
                !html.contains(" style="),
                "style attributes need style-src-attr: {html}"
            );
            let tags = html
                .split('<')
                .filter_map(|rest| rest.split_once('>'))
                .map(|(tag, _)| tag);
            for tag in tags {
                assert!(!tag.contains(" on"), "inline handlers are blocked: <{tag}>");
            }
            let scripts = html.matches("<script").count();
            let data = html.matches(r#"type="application/json""#).count();
            assert_eq!(
                html.matches(r#"<script type="module" nonce="NONCE""#)
                    .count(),
                scripts - data
            );
        }
    }

    #[test]
    fn the_boot_record_comes_back_as_it_was() {
        for boot in variants() {
            let html = document(&boot, &Brand::default(), &assets(), "N");
            let json = html
                .split_once(r#"type="application/json">"#)
                .and_then(|(_, rest)| rest.split_once("</script>"))
                .map(|(json, _)| json)
                .unwrap();
            assert_eq!(serde_json::from_str::<Boot>(json).unwrap(), boot);
        }
    }

    #[test]
    fn the_words_of_its_own_language_come_with_the_document() {
        for boot in variants() {
            let html = document(&boot, &Brand::default(), &assets(), "N");
            let json = html
                .split_once(r#"id="words" type="application/json">"#)
                .and_then(|(_, rest)| rest.split_once("</script>"))
                .map(|(json, _)| json)
                .unwrap();
            let list: Vec<String> = serde_json::from_str(json).unwrap();
            for &key in Key::ALL {
                assert_eq!(list[key as usize], text(boot.locale, key), "{key:?}");
            }
        }
    }

    #[test]
    fn a_brand_is_in_the_first_paint_and_nothing_of_it_is_markup() {
        let hostile = "</script><script>alert(1)</script>\"'\u{202e}";
        let colours = |value: &str| vec![value.to_owned(); crate::branding::ROLES.len()];
        let brand = Brand {
            name: Some(hostile.into()),
            subtitle: Some(hostile.into()),
            support: Some("https://acme.test/help?a=1&b=\"".into()),
            footer: true,
            light: colours("#0a7cff"),
            dark: colours("red}</style><script>"),
            logo: None,
        };
        let framed = Boot {
            embedded: true,
            ..Boot::default()
        };
        let html = document(&framed, &brand, &assets(), "NONCE");
        assert!(!html.contains("<script>"), "{html}");
        let (_, skin) = html.split_once("<style").unwrap();
        let (skin, _) = skin.split_once("</style>").unwrap();
        assert!(!skin.contains("red"), "{skin}");
        assert!(
            html.contains(r#"<style id="skin" nonce="NONCE">:root{--brand-light-accent:#0a7cff;"#),
            "{html}"
        );
        assert!(html.contains("&lt;/script&gt;"), "{html}");
        assert!(html.contains(text(Locale::En, Key::MadeWith)), "{html}");
        let json = html
            .split_once(r#"id="brand" type="application/json">"#)
            .and_then(|(_, rest)| rest.split_once("</script>"))
            .map(|(json, _)| json)
            .unwrap();
        assert_eq!(serde_json::from_str::<Brand>(json).unwrap(), brand);
        let neutral = document(&framed, &Brand::default(), &assets(), "NONCE");
        for part in ["<style", "brand-foot", "\"brand\""] {
            assert!(!neutral.contains(part), "{part} in {neutral}");
        }
        let with_logo = Brand {
            logo: Some("https://cdn.acme.test/l.png".into()),
            name: Some("Acme".into()),
            ..Brand::default()
        };
        let html = document(&framed, &with_logo, &assets(), "NONCE");
        for part in [
            r#"<img src="https://cdn.acme.test/l.png""#,
            r#"<span class="brand-name">Acme</span>"#,
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
    }

    #[test]
    fn the_app_shows_a_skeleton_in_a_frame_and_a_sentence_without_one() {
        let framed = Boot {
            embedded: true,
            ..Boot::default()
        };
        let html = tree(framed);
        assert!(html.contains(r#"data-testid="inbox""#), "{html}");
        assert!(html.contains(r#"data-state="waiting""#), "{html}");
        assert!(html.contains("skeleton"), "{html}");
        assert!(
            !html.contains(text(Locale::En, Key::StandaloneTitle)),
            "{html}"
        );
        let alone = Boot {
            locale: Locale::Pt,
            ..Boot::default()
        };
        let html = tree(alone);
        assert!(
            html.contains(text(Locale::Pt, Key::StandaloneTitle)),
            "{html}"
        );
        assert!(!html.contains("skeleton"), "{html}");
    }
}
