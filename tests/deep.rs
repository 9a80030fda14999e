//! Code that nests as deeply as is let through, and deeper: nothing overflows a stack of 16 MB.

#![expect(clippy::unwrap_used, reason = "a test may stop")]

use std::time::{Duration, Instant};

use racelint::facts::validate;
use racelint::lower::typescript::{Source, lower};

/// The stack that `lower` asks for.
const STACK: usize = 16 << 20;

fn lowers(form: &str, path: &'static str, text: String) {
    let start = Instant::now();
    let checked = std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || validate::check(&lower(&Source { text: &text, path, test: false })))
        .unwrap()
        .join();
    assert_eq!(checked.unwrap_or_else(|_| panic!("{form} overflows")), Vec::<String>::new(), "{form}");
    assert!(start.elapsed() < Duration::from_secs(30), "{form} takes {:?}", start.elapsed());
}

/// Forms that nest without a bracket for each level, `n` levels deep.
fn chains(n: usize) -> Vec<(&'static str, String)> {
    vec![
        ("sum", format!("x = {}1;", "a() + ".repeat(n))),
        ("mixed operators", format!("x = {}1;", "a() * b() - ".repeat(n / 2))),
        ("logic", format!("if ({}c) d();", "a() && b() || ".repeat(n / 2))),
        ("powers", format!("x = {}a;", "a ** ".repeat(n))),
        ("not", format!("x = {}a;", "!".repeat(n))),
        ("typeof", format!("x = {}a;", "typeof ".repeat(n))),
        ("ternaries", format!("x = {}c();", "a() ? b() : ".repeat(n))),
        ("else if", format!("if (a) b(); {}", "else if (a) { b(); } ".repeat(n))),
        ("ifs", format!("{}b();", "if (a) ".repeat(n))),
        ("whiles", format!("{}b();", "while (a) ".repeat(n))),
        ("arrows", format!("x = {}b;", "a => ".repeat(n))),
        ("assignments", format!("x = {}b;", "a = ".repeat(n))),
        ("members", format!("x = a{};", ".b".repeat(n))),
        ("method calls", format!("x = a{};", ".b()".repeat(n))),
        ("optional calls", format!("x = a{};", "?.b(c())".repeat(n))),
        ("calls", format!("x = a{};", "()".repeat(n))),
        ("elements", format!("x = {}{};", "<a>".repeat(n), "</a>".repeat(n))),
        ("types", format!("type X = {}D;", "A extends B ? C : ".repeat(n))),
        ("lines without semicolons", "a = b + c\n".repeat(n)),
        ("awaits", format!("async function f() {{ {}a; }}", "await ".repeat(n))),
        ("news", format!("x = {}a;", "new ".repeat(n))),
        ("labels", format!("{};", (0..n).map(|at| format!("l{at}: ")).collect::<String>())),
        ("type arguments", format!("let x: {}a{};", "A<".repeat(n), ">".repeat(n))),
        ("type arguments left open", format!("let x: {};", "A<".repeat(n))),
        ("less than", format!("x = {}b;", "a < ".repeat(n))),
        ("elements left open", format!("x = {};", "<a>".repeat(n))),
        ("brackets left open", format!("x = {};", "(a, ".repeat(n))),
        ("templates left open", format!("x = {};", "`${".repeat(n))),
        ("nullish", format!("x = {}b;", "a() ?? ".repeat(n))),
    ]
}

fn brackets(n: usize) -> Vec<(&'static str, String)> {
    let around = |open: &str, close: &str| format!("x = {}a(){};", open.repeat(n), close.repeat(n));
    vec![
        ("parentheses", around("(", ")")),
        ("arrays", around("[", "]")),
        ("objects", around("{a: ", "}")),
        ("calls", around("f(", ")")),
        ("templates", around("`${", "}`")),
        ("blocks", format!("{}a();{}", "{".repeat(n), "}".repeat(n))),
        ("functions", format!("{}a();{}", "function f() {".repeat(n), "}".repeat(n))),
        ("arrows", around("(() => ", ")")),
        ("methods", around("{ m() { return ", "} }")),
        ("classes", around("class { x = ", "}")),
        ("tries", format!("{}a();{}", "try {".repeat(n), "} finally { b(); }".repeat(n))),
        ("finallies", format!("{}a();{}", "try { b(); } finally {".repeat(n), "}".repeat(n))),
        ("indexes", around("a[", "]")),
        ("types", format!("type X = {}D{};", "Array<[".repeat(n), "]>".repeat(n))),
    ]
}

#[test]
fn chains_within_and_beyond_the_limit() {
    for n in [900, 3_000, 40_000] {
        for (form, text) in chains(n) {
            lowers(form, "deep.tsx", text);
        }
    }
}

#[test]
fn brackets_within_and_beyond_the_limit() {
    for n in [120, 250, 5_000] {
        for (form, text) in brackets(n) {
            lowers(form, "deep.tsx", text);
        }
    }
}
