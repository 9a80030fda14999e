//! Every invariant that a form's page promises is named by a test, a model or a storm.

use std::fs;
use std::path::{Path, PathBuf};

/// All Rust files below a folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn text(folders: &[&str]) -> String {
    let mut files = Vec::new();
    for folder in folders {
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut files);
    }
    files.iter().map(|file| fs::read_to_string(file).unwrap()).collect()
}

#[test]
fn every_invariant_is_named_by_a_test() {
    let promised: Vec<String> = text(&["src"])
        .lines()
        .filter_map(|line| line.strip_prefix("* **")?.split_once("** "))
        .map(|(name, _)| name.to_owned())
        .collect();
    assert!(promised.len() > 40, "{promised:?}");
    let tests = text(&["tests", "models", "storm/src"]);
    let words: Vec<&str> = tests.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let untold: Vec<&String> = promised.iter().filter(|name| !words.contains(&name.as_str())).collect();
    assert!(untold.is_empty(), "no test names {untold:?}");
}
