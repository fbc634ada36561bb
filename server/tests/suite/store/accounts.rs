//! Accounts, their sessions and their links.

use super::ground::Ground;
use crate::support::console::account;
use crate::support::place::Place;
use crate::support::postgres::FreshDatabase;
use app::error::Code;
use app::ids::{AccountId, SessionId, TenantId};
use pilot_inbox::access::Role;
use pilot_inbox::fresh;
use pilot_inbox::store::{
    AccountChange, LinkRecord, NewAccountSession, NewConsoleSession, NewLink, NewWorkspace,
    StoreError,
};
use std::sync::Arc;
use tempfile::TempDir;

fn refused<T: std::fmt::Debug>(result: Result<T, StoreError>) -> Code {
    match result {
        Err(StoreError::Refused(error)) => error.code,
        other => panic!("{other:?}"),
    }
}

fn link(id: &str, account: Option<&AccountId>) -> NewLink {
    NewLink {
        id: id.into(),
        account: account.cloned(),
        created_at: 0,
        expires_at: 1_000,
    }
}

pub async fn an_account_is_made_once_for_an_address(ground: &Ground) {
    let store = &ground.store;
    assert!(!store.has_accounts().await.unwrap());
    let ana = account("ana@a.test", Role::Admin, None).await;
    let some = Some(vec![ground.numbers[1].clone(), ground.numbers[0].clone()]);
    let bo = account("bo@a.test", Role::ReadOnly, some.clone()).await;
    for new in [&ana, &bo] {
        store
            .create_account(&ground.tenant, new.clone())
            .await
            .unwrap();
    }
    assert!(store.has_accounts().await.unwrap());
    let scope = ground.all().await;
    let accounts = store.accounts(&scope).await.unwrap();
    assert_eq!(accounts.len(), 2);
    assert_eq!((&accounts[0].id, &accounts[1].id), (&ana.id, &bo.id));
    let found = store.account_by_email("bo@a.test").await.unwrap().unwrap();
    assert_eq!(
        (found.id, found.numbers, found.workspace.as_str()),
        (bo.id.clone(), some, "Acme")
    );
    assert_eq!(found.operator.role, Role::ReadOnly);
    assert_eq!(found.operator.name.as_deref(), Some("bo"));
    assert_eq!(found.password, bo.password);
    assert_eq!(
        (accounts[0].reach.clone(), found.reach),
        (ground.numbers.clone(), ground.numbers[..2].to_vec())
    );
    let at_meta = async |id: &str| {
        let found = store.number_at_meta(id).await.unwrap();
        found.map(|number| number.id)
    };
    assert_eq!(at_meta("100").await, Some(ground.numbers[0].clone()));
    assert_eq!(at_meta("200").await, Some(ground.foreign_number.clone()));
    store.remove_number(&ground.numbers[0]).await.unwrap();
    assert_eq!(at_meta("100").await, None);
    let found = store.account_by_email("bo@a.test").await.unwrap().unwrap();
    assert_eq!(found.reach, [ground.numbers[1].clone()]);
    assert!(store.account_by_email("BO@a.test").await.unwrap().is_none());
    // Whatever the workspace, and with nothing left behind.
    let again = account("bo@a.test", Role::Admin, None).await;
    let foreign = ground.foreign().await;
    for tenant in [&ground.tenant, foreign.tenant()] {
        let made = store.create_account(tenant, again.clone()).await;
        assert_eq!(refused(made), Code::EmailTaken);
    }
    let nowhere = store.create_account(&fresh!(TenantId), again).await;
    assert!(matches!(
        nowhere,
        Err(StoreError::NotFound | StoreError::Refused(_))
    ));
    assert!(store.accounts(&foreign).await.unwrap().is_empty());
    assert_eq!(store.accounts(&scope).await.unwrap().len(), 2);
}

