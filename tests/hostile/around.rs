//! Around: what lies outside of the project stays unread and unwritten, and what is no file is not waited for.

use std::fs;
use std::path::Path;

use racelint::link::modules::manifests::{Disk, Manifests};

use crate::run::{RACY, check, folder, racelint};

#[cfg(unix)]
fn link(to: &str, from: &Path) {
    std::os::unix::fs::symlink(to, from).expect("a link");
}

/// A manifest by a link out of the project counts for nothing; one by a link within it does.
#[cfg(unix)]
#[test]
fn manifests_out_of_the_project_are_not_read() {
    let all = folder(&[("outside.json", "{}"), ("project/inside.json", "{}"), ("project/a/tsconfig.json", "{}")]);
    let project = all.path().join("project");
    for (to, from) in [("../outside.json", "package.json"), ("inside.json", "tsconfig.json"), ("..", "up")] {
        link(to, &project.join(from));
    }
    let manifests = Disk::new(&project);
    let read = ["package.json", "tsconfig.json", "up/outside.json", "../outside.json", "a/tsconfig.json"];
    let read = read.map(|path| manifests.read(path).is_some());
    assert_eq!(read, [false, true, false, false, true]);
    assert_eq!(manifests.folders(""), ["a"]);
}

#[test]
fn what_a_tsconfig_extends_outside_is_noted() {
    let base = "{ \"extends\": [\"../outside.json\", \"/etc/passwd\", \"./base.json\"] }";
    let all = folder(&[
        ("outside.json", "{}"),
        ("project/racelint.toml", ""),
        ("project/tsconfig.json", base),
        ("project/base.json", "{}"),
        ("project/a.ts", RACY),
    ]);
    let report = check(&all.path().join("project")).json();
    let notes: Vec<&str> =
        report["notes"].as_array().into_iter().flatten().filter_map(|note| note["text"].as_str()).collect();
    let noted = |base: &str| format!("extends `{base}`, which is not part of the project");
    assert_eq!(notes, [noted("../outside.json"), noted("/etc/passwd")]);
}

#[cfg(unix)]
#[test]
fn a_baseline_leads_nowhere_else() {
    let all = folder(&[("precious", "keep this"), ("project/racelint.toml", ""), ("project/a.ts", RACY)]);
    let project = all.path().join("project");
    for target in ["../precious", "../not-there"] {
        let baseline = project.join("racelint-baseline.json");
        link(target, &baseline);
        for args in [&["check"][..], &["baseline"], &["baseline", "--prune"]] {
            let ran = racelint(&project, args);
            assert_eq!(ran.code, Some(2), "{args:?}: {}{}", ran.out, ran.err);
            assert!(ran.err.contains("leads out of the project"), "{args:?}: {}", ran.err);
        }
        fs::remove_file(&baseline).expect("it is there");
    }
    assert_eq!(fs::read_to_string(all.path().join("precious")).ok().as_deref(), Some("keep this"));
    assert!(!all.path().join("not-there").exists());
}

/// Entries of a baseline are names to compare with, and lead to no file.
#[test]
fn a_baseline_with_paths_out_of_the_project_reads_nothing() {
    let entry = |path: &str| format!("{{\"path\":\"{path}\",\"rule\":\"a\",\"fingerprint\":\"b\",\"message\":\"c\"}}");
    let entries = ["../../../../etc/passwd", "/etc/passwd", "a.ts/../../x", ""].map(entry).join(",");
    let text = format!("{{\"version\":1,\"findings\":[{entries}]}}");
    let project = folder(&[("racelint.toml", ""), ("a.ts", RACY), ("racelint-baseline.json", &text)]);
    assert_eq!(racelint(project.path(), &["check"]).code, Some(1));
    let ran = racelint(project.path(), &["baseline", "--prune"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let kept = fs::read_to_string(project.path().join("racelint-baseline.json")).expect("it is there");
    assert!(!kept.contains("passwd"), "{kept}");
}

/// Fixes are written to files of the project that were asked about, and to no other.
#[cfg(unix)]
#[test]
fn a_fix_writes_through_no_link() {
    let fixable = include_str!("../../rules/broken-guard/examples/bad_flag_after_await.ts");
    let all = folder(&[("outside.ts", fixable), ("project/racelint.toml", ""), ("project/b.ts", fixable)]);
    let project = all.path().join("project");
    link("../outside.ts", &project.join("a.ts"));
    link("..", &project.join("up"));
    racelint(&project, &["check", "--fix", "--unsafe-fixes"]).is_well("fixes");
    racelint(&project, &["check", "--add-suppressions", "why"]).is_well("suppressions");
    assert_eq!(fs::read_to_string(all.path().join("outside.ts")).ok().as_deref(), Some(fixable));
    assert_ne!(fs::read_to_string(project.join("b.ts")).ok().as_deref(), Some(fixable));
}

/// A pipe in the place of any file that is read has no end to wait for.
#[cfg(unix)]
#[test]
fn pipes_are_not_waited_for() {
    let names =
        ["package.json", "tsconfig.json", "Cargo.toml", "pnpm-workspace.yaml", "racelint-baseline.json", "a.ts"];
    for name in names {
        let project = folder(&[("racelint.toml", ""), ("src/b.ts", RACY), ("src/c.rs", "fn c() {}")]);
        let made = std::process::Command::new("mkfifo").arg(project.path().join(name)).status();
        assert!(made.is_ok_and(|status| status.success()), "{name}");
        let begun = std::time::Instant::now();
        let mut child = crate::run::command(project.path(), &["check"])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("racelint runs");
        let code = loop {
            if let Some(status) = child.try_wait().expect("a child") {
                break status.code();
            }
            if begun.elapsed().as_secs() > 60 {
                let _ = child.kill();
                panic!("{name} is waited for");
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        };
        let expected = if name.ends_with("baseline.json") { 2 } else { 1 };
        assert_eq!(code, Some(expected), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn links_that_lead_in_circles_end() {
    let project = folder(&[("racelint.toml", ""), ("src/a.ts", RACY), ("packages/b/package.json", "{\"name\":\"b\"}")]);
    let at = |name: &str| project.path().join(name);
    link("..", &at("src/up"));
    link("package.json", &at("package.json"));
    link("tsconfig.json", &at("tsconfig.json"));
    link("../b", &at("packages/b/node_modules"));
    link("y", &at("x"));
    link("x", &at("y"));
    let ran = check(project.path());
    ran.is_well("circles of links");
    assert_eq!(ran.json()["summary"]["files"], 1);
    let ran = racelint(project.path(), &["check", "--no-ignore", "src/up/src/up", "--format", "json"]);
    ran.is_well("a path through a circle");
}
