//! F2: six ways to write a file, and what is there when the power comes back.

use crate::disk::Disk;
use runtime_reference::fetch::{Digest, Fetch, Get, Opts, Range, Request, Response, Silent, SourceError, Store};
use runtime_reference::os::{Os, OsFile};
use runtime_reference::replace::{Durability, replace_on};
use std::future::pending;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use turmoil::fs::shim::std::fs;
use turmoil::{Builder, Sim};

type Write = fn(&Disk, &Path, &[u8]) -> io::Result<()>;

pub(crate) const UNSYNCED: &str = "temp, rename, sync folder";

/// The ways, and whether `Ok` is to survive.
pub(crate) const WAYS: [(&str, bool, Write); 6] = [
    ("in place", false, |disk, path, bytes| in_place(disk, path, bytes, false)),
    ("in place, sync", true, |disk, path, bytes| in_place(disk, path, bytes, true)),
    ("temp, rename", false, |disk, path, bytes| temp(disk, path, bytes, false, false)),
    (UNSYNCED, false, |disk, path, bytes| temp(disk, path, bytes, false, true)),
    ("temp, sync, rename", false, |disk, path, bytes| temp(disk, path, bytes, true, false)),
    ("replace, durable", true, |disk, path, bytes| replace_on(disk, path, bytes, Durability::Durable)),
];

const LEN: usize = 9000;

fn in_place(disk: &Disk, path: &Path, bytes: &[u8], sync: bool) -> io::Result<()> {
    let mut file = disk.open_write(path)?;
    for (at, piece) in bytes.chunks(LEN / 3).enumerate() {
        file.write_at(piece, (at * (LEN / 3)) as u64)?;
    }
    if sync { file.sync() } else { Ok(()) }
}

fn temp(disk: &Disk, path: &Path, bytes: &[u8], sync: bool, folder: bool) -> io::Result<()> {
    let temp = path.with_file_name(disk.unique());
    let mut file = disk.create_new(&temp)?;
    file.write_at(bytes, 0)?;
    if sync {
        file.sync()?;
    }
    disk.rename(&temp, path)?;
    match folder {
        true => disk.sync_folder(Path::new("/data")),
        false => Ok(()),
    }
}

/// What was found when the power was back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    Old,
    New,
    Part,
    None,
}

#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) old: u64,
    pub(crate) new: u64,
    pub(crate) part: u64,
    pub(crate) none: u64,
}

impl Seen {
    pub(crate) fn count(&mut self, found: Found) {
        match found {
            Found::Old => self.old += 1,
            Found::New => self.new += 1,
            Found::Part => self.part += 1,
            Found::None => self.none += 1,
        }
    }
}

/// The way runs to its end; then the power goes.
pub(crate) fn cut_after(seed: u64, write: Write) -> Found {
    cut(seed, usize::MAX, write)
}

/// The power goes at a call.
pub(crate) fn cut_during(seed: u64, calls: usize, write: Write) -> Found {
    cut(seed, calls, write)
}

fn cut(seed: u64, calls: usize, write: Write) -> Found {
    let found = Arc::new(Mutex::new(None));
    let told = Arc::clone(&found);
    let run = move |start: u32| {
        let path = Path::new("/data/file");
        if start == 0 {
            fs::create_dir_all("/data").expect("room");
            let steady = Disk::failing_after(usize::MAX);
            replace_on(&steady, path, &[b'o'; LEN], Durability::Durable).expect("room");
            fs::sync_dir("/").expect("room");
            // Cut off or not, what it told is not asked for here.
            let _ = write(&Disk::failing_after(calls), path, &[b'n'; LEN]);
        } else {
            *told.lock().unwrap_or_else(PoisonError::into_inner) = Some(judge(path));
        }
    };
    two_starts(seed, run);
    let found = found.lock().unwrap_or_else(PoisonError::into_inner);
    found.expect("the second start has looked")
}

