//! Fixes: each mends its finding and nothing else, and the code still compiles.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::{RACY, Ran, check, command, folder, found, json, read, write};

const COUNTER: &str = "let seen = 0;\n\nsetInterval(async () => {\n  seen += await poll();\n}, 500);\n\n\
    async function poll(): Promise<number> {\n  return Number(await (await fetch(\"/\")).text());\n}\n\n\
    export function count(): number {\n  return seen;\n}\n";

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

/// Every bad example of one file: rule, name and text.
fn examples() -> Vec<(String, String, String)> {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let name = |path: &Path| path.file_name().expect("a name").to_string_lossy().into_owned();
    let folders = entries(&rules).into_iter().filter(|rule| rule.join("examples").is_dir());
    let all = folders.flat_map(|rule| entries(&rule.join("examples")).into_iter().map(move |path| (name(&rule), path)));
    let bad = all.filter(|(_, path)| name(path).starts_with("bad_") && path.is_file());
    bad.map(|(rule, path)| (rule, name(&path), std::fs::read_to_string(&path).expect("an example"))).collect()
}

const ALL: [&str; 3] = ["--unsafe-fixes", "--min-confidence", "possible"];

/// An example, what its fixes make of it, and the patch.
fn mended(name: &str, text: &str) -> Option<(String, String)> {
    let folder = folder(&[(name, text), ("racelint.toml", "")]);
    let patch = check(folder.path(), &[&["--diff"], &ALL[..]].concat());
    assert_eq!(read(folder.path(), name), text, "{name}: --diff writes nothing");
    if patch.out.is_empty() {
        return None;
    }
    assert_eq!(patch.code, 1, "{name}");
    let before = json(folder.path(), &ALL[1..]);
    let offered = before["findings"].as_array().expect("a list").iter().filter(|f| f["fixes"] != serde_json::json!([]));
    let offered: Vec<String> = offered.map(|finding| finding["fingerprint"].to_string()).collect();
    let ran = check(folder.path(), &[&["--fix-only"], &ALL[..]].concat());
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{name}: {ran:?}");
    assert!(ran.err.contains("fixed 1 finding in 1 file"), "{name}: {ran:?}");
    let after = json(folder.path(), &ALL[1..]);
    for finding in after["findings"].as_array().expect("a list") {
        assert!(!offered.contains(&finding["fingerprint"].to_string()), "{name}: it is still there: {finding}");
    }
    // What is mended may be less to explore; whatever else is noted stays.
    let unread = |report: &serde_json::Value| -> Vec<serde_json::Value> {
        let notes = report["notes"].as_array().expect("a list").iter();
        notes.filter(|note| note["kind"] != "not-explored").cloned().collect()
    };
    assert_eq!(unread(&after), unread(&before), "{name}");
    assert!(after["findings"].as_array().map(Vec::len) < before["findings"].as_array().map(Vec::len), "{name}");
    let again = check(folder.path(), &[&["--diff"], &ALL[..]].concat());
    assert_eq!((again.code, again.out.as_str()), (0, ""), "{name}: a second run changes nothing");
    Some((read(folder.path(), name), patch.out))
}

/// The patches are the test that nothing else is changed.
#[test]
fn every_fix_of_every_example_holds() {
    let mut patches = String::new();
    for (rule, name, text) in examples() {
        if let Some((_, patch)) = mended(&name, &text) {
            patches.push_str(&format!("## {rule}\n{patch}\n"));
        }
    }
    insta::assert_snapshot!("fixes_of_examples", patches);
}

/// What the examples call and do not define.
const OUTSIDE: [(&str, &str); 6] = [
    ("emit(", "fn emit<T>(_: T) {}"),
    ("write_state(", "async fn write_state(_: u32) {}"),
    (" send(", "async fn send(_: &str) -> Result<(), Error> { Ok(()) }"),
    (" save(", "async fn save(_: &str) -> Result<(), Error> { Ok(()) }"),
    ("(), Error>", "pub struct Error;"),
    ("<Job>", "pub struct Job;\nimpl Job { pub async fn run(self) {} }"),
];

