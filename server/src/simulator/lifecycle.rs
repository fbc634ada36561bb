//! What happens to an accepted send: its statuses, in time, and on the customer's phone.

use std::borrow::Cow;

use tokio::time::{Duration, Instant, sleep_until};

use super::behaviour::Behaviour;
use super::chats::{ChatMessage, Reaction, Tick};
use super::delivery::Receipt;
use super::sent::StatusRecord;
use super::{Simulator, unix_now, webhook};

/// The end that a send will come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It reaches the phone.
    Arrives,
    /// A reaction: Meta reports `sent` and nothing more.
    Reaction,
    /// It fails with this code.
    Fails(i64),
}

/// One status to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) status: Cow<'static, str>,
    /// With `failed`.
    pub(super) code: Option<i64>,
    /// When it happens, in milliseconds after acceptance; its timestamp says so.
    pub(super) happens_ms: u64,
    /// When its webhook starts, in milliseconds after acceptance.
    pub(super) posted_ms: u64,
    /// The webhook goes out, and is tried once, before the send is answered.
    pub(super) before_answer: bool,
    /// No webhook goes out.
    pub(super) lost: bool,
    /// The webhook goes out twice.
    pub(super) twice: bool,
}

/// The statuses of the send with this running number, in the order of their webhooks.
pub(super) fn plan(behaviour: &Behaviour, number: u64, fate: Fate) -> Vec<Step> {
    let delays = behaviour.delay_ms;
    let mut natural: Vec<(&'static str, u64, Option<i64>)> = match fate {
        Fate::Fails(code) => vec![("failed", delays.sent, Some(code))],
        Fate::Reaction => vec![("sent", delays.sent, None)],
        Fate::Arrives => {
            vec![
                ("sent", delays.sent, None),
                ("delivered", delays.delivered.max(delays.sent), None),
            ]
        }
    };
    if behaviour.auto_read && fate == Fate::Arrives {
        natural.push(("read", delays.read.max(delays.delivered), None));
    }
    let order = order_of(behaviour, natural.len(), number);
    let dice = behaviour.dice();
    let mut steps = Vec::with_capacity(natural.len());
    for (place, index) in order.into_iter().enumerate() {
        let (status, happens_ms, code) = natural[index];
        let before_answer = behaviour.reorder && place == 0;
        steps.push(Step {
            status: status.into(),
            code,
            happens_ms,
            posted_ms: if before_answer { 0 } else { natural[place].1 },
            before_answer,
            lost: dice.happens(behaviour.loss_rate, &format!("loss {status}"), number),
            twice: dice.happens(behaviour.duplicate_rate, &format!("copy {status}"), number),
        });
    }
    steps
}

