//! Several servers on one PostgreSQL, with some people who have written.

use super::{Caller, Database, FakeGraph, Inbound, Installation, Postgres, Replica, phone, texts};
use std::collections::BTreeMap;
use std::sync::Arc;

/// They, and what their callers know.
pub struct Replicas {
    pub servers: Vec<Arc<Replica>>,
    pub graph: FakeGraph,
    pub caller: Caller,
    /// For an hour.
    pub token: String,
    /// One with each person.
    pub conversations: Vec<String>,
    database: String,
    _installation: Installation,
}

impl Replicas {
    /// Starts so many servers; each of `people` says hello.
    pub async fn start(
        postgres: &Postgres,
        servers: usize,
        arguments: &[&str],
        people: usize,
    ) -> Self {
        let database = postgres.database().await;
        let graph = FakeGraph::start().await;
        let mut installation = Installation::on_postgres(&database);
        installation.furnish(&graph.base_url());
        let servers: Vec<_> = (0..servers)
            .map(|number| installation.replica(&format!("server-{number}")))
            .map(|server| Arc::new(server.with(arguments)))
            .collect();
        for server in &servers {
            server.start().await;
        }
        graph.report_to(servers.iter().map(|server| server.webhook_url()).collect());
        let caller = installation.caller();
        let first = &servers[0].url;
        for number in 0..people {
            let hello = Inbound {
                text: &format!("hello-{number}"),
                from: &phone(number),
            };
            assert_eq!(caller.deliver(first, hello).await.unwrap().status, 200);
        }
        let token = caller.token(first).await;
        let conversations = caller.conversations(first, &token).await;
        Self {
            conversations: conversations.into_values().collect(),
            servers,
            graph,
            caller,
            token,
            database,
            _installation: installation,
        }
    }

    /// Addresses of all.
    pub fn urls(&self) -> Vec<String> {
        self.servers
            .iter()
            .map(|server| server.url.clone())
            .collect()
    }

    /// How often each text is stored, as the last server tells.
    pub async fn stored(&self) -> BTreeMap<String, u32> {
        let server = &self.servers[self.servers.len() - 1].url;
        let mut all = Vec::new();
        for conversation in &self.conversations {
            all.append(&mut self.caller.thread(server, &self.token, conversation).await);
        }
        texts(&all)
    }

    /// How often each text went out.
    pub fn sent(&self) -> BTreeMap<String, u32> {
        self.graph.sent()
    }

    /// The last position of the log.
    pub async fn end_of_log(&self) -> i64 {
        let mut database = Database::of_url(&self.database).await;
        database.number("SELECT seq FROM tenants").await
    }
}

/// Fails the test unless each of these is there exactly once.
pub fn assert_once<'n>(
    what: &str,
    names: impl IntoIterator<Item = &'n String>,
    counts: &BTreeMap<String, u32>,
) {
    let wrong: Vec<_> = names
        .into_iter()
        .map(|name| (name, counts.get(name).copied().unwrap_or(0)))
        .filter(|(_, count)| *count != 1)
        .collect();
    assert!(
        wrong.is_empty(),
        "{what} another number of times than once: {wrong:?}"
    );
}
