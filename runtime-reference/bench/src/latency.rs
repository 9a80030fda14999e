//! Latency: from the moment that something may go on to the moment that it does.

use crate::Outcome;
use crate::measure::{Variant, microseconds, nanoseconds, percentile};
use crate::report::Table;
use runtime_reference::cycle::{Cycle, Missed};
use runtime_reference::live::Live;
use runtime_reference::os::{CancelToken, Os, Patience, StdOs, wait_for_lock};
use runtime_reference::replace::{Durability, replace};
use std::hint::black_box;
use std::time::{Duration, Instant};

pub(crate) fn latency() -> Outcome<Table> {
    let mut rows = Vec::new();
    let mut add = |name: &str, mut times: Vec<Duration>| {
        let of = |share| microseconds(percentile(&mut times, share));
        rows.push((name.to_owned(), [0.5, 0.99].map(of).to_vec()));
    };
    add("fetch: the lock is free, held for 20 ms", hand_off(Duration::from_millis(20), 60)?);
    add("fetch: the lock is free, held for 1 s", hand_off(Duration::from_secs(1), 8)?);
    add("cycle: trigger to start", triggered()?);
    add("live: replaced to visible, watched every 10 ms", watched()?);
    let get = read()? / 1e3;
    rows.push(("live: `get`".to_owned(), vec![get, f64::NAN]));
    Ok(Table {
        name: "latency",
        title: "Latency".to_owned(),
        columns: vec!["p50 µs".to_owned(), "p99 µs".to_owned()],
        rows,
        drawn: 0,
        unit: "lower is better",
        note: "A lock is polled, each time after a sixty-fourth of the wait so far, from 1 to 50 ms: that is what its hand-off costs. A watched file is seen at the next look.".to_owned(),
    })
}

/// From the drop of a lock to the return of who waits for it, in another thread.
fn hand_off(held: Duration, rounds: u32) -> Outcome<Vec<Duration>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("lock");
    let mut times = Vec::new();
    for _ in 0..rounds {
        let lock = StdOs.try_lock(&path)?.ok_or("nobody else has it")?;
        let (freed, got) = std::thread::scope(|scope| {
            let waiter = scope.spawn(|| {
                let (patience, cancel) = (Patience::default(), CancelToken::new());
                let lock = wait_for_lock(&StdOs, &path, &patience, &cancel, &mut |_| {});
                lock.map(|_| Instant::now()).map_err(|error| format!("{error:?}"))
            });
            std::thread::sleep(held);
            let freed = Instant::now();
            drop(lock);
            (freed, waiter.join())
        });
        times.push(got.map_err(|_| "the waiter panicked")??.saturating_duration_since(freed));
    }
    Ok(times)
}

/// From a trigger to the first step of the body, while nothing runs.
fn triggered() -> Outcome<Vec<Duration>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build()?;
    let (sender, mut started) = tokio::sync::mpsc::unbounded_channel();
    runtime.block_on(async {
        let handle = Cycle::new(Duration::from_secs(3600), Missed::Skip).spawn(move || {
            let sent = sender.send(Instant::now());
            async move { sent }
        });
        let mut times = Vec::new();
        for _ in 0..300 {
            let asked = Instant::now();
            handle.trigger_now();
            let start = started.recv().await.ok_or("the cycle ended")?;
            times.push(start.saturating_duration_since(asked));
        }
        handle.stop().await;
        Ok(times)
    })
}

/// From the replacement of a watched file to the moment that readers get its content.
fn watched() -> Outcome<Vec<Duration>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("live.txt");
    replace(&path, b"0", Durability::Visible)?;
    let live = Live::open(&path, |bytes| String::from_utf8_lossy(bytes).parse::<u32>())?;
    let watch = live.watch(Duration::from_millis(10));
    let mut times = Vec::new();
    for n in 1..=60_u32 {
        replace(&path, n.to_string().as_bytes(), Durability::Visible)?;
        let start = Instant::now();
        while live.get().value != n {
            std::thread::sleep(Duration::from_micros(100));
        }
        times.push(start.elapsed());
    }
    drop(watch);
    Ok(times)
}

/// Nanoseconds of a read.
fn read() -> Outcome<f64> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("live.txt");
    replace(&path, b"0", Durability::Visible)?;
    let live = Live::open(&path, |bytes| Ok::<usize, String>(bytes.len()))?;
    let variant = Variant::new("get", || {
        black_box(live.get());
    });
    Ok(nanoseconds(&[variant], 1, 600_000)[0])
}
