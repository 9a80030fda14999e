//! P1 to P5 against a real server, which is started here; `--features postgres`.
#![expect(clippy::unwrap_used, reason = "a test may stop where its set-up fails")]

use postgres::{Client, NoTls};
use runtime_reference::pg::{Opts, PgDb, PgError, naive, update_versioned, upsert};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Barrier;

/// A server in a folder of its own, reached by a socket in it; stopped on drop.
struct Server {
    folder: tempfile::TempDir,
    child: std::process::Child,
}

/// Runs a program of the server's; it refuses to run as root, so root steps down.
fn as_user(program: &str, folder: &Path) -> Command {
    let root = std::fs::metadata("/proc/self").is_ok_and(|data| {
        use std::os::unix::fs::MetadataExt;
        data.uid() == 0
    });
    if !root {
        return Command::new(program);
    }
    let owned = Command::new("chown").arg("-R").arg("nobody").arg(folder).status();
    assert!(owned.unwrap().success());
    let mut command = Command::new("setpriv");
    command.args(["--reuid=nobody", "--clear-groups", "--", program]);
    command
}

impl Server {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let made = as_user("initdb", folder.path())
            .args(["--auth=trust", "--username=app", "-D"])
            .arg(&data)
            .stdout(Stdio::null())
            .status();
        assert!(made.expect("initdb is installed").success());
        let child = as_user("postgres", folder.path())
            .arg("-D")
            .arg(&data)
            .args(["-c", "listen_addresses=", "-c", "fsync=off", "-k"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Server { folder, child };
        for _ in 0..300 {
            if Client::connect(&server.address(), NoTls).is_ok() {
                return server;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("the server did not start");
    }

    fn address(&self) -> String {
        format!("host={} user=app dbname=postgres", self.folder.path().display())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing in it is needed any more.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const TABLE: &str = "DROP TABLE IF EXISTS account;
     CREATE TABLE account (id bigint PRIMARY KEY, version bigint NOT NULL DEFAULT 1, sum bigint);
     INSERT INTO account (id, sum) VALUES (1, 0);";

fn sum(db: &PgDb) -> i64 {
    let query = "SELECT sum FROM account WHERE id = 1";
    db.read(|tx| Ok(tx.query_one(query, &[])?.get(0))).unwrap()
}

fn add_one(db: &PgDb) -> Result<(), PgError> {
    db.write(|tx| {
        let sum: i64 = tx.query_one("SELECT sum FROM account WHERE id = 1", &[])?.get(0);
        tx.execute("UPDATE account SET sum = $1 WHERE id = 1", &[&(sum + 1)])?;
        Ok(())
    })
}

#[test]
fn the_invariants_against_a_real_server() {
    let server = Server::start();
    let db = PgDb::open(&server.address(), Opts::default()).unwrap();
    db.write(|tx| Ok(tx.batch_execute(TABLE)?)).unwrap();
    forty_writers_lose_nothing(&db);
    errors_and_panics_undo(&db);
    conflicts_tell_the_version(&db);
    a_reader_sees_one_snapshot(&db);
    twin_loses_updates(&server, &db);
}

/// P2, P3, P5: more writers than connections.
fn forty_writers_lose_nothing(db: &PgDb) {
    let start = Barrier::new(40);
    std::thread::scope(|scope| {
        for _ in 0..40 {
            scope.spawn(|| {
                start.wait();
                (0..5).for_each(|_| add_one(db).unwrap());
            });
        }
    });
    assert_eq!(sum(db), 200);
}

/// P1, and that a connection whose closure panicked frees its place.
fn errors_and_panics_undo(db: &PgDb) {
    let before = sum(db);
    let refused = db.write(|tx| {
        tx.execute("UPDATE account SET sum = 5", &[])?;
        Err::<(), _>(PgError::Refused("no".into()))
    });
    assert!(matches!(refused, Err(PgError::Refused(_))));
    for _ in 0..20 {
        let panic = catch_unwind(AssertUnwindSafe(|| {
            db.write(|tx| -> Result<(), PgError> {
                tx.execute("UPDATE account SET sum = 6", &[])?;
                panic!("half-way");
            })
        }));
        assert!(panic.is_err());
    }
    assert_eq!(sum(db), before);
    add_one(db).unwrap();
}

fn conflicts_tell_the_version(db: &PgDb) {
    assert_eq!(db.write(|tx| upsert(tx, "account", 2, ("sum", 5))).unwrap(), 1);
    assert_eq!(db.write(|tx| upsert(tx, "account", 2, ("sum", 6))).unwrap(), 2);
    let set = |version| db.write(|tx| update_versioned(tx, "account", 2, version, ("sum", 9)));
    assert_eq!(set(2).unwrap(), 3);
    assert!(matches!(set(2), Err(PgError::Conflict { current: Some(3) })));
    let absent = db.write(|tx| update_versioned(tx, "account", 7, 1, ("sum", 9)));
    assert!(matches!(absent, Err(PgError::Conflict { current: None })));
}

/// P4
fn a_reader_sees_one_snapshot(db: &PgDb) {
    let before = sum(db);
    db.read(|tx| {
        let query = "SELECT sum FROM account WHERE id = 1";
        let first: i64 = tx.query_one(query, &[])?.get(0);
        add_one(db)?;
        let second: i64 = tx.query_one(query, &[])?.get(0);
        assert_eq!((first, second), (before, before), "the snapshot must not move");
        assert!(tx.execute("UPDATE account SET sum = 9", &[]).is_err(), "a reader must not write");
        Err::<(), _>(PgError::Refused("seen".into()))
    })
    .unwrap_err();
    assert_eq!(sum(db), before + 1);
}

fn twin_loses_updates(server: &Server, db: &PgDb) {
    let before = sum(db);
    let start = Barrier::new(4);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut own = Client::connect(&server.address(), NoTls).unwrap();
                start.wait();
                for _ in 0..100 {
                    naive::add_read_committed(&mut own, 1, 1).unwrap();
                }
            });
        }
    });
    assert!(sum(db) < before + 400, "the twin should have lost some");
}
