//! Two thousand streams on two servers: ten tenants, each event for the two hundred streams of its tenant, half of them on either server.

use super::hop::Bus;
use super::latency::{Audience, WARM_UP};
use crate::Outcome;
use crate::database::{Database, Place};
use crate::ground::Ground;
use crate::http::Http;
use crate::row::{Budget, Row, Unit};
use crate::sample::Samples;
use crate::workplace::Team;

const TEAMS: usize = 10;
/// Streams of each team on each server.
const STREAMS: usize = 100;
const SERVERS: usize = 2;
const LISTENERS: usize = STREAMS * SERVERS;
const _: () = assert!(TEAMS * LISTENERS == 2_000, "the rows say so");

pub(super) async fn measure(ground: &Ground, on: Database) -> Outcome<Vec<Row>> {
    let place = ground.place(on, "crowd").await?;
    let mut teams = Vec::with_capacity(TEAMS);
    for index in 0..TEAMS {
        teams.push(Team::make(&place, index).await?);
    }
    let mut rows = Vec::new();
    for bus in Bus::ALL {
        let samples = hear(ground, &place, &teams, bus).await?;
        let row = |percent: f64| {
            Row::new(
                format!(
                    "webhook → event, 2,000 streams on two servers, {LISTENERS} listeners each time, {}, p{percent:.0}",
                    bus.name()
                ),
                Unit::Milliseconds,
                samples.percentile(percent),
            )
            .on(on)
        };
        rows.push(row(50.0));
        rows.push(row(99.0).budget(Budget::AtMost(60.0)));
    }
    Ok(rows)
}

async fn hear(ground: &Ground, place: &Place, teams: &[Team], bus: Bus) -> Outcome<Samples> {
    let replica = ground.replica(place, bus.url(ground).await?);
    let mut audience = Audience::empty();
    let (mut servers, mut webhooks) = (Vec::new(), Vec::new());
    for _ in 0..SERVERS {
        let server = replica.start().await?;
        for team in teams {
            let token = team.token(&server).await?;
            audience.join(server.address, &token, STREAMS).await?;
        }
        webhooks.push(Http::connect(server.address).await?);
        servers.push(server);
    }
    let mut samples = Vec::new();
    for turn in 0..ground.plan.crowd_messages + WARM_UP * 2 {
        let team = &teams[turn % TEAMS];
        let webhook = &mut webhooks[turn / TEAMS % SERVERS];
        let took = audience
            .hear(webhook, &team.phone_number_id, LISTENERS)
            .await
            .map_err(|error| format!("two thousand streams by {}: {error}", bus.name()))?;
        // Each team once on each server warms up.
        if turn >= WARM_UP * 2 {
            samples.extend(took);
        }
    }
    Ok(samples.into_iter().collect())
}
