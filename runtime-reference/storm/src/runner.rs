//! Cycles of several processes: at most one body at a time, and none stuck after a kill.

use crate::child::Answer;
use crate::herd::{Kills, drive};
use crate::{Setup, Verdict};
use runtime_reference::cycle::{CrossProcess, Cycle, Missed};
use runtime_testkit::Chance;
use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub(crate) fn cycle(setup: &Setup) -> io::Result<Verdict> {
    storm("cycle", "cycle", false, setup)
}

pub(crate) fn twin(setup: &Setup) -> io::Result<Verdict> {
    storm("cycle twin, lock file", "twin", true, setup)
}

fn storm(name: &'static str, variant: &str, twin: bool, setup: &Setup) -> io::Result<Verdict> {
    let folder = tempfile::tempdir()?;
    let time = (setup.rounds * 10).clamp(600, 2000);
    let args =
        |time: u64| ["runner".to_owned(), variant.to_owned(), folder.path().display().to_string(), time.to_string()];
    let kills = Kills { one_in: 2, within: time };
    let mut chance = Chance::new(setup.seed);
    let tally = drive(&args(time), setup.processes.min(6), kills, &mut chance)?;
    // After the storm one more runs alone: it must get its turn.
    let before = runs(folder.path());
    let calm = Kills { one_in: 0, within: 0 };
    drive(&args(300), 1, calm, &mut chance)?;
    let after = runs(folder.path());
    let stuck = u64::from(after == before);
    let overlaps = fs::read_to_string(folder.path().join("overlaps")).unwrap_or_default();
    let overlaps = overlaps.lines().count() as u64;
    let mut broken = Vec::new();
    if tally.errors + tally.stuck > 0 || before == 0 {
        broken.push(format!("{before} runs, {} runners failed", tally.errors + tally.stuck));
    }
    Ok(Verdict {
        name,
        twin,
        wrong: overlaps + stuck,
        broken,
        numbers: format!("runs {after} kills {} overlaps {overlaps} stuck {stuck}", tally.kills),
    })
}

fn runs(folder: &Path) -> u64 {
    fs::metadata(folder.join("runs")).map_or(0, |data| data.len())
}

fn append(path: PathBuf, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().append(true).create(true).open(path)?;
    io::Write::write_all(&mut file, text.as_bytes())
}

/// Leaves a mark with its process number while it runs, and looks for others' marks.
fn body(folder: &Path) -> io::Result<()> {
    let mark = folder.join("inside");
    let own = std::process::id().to_string();
    // A mark of a process that was killed inside is no overlap.
    if let Ok(other) = fs::read_to_string(&mark)
        && other != own
        && runs_now(&other)
    {
        append(folder.join("overlaps"), "x\n")?;
    }
    fs::write(&mark, &own)?;
    std::thread::sleep(Duration::from_millis(8));
    if fs::read_to_string(&mark).is_ok_and(|text| text != own) {
        append(folder.join("overlaps"), "x\n")?;
    }
    append(folder.join("runs"), ".")?;
    // Gone if another was inside too, which was counted above.
    let _ = fs::remove_file(mark);
    Ok(())
}

fn runs_now(pid: &str) -> bool {
    // A killed child that is not yet waited for has no command line any more.
    !pid.is_empty() && fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| !line.is_empty())
}

pub(crate) fn child(args: &[&str]) -> Answer {
    let [variant, folder, time] = args else {
        return Err("runner: variant, folder, time".into());
    };
    let folder = PathBuf::from(folder);
    let time = Duration::from_millis(time.parse()?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    runtime.block_on(async {
        let lock = folder.join("lock");
        let twin = *variant == "twin";
        let across = CrossProcess::new(folder.join("cycle.lock"));
        let cycle = Cycle::new(Duration::from_millis(10), Missed::Skip);
        let cycle = if twin { cycle } else { cycle.across_processes(across) };
        let handle = cycle.spawn(move || {
            let (folder, lock) = (folder.clone(), lock.clone());
            async move {
                if !twin {
                    return body(&folder);
                }
                // The twin: a file that is there while it runs; a kill leaves it for ever.
                if OpenOptions::new().write(true).create_new(true).open(&lock).is_err() {
                    return Ok(());
                }
                body(&folder)?;
                fs::remove_file(&lock)
            }
        });
        tokio::time::sleep(time).await;
        let stats = handle.stop().await;
        Ok(stats.failed == 0 && stats.panicked == 0)
    })
}
