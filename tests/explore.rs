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