fn judge(path: &Path) -> Found {
    match fs::read(path) {
        Ok(bytes) if bytes == [b'o'; LEN] => Found::Old,
        Ok(bytes) if bytes == [b'n'; LEN] => Found::New,
        Ok(_) => Found::Part,
        Err(_) => Found::None,
    }
}

/// Runs `run(0)`, cuts the power, and runs `run(1)`.
fn two_starts(seed: u64, run: impl Fn(u32) + Clone + 'static) {
    let mut builder = Builder::new();
    builder.rng_seed(seed);
    // Now and then the kernel writes back by itself, so a file may be there in parts.
    builder.fs().sync_probability(0.2);
    let mut sim: Sim<'_> = builder.build();
    let starts = Arc::new(Mutex::new(0));
    sim.host("disk", move || {
        let (run, starts) = (run.clone(), Arc::clone(&starts));
        async move {
            let start = {
                let mut starts = starts.lock().unwrap_or_else(PoisonError::into_inner);
                *starts += 1;
                *starts - 1
            };
            run(start);
            pending::<()>().await;
            Ok(())
        }
    });
    for _ in 0..3 {
        sim.step().expect("it runs");
    }
    sim.crash("disk");
    sim.bounce("disk");
    for _ in 0..3 {
        sim.step().expect("it runs");
    }
}

/// A server of known bytes.
struct Bytes(Vec<u8>);

impl Fetch for Bytes {
    fn get(&self, get: &Get<'_>) -> Result<Response, SourceError> {
        let from = usize::try_from(get.from).unwrap_or(usize::MAX).min(self.0.len());
        Ok(Response {
            status: if from == 0 { 200 } else { 206 },
            etag: Some("\"v1\"".to_owned()),
            content_length: Some((self.0.len() - from) as u64),
            range: (from > 0).then_some(Range { first: Some(from as u64), total: Some(self.0.len() as u64) }),
            encoding: None,
            body: Box::new(io::Cursor::new(self.0[from..].to_vec())),
        })
    }
}

/// D1, D7: a download is cut off at every call; then the power comes back and it is asked for again.
///
/// Gives the cuts made and the wrong answers seen.
pub(crate) fn downloads(seeds: u64) -> (u64, u64) {
    let (mut cuts, mut wrong) = (0, 0);
    for seed in 0..seeds {
        for calls in 0..9 {
            cuts += 1;
            wrong += u64::from(!download(seed, calls));
        }
        wrong += u64::from(!download(seed, usize::MAX));
    }
    (cuts, wrong)
}

fn download(seed: u64, calls: usize) -> bool {
    let good = Arc::new(Mutex::new(true));
    let verdict = Arc::clone(&good);
    let told = Arc::new(Mutex::new(false));
    let run = move |start: u32| {
        let bytes = runtime_testkit::content(seed, 700_000);
        let fetch = |disk| {
            let opts = Opts { backoff: Duration::ZERO, ..Opts::default() };
            let store = Store::open_on(disk, PathBuf::from("/data"), opts);
            let request = Request::new("u").digest(Digest::of(&bytes)).name("m").expect("a name");
            store.fetch(&request, &Bytes(bytes.clone()), &mut Silent)
        };
        let mut good = verdict.lock().unwrap_or_else(PoisonError::into_inner);
        let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
        if start == 0 {
            fs::create_dir_all("/data").expect("room");
            fs::sync_dir("/").expect("room");
            *told = fetch(Disk::failing_after(calls)).is_ok();
            return;
        }
        let there = fs::read("/data/m").ok();
        // Told `Ok`: it must be there. Cut off: absent, or complete.
        *good &= there.as_ref().map_or(!*told, |there| *there == bytes);
        let again = fetch(Disk::failing_after(usize::MAX));
        *good &= again.is_ok() && fs::read("/data/m").is_ok_and(|there| there == bytes);
    };
    two_starts(seed, run);
    let good = good.lock().unwrap_or_else(PoisonError::into_inner);
    *good
}
