//! L1 to L8, the incident's six tests, and the flag that breaks.

use crate::logs;
use runtime_reference::loader::naive::{NaiveError, NaiveSlot};
use runtime_reference::loader::{Busy, Cancel, LoadError, Slot};
use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::yield_now;

type TestSlot = Slot<u32, String>;

const BOTH: [Cancel; 2] = [Cancel::WithCaller, Cancel::WhenNobodyWaits];

/// Starts a load that ends when the sender is used; gives it time to begin.
async fn start(
    slot: &TestSlot,
    cancel: Cancel,
) -> (oneshot::Sender<Result<u32, String>>, tokio::task::JoinHandle<Result<u32, LoadError<String>>>) {
    let (finish, end) = oneshot::channel();
    let slot = slot.clone();
    let task = tokio::spawn(async move {
        let init = move || async move { end.await.unwrap() };
        let outcome = slot.reload(Busy::Refuse, cancel, init).await;
        outcome.map(|loaded| loaded.model)
    });
    for _ in 0..4 {
        yield_now().await;
    }
    (finish, task)
}

fn is_loading(slot: &TestSlot) -> bool {
    slot.status().loading_for.is_some()
}

// The incident's own six tests.

#[tokio::test]
async fn a_second_call_during_a_load_starts_no_second_load() {
    for cancel in BOTH {
        let slot = TestSlot::new();
        let (finish, first) = start(&slot, cancel).await;
        let second = slot.reload(Busy::Refuse, cancel, || async { panic!("a second load") }).await;
        assert!(matches!(second, Err(LoadError::Busy { .. })));
        finish.send(Ok(7)).unwrap();
        assert_eq!(first.await.unwrap().unwrap(), 7);
    }
}

#[tokio::test]
async fn the_mark_stands_during_the_load() {
    for cancel in BOTH {
        let slot = TestSlot::new();
        assert!(!is_loading(&slot));
        let (finish, first) = start(&slot, cancel).await;
        assert!(is_loading(&slot));
        finish.send(Ok(7)).unwrap();
        first.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn the_mark_is_cleared_after_success() {
    for cancel in BOTH {
        let slot = TestSlot::new();
        let (finish, first) = start(&slot, cancel).await;
        finish.send(Ok(7)).unwrap();
        first.await.unwrap().unwrap();
        assert!(!is_loading(&slot));
        assert_eq!(slot.current().unwrap().model, 7);
    }
}

#[tokio::test]
async fn the_mark_is_cleared_after_an_error() {
    for cancel in BOTH {
        let slot = TestSlot::new();
        let (finish, first) = start(&slot, cancel).await;
        finish.send(Err("no file".to_owned())).unwrap();
        assert!(matches!(first.await.unwrap(), Err(LoadError::Failed(e)) if *e == "no file"));
        assert!(!is_loading(&slot));
    }
}

/// L2
#[tokio::test]
async fn the_refused_call_returns_at_once() {
    let slot = TestSlot::new();
    let (_finish, _first) = start(&slot, Cancel::WithCaller).await;
    let refused = slot.load(Busy::Refuse, Cancel::WithCaller, || async { Ok(1) });
    let mut refused = std::pin::pin!(refused);
    // One poll is enough: it waits for nothing.
    let poll = refused.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(poll, Poll::Ready(Err(LoadError::Busy { .. }))));
}

#[tokio::test]
async fn a_warning_is_logged_when_a_call_is_refused() {
    let slot = TestSlot::new();
    let (_finish, _first) = start(&slot, Cancel::WithCaller).await;
    let call = slot.load(Busy::Refuse, Cancel::WithCaller, || async { Ok(1) });
    let (_, lines) = logs::caught(call).await;
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].starts_with("WARN load refused"), "{lines:?}");
}

// The invariants beyond them.

/// L3 and a fresh call: polls a load k times, drops it, and loads again.
#[tokio::test]
async fn a_load_may_be_dropped_after_any_number_of_polls() {
    for cancel in BOTH {
        for polls in 0..6 {
            let slot = TestSlot::new();
            let init = || async {
                for _ in 0..3 {
                    yield_now().await;
                }
                Ok(1)
            };
            {
                let load = slot.load(Busy::Refuse, cancel, init);
                let mut load = std::pin::pin!(load);
                for _ in 0..polls {
                    if load.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
                        break;
                    }
                    yield_now().await;
                }
            }
            // An aborted task needs a turn to be dropped in.
            for _ in 0..4 {
                yield_now().await;
            }
            assert!(!is_loading(&slot), "{cancel:?} after {polls} polls");
            let again = slot.load(Busy::Refuse, cancel, || async { Ok(2) }).await;
            assert!(again.is_ok(), "{cancel:?} after {polls} polls: {again:?}");
        }
    }
}

