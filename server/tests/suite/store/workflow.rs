//! Work on conversations: assigned, put off, done with, labelled, pinned; and the parts of the list that follow from it.

use super::ground::{AT, Ground};
use crate::support::meta;
use app::conversations::Conversation;
use app::error::Code;
use app::ids::{ConversationId, LabelId, OperatorId, SessionId};
use app::labels::{Colour, Label};
use app::live::LiveEvent;
use app::messages::{Direction, Message};
use app::paging::PageRequest;
use app::workflow::{Activity, COUNTED, ListFilter, State, View, Work};
use pilot_inbox::access::{Role, Scope, Surface};
use pilot_inbox::clock::now_ms;
use pilot_inbox::fresh;
use pilot_inbox::store::{NewOperator, NewSession, Query, StoreError};

/// A session of somebody who works with these numbers; the operator's id.
pub(super) async fn operator(
    ground: &Ground,
    name: &str,
    numbers: std::ops::Range<usize>,
) -> OperatorId {
    let id = fresh!(SessionId);
    let session = NewSession {
        id: id.clone(),
        api_key_id: ground.key.id.clone(),
        surface: Surface::Chat,
        numbers: ground.numbers[numbers].to_vec(),
        origins: vec!["https://a.test".into()],
        branding: None,
        ttl_ms: 1_000,
        created_at: 0,
        expires_at: 1_000,
        ends_at: 5_000,
        operator: Some(NewOperator {
            id: fresh!(OperatorId),
            sub: name.into(),
            name: Some(name.into()),
            email: Some(format!("{name}@a.test")),
            role: Role::Operator,
        }),
    };
    let scope = ground.all().await;
    ground.store.create_session(&scope, session).await.unwrap();
    let found = ground.store.live_session(&ground.tenant, &id, 0).await;
    found.unwrap().unwrap().operator.unwrap().id
}

