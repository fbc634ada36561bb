//! What each role may do, tried by everybody on everything: each server function and each page of the settings, on numbers that one
//! was given and on others.

use crate::access_matrix::{Things, furnished, server_functions};
use crate::support::console::{HOME, Person, account, browser};
use crate::support::{Client, Tenant, TestApp};
use axum::http::{Method, StatusCode};
use pilot_inbox::access::{Action, Role};
use pilot_inbox::api::server_function_paths;
use pilot_inbox::routes::{self, Needs};
use serde_json::json;
use std::collections::BTreeSet;

/// What each server function is about. One without a row here fails the first test.
const ACTIONS: [(&str, Action); 31] = [
    ("/api/bootstrap", Action::Read),
    ("/api/contacts/change", Action::Workflow),
    ("/api/contacts/details", Action::Read),
    ("/api/conversations/shelf", Action::Read),
    ("/api/conversations/list", Action::Read),
    ("/api/conversations/mark_read", Action::Workflow),
    ("/api/messages/list", Action::Read),
    ("/api/messages/send", Action::Reply),
    ("/api/messages/react", Action::Reply),
    ("/api/messages/retry", Action::Reply),
    ("/api/media/urls", Action::Read),
    ("/api/media/fetch_again", Action::Workflow),
    ("/api/messages/send_draft", Action::Reply),
    ("/api/conversations/typing", Action::Reply),
    ("/api/templates/list", Action::Read),
    ("/api/messages/cancel", Action::Reply),
    ("/api/search", Action::Read),
    ("/api/conversations/change", Action::Workflow),
    ("/api/labels/change", Action::ManageShared),
    ("/api/labels/create", Action::ManageShared),
    ("/api/labels/delete", Action::ManageShared),
    ("/api/labels/list", Action::Read),
    ("/api/messages/around", Action::Read),
    ("/api/notes/write", Action::Note),
    ("/api/operators/list", Action::Read),
    ("/api/presence/tell", Action::Read),
    ("/api/quick_replies/create", Action::ManageShared),
    ("/api/quick_replies/delete", Action::ManageShared),
    ("/api/quick_replies/list", Action::Read),
    ("/api/quick_replies/update", Action::ManageShared),
    ("/api/totals", Action::Read),
];

/// The pages of the settings, with a form of each that does nothing to anybody.
const PAGES: [(&str, Action); 5] = [
    ("numbers", Action::ManageWorkspace),
    ("keys", Action::ManageWorkspace),
    ("operators", Action::ManageWorkspace),
    ("branding", Action::ManageWorkspace),
    ("account", Action::Read),
];

#[test]
fn every_server_function_has_an_action() {
    let known: BTreeSet<&str> = ACTIONS.iter().map(|(path, _)| *path).collect();
    assert_eq!(&known, server_function_paths());
    assert_eq!(known.len(), ACTIONS.len());
}

#[test]
fn a_role_may_what_the_one_below_it_may() {
    let may = |role: Role| Action::ALL.map(|action| role.may(action));
    assert_eq!(
        may(Role::ReadOnly),
        [true, false, false, false, false, false]
    );
    assert_eq!(may(Role::Operator), [true, true, true, true, true, false]);
    assert_eq!(may(Role::Admin), [true; 6]);
    assert_eq!(Role::ALL.len(), 3);
}

/// Whose a thing is that somebody names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// Of a number that one was given.
    Own,
    /// Of the same workspace, out of reach.
    Colleagues,
    /// Of another workspace.
    Strangers,
}

/// What a form names.
struct Named {
    number: String,
    key: String,
    account: String,
}

