//! Lowers every TypeScript and JavaScript file under the paths given, checks the facts, and says how fast it went.
//!
//! `cargo run --release --example lower -- PATH…`; with `BENCH=n` it only measures, best of n rounds, with
//! `DUMP=1` it prints the facts.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use racelint::facts::{Exit, StepKind, dump, validate};
use racelint::lower::typescript::{Source, lower, parse_only};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const EXTENSIONS: [&str; 8] = ["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs"];

fn main() {
    let worker = std::thread::Builder::new().stack_size(16 << 20).spawn(run).expect("a thread");
    let failed = worker.join().is_err();
    std::process::exit(i32::from(failed));
}

fn paths() -> Vec<PathBuf> {
    let known = |path: &Path| path.extension().is_some_and(|end| EXTENSIONS.iter().any(|known| end == *known));
    std::env::args()
        .skip(1)
        .flat_map(|path| walkdir::WalkDir::new(path).sort_by_file_name().into_iter().flatten())
        .filter(|entry| entry.file_type().is_file() && known(entry.path()))
        .map(walkdir::DirEntry::into_path)
        .collect()
}

/// Best of some rounds over texts in memory.
#[expect(clippy::print_stdout, reason = "a tool for developers")]
fn bench(rounds: u32) {
    let texts: Vec<(String, String)> = paths()
        .into_iter()
        .filter_map(|path| Some((std::fs::read_to_string(&path).ok()?, path.to_string_lossy().into_owned())))
        .collect();
    let bytes: usize = texts.iter().map(|(text, _)| text.len()).sum();
    let best = |run: &dyn Fn(&Source<'_>)| {
        (0..rounds)
            .map(|_| {
                let start = Instant::now();
                texts.iter().for_each(|(text, path)| run(&Source { text, path, test: false }));
                start.elapsed()
            })
            .min()
            .unwrap_or_default()
    };
    let parsing = best(&|source| {
        std::hint::black_box(parse_only(source));
    });
    let lowering = best(&|source| {
        std::hint::black_box(lower(source));
    });
    let rate = |time: Duration| bytes as f64 / 1e6 / time.as_secs_f64();
    println!("{} files, {bytes} bytes", texts.len());
    println!("parse + semantic {parsing:?} {:.0} MB/s", rate(parsing));
    println!("with lowering    {lowering:?} {:.0} MB/s", rate(lowering));
}

#[expect(clippy::print_stdout, reason = "a tool for developers")]
fn run() {
    if let Some(rounds) = std::env::var("BENCH").ok().and_then(|rounds| rounds.parse().ok()) {
        return bench(rounds);
    }
    let mut total = Totals::default();
    for path in paths() {
        total.add(path);
    }
    println!("{total:#?}");
    let rate = |time: Duration| total.bytes as f64 / 1e6 / time.as_secs_f64();
    println!("parse + semantic {:.0} MB/s, with lowering {:.0} MB/s", rate(total.parsing), rate(total.lowering));
}

#[derive(Debug, Default)]
struct Totals {
    files: usize,
    bytes: usize,
    functions: usize,
    blocks: usize,
    steps: usize,
    unknown: usize,
    notes: usize,
    wrong: usize,
    parsing: Duration,
    lowering: Duration,
    slowest: (Duration, PathBuf),
}

impl Totals {
    #[expect(clippy::print_stdout, reason = "a tool for developers")]
    fn add(&mut self, path: PathBuf) {
        let Ok(text) = std::fs::read_to_string(&path) else { return };
        let shown = path.to_string_lossy();
        if std::env::var_os("VERBOSE").is_some() {
            println!("{shown}");
        }
        let source = Source { text: &text, path: &shown, test: false };
        if std::env::var_os("DUMP").is_some() {
            println!("{}", dump::file(&lower(&source)));
        }
        let start = Instant::now();
        let kept = std::panic::catch_unwind(|| parse_only(&source)).unwrap_or_default();
        self.parsing += start.elapsed();
        let start = Instant::now();
        let facts = lower(&source);
        let took = start.elapsed();
        self.lowering += took;
        self.files += 1;
        self.bytes += text.len();
        self.functions += facts.functions.len();
        for block in facts.functions.iter().flat_map(|function| &function.blocks) {
            self.blocks += 1;
            self.steps += block.steps.len() + usize::from(!matches!(block.exit, Exit::Goto(_)));
            self.unknown += block.steps.iter().filter(|step| matches!(step.kind, StepKind::Unknown { .. })).count();
        }
        for note in &facts.notes {
            self.notes += 1;
            println!("{shown}:{}: {:?} {} (parser kept {kept})", note.span.start, note.kind, note.text);
        }
        for wrong in validate::check(&facts) {
            self.wrong += 1;
            println!("{shown}: WRONG {wrong}");
        }
        if took > self.slowest.0 {
            self.slowest = (took, path);
        }
    }
}
