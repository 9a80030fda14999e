//! The reference forms under shuttle: random and PCT schedules of threads, tasks and a kernel.
//!
//! The forms' own sources are compiled here with shuttle's locks and shuttle's
//! tokio. Exploring is not proving: each line says how many schedules it is
//! about.
//!
//! ```text
//! cargo run --release -p runtime-shuttle                 20,000 schedules each
//! cargo run -p runtime-shuttle -- --schedules 1000 --seed 7 --only fetch
//! ```
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a report for people")]

#[allow(dead_code, unreachable_pub, unused_imports, reason = "the models use a part of what is public elsewhere")]
mod forms;
use forms::{cycle, fetch, live, loader, os, owned_lock, replace, session, single_flight};

mod explore;
mod files;
mod kernel;
mod locks;
mod sync;
mod tasks;

use explore::{Explorer, Model};
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let Some((explorer, only)) = read(&args) else {
        eprintln!("usage: runtime-shuttle [--schedules N] [--seed N] [--only NAME]");
        return ExitCode::from(2);
    };
    let models: Vec<Model> = [tasks::MODELS, locks::MODELS, files::MODELS].concat();
    let mut red = 0;
    for model in models {
        if only.as_ref().is_none_or(|only| model.name.starts_with(only)) {
            red += u64::from(!explorer.explore(&model));
        }
    }
    match red {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn read(args: &[String]) -> Option<(Explorer, Option<String>)> {
    let mut explorer = Explorer { schedules: 20_000, seed: 1 };
    let mut only = None;
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--schedules" => explorer.schedules = args.next()?.parse().ok()?,
            "--seed" => explorer.seed = args.next()?.parse().ok()?,
            "--only" => only = Some(args.next()?.clone()),
            _ => return None,
        }
    }
    Some((explorer, only))
}
