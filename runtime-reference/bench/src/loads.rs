//! Loads: a cold stampede, a load that fails, and swaps under predictions.

use crate::Outcome;
use crate::measure::{microseconds, milliseconds, percentile};
use crate::report::Table;
use arc_swap::ArcSwap;
use moka::future::Cache;
use runtime_reference::loader::{Busy, Cancel, Slot};
use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tokio::sync::OnceCell;

const TASKS: usize = 1000;
const LOAD: Duration = Duration::from_millis(20);

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build()
}

/// Starts all tasks at once; gives how long each waited.
async fn all<F: Future<Output = ()> + Send + 'static>(call: impl Fn() -> F) -> Outcome<Vec<Duration>> {
    let start = Instant::now();
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let call = call();
            tokio::spawn(async move {
                call.await;
                start.elapsed()
            })
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.push(task.await?);
    }
    Ok(times)
}

/// A load that is counted, takes its time, and fails or not.
async fn counted(loads: &AtomicUsize, time: Duration, fails: bool) -> Result<u64, String> {
    loads.fetch_add(1, SeqCst);
    tokio::time::sleep(time).await;
    if fails { Err("no file".to_owned()) } else { Ok(7) }
}

fn three(time: Duration, fails: bool) -> Outcome<Vec<(&'static str, usize, Vec<Duration>)>> {
    let runtime = runtime()?;
    let mut rows = Vec::new();
    for name in ["ours, `Slot` with `Join`", "tokio `OnceCell`", "moka `try_get_with`"] {
        let loads = Arc::new(AtomicUsize::new(0));
        let (slot, once) = (Slot::<u64, String>::new(), Arc::new(OnceCell::new()));
        let cache: Cache<u8, u64> = Cache::new(10);
        let times = runtime.block_on(all(|| {
            let (slot, once, cache, loads) = (slot.clone(), Arc::clone(&once), cache.clone(), Arc::clone(&loads));
            async move {
                // Whether it fails is the bench's own doing.
                if name.starts_with("ours") {
                    let init = move || async move { counted(&loads, time, fails).await };
                    let _ = slot.load(Busy::Join, Cancel::WhenNobodyWaits, init).await;
                } else if name.starts_with("tokio") {
                    let _ = once.get_or_try_init(|| counted(&loads, time, fails)).await;
                } else {
                    let _ = cache.try_get_with(1, counted(&loads, time, fails)).await;
                }
            }
        }))?;
        rows.push((name, loads.load(SeqCst), times));
    }
    Ok(rows)
}

pub(crate) fn stampede() -> Outcome<Table> {
    let rows = three(LOAD, false)?.into_iter().map(|(name, loads, mut times)| {
        let p50 = milliseconds(percentile(&mut times, 0.5));
        let p99 = milliseconds(percentile(&mut times, 0.99));
        (name.to_owned(), vec![loads as f64, p50, p99])
    });
    Ok(Table {
        name: "loader-stampede",
        title: "Loader: 1,000 tasks ask at once for a load of 20 ms".to_owned(),
        columns: vec!["loads".to_owned(), "p50 ms".to_owned(), "p99 ms".to_owned()],
        rows: rows.collect(),
        drawn: 2,
        unit: "lower is better",
        note: String::new(),
    })
}

pub(crate) fn failing() -> Outcome<Table> {
    let rows = three(Duration::from_millis(1), true)?.into_iter().map(|(name, loads, mut times)| {
        let last = milliseconds(percentile(&mut times, 1.0));
        (name.to_owned(), vec![loads as f64, last])
    });
    Ok(Table {
        name: "loader-failing",
        title: "Loader: 1,000 tasks ask at once for a load of 1 ms that fails".to_owned(),
        columns: vec!["loads".to_owned(), "last answer ms".to_owned()],
        rows: rows.collect(),
        drawn: 0,
        unit: "lower is better",
        note: "`OnceCell` lets each waiter try in turn; the others share the error, and a task that comes after it starts another load.".to_owned(),
    })
}

type Act<'a> = dyn Fn() + Sync + 'a;

/// How long reading the model takes while it is swapped a hundred times a second.
pub(crate) fn swapping() -> Outcome<Table> {
    let slot: Slot<Vec<u8>, String> = Slot::new();
    slot.install(vec![0; 4096]);
    let rwlock = RwLock::new(Arc::new(vec![0_u8; 4096]));
    let swap = ArcSwap::from_pointee(vec![0_u8; 4096]);
    let ways: [(&str, Box<Act<'_>>, Box<Act<'_>>); 3] = [
        ("ours, `Slot`", Box::new(|| drop(slot.current())), Box::new(|| drop(slot.install(vec![1; 4096])))),
        (
            "`RwLock<Arc<T>>`",
            Box::new(|| drop(Arc::clone(&rwlock.read().unwrap_or_else(PoisonError::into_inner)))),
            Box::new(|| *rwlock.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(vec![1; 4096])),
        ),
        ("arc-swap", Box::new(|| drop(swap.load_full())), Box::new(|| swap.store(Arc::new(vec![1; 4096])))),
    ];
    let rows = ways.iter().map(|(name, read, write)| {
        let mut times = under_swaps(read, write);
        let p50 = microseconds(percentile(&mut times, 0.5)) * 1e3;
        let p99 = microseconds(percentile(&mut times, 0.99)) * 1e3;
        ((*name).to_owned(), vec![p50, p99])
    });
    Ok(Table {
        name: "loader-swap",
        title: "Loader: reading while the model is swapped 100 times a second".to_owned(),
        columns: vec!["p50 ns".to_owned(), "p99 ns".to_owned()],
        rows: rows.collect(),
        drawn: 1,
        unit: "lower is better",
        note: "Each time includes reading the clock twice.".to_owned(),
    })
}

fn under_swaps(read: &(dyn Fn() + Sync), write: &(dyn Fn() + Sync)) -> Vec<Duration> {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(SeqCst) {
                write();
                std::thread::sleep(Duration::from_millis(10));
            }
        });
        let times = (0..300_000)
            .map(|_| {
                let start = Instant::now();
                read();
                start.elapsed()
            })
            .collect();
        stop.store(true, SeqCst);
        times
    })
}
