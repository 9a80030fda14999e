//! Shows what is made of a tree: `cargo run --example model -- DIR NAME` prints the models of the pairs that begin with
//! the function of that name, with their verdicts; `/NAME` those of its files; `=NAME` its bound body; `@NAME` what it does
//! to rows and keys; `%PATH` the pairs that begin in that file; `#` one line for every pair.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use racelint::examine::candidates::candidates;
use racelint::examine::overlap::Overlap;
use racelint::examine::sharing::Sharing;
use racelint::examine::{Examined, Memory, examine, examine_one};
use racelint::explore::{Verdict, text};
use racelint::link::{Program, SourceFacts, link};
use racelint::models::Models;
use racelint::{Progress, facts, lower};

fn main() -> std::io::Result<()> {
    let mut args = std::env::args().skip(1);
    let root = std::path::PathBuf::from(args.next().unwrap_or_else(|| ".".to_owned()));
    let wanted = args.next().unwrap_or_default();
    let program = link(files(&root), &root, Models::bundled());
    let mut out = String::new();
    if let Some(name) = wanted.strip_prefix('@') {
        traces(&program, name, &mut out);
        return std::io::stdout().write_all(out.as_bytes());
    }
    match wanted.strip_prefix('=') {
        Some(name) => bodies(&program, name, &mut out),
        None if wanted.starts_with('/') => files_of(&program, &wanted[1..], &mut out),
        None => {
            let sharing = Sharing::of(&program);
            for candidate in candidates(&program, &Overlap::of(&program)) {
                let first = candidate.pair.first;
                let name = program.function(first).name;
                let meant = match wanted.strip_prefix('%') {
                    Some(path) => program.files[first.file.index()].path.ends_with(path),
                    None => wanted == "#" || wanted.is_empty() || name == wanted.as_str(),
                };
                if !meant {
                    continue;
                }
                match examine_one(&program, &sharing, &candidate) {
                    Some(examined) if wanted == "#" => line(&program, &examined, &mut out),
                    Some(examined) => model(&program, &examined, &mut out),
                    None => {
                        let about = program.keys().get(candidate.about).show(&program);
                        let _ = writeln!(out, "== {name}: too much code lies in the way of {about}");
                    }
                }
            }
        }
    }
    std::io::stdout().write_all(out.as_bytes())
}

fn files(root: &Path) -> Vec<SourceFacts> {
    let entries = walkdir::WalkDir::new(root).into_iter().flatten().filter(|entry| entry.file_type().is_file());
    let read = |entry: walkdir::DirEntry| {
        let path = entry.path().strip_prefix(root).unwrap_or(entry.path()).to_string_lossy().into_owned();
        let rust = path.ends_with(".rs");
        if !rust && !path.ends_with(".ts") && !path.ends_with(".tsx") {
            return None;
        }
        let text = std::fs::read_to_string(entry.path()).ok()?;
        let facts = if rust {
            let edition = facts::Edition::E2021;
            lower::rust::lower(&lower::rust::Source { text: &text, path: &path, test: false, edition })
        } else {
            lower::typescript::lower(&lower::typescript::Source { text: &text, path: &path, test: false })
        };
        Some(SourceFacts { path, text: text.into(), facts: facts.into() })
    };
    entries.filter_map(read).collect()
}

fn files_of(program: &Program, wanted: &str, out: &mut String) {
    for examined in &examine(program, &Progress::default(), &mut Memory::default()).files {
        let name = program.function(examined.function).name;
        if wanted.is_empty() || name == wanted {
            let file = &examined.assembled.places[examined.place as usize].shown;
            let _ = writeln!(out, "== {name} on {file}\n{}", text::print(&examined.assembled.model));
            told(&examined.verdict, out);
        }
    }
}

fn traces(program: &Program, name: &str, out: &mut String) {
    for (id, trace) in &racelint::rows::Rows::of(program).traces {
        if !name.is_empty() && program.function(*id).name != name {
            continue;
        }
        let _ = writeln!(out, "{} {}", program.files[id.file.index()].path, program.function(*id).name);
        for tx in &trace.transactions {
            let _ = writeln!(out, "  transaction {} on {:?} ambient {}", tx.id, tx.handle, tx.ambient);
        }
        for access in &trace.accesses {
            let library = &program.models.libraries[access.library].name;
            let _ = writeln!(out, "  {library} {:?} {} by {:?}", access.does, access.table, access.keys);
            let data: Vec<_> = access.data.iter().map(|column| (column.name, column.deps.len())).collect();
            let _ =
                writeln!(out, "    data {data:?} on {:?} = {:?} inside {:?}", access.on, access.handle, access.inside);
        }
    }
}

fn bodies(program: &Program, name: &str, out: &mut String) {
    for id in program.functions().filter(|id| program.function(*id).name == name) {
        let _ = writeln!(out, "{id:?} {:?}", program.summary(id));
        for (at, block) in program.body(id).blocks.iter().enumerate() {
            let _ = writeln!(out, "b{at}");
            block.iter().for_each(|op| {
                let _ = writeln!(out, "  {:?}", op.kind);
            });
        }
    }
}

fn line(program: &Program, examined: &Examined, out: &mut String) {
    let sizes: Vec<usize> = examined.assembled.model.flows.iter().map(|flow| flow.code.len()).collect();
    let what = match &examined.verdict {
        Verdict::Breaks(breaks) => format!("breaks {}", breaks.len()),
        Verdict::Safe(safe) => format!("safe {}", safe.states),
        Verdict::TooBig => "big".to_owned(),
    };
    let name = program.function(examined.pair.first).name;
    let about = examined.assembled.places.first().map_or("", |place| place.shown.as_str());
    let kept = examined.assembled.places.len();
    let _ = writeln!(out, "{name} {about} {sizes:?} places {kept} {what}");
}

fn model(program: &Program, examined: &Examined, out: &mut String) {
    let name = |id| program.function(id).name;
    let (first, second) = (name(examined.pair.first), name(examined.pair.second));
    let _ = writeln!(out, "== {first} with {second}\n{}", text::print(&examined.assembled.model));
    told(&examined.verdict, out);
}

fn told(verdict: &Verdict, out: &mut String) {
    match verdict {
        Verdict::Breaks(breaks) => {
            for found in breaks {
                let (violation, place, grade) = (found.violation, found.place, found.grade);
                let _ = writeln!(out, "BREAKS {violation:?} {place:?} {grade:?} {:?} {}", found.act, found.outcome);
            }
        }
        Verdict::Safe(safe) => {
            let _ = writeln!(out, "SAFE {safe:?}");
        }
        Verdict::TooBig => out.push_str("TOO BIG\n"),
    }
}
