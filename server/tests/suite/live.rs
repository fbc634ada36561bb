//! The live stream: nothing missed, nothing doubled, nothing after the end.

use crate::support::app::ORIGIN;
use crate::support::meta;
use crate::support::recently;
use crate::support::stream::EventStream;
use crate::support::{PATIENCE, TestApp};
use app::live::LiveEvent;
use axum::http::{Method, StatusCode};
use futures::future::join_all;
use pilot_inbox::provider::cloud_api::parse;
use pilot_inbox::store::{CommitListener, LoggedEvent};
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What taking access away may take.
const PROMPTLY: Duration = Duration::from_secs(1);

async fn write(app: &TestApp, range: std::ops::Range<i64>) {
    for index in range {
        app.deliver(&meta::one_text(
            "100",
            &format!("wamid.{index}"),
            "5511",
            recently() + index,
            &index.to_string(),
        ))
        .await;
    }
}

/// So many events, which have to follow each other without a gap.
async fn read(stream: &mut EventStream, range: std::ops::Range<i64>) {
    for seq in range {
        let event = stream.event().await;
        assert_eq!((event.seq, event.text()), (seq, seq.to_string()));
    }
}

#[tokio::test]
async fn a_stream_goes_on_from_now_or_from_where_it_was() {
    let app = TestApp::start().await;
    let token = app.token(&app.acme).await;
    write(&app, 1..11).await;
    let mut from_now = app.stream(&token, None).await;
    assert_eq!(from_now.ready().await, 10);
    let mut from_four = app.stream(&token, Some(4)).await;
    assert_eq!(from_four.ready().await, 4);
    let mut from_the_end = app.stream(&token, Some(10)).await;
    assert_eq!(from_the_end.ready().await, 10);
    let mut from_the_beginning = app.stream(&token, Some(0)).await;
    assert_eq!(from_the_beginning.ready().await, 0);
    read(&mut from_four, 5..11).await;
    write(&app, 11..14).await;
    read(&mut from_now, 11..14).await;
    read(&mut from_four, 11..14).await;
    read(&mut from_the_end, 11..14).await;
    read(&mut from_the_beginning, 1..14).await;
}

#[tokio::test]
async fn a_long_absence_is_made_up_for() {
    let app = TestApp::start().await;
    let token = app.token(&app.acme).await;
    let messages: Vec<_> = (1..=650)
        .map(|i| {
            meta::text(
                &format!("wamid.{i}"),
                "5511",
                recently() + i,
                &i.to_string(),
            )
        })
        .collect();
    app.deliver(&meta::messages("100", &messages)).await;
    let mut stream = app.stream(&token, Some(3)).await;
    stream.ready().await;
    read(&mut stream, 4..651).await;
    write(&app, 651..653).await;
    read(&mut stream, 651..653).await;
}

#[tokio::test]
async fn the_first_screen_and_the_stream_fit_together() {
    let app = TestApp::start().await;
    write(&app, 1..4).await;
    let token = app.token(&app.acme).await;
    let operator = app.with_token(&token);
    let first = operator
        .ask(
            "/api/bootstrap",
            &json!({"parent_origin": ORIGIN, "open": null}),
        )
        .await;
    write(&app, 4..6).await;
    let mut stream = app.stream(&token, first["cursor"].as_i64()).await;
    stream.ready().await;
    read(&mut stream, 4..6).await;
    // What the operator does comes back as events too, of forms that the app knows.
    let conversation = &first["conversations"]["items"][0]["id"];
    let sent = operator
        .ask(
            "/api/messages/send",
            &json!({"conversation_id": conversation, "client_id": "c-1", "text": "answer"}),
        )
        .await;
    let event = stream.event().await;
    assert_eq!(event.json["message"], sent);
    assert!(matches!(event.event, LiveEvent::Message { .. }));
    let body = json!({"conversation_id": conversation, "up_to": sent["id"]});
    let marked = operator.ask("/api/conversations/mark_read", &body).await;
    let event = stream.event().await;
    assert!(matches!(event.event, LiveEvent::Conversation { .. }));
    assert_eq!(
        (
            &event.json["conversation"],
            &event.json["conversation"]["unread"]
        ),
        (&marked["conversation"], &json!(0))
    );
}

