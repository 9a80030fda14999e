//! Lints pinned public repositories and compares the findings with the ledger in `tests/field/`:
//! `tests/field/run --mirror DIR`, where DIR holds `owner+name/repo` git directories. What is absent is skipped.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example prints")]

mod ledger;
mod tally;
mod trees;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use racelint::rules::RULES;
use racelint::source::Kind;
use racelint::{Progress, Request, source};

use ledger::{Ledger, Pin};
use tally::{Count, Run, Tally};

#[derive(Parser)]
struct Arguments {
    /// Where the git directories are
    #[arg(long, value_name = "DIR")]
    mirror: PathBuf,
    /// Where sources are laid out
    #[arg(long, value_name = "DIR", default_value = "target/field")]
    work: PathBuf,
    /// Only repositories with this in their name
    #[arg(long, value_name = "WORD", default_value = "")]
    only: String,
    /// Write what is found and not judged yet into this file, a JSON object a line
    #[arg(long, value_name = "FILE")]
    unjudged: Option<PathBuf>,
}

fn main() -> ExitCode {
    match compare(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

/// Did every run succeed, and is nothing lost and nothing back?
fn compare(arguments: &Arguments) -> Result<bool, String> {
    let rules: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/field");
    let ledger = Ledger::read(&folder, &rules).map_err(|wrong| wrong.join("\n"))?;
    let (mut runs, mut failed) = (Vec::new(), false);
    for pin in ledger.pins.iter().filter(|pin| pin.repository.contains(&arguments.only)) {
        let tree = trees::lay_out(&arguments.mirror, &arguments.work, pin);
        match tree.map_err(|error| format!("{}: {error}", pin.repository))? {
            None => println!("absent  {} at {}", pin.repository, pin.commit),
            Some(tree) => match lint(pin, &tree) {
                Ok(run) => runs.push(run),
                Err(message) => {
                    println!("failed  {}: {message}", pin.repository);
                    failed = true;
                }
            },
        }
    }
    let tally = Tally::of(&runs, &ledger.entries);
    print(&runs, &tally);
    if let Some(path) = &arguments.unjudged {
        let lines: String = tally.unjudged.iter().map(|line| format!("{line}\n")).collect();
        std::fs::write(path, lines).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(!failed && tally.all.lost == 0 && tally.all.back == 0)
}

fn lint(pin: &Pin, tree: &Path) -> Result<Run, String> {
    let tree = tree.canonicalize().map_err(|error| error.to_string())?;
    let options = source::Options { paths: vec![tree.clone()], root: Some(tree), ..source::Options::default() };
    let request = Request { source: options, ..Request::default() };
    let report = racelint::check(&request, &Progress::default()).map_err(|error| error.to_string())?;
    let files = report.sources.files();
    let lines = |rust: bool| {
        let these = files.iter().filter(|file| matches!(file.kind, Kind::Rust(_)) == rust);
        these.map(|file| file.text.lines().count()).sum()
    };
    let path = |file| report.sources.file(file).path.clone();
    let findings = report.findings.iter().map(|finding| (path(finding.file), finding.clone())).collect();
    Ok(Run { repository: pin.repository.clone(), rust_lines: lines(true), typescript_lines: lines(false), findings })
}

fn print(runs: &[Run], tally: &Tally) {
    for remark in &tally.remarks {
        println!("{remark}");
    }
    println!("\n{:<28}{:>9}{:>9}{:>12}", "repository", "findings", "lines", "per 1,000");
    for run in runs {
        let lines = run.rust_lines + run.typescript_lines;
        println!("{:<28}{:>9}{lines:>9}{}", run.repository, run.findings.len(), rate(run.findings.len(), lines));
    }
    let sum = |of: fn(&Run) -> usize| runs.iter().map(of).sum::<usize>();
    let (rust, typescript) = (sum(|run| run.rust_lines), sum(|run| run.typescript_lines));
    let both = rust + typescript;
    println!(
        "\n{:<28}{:>9}{:>6}{:>10}{:>7}{:>11}{:>5}{:>6}{:>6}{:>12}",
        "rule", "findings", "true", "arguable", "false", "precision", "new", "lost", "back", "per 1,000"
    );
    tally.rules.iter().for_each(|(rule, count)| row(rule, count, both));
    println!();
    tally.families.iter().for_each(|(family, count)| row(family, count, both));
    println!();
    for (language, count) in &tally.languages {
        row(language, count, if language == "rust" { rust } else { typescript });
    }
    row("all", &tally.all, both);
    println!("{} repositories, {both} lines: {rust} of Rust, {typescript} of TypeScript and JavaScript", runs.len());
}

fn row(name: &str, count: &Count, lines: usize) {
    let precision = count.precision().map_or_else(|| "-".to_owned(), |share| format!("{:.0} %", 100.0 * share));
    let Count { right, arguable, wrong, new, lost, back } = count;
    let found = count.found();
    println!(
        "{name:<28}{found:>9}{right:>6}{arguable:>10}{wrong:>7}{precision:>11}{new:>5}{lost:>6}{back:>6}{}",
        rate(found, lines)
    );
}

fn rate(findings: usize, lines: usize) -> String {
    format!("{:>12.4}", 1000.0 * findings as f64 / lines.max(1) as f64)
}
