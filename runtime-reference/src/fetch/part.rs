//! A part: a writer's own unfinished file, whose name carries its ETag.

use super::request::{from_hex, to_hex};
use crate::os::{Os, OsFile};
use sha2::{Digest as _, Sha256};
use std::io;
use std::path::{Path, PathBuf};

/// A file of this process alone, with so many good bytes at its start.
pub(super) struct Part<O: Os> {
    pub(super) file: O::File,
    pub(super) path: PathBuf,
    /// The strong ETag that the bytes came under.
    pub(super) etag: Option<String>,
    /// Bytes written so far.
    pub(super) len: u64,
    /// Of these, how many came from another process.
    pub(super) adopted: u64,
    /// The digest of these bytes; `None` until what another wrote was read back.
    hasher: Option<Sha256>,
}

impl<O: Os> Part<O> {
    /// An empty file of our own.
    pub(super) fn create(os: &O, folder: &Path, key: &str, etag: Option<String>) -> io::Result<Self> {
        let etag = etag.filter(|etag| is_strong(etag));
        let path = folder.join(name(key, etag.as_deref(), &os.unique()));
        Ok(Part { file: os.create_new(&path)?, path, etag, len: 0, adopted: 0, hasher: Some(Sha256::new()) })
    }

    /// Takes over what a dead process left: one rename claims bytes and ETag.
    ///
    /// Only under a trusted lock on the key: then nobody writes to these parts.
    /// The longest is claimed; the others are removed.
    pub(super) fn claim(os: &O, folder: &Path, key: &str) -> io::Result<Option<Self>> {
        let mut left = leftovers(os, folder, key)?;
        left.sort_by_key(|part| (part.etag.is_some(), part.len));
        let best = left.pop_if(|part| part.etag.is_some() && part.len > 0);
        for useless in left {
            present(os.remove(&folder.join(useless.name)))?;
        }
        let Some(best) = best else {
            return Ok(None);
        };
        let path = folder.join(name(key, best.etag.as_deref(), &os.unique()));
        // Not there: the lock excludes nobody after all, and another was faster.
        if present(os.rename(&folder.join(&best.name), &path))?.is_none() {
            return Ok(None);
        }
        let Some(file) = present(os.open_write(&path))? else {
            return Ok(None);
        };
        Ok(Some(Part { file, path, etag: best.etag, len: best.len, adopted: best.len, hasher: None }))
    }

    /// Copies what another process has, which may be alive, into a file of our own.
    pub(super) fn copy(os: &O, folder: &Path, key: &str) -> io::Result<Option<Self>> {
        let left = leftovers(os, folder, key)?;
        let best = left.into_iter().filter(|part| part.etag.is_some());
        let Some(best) = best.max_by_key(|part| part.len).filter(|p| p.len > 0) else {
            return Ok(None);
        };
        let Some(mut from) = present(os.open_read(&folder.join(&best.name)))? else {
            // It was published or claimed in the meantime.
            return Ok(None);
        };
        let mut own = Part::create(os, folder, key, best.etag)?;
        let mut buffer = vec![0; 256 * 1024];
        while own.len < best.len {
            let room = usize::try_from(best.len - own.len).unwrap_or(usize::MAX);
            let end = room.min(buffer.len());
            let read = from.read_at(&mut buffer[..end], own.len)?;
            if read == 0 {
                break;
            }
            own.write(&buffer[..read])?;
        }
        own.adopted = own.len;
        Ok(Some(own))
    }

    /// Writes at the end of the good bytes, by position.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_at(bytes, self.len)?;
        self.len += bytes.len() as u64;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(bytes);
        }
        Ok(())
    }

    /// Reads back what another process wrote, once, so that it counts in the digest.
    pub(super) fn read_back(&mut self) -> io::Result<()> {
        if self.hasher.is_none() {
            self.hasher = Some(hash_file(&mut self.file, self.len)?);
        }
        Ok(())
    }

    /// Forgets the digest taken while writing, so that the file itself is read.
    pub(super) fn distrust(&mut self) {
        self.hasher = None;
    }

    /// The digest of the bytes so far.
    pub(super) fn digest(&mut self) -> io::Result<super::Digest> {
        self.read_back()?;
        let hasher = self.hasher.clone().unwrap_or_default();
        Ok(super::Digest::finish(hasher))
    }

    /// Removes it.
    pub(super) fn discard(self, os: &O) {
        drop(self.file);
        if let Err(error) = present(os.remove(&self.path)) {
            log::debug!("{} stays: {error}", self.path.display());
        }
    }
}

// #region present
/// `None` for what is not there.
pub(super) fn present<T>(outcome: io::Result<T>) -> io::Result<Option<T>> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
// #endregion present

/// The digest of a file's first `len` bytes.
pub(super) fn hash_file<F: OsFile>(file: &mut F, len: u64) -> io::Result<Sha256> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 256 * 1024];
    let mut at = 0;
    while at < len {
        let room = usize::try_from(len - at).unwrap_or(usize::MAX);
        let end = room.min(buffer.len());
        let read = file.read_at(&mut buffer[..end], at)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        hasher.update(&buffer[..read]);
        at += read as u64;
    }
    Ok(hasher)
}

/// A part that some process left or is writing.
pub(super) struct Leftover {
    pub(super) name: String,
    pub(super) etag: Option<String>,
    pub(super) len: u64,
}

/// The parts of one key.
pub(super) fn leftovers<O: Os>(os: &O, folder: &Path, key: &str) -> io::Result<Vec<Leftover>> {
    let mut found = Vec::new();
    for name in os.names(folder)? {
        let Some((of, etag)) = parse(&name) else {
            continue;
        };
        // A stamp may be gone by now: published, or claimed.
        if of == key
            && let Some(stamp) = os.stamp(&folder.join(&name))?
        {
            found.push(Leftover { name, etag, len: stamp.len });
        }
    }
    Ok(found)
}

/// The key and the ETag that a part's name tells.
pub(super) fn parse(name: &str) -> Option<(&str, Option<String>)> {
    let rest = name.strip_suffix(".part")?;
    let (rest, unique) = rest.rsplit_once('.')?;
    let (key, etag) = rest.rsplit_once('.')?;
    if unique.is_empty() || key.is_empty() {
        return None;
    }
    let etag = match etag {
        "none" => None,
        hex => Some(String::from_utf8(from_hex(hex)?).ok()?),
    };
    Some((key, etag))
}

fn name(key: &str, etag: Option<&str>, unique: &str) -> String {
    let etag = etag.map_or_else(|| "none".to_owned(), |etag| to_hex(etag.as_bytes()));
    format!("{key}.{etag}.{unique}.part")
}

/// A strong ETag that is short enough for a file's name.
///
/// A weak one says "as good as", not "the same bytes", and must not be used
/// to put two halves together.
pub(super) fn is_strong(etag: &str) -> bool {
    (3..=48).contains(&etag.len()) && etag.starts_with('"') && etag.ends_with('"')
}
