/*!
Transactions on a PostgreSQL server: the same promises as [`crate::store`].

Invariants:

* **P1** All of a closure's writes or none.
* **P2** No update is lost: transactions are serializable, and one that loses
  is run again; or the row's version is compared.
* **P3** The closure is run again on a serialization failure or a deadlock
  until the deadline, so it must have no other effects.
* **P4** A read closure sees one snapshot.
* **P5** At most so many connections are open; who comes later waits.

```no_run
use runtime_reference::pg::{Opts, PgDb};

let db = PgDb::open("host=localhost user=app dbname=app", Opts::default())?;
db.write(|tx| {
    let row = tx.query_one("SELECT sum FROM account WHERE id = 1", &[])?;
    let sum: i64 = row.get(0);
    tx.execute("UPDATE account SET sum = $1 WHERE id = 1", &[&(sum + 1)])?;
    Ok(())
})?;
# Ok::<(), runtime_reference::pg::PgError>(())
```
*/

pub mod naive;
mod pool;

use pool::Pool;
pub use postgres::Transaction;

use postgres::error::SqlState;
use postgres::{Client, Config, IsolationLevel, NoTls};
use std::error::Error;
use std::fmt;
use std::time::{Duration, Instant};

/// How a server is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opts {
    /// After trying so long, a write gives up.
    pub deadline: Duration,
    /// How many connections may be open.
    pub connections: usize,
}

impl Default for Opts {
    /// 30 s, and eight connections.
    fn default() -> Self {
        Opts { deadline: Duration::from_secs(30), connections: 8 }
    }
}

/// Why nothing was changed.
#[derive(Debug)]
pub enum PgError {
    /// Another writer was faster: the row is not at the expected version.
    Conflict {
        /// The version that is there; `None` if the row is not.
        current: Option<i64>,
    },
    /// Other transactions won until the deadline.
    Busy {
        /// How long it was tried.
        waited: Duration,
    },
    /// The closure refused.
    Refused(Box<dyn Error + Send + Sync>),
    /// The server refused, or is not there.
    Sql(postgres::Error),
}

impl PgError {
    /// Whether the transaction lost against another, and may win when run again.
    fn is_lost(&self) -> bool {
        match self {
            PgError::Sql(error) => error.code().is_some_and(|code| {
                *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED
            }),
            _ => false,
        }
    }
}

impl fmt::Display for PgError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PgError::Conflict { current: Some(at) } => {
                write!(f, "another writer was faster: the row is at version {at}")
            }
            PgError::Conflict { current: None } => f.write_str("the row is not there"),
            PgError::Busy { waited } => write!(f, "other transactions have won for {waited:?}"),
            PgError::Refused(error) => error.fmt(f),
            PgError::Sql(error) => error.fmt(f),
        }
    }
}

impl Error for PgError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            PgError::Sql(error) => Some(error),
            PgError::Refused(error) => Some(&**error),
            PgError::Conflict { .. } | PgError::Busy { .. } => None,
        }
    }
}

impl From<postgres::Error> for PgError {
    fn from(error: postgres::Error) -> Self {
        PgError::Sql(error)
    }
}

/// A database on a server.
pub struct PgDb {
    pool: Pool,
    opts: Opts,
}

impl PgDb {
    /// Connects once, so that a wrong address fails here.
    pub fn open(address: &str, opts: Opts) -> Result<Self, PgError> {
        let config: Config = address.parse()?;
        let connect = move || config.connect(NoTls);
        let first = connect()?;
        Ok(PgDb { pool: Pool::new(first, opts.connections, Box::new(connect)), opts })
    }

    /// Runs `work` as one serializable transaction, again if it loses against another.
    pub fn write<T>(&self, mut work: impl FnMut(&mut Transaction<'_>) -> Result<T, PgError>) -> Result<T, PgError> {
        let start = Instant::now();
        let mut pause = Duration::from_millis(1);
        loop {
            let outcome = self.pool.with(|client| attempt(client, IsolationLevel::Serializable, false, &mut work))?;
            match outcome {
                Err(error) if error.is_lost() => {
                    let waited = start.elapsed();
                    if waited >= self.opts.deadline {
                        return Err(PgError::Busy { waited });
                    }
                    // Losers that come back at different times lose less often.
                    let spread = u64::from(waited.subsec_nanos()) % 3;
                    std::thread::sleep(pause + Duration::from_millis(spread));
                    pause = (pause * 2).min(Duration::from_millis(50));
                }
                outcome => return outcome,
            }
        }
    }

    /// Runs `work` on one snapshot; it cannot write.
    pub fn read<T>(&self, mut work: impl FnMut(&mut Transaction<'_>) -> Result<T, PgError>) -> Result<T, PgError> {
        let level = IsolationLevel::RepeatableRead;
        self.pool.with(|client| attempt(client, level, true, &mut work))?
    }
}

fn attempt<T>(
    client: &mut Client,
    level: IsolationLevel,
    read_only: bool,
    work: &mut impl FnMut(&mut Transaction<'_>) -> Result<T, PgError>,
) -> Result<T, PgError> {
    let builder = client.build_transaction().isolation_level(level);
    let mut tx = builder.read_only(read_only).start()?;
    // A transaction that is dropped is rolled back.
    let result = work(&mut tx)?;
    tx.commit()?;
    Ok(result)
}

/// Sets a whole-number column if the row is still at `version`; gives the new version.
///
/// The table has `id bigint primary key` and `version bigint not null`. Names
/// are quoted.
pub fn update_versioned(
    tx: &mut Transaction<'_>,
    table: &str,
    id: i64,
    version: i64,
    (column, value): (&str, i64),
) -> Result<i64, PgError> {
    let (table, column) = (quoted(table), quoted(column));
    let sql = format!("UPDATE {table} SET {column} = $3, version = version + 1 WHERE id = $1 AND version = $2");
    if tx.execute(&sql, &[&id, &version, &value])? == 1 {
        return Ok(version + 1);
    }
    let query = format!("SELECT version FROM {table} WHERE id = $1");
    let current = tx.query_opt(&query, &[&id])?.map(|row| row.get(0));
    Err(PgError::Conflict { current })
}

/// Inserts a row at version 1, or sets its column and counts its version up, as one statement.
pub fn upsert(tx: &mut Transaction<'_>, table: &str, id: i64, (column, value): (&str, i64)) -> Result<i64, PgError> {
    let (table, column) = (quoted(table), quoted(column));
    let sql = format!(
        "INSERT INTO {table} AS old (id, version, {column}) VALUES ($1, 1, $2) \
         ON CONFLICT (id) DO UPDATE SET {column} = excluded.{column}, version = old.version + 1 \
         RETURNING version"
    );
    Ok(tx.query_one(&sql, &[&id, &value])?.get(0))
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
