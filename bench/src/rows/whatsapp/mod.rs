//! What WhatsApp asks of the inbox: messages of every type with their files, large bodies, large documents, and its pace.

mod documents;
mod pace;
mod traffic;

use crate::Outcome;
use crate::database::{Database, Place};
use crate::graph::Graph;
use crate::ground::Ground;
use crate::process::Running;
use crate::row::Row;
use crate::workplace::Team;

/// An installation of its own, whose number sends to a Graph API of ours.
struct Scene {
    graph: Graph,
    place: Place,
    team: Team,
    inbox: Running,
}

pub(super) async fn measure(ground: &Ground, on: Database) -> Outcome<Vec<Row>> {
    let graph = Graph::start().await?;
    let place = ground.place(on, "whatsapp").await?;
    let team = Team::sending_to(&place, 0, &graph.base_url).await?;
    let inbox = ground.replica(&place, None).start().await?;
    let scene = Scene {
        graph,
        place,
        team,
        inbox,
    };
    // First: what much traffic leaves in memory would hide what a document needs.
    let documents = documents::measure(&scene).await?;
    let mut rows = vec![traffic::large_bodies(ground, &scene).await?];
    rows.extend(traffic::mixed(ground, &scene).await?);
    rows.extend(documents);
    rows.push(pace::measure(&scene).await?);
    Ok(rows.into_iter().map(|row| row.on(on)).collect())
}