fn compile(folder: &Path, name: &str, text: &str) -> Result<(), String> {
    let outside = OUTSIDE.iter().filter(|(call, _)| text.contains(call)).map(|(_, code)| *code);
    write(folder, name, &format!("{text}\n{}\n", outside.collect::<Vec<_>>().join("\n")));
    let mut rustc = Command::new("rustc");
    rustc.current_dir(folder).args(["--edition=2024", "--crate-type=lib", "--emit=metadata", "-Awarnings", name]);
    // What rustc itself calls an error of style is what some of these examples are about.
    rustc.arg("--cap-lints=warn");
    rustc.args(["tokio", "parking_lot", "uuid"].map(|stub| format!("--extern={stub}=lib{stub}.rmeta")));
    let output = rustc.output().expect("rustc runs");
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

#[test]
fn mended_rust_compiles() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let stubs = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/surface/stubs");
    for stub in entries(&stubs) {
        let mut rustc = Command::new("rustc");
        rustc.current_dir(folder.path()).args(["--edition=2024", "--crate-type=lib", "--emit=metadata", "-Awarnings"]);
        assert!(rustc.arg(&stub).status().expect("rustc runs").success(), "{}", stub.display());
    }
    let mut compiled = 0;
    for (rule, name, text) in examples().into_iter().filter(|(_, name, _)| name.ends_with(".rs")) {
        let Some((mended, _)) = mended(&name, &text) else { continue };
        for (state, text) in [("before", &text), ("after", &mended)] {
            let file = format!("{}_{state}_{name}", rule.replace('-', "_"));
            compile(folder.path(), &file, text).unwrap_or_else(|error| panic!("{rule}/{name} {state}:\n{error}"));
        }
        compiled += 1;
    }
    assert!(compiled >= 10, "{compiled} examples were compiled");
}

#[test]
fn what_is_mended_is_gone_and_the_rest_is_reported() {
    // Others may rest on the shape of a class that is open.
    let open = RACY.replace("private ", "");
    let folder = folder(&[("a.ts", &open), ("b.ts", COUNTER), ("racelint.toml", "")]);
    assert_eq!(found(folder.path(), &[]).len(), 2);
    let ran = check(folder.path(), &["--fix", "--format", "compact"]);
    assert!(ran.code == 1 && ran.out.starts_with("a.ts:6") && ran.out.lines().count() == 1, "{ran:?}");
    assert!(ran.err.contains("fixed 1 finding in 1 file"), "{ran:?}");
    assert!(read(folder.path(), "b.ts").contains("  const value = await poll();\n  seen += value;\n"));
    assert_eq!(read(folder.path(), "a.ts"), open);
    let ran = check(folder.path(), &["--fix", "--format", "compact", "b.ts"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""));
}

#[test]
fn only_what_was_asked_about_is_mended() {
    let folder = folder(&[("a.ts", COUNTER), ("b.ts", COUNTER), ("racelint.toml", "")]);
    check(folder.path(), &["--fix-only", "a.ts"]);
    assert_ne!(read(folder.path(), "a.ts"), COUNTER);
    assert_eq!(read(folder.path(), "b.ts"), COUNTER);
    let suppressed = format!("// racelint: allow-file(non-atomic-update) -- one timer\n{COUNTER}");
    write(folder.path(), "b.ts", &suppressed);
    check(folder.path(), &["--fix-only"]);
    assert_eq!(read(folder.path(), "b.ts"), suppressed);
}

#[test]
fn line_ends_and_marks_of_a_file_stay() {
    let text = format!("\u{feff}{}", COUNTER.replace('\n', "\r\n"));
    let folder = folder(&[("a.ts", &text), ("racelint.toml", "")]);
    check(folder.path(), &["--fix-only"]);
    let mended = read(folder.path(), "a.ts");
    assert!(mended.starts_with('\u{feff}') && mended.contains("const value = await poll();\r\n  seen += value;\r\n"));
    assert_eq!(mended.matches('\n').count(), mended.matches("\r\n").count());
}

/// Both would be called `value`: the second waits for the next round, and takes another name.
#[test]
fn fixes_of_one_function_are_made_in_rounds() {
    let twice = COUNTER.replace("  seen += await poll();\n", "  seen += await poll();\n  seen += await (poll());\n");
    let folder = folder(&[("a.ts", &twice), ("racelint.toml", "")]);
    let ran = check(folder.path(), &["--fix-only"]);
    assert!(ran.err.contains("fixed 2 findings in 1 file"), "{ran:?}");
    let mended = read(folder.path(), "a.ts");
    assert!(mended.contains("const value = ") && mended.contains("const awaited = "), "{mended}");
    assert_eq!(found(folder.path(), &[]), Vec::<String>::new());
}

