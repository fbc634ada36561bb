//! The one writer. Jobs that wait together are committed together: one synchronisation to disk for all of them, and each caller
//! is answered only after it.

use super::group::commit_group;
use crate::ingest::NumberChanges;
use crate::store::health::Trouble;
use crate::store::{CommitListener, Ingested, LoggedEvent, StoreError};
use app::ids::TenantId;
use futures::future::BoxFuture;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
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
    /// The database failed, and may have undone the whole transaction of its own accord.
    pub in_doubt: bool,
}

impl<'c> Tx<'c> {
    pub fn new(connection: &'c mut SqliteConnection, events: &'c mut Vec<LoggedEvent>) -> Self {
        Self {
            connection,
            events,
            in_doubt: false,
        }
    }
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
pub(super) type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
pub(super) type Work =
    Box<dyn for<'t> FnOnce(&'t mut Tx<'_>) -> BoxFuture<'t, Result<Answer, Answer>> + Send>;
pub(super) type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

pub(super) enum Job {
    Work(Work),
    Ingest(Vec<NumberChanges>, Reply<Ingested>),
    Close(oneshot::Sender<()>),
}

/// Handle to the writer task.
pub(super) struct Writer {
    jobs: mpsc::Sender<Job>,
    trouble: Trouble,
}

impl Writer {
    /// `options` are for the time when this connection cannot be used any more.
    pub fn start(
        connection: SqliteConnection,
        options: SqliteConnectOptions,
        listener: Arc<dyn CommitListener>,
        trouble: &Trouble,
    ) -> Self {
        let (jobs, queue) = mpsc::channel(QUEUE);
        // It ends when the last sender has gone, or when it is told to close.
        let pen = Pen {
            connection: Some(connection),
            options,
        };
        tokio::spawn(run(pen, queue, listener, trouble.clone()));
        Self {
            jobs,
            trouble: trouble.clone(),
        }
    }

    /// Runs `work` in a transaction and answers after the commit. An error undoes this work and nothing else's.
    pub async fn run<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx<'_>) -> BoxFuture<'t, Result<T, StoreError>> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let trouble = self.trouble.clone();
        let work: Work = Box::new(move |tx| {
            Box::pin(async move {
                match work(tx).await {
                    Ok(value) => Ok(Box::new(move |committed: Result<(), StoreError>| {
                        // The caller may have gone; the work is done all the same.
                        let _ = reply.send(committed.map(|()| value));
                    }) as Answer),
                    Err(error) => {
                        tx.in_doubt = trouble.note(&error);
                        Err(Box::new(move |_: Result<(), StoreError>| {
                            let _ = reply.send(Err(error));
                        }) as Answer)
                    }
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

/// The connection that writes.
struct Pen {
    connection: Option<SqliteConnection>,
    options: SqliteConnectOptions,
}

impl Pen {
    async fn take(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        if self.connection.is_none() {
            self.connection = Some(self.options.connect().await?);
        }
        self.connection.as_mut().ok_or(StoreError::Unavailable)
    }

    /// After a failure SQLite may have ended the transaction by itself, and the library believes in it for ever. A new connection
    /// knows of nothing.
    async fn put_away(&mut self) {
        if let Some(connection) = self.connection.take()
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "closing the database failed");
        }
    }
}

async fn run(
    mut pen: Pen,
    mut queue: mpsc::Receiver<Job>,
    listener: Arc<dyn CommitListener>,
    trouble: Trouble,
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
        if !jobs.is_empty()
            && let Err(error) = work_off(&mut pen, jobs, &*listener).await
        {
            trouble.note(&error);
            tracing::error!(%error, "a group of writes was not committed");
            pen.put_away().await;
        }
        if !closing.is_empty() {
            queue.close();
            pen.put_away().await;
            for done in closing {
                let _ = done.send(());
            }
            return;
        }
    }
}

/// Without a connection the jobs are dropped, and with them their replies: the callers hear that the store is not available.
async fn work_off(
    pen: &mut Pen,
    jobs: Vec<Job>,
    listener: &dyn CommitListener,
) -> Result<(), StoreError> {
    let connection = pen.take().await?;
    let mut events = Vec::new();
    let (answers, committed) = commit_group(connection, jobs, &mut events).await;
    if committed.is_ok() {
        listener.committed(events);
    }
    for answer in answers {
        answer(match committed {
            Ok(()) => Ok(()),
            Err(_) => Err(StoreError::Unavailable),
        });
    }
    committed
}
