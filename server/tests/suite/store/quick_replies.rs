//! Texts that operators write often.

use super::ground::Ground;
use app::error::Code;
use app::ids::QuickReplyId;
use app::quick_replies::{MAX_QUICK_REPLIES, QuickReply};
use pilot_inbox::access::Scope;
use pilot_inbox::fresh;
use pilot_inbox::store::StoreError;

fn reply(shortcut: &str, text: &str) -> QuickReply {
    QuickReply::new(fresh!(QuickReplyId), shortcut, text)
}

async fn list(ground: &Ground, scope: &Scope) -> Vec<QuickReply> {
    ground.store.quick_replies(scope).await.unwrap().items
}

fn code<T: std::fmt::Debug>(result: Result<T, StoreError>) -> Code {
    match result {
        Err(StoreError::Refused(error)) => error.code,
        other => panic!("{other:?}"),
    }
}

pub async fn quick_replies_belong_to_numbers(ground: &Ground) {
    let (all, one, other, foreign) = (
        ground.all().await,
        ground.only(1).await,
        ground.only(2).await,
        ground.foreign().await,
    );
    let (b, a) = (
        reply("bye", "Bye {{contact.name}} 👋 '; --"),
        reply("até", "x"),
    );
    for it in [&b, &a] {
        ground.store.create_quick_reply(&all, it).await.unwrap();
    }
    // By shortcut, byte by byte.
    assert_eq!(list(ground, &all).await, [a.clone(), b.clone()]);
    // Others have them, too: whoever has not all of their numbers uses them.
    let seen = |it: &QuickReply| QuickReply {
        shared: true,
        ..it.clone()
    };
    assert_eq!(list(ground, &one).await, [seen(&a), seen(&b)]);
    assert_eq!(list(ground, &foreign).await, []);
    let operator = ground.store.quick_replies(&all).await.unwrap().operator;
    assert_eq!(operator, None, "a key is nobody");
    let refused = ground.store.update_quick_reply(&one, &a).await;
    assert_eq!(code(refused), Code::SharedWithOthers);
    let refused = ground.store.delete_quick_reply(&one, &a.id).await;
    assert_eq!(code(refused), Code::SharedWithOthers);

    // One's own is seen by who has the number, and by nobody else.
    let mine = reply("mine", "m");
    ground.store.create_quick_reply(&one, &mine).await.unwrap();
    let of_one = QuickReply {
        numbers: vec![ground.numbers[1].clone()],
        ..mine.clone()
    };
    assert_eq!(list(ground, &all).await[2], of_one);
    assert_eq!(list(ground, &one).await[2], mine);
    assert_eq!(list(ground, &other).await, [seen(&a), seen(&b)]);
    let again = reply("mine", "?");
    let again = ground.store.create_quick_reply(&all, &again).await;
    assert_eq!(code(again), Code::ShortcutTaken);
    // What others cannot see takes nothing from them.
    let namesake = reply("mine", "n");
    ground
        .store
        .create_quick_reply(&other, &namesake)
        .await
        .unwrap();

    let theirs = reply("bye", "theirs");
    ground
        .store
        .create_quick_reply(&foreign, &theirs)
        .await
        .unwrap();
    for scope in [&foreign, &other] {
        for it in [&mine, &reply("new", "y")] {
            let changed = ground.store.update_quick_reply(scope, it).await;
            assert!(matches!(changed, Err(StoreError::NotFound)), "{changed:?}");
            let gone = ground.store.delete_quick_reply(scope, &it.id).await;
            assert!(matches!(gone, Err(StoreError::NotFound)), "{gone:?}");
        }
    }
    assert_eq!(list(ground, &foreign).await, [theirs]);

    let changed = QuickReply {
        text: "changed".into(),
        ..mine.clone()
    };
    let answer = ground.store.update_quick_reply(&all, &changed).await;
    assert_eq!(answer.unwrap().numbers, of_one.numbers, "its numbers stay");
    for id in [&a.id, &b.id, &namesake.id] {
        ground.store.delete_quick_reply(&all, id).await.unwrap();
    }
    assert_eq!(list(&ground.beside().await, &one).await, [changed]);
}

pub async fn a_shortcut_belongs_to_one(ground: &Ground) {
    let scope = ground.all().await;
    let (first, second) = (reply("one", "1"), reply("two", "2"));
    for it in [&first, &second] {
        ground.store.create_quick_reply(&scope, it).await.unwrap();
    }
    let third = reply("one", "3");
    let again = ground.store.create_quick_reply(&scope, &third).await;
    assert_eq!(code(again), Code::ShortcutTaken);
    let renamed = QuickReply {
        shortcut: "one".into(),
        ..second.clone()
    };
    let refused = ground.store.update_quick_reply(&scope, &renamed).await;
    assert_eq!(code(refused), Code::ShortcutTaken);
    assert_eq!(list(ground, &scope).await, [first, second]);

    let many = (0..8).map(|_| {
        let it = reply("race", "r");
        let scope = scope.clone();
        async move { ground.store.create_quick_reply(&scope, &it).await }
    });
    let made = futures::future::join_all(many).await;
    assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 1);
}

pub async fn there_are_only_so_many(ground: &Ground) {
    let scope = ground.all().await;
    for n in 0..MAX_QUICK_REPLIES {
        let it = reply(&format!("r{n}"), "x");
        ground.store.create_quick_reply(&scope, &it).await.unwrap();
    }
    let one_more = reply("more", "x");
    let over = ground.store.create_quick_reply(&scope, &one_more).await;
    assert_eq!(code(over), Code::TooManyQuickReplies);
    let foreign = ground.foreign().await;
    let theirs = reply("more", "x");
    ground
        .store
        .create_quick_reply(&foreign, &theirs)
        .await
        .unwrap();
}
