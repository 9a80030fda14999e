//! One download: the store against a plain streaming write with digest and sync.

use crate::Outcome;
use crate::measure::{microseconds, milliseconds, percentile};
use crate::report::Table;
use runtime_reference::fetch::{CancelToken, Digest, Fetch, Get, Http, Opts, Request, Silent, Store, Verify};
use runtime_reference::replace::Durability;
use runtime_testkit::{Blob, Server, content};
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// Sizes in MiB, and how often each is measured.
const SIZES: [(usize, usize); 2] = [(64, 15), (256, 7)];

type Way<'a> = dyn Fn(&Path) -> Outcome<()> + 'a;

/// What anybody would write: read, hash, write; then sync file, and folder.
fn plain(url: &str, folder: &Path) -> Outcome<()> {
    let cancel = CancelToken::new();
    let get = Get { url, from: 0, if_range: None, cancel: &cancel };
    let mut body = Http::default().get(&get)?.body;
    let mut file = File::create(folder.join("plain"))?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let read = body.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        hasher.update(&buffer[..read]);
        file.write_all(&buffer[..read])?;
    }
    file.sync_all()?;
    File::open(folder)?.sync_all()?;
    std::hint::black_box(hasher.finalize());
    Ok(())
}

fn ours(url: &str, folder: &Path, digest: Digest, opts: Opts) -> Outcome<()> {
    let store = Store::open(folder, opts)?;
    store.fetch(&Request::new(url).digest(digest), &Http::default(), &mut Silent)?;
    Ok(())
}

pub(crate) fn single() -> Outcome<Table> {
    let names = ["plain write, digest, sync", "ours", "ours, read back", "ours, no sync"];
    let mut rows: Vec<(String, Vec<f64>)> = names.iter().map(|name| ((*name).to_owned(), Vec::new())).collect();
    for (size, rounds) in SIZES {
        let best = compare(size << 20, rounds)?;
        for ((_, values), (time, cpu)) in rows.iter_mut().zip(best) {
            let ratio = time.as_secs_f64() / best[0].0.as_secs_f64();
            values.extend([milliseconds(time), ratio, cpu / best[0].1]);
        }
    }
    let none = f64::NAN;
    let hit = vec![hit()? / 1e3, none, none, none, none, none];
    rows.push(("ours, hit, same process".to_owned(), hit));
    let columns =
        SIZES.iter().flat_map(|(size, _)| ["ms", "ratio", "CPU ratio"].map(|what| format!("{size} MiB, {what}")));
    Ok(Table {
        name: "fetch",
        title: "Fetch: one download from this machine".to_owned(),
        columns: columns.collect(),
        rows,
        drawn: 5,
        unit: "lower is better",
        note: "The ratio is to the plain write, which counts the same digest and the same syncs, but publishes nothing: the rename after the file's sync costs one more commit of the file system's journal, the same for a small file and a large one. Times are the best of several rounds and feel what else the disk has to do; the CPU ratio is over all rounds and does not. A hit was hashed before by this process and has kept its stamp.".to_owned(),
    })
}

/// The best time of each way, and its CPU time over all rounds.
fn compare(size: usize, rounds: usize) -> Outcome<[(Duration, f64); 4]> {
    let server = Server::start()?;
    let bytes = content(1, size);
    let digest = Digest::of(&bytes);
    server.put("/m", Blob::new(bytes));
    let url = server.url("/m");
    let read_back = Opts { verify: Verify::ReadBack, ..Opts::default() };
    let visible = Opts { durability: Durability::Visible, ..Opts::default() };
    let ways: [Box<Way<'_>>; 4] = [
        Box::new(|folder| plain(&url, folder)),
        Box::new(|folder| ours(&url, folder, digest, Opts::default())),
        Box::new(|folder| ours(&url, folder, digest, read_back.clone())),
        Box::new(|folder| ours(&url, folder, digest, visible.clone())),
    ];
    let mut best = [(Duration::MAX, 0.0); 4];
    for _ in 0..rounds {
        for (way, (best, cpu)) in ways.iter().zip(&mut best) {
            let folder = tempfile::tempdir()?;
            let (start, before) = (Instant::now(), cpu_ticks());
            way(folder.path())?;
            *best = start.elapsed().min(*best);
            *cpu += cpu_ticks() - before;
        }
    }
    Ok(best)
}

/// What all threads of this process have used, the server's too; nothing where it is not told.
fn cpu_ticks() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name in brackets may hold spaces: user and system time are 12th and 13th after it.
    let fields = text.rsplit(')').next().unwrap_or_default().split_whitespace();
    let times: Vec<f64> = fields.skip(11).take(2).filter_map(|f| f.parse().ok()).collect();
    if times.len() == 2 { times[0] + times[1] } else { f64::NAN }
}

/// Microseconds of a warm hit.
fn hit() -> Outcome<f64> {
    let server = Server::start()?;
    let bytes = content(1, 1 << 20);
    let request = Request::new(server.url("/m")).digest(Digest::of(&bytes));
    server.put("/m", Blob::new(bytes));
    let folder = tempfile::tempdir()?;
    let store = Store::open(folder.path(), Opts::default())?;
    store.fetch(&request, &Http::default(), &mut Silent)?;
    store.fetch(&request, &Http::default(), &mut Silent)?;
    let mut times = Vec::new();
    for _ in 0..1000 {
        let start = Instant::now();
        store.fetch(&request, &Http::default(), &mut Silent)?;
        times.push(start.elapsed());
    }
    Ok(microseconds(percentile(&mut times, 0.5)))
}
