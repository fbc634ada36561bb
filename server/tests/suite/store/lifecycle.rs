//! Numbers that are changed, taken away, brought back and erased, and what is kept of what was said over them.

use super::ground::{AT, Ground, new_key};
use super::public::plan;
use crate::support::database::Database;
use crate::support::meta;
use app::conversations::details::ContactField;
use app::error::Code;
use app::ids::{ClientId, MediaId, WebhookId};
use app::messages::{DeliveryStatus, Failure};
use app::paging::PageRequest;
use pilot_inbox::access::Scope;
use pilot_inbox::clock::now_ms;
use pilot_inbox::fresh;
use pilot_inbox::ingest::NumberStep::{self, Connected, Disconnected, Removed, Restored};
use pilot_inbox::ingest::read_number_news;
use pilot_inbox::store::{
    Claim, KeptForDays, KnownOfContact, LinkState, NewWebhook, NumberChange, NumberRecord,
    NumberUpdate, Outgoing, PiiMode, Query, Settlement, StoreError, postgres, sqlite,
};
use serde_json::{Value, json};

const HOUR: i64 = 3_600_000;
/// A moment after everything that [`Ground::write`] writes.
const AFTER: i64 = (AT + 1_000_000) * 1000;

fn change(mode: &str, days: Option<u16>, settings: &Value) -> NumberChange {
    NumberChange {
        pii_mode: Some(mode.into()),
        pii_days: days,
        settings: settings.as_object().unwrap().clone(),
    }
}

fn is(error: &StoreError, code: Code) -> bool {
    matches!(error, StoreError::Refused(refused) if refused.code == code)
}

async fn record(ground: &Ground, index: usize) -> Option<NumberRecord> {
    let numbers = ground.store.tenant_numbers(&ground.tenant).await.unwrap();
    let wanted = &ground.numbers[index];
    numbers.into_iter().find(|number| number.id == *wanted)
}

/// What happened to a number, as the log tells it.
async fn steps(ground: &Ground, index: usize) -> Vec<(NumberStep, Option<String>)> {
    let page = ground
        .store
        .log_after(&ground.tenant, 0, 1000)
        .await
        .unwrap();
    let pilot_inbox::store::EventPage::Events { events, .. } = page else {
        panic!("{page:?}")
    };
    events
        .iter()
        .filter(|event| event.number == ground.numbers[index])
        .filter_map(|event| read_number_news(&event.payload))
        .map(|(news, _)| (news.step, news.error))
        .collect()
}

async fn send(ground: &Ground, scope: &Scope, phone: &str, text: &str) {
    let conversation = ground.with(scope, phone).await.id;
    let client_id = ClientId::parse(text).unwrap();
    ground
        .store
        .send_message(scope, &conversation, &client_id, Outgoing::text(text))
        .await
        .unwrap();
}

async fn claimed(ground: &Ground) -> Vec<Claim> {
    let later = now_ms() + HOUR;
    ground
        .store
        .claim_outbox(later, later + HOUR, 10)
        .await
        .unwrap()
}

async fn erase(ground: &Ground) {
    while ground
        .store
        .erase_more(now_ms() - 30 * 24 * HOUR, 3)
        .await
        .unwrap()
    {}
}

async fn redact(ground: &Ground, index: usize, before: i64) -> u64 {
    let (mut count, mut from) = (0, None);
    loop {
        let walked = ground
            .store
            .redact_more(&ground.numbers[index], before, from.as_deref(), 3)
            .await
            .unwrap();
        count += walked.count;
        from = walked.next;
        if from.is_none() {
            return count;
        }
    }
}

async fn found(ground: &Ground, scope: &Scope, words: &str) -> usize {
    while ground.store.index_more(100).await.unwrap().more {}
    let query = Query::read(words).unwrap();
    let first = PageRequest::first();
    let found = ground.store.search(scope, &query, None, &first).await;
    let found = found.unwrap();
    found.messages.len() + found.conversations.len()
}

