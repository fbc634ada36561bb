//! Requests as they come over a connection, for servers that answer as no HTTP library would.

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::net::TcpStream;

/// A request, as far as a pretend Graph looks at it.
#[derive(Default)]
pub struct Request {
    pub method: String,
    pub path: String,
    pub authorization: String,
    pub body: Vec<u8>,
}

/// The next request; `None` where the client has gone.
pub async fn read_request(connection: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut request = Request::default();
    let mut length = 0;
    loop {
        let mut line = String::new();
        if connection.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if request.path.is_empty() {
            let mut words = line.split(' ').map(str::to_owned);
            (request.method, request.path) = (words.next()?, words.next()?);
        } else if let Some((name, value)) = line.split_once(": ") {
            match name.to_ascii_lowercase().as_str() {
                "authorization" => value.clone_into(&mut request.authorization),
                "content-length" => length = value.parse().ok()?,
                _ => {}
            }
        }
    }
    request.body = vec![0; length];
    connection.read_exact(&mut request.body).await.ok()?;
    Some(request)
}
