//! Embed tokens that this server did not sign, or did not sign for this (RFC 8725).

use crate::support::{TestApp, eventually, forge};
use aws_lc_rs::hmac;
use insta::assert_snapshot;
use serde_json::{Value, json};

/// A server, a good token of it, and the means to make bad ones.
struct Forgery {
    app: TestApp,
    token: String,
    claims: Value,
    key: Vec<u8>,
    kid: String,
}

impl Forgery {
    async fn new() -> Self {
        let app = TestApp::start().await;
        let token = app.token(&app.acme).await;
        Self {
            claims: forge::decode(&token, 1),
            key: forge::signing_key(&app.dir.path().join("data")),
            kid: forge::key_id(&app.dir.path().join("data")),
            token,
            app,
        }
    }

    /// What the server's own tokens begin with.
    fn header(&self) -> String {
        format!(
            r#"{{"typ":"embed+jwt","alg":"HS256","kid":"{}"}}"#,
            self.kid
        )
    }

    /// In which `KID` stands for the name of the server's key.
    fn with_header(&self, header: &str) -> String {
        let header = header.replace("KID", &self.kid);
        forge::sign(&header, &self.claims.to_string(), &self.key)
    }

    fn with_claim(&self, name: &str, value: Value) -> String {
        let mut claims = self.claims.clone();
        claims[name] = value;
        forge::sign(&self.header(), &claims.to_string(), &self.key)
    }

    fn without_claim(&self, name: &str) -> String {
        let mut claims = self.claims.clone();
        claims.as_object_mut().unwrap().remove(name);
        forge::sign(&self.header(), &claims.to_string(), &self.key)
    }

    /// What each way in says to this token.
    async fn answers(&self, token: &str) -> [String; 3] {
        let client = self.app.with_token(token);
        [
            client
                .post("/api/conversations/list", &json!({"page": {}}))
                .await
                .shown(),
            client
                .post("/api/public/embed/refresh", &json!({}))
                .await
                .shown(),
            client.get("/api/live").await.shown(),
        ]
    }
}

