//! Links to numbers: for whom they are made, by which code waits, and what a connection ends.

use super::crowds::at_once;
use super::ground::Ground;
use super::public::plan;
use crate::support::database::Database;
use app::error::Code;
use app::ids::NumberId;
use pilot_inbox::access::PairingId;
use pilot_inbox::clock::now_ms;
use pilot_inbox::fresh;
use pilot_inbox::store::{
    Connection, LinkState, MetaFlow, NewPairing, NumberSettings, NumberToPair, PairingCode,
    PairingRecord, Provider, StoreError, postgres, sqlite,
};
use std::sync::Arc;

const HOUR: i64 = 3_600_000;
const PHONE: &str = "5511988880000";

fn number(phone: &str) -> NumberToPair {
    NumberToPair {
        id: fresh!(NumberId),
        name: "Sales ✓".into(),
        phone: phone.into(),
        provider: Provider::Linked,
        access_token: b"sealed".to_vec(),
        settings: NumberSettings {
            mark_read_on_send: Some(false),
            ..NumberSettings::default()
        },
    }
}

fn link(provider: Provider, flow: Option<MetaFlow>) -> NewPairing {
    NewPairing {
        id: PairingId::generate().unwrap().1,
        provider,
        meta_flow: flow,
        redirect_url: Some("https://acme.test/done".into()),
        external_ref: Some("ref ✓".into()),
        branding: Some("{\"companyName\":\"é\"}".into()),
        created_at: now_ms(),
        expires_at: now_ms() + 24 * HOUR,
    }
}

fn code(qr: &str, expires_at: i64) -> PairingCode {
    PairingCode {
        qr: Some(qr.into()),
        pairing_code: Some("ABCD-1234".into()),
        expires_at,
    }
}

fn connection(phone_number_id: &str, session: Option<&str>) -> Connection {
    Connection {
        phone_number_id: phone_number_id.into(),
        access_token: b"sealed token".to_vec(),
        graph_base_url: "https://gate.test/graph/v25.0".into(),
        phone: PHONE.into(),
        gateway_session: session.map(str::to_owned),
        at: now_ms(),
    }
}

async fn made(ground: &Ground, phone: &str) -> PairingRecord {
    let scope = ground.all().await;
    let new = link(Provider::Linked, None);
    ground
        .store
        .put_pairing(&scope, number(phone), new)
        .await
        .unwrap()
}

async fn held(ground: &Ground, id: &PairingId) -> PairingRecord {
    ground.store.pairing(id).await.unwrap().unwrap()
}

fn is<T: std::fmt::Debug>(answer: &Result<T, StoreError>, code: Code) -> bool {
    matches!(answer, Err(StoreError::Refused(refused)) if refused.code == code)
}

