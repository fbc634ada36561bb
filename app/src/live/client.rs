//! The live stream in the browser: read, resumed, and given up only with the session.

use super::heard::Heard;
use super::{Backoff, FrameReader, LiveEvent, signal};
use crate::browser;
use crate::error::{ApiError, Code};
use crate::inbox::{Inbox, Phase};
use crate::session::{self, PARENT_ORIGIN_HEADER, Renewal};
use crate::wire;
use futures::StreamExt;
use gloo_net::http::Request;
use leptos::prelude::Set;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_streams::ReadableStream;

/// A stream that is silent for longer is dead: the server sends a comment every 15 s. In milliseconds.
const SILENCE: i64 = 40_000;
/// How often the silence is looked at, in milliseconds.
const WATCH: u32 = 5000;
/// A stream that lived longer than this was a good one, in milliseconds.
const GOOD: i64 = 5000;

/// How a stream ended.
enum End {
    /// It broke, or never came about.
    Lost,
    /// The log does not reach back to our cursor.
    Reset,
    /// The server says that the session is over, or the token is.
    Session,
    /// The token does not allow this page.
    Refused,
}

impl Inbox {
    /// Reads the stream, and reads it again, for as long as the session lasts.
    pub(crate) fn run_live(&self, generation: u32) {
        let inbox = self.clone();
        browser::spawn(async move {
            let mut backoff = Backoff::default();
            while !inbox.is_past(generation) {
                let bearer = session::bearer();
                let began = browser::now();
                inbox.connection.down();
                let end = inbox.read_stream(generation).await;
                if inbox.is_past(generation) {
                    break;
                }
                inbox.connection.down();
                if browser::now() - began > GOOD {
                    backoff.reset();
                }
                match end {
                    End::Lost => {}
                    End::Reset => {
                        if !inbox.bootstrap(generation, false).await {
                            break;
                        }
                        inbox.send_queued();
                        continue;
                    }
                    End::Refused => {
                        inbox.phase.set(Phase::Refused);
                        break;
                    }
                    // The stream may have ended with the token that it began with, while there is a newer one.
                    End::Session if session::bearer() != bearer => continue,
                    End::Session => match inbox.renew(generation, false).await {
                        Renewal::Renewed if browser::now() - began > 100 => continue,
                        Renewal::Renewed | Renewal::Unreachable => {}
                        Renewal::Over => {
                            inbox.end(generation);
                            break;
                        }
                    },
                }
                inbox.alarm.wait(backoff.next(browser::random())).await;
            }
            if inbox.is_past(generation) && inbox.has_session() {
                return;
            }
            inbox.connection.rest();
        });
    }

    async fn read_stream(&self, generation: u32) -> End {
        let Some(bearer) = session::bearer() else {
            return End::Session;
        };
        let Ok(abort) = web_sys::AbortController::new() else {
            return End::Lost;
        };
        let heard_at = Rc::new(Cell::new(browser::now()));
        let open = Rc::new(Cell::new(true));
        self.watch(
            generation,
            abort.clone(),
            Rc::clone(&heard_at),
            Rc::clone(&open),
        );
        let end = self
            .read_until_end(generation, &bearer, &abort, &heard_at)
            .await;
        open.set(false);
        abort.abort();
        end
    }

    /// Cuts a stream off that is silent, or whose session is past.
    fn watch(
        &self,
        generation: u32,
        abort: web_sys::AbortController,
        heard_at: Rc<Cell<i64>>,
        open: Rc<Cell<bool>>,
    ) {
        let inbox = self.clone();
        browser::spawn(async move {
            while open.get() {
                // A clock that was set back would have the silence begin in the future.
                let silent = (browser::now() - heard_at.get()).abs();
                if inbox.is_past(generation) || silent > SILENCE {
                    abort.abort();
                    return;
                }
                inbox.alarm.wait(WATCH).await;
            }
        });
    }

    async fn read_until_end(
        &self,
        generation: u32,
        bearer: &str,
        abort: &web_sys::AbortController,
        heard_at: &Cell<i64>,
    ) -> End {
        let cursor = self.engine().cursor();
        let answer = Request::get("/api/live")
            .header("accept", "text/event-stream")
            .header("authorization", bearer)
            .header(PARENT_ORIGIN_HEADER, &session::parent_origin())
            .header("last-event-id", &cursor.to_string())
            .abort_signal(Some(&abort.signal()))
            .send()
            .await;
        let Ok(answer) = answer else { return End::Lost };
        if !answer.ok() {
            return refusal(&answer).await;
        }
        let Some(body) = answer.body() else {
            return End::Lost;
        };
        let mut chunks = ReadableStream::from_raw(body.unchecked_into()).into_stream();
        let heard = Rc::new(Heard::default());
        let end = self
            .read_frames(&mut chunks, generation, heard_at, &heard)
            .await;
        // Before another connection tells what came after it.
        if !self.is_past(generation) {
            self.show_heard(&heard);
        }
        end
    }

    async fn read_frames(
        &self,
        chunks: &mut wasm_streams::readable::IntoStream<'_>,
        generation: u32,
        heard_at: &Cell<i64>,
        heard: &Rc<Heard>,
    ) -> End {
        let mut reader = FrameReader::default();
        while let Some(Ok(chunk)) = chunks.next().await {
            if self.is_past(generation) {
                return End::Lost;
            }
            heard_at.set(browser::now());
            let bytes = chunk.unchecked_into::<js_sys::Uint8Array>().to_vec();
            for frame in reader.push(&bytes) {
                match frame.event.as_deref() {
                    Some(signal::READY) => self.stream_is_there(),
                    Some(signal::RESET) => return End::Reset,
                    Some(signal::ENDED) => return End::Session,
                    Some(signal::HERE) => self.presence.hear(self, &frame.data),
                    Some(_) => {}
                    None => {
                        if let Some(seq) = frame.id.and_then(|id| id.parse().ok()) {
                            self.hear(heard, seq, LiveEvent::read(&frame.data), generation);
                        }
                    }
                }
            }
        }
        End::Lost
    }

    fn stream_is_there(&self) {
        self.connection.up();
        self.send_queued();
    }
}

/// What a refused stream means.
async fn refusal(answer: &gloo_net::http::Response) -> End {
    let text = answer.text().await.unwrap_or_default();
    match wire::parse::<ApiError>(&text) {
        Some(error) if error.code == Code::OriginNotAllowed => End::Refused,
        Some(error) if error.code.ends_session() => End::Session,
        _ if answer.status() == 401 => End::Session,
        _ => End::Lost,
    }
}
