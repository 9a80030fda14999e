//! What the forms cost: tables and plots for the README, all ratios from one run.
//!
//! ```text
//! cargo run --release -p runtime-bench               measures, and writes README.md and plots/
//! cargo run --release -p runtime-bench -- --dry      measures, and writes nothing
//! cargo run --release -p runtime-bench -- --only fetch --dry
//! ```
//!
//! Other crates' downloaders are measured if they have been built
//! (`cargo build --release` in `runtime-reference/peers`).
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a report for people")]

mod cold;
mod cycles;
mod database;
mod fetches;
mod files;
mod latency;
mod loads;
mod measure;
mod plot;
mod reads;
mod report;

use report::Table;
use std::error::Error;
use std::process::ExitCode;

pub(crate) type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

type Bench = fn() -> Outcome<Table>;

const BENCHES: [(&str, Bench); 13] = [
    ("loader-read", reads::loader),
    ("loader-stampede", loads::stampede),
    ("loader-failing", loads::failing),
    ("loader-swap", loads::swapping),
    ("session", reads::session),
    ("store", database::store),
    ("store-conflicts", database::conflicts),
    ("cycle", cycles::cycle),
    ("replace-readers", files::readers),
    ("replace-cost", files::cost),
    ("latency", latency::latency),
    ("fetch", fetches::single),
    ("fetch-cold", cold::processes),
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.first().is_some_and(|arg| arg == "child") {
        return cold::child(&args[1..]);
    }
    let dry = args.iter().any(|arg| arg == "--dry");
    let only = args.iter().position(|arg| arg == "--only");
    let only = only.and_then(|at| args.get(at + 1));
    match run(dry, only.map(String::as_str)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(dry: bool, only: Option<&str>) -> Outcome<()> {
    let mut tables = Vec::new();
    for (name, bench) in BENCHES {
        if only.is_none_or(|only| name.starts_with(only)) {
            let table = bench()?;
            println!("{}", table.markdown());
            tables.push(table);
        }
    }
    // A part of the tables must not replace all of them.
    if !dry && only.is_none() {
        report::write(&tables)?;
    }
    Ok(())
}