pub async fn a_link_is_good_once(ground: &Ground) {
    let store = &ground.store;
    let mut ana = account("ana@a.test", Role::Admin, None).await;
    ana.password = None;
    let tenant = &ground.tenant;
    store.create_account(tenant, ana.clone()).await.unwrap();
    store.put_link(link("one", Some(&ana.id))).await.unwrap();
    store.put_link(link("two", Some(&ana.id))).await.unwrap();
    let opens = async |id: &str, now| store.link(id, now).await.unwrap();
    assert!(opens("one", 0).await.is_none(), "replaced");
    assert!(opens("two", 1_000).await.is_none(), "too old");
    assert!(opens("three", 0).await.is_none());
    let Some(LinkRecord::Account(found)) = opens("two", 999).await else {
        panic!("it is good");
    };
    assert_eq!((found.id, found.password), (ana.id.clone(), None));
    let session = NewConsoleSession {
        id: "cookie".into(),
        account: ana.id.clone(),
        created_at: 0,
        idle_at: 9_000,
        ends_at: 9_000,
    };
    store.begin_console_session(session).await.unwrap();
    for (id, now) in [("one", 0), ("two", 1_000), ("three", 0)] {
        let taken = store.take_link(id, "hash", now).await;
        assert!(matches!(taken, Err(StoreError::NotFound)), "{id}");
    }
    assert_eq!(store.take_link("two", "hash", 999).await.unwrap(), ana.id);
    let again = store.take_link("two", "other", 999).await;
    assert!(matches!(again, Err(StoreError::NotFound)));
    let found = store.account_by_email("ana@a.test").await.unwrap().unwrap();
    assert_eq!(found.password.as_deref(), Some("hash"));
    let session = store.console_session("cookie", 1).await.unwrap();
    assert!(session.is_none(), "who lost a password may have lost more");
    // A link that makes a workspace is good for nothing where there is one.
    store.put_link(link("set-up", None)).await.unwrap();
    assert!(opens("set-up", 0).await.is_none());
    let taken = store.take_link("set-up", "hash", 0).await;
    assert!(matches!(taken, Err(StoreError::NotFound)));
}

pub async fn a_workspace_is_set_up_once(ground: &Ground) {
    let dir = TempDir::new().unwrap();
    let place = match &ground.place {
        Place::Sqlite(_) => Place::Sqlite(dir.path().join("db")),
        Place::Postgres(_) => Place::Postgres(Arc::new(FreshDatabase::create().await)),
    };
    let store = place.open(ground.heard.clone()).await;
    store.put_link(link("late", None)).await.unwrap();
    store
        .put_link(NewLink {
            expires_at: 9_000,
            ..link("good", None)
        })
        .await
        .unwrap();
    let workspace = |admin| NewWorkspace {
        tenant: fresh!(TenantId),
        name: "Acme".into(),
        admin,
        number: None,
    };
    let first = account("ana@a.test", Role::Admin, None).await;
    let other = account("bo@a.test", Role::Admin, None).await;
    for id in ["late", "unknown"] {
        let made = store.set_up(id, workspace(first.clone()), 1_000).await;
        assert!(matches!(made, Err(StoreError::NotFound)), "{id}");
    }
    assert!(store.tenants().await.unwrap().is_empty());
    // Two at once.
    let (one, two) = tokio::join!(
        store.set_up("good", workspace(first), 1_000),
        store.set_up("good", workspace(other), 1_000)
    );
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    assert_eq!(store.tenants().await.unwrap().len(), 1);
    assert!(store.has_accounts().await.unwrap());
    assert!(store.link("good", 1_000).await.unwrap().is_none());
    store.close().await;
}

