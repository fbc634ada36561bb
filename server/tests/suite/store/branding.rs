//! How a tenant's inbox looks.

use super::ground::Ground;
use pilot_inbox::access::Scope;
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
