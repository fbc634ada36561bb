//! The client that every server function names: the browser's fetch, with the token and the embedding origin in headers. Our own pages
//! call through `Inbox::call`, which sends the same headers and weighs less; a function that is called directly goes through here.

use super::token;
use server_fn::Bytes;
use server_fn::client::{Client, browser::BrowserClient};
use server_fn::error::FromServerFnError;
use server_fn::request::browser::BrowserRequest;
use server_fn::response::browser::BrowserResponse;
use std::future::Future;

/// Header that names the embedding page's origin; the server holds it against the token's `allowedOrigins`.
pub const PARENT_ORIGIN_HEADER: &str = "x-parent-origin";

/// Sends the embed token with each call. Reads it at the moment of sending, so a renewed token is used at once.
pub struct ApiClient;

impl<E, I, O> Client<E, I, O> for ApiClient
where
    E: FromServerFnError,
    I: FromServerFnError,
    O: FromServerFnError,
{
    type Request = BrowserRequest;
    type Response = BrowserResponse;

    fn send(req: BrowserRequest) -> impl Future<Output = Result<BrowserResponse, E>> + Send {
        if let Some(bearer) = token::bearer() {
            req.headers().set("authorization", &bearer);
        }
        let origin = token::parent_origin();
        if !origin.is_empty() {
            req.headers().set(PARENT_ORIGIN_HEADER, &origin);
        }
        <BrowserClient as Client<E, I, O>>::send(req)
    }

    fn open_websocket(
        path: &str,
    ) -> impl Future<
        Output = Result<
            (
                impl futures::Stream<Item = Result<Bytes, Bytes>> + Send + 'static,
                impl futures::Sink<Bytes> + Send + 'static,
            ),
            E,
        >,
    > + Send {
        <BrowserClient as Client<E, I, O>>::open_websocket(path)
    }

    fn spawn(future: impl Future<Output = ()> + Send + 'static) {
        <BrowserClient as Client<E, I, O>>::spawn(future);
    }
}
