/*!
Transactions on an embedded database: writers queue, readers see one snapshot.

Invariants:

* **T1** All of a closure's writes or none, also when the process is killed.
* **T2** No update is lost: the write lock is taken before the first read, or
  the row's version is compared.
* **T3** Writers wait for each other; none fails early as busy.
* **T4** A read closure sees one snapshot.
* **T5** A conflict is returned, with the version that is there.
* **T6** A closure cannot await; when it fails or panics, everything is undone.
* **T7** `Ok` is durable as [`Synchronous`] says.

A write closure is a unit of work: what it does through [`upsert`],
[`update_versioned`] and plain SQL becomes visible as one step. It may be run
again when the database was busy, so it must have no other effects.

```
use runtime_reference::store::{Db, Opts, StoreError, params};

let folder = tempfile::tempdir()?;
let db = Db::open(folder.path().join("app.db"), Opts::default())?;
db.write(|tx| Ok(tx.execute_batch("CREATE TABLE account (id INTEGER PRIMARY KEY, sum INTEGER)")?))?;
db.write(|tx| {
    tx.execute("INSERT INTO account VALUES (1, 100), (2, 0)", [])?;
    tx.execute("UPDATE account SET sum = sum - ?1 WHERE id = 1", params![30])?;
    tx.execute("UPDATE account SET sum = sum + ?1 WHERE id = 2", params![30])?;
    Ok(())
})?;
let sum: i64 = db.read(|tx| Ok(tx.query_row("SELECT sum(sum) FROM account", [], |row| row.get(0))?))?;
assert_eq!(sum, 100);
# Ok::<(), Box<dyn std::error::Error>>(())
```

A transaction cannot be held over an await:

```compile_fail,E0728
# async fn elsewhere() {}
# async fn test(db: runtime_reference::store::Db) {
let _ = db.write(|tx| {
    elsewhere().await;
    Ok(())
});
# }
```
*/

mod apart;
mod error;
pub mod naive;
mod row;

pub use error::StoreError;
pub use row::{Row, update_versioned, upsert};
pub use rusqlite::{Transaction, params, types::Value};

use rusqlite::{Connection, InterruptHandle, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;
use std::time::{Duration, Instant};

/// What survives a loss of power; a killed process loses nothing under either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Synchronous {
    /// The database stays whole; the last transactions may be gone.
    Normal,
    /// Every transaction that returned `Ok` is there.
    Full,
}

/// How a database is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opts {
    /// After waiting so long for other writers, a write gives up.
    pub deadline: Duration,
    /// What survives a loss of power.
    pub synchronous: Synchronous,
}

impl Default for Opts {
    /// 30 s, and [`Synchronous::Full`].
    fn default() -> Self {
        Opts { deadline: Duration::from_secs(30), synchronous: Synchronous::Full }
    }
}

/// A database in one file, used by any number of threads and processes.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    opts: Opts,
    /// Writers of this process queue here; those of others at the file.
    writer: Mutex<Connection>,
    interrupt: InterruptHandle,
    /// Whose write runs, so that a write inside a write is an error and no deadlock.
    holder: Mutex<Option<ThreadId>>,
    readers: Mutex<Vec<Connection>>,
}

impl Db {
    /// Opens or creates the database, in WAL mode.
    pub fn open(path: impl AsRef<Path>, opts: Opts) -> Result<Self, StoreError> {
        let path = path.as_ref().to_owned();
        let writer = connect(&path, opts)?;
        Ok(Db {
            inner: Arc::new(Inner {
                path,
                opts,
                interrupt: writer.get_interrupt_handle(),
                writer: Mutex::new(writer),
                holder: Mutex::new(None),
                readers: Mutex::new(Vec::new()),
            }),
        })
    }

