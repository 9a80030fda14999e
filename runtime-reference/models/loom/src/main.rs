//! The forms' locks under loom: all schedules up to a bound of preemptions.
//!
//! ```text
//! cargo run --release -p runtime-loom                bound 3
//! cargo run -p runtime-loom -- --bound 2
//! ```
//!
//! Exploring is not proving: loom treats sequentially consistent accesses as
//! acquire and release, and does not reorder loads and later stores.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a report for people")]

#[allow(dead_code, unreachable_pub, unused_imports, reason = "the models use a part of what is public elsewhere")]
mod forms;
mod sync;

use forms::{loader, session};

use loader::Board;
use loader::naive::NaiveSlot;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use loom::thread;
use session::Session;
use session::naive::NaiveCoordinator;
use std::future::ready;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::pin::pin;
use std::process::ExitCode;
use std::task::{Context, Poll, Waker};

/// A small program, and within how many schedules it must fail, if it must.
type Model = (&'static str, Option<usize>, fn());

const MODELS: [Model; 7] = [
    ("loader: one claim among three threads", None, claims),
    ("loader: a late load publishes nothing", None, late),
    ("loader: two readers of a swap", None, swap),
    ("loader twin: two loads", Some(100), flag_twin),
    ("session: fields agree", None, fields),
    ("session: a stale decision is refused", None, stale),
    ("session twin: torn pair", Some(100), torn_twin),
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let bound = match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => Some(3),
        ["--bound", bound] => bound.parse().ok(),
        _ => None,
    };
    let Some(bound) = bound else {
        eprintln!("usage: runtime-loom [--bound N]");
        return ExitCode::from(2);
    };
    // The panics of twins are expected, and told in one line.
    set_hook(Box::new(|_| {}));
    let red = MODELS.iter().filter(|model| !explore(model, bound)).count();
    match red {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// Prints a line; false if it is a red one.
fn explore((name, must_fail, run): &Model, bound: usize) -> bool {
    let count = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counting = std::sync::Arc::clone(&count);
    let run = *run;
    let held = catch_unwind(AssertUnwindSafe(|| {
        let mut builder = loom::model::Builder::new();
        builder.preemption_bound = Some(bound);
        builder.max_branches = 10_000;
        builder.check(move || {
            counting.fetch_add(1, SeqCst);
            run();
        });
    }))
    .is_ok();
    let n = count.load(SeqCst);
    let (word, good) = match (held, must_fail) {
        (true, None) => ("held ", true),
        (false, Some(most)) if n <= *most => ("broke", true),
        _ => ("RED  ", false),
    };
    println!("{word}  {name:<40} explored {n} schedules, bound {bound}");
    good
}

/// L1, L3: of three claims at a time one is given, and after each the board is free.
fn claims() {
    let board: Arc<Board<u32, ()>> = Arc::new(Board::new());
    let inside = Arc::new(AtomicUsize::new(0));
    let run = |board: &Board<u32, ()>, inside: &AtomicUsize| {
        if let Ok(generation) = board.claim((), false) {
            assert_eq!(inside.fetch_add(1, SeqCst), 0, "two loads");
            inside.fetch_sub(1, SeqCst);
            board.clear(generation);
        }
    };
    let threads: Vec<_> = (0..2)
        .map(|_| {
            let (board, inside) = (Arc::clone(&board), Arc::clone(&inside));
            thread::spawn(move || run(&board, &inside))
        })
        .collect();
    run(&board, &inside);
    for thread in threads {
        thread.join().expect("one load");
    }
    assert!(board.claim((), false).is_ok(), "the mark stayed");
}

/// L6: a load against an install; whoever has the higher generation stays.
fn late() {
    let board: Arc<Board<u32, ()>> = Arc::new(Board::new());
    let load = thread::spawn({
        let board = Arc::clone(&board);
        move || {
            let generation = board.claim((), false).ok()?;
            board.finish(generation, 1).ok().map(|loaded| loaded.generation)
        }
    });
    let installed = board.install(2).generation;
    let loaded = load.join().expect("no panic");
    let now = board.current().expect("installed").generation;
    assert_eq!(now, installed.max(loaded.unwrap_or(0)), "generations went back");
}

/// L6, L8: each reader sees one whole model; each old one is freed once.
fn swap() {
    let freed = Arc::new(AtomicUsize::new(0));
    struct Pair(u32, u32, Arc<AtomicUsize>);
    impl Drop for Pair {
        fn drop(&mut self) {
            self.2.fetch_add(1, SeqCst);
        }
    }
    let board: Arc<Board<Pair, ()>> = Arc::new(Board::new());
    board.install(Pair(1, 1, Arc::clone(&freed)));
    let readers: Vec<_> = (0..2)
        .map(|_| {
            let board = Arc::clone(&board);
            thread::spawn(move || {
                let loaded = board.current().expect("installed");
                assert_eq!(loaded.model.0, loaded.model.1, "a torn model");
            })
        })
        .collect();
    board.install(Pair(2, 2, Arc::clone(&freed)));
    for reader in readers {
        reader.join().expect("no panic");
    }
    assert_eq!(freed.load(SeqCst), 1, "the first is freed, the second is not");
}

/// The twin's flag, tested and set in two steps.
fn flag_twin() {
    let slot: Arc<NaiveSlot<u32>> = Arc::new(NaiveSlot::default());
    let inside = Arc::new(AtomicUsize::new(0));
    let run = |slot: &NaiveSlot<u32>, inside: &AtomicUsize| {
        let load = slot.load(
            || ready(()),
            || {
                assert_eq!(inside.fetch_add(1, SeqCst), 0, "two loads");
                inside.fetch_sub(1, SeqCst);
                ready(Ok::<u32, ()>(1))
            },
        );
        // Nothing in it waits, so one poll ends it.
        let poll = pin!(load).poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(poll, Poll::Ready(_)));
    };
    let other = thread::spawn({
        let (slot, inside) = (Arc::clone(&slot), Arc::clone(&inside));
        move || run(&slot, &inside)
    });
    run(&slot, &inside);
    other.join().expect("one load");
}

/// S1, S4.
fn fields() {
    let session = Session::new((0, 0));
    let writers: Vec<_> = (0..2)
        .map(|_| {
            let session = session.clone();
            thread::spawn(move || {
                session
                    .with(|pair| {
                        pair.0 += 1;
                        pair.1 += 1;
                    })
                    .expect("no panic");
            })
        })
        .collect();
    let (a, b) = session.read(|pair| *pair);
    assert_eq!(a, b, "a torn pair");
    for writer in writers {
        writer.join().expect("no panic");
    }
    assert_eq!(session.read(|pair| *pair), (2, 2));
}

/// S4: of two decisions on one view exactly one is taken.
fn stale() {
    let session = Session::new(0);
    let seen = session.snapshot().generation;
    let other = thread::spawn({
        let session = session.clone();
        move || session.transition(seen, |n| *n += 1).is_ok()
    });
    let mine = session.transition(seen, |n| *n += 1).is_ok();
    let theirs = other.join().expect("no panic");
    assert!(mine != theirs, "both decisions were taken, or none");
    assert_eq!(session.snapshot().state, 1);
}

/// The twin's two locks.
fn torn_twin() {
    let coordinator = NaiveCoordinator::new();
    let writer = thread::spawn({
        let coordinator = coordinator.clone();
        move || {
            coordinator.create_session(1, "a");
            coordinator.close_session(1);
        }
    });
    assert!(coordinator.active_exists(), "a torn pair");
    writer.join().expect("no panic");
}
