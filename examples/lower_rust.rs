//! Lowers every Rust file under the given paths, checks the promises, and prints counts and speed beside the parser
//! alone: `cargo run --release --example lower_rust -- PATH…` (`--dump FILE` prints the facts of one file;
//! `ONLY=parse` and `ONLY=lower` do one half, for a profiler).

#![expect(clippy::print_stdout, reason = "a tool for developers")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use racelint::facts::{self, Edition, StepKind};
use racelint::lower::rust::{Source, lower};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let run = move || match args.as_slice() {
        [flag, file] if flag == "--dump" => dump(Path::new(file)),
        paths => measure(paths),
    };
    let thread = std::thread::Builder::new().stack_size(16 << 20).spawn(run).expect("a thread starts");
    thread.join().expect("no file panics");
}

fn source(text: &str) -> Source<'_> {
    Source { text, path: "", test: false, edition: Edition::E2021 }
}

fn dump(file: &Path) {
    let text = std::fs::read_to_string(file).expect("the file is text");
    let facts = lower(&source(&text));
    print!("{}", facts::dump::file(&facts));
    for wrong in facts::validate::check(&facts) {
        println!("WRONG {wrong}");
    }
}

#[derive(Default)]
struct Counts {
    files: usize,
    bytes: usize,
    functions: usize,
    steps: usize,
    drops: usize,
    unknown: usize,
    notes: usize,
    wrong: usize,
    parse: Duration,
    lower: Duration,
    slowest: (Duration, PathBuf),
    what: std::collections::BTreeMap<&'static str, usize>,
}

fn measure(paths: &[String]) {
    let mut counts = Counts::default();
    for path in paths {
        for entry in walkdir::WalkDir::new(path).sort_by_file_name().into_iter().flatten() {
            if entry.file_type().is_file() && entry.path().extension().is_some_and(|end| end == "rs") {
                one(entry.path(), &mut counts);
            }
        }
    }
    let speed = |time: Duration| counts.bytes as f64 / 1e6 / time.as_secs_f64();
    println!(
        "{} files, {:.1} MB, {} functions, {} steps ({} drops, {} unknown), {} notes, {} broken promises",
        counts.files,
        counts.bytes as f64 / 1e6,
        counts.functions,
        counts.steps,
        counts.drops,
        counts.unknown,
        counts.notes,
        counts.wrong
    );
    println!("parser alone {:.1} MB/s, with lowering {:.1} MB/s", speed(counts.parse), speed(counts.lower));
    let mut what: Vec<_> = counts.what.iter().collect();
    what.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    println!("unknown: {:?}", &what[..what.len().min(20)]);
    println!("slowest {:?} {}", counts.slowest.0, counts.slowest.1.display());
}

fn one(path: &Path, counts: &mut Counts) {
    let Ok(text) = std::fs::read_to_string(path) else { return };
    let only = std::env::var("ONLY").unwrap_or_default();
    let start = Instant::now();
    if only != "lower" {
        drop(syn::parse_file(&text));
        proc_macro2::extra::invalidate_current_thread_spans();
    }
    counts.parse += start.elapsed();
    if only == "parse" {
        return;
    }
    let start = Instant::now();
    let facts = lower(&source(&text));
    let time = start.elapsed();
    counts.lower += time;
    if time > counts.slowest.0 {
        counts.slowest = (time, path.to_owned());
    }
    counts.files += 1;
    counts.bytes += text.len();
    counts.functions += facts.functions.len();
    counts.notes += facts.notes.len();
    for step in facts.functions.iter().flat_map(|function| &function.blocks).flat_map(|block| &block.steps) {
        counts.steps += 1;
        counts.drops += usize::from(matches!(step.kind, StepKind::Drop { .. }));
        if let StepKind::Unknown { what } = &step.kind {
            counts.unknown += 1;
            *counts.what.entry(what.as_str()).or_default() += 1;
        }
    }
    let wrong = facts::validate::check(&facts);
    if !wrong.is_empty() || !facts.notes.is_empty() {
        println!("{}: {:?} {:?}", path.display(), wrong.first(), facts.notes.first());
    }
    counts.wrong += wrong.len();
}
