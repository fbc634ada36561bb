//! Credentials and administration.

use super::ground::{Ground, new_key, number};
use app::ids::{ApiKeyId, InboxId, NumberId, OperatorId, SessionId, TenantId};
use futures::future::join_all;
use pilot_inbox::access::{Role, Scope, Surface, hash_key};
use pilot_inbox::fresh;
use pilot_inbox::store::{
    EmbedSecrets, FormerSecret, NewInbox, NewNumber, NewOperator, NewOperatorSession, NewSession,
    NumberUpdate, StoreError,
};

fn session(ground: &Ground, numbers: &[NumberId], origins: &[&str]) -> NewSession {
    NewSession {
        id: fresh!(SessionId),
        api_key_id: ground.key.id.clone(),
        surface: Surface::Chat,
        numbers: numbers.to_vec(),
        origins: origins.iter().map(|origin| (*origin).to_owned()).collect(),
        branding: None,
        ttl_ms: 1_000,
        created_at: 0,
        expires_at: 1_000,
        ends_at: 5_000,
        operator: None,
    }
}

fn person(sub: &str, name: Option<&str>, role: Role) -> NewOperator {
    NewOperator {
        id: fresh!(OperatorId),
        sub: sub.into(),
        name: name.map(str::to_owned),
        email: name.map(|name| format!("{name}@a.test")),
        role,
    }
}

pub async fn credentials_grant_what_they_name(ground: &Ground) {
    let store = &ground.store;
    for (number, is_there) in [
        (&ground.numbers[0], true),
        (&ground.foreign_number, false),
        (&NumberId::parse("wn_none").unwrap(), false),
    ] {
        let found = store.has_number(&ground.tenant, number).await.unwrap();
        assert_eq!(found, is_there, "{number}");
    }
    let grant = store
        .api_key_by_hash(&hash_key(&ground.key.text))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (&grant.id, &grant.tenant, &grant.bound_to),
        (&ground.key.id, &ground.tenant, &None)
    );
    assert_eq!(grant.numbers, ground.numbers);
    let grant = store
        .api_key_by_id(&ground.number_keys[1].id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (grant.bound_to, grant.numbers),
        (
            Some(ground.numbers[1].clone()),
            vec![ground.numbers[1].clone()]
        )
    );
    assert!(
        store
            .api_key_by_hash(&hash_key("ps_unknown"))
            .await
            .unwrap()
            .is_none()
    );
    assert!(store.api_key_by_hash(b"").await.unwrap().is_none());
    assert!(
        store
            .api_key_by_id(&fresh!(ApiKeyId))
            .await
            .unwrap()
            .is_none()
    );
    let epoch = store.access_epoch().await.unwrap();
    store.remove_number(&ground.numbers[1]).await.unwrap();
    let grant = store
        .api_key_by_hash(&hash_key(&ground.key.text))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        grant.numbers,
        [ground.numbers[0].clone(), ground.numbers[2].clone()]
    );
    let grant = store
        .api_key_by_id(&ground.number_keys[1].id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(grant.numbers, []);
    store.revoke_api_key(&ground.key.id).await.unwrap();
    assert!(
        store
            .api_key_by_hash(&hash_key(&ground.key.text))
            .await
            .unwrap()
            .is_none()
    );
    assert!(store.api_key_by_id(&ground.key.id).await.unwrap().is_none());
    assert_eq!(
        store.access_epoch().await.unwrap(),
        epoch + 2,
        "everybody looks again after each"
    );
    let left: Vec<ApiKeyId> = store
        .api_keys(&ground.tenant)
        .await
        .unwrap()
        .into_iter()
        .map(|key| key.id)
        .collect();
    assert_eq!(
        left,
        ground
            .number_keys
            .iter()
            .map(|key| key.id.clone())
            .collect::<Vec<_>>()
    );
}

