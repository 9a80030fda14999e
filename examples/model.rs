//! Prints the models that are made of a tree, with their verdicts: `cargo run --example model -- DIR [NAME]`.

use racelint::explore::{Verdict, text};
use racelint::{examine, facts, link, lower};

fn main() {
    let mut args = std::env::args().skip(1);
    let root = std::path::PathBuf::from(args.next().unwrap_or_else(|| ".".to_owned()));
    let wanted = args.next().unwrap_or_default();
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(&root).into_iter().flatten().filter(|entry| entry.file_type().is_file()) {
        let path = entry.path().strip_prefix(&root).unwrap_or(entry.path()).to_string_lossy().into_owned();
        let rust = path.ends_with(".rs");
        if !rust && !path.ends_with(".ts") && !path.ends_with(".tsx") {
            continue;
        }
        let Ok(text) = std::fs::read_to_string(entry.path()) else { continue };
        let facts = if rust {
            let edition = facts::Edition::E2021;
            lower::rust::lower(&lower::rust::Source { text: &text, path: &path, test: false, edition })
        } else {
            lower::typescript::lower(&lower::typescript::Source { text: &text, path: &path, test: false })
        };
        files.push(link::SourceFacts { path, text: text.into(), facts });
    }
    let program = link::link(files, &root);
    if let Some(name) = wanted.strip_prefix('=') {
        for id in program.functions().filter(|id| program.function(*id).name == name) {
            println!("{:?} {:?}", id, program.summary(id));
            for (at, block) in program.body(id).blocks.iter().enumerate() {
                println!("b{at}");
                block.iter().for_each(|op| println!("  {:?}", op.kind));
            }
        }
        return;
    }
    if let Some(name) = wanted.strip_prefix('+') {
        for id in program.functions().filter(|id| program.function(*id).name == name) {
            let plan = racelint::assemble::Plan {
                flows: vec![id],
                keep: Vec::new(),
                follow: racelint::assemble::Follow::Locks,
            };
            let Ok(made) = racelint::assemble::assemble(&program, &plan) else { continue };
            println!("{}", text::print(&made.model));
            println!("{:?}", racelint::explore::explore(&made.model, &racelint::explore::Question::new(vec![vec![0]])));
        }
        return;
    }
    let examination = examine::examine(&program);
    if wanted == "#" {
        let mut big = 0;
        for examined in &examination.pairs {
            let sizes: Vec<usize> = examined.assembled.model.flows.iter().map(|flow| flow.code.len()).collect();
            let what = match &examined.verdict {
                Verdict::Breaks(breaks) => format!("breaks {}", breaks.len()),
                Verdict::Safe(safe) => format!("safe {}", safe.states),
                Verdict::TooBig => {
                    big += 1;
                    "big".to_owned()
                }
            };
            println!(
                "{} {sizes:?} keys {} {what}",
                program.function(examined.pair.first).name,
                examined.pair.keys.len()
            );
        }
        println!("pairs {} big {big}", examination.pairs.len());
        return;
    }
    for examined in &examination.pairs {
        let name = |id| program.function(id).name.to_string();
        let (first, second) = (name(examined.pair.first), name(examined.pair.second));
        if !wanted.is_empty() && first != wanted {
            continue;
        }
        println!("== {first} with {second}");
        println!("{}", text::print(&examined.assembled.model));
        match &examined.verdict {
            Verdict::Breaks(breaks) => {
                for found in breaks {
                    println!(
                        "BREAKS {:?} {:?} {:?} at {:?} {:?} {}",
                        found.violation, found.place, found.grade, found.act, found.assumptions, found.outcome
                    );
                }
            }
            Verdict::Safe(safe) => println!("SAFE {safe:?}"),
            Verdict::TooBig => println!("TOO BIG"),
        }
    }
}
