//! Cache: what earlier runs worked out, kept on disk by all that it rests on. An entry is found by a digest of its whole
//! question, so what is found is what would be worked out again, whoever wrote it and whatever else has changed since.
//!
//! One file for each project and each build of racelint. It is read whole, and written whole to a name of its own and put
//! in place by renaming: a run sees the file of another run before or after, never between, and of two that end at once
//! the later one counts. An entry that is not as it was written is no entry. This room must never know what it keeps.

use std::fs;
use std::hash::{Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use etcetera::BaseStrategy;
use rustc_hash::FxHashMap;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::write;

/// A question, by its digest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Key([u8; 16]);

/// One file of a cache holds no more than this.
const MAX_BYTES: usize = 128 << 20;

/// A folder holds no more files than this: the ones that nobody has written for longest go.
const MAX_FILES: usize = 64;

/// An entry that so many written files have carried on without a use is left out of the next.
const MAX_AGE: u8 = 16;

/// What is new is written where it is more than this part of what there is.
const WORTH: usize = 100;

const MAGIC: &[u8; 8] = b"racelin1";
const ENDING: &str = "racelint-cache";

/// The parts of an entry before its bytes: key, check, age, length.
const HEAD: usize = 16 + 8 + 1 + 4;

/// What is known of one project.
#[derive(Debug)]
pub struct Cache {
    folder: PathBuf,
    file: PathBuf,
    bytes: Vec<u8>,
    /// Where the entries of the file stand.
    known: FxHashMap<Key, Entry>,
    new: Mutex<FxHashMap<Key, Box<[u8]>>>,
}

#[derive(Debug)]
struct Entry {
    start: usize,
    length: usize,
    age: u8,
    used: AtomicBool,
}

impl Key {
    /// The digest of a question. `what` tells the kinds of questions apart.
    pub fn of(what: &str, question: &impl Hash) -> Key {
        let mut digest = Digest(blake3::Hasher::new());
        what.hash(&mut digest);
        question.hash(&mut digest);
        Key::cut(&digest.0.finalize())
    }

    fn cut(hash: &blake3::Hash) -> Key {
        let mut key = [0; 16];
        key.copy_from_slice(&hash.as_bytes()[..16]);
        Key(key)
    }

    /// Of an entry: that these are its bytes.
    fn check(self, bytes: &[u8]) -> [u8; 8] {
        let mut check = [0; 8];
        let hash = blake3::Hasher::new().update(&self.0).update(bytes).finalize();
        check.copy_from_slice(&hash.as_bytes()[..8]);
        check
    }
}

/// Takes in whatever can be hashed.
struct Digest(blake3::Hasher);

impl Hasher for Digest {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let mut short = [0; 8];
        short.copy_from_slice(&self.0.finalize().as_bytes()[..8]);
        u64::from_le_bytes(short)
    }
}

/// The folder where the platform keeps caches.
pub fn folder() -> Option<PathBuf> {
    let platform = etcetera::choose_base_strategy().ok()?;
    Some(platform.cache_dir().join("racelint"))
}

/// Removes what caches have left in a folder, and the folder if nothing else is in it. How many files that were.
pub fn clean(folder: &Path) -> io::Result<usize> {
    let files = match files(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        files => files?,
    };
    for (_, path) in &files {
        fs::remove_file(path)?;
    }
    // What else is in the folder is not ours to remove.
    let _ = fs::remove_dir(folder);
    Ok(files.len())
}

/// The files of caches, the oldest first.
fn files(folder: &Path) -> io::Result<Vec<(SystemTime, PathBuf)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == ENDING) {
            let written = fs::metadata(&path).and_then(|data| data.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
            files.push((written, path));
        }
    }
    files.sort();
    Ok(files)
}

/// This build of racelint: another one may come to other answers.
fn build() -> impl Hash {
    let program = std::env::current_exe().and_then(fs::metadata).ok();
    (env!("CARGO_PKG_VERSION"), program.map(|data| (data.len(), data.modified().ok())))
}

impl Cache {
    /// What is known of the project under `root`; nothing if the file is not there or cannot be read.
    pub fn open(folder: &Path, root: &Path) -> Cache {
        let Key(name) = Key::of("project", &(build(), root));
        let name: String = name.iter().map(|byte| format!("{byte:02x}")).collect();
        let file = folder.join(name).with_extension(ENDING);
        let bytes = fs::read(&file).unwrap_or_default();
        let known = entries(&bytes);
        Cache { folder: folder.to_owned(), file, bytes, known, new: Mutex::default() }
    }

