//! Lowers every TypeScript and JavaScript file under the paths given, checks the facts, and says how fast it went.
//!
//! `cargo run --release --example lower -- PATH…`

use std::path::PathBuf;
use std::time::{Duration, Instant};

use racelint::facts::{Exit, StepKind, validate};
use racelint::lower::typescript::{Source, lower, parse_only};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const EXTENSIONS: [&str; 8] = ["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs"];

fn main() {
    let worker = std::thread::Builder::new().stack_size(16 << 20).spawn(run).expect("a thread");
    let failed = worker.join().is_err();
    std::process::exit(i32::from(failed));
}

#[expect(clippy::print_stdout, reason = "a tool for developers")]
fn run() {
    let mut total = Totals::default();
    for path in std::env::args().skip(1) {
        for entry in walkdir::WalkDir::new(path).sort_by_file_name().into_iter().flatten() {
            let known = entry.path().extension().is_some_and(|end| EXTENSIONS.iter().any(|known| end == *known));
            if entry.file_type().is_file() && known {
                total.add(entry.path().to_path_buf());
            }
        }
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
        let start = Instant::now();
        let kept = parse_only(&source);
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
