//! One group of jobs in one transaction.
//!
//! Where the database itself fails (no room, a faulty disk), SQLite may end the whole transaction of its own accord, and what follows
//! would be carried out and committed piece by piece. So such a failure ends the group: nothing of it counts.

use super::writer::{Answer, Job, Reply, Tx, Work};
use crate::ingest::NumberChanges;
use crate::store::health::is_doubtful;
use crate::store::{Ingested, LoggedEvent, StoreError};
use sqlx::{Connection, SqliteConnection};

/// Carries out the jobs. The answers are given after the commit, whose outcome is returned beside them.
pub(super) async fn commit_group(
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
    if let Some(deliveries) = deliveries {
        match ingest_alone(connection, &deliveries, events).await {
            Ok(counts) => {
                let answers = jobs
                    .into_iter()
                    .zip(counts)
                    .map(|(job, counts)| answer(job, counts))
                    .collect();
                return (answers, Ok(()));
            }
            Err(error) if is_doubtful(&error) => {
                return (jobs.into_iter().map(refuse).collect(), Err(error));
            }
            Err(_) => {}
        }
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
    let mut done = Ok(());
    for job in jobs {
        match job {
            job if done.is_err() => answers.push(refuse(job)),
            Job::Ingest(changes, reply) => deliveries.push((changes, reply)),
            Job::Work(work) => {
                // What came first is applied first.
                done = ingest_together(
                    &mut transaction,
                    std::mem::take(&mut deliveries),
                    events,
                    &mut answers,
                )
                .await;
                if done.is_ok() {
                    done = in_savepoint(&mut transaction, events, work, &mut answers).await;
                }
            }
            Job::Close(_) => {}
        }
    }
    if done.is_ok() {
        done = ingest_together(&mut transaction, deliveries, events, &mut answers).await;
    }
    if done.is_ok() {
        done = transaction.commit().await.map_err(StoreError::from);
    }
    (answers, done)
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
    let mut tx = Tx::new(&mut transaction, &mut logged);
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

/// Carries out one job; a failure undoes this job. An error says that nothing of the group counts.
async fn in_savepoint(
    connection: &mut SqliteConnection,
    events: &mut Vec<LoggedEvent>,
    work: Work,
    answers: &mut Vec<Answer>,
) -> Result<(), StoreError> {
    let mut savepoint = connection.begin().await?;
    let before = events.len();
    let mut tx = Tx::new(&mut savepoint, events);
    let outcome = work(&mut tx).await;
    let in_doubt = tx.in_doubt;
    match outcome {
        Ok(answer) => {
            answers.push(answer);
            savepoint.commit().await?;
        }
        Err(answer) => {
            answers.push(answer);
            events.truncate(before);
            if in_doubt {
                return Err(StoreError::Unavailable);
            }
            savepoint.rollback().await?;
        }
    }
    Ok(())
}

/// Works through several deliveries at once. If together they fail, each is tried by itself, so that one bad delivery costs no other.
/// An error says that nothing of the group counts.
async fn ingest_together(
    connection: &mut SqliteConnection,
    deliveries: Vec<(Vec<NumberChanges>, Reply<Ingested>)>,
    events: &mut Vec<LoggedEvent>,
    answers: &mut Vec<Answer>,
) -> Result<(), StoreError> {
    if deliveries.is_empty() {
        return Ok(());
    }
    let single = deliveries.len() == 1;
    let all: Vec<&[NumberChanges]> = deliveries
        .iter()
        .map(|(changes, _)| changes.as_slice())
        .collect();
    match ingest_in_savepoint(connection, &all, events).await? {
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
                Box::pin(ingest_together(connection, vec![delivery], events, answers)).await?;
            }
        }
    }
    Ok(())
}

/// The outer error says that nothing of the group counts, the inner one that these deliveries were undone.
async fn ingest_in_savepoint(
    connection: &mut SqliteConnection,
    deliveries: &[&[NumberChanges]],
    events: &mut Vec<LoggedEvent>,
) -> Result<Result<Vec<Ingested>, StoreError>, StoreError> {
    let before = events.len();
    let mut savepoint = connection.begin().await?;
    let mut tx = Tx::new(&mut savepoint, events);
    match super::ingest::ingest(&mut tx, deliveries).await {
        Ok(counts) => {
            savepoint.commit().await?;
            Ok(Ok(counts))
        }
        Err(error) if is_doubtful(&error) => Err(error),
        Err(error) => {
            events.truncate(before);
            savepoint.rollback().await?;
            Ok(Err(error))
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