    /// The answer, if it is known.
    pub fn get<T: DeserializeOwned>(&self, key: Key) -> Option<T> {
        if let Some(entry) = self.known.get(&key) {
            let bytes = self.bytes.get(entry.start..entry.start + entry.length)?;
            let check = self.bytes.get(entry.start - HEAD + 16..entry.start - HEAD + 24)?;
            if key.check(bytes) == check {
                entry.used.store(true, Ordering::Relaxed);
                return postcard::from_bytes(bytes).ok();
            }
        }
        let new = self.new.lock().unwrap_or_else(PoisonError::into_inner);
        new.get(&key).and_then(|bytes| postcard::from_bytes(bytes).ok())
    }

    /// From now on this is the answer.
    pub fn put(&self, key: Key, answer: &impl Serialize) {
        if let Ok(bytes) = postcard::to_stdvec(answer) {
            self.new.lock().unwrap_or_else(PoisonError::into_inner).insert(key, bytes.into());
        }
    }

    /// The answer, from the cache or worked out and kept.
    pub fn or_else<T: Serialize + DeserializeOwned>(&self, key: Key, answer: impl FnOnce() -> T) -> T {
        self.get(key).unwrap_or_else(|| {
            let answer = answer();
            self.put(key, &answer);
            answer
        })
    }

    /// Writes the file anew, if there is enough that is new: a little is sooner worked out again than all of it written.
    pub fn save(&self) -> io::Result<()> {
        let new = self.new.lock().unwrap_or_else(PoisonError::into_inner);
        let size: usize = new.values().map(|bytes| HEAD + bytes.len()).sum();
        if size * WORTH <= self.bytes.len() {
            return Ok(());
        }
        let mut all = MAGIC.to_vec();
        let mut fresh: Vec<(&Key, &Box<[u8]>)> = new.iter().collect();
        fresh.sort_unstable();
        for (key, bytes) in fresh {
            add(&mut all, *key, 0, bytes);
        }
        for (age, key, entry) in self.carried() {
            add(&mut all, key, age, &self.bytes[entry.start..entry.start + entry.length]);
        }
        fs::create_dir_all(&self.folder)?;
        write::whole(&self.file, &all)?;
        let files = files(&self.folder)?;
        for (_, path) in &files[..files.len().saturating_sub(MAX_FILES)] {
            // Another run may have been faster.
            let _ = fs::remove_file(path);
        }
        Ok(())
    }

    /// The old entries that are kept, the last used first, with their new age.
    fn carried(&self) -> Vec<(u8, Key, &Entry)> {
        let aged = |(key, entry): (&Key, &'_ Entry)| {
            let age = if entry.used.load(Ordering::Relaxed) { 0 } else { entry.age.saturating_add(1) };
            (age, *key)
        };
        let mut kept: Vec<(u8, Key)> = self.known.iter().map(aged).filter(|(age, _)| *age <= MAX_AGE).collect();
        kept.sort_unstable();
        kept.into_iter().map(|(age, key)| (age, key, &self.known[&key])).collect()
    }
}

/// Adds an entry, where there is room.
fn add(all: &mut Vec<u8>, key: Key, age: u8, bytes: &[u8]) {
    let Ok(length) = u32::try_from(bytes.len()) else { return };
    if all.len() + HEAD + bytes.len() <= MAX_BYTES {
        all.extend(key.0);
        all.extend(key.check(bytes));
        all.push(age);
        all.extend(length.to_le_bytes());
        all.extend(bytes);
    }
}

/// The entries of a file, as far as they can be told apart.
fn entries(bytes: &[u8]) -> FxHashMap<Key, Entry> {
    let mut known = FxHashMap::default();
    let mut at = MAGIC.len();
    if !bytes.starts_with(MAGIC) {
        return known;
    }
    while let Some(head) = bytes.get(at..at + HEAD) {
        let (mut key, mut length) = ([0; 16], [0; 4]);
        key.copy_from_slice(&head[..16]);
        length.copy_from_slice(&head[25..]);
        let (start, length) = (at + HEAD, u32::from_le_bytes(length) as usize);
        if bytes.len() - start < length {
            break;
        }
        known.insert(Key(key), Entry { start, length, age: head[24], used: AtomicBool::new(false) });
        at = start + length;
    }
    known
}

#[cfg(test)]
mod tests;
