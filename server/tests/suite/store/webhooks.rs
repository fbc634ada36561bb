//! Webhooks out: who may manage them, what is planned, and how deliveries are tried.

use super::crowds::at_once;
use super::ground::Ground;
use super::public::plan;
use crate::support::database::Database;
use app::error::Code;
use app::ids::{ConversationId, NumberId, WebhookId};
use pilot_inbox::access::Scope;
use pilot_inbox::clock::now_ms;
use pilot_inbox::fresh;
use pilot_inbox::store::{
    DELIVERIES_AT_ONCE, DeliveryClaim, DeliveryPlan, DeliveryState, EventPage, NewDelivery,
    NewWebhook, Settled, StoreError, TryOutcome, WEBHOOKS_OF_A_NUMBER, WebhookChanges,
    WebhookRecord, postgres, sqlite,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const HOUR: i64 = 3_600_000;

fn new(number: &NumberId) -> NewWebhook {
    NewWebhook {
        id: fresh!(WebhookId),
        number: number.clone(),
        name: "Backend".into(),
        url: "https://backend.test/hook".into(),
        events: vec!["*".into()],
        secret: b"sealed".to_vec(),
    }
}

async fn made(ground: &Ground, index: usize) -> WebhookRecord {
    let scope = ground.all().await;
    let webhook = new(&ground.numbers[index]);
    ground.store.create_webhook(&scope, &webhook).await.unwrap()
}

fn conversation(name: &str) -> ConversationId {
    ConversationId::parse(format!("conv_{name}")).unwrap()
}

fn delivery(seq: i64, name: &str) -> NewDelivery {
    NewDelivery {
        seq,
        event_id: format!("evt_x_{seq}"),
        event: "message.received".into(),
        conversation: conversation(name),
        body: format!("{{\"seq\":{seq},\"text\":\"olá 🦄\"}}"),
    }
}

/// Plans deliveries of these conversations, at positions that follow `from`.
async fn planned(
    ground: &Ground,
    webhook: &WebhookId,
    from: i64,
    conversations: &[&str],
    now: i64,
) -> u64 {
    let deliveries: Vec<NewDelivery> = (from + 1..)
        .zip(conversations)
        .map(|(seq, name)| delivery(seq, name))
        .collect();
    let plan = DeliveryPlan {
        webhook: webhook.clone(),
        from,
        to: from + i64::try_from(deliveries.len()).unwrap(),
        deliveries,
    };
    ground.store.plan_deliveries(vec![plan], now).await.unwrap()
}

async fn claim(ground: &Ground, now: i64) -> Vec<DeliveryClaim> {
    let mut claims = ground
        .store
        .claim_deliveries(now, now + 10_000, 100)
        .await
        .unwrap();
    claims.sort_by_key(|claim| claim.seq);
    claims
}

fn seqs(claims: &[DeliveryClaim]) -> Vec<i64> {
    claims.iter().map(|claim| claim.seq).collect()
}

fn taken(at: i64) -> TryOutcome {
    TryOutcome {
        taken: true,
        status_code: Some(200),
        response: "thanks".into(),
        duration_ms: 12,
        at,
    }
}

fn failed(at: i64) -> TryOutcome {
    TryOutcome {
        taken: false,
        status_code: Some(503),
        ..taken(at)
    }
}

async fn settle(ground: &Ground, claim: &DeliveryClaim, outcome: &TryOutcome) -> Settled {
    ground.store.settle_delivery(claim, outcome).await.unwrap()
}

fn is(error: &StoreError, code: Code) -> bool {
    matches!(error, StoreError::Refused(refused) if refused.code == code)
}

pub async fn a_webhook_belongs_to_a_number(ground: &Ground) {
    let store = &ground.store;
    let (all, first, second) = (
        ground.all().await,
        ground.only(0).await,
        ground.only(1).await,
    );
    let webhook = made(ground, 0).await;
    assert_eq!(webhook.number, ground.numbers[0]);
    assert!(webhook.active && webhook.paused_at.is_none());
    let other = made(ground, 1).await;
    let ids = async |scope: &Scope| -> Vec<WebhookId> {
        let webhooks = store.webhooks(scope).await.unwrap();
        webhooks.into_iter().map(|webhook| webhook.id).collect()
    };
    assert_eq!(ids(&all).await, [webhook.id.clone(), other.id.clone()]);
    assert_eq!(ids(&first).await, std::slice::from_ref(&webhook.id));
    assert_eq!(ids(&ground.foreign().await).await, []);
    assert_eq!(store.webhook(&first, &webhook.id).await.unwrap(), webhook);
    let changes = WebhookChanges {
        name: Some("Olá".into()),
        events: Some(vec!["message.read".into()]),
        ..WebhookChanges::default()
    };
    for scope in [&second, &ground.foreign().await] {
        let refused = [
            store.webhook(scope, &webhook.id).await.err(),
            store
                .change_webhook(scope, &webhook.id, &changes)
                .await
                .err(),
            store
                .rotate_webhook_secret(scope, &webhook.id, b"other", 1)
                .await
                .err(),
            store.remove_webhook(scope, &webhook.id).await.err(),
            store.webhook_log(scope, &webhook.id, None, 50).await.err(),
            store
                .resend_delivery(scope, &webhook.id, "evt_x_1")
                .await
                .err(),
        ];
        for error in refused {
            assert!(is(&error.unwrap(), Code::WebhookNotFound));
        }
        let foreign = store.create_webhook(scope, &new(&ground.numbers[0])).await;
        assert!(matches!(foreign, Err(StoreError::NotFound)));
    }
    assert_eq!(store.webhook(&first, &webhook.id).await.unwrap(), webhook);
    let renamed = store
        .change_webhook(&first, &webhook.id, &changes)
        .await
        .unwrap();
    assert_eq!(
        (renamed.name.as_str(), renamed.url.as_str(), renamed.events),
        (
            "Olá",
            "https://backend.test/hook",
            vec!["message.read".to_owned()]
        )
    );
    store.remove_webhook(&first, &webhook.id).await.unwrap();
    assert_eq!(ids(&all).await, [other.id]);
    let gone = store.webhook(&first, &webhook.id).await.unwrap_err();
    assert!(is(&gone, Code::WebhookNotFound));
}

pub async fn a_number_has_so_many_webhooks_and_no_more(ground: &Ground) {
    let scope = ground.all().await;
    let many = usize::try_from(WEBHOOKS_OF_A_NUMBER).unwrap() + 4;
    let made = at_once(many, |_| {
        let (store, scope) = (ground.store.clone(), scope.clone());
        let webhook = new(&ground.numbers[0]);
        async move { store.create_webhook(&scope, &webhook).await }
    })
    .await;
    let refused: Vec<StoreError> = made.into_iter().filter_map(Result::err).collect();
    assert_eq!(refused.len(), 4);
    assert!(refused.iter().all(|e| is(e, Code::TooManyWebhooks)));
    let another = ground
        .store
        .create_webhook(&scope, &new(&ground.numbers[1]))
        .await;
    assert!(another.is_ok(), "each number by itself");
}

pub async fn a_webhook_begins_where_the_log_ends(ground: &Ground) {
    let store = &ground.store;
    ground.write("100", "5511", 0..3).await;
    let webhook = made(ground, 0).await;
    assert_eq!(store.webhooks_behind(10).await.unwrap(), []);
    ground.write("101", "5512", 0..1).await;
    ground.write("100", "5511", 3..4).await;
    let behind = store.webhooks_behind(10).await.unwrap();
    let [follower] = &behind[..] else {
        panic!("{behind:?}")
    };
    assert_eq!(follower.webhook, webhook.id);
    assert_eq!(
        (
            &follower.number,
            follower.phone.as_str(),
            &follower.events[..]
        ),
        (&ground.numbers[0], "55113000100", &["*".to_owned()][..])
    );
    let page = store
        .log_after(&follower.tenant, follower.position, 100)
        .await
        .unwrap();
    let EventPage::Events {
        events, position, ..
    } = page
    else {
        panic!("{page:?}")
    };
    let news: Vec<_> = events
        .iter()
        .map(|event| pilot_inbox::ingest::read_news(&event.payload).unwrap().2)
        .collect();
    let texts: Vec<_> = news.iter().map(|message| message.text.as_deref()).collect();
    assert_eq!(texts, [Some("5512.0"), Some("5511.3")]);
    // What is known beside the event, and of the tenant's own messages alone.
    let ids: Vec<_> = news.iter().map(|message| message.id.clone()).collect();
    let facts = store.message_facts(&ground.tenant, &ids).await.unwrap();
    let mut known: Vec<_> = facts.into_iter().filter_map(|f| f.provider_id).collect();
    known.sort();
    assert_eq!(known, ["wamid.100.5511.3", "wamid.101.5512.0"]);
    let other = ground.foreign().await;
    let foreign = store.message_facts(other.tenant(), &ids).await.unwrap();
    assert_eq!(foreign, []);
    // Switched off, it looks at nothing; switched on again, it begins anew.
    let scope = ground.all().await;
    let switch = async |active| {
        let changes = WebhookChanges {
            active: Some(active),
            ..WebhookChanges::default()
        };
        store
            .change_webhook(&scope, &webhook.id, &changes)
            .await
            .unwrap()
    };
    assert!(!switch(false).await.active);
    ground.write("100", "5511", 4..6).await;
    assert_eq!(store.webhooks_behind(10).await.unwrap(), []);
    assert!(switch(true).await.active);
    assert_eq!(store.webhooks_behind(10).await.unwrap(), []);
    ground.write("100", "5511", 6..7).await;
    let behind = store.webhooks_behind(10).await.unwrap();
    assert_eq!(behind[0].position, position + 2);
}

pub async fn a_conversation_is_told_in_order_and_holds_up_no_other(ground: &Ground) {
    let webhook = made(ground, 0).await.id;
    let conversations = ["a", "a", "b", "a", "b", "c"];
    assert_eq!(planned(ground, &webhook, 0, &conversations, 5_000).await, 1);
    assert_eq!(ground.store.next_delivery_due().await.unwrap(), Some(5_000));
    assert_eq!(claim(ground, 4_999).await.len(), 0);
    let first = claim(ground, 5_000).await;
    assert_eq!(seqs(&first), [1, 3, 6], "the first of each");
    assert_eq!(first[0].body, "{\"seq\":1,\"text\":\"olá 🦄\"}");
    assert_eq!(
        (first[0].url.as_str(), &first[0].secrets[..]),
        ("https://backend.test/hook", &[b"sealed".to_vec()][..])
    );
    assert_eq!(claim(ground, 5_001).await.len(), 0, "under way");
    assert_eq!(
        settle(ground, &first[1], &taken(5_010)).await,
        Settled::Noted
    );
    assert_eq!(seqs(&claim(ground, 5_010).await), [5]);
    // It fails: what follows it in its conversation waits, however long.
    settle(ground, &first[0], &failed(5_020)).await;
    settle(ground, &first[2], &taken(5_020)).await;
    assert_eq!(claim(ground, 5_020).await.len(), 0);
    // What is planned meanwhile waits behind it too.
    planned(ground, &webhook, 6, &["a", "d"], 5_030).await;
    assert_eq!(seqs(&claim(ground, 5_030).await), [8]);
    let again = claim(ground, 5_020 + 7_000).await;
    assert_eq!(seqs(&again), [1]);
    settle(ground, &again[0], &taken(12_100)).await;
    let second = claim(ground, 12_100).await;
    assert_eq!(seqs(&second), [2]);
    settle(ground, &second[0], &taken(12_200)).await;
    assert_eq!(seqs(&claim(ground, 12_200).await), [4]);
}

pub async fn of_two_plans_for_the_same_stretch_one_counts(ground: &Ground) {
    let webhook = made(ground, 0).await.id;
    let servers = [ground.store.clone(), ground.beside().await.store];
    let counted = at_once(8, |index| {
        let (store, webhook) = (servers[index % 2].clone(), webhook.clone());
        async move {
            let plan = DeliveryPlan {
                webhook,
                from: 0,
                to: 2,
                deliveries: vec![delivery(1, "a"), delivery(2, "b")],
            };
            store.plan_deliveries(vec![plan], 1_000).await.unwrap()
        }
    })
    .await;
    assert_eq!(counted.iter().sum::<u64>(), 1);
    assert_eq!(seqs(&claim(ground, 1_000).await), [1, 2]);
    assert_eq!(planned(ground, &webhook, 0, &["a"], 0).await, 0, "too late");
}

pub async fn a_claim_ends_with_its_lease(ground: &Ground) {
    let webhook = made(ground, 0).await.id;
    planned(ground, &webhook, 0, &["a", "a"], 1_000).await;
    let (one, other) = (ground, ground.beside().await);
    let dead = claim(one, 1_000).await;
    assert_eq!(seqs(&dead), [1]);
    assert_eq!(claim(&other, 10_999).await.len(), 0);
    let taken_over = claim(&other, 11_000).await;
    assert_eq!(seqs(&taken_over), [1]);
    assert_eq!(taken_over[0].event_id, dead[0].event_id);
    assert_eq!(
        settle(one, &dead[0], &failed(11_001)).await,
        Settled::TooLate
    );
    assert_eq!(
        settle(&other, &taken_over[0], &taken(11_002)).await,
        Settled::Noted
    );
    assert_eq!(
        settle(&other, &taken_over[0], &taken(11_003)).await,
        Settled::TooLate
    );
    assert_eq!(seqs(&claim(one, 11_003).await), [2]);
}

pub async fn a_receiver_that_is_gone_is_asked_one_at_a_time(ground: &Ground) {
    let (gone, well) = (made(ground, 0).await.id, made(ground, 0).await.id);
    let names: Vec<String> = (0..30).map(|n| format!("c{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for webhook in [&gone, &well] {
        planned(ground, webhook, 0, &names, 1_000).await;
    }
    let of = |claims: &[DeliveryClaim], webhook: &WebhookId| -> Vec<DeliveryClaim> {
        let of = claims.iter().filter(|claim| claim.webhook == *webhook);
        of.cloned().collect()
    };
    let most = usize::try_from(DELIVERIES_AT_ONCE).unwrap();
    let claims = claim(ground, 1_000).await;
    let (bad, good) = (of(&claims, &gone), of(&claims, &well));
    assert_eq!((bad.len(), good.len()), (most, most));
    for claim in &good {
        settle(ground, claim, &taken(1_100)).await;
    }
    // Nobody waits for the one that does not answer.
    let claims = claim(ground, 1_100).await;
    assert_eq!(
        (of(&claims, &gone).len(), of(&claims, &well).len()),
        (0, most)
    );
    for claim in &bad {
        settle(ground, claim, &failed(9_000)).await;
    }
    // They failed together, which is one failure. It takes more in a row.
    for at in [20_000, 30_000] {
        let again = of(&claim(ground, at).await, &gone);
        assert_eq!(again.len(), most, "it is still asked");
        for claim in &again {
            settle(ground, claim, &failed(at + 1_000)).await;
        }
    }
    let held = claim(ground, 31_001).await;
    assert_eq!(of(&held, &gone).len(), 0, "it is left alone for a while");
    let asked = of(&claim(ground, 41_000).await, &gone);
    assert_eq!(asked.len(), 1);
    // It is back.
    settle(ground, &asked[0], &taken(41_100)).await;
    let claims = claim(ground, 41_100).await;
    assert_eq!(of(&claims, &gone).len(), most);
    let scope = ground.all().await;
    let record = ground.store.webhook(&scope, &gone).await.unwrap();
    assert_eq!(
        (record.failing_since, record.last_triggered_at),
        (None, Some(41_100))
    );
}

pub async fn what_was_tried_is_in_the_log_and_can_be_told_again(ground: &Ground) {
    let store = &ground.store;
    let scope = ground.all().await;
    let webhook = made(ground, 0).await.id;
    planned(ground, &webhook, 0, &["a", "b", "b"], 1_000).await;
    let log = async |event: Option<&str>, limit| {
        store
            .webhook_log(&scope, &webhook, event, limit)
            .await
            .unwrap()
    };
    assert_eq!(log(None, 50).await, [], "nothing was tried yet");
    let claims = claim(ground, 1_000).await;
    settle(ground, &claims[0], &taken(1_100)).await;
    settle(ground, &claims[1], &failed(1_200)).await;
    let rows = log(None, 50).await;
    let shown: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row.event_id.as_str(),
                row.state,
                row.status_code,
                row.attempts,
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("evt_x_2", DeliveryState::Waiting, Some(503), 1),
            ("evt_x_1", DeliveryState::Delivered, Some(200), 1)
        ]
    );
    assert!(rows[0].due_at.unwrap() > 1_200 && rows[1].due_at.is_none());
    assert_eq!(rows[1].response.as_deref(), Some("thanks"));
    assert_eq!((rows[1].duration_ms, rows[1].tried_at), (Some(12), 1_100));
    assert_eq!(log(None, 1).await.len(), 1);
    assert_eq!(log(Some("message.received"), 50).await.len(), 2);
    assert_eq!(log(Some("message.read"), 50).await, []);

    for (id, code) in [
        ("evt_x_2", Code::NotResendable),
        ("evt_x_3", Code::NotResendable),
        ("evt_y_1", Code::NotFound),
        ("evt_x_9", Code::NotFound),
        ("' OR 1=1", Code::NotFound),
    ] {
        let refused = store.resend_delivery(&scope, &webhook, id).await;
        assert!(is(&refused.unwrap_err(), code), "{id}");
    }
    let again = store
        .resend_delivery(&scope, &webhook, "evt_x_1")
        .await
        .unwrap();
    assert_eq!((again.state, again.attempts), (DeliveryState::Waiting, 0));
    let now = now_ms();
    let claims = claim(ground, now).await;
    assert!(seqs(&claims).contains(&1), "{claims:?}");
    let repeated = claims.iter().find(|claim| claim.seq == 1).unwrap();
    settle(ground, repeated, &taken(now)).await;
    assert_eq!(log(None, 50).await[0].event_id, "evt_x_1");
}

