//! Forms over the simulated kernel: downloads, updates and reloads, with SIGKILL at any call.

use crate::explore::{Model, Must};
use crate::fetch::{Digest, Fetch, Get, Locking, Opts, Range, Request, Response, Silent, SourceError, Store};
use crate::kernel::{Kernel, Locks, Process};
use crate::live::Live;
use crate::os::{Os, OsFile, Patience, read_all};
use crate::replace::{Durability, update_on};
use crate::sync::Arc;
use shuttle::thread;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

pub(crate) const MODELS: &[Model] = &[
    Model { name: "fetch: trusted lock", must: Must::Hold, run: || fetch(Locks::Work, Locking::Auto, 0) },
    Model { name: "fetch: trusted lock, kills", must: Must::Hold, run: || fetch(Locks::Work, Locking::Auto, 2) },
    Model { name: "fetch: no lock, kills", must: Must::Hold, run: || fetch(Locks::KnownNoOp, Locking::Never, 2) },
    Model { name: "fetch: no-op lock, kills", must: Must::Hold, run: || fetch(Locks::KnownNoOp, Locking::Always, 2) },
    Model {
        name: "fetch: no-op lock that was trusted, kills",
        must: Must::Hold,
        run: || fetch(Locks::UnknownNoOp, Locking::Auto, 2),
    },
    Model { name: "fetch twin: stolen lock, shared append", must: Must::FailWithin(200), run: || twin(Locks::Work) },
    Model {
        name: "fetch twin: no-op lock, shared append",
        must: Must::FailWithin(200),
        run: || twin(Locks::KnownNoOp),
    },
    Model { name: "update: none lost, kills", must: Must::Hold, run: update },
    Model { name: "update twin: one lost", must: Must::FailWithin(100), run: update_twin },
    Model { name: "live: no older parse over a newer one", must: Must::Hold, run: live },
    Model { name: "live twin: the older parse lands last", must: Must::FailWithin(500), run: live_twin },
];

/// Three blocks that no other place of the file has.
const BLOB: [u8; 12] = *b"abcdefghijkl";
const BLOCK: usize = 4;

/// An honest server that counts; every block is a point to switch at.
#[derive(Clone, Default)]
struct Blocks(Arc<AtomicUsize>);

impl Fetch for Blocks {
    fn get(&self, get: &Get<'_>) -> Result<Response, SourceError> {
        thread::yield_now();
        let from = usize::try_from(get.from).unwrap_or(usize::MAX);
        let known = get.if_range.is_none_or(|etag| etag == "\"v1\"");
        let (status, from) = if known { (206, from) } else { (200, 0) };
        let total = Some(BLOB.len() as u64);
        if from >= BLOB.len() {
            return Ok(self.response(416, None, total, BLOB.len()));
        }
        let status = if from == 0 { 200 } else { status };
        Ok(self.response(status, Some(from as u64), total, from))
    }
}

impl Blocks {
    fn response(&self, status: u16, first: Option<u64>, total: Option<u64>, from: usize) -> Response {
        Response {
            status,
            etag: Some("\"v1\"".to_owned()),
            content_length: Some(BLOB.len().saturating_sub(from) as u64),
            range: (status != 200).then_some(Range { first, total }),
            encoding: None,
            body: Box::new(Body(from, self.clone())),
        }
    }
}

struct Body(usize, Blocks);

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        thread::yield_now();
        let count = BLOCK.min(BLOB.len() - self.0).min(buffer.len());
        buffer[..count].copy_from_slice(&BLOB[self.0..self.0 + count]);
        self.0 += count;
        self.1.0.fetch_add(count.div_ceil(BLOCK), SeqCst);
        Ok(count)
    }
}

fn folder() -> PathBuf {
    PathBuf::from("/store")
}

fn request() -> Request {
    let request = Request::new("u").digest(Digest::of(&BLOB)).name("model");
    request.expect("a plain name")
}

fn store(process: Process, locking: Locking) -> Store<Process> {
    let opts = Opts {
        locking,
        patience: Patience { deadline: Duration::from_secs(1_000_000), ..Patience::default() },
        backoff: Duration::ZERO,
        ..Opts::default()
    };
    Store::open_on(process, folder(), opts)
}

/// D1 to D6: every answer is checked by the process that got it, at once; then one more comes.
fn fetch(locks: Locks, locking: Locking, kills: u32) {
    let kernel = Kernel::new(locks, kills);
    let blocks = Blocks::default();
    let run = move |process: Process, blocks: &Blocks| {
        let kernel = Arc::clone(&process.kernel);
        let id = process.id;
        match store(process, locking).fetch(&request(), blocks, &mut Silent) {
            Ok(fetched) => {
                let bytes = kernel.peek(&fetched.path);
                assert_eq!(bytes.as_deref(), Some(&BLOB[..]), "a wrong answer");
            }
            Err(error) => assert!(kernel.is_dead(id), "a live process failed: {error}"),
        }
    };
    let process = |id, mortal| Process { kernel: Arc::clone(&kernel), id, mortal };
    let threads: Vec<_> = (0..3)
        .map(|id| {
            let (process, blocks) = (process(id, true), blocks.clone());
            thread::spawn(move || run(process, &blocks))
        })
        .collect();
    for thread in threads {
        thread.join().expect("a wrong answer");
    }
    let target = kernel.peek(&folder().join("model"));
    assert!(target.is_none_or(|bytes| bytes == BLOB), "a wrong target");
    run(process(9, false), &blocks);
    // D3: nothing is transferred twice but the block that a killed process had in its hands.
    if locks == Locks::Work {
        let fetched = blocks.0.load(SeqCst);
        let most = BLOB.len() / BLOCK + kills as usize;
        assert!(fetched <= most, "{fetched} blocks were transferred");
    }
}

