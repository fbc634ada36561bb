//! Many at once, on two servers: whoever is first, the outcome is one that some order would have had.

use super::ground::{AT, Ground, deliver};
use super::sending::{LATER, accepted, claim, failure, furnish, send};
use crate::support::{PATIENCE, meta};
use app::ids::{ClientId, ConversationId, MessageId};
use app::messages::DeliveryStatus;
use app::workflow::ListFilter;
use pilot_inbox::access::Scope;
use pilot_inbox::store::{EventPage, Ingested, Outgoing, Settlement, Store};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;

/// Runs so many tasks side by side and returns what each came to.
pub async fn at_once<T, F>(count: usize, task: impl Fn(usize) -> F) -> Vec<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    let tasks: Vec<_> = (0..count).map(|index| tokio::spawn(task(index))).collect();
    let mut outcomes = Vec::with_capacity(count);
    for task in tasks {
        outcomes.push(task.await.unwrap());
    }
    outcomes
}

/// Two servers on the same data.
async fn servers(ground: &Ground) -> [Ground; 2] {
    [ground.beside().await, ground.beside().await]
}

async fn deliver_all(servers: &[Ground; 2], deliveries: &[Value]) -> Vec<Ingested> {
    at_once(deliveries.len(), |index| {
        let (server, body) = (servers[index % 2].store.clone(), deliveries[index].clone());
        async move { deliver(&*server, &body).await }
    })
    .await
}

/// The log has every position up to its end, once.
async fn assert_whole(ground: &Ground, scope: &Scope) -> Vec<Value> {
    let log = ground.log(scope, 0).await;
    let seqs: Vec<i64> = log
        .iter()
        .map(|event| event["seq"].as_i64().unwrap())
        .collect();
    let end = ground.store.log_position(scope).await.unwrap();
    assert_eq!(seqs, (1..=end).collect::<Vec<_>>(), "no gap, nothing twice");
    log
}

async fn assert_unread(ground: &Ground, scope: &Scope, expected: u32) {
    let list = ground.list(scope).await;
    let each: u32 = list.iter().map(|conversation| conversation.unread).sum();
    let total = ground
        .store
        .snapshot(scope, None, &ListFilter::default())
        .await
        .unwrap()
        .unread_total;
    assert_eq!(
        (each, total),
        (expected, expected),
        "unread, added up and counted"
    );
}

/// Looks at a piece of work so many times and leaves: a browser that is closed while its request is under way.
async fn leave_after<F: Future>(looks: usize, work: F) {
    let (mut work, mut left) = (pin!(work), looks);
    poll_fn(|context| {
        left -= 1;
        match work.as_mut().poll(context) {
            Poll::Pending if left > 0 => Poll::Pending,
            _ => Poll::Ready(()),
        }
    })
    .await;
}

pub async fn callers_who_leave_disturb_nobody(ground: &Ground) {
    const CALLERS: usize = 64;
    let scope = ground.all().await;
    ground.write("100", "5511", 0..1).await;
    let conversation = ground.with(&scope, "5511").await.id;
    // Those who leave at once come last: what others finish would tidy up after them.
    for looks in (1..40).rev() {
        let client_id = ClientId::parse(format!("left-{looks}")).unwrap();
        let sending =
            ground
                .store
                .send_message(&scope, &conversation, &client_id, Outgoing::text("hello"));
        leave_after(looks, sending).await;
        leave_after(looks, ground.store.ping()).await;
        leave_after(
            looks,
            ground.store.snapshot(&scope, None, &ListFilter::default()),
        )
        .await;
    }

    // Whoever stays sees what others write, at any time...
    let beside = ground.beside().await;
    for round in 1..=2 {
        beside.write("100", "5512", round..round + 1).await;
        let position = beside.store.log_position(&scope).await.unwrap();
        let seen = at_once(CALLERS, |_| {
            let (store, scope) = (ground.store.clone(), scope.clone());
            async move { store.log_position(&scope).await.unwrap() }
        })
        .await;
        // One of those who left may still be on its way.
        assert!(
            seen.iter().all(|seen| *seen >= position),
            "round {round}: {seen:?} after {position}"
        );
    }
    // ... and others see what they write.
    let begin_all = |store: &Arc<dyn Store>| {
        let store = store.clone();
        at_once(CALLERS, move |job| {
            let store = store.clone();
            async move { store.begin_job(&format!("job {job}"), 1, 1_000).await }
        })
    };
    for begun in begin_all(&ground.store).await {
        assert!(begun.unwrap());
    }
    for begun in begin_all(&beside.store).await {
        assert!(!begun.unwrap(), "it has been begun");
    }
}

