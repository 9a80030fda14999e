//! The protocol: hit, lock, look again, transfer, verify, publish.

use super::opts::{Fetched, Locking, Opts, Outcome, Verify};
use super::part::{self, Part, hash_file, present};
use super::transfer::{Fault, transfer};
use super::{Digest, Event, Fetch, FetchError, Progress, Request, Silent, SourceError};
use crate::os::{CancelToken, LockTrust, Os, OsFile, Stamp, StdOs, read_all, wait_for_lock_unless};
use crate::replace::{Durability, replace_on};
use crate::sync::{Arc, Mutex, lock};
use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A folder of downloaded files, shared by any number of processes.
pub struct Store<O: Os = StdOs> {
    inner: Arc<Inner<O>>,
}

impl<O: Os> Clone for Store<O> {
    fn clone(&self) -> Self {
        Store { inner: Arc::clone(&self.inner) }
    }
}

struct Inner<O> {
    os: O,
    folder: PathBuf,
    opts: Opts,
    trust: LockTrust,
    /// Files that were read and hashed, for as long as their stamps stay.
    known: Mutex<HashMap<PathBuf, (Stamp, Digest)>>,
}

/// One request on its way.
pub(super) struct Job<'a> {
    pub(super) request: &'a Request,
    pub(super) key: &'a str,
    pub(super) folder: &'a Path,
    pub(super) cancel: &'a CancelToken,
}

impl Job<'_> {
    fn target(&self) -> PathBuf {
        self.folder.join(self.key)
    }

    fn beside(&self, end: &str) -> PathBuf {
        self.folder.join(format!("{}.{end}", self.key))
    }
}

impl Store {
    /// The store in `folder`, which is created.
    pub fn open(folder: impl Into<PathBuf>, opts: Opts) -> io::Result<Self> {
        let folder = folder.into();
        std::fs::create_dir_all(&folder)?;
        Ok(Store::open_on(StdOs, folder, opts))
    }
}

impl<O: Os> Store<O> {
    /// The store in a folder of another file system.
    pub fn open_on(os: O, folder: PathBuf, opts: Opts) -> Self {
        let trust = match opts.locking {
            Locking::Auto => os.lock_trust(&folder),
            Locking::Always | Locking::Never => LockTrust::None,
        };
        Store { inner: Arc::new(Inner { os, folder, opts, trust, known: Mutex::new(HashMap::new()) }) }
    }

    /// Whether a lock here excludes others, and parts can be taken over.
    pub fn lock_trust(&self) -> LockTrust {
        self.inner.trust
    }

    pub(super) fn os(&self) -> &O {
        &self.inner.os
    }

    pub(super) fn folder(&self) -> &Path {
        &self.inner.folder
    }

    /// The file, downloaded if it is not there.
    pub fn fetch(
        &self,
        request: &Request,
        source: &dyn Fetch,
        progress: &mut dyn Progress,
    ) -> Result<Fetched, FetchError> {
        self.fetch_until(request, source, progress, &CancelToken::new())
    }

    /// [`Store::fetch`] that ends within 100 ms of a cancel.
    pub fn fetch_until(
        &self,
        request: &Request,
        source: &dyn Fetch,
        progress: &mut dyn Progress,
        cancel: &CancelToken,
    ) -> Result<Fetched, FetchError> {
        let key = request.key();
        let job = Job { request, key: &key, folder: &self.inner.folder, cancel };
        if let Some(fetched) = self.found(&job, Outcome::Hit)? {
            return Ok(fetched);
        }
        let _turn = match self.acquire(&job, progress)? {
            Turn::There(fetched) => return Ok(fetched),
            turn => turn,
        };
        // Whoever held the lock may have done the work.
        if let Some(fetched) = self.found(&job, Outcome::Joined)? {
            return Ok(fetched);
        }
        self.obtain(&job, source, progress)
    }

    /// Several files, one after the other in the order of their keys.
    ///
    /// No two locks are held at once, so two callers with opposite lists cannot
    /// wait for each other; and the common order makes the second caller find
    /// what the first has done.
    pub fn fetch_all(
        &self,
        requests: &[Request],
        source: &dyn Fetch,
        progress: &mut dyn Progress,
    ) -> Result<Vec<Fetched>, FetchError> {
        let mut order: Vec<usize> = (0..requests.len()).collect();
        order.sort_by_key(|at| requests[*at].key());
        let mut done: Vec<Option<Fetched>> = vec![None; requests.len()];
        for at in order {
            done[at] = Some(self.fetch(&requests[at], source, progress)?);
        }
        Ok(done.into_iter().flatten().collect())
    }

