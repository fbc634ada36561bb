//! `make dev`: while cargo-leptos watches, the page reloads itself after each build. In every other start there is nothing of it.

use std::env;

/// The reload socket of a watching cargo-leptos.
pub struct Watch {
    port: u16,
}

impl Watch {
    /// Set by cargo-leptos in the server that it starts while it watches.
    pub fn from_environment() -> Option<Self> {
        let watching =
            env::var("LEPTOS_WATCH").is_ok_and(|value| value.eq_ignore_ascii_case("true"));
        let port = env::var("LEPTOS_RELOAD_PORT").ok()?.parse().ok()?;
        watching.then_some(Self { port })
    }

    /// The document with a script that reloads it when a build is done.
    pub fn add_script(&self, html: &str, nonce: &str) -> String {
        let script = format!(
            "<script nonce=\"{nonce}\">new WebSocket(`ws://${{location.hostname}}:{}/live_reload`).onmessage=()=>location.reload()</script></body>",
            self.port
        );
        html.replacen("</body>", &script, 1)
    }

    /// What the policy has to allow for it.
    pub fn sources(&self) -> String {
        format!(" ws://localhost:{0} ws://127.0.0.1:{0}", self.port)
    }
}