pub async fn one_that_fails_for_days_is_paused_until_a_person_resumes_it(ground: &Ground) {
    let store = &ground.store;
    let scope = ground.all().await;
    let webhook = made(ground, 0).await.id;
    planned(ground, &webhook, 0, &["a", "a", "b"], 1_000).await;
    let mut now = 1_000;
    let mut paused = 0;
    // What follows is planned while it fails.
    for day in 1..=4 {
        let seq = 100 * day;
        let plan = DeliveryPlan {
            webhook: webhook.clone(),
            from: 3,
            to: 3,
            deliveries: vec![delivery(seq, "a"), delivery(seq + 1, "late")],
        };
        store.plan_deliveries(vec![plan], now).await.unwrap();
        let end = 1_000 + day * 24 * HOUR;
        while now < end && paused == 0 {
            for claim in claim(ground, now).await {
                if settle(ground, &claim, &failed(now)).await == Settled::Paused {
                    paused = now;
                }
            }
            now += HOUR / 4;
        }
    }
    assert!(
        (72 * HOUR..74 * HOUR).contains(&paused),
        "{}",
        paused / HOUR
    );
    let record = store.webhook(&scope, &webhook).await.unwrap();
    assert!(record.active, "that is a person's to say");
    assert_eq!(record.paused_at, Some(paused));
    assert!(record.pause_reason.unwrap().contains("three days"));
    assert_eq!(store.next_delivery_due().await.unwrap(), None);
    assert_eq!(claim(ground, now + HOUR).await.len(), 0);
    ground.write("100", "5511", 0..6).await;
    assert_eq!(store.webhooks_behind(10).await.unwrap(), []);
    // What was older than a day was given up, also what had never had its turn.
    let log = store.webhook_log(&scope, &webhook, None, 50).await.unwrap();
    let given_up: Vec<_> = log
        .iter()
        .filter(|row| row.state == DeliveryState::Failed)
        .map(|row| row.event_id.as_str())
        .collect();
    for id in ["evt_x_1", "evt_x_2", "evt_x_3", "evt_x_100", "evt_x_101"] {
        assert!(given_up.contains(&id), "{id}: {given_up:?}");
    }
    let changes = WebhookChanges {
        active: Some(true),
        ..WebhookChanges::default()
    };
    let record = store
        .change_webhook(&scope, &webhook, &changes)
        .await
        .unwrap();
    assert_eq!(
        (record.paused_at, record.pause_reason, record.failing_since),
        (None, None, None)
    );
    let behind = store.webhooks_behind(10).await.unwrap();
    assert_eq!(behind.len(), 1, "it goes on where it stopped");
    let waiting = claim(ground, now + 2 * HOUR).await;
    assert!(seqs(&waiting).contains(&400), "{waiting:?}");
}