pub async fn what_is_kept_and_how_it_behaves_is_changed(ground: &Ground) {
    let (store, all) = (&ground.store, ground.all().await);
    let number = &ground.numbers[0];
    let wanted = change(
        "STORE_X_DAYS",
        Some(30),
        &json!({"markReadOnSend": false, "msgRejectCall": "Olá 🦄"}),
    );
    let changed = store.change_number(&all, number, &wanted).await.unwrap();
    assert_eq!(changed.pii, PiiMode::StoreDays(30));
    assert_eq!(changed.settings.mark_read_on_send, Some(false));
    assert_eq!(changed.settings.msg_reject_call.as_deref(), Some("Olá 🦄"));
    let again = record(ground, 0).await.unwrap();
    assert_eq!((again.pii, again.settings), (changed.pii, changed.settings));
    assert_eq!(
        store.kept_for_days().await.unwrap(),
        [KeptForDays {
            number: number.clone(),
            days: 30
        }]
    );
    // One part of it; the rest stays. Null is as it was.
    let part = NumberChange {
        settings: json!({"msgRejectCall": null}).as_object().unwrap().clone(),
        ..NumberChange::default()
    };
    let own = ground.only(0).await;
    let changed = store.change_number(&own, number, &part).await.unwrap();
    assert_eq!(changed.pii, PiiMode::StoreDays(30));
    assert_eq!(
        (
            changed.settings.mark_read_on_send,
            changed.settings.msg_reject_call
        ),
        (Some(false), None)
    );
    let all_kept = change("STORE_INDEFINITE", Some(7), &json!({}));
    let changed = store.change_number(&own, number, &all_kept).await.unwrap();
    assert_eq!(changed.pii, PiiMode::StoreIndefinitely);
    assert_eq!(store.kept_for_days().await.unwrap(), []);
    let without = change("STORE_X_DAYS", None, &json!({}));
    let refused = store.change_number(&own, number, &without).await;
    assert!(is(&refused.unwrap_err(), Code::NumberSettingsInvalid));
    for scope in [ground.only(1).await, ground.foreign().await] {
        let refused = store.change_number(&scope, number, &wanted).await;
        assert!(is(&refused.unwrap_err(), Code::NumberNotFound));
    }
    // Every screen hears of it, and no backend.
    let log = ground.log(&all, 0).await;
    assert!(
        log.iter().all(|entry| entry["event"]["type"] == "number"),
        "{log:?}"
    );
    assert_eq!((log.len(), steps(ground, 0).await.len()), (3, 0));
}

pub async fn what_was_taken_away_comes_back_for_a_while(ground: &Ground) {
    let store = &ground.store;
    ground.write("100", "5511", 0..3).await;
    let (all, number) = (ground.all().await, &ground.numbers[0]);
    assert!(is(
        &store.restore_number(&all, number, 0).await.unwrap_err(),
        Code::NumberAlreadyActive
    ));
    let removed_at = store.remove_number(number).await.unwrap();
    assert!((now_ms() - HOUR..=now_ms()).contains(&removed_at));
    assert!(record(ground, 0).await.is_none());
    // Nobody is there to take it.
    ground.write("100", "5511", 3..4).await;
    let unknown = [
        store
            .restore_number(&ground.foreign().await, number, 0)
            .await,
        store.restore_number(&all, &ground.foreign_number, 0).await,
        // Too late.
        store.restore_number(&all, number, removed_at).await,
    ];
    for refused in unknown {
        assert!(is(&refused.unwrap_err(), Code::NumberNotFound));
    }
    assert!(
        !store.erase_more(removed_at - 1, 10).await.unwrap(),
        "it is kept"
    );
    store
        .restore_number(&all, number, removed_at - 1)
        .await
        .unwrap();
    let there = record(ground, 0).await.unwrap();
    assert_eq!(there.link_state, LinkState::Close);
    let all = ground.all().await;
    let conversation = ground.with(&all, "5511").await;
    assert_eq!(ground.thread(&all, &conversation.id).await.len(), 3);
    // What WhatsApp says is taken in before it is connected again.
    ground.write("100", "5511", 4..5).await;
    assert_eq!(ground.thread(&all, &conversation.id).await.len(), 4);
    // Somebody else connects the phone meanwhile.
    store.remove_number(number).await.unwrap();
    super::ground::number(&**store, &ground.tenant, "100").await;
    assert!(is(
        &store.restore_number(&all, number, 0).await.unwrap_err(),
        Code::NumberAlreadyActive
    ));
}

