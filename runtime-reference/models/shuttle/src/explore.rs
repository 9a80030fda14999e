//! Runs a model under many schedules and says how many; a twin must fail within its bound.

use shuttle::scheduler::{PctScheduler, RandomScheduler, Scheduler};
use shuttle::{Config, Runner};
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a model must do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Must {
    /// Hold on every schedule.
    Hold,
    /// Fail within so many.
    FailWithin(usize),
}

/// A small program and what must become of it.
#[derive(Clone, Copy)]
pub(crate) struct Model {
    pub(crate) name: &'static str,
    pub(crate) must: Must,
    pub(crate) run: fn(),
}

/// How much is explored.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Explorer {
    pub(crate) schedules: usize,
    pub(crate) seed: u64,
}

/// Switches that PCT places: it finds every failure that needs fewer, with a known chance.
const DEPTH: usize = 3;

impl Explorer {
    /// Prints a line; false if it is a red one.
    pub(crate) fn explore(&self, model: &Model) -> bool {
        match model.must {
            Must::Hold => {
                let half = self.schedules.div_ceil(2);
                let random = RandomScheduler::new_from_seed(self.seed, half);
                let pct = PctScheduler::new_from_seed(self.seed, DEPTH, half);
                let explored = run(model.run, random).and_then(|n| Ok(n + run(model.run, pct)?));
                match explored {
                    Ok(n) => {
                        println!(
                            "held   {:<44} explored {n} schedules, half random, half PCT with bound {DEPTH}",
                            model.name
                        );
                        true
                    }
                    Err((n, what)) => {
                        println!("RED    {:<44} failed on schedule {n}: {what}", model.name);
                        false
                    }
                }
            }
            Must::FailWithin(most) => {
                let random = RandomScheduler::new_from_seed(self.seed, most);
                match run(model.run, random) {
                    Err((n, what)) => {
                        let what = what.lines().next().unwrap_or_default();
                        println!("broke  {:<44} on schedule {n} of at most {most}: {what}", model.name);
                        true
                    }
                    Ok(n) => {
                        println!("RED    {:<44} the twin held for {n} schedules", model.name);
                        false
                    }
                }
            }
        }
    }
}

/// How many schedules were explored, or which failed, and how.
fn run(model: fn(), scheduler: impl Scheduler + Send + 'static) -> Result<usize, (usize, String)> {
    let count = Arc::new(AtomicUsize::new(0));
    let counting = Arc::clone(&count);
    let mut config = Config::new();
    config.failure_persistence = shuttle::FailurePersistence::None;
    // The panics of twins are expected, and told in one line.
    let hook = take_hook();
    set_hook(Box::new(|_| {}));
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        Runner::new(scheduler, config).run(move || {
            counting.fetch_add(1, Ordering::SeqCst);
            model();
        });
    }));
    set_hook(hook);
    let count = count.load(Ordering::SeqCst);
    match outcome {
        Ok(()) => Ok(count),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
            Err((count, text.unwrap_or_else(|| "a panic".to_owned())))
        }
    }
}
