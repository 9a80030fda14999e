//! Child processes that are killed at random and started again until they answer.

use runtime_testkit::Chance;
use std::io;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What the children of one round did.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    /// Children that were killed with SIGKILL.
    pub(crate) kills: u64,
    /// Right answers.
    pub(crate) right: u64,
    /// Wrong answers.
    pub(crate) wrong: u64,
    /// Errors, which are no wrong answers.
    pub(crate) errors: u64,
    /// Children that gave no answer in time.
    pub(crate) stuck: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Tally) {
        self.kills += other.kills;
        self.right += other.right;
        self.wrong += other.wrong;
        self.errors += other.errors;
        self.stuck += other.stuck;
    }
}

/// How a child ends.
pub(crate) const RIGHT: u8 = 0;
pub(crate) const WRONG: u8 = 3;
pub(crate) const ERROR: u8 = 4;

/// When children are killed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kills {
    /// One child in so many is killed; 0 for none.
    pub(crate) one_in: u64,
    /// Within so many milliseconds of its start.
    pub(crate) within: u64,
}

/// Starts `count` children with these arguments, kills some, and waits for an answer of each.
pub(crate) fn drive(args: &[String], count: u64, kills: Kills, chance: &mut Chance) -> io::Result<Tally> {
    let mut tally = Tally::default();
    let mut running = Vec::new();
    for _ in 0..count {
        running.push(start(args, kills, chance)?);
    }
    // Long enough for a machine that has other work to do: what hangs, hangs for ever.
    let deadline = Instant::now() + Duration::from_secs(300);
    while !running.is_empty() {
        let mut still = Vec::new();
        for (mut child, kill_at) in running {
            if let Some(status) = child.try_wait()? {
                match status.code().and_then(|code| u8::try_from(code).ok()) {
                    Some(RIGHT) => tally.right += 1,
                    Some(WRONG) => tally.wrong += 1,
                    _ => tally.errors += 1,
                }
            } else if Instant::now() > deadline {
                child.kill()?;
                child.wait()?;
                tally.stuck += 1;
            } else if kill_at.is_some_and(|at| Instant::now() >= at) {
                // SIGKILL: nothing of it runs any more.
                child.kill()?;
                child.wait()?;
                tally.kills += 1;
                still.push(start(args, kills, chance)?);
            } else {
                still.push((child, kill_at));
            }
        }
        running = still;
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(tally)
}

fn start(args: &[String], kills: Kills, chance: &mut Chance) -> io::Result<(Child, Option<Instant>)> {
    let child = Command::new(std::env::current_exe()?)
        .arg("child")
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let doomed = kills.one_in > 0 && chance.below(kills.one_in) == 0;
    let wait = Duration::from_millis(chance.below(kills.within));
    Ok((child, doomed.then(|| Instant::now() + wait)))
}