pub async fn what_happens_to_a_number_is_in_the_log(ground: &Ground) {
    let store = &ground.store;
    ground.write("100", "5511", 0..1).await;
    let (all, number) = (ground.all().await, &ground.numbers[0]);
    let refused = || Settlement::NumberRefused {
        failure: Failure {
            code: "131031".into(),
            sentence: "The account is locked.".into(),
            retryable: false,
        },
    };
    send(ground, &all, "5511", "one").await;
    let claim = claimed(ground).await.remove(0);
    store.settle(&claim, refused()).await.unwrap();
    store.resume_number(number).await.unwrap();
    store.resume_number(number).await.unwrap();
    // Credentials of a number that is connected are no news.
    store
        .update_number(number, NumberUpdate::default())
        .await
        .unwrap();
    let claim = claimed(ground).await.remove(0);
    store.settle(&claim, refused()).await.unwrap();
    store
        .update_number(number, NumberUpdate::default())
        .await
        .unwrap();
    store.remove_number(number).await.unwrap();
    store.restore_number(&all, number, 0).await.unwrap();
    store
        .update_number(number, NumberUpdate::default())
        .await
        .unwrap();
    let told: Vec<NumberStep> = steps(ground, 0)
        .await
        .into_iter()
        .map(|(step, _)| step)
        .collect();
    assert_eq!(
        told,
        [
            Disconnected,
            Connected,
            Disconnected,
            Connected,
            Removed,
            Restored,
            Connected
        ]
    );
    assert_eq!(
        steps(ground, 0).await[0].1.as_deref(),
        Some("The account is locked.")
    );
    let there = record(ground, 0).await.unwrap();
    assert!(there.connected_at.is_some_and(|at| at > now_ms() - HOUR));
}

pub async fn a_number_that_is_not_connected_sends_nothing(ground: &Ground) {
    let store = &ground.store;
    ground.write("100", "5511", 0..1).await;
    let number = &ground.numbers[0];
    store.remove_number(number).await.unwrap();
    store
        .restore_number(&ground.all().await, number, 0)
        .await
        .unwrap();
    let all = ground.all().await;
    send(ground, &all, "5511", "later").await;
    assert_eq!(claimed(ground).await.len(), 0);
    assert_eq!(store.next_outbox_due().await.unwrap(), None);
    assert_eq!(
        store
            .numbers_to_probe(now_ms() + HOUR, 0)
            .await
            .unwrap()
            .len(),
        0
    );
    store
        .update_number(number, NumberUpdate::default())
        .await
        .unwrap();
    assert_eq!(record(ground, 0).await.unwrap().link_state, LinkState::Open);
    assert_eq!(claimed(ground).await.len(), 1);
}

pub async fn a_number_has_one_key_in_place_of_those_before(ground: &Ground) {
    let (store, all) = (&ground.store, ground.all().await);
    let (new, key) = new_key(&ground.tenant, Some(&ground.numbers[0]));
    let epoch = store.access_epoch().await.unwrap();
    store.renew_number_key(&all, new).await.unwrap();
    assert!(store.access_epoch().await.unwrap() > epoch, "sessions end");
    let old = store.api_key_by_id(&ground.number_keys[0].id).await;
    assert!(old.unwrap().is_none());
    let grant = store.api_key_by_id(&key.id).await.unwrap().unwrap();
    assert_eq!(grant.bound_to.as_ref(), Some(&ground.numbers[0]));
    let other = store.api_key_by_id(&ground.number_keys[1].id).await;
    assert!(other.unwrap().is_some(), "of another number");
    let (foreign, _) = new_key(&ground.tenant, Some(&ground.foreign_number));
    let (outside, _) = new_key(&ground.tenant, Some(&ground.numbers[1]));
    for (scope, key) in [(&all, foreign), (&ground.only(2).await, outside)] {
        let refused = store.renew_number_key(scope, key).await.unwrap_err();
        assert!(is(&refused, Code::NumberNotFound));
    }
    let kept = store.api_key_by_id(&ground.number_keys[1].id).await;
    assert!(kept.unwrap().is_some());
}

/// Somebody who has written to two numbers, and much around it.
async fn furnish(ground: &Ground) -> Scope {
    let store = &ground.store;
    for phone_number_id in ["100", "101"] {
        let profile = json!({"name": "Ana Secret"});
        let image = json!({"id": format!("wamid.image.{phone_number_id}"), "from": "5511", "timestamp": AT.to_string(), "type": "image",
            "image": {"id": format!("meta {phone_number_id}"), "mime_type": "image/jpeg", "caption": "hidden caption"}});
        let value =
            json!({"contacts": [{"wa_id": "5511", "profile": profile}], "messages": [image]});
        ground.take(&meta::delivery(phone_number_id, value)).await;
        ground.write(phone_number_id, "5511", 0..5).await;
        ground.write(phone_number_id, "5522", 0..2).await;
    }
    let all = ground.all().await;
    let scope = ground.only(0).await;
    let conversation = ground.with(&scope, "5511").await;
    let known = KnownOfContact {
        name: Some("Ana of the bakery".into()),
        fields: vec![ContactField {
            name: "City".into(),
            value: "Recife".into(),
        }],
    };
    store
        .change_contact(&scope, &conversation.id, None, &known)
        .await
        .unwrap();
    let label = store.create_label(&scope, "Hidden label", app::labels::Colour::default());
    label.await.unwrap();
    let webhook = NewWebhook {
        id: fresh!(WebhookId),
        number: ground.numbers[0].clone(),
        name: "Backend".into(),
        url: "https://backend.test/hook".into(),
        events: vec!["*".into()],
        secret: b"sealed".to_vec(),
    };
    store.create_webhook(&all, &webhook).await.unwrap();
    send(ground, &scope, "5511", "hidden-answer").await;
    all
}

