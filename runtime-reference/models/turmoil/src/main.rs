//! Power loss: a disk that forgets what was not synced, cut off after every call in turn.
//!
//! ```text
//! cargo run --release -p runtime-turmoil                200 seeds each
//! cargo run -p runtime-turmoil -- --seeds 20
//! ```
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a report for people")]

mod disk;
mod power;

use power::{Seen, cut_after, cut_during};
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let seeds = match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => Some(200),
        ["--seeds", seeds] => seeds.parse().ok(),
        _ => None,
    };
    let Some(seeds) = seeds else {
        eprintln!("usage: runtime-turmoil [--seeds N]");
        return ExitCode::from(2);
    };
    let mut red = 0;
    for (name, promised, write) in power::WAYS {
        let mut seen = Seen::default();
        for seed in 0..seeds {
            seen.count(cut_after(seed, write));
        }
        // Told `Ok`, then the power went: what is there?
        let kept = seen.new == seeds;
        red += u64::from(!line(name, "after Ok", kept, promised, &seen));
        let mut seen = Seen::default();
        for seed in 0..seeds {
            for calls in 0..8 {
                seen.count(cut_during(seed, calls, write));
            }
        }
        let whole = seen.part + seen.none == 0;
        let in_place = name.contains("in place");
        red += u64::from(!line(name, "at every call", whole, !in_place && name != power::UNSYNCED, &seen));
    }
    let (cuts, wrong) = power::downloads(seeds);
    let good = wrong == 0 && cuts > 0;
    println!("{} downloads cut off at every call: {cuts} cuts, {wrong} wrong answers", word(good, true));
    red += u64::from(!good);
    match red {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// Prints a line; false if the way did not do what is expected of it.
fn line(name: &str, when: &str, held: bool, promised: bool, seen: &Seen) -> bool {
    let good = held == promised;
    println!(
        "{} {name:<42} cut {when:<14} old {} new {} part {} none {}",
        word(good, promised),
        seen.old,
        seen.new,
        seen.part,
        seen.none
    );
    good
}

fn word(good: bool, promised: bool) -> &'static str {
    match (good, promised) {
        (false, _) => "RED  ",
        (true, true) => "held ",
        (true, false) => "broke",
    }
}
