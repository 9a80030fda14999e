//! Transactions: throughput and the share that fails or is lost, by writers.

use crate::Outcome;
use crate::report::Table;
use runtime_reference::store::{Db, Opts, Synchronous, Value, naive};
use rusqlite::Connection;
use std::path::Path;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::{Duration, Instant};

const TABLE: &str = "CREATE TABLE account (id INTEGER PRIMARY KEY, version INTEGER NOT NULL DEFAULT 1, sum INTEGER);
     INSERT INTO account (id, sum) VALUES (1, 0);";
const WRITES: u64 = 2000;
const WRITERS: [u64; 4] = [1, 4, 8, 16];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Immediate(Synchronous),
    Version,
    OneStatement,
    Autocommit,
    Deferred,
}

const WAYS: [(&str, Way); 6] = [
    ("ours, immediate, NORMAL", Way::Immediate(Synchronous::Normal)),
    ("ours, immediate, FULL", Way::Immediate(Synchronous::Full)),
    ("ours, version column", Way::Version),
    ("one statement", Way::OneStatement),
    ("twin, autocommit", Way::Autocommit),
    ("twin, deferred", Way::Deferred),
];

pub(crate) fn store() -> Outcome<Table> {
    let mut rows = Vec::new();
    for (name, way) in WAYS {
        let mut values = Vec::new();
        let mut wrong = 0.0;
        for writers in WRITERS {
            let (rate, lost) = run(way, writers)?;
            values.push(rate);
            wrong = lost;
        }
        values.push(wrong);
        rows.push((name.to_owned(), values));
    }
    let mut columns: Vec<String> =
        WRITERS.iter().map(|n| format!("{n} writer{}, tx/s", if *n == 1 { "" } else { "s" })).collect();
    columns.push("lost or failed at 16, %".to_owned());
    Ok(Table {
        name: "store",
        title: "Store: 2,000 read-modify-writes of one row".to_owned(),
        columns,
        rows,
        drawn: 4,
        unit: "lower is better",
        note: "Only transactions that are in the sum at the end count into the rate. Every writer has a connection of its own, as processes do, except that the versioned one shares a `Db`.".to_owned(),
    })
}

/// Transactions per second, and the share in percent that is not in the sum.
fn run(way: Way, writers: u64) -> Outcome<(f64, f64)> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("a.db");
    let synchronous = match way {
        Way::Immediate(synchronous) => synchronous,
        _ => Synchronous::Normal,
    };
    let opts = Opts { deadline: Duration::from_secs(60), synchronous };
    let db = Db::open(&path, opts)?;
    db.write(|tx| Ok(tx.execute_batch(TABLE)?))?;
    let (start, failed) = (Barrier::new(writers as usize), AtomicU64::new(0));
    let begin = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..writers {
            scope.spawn(|| {
                let writer = Writer::open(way, &path, opts, &db);
                start.wait();
                for _ in 0..WRITES / writers {
                    let done = writer.as_ref().is_ok_and(|w| w.add().is_ok());
                    failed.fetch_add(u64::from(!done), SeqCst);
                }
            });
        }
    });
    let time = begin.elapsed().as_secs_f64();
    let query = "SELECT sum FROM account";
    let sum: i64 = db.read(|tx| Ok(tx.query_row(query, [], |row| row.get(0))?))?;
    let asked = (WRITES / writers * writers) as f64;
    Ok((sum as f64 / time, (asked - sum as f64) / asked * 100.0))
}

enum Writer<'a> {
    Immediate(Db),
    Version(&'a Db),
    Plain(Way, std::cell::RefCell<Connection>),
}

impl<'a> Writer<'a> {
    fn open(way: Way, path: &Path, opts: Opts, db: &'a Db) -> Outcome<Self> {
        Ok(match way {
            Way::Immediate(_) => Writer::Immediate(Db::open(path, opts)?),
            Way::Version => Writer::Version(db),
            _ => {
                let own = Connection::open(path)?;
                own.busy_timeout(opts.deadline)?;
                own.pragma_update(None, "synchronous", "NORMAL")?;
                Writer::Plain(way, own.into())
            }
        })
    }

    fn add(&self) -> Outcome<()> {
        match self {
            Writer::Immediate(db) => db.write(|tx| {
                let query = "SELECT sum FROM account WHERE id = 1";
                let sum: i64 = tx.query_row(query, [], |row| row.get(0))?;
                tx.execute("UPDATE account SET sum = ?1 WHERE id = 1", [sum + 1])?;
                Ok(())
            })?,
            Writer::Version(db) => {
                db.modify("account", 1, 10_000, |row| {
                    vec![("sum", Value::Integer(row.number("sum").unwrap_or(0) + 1))]
                })?;
            }
            Writer::Plain(Way::OneStatement, own) => {
                own.borrow().execute("UPDATE account SET sum = sum + 1 WHERE id = 1", [])?;
            }
            Writer::Plain(Way::Deferred, own) => naive::add_deferred(&mut own.borrow_mut(), 1, 1)?,
            Writer::Plain(_, own) => naive::add_in_two_statements(&own.borrow(), 1, 1)?,
        }
        Ok(())
    }
}
