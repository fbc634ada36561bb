use super::*;
use crate::ids::{ConversationId, MediaId, MessageId};
use crate::messages::{
    Content, DeliveryStatus, Direction, Failure, Forwarded, Media, Message, Quote, Referral,
    Waiting, timeline,
};

const MINUTE: i64 = 60_000;

/// A picture of the customer's.
fn picture(n: i64) -> Message {
    let id = MediaId::parse(format!("med_{n}")).unwrap();
    let media = Media::bare(id, "image/jpeg", MediaState::Ready);
    let content = Content {
        media: Some(media),
        ..Content::default()
    };
    Message {
        content: content.boxed(),
        sent_at: n,
        ..Message::bare(
            MessageId::parse(format!("msg_{n}")).unwrap(),
            ConversationId::parse("conv_1").unwrap(),
            Direction::Inbound,
            "image",
        )
    }
}

/// Where each stands: the first letter of its side, a dot where it is in no album.
fn sides_with(messages: &[Message], opened: &[&str]) -> String {
    let opened: Vec<String> = opened.iter().map(|key| (*key).to_owned()).collect();
    let days = timeline(messages, std::iter::empty(), None, |_| 0);
    let bubbles = days.iter().flat_map(|day| &day.bubbles);
    bubbles
        .map(|bubble| match &bubble.album {
            Some(album) => album.side(&opened).chars().next().unwrap(),
            None => '.',
        })
        .collect()
}

fn sides(messages: &[Message]) -> String {
    sides_with(messages, &[])
}

fn pictures(count: i64) -> Vec<Message> {
    (1..=count).map(picture).collect()
}

#[test]
fn up_to_four_stand_in_pairs_and_the_rest_is_folded() {
    assert_eq!(sides(&pictures(1)), ".");
    assert_eq!(sides(&pictures(2)), "se");
    assert_eq!(sides(&pictures(3)), "sea");
    assert_eq!(sides(&pictures(4)), "sese");
    assert_eq!(sides(&pictures(5)), "sesef");
    assert_eq!(sides_with(&pictures(5), &["msg_4"]), "sesea");
    assert_eq!(sides_with(&pictures(5), &["msg_9"]), "sesef");
}

#[test]
fn thirty_are_one_group_and_say_how_many_more_there_are() {
    let messages = pictures(30);
    let days = timeline(&messages, std::iter::empty(), None, |_| 0);
    let bubbles = &days[0].bubbles;
    assert_eq!(bubbles.iter().filter(|bubble| bubble.leads).count(), 1);
    let said = |opened: &[String]| -> Vec<(usize, usize)> {
        let more =
            |(at, bubble): (usize, &Bubble)| Some((at, bubble.album.as_ref()?.more(opened)?));
        bubbles.iter().enumerate().filter_map(more).collect()
    };
    assert_eq!(said(&[]), [(3, 27)], "three are seen whole");
    assert_eq!(said(&["msg_4".to_owned()]), []);
    let opened = sides_with(&messages, &["msg_30"]);
    assert_eq!(opened, "se".repeat(15), "whoever of them was opened");
}

#[test]
fn what_says_more_than_a_picture_stands_alone() {
    let alter: [fn(&mut Message); 11] = [
        |m| m.text = Some("Look".into()),
        |m| m.quote = Some(Box::new(Quote::default())),
        |m| m.forwarded = Forwarded::Yes,
        |m| m.revoked_at = Some(1),
        |m| m.kind = "sticker".into(),
        |m| m.content = None,
        |m| {
            m.status = DeliveryStatus::Queued;
            m.waiting = Some(Waiting::until("RETRY", 1));
        },
        |m| {
            m.reaction_failure = Some(Failure {
                code: "131009".into(),
                sentence: "Too old.".into(),
                retryable: false,
            });
        },
        |m| m.status = DeliveryStatus::Failed,
        |m| m.content.as_mut().unwrap().media.as_mut().unwrap().state = MediaState::Failed,
        |m| m.content.as_mut().unwrap().referral = Some(Referral::default()),
    ];
    for (index, alter) in alter.iter().enumerate() {
        let mut messages = pictures(5);
        alter(&mut messages[2]);
        assert_eq!(sides(&messages), "se.se", "{index}");
        let mut messages = pictures(3);
        alter(&mut messages[0]);
        assert_eq!(sides(&messages), ".se", "{index}");
    }
}

#[test]
fn an_album_is_of_one_side_and_one_group() {
    let mut messages = pictures(4);
    messages[2].direction = Direction::Outbound;
    messages[3].direction = Direction::Outbound;
    assert_eq!(sides(&messages), "sese");
    let days = timeline(&messages, std::iter::empty(), None, |_| 0);
    let keys = |at: usize| days[0].bubbles[at].album.clone().unwrap().keys;
    assert_eq!((keys(0).len(), keys(3).len()), (2, 2));
    for message in &mut messages[1..] {
        message.sent_at += 4 * MINUTE;
    }
    assert_eq!(sides(&messages), "..se", "a pause ends it");
    let messages = pictures(4);
    let days = timeline(&messages, std::iter::empty(), Some(&messages[1].id), |_| 0);
    let first = &days[0].bubbles[0];
    assert_eq!(first.album, None, "the line before what is new ends it");
}
