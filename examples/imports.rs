//! Counts where the imports of a tree lead: `cargo run --release --example imports -- FOLDER`.

#![allow(clippy::print_stdout, reason = "an example prints")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use racelint::facts::{Edition, Elem, FileFacts, Root, Type, UnitIx};
use racelint::link::SourceFacts;
use racelint::link::ids::{FileId, Symbol};
use racelint::link::modules::Modules;
use racelint::lower::{rust, typescript};
use rayon::prelude::*;

const ENDINGS: [&str; 8] = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];

fn main() {
    let Some(root) = std::env::args().nth(1) else { return println!("imports FOLDER") };
    let files = read(Path::new(&root));
    let begin = Instant::now();
    let modules = Modules::build(&files, Path::new(&root));
    let took = begin.elapsed();
    let counts = modules.counts();
    let meant = (counts.failed + counts.resolved + counts.assets).max(1);
    println!("{} files in {took:?}: {counts:?}", files.len());
    println!("{:.2} % of the imports meant for the tree failed", 100.0 * counts.failed as f64 / meant as f64);
    let failed = modules.failures().iter().map(|(file, from)| (from.to_string(), *file));
    list("failed", failed, &files);
    list("binds nothing", unbound(&modules, &files).into_iter(), &files);
    list("means nothing", meaningless(&modules, &files).into_iter(), &files);
    list("base of nobody", baseless(&modules, &files).into_iter(), &files);
}

fn read(root: &Path) -> Vec<SourceFacts> {
    let walked = ignore::Walk::new(root).flatten().filter(|entry| entry.path().is_file());
    let mut paths: Vec<String> = walked
        .map(|entry| entry.path().strip_prefix(root).unwrap_or(entry.path()).to_string_lossy().into_owned())
        .filter(|path| {
            path.ends_with(".rs") || (ENDINGS.iter().any(|ending| path.ends_with(ending)) && !path.ends_with(".d.ts"))
        })
        .collect();
    paths.sort();
    let pool = rayon::ThreadPoolBuilder::new().stack_size(16 << 20).build();
    let read = |path: &String| {
        let text = std::fs::read_to_string(root.join(path)).unwrap_or_default();
        SourceFacts { path: path.clone(), facts: facts(&text, path).into(), text: Arc::from(text) }
    };
    pool.map_or_else(|_| Vec::new(), |pool| pool.install(|| paths.par_iter().map(read).collect()))
}

fn facts(text: &str, path: &str) -> FileFacts {
    if path.ends_with(".rs") {
        return rust::lower(&rust::Source { text, path, test: false, edition: Edition::E2021 });
    }
    typescript::lower(&typescript::Source { text, path, test: false })
}

/// Imports that name something no file gives.
fn unbound(modules: &Modules, files: &[SourceFacts]) -> Vec<(String, FileId)> {
    let failed: std::collections::HashSet<_> = modules.failures().iter().copied().collect();
    let mut out = Vec::new();
    for (index, file) in files.iter().enumerate() {
        let id = FileId(index as u32);
        for import in file.facts.imports.iter().filter(|import| !matches!(import.local.as_str(), "" | "*" | "_")) {
            let symbol = modules.lookup(files, id, import.unit, import.local);
            if symbol == Symbol::Unknown && !failed.contains(&(id, import.from)) {
                out.push((format!("{} of {}", import.name, import.from), id));
            }
        }
    }
    out
}

/// Names that code says are bound in its module.
fn meaningless(modules: &Modules, files: &[SourceFacts]) -> Vec<(String, FileId)> {
    let mut out = Vec::new();
    let mut all = 0;
    for (index, file) in files.iter().enumerate() {
        let id = FileId(index as u32);
        for function in &file.facts.functions {
            for place in function.places.iter().filter(|place| place.root == Root::Module) {
                let Some(Elem::Field(name)) = place.path.first() else { continue };
                all += 1;
                if modules.lookup(files, id, function.unit, *name) == Symbol::Unknown {
                    out.push((name.to_string(), id));
                }
            }
        }
    }
    println!("{all} places begin with a name of the module");
    out
}

/// What classes extend and implement, when it is nothing known.
fn baseless(modules: &Modules, files: &[SourceFacts]) -> Vec<(String, FileId)> {
    let mut out = Vec::new();
    let mut all = 0;
    for (index, file) in files.iter().enumerate() {
        let id = FileId(index as u32);
        for unit in &file.facts.units {
            for base in &unit.bases {
                let Type::Named { path, .. } = base.peeled() else { continue };
                all += 1;
                if modules.lookup_type(files, id, unit.parent.unwrap_or(UnitIx(0)), *path) == Symbol::Unknown {
                    out.push((path.to_string(), id));
                }
            }
        }
    }
    println!("{all} bases");
    out
}

fn list(title: &str, what: impl Iterator<Item = (String, FileId)>, files: &[SourceFacts]) {
    let mut by_name: BTreeMap<String, Vec<FileId>> = BTreeMap::new();
    for (name, file) in what {
        by_name.entry(name).or_default().push(file);
    }
    let mut by_name: Vec<_> = by_name.into_iter().collect();
    by_name.sort_by_key(|(_, files)| std::cmp::Reverse(files.len()));
    println!("{title}: {}", by_name.iter().map(|(_, files)| files.len()).sum::<usize>());
    for (name, at) in by_name.iter().take(20) {
        println!("{:5} {name}  in {}", at.len(), files[at[0].index()].path);
    }
}
