//! SF1 to SF5, and the memo that lets everybody run.

use runtime_reference::single_flight::SingleFlight;
use runtime_reference::single_flight::naive::NaiveMemo;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use tokio::sync::oneshot;
use tokio::task::yield_now;

type Flights = SingleFlight<&'static str, Result<u32, Arc<str>>>;

fn held(
    flights: &Flights,
    key: &'static str,
) -> (oneshot::Sender<u32>, tokio::task::JoinHandle<Result<u32, Arc<str>>>) {
    let (finish, end) = oneshot::channel();
    let flights = flights.clone();
    let task = tokio::spawn(async move { flights.run(key, || async { end.await.map_err(|_| "gone".into()) }).await });
    (finish, task)
}

#[tokio::test]
async fn callers_at_one_time_share_one_run_per_key() {
    let flights = Flights::new();
    let runs = Arc::new(AtomicUsize::new(0));
    let calls: Vec<_> = (0..20)
        .map(|i| {
            let (flights, runs) = (flights.clone(), Arc::clone(&runs));
            tokio::spawn(async move {
                let key = if i % 2 == 0 { "even" } else { "odd" };
                let work = || async {
                    runs.fetch_add(1, SeqCst);
                    yield_now().await;
                    Ok(i % 2)
                };
                assert_eq!(flights.run(key, work).await, Ok(i % 2));
            })
        })
        .collect();
    for call in calls {
        call.await.unwrap();
    }
    assert_eq!(runs.load(SeqCst), 2);
    assert_eq!(flights.in_flight(), 0);
}

#[tokio::test]
async fn an_error_is_shared_and_not_remembered() {
    let flights = Flights::new();
    let failing = || async {
        yield_now().await;
        Err("down".into())
    };
    let (a, b) = tokio::join!(flights.run("k", failing), flights.run("k", failing));
    assert_eq!((a, b), (Err("down".into()), Err("down".into())));
    assert_eq!(flights.run("k", || async { Ok(1) }).await, Ok(1));
}

/// SF2 and SF3
#[tokio::test]
async fn when_the_leader_is_aborted_or_panics_a_joiner_leads() {
    let flights = Flights::new();
    let (_finish, leader) = held(&flights, "k");
    yield_now().await;
    let joiner = tokio::spawn({
        let flights = flights.clone();
        async move { flights.run("k", || async { Ok(2) }).await }
    });
    yield_now().await;
    leader.abort();
    assert_eq!(joiner.await.unwrap(), Ok(2));

    let panicking = tokio::spawn({
        let flights = flights.clone();
        async move { flights.run("k", || async { panic!("no") }).await }
    });
    assert!(panicking.await.is_err());
    assert_eq!(flights.in_flight(), 0);
    assert_eq!(flights.run("k", || async { Ok(3) }).await, Ok(3));
}

/// SF4
#[tokio::test]
async fn a_forgotten_run_does_not_remove_the_newer_entry() {
    let flights = Flights::new();
    let (finish_old, old) = held(&flights, "k");
    yield_now().await;
    flights.forget(&"k");
    let (finish_new, new) = held(&flights, "k");
    yield_now().await;
    finish_old.send(1).unwrap();
    assert_eq!(old.await.unwrap(), Ok(1));
    assert_eq!(flights.in_flight(), 1, "the newer run's entry must stand");
    let joiner = flights.run("k", || async { unreachable!("the newer run is shared") });
    let (joined, ()) = tokio::join!(joiner, async { finish_new.send(2).unwrap() });
    assert_eq!((joined, new.await.unwrap()), (Ok(2), Ok(2)));
}

#[tokio::test]
async fn twin_everybody_runs() {
    let memo = NaiveMemo::default();
    let runs = AtomicUsize::new(0);
    let call = || {
        memo.run("k", || async {
            runs.fetch_add(1, SeqCst);
            yield_now().await;
            1
        })
    };
    let (a, b, c) = tokio::join!(call(), call(), call());
    assert_eq!(runs.load(SeqCst), 3, "the twin should have run three times");
    let remembered = call().await;
    assert_eq!((remembered.value, remembered.given()), (1, 2));
    let others = [a, b, c].iter().filter(|answer| !Arc::ptr_eq(answer, &remembered)).count();
    assert_eq!(others, 2, "two should hold answers that nobody else gets");
}