pub async fn nothing_is_left_of_a_number_that_was_erased(ground: &Ground) {
    let store = &ground.store;
    let all = furnish(ground).await;
    assert!(found(ground, &all, "hidden").await > 0);
    let number = &ground.numbers[0];
    let other = ground.only(1).await;
    let before = ground.list(&other).await;
    for refused in [
        store.purge_number(&ground.foreign().await, number).await,
        store.purge_number(&all, &ground.foreign_number).await,
    ] {
        assert!(is(&refused.unwrap_err(), Code::NumberNotFound));
    }
    store.remove_number(number).await.unwrap();
    store.purge_number(&all, number).await.unwrap();
    let key = store.api_key_by_id(&ground.number_keys[0].id).await;
    assert!(key.unwrap().is_none(), "at once");
    for refused in [
        store.restore_number(&all, number, -1).await,
        store.purge_number(&all, number).await,
    ] {
        assert!(is(&refused.unwrap_err(), Code::NumberNotFound));
    }
    erase(ground).await;
    let mut database = ground.place.look().await;
    for (table, rows) in database.everything().await {
        for row in rows {
            let names_it = row.contains(number.as_str());
            // The row that says whose it was, files that upkeep drops next, and places in the log.
            let may = ["numbers", "media", "events"].contains(&table.as_str());
            assert!(!names_it || may, "{table}: {row}");
            if names_it {
                for said in ["hidden", "Recife", "bakery", "100.5511", "55113000100"] {
                    assert!(!row.contains(said), "{table}: {row}");
                }
            }
        }
    }
    assert_eq!(
        database
            .number("SELECT count(*) FROM media WHERE message_id IS NULL AND created_at = 0")
            .await,
        1
    );
    let unused = store.unused_uploads(now_ms(), 10).await.unwrap();
    assert_eq!(unused.len(), 1, "its file goes with what nobody uses");
    // Everybody else has what they had.
    let after = ground.list(&other).await;
    assert_eq!(after.len(), before.len());
    assert_eq!(
        after[0].contact.name.as_deref(),
        before[0].contact.name.as_deref()
    );
    let left = ground.all().await;
    assert!(found(ground, &left, "hidden").await > 0);
    assert_eq!(
        store.sealed_texts().await.unwrap().len(),
        3,
        "and no secret is left"
    );
    // The phone may be connected anew.
    super::ground::number(&**store, &ground.tenant, "100").await;
    assert!(!store.erase_more(now_ms(), 10).await.unwrap());
}

