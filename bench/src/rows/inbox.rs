//! The list, a thread and the first screen, over few and over many conversations, against the bare statements.

use super::conversations;
use crate::Outcome;
use crate::call::Call;
use crate::database::Database;
use crate::ground::{Ground, Size};
use crate::process::Running;
use crate::row::{Budget, Row, Unit};
use crate::workplace::{PARENT_ORIGIN, authorised, list_call};
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
    async fn start(ground: &Ground, on: Database, size: Size) -> Outcome<Self> {
        let workplace = ground.workplace(on, size).await?;
        let inbox = ground.inbox(on, size).await?.start().await?;
        let bare = workplace.statements().start().await?;
        let token = workplace.token(&inbox).await?;
        let busy = workplace.busy_conversations(inbox.address, &token).await?;
        Ok(Self {
            inbox,
            bare,
            token,
            busy,
        })
    }

    fn loads(&self, ground: &Ground, name: &str, task: Task) -> Outcome<[Load; 2]> {
        let load = |side: &str, of: &Running, calls: Vec<Call>| {
            Load::prepare(
                ground.folder(),
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

pub(super) async fn measure(ground: &Ground, on: Database) -> Outcome<Vec<Row>> {
    let few = Pair::start(ground, on, Size::Few).await?;
    let many = Pair::start(ground, on, Size::Many).await?;
    let plan = &ground.plan;
    let mut rows = list_of_a_million(ground, on, &few).await?;
    for (task, name) in [
        (Task::List, "list"),
        (Task::Open, "open"),
        (Task::Bootstrap, "bootstrap"),
    ] {
        let [few_inbox, few_bare] = few.loads(ground, &format!("{name}-few"), task)?;
        let [many_inbox, many_bare] = many.loads(ground, &format!("{name}-many"), task)?;
        let loads = [&few_inbox, &few_bare, &many_inbox, &many_bare];
        let [few_inbox, few_bare, many_inbox, many_bare] =
            take_turns(loads, plan.rounds, plan.load_seconds).await?;
        let [few, many, _] = plan.conversations;
        let mut rates = vec![
            rate(on, task, few, &few_inbox, &few_bare),
            rate(on, task, many, &many_inbox, &many_bare),
        ];
        if matches!(task, Task::List) {
            let growth = growth(on, [few, many], [&few_inbox, &many_inbox]);
            rates.push(growth.budget(Budget::TimesAtMost(2.0)));
            rates.append(&mut rows);
        }
        rows.append(&mut rates);
    }
    rows.append(&mut searches(ground, on, &many).await?);
    Ok(rows)
}

/// A phone that one customer has, and words that a great many messages have, beside the list of the same server.
async fn searches(ground: &Ground, on: Database, many: &Pair) -> Outcome<Vec<Row>> {
    let load = |name: &str, call: Call| {
        Load::prepare(
            ground.folder(),
            name,
            many.inbox.address,
            CONNECTIONS,
            vec![call],
        )
    };
    let find = |query: &str| {
        let body = json!({"query": query, "conversation_id": null, "page": {}});
        authorised("/api/search", &body, &many.token)
    };
    let list = load("search-list", list_call(&many.token, &json!({})))?;
    let phone = load("search-phone", find("0000777"))?;
    let words = load("search-words", find("please invo"))?;
    let loads = [&list, &phone, &words];
    let [list, phone, words] =
        take_turns(loads, ground.plan.rounds, ground.plan.load_seconds).await?;
    let row = |what: &str, found: &Turns| {
        let size = conversations(ground.conversations(Size::Many));
        Row::new(
            format!("search for {what}, {size}"),
            Unit::PerSecond,
            found.rate(),
        )
        .beside(format!("p50 {:.2}, p99 {:.2} ms", found.p50(), found.p99()))
        .limit(list.rate(), "the list of the same server")
        .ratio(found.ratio(&list, |measured| measured.rate))
        .on(on)
    };
    Ok(vec![
        row("a part of a phone", &phone),
        row("two common words", &words),
    ])
}

/// The list over the huge data set, beside the list over the small one.
async fn list_of_a_million(ground: &Ground, on: Database, few: &Pair) -> Outcome<Vec<Row>> {
    let huge = Pair::start(ground, on, Size::Huge).await?;
    let [few, _] = few.loads(ground, "list-first", Task::List)?;
    let [huge, _] = huge.loads(ground, "list-huge", Task::List)?;
    let plan = &ground.plan;
    let [few, huge] = take_turns([&few, &huge], plan.rounds, plan.load_seconds).await?;
    let row = growth(
        on,
        [
            ground.conversations(Size::Few),
            ground.conversations(Size::Huge),
        ],
        [&few, &huge],
    );
    Ok(vec![row.budget(Budget::TimesAtMost(1.5))])
}

/// What the list costs with more conversations.
fn growth(on: Database, over: [usize; 2], [few, more]: [&Turns; 2]) -> Row {
    Row::new(
        format!("list, p99 at {}", conversations(over[1])),
        Unit::Milliseconds,
        more.p99(),
    )
    .beside(format!("p50 {:.2} ms", more.p50()))
    .limit(few.p99(), format!("p99 at {}", conversations(over[0])))
    .ratio(more.ratio(few, |measured| measured.p99))
    .on(on)
}

fn rate(on: Database, task: Task, over: usize, ours: &Turns, bare: &Turns) -> Row {
    let row = Row::new(
        format!("{}, {}", task.name(), conversations(over)),
        Unit::PerSecond,
        ours.rate(),
    )
    .beside(format!("p50 {:.2}, p99 {:.2} ms", ours.p50(), ours.p99()))
    .limit(bare.rate(), "a route that runs the bare statements")
    .ratio(ours.ratio(bare, |measured| measured.rate))
    .on(on);
    match (on, task) {
        (Database::Postgres, _) | (_, Task::Bootstrap) => row.budget(Budget::PartAtLeast(0.6)),
        (Database::Sqlite, _) => row,
    }
}