pub async fn the_log_waits_for_who_has_yet_to_look_at_it(ground: &Ground) {
    let store = &ground.store;
    let scope = ground.all().await;
    let webhook = made(ground, 0).await.id;
    ground.write("100", "5511", 0..4).await;
    let now = now_ms();
    let later = now + 10_000;
    let events = async || {
        ground
            .place
            .look()
            .await
            .number("SELECT count(*) FROM events")
            .await
    };
    store.prune(later).await.unwrap();
    assert_eq!(events().await, 4, "it has looked at nothing");
    planned(ground, &webhook, 0, &["a", "b"], now).await;
    store.prune(later).await.unwrap();
    assert_eq!(events().await, 2);
    assert_eq!(
        ground
            .place
            .look()
            .await
            .number("SELECT count(*) FROM webhook_deliveries")
            .await,
        2,
        "what has not been told is kept for longer"
    );
    // Paused, it holds nothing up; and begins again where the log does.
    let mut database = ground.place.look().await;
    assert_eq!(
        database.execute("UPDATE webhooks SET paused_at = 1").await,
        1
    );
    store.prune(later).await.unwrap();
    assert_eq!(events().await, 0);
    ground.write("100", "5511", 4..6).await;
    assert_eq!(
        database
            .execute("UPDATE webhooks SET paused_at = NULL")
            .await,
        1
    );
    let gone = store.log_after(&ground.tenant, 2, 10).await.unwrap();
    assert!(matches!(gone, EventPage::Gone));
    assert_eq!(store.skip_to_log(&webhook).await.unwrap(), 2);
    assert_eq!(store.skip_to_log(&webhook).await.unwrap(), 0);
    assert_eq!(store.webhooks_behind(10).await.unwrap()[0].position, 4);
    // What has been told goes in its time, and with it what nobody will be told any more.
    let claims = claim(ground, now).await;
    settle(ground, &claims[0], &taken(now)).await;
    store.prune(later).await.unwrap();
    let deliveries = async || {
        ground
            .place
            .look()
            .await
            .number("SELECT count(*) FROM webhook_deliveries")
            .await
    };
    assert_eq!(deliveries().await, 1);
    store.remove_webhook(&scope, &webhook).await.unwrap();
    store.prune(later).await.unwrap();
    assert_eq!(deliveries().await, 0);
}

