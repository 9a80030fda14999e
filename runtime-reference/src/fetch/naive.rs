/*!
The downloader as it is written first: a lock file that is judged stale, and a shared part.

Two ways to judge are built, since both are proposed again and again: by age,
and by a proof that the owner's process is dead. Both steal from live owners,
and the second also waits for ever on dead ones:

* a process number that was used again makes a dead owner look alive;
* an owner on another host has a number that means nothing here;
* in a container the owner's number may be the reader's own.
*/

use super::{Fetch, Get, SourceError};
use crate::os::CancelToken;
use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// When a lock file is taken from its owner.
#[derive(Clone)]
pub enum Steal {
    /// When it is older than this.
    Age(Duration),
    /// When the process that it names does not run.
    DeadOwner(Processes),
}

/// What a process can see of others: its own number, and which numbers are in use.
#[derive(Clone)]
pub struct Processes {
    /// Written into the lock file.
    pub own: u32,
    /// Whether a number is in use, here and now.
    pub runs: fn(u32) -> bool,
}

impl Processes {
    /// The processes of this host.
    pub fn here() -> Self {
        Processes { own: std::process::id(), runs: |pid| Path::new("/proc").join(pid.to_string()).exists() }
    }
}

/// A folder of downloaded files, guarded by lock files.
#[derive(Clone)]
pub struct NaiveStore {
    /// The folder.
    pub folder: PathBuf,
    /// When a lock file is taken from its owner.
    pub steal: Steal,
    /// After this long the wait fails.
    pub deadline: Duration,
}

impl NaiveStore {
    /// The file, downloaded if its name is not there.
    pub fn fetch(&self, url: &str, name: &str, source: &dyn Fetch) -> io::Result<PathBuf> {
        let target = self.folder.join(name);
        // Looked at here, and not again under the lock.
        if target.exists() {
            return Ok(target);
        }
        let lock = self.folder.join(format!("{name}.lock"));
        self.acquire(&lock)?;
        let outcome = download(url, &self.folder.join(format!("{name}.part")), source);
        let outcome = outcome.and_then(|part| fs::rename(part, &target));
        // Whoever has stolen the lock loses it here.
        let _ = fs::remove_file(&lock);
        outcome.map(|()| target)
    }

    fn acquire(&self, lock: &Path) -> io::Result<()> {
        let start = Instant::now();
        loop {
            match OpenOptions::new().write(true).create_new(true).open(lock) {
                Ok(mut file) => return write!(file, "{}", self.own()),
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                Err(_) if self.stale(lock) => {
                    // racelint-expect: lock-timeout-steal
                    let _ = fs::remove_file(lock);
                }
                Err(_) if start.elapsed() > self.deadline => {
                    return Err(io::ErrorKind::TimedOut.into());
                }
                Err(_) => std::thread::sleep(Duration::from_millis(10)),
            }
        }
    }

    fn own(&self) -> u32 {
        match &self.steal {
            Steal::Age(_) => std::process::id(),
            Steal::DeadOwner(processes) => processes.own,
        }
    }

    fn stale(&self, lock: &Path) -> bool {
        match &self.steal {
            Steal::Age(limit) => fs::metadata(lock)
                .and_then(|data| data.modified())
                .is_ok_and(|time| time.elapsed().is_ok_and(|age| age > *limit)),
            Steal::DeadOwner(processes) => fs::read_to_string(lock)
                .ok()
                .and_then(|text| text.parse().ok())
                // Our own number in it: left from before a restart.
                .is_some_and(|pid: u32| pid == processes.own || !(processes.runs)(pid)),
        }
    }
}

/// Appends to the one part that all share.
fn download(url: &str, part: &Path, source: &dyn Fetch) -> io::Result<PathBuf> {
    let mut file = OpenOptions::new().create(true).append(true).open(part)?;
    let from = file.metadata()?.len();
    let cancel = CancelToken::new();
    let get = Get { url, from, if_range: None, cancel: &cancel };
    let mut response = source.get(&get).map_err(to_io)?;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = response.body.read(&mut buffer)?;
        if read == 0 {
            return Ok(part.to_owned());
        }
        // racelint-expect: non-atomic-publish
        file.write_all(&buffer[..read])?;
    }
}

fn to_io(error: SourceError) -> io::Error {
    io::Error::other(error)
}
