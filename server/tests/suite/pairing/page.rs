//! The page on which somebody connects a number, as a browser without scripts has it.

use super::world::{GRAPH_TOKEN, PHONE, World, text};
use axum::http::StatusCode;
use pilot_inbox::simulator::SimulatedNumber;
use serde_json::json;
use url::form_urlencoded;

/// A page, and what came with it.
struct Shown {
    status: StatusCode,
    html: String,
    policy: String,
}

impl Shown {
    fn face(&self) -> &str {
        let (_, main) = self.after("<main").split_once("data-face=\"").unwrap();
        main.split('"').next().unwrap()
    }

    fn after(&self, mark: &str) -> &str {
        let found = self.html.split_once(mark);
        found.unwrap_or_else(|| panic!("{mark} in {}", self.html)).1
    }
}

/// Asks as a browser does that follows nothing.
async fn ask(world: &World, path: &str, form: Option<&[(&str, &str)]>) -> (Shown, Option<String>) {
    let http = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let url = format!("{}{path}", world.base);
    let request = match form {
        Some(form) => {
            let body = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(form)
                .finish();
            let kind = "application/x-www-form-urlencoded";
            http.post(url).header("content-type", kind).body(body)
        }
        None => http.get(url),
    };
    let answer = request.send().await.unwrap();
    let header = |name: &str| {
        let value = answer.headers().get(name)?;
        Some(value.to_str().unwrap().to_owned())
    };
    let (status, location) = (answer.status(), header("location"));
    let policy = header("content-security-policy").unwrap_or_default();
    let html = answer.text().await.unwrap();
    (
        Shown {
            status,
            html,
            policy,
        },
        location,
    )
}

async fn show(world: &World, path: &str) -> Shown {
    ask(world, path, None).await.0
}

#[tokio::test]
async fn forms_alone_lead_to_a_connected_number() {
    let world = World::open().await;
    let token = world
        .invite_with(&json!({"branding": {"companyName": "Acme <b>", "defaultRedirectUrl": "https://acme.test/done"}}))
        .await;
    let path = format!("/connect/{token}?locale=es&companyName=Shop");
    let first = show(&world, &path).await;
    assert_eq!((first.status, first.face()), (StatusCode::OK, "begin"));
    assert!(first.html.contains("lang=\"es\"") && first.html.contains("+551198****0000"));
    assert!(
        !first.html.contains(PHONE),
        "nobody is told the whole number"
    );
    assert!(first.html.contains("Shop") && !first.html.contains("Acme"));
    assert!(
        first.policy.contains("frame-ancestors 'none'"),
        "{}",
        first.policy
    );
    let (_, next) = ask(&world, &path, Some(&[("action", "begin")])).await;
    assert_eq!(next.as_deref(), Some(path.as_str()));
    let code = show(&world, &path).await;
    assert_eq!(code.face(), "scan");
    assert!(code.html.contains("<svg"));
    let typed = code
        .after("data-testid=\"pairing-code\">")
        .split('<')
        .next()
        .unwrap();
    world.scan(&json!({"pairingCode": typed})).await;
    world.becomes(&token, "CONNECTED").await;
    let done = show(
        &world,
        &format!("/connect/{token}?parentOrigin=https://acme.test"),
    )
    .await;
    assert_eq!((done.status, done.face()), (StatusCode::OK, "connected"));
    assert!(done.html.contains("href=\"https://acme.test/done\""));
    assert!(done.html.contains("Acme &lt;b&gt;"), "names are text");
    assert!(
        done.policy.ends_with("frame-ancestors https://acme.test"),
        "{}",
        done.policy
    );
}

#[tokio::test]
async fn a_link_that_is_over_or_never_was_has_its_page() {
    let world = World::open().await;
    for token in [
        "rp_x",
        "x",
        "..%2F..%2Fv1",
        "%3Cscript%3E",
        &"a".repeat(500),
    ] {
        let page = show(&world, &format!("/connect/{token}")).await;
        assert_eq!(
            (page.status, page.face()),
            (StatusCode::NOT_FOUND, "unknown")
        );
        assert!(!page.html.contains("<script>"), "{}", page.html);
        let begin = ask(
            &world,
            &format!("/connect/{token}"),
            Some(&[("action", "begin")]),
        )
        .await;
        assert_eq!(begin.0.status, StatusCode::SEE_OTHER);
    }
    let token = world
        .invite_with(&json!({"branding": {"companyName": "Acme"}}))
        .await;
    let path = format!("/connect/{token}");
    let mut database = world.app.database().await;
    database
        .execute("UPDATE pairings SET expires_at = 1000")
        .await;
    let expired = show(&world, &path).await;
    assert_eq!(
        (expired.status, expired.face()),
        (StatusCode::GONE, "expired")
    );
    assert!(
        expired.html.contains("Acme"),
        "whoever is asked for a new one"
    );
    database.execute("UPDATE pairings SET used_at = 1000").await;
    assert_eq!(show(&world, &path).await.face(), "used");
}

#[tokio::test]
async fn credentials_that_meta_refuses_are_said_and_not_kept() {
    let world = World::open().await;
    let token = world.invite_with(&json!({"metaFlow": "credentials"})).await;
    let path = format!("/connect/{token}");
    assert_eq!(show(&world, &path).await.face(), "credentials");
    let form = [
        ("action", "credentials"),
        ("phoneNumberId", "5500"),
        ("accessToken", "EAAG-secret-and-wrong"),
    ];
    let (refused, _) = ask(&world, &path, Some(&form)).await;
    assert_eq!(
        (refused.status, refused.face()),
        (StatusCode::BAD_REQUEST, "credentials")
    );
    assert!(refused.html.contains("role=\"alert\"") && refused.html.contains("value=\"5500\""));
    assert!(!refused.html.contains("EAAG-secret"));
    world.simulator.add_number(SimulatedNumber {
        phone_number_id: "5500".into(),
        display_phone_number: PHONE.into(),
        verified_name: "Acme".into(),
        waba_id: Some("770000".into()),
    });
    let form = [
        ("action", "credentials"),
        ("phoneNumberId", "5500"),
        ("accessToken", GRAPH_TOKEN),
    ];
    let (done, next) = ask(&world, &path, Some(&form)).await;
    assert_eq!(
        (done.status, next.as_deref()),
        (StatusCode::SEE_OTHER, Some(path.as_str()))
    );
    assert_eq!(show(&world, &path).await.face(), "connected");
}

#[tokio::test]
async fn meta_s_window_is_let_in_where_it_is_needed_and_nowhere_else() {
    let world = World::open().await;
    let token = world.invite_with(&json!({"metaFlow": "embedded"})).await;
    let path = format!("/connect/{token}");
    let page = show(&world, &path).await;
    assert_eq!(page.face(), "sign-up");
    assert!(
        page.html.contains("data-sign-up=\"app-1\"")
            && page.html.contains("data-config=\"simulated-login\"")
    );
    assert!(
        page.policy.contains(" https://connect.facebook.net;"),
        "{}",
        page.policy
    );
    let given = world
        .simulate("/signup", &json!({"phone": PHONE, "name": "Acme"}))
        .await;
    let form = [
        ("action", "sign-up"),
        ("code", text(&given["code"])),
        ("wabaId", text(&given["wabaId"])),
        ("phoneNumberId", text(&given["phoneNumberId"])),
    ];
    assert_eq!(
        ask(&world, &path, Some(&form)).await.0.status,
        StatusCode::SEE_OTHER
    );
    let done = show(&world, &path).await;
    assert_eq!(done.face(), "connected");
    assert!(!done.policy.contains("facebook"), "{}", done.policy);
}