pub async fn a_delivery_that_comes_many_times_is_taken_once(ground: &Ground) {
    let (scope, servers) = (ground.all().await, servers(ground).await);
    let texts: Vec<Value> = (0..5)
        .map(|n| meta::text(&format!("wamid.{n}"), "5511", AT + n, "hello"))
        .collect();
    let deliveries = vec![meta::messages("100", &texts); 20];
    let taken = deliver_all(&servers, &deliveries).await;
    let (messages, duplicates) = taken.iter().fold((0, 0), |(messages, duplicates), one| {
        (messages + one.messages, duplicates + one.duplicates)
    });
    assert_eq!((messages, duplicates), (5, 95));
    let conversation = ground.with(&scope, "5511").await;
    assert_eq!(ground.thread(&scope, &conversation.id).await.len(), 5);
    assert_unread(ground, &scope, 5).await;
    assert_eq!(assert_whole(ground, &scope).await.len(), 5);
}

pub async fn deliveries_for_the_same_people_count_right(ground: &Ground) {
    let (scope, servers) = (ground.all().await, servers(ground).await);
    // Seven people, new to us, write to two numbers, and to somebody else's.
    let deliveries: Vec<Value> = (0..84)
        .map(|n| {
            let number = ["100", "101", "200"][usize::try_from(n % 3).unwrap()];
            let phone = format!("55{}", n % 7);
            meta::one_text(
                number,
                &format!("wamid.{n}"),
                &phone,
                AT + n,
                &n.to_string(),
            )
        })
        .collect();
    let taken = deliver_all(&servers, &deliveries).await;
    assert!(taken.iter().all(|one| one.messages == 1), "{taken:?}");
    let list = ground.list(&scope).await;
    assert_eq!(
        list.len(),
        14,
        "one conversation for each person and number"
    );
    for conversation in &list {
        assert_eq!(conversation.unread, 4, "{conversation:?}");
        let thread = ground.thread(&scope, &conversation.id).await;
        let newest = thread.last().unwrap();
        assert_eq!(conversation.preview.as_ref().unwrap().text, newest.text);
        assert_eq!(conversation.last_message_at, newest.sent_at);
    }
    assert_unread(ground, &scope, 56).await;
    // Each event carries its conversation as it was then.
    let mut unread: BTreeMap<String, i64> = BTreeMap::new();
    for event in assert_whole(ground, &scope).await {
        let conversation = &event["event"]["conversation"];
        let id = conversation["id"].as_str().unwrap().to_owned();
        let now = conversation["unread"].as_i64().unwrap();
        assert_eq!(unread.insert(id, now).unwrap_or(0) + 1, now, "{event}");
    }
    let foreign = ground.foreign().await;
    assert_eq!(assert_whole(ground, &foreign).await.len(), 28);
    assert_unread(ground, &foreign, 28).await;
}