async fn work(ground: &Ground, scope: &Scope, id: &ConversationId, work: Work) -> Conversation {
    let ids = std::slice::from_ref(id);
    let rows = ground.store.change_conversations(scope, ids, &work).await;
    let mut rows = rows.unwrap();
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

async fn part(ground: &Ground, scope: &Scope, filter: &ListFilter) -> Vec<Conversation> {
    let (store, mut rows) = (&ground.store, Vec::new());
    let mut page = PageRequest {
        limit: Some(2),
        ..PageRequest::first()
    };
    loop {
        let answer = store
            .list_conversations(scope, filter, &page)
            .await
            .unwrap();
        rows.extend(answer.items);
        match answer.older {
            None => return rows,
            older => page.older = older,
        }
    }
}

async fn view(ground: &Ground, scope: &Scope, view: View) -> Vec<ConversationId> {
    let filter = ListFilter {
        view,
        ..ListFilter::default()
    };
    let rows = part(ground, scope, &filter).await;
    rows.into_iter().map(|row| row.id).collect()
}

async fn told(ground: &Ground, scope: &Scope, id: &ConversationId) -> Vec<Activity> {
    let thread = ground.thread(scope, id).await;
    let internal = |message: &Message| message.direction == Direction::Internal;
    let told = thread.into_iter().filter(internal);
    told.map(|message| message.content.unwrap().activity.unwrap())
        .collect()
}

async fn position(ground: &Ground, scope: &Scope) -> i64 {
    ground.store.log_position(scope).await.unwrap()
}

async fn label(ground: &Ground, scope: &Scope, name: &str) -> Label {
    let labels = ground.store.create_label(scope, name, Colour::Ok).await;
    let mut labels = labels.unwrap();
    labels.retain(|label| label.name == name);
    labels.remove(0)
}

pub async fn work_is_done_once_and_told_once(ground: &Ground) {
    let scope = ground.all().await;
    let ana = operator(ground, "Ana", 0..1).await;
    ground.write("100", "5511", 0..2).await;
    let id = ground.with(&scope, "5511").await.id;
    let before = ground.with(&scope, "5511").await;
    let vip = label(ground, &scope, "VIP").await;
    let later = now_ms() + 60_000;
    for (done, events) in [
        (
            Work::Assign {
                operator: Some(ana.clone()),
            },
            1,
        ),
        (Work::Snooze { until: later }, 1),
        (Work::Resolve, 1),
        (Work::Reopen, 1),
        (
            Work::Label {
                label: vip.id.clone(),
                on: true,
            },
            1,
        ),
        (Work::Pin { on: true }, 1),
        (Work::Read, 1),
        (Work::Unread, 1),
    ] {
        let start = position(ground, &scope).await;
        let row = work(ground, &scope, &id, done.clone()).await;
        assert_eq!(row.seq, start + events, "{done:?}");
        let again = work(ground, &scope, &id, done.clone()).await;
        assert_eq!(again, row, "{done:?} again");
        assert_eq!(position(ground, &scope).await, row.seq, "{done:?} again");
        // The event has the row as it is in the list.
        let heard = ground.heard.0.lock().unwrap().last().cloned().unwrap();
        let event: LiveEvent = serde_json::from_slice(&heard.payload).unwrap();
        let (LiveEvent::Message { conversation, .. } | LiveEvent::Conversation { conversation }) =
            event
        else {
            panic!("{event:?}");
        };
        assert_eq!(*conversation, row, "{done:?}");
    }
    let after = ground.with(&scope, "5511").await;
    assert_eq!(after.assignee.as_ref().map(|it| &it.id), Some(&ana));
    assert_eq!(after.assignee.as_ref().unwrap().email, None);
    assert_eq!(
        (after.state, after.pinned, after.unread),
        (State::Open, true, 1)
    );
    assert_eq!(after.labels, std::slice::from_ref(&vip.id));
    // Nobody has written: the row says what it said.
    assert_eq!(
        (&after.preview, after.last_message_at),
        (&before.preview, before.last_message_at)
    );
    let whats: Vec<String> = told(ground, &scope, &id)
        .await
        .into_iter()
        .map(|it| it.what)
        .collect();
    assert_eq!(
        whats,
        ["assigned", "snoozed", "resolved", "reopened", "labelled"]
    );
    let undone = work(ground, &scope, &id, Work::Assign { operator: None }).await;
    assert_eq!(undone.assignee, None);
    let last = told(ground, &scope, &id).await.pop().unwrap();
    assert_eq!(
        (last.what.as_str(), last.whom.as_deref()),
        ("unassigned", Some("Ana"))
    );
    // Nothing of it goes out or can be found.
    assert!(
        ground
            .store
            .claim_outbox(i64::MAX - 1, i64::MAX, 10)
            .await
            .unwrap()
            .is_empty()
    );
    while ground.store.index_more(100).await.unwrap().more {}
    for words in ["Ana", "assigned", "VIP", "activity"] {
        let query = Query::read(words).unwrap();
        let found = ground
            .store
            .search(&scope, &query, None, &PageRequest::first())
            .await;
        assert!(found.unwrap().messages.is_empty(), "{words}");
    }
}

pub async fn only_ones_own_can_be_worked_on(ground: &Ground) {
    let (scope, foreign) = (ground.all().await, ground.foreign().await);
    ground.write("100", "5511", 0..1).await;
    ground.write("101", "5522", 0..1).await;
    let (first, second) = (
        ground.with(&scope, "5511").await.id,
        ground.with(&scope, "5522").await.id,
    );
    let start = position(ground, &scope).await;
    let refused = async |scope: &Scope, ids: &[ConversationId], work: Work| {
        let refused = ground.store.change_conversations(scope, ids, &work).await;
        assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    };
    let only = ground.only(0).await;
    refused(&foreign, std::slice::from_ref(&first), Work::Resolve).await;
    refused(&only, std::slice::from_ref(&second), Work::Resolve).await;
    // All of them or none.
    refused(&only, &[first.clone(), second.clone()], Work::Resolve).await;
    let bruno = operator(ground, "Bruno", 1..2).await;
    let theirs = Work::Assign {
        operator: Some(bruno.clone()),
    };
    refused(&scope, std::slice::from_ref(&first), theirs.clone()).await;
    refused(&scope, &[first.clone(), second.clone()], theirs).await;
    refused(
        &scope,
        std::slice::from_ref(&first),
        Work::Label {
            label: fresh!(LabelId),
            on: true,
        },
    )
    .await;
    let vip = label(ground, &foreign, "VIP").await;
    refused(
        &scope,
        std::slice::from_ref(&first),
        Work::Label {
            label: vip.id.clone(),
            on: true,
        },
    )
    .await;
    assert_eq!(position(ground, &scope).await, start, "nothing was done");
    // A colleague is known to who shares a number.
    let names = async |scope: &Scope| {
        let found = ground.store.operators(scope).await.unwrap();
        found.into_iter().map(|one| one.name).collect::<Vec<_>>()
    };
    operator(ground, "ana", 0..2).await;
    assert_eq!(names(&scope).await, ["ana", "Bruno"]);
    assert_eq!(names(&only).await, ["ana"]);
    assert_eq!(names(&foreign).await, Vec::<String>::new());
    assert!(ground.store.labels(&scope).await.unwrap().is_empty());
    for refused in [
        ground
            .store
            .change_label(&scope, &vip.id, "Mine", Colour::Grey)
            .await,
        ground.store.delete_label(&scope, &vip.id).await,
    ] {
        assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    }
    assert_eq!(ground.store.labels(&foreign).await.unwrap(), [vip]);
}

pub async fn a_new_message_and_time_open_again(ground: &Ground) {
    let scope = ground.all().await;
    for phone in ["5511", "5522", "5533"] {
        ground.write("100", phone, 0..1).await;
    }
    let [resolved, snoozed, later] = [
        ground.with(&scope, "5511").await.id,
        ground.with(&scope, "5522").await.id,
        ground.with(&scope, "5533").await.id,
    ];
    work(ground, &scope, &resolved, Work::Resolve).await;
    work(ground, &scope, &snoozed, Work::Snooze { until: 5_000 }).await;
    work(ground, &scope, &later, Work::Snooze { until: 6_000 }).await;
    assert!(view(ground, &scope, View::All).await.is_empty());
    ground
        .take(&meta::one_text("100", "wamid.new", "5511", AT + 9, "again"))
        .await;
    assert_eq!(
        view(ground, &scope, View::All).await,
        std::slice::from_ref(&resolved)
    );
    let last = told(ground, &scope, &resolved).await.pop().unwrap();
    assert_eq!(
        (last.what.as_str(), last.cause.as_deref()),
        ("reopened", Some("message"))
    );
    let row = ground.with(&scope, "5511").await;
    assert_eq!((row.state, row.unread), (State::Open, 2));
    assert_eq!(row.preview.unwrap().text.as_deref(), Some("again"));
    // The same once more is no news.
    let start = position(ground, &scope).await;
    ground
        .take(&meta::one_text("100", "wamid.new", "5511", AT + 9, "again"))
        .await;
    assert_eq!(position(ground, &scope).await, start);
    // Several servers look at the same time, and one of them wakes it.
    let other = ground.beside().await;
    let (one, two) = tokio::join!(
        ground.store.end_snoozes(5_000, 10),
        other.store.end_snoozes(5_000, 10)
    );
    one.unwrap();
    two.unwrap();
    assert_eq!(position(ground, &scope).await, start + 1, "woken once");
    assert_eq!(view(ground, &scope, View::Snoozed).await, [later]);
    let last = told(ground, &scope, &snoozed).await.pop().unwrap();
    assert_eq!(
        (last.what.as_str(), last.cause.as_deref()),
        ("reopened", Some("time"))
    );
    assert_eq!(ground.store.end_snoozes(5_000, 10).await.unwrap(), 0);
}

#[expect(clippy::too_many_lines, reason = "one world, seen from every side")]
pub async fn each_view_has_its_conversations_and_counts_them(ground: &Ground) {
    let scope = ground.all().await;
    let ana = operator(ground, "Ana", 0..3).await;
    let mut ids = Vec::new();
    for (index, number) in (0..9_i64).zip(["100", "101", "102"].into_iter().cycle()) {
        let phone = format!("55{index}");
        ground.write(number, &phone, index..index + 1).await;
        ids.push(ground.with(&scope, &phone).await.id);
    }
    let vip = label(ground, &scope, "VIP").await;
    let on = Work::Label {
        label: vip.id.clone(),
        on: true,
    };
    let mine = Work::Assign {
        operator: Some(ana.clone()),
    };
    work(ground, &scope, &ids[0], Work::Resolve).await;
    work(
        ground,
        &scope,
        &ids[1],
        Work::Snooze {
            until: i64::MAX / 2,
        },
    )
    .await;
    work(ground, &scope, &ids[2], Work::Read).await;
    for at in [3, 4] {
        work(ground, &scope, &ids[at], mine.clone()).await;
    }
    for at in [0, 4, 5, 6] {
        work(ground, &scope, &ids[at], on.clone()).await;
    }
    work(ground, &scope, &ids[2], Work::Pin { on: true }).await;
    let named = |at: &[usize]| at.iter().map(|at| ids[*at].clone()).collect::<Vec<_>>();
    // What is pinned stands first, the others by time.
    assert_eq!(
        view(ground, &scope, View::All).await,
        named(&[2, 8, 7, 6, 5, 4, 3])
    );
    assert_eq!(
        view(ground, &scope, View::Unread).await,
        named(&[8, 7, 6, 5, 4, 3])
    );
    assert_eq!(
        view(ground, &scope, View::Unassigned).await,
        named(&[2, 8, 7, 6, 5])
    );
    assert_eq!(view(ground, &scope, View::Snoozed).await, named(&[1]));
    assert_eq!(view(ground, &scope, View::Resolved).await, named(&[0]));
    assert!(
        view(ground, &scope, View::Mine).await.is_empty(),
        "nobody is at work"
    );
    let totals = ground.store.totals(&scope).await.unwrap();
    assert_eq!(totals.cursor, position(ground, &scope).await);
    let counts = View::ALL.map(|view| totals.counts.of(view));
    assert_eq!(counts, [7, 6, 0, 5, 1, 1]);
    // Filters, each with views.
    let narrowed = async |filter: ListFilter| {
        let rows = part(ground, &scope, &filter).await;
        rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    let whose = |view| ListFilter {
        view,
        assignee: Some(ana.clone()),
        ..ListFilter::default()
    };
    assert_eq!(narrowed(whose(View::All)).await, named(&[4, 3]));
    assert!(narrowed(whose(View::Unassigned)).await.is_empty());
    let about = |view| ListFilter {
        view,
        label: Some(vip.id.clone()),
        ..ListFilter::default()
    };
    assert_eq!(narrowed(about(View::All)).await, named(&[6, 5, 4]));
    assert_eq!(narrowed(about(View::Resolved)).await, named(&[0]));
    assert_eq!(narrowed(about(View::Unassigned)).await, named(&[6, 5]));
    let both = ListFilter {
        assignee: Some(ana.clone()),
        ..about(View::Unread)
    };
    assert_eq!(narrowed(both).await, named(&[4]));
    let number = ListFilter {
        number: Some(ground.numbers[0].clone()),
        ..ListFilter::default()
    };
    assert_eq!(narrowed(number).await, named(&[6, 3]));
    let foreign = ListFilter {
        number: Some(ground.foreign_number.clone()),
        ..ListFilter::default()
    };
    let refused = ground
        .store
        .list_conversations(&scope, &foreign, &PageRequest::first())
        .await;
    assert!(matches!(refused, Err(StoreError::NotFound)));
    // What is said moves a conversation within its label too.
    ground
        .take(&meta::one_text(
            "101",
            "wamid.late",
            "554",
            AT + 99,
            "me first",
        ))
        .await;
    assert_eq!(narrowed(about(View::All)).await, named(&[4, 6, 5]));
    // A label that is gone means nothing any more.
    assert!(
        ground
            .store
            .delete_label(&scope, &vip.id)
            .await
            .unwrap()
            .is_empty()
    );
    let refused = ground
        .store
        .change_conversations(&scope, &ids[5..6], &on)
        .await;
    assert!(matches!(refused, Err(StoreError::NotFound)));
}

pub async fn counts_end_at_a_hundred(ground: &Ground) {
    let scope = ground.all().await;
    for index in 0..i64::from(COUNTED) + 5 {
        ground.write("100", &format!("55{index}"), 0..1).await;
    }
    let counts = ground.store.totals(&scope).await.unwrap().counts;
    assert_eq!(
        (counts.all, counts.unread, counts.resolved),
        (COUNTED, COUNTED, 0)
    );
}

pub async fn labels_have_names_of_their_own(ground: &Ground) {
    let scope = ground.all().await;
    let vip = label(ground, &scope, "VIP").await;
    let refused = ground.store.create_label(&scope, "VIP", Colour::Warn).await;
    assert!(
        matches!(refused, Err(StoreError::Refused(_))),
        "{refused:?}"
    );
    let bug = label(ground, &scope, "Bug").await;
    let refused = ground
        .store
        .change_label(&scope, &bug.id, "VIP", Colour::Warn)
        .await;
    assert!(
        matches!(refused, Err(StoreError::Refused(_))),
        "{refused:?}"
    );
    let start = position(ground, &scope).await;
    let labels = ground
        .store
        .change_label(&scope, &bug.id, "Defect", Colour::Danger)
        .await;
    let names = |labels: &[Label]| labels.iter().map(|it| it.name.clone()).collect::<Vec<_>>();
    let labels = labels.unwrap();
    assert_eq!(names(&labels), ["Defect", "VIP"]);
    let again = ground
        .store
        .change_label(&scope, &bug.id, "Defect", Colour::Danger)
        .await;
    assert_eq!(again.unwrap(), labels);
    let told = i64::try_from(ground.numbers.len()).unwrap();
    assert_eq!(position(ground, &scope).await, start + told, "told once");
    // Each of its numbers hears of it.
    let only = ground.only(2).await;
    let pilot_inbox::store::EventPage::Events { events, .. } =
        ground.store.events_after(&only, start, 10).await.unwrap()
    else {
        panic!("the log is there");
    };
    let event: LiveEvent = serde_json::from_slice(&events[0].payload).unwrap();
    let number_id = ground.numbers[2].clone();
    assert_eq!(event, LiveEvent::Labels { number_id });
    assert_eq!(events.len(), 1, "once");
    ground.store.delete_label(&scope, &vip.id).await.unwrap();
    assert_eq!(
        names(&ground.store.labels(&scope).await.unwrap()),
        ["Defect"]
    );
}

pub async fn labels_belong_to_numbers(ground: &Ground) {
    let (all, one, other) = (
        ground.all().await,
        ground.only(0).await,
        ground.only(1).await,
    );
    let mine = label(ground, &one, "VIP").await;
    assert_eq!((mine.numbers.len(), mine.shared), (0, false));
    assert_eq!(ground.store.labels(&other).await.unwrap(), []);
    let seen = Label {
        numbers: vec![ground.numbers[0].clone()],
        ..mine.clone()
    };
    assert_eq!(
        ground.store.labels(&all).await.unwrap(),
        std::slice::from_ref(&seen)
    );
    // Who cannot see it has a label of that name, too.
    let theirs = label(ground, &other, "VIP").await;
    assert_ne!(theirs.id, mine.id);

    // It goes on conversations of its number.
    ground.write("100", "5511", 0..1).await;
    ground.write("101", "5522", 0..1).await;
    let (here, there) = (
        ground.with(&all, "5511").await.id,
        ground.with(&all, "5522").await.id,
    );
    let put = Work::Label {
        label: mine.id.clone(),
        on: true,
    };
    let start = position(ground, &all).await;
    for ids in [vec![there.clone()], vec![here.clone(), there.clone()]] {
        let refused = ground.store.change_conversations(&all, &ids, &put).await;
        assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    }
    assert_eq!(position(ground, &all).await, start, "nothing was done");
    work(ground, &one, &here, put).await;

    // Who has none of its numbers can do nothing to it, who has not all of them cannot change it.
    let shared = label(ground, &all, "Shared").await;
    for (id, expected) in [(&mine.id, None), (&shared.id, Some(Code::SharedWithOthers))] {
        for refused in [
            ground
                .store
                .change_label(&other, id, "Mine", Colour::Grey)
                .await,
            ground.store.delete_label(&other, id).await,
        ] {
            match (refused, expected) {
                (Err(StoreError::NotFound), None) => {}
                (Err(StoreError::Refused(error)), Some(code)) => assert_eq!(error.code, code),
                (other, _) => panic!("{other:?}"),
            }
        }
    }
    let again = ground.store.create_label(&other, "Shared", Colour::Ok);
    assert!(matches!(again.await, Err(StoreError::Refused(_))));

    // One that is nobody else's goes to the other numbers of whoever asks for it.
    ground.store.delete_label(&all, &theirs.id).await.unwrap();
    let spread = label(ground, &all, "VIP").await;
    assert_eq!(spread, mine, "the same, and of all numbers");
    let seen = ground.store.labels(&other).await.unwrap();
    let seen = seen.into_iter().find(|label| label.id == mine.id).unwrap();
    assert!(seen.shared);
    work(
        ground,
        &other,
        &there,
        Work::Label {
            label: mine.id.clone(),
            on: true,
        },
    )
    .await;
}

pub async fn what_becomes_one_conversation_keeps_its_work(ground: &Ground) {
    let scope = ground.all().await;
    let ana = operator(ground, "Ana", 0..1).await;
    let vip = label(ground, &scope, "VIP").await;
    ground.write("100", "5511", 0..1).await;
    let by_phone = ground.with(&scope, "5511").await.id;
    work(
        ground,
        &scope,
        &by_phone,
        Work::Label {
            label: vip.id.clone(),
            on: true,
        },
    )
    .await;
    work(
        ground,
        &scope,
        &by_phone,
        Work::Assign {
            operator: Some(ana.clone()),
        },
    )
    .await;
    // The same person, known by another id, until one message names both.
    let hidden = meta::text_by_user("wamid.hidden", "BR.1", AT + 5, "hello");
    ground.take(&meta::messages("100", &[hidden])).await;
    let rows = ground.list(&scope).await;
    assert_eq!(rows.len(), 2);
    let by_id = rows
        .iter()
        .find(|row| row.id != by_phone)
        .unwrap()
        .id
        .clone();
    work(ground, &scope, &by_id, Work::Resolve).await;
    let both = meta::text_by_both("wamid.both", "BR.1", "5511", AT + 6, "it is me");
    ground.take(&meta::messages("100", &[both])).await;
    let rows = ground.list(&scope).await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(rows[0].labels, std::slice::from_ref(&vip.id));
    assert_eq!(rows[0].state, State::Open);
    assert_eq!(rows[0].assignee.as_ref().map(|it| &it.id), Some(&ana));
    let about = ListFilter {
        label: Some(vip.id),
        ..ListFilter::default()
    };
    assert_eq!(part(ground, &scope, &about).await, rows);
}
