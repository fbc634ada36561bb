//! Our own client: one connection, nothing between it and the wire, so that latencies are the server's.

use crate::Outcome;
use crate::call::Call;
use bytes::Bytes;
use http::StatusCode;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use std::net::SocketAddr;
use tokio::net::TcpStream;

/// One open connection.
pub struct Http {
    sender: SendRequest<Full<Bytes>>,
    host: String,
}

/// An answer read to its end.
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Body, as it came over the wire.
    pub body: Bytes,
}

impl Http {
    /// Connects.
    pub async fn connect(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // It ends with the sender; an error reaches whoever waits for the answer.
        tokio::spawn(connection);
        Ok(Self {
            sender,
            host: address.to_string(),
        })
    }

    /// Sends, and reads the whole answer.
    pub async fn send(&mut self, call: &Call) -> Outcome<Answer> {
        self.sender.ready().await?;
        let response = self
            .sender
            .send_request(call.to_request(&self.host)?)
            .await?;
        let (head, body) = response.into_parts();
        Ok(Answer {
            status: head.status,
            body: body.collect().await?.to_bytes(),
        })
    }

    /// Sends, and reads the answer as JSON; anything but a success is an error.
    pub async fn json<T: DeserializeOwned>(&mut self, call: &Call) -> Outcome<T> {
        let answer = self.send(call).await?;
        if !answer.status.is_success() {
            let said = String::from_utf8_lossy(&answer.body).into_owned();
            return Err(format!("{call:?} was answered {}: {said}", answer.status).into());
        }
        Ok(serde_json::from_slice(&answer.body)?)
    }

    /// Sends, and leaves the body to be read as it comes. The connection lives as long as what is returned.
    pub async fn stream(mut self, call: &Call) -> Outcome<(Self, Incoming)> {
        self.sender.ready().await?;
        let response = self
            .sender
            .send_request(call.to_request(&self.host)?)
            .await?;
        if !response.status().is_success() {
            return Err(format!("a stream was refused with {}", response.status()).into());
        }
        Ok((self, response.into_body()))
    }
}
