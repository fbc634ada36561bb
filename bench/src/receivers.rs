//! Receivers of webhooks, each on a port of its own as those of different customers are: many that take everything, and one that accepts
//! each connection and never answers.

use crate::Outcome;
use crate::listener::index_of;
use axum::Router;
use axum::extract::State;
use axum::routing::post;
use bytes::Bytes;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use tokio::net::TcpListener;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinHandle;

/// A receiver was told of message number `index`.
#[derive(Debug, Clone, Copy)]
pub struct Told {
    /// Which receiver.
    pub receiver: usize,
    /// Which message.
    pub index: usize,
    /// When the whole request was there.
    pub at: Instant,
}

/// Receives until it is dropped.
pub struct Receiver {
    /// What a webhook is given.
    pub url: String,
    connections: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Receiver {
    /// One that takes everything, and reports what it is told of messages of ours.
    pub async fn taking(receiver: usize, told: UnboundedSender<Told>) -> Outcome<Self> {
        let take = async |State((receiver, told)): State<(usize, UnboundedSender<Told>)>,
                          body: Bytes| {
            let at = Instant::now();
            if let Some(index) = index_of(&body) {
                // Nobody waits any more: the measurement is over.
                let _ = told.send(Told {
                    receiver,
                    index,
                    at,
                });
            }
        };
        let (listener, url) = listen().await?;
        let router = Router::new()
            .route("/", post(take))
            .with_state((receiver, told));
        // It ends with its listener, which nobody takes away.
        let serving = axum::serve(listener, router).into_future();
        Ok(Self {
            url,
            connections: Arc::default(),
            task: tokio::spawn(async move { drop(serving.await) }),
        })
    }

    /// One that accepts, and says nothing ever.
    pub async fn dead() -> Outcome<Self> {
        let (listener, url) = listen().await?;
        let connections = Arc::<AtomicUsize>::default();
        let count = connections.clone();
        let task = tokio::spawn(async move {
            let mut open = Vec::new();
            while let Ok((connection, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::Relaxed);
                open.push(connection);
            }
        });
        Ok(Self {
            url,
            connections,
            task,
        })
    }

    /// Connections that the dead one has accepted.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn listen() -> Outcome<(TcpListener, String)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let url = format!("http://{}/", listener.local_addr()?);
    Ok((listener, url))
}
