//! The whole document of the connect page.

use super::{Connect, Word};
use crate::branding::SKIN_ELEMENT;
use crate::i18n::{Key, text};
use leptos::prelude::*;
use leptos::tachys::view::RenderHtml;

/// What the page is dressed and kept up to date with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectAssets<'a> {
    /// The inbox' stylesheet, as a URL path: colours, type and fields.
    pub css: &'a str,
    /// Rules of this page alone.
    pub style: &'static str,
    /// Its script.
    pub script: &'static str,
}

/// The HTML of it. `nonce` goes into attributes.
pub fn document(connect: &Connect, assets: &ConnectAssets<'_>, nonce: &str) -> String {
    let html = Owner::new().with(|| page(connect, assets, nonce).to_html());
    ["<!DOCTYPE html>", &html].concat()
}

fn page(connect: &Connect, assets: &ConnectAssets<'_>, nonce: &str) -> impl IntoView + use<> {
    let locale = connect.locale;
    let brand = &connect.brand;
    let skin = [assets.style, &brand.rules()].concat();
    let nonce = nonce.to_owned();
    let title = match &brand.name {
        Some(name) => [Word::Title.say(locale), " · ", name].concat(),
        None => Word::Title.say(locale).to_owned(),
    };
    let head = brand.has_head().then(|| {
        let (logo, name, subtitle) = (
            brand.logo.clone(),
            brand.name.clone(),
            brand.subtitle.clone(),
        );
        view! {
            <header class="connect-head">
                {logo.map(|logo| view! { <img class="brand-logo" src=logo alt="" /> })}
                {name.map(|name| view! { <strong dir="auto">{name}</strong> })}
                {subtitle.map(|words| view! { <p dir="auto">{words}</p> })}
            </header>
        }
    });
    let foot = brand.has_foot().then(|| {
        let support = brand.support.clone();
        view! {
            <footer class="connect-foot">
                {support
                    .map(|address| {
                        view! {
                            <a href=address target="_blank" rel="noopener noreferrer">
                                {text(locale, Key::Help)}
                            </a>
                        }
                    })}
                {brand.footer.then(|| view! { <span>{text(locale, Key::MadeWith)}</span> })}
            </footer>
        }
    });
    view! {
        <html lang=locale.tag() dir=locale.dir() data-theme=connect.theme.name()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                // The address is a secret.
                <meta name="referrer" content="no-referrer" />
                <meta name="robots" content="noindex" />
                <title>{title}</title>
                <link rel="icon" href="data:," />
                <link rel="stylesheet" href=assets.css.to_owned() />
                <style id=SKIN_ELEMENT nonce=nonce.clone()>
                    {skin}
                </style>
            </head>
            <body class="connect" data-parent=connect.parent.clone()>
                {head}
                {connect.main()}
                {foot}
                // The script says here what has become of it.
                <p id="said" class="unseen" role="status"></p>
                <script type="module" nonce=nonce>
                    {assets.script}
                </script>
            </body>
        </html>
    }
}