pub async fn a_secret_and_the_one_before_sign_for_a_while(ground: &Ground) {
    let store = &ground.store;
    let scope = ground.all().await;
    let webhook = made(ground, 0).await.id;
    planned(ground, &webhook, 0, &["a", "b", "c"], 1_000).await;
    let rotated = store
        .rotate_webhook_secret(&scope, &webhook, b"second", 5_000)
        .await
        .unwrap();
    assert_eq!(rotated.previous_until, Some(5_000));
    let one = ground
        .store
        .claim_deliveries(4_999, 9_000, 1)
        .await
        .unwrap();
    assert_eq!(one[0].secrets, [b"second".to_vec(), b"sealed".to_vec()]);
    let next = ground
        .store
        .claim_deliveries(5_000, 9_000, 1)
        .await
        .unwrap();
    assert_eq!(next[0].secrets, [b"second".to_vec()]);
    // Again: of three the oldest signs no more.
    store
        .rotate_webhook_secret(&scope, &webhook, b"third", 8_000)
        .await
        .unwrap();
    let last = ground
        .store
        .claim_deliveries(5_001, 9_000, 1)
        .await
        .unwrap();
    assert_eq!(last[0].secrets, [b"third".to_vec(), b"second".to_vec()]);
    // They go over to another signing secret with everything else.
    let mut sealed: Vec<Vec<u8>> = store
        .sealed_texts()
        .await
        .unwrap()
        .into_iter()
        .filter(|text| text.owner == webhook.as_str())
        .map(|text| text.sealed)
        .collect();
    sealed.sort();
    assert_eq!(sealed, [b"second".to_vec(), b"third".to_vec()]);
}

