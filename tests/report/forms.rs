//! The forms of the report: the schema is current, names are harmless, a summary fits a comment, an earlier report compares.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::{list, request, text, top, validated};

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn racelint(folder: &Path, args: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_racelint"));
    command.current_dir(folder).args(args).env_remove("GITHUB_ACTIONS");
    let output = command.env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR")).output().expect("racelint runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is text");
    Ran { code: output.status.code().expect("a code"), out: text(output.stdout), err: text(output.stderr) }
}

/// A guarded function, or the same with its flag set too late.
fn backup(broken: bool) -> String {
    let (before, inside) = if broken { (WAIT, "") } else { ("", WAIT) };
    format!(
        "export class Backup {{
  private running = false;
  async run() {{
    if (this.running) return;
{before}    this.running = true;
    try {{
{inside}      await fetch(\"/copy\");
    }} finally {{
      this.running = false;
    }}
  }}
}}
export const backup = new Backup();
"
    )
}

const WAIT: &str = "    await fetch(\"/next\");\n";

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        fs::write(folder.path().join(path), text).expect("a file");
    }
    folder
}

#[test]
fn the_schema_is_current() {
    let printed = racelint(top(), &["report", "--schema"]).out;
    let path = top().join("racelint-report.schema.json");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &printed).expect("the schema can be written");
    }
    let kept = fs::read_to_string(&path).expect("a schema").replace("\r\n", "\n");
    assert_eq!(kept, printed, "racelint-report.schema.json is not current: UPDATE_DOCS=1 cargo test --test report");
    let schema: Value = serde_json::from_str(&printed).expect("JSON");
    let report = validated(&request(&top().join("fixtures/projects/game-assistant/broken")), None);
    let known = schema["properties"].as_object().expect("properties");
    for key in report.as_object().expect("an object").keys() {
        assert!(known.contains_key(key), "{key} is not in the schema");
    }
}

#[test]
fn what_a_page_shows_is_escaped() {
    let hostile = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\u{202e}";
    let code = backup(true).replace("\"/next\"", &format!("{hostile:?}")).replace("running", "运行");
    let folder = folder(&[("a'\"<b>.ts", &code)]);
    let page = racelint(folder.path(), &["report", "--format", "html"]);
    assert_eq!(page.code, 0, "{}", page.err);
    assert!(page.out.starts_with("<!DOCTYPE html>"));
    assert!(page.out.contains("运行") && page.out.contains("&lt;img"), "it is shown");
    assert_eq!(page.out.matches("<script").count(), 1, "one script, its own");
    assert!(!page.out.contains("<img") && !page.out.contains("<b>.ts") && !page.out.contains('\u{202e}'));
    for elsewhere in ["http://", "https://", "@import", "url("] {
        assert!(!page.out.contains(elsewhere), "the page needs {elsewhere}");
    }
}

#[test]
fn the_schedule_is_drawn() {
    let folder = folder(&[("a.ts", &backup(true))]);
    let page = racelint(folder.path(), &["report", "--format", "html", "-o", "out/page.html"]);
    assert_eq!((page.code, page.out.as_str()), (0, ""));
    let page = fs::read_to_string(folder.path().join("out/page.html")).expect("a page");
    assert_eq!(page.matches("<article").count(), 1);
    for part in ["event lane-A", "event lane-B", "class=\"gap", "class=\"over\"", "Run B", "<mark>"] {
        assert!(page.contains(part), "no {part}");
    }
}

#[test]
fn a_summary_fits_a_comment() {
    let few = folder(&[("a.ts", &backup(true))]);
    let summary = racelint(few.path(), &["report"]).out;
    assert!(summary.contains("| Actions one at a time | **at risk** | 1 |"), "{summary}");
    assert!(summary.contains("<details>") && summary.contains("broken-guard"));
    let many = tempfile::tempdir().expect("a folder");
    for number in 0..150 {
        fs::write(many.path().join(format!("f{number}.ts")), backup(true)).expect("a file");
    }
    let summary = racelint(many.path(), &["report", "--format", "markdown"]).out;
    assert!(
        summary.chars().count() < 65_000 && summary.contains("would not fit"),
        "{} characters",
        summary.chars().count()
    );
}

