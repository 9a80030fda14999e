//! Why a transaction was not made.

use rusqlite::ErrorCode;
use std::error::Error;
use std::fmt;
use std::time::Duration;

/// Why nothing was changed.
#[derive(Debug)]
pub enum StoreError {
    /// Another writer was faster: the row is not at the expected version.
    Conflict {
        /// The version that is there; `None` if the row is not.
        current: Option<i64>,
    },
    /// Other writers held the database until the deadline.
    Busy {
        /// How long the wait was.
        waited: Duration,
    },
    /// A write inside a write of the same thread.
    Nested,
    /// The caller cancelled.
    Cancelled,
    /// The file system has no write-ahead log.
    NoWal {
        /// What it has.
        mode: String,
    },
    /// Not a name for a table or a column.
    Name(String),
    /// The closure refused.
    Refused(Box<dyn Error + Send + Sync>),
    /// The database refused.
    Sql(rusqlite::Error),
}

impl StoreError {
    pub(super) fn is_busy(&self) -> bool {
        match self {
            StoreError::Sql(error) => {
                matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
            }
            _ => false,
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StoreError::Conflict { current: Some(at) } => {
                write!(f, "another writer was faster: the row is at version {at}")
            }
            StoreError::Conflict { current: None } => f.write_str("the row is not there"),
            StoreError::Busy { waited } => {
                write!(f, "other writers have held the database for {waited:?}")
            }
            StoreError::Nested => f.write_str("a write inside a write"),
            StoreError::Cancelled => f.write_str("cancelled"),
            StoreError::NoWal { mode } => {
                write!(f, "no write-ahead log here: the journal mode is {mode}")
            }
            StoreError::Name(name) => write!(f, "not a name for a table or column: {name:?}"),
            StoreError::Refused(error) => error.fmt(f),
            StoreError::Sql(error) => error.fmt(f),
        }
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            StoreError::Sql(error) => Some(error),
            StoreError::Refused(error) => Some(&**error),
            _ => None,
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        StoreError::Sql(error)
    }
}
