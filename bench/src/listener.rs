//! Open live streams, and when each message of ours came out of them.

use crate::Outcome;
use crate::call::Call;
use crate::http::Http;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinHandle;

/// Stands before the number of a message in its text.
const MARK: &str = "bench-";
const DIGITS: usize = 8;
const PATIENCE: Duration = Duration::from_secs(10);

/// The text of message number `index`; an event holds it word for word.
pub fn marked(index: usize) -> String {
    format!("{MARK}{index:0DIGITS$} on its way to the screen")
}

/// Message number `index` came out of a stream.
#[derive(Debug, Clone, Copy)]
pub struct Arrival {
    /// Which message.
    pub index: usize,
    /// When its bytes were there.
    pub at: Instant,
}

/// A stream that is being read. It ends when it is dropped.
pub struct Listener(JoinHandle<()>);

impl Drop for Listener {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Opens a stream, waits until it follows the log, and reports what comes out of it.
pub async fn listen(
    address: SocketAddr,
    token: &str,
    arrivals: UnboundedSender<Arrival>,
) -> Outcome<Listener> {
    let call = Call::get("/api/live").with("authorization", format!("Bearer {token}"));
    let (connection, mut body) = Http::connect(address).await?.stream(&call).await?;
    let mut waiting = Vec::new();
    let beginning = tokio::time::timeout(PATIENCE, body.frame()).await?;
    let bytes = beginning
        .ok_or("a stream ended at once")??
        .into_data()
        .map_err(|_| "a stream began with trailers")?;
    if !bytes.starts_with(b"event: ready") {
        return Err(format!("a stream began with {:?}", String::from_utf8_lossy(&bytes)).into());
    }
    waiting.extend_from_slice(&bytes);
    Ok(Listener(tokio::spawn(async move {
        follow(body, waiting, &arrivals).await;
        drop(connection);
    })))
}

/// Reads until the stream ends; whoever waits for an arrival notices.
async fn follow(mut body: Incoming, mut waiting: Vec<u8>, arrivals: &UnboundedSender<Arrival>) {
    while let Some(Ok(frame)) = body.frame().await {
        let at = Instant::now();
        let Ok(bytes) = frame.into_data() else {
            continue;
        };
        waiting.extend_from_slice(&bytes);
        while let Some(end) = waiting.windows(2).position(|pair| pair == b"\n\n") {
            if let Some(index) = index_of(&waiting[..end]) {
                // Nobody waits any more: the measurement is over.
                let _ = arrivals.send(Arrival { index, at });
            }
            waiting.drain(..end + 2);
        }
    }
}

/// The number of the message that an event is of, if it is one of ours.
pub fn index_of(event: &[u8]) -> Option<usize> {
    let start = event
        .windows(MARK.len())
        .position(|window| window == MARK.as_bytes())?
        + MARK.len();
    std::str::from_utf8(event.get(start..start + DIGITS)?)
        .ok()?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::{index_of, marked};

    #[test]
    fn an_event_tells_which_message_it_is_of() {
        let event = format!("id: 7\ndata: {{\"text\":\"{}\"}}", marked(42));
        assert_eq!(index_of(event.as_bytes()), Some(42));
        assert_eq!(index_of(b": still here"), None);
    }
}