pub async fn a_webhook_of_a_number_that_is_gone_tells_that_and_holds_nothing_up(ground: &Ground) {
    let store = &ground.store;
    let webhook = made(ground, 2).await.id;
    planned(ground, &webhook, 0, &["a"], 1_000).await;
    ground.write("102", "5511", 0..1).await;
    store.remove_number(&ground.numbers[2]).await.unwrap();
    let behind = store.webhooks_behind(10).await.unwrap();
    assert_eq!(behind.len(), 1, "that it is gone is told");
    assert_eq!(claim(ground, 1_000).await.len(), 1, "and what came before");
    store.prune(now_ms() + 1).await.unwrap();
    let events = ground.place.look().await;
    let mut events = events;
    assert_eq!(
        events.number("SELECT count(*) FROM events").await,
        0,
        "it holds nothing up"
    );
}

/// Planners and deliverers of two servers at once: everything is told, each conversation in its order.
pub async fn no_conversation_stands_still_where_many_work(ground: &Ground) {
    const EVENTS: i64 = 120;
    let webhook = made(ground, 0).await.id;
    let servers = [ground.store.clone(), ground.beside().await.store];
    let told = Arc::new(std::sync::Mutex::new(Vec::new()));
    let left = Arc::new(AtomicUsize::new(usize::try_from(EVENTS).unwrap()));
    at_once(6, |index| {
        let (store, webhook) = (servers[index % 2].clone(), webhook.clone());
        let (told, left) = (told.clone(), left.clone());
        async move {
            if index < 2 {
                for seq in 1..=EVENTS {
                    let plan = DeliveryPlan {
                        webhook: webhook.clone(),
                        from: seq - 1,
                        to: seq,
                        deliveries: vec![delivery(
                            seq,
                            ["a", "b", "c"][usize::try_from(seq % 3).unwrap()],
                        )],
                    };
                    store.plan_deliveries(vec![plan], 1_000).await.unwrap();
                }
                return;
            }
            while left.load(Ordering::Relaxed) > 0 {
                for claim in store.claim_deliveries(1_000, 2_000, 4).await.unwrap() {
                    told.lock().unwrap().push(claim.seq);
                    let settled = store.settle_delivery(&claim, &taken(1_000)).await.unwrap();
                    assert_eq!(settled, Settled::Noted);
                    left.fetch_sub(1, Ordering::Relaxed);
                }
                tokio::task::yield_now().await;
            }
        }
    })
    .await;
    let told = told.lock().unwrap().clone();
    assert_eq!(told.len(), usize::try_from(EVENTS).unwrap());
    for place in 0..3 {
        let of: Vec<i64> = told
            .iter()
            .copied()
            .filter(|seq| seq % 3 == place)
            .collect();
        assert!(of.is_sorted(), "{of:?}");
    }
}

