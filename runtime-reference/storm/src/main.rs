//! The kill storm: many processes, random SIGKILL, every answer checked by the process that got it.
//!
//! ```text
//! cargo run --release -p runtime-storm            16 processes, 200 rounds
//! cargo run --release -p runtime-storm -- short    6 processes, 4 rounds
//! ```
//!
//! Options: `--rounds N`, `--processes N`, `--seed N`, `--only NAME`. The exit
//! code is 1 if a form gave one wrong answer, or if a twin gave none.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a report for people")]

mod child;
mod database;
mod files;
mod herd;
mod loads;
mod runner;

use std::process::ExitCode;

/// What every storm is told.
#[derive(Debug, Clone, Copy)]
struct Setup {
    rounds: u64,
    processes: u64,
    seed: u64,
}

/// What a storm found.
struct Verdict {
    name: &'static str,
    /// Twins must fail, forms must not.
    twin: bool,
    wrong: u64,
    /// What else is not as promised.
    broken: Vec<String>,
    numbers: String,
}

type Storm = fn(&Setup) -> std::io::Result<Verdict>;

const STORMS: [(&str, Storm); 12] = [
    ("fetch, trusted lock", loads::trusted),
    ("fetch, no lock", loads::unlocked),
    ("fetch twin, age", loads::twin_age),
    ("fetch twin, pid", loads::twin_pid),
    ("replace", files::replace),
    ("replace twin, in place", files::twin_replace),
    ("update", files::update),
    ("update twin", files::twin_update),
    ("store", database::store),
    ("store twin, autocommit", database::twin),
    ("cycle", runner::cycle),
    ("cycle twin, lock file", runner::twin),
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.first().is_some_and(|arg| arg == "child") {
        return child::run(&args[1..]);
    }
    let Some((setup, only)) = read(&args) else {
        eprintln!("usage: runtime-storm [short] [--rounds N] [--processes N] [--seed N] [--only NAME]");
        return ExitCode::from(2);
    };
    println!("{setup:?}");
    let mut red = 0;
    for (name, storm) in STORMS {
        if !only.as_ref().is_none_or(|only| name.starts_with(only)) {
            continue;
        }
        match until_seen(storm, setup) {
            Ok(verdict) => red += u64::from(!report(&verdict)),
            Err(error) => {
                println!("RED   {name}: could not run: {error}");
                red += 1;
            }
        }
    }
    match red {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// One storm; a twin that got away with it is tried again with other seeds.
fn until_seen(storm: Storm, mut setup: Setup) -> std::io::Result<Verdict> {
    const TRIES: u64 = 8;
    for tries in 1.. {
        let mut verdict = storm(&setup)?;
        if !verdict.twin || verdict.wrong > 0 || tries == TRIES {
            if verdict.twin {
                verdict.numbers += &format!(", try {tries} of {TRIES}");
            }
            return Ok(verdict);
        }
        setup.seed += 1;
    }
    unreachable!("the last try returns")
}

/// Prints a line; false if it is a red one.
fn report(verdict: &Verdict) -> bool {
    let good = match verdict.twin {
        true => verdict.wrong > 0,
        false => verdict.wrong == 0 && verdict.broken.is_empty(),
    };
    let word = match (good, verdict.twin) {
        (false, _) => "RED  ",
        (true, true) => "broke",
        (true, false) => "held ",
    };
    println!("{word} {:<24} wrong {:>5}  {}", verdict.name, verdict.wrong, verdict.numbers);
    for broken in &verdict.broken {
        println!("        {broken}");
    }
    good
}

fn read(args: &[String]) -> Option<(Setup, Option<String>)> {
    let mut setup = Setup { rounds: 200, processes: 16, seed: 1 };
    let mut only = None;
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "short" => (setup.rounds, setup.processes) = (4, 6),
            "--rounds" => setup.rounds = args.next()?.parse().ok()?,
            "--processes" => setup.processes = args.next()?.parse().ok()?,
            "--seed" => setup.seed = args.next()?.parse().ok()?,
            "--only" => only = Some(args.next()?.clone()),
            _ => return None,
        }
    }
    Some((setup, only))
}
