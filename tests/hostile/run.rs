//! Folders, and racelint run in them with a limit on its time.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Nothing here takes a tenth of it, on a machine that does nothing else.
const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) const RACY: &str = "export class Store {
  private connection?: Connection;
  async get() {
    if (!this.connection) { this.connection = await connect(); }
    return this.connection.query(1);
  }
}
";

pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    pub(crate) fn of(output: Output) -> Ran {
        let text = |bytes| String::from_utf8(bytes).expect("racelint writes text");
        Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}\n{}", self.out, self.err))
    }

    /// It came to an end by itself, and no part of it failed.
    pub(crate) fn is_well(&self, about: &str) {
        assert!(matches!(self.code, Some(0 | 1)), "{about}: {:?}\n{}", self.code, self.err);
        assert!(!self.err.contains("bug of racelint") && !self.err.contains("panicked"), "{about}: {}", self.err);
    }
}

pub(crate) fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        put(folder.path(), path, text);
    }
    folder
}

pub(crate) fn put(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a new folder");
    fs::write(path, text).expect("a new file");
}

pub(crate) fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_racelint"));
    command.current_dir(folder).args(args).stdin(Stdio::null());
    // What is kept for later runs is kept away from the caches of whoever runs the tests.
    command.env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"));
    for name in ["NO_COLOR", "CLICOLOR_FORCE", "TERM", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"] {
        command.env_remove(name);
    }
    command
}

pub(crate) fn racelint(folder: &Path, args: &[&str]) -> Ran {
    let begin = Instant::now();
    let ran = Ran::of(command(folder, args).output().expect("racelint runs"));
    assert!(begin.elapsed() < PATIENCE, "{args:?} takes {:?}", begin.elapsed());
    ran
}

pub(crate) fn check(folder: &Path) -> Ran {
    racelint(folder, &["check", "--format", "json"])
}