pub async fn a_session_lives_until_something_ends_it(ground: &Ground) {
    let (store, scope) = (&ground.store, ground.all().await);
    let new = session(ground, &ground.numbers[..2], &["https://a.test"]);
    let id = new.id.clone();
    store.create_session(&scope, new).await.unwrap();
    let live = async |now| store.live_session(&ground.tenant, &id, now).await.unwrap();
    let found = live(999).await.unwrap();
    assert_eq!(
        (found.numbers, found.origins),
        (
            ground.numbers[..2].to_vec(),
            vec!["https://a.test".to_owned()]
        )
    );
    assert_eq!(
        (found.ttl_ms, found.expires_at, found.ends_at),
        (1_000, 1_000, 5_000)
    );
    assert!(
        live(1_000).await.is_none(),
        "the moment of its end is past it"
    );
    let foreign = ground.foreign().await;
    assert!(
        store
            .live_session(foreign.tenant(), &id, 0)
            .await
            .unwrap()
            .is_none(),
        "another tenant's is unknown"
    );
    // Renewed, never backwards, never past its end, never by another tenant.
    assert!(store.extend_session(&scope, &id, 3_000).await.unwrap());
    assert!(store.extend_session(&scope, &id, 2_000).await.unwrap());
    assert_eq!(live(2_500).await.unwrap().expires_at, 3_000);
    assert!(!store.extend_session(&scope, &id, 5_001).await.unwrap());
    assert!(!store.extend_session(&foreign, &id, 4_000).await.unwrap());
    assert!(
        !store
            .extend_session(&scope, &fresh!(SessionId), 4_000)
            .await
            .unwrap()
    );
    assert_eq!(live(2_500).await.unwrap().expires_at, 3_000);
    store.remove_number(&ground.numbers[0]).await.unwrap();
    assert_eq!(
        live(2_500).await.unwrap().numbers,
        [ground.numbers[1].clone()]
    );
    store.revoke_api_key(&ground.key.id).await.unwrap();
    assert!(
        live(0).await.is_none(),
        "it ends with the key that minted it"
    );
}

pub async fn a_session_is_ended_by_whom_it_belongs_to(ground: &Ground) {
    let (store, scope) = (&ground.store, ground.all().await);
    let [first, second, _] = &ground.numbers[..] else {
        panic!("three numbers")
    };
    let (both, one) = (
        session(ground, &ground.numbers[..2], &["https://a.test"]),
        session(ground, &ground.numbers[..1], &["https://a.test"]),
    );
    let (both_id, one_id) = (both.id.clone(), one.id.clone());
    for new in [both, one] {
        store.create_session(&scope, new).await.unwrap();
    }
    let live = async |id: &SessionId| {
        let found = store.live_session(&ground.tenant, id, 0).await.unwrap();
        found.is_some()
    };
    let epoch = store.access_epoch().await.unwrap();
    let (foreign, own) = (ground.foreign().await, ground.only(0).await);
    for refused in [
        store.end_session(&foreign, None, &both_id).await,
        store.end_session(&scope, None, &fresh!(SessionId)).await,
        // A number's key neither those of other numbers nor those that are not its alone.
        store.end_session(&own, Some(first), &both_id).await,
        store.end_session(&own, Some(second), &one_id).await,
    ] {
        assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    }
    assert!(live(&both_id).await && live(&one_id).await);
    assert_eq!(store.access_epoch().await.unwrap(), epoch);
    store.end_session(&own, Some(first), &one_id).await.unwrap();
    store.end_session(&scope, None, &both_id).await.unwrap();
    assert!(!live(&both_id).await && !live(&one_id).await);
    assert!(
        !store.extend_session(&scope, &one_id, 2_000).await.unwrap(),
        "nothing brings it back"
    );
    assert_eq!(
        store.origin_live_until("https://a.test", 0).await.unwrap(),
        None
    );
    store.end_session(&scope, None, &both_id).await.unwrap();
    assert_eq!(
        store.access_epoch().await.unwrap(),
        epoch + 2,
        "everybody looks again after each, and not for what has ended before"
    );
}

