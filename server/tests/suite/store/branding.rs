//! How a tenant's inbox looks.

use super::ground::{Ground, Key};
use app::ids::{NumberId, SessionId, TenantId};
use pilot_inbox::access::{Scope, Surface};
use pilot_inbox::fresh;
use pilot_inbox::store::{NewSession, OriginBranding};
use serde_json::{Value, json};

async fn change(ground: &Ground, scope: &Scope, change: &Value) -> Value {
    let change = change.to_string();
    let stored = ground.store.update_branding(scope, &change).await;
    serde_json::from_str(&stored.unwrap()).unwrap()
}

async fn held(ground: &Ground, scope: &Scope) -> Option<Value> {
    let held = ground.store.branding(scope).await.unwrap()?;
    Some(serde_json::from_str(&held).unwrap())
}

pub async fn fields_are_merged_and_null_clears_them(ground: &Ground) {
    let scope = ground.all().await;
    assert_eq!(held(ground, &scope).await, None);
    let first = json!({"companyName": "Acme '; DROP TABLE branding; --", "subtitle": null, "hidePilotStatusBranding": true});
    let mut expected = first.clone();
    expected.as_object_mut().unwrap().remove("subtitle");
    assert_eq!(change(ground, &scope, &first).await, expected);
    assert_eq!(change(ground, &scope, &json!({})).await, expected);
    let second =
        json!({"companyName": null, "subtitle": "🦄 é \u{202e}", "hidePilotStatusBranding": false});
    let expected = json!({"subtitle": "🦄 é \u{202e}", "hidePilotStatusBranding": false});
    assert_eq!(change(ground, &scope, &second).await, expected);
    assert_eq!(held(ground, &scope).await, Some(expected.clone()));
    assert_eq!(held(&ground.beside().await, &scope).await, Some(expected));
}

pub async fn each_tenant_has_branding_of_its_own(ground: &Ground) {
    let (own, foreign) = (ground.all().await, ground.foreign().await);
    change(ground, &own, &json!({"companyName": "Acme"})).await;
    assert_eq!(held(ground, &foreign).await, None);
    change(ground, &foreign, &json!({"companyName": "Globex"})).await;
    assert_eq!(
        held(ground, &own).await,
        Some(json!({"companyName": "Acme"}))
    );
}

async fn session(
    ground: &Ground,
    (scope, key): (&Scope, &Key),
    number: &NumberId,
    origin: &str,
    branding: Option<&str>,
    expires_at: i64,
) {
    let new = NewSession {
        id: fresh!(SessionId),
        api_key_id: key.id.clone(),
        surface: Surface::Chat,
        numbers: vec![number.clone()],
        origins: vec![origin.into(), "https://other.test".into()],
        branding: branding.map(str::to_owned),
        ttl_ms: 1_000,
        created_at: 0,
        expires_at,
        ends_at: 5_000,
        operator: None,
    };
    ground.store.create_session(scope, new).await.unwrap();
}

/// Tenant, and the branding of the session, in some order that is always the same.
fn shown(found: Vec<OriginBranding>) -> Vec<(TenantId, Option<String>, Option<String>)> {
    let mut shown: Vec<_> = found
        .into_iter()
        .map(|one| (one.tenant, one.own, one.of_session))
        .collect();
    shown.sort();
    shown
}

pub async fn an_origin_shows_what_its_live_sessions_show(ground: &Ground) {
    const ORIGIN: &str = "https://a.test";
    let (own, foreign) = (ground.all().await, ground.foreign().await);
    let look = async |now: i64, limit: u32| {
        let found = ground.store.brandings_of_origin(ORIGIN, now, limit).await;
        shown(found.unwrap())
    };
    assert_eq!(look(0, 9).await, []);
    let mine = (&own, &ground.key);
    let over = Some(r#"{"companyName":"Shop"}"#);
    for _ in 0..3 {
        session(ground, mine, &ground.numbers[0], ORIGIN, None, 1_000).await;
    }
    assert_eq!(look(0, 9).await, [(ground.tenant.clone(), None, None)]);
    change(ground, &own, &json!({"companyName": "Acme"})).await;
    let fields = ground.store.branding(&own).await.unwrap();
    assert_eq!(
        ground.store.session_branding(&own).await.unwrap(),
        (fields.clone(), None),
        "a key is no session"
    );
    let plain = (ground.tenant.clone(), fields.clone(), None);
    assert_eq!(look(0, 9).await, vec![plain.clone()]);
    session(ground, mine, &ground.numbers[0], ORIGIN, over, 2_000).await;
    session(
        ground,
        mine,
        &ground.numbers[0],
        "https://b.test",
        Some("{}"),
        2_000,
    )
    .await;
    let overridden = (ground.tenant.clone(), fields, over.map(str::to_owned));
    assert_eq!(look(0, 9).await, [plain, overridden.clone()]);
    assert_eq!(look(0, 1).await.len(), 1);
    assert_eq!(
        look(1_000, 9).await,
        vec![overridden.clone()],
        "while they live"
    );
    let theirs = (&foreign, &ground.foreign_key);
    session(ground, theirs, &ground.foreign_number, ORIGIN, None, 3_000).await;
    let of_another = (foreign.tenant().clone(), None, None);
    let mut both = vec![overridden, of_another.clone()];
    both.sort();
    assert_eq!(look(1_000, 9).await, both);
    ground.store.revoke_api_key(&ground.key.id).await.unwrap();
    assert_eq!(look(1_000, 9).await, [of_another]);
    assert_eq!(look(3_000, 9).await, []);
}