pub async fn a_link_is_for_one_number(ground: &Ground) {
    let (store, scope) = (&ground.store, ground.all().await);
    let first = made(ground, PHONE).await;
    assert_eq!(first.tenant, ground.tenant);
    assert_eq!(
        (first.name.as_str(), first.phone.as_str()),
        ("Sales ✓", PHONE)
    );
    assert_eq!(first.link_state, LinkState::Close);
    assert_eq!(first.external_ref.as_deref(), Some("ref ✓"));
    assert_eq!(held(ground, &first.id).await, first);
    // It belongs to the tenant from now on, and is not connected.
    let scope_now = ground.all().await;
    let numbers = store.numbers(&scope_now).await.unwrap();
    let shown = numbers.iter().find(|it| it.id == first.number).unwrap();
    assert_eq!(shown.link_state, LinkState::Close);
    assert_eq!(shown.phone_number_id, first.number.as_str());
    assert_eq!(shown.settings.mark_read_on_send, Some(false));
    assert_eq!(shown.connected_at, None);
    // The same phone is the same number; another tenant's is another.
    let second = made(ground, PHONE).await;
    assert_eq!(second.number, first.number);
    assert_ne!(second.id, first.id);
    let new = link(Provider::CloudApi, Some(MetaFlow::Embedded));
    let foreign = store
        .put_pairing(&ground.foreign().await, number(PHONE), new)
        .await
        .unwrap();
    assert_ne!(foreign.number, first.number);
    assert_eq!(foreign.meta_flow, Some(MetaFlow::Embedded));
    // By the number itself, within the scope.
    let again = store
        .put_pairing_of(&scope_now, &first.number, link(Provider::Linked, None))
        .await;
    assert_eq!(again.unwrap().number, first.number);
    for (scope, number) in [
        (&scope, &first.number),
        (&ground.foreign().await, &first.number),
    ] {
        let refused = store
            .put_pairing_of(scope, number, link(Provider::Linked, None))
            .await;
        assert!(matches!(refused, Err(StoreError::NotFound)));
    }
    // Connected ones get none, by either way.
    let connected = store
        .put_pairing(&scope, number("55113000100"), link(Provider::Linked, None))
        .await;
    assert!(
        is(&connected, Code::NumberAlreadyConnected),
        "{connected:?}"
    );
    let connected = store
        .put_pairing_of(&scope, &ground.numbers[0], link(Provider::Linked, None))
        .await;
    assert!(
        is(&connected, Code::NumberAlreadyConnected),
        "{connected:?}"
    );
    // One that was taken away is not free for thirty days.
    store.remove_number(&ground.numbers[0]).await.unwrap();
    let gone = store
        .put_pairing(&scope, number("55113000100"), link(Provider::Linked, None))
        .await;
    assert!(is(&gone, Code::NumberSoftDeleted), "{gone:?}");
    let mut database = ground.place.look().await;
    let statement = format!(
        "UPDATE numbers SET deleted_at = {} WHERE id = '{}'",
        now_ms() - 31 * 24 * HOUR,
        ground.numbers[0]
    );
    database.execute(&statement).await;
    let anew = made(ground, "55113000100").await;
    assert_ne!(anew.number, ground.numbers[0]);
    // Numbers whose phone only Meta knows are each another.
    let unknown = made(ground, "").await;
    assert_ne!(made(ground, "").await.number, unknown.number);
    assert_eq!(
        store
            .pairing(&PairingId::generate().unwrap().1)
            .await
            .unwrap(),
        None
    );
    store.remove_number(&first.number).await.unwrap();
    assert_eq!(store.pairing(&first.id).await.unwrap(), None);
}

pub async fn many_links_for_a_phone_at_once_make_one_number(ground: &Ground) {
    let (store, scope) = (ground.store.clone(), Arc::new(ground.all().await));
    let made = at_once(8, |_| {
        let (store, scope) = (store.clone(), scope.clone());
        async move {
            let new = link(Provider::Linked, None);
            let made = store.put_pairing(&scope, number(PHONE), new).await;
            made.unwrap().number
        }
    })
    .await;
    assert!(made.iter().all(|number| *number == made[0]), "{made:?}");
}

pub async fn a_code_waits_until_its_attempt_ends(ground: &Ground) {
    let store = &ground.store;
    let now = now_ms();
    let made = made(ground, PHONE).await;
    let scope = ground.all().await;
    let waiting = async || -> Vec<PairingId> {
        let all = store.waiting_pairings(now, 10).await.unwrap();
        all.into_iter().map(|it| it.id).collect()
    };
    assert_eq!(waiting().await, []);
    assert!(
        store
            .waiting_pairing_of(&scope, &made.number, now)
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        store
            .put_code(&made.id, "s-1", &code("one", now + 60_000), now)
            .await
            .unwrap()
    );
    let shown = held(ground, &made.id).await;
    assert_eq!(shown.code, Some(code("one", now + 60_000)));
    assert_eq!(shown.gateway_session.as_deref(), Some("s-1"));
    assert_eq!(shown.link_state, LinkState::Connecting);
    assert_eq!(waiting().await, std::slice::from_ref(&made.id));
    assert_eq!(
        store.waiting_pairings(made.expires_at, 10).await.unwrap(),
        []
    );
    let of_number = store
        .waiting_pairing_of(&scope, &made.number, now)
        .await
        .unwrap();
    assert_eq!(of_number.unwrap().id, made.id);
    // One renews it.
    assert!(
        store
            .claim_code(&made.id, now + 60_000, now + 75_000)
            .await
            .unwrap()
    );
    assert!(
        !store
            .claim_code(&made.id, now + 60_000, now + 76_000)
            .await
            .unwrap()
    );
    assert!(
        store
            .put_code(&made.id, "s-1", &code("two", now + 120_000), now)
            .await
            .unwrap()
    );
    // An attempt ends by its own session, and says why.
    assert!(
        !store
            .end_attempt(&made.id, "s-0", Some("no"))
            .await
            .unwrap()
    );
    assert!(
        store
            .end_attempt(&made.id, "s-1", Some("no ✗"))
            .await
            .unwrap()
    );
    assert!(!store.end_attempt(&made.id, "s-1", None).await.unwrap());
    let shown = held(ground, &made.id).await;
    assert_eq!((shown.code, shown.gateway_session), (None, None));
    assert_eq!(shown.failure.as_deref(), Some("no ✗"));
    assert_eq!(shown.link_state, LinkState::Close);
    store.note_failure(&made.id, "another").await.unwrap();
    assert_eq!(
        held(ground, &made.id).await.failure.as_deref(),
        Some("another")
    );
    // A new one forgets it.
    assert!(
        store
            .put_code(&made.id, "s-2", &code("three", now + 60_000), now)
            .await
            .unwrap()
    );
    assert_eq!(held(ground, &made.id).await.failure, None);
    // None for a link that is too old.
    assert!(
        !store
            .put_code(&made.id, "s-3", &code("x", now), made.expires_at)
            .await
            .unwrap()
    );
    let unknown = PairingId::generate().unwrap().1;
    assert!(
        !store
            .put_code(&unknown, "s", &code("x", now), now)
            .await
            .unwrap()
    );
    assert!(!store.end_attempt(&unknown, "s", None).await.unwrap());
}