pub async fn an_embed_secret_is_made_rotated_and_revoked(ground: &Ground) {
    let (store, tenant) = (&ground.store, &ground.tenant);
    let secrets = async || store.embed_secrets(tenant).await.unwrap();
    let set = async |sealed: &[u8], former| {
        let made = store.set_embed_secret(tenant, sealed, former).await;
        made.unwrap()
    };
    assert_eq!(secrets().await, None);
    assert!(set(b"1", FormerSecret::None).await);
    assert!(!set(b"2", FormerSecret::None).await, "there is one");
    let both = |current: &[u8], previous: Option<&[u8]>| {
        Some(EmbedSecrets {
            current: current.to_vec(),
            previous: previous.map(<[u8]>::to_vec),
        })
    };
    assert_eq!(secrets().await, both(b"1", None));
    assert!(set(b"2", FormerSecret::Kept).await);
    assert!(set(b"3", FormerSecret::Kept).await);
    assert_eq!(secrets().await, both(b"3", Some(b"2")));
    let (minted, of_operator) = (
        session(ground, &ground.numbers[..1], &["https://a.test"]),
        operator_session(ground, "user-1").await,
    );
    let minted_id = minted.id.clone();
    store
        .create_session(&ground.all().await, minted)
        .await
        .unwrap();
    let epoch = store.access_epoch().await.unwrap();
    assert!(set(b"4", FormerSecret::Revoked).await);
    assert_eq!(secrets().await, both(b"4", None));
    assert_eq!(store.access_epoch().await.unwrap(), epoch + 1);
    let live = async |id: &SessionId| {
        let found = store.live_session(tenant, id, 0).await.unwrap();
        found.is_some()
    };
    assert!(live(&minted_id).await && !live(&of_operator).await);
    let nobody = store
        .set_embed_secret(&fresh!(TenantId), b"x", FormerSecret::Kept)
        .await;
    assert!(matches!(nobody, Err(StoreError::NotFound)), "{nobody:?}");
    let foreign = ground.foreign().await;
    assert_eq!(store.embed_secrets(foreign.tenant()).await.unwrap(), None);
}

/// An inbox of the first two numbers.
async fn inbox(ground: &Ground) -> InboxId {
    let id = fresh!(InboxId);
    let inbox = NewInbox {
        id: id.clone(),
        tenant: ground.tenant.clone(),
        name: "Suporte ✓".into(),
        numbers: ground.numbers[..2].to_vec(),
        origins: vec!["https://a.test".into(), "https://b.test".into()],
    };
    ground.store.create_inbox(inbox).await.unwrap();
    id
}

async fn operator_session(ground: &Ground, sub: &str) -> SessionId {
    let id = fresh!(SessionId);
    let session = NewOperatorSession {
        id: id.clone(),
        inbox: inbox(ground).await,
        operator: person(sub, None, Role::Operator),
        origins: vec!["https://a.test".into()],
        ttl_ms: 1_000,
        created_at: 0,
        expires_at: 1_000,
        ends_at: 5_000,
    };
    let scope = ground.all().await;
    ground
        .store
        .create_operator_session(&scope, session)
        .await
        .unwrap();
    id
}

