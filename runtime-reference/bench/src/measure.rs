//! Times: variants take turns, and the best of several rounds counts.

use std::sync::Barrier;
use std::time::{Duration, Instant};

/// One way to do a thing.
pub(crate) struct Variant<'a> {
    pub(crate) name: &'static str,
    pub(crate) work: Box<dyn Fn() + Sync + 'a>,
}

impl<'a> Variant<'a> {
    pub(crate) fn new(name: &'static str, work: impl Fn() + Sync + 'a) -> Self {
        Variant { name, work: Box::new(work) }
    }
}

/// Nanoseconds per call with so many threads, for each variant.
///
/// The variants take turns within each round, so that a busy moment of the
/// machine does not fall on one alone. One thread: the best round counts, since
/// noise only adds. Several: the median, since the best would be the round in
/// which they happened to run one after the other.
pub(crate) fn nanoseconds(variants: &[Variant<'_>], threads: usize, calls: u32) -> Vec<f64> {
    let mut rounds = vec![Vec::new(); variants.len()];
    for _ in 0..9 {
        for (variant, times) in variants.iter().zip(&mut rounds) {
            times.push(round(&variant.work, threads, calls));
        }
    }
    let count = |times: &mut Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[if threads == 1 { 0 } else { times.len() / 2 }]
    };
    rounds.iter_mut().map(count).collect()
}

fn round(work: &(dyn Fn() + Sync), threads: usize, calls: u32) -> f64 {
    let start = Barrier::new(threads);
    let longest = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    let begin = Instant::now();
                    for _ in 0..calls {
                        work();
                    }
                    begin.elapsed()
                })
            })
            .collect();
        let times = runs.into_iter().filter_map(|run| run.join().ok());
        times.max().unwrap_or(Duration::ZERO)
    });
    longest.as_nanos() as f64 / f64::from(calls)
}

/// The value below which a share of the sorted times lies.
pub(crate) fn percentile(times: &mut [Duration], share: f64) -> Duration {
    times.sort_unstable();
    let at = (times.len() as f64 * share) as usize;
    let at = at.min(times.len().saturating_sub(1));
    times.get(at).copied().unwrap_or_default()
}

pub(crate) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

pub(crate) fn microseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}
