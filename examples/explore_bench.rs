//! Times the explorer over the encoded programs: `cargo run --release --example explore_bench`.

#![expect(clippy::print_stdout, reason = "a bench says what it measured")]

use std::time::{Duration, Instant};

use racelint::explore::fixture::Fixture;
use racelint::explore::{Verdict, explore};

const ROUNDS: usize = 200;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/explore");
    let mut paths: Vec<_> = std::fs::read_dir(folder)?.filter_map(|e| Some(e.ok()?.path())).collect();
    paths.sort();
    let mut times: Vec<(Duration, String, usize)> = Vec::new();
    for path in paths.iter().filter(|p| p.extension().is_some_and(|e| e == "model")) {
        let fixture = Fixture::parse(&std::fs::read_to_string(path)?)?;
        let name = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let mut best = Duration::MAX;
        let mut states = 0;
        for _ in 0..ROUNDS {
            let start = Instant::now();
            let verdict = explore(&fixture.model, &fixture.question);
            best = best.min(start.elapsed());
            states = match verdict {
                Verdict::Safe(safe) => safe.states,
                _ => 0,
            };
        }
        times.push((best, name, states));
    }
    times.sort();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize].0.as_secs_f64() * 1e6;
    println!("{} programs, best of {ROUNDS} rounds each, witnesses included", times.len());
    println!("median {:.1} µs, nine in ten under {:.1} µs, worst {:.1} µs", at(0.5), at(0.9), at(1.0));
    for (time, name, states) in times.iter().rev().take(12) {
        println!("{:>10.1} µs {states:>6} states  {name}", time.as_secs_f64() * 1e6);
    }
    if at(0.5) > 100.0 { Err("the median pair takes more than 100 µs".into()) } else { Ok(()) }
}