pub async fn one_person_under_two_ids_becomes_one_conversation(ground: &Ground) {
    let (scope, servers) = (ground.all().await, servers(ground).await);
    let mut deliveries = Vec::new();
    for n in 0..24 {
        let id = format!("wamid.{n}");
        let message = match n % 3 {
            0 => meta::text(&id, "5511", AT + n, "by phone"),
            1 => meta::text_by_user(&id, "BR.1", AT + n, "by id"),
            _ => meta::text_by_both(&id, "BR.1", "5511", AT + n, "by both"),
        };
        deliveries.push(meta::messages(
            if n % 2 == 0 { "100" } else { "101" },
            &[message],
        ));
    }
    let taken = deliver_all(&servers, &deliveries).await;
    assert_eq!(taken.iter().map(|one| one.messages).sum::<u64>(), 24);
    let list = ground.list(&scope).await;
    assert_eq!(list.len(), 2, "one with each number: {list:?}");
    for conversation in &list {
        assert_eq!(ground.thread(&scope, &conversation.id).await.len(), 12);
        assert_eq!(conversation.contact.user_id.as_deref(), Some("BR.1"));
    }
    assert_unread(ground, &scope, 24).await;
    assert_whole(ground, &scope).await;
}

pub async fn the_same_send_many_times_is_one_message(ground: &Ground) {
    let scope = furnish(ground).await;
    let (conversation, servers) = (ground.with(&scope, "5511").await.id, servers(ground).await);
    let position = ground.store.log_position(&scope).await.unwrap();
    let sent = at_once(40, |index| {
        let (server, scope) = (servers[index % 2].store.clone(), scope.clone());
        let conversation = conversation.clone();
        let id = ClientId::parse(format!("c-{}", index % 4)).unwrap();
        async move {
            server
                .send_message(&scope, &conversation, &id, Outgoing::text("once"))
                .await
                .unwrap()
        }
    })
    .await;
    let different: BTreeSet<String> = sent.iter().map(|m| format!("{m:?}")).collect();
    assert_eq!(different.len(), 4, "the answers are identical");
    assert_eq!(ground.thread(&scope, &conversation).await.len(), 5);
    let log = assert_whole(ground, &scope).await;
    assert_eq!(log.len(), usize::try_from(position).unwrap() + 4);
    let mut database = ground.place.look().await;
    assert_eq!(database.number("SELECT count(*) FROM outbox").await, 4);
}

pub async fn what_arrives_while_somebody_reads_stays_unread(ground: &Ground) {
    let (scope, servers) = (ground.all().await, servers(ground).await);
    ground.write("100", "5511", 0..10).await;
    let conversation = ground.with(&scope, "5511").await.id;
    let thread = ground.thread(&scope, &conversation).await;
    let work = at_once(30, |index| {
        let (server, scope) = (servers[index % 2].store.clone(), scope.clone());
        let (conversation, up_to) = (conversation.clone(), thread[index % 10].id.clone());
        async move {
            if index < 15 {
                server
                    .mark_read(&scope, &conversation, &up_to)
                    .await
                    .unwrap();
                return;
            }
            let id = format!("wamid.later{index}");
            let later = meta::one_text("100", &id, "5511", AT + 100, "later");
            deliver(&*server, &later).await;
        }
    });
    work.await;
    assert_unread(ground, &scope, 15).await;
    assert_whole(ground, &scope).await;
    let thread = ground.thread(&scope, &conversation).await;
    let last = &thread.last().unwrap().id;
    ground
        .store
        .mark_read(&scope, &conversation, last)
        .await
        .unwrap();
    assert_unread(ground, &scope, 0).await;
}

/// The positions of the 90 events after `begin`, as a stream would come by them.
async fn follow(store: Arc<dyn Store>, scope: Scope, begin: i64) -> Vec<i64> {
    let (mut position, mut seen) = (begin, Vec::new());
    while seen.len() < 90 {
        let page = store.events_after(&scope, position, 7).await.unwrap();
        let EventPage::Events {
            events,
            position: reached,
            ..
        } = page
        else {
            panic!("{page:?}")
        };
        position = reached;
        seen.extend(events.into_iter().map(|event| event.seq));
    }
    seen
}

