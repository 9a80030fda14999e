//! Pieces: every fixture and example cut off anywhere, or with one byte missing, lowers to facts that keep their promises.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use racelint::facts::{Edition, validate};
use racelint::lower::{rust, typescript};

/// The stack that lowering asks for.
const STACK: usize = 16 << 20;

/// Every so many places; each one with `RACELINT_PIECES=1`.
const STEP: usize = 11;

fn files() -> Vec<PathBuf> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![top.join("fixtures"), top.join("rules")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
            if path.is_dir() {
                folders.push(path);
            } else if ["ts", "tsx", "js", "rs"].contains(&ending) {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn lowers(path: &str, text: &str) {
    let facts = if path.ends_with(".rs") {
        rust::lower(&rust::Source { text, path, test: false, edition: Edition::E2021 })
    } else {
        typescript::lower(&typescript::Source { text, path, test: false })
    };
    let wrong = validate::check(&facts);
    assert!(wrong.is_empty(), "{path}: {wrong:?}\n{text}");
}

/// Both kinds of pieces, at every `step`th place of the file.
fn pieces(path: &Path, step: usize, first: usize) -> usize {
    let text = fs::read_to_string(path).expect("text");
    let name = path.to_str().expect("a plain name");
    let mut done = 0;
    for (at, c) in text.char_indices().skip(first % step).step_by(step) {
        lowers(name, &text[..at]);
        // What is left of a character without its first byte is read as other characters.
        let rest = "?".repeat(c.len_utf8() - 1);
        lowers(name, &format!("{}{rest}{}", &text[..at], &text[at + c.len_utf8()..]));
        done += 2;
    }
    done
}

#[test]
fn every_piece_of_every_fixture_lowers() {
    let step = std::env::var("RACELINT_PIECES").ok().and_then(|text| text.parse().ok()).unwrap_or(STEP);
    let files = files();
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            let work = || {
                while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    done.fetch_add(pieces(path, step, path.as_os_str().len()), Ordering::Relaxed);
                }
            };
            std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).expect("a thread");
        }
    });
    let bytes: usize = files.iter().map(|path| fs::metadata(path).map_or(0, |of| of.len() as usize)).sum();
    assert!(done.into_inner() * step > bytes, "each file is cut all along: {} files, {bytes} bytes", files.len());
}
