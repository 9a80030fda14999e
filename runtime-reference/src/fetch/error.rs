//! Why a download failed.

use super::SourceError;
use crate::os::WaitError;
use std::fmt;
use std::io;
use std::time::Duration;

/// Why there is no file; what was there before is untouched.
#[derive(Debug)]
pub enum FetchError {
    /// Another process held the lock until the deadline.
    Locked {
        /// How long the wait was.
        waited: Duration,
    },
    /// The caller cancelled.
    Cancelled,
    /// The server could not be reached or broke off, more often than retries allow.
    Source(SourceError),
    /// The bytes are not the ones asked for, twice.
    Corrupt {
        /// What is wrong with them.
        what: String,
    },
    /// The file system refused.
    Io(io::Error),
}

impl FetchError {
    /// Whether the same request may succeed later.
    pub fn is_transient(&self) -> bool {
        match self {
            FetchError::Locked { .. } => true,
            FetchError::Source(error) => error.is_transient(),
            FetchError::Cancelled | FetchError::Corrupt { .. } | FetchError::Io(_) => false,
        }
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FetchError::Locked { waited } => {
                write!(f, "another process has held the lock for {waited:?}")
            }
            FetchError::Cancelled => f.write_str("cancelled"),
            FetchError::Source(error) => error.fmt(f),
            FetchError::Corrupt { what } => write!(f, "the server sent wrong bytes: {what}"),
            FetchError::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for FetchError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            FetchError::Source(error) => Some(error),
            FetchError::Io(error) => Some(error),
            FetchError::Locked { .. } | FetchError::Cancelled | FetchError::Corrupt { .. } => None,
        }
    }
}

impl From<io::Error> for FetchError {
    fn from(error: io::Error) -> Self {
        FetchError::Io(error)
    }
}

impl From<WaitError> for FetchError {
    fn from(error: WaitError) -> Self {
        match error {
            WaitError::Deadline { waited } => FetchError::Locked { waited },
            WaitError::Cancelled => FetchError::Cancelled,
            WaitError::Io(error) => FetchError::Io(error),
        }
    }
}
