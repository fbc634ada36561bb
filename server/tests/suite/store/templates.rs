//! The list of templates of each number.

use super::ground::Ground;
use app::templates::MessageTemplate;
use pilot_inbox::store::StoreError;
use serde_json::json;

fn template(name: &str, language: &str, body: &str) -> MessageTemplate {
    serde_json::from_value(
        json!({"name": name, "language": language, "category": "UTILITY", "status": "APPROVED",
        "named": false, "body": body}),
    )
    .unwrap()
}

pub async fn a_list_of_templates_is_replaced_as_a_whole(ground: &Ground) {
    ground.write("100", "5511", 0..1).await;
    let scope = ground.all().await;
    let number = &ground.numbers[0];
    let put = async |templates: Vec<MessageTemplate>| {
        let stored = ground.store.put_templates(number, templates, 1_000);
        stored.await.unwrap();
    };
    let list = async || ground.store.templates(&scope, number).await.unwrap();
    assert!(list().await.is_empty());
    let (b, a) = (
        template("b", "en", "B"),
        template("a", "pt_BR", "Olá {{1}}"),
    );
    put(vec![b.clone(), a.clone(), template("b", "en", "twice")]).await;
    assert_eq!(list().await, [a.clone(), b.clone()]);
    for scope in [ground.only(1).await, ground.foreign().await] {
        let refused = ground.store.templates(&scope, number).await;
        assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    }
    let other = ground.store.templates(&scope, &ground.numbers[1]).await;
    assert!(other.unwrap().is_empty());

    let conversation = ground.with(&scope, "5511").await.id;
    let one = async |name: &str, language: &str| {
        let found = ground.store.template(&scope, &conversation, name, language);
        found.await.unwrap()
    };
    assert_eq!(one("a", "pt_BR").await, Some(a.clone()));
    assert_eq!(one("a", "en").await, None);
    let foreign = ground.foreign().await;
    let refused = ground.store.template(&foreign, &conversation, "a", "pt_BR");
    assert!(matches!(refused.await, Err(StoreError::NotFound)));

    put(vec![a.clone()]).await;
    assert_eq!(list().await, [a]);
}

pub async fn a_list_is_old_after_an_hour_or_when_meta_says_so(ground: &Ground) {
    let old = async |now: i64| {
        let accounts = ground.store.accounts_with_old_templates(now, now + 5);
        accounts.await.unwrap()
    };
    assert!(
        old(1).await.is_empty(),
        "nobody has written: no account is known"
    );
    ground.write("100", "5511", 0..1).await;
    let accounts = old(1).await;
    assert_eq!(accounts.len(), 1);
    assert_eq!(
        (&accounts[0].number, &*accounts[0].waba_id),
        (&ground.numbers[0], crate::support::meta::WABA)
    );
    assert!(old(5).await.is_empty(), "somebody is asking");
    assert_eq!(old(6).await.len(), 1, "nobody has answered");
    let stored = ground
        .store
        .put_templates(&ground.numbers[0], vec![], 1_000);
    stored.await.unwrap();
    assert!(old(999).await.is_empty());
    let account = |id: &str| vec![id.to_owned()];
    let changed = ground.store.templates_changed(&account("another")).await;
    changed.unwrap();
    assert!(old(999).await.is_empty());
    let waba = account(crate::support::meta::WABA);
    ground.store.templates_changed(&waba).await.unwrap();
    assert_eq!(old(999).await.len(), 1);
}
