//! Read: from paths to text, in parallel. Bytes that are no UTF-8 become `?`, one for one, so offsets stay true.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::edition::Editions;
use super::project::Project;
use super::walk::{Found, Language};
use super::{Kind, SourceFile, heads};
use crate::notes::{Kind as NoteKind, Notes, Skip};

/// Files larger than this are read only when they are named.
const MAX_BYTES: usize = 16 << 20;

/// Larger than this, they are not read at all: an offset has to fit into 32 bits.
const MAX_NAMED_BYTES: usize = 1 << 30;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The files whose text matters, sorted by path from the root; the others become notes.
pub(super) fn all(
    project: &Project,
    found: BTreeMap<PathBuf, Found>,
    overlay: &BTreeMap<PathBuf, Vec<u8>>,
    notes: &mut Notes,
) -> Vec<SourceFile> {
    let mut editions = Editions::default();
    let tasks: Vec<(PathBuf, Found, Kind)> = found
        .into_iter()
        .map(|(path, found)| {
            let kind = match found.language {
                Language::TypeScript => Kind::TypeScript,
                Language::Rust => Kind::Rust(editions.of(path.parent().unwrap_or(Path::new("")))),
            };
            (path, found, kind)
        })
        .collect();
    let read: Vec<(Option<SourceFile>, Notes)> =
        tasks.into_par_iter().map(|(path, found, kind)| one(project, path, found, kind, overlay)).collect();
    let mut files = Vec::with_capacity(read.len());
    for (file, file_notes) in read {
        files.extend(file);
        notes.merge(file_notes);
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn one(
    project: &Project,
    absolute: PathBuf,
    found: Found,
    kind: Kind,
    overlay: &BTreeMap<PathBuf, Vec<u8>>,
) -> (Option<SourceFile>, Notes) {
    let mut notes = Notes::default();
    let shown = project.seen_from_here(&absolute);
    let laid_over = overlay.get(&absolute).cloned();
    let most = if found.explicit { MAX_NAMED_BYTES } else { MAX_BYTES };
    let bytes = match laid_over.map_or_else(|| at_most(&absolute, most), Ok) {
        Ok(bytes) => bytes,
        Err(error) => {
            notes.add(NoteKind::Unreadable, &shown, None, error.to_string());
            return (None, notes);
        }
    };
    if bytes.len() > most {
        notes.add(NoteKind::TooLarge, &shown, None, format!("larger than {} MB, not read", most >> 20));
        return (None, notes);
    }
    let path = project.seen_from_root(&absolute);
    let Some((text, base)) = decode(bytes, &shown, &mut notes) else {
        return (None, notes);
    };
    if let Some(why) = skipped(&path, &text, kind).filter(|_| !found.explicit) {
        notes.skip(why);
        return (None, notes);
    }
    let test = heads::is_test(&path);
    let reported = project.reports(&absolute);
    let text: Arc<str> = text.into();
    let file = SourceFile { path, shown, absolute, text, kind, test, reported, base, lines: OnceLock::new() };
    (Some(file), notes)
}

/// What stands in a file, and of one that is too large one byte too many.
fn at_most(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let length = file.metadata().map_or(0, |metadata| metadata.len().min(most as u64));
    let mut bytes = Vec::with_capacity(length as usize + 1);
    file.take(most as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The same file with other bytes. `None` if it would be left out now, or noted.
pub(super) fn again(file: &SourceFile, bytes: Vec<u8>) -> Option<SourceFile> {
    let mut notes = Notes::default();
    if bytes.len() > MAX_BYTES {
        return None;
    }
    let (text, base) = decode(bytes, &file.shown, &mut notes)?;
    let plain = notes == Notes::default() && skipped(&file.path, &text, file.kind).is_none();
    plain.then(|| SourceFile { text: text.into(), base, lines: OnceLock::new(), ..file.clone() })
}

/// The text and the length of the byte order mark that stood before it. `None` for what is no text at all.
fn decode(mut bytes: Vec<u8>, shown: &str, notes: &mut Notes) -> Option<(String, u32)> {
    let base = if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    bytes.drain(..base);
    match String::from_utf8(bytes) {
        Ok(text) => Some((text, base as u32)),
        Err(error) if memchr::memchr(0, error.as_bytes()).is_some() => {
            notes.add(NoteKind::Binary, shown, None, "binary, not read");
            None
        }
        Err(error) => {
            let good = error.utf8_error().valid_up_to();
            let line = memchr::memchr_iter(b'\n', &error.as_bytes()[..good]).count() as u32 + 1;
            notes.add(NoteKind::NotUtf8, shown, Some(line), "not UTF-8: each such byte is read as `?`");
            Some((plain(error.as_bytes()), base as u32))
        }
    }
}

fn plain(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    text
}

fn skipped(path: &str, text: &str, kind: Kind) -> Option<Skip> {
    let name = path.rsplit('/').next().unwrap_or_default();
    if heads::is_generated(text) {
        Some(Skip::Generated)
    } else if kind == Kind::TypeScript && heads::is_minified(name, text) {
        Some(Skip::Minified)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{decode, plain};
    use crate::notes::{Kind, Notes};

    #[test]
    fn broken_bytes_keep_every_offset() {
        assert_eq!(plain(b"a\xff\xfeb"), "a??b");
        assert_eq!(plain("ü".as_bytes()), "ü");
    }

    #[test]
    fn marks_broken_text_and_binaries() {
        let mut notes = Notes::default();
        assert_eq!(decode(b"\xef\xbb\xbfx".to_vec(), "a.ts", &mut notes), Some(("x".to_owned(), 3)));
        assert_eq!(decode(b"a\n\xff".to_vec(), "b.ts", &mut notes), Some(("a\n?".to_owned(), 0)));
        assert_eq!(decode(b"\0\xff".to_vec(), "c.ts", &mut notes), None);
        let seen: Vec<_> = notes.list().iter().map(|note| (note.kind, note.line)).collect();
        assert_eq!(seen, [(Kind::NotUtf8, Some(2)), (Kind::Binary, None)]);
    }
}
