//! From a webhook that one server takes to its event coming out of a stream of another one.

use super::latency::one_at_a_time;
use crate::Outcome;
use crate::database::Database;
use crate::ground::{Ground, Size};
use crate::row::{Budget, Row, Unit};
use crate::sample::Samples;

/// How servers tell each other that there is something new.
#[derive(Clone, Copy)]
pub(super) enum Bus {
    Notify,
    Nats,
}

impl Bus {
    pub(super) const ALL: [Self; 2] = [Self::Notify, Self::Nats];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Notify => "NOTIFY",
            Self::Nats => "NATS",
        }
    }

    /// What the servers are told; nothing for the database's own way.
    pub(super) async fn url(self, ground: &Ground) -> Outcome<Option<&str>> {
        Ok(match self {
            Self::Notify => None,
            Self::Nats => Some(ground.nats().await?),
        })
    }
}

pub(super) async fn measure(ground: &Ground, on: Database) -> Outcome<Vec<Row>> {
    let mut rows = Vec::new();
    for bus in Bus::ALL {
        let samples = from_one_to_the_other(ground, on, bus).await?;
        let row = |percent: f64| {
            Row::new(
                format!(
                    "webhook on server A → event on a stream of server B, {}, p{percent:.0}",
                    bus.name()
                ),
                Unit::Milliseconds,
                samples.percentile(percent),
            )
            .on(on)
        };
        rows.push(row(50.0));
        rows.push(row(99.0).budget(Budget::AtMost(match bus {
            Bus::Notify => 60.0,
            Bus::Nats => 15.0,
        })));
    }
    Ok(rows)
}

async fn from_one_to_the_other(ground: &Ground, on: Database, bus: Bus) -> Outcome<Samples> {
    let many = ground.workplace(on, Size::Many).await?;
    let replica = ground.replica(&many.place, bus.url(ground).await?);
    let (takes, shows) = (replica.start().await?, replica.start().await?);
    let token = many.token(&shows).await?;
    let access = (many.team.phone_number_id.as_str(), token.as_str());
    let count = ground.plan.live_messages;
    one_at_a_time(takes.address, shows.address, access, 1, count)
        .await
        .map_err(|error| format!("from server to server by {}: {error}", bus.name()).into())
}
