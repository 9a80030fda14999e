//! The command line as its users meet it: exit codes, odd files, closed pipes, and the same bytes every time.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

fn racelint(folder: &Path, args: &[&str]) -> Output {
    command(folder, args).output().expect("racelint runs")
}

fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_racelint"));
    // What is kept for later runs is kept away from the caches of whoever runs the tests.
    command.current_dir(folder).args(args).env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"));
    for name in ["NO_COLOR", "CLICOLOR_FORCE", "TERM", "GITHUB_ACTIONS"] {
        command.env_remove(name);
    }
    command
}

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, bytes) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a new folder");
        fs::write(path, bytes).expect("a new file");
    }
    folder
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("output is text")
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("output is text")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("racelint exits by itself")
}

/// The JSON report of a folder, and what was said beside it.
fn json(folder: &Path, args: &[&str]) -> (serde_json::Value, String) {
    let args = [&["check", "--format", "json"], args].concat();
    let output = racelint(folder, &args);
    (serde_json::from_str(&out(&output)).expect("one object"), err(&output))
}

fn files(report: &serde_json::Value) -> u64 {
    report["summary"]["files"].as_u64().expect("a count")
}

/// A small project with races of two rules.
fn racy() -> TempDir {
    folder(&[
        ("src/backup.ts", include_bytes!("../rules/broken-guard/examples/bad_flag_after_await.ts")),
        ("src/database.ts", include_bytes!("../rules/racy-lazy-init/examples/bad_connection.ts")),
    ])
}

#[test]
fn clean_code_is_0() {
    let folder = folder(&[("a.ts", b"export const a = 1;\n")]);
    let output = racelint(folder.path(), &["check"]);
    assert_eq!((code(&output), err(&output).as_str()), (0, ""));
    assert_eq!(out(&output), "No race found in 1 file.\n");
}

#[test]
fn races_are_1_in_every_format() {
    let folder = racy();
    for format in ["text", "compact", "json"] {
        let output = racelint(folder.path(), &["check", "--format", format]);
        assert_eq!(code(&output), 1, "{format}");
        assert!(out(&output).contains("racy-lazy-init"), "{format}");
    }
}

#[test]
fn what_cannot_be_done_is_2() {
    let folder = folder(&[("a.ts", b"")]);
    let cases: [(&[&str], &str); 8] = [
        (&["check", "missing"], "no such file or folder: missing"),
        (&["check", "--format", "yaml"], "invalid value 'yaml'"),
        (&["check", "--only", "racy-lazi-init"], "similar value exists: 'racy-lazy-init'"),
        (&["check", "--min-confidence", "sure"], "invalid value 'sure'"),
        (&["check", "-j", "many"], "invalid value 'many'"),
        (&["check", "--dump-facts", "missing.ts"], "no such file or folder: missing.ts"),
        (&["explain", "nothing"], "invalid value 'nothing'"),
        (&["frobnicate"], "unrecognized subcommand"),
    ];
    for (args, said) in cases {
        let output = racelint(folder.path(), args);
        assert_eq!(code(&output), 2, "{args:?}");
        assert!(err(&output).contains(said), "{args:?}: {}", err(&output));
        assert_eq!(out(&output), "", "{args:?}");
    }
}

#[test]
fn help_and_version_are_output() {
    let folder = folder(&[]);
    for args in [&["--version"][..], &["--help"], &["check", "--help"], &["help", "explain"]] {
        let output = racelint(folder.path(), args);
        assert_eq!((code(&output), err(&output).as_str()), (0, ""), "{args:?}");
        assert!(out(&output).contains("racelint"), "{args:?}");
    }
}

#[test]
fn every_flag_of_check_does_something() {
    let body = b"export const a = 1;\n";
    let files_: [(&str, &[u8]); 4] = [("a.ts", body), (".gitignore", b"b.ts\n"), ("b.ts", body), ("tests/c.ts", body)];
    let folder = folder(&files_);
    assert_eq!(files(&json(folder.path(), &[]).0), 2);
    assert_eq!(files(&json(folder.path(), &["--no-ignore"]).0), 3);
    assert_eq!(files(&json(folder.path(), &["--no-cache"]).0), 2);
    assert_eq!(files(&json(folder.path(), &["b.ts"]).0), 3, "a named file is read whatever .gitignore says");
    let timings = json(folder.path(), &["--timings"]).1;
    assert!(timings.contains("racelint: lower ") && timings.contains("racelint:   split-locks "), "{timings}");
    assert!(timings.lines().any(|line| line.starts_with("racelint: files read ") && line.ends_with(" 2")), "{timings}");
    let dump = racelint(folder.path(), &["check", "--dump-facts", "a.ts"]);
    assert_eq!(code(&dump), 0);
    assert!(out(&dump).starts_with("export a = a\n") || out(&dump).contains("unit Module"), "{}", out(&dump));
    let colour = racelint(folder.path(), &["check", "--color", "always"]);
    assert!(out(&colour).contains('\u{1b}'));
}

