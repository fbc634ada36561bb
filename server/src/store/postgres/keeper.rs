//! Keys of sends that are under way, held against other servers: locks of one session of the database. They cost no transaction and no sync,
//! and the database lets go of all of them when their server dies.

use crate::store::StoreError;
use app::ids::NumberId;
use aws_lc_rs::digest::{SHA256, digest};
use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnection, PgPool};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// A database that needs longer for a lock that is free or not is out of reach.
const PATIENCE: Duration = Duration::from_secs(5);

enum Wish {
    Take(Lock, oneshot::Sender<Result<Option<Lock>, StoreError>>),
    Free(i64),
    Close,
}

/// Speaks to the task that has the session.
#[derive(Clone)]
pub(super) struct Keeper(mpsc::UnboundedSender<Wish>);

/// A lock that was wished for. Dropped once it is taken, it is let go of: also where whoever asked has left before the answer.
pub(super) struct Lock {
    id: i64,
    taken: bool,
    wishes: mpsc::UnboundedSender<Wish>,
}

impl Drop for Lock {
    fn drop(&mut self) {
        if self.taken {
            // An error says that the program is stopping, and with it goes the session.
            let _ = self.wishes.send(Wish::Free(self.id));
        }
    }
}

/// A key as the database knows it. Two keys with one id would have one of them wait for the other: a matter of 64 bits.
fn id_of(number: &NumberId, key: &str) -> i64 {
    let hash = digest(&SHA256, format!("idempotency\n{number}\n{key}").as_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&hash.as_ref()[..8]);
    i64::from_be_bytes(first)
}

impl Keeper {
    /// Starts the task. It connects with the first wish.
    pub(super) fn start(pool: &PgPool) -> Self {
        let (wishes, heard) = mpsc::unbounded_channel();
        tokio::spawn(keep(pool.clone(), heard));
        Self(wishes)
    }

    /// Takes the lock of a key; `None` while another server has it. What is asked for after a lock was dropped comes after that.
    pub(super) async fn take(
        &self,
        number: &NumberId,
        key: &str,
    ) -> Result<Option<Lock>, StoreError> {
        let (answer, answered) = oneshot::channel();
        let lock = Lock {
            id: id_of(number, key),
            taken: false,
            wishes: self.0.clone(),
        };
        let sent = self.0.send(Wish::Take(lock, answer));
        sent.map_err(|_| StoreError::Unavailable)?;
        answered.await.map_err(|_| StoreError::Unavailable)?
    }

    /// Ends the session.
    pub(super) fn close(&self) {
        let _ = self.0.send(Wish::Close);
    }
}

async fn keep(pool: PgPool, mut wishes: mpsc::UnboundedReceiver<Wish>) {
    let mut session: Option<PgConnection> = None;
    while let Some(wish) = wishes.recv().await {
        match wish {
            Wish::Take(mut lock, answer) => {
                // Once more on a new session: the one before may have died of age, unnoticed.
                let mut taken = take(&pool, &mut session, lock.id).await;
                if taken.is_err() {
                    taken = take(&pool, &mut session, lock.id).await;
                }
                let taken = taken.map(|taken| {
                    lock.taken = taken;
                    taken.then_some(lock)
                });
                // Where nobody hears it the lock goes with the answer.
                let _ = answer.send(taken);
            }
            Wish::Free(lock) => free(&mut session, lock).await,
            Wish::Close => break,
        }
    }
    if let Some(session) = session {
        // The server learns of it by the connection's end as well.
        let _ = sqlx::Connection::close(session).await;
    }
}

async fn take(
    pool: &PgPool,
    session: &mut Option<PgConnection>,
    lock: i64,
) -> Result<bool, StoreError> {
    let asked = async {
        let mut connection = match session.take() {
            Some(connection) => connection,
            None => {
                Arc::unwrap_or_clone(pool.connect_options())
                    .connect()
                    .await?
            }
        };
        let taken: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)")
            .bind(lock)
            .fetch_one(&mut connection)
            .await?;
        Ok::<_, sqlx::Error>((connection, taken))
    };
    let (connection, taken) = tokio::time::timeout(PATIENCE, asked)
        .await
        .map_err(|_| StoreError::Unavailable)??;
    *session = Some(connection);
    Ok(taken)
}

/// A session that fails here is given up, and all that it held with it: of two sends under one key still only one is made, since the key is
/// written with its message.
async fn free(session: &mut Option<PgConnection>, lock: i64) {
    let Some(mut connection) = session.take() else {
        return;
    };
    let freed = sqlx::query("SELECT pg_advisory_unlock($1)")
        .bind(lock)
        .execute(&mut connection);
    match tokio::time::timeout(PATIENCE, freed).await {
        Ok(Ok(_)) => *session = Some(connection),
        Ok(Err(error)) => tracing::debug!(%error, "the session that holds keys was lost"),
        Err(_) => tracing::debug!("the session that holds keys does not answer"),
    }
}