#[tokio::test]
async fn a_panic_clears_the_mark_and_releases_those_who_wait() {
    for cancel in BOTH {
        let slot = TestSlot::new();
        let leader = {
            let slot = slot.clone();
            tokio::spawn(async move {
                let init = || async {
                    yield_now().await;
                    yield_now().await;
                    panic!("out of memory")
                };
                slot.load(Busy::Refuse, cancel, init).await
            })
        };
        yield_now().await;
        let joined = slot.load(Busy::Join, cancel, || async { Ok(1) }).await;
        assert!(matches!(joined, Err(LoadError::LeaderGone { panicked: true })), "{joined:?}");
        assert!(!is_loading(&slot));
        let led = leader.await;
        match cancel {
            Cancel::WithCaller => assert!(led.is_err()),
            Cancel::WhenNobodyWaits => {
                assert!(matches!(led.unwrap(), Err(LoadError::LeaderGone { panicked: true })));
            }
        }
    }
}

/// L4
#[tokio::test]
async fn joiners_share_the_value_and_the_error() {
    for (result, cancel) in [(Ok(3), BOTH[0]), (Err("bad".to_owned()), BOTH[1])] {
        let slot = TestSlot::new();
        let (finish, first) = start(&slot, cancel).await;
        let joiners: Vec<_> = (0..10)
            .map(|_| {
                let slot = slot.clone();
                tokio::spawn(async move {
                    let init = || async { panic!("a second load") };
                    slot.load(Busy::Join, cancel, init).await.map(|l| l.model)
                })
            })
            .collect();
        yield_now().await;
        finish.send(result.clone()).unwrap();
        let _ = first.await.unwrap();
        for joiner in joiners {
            match (joiner.await.unwrap(), &result) {
                (Ok(model), Ok(expected)) => assert_eq!(model, *expected),
                (Err(LoadError::Failed(error)), Err(expected)) => assert_eq!(*error, *expected),
                (other, _) => panic!("{other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn a_joiner_may_lead_when_the_leader_is_aborted() {
    let slot = TestSlot::new();
    let (_finish, leader) = start(&slot, Cancel::WithCaller).await;
    let plain = tokio::spawn({
        let slot = slot.clone();
        async move { slot.load(Busy::Join, Cancel::WithCaller, || async { Ok(1) }).await }
    });
    let eager = tokio::spawn({
        let slot = slot.clone();
        async move { slot.load(Busy::JoinOrLead, Cancel::WithCaller, || async { Ok(2) }).await }
    });
    yield_now().await;
    leader.abort();
    let plain = plain.await.unwrap();
    assert!(matches!(plain, Err(LoadError::LeaderGone { panicked: false })), "{plain:?}");
    assert_eq!(eager.await.unwrap().unwrap().model, 2);
}

#[tokio::test]
async fn a_load_apart_outlives_its_first_caller_while_another_waits() {
    let slot = TestSlot::new();
    let (finish, leader) = start(&slot, Cancel::WhenNobodyWaits).await;
    let joiner = tokio::spawn({
        let slot = slot.clone();
        async move { slot.load(Busy::Join, Cancel::WhenNobodyWaits, || async { Ok(1) }).await }
    });
    yield_now().await;
    leader.abort();
    yield_now().await;
    finish.send(Ok(9)).unwrap();
    assert_eq!(joiner.await.unwrap().unwrap().model, 9);
}

#[tokio::test]
async fn a_load_apart_ends_when_the_last_caller_leaves() {
    let slot = TestSlot::new();
    let (finish, leader) = start(&slot, Cancel::WhenNobodyWaits).await;
    leader.abort();
    for _ in 0..4 {
        yield_now().await;
    }
    assert!(!is_loading(&slot));
    assert!(finish.send(Ok(9)).is_err(), "the load must have been dropped");
}

/// L5
#[tokio::test]
async fn a_failed_reload_keeps_the_old_model() {
    let slot = TestSlot::new();
    slot.install(1);
    let failed = slot.reload(Busy::Refuse, Cancel::WithCaller, || async { Err("bad".to_owned()) }).await;
    assert!(failed.is_err());
    assert_eq!(slot.current().unwrap().model, 1);
}

#[tokio::test]
async fn a_late_load_never_overwrites_a_newer_model() {
    let slot = TestSlot::new();
    let (finish, late) = start(&slot, Cancel::WithCaller).await;
    let newer = slot.install(2);
    finish.send(Ok(1)).unwrap();
    assert!(matches!(late.await.unwrap(), Err(LoadError::Superseded { .. })));
    assert_eq!(slot.current().unwrap(), newer);
    let after = slot.reload(Busy::Refuse, Cancel::WithCaller, || async { Ok(3) }).await.unwrap();
    assert!(after.generation > newer.generation);
}

#[tokio::test]
async fn an_unload_during_a_load_is_not_undone_by_it() {
    let slot = TestSlot::new();
    slot.install(1);
    let (finish, late) = start(&slot, Cancel::WithCaller).await;
    assert_eq!(slot.unload().unwrap().model, 1);
    finish.send(Ok(2)).unwrap();
    assert!(matches!(late.await.unwrap(), Err(LoadError::Superseded { .. })));
    assert!(slot.current().is_none());
}

/// A model whose destructor takes the slot's own locks and counts.
struct Heavy {
    slot: Mutex<Option<Slot<Heavy, String>>>,
    freed: Arc<AtomicUsize>,
}

impl Drop for Heavy {
    fn drop(&mut self) {
        if let Some(slot) = self.slot.lock().unwrap().take() {
            slot.status();
        }
        self.freed.fetch_add(1, SeqCst);
    }
}

/// L7 and L8: destructors run with nothing locked, once, after the last user.
#[tokio::test]
async fn the_old_model_is_freed_once_after_its_last_user() {
    let slot: Slot<Heavy, String> = Slot::new();
    let freed = Arc::new(AtomicUsize::new(0));
    let heavy = || Heavy { slot: Mutex::new(Some(slot.clone())), freed: Arc::clone(&freed) };
    slot.install(heavy());
    let prediction = slot.current().unwrap();
    let new = heavy();
    slot.reload(Busy::Refuse, Cancel::WithCaller, || async { Ok(new) }).await.unwrap();
    assert_eq!(freed.load(SeqCst), 0, "a prediction still uses it");
    drop(prediction);
    assert_eq!(freed.load(SeqCst), 1);
    slot.install(heavy());
    assert_eq!(freed.load(SeqCst), 2);
    drop(slot.unload());
    assert_eq!(freed.load(SeqCst), 3);
}

/// L6 and L8 with real threads: each prediction sees one whole model.
#[test]
fn predictions_see_one_generation_while_models_are_swapped() {
    static FREED: AtomicUsize = AtomicUsize::new(0);
    struct Pair(u64, u64);
    impl Drop for Pair {
        fn drop(&mut self) {
            FREED.fetch_add(1, SeqCst);
        }
    }
    let slot: Slot<Pair, String> = Slot::new();
    slot.install(Pair(0, 0));
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let mut last = 0;
                for _ in 0..2000 {
                    let loaded = slot.current().unwrap();
                    assert_eq!(loaded.model.0, loaded.model.1);
                    assert!(loaded.generation >= last, "generations went back");
                    last = loaded.generation;
                }
            });
        }
        scope.spawn(|| {
            for i in 1..=500 {
                slot.install(Pair(i, i));
            }
        });
    });
    drop(slot);
    assert_eq!(FREED.load(SeqCst), 501);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stampede_of_a_thousand_tasks_runs_one_load() {
    let slot = TestSlot::new();
    let loads = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..1000)
        .map(|_| {
            let (slot, loads) = (slot.clone(), Arc::clone(&loads));
            tokio::spawn(async move {
                let init = move || async move {
                    loads.fetch_add(1, SeqCst);
                    tokio::time::sleep(Duration::from_millis(30)).await;
                    Ok(5)
                };
                slot.load(Busy::Join, Cancel::WhenNobodyWaits, init).await.unwrap().model
            })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), 5);
    }
    assert_eq!(loads.load(SeqCst), 1);
}

