//! Rust files beside the facts that they must become. `RACELINT_BLESS=1` writes the facts anew.

use std::fs;
use std::path::{Path, PathBuf};

use racelint::facts::{self, Edition, FileFacts, NoteKind};
use racelint::lower::rust::{Source, lower};

/// A file says its edition in its first line: `// edition 2018`.
fn lowered(text: &str) -> FileFacts {
    let edition = match text.lines().next().unwrap_or_default().strip_prefix("// edition ") {
        Some("2015") => Edition::E2015,
        Some("2018") => Edition::E2018,
        Some("2024") => Edition::E2024,
        _ => Edition::E2021,
    };
    let facts = lower(&Source { text, path: "fixture.rs", test: false, edition });
    assert_eq!(facts::validate::check(&facts), Vec::<String>::new());
    facts
}

fn on_large_stack(run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(16 << 20).spawn(run).expect("a thread starts");
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
}

fn rust_files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|end| end == "rs"))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

fn compare(folder: &str) {
    let bless = std::env::var_os("RACELINT_BLESS").is_some();
    let mut wrong = Vec::new();
    for path in rust_files(folder) {
        let text = fs::read_to_string(&path).expect("a text file");
        let shown = facts::dump::file(&lowered(&text));
        let expected = path.with_extension("facts");
        if bless {
            fs::write(&expected, &shown).expect("the facts are written");
        } else if fs::read_to_string(&expected).unwrap_or_default() != shown {
            wrong.push(path.display().to_string());
        }
    }
    assert!(wrong.is_empty(), "other facts than expected (RACELINT_BLESS=1 shows them in git diff): {wrong:#?}");
}

#[test]
fn fixtures() {
    compare("fixtures/lower/rust");
}

#[test]
fn broken_files_are_healed() {
    compare("fixtures/broken/rust");
    for path in rust_files("fixtures/broken/rust") {
        let facts = lowered(&fs::read_to_string(&path).expect("a text file"));
        assert!(facts.notes.iter().any(|note| note.kind == NoteKind::Blanked), "{}", path.display());
        assert!(facts.functions.len() > 1, "{}: other functions are still there", path.display());
    }
}

#[test]
fn every_prefix_lowers() {
    for name in ["guards", "control", "macros"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/lower/rust/{name}.rs"));
        let text = fs::read_to_string(path).expect("a text file");
        let cuts: Vec<usize> = text.char_indices().map(|(at, _)| at).step_by(7).collect();
        for cut in cuts {
            lowered(&text[..cut]);
        }
    }
}

#[test]
fn the_same_text_gives_the_same_facts() {
    for path in rust_files("fixtures/lower/rust") {
        let text = fs::read_to_string(&path).expect("a text file");
        assert_eq!(lowered(&text), lowered(&text));
    }
}

#[test]
fn test_code_is_marked() {
    let text = "fn a() {}\n#[test] fn b() {}\n#[cfg(test)] mod tests { fn c() {} #[tokio::test] async fn d() {} }\n\
                #[cfg(all(test, unix))] fn e() {}\n#[cfg(not(test))] fn f() {}";
    let facts = lowered(text);
    let test = |name: &str| facts.functions.iter().find(|function| function.name == name).map(|function| function.test);
    assert_eq!([test("a"), test("f")], [Some(false), Some(false)]);
    assert_eq!(["b", "c", "d", "e"].map(test), [Some(true); 4]);
}

#[test]
fn spans_count_bytes() {
    let text = "\u{feff}#!/usr/bin/env run\n// ä\nfn f() { let ö = g(\"ü\"); h(ö) }";
    let facts = lowered(text);
    let steps = facts.functions[1].blocks.iter().flat_map(|block| &block.steps);
    let shown: Vec<&str> = steps.map(|step| &text[step.span.start as usize..step.span.end as usize]).collect();
    assert_eq!(shown, ["g(\"ü\")", "h(ö)"]);
}

#[test]
fn deep_nesting_overflows_nothing() {
    on_large_stack(|| {
        let forms: [(&str, &str, &str); 9] = [
            ("(", "x", ")"),
            ("{ ", "x", " }"),
            ("f(", "x", ")"),
            ("[", "x", "]"),
            ("if c { ", "x", " } else { y }"),
            ("match x { _ => ", "x", " }"),
            ("|| { ", "x", " }"),
            ("async { ", "x", " }"),
            ("vec![", "x", "]"),
        ];
        for (open, middle, close) in forms {
            for depth in [100, 250, 1_000, 50_000] {
                let text =
                    format!("fn f() {{ {}{middle}{} }} fn g() {{ h() }}", open.repeat(depth), close.repeat(depth));
                assert!(!lowered(&text).functions.is_empty());
            }
        }
        for (link, depth) in [(" + x", 3_900), (".m()", 1_900), (" && x", 1_900), ("?", 3_900), (".f", 3_900)] {
            let text = format!("fn f() {{ let y = x{}; }}", link.repeat(depth));
            assert!(lowered(&text).functions.len() == 2, "{link}");
        }
        for depth in [100, 1_300, 30_000] {
            let text = format!("fn f() {{ if a {{ }} {} }}", "else if b { c() } ".repeat(depth));
            assert!(!lowered(&text).functions.is_empty());
            let text = format!(
                "fn f() {{ let x: {}u8{} = {}1; }}",
                "Vec<".repeat(depth),
                ">".repeat(depth),
                "-".repeat(depth)
            );
            assert!(!lowered(&text).functions.is_empty());
            let text = format!("fn f() {{ {}x }}", "!".repeat(depth));
            assert!(!lowered(&text).functions.is_empty());
        }
    });
}
