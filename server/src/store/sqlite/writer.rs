//! The one writer. Jobs that wait together are committed together: one synchronisation to disk for all of them, and each caller
//! is answered only after it.

use crate::ingest::NumberChanges;
use crate::store::{CommitListener, Ingested, LoggedEvent, StoreError};
use app::ids::TenantId;
use futures::future::BoxFuture;
use sqlx::Connection;
use sqlx::SqliteConnection;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// Jobs that may wait for the writer before callers have to.
const QUEUE: usize = 1024;
/// Most jobs of one commit.
const GROUP: usize = 256;

/// What a job works with: the connection, inside a transaction, and the events to publish after the commit.
pub(super) struct Tx<'c> {
    pub connection: &'c mut SqliteConnection,
    pub events: &'c mut Vec<LoggedEvent>,
}

impl Tx<'_> {
    /// Takes the next positions of a tenant's log; returns the last of them.
    pub async fn take_seqs(&mut self, tenant: &TenantId, count: i64) -> Result<i64, StoreError> {
        sqlx::query_scalar("UPDATE tenants SET seq = seq + ? WHERE id = ? RETURNING seq")
            .bind(count)
            .bind(tenant.as_str())
            .fetch_optional(&mut *self.connection)
            .await?
            .ok_or(StoreError::NotFound)
    }

    /// Writes an event into the log.
    pub async fn log(&mut self, event: LoggedEvent) -> Result<(), StoreError> {
        let payload =
            std::str::from_utf8(&event.payload).map_err(|e| StoreError::Data(e.to_string()))?;
        sqlx::query(
            "INSERT INTO events (tenant_id, seq, number_id, payload, at) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(event.tenant.as_str())
        .bind(event.seq)
        .bind(event.number.as_str())
        .bind(payload)
        .bind(crate::clock::now_ms())
        .execute(&mut *self.connection)
        .await?;
        self.events.push(event);
        Ok(())
    }

    /// Access was taken away: every process looks again.
    pub async fn access_changed(&mut self) -> Result<(), StoreError> {
        sqlx::query("UPDATE access_epoch SET epoch = epoch + 1")
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }
}

/// Answers the caller; `Err` if the commit failed.
type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
type Work = Box<dyn for<'t> FnOnce(&'t mut Tx<'_>) -> BoxFuture<'t, Result<Answer, Answer>> + Send>;
type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

enum Job {
    Work(Work),
    Ingest(Vec<NumberChanges>, Reply<Ingested>),
    Close(oneshot::Sender<()>),
}

/// Handle to the writer task.
pub(super) struct Writer {
    jobs: mpsc::Sender<Job>,
}

impl Writer {
    pub fn start(connection: SqliteConnection, listener: Arc<dyn CommitListener>) -> Self {
        let (jobs, queue) = mpsc::channel(QUEUE);
        // It ends when the last sender has gone, or when it is told to close.
        tokio::spawn(run(connection, queue, listener));
        Self { jobs }
    }

    /// Runs `work` in a transaction and answers after the commit. An error undoes this work and nothing else's.
    pub async fn run<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx<'_>) -> BoxFuture<'t, Result<T, StoreError>> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let work: Work = Box::new(move |tx| {
            Box::pin(async move {
                match work(tx).await {
                    Ok(value) => Ok(Box::new(move |committed: Result<(), StoreError>| {
                        // The caller may have gone; the work is done all the same.
                        let _ = reply.send(committed.map(|()| value));
                    }) as Answer),
                    Err(error) => Err(Box::new(move |_: Result<(), StoreError>| {
                        let _ = reply.send(Err(error));
                    }) as Answer),
                }
            })
        });
        self.jobs
            .send(Job::Work(work))
            .await
            .map_err(|_| StoreError::Unavailable)?;
        answer.await.map_err(|_| StoreError::Unavailable)?
    }

    /// Takes a delivery; deliveries that wait together are worked through together.
    pub async fn ingest(&self, changes: Vec<NumberChanges>) -> Result<Ingested, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.jobs
            .send(Job::Ingest(changes, reply))
            .await
            .map_err(|_| StoreError::Unavailable)?;
        answer.await.map_err(|_| StoreError::Unavailable)?
    }

    /// Commits what is queued and closes the connection.
    pub async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.jobs.send(Job::Close(done)).await.is_ok() {
            let _ = closed.await;
        }
    }
}

