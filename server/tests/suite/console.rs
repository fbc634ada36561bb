//! The operators' console: signing in, links, settings, and what other pages cannot make a browser do there.

use crate::support::app::empty_program;
use crate::support::console::{HOME, PASSWORD, Person, account, browser, cookie_of, post_form};
use crate::support::place::Place;
use crate::support::{Answer, Client, TestApp, eventually, meta, recently};
use app::ids::NumberId;
use axum::http::{Method, StatusCode};
use pilot_inbox::access::Role;
use pilot_inbox::console::{PHONE_NUMBER_ID, SimulatedPhone};
use pilot_inbox::fresh;
use pilot_inbox::program::Program;
use pilot_inbox::store::NewNumber;
use serde_json::json;
use std::sync::Arc;
use tempfile::TempDir;

async fn sign_in(app: &TestApp, email: &str, password: &str) -> Answer {
    let fields = [("email", email), ("password", password)];
    post_form(&browser(app), "/sign-in", &fields).await
}

/// Where an answer leads.
fn leads_to(answer: &Answer) -> &str {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    answer.header("location")
}

/// What a page shows this one time.
fn shown_once(answer: &Answer) -> String {
    let page = answer.text();
    let (_, rest) = page
        .split_once(r#"data-testid="shown-once">"#)
        .unwrap_or_else(|| panic!("{page}"));
    rest.split_once('<').unwrap().0.to_owned()
}

async fn admin(app: &TestApp) -> Person {
    Person::of(app, &app.acme, "ana@acme.test", Role::Admin, None).await
}

#[tokio::test]
async fn without_accounts_our_own_page_is_as_it_was() {
    let app = TestApp::start().await;
    let page = browser(&app).get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains(r#"data-state="standalone""#));
    assert_eq!(leads_to(&browser(&app).get("/sign-in").await), "/setup");
    assert_eq!(browser(&app).get("/c/conv_1").await.code(), "404 NOT_FOUND");
}

#[tokio::test]
async fn a_cookie_opens_the_console_and_its_token_the_inbox() {
    let app = TestApp::start().await;
    app.deliver(&meta::one_text(
        app.acme.first(),
        "wamid.1",
        "5511",
        recently(),
        "hello",
    ))
    .await;
    let ana = admin(&app).await;
    let set = sign_in(&app, " ANA@acme.test ", PASSWORD).await;
    assert_eq!(leads_to(&set), "/");
    let cookie = set.header("set-cookie");
    assert!(cookie.starts_with("pilot-console="), "{cookie}");
    for part in ["; Path=/;", "; HttpOnly;", "; SameSite=Lax;"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert_eq!(leads_to(&browser(&app).get("/").await), "/sign-in");
    assert_eq!(
        leads_to(&browser(&app).get("/c/conv_1").await),
        "/sign-in?next=%2Fc%2Fconv_1"
    );
    for path in ["/", "/c/conv_1"] {
        let page = ana.client.get(path).await;
        assert_eq!(page.status, StatusCode::OK);
        let text = page.text();
        assert!(text.contains(r#"data-state="waiting""#), "{text}");
        assert!(text.contains(r#""console":true"#), "{text}");
        assert!(!text.contains(&ana.cookie), "the cookie is in no page");
        let policy = page.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert_eq!(page.header("cache-control"), "no-store");
    }
    let inbox = ana.inbox(&app).await;
    let first = inbox
        .ask(
            "/api/bootstrap",
            &json!({"parent_origin": HOME, "open": null}),
        )
        .await;
    assert_eq!(first["conversations"]["items"].as_array().unwrap().len(), 1);
    assert_eq!(first["me"]["name"], "ana");
    let refreshed = inbox.post("/api/public/embed/refresh", &json!({})).await;
    assert_eq!(refreshed.status, StatusCode::OK, "{}", refreshed.text());
    // Neither is good for the other's work.
    assert_eq!(inbox.get("/").await.status, StatusCode::SEE_OTHER);
    let with_cookie = ana
        .client
        .post("/api/conversations/list", &json!({"page": {}}))
        .await;
    assert_eq!(with_cookie.code(), "401 TOKEN_MISSING");
}

#[tokio::test]
async fn the_embed_knows_no_cookie() {
    let app = TestApp::start().await;
    app.token(&app.acme).await;
    let ana = admin(&app).await;
    for path in [
        "/?parentOrigin=https%3A%2F%2Fapp.acme.test",
        "/?parentOrigin=https%3A%2F%2Fevil.test",
        "/?parentOrigin=",
        "/?parentOrigin=https%3A%2F%2Fapp.acme.test&dialect=onpilot",
    ] {
        let (with, without) = (ana.client.get(path).await, browser(&app).get(path).await);
        let plain = |answer: &Answer| {
            let nonce = answer.header("content-security-policy");
            let (_, nonce) = nonce.split_once("'nonce-").unwrap();
            let (nonce, _) = nonce.split_once('\'').unwrap();
            answer.text().replace(nonce, "")
        };
        assert_eq!(plain(&with), plain(&without), "{path}");
        assert!(plain(&with).contains(r#"data-state="waiting""#));
        assert_eq!(with.header("set-cookie"), "");
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_are_one_answer() {
    let app = TestApp::start().await;
    admin(&app).await;
    let mut invited = account("bo@acme.test", Role::Admin, None).await;
    invited.password = None;
    let store = &app.state.store;
    store.create_account(&app.acme.id, invited).await.unwrap();
    let mut pages = Vec::new();
    for (email, password) in [
        ("ana@acme.test", "wrong password"),
        ("ana@acme.test", ""),
        ("who@acme.test", PASSWORD),
        ("bo@acme.test", PASSWORD),
        ("bo@acme.test", ""),
        ("no address", PASSWORD),
        ("' OR 1=1 --", "x"),
    ] {
        let answer = sign_in(&app, email, password).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{email}");
        assert_eq!(answer.header("set-cookie"), "");
        let page = answer.text();
        assert!(page.contains("Address or password is wrong."), "{page}");
        let (_, said) = page.split_once("role=\"alert\"").unwrap();
        pages.push(said.split_once("</p>").unwrap().0.to_owned());
    }
    assert!(pages.windows(2).all(|two| two[0] == two[1]), "{pages:?}");
}

#[tokio::test]
async fn guessing_locks_an_account_for_longer_and_longer() {
    let app = TestApp::start().await;
    admin(&app).await;
    let mut waits = Vec::new();
    for email in ["ana@acme.test", "nobody@acme.test"] {
        for _ in 0..5 {
            let answer = sign_in(&app, email, "wrong password").await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        }
        // The right password does not help either, until the time is over.
        let locked = sign_in(&app, email, PASSWORD).await;
        assert_eq!(locked.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(locked.text().contains("Too many attempts."));
        let wait: i64 = locked.header("retry-after").parse().unwrap();
        assert!((1..=60).contains(&wait), "{wait}");
    }
    // As if a minute went by after each attempt: the next lock is longer.
    let mut database = app.database().await;
    for _ in 0..20 {
        database
            .execute("UPDATE limits SET spent_until = spent_until - 3600000 WHERE bucket LIKE 'sign-in:from:%'")
            .await;
        database
            .execute(
                "UPDATE limits SET spent_until = spent_until - 60000 WHERE bucket LIKE 'sign-in:%'",
            )
            .await;
        let answer = sign_in(&app, "ana@acme.test", "wrong password").await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            waits.push(answer.header("retry-after").parse::<i64>().unwrap());
        }
    }
    assert!(waits.iter().any(|wait| *wait > 300), "{waits:?}");
    // Whoever is signed in is not shut out, and a link undoes the lock.
    let other = account("bo@acme.test", Role::Admin, None).await;
    let id = other.id.clone();
    let store = &app.state.store;
    store.create_account(&app.acme.id, other).await.unwrap();
    for _ in 0..6 {
        sign_in(&app, "bo@acme.test", "wrong password").await;
    }
    let secret = app.state.access.account_link(&id).await.unwrap();
    let path = format!("/invite/{secret}");
    let taken = post_form(&browser(&app), &path, &[("password", "another password")]).await;
    assert_eq!(leads_to(&taken), "/");
    Person::signed_in(&app, "bo@acme.test", "another password").await;
}

#[tokio::test]
async fn a_right_password_makes_the_wrong_ones_forgotten() {
    let app = TestApp::start().await;
    admin(&app).await;
    for _ in 0..4 {
        for _ in 0..4 {
            sign_in(&app, "ana@acme.test", "wrong password").await;
        }
        Person::signed_in(&app, "ana@acme.test", PASSWORD).await;
    }
}

#[tokio::test]
async fn other_pages_make_a_browser_do_nothing() {
    let app = TestApp::start().await;
    let ana = admin(&app).await;
    let key = ana.form_key().await;
    let mut database = app.database().await;
    let before = database.everything().await;
    for (site, origin) in [
        (Some("cross-site"), "https://evil.test"),
        (Some("same-site"), "http://other.inbox.test"),
        (Some("none"), HOME),
        (Some("cross-site"), HOME),
        (None, "https://evil.test"),
        (None, "null"),
        (None, "http://inbox.test.evil.test"),
        (None, ""),
    ] {
        let cookie = format!("pilot-console={}", ana.cookie);
        let mut client = app
            .anonymous()
            .header("host", "inbox.test")
            .header("cookie", &cookie)
            .header("x-parent-origin", HOME);
        if let Some(site) = site {
            client = client.header("sec-fetch-site", site);
        }
        if !origin.is_empty() {
            client = client.header("origin", origin);
        }
        for (path, fields) in [
            (
                "/settings/keys",
                vec![("form", &*key), ("action", "create"), ("name", "x")],
            ),
            (
                "/settings/account",
                vec![("form", &*key), ("action", "sign-out-everywhere")],
            ),
            ("/sign-out", vec![("form", &*key)]),
            (
                "/sign-in",
                vec![("email", "ana@acme.test"), ("password", PASSWORD)],
            ),
            ("/settings/branding/preview", vec![("form", &*key)]),
            ("/console/token", vec![]),
            ("/invite/x", vec![("password", PASSWORD)]),
            ("/setup/x", vec![]),
        ] {
            let answer = post_form(&client, path, &fields).await;
            assert_eq!(
                answer.status,
                StatusCode::FORBIDDEN,
                "{path} {site:?} {origin}"
            );
            assert_eq!(answer.header("set-cookie"), "");
        }
    }
    // From our own page, and without what only our own page knows.
    for form in ["", "x", &ana.cookie] {
        let fields = [("form", form), ("action", "create"), ("name", "x")];
        let answer = post_form(&ana.client, "/settings/keys", &fields).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        let answer = post_form(&ana.client, "/sign-out", &[("form", form)]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
    let plain = ana
        .client
        .send(Method::POST, "/console/token", b"{}".to_vec())
        .await;
    assert_eq!(
        plain.code(),
        "403 CROSS_SITE",
        "a form cannot send the header"
    );
    assert_eq!(before, database.everything().await, "nothing was written");
}

#[tokio::test]
async fn signing_out_ends_the_cookie_and_the_inbox() {
    let app = TestApp::start().await;
    let one = admin(&app).await;
    let two = Person::signed_in(&app, "ana@acme.test", PASSWORD).await;
    let three = Person::signed_in(&app, "ana@acme.test", PASSWORD).await;
    let inboxes = [one.inbox(&app).await, two.inbox(&app).await];
    let works = async |index: usize| {
        let inbox = &inboxes[index];
        let answer = inbox
            .post("/api/conversations/list", &json!({"page": {}}))
            .await;
        answer.status == StatusCode::OK
    };
    assert!(works(0).await && works(1).await);
    let key = one.form_key().await;
    let out = post_form(&one.client, "/sign-out", &[("form", &key)]).await;
    assert_eq!(leads_to(&out), "/sign-in?out=1");
    assert_eq!(cookie_of(&out), "");
    assert_eq!(leads_to(&one.client.get("/").await), "/sign-in");
    assert_eq!(one.ask_token().await.code(), "401 SIGNED_OUT");
    eventually("the inbox to end", || async {
        (!works(0).await).then_some(())
    })
    .await;
    assert!(works(1).await);
    let everywhere = three
        .act("account", &[("action", "sign-out-everywhere")])
        .await;
    assert_eq!(leads_to(&everywhere), "/sign-in?out=1");
    for person in [&two, &three] {
        assert_eq!(
            leads_to(&person.client.get("/settings/account").await),
            "/sign-in"
        );
    }
    eventually("the inbox to end", || async {
        (!works(1).await).then_some(())
    })
    .await;
}

#[tokio::test]
async fn somebody_is_invited_and_may_do_what_they_were_given() {
    let app = TestApp::start().await;
    let ana = admin(&app).await;
    let second = app.acme.numbers[1].id.as_str();
    let fields = [
        ("action", "invite"),
        ("name", "Bo <b>"),
        ("email", "BO@acme.test"),
        ("role", "read-only"),
        ("reach", "some"),
        ("number", second),
    ];
    for (name, bad, status) in [
        ("name", " ", StatusCode::BAD_REQUEST),
        ("email", "bo", StatusCode::BAD_REQUEST),
        ("email", "ana@acme.test", StatusCode::CONFLICT),
        (
            "number",
            app.globex.numbers[0].id.as_str(),
            StatusCode::NOT_FOUND,
        ),
        ("number", "", StatusCode::BAD_REQUEST),
        ("role", "owner", StatusCode::BAD_REQUEST),
    ] {
        let fields = fields.map(|(field, value)| (field, if field == name { bad } else { value }));
        let answer = ana.act("operators", &fields).await;
        assert_eq!(answer.status, status, "{name}={bad}: {}", answer.text());
    }
    let answer = ana.act("operators", &fields).await;
    let link = shown_once(&answer);
    assert!(answer.text().contains("Bo &lt;b&gt;"), "{}", answer.text());
    let path = link.strip_prefix(HOME).unwrap();
    // Looking at it uses nothing up, and a password that is none neither.
    for _ in 0..2 {
        assert_eq!(browser(&app).get(path).await.status, StatusCode::OK);
        let short = post_form(&browser(&app), path, &[("password", "short")]).await;
        assert_eq!(short.status, StatusCode::BAD_REQUEST);
    }
    let taken = post_form(&browser(&app), path, &[("password", PASSWORD)]).await;
    assert_eq!(leads_to(&taken), "/");
    let bo = Person::with(&app, &cookie_of(&taken));
    for answer in [
        browser(&app).get(path).await,
        post_form(&browser(&app), path, &[("password", PASSWORD)]).await,
    ] {
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "good once");
        assert_eq!(answer.header("set-cookie"), "");
    }
    let first = bo.inbox(&app).await;
    let first = first
        .ask(
            "/api/bootstrap",
            &json!({"parent_origin": HOME, "open": null}),
        )
        .await;
    assert_eq!(first["numbers"].as_array().unwrap().len(), 1);
    assert_eq!(first["numbers"][0]["id"], second);
    assert_eq!(first["readOnly"], true);
    // Another role: the inbox begins anew with it.
    let accounts = ana.client.get("/settings/operators").await.text();
    let (_, row) = accounts.split_once("bo@acme.test").unwrap();
    let (_, id) = row.split_once(r#"name="id" value=""#).unwrap();
    let (id, _) = id.split_once('"').unwrap();
    let change = [
        ("action", "change"),
        ("id", id),
        ("role", "operator"),
        ("reach", "all"),
    ];
    let changed = ana.act("operators", &change).await;
    assert_eq!(leads_to(&changed), "/settings/operators?done=saved");
    let again = bo.inbox(&app).await;
    let again = again
        .ask(
            "/api/bootstrap",
            &json!({"parent_origin": HOME, "open": null}),
        )
        .await;
    assert_eq!(again["numbers"].as_array().unwrap().len(), 2);
    assert_eq!(again.get("readOnly"), None);
    // An account of another workspace is as one that does not exist.
    let theirs = Person::of(&app, &app.globex, "eve@globex.test", Role::Admin, None).await;
    for action in ["change", "disable", "link"] {
        let fields = [
            ("action", action),
            ("id", id),
            ("role", "admin"),
            ("reach", "all"),
        ];
        let answer = theirs.act("operators", &fields).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{action}");
    }
    let shut = ana
        .act("operators", &[("action", "disable"), ("id", id)])
        .await;
    assert_eq!(leads_to(&shut), "/settings/operators?done=saved");
    assert_eq!(leads_to(&bo.client.get("/").await), "/sign-in");
    let answer = sign_in(&app, "bo@acme.test", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_password_is_changed_by_whoever_knows_it() {
    let app = TestApp::start().await;
    let ana = admin(&app).await;
    let elsewhere = Person::signed_in(&app, "ana@acme.test", PASSWORD).await;
    let change = async |current: &str, password: &str| {
        let fields = [
            ("action", "password"),
            ("current", current),
            ("password", password),
        ];
        ana.act("account", &fields).await
    };
    for (current, password) in [("wrong", "another password"), (PASSWORD, "short")] {
        let answer = change(current, password).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text());
    }
    let changed = change(PASSWORD, "another password").await;
    assert_eq!(leads_to(&changed), "/settings/account?done=saved");
    assert_eq!(ana.client.get("/").await.status, StatusCode::OK, "stays");
    assert_eq!(leads_to(&elsewhere.client.get("/").await), "/sign-in");
    let answer = sign_in(&app, "ana@acme.test", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    Person::signed_in(&app, "ana@acme.test", "another password").await;
    for _ in 0..6 {
        change("wrong", "yet another password").await;
    }
    let locked = change("another password", "yet another password").await;
    assert!(
        locked.text().contains("Too many attempts."),
        "{}",
        locked.text()
    );
}

#[tokio::test]
async fn keys_are_shown_once_and_revoked() {
    let app = TestApp::start().await;
    let ana = admin(&app).await;
    let fields = [
        ("action", "create"),
        ("name", "our <backend>"),
        ("number", ""),
    ];
    let key = shown_once(&ana.act("keys", &fields).await);
    assert_eq!(
        app.with_key(&key).get("/v1/numbers").await.status,
        StatusCode::OK
    );
    let page = ana.client.get("/settings/keys").await.text();
    assert!(
        !page.contains(&key) && page.contains("our &lt;backend&gt;"),
        "{page}"
    );
    let foreign = app.globex.numbers[0].id.as_str();
    let fields = [("action", "create"), ("name", "x"), ("number", foreign)];
    assert_eq!(ana.act("keys", &fields).await.status, StatusCode::NOT_FOUND);
    let theirs = app.globex.key_id.as_str();
    let revoke = ana
        .act("keys", &[("action", "revoke"), ("id", theirs)])
        .await;
    assert_eq!(revoke.status, StatusCode::NOT_FOUND);
    let own = app.acme.key_id.as_str();
    let revoke = ana.act("keys", &[("action", "revoke"), ("id", own)]).await;
    assert_eq!(leads_to(&revoke), "/settings/keys?done=removed");
    assert_eq!(
        app.with_key(&app.acme.key).get("/v1/numbers").await.code(),
        "401 API_KEY_INVALID"
    );
    assert_eq!(
        app.with_key(&app.globex.key)
            .get("/v1/numbers")
            .await
            .status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn branding_is_checked_worn_and_stored() {
    let app = TestApp::start().await;
    let ana = admin(&app).await;
    let key = ana.form_key().await;
    let preview = [
        ("form", &*key),
        ("primaryColor", "#0a7cff"),
        ("backgroundColor", "#12"),
    ];
    let colours = post_form(&ana.client, "/settings/branding/preview", &preview).await;
    assert_eq!(colours.status, StatusCode::OK, "{}", colours.text());
    let accent = &colours.json()["--brand-light-accent"];
    assert!(accent.as_str().unwrap().starts_with('#'), "{accent}");
    let stored = app.with_key(&app.acme.key).get("/v1/branding").await.json();
    assert_eq!(
        stored["branding"]["primaryColor"],
        json!(null),
        "nothing is stored"
    );
    let save = async |name: &str, value: &str| {
        ana.act("branding", &[("action", "save"), (name, value)])
            .await
    };
    for (name, bad) in [
        ("primaryColor", "red"),
        ("logoUrl", "javascript:alert(1)"),
        ("companyName", &*"x".repeat(61)),
    ] {
        assert_eq!(
            save(name, bad).await.status,
            StatusCode::BAD_REQUEST,
            "{name}"
        );
    }
    let saved = save("companyName", "</style><script>").await;
    assert_eq!(leads_to(&saved), "/settings/branding?done=saved");
    let page = ana.client.get("/settings/branding").await.text();
    assert!(!page.contains("</style><script>"), "{page}");
    let theirs = app
        .with_key(&app.globex.key)
        .get("/v1/branding")
        .await
        .json();
    assert_eq!(theirs["branding"]["companyName"], json!(null));
}

#[tokio::test]
async fn a_number_is_taken_away_by_its_own_workspace() {
    let app = TestApp::start().await;
    let ana = admin(&app).await;
    let remove = async |id: &str| {
        ana.act("numbers", &[("action", "remove"), ("id", id)])
            .await
    };
    let theirs = app.globex.numbers[0].id.as_str();
    assert_eq!(remove(theirs).await.status, StatusCode::NOT_FOUND);
    let own = app.acme.numbers[0].id.as_str();
    assert_eq!(
        leads_to(&remove(own).await),
        "/settings/numbers?done=removed"
    );
    let left = app.with_key(&app.acme.key).get("/v1/numbers").await.json();
    assert_eq!(left.as_array().unwrap().len(), 1);
    // What Meta was not asked about is not connected; nothing listens at this address.
    for (id, token) in [("", "EAAG"), ("abc", "EAAG"), ("100", "")] {
        let fields = [
            ("action", "connect"),
            ("phone_number_id", id),
            ("access_token", token),
        ];
        let answer = ana.act("numbers", &fields).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(
            !answer.text().contains("EAAG"),
            "a token is not shown again"
        );
    }
    // With the last number gone an admin is led to where one is connected, and others are told.
    assert_eq!(
        leads_to(&remove(app.acme.numbers[1].id.as_str()).await),
        "/settings/numbers?done=removed"
    );
    assert_eq!(leads_to(&ana.client.get("/").await), "/settings/numbers");
    assert_eq!(ana.ask_token().await.code(), "404 NUMBER_NOT_FOUND");
    let bo = Person::of(&app, &app.acme, "bo@acme.test", Role::Operator, None).await;
    let page = bo.client.get("/").await;
    assert!(
        page.text()
            .contains("No number is connected that you may see")
    );
}

#[tokio::test]
async fn pages_speak_the_readers_language_and_escape_what_they_are_told() {
    let app = TestApp::start().await;
    admin(&app).await;
    for (language, dir, word) in [
        ("pt-BR", "ltr", "Entrar"),
        ("ar", "rtl", "تسجيل الدخول"),
        ("xx", "ltr", "Sign in"),
    ] {
        let page = browser(&app)
            .header("accept-language", language)
            .get("/sign-in")
            .await
            .text();
        assert!(
            page.contains(&format!("dir=\"{dir}\"")) && page.contains(word),
            "{page}"
        );
    }
    let hostile = "\"><script>alert(1)</script>";
    let page = sign_in(&app, hostile, "x").await.text();
    assert!(!page.contains("<script>alert"), "{page}");
    let next: String = url::form_urlencoded::byte_serialize(hostile.as_bytes()).collect();
    let page = browser(&app)
        .get(&format!("/sign-in?next={next}"))
        .await
        .text();
    assert!(!page.contains("<script>alert"), "{page}");
    // Not to anywhere else.
    let fields = [
        ("email", "ana@acme.test"),
        ("password", PASSWORD),
        ("next", "//evil.test"),
    ];
    let answer = post_form(&browser(&app), "/sign-in", &fields).await;
    assert_eq!(leads_to(&answer), "/");
}

/// A server on nothing, with a pretend phone that may be connected.
struct Empty {
    program: Program,
    phone: Arc<SimulatedPhone>,
    client: Client,
    /// What it stands on goes with these.
    _ground: (TempDir, Place),
}

impl Empty {
    async fn start() -> Self {
        let phone = Arc::new(SimulatedPhone::new("http://127.0.0.1:9".into(), &[7; 32]));
        let (program, dir, place) = empty_program(phone.clone()).await;
        let simulator = phone.router(program.state.clone());
        let router = program.router().nest_service("/simulator", simulator);
        let client = Client::new(router)
            .header("host", "inbox.test")
            .header("origin", HOME)
            .header("sec-fetch-site", "same-origin");
        Self {
            program,
            phone,
            client,
            _ground: (dir, place),
        }
    }

    /// As the phone would, about this number.
    async fn deliver(&self, phone_number_id: &str) -> Answer {
        let body = meta::one_text(phone_number_id, "wamid.1", "5511", recently(), "hello");
        let body = body.to_string().into_bytes();
        let signed = self.phone.signing_key().map_or_else(String::new, |key| {
            let tag = aws_lc_rs::hmac::sign(&key, &body);
            let hex: Vec<String> = tag.as_ref().iter().map(|b| format!("{b:02x}")).collect();
            format!("sha256={}", hex.concat())
        });
        self.client
            .clone()
            .header("x-hub-signature-256", &signed)
            .send(Method::POST, "/webhooks/whatsapp", body)
            .await
    }
}

const SET_UP: [(&str, &str); 5] = [
    ("workspace", "Acme"),
    ("name", "Ana"),
    ("email", "ana@acme.test"),
    ("password", PASSWORD),
    ("number", "simulated"),
];

#[tokio::test]
async fn an_empty_server_is_set_up_once_by_its_link() {
    let empty = Empty::start().await;
    let secret = empty.program.state.access.set_up_link().await.unwrap();
    let path = format!("/setup/{secret}");
    assert_eq!(
        empty.client.get("/setup/x").await.status,
        StatusCode::NOT_FOUND
    );
    let made = post_form(&empty.client, "/setup/x", &SET_UP).await;
    assert_eq!(made.status, StatusCode::NOT_FOUND);
    for _ in 0..2 {
        let page = empty.client.get(&path).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(
            page.text().contains(r#"value="simulated" checked"#),
            "{}",
            page.text()
        );
    }
    for (name, bad) in [
        ("workspace", ""),
        ("name", " "),
        ("email", "ana"),
        ("password", "short"),
        ("number", "meta"),
    ] {
        let fields = SET_UP.map(|(field, value)| (field, if field == name { bad } else { value }));
        let answer = post_form(&empty.client, &path, &fields).await;
        assert_eq!(
            answer.status,
            StatusCode::BAD_REQUEST,
            "{name}: {}",
            answer.text()
        );
        assert!(answer.text().contains("aria-invalid=\"true\""), "{name}");
        assert!(
            !answer.text().contains(PASSWORD),
            "a password is not shown again"
        );
    }
    let store = empty.program.state.store.clone();
    assert!(
        store.tenants().await.unwrap().is_empty(),
        "nothing was made"
    );
    assert_eq!(
        empty.client.get("/simulator/phone").await.status,
        StatusCode::NOT_FOUND
    );
    let made = post_form(&empty.client, &path, &SET_UP).await;
    assert_eq!(leads_to(&made), "/settings/numbers");
    let again = post_form(&empty.client, &path, &SET_UP).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND, "good once");
    assert_eq!(store.tenants().await.unwrap().len(), 1);
    let cookie = format!("pilot-console={}", cookie_of(&made));
    let ana = empty.client.clone().header("cookie", &cookie);
    let page = ana.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains(r#""console":true"#));
    // The phone is on, for those who are signed in.
    assert_eq!(ana.get("/simulator/phone").await.status, StatusCode::OK);
    assert_eq!(ana.get("/simulator/state").await.status, StatusCode::OK);
    assert_eq!(
        leads_to(&empty.client.get("/simulator/phone").await),
        "/sign-in"
    );
    for path in ["/simulator/state", "/simulator/calls"] {
        assert_eq!(
            empty.client.get(path).await.code(),
            "401 SIGNED_OUT",
            "{path}"
        );
    }
    let reset = empty.client.post("/simulator/reset", &json!({})).await;
    assert_eq!(reset.code(), "401 SIGNED_OUT");
    let foreign = ana.clone().header("sec-fetch-site", "cross-site");
    let reset = foreign.post("/simulator/reset", &json!({})).await;
    assert_eq!(reset.code(), "403 CROSS_SITE");
    let graph = empty.client.get("/simulator/graph/v25.0/1").await;
    assert_eq!(
        graph.status,
        StatusCode::UNAUTHORIZED,
        "it has a token of its own"
    );
    empty.program.state.store.close().await;
}

#[tokio::test]
async fn the_pretend_phone_speaks_of_no_number_but_its_own() {
    let empty = Empty::start().await;
    let refused = empty.deliver(PHONE_NUMBER_ID).await;
    assert_ne!(refused.status, StatusCode::OK, "it is off");
    let secret = empty.program.state.access.set_up_link().await.unwrap();
    let path = format!("/setup/{secret}");
    assert_eq!(
        leads_to(&post_form(&empty.client, &path, &SET_UP).await),
        "/settings/numbers"
    );
    let store = &empty.program.state.store;
    let tenant = store.tenants().await.unwrap()[0].id.clone();
    let real = NewNumber {
        id: fresh!(NumberId),
        tenant: tenant.clone(),
        name: "real".into(),
        phone: "5511999990000".into(),
        phone_number_id: "100".into(),
        access_token: b"sealed".to_vec(),
        graph_base_url: "http://127.0.0.1:9".into(),
    };
    store.create_number(real).await.unwrap();
    let log = async || {
        store
            .positions(std::slice::from_ref(&tenant))
            .await
            .unwrap()[0]
            .1
    };
    let before = log().await;
    assert_eq!(empty.deliver("100").await.status, StatusCode::OK);
    assert_eq!(log().await, before, "nothing came of it");
    assert_eq!(empty.deliver(PHONE_NUMBER_ID).await.status, StatusCode::OK);
    assert!(log().await > before);
    empty.program.state.store.close().await;
}
