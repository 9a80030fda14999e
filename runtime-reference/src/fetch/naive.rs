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
        match &self.steal {
            Steal::Age(limit) => take_by_age(&lock, *limit, self.deadline)?,
            Steal::DeadOwner(processes) => take_by_proof(&lock, processes, self.deadline)?,
        }
        let part = self.folder.join(format!("{name}.part"));
        let outcome = download(url, &part, source);
        let outcome = outcome.and_then(|()| fs::rename(&part, &target));
        // Whoever has stolen the lock loses it here.
        let _ = fs::remove_file(&lock);
        outcome.map(|()| target)
    }
}

/// Creates the lock file; one that is older than `limit` is removed, though its owner may only be slow.
fn take_by_age(lock: &Path, limit: Duration, deadline: Duration) -> io::Result<()> {
    let start = Instant::now();
    while let Err(error) = OpenOptions::new().write(true).create_new(true).open(lock) {
        if age(lock)? > limit {
            // racelint-expect: lock-timeout-steal
            let _ = fs::remove_file(lock);
        }
        wait(start, deadline, error)?;
    }
    Ok(())
}

fn age(lock: &Path) -> io::Result<Duration> {
    let data = match fs::metadata(lock) {
        // Its owner is done with it.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Duration::ZERO),
        data => data?,
    };
    Ok(data.modified()?.elapsed().unwrap_or_default())
}

/// Creates the lock file with one's own number in it; one whose owner does not run is removed.
fn take_by_proof(lock: &Path, processes: &Processes, deadline: Duration) -> io::Result<()> {
    let start = Instant::now();
    loop {
        match OpenOptions::new().write(true).create_new(true).open(lock) {
            Ok(mut file) => return write!(file, "{}", processes.own),
            Err(error) => {
                if is_dead(lock, processes) {
                    // Two who wait prove the same owner dead, and the slower one removes the faster one's lock.
                    let _ = fs::remove_file(lock);
                }
                wait(start, deadline, error)?;
            }
        }
    }
}

fn is_dead(lock: &Path, processes: &Processes) -> bool {
    let owner = fs::read_to_string(lock).ok().and_then(|text| text.parse().ok());
    // Our own number in it: left from before a restart.
    owner.is_some_and(|pid: u32| pid == processes.own || !(processes.runs)(pid))
}

/// A short pause, unless the lock file is not what stands in the way, or time is up.
fn wait(start: Instant, deadline: Duration, error: io::Error) -> io::Result<()> {
    if error.kind() != io::ErrorKind::AlreadyExists {
        return Err(error);
    }
    if start.elapsed() > deadline {
        return Err(io::ErrorKind::TimedOut.into());
    }
    std::thread::sleep(Duration::from_millis(10));
    Ok(())
}

/// Appends to the one part that all share.
fn download(url: &str, part: &Path, source: &dyn Fetch) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).open(part)?;
    let from = file.metadata()?.len();
    let cancel = CancelToken::new();
    let get = Get { url, from, if_range: None, cancel: &cancel };
    let mut response = source.get(&get).map_err(to_io)?;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = response.body.read(&mut buffer)?;
        if read == 0 {
            return Ok(());
        }
        file.write_all(&buffer[..read])?;
    }
}

fn to_io(error: SourceError) -> io::Error {
    io::Error::other(error)
}
