//! File replacement: what readers see, and what a write costs.

use crate::Outcome;
use crate::measure::{microseconds, percentile};
use crate::report::Table;
use runtime_reference::live::Live;
use runtime_reference::replace::{Durability, naive, replace};
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::{Duration, Instant};

type Write = fn(&Path, &[u8]) -> io::Result<()>;

const WAYS: [(&str, Write); 4] = [
    ("ours, visible", |path, bytes| replace(path, bytes, Durability::Visible)),
    ("ours, durable", |path, bytes| replace(path, bytes, Durability::Durable)),
    ("twin, write in place", save_in_place),
    ("twin, remove then rename", naive::remove_then_rename),
];

/// The twin, which knows its file's name.
fn save_in_place(path: &Path, bytes: &[u8]) -> io::Result<()> {
    naive::save_in_place(path.parent().unwrap_or(path), bytes)
}

pub(crate) fn readers() -> Outcome<Table> {
    let mut rows = Vec::new();
    for (name, write) in WAYS {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("settings.toml");
        write(&path, &[1; 8192])?;
        let stop = AtomicBool::new(false);
        let (reads, bad) = std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut n = 1_u8;
                while !stop.load(SeqCst) {
                    n = n.wrapping_add(1);
                    // A failing write shows in what is read.
                    let _ = write(&path, &[n; 8192]);
                }
            });
            let counts = read_for(&path, Duration::from_millis(1500));
            stop.store(true, SeqCst);
            counts
        });
        rows.push((name.to_owned(), vec![reads as f64, bad as f64, bad as f64 / reads as f64 * 1e6]));
    }
    Ok(Table {
        name: "replace-readers",
        title: "Replace: what a reader sees while another thread writes".to_owned(),
        columns: vec!["reads".to_owned(), "bad".to_owned(), "bad per million".to_owned()],
        rows,
        drawn: 2,
        unit: "lower is better",
        note: "Bad: empty, torn or missing.".to_owned(),
    })
}

fn read_for(path: &Path, time: Duration) -> (u64, u64) {
    let end = Instant::now() + time;
    let (mut reads, mut bad) = (0, 0);
    while Instant::now() < end {
        reads += 1;
        let whole = std::fs::read(path).is_ok_and(|bytes| bytes.len() == 8192 && bytes.iter().all(|b| *b == bytes[0]));
        bad += u64::from(!whole);
    }
    (reads, bad)
}

pub(crate) fn cost() -> Outcome<Table> {
    let folder = tempfile::tempdir()?;
    let mut rows = Vec::new();
    for (name, write) in WAYS {
        let path = folder.path().join("settings.toml");
        let mut times = Vec::new();
        for n in 0..300_u32 {
            let start = Instant::now();
            write(&path, &n.to_le_bytes().repeat(1024))?;
            times.push(start.elapsed());
        }
        let p50 = microseconds(percentile(&mut times, 0.5));
        rows.push((name.to_owned(), vec![p50, microseconds(percentile(&mut times, 0.99))]));
    }
    let path = folder.path().join("live.txt");
    replace(&path, b"1", Durability::Visible)?;
    let live = Live::open(&path, |bytes| Ok::<usize, String>(bytes.len()))?;
    let mut times = Vec::new();
    for _ in 0..300 {
        let start = Instant::now();
        live.reload()?;
        times.push(start.elapsed());
    }
    let p50 = microseconds(percentile(&mut times, 0.5));
    rows.push(("ours, `Live::reload`".to_owned(), vec![p50, microseconds(percentile(&mut times, 0.99))]));
    Ok(Table {
        name: "replace-cost",
        title: "Replace: one write of 4 KiB, one reload".to_owned(),
        columns: vec!["p50 µs".to_owned(), "p99 µs".to_owned()],
        rows,
        drawn: 0,
        unit: "lower is better",
        note: "Durable costs two syncs; how much depends on the disk.".to_owned(),
    })
}
