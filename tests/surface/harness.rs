//! What these tests share: small projects on disk, and the command run over them.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// A lazy connection that two callers can make twice: one finding, on line 6.
pub(crate) const RACY: &str = "\
export class Database {
  private connection?: Connection;

  async query(text: string) {
    if (!this.connection) {
      this.connection = await connect();
    }
    return this.connection.query(text);
  }
}
";

pub(crate) const RULE: &str = "racy-lazy-init";

pub(crate) fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        write(folder.path(), path, text);
    }
    folder
}

pub(crate) fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a new folder");
    fs::write(path, text).expect("a new file");
}

pub(crate) fn read(folder: &Path, path: &str) -> String {
    fs::read_to_string(folder.join(path)).expect("a file")
}

pub(crate) fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_racelint"));
    // What is kept for later runs is kept away from the caches of whoever runs the tests.
    command.current_dir(folder).args(args).env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"));
    for name in ["NO_COLOR", "CLICOLOR_FORCE", "TERM", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"] {
        command.env_remove(name);
    }
    command
}

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Ran {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is text");
        let code = output.status.code().expect("racelint exits by itself");
        Ran { code, out: text(output.stdout), err: text(output.stderr) }
    }
}

pub(crate) fn run(folder: &Path, args: &[&str]) -> Ran {
    command(folder, args).output().expect("racelint runs").into()
}

pub(crate) fn check(folder: &Path, args: &[&str]) -> Ran {
    run(folder, &[&["check"], args].concat())
}

/// The JSON report.
pub(crate) fn json(folder: &Path, args: &[&str]) -> Value {
    let ran = check(folder, &[&["--format", "json"], args].concat());
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {ran:?}"))
}

/// `path:line rule severity` of each finding.
pub(crate) fn found(folder: &Path, args: &[&str]) -> Vec<String> {
    let report = json(folder, args);
    let findings = report["findings"].as_array().expect("a list");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let line = |finding: &Value| finding["span"]["start"]["line"].to_string();
    let one = |f: &Value| format!("{}:{} {} {}", text(&f["path"]), line(f), text(&f["rule"]), text(&f["severity"]));
    findings.iter().map(one).collect()
}

pub(crate) fn hidden(folder: &Path, args: &[&str], why: &str) -> u64 {
    json(folder, args)["summary"]["hidden"][why].as_u64().expect("a count")
}
