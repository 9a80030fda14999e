//! The generated parts of the pages are what racelint says today. `UPDATE_DOCS=1 cargo test --test docs` writes them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use racelint::finding::Severity;
use racelint::rules::RULES;

/// Between `<!-- begin: part -->` and `<!-- end: part -->` of a page stands `text`.
fn compare(page: &str, part: &str, text: &str) {
    let path = top().join(page);
    let now = fs::read_to_string(&path).expect("a page");
    let (begin, end) = (format!("<!-- begin: {part} -->\n"), format!("<!-- end: {part} -->\n"));
    let from = now.find(&begin).map(|at| at + begin.len()).expect("the part begins");
    let to = now.find(&end).expect("the part ends");
    if now[from..to] == *text {
        return;
    }
    if updates() {
        fs::write(&path, format!("{}{text}{}", &now[..from], &now[to..])).expect("the page can be written");
        return;
    }
    panic!("{page}: `{part}` is not current; UPDATE_DOCS=1 cargo test --test docs\n{text}");
}

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn updates() -> bool {
    std::env::var_os("UPDATE_DOCS").is_some()
}

/// One test for all parts: they are written into the same file.
#[test]
fn generated_parts_are_current() {
    compare("README.md", "excerpt", &format!("```text\n{}```\n", excerpt()));
    compare("README.md", "rules", &rules());
}

/// What racelint says about an example.
fn excerpt() -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let example = include_str!("../rules/racy-lazy-init/examples/bad_connection.ts");
    let lines = example.lines().filter(|line| !line.contains("racelint-expect:"));
    fs::write(folder.path().join("database.ts"), lines.collect::<Vec<_>>().join("\n")).expect("an example");
    let output = Command::new(env!("CARGO_BIN_EXE_racelint"))
        .args(["check", "--no-cache", "--color", "never", "--format", "text"])
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

/// Every page quotes the correct forms of its rule as they stand in runtime-reference.
#[test]
fn pages_quote_their_forms() {
    let forms = forms();
    for rule in RULES {
        let page = format!("rules/{}/README.md", rule.id);
        let of_rule =
            forms.get(rule.id).unwrap_or_else(|| panic!("runtime-reference/forms.toml: no form of {}", rule.id));
        if updates() {
            make_room(&page);
        }
        let quotes: Vec<String> = of_rule.iter().map(|form| quote(form)).collect();
        compare(&page, "form", &quotes.join("\n"));
    }
}

/// A region that nobody quotes, or that is quoted under another name, has drifted.
#[test]
fn every_region_is_quoted() {
    let quoted: BTreeSet<String> = forms().into_values().flatten().collect();
    let mut there = BTreeSet::new();
    for file in quoted.iter().map(|form| form.split('#').next().unwrap_or(form)).collect::<BTreeSet<_>>() {
        let text = fs::read_to_string(top().join("runtime-reference").join(file)).expect("a form's source");
        let names = text.lines().filter_map(|line| line.trim().strip_prefix("// #region "));
        there.extend(names.map(|name| format!("{file}#{name}")));
    }
    assert_eq!(there, quoted);
}

/// The table of forms by rule.
fn forms() -> BTreeMap<String, Vec<String>> {
    toml::from_str(include_str!("../runtime-reference/forms.toml")).expect("the table of forms")
}

/// An empty part for the forms, at the end of what to write instead.
fn make_room(page: &str) {
    const NEXT: &str = "## When it stays quiet\n";
    let path = top().join(page);
    let text = fs::read_to_string(&path).expect("a page");
    if !text.contains("<!-- begin: form -->\n") {
        let room = format!("<!-- begin: form -->\n<!-- end: form -->\n\n{NEXT}");
        fs::write(&path, text.replacen(NEXT, &room, 1)).expect("the page can be written");
    }
}

/// A region of a form's source, `file#region`, with a link to it.
fn quote(form: &str) -> String {
    let (file, region) = form.split_once('#').expect("a file and a region");
    let path = format!("runtime-reference/{file}");
    let text = fs::read_to_string(top().join(&path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    let (begin, end) = (format!("// #region {region}"), format!("// #endregion {region}"));
    let inside = text.lines().skip_while(|line| line.trim() != begin).skip(1);
    let lines: Vec<&str> = inside.take_while(|line| line.trim() != end).collect();
    assert!(!lines.is_empty() && text.contains(&end), "{path}: no region {region}");
    let blank = |line: &&&str| !line.trim().is_empty();
    let indent = lines.iter().filter(blank).map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
    let language = if file.ends_with(".rs") { "rust" } else { "ts" };
    let mut quote = format!("Tested beside its racy twin, in [`{path}`](../../{path}):\n\n```{language}\n");
    for line in lines {
        let _ = writeln!(quote, "{}", line.get(indent..).unwrap_or_default());
    }
    quote.push_str("```\n");
    quote
}
