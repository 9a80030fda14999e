//! How a store works, and what a fetch gives.

use super::Digest;
use crate::os::Patience;
use crate::replace::Durability;
use std::path::PathBuf;
use std::time::Duration;

/// When the lock is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locking {
    /// Where it excludes others; not on network file systems, where it may hang.
    Auto,
    /// Everywhere, though it may exclude nobody; parts are not taken over.
    Always,
    /// Nowhere.
    Never,
}

/// How the bytes are verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verify {
    /// The digest is taken while writing; what was resumed is read back.
    Streaming,
    /// The finished file is read back as a whole.
    ReadBack,
}

/// How a store works.
#[derive(Debug, Clone)]
pub struct Opts {
    /// When the lock is used.
    pub locking: Locking,
    /// How long to wait for it, and when to say so.
    pub patience: Patience,
    /// How the bytes are verified.
    pub verify: Verify,
    /// What `Ok` promises.
    pub durability: Durability,
    /// Transfers that may fail before the request does.
    pub retries: u32,
    /// The pause before the first retry; it doubles.
    pub backoff: Duration,
}

impl Default for Opts {
    fn default() -> Self {
        Opts {
            locking: Locking::Auto,
            patience: Patience::default(),
            verify: Verify::Streaming,
            durability: Durability::Durable,
            retries: 4,
            backoff: Duration::from_millis(200),
        }
    }
}

/// How a file came to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was there.
    Hit,
    /// Another process downloaded it while this one waited.
    Joined,
    /// It was downloaded.
    Downloaded,
    /// It was downloaded from this byte on.
    Resumed {
        /// How many bytes were there already.
        from: u64,
    },
}

/// A complete, verified file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Where it is.
    pub path: PathBuf,
    /// Its digest.
    pub digest: Digest,
    /// How it came to be there.
    pub how: Outcome,
}