/// Every form of the settings that names a thing: its page, its action, what it says, and what it is answered where one may.
type FormRow = (
    &'static str,
    &'static str,
    fn(&Named) -> Vec<(&'static str, String)>,
    StatusCode,
);

const FORMS: [FormRow; 8] = [
    // The last two leave nothing to do for those after them.
    (
        "keys",
        "create",
        |it| vec![("name", "ours".into()), ("number", it.number.clone())],
        StatusCode::OK,
    ),
    (
        "operators",
        "invite",
        |it| {
            vec![
                ("name", "New".into()),
                ("email", format!("new.{}@acme.test", it.number)),
                ("role", "operator".into()),
                ("reach", "some".into()),
                ("number", it.number.clone()),
            ]
        },
        StatusCode::OK,
    ),
    (
        "operators",
        "change",
        |it| {
            vec![
                ("id", it.account.clone()),
                ("role", "read-only".into()),
                ("reach", "some".into()),
                ("number", it.number.clone()),
            ]
        },
        StatusCode::SEE_OTHER,
    ),
    (
        "operators",
        "link",
        |it| vec![("id", it.account.clone())],
        StatusCode::OK,
    ),
    (
        "operators",
        "disable",
        |it| vec![("id", it.account.clone())],
        StatusCode::SEE_OTHER,
    ),
    (
        "operators",
        "enable",
        |it| vec![("id", it.account.clone())],
        StatusCode::SEE_OTHER,
    ),
    (
        "keys",
        "revoke",
        |it| vec![("id", it.key.clone())],
        StatusCode::SEE_OTHER,
    ),
    (
        "numbers",
        "remove",
        |it| vec![("id", it.number.clone())],
        StatusCode::SEE_OTHER,
    ),
];

/// Calls everything as `client`, whose number `things` are of or not.
async fn try_all(client: &Client, role: Role, things: &Things, is_own: bool) {
    for row in server_functions() {
        let (_, action) = ACTIONS.iter().find(|(path, _)| *path == row.path).unwrap();
        // What is made is of one's own numbers, whatever else there is.
        if row.path.ends_with("/create") && !is_own && role.may(*action) {
            continue;
        }
        // The one that says where it is shown.
        let answer = if row.path == "/api/bootstrap" {
            let body = json!({"parent_origin": HOME, "open": things.conversation()});
            client.post(row.path, &body).await
        } else {
            row.send(client, things).await
        };
        let what = format!("{role:?} {} own: {is_own}: {}", row.name(), answer.text());
        match (role.may(*action), is_own, row.unknown) {
            (false, ..) => assert_eq!(answer.code(), "403 READ_ONLY", "{what}"),
            // Foreign as unknown.
            (true, false, Some(unknown)) => assert_eq!(answer.code(), unknown, "{what}"),
            (true, ..) => assert_eq!(answer.status.as_u16(), row.own, "{what}"),
        }
    }
    let path = format!(
        "/api/media?conversation={}&kind=document",
        things.conversation()
    );
    let uploaded = client
        .clone()
        .header("content-type", "text/plain")
        .send(Method::POST, &path, b"a file".to_vec())
        .await;
    let expected = match (role.may(Action::Reply), is_own) {
        (false, _) => "403 READ_ONLY",
        (true, false) => "404 NOT_FOUND",
        (true, true) => "201 -",
    };
    assert_eq!(uploaded.code(), expected, "{role:?} {}", uploaded.text());
}

async fn with_role(app: &TestApp, role: Role, numbers: usize) -> Person {
    let email = format!("{}-{numbers}@acme.test", role.as_str());
    let given = vec![app.acme.numbers[numbers].id.clone()];
    Person::of(app, &app.acme, &email, role, Some(given)).await
}

async fn inbox_of(role: Role) {
    let app = furnished().await;
    let things = Things::of(&app, &app.acme, 0).await;
    let mut database = app.database().await;
    let stranger = with_role(&app, role, 1).await.inbox(&app).await;
    let own = with_role(&app, role, 0).await.inbox(&app).await;
    let before = database.everything().await;
    try_all(&stranger, role, &things, false).await;
    assert_eq!(
        before,
        database.everything().await,
        "{role:?} reached further"
    );
    try_all(&own, role, &things, true).await;
    let changed = before != database.everything().await;
    assert_eq!(changed, role.may(Action::Reply), "{role:?}");
}

// One for each, so that they run side by side.
#[tokio::test]
async fn one_who_only_looks_changes_nothing() {
    inbox_of(Role::ReadOnly).await;
}

#[tokio::test]
async fn an_operator_answers_from_the_numbers_given() {
    inbox_of(Role::Operator).await;
}

#[tokio::test]
async fn an_admin_answers_from_the_numbers_given() {
    inbox_of(Role::Admin).await;
}

#[tokio::test]
async fn settings_are_for_those_whom_they_concern() {
    let app = furnished().await;
    let mut database = app.database().await;
    for role in Role::ALL {
        let person = with_role(&app, role, 0).await;
        let key = person.form_key().await;
        let before = database.everything().await;
        for (page, action) in PAGES {
            let path = format!("/settings/{page}");
            let shown = person.client.get(&path).await;
            let fields = [("form", &*key), ("action", "unknown")];
            let acted = crate::support::console::post_form(&person.client, &path, &fields).await;
            // A form that is about nobody.
            let unknown = if page == "operators" {
                StatusCode::NOT_FOUND
            } else {
                StatusCode::BAD_REQUEST
            };
            let expected = if role.may(action) {
                (StatusCode::OK, unknown)
            } else {
                (StatusCode::FORBIDDEN, StatusCode::FORBIDDEN)
            };
            assert_eq!((shown.status, acted.status), expected, "{role:?} {page}");
            let others = shown.text().matches("/settings/keys").count();
            assert_eq!(
                others > 0,
                role.may(Action::ManageWorkspace),
                "{role:?} {page}"
            );
        }
        let fields = [("form", &*key)];
        let path = "/settings/branding/preview";
        let preview = crate::support::console::post_form(&person.client, path, &fields).await;
        assert_eq!(
            preview.status == StatusCode::OK,
            role.may(Action::ManageWorkspace),
            "{role:?}"
        );
        assert_eq!(before, database.everything().await, "nothing was written");
    }
    // Whoever is signed out is led to the sign-in, wherever they go.
    for route in routes::table() {
        if route.needs != Needs::ConsoleCookie || !route.methods.contains(&"GET") {
            continue;
        }
        let path = route
            .path
            .replace("{page}", "keys")
            .replace("{id}", "conv_1");
        let answer = browser(&app).get(&path).await;
        assert!(answer.header("location").starts_with("/sign-in"), "{path}");
    }
}

/// A number, a key of it, and somebody who has it and no other.
async fn named(app: &TestApp, tenant: &Tenant, index: usize) -> Named {
    let number = tenant.numbers[index].id.clone();
    let email = format!("has.{number}@acme.test");
    let account = account(&email, Role::Operator, Some(vec![number.clone()])).await;
    let id = account.id.to_string();
    let store = &app.state.store;
    store.create_account(&tenant.id, account).await.unwrap();
    Named {
        key: tenant.numbers[index].key_id.to_string(),
        account: id,
        number: number.to_string(),
    }
}

#[tokio::test]
async fn every_form_of_the_settings_touches_what_one_has() {
    let app = TestApp::start().await;
    let mut database = app.database().await;
    // An admin of all, so that the last one is never in question.
    Person::of(&app, &app.acme, "all@acme.test", Role::Admin, None).await;
    let things = [
        (Whose::Strangers, named(&app, &app.globex, 0).await),
        (Whose::Colleagues, named(&app, &app.acme, 1).await),
        (Whose::Own, named(&app, &app.acme, 0).await),
    ];
    for role in [Role::ReadOnly, Role::Operator, Role::Admin] {
        let person = with_role(&app, role, 0).await;
        for (whose, named) in &things {
            for (page, action, say, done) in FORMS {
                let mut fields = say(named);
                fields.push(("action", action.into()));
                let fields: Vec<_> = fields.iter().map(|(name, it)| (*name, &**it)).collect();
                let before = database.everything().await;
                let answer = person.act(page, &fields).await;
                let changed = before != database.everything().await;
                let expected = match (role.may(Action::ManageWorkspace), whose) {
                    (false, _) => StatusCode::FORBIDDEN,
                    (true, Whose::Own) => done,
                    (true, Whose::Colleagues | Whose::Strangers) => StatusCode::NOT_FOUND,
                };
                let what = format!("{role:?} {whose:?} {page} {action}: {}", answer.text());
                assert_eq!(answer.status, expected, "{what}");
                let does = role.may(Action::ManageWorkspace) && *whose == Whose::Own;
                assert_eq!(changed, does, "{what}");
            }
        }
    }
}

#[tokio::test]
async fn an_admin_of_one_number_makes_nobody_more_than_that() {
    let app = TestApp::start().await;
    let whole = Person::of(&app, &app.acme, "all@acme.test", Role::Admin, None).await;
    let part = with_role(&app, Role::Admin, 0).await;
    let mut database = app.database().await;
    let above = database
        .texts("SELECT id FROM accounts WHERE email = 'all@acme.test'")
        .await
        .remove(0);
    let before = database.everything().await;
    let tenant_key = app.acme.key_id.to_string();
    for (page, fields) in [
        (
            "keys",
            vec![("action", "create"), ("name", "x"), ("number", "")],
        ),
        ("keys", vec![("action", "revoke"), ("id", &*tenant_key)]),
        // A link would be a way in as somebody who has more.
        ("operators", vec![("action", "link"), ("id", &*above)]),
        ("operators", vec![("action", "disable"), ("id", &*above)]),
        (
            "operators",
            vec![
                ("action", "invite"),
                ("name", "x"),
                ("email", "x@acme.test"),
                ("role", "admin"),
                ("reach", "all"),
            ],
        ),
    ] {
        let answer = part.act(page, &fields).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{page} {fields:?}");
    }
    assert_eq!(before, database.everything().await);
    for (person, all) in [(&whole, true), (&part, false)] {
        let other = app.acme.numbers[1].id.as_str();
        for page in ["keys", "operators", "numbers"] {
            let shown = person.client.get(&format!("/settings/{page}")).await.text();
            assert_eq!(shown.contains(other), all, "{page}");
            assert!(shown.contains(app.acme.numbers[0].id.as_str()), "{page}");
        }
        let people = person.client.get("/settings/operators").await.text();
        assert_eq!(people.contains("all@acme.test"), all);
        assert_eq!(people.contains(r#"value="all""#), all);
    }
}

/// The pages of the inbox are the same for everybody who is signed in: what they show comes with the token.
#[tokio::test]
async fn the_inbox_itself_opens_for_every_role_and_says_nothing_of_a_conversation() {
    let app = furnished().await;
    let own = Things::of(&app, &app.acme, 0).await;
    let colleagues = Things::of(&app, &app.acme, 1).await;
    let strangers = Things::of(&app, &app.globex, 0).await;
    for role in Role::ALL {
        let person = with_role(&app, role, 0).await;
        let inbox = person.inbox(&app).await;
        for (things, is_own) in [(&own, true), (&colleagues, false), (&strangers, false)] {
            let path = format!("/c/{}", things.conversation());
            let page = person.client.get(&path).await;
            assert_eq!(page.status, StatusCode::OK, "{role:?} {path}");
            for word in ["the secret of", "5511999990001"] {
                assert!(!page.text().contains(word), "{role:?} {path} says {word}");
            }
            // What the page then asks for.
            let body = json!({"parent_origin": HOME, "open": things.conversation()});
            let first = inbox.post("/api/bootstrap", &body).await;
            assert_eq!(first.status, StatusCode::OK, "{}", first.text());
            let shows = first.text().contains(things.conversation());
            assert_eq!(shows, is_own, "{role:?} {path}: {}", first.text());
        }
    }
}
