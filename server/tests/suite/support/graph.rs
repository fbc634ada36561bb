//! A Graph API that does as it is told. It speaks HTTP by itself, so that it can hang up in the middle.

use super::eventually;
use super::request::read_request;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What happens to a send.
#[derive(Debug, Clone)]
pub enum Reaction {
    Accept,
    /// Accepted, but the answer takes its time.
    AcceptAfter(Duration),
    /// Refused with this error code.
    Refuse(i64),
    /// An answer of this HTTP status that is not Meta's.
    Page(u16),
    /// Taken, and then the connection is cut without an answer.
    HangUp,
}

/// A send as it came.
#[derive(Debug, Clone)]
pub struct Call {
    pub path: String,
    pub authorization: String,
    pub body: Value,
    /// WhatsApp's id, where the send was taken.
    pub wamid: Option<String>,
    /// Sends that had not been answered when this one came.
    pub under_way: usize,
}

impl Call {
    pub fn text(&self) -> &str {
        self.body["text"]["body"].as_str().unwrap_or_default()
    }

    /// What statuses of it bring back.
    pub fn callback(&self) -> &str {
        self.body["biz_opaque_callback_data"]
            .as_str()
            .unwrap_or_default()
    }

    pub fn wamid(&self) -> &str {
        self.wamid.as_deref().expect("it was taken")
    }
}

#[derive(Default)]
struct State {
    calls: Vec<Call>,
    questions: Vec<String>,
    receipts: Vec<Value>,
    reactions: VecDeque<Reaction>,
    under_way: usize,
}

#[derive(Clone)]
pub struct FakeGraph {
    state: Arc<Mutex<State>>,
    address: SocketAddr,
}

impl FakeGraph {
    pub async fn start() -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    /// On a listener that somebody else has made.
    pub fn on(listener: TcpListener) -> Self {
        let graph = Self {
            state: Arc::default(),
            address: listener.local_addr().unwrap(),
        };
        let state = graph.state.clone();
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(converse(connection, state.clone()));
            }
        });
        graph
    }

    pub fn base_url(&self) -> String {
        format!("http://{}/v25.0", self.address)
    }

    /// What happens to the next sends; then they are accepted again.
    pub fn next(&self, reactions: impl IntoIterator<Item = Reaction>) {
        self.state.lock().unwrap().reactions.extend(reactions);
    }

    pub fn calls(&self) -> Vec<Call> {
        self.state.lock().unwrap().calls.clone()
    }

    /// Addresses that were asked for, in order. The answer is that of a connected number.
    pub fn questions(&self) -> Vec<String> {
        self.state.lock().unwrap().questions.clone()
    }

    /// Read receipts as they came; they are always taken.
    pub async fn wait_for_receipts(&self, count: usize) -> Vec<Value> {
        eventually(&format!("{count} receipts"), || async {
            Some(self.state.lock().unwrap().receipts.clone()).filter(|all| all.len() >= count)
        })
        .await
    }

    pub async fn wait_for_calls(&self, count: usize) -> Vec<Call> {
        eventually(&format!("{count} sends"), || async {
            Some(self.calls()).filter(|calls| calls.len() >= count)
        })
        .await
    }
}

async fn converse(connection: TcpStream, state: Arc<Mutex<State>>) {
    let mut connection = BufReader::new(connection);
    while let Some(request) = read_request(&mut connection).await {
        let (path, authorization) = (request.path, request.authorization);
        let body = if request.body.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&request.body).unwrap()
        };
        // What is no send is answered as by a number in order.
        let beside = if body.is_null() {
            state.lock().unwrap().questions.push(path.clone());
            Some(r#"{"id": "100", "status": "CONNECTED"}"#)
        } else if body["status"] == "read" {
            state.lock().unwrap().receipts.push(body.clone());
            Some(r#"{"success": true}"#)
        } else {
            None
        };
        if let Some(answer) = beside {
            let head = format!(
                "HTTP/1.1 200 -\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{answer}",
                answer.len()
            );
            if connection.write_all(head.as_bytes()).await.is_err() {
                return;
            }
            continue;
        }
        let (reaction, wamid) = {
            let mut state = state.lock().unwrap();
            let reaction = state.reactions.pop_front().unwrap_or(Reaction::Accept);
            let is_taken = !matches!(reaction, Reaction::Refuse(_) | Reaction::Page(_));
            let wamid = format!("wamid.sent+{}=", state.calls.len());
            let call = Call {
                path,
                authorization,
                body,
                wamid: is_taken.then(|| wamid.clone()),
                under_way: state.under_way,
            };
            state.under_way += 1;
            state.calls.push(call);
            (reaction, wamid)
        };
        let answer = answer(reaction, &wamid).await;
        state.lock().unwrap().under_way -= 1;
        let Some((status, text)) = answer else { return };
        let head = format!(
            "HTTP/1.1 {status} -\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            text.len()
        );
        if connection
            .write_all((head + &text).as_bytes())
            .await
            .is_err()
        {
            return;
        }
    }
}

/// Status and body; `None` hangs up.
async fn answer(reaction: Reaction, wamid: &str) -> Option<(u16, String)> {
    let taken = json!({"messaging_product": "whatsapp", "messages": [{"id": wamid}]}).to_string();
    match reaction {
        Reaction::Accept => Some((200, taken)),
        Reaction::AcceptAfter(delay) => {
            tokio::time::sleep(delay).await;
            Some((200, taken))
        }
        Reaction::Refuse(code) => {
            let error = json!({"error": {"message": format!("(#{code}) refused"), "type": "OAuthException", "code": code,
                "error_data": {"messaging_product": "whatsapp", "details": "As the test asked."}, "fbtrace_id": "x"}});
            Some((if code == 190 { 401 } else { 400 }, error.to_string()))
        }
        Reaction::Page(status) => Some((status, "<html>a proxy's page</html>".into())),
        Reaction::HangUp => None,
    }
}