pub async fn a_session_ends_with_what_it_came_of(ground: &Ground) {
    let store = &ground.store;
    let ana = account("ana@a.test", Role::Admin, None).await;
    let bo = account("bo@a.test", Role::Operator, None).await;
    for new in [&ana, &bo] {
        store
            .create_account(&ground.tenant, new.clone())
            .await
            .unwrap();
    }
    let scope = ground.all().await;
    let begin = async |cookie: &str| {
        let session = NewConsoleSession {
            id: cookie.into(),
            account: bo.id.clone(),
            created_at: 0,
            idle_at: 1_000,
            ends_at: 5_000,
        };
        store.begin_console_session(session).await.unwrap();
        let session = NewAccountSession {
            id: fresh!(SessionId),
            console: cookie.into(),
            operator: bo.operator.clone(),
            origin: "https://inbox.test".into(),
            ttl_ms: 1_000,
            created_at: 0,
            expires_at: 5_000,
            ends_at: 5_000,
        };
        let id = session.id.clone();
        store.create_account_session(&scope, session).await.unwrap();
        id
    };
    let console = async |cookie: &str, now| store.console_session(cookie, now).await.unwrap();
    let inbox = async |id: &SessionId| {
        let found = store.live_session(&ground.tenant, id, 1).await.unwrap();
        found.and_then(|session| session.operator)
    };
    let (one, two) = (begin("one").await, begin("two").await);
    assert_eq!(inbox(&one).await.unwrap().id, bo.operator);
    let invites = store.origin_live_until("https://inbox.test", 1).await;
    assert_eq!(invites.unwrap(), None, "nobody may frame the console");
    assert!(console("one", 999).await.is_some());
    assert!(console("one", 1_000).await.is_none(), "idle");
    store.use_console_session("one", 9_000).await.unwrap();
    assert!(console("one", 4_999).await.is_some());
    assert!(console("one", 5_000).await.is_none(), "over");
    let epoch = store.access_epoch().await.unwrap();
    store.end_console_session("one", 1).await.unwrap();
    assert!(console("one", 1).await.is_none() && inbox(&one).await.is_none());
    assert!(console("two", 1).await.is_some() && inbox(&two).await.is_some());
    assert!(store.access_epoch().await.unwrap() > epoch);
    // A new password keeps the session in which it was chosen.
    let three = begin("three").await;
    store.set_password(&bo.id, "hash", "two", 1).await.unwrap();
    assert!(console("three", 1).await.is_none() && inbox(&three).await.is_none());
    assert!(console("two", 1).await.is_some() && inbox(&two).await.is_some());
    // Another role or other numbers: the inbox begins anew, and the person stays.
    let change = |role, disabled| AccountChange {
        role,
        numbers: Some(vec![ground.numbers[2].clone()]),
        disabled,
    };
    let to = change(Role::ReadOnly, false);
    store.change_account(&scope, &bo.id, to, 1).await.unwrap();
    assert!(inbox(&two).await.is_none());
    let found = console("two", 1).await.unwrap().account;
    assert_eq!(found.operator.role, Role::ReadOnly);
    assert_eq!(found.reach, [ground.numbers[2].clone()]);
    let shut = change(Role::Operator, true);
    store.change_account(&scope, &bo.id, shut, 1).await.unwrap();
    assert!(console("two", 1).await.is_none());
    let opened = change(Role::Operator, false);
    store
        .change_account(&scope, &bo.id, opened, 1)
        .await
        .unwrap();
    assert!(console("two", 1).await.is_none(), "sign in again");
    let four = begin("four").await;
    store.end_console_sessions(&bo.id, 1).await.unwrap();
    assert!(console("four", 1).await.is_none() && inbox(&four).await.is_none());
    assert!(store.prune(9_000).await.is_ok(), "rows refer to rows");
}

pub async fn a_workspace_keeps_an_admin(ground: &Ground) {
    let store = &ground.store;
    let ana = account("ana@a.test", Role::Admin, None).await;
    let mut bo = account("bo@a.test", Role::Admin, None).await;
    bo.password = None;
    for new in [&ana, &bo] {
        store
            .create_account(&ground.tenant, new.clone())
            .await
            .unwrap();
    }
    let (scope, foreign) = (ground.all().await, ground.foreign().await);
    let change = |role, disabled| AccountChange {
        role,
        numbers: None,
        disabled,
    };
    for to in [change(Role::Operator, false), change(Role::Admin, true)] {
        // The other one has yet to choose a password.
        let refusal = store.change_account(&scope, &ana.id, to.clone(), 1).await;
        assert_eq!(refused(refusal), Code::LastAdmin);
        let theirs = store.change_account(&foreign, &ana.id, to, 1).await;
        assert!(matches!(theirs, Err(StoreError::NotFound)));
    }
    let found = store.account_by_email("ana@a.test").await.unwrap().unwrap();
    assert_eq!(
        (found.operator.role, found.disabled_at),
        (Role::Admin, None)
    );
    store.put_link(link("one", Some(&bo.id))).await.unwrap();
    store.take_link("one", "hash", 1).await.unwrap();
    // Both at once, each by the other's hand: one stays.
    let (one, two) = tokio::join!(
        store.change_account(&scope, &ana.id, change(Role::Admin, true), 1),
        store.change_account(&scope, &bo.id, change(Role::Operator, false), 1)
    );
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    store
        .rename_account(&foreign, &ana.id, "Mallory")
        .await
        .unwrap();
    store.rename_account(&scope, &bo.id, "Bo B.").await.unwrap();
    let names: Vec<_> = store.accounts(&scope).await.unwrap();
    let names: Vec<_> = names.iter().map(|it| it.operator.name.as_deref()).collect();
    assert_eq!(names, [Some("ana"), Some("Bo B.")]);
}
