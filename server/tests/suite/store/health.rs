//! What WhatsApp says of numbers and accounts.

use super::ground::Ground;
use crate::support::meta::WABA;
use pilot_inbox::ingest::{Alert, HealthNote, HealthReport};

fn report(phone: Option<&str>, event: &str, at: i64) -> HealthReport {
    HealthReport {
        waba_id: WABA.into(),
        phone: phone.map(str::to_owned),
        note: HealthNote {
            about: "QUALITY".into(),
            event: event.into(),
            detail: None,
            at,
        },
        alert: Some(Alert {
            code: event.into(),
            sentence: format!("It is {event}."),
        }),
    }
}

pub async fn the_latest_word_about_a_number_is_kept(ground: &Ground) {
    let scope = ground.all().await;
    let numbers = ground.store.numbers(&scope).await.unwrap();
    // Nobody has written to the second one: of which account it is, nobody knows.
    ground.write("100", "5511", 0..1).await;
    let reports = vec![
        report(Some(&numbers[0].phone), "FLAGGED", 20),
        report(Some(&numbers[0].phone), "FLAGGED", 20),
        report(None, "UNFLAGGED", 10),
        report(Some("999"), "NOBODY", 30),
    ];
    ground.store.note_health(reports).await.unwrap();
    let now = ground.store.numbers(&scope).await.unwrap();
    let words = |index: usize| {
        let number = &now[index];
        let notes = number.health.iter().map(|n| (n.event.as_str(), n.at));
        let alerts = number.alerts.iter().map(|a| (a.code.as_str(), a.reports));
        (notes.collect::<Vec<_>>(), alerts.collect::<Vec<_>>())
    };
    assert_eq!(words(0), (vec![("FLAGGED", 20)], vec![("FLAGGED", 1)]));
    assert_eq!(words(1), (vec![], vec![]));
    // The whole account, later.
    let reports = vec![report(None, "UNFLAGGED", 40)];
    ground.store.note_health(reports).await.unwrap();
    let now = ground.store.numbers(&scope).await.unwrap();
    assert_eq!(now[0].health[0].event, "UNFLAGGED");
    assert_eq!(now[0].alerts.len(), 2);
}