#[tokio::test]
async fn a_stream_passes_over_what_its_token_may_not_see() {
    let app = TestApp::start().await;
    let second = &*app.acme.numbers[1].phone_number_id;
    let token = app.token_for(&app.acme, &app.acme.numbers[0].id).await;
    let mut live = app.stream(&token, None).await;
    live.ready().await;
    for index in 1..=20 {
        let number = if index % 4 == 0 { "100" } else { second };
        app.deliver(&meta::one_text(
            number,
            &format!("wamid.{index}"),
            "5511",
            recently() + index,
            &index.to_string(),
        ))
        .await;
    }
    let mut replayed = app.stream(&token, Some(0)).await;
    replayed.ready().await;
    for stream in [&mut live, &mut replayed] {
        for seq in [4, 8, 12, 16, 20] {
            assert_eq!(stream.event().await.seq, seq);
        }
    }
}

#[tokio::test]
async fn a_cursor_that_the_log_does_not_know_means_to_load_anew() {
    let app = TestApp::start().await;
    let token = app.token(&app.acme).await;
    write(&app, 1..6).await;
    // From a log that was longer, or that is another one.
    for cursor in [6, 1_000_000, i64::MAX, -1, i64::MIN] {
        let mut stream = app.stream(&token, Some(cursor)).await;
        stream.ready().await;
        stream.ends_with("reset", PATIENCE).await;
    }
    assert_eq!(app.state.store.prune(i64::MAX).await.unwrap(), 5);
    for cursor in [0, 4] {
        let mut stream = app.stream(&token, Some(cursor)).await;
        stream.ready().await;
        stream.ends_with("reset", PATIENCE).await;
    }
    // Who missed nothing goes on, and so does everybody after that.
    let mut stream = app.stream(&token, Some(5)).await;
    stream.ready().await;
    write(&app, 6..8).await;
    read(&mut stream, 6..8).await;
    let mut stream = app.stream(&token, Some(5)).await;
    stream.ready().await;
    read(&mut stream, 6..8).await;
    let mut too_old = app.stream(&token, Some(4)).await;
    too_old.ready().await;
    too_old.ends_with("reset", PATIENCE).await;
}

#[tokio::test]
async fn a_cursor_that_is_none_is_none() {
    let app = TestApp::start().await;
    write(&app, 1..4).await;
    let token = app.token(&app.acme).await;
    for cursor in ["", "x", "1.5", "99999999999999999999", "3 OR 1=1"] {
        let mut stream = EventStream::open_with(app.router.clone(), &token, cursor).await;
        assert_eq!(stream.ready().await, 3, "{cursor}");
    }
}

#[tokio::test]
async fn revoking_the_key_ends_its_streams() {
    let app = TestApp::start().await;
    let mut stream = app.stream(&app.token(&app.acme).await, None).await;
    let mut other = app.stream(&app.token(&app.globex).await, None).await;
    for stream in [&mut stream, &mut other] {
        stream.ready().await;
    }
    app.state
        .store
        .revoke_api_key(&app.acme.key_id)
        .await
        .unwrap();
    stream.ends_with("ended", PROMPTLY).await;
    // Everybody else goes on.
    app.deliver(&meta::one_text(
        app.globex.first(),
        "wamid.1",
        "5511",
        recently(),
        "still here",
    ))
    .await;
    assert_eq!(other.text().await, "still here");
}

