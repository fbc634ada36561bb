//! A load balancer's view: it asks every server whether it is ready, and sends nobody to one that is not.

use super::Replica;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinHandle;

/// Between two questions.
const ROUND: Duration = Duration::from_millis(200);

/// Knows who is ready.
pub struct Balancer {
    ready: Arc<Mutex<Vec<String>>>,
    next: AtomicUsize,
    task: JoinHandle<()>,
}

impl Balancer {
    pub fn over(servers: Vec<Arc<Replica>>) -> Arc<Self> {
        let ready = Arc::<Mutex<Vec<String>>>::default();
        let known = ready.clone();
        let task = tokio::spawn(async move {
            loop {
                let mut found = Vec::new();
                for server in &servers {
                    if server.status("/readyz").await == Some(200) {
                        found.push(server.url.clone());
                    }
                }
                *known.lock().unwrap() = found;
                tokio::time::sleep(ROUND).await;
            }
        });
        Arc::new(Self {
            ready,
            next: AtomicUsize::new(0),
            task,
        })
    }

    /// A server that was ready a moment ago, another one each time.
    pub fn pick(&self) -> Option<String> {
        let ready = self.ready.lock().unwrap();
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        ready.get(number % ready.len().max(1)).cloned()
    }

    /// How many are ready.
    pub fn count(&self) -> usize {
        self.ready.lock().unwrap().len()
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.task.abort();
    }
}
