//! The list, a thread and the first screen, over few and over many conversations, against the bare statements.

use super::Bench;
use crate::Outcome;
use crate::call::Call;
use crate::process::Running;
use crate::table::{Budget, Row, Unit};
use crate::workplace::{PARENT_ORIGIN, Workplace, authorised, list_call};
use crate::wrk::{Load, Turns, take_turns};
use serde_json::{Value, json};

const CONNECTIONS: usize = 16;

/// The inbox and the bare statements on the same data.
struct Pair {
    inbox: Running,
    bare: Running,
    token: String,
    busy: Vec<String>,
}

impl Pair {
    async fn start(bench: &Bench, on: &Workplace) -> Outcome<Self> {
        let inbox = bench.inbox(on).start().await?;
        let bare = on.statements().start().await?;
        let token = on.token(&inbox).await?;
        let busy = on.busy_conversations(inbox.address, &token).await?;
        Ok(Self {
            inbox,
            bare,
            token,
            busy,
        })
    }

    fn loads(&self, bench: &Bench, name: &str, task: Task) -> Outcome<[Load; 2]> {
        let load = |side: &str, of: &Running, calls: Vec<Call>| {
            Load::prepare(
                bench.ground.path(),
                &format!("{name}-{side}"),
                of.address,
                CONNECTIONS,
                calls,
            )
        };
        Ok([
            load("inbox", &self.inbox, task.of_inbox(self))?,
            load("bare", &self.bare, task.of_bare(&self.busy))?,
        ])
    }
}

#[derive(Clone, Copy)]
enum Task {
    List,
    Open,
    Bootstrap,
}

impl Task {
    const fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Open => "open a conversation",
            Self::Bootstrap => "`bootstrap`",
        }
    }

    fn of_inbox(self, pair: &Pair) -> Vec<Call> {
        let each = |path: &str, body: &dyn Fn(&str) -> Value| {
            pair.busy
                .iter()
                .map(|id| authorised(path, &body(id), &pair.token))
                .collect()
        };
        match self {
            Self::List => vec![list_call(&pair.token, &json!({}))],
            Self::Open => each(
                "/api/messages/list",
                &|id| json!({"conversation_id": id, "page": {}}),
            ),
            Self::Bootstrap => each(
                "/api/bootstrap",
                &|id| json!({"parent_origin": PARENT_ORIGIN, "open": id}),
            ),
        }
    }

    fn of_bare(self, busy: &[String]) -> Vec<Call> {
        let path = match self {
            Self::List => return vec![Call::post("/list", "{}")],
            Self::Open => "/open",
            Self::Bootstrap => "/bootstrap",
        };
        busy.iter()
            .map(|id| Call::post(path, json!({"open": id}).to_string()))
            .collect()
    }
}

pub(super) async fn measure(bench: &Bench) -> Outcome<Vec<Row>> {
    let few = Pair::start(bench, &bench.few).await?;
    let many = Pair::start(bench, &bench.many).await?;
    let mut rows = Vec::new();
    for (task, name) in [
        (Task::List, "list"),
        (Task::Open, "open"),
        (Task::Bootstrap, "bootstrap"),
    ] {
        let [few_inbox, few_bare] = few.loads(bench, &format!("{name}-few"), task)?;
        let [many_inbox, many_bare] = many.loads(bench, &format!("{name}-many"), task)?;
        let loads = [&few_inbox, &few_bare, &many_inbox, &many_bare];
        let [few_inbox, few_bare, many_inbox, many_bare] =
            take_turns(loads, bench.plan.rounds, bench.plan.load_seconds).await?;
        rows.push(rate(task, super::FEW, &few_inbox, &few_bare));
        rows.push(rate(task, bench.plan.many, &many_inbox, &many_bare));
        if matches!(task, Task::List) {
            rows.push(
                Row::new(
                    format!("list, p99 at {}", conversations(bench.plan.many)),
                    Unit::Milliseconds,
                    many_inbox.p99(),
                )
                .limit(
                    few_inbox.p99(),
                    format!("p99 at {}", conversations(super::FEW)),
                )
                .ratio(many_inbox.ratio(&few_inbox, |measured| measured.p99))
                .budget(Budget::TimesAtMost(2.0)),
            );
        }
    }
    Ok(rows)
}

fn rate(task: Task, over: usize, ours: &Turns, bare: &Turns) -> Row {
    let row = Row::new(
        format!("{}, {}", task.name(), conversations(over)),
        Unit::PerSecond,
        ours.rate(),
    )
    .beside(format!("p50 {:.2}, p99 {:.2} ms", ours.p50(), ours.p99()))
    .limit(
        bare.rate(),
        format!(
            "its bare statements (p50 {:.2}, p99 {:.2} ms)",
            bare.p50(),
            bare.p99()
        ),
    )
    .ratio(ours.ratio(bare, |measured| measured.rate));
    match task {
        Task::Bootstrap => row.budget(Budget::PartAtLeast(0.6)),
        Task::List | Task::Open => row,
    }
}

fn conversations(count: usize) -> String {
    if count >= 1000 {
        format!("{},{:03} conversations", count / 1000, count % 1000)
    } else {
        format!("{count} conversations")
    }
}
