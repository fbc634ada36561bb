//! One HTTP request, as our own client sends it and as the load tool replays it.

use bytes::Bytes;
use http::{Method, Request};
use http_body_util::Full;

/// A request without its address.
#[derive(Debug, Clone)]
pub struct Call {
    method: Method,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Bytes,
}

impl Call {
    /// A `GET`.
    pub fn get(path: impl Into<String>) -> Self {
        Self {
            method: Method::GET,
            path: path.into(),
            headers: Vec::new(),
            body: Bytes::new(),
        }
    }

    /// A `POST` of JSON.
    pub fn post(path: impl Into<String>, body: impl Into<Bytes>) -> Self {
        Self {
            method: Method::POST,
            path: path.into(),
            headers: vec![("content-type", "application/json".into())],
            body: body.into(),
        }
    }

    /// A `POST` of a file.
    pub fn file(path: impl Into<String>, mime: &str, body: impl Into<Bytes>) -> Self {
        Self {
            headers: vec![("content-type", mime.into())],
            ..Self::post(path, body)
        }
    }

    /// The same with a header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The same to another path.
    #[must_use]
    pub fn to(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    /// As it goes over the wire.
    pub fn to_wire(&self, host: &str) -> Vec<u8> {
        let mut text = format!("{} {} HTTP/1.1\r\nhost: {host}\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            text.extend([name, ": ", value, "\r\n"]);
        }
        if !self.body.is_empty() {
            text.extend(["content-length: ", &self.body.len().to_string(), "\r\n"]);
        }
        text.push_str("\r\n");
        let mut wire = text.into_bytes();
        wire.extend_from_slice(&self.body);
        wire
    }

    /// For our own client.
    pub fn to_request(&self, host: &str) -> Result<Request<Full<Bytes>>, http::Error> {
        let mut request = Request::builder()
            .method(&self.method)
            .uri(&self.path)
            .header("host", host);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        request.body(Full::new(self.body.clone()))
    }
}