    /// [`Store::fetch`] on a thread of its own, for async callers.
    ///
    /// Dropping the future cancels the download; its thread ends within 100 ms.
    pub async fn fetch_async(
        &self,
        request: Request,
        source: Arc<dyn Fetch>,
        cancel: CancelToken,
    ) -> Result<Fetched, FetchError> {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let guard = CancelOnDrop(cancel.clone());
        let store = self.clone();
        std::thread::Builder::new().name("fetch".to_owned()).spawn(move || {
            let outcome = store.fetch_until(&request, &*source, &mut Silent, &cancel);
            // The caller may have gone.
            let _ = sender.send(outcome);
        })?;
        let outcome = receiver.await;
        drop(guard);
        outcome.map_err(|_| FetchError::Io(io::Error::other("the download panicked")))?
    }

    /// The lock where it is used, or the file as soon as somebody has published it.
    fn acquire(&self, job: &Job<'_>, progress: &mut dyn Progress) -> Result<Turn<O::Lock>, FetchError> {
        let inner = &*self.inner;
        let locked = match inner.opts.locking {
            Locking::Auto => inner.trust == LockTrust::Local,
            Locking::Always => true,
            Locking::Never => false,
        };
        if !locked {
            return Ok(Turn::Unlocked);
        }
        let mut message = |waited| {
            let parts = part::leftovers(&inner.os, job.folder, job.key).unwrap_or_default();
            progress.on(&Event::Waiting { waited, leader_has: parts.iter().map(|part| part.len).max() });
        };
        let target = job.target();
        let mut seen = inner.os.stamp(&target)?;
        let mut there = None;
        // Those who wait verify side by side, and need no lock for it.
        let mut needless = || {
            let stamp = inner.os.stamp(&target)?;
            if stamp != seen {
                seen = stamp;
                there = self.found(job, Outcome::Joined)?;
            }
            Ok(there.is_some())
        };
        let lock = wait_for_lock_unless(
            &inner.os,
            &job.beside("lock"),
            &inner.opts.patience,
            job.cancel,
            &mut message,
            &mut needless,
        )?;
        Ok(match (lock, there) {
            (Some(lock), _) => Turn::Locked(lock),
            (None, Some(fetched)) => Turn::There(fetched),
            (None, None) => Turn::Unlocked,
        })
    }

    /// Transfers, verifies and publishes, with retries.
    fn obtain(&self, job: &Job<'_>, source: &dyn Fetch, progress: &mut dyn Progress) -> Result<Fetched, FetchError> {
        let Inner { os, opts, .. } = &*self.inner;
        let mut part = self.left_over(job)?;
        let (mut retry, mut corrupt) = (0, 0);
        loop {
            let outcome = transfer(os, job, source, progress, &mut part);
            let fault = match (outcome, part.take()) {
                (Ok(()), Some(mut whole)) => match self.verified(job, &mut whole)? {
                    Ok(digest) => {
                        if let Some(fetched) = self.publish(job, whole, digest, progress)? {
                            return Ok(fetched);
                        }
                        // Only where a lock excludes nobody though it seemed to.
                        if let Some(fetched) = self.found(job, Outcome::Joined)? {
                            return Ok(fetched);
                        }
                        Fault::Broken(SourceError::Broken(io::ErrorKind::NotFound.into()))
                    }
                    Err(what) => {
                        whole.discard(os);
                        Fault::Useless(what)
                    }
                },
                (Ok(()), None) => Fault::Useless("no part".to_owned()),
                (Err(Fault::Useless(what)), left) => {
                    if let Some(left) = left {
                        left.discard(os);
                    }
                    Fault::Useless(what)
                }
                (Err(fault), left) => {
                    part = left;
                    fault
                }
            };
            let why = match fault {
                Fault::Fatal(error) => return Err(error),
                Fault::Broken(error) if retry >= opts.retries => {
                    return Err(FetchError::Source(error));
                }
                Fault::Broken(error) => error.to_string(),
                Fault::Useless(what) if corrupt > 0 => return Err(FetchError::Corrupt { what }),
                Fault::Useless(what) => {
                    corrupt += 1;
                    what
                }
            };
            retry += 1;
            progress.on(&Event::Retrying { retry, why });
            self.pause(job, opts.backoff * 2_u32.pow(retry.min(8) - 1))?;
        }
    }

