//! The database: processes killed between two statements of one transfer.

use crate::child::Answer;
use crate::herd::{Kills, drive};
use crate::{Setup, Verdict};
use runtime_reference::store::{Db, Opts};
use runtime_testkit::Chance;
use rusqlite::Connection;
use std::error::Error;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant};

const TABLES: &str = "CREATE TABLE account (id INTEGER PRIMARY KEY, sum INTEGER);
     CREATE TABLE done (name TEXT PRIMARY KEY);
     INSERT INTO account VALUES (1, 1000000), (2, 0);";

/// What else there is to do between the two statements of a transfer.
const BETWEEN: Duration = Duration::from_micros(300);

pub(crate) fn store(setup: &Setup) -> io::Result<Verdict> {
    transfers("store", "store", false, setup)
}

pub(crate) fn twin(setup: &Setup) -> io::Result<Verdict> {
    transfers("store twin, autocommit", "twin", true, setup)
}

fn transfers(name: &'static str, variant: &str, twin: bool, setup: &Setup) -> io::Result<Verdict> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("a.db");
    let log = folder.path().join("log");
    let time = (setup.rounds * 15).clamp(800, 3000);
    let args = [
        "database".to_owned(),
        variant.to_owned(),
        path.display().to_string(),
        log.display().to_string(),
        time.to_string(),
    ];
    let prepared = Db::open(&path, Opts::default()).and_then(|db| db.write(|tx| Ok(tx.execute_batch(TABLES)?)));
    prepared.map_err(io::Error::other)?;
    let kills = Kills { one_in: 2, within: time };
    let tally = drive(&args, setup.processes.min(6), kills, &mut Chance::new(setup.seed))?;
    let (sum, done, missing) = judge(&path, &log).map_err(io::Error::other)?;
    let mut broken = Vec::new();
    if tally.errors + tally.stuck > 0 {
        broken.push(format!("{} writers failed", tally.errors + tally.stuck));
    }
    Ok(Verdict {
        name,
        twin,
        // Money made or lost, and transfers that were told and are not there.
        wrong: sum.abs_diff(1_000_000) + missing,
        broken,
        numbers: format!("transfers {done} kills {} sum {sum} told and missing {missing}", tally.kills),
    })
}

fn judge(path: &Path, log: &Path) -> Result<(i64, i64, u64), Box<dyn Error + Send + Sync>> {
    let db = Connection::open(path)?;
    let sum = db.query_row("SELECT sum(sum) FROM account", [], |row| row.get(0))?;
    let done = db.query_row("SELECT count(*) FROM done", [], |row| row.get(0))?;
    let mut missing = 0;
    // A line is there only after the transfer's `Ok` (T7).
    for name in std::fs::read_to_string(log).unwrap_or_default().lines() {
        let query = "SELECT count(*) FROM done WHERE name = ?1";
        let there: i64 = db.query_row(query, [name], |row| row.get(0))?;
        missing += u64::from(there == 0);
    }
    Ok((sum, done, missing))
}

pub(crate) fn child(args: &[&str]) -> Answer {
    let [variant, path, log, time] = args else {
        return Err("database: variant, path, log, time".into());
    };
    let end = Instant::now() + Duration::from_millis(time.parse()?);
    let mut log = OpenOptions::new().append(true).create(true).open(log)?;
    let pid = std::process::id();
    let db = Db::open(path, Opts::default())?;
    let plain = Connection::open(path)?;
    plain.busy_timeout(Duration::from_secs(20))?;
    let mut count = 0;
    while Instant::now() < end {
        count += 1;
        let name = format!("{pid}-{count}");
        let take = "UPDATE account SET sum = sum - 1 WHERE id = 1";
        let give = "UPDATE account SET sum = sum + 1 WHERE id = 2";
        if *variant == "store" {
            db.write(|tx| {
                tx.execute(take, [])?;
                std::thread::sleep(BETWEEN);
                tx.execute(give, [])?;
                tx.execute("INSERT INTO done VALUES (?1)", [&name])?;
                Ok(())
            })?;
        } else {
            plain.execute(take, [])?;
            std::thread::sleep(BETWEEN);
            plain.execute(give, [])?;
            plain.execute("INSERT INTO done VALUES (?1)", [&name])?;
        }
        writeln!(log, "{name}")?;
    }
    Ok(true)
}
