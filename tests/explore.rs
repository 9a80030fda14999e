//! The encoded programs: each gives exactly what its first lines say, and every witness replays.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use racelint::explore::fixture::Fixture;
use racelint::explore::{Verdict, because, explore, replay};

fn programs() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/explore");
    let mut all: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "model"))
        .map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap()))
        .collect();
    all.sort();
    all
}

#[test]
fn every_program_gives_exactly_its_expected_findings() {
    let mut wrong = Vec::new();
    for (name, source) in programs() {
        let fixture = match Fixture::parse(&source) {
            Ok(fixture) => fixture,
            Err(e) => {
                wrong.push(format!("{name}: {e}"));
                continue;
            }
        };
        let verdict = explore(&fixture.model, &fixture.question);
        let (sure, weak) = fixture.found(&verdict);
        let big = matches!(verdict, Verdict::TooBig);
        if big || sure != fixture.expect || weak != fixture.possible {
            let size = if big { " TOO BIG" } else { "" };
            wrong.push(format!(
                "{name}:{size} expected {:?} possible {:?}, found {sure:?} possible {weak:?}",
                fixture.expect, fixture.possible
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_witness_replays() {
    let mut wrong = Vec::new();
    for (name, source) in programs() {
        let Ok(fixture) = Fixture::parse(&source) else { continue };
        let Verdict::Breaks(breaks) = explore(&fixture.model, &fixture.question) else { continue };
        for b in breaks {
            let told = b.witness.iter().any(|e| e.site == b.act);
            let rests = !b.rests_on.is_empty()
                || matches!(
                    b.violation.as_str(),
                    "half-applied" | "stuck-guard" | "mixed-pair" | "deadlock" | "never-released"
                );
            if !told || !rests || b.outcome.is_empty() {
                wrong.push(format!("{name}: {} at {:?} rests on {:?}", b.violation.as_str(), b.act, b.rests_on));
            }
            if let Err(e) = replay(&fixture.model, &b) {
                wrong.push(format!("{name}: {}: {e}\n{:#?}", b.violation.as_str(), b.schedule));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A guard is named only if the pair breaks without it; where a program says on what its safety rests, just that is named.
#[test]
fn safety_rests_on_the_guards_that_the_programs_name() {
    let mut wrong = Vec::new();
    for (name, source) in programs() {
        let Ok(fixture) = Fixture::parse(&source) else { continue };
        let Some(wanted) = &fixture.guards else { continue };
        let mut found: Vec<String> =
            because(&fixture.model, &fixture.question).iter().map(|g| fixture.guard_name(g)).collect();
        found.sort();
        found.dedup();
        if found != *wanted {
            wrong.push(format!("{name}: rests on {wanted:?}, found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn verdict(lines: &[&str]) -> Verdict {
    let fixture = Fixture::parse(&lines.join("\n")).unwrap();
    explore(&fixture.model, &fixture.question)
}

fn repeated(line: &str, times: usize) -> Vec<&str> {
    std::iter::repeat_n(line, times).collect()
}

/// 80 awaits with one read and one write: far beyond 2^100 schedules, a few hundred states.
#[test]
fn long_quiet_stretches_cost_little() {
    let head = ["# expect: safe", "# lanes: go | go", "place n = '0", "flow go"];
    let middle = repeated("  pause", 80);
    let lines = [&head[..], &middle, &["  x = update n = x + 1"], &middle].concat();
    let Verdict::Safe(safe) = verdict(&lines) else { panic!("it should be safe") };
    assert!(safe.states < 500, "{} states", safe.states);
}

/// Three runs of many indivisible steps each: more than the budget, and said so, in good time.
#[test]
fn what_is_too_big_is_called_too_big() {
    let head = ["# expect: safe", "# lanes: go | go | go", "world threads", "place n = '0", "flow go"];
    let lines = [&head[..], &repeated("  x = update n = x + 1", 40)].concat();
    let begun = std::time::Instant::now();
    assert!(matches!(verdict(&lines), Verdict::TooBig));
    assert!(begun.elapsed().as_secs() < 20);
}

/// More schedules than the budget has room for; what breaks with few switches is among the first that are looked at.
#[test]
fn what_breaks_in_a_part_of_all_schedules_breaks() {
    let head = ["# expect: breaks", "# lanes: go | go | go", "world threads", "place n = ?", "place m = ?", "flow go"];
    let pair = ["  x = read n", "  write m = $*(x)", "  y = read m", "  write n = $*(y)"];
    let lines = [&head[..], &pair, &pair, &pair, &pair].concat();
    assert!(matches!(verdict(&lines), Verdict::Breaks(_)));
}

/// A loop that may go round for ever is cut, and its place is said not to be decided.
#[test]
fn a_cut_loop_is_not_decided() {
    let lines = [
        "# expect: safe",
        "# lanes: go | go",
        "place busy = false",
        "flow go",
        "again:",
        "  b = read busy",
        "  if not b goto mine",
        "  pause",
        "  goto again",
        "mine:",
        "  write busy = true",
        "  pause",
        "  act adding",
        "  write busy = false",
    ];
    let Verdict::Safe(safe) = verdict(&lines) else { panic!("it should be safe") };
    assert!(!safe.undecided.is_empty());
}
