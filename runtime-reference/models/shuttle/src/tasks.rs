//! Async forms: loader, single flight, cycle; tasks are aborted at any point.

use crate::cycle::naive::NaiveRunner;
use crate::cycle::{Cycle, Missed};
use crate::explore::{Model, Must};
use crate::loader::naive::NaiveSlot;
use crate::loader::{Busy, Cancel, LoadError, Slot};
use crate::single_flight::SingleFlight;
use crate::single_flight::naive::NaiveMemo;
use shuttle::future::block_on;
use shuttle::rand::{Rng, thread_rng};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;
use tokio::task::yield_now;

pub(crate) const MODELS: &[Model] = &[
    Model { name: "loader: one load, nobody hangs", must: Must::Hold, run: loader },
    Model { name: "loader: swaps never go back", must: Must::Hold, run: swap },
    Model { name: "loader twin: two loads", must: Must::FailWithin(20), run: loader_twin },
    Model { name: "loader twin: stuck after an error", must: Must::FailWithin(2), run: loader_twin_error },
    Model { name: "loader twin: stuck after an abort", must: Must::FailWithin(50), run: loader_twin_abort },
    Model { name: "single flight: one run, nobody hangs", must: Must::Hold, run: single_flight },
    Model { name: "single flight twin: two runs", must: Must::FailWithin(20), run: single_flight_twin },
    Model { name: "cycle: one body, none after stop", must: Must::Hold, run: cycle },
    Model { name: "cycle: triggers coalesce", must: Must::Hold, run: cycle_triggers },
    Model { name: "cycle twin: two bodies", must: Must::FailWithin(50), run: cycle_twin },
];

/// Counts what is inside at once, and fails when it is more than one.
#[derive(Clone, Default)]
struct Inside(Arc<AtomicUsize>);

impl Inside {
    fn enter(&self) -> Inside {
        assert_eq!(self.0.fetch_add(1, SeqCst), 0, "two at once");
        self.clone()
    }

    async fn visit(self) {
        let _inside = Leave(self.enter());
        yield_now().await;
        yield_now().await;
    }
}

struct Leave(Inside);

impl Drop for Leave {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, SeqCst);
    }
}

/// L1 to L4: three callers with any policies, some aborted; then a fresh one must load.
fn loader() {
    block_on(async {
        let slot: Slot<u32, String> = Slot::new();
        let inside = Inside::default();
        let mut tasks = Vec::new();
        for n in 0..3 {
            let (slot, inside) = (slot.clone(), inside.clone());
            let busy = [Busy::Refuse, Busy::Join, Busy::JoinOrLead][thread_rng().gen_range(0..3)];
            let cancel = [Cancel::WithCaller, Cancel::WhenNobodyWaits][thread_rng().gen_range(0..2)];
            let fails = thread_rng().gen_range(0..4) == 0;
            tasks.push((
                busy,
                tokio::spawn(async move {
                    let init = move || async move {
                        inside.visit().await;
                        if fails { Err("bad".to_owned()) } else { Ok(n) }
                    };
                    slot.load(busy, cancel, init).await
                }),
            ));
        }
        if thread_rng().gen_range(0..2) == 0 {
            for _ in 0..thread_rng().gen_range(0..4) {
                yield_now().await;
            }
            tasks[thread_rng().gen_range(0..3)].1.abort();
        }
        for (busy, task) in tasks {
            match task.await {
                Ok(Err(LoadError::Busy { .. })) => assert_eq!(busy, Busy::Refuse),
                Ok(Err(LoadError::LeaderGone { panicked })) => assert!(!panicked),
                Ok(Err(LoadError::Superseded { .. })) => panic!("nothing newer was there"),
                // A value, the shared error, or this task was aborted.
                Ok(_) | Err(_) => {}
            }
        }
        // An aborted load on a task of its own is gone soon.
        while slot.status().loading_for.is_some() {
            yield_now().await;
        }
        let fresh = slot.load(Busy::Refuse, Cancel::WithCaller, || async { Ok(9) }).await;
        assert!(fresh.is_ok(), "a fresh load was refused");
    });
}

/// L5, L6: a reload, an install and an unload against a reader.
fn swap() {
    block_on(async {
        let slot: Slot<u64, String> = Slot::new();
        let reload = tokio::spawn({
            let slot = slot.clone();
            async move {
                let init = || async {
                    yield_now().await;
                    Ok(1)
                };
                slot.reload(Busy::Refuse, Cancel::WithCaller, init).await
            }
        });
        let install = tokio::spawn({
            let slot = slot.clone();
            async move { slot.install(2).generation }
        });
        let mut last = 0;
        for _ in 0..4 {
            if let Some(loaded) = slot.current() {
                assert!(loaded.generation >= last, "generations went back");
                last = loaded.generation;
            }
            yield_now().await;
        }
        let installed = install.await.expect("not aborted");
        let reloaded = reload.await.expect("not aborted");
        let now = slot.current().expect("installed").generation;
        match reloaded {
            // It may have been published before the install, and then replaced.
            Ok(loaded) => assert_eq!(now, installed.max(loaded.generation)),
            Err(LoadError::Superseded { .. }) => assert_eq!(now, installed),
            Err(error) => panic!("{error}"),
        }
    });
}

