/*!
Hot reload of a file: parsed outside any lock, swapped by generation, last good kept.

Invariants:

* **F3** Bad content keeps the last good value.
* **F4** The watch survives editors that save by rename, by link, or by
  delete and create: it looks at the name, not at an open file.
* **F5** No older parse lands over a newer one.
* **F8** A unit of work sees one version: it takes one [`Arc`] and keeps it.

```
use runtime_reference::live::Live;
use runtime_reference::replace::{Durability, replace};

let folder = tempfile::tempdir()?;
let path = folder.path().join("limit");
replace(&path, b"10", Durability::Visible)?;
let live = Live::open(&path, |bytes| String::from_utf8_lossy(bytes).trim().parse::<u32>())?;
assert_eq!(live.get().value, 10);

replace(&path, b"not a number", Durability::Visible)?;
assert!(live.reload().is_err());
assert_eq!(live.get().value, 10);

replace(&path, b"20", Durability::Visible)?;
live.reload()?;
assert_eq!(live.get().value, 20);
# Ok::<(), Box<dyn std::error::Error>>(())
```
*/

pub mod naive;
mod watch;

pub use watch::Watch;

use crate::os::{Os, StdOs, read_all};
use crate::sync::{Arc, Mutex, PoisonError, RwLock, lock};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A value and its version.
#[derive(Debug, PartialEq, Eq)]
pub struct Versioned<T> {
    /// Grows with every reload that was published; never goes back.
    pub version: u64,
    /// The value.
    pub value: T,
}

/// Why a reload left the value as it was.
#[derive(Debug)]
pub enum ReloadError<E> {
    /// The file cannot be read.
    Io(io::Error),
    /// The content is bad.
    Parse(E),
}

impl<E: fmt::Display> fmt::Display for ReloadError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReloadError::Io(error) => write!(f, "cannot read: {error}"),
            ReloadError::Parse(error) => write!(f, "cannot parse: {error}"),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> std::error::Error for ReloadError<E> {}

type Parse<T, E> = dyn Fn(&[u8]) -> Result<T, E> + Send + Sync;

/// A file's parsed content, reloaded while others read it.
pub struct Live<T, E, O: Os = StdOs> {
    inner: Arc<Inner<T, E, O>>,
}

struct Inner<T, E, O: Os> {
    os: O,
    path: PathBuf,
    parse: Box<Parse<T, E>>,
    /// The next ticket; a reload takes one before it reads.
    tickets: Mutex<u64>,
    published: RwLock<Arc<Versioned<T>>>,
}

impl<T, E, O: Os> Clone for Live<T, E, O> {
    fn clone(&self) -> Self {
        Live { inner: Arc::clone(&self.inner) }
    }
}

impl<T, E> Live<T, E> {
    /// Reads and parses the file; the first content must be good.
    pub fn open(
        path: &Path,
        parse: impl Fn(&[u8]) -> Result<T, E> + Send + Sync + 'static,
    ) -> Result<Self, ReloadError<E>> {
        Live::open_on(StdOs, path, parse)
    }
}

impl<T, E, O: Os> Live<T, E, O> {
    /// [`Live::open`] on another file system.
    pub fn open_on(
        os: O,
        path: &Path,
        parse: impl Fn(&[u8]) -> Result<T, E> + Send + Sync + 'static,
    ) -> Result<Self, ReloadError<E>> {
        let bytes = read_all(&os, path).map_err(ReloadError::Io)?;
        let value = parse(&bytes).map_err(ReloadError::Parse)?;
        Ok(Live {
            inner: Arc::new(Inner {
                os,
                path: path.to_owned(),
                parse: Box::new(parse),
                tickets: Mutex::new(1),
                published: RwLock::new(Arc::new(Versioned { version: 1, value })),
            }),
        })
    }

    /// The value; take it once per unit of work.
    pub fn get(&self) -> Arc<Versioned<T>> {
        let published = self.inner.published.read();
        Arc::clone(&published.unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads and parses anew.
    ///
    /// When it returns `Ok`, the value is at least as new as the file was when
    /// it was called. That it is this call's own parse is not said: a reload
    /// that started later may have ended first, and its value stays.
    pub fn reload(&self) -> Result<Arc<Versioned<T>>, ReloadError<E>> {
        let ticket = {
            let mut tickets = lock(&self.inner.tickets);
            *tickets += 1;
            *tickets
        };
        // Read after the ticket: a later ticket has read later.
        let bytes = read_all(&self.inner.os, &self.inner.path).map_err(ReloadError::Io)?;
        let value = (self.inner.parse)(&bytes).map_err(ReloadError::Parse)?;
        Ok(self.publish(Arc::new(Versioned { version: ticket, value })))
    }

    // #region publish
    fn publish(&self, new: Arc<Versioned<T>>) -> Arc<Versioned<T>> {
        let published = self.inner.published.write();
        let mut published = published.unwrap_or_else(PoisonError::into_inner);
        if published.version > new.version {
            return Arc::clone(&published);
        }
        let old = std::mem::replace(&mut *published, Arc::clone(&new));
        drop(published);
        // A value's destructor runs with nothing locked.
        drop(old);
        new
    }
    // #endregion publish
}