#[tokio::test]
async fn removing_a_number_takes_it_out_of_open_streams() {
    let app = TestApp::start().await;
    let [first, second] = &app.acme.numbers[..] else {
        panic!("two numbers")
    };
    let mut only_first = app
        .stream(&app.token_for(&app.acme, &first.id).await, None)
        .await;
    let both_token = app.token(&app.acme).await;
    let mut both = app.stream(&both_token, None).await;
    for stream in [&mut only_first, &mut both] {
        stream.ready().await;
    }
    app.state.store.remove_number(&first.id).await.unwrap();
    for stream in [&mut only_first, &mut both] {
        assert_eq!(stream.event().await.json["type"], "number");
    }
    only_first.ends_with("ended", PROMPTLY).await;
    app.deliver(&meta::one_text(
        &second.phone_number_id,
        "wamid.1",
        "5511",
        recently(),
        "the other number",
    ))
    .await;
    assert_eq!(both.text().await, "the other number");
    let operator = app.with_token(&both_token);
    let first_screen = operator
        .ask(
            "/api/bootstrap",
            &json!({"parent_origin": ORIGIN, "open": null}),
        )
        .await;
    assert_eq!(first_screen["numbers"].as_array().unwrap().len(), 1);
    app.state.store.remove_number(&second.id).await.unwrap();
    assert_eq!(both.event().await.json["type"], "number");
    both.ends_with("ended", PROMPTLY).await;
}

/// Another process does not tell this one of its commits.
struct Deaf;

impl CommitListener for Deaf {
    fn committed(&self, _: Vec<LoggedEvent>) {}
}

#[tokio::test]
async fn what_another_process_takes_away_is_taken_away_here() {
    let app = TestApp::start().await;
    let token = app.token(&app.acme).await;
    let mut stream = app.stream(&token, None).await;
    stream.ready().await;
    let other_process = app.place.open(Arc::new(Deaf)).await;
    other_process
        .revoke_api_key(&app.acme.key_id)
        .await
        .unwrap();
    stream.ends_with("ended", PROMPTLY).await;
    let answer = app
        .with_token(&token)
        .post("/api/conversations/list", &json!({"page": {}}))
        .await;
    assert_eq!(answer.code(), "401 SESSION_ENDED");
}

#[tokio::test]
async fn what_another_process_writes_is_not_passed_over() {
    let app = TestApp::start().await;
    let mut stream = app.stream(&app.token(&app.acme).await, None).await;
    stream.ready().await;
    let other_process = app.place.open(Arc::new(Deaf)).await;
    write(&app, 1..3).await;
    for index in 3..6 {
        let text = index.to_string();
        let body = meta::one_text(
            "100",
            &format!("wamid.{index}"),
            "5511",
            recently() + index,
            &text,
        );
        let parsed = parse(body.to_string().as_bytes()).unwrap();
        other_process.ingest(parsed.changes).await.unwrap();
    }
    write(&app, 6..8).await;
    read(&mut stream, 1..8).await;
}

#[tokio::test]
async fn what_only_another_process_writes_is_looked_for() {
    let app = TestApp::start().await;
    let mut stream = app.stream(&app.token(&app.acme).await, None).await;
    stream.ready().await;
    let other_process = app.place.open(Arc::new(Deaf)).await;
    for index in 1..3 {
        let text = index.to_string();
        let body = meta::one_text(
            "100",
            &format!("wamid.{index}"),
            "5511",
            recently() + index,
            &text,
        );
        let parsed = parse(body.to_string().as_bytes()).unwrap();
        other_process.ingest(parsed.changes).await.unwrap();
        read(&mut stream, index..index + 1).await;
    }
}

