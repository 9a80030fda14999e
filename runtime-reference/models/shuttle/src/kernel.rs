//! A small kernel: names, inodes, locks, and processes that are killed between any two calls.

use crate::os::{LockTrust, Os, OsFile, Stamp};
use crate::sync::{Arc, Mutex, lock};
use shuttle::rand::{Rng, thread_rng};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What locks do here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Locks {
    /// They exclude.
    Work,
    /// Everybody gets every lock, and this is known.
    KnownNoOp,
    /// Everybody gets every lock, and this is not known.
    UnknownNoOp,
}

/// One kernel, shared by its processes.
pub(crate) struct Kernel {
    locks: Locks,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    names: BTreeMap<PathBuf, usize>,
    inodes: Vec<Vec<u8>>,
    held: BTreeMap<PathBuf, usize>,
    dead: BTreeSet<usize>,
    kills_left: u32,
    /// Grows with every call; stands for time and makes unique names.
    calls: u64,
}

impl Kernel {
    pub(crate) fn new(locks: Locks, kills: u32) -> Arc<Self> {
        Arc::new(Kernel { locks, state: Mutex::new(State { kills_left: kills, ..State::default() }) })
    }

    /// The bytes under a name, looked at from outside.
    pub(crate) fn peek(&self, path: &Path) -> Option<Vec<u8>> {
        let state = lock(&self.state);
        state.names.get(path).map(|inode| state.inodes[*inode].clone())
    }

    pub(crate) fn is_dead(&self, process: usize) -> bool {
        lock(&self.state).dead.contains(&process)
    }
}

/// The kernel as one process sees it.
#[derive(Clone)]
pub(crate) struct Process {
    pub(crate) kernel: Arc<Kernel>,
    pub(crate) id: usize,
    /// Whether this one may be killed.
    pub(crate) mortal: bool,
}

pub(crate) struct SimFile {
    process: Process,
    inode: usize,
}

pub(crate) struct SimLock {
    process: Process,
    path: PathBuf,
}

impl Process {
    /// One system call: a point to switch at, and to be killed at.
    fn call<T>(&self, work: impl FnOnce(&mut State) -> io::Result<T>) -> io::Result<T> {
        let mut state = lock(&self.kernel.state);
        state.calls += 1;
        if self.mortal && state.kills_left > 0 && thread_rng().gen_range(0..12) == 0 {
            state.kills_left -= 1;
            state.dead.insert(self.id);
            // The kernel frees a dead process's locks, and nothing else.
            let id = self.id;
            state.held.retain(|_, holder| *holder != id);
        }
        if state.dead.contains(&self.id) {
            return Err(io::Error::other("killed"));
        }
        work(&mut state)
    }

    fn open(&self, path: &Path) -> io::Result<SimFile> {
        let inode = self.call(|state| {
            let inode = state.names.get(path).copied();
            inode.ok_or_else(|| io::ErrorKind::NotFound.into())
        })?;
        Ok(SimFile { process: self.clone(), inode })
    }
}

impl Os for Process {
    type File = SimFile;
    type Lock = SimLock;

    fn create_new(&self, path: &Path) -> io::Result<SimFile> {
        let inode = self.call(|state| {
            if state.names.contains_key(path) {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            state.inodes.push(Vec::new());
            let inode = state.inodes.len() - 1;
            state.names.insert(path.to_owned(), inode);
            Ok(inode)
        })?;
        Ok(SimFile { process: self.clone(), inode })
    }

    fn open_write(&self, path: &Path) -> io::Result<SimFile> {
        self.open(path)
    }

    fn open_read(&self, path: &Path) -> io::Result<SimFile> {
        self.open(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.call(|state| {
            let inode = state.names.remove(from).ok_or(io::ErrorKind::NotFound)?;
            state.names.insert(to.to_owned(), inode);
            Ok(())
        })
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.call(|state| match state.names.remove(path) {
            Some(_) => Ok(()),
            None => Err(io::ErrorKind::NotFound.into()),
        })
    }

    fn stamp(&self, path: &Path) -> io::Result<Option<Stamp>> {
        self.call(|state| {
            Ok(state.names.get(path).map(|inode| Stamp {
                len: state.inodes[*inode].len() as u64,
                // A clock so coarse that it tells nothing.
                modified: 0,
                inode: *inode as u64,
            }))
        })
    }

    fn age(&self, path: &Path) -> io::Result<Option<Duration>> {
        self.call(|state| Ok(state.names.get(path).map(|_| Duration::ZERO)))
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.call(|state| {
            let inside = state.names.keys().filter(|path| path.parent() == Some(folder));
            let names = inside.filter_map(|path| path.file_name()?.to_str().map(str::to_owned));
            Ok(names.collect())
        })
    }

    fn sync_folder(&self, _: &Path) -> io::Result<()> {
        self.call(|_| Ok(()))
    }

    fn copy_mode(&self, _: &SimFile, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        Ok(path.to_owned())
    }

    fn try_lock(&self, path: &Path) -> io::Result<Option<SimLock>> {
        let works = self.kernel.locks == Locks::Work;
        let own = self.call(|state| {
            if works && state.held.contains_key(path) {
                return Ok(false);
            }
            state.held.insert(path.to_owned(), self.id);
            Ok(true)
        })?;
        Ok(own.then(|| SimLock { process: self.clone(), path: path.to_owned() }))
    }

    fn lock_trust(&self, _: &Path) -> LockTrust {
        match self.kernel.locks {
            Locks::Work | Locks::UnknownNoOp => LockTrust::Local,
            Locks::KnownNoOp => LockTrust::None,
        }
    }

    fn unique(&self) -> String {
        let mut state = lock(&self.kernel.state);
        state.calls += 1;
        format!("{}-{}", self.id, state.calls)
    }

    fn now(&self) -> Duration {
        let mut state = lock(&self.kernel.state);
        state.calls += 1;
        Duration::from_millis(state.calls)
    }

    fn pause(&self, _: Duration) {
        shuttle::thread::yield_now();
    }
}

impl OsFile for SimFile {
    fn write_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.process.call(|state| {
            let at = usize::try_from(offset).map_err(io::Error::other)?;
            let file = &mut state.inodes[self.inode];
            file.resize(file.len().max(at + bytes.len()), 0);
            file[at..at + bytes.len()].copy_from_slice(bytes);
            Ok(())
        })
    }

    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.process.call(|state| {
            let file = &state.inodes[self.inode];
            let at = usize::try_from(offset).map_err(io::Error::other)?.min(file.len());
            let count = buffer.len().min(file.len() - at);
            buffer[..count].copy_from_slice(&file[at..at + count]);
            Ok(count)
        })
    }

    fn len(&self) -> io::Result<u64> {
        self.process.call(|state| Ok(state.inodes[self.inode].len() as u64))
    }

    fn sync(&self) -> io::Result<()> {
        self.process.call(|_| Ok(()))
    }
}

impl Drop for SimLock {
    fn drop(&mut self) {
        let mut state = lock(&self.process.kernel.state);
        if state.held.get(&self.path) == Some(&self.process.id) {
            state.held.remove(&self.path);
        }
    }
}
