//! C1 to C6 on a paused clock, and the flag that lets two bodies run.

use runtime_reference::cycle::naive::NaiveRunner;
use runtime_reference::cycle::{CrossProcess, Cycle, Handle, Missed};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;
use tokio::task::yield_now;
use tokio::time::sleep;

const SECOND: Duration = Duration::from_secs(1);

/// Counts bodies that run, and the most that ever ran at once.
#[derive(Clone, Default)]
struct Overlap {
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    ended: Arc<AtomicUsize>,
}

impl Overlap {
    async fn body(self, time: Duration) {
        let now = self.now.fetch_add(1, SeqCst) + 1;
        self.most.fetch_max(now, SeqCst);
        sleep(time).await;
        self.now.fetch_sub(1, SeqCst);
        self.ended.fetch_add(1, SeqCst);
    }
}

fn cycle(missed: Missed, overlap: &Overlap, time: Duration) -> Handle {
    let overlap = overlap.clone();
    Cycle::new(SECOND, missed).spawn(move || {
        let body = overlap.clone().body(time);
        async move {
            body.await;
            Ok::<(), String>(())
        }
    })
}

/// C1, C2 and C6
#[tokio::test(start_paused = true)]
async fn a_long_body_never_overlaps_nor_bursts() {
    for missed in [Missed::Skip, Missed::Delay] {
        let overlap = Overlap::default();
        let handle = cycle(missed, &overlap, SECOND * 5 / 2);
        sleep(Duration::from_millis(20_100)).await;
        let stats = handle.stop().await;
        assert_eq!(overlap.most.load(SeqCst), 1);
        match missed {
            // Runs at 1, 4, 7, 10, 13, 16, 19; two ticks fall into each that has ended.
            Missed::Skip => assert_eq!((stats.runs, stats.skipped), (7, 14)),
            // Runs at 1, 4.5, 8, 11.5, 15, 18.5.
            Missed::Delay => assert_eq!((stats.runs, stats.skipped), (6, 0)),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn triggers_during_a_run_cost_one_more_run() {
    let overlap = Overlap::default();
    let handle = cycle(Missed::Skip, &overlap, Duration::from_millis(100));
    handle.trigger_now();
    sleep(Duration::from_millis(50)).await;
    for _ in 0..1000 {
        handle.trigger_now();
    }
    sleep(Duration::from_millis(500)).await;
    assert_eq!(handle.stats().runs, 2);
    assert_eq!(overlap.most.load(SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn stop_waits_for_the_body_and_nothing_runs_after_it() {
    let overlap = Overlap::default();
    let handle = cycle(Missed::Skip, &overlap, SECOND * 10);
    handle.trigger_now();
    sleep(SECOND).await;
    handle.trigger_now();
    let stats = handle.stop().await;
    assert_eq!((stats.runs, overlap.ended.load(SeqCst)), (1, 1));
    sleep(SECOND * 60).await;
    assert_eq!(overlap.ended.load(SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_handle_ends_the_cycle() {
    let overlap = Overlap::default();
    let handle = cycle(Missed::Skip, &overlap, SECOND / 2);
    sleep(SECOND * 3 / 2 - Duration::from_millis(100)).await;
    drop(handle);
    sleep(SECOND * 60).await;
    assert_eq!(overlap.ended.load(SeqCst), 1);
}

/// C3
#[tokio::test(start_paused = true)]
async fn errors_and_panics_do_not_end_the_cycle() {
    let count = Arc::new(AtomicUsize::new(0));
    let handle = Cycle::new(SECOND, Missed::Skip).spawn({
        let count = Arc::clone(&count);
        move || {
            let n = count.fetch_add(1, SeqCst);
            assert!(n != 3, "a panic before the future is there");
            async move {
                yield_now().await;
                assert!(n != 1, "a panic inside the future");
                if n == 2 { Err("an error") } else { Ok(()) }
            }
        }
    });
    sleep(SECOND * 6 + SECOND / 2).await;
    let stats = handle.stop().await;
    assert_eq!((stats.runs, stats.failed, stats.panicked), (6, 1, 2));
}

#[tokio::test(start_paused = true)]
async fn a_run_in_another_holder_of_the_lock_is_skipped() {
    let folder = tempfile::tempdir().unwrap();
    let across = CrossProcess::new(folder.path().join("cycle.lock"));
    let elsewhere = across.try_enter().unwrap().expect("free");
    let overlap = Overlap::default();
    let handle = Cycle::new(SECOND, Missed::Skip).across_processes(across).spawn({
        let overlap = overlap.clone();
        move || {
            let body = overlap.clone().body(Duration::from_millis(1));
            async move {
                body.await;
                Ok::<(), String>(())
            }
        }
    });
    sleep(SECOND * 5 / 2).await;
    drop(elsewhere);
    sleep(SECOND).await;
    let stats = handle.stop().await;
    assert_eq!((stats.held_elsewhere, stats.runs), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn twin_a_tick_and_a_trigger_overlap() {
    let runner = NaiveRunner::default();
    let overlap = Overlap::default();
    let fire = || {
        let overlap = overlap.clone();
        runner.fire(move || overlap.body(SECOND))
    };
    tokio::join!(fire(), fire());
    sleep(SECOND * 2).await;
    assert_eq!(overlap.most.load(SeqCst), 2, "the twin should have overlapped");
    assert_eq!((overlap.ended.load(SeqCst), runner.runs()), (2, 1), "the twin should have counted one of two runs");
}

#[tokio::test(start_paused = true)]
async fn twin_a_panic_ends_it_for_ever() {
    let runner = NaiveRunner::default();
    runner.fire(|| async { panic!("once") }).await;
    sleep(SECOND).await;
    let overlap = Overlap::default();
    runner.fire(|| overlap.clone().body(SECOND)).await;
    sleep(SECOND * 2).await;
    assert_eq!(overlap.ended.load(SeqCst), 0, "the twin should be stuck");
    assert!(!runner.idle());
}