async fn run(
    mut connection: SqliteConnection,
    mut queue: mpsc::Receiver<Job>,
    listener: Arc<dyn CommitListener>,
) {
    let mut group = Vec::with_capacity(GROUP);
    loop {
        if queue.recv_many(&mut group, GROUP).await == 0 {
            return;
        }
        let mut closing = Vec::new();
        let mut jobs = Vec::with_capacity(group.len());
        for job in group.drain(..) {
            match job {
                Job::Close(done) => closing.push(done),
                other => jobs.push(other),
            }
        }
        if !jobs.is_empty() {
            let mut events = Vec::new();
            let (answers, committed) = commit_group(&mut connection, jobs, &mut events).await;
            if committed.is_ok() {
                listener.committed(events);
            }
            let failed = committed.is_err();
            if let Err(error) = &committed {
                tracing::error!(%error, "a group of writes was not committed");
            }
            for answer in answers {
                answer(if failed {
                    Err(StoreError::Unavailable)
                } else {
                    Ok(())
                });
            }
        }
        if !closing.is_empty() {
            queue.close();
            if let Err(error) = connection.close().await {
                tracing::warn!(%error, "closing the database failed");
            }
            for done in closing {
                let _ = done.send(());
            }
            return;
        }
    }
}

async fn commit_group(
    connection: &mut SqliteConnection,
    jobs: Vec<Job>,
    events: &mut Vec<LoggedEvent>,
) -> (Vec<Answer>, Result<(), StoreError>) {
    let deliveries: Option<Vec<&[NumberChanges]>> = jobs
        .iter()
        .map(|job| match job {
            Job::Ingest(changes, _) => Some(changes.as_slice()),
            Job::Work(_) | Job::Close(_) => None,
        })
        .collect();
    if let Some(deliveries) = deliveries
        && let Ok(counts) = ingest_alone(connection, &deliveries, events).await
    {
        let answers = jobs
            .into_iter()
            .zip(counts)
            .map(|(job, counts)| answer(job, counts))
            .collect();
        return (answers, Ok(()));
    }
    let mut answers: Vec<Answer> = Vec::with_capacity(jobs.len());
    // IMMEDIATE: a deferred transaction that reads and then writes may fail with a snapshot error that no timeout cures.
    let mut transaction = match connection.begin_with("BEGIN IMMEDIATE").await {
        Ok(transaction) => transaction,
        Err(error) => {
            for job in jobs {
                answers.push(refuse(job));
            }
            return (answers, Err(error.into()));
        }
    };
    let mut deliveries: Vec<(Vec<NumberChanges>, Reply<Ingested>)> = Vec::new();
    for job in jobs {
        match job {
            Job::Ingest(changes, reply) => deliveries.push((changes, reply)),
            Job::Work(work) => {
                // What came first is applied first.
                ingest_together(
                    &mut transaction,
                    std::mem::take(&mut deliveries),
                    events,
                    &mut answers,
                )
                .await;
                let before = events.len();
                match in_savepoint(&mut transaction, events, work).await {
                    Ok(answer) => answers.push(answer),
                    Err(answer) => {
                        events.truncate(before);
                        answers.push(answer);
                    }
                }
            }
            Job::Close(_) => {}
        }
    }
    ingest_together(&mut transaction, deliveries, events, &mut answers).await;
    let committed = transaction.commit().await.map_err(StoreError::from);
    (answers, committed)
}

