//! Identity tokens that the tenant's backend did not sign, or did not sign for this (RFC 8725; OnPilot, identity tokens).

use crate::support::app::ORIGIN;
use crate::support::copilot::{Copilot, HEADER, exchange, make_inbox, now};
use crate::support::{TestApp, forge};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use insta::assert_snapshot;
use serde_json::{Value, json};

type Forged = Vec<(&'static str, String)>;

/// A server with two tenants that both use identity tokens.
struct Forgery {
    app: TestApp,
    ours: Copilot,
    theirs: Copilot,
}

impl Forgery {
    async fn new() -> Self {
        let app = TestApp::start().await;
        Self {
            ours: Copilot::of(&app, &app.acme).await,
            theirs: Copilot::of(&app, &app.globex).await,
            app,
        }
    }

    /// The good claims under this header and the right secret.
    fn under(&self, header: &str) -> String {
        forge::sign(
            header,
            &self.ours.claims().to_string(),
            self.ours.secret.as_bytes(),
        )
    }

    fn claims(&self, claims: &str) -> String {
        forge::sign(HEADER, claims, self.ours.secret.as_bytes())
    }
}

fn with_the_wrong_parts(forgery: &Forgery) -> Forged {
    let good = forgery.ours.token();
    let parts: Vec<&str> = good.split('.').collect();
    let [head, payload, signature] = parts[..] else {
        panic!("three parts")
    };
    let mut others = forgery.ours.claims();
    others["sub"] = json!("somebody else");
    let tampered = forge::encode(&others.to_string());
    let other = if signature.starts_with('A') { 'B' } else { 'A' };
    vec![
        (
            "another payload under the old signature",
            format!("{head}.{tampered}.{signature}"),
        ),
        (
            "another header under the old signature",
            format!(
                "{}.{payload}.{signature}",
                forge::encode(r#"{"alg":"HS256"}"#)
            ),
        ),
        (
            "a signature with a letter changed",
            format!("{head}.{payload}.{other}{}", &signature[1..]),
        ),
        (
            "a signature that is too short",
            format!("{head}.{payload}.{}", &signature[..20]),
        ),
        (
            "a signature that is too long",
            format!("{head}.{payload}.{signature}{signature}"),
        ),
        ("an empty signature", format!("{head}.{payload}.")),
        ("no signature and no dot", format!("{head}.{payload}")),
        ("only a signature", format!("..{signature}")),
        ("four parts", format!("{good}.{signature}")),
        (
            "five parts, as if encrypted",
            format!("{head}.{payload}.{signature}.{payload}.{signature}"),
        ),
        ("a part more before it", format!("{head}.{good}")),
        ("an empty part more", format!("{good}.")),
        ("not even a token", "garbage".into()),
        ("nothing", String::new()),
        ("dots", "..".into()),
        ("a space before", format!(" {good}")),
        ("a line end after", format!("{good}\n")),
        ("a space in the middle", good.replacen('.', ". ", 1)),
        ("padding", format!("{good}=")),
        (
            "standard base64",
            format!(
                "{}.{}.{signature}",
                STANDARD.encode(HEADER),
                STANDARD.encode(forgery.ours.claims().to_string() + "  ")
            ),
        ),
        ("a letter of another alphabet", good.replacen('e', "е", 1)),
        ("full-width dots", good.replace('.', "．")),
        ("a zero-width space", format!("{good}\u{200b}")),
        ("a NUL", format!("{good}\0")),
    ]
}

fn with_the_wrong_algorithm(forgery: &Forgery) -> Forged {
    let claims = forgery.ours.claims().to_string();
    let secret = forgery.ours.secret.as_bytes();
    let none = |alg: &str| {
        let head = forge::encode(&format!(r#"{{"typ":"JWT","alg":"{alg}"}}"#));
        format!("{head}.{}.", forge::encode(&claims))
    };
    let signed = |algorithm, name: &str, key: &[u8]| {
        forge::sign_with(
            algorithm,
            &format!(r#"{{"typ":"JWT","alg":"{name}"}}"#),
            &claims,
            key,
        )
    };
    let good = forgery.ours.token();
    let signature = good.rsplit('.').next().unwrap();
    vec![
        ("alg none", none("none")),
        ("alg nOnE", none("nOnE")),
        (
            "alg none with a signature",
            format!("{}{signature}", none("none")),
        ),
        (
            "alg none, signed with the secret",
            signed(hmac::HMAC_SHA256, "none", secret),
        ),
        ("no alg", forgery.under(r#"{"typ":"JWT"}"#)),
        ("an empty alg", forgery.under(r#"{"alg":""}"#)),
        ("alg null", forgery.under(r#"{"alg":null}"#)),
        ("alg in small letters", forgery.under(r#"{"alg":"hs256"}"#)),
        (
            "an alg that is a list",
            forgery.under(r#"{"alg":["HS256"]}"#),
        ),
        (
            "alg twice",
            forgery.under(r#"{"alg":"none","alg":"HS256"}"#),
        ),
        ("HS384", signed(hmac::HMAC_SHA384, "HS384", secret)),
        ("HS512", signed(hmac::HMAC_SHA512, "HS512", secret)),
        (
            "HS256 named, HS512 signed",
            signed(hmac::HMAC_SHA512, "HS256", secret),
        ),
        (
            "RS256 with the secret as its key",
            signed(hmac::HMAC_SHA256, "RS256", secret),
        ),
        (
            "ES256 with the secret as its key",
            signed(hmac::HMAC_SHA256, "ES256", secret),
        ),
        ("EdDSA", signed(hmac::HMAC_SHA256, "EdDSA", secret)),
    ]
}

fn with_extensions(forgery: &Forgery) -> Forged {
    let good = forgery.ours.token();
    let secret = forgery.ours.secret.as_bytes();
    vec![
        (
            "typ of our own tokens",
            forgery.under(r#"{"alg":"HS256","typ":"embed+jwt"}"#),
        ),
        (
            "a typ that is no text",
            forgery.under(r#"{"alg":"HS256","typ":1}"#),
        ),
        ("crit", forgery.under(r#"{"alg":"HS256","crit":["exp"]}"#)),
        (
            "an empty crit",
            forgery.under(r#"{"alg":"HS256","crit":[]}"#),
        ),
        (
            "an unencoded payload",
            forgery.under(r#"{"alg":"HS256","b64":false,"crit":["b64"]}"#),
        ),
        ("nested", forgery.under(r#"{"alg":"HS256","cty":"JWT"}"#)),
        (
            "nested, with a good token inside",
            forge::sign(r#"{"alg":"HS256","cty":"JWT"}"#, &good, secret),
        ),
        (
            "a header as of an encrypted token",
            forgery.under(r#"{"alg":"HS256","enc":"A256GCM"}"#),
        ),
        (
            "direct encryption",
            forgery.under(r#"{"alg":"dir","enc":"A256GCM"}"#),
        ),
        (
            "compressed",
            forgery.under(r#"{"alg":"HS256","zip":"DEF"}"#),
        ),
        ("a header that is no JSON", forgery.under("header")),
        ("a header that is a list", forgery.under("[]")),
        (
            "a header with more after it",
            forgery.under(r#"{"alg":"HS256"}{}"#),
        ),
    ]
}

fn with_the_wrong_key(forgery: &Forgery) -> Forged {
    let claims = forgery.ours.claims().to_string();
    let secret = forgery.ours.secret.as_bytes();
    let foreign = b"a secret of the forger's own, long enough";
    vec![
        (
            "a kid that is a path to a known file",
            forge::sign(
                r#"{"alg":"HS256","kid":"../../../../dev/null"}"#,
                &claims,
                b"",
            ),
        ),
        (
            "a kid that is SQL",
            forge::sign(
                r#"{"alg":"HS256","kid":"x' UNION SELECT 'forger' --"}"#,
                &claims,
                b"forger",
            ),
        ),
        (
            "a kid that is the name of our own key",
            forge::sign(r#"{"alg":"HS256","kid":"1"}"#, &claims, foreign),
        ),
        (
            "a key of its own in the header",
            forge::sign(
                r#"{"alg":"HS256","jwk":{"kty":"oct","k":"YQ"}}"#,
                &claims,
                b"a",
            ),
        ),
        (
            "an address of a key in the header",
            forge::sign(
                r#"{"alg":"HS256","jku":"https://evil.test/keys"}"#,
                &claims,
                foreign,
            ),
        ),
        (
            "a certificate in the header",
            forge::sign(r#"{"alg":"HS256","x5c":["YQ=="]}"#, &claims, b"a"),
        ),
        ("another secret", forge::sign(HEADER, &claims, foreign)),
        ("an empty secret", forge::sign(HEADER, &claims, b"")),
        (
            "the secret without its prefix",
            forge::sign(HEADER, &claims, &secret[4..]),
        ),
        (
            "the API key as the secret",
            forge::sign(HEADER, &claims, forgery.app.acme.key.as_bytes()),
        ),
        (
            "the tenant's id as the secret",
            forge::sign(HEADER, &claims, forgery.app.acme.id.as_str().as_bytes()),
        ),
        (
            "the key that we sign with",
            forge::sign(
                HEADER,
                &claims,
                &forge::signing_key(&forgery.app.dir.path().join("data")),
            ),
        ),
    ]
}

async fn with_the_wrong_place(forgery: &Forgery) -> Forged {
    let ours = &forgery.ours;
    let with = |changes: Value| ours.token_with(&changes);
    let gone = make_inbox(
        &forgery.app,
        &forgery.app.acme,
        vec![forgery.app.acme.numbers[0].id.clone()],
        &[ORIGIN],
    )
    .await;
    forgery.app.state.store.remove_inbox(&gone).await.unwrap();
    let empty = make_inbox(&forgery.app, &forgery.app.acme, Vec::new(), &[ORIGIN]).await;
    let theirs = forgery.theirs.claims().to_string();
    vec![
        ("no issuer", with(json!({"iss": null}))),
        (
            "an unknown issuer",
            with(json!({"iss": "tenant_01ARZ3NDEKTSV4RRFFQ69G5FAV"})),
        ),
        ("an issuer that is SQL", with(json!({"iss": "' OR '1'='1"}))),
        (
            "an issuer that is a list",
            with(json!({"iss": [forgery.app.acme.id]})),
        ),
        (
            "another tenant's issuer, inbox and all",
            forge::sign(HEADER, &theirs, ours.secret.as_bytes()),
        ),
        (
            "another tenant's inbox",
            with(json!({"copilot_id": forgery.theirs.inbox})),
        ),
        ("no inbox", with(json!({"copilot_id": null}))),
        (
            "an unknown inbox",
            with(json!({"copilot_id": "inbox_01ARZ3NDEKTSV4RRFFQ69G5FAV"})),
        ),
        (
            "an inbox that was taken away",
            with(json!({"copilot_id": gone})),
        ),
        (
            "an inbox without numbers",
            with(json!({"copilot_id": empty})),
        ),
        (
            "a number in place of an inbox",
            with(json!({"copilot_id": forgery.app.acme.numbers[0].id})),
        ),
        (
            "the claim of an older version",
            with(json!({"copilot_id": null, "external_org_id": ours.inbox, "org_id": ours.inbox})),
        ),
    ]
}

fn with_the_wrong_person(forgery: &Forgery) -> Forged {
    let with = |changes: Value| forgery.ours.token_with(&changes);
    vec![
        ("no subject", with(json!({"sub": null}))),
        ("an empty subject", with(json!({"sub": ""}))),
        ("a subject of spaces", with(json!({"sub": " \t "}))),
        ("a subject that is a number", with(json!({"sub": 1}))),
        ("a subject with a NUL", with(json!({"sub": "user-1\u{0}"}))),
        ("an endless subject", with(json!({"sub": "x".repeat(256)}))),
    ]
}

fn with_the_wrong_times(forgery: &Forgery) -> Forged {
    let ours = &forgery.ours;
    let with = |changes: Value| ours.token_with(&changes);
    vec![
        ("no end", with(json!({"exp": null}))),
        (
            "an end that is text",
            with(json!({"exp": (now() + 60).to_string()})),
        ),
        (
            "an end beyond all numbers",
            forgery.claims(
                &ours
                    .claims()
                    .to_string()
                    .replace("\"exp\":", "\"exp\":1e300,\"x\":"),
            ),
        ),
        ("a negative end", with(json!({"exp": -1}))),
        (
            "a beginning in the future",
            with(json!({"nbf": now() + 120})),
        ),
        ("a beginning that is text", with(json!({"nbf": "now"}))),
        ("issued in the future", with(json!({"iat": now() + 120}))),
        (
            "issued when it ends",
            with(json!({"iat": now() + 30, "exp": now() + 30})),
        ),
        (
            "a life of more than a day",
            with(json!({"exp": now() + 24 * 3600 + 60})),
        ),
        (
            "a life of more than a day that is nearly over",
            with(json!({"iat": now() - 30 * 3600, "exp": now() + 60})),
        ),
        (
            "an endless life without a beginning",
            with(json!({"iat": null, "exp": now() + 30 * 24 * 3600})),
        ),
    ]
}

fn with_the_wrong_role(forgery: &Forgery) -> Forged {
    let with = |changes: Value| forgery.ours.token_with(&changes);
    vec![
        ("a role that is none", with(json!({"role": "owner"}))),
        ("a role in capitals", with(json!({"role": "Admin"}))),
        ("roles as a list", with(json!({"role": ["admin"]}))),
        (
            "a name that is an object",
            with(json!({"name": {"toString": "x"}})),
        ),
        (
            "an address that is a list",
            with(json!({"email": ["a@b.test"]})),
        ),
    ]
}

async fn with_the_wrong_shape(forgery: &Forgery) -> Forged {
    let ours = &forgery.ours;
    let doubled = |first: &str| {
        forgery.claims(
            &ours
                .claims()
                .to_string()
                .replacen('{', &format!("{{{first},"), 1),
        )
    };
    vec![
        ("the role twice", doubled(r#""role":"admin""#)),
        ("the subject twice", doubled(r#""sub":"somebody else""#)),
        ("the end twice", doubled(r#""exp":4000000000"#)),
        ("an unknown claim twice", doubled(r#""x":1,"x":2"#)),
        (
            "the subject twice, once in other letters",
            doubled(r#""\u0073ub":"somebody else""#),
        ),
        ("claims that are a list", forgery.claims("[]")),
        ("claims that are no JSON", forgery.claims("claims")),
        ("claims that are nothing", forgery.claims("")),
        (
            "claims with more after them",
            forgery.claims(&format!("{}{{}}", ours.claims())),
        ),
        (
            "larger than 8 kB, rightly signed",
            ours.token_with(&json!({"padding": "x".repeat(8 * 1024)})),
        ),
        (
            "nested a thousand deep",
            forgery.claims(&ours.claims().to_string().replacen(
                '{',
                &format!("{{\"x\":{}{},", "[".repeat(1_000), "]".repeat(1_000)),
                1,
            )),
        ),
        (
            "our own embed token",
            forgery.app.token(&forgery.app.acme).await,
        ),
        (
            "one second late and forged",
            forge::sign(
                HEADER,
                &{
                    let mut claims = ours.claims();
                    claims["exp"] = json!(now() - 61);
                    claims
                }
                .to_string(),
                b"another secret",
            ),
        ),
    ]
}

#[tokio::test]
async fn forged_identity_tokens_are_refused_with_one_uniform_answer() {
    let forgery = Forgery::new().await;
    // The forger's own hand is good: what it signs like the backend does passes, also with what is nobody's word in the header.
    for header in [
        HEADER,
        r#"{"alg":"HS256"}"#,
        r#"{"typ":"jwt","kid":"../x","alg":"HS256"}"#,
    ] {
        assert_eq!(
            exchange(&forgery.app, &forgery.under(header)).await.code(),
            "200 -",
            "{header}"
        );
    }
    let forged: [Forged; 9] = [
        with_the_wrong_parts(&forgery),
        with_the_wrong_algorithm(&forgery),
        with_extensions(&forgery),
        with_the_wrong_key(&forgery),
        with_the_wrong_place(&forgery).await,
        with_the_wrong_person(&forgery),
        with_the_wrong_times(&forgery),
        with_the_wrong_role(&forgery),
        with_the_wrong_shape(&forgery).await,
    ];
    let forged = forged.concat();
    assert!(forged.len() >= 100, "{}", forged.len());
    let uniform = exchange(&forgery.app, "garbage").await;
    assert_snapshot!(uniform.shown(), @r#"401 {"error":"This identity token is not valid here. Sign it with HS256 and the current embed secret, for an inbox of this workspace.","code":"TOKEN_INVALID"}"#);
    let mut database = forgery.app.database().await;
    let before = database.everything().await;
    for (what, token) in &forged {
        let answer = exchange(&forgery.app, token).await;
        assert_eq!(
            (answer.shown(), &answer.headers),
            (uniform.shown(), &uniform.headers),
            "{what}: {token}"
        );
    }
    assert_eq!(before, database.everything().await, "nothing was written");
}

#[tokio::test]
async fn a_rightly_signed_token_that_is_late_says_so_and_nothing_else() {
    let forgery = Forgery::new().await;
    let late = |by: i64| json!({"iat": now() - 3600, "exp": now() - by});
    // Clocks may differ by a minute.
    let answer = exchange(&forgery.app, &forgery.ours.token_with(&late(30))).await;
    assert_eq!(answer.code(), "200 -");
    for by in [61, 3_000] {
        let answer = exchange(&forgery.app, &forgery.ours.token_with(&late(by))).await;
        assert_eq!(answer.code(), "401 TOKEN_EXPIRED", "{by}");
    }
    // Late and wrong is wrong.
    let mut wrong = late(61);
    wrong["role"] = json!("owner");
    let answer = exchange(&forgery.app, &forgery.ours.token_with(&wrong)).await;
    assert_eq!(answer.code(), "401 TOKEN_INVALID");
}

#[tokio::test]
async fn a_tenant_without_a_secret_accepts_no_token() {
    let app = TestApp::start().await;
    let inbox = make_inbox(
        &app,
        &app.acme,
        vec![app.acme.numbers[0].id.clone()],
        &[ORIGIN],
    )
    .await;
    for secret in ["", "null", "undefined"] {
        let forged = Copilot {
            tenant: app.acme.clone(),
            inbox: inbox.clone(),
            secret: secret.into(),
        };
        assert_eq!(
            exchange(&app, &forged.token()).await.code(),
            "401 TOKEN_INVALID"
        );
    }
}

#[tokio::test]
async fn what_a_token_calls_people_is_kept_short_and_plain() {
    let forgery = Forgery::new().await;
    let hostile = json!({"name": format!("<script>\u{0}\r\n\u{202e}{}", "😀".repeat(1_000)), "email": "\u{1b}[2J"});
    let answer = exchange(&forgery.app, &forgery.ours.token_with(&hostile)).await;
    assert_eq!(answer.code(), "200 -", "{}", answer.text());
    let operator = answer.json()["operator"].clone();
    let name = operator["name"].as_str().unwrap();
    assert_eq!(name.chars().count(), 200);
    assert!(!name.chars().any(char::is_control));
    assert_eq!(operator["email"], "[2J");
}