pub async fn an_inbox_is_what_it_was_made_of(ground: &Ground) {
    let store = &ground.store;
    let (id, other) = (inbox(ground).await, inbox(ground).await);
    let found = store.inbox(&ground.tenant, &id).await.unwrap().unwrap();
    assert_eq!((&found.id, &*found.name), (&id, "Suporte ✓"));
    assert_eq!(found.numbers, ground.numbers[..2]);
    assert_eq!(found.origins, ["https://a.test", "https://b.test"]);
    let foreign = ground.foreign().await;
    let of_others = store.inbox(foreign.tenant(), &id).await.unwrap();
    assert!(of_others.is_none());
    let listed = async || -> Vec<InboxId> {
        let inboxes = store.inboxes(&ground.tenant).await.unwrap();
        inboxes.into_iter().map(|inbox| inbox.id).collect()
    };
    assert_eq!(listed().await, [id.clone(), other.clone()], "oldest first");
    // Of numbers that are not its tenant's, or not there, nothing is made.
    for number in [ground.foreign_number.clone(), fresh!(NumberId)] {
        let refused = store
            .create_inbox(NewInbox {
                id: fresh!(InboxId),
                tenant: ground.tenant.clone(),
                name: "x".into(),
                numbers: vec![ground.numbers[0].clone(), number],
                origins: vec!["https://never.test".into()],
            })
            .await;
        assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    }
    let refused = store
        .create_inbox(NewInbox {
            id: fresh!(InboxId),
            tenant: fresh!(TenantId),
            name: "x".into(),
            numbers: Vec::new(),
            origins: Vec::new(),
        })
        .await;
    assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    assert_eq!(listed().await.len(), 2);
    let named = async |origin: &str| store.inbox_names_origin(origin).await.unwrap();
    assert!(named("https://a.test").await && !named("https://never.test").await);
    // Its sessions go with it.
    let session = operator_session(ground, "user-1").await;
    let third = listed().await.remove(2);
    let live = async || {
        let found = store.live_session(&ground.tenant, &session, 0).await;
        found.unwrap().is_some()
    };
    assert!(live().await);
    let epoch = store.access_epoch().await.unwrap();
    store.remove_inbox(&third).await.unwrap();
    assert!(!live().await);
    assert_eq!(store.access_epoch().await.unwrap(), epoch + 1);
    let again = store.remove_inbox(&third).await;
    assert!(matches!(again, Err(StoreError::NotFound)), "{again:?}");
    // It shows the numbers that are left, and invites nobody once there are none.
    store.remove_number(&ground.numbers[0]).await.unwrap();
    let found = store.inbox(&ground.tenant, &id).await.unwrap().unwrap();
    assert_eq!(found.numbers, ground.numbers[1..2]);
    assert!(named("https://a.test").await);
    store.remove_number(&ground.numbers[1]).await.unwrap();
    assert!(!named("https://a.test").await);
}

