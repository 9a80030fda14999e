//! The HTTP client: `ureq`, with a cancel that reaches a read in progress.

use super::{Fetch, Get, Range, Response, SourceError};
use crate::os::CancelToken;
use std::io::{self, Read};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;
use ureq::Agent;
use ureq::http::{HeaderMap, StatusCode};

/// A client that makes one connection per transfer.
#[derive(Debug, Clone)]
pub struct Http {
    /// A transfer that brings no byte for so long has broken off.
    pub stall: Duration,
    /// A connection that takes so long has failed.
    pub connect: Duration,
}

impl Default for Http {
    /// 30 s for both.
    fn default() -> Self {
        Http { stall: Duration::from_secs(30), connect: Duration::from_secs(30) }
    }
}

impl Fetch for Http {
    fn get(&self, get: &Get<'_>) -> Result<Response, SourceError> {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(self.connect))
            .timeout_resolve(Some(self.connect))
            .timeout_per_read(Some(self.stall))
            .accept_encoding("identity")
            .build();
        let agent = Agent::new_with_config(config);
        let guard = Guard::watch(agent.clone(), get.cancel.clone());
        let mut request = agent.get(get.url);
        if get.from > 0 {
            request = request.header("Range", format!("bytes={}-", get.from));
        }
        if let Some(etag) = get.if_range {
            request = request.header("If-Range", etag);
        }
        let response = match request.call() {
            Err(_) if get.cancel.is_cancelled() => return Err(SourceError::Cancelled),
            outcome => outcome.map_err(judge)?,
        };
        let (head, body) = response.into_parts();
        Ok(Response {
            status: StatusCode::as_u16(&head.status),
            etag: text(&head.headers, "etag"),
            content_length: body.content_length(),
            range: text(&head.headers, "content-range").and_then(|t| Range::parse(&t)),
            encoding: text(&head.headers, "content-encoding").filter(|e| e != "identity"),
            body: Box::new(Guarded { body: body.into_with_config().limit(u64::MAX).reader(), _guard: guard }),
        })
    }
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

fn judge(error: ureq::Error) -> SourceError {
    match error {
        ureq::Error::StatusCode(code) => SourceError::Status(code),
        ureq::Error::Io(error) => SourceError::Broken(error),
        error @ (ureq::Error::Timeout(_) | ureq::Error::HostNotFound | ureq::Error::ConnectionFailed) => {
            SourceError::Broken(io::Error::other(error))
        }
        error => SourceError::Protocol(error.to_string()),
    }
}

/// A body whose connection is shut down on a cancel.
struct Guarded<R> {
    body: R,
    _guard: Guard,
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.body.read(buffer)
    }
}

/// A thread that looks at the token, and ends with the transfer.
struct Guard {
    done: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Guard {
    fn watch(agent: Agent, cancel: CancelToken) -> Self {
        let (done, ended) = channel();
        let thread = std::thread::spawn(move || {
            while ended.recv_timeout(Duration::from_millis(20)) == Err(RecvTimeoutError::Timeout) {
                if cancel.is_cancelled() {
                    agent.shutdown();
                    return;
                }
            }
        });
        Guard { done: Some(done), thread: Some(thread) }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.done.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            log::error!("the watch over a transfer panicked");
        }
    }
}