#[test]
fn what_changes_more_is_asked_for() {
    let text = "import fs from \"fs\";\nimport { randomUUID } from \"crypto\";\n\n\
        export function installId(statePath: string): string {\n  \
        if (fs.existsSync(statePath)) return fs.readFileSync(statePath, \"utf8\");\n  \
        const id = randomUUID();\n  fs.writeFileSync(statePath, id);\n  return id;\n}\n";
    let folder = folder(&[("a.ts", text), ("racelint.toml", "")]);
    let ran = check(folder.path(), &["--fix"]);
    assert!(ran.code == 0 && ran.err.contains("fixed 0 findings in 0 files; 1 more with --unsafe-fixes"), "{ran:?}");
    assert!(check(folder.path(), &["--fix", "--unsafe-fixes"]).err.contains("fixed 1 finding in 1 file"));
    assert!(read(folder.path(), "a.ts").contains("fs.writeFileSync(statePath, id, { flag: \"wx\" });"));
}

/// The guard would be held over a call that takes the same lock.
#[test]
fn what_does_not_hold_is_left_out_and_said() {
    let text = "use std::sync::Mutex;\n\npub struct Ledger {\n    turn: Mutex<()>,\n    sum: Mutex<u64>,\n}\n\n\
        impl Ledger {\n    fn push(&self, amount: u64) {\n        let _turn = self.turn.lock().unwrap();\n        \
        *self.sum.lock().unwrap() += amount;\n    }\n\n    pub fn add(&self, amount: u64) {\n        \
        let _ = self.turn.lock().unwrap();\n        *self.sum.lock().unwrap() = 0;\n        self.push(amount);\n    }\n}\n";
    let folder = folder(&[("a.rs", text), ("racelint.toml", "")]);
    assert_eq!(found(folder.path(), &[]), ["a.rs:15 dropped-guard error"]);
    let ran = check(folder.path(), &["--fix"]);
    assert!(ran.code == 1 && ran.err.contains("a.rs:15: dropped-guard: "), "{ran:?}");
    assert!(ran.err.contains("does not hold here") && ran.err.contains("fixed 0 findings"), "{ran:?}");
    assert_eq!(read(folder.path(), "a.rs"), text);
}

#[test]
fn fixes_are_offered_in_every_form() {
    let folder = folder(&[("a.ts", COUNTER), ("racelint.toml", "")]);
    let fix = &json(folder.path(), &[])["findings"][0]["fixes"][0];
    assert_eq!((&fix["safe"], fix["edits"].as_array().map(Vec::len)), (&true.into(), Some(2)));
    assert!(check(folder.path(), &[]).out.contains("fix: Wait first, then read and write in one stretch (--fix)"));
    let sarif: serde_json::Value =
        serde_json::from_str(&check(folder.path(), &["--format", "sarif"]).out).expect("JSON");
    let change = &sarif["runs"][0]["results"][0]["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["replacements"].as_array().map(Vec::len), Some(2));
}

#[test]
fn what_cannot_be_written_is_refused() {
    let folder = folder(&[("a.ts", COUNTER), ("racelint.toml", "")]);
    for args in [
        &["--fix", "--staged"][..],
        &["--fix", "--diff"],
        &["--fix", "--fix-only"],
        &["--unsafe-fixes"],
        &["--diff", "--format", "json"],
        &["--fix", "--add-suppressions", "no"],
    ] {
        assert_eq!(check(folder.path(), args).code, 2, "{args:?}");
    }
    let stdin = |args: &[&str]| -> Ran {
        let input = std::fs::File::open(folder.path().join("a.ts")).expect("a file");
        let mut command = command(folder.path(), &[&["check", "-", "--stdin-filename", "a.ts"], args].concat());
        command.stdin(input).output().expect("racelint runs").into()
    };
    let ran = stdin(&["--fix"]);
    assert!(ran.code == 2 && ran.err.contains("--diff shows"), "{ran:?}");
    let ran = stdin(&["--diff"]);
    assert!(ran.code == 1 && ran.out.contains("+  const value = await poll();"), "{ran:?}");
    assert_eq!(read(folder.path(), "a.ts"), COUNTER);
}
