//! One download: the store against a plain streaming write with digest and sync.

use crate::Outcome;
use crate::measure::{microseconds, milliseconds, percentile};
use crate::report::Table;
use runtime_reference::fetch::{
    CancelToken, Digest, Fetch, Get, Http, Opts, Request, Silent, Store, Verify,
};
use runtime_reference::replace::Durability;
use runtime_testkit::{Blob, Server, content};
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

const SIZE: usize = 64 << 20;

type Way<'a> = dyn Fn(&Path) -> Outcome<()> + 'a;

/// What anybody would write: read, hash, write; then sync file, and folder.
fn plain(url: &str, folder: &Path) -> Outcome<()> {
    let cancel = CancelToken::new();
    let get = Get {
        url,
        from: 0,
        if_range: None,
        cancel: &cancel,
    };
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
    store.fetch(
        &Request::new(url).digest(digest),
        &Http::default(),
        &mut Silent,
    )?;
    Ok(())
}

pub(crate) fn single() -> Outcome<Table> {
    let server = Server::start()?;
    let bytes = content(1, SIZE);
    let digest = Digest::of(&bytes);
    server.put("/m", Blob::new(bytes));
    let url = server.url("/m");
    let read_back = Opts {
        verify: Verify::ReadBack,
        ..Opts::default()
    };
    let visible = Opts {
        durability: Durability::Visible,
        ..Opts::default()
    };
    let ways: [(&str, Box<Way<'_>>); 4] = [
        (
            "plain write, digest, sync",
            Box::new(|folder| plain(&url, folder)),
        ),
        (
            "ours",
            Box::new(|folder| ours(&url, folder, digest, Opts::default())),
        ),
        (
            "ours, read back",
            Box::new(|folder| ours(&url, folder, digest, read_back.clone())),
        ),
        (
            "ours, no sync",
            Box::new(|folder| ours(&url, folder, digest, visible.clone())),
        ),
    ];
    let mut best = [Duration::MAX; 4];
    for _ in 0..15 {
        for ((_, way), best) in ways.iter().zip(&mut best) {
            let folder = tempfile::tempdir()?;
            let start = Instant::now();
            way(folder.path())?;
            *best = start.elapsed().min(*best);
        }
    }
    let rows = ways.iter().zip(best).map(|((name, _), time)| {
        let ratio = time.as_secs_f64() / best[0].as_secs_f64();
        let rate = SIZE as f64 / 1e6 / time.as_secs_f64();
        ((*name).to_owned(), vec![milliseconds(time), rate, ratio])
    });
    let mut rows: Vec<_> = rows.collect();
    rows.push((
        "ours, hit, same process".to_owned(),
        vec![hit(&url, digest)? / 1e3, f64::NAN, f64::NAN],
    ));
    Ok(Table {
        name: "fetch",
        title: "Fetch: one download of 64 MiB from this machine".to_owned(),
        columns: vec!["best of 15, ms".to_owned(), "MB/s".to_owned(), "ratio".to_owned()],
        rows,
        drawn: 2,
        unit: "lower is better",
        note: "The ratio is to the plain write, which counts the same digest and the same syncs. A hit was hashed before by this process and has kept its stamp.".to_owned(),
    })
}

/// Microseconds of a warm hit.
fn hit(url: &str, digest: Digest) -> Outcome<f64> {
    let folder = tempfile::tempdir()?;
    let store = Store::open(folder.path(), Opts::default())?;
    let request = Request::new(url).digest(digest);
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
