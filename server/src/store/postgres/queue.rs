//! Deliveries wait here while the one before them is committed, and then go together: one transaction and one synchronisation to disk
//! for all that came meanwhile. Each is answered only after it.

use super::transaction::{Tries, Tx, outcome};
use crate::ingest::NumberChanges;
use crate::store::health::Trouble;
use crate::store::{CommitListener, Ingested, StoreError};
use sqlx::postgres::PgPool;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// Lanes side by side, so that one tenant's locked row holds up none of the others. A number always goes in the same lane.
const LANES: usize = 4;
/// Deliveries that may wait in a lane before callers have to.
const WAITING: usize = 1024;
/// Most deliveries of one commit.
const GROUP: usize = 256;

type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

enum Job {
    Take(Vec<NumberChanges>, Reply<Ingested>),
    Close(oneshot::Sender<()>),
}

/// The lanes of one process.
pub(super) struct Queue(Vec<mpsc::Sender<Job>>);

impl Queue {
    pub fn start(pool: &PgPool, listener: &Arc<dyn CommitListener>, trouble: &Trouble) -> Self {
        let lanes = (0..LANES).map(|_| {
            let (sender, jobs) = mpsc::channel(WAITING);
            let lane = Lane {
                pool: pool.clone(),
                listener: listener.clone(),
                trouble: trouble.clone(),
            };
            tokio::spawn(lane.run(jobs));
            sender
        });
        Self(lanes.collect())
    }

    pub async fn take(&self, changes: Vec<NumberChanges>) -> Result<Ingested, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.lane_of(&changes)
            .send(Job::Take(changes, reply))
            .await
            .map_err(|_| StoreError::Unavailable)?;
        answer.await.map_err(|_| StoreError::Unavailable)?
    }

    /// Commits what waits, and takes nothing more.
    pub async fn close(&self) {
        for lane in &self.0 {
            let (done, closed) = oneshot::channel();
            if lane.send(Job::Close(done)).await.is_ok() {
                // An error says that the lane has ended already.
                let _ = closed.await;
            }
        }
    }

    fn lane_of(&self, changes: &[NumberChanges]) -> &mpsc::Sender<Job> {
        let number = changes.first().map(|of| of.phone_number_id.as_str());
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(number);
        &self.0[usize::try_from(hash % LANES as u64).unwrap_or(0)]
    }
}

struct Lane {
    pool: PgPool,
    listener: Arc<dyn CommitListener>,
    trouble: Trouble,
}

impl Lane {
    async fn run(self, mut jobs: mpsc::Receiver<Job>) {
        let mut group = Vec::with_capacity(GROUP);
        loop {
            if jobs.recv_many(&mut group, GROUP).await == 0 {
                return;
            }
            let mut closing = Vec::new();
            let mut deliveries = Vec::with_capacity(group.len());
            for job in group.drain(..) {
                match job {
                    Job::Take(changes, reply) => deliveries.push((changes, reply)),
                    Job::Close(done) => closing.push(done),
                }
            }
            if !deliveries.is_empty() {
                self.take_together(deliveries).await;
            }
            if !closing.is_empty() {
                jobs.close();
                for done in closing {
                    // Whoever waited may have gone.
                    let _ = done.send(());
                }
                return;
            }
        }
    }

    /// All in one transaction. If together they fail, each is tried by itself, so that one bad delivery costs no other.
    async fn take_together(&self, deliveries: Vec<(Vec<NumberChanges>, Reply<Ingested>)>) {
        let all: Vec<&[NumberChanges]> = deliveries
            .iter()
            .map(|(changes, _)| changes.as_slice())
            .collect();
        match self.commit(&all).await {
            Ok(counts) => {
                for ((_, reply), counts) in deliveries.into_iter().zip(counts) {
                    // The caller may have gone; the work is done all the same.
                    let _ = reply.send(Ok(counts));
                }
            }
            Err(StoreError::Unavailable) => {
                for (_, reply) in deliveries {
                    let _ = reply.send(Err(StoreError::Unavailable));
                }
            }
            Err(error) if deliveries.len() == 1 => {
                tracing::error!(%error, "a delivery could not be stored");
                for (_, reply) in deliveries {
                    let _ = reply.send(Err(StoreError::Unavailable));
                }
            }
            Err(_) => {
                for delivery in deliveries {
                    Box::pin(self.take_together(vec![delivery])).await;
                }
            }
        }
    }

    async fn commit(&self, deliveries: &[&[NumberChanges]]) -> Result<Vec<Ingested>, StoreError> {
        let mut tries = Tries::begin();
        loop {
            match self.try_once(deliveries).await {
                Ok(counts) => return Ok(counts),
                Err(error) => {
                    if !tries.again(&error).await {
                        return Err(outcome(error, &self.trouble));
                    }
                }
            }
        }
    }

    async fn try_once(&self, deliveries: &[&[NumberChanges]]) -> Result<Vec<Ingested>, StoreError> {
        let mut tx = Tx::begin(&self.pool).await?;
        let counts = super::ingest::ingest(&mut tx, deliveries).await?;
        tx.commit(&self.listener).await?;
        Ok(counts)
    }
}
