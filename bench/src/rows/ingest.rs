//! Durable ingest: signed webhooks under load, then what took them is killed and what it acknowledged is counted on disk.

use crate::Outcome;
use crate::call::Call;
use crate::database::Database;
use crate::ground::{Ground, Size};
use crate::meta::{Text, delivery, sentence};
use crate::process::Running;
use crate::row::{Budget, Row, Unit};
use crate::workplace::Workplace;
use crate::wrk::{Load, Measured};
use futures::future::try_join_all;

const CONNECTIONS: usize = 32;
const BODY: usize = 100;
/// More than any machine of today takes; the load stops early rather than repeat a message.
const SINGLES_PER_SECOND: usize = 15_000;
const BODIES_PER_SECOND: usize = 400;
/// Customers who write; they have conversations already.
const CUSTOMERS: usize = 5_000;

pub(super) async fn measure(ground: &Ground, on: Database) -> Outcome<Vec<Row>> {
    let many = ground.workplace(on, Size::Many).await?;
    let commits = super::commits::per_second(ground, on).await?;
    let seconds = usize::try_from(ground.plan.ingest_seconds)?;
    let mut singles = Run {
        name: "single",
        size: 1,
        bodies: SINGLES_PER_SECOND * seconds,
        servers: 1,
    };

    let empty = many.place.size().await?;
    let single = singles.measure(ground, on, many).await?;
    let grown = many.place.size().await? - empty;
    let mut rows = single.sizing(on, grown);

    let bodies = Run {
        name: "hundred",
        size: BODY,
        bodies: BODIES_PER_SECOND * seconds,
        servers: 1,
    };
    let hundred = bodies.measure(ground, on, many).await?;
    // What is promised on PostgreSQL is promised for two servers.
    let promised = |least: f64| (on == Database::Sqlite).then_some(Budget::AtLeast(least));
    let mut runs = vec![
        (
            format!("durable webhooks, {CONNECTIONS} connections"),
            single,
            promised(1_500.0),
        ),
        (
            format!("durable messages, bodies of {BODY}"),
            hundred,
            promised(5_000.0),
        ),
    ];
    if on == Database::Postgres {
        singles.name = "double";
        singles.servers = 2;
        let double = singles.measure(ground, on, many).await?;
        let what = format!("durable webhooks, {CONNECTIONS} connections to two servers");
        runs.push((what, double, Some(Budget::AtLeast(1_500.0))));
        ground.say("counting after a crash of PostgreSQL");
        ground.cluster().await?.lock().await.crash().await?;
    }
    for (what, run, budget) in runs {
        let row = run.row(what, on, many, commits).await?;
        rows.push(match budget {
            Some(budget) => row.budget(budget),
            None => row,
        });
    }
    Ok(rows)
}

/// A load of webhooks.
struct Run {
    /// Stands in the ids of its messages.
    name: &'static str,
    /// Messages of each body.
    size: usize,
    /// Bodies at most.
    bodies: usize,
    /// Servers that share them.
    servers: usize,
}

impl Run {
    async fn measure(&self, ground: &Ground, on: Database, many: &Workplace) -> Outcome<Ingest> {
        let mut servers = Vec::with_capacity(self.servers);
        let mut loads = Vec::with_capacity(self.servers);
        for index in 0..self.servers {
            let server = ground.inbox(on, Size::Many).await?.start().await?;
            let file = format!("{}-{index}", self.name);
            let connections = CONNECTIONS / self.servers;
            let calls = self.calls(index, &many.team.phone_number_id);
            let load = Load::prepare(ground.folder(), &file, server.address, connections, calls)?;
            loads.push(load.once());
            servers.push(server);
        }
        let before = processor_seconds(ground, on, &servers).await;
        let seconds = ground.plan.ingest_seconds;
        let measured = try_join_all(loads.iter().map(|load| load.run(seconds))).await?;
        let after = processor_seconds(ground, on, &servers).await;
        for server in servers {
            server.kill().await?;
        }
        Ingest::of(self, &measured, before, after)
    }