pub async fn what_is_old_is_redacted_and_shown(ground: &Ground) {
    let store = &ground.store;
    furnish(ground).await;
    let scope = ground.only(0).await;
    let conversation = ground.with(&scope, "5511").await;
    let before: Vec<_> = ground.thread(&scope, &conversation.id).await;
    // The third text and what came after it stay.
    let cut = (AT + 3) * 1000;
    assert!(redact(ground, 0, cut).await >= 5);
    let thread = ground.thread(&scope, &conversation.id).await;
    assert_eq!(thread.len(), before.len(), "rows stay");
    for (now, then) in thread.iter().zip(&before) {
        assert_eq!(
            (&now.id, &now.kind, now.sent_at),
            (&then.id, &then.kind, then.sent_at)
        );
        let old = then.sent_at < cut;
        assert_eq!(now.is_redacted(), old, "{now:?}");
        if old {
            assert_eq!((&now.text, &now.quote), (&None, &None));
        } else {
            assert_eq!(now.text, then.text);
        }
    }
    let answer = thread.last().unwrap();
    assert_eq!(
        (answer.text.as_deref(), answer.status),
        (Some("hidden-answer"), DeliveryStatus::Queued)
    );
    let mut database = ground.place.look().await;
    let raw = format!(
        "SELECT count(*) FROM messages WHERE number_id = '{}' AND sent_at < {cut} AND (raw IS NOT NULL OR text IS NOT NULL)",
        ground.numbers[0]
    );
    assert_eq!(database.number(&raw).await, 0);
    let files = format!(
        "SELECT count(*) FROM media WHERE number_id = '{}' AND message_id IS NOT NULL",
        ground.numbers[0]
    );
    assert_eq!(database.number(&files).await, 0);
    assert_eq!(found(ground, &scope, "caption").await, 0);
    // Who writes now is known.
    let row = ground.with(&scope, "5511").await;
    assert_eq!(row.contact.own_name.as_deref(), Some("Ana of the bakery"));
    assert_eq!(redact(ground, 0, cut).await, 0, "all of it is done");
    // Later nothing is left but what has yet to go out, and by whom the next message is known.
    let later = now_ms() + HOUR;
    assert!(redact(ground, 0, later).await > 0);
    let row = ground.with(&scope, "5511").await;
    assert_eq!(
        (row.contact.own_name, row.preview.unwrap().text),
        (None, None)
    );
    let thread = ground.thread(&scope, &conversation.id).await;
    let said: Vec<_> = thread
        .iter()
        .filter_map(|message| message.text.as_deref())
        .collect();
    assert_eq!(said, ["hidden-answer"]);
    let details = store
        .contact_details(&scope, &conversation.id)
        .await
        .unwrap();
    assert_eq!(details.fields, []);
    let log = database
        .texts(&format!(
            "SELECT payload FROM events WHERE number_id = '{}'",
            ground.numbers[0]
        ))
        .await;
    assert!(
        log.iter().all(|event| event == r#"{"type":"erased"}"#),
        "{log:?}"
    );
    assert!(
        !ground.log(&scope, 0).await.is_empty(),
        "and the log has no gap"
    );
}

pub async fn what_another_number_knows_stays(ground: &Ground) {
    furnish(ground).await;
    redact(ground, 0, AFTER).await;
    let other = ground.only(1).await;
    let row = ground.with(&other, "5511").await;
    assert_eq!(row.contact.name.as_deref(), Some("Ana Secret"));
    let thread = ground.thread(&other, &row.id).await;
    assert!(thread.iter().all(|message| !message.is_redacted()));
    assert!(found(ground, &other, "caption").await > 0);
    let file = thread[0].content.as_ref().unwrap().media.as_ref().unwrap();
    let mut database = ground.place.look().await;
    let of = |id: &MediaId| {
        format!("SELECT count(*) FROM media WHERE id = '{id}' AND message_id IS NOT NULL")
    };
    assert_eq!(database.number(&of(&file.id)).await, 1);
    // Once the first keeps nothing of it either, the name goes.
    let short = change("STORE_X_DAYS", Some(1), &json!({}));
    let own = ground.only(0).await;
    ground
        .store
        .change_number(&own, &ground.numbers[0], &short)
        .await
        .unwrap();
    redact(ground, 1, AFTER).await;
    let row = ground.with(&other, "5511").await;
    assert_eq!(
        row.contact.name.as_deref(),
        Some("Ana Secret"),
        "it has just been written to"
    );
    database
        .execute("UPDATE conversations SET last_message_at = 1")
        .await;
    redact(ground, 1, AFTER).await;
    let row = ground.with(&other, "5511").await;
    assert_eq!(row.contact.name, None);
}

pub async fn nothing_that_is_let_go_of_reads_a_whole_table(ground: &Ground) {
    let mut database = ground.place.look().await;
    let is_sqlite = matches!(database, Database::Sqlite(_));
    let choose = |sqlite, postgres| if is_sqlite { sqlite } else { postgres };
    for (statement, arguments, index) in [
        (
            choose(sqlite::REDACTABLE, postgres::REDACTABLE),
            "'{c}', 5, 'x', 10",
            "messages_by_position",
        ),
        (
            choose(
                sqlite::REDACTED_CONVERSATIONS,
                postgres::REDACTED_CONVERSATIONS,
            ),
            "'n', '', 10",
            "conversations_by_contact",
        ),
    ] {
        let plan = plan(&mut database, statement, arguments).await;
        assert!(plan.contains(index), "{plan}");
        for whole in [
            "SCAN m\n",
            "SCAN c\n",
            "Seq Scan on messages",
            "Seq Scan on conversations",
        ] {
            assert!(!plan.contains(whole), "{plan}");
        }
    }
}
