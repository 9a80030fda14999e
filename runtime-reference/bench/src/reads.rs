//! What a read costs: the loader's model, the session's state.

use crate::Outcome;
use crate::measure::{Variant, nanoseconds};
use crate::report::Table;
use arc_swap::ArcSwap;
use runtime_reference::loader::Slot;
use runtime_reference::session::Session;
use std::hint::black_box;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tokio::sync::{OnceCell, watch};

/// Calls of all threads together: long enough for the threads to meet.
const CALLS: u32 = 600_000;
const THREADS: [usize; 4] = [1, 2, 4, 16];

fn table(name: &'static str, title: &str, variants: &[Variant<'_>], base: usize, note: &str) -> Table {
    let by_threads: Vec<Vec<f64>> = THREADS
        .iter()
        .map(|threads| nanoseconds(variants, *threads, CALLS / u32::try_from(*threads).unwrap_or(1)))
        .collect();
    let rows = variants.iter().enumerate().map(|(at, variant)| {
        let mut values: Vec<f64> = by_threads.iter().map(|times| times[at]).collect();
        values.push(by_threads[0][at] / by_threads[0][base]);
        values.push(by_threads[1][at] / by_threads[1][base]);
        (variant.name.to_owned(), values)
    });
    let mut columns: Vec<String> =
        THREADS.iter().map(|n| format!("{n} thread{}, ns", if *n == 1 { "" } else { "s" })).collect();
    columns.push("ratio at 1".to_owned());
    columns.push("ratio at 2".to_owned());
    Table {
        name,
        title: title.to_owned(),
        columns,
        rows: rows.collect(),
        drawn: 0,
        unit: "lower is better",
        note: note.to_owned(),
    }
}

pub(crate) fn loader() -> Outcome<Table> {
    let slot: Slot<u64, String> = Slot::new();
    slot.install(7);
    let rwlock = RwLock::new(Arc::new(7_u64));
    let mutex = Mutex::new(Arc::new(7_u64));
    let swap = ArcSwap::from_pointee(7_u64);
    let (_sender, receiver) = watch::channel(Arc::new(7_u64));
    let once = OnceCell::new_with(Some(Arc::new(7_u64)));
    let variants = [
        Variant::new("`RwLock<Arc<T>>` clone", || {
            black_box(Arc::clone(&rwlock.read().unwrap_or_else(PoisonError::into_inner)));
        }),
        Variant::new("ours, `Slot::current`", || {
            black_box(slot.current());
        }),
        Variant::new("`Mutex<Arc<T>>` clone", || {
            black_box(Arc::clone(&mutex.lock().unwrap_or_else(PoisonError::into_inner)));
        }),
        Variant::new("arc-swap `load_full`", || {
            black_box(swap.load_full());
        }),
        Variant::new("arc-swap `load`", || {
            black_box(swap.load());
        }),
        Variant::new("tokio `watch` clone", || {
            black_box(Arc::clone(&receiver.borrow()));
        }),
        Variant::new("tokio `OnceCell` (no swap)", || {
            black_box(once.get().map(Arc::clone));
        }),
    ];
    let note = "The ratio is to `RwLock<Arc<T>>` in the same run. A prediction reads once, so the difference to arc-swap is small beside it; why arc-swap is not used stands above.";
    Ok(table("loader-read", "Loader: reading the model", &variants, 0, note))
}

pub(crate) fn session() -> Outcome<Table> {
    let session = Session::new((0_u64, 0_u64));
    let first = Mutex::new(0_u64);
    let second = Mutex::new(0_u64);
    let one = Mutex::new((0_u64, 0_u64));
    let variants = [
        Variant::new("one mutex, update both", || {
            let mut pair = one.lock().unwrap_or_else(PoisonError::into_inner);
            pair.0 += 1;
            pair.1 += 1;
        }),
        Variant::new("ours, `Session::with`", || {
            // It can only fail after a panic inside.
            let _ = session.with(|pair| {
                pair.0 += 1;
                pair.1 += 1;
            });
        }),
        Variant::new("ours, `Session::read`", || {
            black_box(session.read(|pair| *pair));
        }),
        Variant::new("twin, two locks, update both", || {
            *first.lock().unwrap_or_else(PoisonError::into_inner) += 1;
            *second.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        }),
        Variant::new("twin, two locks, read both", || {
            let a = *first.lock().unwrap_or_else(PoisonError::into_inner);
            black_box((a, *second.lock().unwrap_or_else(PoisonError::into_inner)));
        }),
    ];
    let note = "`with` also counts the generation and tells subscribers. Splitting a lock buys nothing where both halves are used together.";
    Ok(table("session", "Session: one lock against two", &variants, 0, note))
}
