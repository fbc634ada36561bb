//! What each role may do, tried by everybody on everything: each server function and each page of the settings, on numbers that one
//! was given and on others.

use crate::access_matrix::{Things, furnished, server_functions};
use crate::support::console::{HOME, Person, browser};
use crate::support::{Client, TestApp};
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