pub async fn a_connection_uses_up_every_link_of_its_number(ground: &Ground) {
    let store = &ground.store;
    let now = now_ms();
    let (one, other) = (made(ground, PHONE).await, made(ground, PHONE).await);
    for (record, session) in [(&one, "s-1"), (&other, "s-2")] {
        assert!(
            store
                .put_code(&record.id, session, &code(session, now + 60_000), now)
                .await
                .unwrap()
        );
    }
    // Not under the id of another number.
    let taken = store
        .connect_number(&one.id, connection("101", Some("s-1")))
        .await;
    assert!(is(&taken, Code::NumberTaken), "{taken:?}");
    assert_eq!(held(ground, &one.id).await.used_at, None);
    let others = store
        .connect_number(&one.id, connection("9001", Some("s-1")))
        .await
        .unwrap();
    assert_eq!(others, ["s-2"]);
    for record in [&one, &other] {
        let shown = held(ground, &record.id).await;
        assert_eq!(shown.link_state, LinkState::Open);
        assert!(shown.used_at.is_some() && shown.connected_at.is_some());
        assert_eq!((shown.code, shown.gateway_session), (None, None));
    }
    let number = store.number_at_meta("9001").await.unwrap().unwrap();
    assert_eq!(number.id, one.number);
    assert_eq!(number.provider, Provider::Linked);
    // Each is good once.
    for record in [&one, &other] {
        let again = store
            .connect_number(&record.id, connection("9002", None))
            .await;
        assert!(matches!(again, Err(StoreError::NotFound)), "{again:?}");
        assert!(
            !store
                .put_code(&record.id, "s-3", &code("x", now), now)
                .await
                .unwrap()
        );
    }
    let old = made(ground, "5511977770000").await;
    let late = Connection {
        at: old.expires_at,
        ..connection("9003", None)
    };
    assert!(matches!(
        store.connect_number(&old.id, late).await,
        Err(StoreError::NotFound)
    ));
    // Upkeep drops what is long over.
    store.prune(old.expires_at + 1).await.unwrap();
    assert_eq!(store.pairing(&old.id).await.unwrap(), None);
}

pub async fn no_list_of_links_reads_a_whole_table(ground: &Ground) {
    let mut database = ground.place.look().await;
    let is_sqlite = matches!(database, Database::Sqlite(_));
    let choose = |a, b| if is_sqlite { a } else { b };
    for (statement, arguments, index) in [
        (
            choose(sqlite::WAITING_PAIRINGS, postgres::WAITING_PAIRINGS),
            "5, 10",
            "pairings_by_expiry",
        ),
        (
            choose(sqlite::WAITING_PAIRINGS_OF, postgres::WAITING_PAIRINGS_OF),
            "'n', 5",
            "pairings_by_",
        ),
        (
            choose(sqlite::NUMBERS_OF_PHONE, postgres::NUMBERS_OF_PHONE),
            "'t', '5511'",
            "numbers_by_",
        ),
    ] {
        let plan = plan(&mut database, statement, arguments).await;
        assert!(plan.contains(index), "{plan}");
        for whole in ["SCAN p\n", "SCAN numbers", "Seq Scan on pairings"] {
            assert!(!plan.contains(whole), "{plan}");
        }
    }
}