#[tokio::test]
async fn a_stream_waits_for_a_log_that_cannot_be_read() {
    let app = TestApp::start().await;
    let token = app.token(&app.acme).await;
    write(&app, 1..6).await;
    let mut database = app.database().await;
    database
        .execute("ALTER TABLE events RENAME TO events_elsewhere")
        .await;
    let mut stream = app.stream(&token, Some(2)).await;
    assert_eq!(stream.ready().await, 2);
    let waiting = tokio::time::timeout(Duration::from_secs(1), stream.next()).await;
    assert!(waiting.is_err(), "nothing comes, and it does not end");
    database
        .execute("ALTER TABLE events_elsewhere RENAME TO events")
        .await;
    read(&mut stream, 3..6).await;
    write(&app, 6..8).await;
    read(&mut stream, 6..8).await;
}

#[tokio::test]
async fn a_stream_ends_with_its_token_unless_that_is_renewed() {
    let app = TestApp::start().await;
    let abandoned = app.token_with(&app.acme, json!({"ttlSeconds": 1})).await;
    let mut renewed = app.token_with(&app.acme, json!({"ttlSeconds": 1})).await;
    let (mut short, mut long) = (
        app.stream(&abandoned, None).await,
        app.stream(&renewed, None).await,
    );
    for stream in [&mut short, &mut long] {
        stream.ready().await;
    }
    // A token lives for up to two seconds here, on whole seconds; then a second to notice.
    let started = Instant::now();
    let ended = short.ends_with("ended", Duration::from_secs(3));
    let renew = async {
        let mut renewals = 0;
        while started.elapsed() < Duration::from_millis(2_500) {
            let answer = app
                .with_token(&renewed)
                .post("/api/public/embed/refresh", &json!({}))
                .await;
            assert_eq!(answer.code(), "200 -", "after {renewals} renewals");
            renewed = answer.json()["token"].as_str().unwrap().to_owned();
            renewals += 1;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::join!(ended, renew);
    write(&app, 1..2).await;
    read(&mut long, 1..2).await;
}

#[tokio::test]
async fn a_session_that_its_backend_ends_is_over_within_a_second() {
    let app = TestApp::start().await;
    let minted = app.mint(&app.acme, json!({})).await.json();
    let (token, id) = (
        minted["token"].as_str().unwrap(),
        minted["id"].as_str().unwrap(),
    );
    let spared = app.token(&app.acme).await;
    let mut ending = join_all((0..5).map(|_| app.stream(token, None))).await;
    let mut going_on = app.stream(&spared, None).await;
    for stream in ending.iter_mut().chain([&mut going_on]) {
        stream.ready().await;
    }
    let answer = app
        .with_key(&app.acme.key)
        .send(
            Method::DELETE,
            &format!("/v1/embed/sessions/{id}"),
            Vec::new(),
        )
        .await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text());
    let ends = ending
        .iter_mut()
        .map(|stream| stream.ends_with("ended", Duration::from_secs(1)));
    join_all(ends).await;
    for path in ["/api/conversations/list", "/api/public/embed/refresh"] {
        let answer = app.with_token(token).post(path, &json!({"page": {}})).await;
        assert_eq!(answer.code(), "401 SESSION_ENDED", "{path}");
    }
    write(&app, 1..2).await;
    read(&mut going_on, 1..2).await;
}

#[tokio::test]
async fn a_stream_that_is_quiet_says_that_it_lives() {
    let app = TestApp::start().await;
    let mut stream = app.stream(&app.token(&app.acme).await, None).await;
    stream.ready().await;
    let started = Instant::now();
    let heartbeat = stream.chunk_within(Duration::from_secs(18)).await.unwrap();
    assert_eq!(heartbeat, b": still here\n\n");
    assert!(
        started.elapsed() > Duration::from_secs(14),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test]
async fn stopping_the_program_ends_every_stream() {
    let app = TestApp::start().await;
    let token = app.token(&app.acme).await;
    let mut streams = join_all((0..20).map(|_| app.stream(&token, None))).await;
    for stream in &mut streams {
        stream.ready().await;
    }
    app.state.shutdown.cancel();
    for stream in &mut streams {
        assert_eq!(
            stream.next_within(PROMPTLY).await,
            None,
            "it ends, and the client comes back with its cursor"
        );
    }
}

#[tokio::test]
async fn no_text_breaks_out_of_its_frame() {
    let app = TestApp::start().await;
    let mut stream = app.stream(&app.token(&app.acme).await, None).await;
    stream.ready().await;
    let hostile = [
        "one\ntwo",
        "one\r\ntwo",
        "\n\nevent: ended\ndata: x\n\n",
        "\rid: 999\r",
        "\u{2028}\u{2029}\u{85}",
        "data: data: ",
        ":",
        "\u{feff}",
        "\\n\\u000a",
        "</script><!--",
        "\u{0}\u{1}\u{7f}",
    ];
    for (index, text) in hostile.iter().enumerate() {
        app.deliver(&meta::one_text(
            "100",
            &format!("wamid.{index}"),
            "5511",
            recently(),
            text,
        ))
        .await;
    }
    for (index, text) in hostile.iter().enumerate() {
        let event = stream.event().await;
        assert_eq!(
            (event.seq, event.text()),
            (
                i64::try_from(index).unwrap() + 1,
                text.replace('\0', "\u{fffd}")
            )
        );
    }
    let wire = String::from_utf8(stream.wire).unwrap();
    assert!(!wire.contains('\r'));
    for frame in wire.split_terminator("\n\n") {
        let lines: Vec<&str> = frame.lines().collect();
        assert!(
            matches!(&lines[..], [id, data] if (id.starts_with("id: ") || id.starts_with("event: ")) && data.starts_with("data: ")),
            "one line for the position, one for the event: {frame:?}"
        );
    }
}

#[tokio::test]
async fn a_reader_who_lags_behind_gets_everything_in_the_end() {
    let app = TestApp::start().await;
    let mut stream = app.stream(&app.token(&app.acme).await, None).await;
    stream.ready().await;
    // More commits than the hub keeps for anybody, while nobody reads.
    write(&app, 1..401).await;
    read(&mut stream, 1..401).await;
    write(&app, 401..403).await;
    read(&mut stream, 401..403).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_listeners_see_the_same_while_it_happens() {
    const MESSAGES: i64 = 300;
    let app = Arc::new(TestApp::start().await);
    let token = app.token(&app.acme).await;
    let listeners = (0..200).map(|listener| {
        let (app, token) = (app.clone(), token.clone());
        tokio::spawn(async move {
            let mut seen = Vec::new();
            let mut cursor = 0;
            while cursor < MESSAGES {
                let mut stream = app.stream(&token, Some(cursor)).await;
                assert_eq!(stream.ready().await, cursor);
                // Every fourth loses its connection now and then, and comes back with its cursor.
                let until = if listener % 4 == 0 {
                    (cursor + 7 + listener % 31).min(MESSAGES)
                } else {
                    MESSAGES
                };
                while cursor < until {
                    let event = stream.event().await;
                    cursor = event.seq;
                    seen.push((event.seq, event.text()));
                }
            }
            seen
        })
    });
    let listeners: Vec<_> = listeners.collect();
    let writers = (0..4).map(|writer| {
        let app = app.clone();
        tokio::spawn(async move {
            for index in 0..MESSAGES / 4 {
                let id = format!("wamid.{writer}.{index}");
                app.deliver(&meta::one_text(
                    "100",
                    &id,
                    &format!("551{writer}"),
                    recently() + index,
                    &id,
                ))
                .await;
            }
        })
    });
    join_all(writers).await.into_iter().for_each(Result::unwrap);
    let mut seen: Vec<Vec<(i64, String)>> = join_all(listeners)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let positions: Vec<i64> = seen[0].iter().map(|(seq, _)| *seq).collect();
    assert_eq!(
        positions,
        (1..=MESSAGES).collect::<Vec<_>>(),
        "no hole, no repetition"
    );
    seen.dedup();
    assert_eq!(seen.len(), 1, "everybody saw the same");
}