    /// The bodies that one of the servers gets, made one by one.
    fn calls<'a>(&'a self, server: usize, to: &'a str) -> impl Iterator<Item = Call> + 'a {
        let now = jiff::Timestamp::now().as_second();
        let mine = (server..self.bodies).step_by(self.servers);
        mine.map(move |body| {
            let texts: Vec<Text> = (body * self.size..(body + 1) * self.size)
                .map(|index| Text {
                    customer: index * 7919 % CUSTOMERS,
                    id: format!("{}-{index:08}", self.name),
                    body: sentence(index),
                    at: now,
                })
                .collect();
            delivery(to, &texts)
        })
    }
}

/// Seconds of the servers and of the database beside them; `None` where the system does not tell.
async fn processor_seconds(
    ground: &Ground,
    on: Database,
    servers: &[Running],
) -> Option<(f64, f64)> {
    let mut own = 0.0;
    for server in servers {
        own += server.processor_seconds().ok()?;
    }
    let database = match on {
        Database::Sqlite => 0.0,
        Database::Postgres => {
            let cluster = ground.cluster().await.ok()?.lock().await;
            cluster.processor_seconds().ok()?
        }
    };
    Some((own, database))
}

/// What a load came to.
struct Ingest {
    name: &'static str,
    /// Messages per second.
    rate: f64,
    /// Of the slower server, in milliseconds.
    p50: f64,
    p99: f64,
    acknowledged: i64,
    /// Seconds of processors that the servers and the database beside them took.
    processors: Option<(f64, f64)>,
}

impl Ingest {
    fn of(
        run: &Run,
        measured: &[Measured],
        before: Option<(f64, f64)>,
        after: Option<(f64, f64)>,
    ) -> Outcome<Self> {
        let answers: u64 = measured.iter().map(|load| load.answers).sum();
        let slowest = |of: fn(&Measured) -> f64| measured.iter().map(of).fold(0.0, f64::max);
        #[expect(clippy::cast_precision_loss, reason = "a hundred")]
        let rate = measured.iter().map(|load| load.rate).sum::<f64>() * run.size as f64;
        // A load that has used up its bodies may have sent its last ones twice.
        let bodies = usize::try_from(answers)?.min(run.bodies);
        Ok(Self {
            name: run.name,
            rate,
            p50: slowest(|load| load.p50),
            p99: slowest(|load| load.p99),
            acknowledged: i64::try_from(bodies * run.size)?,
            processors: before
                .zip(after)
                .map(|(before, after)| (after.0 - before.0, after.1 - before.1)),
        })
    }

    async fn row(
        &self,
        what: String,
        on: Database,
        many: &Workplace,
        commits: f64,
    ) -> Outcome<Row> {
        let beginning = format!("wamid.{}-", self.name);
        let stored = many.place.count_messages(&beginning).await?;
        let acknowledged = self.acknowledged;
        if stored < acknowledged {
            return Err(format!(
                "{acknowledged} messages were acknowledged and {stored} are stored"
            )
            .into());
        }
        let ending = match on {
            Database::Sqlite => "a kill",
            Database::Postgres => "a kill and a crash of PostgreSQL",
        };
        Ok(Row::new(what, Unit::PerSecond, self.rate)
            .beside(format!(
                "p50 {:.2}, p99 {:.2} ms; {acknowledged} acknowledged, {stored} on disk after {ending}",
                self.p50, self.p99
            ))
            .limit(commits, "synced commits of one row, one after another")
            .on(on))
    }

    /// What a message costs. `grown` is what all of them took on disk, in bytes.
    #[expect(clippy::cast_precision_loss, reason = "some thousands of messages")]
    fn sizing(&self, on: Database, grown: f64) -> Vec<Row> {
        let messages = self.acknowledged as f64;
        let mut rows = vec![
            Row::new(
                "disk for 100,000 messages, with their events",
                Unit::Megabytes,
                grown / messages * 1e5,
            )
            .sizing(on),
        ];
        let mut each = |what: &str, seconds: Option<f64>| {
            rows.push(
                match seconds {
                    Some(seconds) => Row::new(what, Unit::PerSecond, messages / seconds),
                    None => Row::missing(what, "the system does not tell"),
                }
                .sizing(on),
            );
        };
        let (server, database) = self.processors.unzip();
        each("webhooks for each core that a server uses", server);
        if on == Database::Postgres {
            each("webhooks for each core that PostgreSQL uses", database);
        }
        rows
    }
}
