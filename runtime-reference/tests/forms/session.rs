//! S1, S4, S5, the coordinator's eleven operations, and the split pair that tears. S3 is the example on the form's page
//! that does not compile.

use runtime_reference::session::naive::NaiveCoordinator;
use runtime_reference::session::{Change, Coordinator, CoordinatorError, Refused, Resources, Session, SessionStatus};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::{Duration, Instant};

#[test]
fn no_read_modify_write_is_lost() {
    let session = Session::new(0_u64);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..1000).for_each(|_| session.with(|n| *n += 1).unwrap()));
        }
    });
    assert_eq!(session.snapshot().state, 4000);
    assert_eq!(session.snapshot().generation, 4000);
}

#[test]
fn a_decision_on_an_older_state_is_refused() {
    let session = Session::new(1);
    let seen = session.snapshot();
    let (_, generation) = session.transition(seen.generation, |n| *n += 1).unwrap();
    let refused = session.transition(seen.generation, |n| *n += 10).unwrap_err();
    let Refused::Stale(stale) = refused else { panic!("{refused}") };
    assert_eq!((stale.expected, stale.current), (0, 1));
    assert!(session.transition(generation, |n| *n += 1).is_ok());
    assert_eq!(session.snapshot().state, 3);
}

#[test]
fn a_panic_leaves_a_readable_state_that_is_marked() {
    let session = Session::new((1, 1));
    let panic = catch_unwind(AssertUnwindSafe(|| {
        session.with(|pair| {
            pair.0 = 2;
            panic!("half-way");
        })
    }));
    assert!(panic.is_err());
    assert!(session.with(|_| ()).is_err());
    assert_eq!(session.transition(1, |_| ()), Err(Refused::Poisoned));
    let seen = session.snapshot();
    assert!(seen.poisoned);
    assert_eq!(seen.state, (2, 1));
    session.repair((3, 3));
    session.with(|pair| pair.0 = 4).unwrap();
    assert_eq!(session.snapshot().state, (4, 3));
}

#[tokio::test]
async fn subscribers_hear_of_the_newest_change() {
    let session = Session::new(0);
    let mut changes = session.subscribe();
    for _ in 0..3 {
        session.with(|n| *n += 1).unwrap();
    }
    changes.changed().await.unwrap();
    assert_eq!(*changes.borrow_and_update(), 3);
    assert!(!changes.has_changed().unwrap());
}

#[test]
fn the_eleven_operations() {
    let c = Coordinator::new();
    let a = c.create_session("a").unwrap();
    let b = c.create_session("b").unwrap();
    assert_eq!(c.active_session_id(), Some(b));
    assert_eq!(c.switch_session(a), Ok(Some(b)));
    let more = Resources { memory: 5, steps: 1 };
    c.update_resource_stats(a, more).unwrap();
    assert_eq!(c.update_resource_stats(a, more).unwrap().memory, 10);
    c.update_session_state(b, SessionStatus::Waiting).unwrap();
    assert_eq!(c.get_waiting_sessions()[0].id, b);
    let changes = [Change { id: b, status: SessionStatus::Running }, Change { id: 99, status: SessionStatus::Running }];
    assert_eq!(c.process_state_changes(&changes), Ok(1));
    c.close_session(a).unwrap();
    assert_eq!(c.active_session_id(), None);
    assert_eq!(c.switch_session(a), Err(CoordinatorError::Closed(a)));
    assert_eq!(c.save_session(a).unwrap().resources.memory, 10);
    assert_eq!(c.get_session(a), None);
    assert_eq!(c.save_session(a), Err(CoordinatorError::Unknown(a)));
    assert_eq!(c.list_sessions().0.len(), 1);
}

/// S1 and S2: one hundred operations at once, all eleven kinds, and a reader that checks each view.
#[test]
fn a_hundred_concurrent_operations_leave_one_whole_state() {
    let c = Coordinator::new();
    let ids: Vec<_> = (0..10).map(|i| c.create_session(&format!("s{i}")).unwrap()).collect();
    let start = Barrier::new(101);
    std::thread::scope(|scope| {
        for n in 0..100_usize {
            let (c, id, start) = (&c, ids[n % 10], &start);
            scope.spawn(move || {
                start.wait();
                // Refusals (a closed or saved session) are right answers here.
                match n % 11 {
                    0 => drop(c.save_session(id)),
                    1 => drop(c.create_session("new")),
                    2 => drop(c.switch_session(id)),
                    3 => drop(c.update_resource_stats(id, Resources { memory: 1, steps: 1 })),
                    4 => drop(c.close_session(id)),
                    5 => drop(c.active_session_id()),
                    6 => drop(c.get_session(id)),
                    7 => drop(c.list_sessions()),
                    8 => drop(c.get_waiting_sessions()),
                    9 => drop(c.update_session_state(id, SessionStatus::Waiting)),
                    _ => {
                        let change = Change { id, status: SessionStatus::Running };
                        let _ = c.process_state_changes(&[change, change]);
                    }
                }
            });
        }
        start.wait();
        for _ in 0..200 {
            check_view(&c);
        }
    });
    check_view(&c);
    let (sessions, _) = c.list_sessions();
    // Nine creations come to the ten; only closed sessions can have been taken out.
    assert!(sessions.len() <= 19, "{}", sessions.len());
    assert!(sessions.iter().filter(|s| s.title == "new").count() == 9);
}

fn check_view(c: &Coordinator) {
    let (sessions, active) = c.list_sessions();
    if let Some(active) = active {
        let info = sessions.iter().find(|s| s.id == active);
        let info = info.expect("the active session exists");
        assert_ne!(info.status, SessionStatus::Closed);
    }
}

/// The twin's reader sees an active session that does not exist.
#[test]
fn twin_a_reader_sees_a_torn_pair() {
    let c = NaiveCoordinator::new();
    let stop = AtomicBool::new(false);
    let deadline = Instant::now() + Duration::from_secs(20);
    let torn = std::thread::scope(|scope| {
        scope.spawn(|| {
            for id in 0.. {
                if stop.load(SeqCst) {
                    break;
                }
                c.create_session(id, "s");
                c.close_session(id);
            }
        });
        let mut torn = false;
        while !torn && Instant::now() < deadline {
            torn = !c.active_exists();
        }
        stop.store(true, SeqCst);
        torn
    });
    assert!(torn, "the twin should have been seen torn");
}