#[test]
fn one_rule_alone() {
    let folder = racy();
    let all = json(folder.path(), &[]).0;
    let one = json(folder.path(), &["--only", "racy-lazy-init"]).0;
    let rules = |report: &serde_json::Value| -> Vec<String> {
        let findings = report["findings"].as_array().expect("a list");
        findings.iter().map(|finding| finding["rule"].to_string()).collect()
    };
    assert!(rules(&all).iter().any(|rule| rule != "\"racy-lazy-init\""));
    assert!(!rules(&one).is_empty() && rules(&one).iter().all(|rule| rule == "\"racy-lazy-init\""));
}

#[test]
fn findings_in_test_code_are_asked_for() {
    let example = include_bytes!("../rules/racy-lazy-init/examples/bad_connection.ts");
    let folder = folder(&[("src/db.test.ts", example)]);
    let count = |args: &[&str]| json(folder.path(), args).0["findings"].as_array().expect("a list").len();
    assert_eq!((count(&[]), count(&["--tests"])), (0, 1));
}

#[test]
fn doubt_is_hidden_until_asked_for() {
    let folder = racy();
    let count = |level: &str| {
        let (report, _) = json(folder.path(), &["--min-confidence", level]);
        let hidden = report["summary"]["hidden"]["confidence"].as_u64().expect("a count");
        (report["findings"].as_array().expect("a list").len() as u64, hidden)
    };
    let (certain, possible) = (count("certain"), count("possible"));
    assert_eq!(possible.1, 0);
    assert_eq!(certain.0 + certain.1, possible.0);
    assert!(certain.1 > 0, "something here rests on an assumption");
}

#[test]
fn colours_follow_the_environment() {
    let folder = folder(&[("a.ts", b"")]);
    let coloured = |name: &str, value: &str, args: &[&str]| {
        let output = command(folder.path(), args).env(name, value).output().expect("racelint runs");
        out(&output).contains('\u{1b}')
    };
    assert!(!coloured("UNUSED", "", &["check"]), "no terminal, no colours");
    assert!(coloured("CLICOLOR_FORCE", "1", &["check"]));
    assert!(!coloured("CLICOLOR_FORCE", "0", &["check"]));
    assert!(!coloured("NO_COLOR", "1", &["check"]));
    assert!(coloured("NO_COLOR", "1", &["check", "--color", "always"]));
    assert!(!coloured("CLICOLOR_FORCE", "1", &["check", "--color", "never"]));
}

#[test]
fn rules_and_their_pages() {
    let folder = folder(&[]);
    let list = racelint(folder.path(), &["rules"]);
    assert!(out(&list).lines().any(|line| line.starts_with("double-lock ")), "{}", out(&list));
    let list = racelint(folder.path(), &["rules", "--format", "json"]);
    let list: serde_json::Value = serde_json::from_str(&out(&list)).expect("a list");
    assert!(list.as_array().is_some_and(|list| list.iter().any(|rule| rule["id"] == "double-lock")));
    let page = racelint(folder.path(), &["explain", "double-lock"]);
    assert_eq!(code(&page), 0);
    assert!(out(&page).starts_with("double-lock\n") && !out(&page).contains("```"), "{}", out(&page));
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let folder = racy();
    for args in [&["check"][..], &["check", "--format", "json"], &["explain", "split-locks"]] {
        let mut command = command(folder.path(), args);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("racelint runs");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("racelint ends");
        assert!(matches!(output.status.code(), Some(0 | 1)), "{args:?}: {:?}", output.status);
        assert_eq!(err(&output), "", "{args:?}");
    }
}

#[test]
fn odd_bytes_are_noted_and_read() {
    let code = "export const a = 1;\n";
    let folder = folder(&[
        ("bom.ts", format!("\u{feff}{code}").as_bytes()),
        ("crlf.rs", b"fn main() {\r\n    let a = 1;\r\n}\r\n"),
        ("latin1.ts", b"// caf\xe9\nexport const a = 1;\n"),
        ("nul.ts", b"export const a = '\0';\n"),
        ("video.ts", b"\x47\x40\x11\x10\x00\x42\xf0\xff\xff"),
        ("empty.ts", b""),
    ]);
    let (report, said) = json(folder.path(), &[]);
    assert_eq!(files(&report), 5);
    assert!(said.contains("latin1.ts:1: not UTF-8") && said.contains("video.ts: binary, not read"), "{said}");
    let kinds: Vec<&str> =
        report["notes"].as_array().expect("notes").iter().filter_map(|n| n["kind"].as_str()).collect();
    assert_eq!(kinds, ["not-utf8", "binary"]);
}