pub async fn an_operator_is_known_by_tenant_and_subject(ground: &Ground) {
    let (store, scope, foreign) = (&ground.store, ground.all().await, ground.foreign().await);
    let inbox = inbox(ground).await;
    let seen = async |scope: &Scope, sub: &str, name: Option<&str>, role, at| {
        let id = fresh!(SessionId);
        let session = NewOperatorSession {
            id: id.clone(),
            inbox: inbox.clone(),
            operator: person(sub, name, role),
            origins: vec!["https://op.test".into()],
            ttl_ms: 1_000,
            created_at: at,
            expires_at: 1_000,
            ends_at: 5_000,
        };
        let operator = store.create_operator_session(scope, session).await.unwrap();
        (id, operator)
    };
    let (session, ana) = seen(&scope, "u", Some("Ana"), Role::Operator, 10).await;
    let (_, again) = seen(&scope, "u", None, Role::Admin, 20).await;
    assert_eq!(
        (&again.id, &again.name, &again.email, again.role),
        (&ana.id, &ana.name, &ana.email, Role::Admin),
        "what is not said stays"
    );
    let (_, capital) = seen(&scope, "U", None, Role::Operator, 10).await;
    let (_, theirs) = seen(&foreign, "u", None, Role::Operator, 10).await;
    assert!(capital.id != ana.id && theirs.id != ana.id && theirs.id != capital.id);
    assert_eq!((capital.name, theirs.name), (None, None));
    let found = store.live_session(&ground.tenant, &session, 0).await;
    let found = found.unwrap().unwrap();
    assert_eq!(found.operator.as_ref(), Some(&again), "as it is known now");
    assert_eq!(
        (found.numbers, found.origins),
        (ground.numbers.clone(), vec!["https://op.test".to_owned()])
    );
    assert_eq!(
        store.origin_live_until("https://op.test", 0).await.unwrap(),
        None,
        "it is the inbox that invites"
    );
    assert!(store.extend_session(&scope, &session, 2_000).await.unwrap());
    assert!(!store.extend_session(&scope, &session, 5_001).await.unwrap());
    // A key's session knows the same people, and invites pages as before.
    let minted = NewSession {
        operator: Some(person("u", Some("Ana S"), Role::ReadOnly)),
        ..self::session(ground, &ground.numbers, &["https://mint.test"])
    };
    let id = minted.id.clone();
    store.create_session(&scope, minted).await.unwrap();
    let minted = store.live_session(&ground.tenant, &id, 0).await;
    let minted = minted.unwrap().unwrap();
    assert!(minted.invites && !found.invites);
    let now = minted.operator.unwrap();
    assert_eq!(
        (now.id, now.name.as_deref(), now.email.as_deref(), now.role),
        (ana.id, Some("Ana S"), Some("Ana S@a.test"), Role::ReadOnly)
    );
    let nobody = self::session(ground, &ground.numbers, &["https://mint.test"]);
    let id = nobody.id.clone();
    store.create_session(&scope, nobody).await.unwrap();
    let nobody = store.live_session(&ground.tenant, &id, 0).await;
    assert_eq!(nobody.unwrap().unwrap().operator, None);
    // Many at once are one person.
    let at_once = join_all((0..8).map(|at| seen(&scope, "new", None, Role::Operator, at))).await;
    assert!(
        at_once
            .iter()
            .all(|(_, operator)| operator.id == at_once[0].1.id)
    );
}

pub async fn origins_may_embed_while_a_session_lives(ground: &Ground) {
    let (store, scope) = (&ground.store, ground.all().await);
    let until = async |origin: &str, now| store.origin_live_until(origin, now).await.unwrap();
    assert_eq!(until("https://a.test", 0).await, None);
    let first = session(
        ground,
        &ground.numbers[..1],
        &["https://a.test", "https://b.test"],
    );
    let second = NewSession {
        expires_at: 2_000,
        ..session(ground, &ground.numbers[1..2], &["https://a.test"])
    };
    let second_id = second.id.clone();
    store.create_session(&scope, first).await.unwrap();
    store.create_session(&scope, second).await.unwrap();
    assert_eq!(
        until("https://a.test", 0).await,
        Some(2_000),
        "the longest counts"
    );
    assert_eq!(until("https://b.test", 0).await, Some(1_000));
    assert_eq!(until("https://b.test", 1_000).await, None);
    assert_eq!(until("https://c.test", 0).await, None);
    store
        .extend_session(&scope, &second_id, 4_000)
        .await
        .unwrap();
    assert_eq!(until("https://a.test", 0).await, Some(4_000));
    store.remove_number(&ground.numbers[1]).await.unwrap();
    assert_eq!(
        until("https://a.test", 0).await,
        Some(1_000),
        "a session without numbers invites nobody"
    );
    store.revoke_api_key(&ground.key.id).await.unwrap();
    assert_eq!(until("https://a.test", 0).await, None);
}

