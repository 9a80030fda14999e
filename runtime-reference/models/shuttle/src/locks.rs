//! Forms with locks and threads: session, coordinator, owned lock.

use crate::explore::{Model, Must};
use crate::owned_lock::naive::NaiveLock;
use crate::owned_lock::{Fenced, Memory, OwnedLock};
use crate::session::naive::NaiveCoordinator;
use crate::session::{Coordinator, Session};
use shuttle::sync::Arc;
use shuttle::sync::atomic::{AtomicU64, Ordering::SeqCst};
use shuttle::thread;
use std::time::Duration;

pub(crate) const MODELS: &[Model] = &[
    Model { name: "session: no lost change, stale refused", must: Must::Hold, run: session },
    Model { name: "session: the active one exists", must: Must::Hold, run: coordinator },
    Model { name: "session twin: torn pair", must: Must::FailWithin(100), run: coordinator_twin },
    Model { name: "session twin: opposite lock order", must: Must::FailWithin(100), run: order_twin },
    Model { name: "owned lock: fences keep order", must: Must::Hold, run: owned_lock },
    Model { name: "owned lock twin: a third beside the second", must: Must::FailWithin(1000), run: owned_lock_twin },
];

fn session() {
    let session = Session::new(0_u64);
    let threads: Vec<_> = (0..3)
        .map(|_| {
            let session = session.clone();
            thread::spawn(move || {
                session.with(|n| *n += 1).expect("no panic");
                loop {
                    let seen = session.snapshot();
                    let next = seen.state + 1;
                    // What was decided on the copy holds only if nobody was faster.
                    if session.transition(seen.generation, |n| *n = next).is_ok() {
                        return;
                    }
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("no panic");
    }
    assert_eq!(session.snapshot().state, 6, "a change was lost");
}

fn coordinator() {
    let coordinator = Coordinator::new();
    let writer = thread::spawn({
        let coordinator = coordinator.clone();
        move || {
            let id = coordinator.create_session("a").expect("no panic");
            coordinator.close_session(id).expect("it is open");
            coordinator.save_session(id).expect("it is closed");
        }
    });
    for _ in 0..3 {
        let (sessions, active) = coordinator.list_sessions();
        assert!(active.is_none_or(|id| sessions.iter().any(|s| s.id == id)), "a torn pair");
    }
    writer.join().expect("no panic");
}

fn coordinator_twin() {
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

fn order_twin() {
    let coordinator = NaiveCoordinator::new();
    coordinator.create_session(1, "a");
    let other = thread::spawn({
        let coordinator = coordinator.clone();
        move || coordinator.active_title()
    });
    coordinator.switch_session(1);
    other.join().expect("no panic");
}

/// A service whose time passes while holders work.
fn service() -> (Memory, Arc<AtomicU64>) {
    let time = Arc::new(AtomicU64::new(0));
    let clock = Arc::clone(&time);
    let read = move || Duration::from_secs(clock.load(SeqCst));
    (Memory::with_clock(Arc::new(read)), time)
}

fn owned_lock() {
    let (service, time) = service();
    let lock = OwnedLock::new(service, "k", Duration::from_secs(2));
    let file = Arc::new(Fenced::new(0_u64));
    let threads: Vec<_> = (0..3)
        .map(|_| {
            let (lock, file, time) = (lock.clone(), Arc::clone(&file), Arc::clone(&time));
            thread::spawn(move || {
                let Some(held) = lock.try_acquire().expect("the service answers") else {
                    return;
                };
                time.fetch_add(1, SeqCst);
                let fence = held.fence();
                // Refused or not, what is written never goes back.
                let _ = file.write(fence, |last| {
                    assert!(*last <= fence, "an overtaken holder wrote");
                    *last = fence;
                });
                time.fetch_add(1, SeqCst);
                held.release().expect("the service answers");
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("no panic");
    }
}

fn owned_lock_twin() {
    let (service, time) = service();
    let lock = Arc::new(NaiveLock::new(service, "k", Duration::from_secs(3)));
    let inside = Arc::new(AtomicU64::new(0));
    let threads: Vec<_> = (0..3)
        .map(|n| {
            let (lock, time, inside) = (Arc::clone(&lock), Arc::clone(&time), Arc::clone(&inside));
            thread::spawn(move || {
                if n == 0 && lock.try_acquire() {
                    // Stopped for longer than its time, it does no work, but releases.
                    time.fetch_add(3, SeqCst);
                    lock.release();
                } else if lock.try_acquire() {
                    assert_eq!(inside.fetch_add(1, SeqCst), 0, "two at once");
                    inside.fetch_sub(1, SeqCst);
                    lock.release();
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("two at once");
    }
}