    /// What another process left of this key, if it can be used.
    fn left_over(&self, job: &Job<'_>) -> io::Result<Option<Part<O>>> {
        let Inner { os, trust, .. } = &*self.inner;
        // A power loss may have left zeros in it, which only a digest can tell.
        if job.request.digest.is_none() {
            return Ok(None);
        }
        match trust {
            LockTrust::Local => Part::claim(os, job.folder, job.key),
            LockTrust::None => Part::copy(os, job.folder, job.key),
        }
    }

    /// The digest, or what is wrong with the bytes.
    fn verified(&self, job: &Job<'_>, part: &mut Part<O>) -> Result<Result<Digest, String>, FetchError> {
        if let Some(len) = job.request.len
            && len != part.len
        {
            return Ok(Err(format!("{} bytes in place of {len}", part.len)));
        }
        if self.inner.opts.verify == Verify::ReadBack {
            part.distrust();
        }
        let digest = part.digest()?;
        Ok(match job.request.digest {
            Some(wanted) if wanted != digest => Err(format!("digest {digest} in place of {wanted}")),
            _ => Ok(digest),
        })
    }

    /// Syncs, renames, syncs the folder; `None` if somebody took the part away.
    fn publish(
        &self,
        job: &Job<'_>,
        part: Part<O>,
        digest: Digest,
        progress: &mut dyn Progress,
    ) -> Result<Option<Fetched>, FetchError> {
        let Inner { os, opts, .. } = &*self.inner;
        let durable = opts.durability == Durability::Durable;
        if durable {
            // An error here is final: a second sync could report what was lost as kept.
            part.file.sync()?;
        }
        let target = job.target();
        os.copy_mode(&part.file, &target)?;
        let len = part.len;
        let how = match part.adopted {
            0 => Outcome::Downloaded,
            from => Outcome::Resumed { from },
        };
        drop(part.file);
        if present(os.rename(&part.path, &target))?.is_none() {
            return Ok(None);
        }
        if durable {
            os.sync_folder(job.folder)?;
        }
        if job.request.digest.is_none() {
            let sum = format!("{digest}\n");
            replace_on(os, &job.beside("sum"), sum.as_bytes(), opts.durability)?;
        }
        progress.on(&Event::Published { len });
        Ok(Some(Fetched { path: target, digest, how }))
    }

    /// The target, if it is there and is what was asked for.
    fn found(&self, job: &Job<'_>, how: Outcome) -> io::Result<Option<Fetched>> {
        let wanted = match job.request.digest {
            Some(digest) => digest,
            None => match self.recorded(job)? {
                Some(digest) => digest,
                None => return Ok(None),
            },
        };
        let path = job.target();
        let digest = self.digest_of(&path, job.request.len)?;
        Ok((digest == Some(wanted)).then_some(Fetched { path, digest: wanted, how }))
    }

    /// The digest that was recorded when the file was published.
    fn recorded(&self, job: &Job<'_>) -> io::Result<Option<Digest>> {
        let text = present(read_all(&self.inner.os, &job.beside("sum")))?;
        Ok(text.and_then(|text| Digest::parse(String::from_utf8_lossy(&text).trim())))
    }

    /// Hashes a file once, and again when its stamp changes.
    fn digest_of(&self, path: &Path, len: Option<u64>) -> io::Result<Option<Digest>> {
        let Inner { os, known, .. } = &*self.inner;
        let Some(stamp) = os.stamp(path)? else {
            return Ok(None);
        };
        if len.is_some_and(|len| len != stamp.len) {
            return Ok(None);
        }
        if let Some((at, digest)) = lock(known).get(path)
            && *at == stamp
        {
            return Ok(Some(*digest));
        }
        let mut file = os.open_read(path)?;
        let hasher = hash_file(&mut file, stamp.len)?;
        let digest = Digest::finish(hasher);
        // Remembered only if it was one file all the while.
        if os.stamp(path)? == Some(stamp) {
            lock(known).insert(path.to_owned(), (stamp, digest));
        }
        Ok(Some(digest))
    }

    /// A pause that a cancel ends.
    fn pause(&self, job: &Job<'_>, time: Duration) -> Result<(), FetchError> {
        let os = &self.inner.os;
        let end = os.now() + time;
        loop {
            if job.cancel.is_cancelled() {
                return Err(FetchError::Cancelled);
            }
            let left = end.saturating_sub(os.now());
            if left.is_zero() {
                return Ok(());
            }
            os.pause(left.min(Duration::from_millis(20)));
        }
    }
}

/// How the wait for one's turn ended.
enum Turn<L> {
    /// With the lock, which is held as long as this lives.
    Locked(L),
    /// Where no lock is used.
    Unlocked,
    /// With the file, published by another.
    There(Fetched),
}

struct CancelOnDrop(CancelToken);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}