pub async fn numbers_are_shown_to_whom_they_are_given(ground: &Ground) {
    let store = &ground.store;
    let of = async |scope| -> Vec<NumberId> {
        let numbers = store.numbers(&scope).await.unwrap();
        numbers.into_iter().map(|number| number.id).collect()
    };
    let before = ground.all().await;
    assert_eq!(of(before.clone()).await, ground.numbers, "oldest first");
    assert_eq!(of(ground.only(1).await).await, ground.numbers[1..2]);
    let foreign = ground.foreign().await;
    let foreign_numbers = of(foreign).await;
    assert_eq!(foreign_numbers.len(), 1);
    assert_eq!(foreign_numbers[0], ground.foreign_number);
    let second = store.numbers(&before).await.unwrap().remove(1);
    assert_eq!(
        (&*second.name, &*second.phone, &*second.phone_number_id),
        ("number 101", "55113000101", "101")
    );
    assert_eq!(
        (second.refusal, second.updated_at),
        (None, second.created_at)
    );
    // Its own keys, and not the tenant's; those that are revoked are not shown.
    let (mut more, _) = new_key(&ground.tenant, Some(&ground.numbers[1]));
    more.label.name = "second".into();
    store.create_api_key(more).await.unwrap();
    let names = async || {
        let numbers = store.tenant_numbers(&ground.tenant).await.unwrap();
        let mut names: Vec<String> = numbers[1].keys.iter().map(|key| key.name.clone()).collect();
        names.sort();
        names
    };
    assert_eq!(names().await, ["second", "test"]);
    store
        .revoke_api_key(&ground.number_keys[1].id)
        .await
        .unwrap();
    assert_eq!(names().await, ["second"]);
    store.remove_number(&ground.numbers[1]).await.unwrap();
    let left = [ground.numbers[0].clone(), ground.numbers[2].clone()];
    assert_eq!(of(before).await, left, "also to an older scope");
}

pub async fn administration_refuses_what_does_not_fit(ground: &Ground) {
    let store = &ground.store;
    let nobody = fresh!(TenantId);
    let not_found = |result: Result<(), StoreError>| {
        assert!(matches!(result, Err(StoreError::NotFound)), "{result:?}");
    };
    not_found(store.create_api_key(new_key(&nobody, None).0).await);
    not_found(
        store
            .create_api_key(new_key(&ground.tenant, Some(&ground.foreign_number)).0)
            .await,
    );
    not_found(
        store
            .create_api_key(new_key(&ground.tenant, Some(&fresh!(NumberId))).0)
            .await,
    );
    not_found(store.revoke_api_key(&fresh!(ApiKeyId)).await);
    not_found(store.remove_number(&fresh!(NumberId)).await.map(|_| ()));
    not_found(
        store
            .update_number(&fresh!(NumberId), NumberUpdate::default())
            .await,
    );
    let twice = NewNumber {
        id: fresh!(NumberId),
        tenant: ground.tenant.clone(),
        name: "again".into(),
        phone: "1".into(),
        phone_number_id: "200".into(),
        access_token: Vec::new(),
        graph_base_url: "http://127.0.0.1:9".into(),
    };
    not_found(
        store
            .create_number(NewNumber {
                tenant: nobody.clone(),
                phone_number_id: "300".into(),
                ..twice.clone()
            })
            .await,
    );
    assert!(
        store.create_number(twice).await.is_err(),
        "a number is connected once"
    );
    assert_eq!(store.tenant_numbers(&ground.tenant).await.unwrap().len(), 3);
    assert_eq!(store.tenant_numbers(&nobody).await.unwrap().len(), 0);
    let names: Vec<String> = store
        .tenants()
        .await
        .unwrap()
        .into_iter()
        .map(|tenant| tenant.name)
        .collect();
    assert_eq!(names, ["Acme", "Globex"], "oldest first");
    // Removed twice is once; and it may be connected anew, also by somebody else.
    store.remove_number(&ground.foreign_number).await.unwrap();
    not_found(
        store
            .remove_number(&ground.foreign_number)
            .await
            .map(|_| ()),
    );
    not_found(
        store
            .update_number(&ground.foreign_number, NumberUpdate::default())
            .await,
    );
    number(&**store, &ground.tenant, "200").await;
    assert_eq!(store.tenant_numbers(&ground.tenant).await.unwrap().len(), 4);
}