#[test]
fn an_earlier_report_compares() {
    let folder = folder(&[("a.ts", &backup(true))]);
    let old = racelint(folder.path(), &["report", "--format", "json", "-o", "old.json"]);
    assert_eq!(old.code, 0, "{}", old.err);
    fs::write(folder.path().join("a.ts"), backup(false)).expect("a file");
    let new = racelint(folder.path(), &["report", "--format", "json", "--compare", "old.json"]);
    let new: Value = serde_json::from_str(&new.out).expect("JSON");
    let trend = &new["trend"];
    assert_eq!((trend["introduced"].as_u64(), trend["fixed"].as_u64()), (Some(0), Some(1)));
    let change = &list(&trend["changes"])[0];
    assert_eq!((text(&change["before"]), text(&change["now"])), ("at risk", "safe"));
    assert!(racelint(folder.path(), &["report", "--compare", "old.json"]).out.contains("1 fixed"));
    fs::write(folder.path().join("no.json"), "{}").expect("a file");
    for (file, said) in [("no.json", "is no report"), ("missing.json", "missing.json")] {
        let refused = racelint(folder.path(), &["report", "--compare", file]);
        assert_eq!(refused.code, 2);
        assert!(refused.err.contains(said), "{}", refused.err);
    }
}

#[test]
fn a_site_is_explained() {
    let folder = folder(&[("a.ts", &backup(false)), ("b.ts", "export const b = 1;\n")]);
    let site = racelint(folder.path(), &["explain", "--site", "a.ts:5"]);
    assert_eq!(site.code, 0, "{}", site.err);
    for part in ["Backup.run", "safe", "beside", "claimed", "set at a.ts:5", "without it: broken-guard", "explored"] {
        assert!(site.out.contains(part), "no {part} in\n{}", site.out);
    }
    assert!(racelint(folder.path(), &["explain", "--site", "b.ts:1"]).out.contains("No site"));
    for wrong in [&["explain", "--site", "a.ts"][..], &["explain", "--site", "c.ts:1"], &["explain"]] {
        assert_eq!(racelint(folder.path(), wrong).code, 2, "{wrong:?}");
    }
}

#[test]
fn what_is_asked_for_is_taken_in() {
    let folder = folder(&[("a.ts", &backup(true)), ("b.test.ts", &backup(true)), ("c.ts", &backup(false))]);
    let sites = |args: &[&str]| {
        let ran = racelint(folder.path(), &[&["report", "--format", "json"], args].concat());
        let report: Value = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}", ran.err));
        (report["summary"]["examined"].as_u64(), report["summary"]["at-risk"].as_u64())
    };
    assert_eq!(sites(&[]), (Some(2), Some(1)));
    assert_eq!(sites(&["c.ts"]), (Some(1), Some(0)));
    assert_eq!(sites(&["--tests"]), (Some(3), Some(2)));
    assert_eq!(sites(&["--min-confidence", "certain"]), (Some(2), Some(0)));
    assert_eq!(sites(&["-j", "1"]), (Some(2), Some(1)));
    assert!(racelint(folder.path(), &["report", "--timings"]).err.contains("survey"));
    assert_eq!(racelint(folder.path(), &["report", "missing"]).code, 2);
}

#[test]
fn a_report_is_read_as_a_check_is() {
    let folder = folder(&[("a.ts", &backup(true)), ("b.ts", &backup(true)), (".ignore", "b.ts\n")]);
    fs::write(folder.path().join("racelint.toml"), "rules.all = \"off\"\n").expect("a file");
    fs::write(folder.path().join("strict.toml"), "min-confidence = \"possible\"\n").expect("a file");
    let at_risk = |args: &[&str]| {
        let ran = racelint(folder.path(), &[&["report", "--format", "json"], args].concat());
        let report: Value = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}", ran.err));
        report["summary"]["at-risk"].as_u64()
    };
    assert_eq!(at_risk(&[]), Some(0), "its rules are off");
    assert_eq!(at_risk(&["--isolated"]), Some(1));
    assert_eq!(at_risk(&["--config", "strict.toml"]), Some(1));
    assert_eq!(at_risk(&["--isolated", "--no-ignore"]), Some(2));
    let kept = |folder: &Path| fs::read_dir(folder).map_or(0, Iterator::count);
    let cache = folder.path().join("kept");
    at_risk(&["--cache-dir", cache.to_str().expect("a path")]);
    assert!(kept(&cache) > 0, "what is kept goes there");
    let home = folder.path().join("home");
    let mut command = Command::new(env!("CARGO_BIN_EXE_racelint"));
    command.current_dir(folder.path()).args(["report", "--no-cache"]).env("XDG_CACHE_HOME", &home);
    assert!(command.output().expect("racelint runs").status.success());
    assert_eq!(kept(&home), 0, "and nothing where nothing is to be kept");
}