    /// Runs `work` as one transaction that holds the write lock from its start.
    ///
    /// It is committed on `Ok`, and undone on an error or a panic.
    pub fn write<T>(&self, mut work: impl FnMut(&Transaction<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let me = Some(std::thread::current().id());
        if *lock(&self.inner.holder) == me {
            return Err(StoreError::Nested);
        }
        let mut writer = lock(&self.inner.writer);
        *lock(&self.inner.holder) = me;
        let _reset = Reset(&self.inner.holder);
        let start = Instant::now();
        let mut pause = Duration::from_millis(1);
        loop {
            match attempt(&mut writer, &mut work) {
                Err(error) if error.is_busy() => {
                    let waited = start.elapsed();
                    if waited >= self.inner.opts.deadline {
                        return Err(StoreError::Busy { waited });
                    }
                    std::thread::sleep(pause);
                    pause = (pause * 2).min(Duration::from_millis(50));
                }
                outcome => return outcome,
            }
        }
    }

    /// Runs `work` on one snapshot; it cannot write.
    pub fn read<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let pooled = lock(&self.inner.readers).pop();
        let mut reader = match pooled {
            Some(reader) => reader,
            None => {
                let reader = connect(&self.inner.path, self.inner.opts)?;
                reader.pragma_update(None, "query_only", true)?;
                reader
            }
        };
        let tx = reader.transaction_with_behavior(TransactionBehavior::Deferred)?;
        let result = work(&tx)?;
        tx.finish()?;
        lock(&self.inner.readers).push(reader);
        Ok(result)
    }

    /// Reads a row, computes its new values, and writes them if nobody else has.
    ///
    /// `change` runs with no lock held and may take its time. When another
    /// writer was faster, it is run again on the newer row; after `tries`
    /// conflicts the last one is returned.
    ///
    /// ```
    /// use runtime_reference::store::{Db, Opts, Value, upsert};
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let db = Db::open(folder.path().join("app.db"), Opts::default())?;
    /// let table = "CREATE TABLE item (id INTEGER PRIMARY KEY, version INTEGER NOT NULL, count INTEGER)";
    /// db.write(|tx| Ok(tx.execute_batch(table)?))?;
    /// db.write(|tx| upsert(tx, "item", 1, &[("count", Value::Integer(1))]))?;
    /// let version = db.modify("item", 1, 10, |row| {
    ///     vec![("count", Value::Integer(row.number("count").unwrap_or(0) + 1))]
    /// })?;
    /// assert_eq!(version, 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn modify(
        &self,
        table: &str,
        id: i64,
        tries: u32,
        mut change: impl FnMut(&Row) -> Vec<(&'static str, Value)>,
    ) -> Result<i64, StoreError> {
        let mut left = tries;
        loop {
            let row = self.read(|tx| Row::get(tx, table, id))?;
            let values = change(&row);
            match self.write(|tx| update_versioned(tx, table, id, row.version, &values)) {
                Err(StoreError::Conflict { .. }) if left > 1 => left -= 1,
                outcome => return outcome,
            }
        }
    }
}

// #region attempt
/// One try: begin, work, commit.
fn attempt<T>(
    writer: &mut Connection,
    work: &mut impl FnMut(&Transaction<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    // Immediate: a deferred one that reads first cannot wait for the write lock.
    let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let result = work(&tx)?;
    tx.commit()?;
    Ok(result)
}
// #endregion attempt

// #region connect
fn connect(path: &Path, opts: Opts) -> Result<Connection, StoreError> {
    let connection = Connection::open(path)?;
    // First of all: what follows may have to wait too.
    connection.busy_timeout(opts.deadline)?;
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        return Err(StoreError::NoWal { mode });
    }
    let synchronous = match opts.synchronous {
        Synchronous::Normal => "NORMAL",
        Synchronous::Full => "FULL",
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(connection)
}
// #endregion connect

/// A panic in a closure has undone its transaction: the connection is good.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Reset<'a>(&'a Mutex<Option<ThreadId>>);

impl Drop for Reset<'_> {
    fn drop(&mut self) {
        *lock(self.0) = None;
    }
}
