//! The ledger of judged findings is well formed: every line parses, names a rule and a pin, and no finding stands in it
//! twice. What it says is compared with what is found by `tests/field/run`.

#[path = "../../examples/field/ledger.rs"]
mod ledger;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ledger::{Ledger, Verdict};
use racelint::rules::RULES;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/field")
}

fn read(folder: &Path) -> Result<Ledger, Vec<String>> {
    let rules: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    Ledger::read(folder, &rules)
}

#[test]
fn the_ledger_is_well_formed() {
    let ledger = read(&folder()).unwrap_or_else(|wrong| panic!("\n{}", wrong.join("\n")));
    assert!(ledger.pins.len() >= 16, "findings of {} repositories only", ledger.pins.len());
    assert!(ledger.pins.iter().all(|pin| pin.commit.len() == 40), "a commit is not written out");
    let named: BTreeSet<_> = ledger.entries.iter().filter_map(|entry| entry.limit.as_ref()).collect();
    let idle: Vec<_> = ledger.limits.iter().filter(|limit| !named.contains(limit)).collect();
    assert!(idle.is_empty(), "limits that no false alarm comes from: {idle:?}");
    assert!(ledger.entries.iter().any(|entry| entry.verdict == Verdict::True), "nothing that is found is true");
}

/// A ledger of one good line, and one more.
fn with_line(line: &str) -> Result<Ledger, Vec<String>> {
    let folder = tempfile::tempdir().expect("a folder");
    let commit = "0".repeat(40);
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file is written");
    write("pins.jsonl", &format!("{{\"repository\":\"a/b\",\"commit\":\"{commit}\"}}\n"));
    write("limits.md", "# Limits\n\n## known\n");
    write("ledger.jsonl", &format!("{}\n{line}\n", good()));
    read(folder.path())
}

fn good() -> String {
    let commit = "0".repeat(40);
    let print = "a".repeat(32);
    format!(
        r#"{{"repository":"a/b","commit":"{commit}","fingerprint":"{print}","rule":"broken-guard","path":"c.ts","line":1,"verdict":"false","why":"It is so.","limit":"known"}}"#
    )
}

#[test]
fn a_line_that_is_wrong_is_named() {
    let other = good().replace("c.ts", "d.ts");
    assert!(with_line(&other).is_ok());
    for (from, to, said) in [
        ("d.ts", "c.ts", "was judged before"),
        ("broken-guard", "no-such-rule", "no such rule"),
        ("a/b", "a/c", "not pinned"),
        ("\"false\"", "\"maybe\"", "unknown variant"),
        ("\"false\"", "\"true\"", "only a false alarm"),
        ("It is so.", "", "not a sentence"),
        ("\"known\"", "\"unknown\"", "no such limit"),
        ("aaaa", "zzzz", "fingerprint"),
        ("{", "", "line 2"),
    ] {
        let wrong = with_line(&other.replace(from, to)).err().unwrap_or_else(|| panic!("{to} passes for {from}"));
        assert!(wrong.iter().any(|line| line.contains("line 2") && line.contains(said)), "{to}: {wrong:?}");
    }
}