// The naive twin must break.

#[tokio::test]
async fn twin_two_callers_both_load() {
    let slot = NaiveSlot::default();
    let loads = AtomicUsize::new(0);
    let load = || {
        slot.load(yield_now, || async {
            loads.fetch_add(1, SeqCst);
            Ok::<_, String>(1)
        })
    };
    let (a, b) = tokio::join!(load(), load());
    assert_eq!(loads.load(SeqCst), 2, "the twin should have loaded twice");
    assert!(!Arc::ptr_eq(&a.unwrap(), &b.unwrap()), "one should predict with a model that is not the slot's");
    assert!(slot.current().is_some());
}

#[tokio::test]
async fn twin_an_error_leaves_it_busy_for_ever() {
    let slot: NaiveSlot<u32> = NaiveSlot::default();
    let failed = slot.load(yield_now, || async { Err("bad") }).await;
    assert!(matches!(failed, Err(NaiveError::Failed("bad"))));
    let again = slot.load(yield_now, || async { Ok::<_, &str>(1) }).await;
    assert!(matches!(again, Err(NaiveError::Busy)), "the twin should be stuck");
}

#[tokio::test]
async fn twin_a_cancelled_caller_leaves_it_busy_for_ever() {
    let slot: NaiveSlot<u32> = NaiveSlot::default();
    let load = slot.load(yield_now, pending::<Result<u32, &str>>);
    assert!(tokio::time::timeout(Duration::from_millis(5), load).await.is_err());
    let again = slot.load(yield_now, || async { Ok::<_, &str>(1) }).await;
    assert!(matches!(again, Err(NaiveError::Busy)), "the twin should be stuck");
}