/// The twin on this kernel: a shared part that is appended to, and a lock that is taken by force.
fn append_and_rename(process: &Process, steal: bool) -> io::Result<()> {
    let target = folder().join("model");
    if process.stamp(&target)?.is_some() {
        return Ok(());
    }
    let lock = folder().join("model.lock");
    let mut tries = 0;
    let held = loop {
        match process.try_lock(&lock)? {
            Some(held) => break Some(held),
            None if steal && tries == 3 => break None,
            None => thread::yield_now(),
        }
        tries += 1;
    };
    let part = folder().join("model.part");
    let mut file = match process.create_new(&part) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => process.open_write(&part)?,
        outcome => outcome?,
    };
    let at = usize::try_from(file.len()?).map_err(io::Error::other)?;
    let mut body = Body(at.min(BLOB.len()), Blocks::default());
    let mut buffer = [0; BLOCK];
    loop {
        let read = body.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        // What O_APPEND does.
        let end = file.len()?;
        file.write_at(&buffer[..read], end)?;
    }
    let renamed = process.rename(&part, &target);
    drop(held);
    renamed
}

fn twin(locks: Locks) {
    let kernel = Kernel::new(locks, 0);
    let threads: Vec<_> = (0..2)
        .map(|id| {
            let process = Process { kernel: Arc::clone(&kernel), id, mortal: false };
            thread::spawn(move || {
                if append_and_rename(&process, true).is_ok() {
                    let bytes = process.kernel.peek(&folder().join("model"));
                    assert_eq!(bytes.as_deref(), Some(&BLOB[..]), "a wrong answer");
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("a wrong answer");
    }
}

fn count(bytes: &[u8]) -> u32 {
    String::from_utf8_lossy(bytes).parse().unwrap_or(0)
}

fn add_one(bytes: &[u8]) -> Vec<u8> {
    (count(bytes) + 1).to_string().into_bytes()
}

/// F1, F6: editors that are killed anywhere; whoever was told `Ok` is in the count.
fn update() {
    let kernel = Kernel::new(Locks::Work, 1);
    let path = folder().join("count");
    let patience = Patience { deadline: Duration::from_secs(1_000_000), ..Patience::default() };
    let threads: Vec<_> = (0..3)
        .map(|id| {
            let path = path.clone();
            let process = Process { kernel: Arc::clone(&kernel), id, mortal: true };
            thread::spawn(move || update_on(&process, &path, Durability::Durable, &patience, add_one).is_ok())
        })
        .collect();
    let told: u32 = threads.into_iter().map(|t| u32::from(t.join().expect("no panic"))).sum();
    let counted = kernel.peek(&path).map_or(0, |bytes| count(&bytes));
    // A killed editor's change may or may not have been made.
    assert!((told..=3).contains(&counted), "{counted} counted, {told} told");
    assert!(told >= 2, "an editor that was not killed failed");
}

fn update_twin() {
    let kernel = Kernel::new(Locks::Work, 0);
    let path = folder().join("count");
    let process = |id| Process { kernel: Arc::clone(&kernel), id, mortal: false };
    write(&process(9), &path, b"0");
    let threads: Vec<_> = (0..2)
        .map(|id| {
            let (process, path) = (process(id), path.clone());
            thread::spawn(move || {
                let old = read_all(&process, &path).expect("it is there");
                write(&process, &path, &add_one(&old));
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("no panic");
    }
    let counted = kernel.peek(&path).map_or(0, |bytes| count(&bytes));
    assert_eq!(counted, 2, "one was lost");
}

fn write(process: &Process, path: &Path, bytes: &[u8]) {
    let temp = folder().join(process.unique());
    let mut file = process.create_new(&temp).expect("a new name");
    file.write_at(bytes, 0).expect("room");
    process.rename(&temp, path).expect("it is there");
}

/// F3, F5: two reloads with slow parsers around one change; who returns has at least the old state.
fn live() {
    let kernel = Kernel::new(Locks::Work, 0);
    let path = folder().join("value");
    let process = |id| Process { kernel: Arc::clone(&kernel), id, mortal: false };
    write(&process(9), &path, b"1");
    let parse = |bytes: &[u8]| {
        thread::yield_now();
        Ok::<u32, String>(count(bytes))
    };
    let live = Live::open_on(process(0), &path, parse).expect("good content");
    let slow = thread::spawn({
        let live = live.clone();
        move || live.reload().expect("good content").value
    });
    write(&process(1), &path, b"2");
    let value = live.reload().expect("good content").value;
    assert_eq!(value, 2, "a reload after the change must see it");
    assert_eq!(live.get().value, 2);
    slow.join().expect("no panic");
    assert_eq!(live.get().value, 2, "an older parse landed last");
}

fn live_twin() {
    let kernel = Kernel::new(Locks::Work, 0);
    let path = folder().join("value");
    let process = |id| Process { kernel: Arc::clone(&kernel), id, mortal: false };
    write(&process(9), &path, b"1");
    let value = Arc::new(shuttle::sync::Mutex::new(0));
    let reload = |id| {
        let (process, path, value) = (process(id), path.clone(), Arc::clone(&value));
        move || {
            let parsed = count(&read_all(&process, &path).expect("it is there"));
            thread::yield_now();
            *crate::sync::lock(&value) = parsed;
        }
    };
    let slow = thread::spawn(reload(0));
    write(&process(1), &path, b"2");
    reload(2)();
    slow.join().expect("no panic");
    assert_eq!(*crate::sync::lock(&value), 2, "an older parse landed last");
}