type Forged = Vec<(&'static str, String)>;

/// The good token, taken apart and put together wrongly.
fn with_the_wrong_parts(forgery: &Forgery) -> Forged {
    let good = &forgery.token;
    let parts: Vec<&str> = good.split('.').collect();
    let [head, payload, signature] = parts[..] else {
        panic!("three parts")
    };
    let mut others = forgery.claims.clone();
    others["numbers"] = json!([forgery.app.globex.numbers[0].id]);
    let tampered = forge::encode(&others.to_string());
    let other = if signature.starts_with('A') { 'B' } else { 'A' };
    vec![
        (
            "another payload under the old signature",
            format!("{head}.{tampered}.{signature}"),
        ),
        (
            "a signature with a letter changed",
            format!("{head}.{payload}.{other}{}", &signature[1..]),
        ),
        (
            "a signature that is too short",
            format!("{head}.{payload}.{}", &signature[..20]),
        ),
        ("no signature", format!("{head}.{payload}.")),
        ("no signature and no dot", format!("{head}.{payload}")),
        ("only a signature", format!("..{signature}")),
        ("four parts", format!("{good}.{signature}")),
        ("five parts, as if encrypted", format!("{good}.x.y")),
        ("not even a token", "garbage".into()),
        ("dots", "..".into()),
        ("padding", format!("{good}=")),
        ("a space in the middle", good.replacen('.', ". ", 1)),
        ("a comma and another token", format!("{good},{good}")),
        (
            "standard base64",
            good.replace('-', "+").replace('_', "/") + "==",
        ),
    ]
}

/// The good claims under other algorithms.
fn with_the_wrong_algorithm(forgery: &Forgery) -> Forged {
    let (claims, kid) = (forgery.claims.to_string(), &forgery.kid);
    let header = |fields: &str| forgery.with_header(&format!("{{{fields}}}"));
    let none = |alg: &str| {
        let head = forge::encode(&format!(
            r#"{{"typ":"embed+jwt","alg":"{alg}","kid":"{kid}"}}"#
        ));
        format!("{head}.{}.", forge::encode(&claims))
    };
    let signed = |algorithm, name: &str| {
        let header = format!(r#"{{"typ":"embed+jwt","alg":"{name}","kid":"{kid}"}}"#);
        forge::sign_with(algorithm, &header, &claims, &forgery.key)
    };
    vec![
        ("alg none", none("none")),
        ("alg None", none("None")),
        (
            "alg NONE with a signature",
            format!(
                "{}{}",
                none("NONE"),
                forgery.token.rsplit('.').next().unwrap()
            ),
        ),
        ("no alg", header(r#""typ":"embed+jwt","kid":"KID""#)),
        ("HS384", signed(hmac::HMAC_SHA384, "HS384")),
        ("HS512", signed(hmac::HMAC_SHA512, "HS512")),
        (
            "HS256 named, HS384 signed",
            signed(hmac::HMAC_SHA384, "HS256"),
        ),
        (
            "HS384 named, HS256 signed",
            signed(hmac::HMAC_SHA256, "HS384"),
        ),
        ("RS256 named", signed(hmac::HMAC_SHA256, "RS256")),
        (
            "an alg that is no text",
            header(r#""typ":"embed+jwt","alg":["HS256"],"kid":"KID""#),
        ),
    ]
}

/// The good claims under headers with something else in them.
fn with_the_wrong_header(forgery: &Forgery) -> Forged {
    let claims = forgery.claims.to_string();
    let header = |fields: &str| forgery.with_header(&format!("{{{fields}}}"));
    let master = std::fs::read(forgery.app.dir.path().join("data/signing-secret")).unwrap();
    let own_key = r#"{"typ":"embed+jwt","alg":"HS256","jwk":{"kty":"oct","k":"YQ"},"kid":"own"}"#;
    vec![
        (
            "typ JWT",
            header(r#""typ":"JWT","alg":"HS256","kid":"KID""#),
        ),
        (
            "another typ that could be ours",
            header(r#""typ":"media+jwt","alg":"HS256","kid":"KID""#),
        ),
        ("no typ", header(r#""alg":"HS256","kid":"KID""#)),
        (
            "the kid of former versions",
            header(r#""typ":"embed+jwt","alg":"HS256","kid":"1""#),
        ),
        (
            "an empty kid",
            header(r#""typ":"embed+jwt","alg":"HS256","kid":"""#),
        ),
        (
            "a kid with something after it",
            header(r#""typ":"embed+jwt","alg":"HS256","kid":"KID\u0000""#),
        ),
        (
            "kids as a list",
            header(r#""typ":"embed+jwt","alg":"HS256","kid":["KID"]"#),
        ),
        (
            "the kid twice",
            header(r#""typ":"embed+jwt","alg":"HS256","kid":"1","kid":"KID""#),
        ),
        (
            "alg twice",
            header(r#""typ":"embed+jwt","alg":"none","alg":"HS256","kid":"KID""#),
        ),
        (
            "crit",
            header(r#""typ":"embed+jwt","alg":"HS256","kid":"KID","crit":["exp"]"#),
        ),
        (
            "nested",
            header(r#""typ":"embed+jwt","alg":"HS256","kid":"KID","cty":"JWT""#),
        ),
        (
            "a header as of an encrypted token",
            header(r#""typ":"embed+jwt","alg":"dir","enc":"A256GCM","kid":"KID""#),
        ),
        (
            "a good kid under another secret",
            forge::sign(
                &forgery.header(),
                &claims,
                b"a secret of the forger's own, long enough",
            ),
        ),
        ("no kid", header(r#""typ":"embed+jwt","alg":"HS256""#)),
        (
            "an unknown kid",
            header(r#""typ":"embed+jwt","alg":"HS256","kid":"2""#),
        ),
        (
            "a kid that is a path",
            header(r#""typ":"embed+jwt","alg":"HS256","kid":"../../../dev/null""#),
        ),
        (
            "a kid that is SQL",
            header(r#""typ":"embed+jwt","alg":"HS256","kid":"1' OR '1'='1""#),
        ),
        (
            "a kid that is a number",
            header(r#""typ":"embed+jwt","alg":"HS256","kid":1"#),
        ),
        (
            "a key of its own in the header",
            forge::sign(own_key, &claims, b"a"),
        ),
        (
            "a header that is no JSON",
            forge::sign("header", &claims, &forgery.key),
        ),
        (
            "another secret",
            forge::sign(
                &forgery.header(),
                &claims,
                b"another secret, also of 32 bytes",
            ),
        ),
        (
            "an empty secret",
            forge::sign(&forgery.header(), &claims, b""),
        ),
        (
            "the master secret itself",
            forge::sign(&forgery.header(), &claims, &master),
        ),
    ]
}

/// Claims that the server would not sign, under its own header and key.
fn with_the_wrong_claims(forgery: &Forgery) -> Forged {
    let far = 4_000_000_000_i64;
    let doubled = forgery.claims.to_string().replacen(
        '{',
        &format!(r#"{{"sub":"{}","#, forgery.app.globex.id),
        1,
    );
    vec![
        (
            "a token for the connect page",
            forgery.with_claim("aud", json!("pilot-inbox/connect")),
        ),
        (
            "an unknown audience",
            forgery.with_claim("aud", json!("chat")),
        ),
        (
            "audiences as a list",
            forgery.with_claim("aud", json!(["pilot-inbox/chat"])),
        ),
        ("no audience", forgery.without_claim("aud")),
        (
            "another issuer",
            forgery.with_claim("iss", json!("https://evil.test")),
        ),
        ("no issuer", forgery.without_claim("iss")),
        ("no end", forgery.without_claim("exp")),
        (
            "an end that is text",
            forgery.with_claim("exp", json!(far.to_string())),
        ),
        (
            "a beginning in the future",
            forgery.with_claim("nbf", json!(far)),
        ),
        ("no subject", forgery.without_claim("sub")),
        ("no session", forgery.without_claim("sid")),
        (
            "a session that cannot be one",
            forgery.with_claim("sid", json!("../x")),
        ),
        (
            "numbers that are no list",
            forgery.with_claim("numbers", json!("*")),
        ),
        ("no numbers", forgery.without_claim("numbers")),
        (
            "a claim twice",
            forge::sign(&forgery.header(), &doubled, &forgery.key),
        ),
        (
            "claims that are a list",
            forge::sign(&forgery.header(), "[]", &forgery.key),
        ),
        (
            "claims that are no JSON",
            forge::sign(&forgery.header(), "claims", &forgery.key),
        ),
        (
            "larger than 16 kB, rightly signed",
            forgery.with_claim("padding", json!("x".repeat(16 * 1024))),
        ),
    ]
}

#[tokio::test]
async fn forged_tokens_are_refused_with_one_uniform_answer() {
    let forgery = Forgery::new().await;
    // The forger's own hand is good: what it signs like the server does passes.
    let control = forgery
        .app
        .with_token(&forgery.with_header(&forgery.header()));
    control
        .ask("/api/conversations/list", &json!({"page": {}}))
        .await;
    let forged: Forged = [
        with_the_wrong_parts(&forgery),
        with_the_wrong_algorithm(&forgery),
        with_the_wrong_header(&forgery),
        with_the_wrong_claims(&forgery),
    ]
    .concat();
    assert!(forged.len() >= 60);
    let uniform = forgery.answers("garbage").await;
    assert_snapshot!(uniform[0], @r#"401 {"error":"This embed token is not valid here. Mint a new one with POST /v1/embed/sessions.","code":"TOKEN_INVALID"}"#);
    assert_eq!([&uniform[1], &uniform[2]], [&uniform[0], &uniform[0]]);
    let mut database = forgery.app.database().await;
    let before = database.everything().await;
    for (what, token) in &forged {
        assert_eq!(forgery.answers(token).await, uniform, "{what}: {token}");
    }
    assert_eq!(before, database.everything().await, "nothing was written");
}

#[tokio::test]
async fn a_minted_token_of_another_surface_opens_no_inbox() {
    let forgery = Forgery::new().await;
    let connect = forgery
        .app
        .token_with(&forgery.app.acme, json!({"surface": "connect"}))
        .await;
    for answer in forgery.answers(&connect).await {
        assert!(
            answer.starts_with("401 ") && answer.contains("TOKEN_INVALID"),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn an_expired_token_says_so() {
    let forgery = Forgery::new().await;
    let now = forgery.claims["iat"].as_i64().unwrap();
    for ended in [now - 1, now, now - 86_400, 1, 0] {
        let answers = forgery
            .answers(&forgery.with_claim("exp", json!(ended)))
            .await;
        if ended == now - 1 {
            assert_snapshot!(answers[0], @r#"401 {"error":"This embed token has expired. Mint a new one with POST /v1/embed/sessions.","code":"TOKEN_EXPIRED"}"#);
        }
        for answer in answers {
            assert!(answer.contains("TOKEN_EXPIRED"), "{ended}: {answer}");
        }
    }
}

#[tokio::test]
async fn a_token_of_no_session_of_ours_says_so() {
    let forgery = Forgery::new().await;
    let unknown = forgery.with_claim("sid", json!("es_01ARZ3NDEKTSV4RRFFQ69G5FAV"));
    let answers = forgery.answers(&unknown).await;
    assert_snapshot!(answers[0], @r#"401 {"error":"This session has ended. Mint a new one with POST /v1/embed/sessions.","code":"SESSION_ENDED"}"#);
    assert_eq!([&answers[1], &answers[2]], [&answers[0], &answers[0]]);
    // The session of one tenant with the name of another.
    let swapped = forgery.with_claim("sub", json!(forgery.app.globex.id));
    let in_a_fresh_process = forgery.answers(&swapped).await;
    assert_eq!(in_a_fresh_process, answers);
    // It is not a matter of who comes first: the session is known to this process by now.
    forgery
        .app
        .with_token(&forgery.token)
        .ask("/api/conversations/list", &json!({"page": {}}))
        .await;
    assert_eq!(forgery.answers(&swapped).await, answers);
}

#[tokio::test]
async fn what_a_token_says_of_numbers_and_origins_widens_nothing() {
    let forgery = Forgery::new().await;
    let app = &forgery.app;
    let one = app.token_for(&app.acme, &app.acme.numbers[0].id).await;
    let mut claims = forge::decode(&one, 1);
    claims["numbers"] = json!([
        app.acme.numbers[0].id,
        app.acme.numbers[1].id,
        app.globex.numbers[0].id
    ]);
    claims["origins"] = json!(["https://evil.test"]);
    let widened = forge::sign(&forgery.header(), &claims.to_string(), &forgery.key);
    let client = app.with_token(&widened);
    let first = client
        .post(
            "/api/bootstrap",
            &json!({"parent_origin": "https://evil.test", "open": null}),
        )
        .await;
    assert_snapshot!(first.shown(), @r#"403 {"error":"This page may not show this inbox: its origin is not in the allowedOrigins of the embed session.","code":"ORIGIN_NOT_ALLOWED","field":"allowedOrigins"}"#);
    let refreshed = client
        .post("/api/public/embed/refresh", &json!({}))
        .await
        .json();
    assert_eq!(
        refreshed["whatsappNumberIds"],
        json!([app.acme.numbers[0].id])
    );
    assert_eq!(
        refreshed["allowedOrigins"],
        json!([crate::support::app::ORIGIN])
    );
}

#[tokio::test]
async fn refreshing_goes_on_until_the_session_ends_and_no_longer() {
    let forgery = Forgery::new().await;
    let app = &forgery.app;
    let short = app.token_with(&app.acme, json!({"ttlSeconds": 1})).await;
    let minted = forge::decode(&short, 1);
    let end = minted["end"].as_i64().unwrap();
    let refreshed = app
        .with_token(&short)
        .post("/api/public/embed/refresh", &json!({}))
        .await;
    assert_eq!(refreshed.header("cache-control"), "no-store");
    let renewed = forge::decode(refreshed.json()["token"].as_str().unwrap(), 1);
    assert_eq!(
        (renewed["end"].as_i64(), &renewed["sid"]),
        (Some(end), &minted["sid"]),
        "the same session"
    );
    assert_ne!(renewed["jti"], minted["jti"]);
    // An ended session, of which the newest token is still good by itself.
    let mut database = app.database().await;
    let session = minted["sid"].as_str().unwrap();
    database
        .execute(&format!(
            "UPDATE embed_sessions SET ends_at = expires_at, expires_at = 1 WHERE id = '{session}'"
        ))
        .await;
    eventually("the session to end", || async {
        let answer = app
            .with_token(&short)
            .post("/api/public/embed/refresh", &json!({}))
            .await;
        (answer.code() != "200 -").then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_session_is_renewed_no_faster_than_its_pace() {
    let app = TestApp::start().await;
    let (busy, quiet) = (app.token(&app.acme).await, app.token(&app.acme).await);
    let refresh = async |token: &str| {
        app.with_token(token)
            .post("/api/public/embed/refresh", &json!({}))
            .await
    };
    let mut refused = None;
    for _ in 0..200 {
        let answer = refresh(&busy).await;
        if answer.status != 200 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("there is a limit");
    assert_eq!(refused.header("retry-after"), "1");
    assert_snapshot!(refused.shown(), @r#"429 {"error":"That was too much at once. Try again in 1 s.","code":"RATE_LIMITED","retryAfterSeconds":1}"#);
    assert_eq!(refresh(&quiet).await.code(), "200 -", "another session");
    // Who may not renew at all is told that, and takes nothing from anybody.
    assert_eq!(refresh("garbage").await.code(), "401 TOKEN_INVALID");
    // The session itself goes on.
    app.with_token(&busy)
        .ask("/api/conversations/list", &json!({"page": {}}))
        .await;
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    assert_eq!(refresh(&busy).await.code(), "200 -");
}
