//! When does a value end? Each row of the guard table is compiled and run by the local `rustc`, for the editions 2018,
//! 2021 and 2024; the order of drops that it prints must be the order of drops in the lowered facts.

#[path = "guards/rows.rs"]
mod rows;
#[path = "guards/walker.rs"]
mod walker;

use std::collections::HashMap;
use std::fmt::Write;
use std::process::Command;

use racelint::facts::{Edition, validate};
use racelint::lower::rust::{Source, lower};

const PRELUDE: &str = include_str!("guards/prelude.rs");

#[test]
fn drops_of_edition_2018() {
    compare(2018, Edition::E2018);
}

#[test]
fn drops_of_edition_2021() {
    compare(2021, Edition::E2021);
}

#[test]
fn drops_of_edition_2024() {
    compare(2024, Edition::E2024);
}

fn compare(year: u32, edition: Edition) {
    let printed = printed(year);
    let mut wrong = String::new();
    for (at, (name, editions, code)) in rows::ROWS.iter().enumerate() {
        if !editions.contains(&year) {
            continue;
        }
        let text = format!("fn row() {{ {code} }}");
        let facts = lower(&Source { text: &text, path: "row.rs", test: false, edition });
        assert!(facts.notes.is_empty(), "{name}: {:?}", facts.notes);
        assert_eq!(validate::check(&facts), Vec::<String>::new(), "{name}");
        let walked = std::panic::catch_unwind(|| {
            let mut walker = walker::Walker::new(&facts);
            walker.run_named("row");
            walker.out
        });
        let walked = walked.unwrap_or_else(|_| vec!["(panic)".to_owned()]);
        if walked != printed[&at] {
            let _ = writeln!(wrong, "\n{name} ({year}): {code}\n  rustc {:?}\n  facts {walked:?}", printed[&at]);
            if std::env::var_os("RACELINT_SHOW").is_some() {
                let _ = writeln!(wrong, "{}", racelint::facts::dump::file(&facts));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// What the rows print when they run.
fn printed(year: u32) -> HashMap<usize, Vec<String>> {
    let rows = rows::ROWS.iter().enumerate().filter(|(_, (_, editions, _))| editions.contains(&year));
    let mut program = PRELUDE.to_owned();
    let mut main = String::new();
    for (at, (_, _, code)) in rows {
        let _ = writeln!(program, "fn row{at}() {{ {code} }}");
        let _ = writeln!(main, "    println!(\"== {at}\"); row{at}();");
    }
    let _ = writeln!(program, "fn main() {{\n{main}}}");
    let folder = std::env::temp_dir().join(format!("racelint-guards-{year}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    let (source, binary) = (folder.join("rows.rs"), folder.join("rows"));
    std::fs::write(&source, program).expect("the program is written");
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut command = Command::new(rustc);
    command.arg("--edition").arg(year.to_string()).arg("-o").arg(&binary).arg(&source);
    let compiled = command.output().expect("rustc runs");
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    let ran = Command::new(&binary).output().expect("the rows run");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    std::fs::remove_dir_all(&folder).expect("the folder goes");
    let mut found: HashMap<usize, Vec<String>> = HashMap::new();
    let mut row = 0;
    for line in String::from_utf8_lossy(&ran.stdout).lines() {
        match line.strip_prefix("== ") {
            Some(at) => {
                row = at.parse().expect("a number");
                found.insert(row, Vec::new());
            }
            None => found.entry(row).or_default().push(line.to_owned()),
        }
    }
    found
}
