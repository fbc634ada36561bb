//! What a message looks like: `1 <sender> <tenant>:<position>,<tenant>:<position>` with hints, `2 <sender> <word>` with what is true for
//! some seconds. A server that knows only the first form passes the second over.

use super::Ears;
use app::ids::TenantId;
use std::fmt::Write;

/// Largest message in bytes: PostgreSQL takes less than 8,000.
const SIZE: usize = 7_900;
const VERSION: &str = "1";
const WORD: &str = "2";

/// As many messages as these hints need.
pub(super) fn write(sender: &str, hints: &[(TenantId, i64)]) -> Vec<String> {
    let mut messages = Vec::new();
    let mut message = String::new();
    let mut hint = String::new();
    for (tenant, position) in hints {
        hint.clear();
        let _ = write!(hint, "{tenant}:{position}");
        if !message.is_empty() && message.len() + 1 + hint.len() > SIZE {
            messages.push(std::mem::take(&mut message));
        }
        if message.is_empty() {
            let _ = write!(message, "{VERSION} {sender} ");
        } else {
            message.push(',');
        }
        message.push_str(&hint);
    }
    if !message.is_empty() {
        messages.push(message);
    }
    messages
}

/// A message with a word; `None` if it is too long for one.
pub(super) fn write_word(sender: &str, word: &str) -> Option<String> {
    let message = [WORD, sender, word].join(" ");
    (message.len() <= SIZE).then_some(message)
}

/// Sender and word; `None` if it is not of this form.
fn read_word(message: &[u8]) -> Option<(&str, &str)> {
    let mut parts = std::str::from_utf8(message).ok()?.splitn(3, ' ');
    let (form, sender, word) = (parts.next()?, parts.next()?, parts.next()?);
    (form == WORD && !sender.is_empty() && !word.is_empty() && message.len() <= SIZE)
        .then_some((sender, word))
}

/// Sender and hints; `None` if it is not of this form.
fn read(message: &[u8]) -> Option<(&str, Vec<(TenantId, i64)>)> {
    if message.len() > SIZE {
        return None;
    }
    let mut parts = std::str::from_utf8(message).ok()?.split(' ');
    let (version, sender, hints) = (parts.next()?, parts.next()?, parts.next()?);
    if version != VERSION || sender.is_empty() || parts.next().is_some() {
        return None;
    }
    let hints = hints.split(',').map(|hint| {
        let (tenant, position) = hint.split_once(':')?;
        let position: i64 = position.parse().ok()?;
        Some((TenantId::parse(tenant)?, position)).filter(|_| position > 0)
    });
    Some((sender, hints.collect::<Option<_>>()?))
}

/// Takes a message that came over the bus, from whomever.
pub(super) fn hear(message: &[u8], own: &str, ears: &dyn Ears) {
    match read_word(message) {
        Some((sender, _)) if sender == own => return,
        Some((_, word)) => return ears.told(word),
        None => {}
    }
    match read(message) {
        Some((sender, _)) if sender == own => ignore("own"),
        Some((_, hints)) => {
            metrics::counter!("pilot_hints_heard_total").increment(hints.len() as u64);
            for (tenant, position) in &hints {
                ears.heard(tenant, *position);
            }
        }
        None => ignore("malformed"),
    }
}

/// Counts hints that went out.
pub(super) fn count_sent(hints: usize) {
    metrics::counter!("pilot_hints_sent_total").increment(hints as u64);
}

fn ignore(reason: &'static str) {
    metrics::counter!("pilot_hints_ignored_total", "reason" => reason).increment(1);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::Mutex;

    fn tenant(name: &str) -> TenantId {
        TenantId::parse(name).unwrap()
    }

    #[derive(Default)]
    struct Heard(Mutex<Vec<(TenantId, i64)>>, Mutex<Vec<String>>);

    impl Ears for Heard {
        fn heard(&self, tenant: &TenantId, position: i64) {
            self.0.lock().unwrap().push((tenant.clone(), position));
        }

        fn told(&self, word: &str) {
            self.1.lock().unwrap().push(word.to_owned());
        }

        fn missed_some(&self) {}
    }

    fn heard(message: &[u8], own: &str) -> Vec<(TenantId, i64)> {
        let ears = Heard::default();
        hear(message, own, &ears);
        ears.0.into_inner().unwrap()
    }

    #[test]
    fn a_message_is_small_and_names_its_sender() {
        let hints = [(tenant("a"), 1), (tenant("b"), i64::MAX)];
        let written = write("s", &hints);
        assert_eq!(written, ["1 s a:1,b:9223372036854775807"]);
        assert_eq!(heard(written[0].as_bytes(), "other"), hints);
        assert_eq!(heard(written[0].as_bytes(), "s"), []);
        assert!(write("s", &[]).is_empty());
    }

    #[test]
    fn a_word_comes_whole_and_not_to_its_sender() {
        let told = |message: &str, own: &str| {
            let ears = Heard::default();
            hear(message.as_bytes(), own, &ears);
            assert!(ears.0.into_inner().unwrap().is_empty());
            ears.1.into_inner().unwrap()
        };
        let message = write_word("s", r#"{"name": "Ana Silva"}"#).unwrap();
        assert_eq!(told(&message, "other"), [r#"{"name": "Ana Silva"}"#]);
        assert!(told(&message, "s").is_empty());
        assert_eq!(write_word("s", &"é".repeat(4_000)), None);
        for bad in ["2", "2 s", "2 s ", "2  word"] {
            assert!(told(bad, "other").is_empty(), "{bad}");
        }
    }

    #[test]
    fn many_hints_make_several_messages() {
        let hints: Vec<(TenantId, i64)> = (1..=1_000)
            .map(|n| (tenant(&format!("tenant_{n:026}")), i64::MAX - n))
            .collect();
        let written = write("01ARZ3NDEKTSV4RRFFQ69G5FAV", &hints);
        assert!(written.len() > 5, "{}", written.len());
        assert!(written.iter().all(|message| message.len() < 8_000));
        let all: Vec<_> = written
            .iter()
            .flat_map(|message| heard(message.as_bytes(), "other"))
            .collect();
        assert_eq!(all, hints);
    }

    #[test]
    fn what_is_not_a_message_is_ignored() {
        let long = format!("1 s {}", "a:1,".repeat(3_000));
        let bad: &[&[u8]] = &[
            b"",
            b" ",
            b"1",
            b"1 s",
            b"1 s ",
            b"1  a:1",
            b"2 s a:1",
            b"1 s a",
            b"1 s a:",
            b"1 s :1",
            b"1 s a:x",
            b"1 s a:0",
            b"1 s a:-1",
            b"1 s a:99999999999999999999",
            b"1 s a/b:1",
            b"1 s a:1,",
            b"1 s a:1, b:2",
            b"1 s a:1 b:2",
            b"\xff\xfe s a:1",
            long.as_bytes(),
        ];
        for message in bad {
            assert_eq!(heard(message, "own"), [], "{:?}", message.escape_ascii());
        }
    }

    proptest! {
        #[test]
        fn no_bytes_do_harm(message in proptest::collection::vec(any::<u8>(), 0..200)) {
            heard(&message, "own");
        }

        #[test]
        fn no_text_of_nearly_the_right_form_does_harm(message in "1 [a-z]{0,3} [a-z0-9:,_ -]{0,60}") {
            for (_, position) in heard(message.as_bytes(), "own") {
                prop_assert!(position > 0);
            }
        }
    }
}
