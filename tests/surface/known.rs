//! What is known already: a baseline that survives moves, reformatting and renames; changes by git; two reports compared.

use std::path::Path;
use std::process::Command;

use crate::harness::{RACY, RULE, check, folder, found, hidden, json, read, run, write};

fn git(folder: &Path, args: &[&str]) {
    let identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"];
    let output = Command::new("git").current_dir(folder).args(identity).args(args).output().expect("git runs");
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn committed(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = folder(files);
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-qm", "first"]);
    folder
}

/// The same race in code of another name: another finding.
fn other(name: &str) -> String {
    RACY.replace("Database", name).replace("async query", &format!("async query{name}"))
}

#[test]
fn a_baseline_outlives_moves_reformatting_and_renames() {
    let files: Vec<(String, String)> = (0..50).map(|n| (format!("src/f{n}.ts"), other(&format!("Store{n}")))).collect();
    let refs: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let folder = folder(&[&refs[..], &[("racelint.toml", "")]].concat());
    let ran = run(folder.path(), &["baseline"]);
    assert!(ran.code == 0 && ran.out.contains("50 findings, before 0"), "{ran:?}");
    assert_eq!(found(folder.path(), &[]), Vec::<String>::new());
    assert_eq!((check(folder.path(), &[]).code, hidden(folder.path(), &[], "baseline")), (0, 50));
    for (index, (path, text)) in files.iter().enumerate() {
        let moved = format!("// a line\n// another\n\nexport const unrelated{index} = {index};\n{text}");
        let text = match index % 3 {
            0 => moved,
            1 => moved.replace("    ", "\t").replace(" = await", " =\n        await"),
            _ => moved.replace("text: string", "sql: string").replace("query(text)", "query(sql)"),
        };
        write(folder.path(), path, &text);
    }
    std::fs::rename(folder.path().join("src/f0.ts"), folder.path().join("src/renamed.ts")).expect("a new name");
    assert_eq!(found(folder.path(), &[]), Vec::<String>::new());
    assert!(!check(folder.path(), &[]).out.contains("no longer there"));
    write(folder.path(), "src/new.ts", &other("Fresh"));
    assert_eq!(found(folder.path(), &[]), ["src/new.ts:6 racy-lazy-init error"]);
    assert_eq!(check(folder.path(), &[]).code, 1);
    assert_eq!(found(folder.path(), &["--no-baseline"]).len(), 51);
}

/// Whole projects, every file of which is moved, reformatted and edited elsewhere.
#[test]
fn a_baseline_of_whole_projects_outlives_edits_everywhere() {
    let projects = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/projects");
    let folder = folder(&[("racelint.toml", "")]);
    let mut paths = Vec::new();
    for file in ignore::Walk::new(&projects).map(|entry| entry.expect("an entry").into_path()) {
        let path = file.strip_prefix(&projects).expect("below").to_string_lossy().into_owned();
        if file.is_file() && path.contains("/broken/") {
            write(folder.path(), &path, &std::fs::read_to_string(&file).expect("text"));
            paths.push(path);
        }
    }
    run(folder.path(), &["baseline"]);
    assert_eq!(found(folder.path(), &[]), Vec::<String>::new());
    assert!(hidden(folder.path(), &[], "baseline") > 30);
    let mut edited = 0;
    for (number, path) in paths.iter().enumerate().filter(|(_, path)| path.ends_with(".ts") || path.ends_with(".rs")) {
        let text = read(folder.path(), path).replace("\n  ", "\n\t  ").replace("\n}\n", "\n}\n\n\n");
        let unrelated = if path.ends_with(".rs") { "pub const UNRELATED: u32 =" } else { "export const unrelated =" };
        write(folder.path(), path, &format!("// moved down\n{text}\n{unrelated} {number};\n"));
        edited += 1;
    }
    assert!(edited >= 20, "{edited} files were edited");
    assert_eq!(found(folder.path(), &[]), Vec::<String>::new());
    write(folder.path(), "video-api/broken/src/fresh.ts", RACY);
    assert_eq!(found(folder.path(), &[]), ["video-api/broken/src/fresh.ts:6 racy-lazy-init error"]);
}

#[test]
fn a_baseline_is_pruned_and_chosen() {
    let folder = folder(&[("a.ts", RACY), ("b.ts", &other("Other")), ("racelint.toml", "")]);
    assert_eq!(run(folder.path(), &["baseline", "--prune"]).code, 2, "there is none yet");
    assert_eq!(run(folder.path(), &["baseline", "-o", "known.json"]).code, 0);
    assert_eq!(found(folder.path(), &[]).len(), 2, "another file counts only when it is named");
    assert_eq!(found(folder.path(), &["--baseline", "known.json"]).len(), 0);
    write(folder.path(), "b.ts", "export {};\n");
    write(folder.path(), "c.ts", &other("Third"));
    let ran = check(folder.path(), &["--baseline", "known.json"]);
    assert!(ran.out.contains("1 finding of the baseline no longer there"), "{ran:?}");
    let ran = run(folder.path(), &["baseline", "--prune", "--output", "known.json"]);
    assert!(ran.out.contains("1 finding, before 2"), "{ran:?}");
    assert_eq!(found(folder.path(), &["--baseline", "known.json"]), ["c.ts:6 racy-lazy-init error"]);
    write(folder.path(), "tests/d.ts", &other("Fourth"));
    run(folder.path(), &["baseline", "--tests", "--isolated", "-o", "all.json"]);
    assert_eq!(found(folder.path(), &["--tests", "--baseline", "all.json"]).len(), 0);
    write(folder.path(), "racelint.toml", "rules.all = \"off\"\n");
    write(folder.path(), "ci/all.toml", "");
    let entries = |args: &[&str]| {
        run(folder.path(), &[&["baseline", "-o", "entries.json"], args].concat());
        let kept: serde_json::Value = serde_json::from_str(&read(folder.path(), "entries.json")).expect("JSON");
        kept["findings"].as_array().expect("a list").len()
    };
    assert_eq!((entries(&[]), entries(&["--isolated"]), entries(&["--config", "ci/all.toml"])), (0, 2, 2));
    write(folder.path(), "racelint.toml", "");
    for (text, said) in [("{", "cannot be read"), ("{\"version\": 7, \"findings\": []}", "its version is 7")] {
        write(folder.path(), "racelint-baseline.json", text);
        let ran = check(folder.path(), &[]);
        assert!(ran.code == 2 && ran.err.contains(said), "{ran:?}");
    }
    assert_eq!(check(folder.path(), &["--baseline", "none.json"]).code, 2);
}

#[test]
fn sarif_tells_new_from_known() {
    let folder = folder(&[("a.ts", RACY), ("racelint.toml", "")]);
    run(folder.path(), &["baseline"]);
    write(folder.path(), "b.ts", &other("Other"));
    let sarif: serde_json::Value =
        serde_json::from_str(&check(folder.path(), &["--format", "sarif"]).out).expect("JSON");
    let states = |result: &serde_json::Value| {
        let kinds = result["suppressions"].as_array().expect("a list").len();
        (result["baselineState"].as_str().map(str::to_owned), kinds)
    };
    let states: Vec<_> = sarif["runs"][0]["results"].as_array().expect("results").iter().map(states).collect();
    assert_eq!(states, [(Some("new".to_owned()), 0), (Some("unchanged".to_owned()), 1)]);
}

#[test]
fn only_what_has_changed_is_shown() {
    let folder = committed(&[("a.ts", RACY), ("b.ts", &other("Other"))]);
    git(folder.path(), &["checkout", "-qb", "work"]);
    assert_eq!(found(folder.path(), &["--since", "HEAD"]).len(), 0);
    assert_eq!(hidden(folder.path(), &["--since", "HEAD"], "unchanged"), 2);
    write(folder.path(), "a.ts", &RACY.replace("await connect()", "await connect(1)"));
    write(folder.path(), "b.ts", &format!("{}// an end\n", other("Other")));
    write(folder.path(), "ö \"c\".ts", &other("New"));
    assert_eq!(found(folder.path(), &["--since", "HEAD"]).len(), 2, "a changed line and a new file");
    assert_eq!(found(folder.path(), &["--since", "HEAD", "--changed-lines"]).len(), 2);
    assert_eq!(found(folder.path(), &["--since", "HEAD", "--changed-files"]).len(), 3);
    git(folder.path(), &["commit", "-qam", "second"]);
    assert_eq!(found(folder.path(), &["--since", "HEAD~1"]).len(), 2, "committed or not");
    let default = if git_has(folder.path(), "main") { "main" } else { "master" };
    git(folder.path(), &["checkout", "-q", default]);
    write(folder.path(), "b.ts", &other("Other").replace("await connect()", "await connect(2)"));
    git(folder.path(), &["commit", "-qam", "elsewhere"]);
    git(folder.path(), &["checkout", "-q", "work"]);
    assert!(
        !found(folder.path(), &["--since", default]).iter().any(|line| line.starts_with("b.ts")),
        "since they parted"
    );
}

fn git_has(folder: &Path, branch: &str) -> bool {
    let output = Command::new("git").current_dir(folder).args(["rev-parse", "--verify", "-q", branch]).output();
    output.expect("git runs").status.success()
}

#[test]
fn a_deleted_guard_counts_for_the_lines_around_it() {
    let guarded = RACY.replace("    if (!this.conn", "    await ready();\n    if (!this.conn");
    let folder = committed(&[("a.ts", &guarded)]);
    write(folder.path(), "a.ts", RACY);
    assert_eq!(found(folder.path(), &["--since", "HEAD"]).len(), 1);
}

#[test]
fn what_is_staged_is_read_as_it_is_staged() {
    let folder = committed(&[("a.ts", "export {};\n"), ("b.ts", "export {};\n")]);
    write(folder.path(), "a.ts", RACY);
    git(folder.path(), &["add", "a.ts"]);
    write(folder.path(), "a.ts", "export {};\n");
    write(folder.path(), "b.ts", &other("Unstaged"));
    assert_eq!(found(folder.path(), &["--staged"]), ["a.ts:6 racy-lazy-init error"]);
    assert_eq!(found(folder.path(), &[]), ["b.ts:6 racy-lazy-init error"]);
}

#[test]
fn what_git_cannot_tell_is_said() {
    let folder = folder(&[("a.ts", RACY)]);
    let ran = check(folder.path(), &["--staged"]);
    assert!(ran.code == 2 && ran.err.contains("git"), "{ran:?}");
    let folder = committed(&[("a.ts", RACY)]);
    for revision in ["no-such-branch", "--output=pwned"] {
        let ran = check(folder.path(), &[&format!("--since={revision}")]);
        assert!(ran.code == 2 && ran.err.contains("is no revision"), "{ran:?}");
    }
    assert!(!folder.path().join("pwned").exists());
    assert_eq!(check(folder.path(), &["--since", "HEAD", "--staged"]).code, 2);
    assert_eq!(check(folder.path(), &["--since", "HEAD", "--changed-lines", "--changed-files"]).code, 2);
}

#[test]
fn two_reports_are_compared() {
    let folder = folder(&[("a.ts", RACY), ("b.ts", &other("Other")), ("racelint.toml", "")]);
    check(folder.path(), &["--format", "json:old.json"]);
    write(folder.path(), "b.ts", "export {};\n");
    std::fs::rename(folder.path().join("a.ts"), folder.path().join("moved.ts")).expect("a new name");
    check(folder.path(), &["--format", "json:same.json"]);
    write(folder.path(), "c.ts", &other("New"));
    check(folder.path(), &["--format", "json:new.json"]);
    let ran = check(folder.path(), &["--diff-from", "old.json", "new.json"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.starts_with("introduced: c.ts:6: error[racy-lazy-init]"), "{ran:?}");
    assert!(
        ran.out.contains("fixed: b.ts:6") && ran.out.ends_with("1 introduced, 1 fixed, 1 persisting.\n"),
        "{ran:?}"
    );
    assert_eq!(check(folder.path(), &["--diff-from", "old.json", "same.json"]).code, 0);
    let object = json(folder.path(), &["--diff-from", "old.json", "new.json"]);
    assert_eq!(object["introduced"][0]["rule"], RULE);
    for (name, text) in [("bad.json", "{}"), ("worse.json", "[")] {
        write(folder.path(), name, text);
        assert_eq!(check(folder.path(), &["--diff-from", "old.json", name]).code, 2);
    }
    assert!(read(folder.path(), "old.json").contains("\"version\": 1"));
}
