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

/// As many rows as the writers choose from, one after the other: the fewer, the more conflicts.
const ROWS: [i64; 4] = [1, 4, 16, 64];

pub(crate) fn conflicts() -> Outcome<Table> {
    let mut rows = Vec::new();
    for count in ROWS {
        let (conflicts, rate) = contend(count)?;
        rows.push((format!("{count} row{}", if count == 1 { "" } else { "s" }), vec![conflicts, rate]));
    }
    Ok(Table {
        name: "store-conflicts",
        title: "Store: version conflicts of 8 writers, 2,000 updates".to_owned(),
        columns: vec!["conflicts per update".to_owned(), "tx/s".to_owned()],
        rows,
        drawn: 0,
        unit: "lower is better",
        note: "Each update reads, computes with no lock held, and writes if the version still stands; else it is run again. None is lost: the sums are compared.".to_owned(),
    })
}

/// Conflicts per update, and updates per second.
fn contend(rows: i64) -> Outcome<(f64, f64)> {
    const WRITERS: u64 = 8;
    let folder = tempfile::tempdir()?;
    let opts = Opts { deadline: Duration::from_secs(60), synchronous: Synchronous::Normal };
    let db = Db::open(folder.path().join("a.db"), opts)?;
    db.write(|tx| Ok(tx.execute_batch(TABLE)?))?;
    for id in 2..=rows {
        db.write(|tx| Ok(tx.execute("INSERT INTO account (id, sum) VALUES (?1, 0)", [id])?))?;
    }
    let (start, tries) = (Barrier::new(WRITERS as usize), AtomicU64::new(0));
    let begin = Instant::now();
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (db, start, tries) = (&db, &start, &tries);
            scope.spawn(move || {
                start.wait();
                for n in 0..WRITES / WRITERS {
                    let id = (n.wrapping_mul(7) + writer) as i64 % rows + 1;
                    // What fails is missing in the sum.
                    let _ = db.modify("account", id, 10_000, |row| {
                        tries.fetch_add(1, SeqCst);
                        vec![("sum", Value::Integer(row.number("sum").unwrap_or(0) + 1))]
                    });
                }
            });
        }
    });
    let time = begin.elapsed().as_secs_f64();
    let sum: i64 = db.read(|tx| Ok(tx.query_row("SELECT sum(sum) FROM account", [], |row| row.get(0))?))?;
    if sum != WRITES as i64 {
        return Err(format!("{sum} of {WRITES} updates are in the sum").into());
    }
    let again = tries.load(SeqCst) as f64 - WRITES as f64;
    Ok((again / WRITES as f64, WRITES as f64 / time))
}

enum Writer<'a> {
    Immediate(Db),
    Version(&'a Db),
    Plain(Way, std::cell::RefCell<Connection>),
    Naive(naive::NaiveAccounts),
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
                match way {
                    Way::Autocommit => Writer::Naive(naive::NaiveAccounts::new(own)),
                    _ => Writer::Plain(way, own.into()),
                }
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
            Writer::Plain(_, own) => naive::add_deferred(&mut own.borrow_mut(), 1, 1)?,
            Writer::Naive(accounts) => accounts.add(1, 1)?,
        }
        Ok(())
    }
}
