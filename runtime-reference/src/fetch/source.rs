//! Where bytes come from: one GET, behind a trait.

use crate::os::CancelToken;
use std::fmt;
use std::io::{self, Read};

/// A source of bytes.
pub trait Fetch: Send + Sync {
    /// Sends one GET and gives the response with its body not yet read.
    ///
    /// A read of the body must end within 100 ms of a cancel, and with an error
    /// if no byte has come for a while.
    fn get(&self, get: &Get<'_>) -> Result<Response, SourceError>;
}

/// One GET.
#[derive(Debug, Clone, Copy)]
pub struct Get<'a> {
    /// The address.
    pub url: &'a str,
    /// The first byte wanted; 0 for all of it, without a `Range`.
    pub from: u64,
    /// The strong ETag for `If-Range`; there whenever `from` is not 0.
    pub if_range: Option<&'a str>,
    /// Ends the transfer early.
    pub cancel: &'a CancelToken,
}

/// A response's head, and its body to be read.
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The `ETag` as it was sent.
    pub etag: Option<String>,
    /// The length of this body.
    pub content_length: Option<u64>,
    /// The `Content-Range`.
    pub range: Option<Range>,
    /// The `Content-Encoding`, unless it is `identity`.
    pub encoding: Option<String>,
    /// The body.
    pub body: Box<dyn Read + Send>,
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("etag", &self.etag)
            .field("content_length", &self.content_length)
            .field("range", &self.range)
            .field("encoding", &self.encoding)
            .finish_non_exhaustive()
    }
}

/// A `Content-Range`: the bytes sent, of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The first byte; `None` in a 416.
    pub first: Option<u64>,
    /// The length of the whole, if told.
    pub total: Option<u64>,
}

impl Range {
    /// Reads `bytes 5-9/10`, `bytes 5-9/*` or `bytes */10`.
    pub fn parse(text: &str) -> Option<Self> {
        let (span, total) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
        let total = match total {
            "*" => None,
            number => Some(number.parse().ok()?),
        };
        let first = match span {
            "*" => None,
            span => Some(span.split_once('-')?.0.parse().ok()?),
        };
        Some(Range { first, total })
    }
}

/// Why a GET gave no body, or not all of it.
#[derive(Debug)]
pub enum SourceError {
    /// The server answered with an error.
    Status(u16),
    /// No connection, or one that broke or stalled.
    Broken(io::Error),
    /// The address or the answer makes no sense.
    Protocol(String),
    /// The caller cancelled.
    Cancelled,
}

impl SourceError {
    /// Whether another GET may succeed.
    pub fn is_transient(&self) -> bool {
        match self {
            SourceError::Status(code) => matches!(code, 408 | 425 | 429 | 500 | 502..=504),
            SourceError::Broken(_) => true,
            SourceError::Protocol(_) | SourceError::Cancelled => false,
        }
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SourceError::Status(code) => write!(f, "the server answered {code}"),
            SourceError::Broken(error) => write!(f, "the transfer broke off: {error}"),
            SourceError::Protocol(what) => write!(f, "the answer makes no sense: {what}"),
            SourceError::Cancelled => f.write_str("cancelled"),
        }
    }
}

impl std::error::Error for SourceError {}
