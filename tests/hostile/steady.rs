//! Steady: the same project gives the same bytes, whoever runs it, wherever, and next year, too.

use std::fs;
use std::path::Path;

use crate::run::{Ran, command, folder, put};

/// A project of both languages with findings of many rules.
fn project() -> tempfile::TempDir {
    let project = folder(&[("racelint.toml", "")]);
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    for rule in [
        "broken-guard",
        "racy-lazy-init",
        "lock-order",
        "double-lock",
        "check-then-insert",
        "split-locks",
        "non-atomic-update",
    ] {
        for entry in fs::read_dir(rules.join(rule).join("examples")).expect("examples") {
            let path = entry.expect("an example").path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            if path.is_file() && name.starts_with("bad_") {
                put(project.path(), &format!("{rule}/{name}"), &fs::read_to_string(&path).expect("text"));
            }
        }
    }
    project
}

fn json(folder: &Path, args: &[&str], set: &[(&str, &str)]) -> String {
    let args = [&["check", "--format", "json", "--min-confidence", "possible"], args].concat();
    let ran = Ran::of(command(folder, &args).envs(set.iter().copied()).output().expect("racelint runs"));
    ran.is_well(&format!("{args:?}"));
    ran.out
}

#[test]
fn nothing_around_a_project_changes_what_is_said() {
    let project = project();
    let first = json(project.path(), &[], &[]);
    assert!(first.matches("\"fingerprint\"").count() > 12, "{first}");
    for threads in ["1", "2", "8"] {
        assert_eq!(first, json(project.path(), &["-j", threads], &[]), "{threads} threads");
    }
    let locales = [
        ("LC_ALL", "tr_TR.UTF-8"),
        ("LC_ALL", "C"),
        ("LANG", "ar_EG.UTF-8"),
        ("TZ", "Asia/Kathmandu"),
        ("COLUMNS", "40"),
        ("HOME", "/nowhere"),
    ];
    for (name, value) in locales {
        assert_eq!(first, json(project.path(), &[], &[(name, value)]), "{name}={value}");
    }
    let folders = [
        "broken-guard",
        "check-then-insert",
        "double-lock",
        "lock-order",
        "non-atomic-update",
        "racy-lazy-init",
        "split-locks",
    ];
    let backwards: Vec<&str> = folders.iter().rev().copied().collect();
    let twice: Vec<&str> = folders.iter().chain(&folders).copied().collect();
    for (how, args) in [("in order", &folders[..]), ("backwards", &backwards), ("twice", &twice)] {
        assert_eq!(first, json(project.path(), args, &[]), "the folders {how}");
    }
    // Another place, made in another order, deeper, with a name of its own.
    let elsewhere = folder(&[("a/b/ü ö/racelint.toml", "")]);
    let root = elsewhere.path().join("a/b/ü ö");
    for rule in folders.iter().rev() {
        for entry in fs::read_dir(project.path().join(rule)).expect("a folder") {
            let path = entry.expect("an example").path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            put(&root, &format!("{rule}/{name}"), &fs::read_to_string(&path).expect("text"));
        }
    }
    assert_eq!(first, json(&root, &[], &[]), "another folder");
}

/// Baselines and dismissed alerts live on fingerprints. These were given to findings by earlier versions: a change here
/// brings every one of them back, and needs a version of its own in `fingerprint.rs`.
#[test]
fn fingerprints_are_what_they_were() {
    let pinned = include_str!("fingerprints.txt");
    let report: serde_json::Value = serde_json::from_str(&json(project().path(), &[], &[])).expect("JSON");
    let text = |finding: &serde_json::Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    let now: Vec<String> = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|finding| {
            let [rule, path, scope, violation, print] =
                ["rule", "path", "scope", "violation", "fingerprint"].map(|key| text(finding, key));
            format!("{print} {rule} {path} {scope}: {violation}")
        })
        .collect();
    if std::env::var_os("UPDATE_FINGERPRINTS").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile/fingerprints.txt");
        fs::write(path, now.join("\n") + "\n").expect("it can be written");
        return;
    }
    // Who finds more or less has not changed a fingerprint; who finds the same under another name has.
    let about = |line: &str| line.split_once(' ').map(|(_, about)| about.to_owned()).unwrap_or_default();
    let mut kept = 0;
    for line in pinned.lines() {
        let same: Vec<&String> = now.iter().filter(|other| about(other) == about(line)).collect();
        kept += usize::from(!same.is_empty());
        assert!(same.is_empty() || same.iter().any(|other| *other == line), "{line}\nis now {same:?}");
    }
    assert!(kept * 2 > pinned.lines().count(), "half of the pinned findings are gone: pin others");
}