pub async fn a_reader_of_the_log_passes_nothing_over(ground: &Ground) {
    let scope = furnish(ground).await;
    let (conversation, servers) = (ground.with(&scope, "5533").await.id, servers(ground).await);
    let begin = ground.store.log_position(&scope).await.unwrap();
    let readers = servers
        .each_ref()
        .map(|server| tokio::spawn(follow(server.store.clone(), scope.clone(), begin)));
    let written = at_once(90, |index| {
        let (server, scope) = (servers[index % 2].store.clone(), scope.clone());
        let conversation = conversation.clone();
        async move {
            if index % 3 == 0 {
                let id = ClientId::parse(format!("c-{index}")).unwrap();
                server
                    .send_message(&scope, &conversation, &id, Outgoing::text("x"))
                    .await
                    .unwrap();
                return;
            }
            let number = ["100", "101"][index % 2];
            let phone = format!("55{}", index % 5);
            let id = format!("wamid.{index}");
            deliver(&*server, &meta::one_text(number, &id, &phone, AT, "x")).await;
        }
    });
    written.await;
    for reader in readers {
        let seen = tokio::time::timeout(PATIENCE, reader);
        let seen = seen.await.expect("the reader sees all of it").unwrap();
        assert_eq!(seen, (begin + 1..=begin + 90).collect::<Vec<_>>());
    }
    let told: BTreeSet<i64> = servers
        .iter()
        .flat_map(|server| {
            server
                .heard
                .0
                .lock()
                .unwrap()
                .iter()
                .map(|e| e.seq)
                .collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(
        told,
        (begin + 1..=begin + 90).collect::<BTreeSet<_>>(),
        "whoever committed an event was told of it"
    );
}

/// What is under way, so that two of one conversation at once are noticed.
#[derive(Default)]
struct UnderWay {
    conversations: BTreeSet<ConversationId>,
    sent: Vec<(ConversationId, String)>,
}

pub async fn workers_share_the_outbox(ground: &Ground) {
    const PEOPLE: usize = 12;
    const EACH: usize = 4;
    let scope = ground.all().await;
    let mut of_message: BTreeMap<MessageId, ConversationId> = BTreeMap::new();
    for person in 0..PEOPLE {
        let (number, phone) = (["100", "101"][person % 2], format!("55{person:02}"));
        let hello = meta::one_text(number, &format!("wamid.{person}"), &phone, AT, "hello");
        ground.take(&hello).await;
        for n in 0..EACH {
            let message = send(ground, &scope, &phone, &format!("{person:02}-{n}")).await;
            of_message.insert(message.id, message.conversation_id);
        }
    }
    let (servers, of_message) = (servers(ground).await, Arc::new(of_message));
    let under_way: Arc<Mutex<UnderWay>> = Arc::default();
    let workers = at_once(6, |index| {
        let (server, of_message) = (servers[index % 2].store.clone(), of_message.clone());
        let under_way = under_way.clone();
        async move {
            while under_way.lock().unwrap().sent.len() < PEOPLE * EACH {
                // Real time: a number has its pace.
                let now = pilot_inbox::clock::now_ms() + 1_000;
                let claims = server.claim_outbox(now, now + 60_000, 3).await.unwrap();
                {
                    let mut under_way = under_way.lock().unwrap();
                    for claim in &claims {
                        let conversation = of_message[&claim.message].clone();
                        assert!(
                            under_way.conversations.insert(conversation.clone()),
                            "two of one conversation at once"
                        );
                        under_way.sent.push((conversation, claim.text.clone()));
                    }
                }
                tokio::task::yield_now().await;
                for claim in claims {
                    // Before it is settled, after which somebody may claim the next.
                    let conversation = &of_message[&claim.message];
                    under_way.lock().unwrap().conversations.remove(conversation);
                    let outcome = accepted(&format!("wamid.{}", claim.message));
                    server.settle(&claim, outcome).await.unwrap();
                }
            }
        }
    });
    workers.await;
    let mut sent: BTreeMap<ConversationId, Vec<String>> = BTreeMap::new();
    for (conversation, text) in under_way.lock().unwrap().sent.drain(..) {
        sent.entry(conversation).or_default().push(text);
    }
    assert_eq!(sent.len(), PEOPLE);
    for texts in sent.values() {
        assert_eq!(texts.len(), EACH, "each once: {texts:?}");
        assert!(texts.is_sorted(), "in the order of queueing: {texts:?}");
    }
    let mut database = ground.place.look().await;
    assert_eq!(database.number("SELECT count(*) FROM outbox").await, 0);
}

pub async fn answers_and_statuses_may_cross(ground: &Ground) {
    // As many as a number may send at once.
    const COUNT: usize = 16;
    let scope = ground.all().await;
    let hello: Vec<Value> = (0..COUNT)
        .map(|n| meta::text(&format!("wamid.in{n}"), &format!("55{n:02}"), AT, "hello"))
        .collect();
    ground.take(&meta::messages("100", &hello)).await;
    for n in 0..COUNT {
        send(ground, &scope, &format!("55{n:02}"), &format!("t{n}")).await;
    }
    let claims = claim(ground, 100).await;
    assert_eq!(claims.len(), COUNT);
    let servers = servers(ground).await;
    // The answer, the status, a lease that ends, and the end of all patience, in any order.
    let work = at_once(COUNT * 4, |index| {
        let (server, claim) = (servers[index % 2].store.clone(), claims[index / 4].clone());
        let provider_id = format!("wamid.{}", claim.text);
        async move {
            match index % 4 {
                0 => server.settle(&claim, accepted(&provider_id)).await.unwrap(),
                1 => {
                    let report =
                        meta::status_of(&provider_id, claim.message.as_str(), "delivered", AT);
                    deliver(&*server, &meta::statuses("100", &[report])).await;
                }
                2 => {
                    server.take_over(LATER, LATER).await.unwrap();
                }
                _ => {
                    server.expire_unconfirmed(LATER).await.unwrap();
                }
            }
        }
    });
    work.await;
    for claim in &claims {
        let thread_of = ground
            .with(&scope, claim.to_phone.as_deref().unwrap())
            .await
            .id;
        let thread = ground.thread(&scope, &thread_of).await;
        let message = thread.iter().find(|m| m.id == claim.message).unwrap();
        assert_eq!(message.status, DeliveryStatus::Delivered, "{message:?}");
        assert_eq!(message.failure, None);
    }
    let mut database = ground.place.look().await;
    assert_eq!(database.number("SELECT count(*) FROM outbox").await, 0);
    assert_eq!(
        database.number("SELECT count(*) FROM held_statuses").await,
        0
    );
    assert_whole(ground, &scope).await;
}

pub async fn failures_and_retries_may_cross(ground: &Ground) {
    let scope = furnish(ground).await;
    let message = send(ground, &scope, "5511", "a1").await;
    let claimed = claim(ground, 1).await.remove(0);
    let failed = Settlement::Failed(failure());
    ground.store.settle(&claimed, failed).await.unwrap();
    let servers = servers(ground).await;
    let queued = at_once(20, |index| {
        let (server, scope) = (servers[index % 2].store.clone(), scope.clone());
        let id = message.id.clone();
        async move { server.retry_message(&scope, &id, None).await.unwrap() }
    })
    .await;
    assert!(
        queued.iter().all(|m| *m == queued[0]),
        "pressed once: {queued:?}"
    );
    let again = claim(ground, 9).await;
    assert_eq!(
        again.iter().map(|claim| claim.attempt).collect::<Vec<_>>(),
        [2]
    );
}

pub async fn access_is_taken_away_as_often_as_somebody_does(ground: &Ground) {
    let servers = servers(ground).await;
    let epoch = ground.store.access_epoch().await.unwrap();
    let revoked = at_once(6, |index| {
        let server = servers[index % 2].store.clone();
        let (key, number) = (
            ground.number_keys[index % 3].id.clone(),
            ground.numbers[index % 3].clone(),
        );
        async move {
            if index < 3 {
                server.revoke_api_key(&key).await.is_ok()
            } else {
                server.remove_number(&number).await.is_ok()
            }
        }
    })
    .await;
    assert!(revoked.into_iter().all(|done| done));
    for server in &servers {
        assert_eq!(server.store.access_epoch().await.unwrap(), epoch + 6);
    }
    assert!(ground.all().await.numbers().is_empty());
}
