//! Removes parts that nobody will resume, and never one that is being written.

use super::Store;
use super::part::{leftovers, parse, present};
use crate::os::{LockTrust, Os};
use std::collections::BTreeSet;
use std::io;
use std::time::Duration;

/// What [`Store::gc`] removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Gc {
    /// How many parts.
    pub parts: u64,
    /// How many bytes.
    pub bytes: u64,
}

impl<O: Os> Store<O> {
    /// Removes the dead parts of files that are there, or that are older than `age`.
    ///
    /// Under a trusted lock on a key every part of it is dead. Without one, the
    /// target must be there and the part older than `age`, which should then
    /// be more than any download takes; a download that loses its part all the
    /// same starts over. A part is never judged by its name alone, and lock
    /// files stay.
    pub fn gc(&self, age: Duration) -> io::Result<Gc> {
        let (os, folder) = (self.os(), self.folder());
        let names = os.names(folder)?;
        let keys: BTreeSet<&str> = names.iter().filter_map(|n| parse(n)).map(|p| p.0).collect();
        let mut removed = Gc::default();
        for key in keys {
            let trusted = self.lock_trust() == LockTrust::Local;
            let lock = match trusted {
                true => os.try_lock(&folder.join(format!("{key}.lock")))?,
                false => None,
            };
            if trusted && lock.is_none() {
                continue;
            }
            let published = os.stamp(&folder.join(key))?.is_some();
            for part in leftovers(os, folder, key)? {
                let path = folder.join(&part.name);
                let old = os.age(&path)?.is_some_and(|part| part >= age);
                let dead = match trusted {
                    true => published || old,
                    false => published && old,
                };
                if dead && present(os.remove(&path))?.is_some() {
                    removed.parts += 1;
                    removed.bytes += part.len;
                }
            }
        }
        Ok(removed)
    }
}