#[test]
fn what_nobody_wrote_is_counted() {
    let bundle = "var a=1;".repeat(1000);
    let folder = folder(&[
        ("a.d.ts", b"declare const a: number;\n"),
        ("generated.ts", b"// @generated\nexport const a = 1;\n"),
        ("bundle.js", bundle.as_bytes()),
        ("App.vue", b"<script></script>"),
        ("node_modules/x/index.js", b""),
        ("target/debug/build/out.rs", b""),
        ("target/CACHEDIR.TAG", b""),
        (".hidden/a.ts", b""),
        ("source.ts", b""),
    ]);
    let (report, _) = json(folder.path(), &[]);
    assert_eq!(files(&report), 1);
    let skipped = serde_json::json!({
        "declarations": 1, "generated": 1, "minified": 1, "components": 1, "dependency-folders": 2,
    });
    assert_eq!(report["summary"]["skipped"], skipped);
    let (report, _) = json(folder.path(), &["a.d.ts", "generated.ts", "bundle.js", "node_modules/x"]);
    assert_eq!(files(&report), 5, "what is named is read");
}

#[test]
fn an_endless_line_is_no_trouble() {
    let line = format!("export const a = '{}';", "a();".repeat(50 << 18));
    let folder = folder(&[("big.ts", line.as_bytes()), ("small.ts", b"export {};\n")]);
    let (report, said) = json(folder.path(), &[]);
    assert_eq!(files(&report), 1);
    assert!(said.contains("big.ts: larger than 16 MB, not read"), "{said}");
    let (report, said) = json(folder.path(), &["big.ts"]);
    assert_eq!((files(&report), said.as_str()), (2, ""), "what is named is read");
}

#[cfg(unix)]
#[test]
fn links_are_counted_and_not_followed() {
    let folder = folder(&[("src/a.ts", b"export {};\n")]);
    let link = |from: &str, to: &str| std::os::unix::fs::symlink(to, folder.path().join(from)).expect("a link");
    link("src/loop", "..");
    link("src/b.ts", "a.ts");
    link("src/gone.ts", "nowhere.ts");
    link("self.ts", "self.ts");
    let (report, _) = json(folder.path(), &[]);
    assert_eq!((files(&report), &report["summary"]["skipped"]["links"]), (1, &serde_json::json!(4)));
    assert_eq!(code(&racelint(folder.path(), &["check", "self.ts"])), 2);
}

/// A file that vanishes between the walk and the read looks like one that may not be read.
#[cfg(unix)]
#[test]
fn an_unreadable_file_in_a_folder_is_a_note() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder(&[("a.ts", b"export {};\n"), ("shut.ts", b"export {};\n")]);
    let shut = folder.path().join("shut.ts");
    fs::set_permissions(&shut, fs::Permissions::from_mode(0o0)).expect("permissions can be set");
    let readable = fs::read(&shut).is_ok(); // for an administrator nothing is shut
    let (report, said) = json(folder.path(), &[]);
    assert_eq!(files(&report), 1 + u64::from(readable));
    assert_eq!(said.contains("shut.ts: "), !readable, "{said}");
}

#[test]
fn paths_say_what_is_reported_not_what_is_read() {
    let folder = folder(&[("racelint.toml", b""), ("a/x.ts", b"export {};\n"), ("b/y.ts", b"export {};\n")]);
    assert_eq!(files(&json(folder.path(), &["a"]).0), 2);
    let elsewhere = folder.path().join("b");
    assert_eq!(files(&json(&elsewhere, &["y.ts"]).0), 2, "the root is where racelint.toml is");
}

#[test]
fn the_same_tree_gives_the_same_bytes() {
    let run = |folder: &Path, args: &[&str]| {
        let args = [&["check", "--format", "json"], args].concat();
        out(&racelint(folder, &args))
    };
    let folder = racy();
    let examples = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/double-lock/examples"));
    copy_tree(examples, &folder.path().join("locks"));
    let first = run(folder.path(), &["-j", "1"]);
    assert!(first.contains("\"fingerprint\""));
    assert_eq!(first, run(folder.path(), &["-j", "8"]), "threads");
    assert_eq!(run(folder.path(), &["src", "locks"]), run(folder.path(), &["locks", "src"]), "arguments");
    let other = tempfile::tempdir().expect("a temporary folder");
    copy_tree(folder.path(), other.path());
    assert_eq!(first, run(other.path(), &[]), "place on disk");
}

fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a new folder");
    let mut entries: Vec<_> = fs::read_dir(from).expect("a folder").map(|entry| entry.expect("an entry")).collect();
    // Another order on disk, where the file system keeps one.
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.file_name()));
    for entry in entries {
        let target = to.join(entry.file_name());
        match entry.file_type().expect("a type").is_dir() {
            true => copy_tree(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).expect("a copy")),
        }
    }
}
