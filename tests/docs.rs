//! The generated parts of the pages are what racelint says today. `UPDATE_DOCS=1 cargo test --test docs` writes them.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use racelint::finding::Severity;
use racelint::rules::RULES;

/// Between `<!-- begin: part -->` and `<!-- end: part -->` of the README stands `text`.
fn compare(part: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let page = fs::read_to_string(&path).expect("a page");
    let (begin, end) = (format!("<!-- begin: {part} -->\n"), format!("<!-- end: {part} -->\n"));
    let from = page.find(&begin).map(|at| at + begin.len()).expect("the part begins");
    let to = page.find(&end).expect("the part ends");
    if page[from..to] == *text {
        return;
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, format!("{}{text}{}", &page[..from], &page[to..])).expect("the page can be written");
        return;
    }
    panic!("README.md: `{part}` is not current; UPDATE_DOCS=1 cargo test --test docs\n{text}");
}

/// One test for all parts: they are written into the same file.
#[test]
fn generated_parts_are_current() {
    compare("excerpt", &format!("```text\n{}```\n", excerpt()));
    compare("rules", &rules());
}

/// What racelint says about an example.
fn excerpt() -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let example = include_str!("../rules/racy-lazy-init/examples/bad_connection.ts");
    let lines = example.lines().filter(|line| !line.contains("racelint-expect:"));
    fs::write(folder.path().join("database.ts"), lines.collect::<Vec<_>>().join("\n")).expect("an example");
    let output = Command::new(env!("CARGO_BIN_EXE_racelint"))
        .args(["check", "--color", "never", "--format", "text"])
        .current_dir(folder.path())
        .output()
        .expect("racelint runs");
    String::from_utf8(output.stdout).expect("output is text")
}

fn rules() -> String {
    let mut table = "| rule | severity | what it flags |\n|---|---|---|\n".to_owned();
    for rule in RULES {
        let meta = rule.meta();
        let severity = if meta.severity == Severity::Error { "error" } else { "warn" };
        let _ = writeln!(table, "| [{0}](rules/{0}/README.md) | {severity} | {1} |", rule.id, meta.summary);
    }
    table
}