fn loader_twin() {
    block_on(async {
        let slot: Arc<NaiveSlot<u32>> = Arc::new(NaiveSlot::default());
        let inside = Inside::default();
        let tasks: Vec<_> = (0..2)
            .map(|n| {
                let (slot, inside) = (Arc::clone(&slot), inside.clone());
                tokio::spawn(async move {
                    let init = || async {
                        inside.visit().await;
                        Ok::<u32, String>(n)
                    };
                    slot.load(yield_now, init).await
                })
            })
            .collect();
        for task in tasks {
            // Either may have been refused; two at once is what fails.
            let _ = task.await.expect("two at once");
        }
        assert!(slot.current().is_some());
    });
}

fn loader_twin_error() {
    block_on(async {
        let slot: NaiveSlot<u32> = NaiveSlot::default();
        let failed = slot.load(yield_now, || async { Err("bad") }).await;
        assert!(failed.is_err());
        let fresh = slot.load(yield_now, || async { Ok::<u32, &str>(1) }).await;
        assert!(fresh.is_ok(), "a fresh load was refused");
    });
}

fn loader_twin_abort() {
    block_on(async {
        let slot: Arc<NaiveSlot<u32>> = Arc::new(NaiveSlot::default());
        let task = tokio::spawn({
            let slot = Arc::clone(&slot);
            async move {
                let init = || async {
                    yield_now().await;
                    Ok::<u32, String>(1)
                };
                slot.load(yield_now, init).await
            }
        });
        yield_now().await;
        task.abort();
        // Aborted or not, it has ended.
        let _ = task.await;
        let fresh = slot.load(yield_now, || async { Ok::<u32, String>(2) }).await;
        assert!(fresh.is_ok(), "a fresh load was refused");
    });
}

/// SF1 to SF3: three callers, one aborted, nobody hangs, no entry stays.
fn single_flight() {
    block_on(async {
        let flights: SingleFlight<u8, u32> = SingleFlight::new();
        let inside = Inside::default();
        let tasks: Vec<_> = (0..3)
            .map(|n| {
                let (flights, inside) = (flights.clone(), inside.clone());
                tokio::spawn(async move {
                    let work = || async move {
                        inside.visit().await;
                        n
                    };
                    flights.run(1, work).await
                })
            })
            .collect();
        let doomed = thread_rng().gen_range(0..6);
        yield_now().await;
        if let Some(task) = tasks.get(doomed) {
            task.abort();
        }
        for (n, task) in tasks.into_iter().enumerate() {
            assert!(task.await.is_ok() || n == doomed);
        }
        assert_eq!(flights.in_flight(), 0);
    });
}

fn single_flight_twin() {
    block_on(async {
        let memo: NaiveMemo<u8, u32> = NaiveMemo::default();
        let inside = Inside::default();
        let tasks: Vec<_> = (0..2)
            .map(|n| {
                let (memo, inside) = (memo.clone(), inside.clone());
                tokio::spawn(async move {
                    let work = || async move {
                        inside.visit().await;
                        n
                    };
                    memo.run(1, work).await
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("two at once");
        }
    });
}

/// C1 and C4: ticks that are always due, triggers, and a stop.
fn cycle() {
    block_on(async {
        let (inside, stopped) = (Inside::default(), Arc::new(AtomicUsize::new(0)));
        let handle = Cycle::new(Duration::from_secs(1), Missed::Skip).spawn({
            let (inside, stopped) = (inside.clone(), Arc::clone(&stopped));
            move || {
                let (inside, stopped) = (inside.clone(), Arc::clone(&stopped));
                async move {
                    assert_eq!(stopped.load(SeqCst), 0, "a body after stop");
                    inside.visit().await;
                    Ok::<(), String>(())
                }
            }
        });
        handle.trigger_now();
        yield_now().await;
        handle.trigger_now();
        yield_now().await;
        let stats = handle.stop().await;
        stopped.store(1, SeqCst);
        assert_eq!(stats.panicked, 0, "a body found another inside");
        assert_eq!(inside.0.load(SeqCst), 0, "a body runs after stop");
        yield_now().await;
    });
}

/// C5: whatever the schedule, three triggers make one to three runs, and none is lost.
fn cycle_triggers() {
    block_on(async {
        let runs = Arc::new(AtomicUsize::new(0));
        let late = Arc::new(AtomicUsize::new(0));
        // Ticks that never come: the model's time ends before.
        let never = Duration::from_secs(86400 * 3650);
        let handle = Cycle::new(never, Missed::Delay).spawn({
            let (runs, late) = (Arc::clone(&runs), Arc::clone(&late));
            move || {
                let (runs, late) = (Arc::clone(&runs), Arc::clone(&late));
                async move {
                    yield_now().await;
                    late.store(0, SeqCst);
                    runs.fetch_add(1, SeqCst);
                    Ok::<(), String>(())
                }
            }
        });
        for _ in 0..3 {
            late.store(1, SeqCst);
            handle.trigger_now();
            yield_now().await;
        }
        while late.load(SeqCst) == 1 {
            yield_now().await;
        }
        let stats = handle.stop().await;
        assert!((1..=3).contains(&stats.runs), "{} runs", stats.runs);
        assert_eq!(stats.runs, runs.load(SeqCst) as u64);
    });
}

fn cycle_twin() {
    block_on(async {
        let runner = NaiveRunner::default();
        let inside = Inside::default();
        let tasks: Vec<_> = (0..2)
            .map(|_| {
                let (runner, inside) = (runner.clone(), inside.clone());
                tokio::spawn(async move { runner.fire(|| inside.visit()).await })
            })
            .collect();
        for task in tasks {
            task.await.expect("not aborted");
        }
        while !runner.idle() {
            yield_now().await;
        }
    });
}
