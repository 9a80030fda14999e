//! Cycles: how many bodies overlap, and how many runs pile up, when a body is too long.

use crate::Outcome;
use crate::report::Table;
use runtime_reference::cycle::{Cycle, Missed};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval, sleep};

const PERIOD: Duration = Duration::from_millis(20);
const TIME: Duration = Duration::from_millis(1200);

#[derive(Clone, Default)]
struct Seen {
    inside: Arc<AtomicU64>,
    most: Arc<AtomicU64>,
    runs: Arc<AtomicU64>,
}

impl Seen {
    async fn body(self, time: Duration) {
        let inside = self.inside.fetch_add(1, SeqCst) + 1;
        self.most.fetch_max(inside, SeqCst);
        sleep(time).await;
        self.runs.fetch_add(1, SeqCst);
        self.inside.fetch_sub(1, SeqCst);
    }
}

pub(crate) fn cycle() -> Outcome<Table> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let mut rows = Vec::new();
    for (name, way) in [("ours, Skip", 0), ("tokio interval, Burst", 1), ("twin, spawn per tick", 2)] {
        let mut values = Vec::new();
        for share in [0.5, 1.0, 3.0] {
            let seen = Seen::default();
            runtime.block_on(run(way, seen.clone(), PERIOD.mul_f64(share)));
            values.push(seen.most.load(SeqCst) as f64);
        }
        values.push(runtime.block_on(after_a_long_run(way)) as f64);
        rows.push((name.to_owned(), values));
    }
    Ok(Table {
        name: "cycle",
        title: "Cycle: bodies at once, by the body's length in periods".to_owned(),
        columns: vec![
            "0.5".to_owned(),
            "1".to_owned(),
            "3".to_owned(),
            "runs in the two periods after one of ten".to_owned(),
        ],
        rows,
        drawn: 2,
        unit: "1 is right",
        note: "The last column is the backlog: the period is 20 ms, so two or three runs are due.".to_owned(),
    })
}

async fn run(way: u8, seen: Seen, time: Duration) {
    drive(way, TIME, move || seen.clone().body(time)).await;
}

/// One run of ten periods; then how many come in the next two.
async fn after_a_long_run(way: u8) -> u64 {
    let runs = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&runs);
    // The first tick is at one period, its run ends after eleven.
    drive(way, PERIOD * 13 + PERIOD / 2, move || {
        let first = counted.fetch_add(1, SeqCst) == 0;
        async move {
            if first {
                // A body that blocks: ticks pile up behind it.
                std::thread::sleep(PERIOD * 10);
            }
        }
    })
    .await;
    runs.load(SeqCst) - 1
}

async fn drive<F>(way: u8, time: Duration, body: impl Fn() -> F + Clone + Send + 'static)
where
    F: Future<Output = ()> + Send + 'static,
{
    match way {
        0 => {
            let handle = Cycle::new(PERIOD, Missed::Skip).spawn(move || {
                let body = body();
                async move {
                    body.await;
                    Ok::<(), String>(())
                }
            });
            sleep(time).await;
            handle.stop().await;
        }
        1 | 2 => {
            let task = tokio::spawn(async move {
                let mut ticks = interval(PERIOD);
                ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
                ticks.tick().await;
                loop {
                    ticks.tick().await;
                    match way {
                        1 => body().await,
                        _ => drop(tokio::spawn(body())),
                    }
                }
            });
            sleep(time).await;
            task.abort();
        }
        _ => {}
    }
}