/// Nothing but deliveries, which is what a busy moment is made of: they need no savepoint of their own. If they fail, nothing has
/// happened, and the careful way finds the one that is to blame.
async fn ingest_alone(
    connection: &mut SqliteConnection,
    deliveries: &[&[NumberChanges]],
    events: &mut Vec<LoggedEvent>,
) -> Result<Vec<Ingested>, StoreError> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let mut logged = Vec::new();
    let mut tx = Tx {
        connection: &mut transaction,
        events: &mut logged,
    };
    let counts = match super::ingest::ingest(&mut tx, deliveries).await {
        Ok(counts) => counts,
        Err(error) => {
            transaction.rollback().await?;
            return Err(error);
        }
    };
    transaction.commit().await?;
    events.append(&mut logged);
    Ok(counts)
}

fn answer(job: Job, counts: Ingested) -> Answer {
    match job {
        Job::Ingest(_, reply) => Box::new(move |committed| {
            // The caller may have gone; the work is done all the same.
            let _ = reply.send(committed.map(|()| counts));
        }),
        Job::Work(_) | Job::Close(_) => Box::new(|_| {}),
    }
}

async fn in_savepoint(
    connection: &mut SqliteConnection,
    events: &mut Vec<LoggedEvent>,
    work: Work,
) -> Result<Answer, Answer> {
    let mut savepoint = match connection.begin().await {
        Ok(savepoint) => savepoint,
        Err(error) => {
            tracing::error!(%error, "a savepoint failed");
            return Err(Box::new(|_| {}));
        }
    };
    let outcome = work(&mut Tx {
        connection: &mut savepoint,
        events,
    })
    .await;
    match outcome {
        Ok(answer) => match savepoint.commit().await {
            Ok(()) => Ok(answer),
            Err(error) => {
                tracing::error!(%error, "a write was undone");
                Err(Box::new(move |_| answer(Err(StoreError::Unavailable))))
            }
        },
        Err(answer) => {
            if let Err(error) = savepoint.rollback().await {
                tracing::error!(%error, "undoing a write failed");
            }
            Err(answer)
        }
    }
}

/// Works through several deliveries at once. If together they fail, each is tried by itself, so that one bad delivery costs no other.
async fn ingest_together(
    connection: &mut SqliteConnection,
    deliveries: Vec<(Vec<NumberChanges>, Reply<Ingested>)>,
    events: &mut Vec<LoggedEvent>,
    answers: &mut Vec<Answer>,
) {
    if deliveries.is_empty() {
        return;
    }
    let single = deliveries.len() == 1;
    let all: Vec<&[NumberChanges]> = deliveries
        .iter()
        .map(|(changes, _)| changes.as_slice())
        .collect();
    match ingest_in_savepoint(connection, &all, events).await {
        Ok(counts) => {
            for ((_, reply), counts) in deliveries.into_iter().zip(counts) {
                answers.push(Box::new(move |committed| {
                    let _ = reply.send(committed.map(|()| counts));
                }));
            }
        }
        Err(error) if single => {
            tracing::error!(%error, "a delivery could not be stored");
            for (_, reply) in deliveries {
                let _ = reply.send(Err(StoreError::Unavailable));
            }
        }
        Err(_) => {
            for delivery in deliveries {
                Box::pin(ingest_together(connection, vec![delivery], events, answers)).await;
            }
        }
    }
}

async fn ingest_in_savepoint(
    connection: &mut SqliteConnection,
    deliveries: &[&[NumberChanges]],
    events: &mut Vec<LoggedEvent>,
) -> Result<Vec<Ingested>, StoreError> {
    let before = events.len();
    let mut savepoint = connection.begin().await?;
    let counts = super::ingest::ingest(
        &mut Tx {
            connection: &mut savepoint,
            events,
        },
        deliveries,
    )
    .await;
    match counts {
        Ok(counts) => {
            savepoint.commit().await?;
            Ok(counts)
        }
        Err(error) => {
            events.truncate(before);
            savepoint.rollback().await?;
            Err(error)
        }
    }
}

fn refuse(job: Job) -> Answer {
    match job {
        Job::Ingest(_, reply) => Box::new(move |_| {
            let _ = reply.send(Err(StoreError::Unavailable));
        }),
        // Dropping the work drops its reply: the caller hears that the store is not available.
        Job::Work(_) | Job::Close(_) => Box::new(|_| {}),
    }
}