pub async fn no_list_of_webhooks_reads_a_whole_table(ground: &Ground) {
    let mut database = ground.place.look().await;
    let is_sqlite = matches!(database, Database::Sqlite(_));
    let choose = |a, b| if is_sqlite { a } else { b };
    for (statement, arguments, index) in [
        (
            choose(sqlite::WEBHOOKS, postgres::WEBHOOKS),
            "'t', array['n']",
            // Either of them has few rows for a tenant.
            "webhooks_by_",
        ),
        (
            choose(sqlite::WEBHOOK_LOG[0], postgres::WEBHOOK_LOG[0]),
            "'w', 50",
            "webhook_deliveries_by_try",
        ),
        (
            choose(sqlite::WEBHOOK_LOG[1], postgres::WEBHOOK_LOG[1]),
            "'w', 50, 'e'",
            "webhook_deliveries_by_event",
        ),
        (
            choose(sqlite::BEHIND, postgres::BEHIND),
            "10",
            // Where there is nothing, PostgreSQL may begin at either end.
            if is_sqlite {
                "webhooks_by_tenant"
            } else {
                "webhooks_by_"
            },
        ),
        (
            choose(sqlite::DUE_WEBHOOKS, postgres::DUE_WEBHOOKS),
            "5, 10",
            "webhooks_by_due",
        ),
        (
            choose(sqlite::DUE_DELIVERIES, postgres::DUE_DELIVERIES),
            "'w', 5, 10",
            "webhook_deliveries_by_due",
        ),
    ] {
        let plan = plan(&mut database, statement, arguments).await;
        assert!(plan.contains(index), "{plan}");
        for whole in ["SCAN w\n", "SCAN d\n", "Seq Scan on webhook"] {
            assert!(!plan.contains(whole), "{plan}");
        }
    }
}