/// The natural order, or with `reorder` one of the others.
fn order_of(behaviour: &Behaviour, length: usize, number: u64) -> Vec<usize> {
    const THREE: [[usize; 3]; 5] = [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    match length {
        2 if behaviour.reorder => vec![1, 0],
        3 if behaviour.reorder => {
            let choice = behaviour.dice().below(5, "order", number);
            THREE[usize::try_from(choice).unwrap_or(0)].to_vec()
        }
        _ => (0..length).collect(),
    }
}

impl Simulator {
    /// Lets the planned statuses happen, each at its time.
    pub(super) fn live_through(&self, id: String, steps: Vec<Step>) {
        let simulator = self.clone();
        let life = self.life();
        let start = Instant::now();
        tokio::spawn(life.run_until_cancelled_owned(async move {
            for step in steps {
                sleep_until(start + Duration::from_millis(step.posted_ms)).await;
                simulator.happen(&id, &step);
            }
        }));
    }

    /// One status happens: on the record, on the phone, and as a webhook unless that is lost.
    pub(super) fn happen(&self, id: &str, step: &Step) -> Option<Receipt> {
        let mut state = self.state();
        let sent = state.sent.get_mut(id)?;
        let at = sent.accepted_at + i64::try_from(step.happens_ms / 1000).unwrap_or(0);
        sent.statuses.push(StatusRecord {
            status: step.status.to_string(),
            at,
            lost: step.lost,
            code: step.code,
        });
        let read_now = step.status == "delivered" && sent.read_asked && !sent.had("read");
        let sent = sent.clone();
        let customer = state.customers.get(sent.customer).clone();
        let drawn = ChatMessage::drawn(&state.files, &sent.kind, &sent.body);
        let chat = state.chat_mut(&sent.phone_number_id, sent.customer);
        let here = chat.messages.iter().any(|message| message.id == sent.id);
        match step.status.as_ref() {
            "sent" if sent.kind == "reaction" => {
                let reaction = &sent.body["reaction"];
                let emoji = reaction["emoji"].as_str().unwrap_or_default().to_owned();
                let target = reaction["message_id"].as_str().unwrap_or_default();
                chat.react(
                    target,
                    Reaction {
                        from_customer: false,
                        emoji,
                    },
                );
            }
            "delivered" | "read" if !here => chat.add(ChatMessage {
                id: sent.id.clone(),
                from_customer: false,
                at: sent.accepted_at,
                status: if step.status == "read" {
                    Tick::Read
                } else {
                    Tick::Delivered
                },
                reply_to: sent.body["context"]["message_id"]
                    .as_str()
                    .map(str::to_owned),
                ..drawn
            }),
            "read" => chat.read_by_customer(),
            _ => {}
        }
        let receipt = if step.lost {
            None
        } else {
            let status = webhook::status(&sent, &customer, &step.status, at, step.code);
            let members = webhook::status_members(&customer, status);
            let number = &sent.phone_number_id;
            self.post_change(
                &state,
                number,
                customer.address(),
                "messages",
                members,
                step.twice,
            )
        };
        drop(state);
        self.announce_chat(&sent.phone_number_id, customer.address());
        if read_now {
            self.happen_read(&sent.id);
        }
        receipt
    }

    /// The customer opens the chat: what is there is read now, what is under way on arrival.
    ///
    /// Answers the ids read now, or `None` if there is no such customer.
    pub(super) fn customer_reads(
        &self,
        phone_number_id: &str,
        address: &str,
    ) -> Option<Vec<String>> {
        let mut state = self.state();
        let customer = state.customers.find(address)?;
        let mut read_now = Vec::new();
        for sent in state.sent.iter_mut() {
            let concerned = sent.phone_number_id == phone_number_id
                && sent.customer == customer
                && !sent.read_asked
                && !sent.had("failed")
                && !sent.had("read");
            if concerned {
                sent.read_asked = true;
                if sent.had("delivered") && sent.kind != "reaction" {
                    read_now.push(sent.id.clone());
                }
            }
        }
        state.chat_mut(phone_number_id, customer).read_by_customer();
        drop(state);
        for id in &read_now {
            self.happen_read(id);
        }
        Some(read_now)
    }

    /// The customer hears a voice note. Whether that is worth telling: not the second time, nor for what is none.
    pub(super) fn customer_plays(&self, id: &str) -> bool {
        let worth = self.state().sent.get(id).is_some_and(|sent| {
            sent.body["audio"]["voice"] == true && sent.had("delivered") && !sent.had("played")
        });
        if worth {
            self.happen_now(id, "played");
        }
        worth
    }

    fn happen_read(&self, id: &str) {
        self.happen_now(id, "read");
    }

    fn happen_now(&self, id: &str, status: &'static str) {
        let step = {
            let state = self.state();
            let Some(sent) = state.sent.get(id) else {
                return;
            };
            let elapsed = u64::try_from(unix_now() - sent.accepted_at).unwrap_or(0) * 1000;
            let dice = state.behaviour.dice();
            Step {
                status: status.into(),
                code: None,
                happens_ms: elapsed,
                posted_ms: elapsed,
                before_answer: false,
                lost: dice.happens(
                    state.behaviour.loss_rate,
                    &format!("loss {status}"),
                    sent.number,
                ),
                twice: dice.happens(
                    state.behaviour.duplicate_rate,
                    &format!("copy {status}"),
                    sent.number,
                ),
            }
        };
        drop(self.happen(id, &step));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statuses(steps: &[Step]) -> Vec<&str> {
        steps.iter().map(|step| step.status.as_ref()).collect()
    }

    #[test]
    fn the_calm_plan_is_sent_then_delivered() {
        let steps = plan(&Behaviour::default(), 1, Fate::Arrives);
        assert_eq!(statuses(&steps), ["sent", "delivered"]);
        assert_eq!((steps[0].posted_ms, steps[1].posted_ms), (300, 800));
        assert!(
            steps
                .iter()
                .all(|step| !step.lost && !step.twice && !step.before_answer)
        );
    }

    #[test]
    fn failures_and_reactions_have_one_status() {
        let failed = plan(&Behaviour::default(), 1, Fate::Fails(131_047));
        assert_eq!(
            (statuses(&failed), failed[0].code),
            (vec!["failed"], Some(131_047))
        );
        let auto = Behaviour {
            auto_read: true,
            ..Behaviour::default()
        };
        assert_eq!(statuses(&plan(&auto, 1, Fate::Reaction)), ["sent"]);
    }

    #[test]
    fn reorder_is_never_natural_starts_before_the_answer_and_repeats_by_seed() {
        let behaviour = Behaviour {
            reorder: true,
            auto_read: true,
            seed: 3,
            ..Behaviour::default()
        };
        let orders: Vec<_> = (0..50)
            .map(|n| plan(&behaviour, n, Fate::Arrives))
            .collect();
        for steps in &orders {
            assert_ne!(statuses(steps), ["sent", "delivered", "read"]);
            assert!(steps[0].before_answer && !steps[1].before_answer);
            assert!(
                steps
                    .windows(2)
                    .all(|pair| pair[0].posted_ms <= pair[1].posted_ms)
            );
            // What happened keeps its own time, only the webhooks are out of order.
            let delivered = steps.iter().find(|step| step.status == "delivered");
            assert_eq!(delivered.map(|step| step.happens_ms), Some(800));
        }
        let again: Vec<_> = (0..50)
            .map(|n| plan(&behaviour, n, Fate::Arrives))
            .collect();
        assert_eq!(orders, again);
        let other = Behaviour {
            seed: 4,
            ..behaviour
        };
        assert_ne!(
            orders,
            (0..50)
                .map(|n| plan(&other, n, Fate::Arrives))
                .collect::<Vec<_>>()
        );
    }

    #[test]
    fn loss_and_duplication_repeat_by_seed() {
        let behaviour = Behaviour {
            loss_rate: 0.5,
            duplicate_rate: 0.5,
            seed: 9,
            ..Behaviour::default()
        };
        let run = |behaviour: &Behaviour| {
            (0..200)
                .flat_map(|n| plan(behaviour, n, Fate::Arrives))
                .map(|step| (step.lost, step.twice))
                .collect::<Vec<_>>()
        };
        let outcome = run(&behaviour);
        assert_eq!(outcome, run(&behaviour));
        let lost = outcome.iter().filter(|(lost, _)| *lost).count();
        let twice = outcome.iter().filter(|(_, twice)| *twice).count();
        assert!(
            (140..260).contains(&lost) && (140..260).contains(&twice),
            "{lost} {twice}"
        );
        assert_ne!(
            outcome,
            run(&Behaviour {
                seed: 10,
                ..behaviour
            })
        );
    }
}
