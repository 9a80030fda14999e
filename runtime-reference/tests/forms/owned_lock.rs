//! O1 to O4 on a clock that is set by hand, and the lock that anybody removes.

use runtime_reference::owned_lock::naive::NaiveLock;
use runtime_reference::owned_lock::{Fenced, Memory, Overtaken, OwnedLock};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

const TIME: Duration = Duration::from_secs(10);

fn service() -> (Memory, Arc<AtomicU64>) {
    let now = Arc::new(AtomicU64::new(0));
    let clock = Arc::clone(&now);
    let read = move || Duration::from_secs(clock.load(SeqCst));
    (Memory::with_clock(Arc::new(read)), now)
}

/// O1 and O2
#[test]
fn a_late_holder_releases_and_renews_nothing() {
    let (service, now) = service();
    let lock = OwnedLock::new(service, "k", TIME);
    let first = lock.try_acquire().unwrap().unwrap();
    now.store(9, SeqCst);
    assert!(first.renew().unwrap());
    now.store(18, SeqCst);
    assert!(lock.try_acquire().unwrap().is_none(), "it was renewed");
    now.store(20, SeqCst);
    let second = lock.try_acquire().unwrap().expect("the first's time is over");
    assert!(!first.renew().unwrap());
    assert!(!first.release().unwrap());
    assert!(lock.try_acquire().unwrap().is_none(), "the second still has it");
    assert!(second.release().unwrap());
    drop(lock.try_acquire().unwrap().expect("free"));
    assert!(lock.try_acquire().unwrap().is_some(), "a drop releases");
}

/// O3
#[test]
fn an_overtaken_holder_writes_nothing() {
    let (service, now) = service();
    let lock = OwnedLock::new(service, "k", TIME);
    let file = Fenced::new("");
    let first = lock.try_acquire().unwrap().unwrap();
    now.store(11, SeqCst);
    let second = lock.try_acquire().unwrap().unwrap();
    file.write(second.fence(), |text| *text = "second").unwrap();
    let refused = file.write(first.fence(), |text| *text = "first");
    assert_eq!(refused, Err(Overtaken { fence: 1, seen: 2 }));
    assert_eq!(file.read(|text| *text), "second");
}

#[test]
fn one_holder_at_a_time_among_threads() {
    let lock = OwnedLock::new(Memory::default(), "k", TIME);
    let (inside, acquired) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..500 {
                    let Some(held) = lock.try_acquire().unwrap() else {
                        continue;
                    };
                    assert_eq!(inside.fetch_add(1, SeqCst), 0);
                    acquired.fetch_add(1, SeqCst);
                    inside.fetch_sub(1, SeqCst);
                    assert!(held.release().unwrap());
                }
            });
        }
    });
    assert!(acquired.load(SeqCst) >= 500);
}

#[test]
fn twin_a_late_release_lets_a_third_in_beside_the_second() {
    let (service, now) = service();
    let lock = NaiveLock::new(service, "k", TIME);
    assert!(lock.try_acquire());
    now.store(11, SeqCst);
    assert!(lock.try_acquire(), "the second, after the first's time");
    lock.release();
    assert!(lock.try_acquire(), "the twin should let a third in");
}
