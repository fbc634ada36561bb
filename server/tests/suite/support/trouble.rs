//! A Graph API whose next answers go wrong in every way that HTTP allows, and a stranger whom nobody may call.

use super::request::read_request;
use serde_json::json;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What comes in the place of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// This status, with a page that is not Meta's.
    Page(u16),
    /// 200, and what is no JSON.
    Garbage,
    /// 200, and JSON of another form than the documented one.
    OtherJson,
    /// What is no HTTP.
    NoHttp,
    /// A head that promises more than comes.
    HalfBody,
    /// The connection ends.
    HangUp,
    /// Nothing, and the connection stays.
    Silence,
    /// To the stranger, by this status.
    Redirect(u16),
}

impl Trouble {
    pub const ALL: [Self; 16] = [
        Self::Page(400),
        Self::Page(401),
        Self::Page(403),
        Self::Page(404),
        Self::Page(429),
        Self::Page(500),
        Self::Page(503),
        Self::Garbage,
        Self::OtherJson,
        Self::NoHttp,
        Self::HalfBody,
        Self::HangUp,
        Self::Silence,
        Self::Redirect(302),
        Self::Redirect(307),
        Self::Redirect(308),
    ];

    /// The bytes on the wire; `None` where there are none and the connection stays.
    fn wire(self, stranger: SocketAddr) -> Option<String> {
        let page = "<html>a proxy's page</html>";
        Some(match self {
            Self::Page(status) => answer(status, "text/html", page),
            Self::Garbage => answer(200, "application/json", "{\"messages\": [{\"id\": \"wam"),
            Self::OtherJson => answer(200, "application/json", "[[], {\"id\": {}}]"),
            Self::NoHttp => "\u{1}\u{2}220 mail.example ESMTP\r\n\r\n".into(),
            Self::HalfBody => "HTTP/1.1 200 -\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{\"id\": \"half".into(),
            Self::HangUp => String::new(),
            Self::Silence => return None,
            Self::Redirect(status) => {
                format!("HTTP/1.1 {status} -\r\nlocation: http://{stranger}/v25.0/100/messages\r\ncontent-length: 0\r\n\r\n")
            }
        })
    }
}

/// What is asked of the Graph API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    Send,
    Upload,
    Locate,
    Fetch,
    Templates,
}

impl Ask {
    fn of(method: &str, path: &str) -> Self {
        match (method, path) {
            ("POST", path) if path.ends_with("/media") => Self::Upload,
            ("POST", _) => Self::Send,
            (_, path) if path.contains("/message_templates") => Self::Templates,
            (_, path) if path.starts_with("/file/") => Self::Fetch,
            _ => Self::Locate,
        }
    }
}

/// The bytes of every file.
pub const FILE: &str = "the bytes of a file";

#[derive(Default)]
struct State {
    troubles: VecDeque<(Ask, Trouble)>,
    asked: Vec<(Ask, String)>,
}

pub struct TroubledGraph {
    state: Arc<Mutex<State>>,
    address: SocketAddr,
    strangers_calls: Arc<Mutex<usize>>,
}

impl TroubledGraph {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let foreign = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let graph = Self {
            state: Arc::default(),
            address: listener.local_addr().unwrap(),
            strangers_calls: Arc::default(),
        };
        let stranger = foreign.local_addr().unwrap();
        let calls = graph.strangers_calls.clone();
        tokio::spawn(async move {
            while let Ok((connection, _)) = foreign.accept().await {
                *calls.lock().unwrap() += 1;
                drop(connection);
            }
        });
        let (state, own) = (graph.state.clone(), graph.address);
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(converse(connection, state.clone(), own, stranger));
            }
        });
        graph
    }

    pub fn base_url(&self) -> String {
        format!("http://{}/v25.0", self.address)
    }

    /// What happens to the next request of this sort.
    pub fn next(&self, ask: Ask, trouble: Trouble) {
        self.state
            .lock()
            .unwrap()
            .troubles
            .push_back((ask, trouble));
    }

    /// Bodies of all requests of this sort.
    pub fn asked(&self, ask: Ask) -> Vec<String> {
        let state = self.state.lock().unwrap();
        let of_this = state.asked.iter().filter(|(asked, _)| *asked == ask);
        of_this.map(|(_, body)| body.clone()).collect()
    }

    /// Fails the test unless every trouble has happened, and nobody called the stranger.
    pub fn assert_over(&self, what: &str) {
        assert!(
            self.state.lock().unwrap().troubles.is_empty(),
            "{what} happened"
        );
        assert_eq!(
            *self.strangers_calls.lock().unwrap(),
            0,
            "{what}: calls of the stranger"
        );
    }
}

async fn converse(
    connection: TcpStream,
    state: Arc<Mutex<State>>,
    own: SocketAddr,
    stranger: SocketAddr,
) {
    let mut connection = BufReader::new(connection);
    while let Some(request) = read_request(&mut connection).await {
        assert_eq!(request.authorization, "Bearer EAAG-token");
        let ask = Ask::of(&request.method, &request.path);
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let trouble = {
            let mut state = state.lock().unwrap();
            state.asked.push((ask, body));
            let is_due = state.troubles.front().is_some_and(|(due, _)| *due == ask);
            if is_due {
                state.troubles.pop_front()
            } else {
                None
            }
        };
        let Some((_, trouble)) = trouble else {
            if connection
                .write_all(good(ask, own).as_bytes())
                .await
                .is_err()
            {
                return;
            }
            continue;
        };
        match trouble.wire(stranger) {
            Some(wire) => {
                // Whoever has gone does not read it.
                let _ = connection.write_all(wire.as_bytes()).await;
                let _ = connection.shutdown().await;
                return;
            }
            None => std::future::pending().await,
        }
    }
}

fn good(ask: Ask, own: SocketAddr) -> String {
    let json = match ask {
        Ask::Send => json!({"messaging_product": "whatsapp", "messages": [{"id": "wamid.good"}]}),
        Ask::Upload => json!({"id": "up-1"}),
        Ask::Locate => {
            json!({"url": format!("http://{own}/file/1"), "mime_type": "text/plain", "file_size": FILE.len()})
        }
        Ask::Templates => {
            json!({"data": [{"name": "t", "language": "en", "components": [{"type": "BODY", "text": "Hi"}]}]})
        }
        Ask::Fetch => return answer(200, "text/plain", FILE),
    };
    answer(200, "application/json", &json.to_string())
}

fn answer(status: u16, mime: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status} -\r\ncontent-type: {mime}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}
