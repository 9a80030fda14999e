//! Racelint beside the floor and beside other tools, as whole processes over trees of source: `./bench TREE…`.
//!
//! Every tool runs once in each round, in turn, so that what else the machine does falls on all of them alike; what is
//! shown are medians. A tool that is not installed is left out and named.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a bench says what it measured")]

mod floor;
mod plot;
mod tools;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tools::Tool;
use wait4::Wait4;

/// What one run of a tool took.
#[derive(Clone, Copy)]
struct Run {
    wall: Duration,
    /// Of all its threads together.
    cpu: Duration,
    bytes: u64,
}

/// The medians of a tool's runs.
struct Row {
    tool: String,
    run: Run,
}

struct Options {
    trees: Vec<PathBuf>,
    rounds: usize,
    plot: Option<PathBuf>,
}

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    // Cargo adds `--bench` to what was typed.
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    if let [first, tree] = args.as_slice()
        && first == "floor"
    {
        let (files, bytes) = floor::run(Path::new(tree))?;
        println!("{files} files, {:.1} MB", bytes as f64 / 1e6);
        return Ok(());
    }
    let options = options(args)?;
    let mut plots = Vec::new();
    for tree in &options.trees {
        let rows = measure(&tree.canonicalize()?, options.rounds)?;
        table(tree, &rows, options.rounds);
        plots.push((tree.display().to_string(), rows));
    }
    if let Some(path) = options.plot {
        std::fs::write(path, plot::svg(&plots))?;
    }
    Ok(())
}

fn options(args: Vec<String>) -> Result<Options> {
    let mut options = Options { trees: Vec::new(), rounds: 9, plot: None };
    let mut args = args.into_iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--rounds" => options.rounds = args.next().ok_or("--rounds N")?.parse()?,
            "--plot" => options.plot = Some(args.next().ok_or("--plot FILE")?.into()),
            _ => options.trees.push(arg.into()),
        }
    }
    if options.trees.is_empty() || options.rounds == 0 {
        return Err("usage: ./bench [--rounds N] [--plot FILE] TREE…".into());
    }
    Ok(options)
}

fn measure(tree: &Path, rounds: usize) -> Result<Vec<Row>> {
    let kept = tempfile::tempdir()?;
    let (tools, missing) = tools::installed(tree, kept.path());
    for name in missing {
        eprintln!("{name} is not installed, or has nothing to read here");
    }
    // Once before anything counts: files are in memory then, and caches are filled.
    for tool in &tools {
        run(tool, tree)?;
    }
    let mut runs: Vec<Vec<Run>> = tools.iter().map(|_| Vec::new()).collect();
    for _ in 0..rounds {
        for (tool, runs) in tools.iter().zip(&mut runs) {
            runs.push(run(tool, tree)?);
        }
    }
    Ok(tools.into_iter().zip(runs).map(|(tool, runs)| Row { tool: tool.name, run: medians(&runs) }).collect())
}

fn run(tool: &Tool, tree: &Path) -> Result<Run> {
    (tool.before)(tree);
    let mut command = Command::new(&tool.program);
    command.args(&tool.args).current_dir(tree).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let used = command.spawn()?.wait4()?;
    let wall = start.elapsed();
    if used.status.code().is_none_or(|code| code > 2) {
        return Err(format!("{} ended with {}", tool.name, used.status).into());
    }
    Ok(Run { wall, cpu: used.rusage.utime + used.rusage.stime, bytes: used.rusage.maxrss })
}

fn medians(runs: &[Run]) -> Run {
    fn median<T: Ord + Copy>(values: impl Iterator<Item = T>) -> T {
        let mut values: Vec<T> = values.collect();
        values.sort_unstable();
        values[values.len() / 2]
    }
    Run {
        wall: median(runs.iter().map(|run| run.wall)),
        cpu: median(runs.iter().map(|run| run.cpu)),
        bytes: median(runs.iter().map(|run| run.bytes)),
    }
}

fn table(tree: &Path, rows: &[Row], rounds: usize) {
    println!("\n{}: medians of {rounds} runs in turn\n", tree.display());
    println!("| tool | ms | of the floor | CPU ms | of the floor | MB |");
    println!("|---|---:|---:|---:|---:|---:|");
    let Some(floor) = rows.iter().find(|row| row.tool == tools::FLOOR) else { return };
    for Row { tool, run } in rows {
        let times = |a: Duration, b: Duration| a.as_secs_f64() / b.as_secs_f64().max(1e-9);
        println!(
            "| {tool} | {:.0} | {:.2} | {:.0} | {:.2} | {:.0} |",
            run.wall.as_secs_f64() * 1e3,
            times(run.wall, floor.run.wall),
            run.cpu.as_secs_f64() * 1e3,
            times(run.cpu, floor.run.cpu),
            run.bytes as f64 / 1e6,
        );
    }
}
