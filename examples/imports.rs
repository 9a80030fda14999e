//! Counts where the imports of a tree lead: `cargo run --release --example imports -- FOLDER [--failures]`.

#![allow(clippy::print_stdout, reason = "an example prints")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use racelint::facts::*;
use racelint::link::SourceFacts;
use racelint::link::modules::Modules;
use racelint::names::Name;
use rayon::prelude::*;

fn facts(text: &str, path: &str) -> FileFacts {
    racelint::lower::typescript::lower(&racelint::lower::typescript::Source { text, path, test: false })
}

fn main() {
    let root = std::env::args().nth(1).expect("a folder");
    let root = Path::new(&root);
    let mut paths: Vec<String> = ignore::Walk::new(root)
        .flatten()
        .filter(|entry| entry.path().is_file())
        .map(|entry| entry.path().strip_prefix(root).unwrap_or(entry.path()).to_string_lossy().into_owned())
        .filter(|path| {
            [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"].iter().any(|ending| path.ends_with(ending))
                && !path.ends_with(".d.ts")
        })
        .collect();
    paths.sort();
    let files: Vec<SourceFacts> = paths
        .par_iter()
        .map(|path| {
            let text = std::fs::read_to_string(root.join(path)).unwrap_or_default();
            SourceFacts { path: path.clone(), facts: facts(&text, path), text: Arc::from(text) }
        })
        .collect();
    let begin = Instant::now();
    let modules = Modules::build(&files, root);
    let took = begin.elapsed();
    let counts = modules.counts();
    println!("{} files, {took:?}, {counts:?}", files.len());
    println!(
        "failed: {:.2} % of those meant for the tree",
        100.0 * counts.failed as f64 / (counts.failed + counts.resolved + counts.assets).max(1) as f64
    );
    let mut failures: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (file, name) in modules.failures() {
        failures.entry(name.as_str()).or_default().push(&files[file.index()].path);
    }
    let mut failures: Vec<_> = failures.into_iter().collect();
    failures.sort_by_key(|(_, files)| std::cmp::Reverse(files.len()));
    for (name, files) in failures.iter().take(30) {
        println!("{:5} {name}  in {}", files.len(), files[0]);
    }
    if std::env::args().any(|arg| arg == "--external") {
        let specifiers = racelint::link::modules::Specifiers::new(
            paths.iter().map(String::as_str),
            Arc::new(racelint::link::modules::manifests::Disk::new(root)),
        );
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for file in &files {
            for import in &file.facts.imports {
                if specifiers.resolve(&file.path, &import.from) == racelint::link::modules::Target::External {
                    *seen.entry(import.from.as_str()).or_default() += 1;
                }
            }
        }
        let mut seen: Vec<_> = seen.into_iter().collect();
        seen.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        println!("{seen:?}");
    }
}
